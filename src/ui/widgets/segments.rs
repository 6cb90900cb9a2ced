//! The segmented control: one of a few, side by side, such as the verdict.

use eframe::egui::{
    Align, Key, Modifiers, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::chip::ChipColors;
use super::paint::{focus_ring, full_painter, paint_icon, paint_text, text_width};
use crate::ui::theme::icon::Icon;
use crate::ui::theme::{font, space, tokens};

const INSET: f32 = 2.0;

/// One choice.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// The word.
    pub text: &'a str,
    /// Shown before the word while chosen.
    pub icon: Option<Icon>,
    /// How it looks while chosen.
    pub colors: ChipColors,
}

/// Segments of equal width over the available width, 28 high; `chosen` becomes the one clicked, or
/// reached with the arrow keys. The response has changed when the choice has.
pub fn segments(
    ui: &mut Ui,
    name: &str,
    segments: &[Segment<'_>],
    chosen: &mut Option<usize>,
) -> Response {
    let tokens = tokens(ui);
    let size = vec2(ui.available_width(), space::CONTROL);
    let (rect, mut group) = ui.allocate_exact_size(size, Sense::hover());
    group.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, ui.is_enabled(), name));
    ui.painter().rect_filled(rect, space::RADIUS_BUTTON, tokens.raised);
    let inner = rect.shrink(INSET);
    let width = inner.width() / segments.len().max(1) as f32;
    let before = *chosen;
    for (index, segment) in segments.iter().enumerate() {
        let left = inner.left() + width * index as f32;
        let part = Rect::from_x_y_ranges(left..=left + width, inner.y_range());
        let response = ui.interact(part, group.id.with(index), Sense::click());
        let is_chosen = before == Some(index);
        response.widget_info(|| {
            WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), is_chosen, segment.text)
        });
        if response.clicked() {
            *chosen = Some(index);
        }
        if response.has_focus()
            && let Some(next) = arrow(ui, index, segments.len())
        {
            *chosen = Some(next);
            ui.memory_mut(|memory| memory.request_focus(group.id.with(next)));
        }
        paint_segment(ui, part, segment, is_chosen, &response);
    }
    if *chosen != before {
        group.mark_changed();
    }
    group
}

/// The segment an arrow key leads to.
fn arrow(ui: &Ui, index: usize, count: usize) -> Option<usize> {
    ui.input_mut(|input| {
        if input.consume_key(Modifiers::NONE, Key::ArrowRight) {
            Some((index + 1).min(count.saturating_sub(1)))
        } else if input.consume_key(Modifiers::NONE, Key::ArrowLeft) {
            Some(index.saturating_sub(1))
        } else {
            None
        }
    })
}

fn paint_segment(ui: &Ui, rect: Rect, segment: &Segment<'_>, is_chosen: bool, response: &Response) {
    let tokens = tokens(ui);
    let painter = &full_painter(ui);
    let (face, color) = if is_chosen {
        painter.rect_filled(rect, space::RADIUS_CHIP, segment.colors.fill);
        (font::UI_STRONG, segment.colors.text)
    } else {
        if response.hovered() && response.enabled() {
            painter.rect_filled(rect, space::RADIUS_CHIP, tokens.hover);
        }
        (font::UI, if response.enabled() { tokens.text2 } else { tokens.disabled })
    };
    let icon = segment.icon.filter(|_| is_chosen);
    let icon_width = if icon.is_some() { space::ICON_SMALL + space::XS } else { 0.0 };
    let words = text_width(painter, segment.text, face);
    let left = rect.center().x - f32::midpoint(icon_width, words);
    if let Some(icon) = icon {
        let center = pos2(left + space::ICON_SMALL / 2.0, rect.center().y);
        paint_icon(painter, center, icon, space::ICON_SMALL, color);
    }
    let at = pos2(left + icon_width, rect.center().y);
    paint_text(painter, at, Align::Min, segment.text, face, color);
    if response.has_focus() {
        focus_ring(ui, rect, space::RADIUS_CHIP);
    }
}
