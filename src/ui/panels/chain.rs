//! The attack chain strip at the left.

use eframe::egui::{Align, Color32, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::model::{ProcessIndex, StepState};
use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, space};
use crate::ui::widgets::{
    BadgeState, Run, SectionRight, paint_elided_run, paint_step_badge, paint_text, row_focus,
    section_header, tooltip,
};
use crate::view::chain::Row;

/// Draws the strip; a click on an observed step selects the first process that took it.
pub fn chain_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let (title, rows) = &cx.views.chain;
    if rows.is_empty() {
        return;
    }
    eframe::egui::Frame::new().inner_margin(eframe::egui::Margin::symmetric(12, 0)).show(
        ui,
        |ui| {
            section_header(ui, "Attack chain", &[SectionRight::Words(title)]);
        },
    );
    for (at, row) in rows.iter().enumerate() {
        row_ui(ui, cx, at, row, out);
    }
}

/// The strip as one row of badges, where there is no room for more.
pub fn chain_badges_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let (title, rows) = &cx.views.chain;
    if rows.is_empty() {
        return;
    }
    let margin = eframe::egui::Margin::symmetric(12, 0);
    eframe::egui::Frame::new().inner_margin(margin).show(ui, |ui| {
        section_header(ui, "Attack chain", &[SectionRight::Words(title)]);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            for (at, row) in rows.iter().enumerate() {
                let size = vec2(space::CHIP, space::ROW);
                let (rect, response) = ui.allocate_exact_size(size, Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &row.spoken));
                let (badge, _, _) = looks(cx, row);
                paint_step_badge(ui.painter(), rect.center(), cx.tokens, row.step, badge);
                if response.has_focus() {
                    row_focus(ui.painter(), rect.expand(2.0), cx.tokens.focus);
                }
                if response.clicked()
                    && let Some(process) = process_of(cx, at)
                {
                    out.send(Command::SelectProcess(process));
                }
                tooltip(response, &row.spoken);
            }
        });
    });
}

/// The first process that took the step of this row.
fn process_of(cx: &Context<'_>, at: usize) -> Option<ProcessIndex> {
    cx.analysis().chain.get(at)?.processes.first().copied()
}

fn row_ui(ui: &mut Ui, cx: &Context<'_>, at: usize, row: &Row, out: &mut Requests) {
    let size = vec2(ui.available_width(), space::ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &row.spoken));
    let process = process_of(cx, at);
    if response.clicked()
        && let Some(process) = process
    {
        out.send(Command::SelectProcess(process));
    }
    let painter = ui.painter();
    let tokens = cx.tokens;
    if response.hovered() && process.is_some() {
        painter.rect_filled(rect, 0, tokens.hover);
    }
    let middle = rect.center().y;
    let (badge, name_color, when_color) = looks(cx, row);
    let center = pos2(rect.left() + space::M + 9.0, middle);
    paint_step_badge(painter, center, tokens, row.step, badge);
    let right = pos2(rect.right() - space::M, middle);
    let is_seen = row.state == Some(StepState::Observed);
    let when_face = if is_seen { font::MONO_ROW } else { font::SMALL };
    let when = paint_text(painter, right, Align::Max, &row.when, when_face, when_color);
    let mut end = when.left() - space::S;
    if !row.count.is_empty() {
        let at = pos2(end, middle);
        let count = paint_text(painter, at, Align::Max, &row.count, font::MONO_ROW, tokens.text2);
        end = count.left() - space::S;
    }
    let name = Rect::from_x_y_ranges(rect.left() + 38.0..=end, rect.y_range());
    paint_elided_run(painter, name, &Run::new(row.name, font::UI, name_color));
    if response.has_focus() {
        row_focus(painter, rect, tokens.focus);
    }
    tooltip(response, &row.spoken);
}

fn looks(cx: &Context<'_>, row: &Row) -> (BadgeState, Color32, Color32) {
    let tokens = cx.tokens;
    match row.state {
        Some(StepState::Observed) => (BadgeState::Observed, tokens.text, tokens.text2),
        Some(StepState::CannotBeKnown) => (BadgeState::Unknown, tokens.text2, tokens.medium.text),
        Some(StepState::NotObserved) | None => {
            (BadgeState::NotObserved, tokens.text2, tokens.text3)
        }
    }
}
