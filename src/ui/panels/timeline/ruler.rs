//! The scale above the rows. A drag on it limits everything to a time.

use eframe::egui::{Align, CursorIcon, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::model::TimeRange;
use crate::session::Command;
use crate::ui::panels::timeline::{Frame, TimelineState, focus_id, hole_names};
use crate::ui::request::Requests;
use crate::ui::theme::{font, space};
use crate::ui::widgets::{paint_text, piece_of};
use crate::view::timeline::{Moment, Window, scale, time_of};

const HEIGHT: f32 = 28.0;
/// Room that a label of the scale needs, in points.
const LABEL_EVERY: f32 = 96.0;

/// Round moments in sight.
pub(super) fn marks(frame: &Frame<'_>) -> Vec<(Moment, String)> {
    let most =
        piece_of(1.0, 1_000).min(piece_of(frame.plot.width() / LABEL_EVERY / 1_000.0, 1_000));
    scale(frame.window, most.max(1))
}

/// Draws the scale.
pub(super) fn ruler_ui(
    ui: &mut Ui,
    frame: &Frame<'_>,
    state: &mut TimelineState,
    out: &mut Requests,
) {
    let tokens = frame.cx.tokens;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let at = pos2(rect.left() + space::M, rect.center().y);
    paint_text(ui.painter(), at, Align::Min, "UTC", font::SMALL, tokens.text3);
    let row = Rect::from_x_y_ranges(frame.plot.x_range(), rect.y_range());
    let painter = ui.painter().with_clip_rect(row.expand2(vec2(24.0, 0.0)));
    for (at, label) in marks(frame) {
        let x = frame.x(at).round() + 0.5;
        painter.vline(x, row.bottom() - 4.0..=row.bottom(), (space::STROKE, tokens.line_strong));
        paint_text(
            &painter,
            pos2(x, row.center().y),
            Align::Center,
            &label,
            font::AXIS,
            tokens.text3,
        );
    }
    let response = ui.interact(row, focus_id().with("scale"), Sense::drag());
    let spoken = "Time scale; drag to limit everything to a time";
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, spoken));
    brush(ui, frame, state, row, &response, out);
    if state.has_holes {
        hole_names(&painter.with_clip_rect(row), frame, row);
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (space::STROKE, tokens.line));
    response.on_hover_cursor(CursorIcon::Text).on_hover_text_at_pointer(spoken);
}

fn brush(
    ui: &Ui,
    frame: &Frame<'_>,
    state: &mut TimelineState,
    row: Rect,
    response: &eframe::egui::Response,
    out: &mut Requests,
) {
    if response.drag_started() {
        let from = ui.input(|input| input.pointer.press_origin());
        state.brush = from.map(|at| frame.moment(at.x));
    }
    let now =
        response.interact_pointer_pos().map(|at| frame.moment(at.x.clamp(row.left(), row.right())));
    let tokens = frame.cx.tokens;
    let shown = match (state.brush, now) {
        (Some(from), Some(to)) => Some(Window { from: from.min(to), to: from.max(to) }),
        _ => frame.cx.session.time_range().map(Window::of),
    };
    if let Some(shown) = shown {
        let (left, right) = (frame.x(shown.from), frame.x(shown.to));
        let rect = Rect::from_x_y_ranges(left..=right, row.y_range());
        let painter = ui.painter().with_clip_rect(row);
        painter.rect_filled(rect, 0, tokens.select.gamma_multiply(0.6));
        for x in [left, right] {
            painter.vline(x, row.y_range(), (3.0, tokens.accent));
        }
    }
    if response.drag_stopped()
        && let (Some(from), Some(to)) = (state.brush.take(), now)
        && let Some(range) = TimeRange::between(time_of(from), time_of(to))
    {
        out.send(Command::LimitTime(Some(range)));
    }
}
