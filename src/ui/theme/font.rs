//! The type scale: which typeface, size, line height and baseline each kind of text has.
//! Not the font files (`font_data`) and not colours (`tokens`).

use std::sync::LazyLock;

use eframe::egui::{Color32, FontFamily, FontId, Stroke, TextFormat};

static MEDIUM: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("inter-medium".into()));
static SEMIBOLD: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("inter-semibold".into()));
static ICONS: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("phosphor".into()));
static FILLED: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("phosphor-fill".into()));

/// Inter Medium.
pub fn medium() -> FontFamily {
    MEDIUM.clone()
}

/// Inter semi-bold.
pub fn semibold() -> FontFamily {
    SEMIBOLD.clone()
}

/// Phosphor regular.
pub fn icons() -> FontFamily {
    ICONS.clone()
}

/// Phosphor fill.
pub fn icons_filled() -> FontFamily {
    FILLED.clone()
}

/// The typefaces of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Inter Regular.
    Regular,
    /// Inter Medium.
    Medium,
    /// Inter semi-bold.
    SemiBold,
    /// `JetBrains` Mono Regular.
    Mono,
}

/// One entry of the type scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// Typeface.
    pub weight: Weight,
    /// Size in points.
    pub size: f32,
    /// Line height in points.
    pub line: f32,
    /// Distance from the middle of a row down to the baseline, in points. Faces that share a row
    /// have the same, so that a name, its PID and its command stand on one line.
    pub drop: f32,
}

impl Face {
    const fn new(weight: Weight, size: f32, line: f32, drop: f32) -> Self {
        Self { weight, size, line, drop }
    }

    /// The font to lay the text out with.
    pub fn font_id(self) -> FontId {
        let family = match self.weight {
            Weight::Regular => FontFamily::Proportional,
            Weight::Medium => medium(),
            Weight::SemiBold => semibold(),
            Weight::Mono => FontFamily::Monospace,
        };
        FontId::new(self.size, family)
    }

    /// The face as a section of a layout job.
    pub fn format(self, color: Color32) -> TextFormat {
        TextFormat {
            font_id: self.font_id(),
            line_height: Some(self.line),
            color,
            underline: Stroke::NONE,
            ..TextFormat::default()
        }
    }
}

/// Text of the interface.
pub const UI: Face = Face::new(Weight::Regular, 13.0, 16.0, 5.0);
/// Button, name of a layer, "Then" words.
pub const UI_MEDIUM: Face = Face::new(Weight::Medium, 13.0, 16.0, 5.0);
/// Flagged process, host, chosen tab.
pub const UI_STRONG: Face = Face::new(Weight::SemiBold, 13.0, 16.0, 5.0);
/// Second line of a row, label of a fact.
pub const SMALL: Face = Face::new(Weight::Regular, 12.0, 16.0, 5.0);
/// Column header that is sorted by, emphasis in small text.
pub const SMALL_MEDIUM: Face = Face::new(Weight::Medium, 12.0, 16.0, 5.0);
/// Chip and tag.
pub const CHIP: Face = Face::new(Weight::Medium, 11.0, 14.0, 4.0);
/// Title of a panel or section.
pub const TITLE: Face = Face::new(Weight::SemiBold, 13.0, 16.0, 5.0);
/// Title of the inspector.
pub const INSPECTOR_TITLE: Face = Face::new(Weight::SemiBold, 15.0, 20.0, 5.0);
/// Title of the start screen.
pub const START_TITLE: Face = Face::new(Weight::SemiBold, 20.0, 28.0, 7.0);
/// Text of the report.
pub const REPORT: Face = Face::new(Weight::Regular, 14.0, 22.0, 5.0);
/// Emphasis in the report.
pub const REPORT_STRONG: Face = Face::new(Weight::SemiBold, 14.0, 22.0, 5.0);
/// First heading of the report.
pub const REPORT_H1: Face = Face::new(Weight::SemiBold, 22.0, 28.0, 8.0);
/// Second heading of the report.
pub const REPORT_H2: Face = Face::new(Weight::SemiBold, 16.0, 24.0, 6.0);
/// Command block.
pub const MONO_CODE: Face = Face::new(Weight::Mono, 12.5, 18.0, 5.0);
/// Command, value or time in a row.
pub const MONO_ROW: Face = Face::new(Weight::Mono, 12.0, 16.0, 5.0);
/// Raw record, PID.
pub const MONO_RECORD: Face = Face::new(Weight::Mono, 11.5, 18.0, 5.0);
/// Digit of a step badge.
pub const MONO_BADGE: Face = Face::new(Weight::Mono, 11.0, 14.0, 4.0);
/// Key cap.
pub const MONO_KEY: Face = Face::new(Weight::Mono, 11.0, 14.0, 4.0);
/// Labels of an axis.
pub const AXIS: Face = Face::new(Weight::Mono, 10.5, 14.0, 4.0);
