//! Services: installed, started and stopped, set to start otherwise.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::{Event, Log};

use super::words::{any, pair, subject};

/// A service installed (System 7045, Security 4697; ATT&CK T1543.003).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceInstall<'a> {
    /// Always `installed`.
    pub action: &'static str,
    /// Name.
    pub name: Option<&'a str>,
    /// The command line that Windows starts.
    pub path: Option<&'a str>,
    /// What kind of service, in words.
    pub service_type: Option<Cow<'a, str>>,
    /// When it starts, in words.
    pub start_type: Option<Cow<'a, str>>,
    /// The account it runs as.
    pub account: Option<&'a str>,
    /// Who installed it; System 7045 does not say.
    pub by: Option<Cow<'a, str>>,
}

impl<'a> ServiceInstall<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self {
            action: "installed",
            name: event.field("ServiceName"),
            path: any(event, &["ServiceFileName", "ImagePath"]),
            service_type: event.field("ServiceType").map(|logged| words(logged, type_words)),
            start_type: any(event, &["ServiceStartType", "StartType"])
                .map(|logged| words(logged, start_words)),
            account: any(event, &["ServiceAccount", "AccountName"]),
            by: subject(event),
        }
    }

    pub(super) fn text(&self) -> String {
        pair(self.name.unwrap_or_default(), " = ", self.path)
    }
}

/// System writes words of its own, Security numbers.
fn words(logged: &str, meaning: impl Fn(u64) -> Option<&'static str>) -> Cow<'_, str> {
    let number = match logged.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => logged.parse().ok(),
    };
    Cow::Borrowed(number.and_then(meaning).unwrap_or(logged))
}

/// Source: Microsoft, "4697(S): A service was installed in the system", and `SERVICE_STATUS`.
const fn type_words(number: u64) -> Option<&'static str> {
    Some(match number {
        0x1 => "kernel driver",
        0x2 => "file system driver",
        0x4 => "adapter",
        0x8 => "recognizer driver",
        0x10 => "own process",
        0x20 => "shared process",
        0x50 => "own process for each user (template)",
        0x60 => "shared process for each user (template)",
        0x110 => "own process, interactive",
        0x120 => "shared process, interactive",
        0xd0 => "own process of a user",
        0xe0 => "shared process of a user",
        _ => return None,
    })
}

const fn start_words(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "boot start",
        1 => "system start",
        2 => "auto start",
        3 => "demand start",
        4 => "disabled",
        _ => return None,
    })
}

/// A service that started or stopped (System 7036), or was set to start otherwise (7040).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceChange<'a> {
    /// `state_changed` or `start_type_changed`.
    pub action: &'static str,
    /// The name that people see.
    pub display_name: Option<&'a str>,
    /// The name that programs use; 7036 does not say.
    pub name: Option<&'a str>,
    /// How it started before.
    pub from: Option<&'a str>,
    /// Its state or how it starts now.
    pub to: Option<&'a str>,
}

impl<'a> ServiceChange<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let is_state = event.event_id == 7036;
        Self {
            action: if is_state { "state_changed" } else { "start_type_changed" },
            display_name: event.field("param1"),
            name: event.field("param4").filter(|_| !is_state),
            from: event.field("param2").filter(|_| !is_state),
            to: event.field(if is_state { "param2" } else { "param3" }),
        }
    }

    pub(super) fn text(&self) -> String {
        let name = self.display_name.unwrap_or_default();
        match self.from {
            Some(from) => pair(&format!("{name}: {from}"), " to ", self.to),
            None => pair(name, " ", self.to),
        }
    }
}

/// Whether this record tells of a service installed.
pub(super) fn is_install(log: Log, event_id: u32) -> bool {
    matches!((log, event_id), (Log::System, 7045) | (Log::Security, 4697))
}
