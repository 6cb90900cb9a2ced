//! What was done to other processes and to objects: opened, injected into, tampered with, read raw.

use serde::Serialize;

use crate::model::{Event, file_name};

use super::{
    rights,
    words::{any, listed, pair},
};

/// A process opened another (Sysmon 10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProcessAccess<'a> {
    /// The other's image.
    pub target_image: Option<&'a str>,
    /// The other's id.
    pub target_pid: Option<u32>,
    /// The other's GUID as logged.
    pub target_guid: Option<&'a str>,
    /// The other's account (Sysmon 13.30 and later).
    pub target_user: Option<&'a str>,
    /// `GrantedAccess` as logged.
    pub granted_access: Option<&'a str>,
    /// What that allows.
    pub rights: Vec<&'static str>,
    /// Whether a caller lies in memory that belongs to no file, as injected code does:
    /// `UNKNOWN` in `CallTrace`.
    pub called_from_unknown_memory: Option<bool>,
}

impl<'a> ProcessAccess<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self {
            target_image: event.field("TargetImage"),
            target_pid: event.pid("TargetProcessId"),
            target_guid: any(event, &["TargetProcessGUID", "TargetProcessGuid"]),
            target_user: event.field("TargetUser"),
            granted_access: event.field("GrantedAccess"),
            rights: event.number("GrantedAccess").map(rights::of_process).unwrap_or_default(),
            called_from_unknown_memory: event
                .field("CallTrace")
                .map(|trace| trace.contains("UNKNOWN(")),
        }
    }

    pub(super) fn text(&self) -> String {
        pair(self.granted_access.unwrap_or_default(), " on ", self.target_image)
    }
}

/// A process started a thread in another (Sysmon 8, ATT&CK T1055).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RemoteThread<'a> {
    /// The other's image.
    pub target_image: Option<&'a str>,
    /// The other's id.
    pub target_pid: Option<u32>,
    /// The other's GUID as logged.
    pub target_guid: Option<&'a str>,
    /// The other's account (Sysmon 13.30 and later).
    pub target_user: Option<&'a str>,
    /// The new thread.
    pub thread_id: Option<u32>,
    /// Where it began, as logged.
    pub start_address: Option<&'a str>,
    /// The module that address lies in; missing where it lies in none.
    pub start_module: Option<&'a str>,
    /// The function that address is.
    pub start_function: Option<&'a str>,
}

impl<'a> RemoteThread<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self {
            target_image: event.field("TargetImage"),
            target_pid: event.pid("TargetProcessId"),
            target_guid: any(event, &["TargetProcessGuid", "TargetProcessGUID"]),
            target_user: event.field("TargetUser"),
            thread_id: event.pid("NewThreadId"),
            start_address: event.field("StartAddress"),
            start_module: event.field("StartModule"),
            start_function: event.field("StartFunction"),
        }
    }

    pub(super) fn text(&self) -> String {
        pair("remote thread", " in ", self.target_image)
    }
}

/// A process whose image was hidden or replaced, or a disk that was read without its file system
/// (Sysmon 25 and 9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tampering<'a> {
    /// Sysmon's `Type`: `Image is replaced` (hollowing), `Image is locked for access` (herpaderping).
    pub change: Option<&'a str>,
}

impl<'a> Tampering<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self { change: event.field("Type") }
    }

    pub(super) fn text(&self) -> String {
        self.change.unwrap_or_default().to_owned()
    }
}

/// A disk read past its file system (Sysmon 9, ATT&CK T1006).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RawRead<'a> {
    /// `Device`.
    pub device: Option<&'a str>,
}

impl<'a> RawRead<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self { device: event.field("Device") }
    }

    pub(super) fn text(&self) -> String {
        self.device.unwrap_or_default().to_owned()
    }
}

/// How far an access to an object went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessAction {
    /// A handle was asked for, in vain or not (4656).
    HandleRequested,
    /// The right was used (4663).
    Accessed,
}

/// An access to a file, a key, a process or another object that has an audit entry
/// (Security 4656 and 4663).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectAccess<'a> {
    /// How far it went.
    pub action: AccessAction,
    /// `File`, `Key`, `Process`, `SAM_DOMAIN`, …
    pub object_type: Option<&'a str>,
    /// The object.
    pub object: Option<&'a str>,
    /// Which part of Windows keeps it.
    pub object_server: Option<&'a str>,
    /// `AccessMask` as logged.
    pub access_mask: Option<&'a str>,
    /// What that allows.
    pub rights: Vec<&'a str>,
}

impl<'a> ObjectAccess<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let action = match event.event_id {
            4656 => AccessAction::HandleRequested,
            _ => AccessAction::Accessed,
        };
        let object_type = event.field("ObjectType");
        Self {
            action,
            object_type,
            object: event.field("ObjectName"),
            object_server: event.field("ObjectServer"),
            access_mask: event.field("AccessMask"),
            rights: rights::of_object(
                object_type,
                event.field("AccessList"),
                event.number("AccessMask"),
            ),
        }
    }

    pub(super) fn text(&self) -> String {
        match self.object_type {
            Some("File" | "Key") => self.object.unwrap_or_default().to_owned(),
            _ => pair(self.access_mask.unwrap_or_default(), " on ", self.object),
        }
    }
}

/// A privilege used (Security 4673).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PrivilegeUse<'a> {
    /// The privileges as logged, `SeDebugPrivilege` and the like.
    pub privileges: Vec<&'a str>,
    /// The service that was called.
    pub service: Option<&'a str>,
    /// The program that called.
    pub program: Option<&'a str>,
    #[serde(skip)]
    logged: &'a str,
}

impl<'a> PrivilegeUse<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let logged = event.field("PrivilegeList").unwrap_or_default();
        Self {
            privileges: listed(logged).collect(),
            service: event.field("Service"),
            program: event.field("ProcessName").map(file_name),
            logged,
        }
    }

    pub(super) fn text(&self) -> String {
        self.logged.to_owned()
    }
}
