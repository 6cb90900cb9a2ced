//! How bad a finding is.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// The five levels of a Sigma rule, mildest first.
///
/// Source: Sigma specification, `level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, not an event to act on.
    Informational,
    /// Notable, seldom an incident.
    Low,
    /// Relevant, to be reviewed by hand.
    Medium,
    /// Should raise an alert and be reviewed at once.
    High,
    /// Highly relevant, indicates an incident.
    Critical,
}

impl Severity {
    /// All levels, worst first: the order of the findings list.
    pub const WORST_FIRST: [Self; 5] =
        [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Informational];

    /// The level's name as Sigma and the JSON documents spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The level's name as the screen and the report show it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Informational => "Info",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }

    /// The level `steps` above, at most critical.
    #[must_use]
    pub const fn raised(self, steps: usize) -> Self {
        let mut level = self;
        let mut left = steps;
        while left > 0 {
            level = match level {
                Self::Informational => Self::Low,
                Self::Low => Self::Medium,
                Self::Medium => Self::High,
                Self::High | Self::Critical => return Self::Critical,
            };
            left -= 1;
        }
        level
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::WORST_FIRST
            .into_iter()
            .find(|level| level.name().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| {
                format!("\"{text}\" is no level; use informational, low, medium, high or critical")
            })
    }
}
