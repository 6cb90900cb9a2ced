//! Modules and drivers loaded, and pipes.

use serde::Serialize;

use crate::model::Event;

use super::words::flag;

/// A module loaded into a process (Sysmon 7), or a driver into the kernel (Sysmon 6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Module<'a> {
    /// Whether it is a driver; no process stands behind its record.
    pub driver: bool,
    /// Full path.
    pub path: Option<&'a str>,
    /// Whether it is signed.
    pub signed: Option<bool>,
    /// Who signed it.
    pub signer: Option<&'a str>,
    /// `Valid`, `Expired`, `Unavailable`, …
    pub signature_status: Option<&'a str>,
    /// `Hashes` as logged.
    pub hashes: Option<&'a str>,
    /// The name it was linked under.
    pub original_file_name: Option<&'a str>,
    /// Company from its version information.
    pub company: Option<&'a str>,
    /// Product from its version information.
    pub product: Option<&'a str>,
    /// Description from its version information.
    pub description: Option<&'a str>,
    /// Version from its version information.
    pub version: Option<&'a str>,
}

impl<'a> Module<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self {
            driver: event.event_id == 6,
            path: event.field("ImageLoaded"),
            signed: flag(event, "Signed"),
            signer: event.field("Signature"),
            signature_status: event.field("SignatureStatus"),
            hashes: event.field("Hashes"),
            original_file_name: event.field("OriginalFileName"),
            company: event.field("Company"),
            product: event.field("Product"),
            description: event.field("Description"),
            version: event.field("FileVersion"),
        }
    }

    pub(super) fn text(&self) -> String {
        self.path.unwrap_or_default().to_owned()
    }
}

/// What was done with a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PipeAction {
    /// Sysmon 17.
    Created,
    /// Sysmon 18.
    Connected,
}

/// A named pipe created or connected to (Sysmon 17 and 18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pipe<'a> {
    /// Created or connected to.
    pub action: PipeAction,
    /// `PipeName`, with a backslash before it.
    pub name: Option<&'a str>,
}

impl<'a> Pipe<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let action = if event.event_id == 17 { PipeAction::Created } else { PipeAction::Connected };
        Self { action, name: event.field("PipeName") }
    }

    pub(super) fn text(&self) -> String {
        self.name.unwrap_or_default().to_owned()
    }
}
