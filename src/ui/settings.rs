//! What is kept between runs: theme, recent bundles, and how the panels stand. Nothing of any log
//! is kept.

use eframe::egui::ThemePreference;
use serde::{Deserialize, Serialize};

use crate::session::{RecentBundle, Tab};
use crate::ui::panels::events::{Columns, Form};

/// Kept between runs by eframe's storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    pub(super) theme: ThemeChoice,
    pub(super) recents: Vec<RecentBundle>,
    pub(super) sides: Sides,
    pub(super) event_columns: Columns,
    pub(super) record_form: Form,
}

/// Which sides are folded while a tab is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Folded {
    pub(super) left: bool,
    pub(super) inspector: bool,
}

/// Each tab remembers its sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Sides {
    tree: Folded,
    timeline: Folded,
    events: Folded,
}

impl Default for Sides {
    fn default() -> Self {
        Self {
            tree: Folded::default(),
            timeline: Folded { left: true, inspector: false },
            events: Folded { left: false, inspector: true },
        }
    }
}

impl Sides {
    /// The sides of a tab.
    pub(super) const fn of(&self, tab: Tab) -> Folded {
        match tab {
            Tab::ProcessTree => self.tree,
            Tab::Timeline => self.timeline,
            Tab::Events => self.events,
        }
    }

    /// The sides of a tab, to change.
    pub(super) const fn of_mut(&mut self, tab: Tab) -> &mut Folded {
        match tab {
            Tab::ProcessTree => &mut self.tree,
            Tab::Timeline => &mut self.timeline,
            Tab::Events => &mut self.events,
        }
    }
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
