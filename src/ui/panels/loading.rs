//! The files while they are read, above the tree of what is known so far.

use std::time::Duration;

use eframe::egui::{Align, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Look, Run, paint_elided_run, paint_icon, paint_progress, paint_text, tooltip,
};
use crate::view::loading::{File, FileState, Loading};

/// A file that stands still must be seen to: the pace is told anew this often.
const PACE_EVERY: Duration = Duration::from_millis(500);

/// Draws title, progress, Cancel and the files.
pub fn loading_ui(ui: &mut Ui, cx: &Context<'_>, view: &Loading, out: &mut Requests) {
    let tokens = cx.tokens;
    ui.request_repaint_after(PACE_EVERY);
    eframe::egui::Frame::new().inner_margin(eframe::egui::Margin::symmetric(12, 8)).show(
        ui,
        |ui| {
            ui.horizontal(|ui| {
                ui.label(eframe::egui::RichText::new(&view.title).font(font::TITLE.font_id()));
                let detail = eframe::egui::RichText::new(&view.detail).color(tokens.text2);
                ui.label(detail);
                ui.with_layout(eframe::egui::Layout::right_to_left(Align::Center), |ui| {
                    let cancel = Button::new(Look::Raised, "Cancel").icon(icon::X).key("Esc");
                    if ui.add(cancel).clicked() {
                        out.act(Action::Escape);
                    }
                });
            });
            ui.add_space(space::XS);
            let (rect, response) =
                ui.allocate_exact_size(vec2(ui.available_width(), 6.0), Sense::hover());
            response.widget_info(|| {
                WidgetInfo::labeled(
                    Role::ProgressIndicator,
                    true,
                    format!("{}, {:.0} %", view.title, view.part * 100.0),
                )
            });
            paint_progress(ui.painter(), rect, tokens, view.part);
            ui.add_space(space::XS);
            let small = |words: &str, color| {
                eframe::egui::RichText::new(words).font(font::SMALL.font_id()).color(color)
            };
            ui.label(small(&view.pace, tokens.text2));
            ui.add_space(2.0);
            let words =
                "You can work now. Parents and counts may still change until all files are read.";
            ui.label(small(words, tokens.text3));
        },
    );
    let height = (view.files.len() as f32 * space::ROW).min(ui.available_height() * 0.4);
    ScrollArea::vertical()
        .id_salt("files being read")
        .auto_shrink([false, true])
        .max_height(height)
        .show_rows(ui, space::ROW, view.files.len(), |ui, rows| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for file in view.files.get(rows).unwrap_or_default() {
                file_ui(ui, cx, file);
            }
        });
    let seam = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), seam, (space::STROKE, tokens.line));
}

fn file_ui(ui: &mut Ui, cx: &Context<'_>, file: &File) {
    let tokens = cx.tokens;
    let size = vec2(ui.available_width(), space::ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let reason = file.state.reason();
    response.widget_info(|| {
        let spoken = format!("{}, {}, {}", file.name, file.size, file.state.word());
        let spoken = if reason.is_empty() { spoken } else { format!("{spoken}: {reason}") };
        WidgetInfo::labeled(Role::Label, true, spoken)
    });
    let painter = ui.painter();
    let middle = rect.center().y;
    let center = pos2(rect.left() + 20.0, middle);
    paint_icon(painter, center, icon::FILE, space::ICON, tokens.text2);
    let progress = rect.right() - 180.0;
    let records = progress - space::XL;
    let size = records - 90.0;
    let name = Rect::from_x_y_ranges(rect.left() + 34.0..=size - 70.0, rect.y_range());
    paint_elided_run(painter, name, &Run::new(&file.name, font::UI, tokens.text));
    paint_text(painter, pos2(size, middle), Align::Max, &file.size, font::MONO_ROW, tokens.text2);
    let at = pos2(records, middle);
    paint_text(painter, at, Align::Max, &file.records, font::MONO_ROW, tokens.text);
    state_ui(ui, cx, Rect::from_x_y_ranges(progress..=rect.right(), rect.y_range()), &file.state);
    tooltip(response, reason);
}

fn state_ui(ui: &Ui, cx: &Context<'_>, rect: Rect, state: &FileState) {
    let (tokens, painter, word) = (cx.tokens, ui.painter(), state.word());
    let middle = rect.center().y;
    let (shape, shape_color, color) = match state {
        FileState::Reading(part) => {
            let bar = Rect::from_min_max(
                pos2(rect.left(), middle - 3.0),
                pos2(rect.right() - 60.0, middle + 3.0),
            );
            paint_progress(painter, bar, tokens, *part);
            let at = pos2(rect.right() - space::M, middle);
            paint_text(painter, at, Align::Max, &word, font::MONO_ROW, tokens.text);
            return;
        }
        FileState::ReadingOn | FileState::Waiting => {
            let at = pos2(rect.left(), middle);
            let is_waiting = *state == FileState::Waiting;
            let color = if is_waiting { tokens.text3 } else { tokens.text2 };
            paint_text(painter, at, Align::Min, &word, font::UI, color);
            return;
        }
        FileState::Read => (icon::CHECK_CIRCLE.filled(), tokens.ok, tokens.text2),
        FileState::ReadInPart(_) => (icon::WARNING, tokens.medium.text, tokens.medium.text),
        FileState::NotRead(_) => (icon::PROHIBIT, tokens.high.text, tokens.high.text),
    };
    let center = pos2(rect.left() + 8.0, middle);
    paint_icon(painter, center, shape, space::ICON_SMALL, shape_color);
    paint_text(painter, pos2(rect.left() + 22.0, middle), Align::Min, &word, font::UI, color);
}
