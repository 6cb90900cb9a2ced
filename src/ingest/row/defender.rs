//! Rows of Microsoft Defender's advanced hunting, the tables `Device…Events`, whether of a CSV file
//! or a JSON object: what their columns mean.
//!
//! Defender is no Windows log, and what the tree and the rules need of a row is what Sysmon would
//! tell. So a row keeps its table as channel and a provider of its own, gets Sysmon's event id and
//! field names where there are such (a start is 1, a connection 3, an image 7, a file 11 or 26,
//! the registry 12 to 14; a logon is Security's 4624 or 4625), and counts as a record of that log
//! through `Event::home_channel`. Rows of any other action have event id 0 and are kept as they
//! are. Columns that have no place in Sysmon's record keep their own names.
//!
//! There are no GUIDs: a process is its id and its creation time, which stand in the fields
//! `ProcessCreationTime` and `ParentProcessCreationTime` for the tree to go by. `FolderPath` is
//! documented as a folder and mostly holds the whole path; the file name is put to it only where
//! it does not end in it. A column is only there where the query asked for it.
//! Source: Microsoft, "Advanced hunting schema tables".

use crate::model::{DEFENDER, Event, SourceIndex, Timestamp, file_name, is_same_text};

use super::{
    super::{json::Assembler, names::Part, written_time},
    Row, RowError, finish, push, same_name,
};

/// What the time of a row is called: by the portal, by Azure's tables, in an event hub.
pub(super) const TIMES: [&str; 5] =
    ["Timestamp", "TimeGenerated", "Timestamp [UTC]", "TimeGenerated [UTC]", "time"];

/// Reads one row.
pub(in crate::ingest) fn read(
    row: &Row<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, RowError> {
    let action = action(row).ok_or(RowError::NotARecord { missing: "ActionType" })?;
    let (event_id, table) = meaning(action);
    let table = row
        .get("category")
        .and_then(|text| text.strip_prefix("AdvancedHunting-"))
        .or_else(|| {
            row.get("Type").filter(|text| text.starts_with("Device") && text.ends_with("Events"))
        })
        .unwrap_or(table);
    let (head, names) = (&mut assembler.head, &mut assembler.names);
    head.event_id = Some(event_id);
    head.channel = Some(names.intern_part(Part::Channel, table));
    head.provider = Some(names.intern_part(Part::Provider, DEFENDER));
    let host = row.get_any(&["DeviceName", "DeviceId"]);
    head.host = host.map(|host| names.intern_part(Part::Host, host.trim()));
    head.record_id = row.get("ReportId").and_then(|id| id.trim().parse().ok());
    assembler.head.time = time(row, assembler);
    if assembler.keeps_fields() {
        assembler.expect_shape();
        push_fields(row, event_id, assembler);
    }
    finish(assembler, source)
}

/// What was done. A query may leave it out: then a row with a command line and a process id is a
/// start.
fn action<'a>(row: &Row<'a>) -> Option<&'a str> {
    let is_start = || row.get("ProcessCommandLine").is_some() && row.get("ProcessId").is_some();
    row.get("ActionType").map(str::trim).or_else(|| is_start().then_some("ProcessCreated"))
}

/// The time of the first of these columns that can be read.
fn time(row: &Row<'_>, assembler: &mut Assembler) -> Option<Timestamp> {
    TIMES.iter().find_map(|name| {
        let text = row.get(name)?;
        if name.ends_with(" [UTC]") {
            return written_time::parse(text).map(|(time, _)| time);
        }
        assembler.time(text)
    })
}

/// A time in the form of the API, whichever the portal wrote it in: the tree compares them.
fn moment(row: &Row<'_>, name: &str) -> Option<String> {
    let text = row.get(name)?;
    if Timestamp::parse(text).is_some() {
        return Some(text.to_owned());
    }
    Some(written_time::parse(text).map_or_else(|| text.to_owned(), |(time, _)| time.to_string()))
}

