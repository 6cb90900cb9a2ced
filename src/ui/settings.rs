//! What is kept between runs: theme and recent bundles. Nothing of any log is kept.

use eframe::egui::ThemePreference;
use serde::{Deserialize, Serialize};

use crate::session::RecentBundle;

/// Kept between runs by eframe's storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    pub(super) theme: ThemeChoice,
    pub(super) recents: Vec<RecentBundle>,
    pub(super) is_left_hidden: bool,
    pub(super) is_inspector_hidden: bool,
}

/// Which colours the user chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ThemeChoice {
    #[default]
    Dark,
    Light,
    System,
}

impl From<ThemeChoice> for ThemePreference {
    fn from(choice: ThemeChoice) -> Self {
        match choice {
            ThemeChoice::Dark => Self::Dark,
            ThemeChoice::Light => Self::Light,
            ThemeChoice::System => Self::System,
        }
    }
}

/// The name the settings are stored under.
pub(super) const KEY: &str = "settings";
