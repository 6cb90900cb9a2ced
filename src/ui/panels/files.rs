//! The files of the bundle as a menu: what became of each, what was left out, and the way back.

use eframe::egui::{Align, Layout, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::model::{LeftOut, SourceIndex};
use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Run, icon_button, menu_item, paint_elided_run, paint_icon, paint_text, place, row_focus,
    tooltip,
};
use crate::view::files::{FileRow, Losses, left_out};

/// Width of the menu.
const WIDTH: f32 = 520.0;
/// Height of the longest list before it scrolls.
const HEIGHT: f32 = 480.0;
/// Lines of those left out before "Put all back" has to do.
const MOST_LEFT_OUT: usize = 12;

/// Draws the menu: a click on a file shows it in the inspector, the cross takes it out of the case.
pub fn files_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    ui.set_width(WIDTH);
    let analysis = cx.analysis();
    let losses = Losses::of(analysis);
    let is_open = |file: &LeftOut| cx.session.left_out().contains(file);
    let count = analysis.sources.len();
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().max_height(HEIGHT).id_salt("files of the case");
    area.show_rows(ui, space::CONTROL_SMALL, count, |ui, rows| {
        for at in rows {
            let at = SourceIndex(u32::try_from(at).unwrap_or(u32::MAX));
            let Some(row) = losses.row(analysis, at) else { continue };
            row_ui(ui, cx, &row, is_open(&row.place), out);
        }
    });
    left_out_ui(ui, cx, out);
}

/// What was left out, each with a way back; nothing where nothing was.
pub fn left_out_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let files = left_out(cx.session);
    if files.is_empty() {
        return;
    }
    if !cx.analysis().sources.is_empty() {
        ui.separator();
    }
    let words = "Left out of the case, not read";
    let small = eframe::egui::RichText::new(words).font(font::SMALL.font_id());
    ui.label(small.color(cx.tokens.text3));
    for (file, name) in files.iter().take(MOST_LEFT_OUT) {
        let shape = Some(icon::ARROW_COUNTER_CLOCKWISE);
        if menu_item(ui, shape, &format!("Put {name} back"), "").clicked() {
            out.send(Command::PutBack(file.clone()));
        }
    }
    if files.len() > 1 {
        let shape = Some(icon::ARROW_COUNTER_CLOCKWISE);
        if menu_item(ui, shape, &format!("Put all {} back", files.len()), "").clicked() {
            out.send(Command::PutBackAll);
        }
    }
}

fn row_ui(ui: &mut Ui, cx: &Context<'_>, row: &FileRow, is_going: bool, out: &mut Requests) {
    let tokens = cx.tokens;
    let size = vec2(ui.available_width(), space::CONTROL_SMALL);
    let (whole, line) = ui.allocate_exact_size(size, Sense::hover());
    let mut rect = whole;
    rect.max.x -= space::CONTROL_SMALL + space::XS;
    let response = ui.interact(rect, line.id.with("file"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, ui.is_enabled(), &row.name));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, space::RADIUS_CHIP, tokens.line_strong);
    }
    if response.has_focus() {
        row_focus(painter, rect, tokens.focus);
    }
    let (shape, color) = match row.state {
        "Read" => (icon::CHECK_CIRCLE.filled(), tokens.ok),
        "Not read" => (icon::PROHIBIT, tokens.high.text),
        _ => (icon::WARNING, tokens.medium.text),
    };
    let middle = rect.center().y;
    let center = pos2(rect.left() + space::S + space::ICON / 2.0, middle);
    paint_icon(painter, center, shape, space::ICON_SMALL, color);
    let at = pos2(rect.right() - space::S, middle);
    let words = if row.state == "Read" { row.records.as_str() } else { row.state };
    let color = if row.state == "Read" { tokens.text3 } else { color };
    let right = paint_text(painter, at, Align::Max, words, font::SMALL, color);
    let left = rect.left() + space::S + space::ICON + space::S;
    let name = Rect::from_x_y_ranges(left..=right.left() - space::M, rect.y_range());
    let (_, elided) = paint_elided_run(painter, name, &Run::new(&row.name, font::UI, tokens.text));
    if response.clicked() {
        out.send(Command::SelectSource(row.source));
        ui.close();
    }
    tooltip(response, if elided { &row.name } else { "" });
    let mut button = whole;
    button.min.x = rect.max.x + space::XS;
    place(ui, button, Layout::left_to_right(Align::Center), |ui| {
        let name = format!("Remove {} from the case", row.name);
        if ui.add_enabled_ui(!is_going, |ui| icon_button(ui, icon::X, &name)).inner.clicked() {
            out.send(Command::LeaveOut(row.place.clone()));
            ui.close();
        }
    });
}