/// The event id that stands for an action, and the table that it is of where the row does not say.
fn meaning(action: &str) -> (u32, &'static str) {
    match action {
        "ProcessCreated" => (1, "DeviceProcessEvents"),
        "ConnectionSuccess"
        | "ConnectionFailed"
        | "ConnectionAttempt"
        | "ConnectionRequest"
        | "ConnectionFound"
        | "InboundConnectionAccepted" => (3, "DeviceNetworkEvents"),
        "ImageLoaded" => (7, "DeviceImageLoadEvents"),
        "FileCreated" => (11, "DeviceFileEvents"),
        "FileDeleted" => (26, "DeviceFileEvents"),
        "RegistryKeyCreated" | "RegistryKeyDeleted" | "RegistryValueDeleted" => {
            (12, "DeviceRegistryEvents")
        }
        "RegistryValueSet" => (13, "DeviceRegistryEvents"),
        "RegistryKeyRenamed" => (14, "DeviceRegistryEvents"),
        "LogonSuccess" => (4624, "DeviceLogonEvents"),
        "LogonFailed" => (4625, "DeviceLogonEvents"),
        _ => (0, "DeviceEvents"),
    }
}

/// Sysmon's fields first, made of the columns, then every column under its own name.
fn push_fields(row: &Row<'_>, event_id: u32, assembler: &mut Assembler) {
    let mut made: Vec<(&str, Option<String>)> = Vec::new();
    let text = |name: &str| row.get(name).map(str::to_owned);
    match event_id {
        0 => {}
        1 => {
            made.push(("UtcTime", moment(row, "ProcessCreationTime")));
            made.push(("ProcessCreationTime", moment(row, "ProcessCreationTime")));
            made.push(("Image", path(row, "FolderPath", "FileName")));
            made.push(("CommandLine", text("ProcessCommandLine")));
            made.push(("User", account(row, "AccountDomain", "AccountName")));
            made.push(("LogonId", logon_id(row)));
            made.push(("IntegrityLevel", text("ProcessIntegrityLevel")));
            made.push(("Hashes", hashes(row)));
            made.push(("OriginalFileName", text("ProcessVersionInfoOriginalFileName")));
            made.push(("Company", text("ProcessVersionInfoCompanyName")));
            made.push(("Product", text("ProcessVersionInfoProductName")));
            made.push(("Description", text("ProcessVersionInfoFileDescription")));
            made.push(("FileVersion", text("ProcessVersionInfoProductVersion")));
            made.push(("ParentProcessId", text("InitiatingProcessId")));
            made.push(("ParentProcessCreationTime", moment(row, "InitiatingProcessCreationTime")));
            made.push(("ParentImage", initiating_image(row)));
            made.push(("ParentCommandLine", text("InitiatingProcessCommandLine")));
            made.push(("ParentUser", initiating_account(row)));
        }
        _ => {
            made.push(("ProcessId", text("InitiatingProcessId")));
            made.push(("ProcessCreationTime", moment(row, "InitiatingProcessCreationTime")));
            made.push((
                if event_id > 4_000 { "ProcessName" } else { "Image" },
                initiating_image(row),
            ));
            made.push(("User", initiating_account(row).filter(|_| event_id < 4_000)));
            subject(row, event_id, &mut made);
        }
    }
    for (name, value) in &made {
        if let Some(value) = value {
            push(assembler, name, value);
        }
    }
    for (name, value) in row.0 {
        let name = name.trim();
        let name = name.strip_suffix(" [UTC]").unwrap_or(name);
        // A name that was given another meaning is not there twice.
        let is_made = made.iter().any(|(known, value)| same_name(known, name) && value.is_some());
        if !is_made && !value.is_empty() {
            push(assembler, name, value);
        }
    }
}

/// What was done, and to what.
fn subject(row: &Row<'_>, event_id: u32, made: &mut Vec<(&'static str, Option<String>)>) {
    let text = |name: &str| row.get(name).map(str::to_owned);
    match event_id {
        3 => {
            let is_inbound = row.get("ActionType") == Some("InboundConnectionAccepted");
            made.push(("Initiated", Some((!is_inbound).to_string())));
            let (local, remote) = (["LocalIP", "LocalPort"], ["RemoteIP", "RemotePort"]);
            let (source, target) = if is_inbound { (remote, local) } else { (local, remote) };
            made.push(("SourceIp", text(source[0])));
            made.push(("SourcePort", text(source[1])));
            made.push(("DestinationIp", text(target[0])));
            made.push(("DestinationPort", text(target[1])));
            made.push(("DestinationHostname", text("RemoteUrl").filter(|_| !is_inbound)));
        }
        7 => made.push(("ImageLoaded", path(row, "FolderPath", "FileName"))),
        11 | 26 => made.push(("TargetFilename", path(row, "FolderPath", "FileName"))),
        12..=14 => {
            made.push((
                "EventType",
                row.get("ActionType").map(|action| registry_event(action).to_owned()),
            ));
            made.push(("TargetObject", registry_object(row)));
            made.push(("Details", text("RegistryValueData")));
        }
        _ => {
            made.push(("TargetUserName", text("AccountName")));
            made.push(("TargetDomainName", text("AccountDomain")));
            made.push(("TargetLogonId", logon_id(row)));
            made.push(("LogonType", row.get("LogonType").map(|kind| logon_type(kind).to_owned())));
            made.push(("IpAddress", text("RemoteIP")));
            made.push(("WorkstationName", text("RemoteDeviceName")));
        }
    }
}

