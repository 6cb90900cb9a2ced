//! Numbers in a box: the badge of an attack step and the circle of a decoded layer.

use eframe::egui::{
    Align, Painter, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2,
};

use super::paint::{dashed_rect, paint_text};
use crate::ui::theme::{Tokens, font, space, tokens};

/// Diameter of a layer's circle.
pub const CIRCLE: f32 = 18.0;

/// What the badge of a step says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadgeState {
    /// Seen: filled with the step's colour.
    Observed,
    /// Names the step of a process in a row: the step's colour as outline and digit.
    Mark,
    /// Not seen, or not read yet: grey outline.
    NotObserved,
    /// Cannot be known: dashed, with a question mark.
    Unknown,
}

/// Paints the badge of attack step 1 to 8, 18×18 around `center`.
pub fn paint_step_badge(
    painter: &Painter,
    center: Pos2,
    tokens: &Tokens,
    step: u8,
    state: BadgeState,
) -> Rect {
    let rect = Rect::from_center_size(center, vec2(space::CHIP, space::CHIP));
    let color = tokens.step(step);
    let digit = step.to_string();
    let stroke = |color| Stroke::new(space::STROKE, color);
    let (text, color) = match state {
        BadgeState::Observed => {
            painter.rect_filled(rect, space::RADIUS_CHIP, color);
            (digit.as_str(), tokens.canvas)
        }
        BadgeState::Mark => {
            painter.rect_stroke(rect, space::RADIUS_CHIP, stroke(color), StrokeKind::Inside);
            (digit.as_str(), color)
        }
        BadgeState::NotObserved => {
            let edge = stroke(tokens.control);
            painter.rect_stroke(rect, space::RADIUS_CHIP, edge, StrokeKind::Inside);
            (digit.as_str(), tokens.text3)
        }
        BadgeState::Unknown => {
            dashed_rect(painter, rect, space::RADIUS_CHIP, tokens.medium.text);
            ("?", tokens.medium.text)
        }
    };
    paint_text(painter, rect.center(), Align::Center, text, font::MONO_BADGE, color);
    rect
}

/// The badge of attack step 1 to 8; `name` is what a screen reader says, such as
/// "Step 2, initial access or lure: cannot be known, Sysmon off".
pub fn step_badge(ui: &mut Ui, step: u8, state: BadgeState, name: &str) -> Response {
    let size = vec2(space::CHIP, space::CHIP);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    paint_step_badge(ui.painter(), rect.center(), tokens(ui), step, state);
    response
}

/// Paints the numbered circle of a decoded layer or of an instruction, 18 wide.
pub fn paint_layer_circle(painter: &Painter, center: Pos2, tokens: &Tokens, number: usize) {
    painter.circle_filled(center, CIRCLE / 2.0, tokens.raised);
    let text = number.to_string();
    paint_text(painter, center, Align::Center, &text, font::CHIP, tokens.text2);
}

/// The numbered circle of a decoded layer.
pub fn layer_circle(ui: &mut Ui, number: usize) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(CIRCLE, CIRCLE), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, number));
    paint_layer_circle(ui.painter(), rect.center(), tokens(ui), number);
    response
}
