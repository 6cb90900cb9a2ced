//! The bar above the timeline: zoom, and what is shown.

use eframe::egui::{Align, Layout, Sense, Ui, vec2};

use crate::ui::context::Context;
use crate::ui::panels::timeline::TimelineState;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Look, Size, disabled_reason, icon_button, paint_text, place, text_width, tick_box,
    tooltip,
};
use crate::view::number;
use crate::view::timeline::{Timeline, Window};

const HEIGHT: f32 = 36.0;
/// One press of + or − makes the window so many times as long.
pub(super) const STEP: f64 = 1.6;

/// Draws the bar.
pub(super) fn bar_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    state: &mut TimelineState,
    view: &Timeline,
    window: Window,
) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let seam = (space::STROKE, cx.tokens.line);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, seam);
    let inner = rect.shrink2(vec2(space::M, 0.0));
    let mut used = inner.left();
    place(ui, inner, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let middle = window.at(0.5);
        if icon_button(ui, icon::MAGNIFYING_GLASS_MINUS, "Zoom out (−)").clicked() {
            state.window = Some(window.zoomed(STEP, middle, view.bounds));
        }
        if icon_button(ui, icon::MAGNIFYING_GLASS_PLUS, "Zoom in (+)").clicked() {
            state.window = Some(window.zoomed(1.0 / STEP, middle, view.bounds));
        }
        let has_chain = !view.chain.is_empty();
        let name = if has_chain { "Fit chain" } else { "Fit all" };
        let fit = ui.add(Button::new(Look::Raised, name).size(Size::Small));
        if tooltip(fit, "Show it whole (0)").clicked() {
            state.window = None;
        }
        if has_chain {
            let all = ui.add(Button::new(Look::Ghost, "Fit all").size(Size::Small));
            if tooltip(all, "Show all of the host's records").clicked() {
                state.window = Some(view.bounds);
            }
        }
        ui.add_space(space::S);
        ui.add_enabled_ui(has_chain, |ui| {
            let mut is_on = state.has_chain && has_chain;
            let response = tick_box(ui, &mut is_on, "Zoom chain");
            if response.changed() {
                state.has_chain = is_on;
            }
            disabled_reason(response, "No Zoom chain on this host");
        });
        let mut has_others = state.has_others.unwrap_or(!has_chain);
        if tick_box(ui, &mut has_others, "Other processes").changed() {
            state.has_others = Some(has_others);
        }
        ui.add_enabled_ui(!view.holes.is_empty(), |ui| {
            let response = tick_box(ui, &mut state.has_holes, "Coverage gaps");
            disabled_reason(response, "No known gap on this host");
        });
        used = ui.min_rect().right();
    });
    let secs = std::time::Duration::try_from_secs_f64(window.secs()).unwrap_or_default();
    let (times, length) = (window.words(), number::span(secs));
    let width = text_width(ui.painter(), &times, font::MONO_ROW)
        + space::S
        + text_width(ui.painter(), &length, font::UI);
    if used + width + space::L < inner.right() {
        let painter = ui.painter();
        let end = inner.right_center();
        let drawn = paint_text(painter, end, Align::Max, &length, font::UI, cx.tokens.text2);
        let end = eframe::egui::pos2(drawn.left() - space::S, end.y);
        paint_text(painter, end, Align::Max, &times, font::MONO_ROW, cx.tokens.text2);
    }
}
