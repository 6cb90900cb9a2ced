//! Rows of Velociraptor: those of `parse_evtx`, where `System` and `EventData` stand side by side,
//! and those of the artifacts made of it (`Windows.EventLogs.*`), which add columns or put their
//! own in place of `System`.
//!
//! Attributes are members of their element (`System.EventID.Value`), the time is a floating-point
//! number of seconds, and whole numbers have lost that the log writes them hexadecimal: for the
//! fields where rules expect that it is put back. The computer is the record's; `Fqdn`,
//! `Hostname` and `ClientId` name the one that was collected from. Sources: Velociraptor's
//! `artifacts/definitions/Windows/EventLogs/`, and `Velocidex/evtx`.

use crate::model::{Event, SourceIndex};

use super::{
    super::{system::Part, written_time::unix_seconds},
    assemble::Assembler,
    dialect::Keys,
    evtx_dump::{read_data, read_user_data},
    members::{Members, at, is_number, is_object, push_field, quoted},
    reader::{JsonError, Reader, Span},
};

/// Objects that may hold `System` where the row does not: a detection keeps the record it is of.
const HOLDERS: [&str; 3] = ["_Event", "Event", "_Record"];

/// Fields that Windows declares as `HexInt32`, `HexInt64` or `Pointer`. Source: the manifests of
/// Microsoft-Windows-Sysmon and Microsoft-Windows-Security-Auditing.
const HEXADECIMAL: [&str; 14] = [
    "AccessMask",
    "CallerProcessId",
    "ClientLogonId",
    "GrantedAccess",
    "HandleId",
    "LogonId",
    "NewProcessId",
    "Status",
    "SubStatus",
    "SubjectLogonId",
    "TargetLogonId",
    "TicketEncryptionType",
    "TicketOptions",
    "TransactionId",
];

/// Whether these are the names of a row.
pub(super) fn is_row(keys: &Keys) -> bool {
    let holds_system = |holder: &str| {
        let path = |rest: &str| format!("{holder}{rest}");
        keys.has(&path("System.EventID.Value")) && keys.has(&path("System.Channel"))
    };
    if holds_system("") || HOLDERS.iter().any(|holder| holds_system(&format!("{holder}."))) {
        return true;
    }
    let has_time = keys.has("EventTime") || keys.has("TimeCreated") || keys.has("_EventTime");
    let is_artifact = ["OSPath", "FullPath", "_Source", "UserSID", "FlowId"];
    has_time
        && ["Computer", "Channel", "EventID"].iter().all(|name| keys.has(name))
        && (keys.has("EventData") || keys.has("UserData"))
        && is_artifact.iter().any(|name| keys.has(name))
}

/// Reads one row. The rendered `Message` becomes a field only where the record has no other.
pub(super) fn velociraptor_row(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    let row = Members::of(reader)?;
    let mut held = None;
    if row.span("System").is_none() {
        for holder in HOLDERS {
            let inner = row.object(reader, holder)?;
            if inner.span("System").is_some() {
                held = Some(inner);
                break;
            }
        }
    }
    let record = held.as_ref().unwrap_or(&row);
    let system = record.object(reader, "System")?;
    if system.is_empty() {
        columns(reader, assembler, record)?;
    } else {
        read_system(reader, assembler, &system)?;
    }
    if assembler.head.channel.is_none() {
        return Err(JsonError::NotARecord { missing: "Channel" });
    }
    if assembler.keeps_fields() {
        assembler.expect_shape();
        push_fields(reader, assembler, record)?;
    }
    assembler.finish(source)
}

fn read_system(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    system: &Members,
) -> Result<(), JsonError> {
    for (name, span) in system.iter() {
        let Some(part) = Part::of(name) else { continue };
        if !is_object(reader, span) {
            take(reader, assembler, (part, ""), span)?;
            continue;
        }
        let attributes = at(reader, span, |reader| Members::of(reader))?;
        for (attribute, span) in attributes.iter() {
            let attribute = if attribute == "Value" { "" } else { attribute };
            take(reader, assembler, (part, attribute), span)?;
        }
    }
    Ok(())
}

/// The columns that `Windows.EventLogs.EvtxHunter` and its like have in place of `System`.
fn columns(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    row: &Members,
) -> Result<(), JsonError> {
    const COLUMNS: [(&str, Part, &str); 10] = [
        ("Computer", Part::Computer, ""),
        ("Channel", Part::Channel, ""),
        ("Provider", Part::Provider, "Name"),
        ("EventID", Part::EventId, ""),
        ("EventRecordID", Part::RecordId, ""),
        ("RecordID", Part::RecordId, ""),
        ("UserSID", Part::Security, "UserID"),
        ("EventTime", Part::TimeCreated, "SystemTime"),
        ("_EventTime", Part::TimeCreated, "SystemTime"),
        ("TimeCreated", Part::TimeCreated, "SystemTime"),
    ];
    for (name, part, attribute) in COLUMNS {
        let is_known = match part {
            Part::TimeCreated => assembler.head.time.is_some(),
            Part::RecordId => assembler.head.record_id.is_some(),
            _ => false,
        };
        if let Some(span) = row.span(name).filter(|_| !is_known) {
            take(reader, assembler, (part, attribute), span)?;
        }
    }
    Ok(())
}

fn take(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    (part, attribute): (Part, &str),
    span: Span,
) -> Result<(), JsonError> {
    let is_seconds = part == Part::TimeCreated && is_number(reader, span);
    let text = reader.text_at(span, &mut assembler.value)?;
    if is_seconds {
        assembler.head.time = unix_seconds(text);
    } else {
        part.take(attribute, text, &mut assembler.head, &mut assembler.names);
    }
    Ok(())
}

fn push_fields(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    record: &Members,
) -> Result<(), JsonError> {
    for (name, own_name) in [("EventData", "EventData"), ("UserData", "UserData")] {
        let Some(span) = record.span(name) else { continue };
        if !is_object(reader, span) {
            at(reader, quoted(reader, span), |reader| read_data(reader, assembler, own_name))?;
        } else if name == "UserData" {
            at(reader, span, |reader| read_user_data(reader, assembler))?;
        } else {
            let data = at(reader, span, |reader| Members::of(reader))?;
            for (name, span) in data.iter() {
                push_value(reader, assembler, name, span)?;
            }
        }
    }
    if let (true, Some(message)) = (assembler.fields.is_empty(), record.span("Message")) {
        push_field(reader, assembler, "Message", message)?;
    }
    Ok(())
}

fn push_value(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    name: &str,
    span: Span,
) -> Result<(), JsonError> {
    if HEXADECIMAL.contains(&name)
        && is_number(reader, span)
        && let Ok(number) = reader.text_at(span, &mut assembler.value)?.parse::<u64>()
    {
        assembler.push_named(name, &format!("{number:#x}"));
        return Ok(());
    }
    push_field(reader, assembler, name, span)
}
