//! Painting that every widget shares: text on a baseline, icons, dashed outlines, focus rings.

use std::sync::Arc;

use eframe::egui::emath::GuiRounding as _;
use eframe::egui::text::LayoutJob;
use eframe::egui::{
    Align, Align2, Color32, CornerRadius, Galley, Painter, Pos2, Rect, Response, Role, Sense,
    Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::ui::theme::font::Face;
use crate::ui::theme::icon::Icon;
use crate::ui::theme::{space, tokens};
use crate::view::visible::visible_text;

/// Lays `text` out in one line, hidden characters shown.
pub(super) fn line(painter: &Painter, text: &str, face: Face, color: Color32) -> Arc<Galley> {
    let text = visible_text(text).into_owned();
    let mut job = LayoutJob::single_section(text, face.format(color));
    job.wrap.max_width = f32::INFINITY;
    painter.layout_job(job)
}

/// The painter of `ui` at full strength: what is disabled has a colour of its own and is not faded.
pub(super) fn full_painter(ui: &Ui) -> Painter {
    let mut painter = ui.painter().clone();
    painter.set_opacity(1.0);
    painter
}

/// Width of `text` in one line, in points.
pub fn text_width(painter: &Painter, text: &str, face: Face) -> f32 {
    line(painter, text, face, Color32::PLACEHOLDER).size().x
}

/// Paints a laid out line so that its baseline stands `drop` under `middle`.
pub(super) fn paint_line(
    painter: &Painter,
    left: f32,
    middle: f32,
    galley: Arc<Galley>,
    face: Face,
) -> Rect {
    let baseline =
        galley.rows.first().and_then(|row| row.glyphs.first().map(|glyph| row.pos.y + glyph.pos.y));
    let pixels = painter.pixels_per_point();
    let target = (middle + face.drop).round_to_pixels(pixels);
    let top = baseline.map_or(middle - face.line / 2.0, |baseline| target - baseline);
    let at = pos2(left.round_to_pixels(pixels), top);
    let rect = Rect::from_min_size(at, galley.size());
    painter.galley(at, galley, Color32::PLACEHOLDER);
    rect
}

/// Paints one line of text; `at` is the middle of the row at the side that `align` names.
///
/// For text that may be too long use [`paint_elided`](super::paint_elided).
pub fn paint_text(
    painter: &Painter,
    at: Pos2,
    align: Align,
    text: &str,
    face: Face,
    color: Color32,
) -> Rect {
    let galley = line(painter, text, face, color);
    let width = galley.size().x;
    let left = match align {
        Align::Min => at.x,
        Align::Center => at.x - width / 2.0,
        Align::Max => at.x - width,
    };
    paint_line(painter, left, at.y, galley, face)
}

/// Paints an icon in the square of `size` points around `center`.
pub fn paint_icon(painter: &Painter, center: Pos2, icon: Icon, size: f32, color: Color32) -> Rect {
    let rect = Rect::from_center_size(center, vec2(size, size))
        .round_to_pixels(painter.pixels_per_point());
    painter.text(rect.center(), Align2::CENTER_CENTER, icon.glyph(), icon.font(size), color);
    rect
}

/// Paints an icon and, 4 points from it, text of the same colour; returns both.
pub fn paint_icon_text(
    painter: &Painter,
    left_center: Pos2,
    icon: (Icon, f32),
    text: &str,
    face: Face,
    color: Color32,
) -> Rect {
    let (icon, size) = icon;
    let center = left_center + vec2(size / 2.0, 0.0);
    let icon = paint_icon(painter, center, icon, size, color);
    let at = left_center + vec2(size + space::XS, 0.0);
    icon.union(paint_text(painter, at, Align::Min, text, face, color))
}

/// An icon that only shows something; `name` is what a screen reader says.
pub fn icon(ui: &mut Ui, icon: Icon, size: f32, color: Color32, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(size, size), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    paint_icon(ui.painter(), rect.center(), icon, size, color);
    response
}

/// Icon and words in one, 16 high.
pub fn icon_text(ui: &mut Ui, icon: Icon, text: &str, face: Face, color: Color32) -> Response {
    let size = if face.size < 12.5 { space::ICON_SMALL } else { space::ICON };
    let width = size + space::XS + text_width(ui.painter(), text, face);
    let (rect, response) = ui.allocate_exact_size(vec2(width, space::ICON), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    paint_icon_text(ui.painter(), rect.left_center(), (icon, size), text, face, color);
    response
}

/// Dashed outline inside `rect`, 1 point wide, dashes 3 and gaps 2.
pub fn dashed_rect(painter: &Painter, rect: Rect, radius: u8, color: Color32) {
    let rect = rect.shrink(0.5);
    let path = rounded_path(rect, f32::from(radius) - 0.5);
    painter.extend(Shape::dashed_line(&path, Stroke::new(space::STROKE, color), 3.0, 2.0));
}

/// The outline as a closed path; corners of six pieces are round to the eye up to radius 8.
fn rounded_path(rect: Rect, radius: f32) -> Vec<Pos2> {
    const PIECES: u8 = 6;
    let inner = rect.shrink(radius.max(0.0));
    let corners = [
        (inner.right_top(), -90.0_f32),
        (inner.right_bottom(), 0.0),
        (inner.left_bottom(), 90.0),
        (inner.left_top(), 180.0),
    ];
    let mut path = Vec::with_capacity(32);
    for (center, from) in corners {
        for piece in 0..=PIECES {
            let angle = (from + 90.0 * f32::from(piece) / f32::from(PIECES)).to_radians();
            path.push(center + radius * vec2(angle.cos(), angle.sin()));
        }
    }
    path.extend(path.first().copied());
    path
}

/// The 2 point ring outside a control, 2 points off it; call it when the control has the focus.
pub fn focus_ring(ui: &Ui, rect: Rect, radius: u8) {
    let stroke = Stroke::new(space::STROKE_FOCUS, tokens(ui).focus);
    let corner = CornerRadius::same(radius.saturating_add(3));
    // The ring may pass the control's own clip area by its width.
    let mut painter = ui.painter().clone();
    painter.set_clip_rect(ui.clip_rect().expand(space::XS));
    painter.rect_stroke(rect.expand(2.0), corner, stroke, StrokeKind::Outside);
}

/// The ring of a focused row: 2 points wide, 1 point inside it.
pub fn row_focus(painter: &Painter, rect: Rect, color: Color32) {
    let stroke = Stroke::new(space::STROKE_FOCUS, color);
    painter.rect_stroke(rect.shrink(1.0), 2, stroke, StrokeKind::Inside);
}
