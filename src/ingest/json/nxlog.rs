//! `NXLog`'s flat objects: what `System` holds and what the event holds side by side.
//!
//! Follows <https://docs.nxlog.co/refman/current/im/msvistalog.html>: `Hostname` is the computer
//! of the event (`host` is the collector), `ExecutionProcessID` the process that logged, `UserID`
//! its account. `EventTime` has no zone, so that `@timestamp` is preferred.

use crate::model::{Event, SourceIndex, Timestamp};

use super::{
    super::names::Part,
    assemble::Assembler,
    reader::{JsonError, Kind, Reader},
};

/// What `NXLog` and Logstash add to a record or repeat from `System`; no fields of the event.
const ADDED: [&str; 24] = [
    "@version",
    "AccountName",
    "AccountType",
    "ActivityID",
    "Category",
    "Domain",
    "EventReceivedTime",
    "EventType",
    "ExecutionThreadID",
    "Keywords",
    "Opcode",
    "OpcodeValue",
    "ProviderGuid",
    "RelatedActivityID",
    "Severity",
    "SeverityValue",
    "SourceModuleName",
    "SourceModuleType",
    "Task",
    "ThreadID",
    "Version",
    "host",
    "port",
    "tags",
];

/// Where a record's time was found, the better ones last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum TimeFrom {
    #[default]
    Nowhere,
    /// Without a zone, read as UTC.
    EventTime,
    Zoned,
}

/// Reads one record. The rendered `Message` becomes a field only where the event has no other.
pub(super) fn flat_event(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    reader.open(b'{')?;
    let (mut first, mut key, mut value) = (true, String::new(), String::new());
    let mut message = None;
    let mut time_from = TimeFrom::default();
    while let Some(name) = reader.next_name(&mut first, &mut key)? {
        let is_scalar = !matches!(reader.kind()?, Kind::Object | Kind::Array);
        if ADDED.contains(&name) {
            reader.skip()?;
        } else if name == "Message" && is_scalar {
            message = Some(reader.scalar(&mut value)?.to_owned());
        } else if is_scalar && is_head(name) {
            take_head(assembler, &mut time_from, name, reader.scalar(&mut value)?);
        } else {
            assembler.path.push_str(name);
            assembler.flatten(reader)?;
            assembler.path.clear();
        }
    }
    if let (Some(message), true) = (message, assembler.fields.is_empty()) {
        let name = assembler.names.intern("Message");
        assembler.fields.push(name, &message);
    }
    if assembler.head.channel.is_none() {
        return Err(JsonError::NotARecord { missing: "Channel" });
    }
    assembler.finish(source)
}

fn is_head(name: &str) -> bool {
    matches!(
        name,
        "EventID"
            | "Channel"
            | "Hostname"
            | "SourceName"
            | "RecordNumber"
            | "ExecutionProcessID"
            | "UserID"
            | "@timestamp"
            | "TimeCreated"
            | "EventTime"
    )
}

fn take_head(assembler: &mut Assembler, time_from: &mut TimeFrom, name: &str, text: &str) {
    let (head, names) = (&mut assembler.head, &mut assembler.names);
    match name {
        "EventID" => head.event_id = text.parse().ok(),
        "Channel" => head.channel = Some(names.intern_part(Part::Channel, text)),
        "Hostname" => head.host = Some(names.intern_part(Part::Host, text)),
        "SourceName" => head.provider = Some(names.intern_part(Part::Provider, text)),
        "RecordNumber" => head.record_id = text.parse().ok(),
        "ExecutionProcessID" => head.logger_pid = text.parse().ok(),
        "UserID" if !text.is_empty() => head.user_sid = Some(names.intern_part(Part::User, text)),
        "@timestamp" | "TimeCreated" | "EventTime" => {
            let from = if name == "EventTime" { TimeFrom::EventTime } else { TimeFrom::Zoned };
            if let Some(time) = Timestamp::parse(text)
                && from > *time_from
            {
                (head.time, *time_from) = (Some(time), from);
            }
        }
        _ => {}
    }
}
