//! The inspector at the right: everything known of the selected thing.

mod process;
mod record;
mod source;

use eframe::egui::{Frame, Id, Margin, ScrollArea, Ui};

use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, space};
use crate::view::inspector::Inspector;

/// The id by which the panel holds the keyboard focus.
pub fn focus_id() -> Id {
    Id::unique("inspector")
}

/// Draws what is selected.
pub fn inspector_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    ScrollArea::vertical().id_salt("inspector").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin { left: 16, right: 12, top: 10, bottom: 12 }).show(
            ui,
            |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                match &cx.views.inspector {
                    Some(Inspector::Process(facts)) => process::process_ui(ui, cx, facts, out),
                    Some(Inspector::Finding(facts)) => {
                        process::rule_ui(ui, cx, &facts.rule, out);
                        for facts in &facts.records {
                            record::record_ui(ui, cx, facts, out);
                        }
                    }
                    Some(Inspector::Source(facts)) => source::source_ui(ui, cx, facts),
                    Some(Inspector::Nothing) | None => nothing_ui(ui, cx),
                }
            },
        );
    });
}

fn nothing_ui(ui: &mut Ui, cx: &Context<'_>) {
    ui.add_space(space::XL);
    let words =
        eframe::egui::RichText::new("Select a finding or a process to see what is known of it.")
            .font(font::UI.font_id())
            .color(cx.tokens.text3);
    ui.label(words);
}
