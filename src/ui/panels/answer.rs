//! The answer above the tree: what Zoom started, what it ran, what followed, what is not known.

use eframe::egui::{
    Align, Color32, Layout, Painter, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::panels::process_tree;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    BadgeState, Run, icon_button, link, paint_elided_run, paint_icon, paint_severity_chip,
    paint_step_badge, paint_text, place, text_width, tooltip,
};
use crate::view::answer::{Answer, Verdict};

const LABEL: f32 = 96.0;
const PADDING: f32 = 10.0;

/// Draws the answer. Returns whether the rest of what is not known was asked for.
pub fn answer_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) -> bool {
    match &cx.views.answer {
        Some(Verdict::Chain(answer)) => chain_ui(ui, cx, answer, out),
        Some(Verdict::Clear(words, unknown)) => clear_ui(ui, cx, words, unknown),
        None => false,
    }
}

struct Rows {
    rect: Rect,
}

impl Rows {
    fn row(&self, at: u8) -> Rect {
        let top = self.rect.top() + PADDING + f32::from(at) * space::ROW_ANSWER;
        Rect::from_x_y_ranges(
            self.rect.left() + space::L..=self.rect.right() - space::M,
            top..=top + space::ROW_ANSWER,
        )
    }

    fn value(&self, at: u8) -> Rect {
        let row = self.row(at);
        Rect::from_x_y_ranges(row.left() + LABEL..=row.right(), row.y_range())
    }
}

fn label(painter: &Painter, row: Rect, text: &str, color: Color32) {
    paint_text(painter, row.left_center(), Align::Min, text, font::UI, color);
}

fn allocate(ui: &mut Ui, rows: u8) -> (Rows, eframe::egui::Response) {
    let height = f32::from(rows) * space::ROW_ANSWER + 2.0 * PADDING;
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    (Rows { rect }, response)
}

fn chain_ui(ui: &mut Ui, cx: &Context<'_>, answer: &Answer, out: &mut Requests) -> bool {
    let (rows, response) = allocate(ui, 4);
    let tokens = cx.tokens;
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken(answer)));
    let painter = ui.painter().clone();
    if let Some(worst) = cx.analysis().findings.iter().map(|finding| finding.severity).max() {
        let bar = Rect::from_min_max(
            rows.rect.left_top(),
            pos2(rows.rect.left() + space::LANE_BAR, rows.rect.bottom()),
        );
        painter.rect_filled(bar, 0, process_tree::lane_color(tokens, worst));
    }
    for (at, text) in (0u8..).zip(["Zoom started", "It ran", "Then", "Not known"]) {
        label(&painter, rows.row(at), text, tokens.text3);
    }
    started(&painter, cx, answer, rows.value(0));
    if answer.chain.1 > 1 {
        switch_ui(ui, cx, answer, rows.value(0), out);
    } else {
        let text = format!("Chain {} of {}", answer.chain.0 + 1, answer.chain.1);
        let at = rows.value(0).right_center();
        paint_text(&painter, at, Align::Max, &text, font::SMALL, tokens.text3);
    }
    let ran = Run::new(&answer.ran, font::MONO_ROW, tokens.text);
    let (_, is_cut) = paint_elided_run(&painter, rows.value(1), &ran);
    let hover = ui.interact(rows.value(1), ui.scope_id().with("answer ran"), Sense::click());
    if hover.clicked() {
        out.send(Command::SelectProcess(answer.process));
    }
    if is_cut {
        tooltip(hover, &answer.ran);
    }
    if then(&painter, cx, answer, rows.value(2)) {
        let all: Vec<&str> = answer.then.iter().map(|(_, words)| words.as_str()).collect();
        let id = ui.scope_id().with("answer then");
        tooltip(ui.interact(rows.value(2), id, Sense::hover()), &all.join(", "));
    }
    not_known(ui, cx, answer, rows.value(3))
}

/// All four rows for a screen reader.
fn spoken(answer: &Answer) -> String {
    let then: Vec<&str> = answer.then.iter().map(|(_, words)| words.as_str()).collect();
    format!(
        "Zoom started {} {}. It ran {}. Then: {}. Not known: {}",
        answer.started,
        answer.how,
        answer.ran,
        then.join(", "),
        answer.unknown.join(". ")
    )
}

fn started(painter: &Painter, cx: &Context<'_>, answer: &Answer, rect: Rect) {
    let tokens = cx.tokens;
    let middle = rect.center().y;
    let at = rect.left_center();
    let name = paint_text(painter, at, Align::Min, &answer.started, font::UI_STRONG, tokens.text);
    let most = rect.right() - 170.0;
    let rest = Rect::from_x_y_ranges(name.right() + 6.0..=most, rect.y_range());
    let (how, _) = paint_elided_run(painter, rest, &Run::new(&answer.how, font::UI, tokens.text));
    if let Some(severity) = answer.severity {
        paint_severity_chip(painter, pos2(how.right() + space::S, middle), tokens, severity);
    }
}

