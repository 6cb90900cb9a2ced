//! The command line as logged, the layers decoded from it, and what is said of them. What the pointer
//! is on, an explanation or a layer, is lit up in the text it rests on.

use std::ops::Range;

use eframe::egui::{Id, Label, Response, RichText, Sense, Ui, vec2};

use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    CodeBlock, Elide, Fact, Outline, SectionRight, icon_button, layer_circle, section_header, tag,
};
use crate::view::inspector::{BlobFacts, CodeLayer, DecodedPart, Explained, ProcessFacts};

/// What of a text is lit up because the pointer is on what rests on it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lit {
    /// 0 is the command line as logged, 1 the first layer.
    text: usize,
    range: Range<usize>,
}

/// Remembers for the next frame what is to be lit up; the texts stand above what rests on them.
fn remember(ui: &Ui, lit: Option<Lit>) {
    let id = Id::unique("decoded text that is lit up");
    if ui.data(|data| data.get_temp::<Option<Lit>>(id)).flatten() != lit {
        ui.data_mut(|data| data.insert_temp(id, lit));
        ui.request_repaint();
    }
}

/// The ranges of this text that are lit up.
fn lit(ui: &Ui, text: usize) -> Vec<Range<usize>> {
    let id = Id::unique("decoded text that is lit up");
    let lit = ui.data(|data| data.get_temp::<Option<Lit>>(id)).flatten();
    lit.filter(|lit| lit.text == text).map(|lit| lit.range).into_iter().collect()
}

/// Draws the command line as logged, with what its parameters ask for.
pub(super) fn command_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts, out: &mut Requests) {
    let Some(command) = &facts.command_line else {
        section_header(ui, "Command line", &[]);
        Fact::new("", "Not logged").weak().show(ui);
        ui.add_space(space::M);
        return;
    };
    let right = [SectionRight::Command(icon::COPY, "Copy")];
    let title = if facts.is_stub {
        "Command line, as its child's record has it"
    } else {
        "Command line as logged"
    };
    let clicked = section_header(ui, title, &right);
    if clicked.first().is_some_and(|copy| copy.clicked()) {
        out.copy(command);
    }
    let lit = lit(ui, 0);
    CodeBlock::new("Command line as logged", command)
        .marks(&facts.decoded.marked)
        .lit(&lit)
        .show(ui);
    if !facts.traits.is_empty() {
        ui.add_space(space::XS);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            for said in &facts.traits {
                tag(ui, said, Outline::Solid);
            }
        });
    }
    ui.add_space(space::M);
    if facts.decoded.layers.is_empty() {
        let explained = explained_ui(ui, cx, &facts.decoded);
        remember(ui, explained);
    }
}

/// Draws the layers, what they do, and data that is no text.
pub(super) fn decoded_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts, out: &mut Requests) {
    let part = &facts.decoded;
    if part.layers.is_empty() && part.failed.is_empty() && part.blobs.is_empty() {
        return;
    }
    let count = crate::view::number::counted(part.layers.len() as u64, "layer", "layers");
    let title = format!("Decoded, {count}");
    let right = [SectionRight::Command(icon::COPY, "Copy"), SectionRight::Words("never executed")];
    let clicked = section_header(ui, &title, &right);
    if clicked.first().is_some_and(|copy| copy.clicked())
        && let Some(last) = part.layers.last()
    {
        out.copy(&last.text);
    }
    let mut pointed = None;
    for (number, layer) in (1..).zip(&part.layers) {
        let header = layer_ui(ui, number, layer, number == part.layers.len(), out);
        let before = number.checked_sub(2).and_then(|before| part.layers.get(before));
        let read = before.map_or(&part.marked, |before| &before.marked);
        if header.hovered()
            && let Some(range) = read.first()
        {
            pointed = Some(Lit { text: number - 1, range: range.clone() });
        }
    }
    for failed in &part.failed {
        let words = RichText::new(failed).font(font::SMALL.font_id()).color(cx.tokens.medium.text);
        ui.add(Label::new(words).wrap());
        ui.add_space(space::XS);
    }
    for blob in &part.blobs {
        blob_ui(ui, cx, blob);
    }
    ui.add_space(space::S);
    if !part.layers.is_empty() {
        let explained = explained_ui(ui, cx, part);
        remember(ui, pointed.or(explained));
    }
}

