//! The lines that join a row to its parent, and the lane of a Zoom chain.

use eframe::egui::{Color32, Painter, Rect, Shape, Stroke, pos2};

use crate::model::Severity;
use crate::ui::theme::{Tokens, space};
use crate::view::process_tree::Line;

/// Middle of the caret of a host.
const FIRST: f32 = 17.0;
/// What the first process level is set in further than the others.
const BELOW_HOST: f32 = 6.0;

/// Middle of the caret column of this depth.
pub(super) fn caret_x(left: f32, depth: u16) -> f32 {
    let extra = if depth == 0 { 0.0 } else { BELOW_HOST };
    left + FIRST + extra + f32::from(depth) * space::INDENT
}

/// Colour of a chain whose worst finding is this.
pub(in crate::ui::panels) fn lane_color(tokens: &Tokens, worst: Severity) -> Color32 {
    match worst {
        Severity::Critical => tokens.lane,
        other => tokens.severity(other).fill,
    }
}

/// Paints the bar at the edge of a row on a chain, and returns the stroke of the chain's own lines.
fn lane_bar(painter: &Painter, rect: Rect, line: &Line, tokens: &Tokens) -> Option<Stroke> {
    let lane = Stroke::new(space::STROKE_LANE, lane_color(tokens, line.lane?.worst));
    let bar = Rect::from_x_y_ranges(rect.left()..=rect.left() + space::LANE_BAR, rect.y_range());
    painter.rect_filled(bar, 0, lane.color);
    Some(lane)
}

/// The chain's own stroke for guides below its top, the plain one for the others.
fn stroke_at(line: &Line, depth: u16, lane: Option<Stroke>, plain: Stroke) -> Stroke {
    let is_chain = line.lane.is_some_and(|lane| depth > lane.depth);
    lane.filter(|_| is_chain).unwrap_or(plain)
}

/// Whether the guide of this depth goes through the row.
fn has_guide(line: &Line, depth: u16) -> bool {
    1u64.checked_shl(u32::from(depth)).is_some_and(|bit| line.guides & bit != 0)
}

/// Paints guides, elbow and lane bar of one row.
pub(super) fn paint(painter: &Painter, rect: Rect, line: &Line, tokens: &Tokens) {
    let plain = Stroke::new(space::STROKE, tokens.line_strong);
    let lane = lane_bar(painter, rect, line, tokens);
    for depth in 1..line.depth.min(64) {
        if has_guide(line, depth) {
            let x = caret_x(rect.left(), depth - 1).round() + 0.5;
            painter.vline(x, rect.y_range(), stroke_at(line, depth, lane, plain));
        }
    }
    if line.depth > 0 {
        elbow(painter, rect, line, stroke_at(line, line.depth, lane, plain));
    }
}

fn elbow(painter: &Painter, rect: Rect, line: &Line, stroke: Stroke) {
    let x = caret_x(rect.left(), line.depth - 1).round() + 0.5;
    let middle = rect.center().y.round() + 0.5;
    let bottom = if line.is_last { middle } else { rect.bottom() };
    painter.vline(x, rect.top()..=bottom, stroke);
    painter.add(Shape::line_segment([pos2(x, middle), pos2(x + 8.0, middle)], stroke));
}

/// Paints lane bar and passing guides of a row that has no elbow: the decoded command.
pub(super) fn paint_through(painter: &Painter, rect: Rect, line: &Line, tokens: &Tokens) {
    let plain = Stroke::new(space::STROKE, tokens.line_strong);
    let lane = lane_bar(painter, rect, line, tokens);
    for depth in 1..=line.depth.min(63) {
        if has_guide(line, depth) {
            let x = caret_x(rect.left(), depth - 1).round() + 0.5;
            painter.vline(x, rect.y_range(), stroke_at(line, depth, lane, plain));
        }
    }
}
