//! The chip: a coloured word, such as a severity, a verdict or the state of a file.
//! An outlined word is a tag.

use eframe::egui::{
    Align, Color32, Painter, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2,
};

use super::paint::{paint_text, text_width};
use crate::model::Severity;
use crate::ui::theme::{Tokens, font, space, tokens};

const PADDING: f32 = 7.0;

/// Colours of a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChipColors {
    /// The word.
    pub text: Color32,
    /// What is behind it.
    pub fill: Color32,
}

/// The colours of a severity's chip.
pub const fn chip_colors(tokens: &Tokens, severity: Severity) -> ChipColors {
    let colors = tokens.severity(severity);
    ChipColors { text: colors.text, fill: colors.chip }
}

/// The colours of "benign" and "read".
pub const fn ok_chip_colors(tokens: &Tokens) -> ChipColors {
    ChipColors { text: tokens.ok, fill: tokens.ok_chip }
}

/// Width of a chip with `text`.
pub fn chip_width(painter: &Painter, text: &str) -> f32 {
    (text_width(painter, text, font::CHIP) + 2.0 * PADDING).ceil()
}

/// Paints a chip, 18 high, whose left edge has its middle at `left_center`.
pub fn paint_chip(painter: &Painter, left_center: Pos2, text: &str, colors: ChipColors) -> Rect {
    let size = vec2(chip_width(painter, text), space::CHIP);
    let rect = Rect::from_min_size(left_center - vec2(0.0, size.y / 2.0), size);
    painter.rect_filled(rect, space::RADIUS_CHIP, colors.fill);
    paint_text(painter, rect.center(), Align::Center, text, font::CHIP, colors.text);
    rect
}

/// Paints the chip of a severity.
pub fn paint_severity_chip(
    painter: &Painter,
    left_center: Pos2,
    tokens: &Tokens,
    severity: Severity,
) -> Rect {
    paint_chip(painter, left_center, severity.label(), chip_colors(tokens, severity))
}

/// A chip.
pub fn chip(ui: &mut Ui, text: &str, colors: ChipColors) -> Response {
    let size = vec2(chip_width(ui.painter(), text), space::CHIP);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    paint_chip(ui.painter(), rect.left_center(), text, colors);
    response
}

/// The chip of a severity.
pub fn severity_chip(ui: &mut Ui, severity: Severity) -> Response {
    let colors = chip_colors(tokens(ui), severity);
    chip(ui, severity.label(), colors)
}
