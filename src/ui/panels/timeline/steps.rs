//! The rows of the attack chain.

use eframe::egui::{Align, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::model::StepState;
use crate::session::Command;
use crate::ui::panels::timeline::{Frame, LABEL, focus_id};
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    BadgeState, Run, dashed_rect, paint_elided_run, paint_icon, paint_step_badge, paint_text,
    text_width, tooltip,
};
use crate::view::timeline::{StepBar, StepRow, time_of};

pub(super) fn row_ui(ui: &Ui, frame: &Frame<'_>, rect: Rect, at: usize, out: &mut Requests) {
    let Some(row) = frame.view.steps.get(at) else { return };
    let tokens = frame.cx.tokens;
    let sense = if row.bar.is_some() { Sense::CLICK } else { Sense::hover() };
    let response = ui.interact(rect, focus_id().with(("step", at)), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &row.spoken));
    let painter = ui.painter();
    if response.hovered() && row.bar.is_some() {
        let label = Rect::from_min_size(rect.min, vec2(LABEL, rect.height()));
        painter.rect_filled(label, 0, tokens.hover);
    }
    let middle = rect.center().y;
    let (badge, color) = match row.state {
        Some(StepState::Observed) => (BadgeState::Observed, tokens.text),
        Some(StepState::CannotBeKnown) => (BadgeState::Unknown, tokens.text2),
        Some(StepState::NotObserved) | None => (BadgeState::NotObserved, tokens.text2),
    };
    let center = pos2(rect.left() + space::M + 9.0, middle);
    paint_step_badge(painter, center, tokens, row.step, badge);
    let name =
        Rect::from_x_y_ranges(rect.left() + 38.0..=rect.left() + LABEL - 8.0, rect.y_range());
    paint_elided_run(painter, name, &Run::new(row.name, font::UI, color));
    let plot = Rect::from_x_y_ranges(frame.plot.x_range(), rect.y_range());
    let painter = painter.with_clip_rect(plot.intersect(ui.clip_rect()));
    match (&row.bar, row.state) {
        (Some(bar), _) => bar_ui(&painter, frame, plot, row, *bar),
        (None, Some(StepState::CannotBeKnown)) => unknown(&painter, frame, plot, row),
        (None, _) => {
            let at = pos2(plot.left() + space::S, middle);
            paint_text(&painter, at, Align::Min, &row.words, font::SMALL, tokens.text3);
        }
    }
    if response.clicked()
        && let Some(bar) = row.bar
    {
        out.send(Command::SelectRecord(bar.record));
    }
    tooltip(response, &row.spoken);
}

fn bar_ui(
    painter: &eframe::egui::Painter,
    frame: &Frame<'_>,
    plot: Rect,
    row: &StepRow,
    bar: StepBar,
) {
    let tokens = frame.cx.tokens;
    let middle = plot.center().y;
    let (left, right) = (frame.x(bar.from), frame.x(bar.to));
    if left > plot.right() {
        outside(painter, frame, plot, &format!("at {}", time_of(bar.from).clock(false)), true);
        return;
    }
    if right < plot.left() {
        outside(painter, frame, plot, &format!("at {}", time_of(bar.from).clock(false)), false);
        return;
    }
    let right = right.max(left + 4.0);
    let rect = Rect::from_x_y_ranges(left..=right, middle - 7.0..=middle + 7.0);
    painter.rect_filled(rect, 1, tokens.step(row.step));
    let seen = rect.intersect(plot);
    let width = text_width(painter, &row.words, font::SMALL);
    if seen.width() > width + 16.0 {
        // On the colour of a step the canvas is what can be read.
        let at = pos2(seen.left() + space::S, middle);
        paint_text(painter, at, Align::Min, &row.words, font::SMALL, tokens.canvas);
    } else if seen.right() + space::S + width.min(120.0) < plot.right() {
        let text = Rect::from_x_y_ranges(seen.right() + space::S..=plot.right(), plot.y_range());
        paint_elided_run(painter, text, &Run::new(&row.words, font::SMALL, tokens.text2));
    } else {
        let at = pos2(seen.left() - space::S, middle);
        paint_text(painter, at, Align::Max, &row.words, font::SMALL, tokens.text2);
    }
}

/// Words at the edge behind which a thing is.
pub(super) fn outside(
    painter: &eframe::egui::Painter,
    frame: &Frame<'_>,
    plot: Rect,
    words: &str,
    is_right: bool,
) {
    let color = frame.cx.tokens.text2;
    let middle = plot.center().y;
    if is_right {
        let center = pos2(plot.right() - space::S, middle);
        paint_icon(painter, center, icon::CARET_RIGHT, space::ICON_CARET, color);
        let at = pos2(center.x - space::S, middle);
        paint_text(painter, at, Align::Max, words, font::SMALL, color);
    } else {
        let center = pos2(plot.left() + space::S, middle);
        paint_icon(painter, center, icon::CARET_LEFT, space::ICON_CARET, color);
        let at = pos2(center.x + space::S, middle);
        paint_text(painter, at, Align::Min, words, font::SMALL, color);
    }
}

/// A dashed box over the hole because of which the step cannot be known, else at the left.
fn unknown(painter: &eframe::egui::Painter, frame: &Frame<'_>, plot: Rect, row: &StepRow) {
    let tokens = frame.cx.tokens;
    let width = text_width(painter, &row.words, font::SMALL) + 2.0 * space::S;
    let hole = frame.view.holes.iter().find(|hole| row.words.contains(&hole.words));
    let (from, to) = hole.map_or_else(
        || (plot.left(), plot.left()),
        |hole| (frame.x(hole.from).max(plot.left()), frame.x(hole.to).min(plot.right())),
    );
    let from = from.min(plot.right() - width).max(plot.left());
    let rect =
        Rect::from_x_y_ranges(from..=to.max(from + width), plot.y_range()).shrink2(vec2(0.0, 3.0));
    painter.rect_filled(rect, 2, tokens.canvas);
    dashed_rect(painter, rect, 2, tokens.medium.text);
    let at = pos2(rect.left() + space::S, plot.center().y);
    paint_text(painter, at, Align::Min, &row.words, font::SMALL, tokens.medium.text);
}
