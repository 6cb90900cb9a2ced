//! What is filled in: a text field, a tick box, a switch.

use eframe::egui::{
    Align, FontSelection, Id, Margin, Response, Role, Sense, Stroke, StrokeKind, TextEdit, Ui,
    WidgetInfo, pos2, vec2,
};

use super::paint::{focus_ring, full_painter, paint_icon, paint_text, text_width};
use crate::ui::theme::{font, icon, space, tokens};

/// A field of one line over the available width, 28 high; `name` is what a screen reader says.
pub fn text_field(ui: &mut Ui, text: &mut String, hint: &str, name: &str) -> Response {
    let color = tokens(ui).text3;
    let field = TextEdit::singleline(text)
        .font(FontSelection::FontId(font::UI.font_id()))
        .hint_text(eframe::egui::RichText::new(hint).color(color))
        .margin(Margin::symmetric(8, 6))
        .desired_width(f32::INFINITY);
    ui.add(field).accessible_name(name)
}

/// A field for a password, masked unless `is_shown`; its `id` is known, so that what it keeps of the
/// text can be taken from it again.
pub fn password_field(
    ui: &mut Ui,
    id: Id,
    text: &mut String,
    is_shown: bool,
    name: &str,
) -> Response {
    let field = TextEdit::singleline(text)
        .id(id)
        .password(!is_shown)
        .font(FontSelection::FontId(font::UI.font_id()))
        .margin(Margin::symmetric(8, 6))
        .desired_width(f32::INFINITY);
    ui.add(field).accessible_name(name)
}

/// A box of 14 with a tick, and words; the response has changed when it was clicked.
pub fn tick_box(ui: &mut Ui, is_on: &mut bool, text: &str) -> Response {
    const BOX: f32 = 14.0;
    let tokens = tokens(ui);
    let words = text_width(ui.painter(), text, font::UI);
    let width = if text.is_empty() { BOX } else { BOX + space::S + words };
    let size = vec2(width, space::CONTROL_SMALL);
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *is_on = !*is_on;
        response.mark_changed();
    }
    let spoken = || WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), *is_on, text);
    response.widget_info(spoken);
    let painter = full_painter(ui);
    let at = rect.left_center() - vec2(0.0, BOX / 2.0);
    let square = eframe::egui::Rect::from_min_size(at, vec2(BOX, BOX));
    let enabled = response.enabled();
    if *is_on {
        let fill = if enabled { tokens.accent } else { tokens.disabled };
        painter.rect_filled(square, 2, fill);
        paint_icon(&painter, square.center(), icon::CHECK, space::ICON_CARET, tokens.on_accent);
    } else {
        let edge = if enabled { tokens.control } else { tokens.disabled };
        painter.rect_stroke(square, 2, Stroke::new(space::STROKE, edge), StrokeKind::Inside);
    }
    let color = if enabled { tokens.text } else { tokens.disabled };
    let at = pos2(square.right() + space::S, rect.center().y);
    paint_text(&painter, at, Align::Min, text, font::UI, color);
    if response.has_focus() {
        focus_ring(ui, square, 2);
    }
    response
}

/// Words at the left and a switch at the right of the available width, 28 high.
pub fn switch_row(ui: &mut Ui, is_on: &mut bool, text: &str) -> Response {
    let tokens = tokens(ui);
    let size = vec2(ui.available_width(), space::ROW_SECTION);
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *is_on = !*is_on;
        response.mark_changed();
    }
    let spoken = || WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), *is_on, text);
    response.widget_info(spoken);
    let painter = full_painter(ui);
    let enabled = response.enabled();
    let color = if enabled { tokens.text } else { tokens.disabled };
    paint_text(&painter, rect.left_center(), Align::Min, text, font::UI, color);
    let center = pos2(rect.right() - 14.0, rect.center().y);
    let track = eframe::egui::Rect::from_center_size(center, vec2(28.0, 16.0));
    let fill = match (enabled, *is_on) {
        (false, _) => tokens.line_strong,
        (true, true) => tokens.accent,
        (true, false) => tokens.control,
    };
    painter.rect_filled(track, 8, fill);
    let x = if *is_on { track.right() - 8.0 } else { track.left() + 8.0 };
    let knob = if *is_on { tokens.on_accent } else { tokens.canvas };
    painter.circle_filled(pos2(x, center.y), 6.0, knob);
    if response.has_focus() {
        focus_ring(ui, track, 8);
    }
    response
}
