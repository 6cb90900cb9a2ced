//! The key cap: the shortcut of a command.

use eframe::egui::{
    Align, Color32, Painter, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2,
};

use super::paint::{paint_text, text_width};
use crate::ui::theme::{font, space, tokens};

pub(super) const PADDING: f32 = 5.0;
const HEIGHT: f32 = 16.0;

/// Width of the cap of `key`.
pub fn key_cap_width(painter: &Painter, key: &str) -> f32 {
    (text_width(painter, key, font::MONO_KEY) + 2.0 * PADDING).ceil()
}

/// Paints a key cap, 16 high; a transparent `fill` for keys on a button.
pub fn paint_key_cap(
    painter: &Painter,
    left_center: Pos2,
    key: &str,
    text: Color32,
    fill: Color32,
) -> Rect {
    let size = vec2(key_cap_width(painter, key), HEIGHT);
    let rect = Rect::from_min_size(left_center - vec2(0.0, size.y / 2.0), size);
    painter.rect_filled(rect, space::RADIUS_CHIP, fill);
    paint_text(painter, rect.center(), Align::Center, key, font::MONO_KEY, text);
    rect
}

/// A key cap, such as `Ctrl K`.
pub fn key_cap(ui: &mut Ui, key: &str) -> Response {
    let size = vec2(key_cap_width(ui.painter(), key), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, key));
    let tokens = tokens(ui);
    paint_key_cap(ui.painter(), rect.left_center(), key, tokens.text2, tokens.raised);
    response
}