fn registry_event(action: &str) -> &str {
    match action {
        "RegistryKeyCreated" => "CreateKey",
        "RegistryKeyDeleted" => "DeleteKey",
        "RegistryValueDeleted" => "DeleteValue",
        "RegistryValueSet" => "SetValue",
        "RegistryKeyRenamed" => "RenameKey",
        other => other,
    }
}

/// Key and value name, the hive as Sysmon abbreviates it.
fn registry_object(row: &Row<'_>) -> Option<String> {
    let key = row.get("RegistryKey").or_else(|| row.get("PreviousRegistryKey"))?;
    const HIVES: [(&str, &str); 4] = [
        ("HKEY_LOCAL_MACHINE\\", "HKLM\\"),
        ("HKEY_CURRENT_USER\\S-1-", "HKU\\S-1-"),
        ("HKEY_CURRENT_USER\\", "HKCU\\"),
        ("HKEY_USERS\\", "HKU\\"),
    ];
    let short = HIVES.iter().find_map(|(long, short)| Some((short, key.strip_prefix(long)?)));
    let mut object = short.map_or_else(|| key.to_owned(), |(hive, rest)| format!("{hive}{rest}"));
    if let Some(value) = row.get("RegistryValueName") {
        object.push('\\');
        object.push_str(value);
    }
    Some(object)
}

/// The number of a session in hexadecimal, as Windows writes it.
fn logon_id(row: &Row<'_>) -> Option<String> {
    let id = row.get("LogonId")?.trim();
    Some(id.parse::<u64>().map_or_else(|_| id.to_owned(), |id| format!("{id:#x}")))
}

/// The number Windows has for a logon type. Source: Microsoft, "4624(S)".
fn logon_type(kind: &str) -> &str {
    match kind {
        "Interactive" => "2",
        "Network" => "3",
        "Batch" => "4",
        "Service" => "5",
        "Unlock" => "7",
        "NetworkCleartext" => "8",
        "NewCredentials" => "9",
        "RemoteInteractive" => "10",
        "CachedInteractive" => "11",
        other => other,
    }
}

/// A file's whole path of its folder, or whole path, and its name.
fn path(row: &Row<'_>, folder: &str, name: &str) -> Option<String> {
    match (row.get(folder), row.get(name)) {
        (Some(folder), Some(name)) if !is_same_text(file_name(folder), name) => {
            Some(format!("{}\\{name}", folder.trim_end_matches('\\')))
        }
        (folder, name) => folder.or(name).map(str::to_owned),
    }
}

fn initiating_image(row: &Row<'_>) -> Option<String> {
    path(row, "InitiatingProcessFolderPath", "InitiatingProcessFileName")
}

fn initiating_account(row: &Row<'_>) -> Option<String> {
    account(row, "InitiatingProcessAccountDomain", "InitiatingProcessAccountName")
}

fn account(row: &Row<'_>, domain: &str, name: &str) -> Option<String> {
    let name = row.get(name)?;
    Some(row.get(domain).map_or_else(|| name.to_owned(), |domain| format!("{domain}\\{name}")))
}

fn hashes(row: &Row<'_>) -> Option<String> {
    let hashes = ["SHA1", "MD5", "SHA256"].into_iter();
    let pairs: Vec<String> = hashes
        .filter_map(|kind| Some(format!("{kind}={}", row.get(kind)?.to_ascii_uppercase())))
        .collect();
    (!pairs.is_empty()).then(|| pairs.join(","))
}
