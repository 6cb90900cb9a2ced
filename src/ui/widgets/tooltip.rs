//! Tooltips: under the pointer after the usual delay, and with the keyboard after the same.

use std::time::Duration;

use eframe::egui::Response;

use crate::view::visible::visible_text;

/// How long a control has the focus before its tooltip shows, in seconds.
const FOCUS_DELAY: f64 = 0.5;
/// More than this is not a tooltip but a document; the rest is reached by copying.
const LONGEST: usize = 2_000;

/// Shows `text` on hover, and on focus after half a second.
pub fn tooltip(response: Response, text: &str) -> Response {
    if text.is_empty() {
        return response;
    }
    if focused_long(&response) {
        response.show_tooltip_text(shortened(text));
        return response;
    }
    response.on_hover_ui(|ui| {
        ui.label(shortened(text));
    })
}

/// Says on hover why a control cannot be used; nothing while it can.
pub fn disabled_reason(response: Response, reason: &str) -> Response {
    response.on_disabled_hover_ui(|ui| {
        ui.label(shortened(reason));
    })
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            let head = text.get(..end).unwrap_or_default();
            format!("{}…", visible_text(head))
        }
        None => visible_text(text).into_owned(),
    }
}

fn focused_long(response: &Response) -> bool {
    let id = response.id.with("focused since");
    if !response.has_focus() {
        if response.lost_focus() {
            response.ctx.data_mut(|data| data.remove::<f64>(id));
        }
        return false;
    }
    let now = response.ctx.input(|input| input.time);
    let since = response.ctx.data_mut(|data| *data.get_temp_mut_or(id, now));
    let left = FOCUS_DELAY - (now - since);
    if left > 0.0 {
        response.ctx.request_repaint_after(Duration::from_secs_f64(left));
    }
    left <= 0.0
}
