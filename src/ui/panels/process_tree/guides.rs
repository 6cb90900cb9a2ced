//! The lines that join a row to its parent, and the lane of a Zoom chain.

use eframe::egui::{Color32, Painter, Rect, Shape, Stroke, pos2};

use crate::model::Severity;
use crate::ui::theme::{Tokens, space};
use crate::view::process_tree::{Lane, Line};

/// Dashes of the bar and of the elbow of a chain that goes on by inference.
const BAR_DASH: f32 = 4.0;
const BAR_GAP: f32 = 3.0;
const ELBOW_DASH: f32 = 2.0;

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
    let lane = line.lane?;
    let stroke = Stroke::new(space::STROKE_LANE, lane_color(tokens, lane.worst));
    let bar = Rect::from_x_y_ranges(rect.left()..=rect.left() + space::LANE_BAR, rect.y_range());
    if lane.is_inferred {
        let middle = bar.center().x;
        let ends = [pos2(middle, rect.top() + 1.0), pos2(middle, rect.bottom())];
        let wide = Stroke::new(space::LANE_BAR, stroke.color);
        painter.extend(Shape::dashed_line(&ends, wide, BAR_DASH, BAR_GAP));
    } else {
        painter.rect_filled(bar, 0, stroke.color);
    }
    Some(stroke)
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
        // Only the process that a chain reaches by inference has a dashed elbow; its own children
        // are logged as such.
        let is_reached = |lane: Lane| lane.is_inferred && line.depth == lane.depth + 1;
        if line.lane.is_some_and(is_reached) {
            dashed_elbow(painter, rect, line, [plain, lane.unwrap_or(plain)]);
        } else {
            elbow(painter, rect, line, stroke_at(line, line.depth, lane, plain));
        }
    }
}

fn elbow(painter: &Painter, rect: Rect, line: &Line, stroke: Stroke) {
    let x = caret_x(rect.left(), line.depth - 1).round() + 0.5;
    let middle = rect.center().y.round() + 0.5;
    let bottom = if line.is_last { middle } else { rect.bottom() };
    painter.vline(x, rect.top()..=bottom, stroke);
    painter.add(Shape::line_segment([pos2(x, middle), pos2(x + 8.0, middle)], stroke));
}

/// The elbow of a process that the chain reaches by inference; its logged siblings' guide goes on.
fn dashed_elbow(painter: &Painter, rect: Rect, line: &Line, [plain, stroke]: [Stroke; 2]) {
    let x = caret_x(rect.left(), line.depth - 1).round() + 0.5;
    let middle = rect.center().y.round() + 0.5;
    if !line.is_last {
        painter.vline(x, rect.y_range(), plain);
    }
    let points = [pos2(x, rect.top()), pos2(x, middle), pos2(x + 8.0, middle)];
    painter.extend(Shape::dashed_line(&points, stroke, ELBOW_DASH, ELBOW_DASH));
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
