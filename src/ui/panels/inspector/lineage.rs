//! Who is concluded to have asked for a process, what it did on other hosts, and the session it runs
//! in, as the inspector draws them.

use eframe::egui::{Label, RichText, Ui, vec2};

use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, space};
use crate::ui::widgets::{Elide, Fact, SectionRight, link, section_header};
use crate::view::inspector::{Asked, ProcessFacts};

/// Draws the conclusions; nothing where there are none.
pub(super) fn asked_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts, out: &mut Requests) {
    if facts.asked.is_empty() || !cx.session.shows_inferred() {
        return;
    }
    let words = SectionRight::Words("concluded, not logged");
    section_header(ui, "Who asked for it", &[words]);
    for asked in &facts.asked {
        one_ui(ui, cx, asked, out);
    }
    ui.add_space(space::S);
}

fn one_ui(ui: &mut Ui, cx: &Context<'_>, asked: &Asked, out: &mut Requests) {
    let color = if asked.doubts_parent { cx.tokens.medium.text } else { cx.tokens.text };
    ui.add(Label::new(RichText::new(&asked.text).font(font::UI.font_id()).color(color)).wrap());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 2.0);
        ui.label(small(cx, &asked.how));
        if let Some(asker) = &asked.by
            && link(ui, &format!("Go to {}", asker.name), font::SMALL).clicked()
        {
            out.send(Command::SelectProcess(asker.process));
        }
        if !asked.records.is_empty() {
            ui.label(small(cx, &format!("From {}", asked.records.join("; "))));
        }
    });
    ui.add_space(space::XS);
}

/// Draws what leads to other hosts and back; nothing where nothing does.
pub(super) fn crossed_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts, out: &mut Requests) {
    if facts.crossed.is_empty() {
        return;
    }
    let words = SectionRight::Words("concluded from both logs");
    section_header(ui, "Other hosts", &[words]);
    for crossed in &facts.crossed {
        let color = if crossed.is_open { cx.tokens.medium.text } else { cx.tokens.text };
        let text = RichText::new(&crossed.text).font(font::UI.font_id()).color(color);
        ui.add(Label::new(text).wrap());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 2.0);
            ui.label(small(cx, &format!("{} {}", crossed.time, crossed.how)));
            if let Some(other) = &crossed.other
                && link(ui, &format!("Go to {}", other.name), font::SMALL).clicked()
            {
                out.send(Command::SelectProcess(other.process));
            }
        });
        ui.add_space(space::XS);
    }
    ui.add_space(space::S);
}

fn small(cx: &Context<'_>, text: &str) -> RichText {
    RichText::new(text.trim()).font(font::SMALL.font_id()).color(cx.tokens.text3)
}

/// Draws the session; nothing where no record tells of it.
pub(super) fn logon_ui(ui: &mut Ui, facts: &ProcessFacts) {
    if facts.logon.is_empty() {
        return;
    }
    section_header(ui, "Logon", &[]);
    for (label, value) in &facts.logon {
        Fact::new(label, value).elide(Elide::Middle).copies().show(ui);
    }
    ui.add_space(space::M);
}
