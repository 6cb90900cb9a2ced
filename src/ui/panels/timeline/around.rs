//! The rows of what is around the processes: meetings, logons, Defender.

use eframe::egui::{Align, Rect, Role, Sense, Ui, WidgetInfo, pos2};

use crate::session::Command;
use crate::ui::panels::timeline::{Frame, LABEL, focus_id, glyph, steps};
use crate::ui::request::Requests;
use crate::ui::theme::{font, space};
use crate::ui::widgets::{Run, paint_elided_run, paint_text, text_width, tooltip};
use crate::view::events;
use crate::view::number;
use crate::view::timeline::Shape;

pub(super) fn row_ui(ui: &Ui, frame: &Frame<'_>, rect: Rect, at: usize, out: &mut Requests) {
    let Some(row) = frame.view.around.get(at) else { return };
    let tokens = frame.cx.tokens;
    let response = ui.interact(rect, focus_id().with(("around", at)), Sense::CLICK);
    let count = (row.spans.len() + row.moments.len()) as u64;
    let spoken = match row.spans.first() {
        Some((_, _, words)) => format!("{}: {words}", row.name),
        None if count == 0 => format!("{}: {}", row.name, row.none),
        None => format!("{}: {}", row.name, number::counted(count, "record", "records")),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &spoken));
    let painter = ui.painter();
    let middle = rect.center().y;
    let at = pos2(rect.left() + space::M + 8.0, middle);
    paint_text(painter, at, Align::Min, row.name, font::UI, tokens.text2);
    if count > 0 {
        let end = pos2(rect.left() + LABEL - space::M, middle);
        let words = number::grouped(count);
        paint_text(painter, end, Align::Max, &words, font::MONO_BADGE, tokens.text3);
    }
    let plot = Rect::from_x_y_ranges(frame.plot.x_range(), rect.y_range());
    let painter = painter.with_clip_rect(plot.intersect(ui.clip_rect()));
    if count == 0 {
        let at = pos2(plot.left() + space::S, middle);
        paint_text(&painter, at, Align::Min, row.none, font::SMALL, tokens.text3);
    }
    for (from, to, words) in &row.spans {
        let (left, right) = (frame.x(*from), frame.x(*to).max(frame.x(*from) + 3.0));
        if left > plot.right() || right < plot.left() {
            steps::outside(&painter, frame, plot, words, left > plot.right());
            continue;
        }
        let bar = Rect::from_x_y_ranges(left..=right, middle - 7.0..=middle + 7.0).intersect(plot);
        painter.rect_filled(bar, 1, tokens.bar);
        if text_width(&painter, words, font::SMALL) + 16.0 < bar.width() {
            let text = bar.shrink2(eframe::egui::vec2(space::S, 0.0));
            paint_elided_run(&painter, text, &Run::new(words, font::SMALL, tokens.text));
        }
    }
    let first = row.moments.partition_point(|(time, _)| *time < frame.window.from);
    let seen = row.moments.get(first..).unwrap_or_default();
    let mut near = None;
    let mut drawn = f32::NEG_INFINITY;
    let pointer = response.hover_pos();
    for (time, record) in seen.iter().take_while(|(time, _)| *time <= frame.window.to) {
        let x = frame.x(*time);
        if x - drawn < 1.0 {
            continue;
        }
        drawn = x;
        glyph::paint(&painter, pos2(x, middle), Shape::Ring, tokens.logon);
        if pointer.is_some_and(|at| (at.x - x).abs() <= 5.0) {
            near = Some(*record);
        }
    }
    let words = match near.and_then(|record| events::row(frame.cx.session, record, false)) {
        Some(row) => format!("{} {}", row.time, row.summary),
        None => spoken,
    };
    if response.clicked()
        && let Some(record) = near
    {
        out.send(Command::SelectRecord(record));
    }
    tooltip(response, &words);
}
