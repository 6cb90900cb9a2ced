//! Hatching: where telemetry is missing.

use eframe::egui::{Color32, Painter, Rect, Stroke, pos2};

/// Fills `rect` with lines at 45°, `every` points apart.
pub(super) fn paint(painter: &Painter, rect: Rect, stroke: (f32, Color32), every: f32) {
    let clipped = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let height = rect.height();
    let stroke = Stroke::new(stroke.0, stroke.1);
    let mut x = rect.left() - height;
    while x < rect.right() {
        clipped.line_segment([pos2(x, rect.bottom()), pos2(x + height, rect.top())], stroke);
        x += every;
    }
}
