//! Field names: what Sigma calls a value, and what the record calls it.
//!
//! Sigma names process, network and registry fields as Sysmon does. The Security log has the same
//! facts under other names and in other spellings.
//! Sources: Sigma appendix on taxonomy; Microsoft's pages on Security events 4688, 4657 and 5156.

use crate::model::Event;

/// A log source whose records name their fields in their own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mapping {
    /// Security 4688 as process creation.
    Process,
    /// Security 5156 as network connection.
    Network,
    /// Security 4657 as registry event.
    Registry,
}

impl Mapping {
    /// The mapping of a record, by where it comes from.
    pub(super) fn of_record(channel: &str, event_id: u32) -> Option<Self> {
        if !channel.eq_ignore_ascii_case("Security") {
            return None;
        }
        match event_id {
            4688 => Some(Self::Process),
            5156 => Some(Self::Network),
            4657 => Some(Self::Registry),
            _ => None,
        }
    }

    /// The mapping that a category of rules needs.
    pub(super) fn of_category(category: Option<&str>) -> Option<Self> {
        match category? {
            "process_creation" => Some(Self::Process),
            "network_connection" => Some(Self::Network),
            "registry_set" | "registry_event" => Some(Self::Registry),
            _ => None,
        }
    }

    /// The record's names for a field of Sigma, the better first; empty where it has its own name.
    pub(super) fn record_names(self, field: &str) -> &'static [&'static str] {
        match (self, field) {
            (Self::Process, "Image") => &["NewProcessName"],
            (Self::Process, "ProcessId") => &["NewProcessId"],
            (Self::Process, "ParentProcessId") => &["ProcessId"],
            (Self::Process, "ParentImage") => &["ParentProcessName"],
            (Self::Process, "User") => &["TargetUserName", "SubjectUserName"],
            (Self::Process, "LogonId") => &["TargetLogonId", "SubjectLogonId"],
            (Self::Process, "IntegrityLevel") => &["MandatoryLabel"],
            (Self::Network, "Image") => &["Application"],
            (Self::Network, "ProcessId") => &["ProcessID"],
            (Self::Network, "SourceIp") => &["SourceAddress"],
            (Self::Network, "DestinationIp") => &["DestAddress"],
            (Self::Network, "DestinationPort") => &["DestPort"],
            (Self::Registry, "Image") => &["ProcessName"],
            (Self::Registry, "Details") => &["NewValue"],
            (Self::Registry, "User") => &["SubjectUserName"],
            _ => &[],
        }
    }
}

/// Values that a record has only in another spelling, by Sigma's names.
pub(super) fn computed(event: &Event, mapping: Option<Mapping>) -> Vec<(&'static str, String)> {
    match mapping {
        Some(Mapping::Network) => {
            // Message ids of the Security log: 14592 inbound, 14593 outbound.
            let initiated = match event.field("Direction") {
                Some("%%14593") => "true",
                Some("%%14592") => "false",
                _ => return Vec::new(),
            };
            vec![("Initiated", initiated.to_owned())]
        }
        Some(Mapping::Registry) => {
            let mut found = Vec::new();
            if let Some(key) = event.field("ObjectName") {
                found.push(("TargetObject", registry_path(key, event.field("ObjectValueName"))));
            }
            // Message ids: 1904 new value, 1905 value changed, 1906 value deleted.
            match event.field("OperationType") {
                Some("%%1904" | "%%1905") => found.push(("EventType", "SetValue".to_owned())),
                Some("%%1906") => found.push(("EventType", "DeleteValue".to_owned())),
                _ => {}
            }
            found
        }
        Some(Mapping::Process) | None => Vec::new(),
    }
}

/// The program of a 5156 by the drive letter that rules expect: the log names the volume
/// (`\device\harddiskvolume3\windows\…`). Only for folders that lie on the system drive.
pub(super) fn on_system_drive(application: &str) -> Option<String> {
    let rest = strip_prefix(application, "\\device\\harddiskvolume")?;
    let path = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_system = ["\\windows\\", "\\program files", "\\programdata\\", "\\users\\"]
        .into_iter()
        .any(|folder| strip_prefix(path, folder).is_some());
    is_system.then(|| format!("C:{path}"))
}

/// A registry path of the kernel as Sysmon writes it: `\REGISTRY\MACHINE\…` is `HKLM\…`, and the
/// control set in use is `CurrentControlSet`.
fn registry_path(key: &str, value: Option<&str>) -> String {
    let mut path = match strip_prefix(key, "\\REGISTRY\\MACHINE\\") {
        Some(rest) => format!("HKLM\\{rest}"),
        None => match strip_prefix(key, "\\REGISTRY\\USER\\") {
            Some(rest) => format!("HKU\\{rest}"),
            None => key.to_owned(),
        },
    };
    if let Some(rest) = strip_prefix(&path, "HKLM\\SYSTEM\\ControlSet001\\") {
        path = format!("HKLM\\System\\CurrentControlSet\\{rest}");
    }
    if let Some(value) = value {
        path.push('\\');
        path.push_str(value);
    }
    path
}

fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// One hash out of Sysmon's `Hashes` (`SHA1=…,MD5=…`), by the name of its kind.
pub(super) fn hash_of(event: &Event, kind: &str) -> Option<String> {
    let hashes = event.field("Hashes").or_else(|| event.field("Hash"))?;
    hashes.split(',').find_map(|pair| {
        let (name, hash) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case(kind).then(|| hash.trim().to_owned())
    })
}
