//! The forms of ticks, and the legend that names them.

use eframe::egui::{Align, Color32, Painter, Pos2, Rect, Shape as Paint, Stroke, pos2, vec2};

use crate::model::ActivityKind;
use crate::ui::theme::{Tokens, font, space};
use crate::ui::widgets::{paint_text, text_width};
use crate::view::timeline::{Shape, shape};

/// Paints a tick around a place.
pub(super) fn paint(painter: &Painter, at: Pos2, form: Shape, color: Color32) {
    match form {
        Shape::Bar => {
            painter.rect_filled(Rect::from_center_size(at, vec2(3.0, 12.0)), 0, color);
        }
        Shape::Small => {
            painter.rect_filled(Rect::from_center_size(at, vec2(2.0, 6.0)), 0, color);
        }
        Shape::Square => {
            painter.rect_filled(Rect::from_center_size(at, vec2(7.0, 7.0)), 0, color);
        }
        Shape::Diamond => {
            polygon(painter, at, &[(0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0)], color);
        }
        Shape::Disc => {
            painter.circle_filled(at, 4.0, color);
        }
        Shape::Triangle => polygon(painter, at, &[(-4.5, 4.0), (0.0, -4.5), (4.5, 4.0)], color),
        Shape::Ring => {
            painter.circle_stroke(at, 3.5, Stroke::new(2.0, color));
        }
    }
}

fn polygon(painter: &Painter, at: Pos2, corners: &[(f32, f32)], color: Color32) {
    let points = corners.iter().map(|(x, y)| at + vec2(*x, *y)).collect();
    painter.add(Paint::convex_polygon(points, color, Stroke::NONE));
}

/// The triangle of a finding, its point at `at`.
pub(super) fn finding(painter: &Painter, at: Pos2, color: Color32) {
    polygon(painter, at, &[(-4.0, -7.0), (4.0, -7.0), (0.0, 0.0)], color);
}

const LEGEND: [(ActivityKind, &str); 6] = [
    (ActivityKind::Network, "Network"),
    (ActivityKind::File, "File"),
    (ActivityKind::Registry, "Registry"),
    (ActivityKind::Task, "Task"),
    (ActivityKind::Script, "Script"),
    (ActivityKind::Logon, "Logon"),
];

/// Paints the legend so that it ends at `end`; as much of it as there is room for behind `from`.
pub(super) fn legend(painter: &Painter, from: f32, end: Pos2, tokens: &Tokens) {
    let mut x = end.x;
    for (kind, name) in LEGEND.into_iter().rev() {
        let width = text_width(painter, name, font::SMALL);
        if x - width - space::L < from {
            return;
        }
        let at = pos2(x, end.y);
        let drawn = paint_text(painter, at, Align::Max, name, font::SMALL, tokens.text2);
        let middle = pos2(drawn.left() - 9.0, end.y);
        paint(painter, middle, shape(kind), tokens.activity(kind));
        x = middle.x - 6.0 - space::M;
    }
}
