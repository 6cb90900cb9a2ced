//! The inspector of a file of the evidence.

use eframe::egui::{RichText, Ui};

use crate::session::{Command, Selection};
use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Elide, Fact, icon_text, primary_button, raised_button, section_header, tooltip,
};
use crate::view::inspector::SourceFacts;
use crate::view::locked;

/// Draws a file: its state, what was lost, what was read.
pub(super) fn source_ui(ui: &mut Ui, cx: &Context<'_>, facts: &SourceFacts, out: &mut Requests) {
    let tokens = cx.tokens;
    ui.label(RichText::new(&facts.name).font(font::INSPECTOR_TITLE.font_id()));
    ui.add_space(space::XS);
    let (shape, color) = if facts.has_loss {
        (icon::WARNING, tokens.medium.text)
    } else {
        (icon::CHECK_CIRCLE.filled(), tokens.ok)
    };
    icon_text(ui, shape, facts.state, font::UI, color);
    ui.add_space(space::M);
    if !facts.issues.is_empty() {
        section_header(ui, "What went wrong", &[]);
        for issue in &facts.issues {
            let words = RichText::new(issue).font(font::UI.font_id()).color(tokens.text2);
            ui.add(eframe::egui::Label::new(words).wrap());
            ui.add_space(space::XS);
        }
        ui.add_space(space::S);
    }
    section_header(ui, "What was read", &[]);
    for (label, value) in &facts.read {
        Fact::new(label, value).mono().show(ui);
    }
    ui.add_space(space::M);
    section_header(ui, "How it was read", &[]);
    for (label, value) in &facts.how {
        Fact::new(label, value).show(ui);
    }
    ui.add_space(space::M);
    section_header(ui, "File", &[]);
    for (label, value) in &facts.file {
        Fact::new(label, value).mono().elide(Elide::Middle).copies().show(ui);
    }
    ui.add_space(space::M);
    ui.horizontal(|ui| remove_ui(ui, cx, out));
}

/// Takes the file out of the case, or puts it back while it is still shown.
fn remove_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let Selection::Source(at) = cx.session.selection() else { return };
    let Some(source) = cx.analysis().source(at) else { return };
    let file = source.to_leave_out();
    if cx.session.left_out().contains(&file) {
        if raised_button(ui, icon::ARROW_COUNTER_CLOCKWISE, "Put back").clicked() {
            out.send(Command::PutBack(file));
        }
    } else {
        let is_locked = locked::is_source_locked(cx.analysis(), source);
        if is_locked
            && cx.session.load().is_none()
            && primary_button(ui, icon::KEY, Action::EnterPassword.name(), None).clicked()
        {
            out.act(Action::EnterPassword);
        }
        let response = raised_button(ui, icon::X, "Remove from the case");
        let why = "The evidence is read again without it; the file itself is not touched";
        if tooltip(response, why).clicked() {
            out.send(Command::LeaveOut(file));
        }
    }
}
