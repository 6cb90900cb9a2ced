//! Widgets at a fixed place, which take no room from what follows.

use eframe::egui::{Layout, Rect, Ui, UiBuilder};

/// Lays `add` out in `rect` without moving the cursor of `ui`.
pub fn place<R>(ui: &mut Ui, rect: Rect, layout: Layout, add: impl FnOnce(&mut Ui) -> R) -> R {
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    add(&mut child)
}
