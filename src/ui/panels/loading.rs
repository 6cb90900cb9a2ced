//! The files while they are read, above the tree of what is known so far.

use eframe::egui::{Align, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Look, Run, paint_elided_run, paint_icon, paint_progress, paint_text,
};
use crate::view::loading::{File, FileState, Loading};

/// Draws title, progress, Cancel and the files.
pub fn loading_ui(ui: &mut Ui, cx: &Context<'_>, view: &Loading, out: &mut Requests) {
    let tokens = cx.tokens;
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
                    ui.label(eframe::egui::RichText::new(&view.pace).color(tokens.text2));
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
            let words =
                "You can work now. Parents and counts may still change until all files are read.";
            ui.label(
                eframe::egui::RichText::new(words).font(font::SMALL.font_id()).color(tokens.text3),
            );
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
    let state = match file.state {
        FileState::Waiting => "Waiting".to_owned(),
        FileState::Reading(part) => format!("{:.0}%", part * 100.0),
        FileState::Read => "Read".to_owned(),
    };
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("{}, {}, {state}", file.name, file.size))
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
    match file.state {
        FileState::Reading(part) => {
            let bar = Rect::from_min_max(
                pos2(progress, middle - 3.0),
                pos2(rect.right() - 60.0, middle + 3.0),
            );
            paint_progress(painter, bar, tokens, part);
            let at = pos2(rect.right() - space::M, middle);
            paint_text(painter, at, Align::Max, &state, font::MONO_ROW, tokens.text);
        }
        FileState::Read => {
            let center = pos2(progress + 8.0, middle);
            paint_icon(painter, center, icon::CHECK_CIRCLE.filled(), space::ICON_SMALL, tokens.ok);
            let at = pos2(progress + 22.0, middle);
            paint_text(painter, at, Align::Min, &state, font::UI, tokens.text2);
        }
        FileState::Waiting => {
            paint_text(painter, pos2(progress, middle), Align::Min, &state, font::UI, tokens.text3);
        }
    }
}