fn switch_ui(ui: &mut Ui, cx: &Context<'_>, answer: &Answer, rect: Rect, out: &mut Requests) {
    let (at, all) = answer.chain;
    let area = Rect::from_min_max(pos2(rect.right() - 150.0, rect.top()), rect.right_bottom());
    place(ui, area, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        if icon_button(ui, icon::CARET_RIGHT, "Next chain").clicked() {
            out.send(Command::ShowChain((at + 1) % all));
        }
        if icon_button(ui, icon::CARET_LEFT, "Previous chain").clicked() {
            out.send(Command::ShowChain((at + all - 1) % all));
        }
        let text = format!("Chain {} of {all}", at + 1);
        let words =
            eframe::egui::RichText::new(text).font(font::SMALL.font_id()).color(cx.tokens.text3);
        ui.label(words);
    });
}

/// What followed; whether something of it was cut.
fn then(painter: &Painter, cx: &Context<'_>, answer: &Answer, rect: Rect) -> bool {
    let tokens = cx.tokens;
    let middle = rect.center().y;
    if answer.then.is_empty() {
        label(painter, rect, "Nothing of steps 5 to 8 observed", tokens.text2);
        return false;
    }
    let mut x = rect.left();
    let mut is_cut = false;
    for (step, words) in &answer.then {
        let width = text_width(painter, words, font::UI);
        let room = rect.right() - x - 26.0;
        if room < 40.0 {
            return true;
        }
        let center = pos2(x + 9.0, middle);
        paint_step_badge(painter, center, tokens, *step, BadgeState::Mark);
        let text =
            Rect::from_x_y_ranges(x + 26.0..=x + 26.0 + width.min(room) + 1.0, rect.y_range());
        let (drawn, was_cut) =
            paint_elided_run(painter, text, &Run::new(words, font::UI, tokens.text));
        is_cut |= was_cut;
        x = drawn.right() + space::L;
    }
    is_cut
}

fn not_known(ui: &mut Ui, cx: &Context<'_>, answer: &Answer, rect: Rect) -> bool {
    let tokens = cx.tokens;
    let painter = ui.painter().clone();
    if answer.unknown.is_empty() {
        label(&painter, rect, "No gap found in these logs", tokens.text2);
        return false;
    }
    let text = answer.unknown.join(". ");
    let more_width = if answer.unknown_more > 0 { 64.0 } else { 0.0 };
    let room = Rect::from_min_max(rect.min, pos2(rect.right() - more_width, rect.bottom()));
    let (drawn, is_cut) = paint_elided_run(&painter, room, &Run::new(&text, font::UI, tokens.text));
    if is_cut {
        tooltip(ui.interact(drawn, ui.scope_id().with("not known"), Sense::hover()), &text);
    }
    if answer.unknown_more == 0 {
        return false;
    }
    let area = Rect::from_min_size(
        pos2(drawn.right() + space::S, rect.top() + 3.0),
        vec2(more_width, 16.0),
    );
    place(ui, area, Layout::left_to_right(Align::Center), |ui| {
        link(ui, &format!("{} more", answer.unknown_more), font::UI).clicked()
    })
}

fn clear_ui(ui: &mut Ui, cx: &Context<'_>, words: &str, unknown: &[String]) -> bool {
    let (rows, response) = allocate(ui, 2);
    let tokens = cx.tokens;
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    let painter = ui.painter().clone();
    let row = rows.row(0);
    let center = pos2(row.left() + 8.0, row.center().y);
    paint_icon(&painter, center, icon::VIDEO_CAMERA, space::ICON, tokens.text2);
    let text = Rect::from_min_max(pos2(row.left() + 24.0, row.top()), row.right_bottom());
    paint_elided_run(&painter, text, &Run::new(words, font::UI_STRONG, tokens.text));
    let row = rows.row(1);
    label(&painter, row, "Not known", tokens.text3);
    let value = rows.value(1);
    let text = if unknown.is_empty() {
        "No gap found in these logs".to_owned()
    } else {
        unknown.join(". ")
    };
    let (drawn, is_cut) =
        paint_elided_run(&painter, value, &Run::new(&text, font::UI, tokens.text2));
    if is_cut {
        tooltip(ui.interact(drawn, ui.scope_id().with("not known"), Sense::hover()), &text);
    }
    false
}
