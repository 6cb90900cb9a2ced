//! Sources and coverage at the left: which telemetry the shown host's logs hold.

use eframe::egui::{Align, Popup, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::context::Context;
use crate::ui::panels::files::files_ui;
use crate::ui::panels::hatch;
use crate::ui::request::Requests;
use crate::ui::theme::{font, space};
use crate::ui::widgets::{
    Run, SectionRight, paint_elided_run, paint_text, section_header, tooltip,
};
use crate::view::coverage::{Row, files};
use crate::view::number;

const BAR_WIDTH: f32 = 76.0;
const BAR_HEIGHT: f32 = 8.0;
const WORD_WIDTH: f32 = 46.0;

/// Draws the rows; the number of files opens the list of them.
pub fn coverage_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let Some(sources) = &cx.views.sources else { return };
    eframe::egui::Frame::new().inner_margin(eframe::egui::Margin::symmetric(12, 0)).show(
        ui,
        |ui| {
            let files = files(cx.session);
            let right = [SectionRight::Link(&files)];
            let answers = section_header(ui, "Sources and coverage", &right);
            if let Some(files) = answers.first() {
                Popup::menu(files).show(|ui| files_ui(ui, cx, out));
            }
        },
    );
    for row in &sources.rows {
        row_ui(ui, cx, row);
    }
    if let Some((from, to)) = &sources.range {
        let size = vec2(ui.available_width(), 16.0);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let bar = bar_rect(rect);
        let color = cx.tokens.text3;
        let painter = ui.painter();
        let middle = rect.center().y;
        paint_text(painter, pos2(bar.left(), middle), Align::Min, from, font::AXIS, color);
        paint_text(painter, pos2(bar.right(), middle), Align::Max, to, font::AXIS, color);
    }
}

/// The panel as one line, where there is no room for more: how many kinds of telemetry have holes.
pub fn coverage_line_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let Some(sources) = &cx.views.sources else { return };
    let margin = eframe::egui::Margin::symmetric(12, 0);
    eframe::egui::Frame::new().inner_margin(margin).show(ui, |ui| {
        let with = |word: &str| sources.rows.iter().filter(|row| row.word == word).count() as u64;
        let mut words = number::counted(with("gap"), "gap", "gaps");
        if with("none") > 0 {
            words.extend([", ", &number::grouped(with("none")), " missing"]);
        }
        let files = files(cx.session);
        let right = [SectionRight::Link(&files), SectionRight::Words(&words)];
        let answers = section_header(ui, "Coverage", &right);
        if let Some(files) = answers.first() {
            Popup::menu(files).show(|ui| files_ui(ui, cx, out));
        }
    });
}

fn bar_rect(row: Rect) -> Rect {
    let right = row.right() - space::M - WORD_WIDTH - space::S;
    Rect::from_center_size(
        pos2(right - BAR_WIDTH / 2.0, row.center().y),
        vec2(BAR_WIDTH, BAR_HEIGHT),
    )
}

fn row_ui(ui: &mut Ui, cx: &Context<'_>, row: &Row) {
    let size = vec2(ui.available_width(), space::ROW_FACT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &row.spoken));
    let painter = ui.painter();
    let tokens = cx.tokens;
    let bar = bar_rect(rect);
    let name =
        Rect::from_x_y_ranges(rect.left() + space::M..=bar.left() - space::XS, rect.y_range());
    paint_elided_run(painter, name, &Run::new(row.label, font::SMALL, tokens.text2));
    painter.rect_filled(bar, 1, tokens.raised);
    let part = |from: f32, to: f32| {
        let x = |at: f32| bar.left() + at * bar.width();
        Rect::from_x_y_ranges(x(from)..=x(to).max(x(from) + 2.0), bar.y_range())
    };
    if let Some((from, to)) = row.bar {
        let color = if row.word == "partial" { tokens.bar } else { tokens.bar_on };
        painter.rect_filled(part(from, to), 1, color);
    }
    for (from, to) in &row.gaps {
        let gap = part(*from, *to);
        painter.rect_filled(gap, 0, tokens.panel);
        hatch::paint(painter, gap, (1.5, tokens.hatch), 4.0);
    }
    let color = if row.is_warning { tokens.medium.text } else { tokens.text3 };
    let at = pos2(bar.right() + space::S, rect.center().y);
    paint_text(painter, at, Align::Min, row.word, font::SMALL, color);
    tooltip(response, &row.spoken);
}
