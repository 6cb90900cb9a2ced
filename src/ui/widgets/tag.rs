//! The tag: an outlined word beside a name, dashed where it says that something is missing.
//! Not coloured; a coloured word is a chip.

use eframe::egui::{
    Align, Painter, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2,
};

use super::paint::{dashed_rect, paint_text, text_width};
use crate::ui::theme::font::Face;
use crate::ui::theme::{Tokens, font, space, tokens};

const PADDING: f32 = 6.0;

/// The outline of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outline {
    /// A remark, such as "Zoom helper".
    Solid,
    /// A remark that leads, such as "Decoded".
    Strong,
    /// Something that is not in the logs.
    Dashed,
    /// The dashed box around the name of a stub; normal text size.
    DashedName,
}

impl Outline {
    const fn face(self) -> Face {
        match self {
            Self::DashedName => font::UI,
            Self::Solid | Self::Strong | Self::Dashed => font::CHIP,
        }
    }
}

/// Width of a tag with `text`.
pub fn tag_width(painter: &Painter, text: &str, outline: Outline) -> f32 {
    (text_width(painter, text, outline.face()) + 2.0 * PADDING).ceil()
}

/// Paints a tag, 18 high, whose left edge has its middle at `left_center`.
pub fn paint_tag(
    painter: &Painter,
    left_center: Pos2,
    tokens: &Tokens,
    text: &str,
    outline: Outline,
) -> Rect {
    let size = vec2(tag_width(painter, text, outline), space::CHIP);
    let rect = Rect::from_min_size(left_center - vec2(0.0, size.y / 2.0), size);
    let (edge, color) = match outline {
        Outline::Solid => (tokens.line_strong, tokens.text2),
        Outline::Strong | Outline::Dashed => (tokens.text3, tokens.text),
        Outline::DashedName => (tokens.text3, tokens.text2),
    };
    if matches!(outline, Outline::Dashed | Outline::DashedName) {
        dashed_rect(painter, rect, space::RADIUS_CHIP, edge);
    } else {
        let stroke = Stroke::new(space::STROKE, edge);
        painter.rect_stroke(rect, space::RADIUS_CHIP, stroke, StrokeKind::Inside);
    }
    paint_text(painter, rect.center(), Align::Center, text, outline.face(), color);
    rect
}

/// A tag.
pub fn tag(ui: &mut Ui, text: &str, outline: Outline) -> Response {
    let size = vec2(tag_width(ui.painter(), text, outline), space::CHIP);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    paint_tag(ui.painter(), rect.left_center(), tokens(ui), text, outline);
    response
}
