//! The status bar.

use chrono::Local;
use eframe::egui::{Align, Layout, Popup, RichText, ScrollArea, Sense, Ui, vec2};

use crate::session::Command;
use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::panels::files::left_out_ui;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{icon_text, link, paint_progress, tooltip};
use crate::view::{files, locked, status};

/// Draws the status bar.
pub fn status_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let view = status::status(cx.session, !cx.is_reproducible);
    let tokens = cx.tokens;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.add_space(space::M);
        if let Some(part) = view.progress {
            let (rect, _) = ui.allocate_exact_size(vec2(80.0, 6.0), Sense::hover());
            paint_progress(ui.painter(), rect, tokens, part);
            small(ui, &view.state, tokens.text2);
        } else if cx.session.has_bundle() {
            let shape =
                if view.trouble.is_some() { icon::INFO } else { icon::CHECK_CIRCLE.filled() };
            let color = if view.trouble.is_some() { tokens.text2 } else { tokens.ok };
            let name = if view.trouble.is_some() { "Read in part" } else { "Read" };
            let spacing = ui.spacing().item_spacing.x;
            ui.spacing_mut().item_spacing.x = 4.0;
            crate::ui::widgets::icon(ui, shape, space::ICON_SMALL, color, name);
            small(ui, &view.state, tokens.text2);
            ui.spacing_mut().item_spacing.x = spacing;
        } else {
            small(ui, &view.state, tokens.text2);
        }
        if let Some(records) = &view.records {
            seam(ui, cx);
            small(ui, &format!("{records} records"), tokens.text2);
        }
        if let Some(trouble) = &view.trouble {
            seam(ui, cx);
            let response = icon_text(ui, icon::WARNING, trouble, font::SMALL, tokens.medium.text)
                .interact(Sense::click());
            let response = tooltip(response, "Show what could not be read");
            Popup::menu(&response).show(|ui| issues_ui(ui, &view.issues));
        }
        if view.progress.is_none() && locked::is_locked(cx.analysis()) {
            seam(ui, cx);
            if link(ui, Action::EnterPassword.name(), font::SMALL).clicked() {
                out.act(Action::EnterPassword);
            }
        }
        if let Some(words) = files::left_out_words(cx.session) {
            seam(ui, cx);
            let response = icon_text(ui, icon::MINUS, &words, font::SMALL, tokens.text2)
                .interact(Sense::click());
            let response = tooltip(response, "Show what was left out of the case");
            Popup::menu(&response).show(|ui| left_out_ui(ui, cx, out));
        }
        if let Some(notice) = cx.session.notice() {
            seam(ui, cx);
            let color = if notice.is_error { tokens.high.text } else { tokens.ok };
            let shape = if notice.is_error { icon::WARNING } else { icon::CHECK };
            let response = icon_text(ui, shape, &notice.text, font::SMALL, color);
            if response.interact(Sense::click()).clicked() {
                out.send(Command::DismissNotice);
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(12.0);
            small(ui, &zone(cx.is_reproducible), tokens.text2);
            seam(ui, cx);
            icon_text(
                ui,
                icon::WIFI_SLASH,
                "Nothing leaves this computer",
                font::SMALL,
                tokens.text2,
            );
        });
    });
}

fn small(ui: &mut Ui, text: &str, color: eframe::egui::Color32) {
    ui.label(RichText::new(text).font(font::SMALL.font_id()).color(color));
}

fn seam(ui: &mut Ui, cx: &Context<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(1.0, 12.0), Sense::hover());
    ui.painter().rect_filled(rect, 0, cx.tokens.line_strong);
}

fn issues_ui(ui: &mut Ui, issues: &[String]) {
    ui.set_max_width(560.0);
    ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
        for issue in issues.iter().take(200) {
            ui.label(RichText::new(issue).font(font::SMALL.font_id()));
            ui.add_space(space::XS);
        }
    });
}

/// The zone of the screen, and this computer's own for comparison.
fn zone(is_reproducible: bool) -> String {
    if is_reproducible {
        return "Times in UTC".to_owned();
    }
    format!("Times in UTC. This computer: UTC{}", Local::now().format("%:z"))
}