/// Draws one layer; the answer is its header.
fn layer_ui(
    ui: &mut Ui,
    number: usize,
    layer: &CodeLayer,
    is_last: bool,
    out: &mut Requests,
) -> Response {
    let top = ui.cursor().top();
    let left = ui.cursor().left() + 9.0;
    let header = ui.scope(|ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            layer_circle(ui, number);
            ui.add(trick_label(&layer.trick).truncate());
            let right = eframe::egui::Layout::right_to_left(eframe::egui::Align::Center);
            ui.with_layout(right, |ui| {
                let name = format!("Copy decoded layer {number}");
                if icon_button(ui, icon::COPY, &name).clicked() {
                    out.copy(&layer.text);
                }
                let from = RichText::new(&layer.from).font(font::SMALL.font_id()).weak();
                ui.add(Label::new(from).truncate());
            });
        });
    });
    let name = format!("Decoded layer {number}");
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(26.0);
        ui.vertical(|ui| {
            let lit = lit(ui, number);
            let block = CodeBlock::new(&name, &layer.text)
                .marks(&layer.marked)
                .indicators(&layer.underlined)
                .lit(&lit);
            let block = if is_last { block.rows(8) } else { block };
            block.show(ui);
        });
    });
    ui.add_space(space::S);
    if !is_last {
        let rail = top + 22.0..=ui.cursor().top();
        let color = crate::ui::theme::tokens(ui).line_strong;
        ui.painter().vline(left, rail, (space::STROKE, color));
    }
    header.response.interact(Sense::hover())
}

fn trick_label(trick: &str) -> Label {
    Label::new(RichText::new(trick).font(font::UI_MEDIUM.font_id()))
}

/// Draws what the commands do; the answer is what the pointer's line rests on.
fn explained_ui(ui: &mut Ui, cx: &Context<'_>, part: &DecodedPart) -> Option<Lit> {
    if part.explained.is_empty() {
        return None;
    }
    section_header(ui, "What the command does", &[]);
    let mut pointed = None;
    for explained in &part.explained {
        if line_ui(ui, cx, explained).hovered() {
            pointed = Some(Lit { text: explained.layer, range: explained.rests_on.clone() });
        }
    }
    ui.add_space(space::M);
    pointed
}

fn line_ui(ui: &mut Ui, cx: &Context<'_>, explained: &Explained) -> Response {
    let scope = ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let words = RichText::new(&explained.text).font(font::UI.font_id());
        ui.add(Label::new(words).wrap());
        if !explained.technique.is_empty() {
            let words = RichText::new(&explained.technique).font(font::SMALL.font_id());
            ui.add(Label::new(words.color(cx.tokens.text3)).wrap());
        }
        ui.add_space(space::XS);
    });
    scope.response.interact(Sense::hover())
}

fn blob_ui(ui: &mut Ui, cx: &Context<'_>, blob: &BlobFacts) {
    let words = RichText::new(&blob.title).font(font::UI_MEDIUM.font_id());
    ui.add(Label::new(words).wrap());
    Fact::new("SHA-256", &blob.sha256).mono().elide(Elide::Middle).copies().show(ui);
    if !blob.strings.is_empty() {
        let words = RichText::new(&blob.count).font(font::SMALL.font_id());
        ui.label(words.color(cx.tokens.text3));
        CodeBlock::new("Strings in the data", &blob.strings).rows(4).show(ui);
    }
    ui.add_space(space::S);
}
