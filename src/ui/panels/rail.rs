//! A folded side: a narrow strip with what unfolds it.

use eframe::egui::{Align, Ui, vec2};

use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{icon_button, paint_text};
use crate::view::number;

/// Draws the strip at the left, with the number of findings.
pub fn left_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    ui.vertical_centered(|ui| {
        ui.add_space(space::S);
        if icon_button(ui, icon::SIDEBAR_SIMPLE, "Show findings (Ctrl B)").clicked() {
            out.act(Action::ToggleLeft);
        }
        ui.add_space(space::M);
        let button = icon_button(ui, icon::WARNING_OCTAGON, "Findings");
        if let Some(findings) = cx.views.findings.as_ref().filter(|findings| findings.total > 0) {
            let worst = findings.groups.first().map(|group| group.severity);
            let color = worst.map_or(cx.tokens.text2, |worst| cx.tokens.severity(worst).text);
            let at = button.rect.center_bottom() + vec2(0.0, space::S);
            let count = number::grouped(findings.total as u64);
            paint_text(ui.painter(), at, Align::Center, &count, font::CHIP, color);
        }
        if button.clicked() {
            out.act(Action::ToggleLeft);
        }
    });
}

/// Draws the strip at the right.
pub fn right_ui(ui: &mut Ui, out: &mut Requests) {
    ui.vertical_centered(|ui| {
        ui.add_space(space::S);
        if icon_button(ui, icon::SIDEBAR_SIMPLE, "Show inspector (Ctrl I)").clicked() {
            out.act(Action::ToggleInspector);
        }
    });
}
