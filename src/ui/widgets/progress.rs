//! The progress bar, the only thing in the window that moves.

use eframe::egui::{Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::ui::theme::{Tokens, tokens};

const HEIGHT: f32 = 6.0;

/// Paints how much of `rect` is done; `fraction` 0 to 1.
pub fn paint_progress(painter: &Painter, rect: Rect, tokens: &Tokens, fraction: f32) {
    let fraction = if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 0.0 };
    painter.rect_filled(rect, 2, tokens.raised);
    let mut done = rect;
    done.set_width(rect.width() * fraction);
    painter.rect_filled(done, 2, tokens.accent);
}

/// A progress bar of `width` points, 6 high; `name` says what is being done.
pub fn progress_bar(ui: &mut Ui, width: f32, fraction: f32, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, name);
        info.value = Some(f64::from(fraction * 100.0).round());
        info
    });
    paint_progress(ui.painter(), rect, tokens(ui), fraction);
    response
}
