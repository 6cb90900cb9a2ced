//! Keys and values of the registry. Not accesses that only ask for a handle: those are in `access`.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::{Event, Log};

use super::words::{meaning, pair};

/// What happened to a key or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistryAction {
    /// A key was created.
    CreateKey,
    /// A key was deleted.
    DeleteKey,
    /// A value was created.
    CreateValue,
    /// A value was deleted.
    DeleteValue,
    /// A value was set.
    SetValue,
    /// A key was renamed.
    RenameKey,
    /// A value was renamed.
    RenameValue,
    /// Created or deleted: the export dropped which (Sysmon 12 without `EventType`).
    CreateOrDelete,
    /// Renamed: the export dropped what.
    Rename,
}

/// A change of the registry (Sysmon 12 13 14, Security 4657).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Registry<'a> {
    /// What happened.
    pub action: RegistryAction,
    /// The key. Sysmon writes key and value name as one; a value whose name has a backslash is
    /// split at the last one.
    pub key: Option<&'a str>,
    /// The name of the value.
    pub value: Option<&'a str>,
    /// The data as logged: Sysmon writes `DWORD (0x00000001)` and the like.
    pub data: Option<&'a str>,
    /// `REG_SZ` and the like (4657).
    pub data_type: Option<Cow<'a, str>>,
    /// The data that was there before (4657).
    pub previous_data: Option<&'a str>,
    /// The new name (14).
    pub new_name: Option<&'a str>,
}

impl<'a> Registry<'a> {
    pub(super) fn of(log: Log, event: &'a Event) -> Self {
        if log == Log::Security {
            return Self::of_audit(event);
        }
        use RegistryAction::{
            CreateKey, CreateOrDelete, CreateValue, DeleteKey, DeleteValue, Rename, RenameKey,
            RenameValue, SetValue,
        };
        let action = match (event.field("EventType"), event.event_id) {
            (Some("CreateKey"), _) => CreateKey,
            (Some("DeleteKey"), _) => DeleteKey,
            (Some("CreateValue"), _) => CreateValue,
            (Some("DeleteValue"), _) => DeleteValue,
            (Some("RenameKey"), _) => RenameKey,
            (Some("RenameValue"), _) => RenameValue,
            (_, 13) => SetValue,
            (_, 14) => Rename,
            _ => CreateOrDelete,
        };
        let object = event.field("TargetObject");
        let is_value = matches!(action, CreateValue | DeleteValue | RenameValue | SetValue);
        let split = object.filter(|_| is_value).and_then(|object| object.rsplit_once('\\'));
        Self {
            action,
            key: split.map_or(object, |(key, _)| Some(key)),
            value: split.map(|(_, value)| value),
            data: event.field("Details").filter(|_| event.event_id == 13),
            data_type: None,
            previous_data: None,
            new_name: event.field("NewName"),
        }
    }

    fn of_audit(event: &'a Event) -> Self {
        let action = match event.field("OperationType") {
            Some("%%1904") => RegistryAction::CreateValue,
            Some("%%1906") => RegistryAction::DeleteValue,
            _ => RegistryAction::SetValue,
        };
        Self {
            action,
            key: event.field("ObjectName"),
            value: event.field("ObjectValueName"),
            data: event.field("NewValue"),
            data_type: meaning(event, "NewValueType"),
            previous_data: event.field("OldValue"),
            new_name: None,
        }
    }

    pub(super) fn text(&self) -> String {
        let object = pair(self.key.unwrap_or_default(), "\\", self.value);
        match self.new_name {
            Some(name) => [&object, " renamed to ", name].concat(),
            None => pair(&object, " = ", self.data),
        }
    }
}
