//! Microsoft Defender Antivirus: what it found and did, and what was done to it.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::{Event, Timestamp};

use super::words::{any, pair};

/// Something it found (1006 1015 1116) or dealt with (1007 1117 1118 1119).
///
/// Source: Microsoft, "Review event logs and error codes to troubleshoot issues with Microsoft
/// Defender Antivirus".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict<'a> {
    /// `detected`, `suspicious_behavior`, `acted` or `action_failed`.
    pub action: &'static str,
    /// Name of the threat.
    pub threat: Option<&'a str>,
    /// `Severe`, `High`, …
    pub severity: Option<&'a str>,
    /// `Trojan`, `Tool`, …
    pub category: Option<&'a str>,
    /// What it is in, with the kind before: `file:_C:\…`.
    pub path: Option<&'a str>,
    /// What was or will be done with it, in words.
    pub response: Option<Cow<'a, str>>,
    /// What noticed it, in words.
    pub source: Option<Cow<'a, str>>,
    /// The program that had to do with it, by its path alone.
    pub process_image: Option<&'a str>,
    /// The process it is in, where the path names one.
    pub process_id: Option<u32>,
    /// Whose it was.
    pub user: Option<&'a str>,
    /// Names the finding: records of one have the same.
    pub detection_id: Option<&'a str>,
    /// How the response went.
    pub error: Option<&'a str>,
}

impl<'a> Verdict<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let path = any(event, &["Path", "Path Found", "Resource Path"]);
        Self {
            action: match event.event_id {
                1006 | 1116 => "detected",
                1015 => "suspicious_behavior",
                1007 | 1117 => "acted",
                _ => "action_failed",
            },
            threat: any(event, &["Threat Name", "Name"]),
            severity: any(event, &["Severity Name", "Severity"]),
            category: any(event, &["Category Name", "Category"]),
            path,
            response: worded(event, &["Action Name", "Cleaning Action"], "Action ID", response),
            source: worded(event, &["Source Name", "Detection Source"], "Source ID", source),
            process_image: event.field("Process Name").filter(|name| *name != "Unknown"),
            process_id: path.and_then(process_in).map(|(pid, _)| pid),
            user: any(event, &["Detection User", "User"]),
            detection_id: event.field("Detection ID"),
            error: event
                .field("Error Description")
                .filter(|_| event.number("Error Code") != Some(0)),
        }
    }

    pub(super) fn text(&self) -> String {
        pair(self.threat.unwrap_or_default(), " in ", self.path)
    }
}

/// A name; where it is a number of Defender's own messages, what the id beside it means.
fn worded<'a>(
    event: &'a Event,
    names: &[&str],
    id: &str,
    words: impl Fn(u64) -> Option<&'static str>,
) -> Option<Cow<'a, str>> {
    let name = any(event, names);
    match name.filter(|name| !name.starts_with("%%")) {
        Some(name) => Some(Cow::Borrowed(name)),
        None => event.number(id).and_then(words).or(name).map(Cow::Borrowed),
    }
}

/// Source: Microsoft, `MSFT_MpThreatDetection`, `CleaningActionID`.
const fn response(id: u64) -> Option<&'static str> {
    Some(match id {
        1 => "clean",
        2 => "quarantine",
        3 => "remove",
        6 => "allow",
        8 => "user defined",
        9 => "no action",
        10 => "block",
        _ => return None,
    })
}

/// Source: Microsoft, `MSFT_MpThreatDetection`, `DetectionSourceTypeID`.
const fn source(id: u64) -> Option<&'static str> {
    Some(match id {
        1 => "user",
        2 => "system",
        3 => "real-time protection",
        4 => "downloads and attachments",
        5 => "network inspection",
        6 => "early launch antimalware",
        _ => return None,
    })
}

/// The process that a path names, `process:_pid:4520,ProcessStart:132079332009434321`, and its
/// start as a FILETIME.
pub(crate) fn process_in(path: &str) -> Option<(u32, Option<Timestamp>)> {
    let digits = |text: &str| -> Option<u64> {
        let end = text.bytes().take_while(u8::is_ascii_digit).count();
        text.get(..end)?.parse().ok()
    };
    let (_, rest) = path.split_once("pid:")?;
    let pid = u32::try_from(digits(rest)?).ok().filter(|pid| *pid != 0)?;
    let start = rest.split_once("ProcessStart:").and_then(|(_, rest)| digits(rest));
    Some((pid, start.map(Timestamp::from_filetime)))
}

/// A setting of it that was changed (5001 5004 5007 5010 5012 5013; ATT&CK T1562.001).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AntivirusChange<'a> {
    /// `real_time_protection_disabled` (5001), `real_time_protection_changed` (5004),
    /// `setting_changed` (5007), `antispyware_disabled` (5010), `antivirus_disabled` (5012),
    /// `change_blocked_by_tamper_protection` (5013).
    pub action: &'static str,
    /// The setting before, as a registry path with its data.
    pub old: Option<&'a str>,
    /// The setting now.
    pub new: Option<&'a str>,
    /// Whether tamper protection blocked it or ignored it (5013).
    pub outcome: Option<&'a str>,
}

impl<'a> AntivirusChange<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self {
            action: match event.event_id {
                5001 => "real_time_protection_disabled",
                5004 => "real_time_protection_changed",
                5007 => "setting_changed",
                5010 => "antispyware_disabled",
                5012 => "antivirus_disabled",
                _ => "change_blocked_by_tamper_protection",
            },
            old: event.field("Old Value"),
            new: any(event, &["New Value", "Value", "Feature Name"]),
            outcome: event.field("Changed Type"),
        }
    }

    pub(super) fn text(&self) -> String {
        match (self.old, self.new) {
            (Some(old), new) => pair(old, " to ", new),
            (None, Some(new)) => new.to_owned(),
            (None, None) => self.action.replace('_', " "),
        }
    }
}

/// Whether this record tells of a setting.
pub(super) const fn is_change(event_id: u32) -> bool {
    event_id >= 5000
}
