//! The inspector of a file of the evidence.

use eframe::egui::{RichText, Ui};

use crate::ui::context::Context;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{Elide, Fact, icon_text, section_header};
use crate::view::inspector::SourceFacts;

/// Draws a file: its state, what was lost, what was read.
pub(super) fn source_ui(ui: &mut Ui, cx: &Context<'_>, facts: &SourceFacts) {
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
    section_header(ui, "File", &[]);
    for (label, value) in &facts.file {
        Fact::new(label, value).mono().elide(Elide::Middle).copies().show(ui);
    }
}
