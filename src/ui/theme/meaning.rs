//! Which token and which icon a severity, an attack step or a kind of activity has.
//! Not the colours themselves (`tokens`).

use eframe::egui::Color32;

use super::icon::{self, Icon};
use super::tokens::{SeverityColors, Tokens};
use crate::model::{ActivityKind, Severity};

impl Tokens {
    /// Text, chip and fill of a severity.
    pub const fn severity(&self, severity: Severity) -> &SeverityColors {
        match severity {
            Severity::Critical => &self.critical,
            Severity::High => &self.high,
            Severity::Medium => &self.medium,
            Severity::Low => &self.low,
            Severity::Informational => &self.info,
        }
    }

    /// Colour of attack step 1 to 8; `text3` for any other number.
    pub fn step(&self, step: u8) -> Color32 {
        let index = usize::from(step).checked_sub(1);
        index.and_then(|index| self.steps.get(index)).copied().unwrap_or(self.text3)
    }

    /// Colour of a kind of activity.
    pub const fn activity(&self, kind: ActivityKind) -> Color32 {
        match kind {
            ActivityKind::Network | ActivityKind::Dns | ActivityKind::Bits => self.network,
            ActivityKind::File => self.file,
            ActivityKind::Registry => self.registry,
            ActivityKind::Task | ActivityKind::Service => self.task,
            ActivityKind::Script | ActivityKind::Wmi => self.script,
            ActivityKind::Logon
            | ActivityKind::Share
            | ActivityKind::Account
            | ActivityKind::Session => self.logon,
            ActivityKind::Pipe
            | ActivityKind::Module
            | ActivityKind::Access
            | ActivityKind::Log
            | ActivityKind::Defender
            | ActivityKind::Policy
            | ActivityKind::Other => self.text2,
        }
    }
}

/// Icon of a kind of activity.
pub const fn activity_icon(kind: ActivityKind) -> Icon {
    match kind {
        ActivityKind::Network => icon::GLOBE_SIMPLE,
        ActivityKind::Dns => icon::MAGNIFYING_GLASS,
        ActivityKind::File => icon::FILE,
        ActivityKind::Registry => icon::SLIDERS,
        ActivityKind::Task => icon::CALENDAR_CHECK,
        ActivityKind::Service => icon::GEAR,
        ActivityKind::Script => icon::SCROLL,
        ActivityKind::Logon => icon::KEY,
        ActivityKind::Share => icon::FOLDER,
        ActivityKind::Pipe => icon::PLUGS,
        ActivityKind::Module => icon::PUZZLE_PIECE,
        ActivityKind::Access => icon::CROSSHAIR,
        ActivityKind::Wmi => icon::FLOW_ARROW,
        ActivityKind::Account => icon::LIST_CHECKS,
        ActivityKind::Log => icon::TRASH,
        ActivityKind::Bits => icon::DOWNLOAD_SIMPLE,
        ActivityKind::Defender => icon::WARNING,
        ActivityKind::Policy => icon::PROHIBIT,
        ActivityKind::Session => icon::DESKTOP,
        ActivityKind::Other => icon::DOTS_THREE,
    }
}

/// Icon of a severity, always filled.
pub const fn severity_icon(severity: Severity) -> Icon {
    match severity {
        Severity::Critical | Severity::High => icon::WARNING_OCTAGON.filled(),
        Severity::Medium => icon::WARNING.filled(),
        Severity::Low | Severity::Informational => icon::INFO.filled(),
    }
}
