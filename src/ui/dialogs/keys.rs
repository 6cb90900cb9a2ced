//! The list of keys, made from the table of actions.

use eframe::egui::{Grid, RichText, ScrollArea, Ui};

use crate::ui::action::{TABLE, spelled};
use crate::ui::theme::{font, space};
use crate::ui::widgets::{Button, Look, key_cap};

/// Keys of the process tree, which are no actions.
const TREE: &[(&str, &[&str])] = &[
    ("Row up, row down", &["Up", "Down"]),
    ("Fold, or go to the parent", &["Left"]),
    ("Unfold, or go to the first child", &["Right"]),
    ("First row, last row", &["Home", "End"]),
    ("Inspector", &["Enter"]),
];

/// Keys of the table of records and of the timeline.
const OTHERS: &[(&str, &[&str])] = &[
    (
        "In the table: row up, row down, a page, the ends",
        &["Up", "Down", "PgUp", "PgDn", "Home", "End"],
    ),
    ("In the table: into the record", &["Enter"]),
    ("In the timeline: zoom in, zoom out, fit", &["+", "-", "0"]),
    ("In the timeline: earlier, later", &["Left", "Right"]),
    ("In the strip of events: move the time range", &["Left", "Right"]),
    ("In the strip of events: make it longer, shorter", &["Shift Right", "Shift Left"]),
];

/// Draws the list.
pub(super) fn keys_ui(ui: &mut Ui) {
    ui.set_width(440.0);
    ui.label(RichText::new("Keys").font(font::INSPECTOR_TITLE.font_id()));
    ui.add_space(space::S);
    ScrollArea::vertical().max_height(480.0).show(ui, |ui| {
        Grid::new("keys").num_columns(2).spacing([space::XL, space::XS]).show(ui, |ui| {
            for entry in TABLE.iter().filter(|entry| !entry.keys.is_empty()) {
                ui.label(entry.name);
                ui.horizontal(|ui| {
                    for shortcut in entry.keys {
                        key_cap(ui, &spelled(*shortcut));
                    }
                });
                ui.end_row();
            }
            for (name, keys) in TREE {
                ui.label(format!("In the tree: {}", name.to_lowercase()));
                ui.horizontal(|ui| {
                    for key in *keys {
                        key_cap(ui, key);
                    }
                });
                ui.end_row();
            }
            for (name, keys) in OTHERS {
                ui.label(*name);
                ui.horizontal(|ui| {
                    for key in *keys {
                        key_cap(ui, key);
                    }
                });
                ui.end_row();
            }
        });
    });
    ui.add_space(space::M);
    if ui.add(Button::new(Look::Raised, "Close").key("Esc")).clicked() {
        ui.close();
    }
}
