//! The inspector of a host.

use eframe::egui::{Label, RichText, Ui};

use crate::ui::context::Context;
use crate::ui::theme::{font, space};
use crate::ui::widgets::{Fact, section_header};
use crate::view::inspector::HostFacts;

/// Draws a host: its facts, then what its logs hold.
pub(super) fn host_ui(ui: &mut Ui, cx: &Context<'_>, facts: &HostFacts) {
    ui.label(RichText::new(&facts.name).font(font::INSPECTOR_TITLE.font_id()));
    ui.add_space(space::S);
    for (label, value) in &facts.facts {
        Fact::new(label, value).mono().show(ui);
    }
    ui.add_space(space::M);
    section_header(ui, "What its logs hold", &[]);
    for (label, words) in &facts.coverage {
        ui.label(RichText::new(*label).font(font::UI.font_id()));
        let words = RichText::new(words).font(font::SMALL.font_id()).color(cx.tokens.text2);
        ui.add(Label::new(words).wrap());
        ui.add_space(space::XS);
    }
}
