//! Version, licences, and what the program promises.

use eframe::egui::{RichText, Ui};

use crate::ui::theme::{font, space, tokens};
use crate::ui::widgets::{Button, Look};

/// Draws the text.
pub(super) fn about_ui(ui: &mut Ui) {
    let quiet = tokens(ui).text2;
    ui.set_width(420.0);
    let title = format!("Spawnscope {}", env!("CARGO_PKG_VERSION"));
    ui.label(RichText::new(title).font(font::INSPECTOR_TITLE.font_id()));
    ui.add_space(space::S);
    for text in [
        "What Zoom started, what it really ran, what came next, and what the logs cannot tell.",
        "It makes no network connection, never runs what it decodes, and only reads log files.",
        "MIT or Apache-2.0. Typefaces: Inter and JetBrains Mono (SIL Open Font License). \
         Icons: Phosphor (MIT).",
    ] {
        ui.label(RichText::new(text).color(quiet));
        ui.add_space(space::XS);
    }
    ui.add_space(space::S);
    if ui.add(Button::new(Look::Raised, "Close").key("Esc")).clicked() {
        ui.close();
    }
}
