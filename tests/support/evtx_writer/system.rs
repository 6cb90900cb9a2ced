//! The outer template: `Event` with its `System` part, in the order and with the value numbers
//! that the event log service uses. The payload is value 17, whatever it is.

use super::Record;
use super::element::{Element, Piece};
use super::payload::Data;
use super::value::{Fragment, Value};

const EVENT_NAMESPACE: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

/// The number of the value that holds the payload.
const PAYLOAD: u16 = 17;

/// The record as an instance of its outer template.
pub(super) fn event(record: &Record) -> Fragment {
    let slot = Piece::optional(PAYLOAD, 0x21);
    let payload = match record.data {
        Data::User(_) => Piece::Child(Element::new("UserData").with(slot)),
        Data::Event { .. } => slot,
    };
    let template = Element::new("Event")
        .attribute("xmlns", Piece::Text(EVENT_NAMESPACE.to_owned()))
        .depending_on(PAYLOAD)
        .with(Piece::Child(system(record)))
        .with(payload);
    Fragment { template, values: values(record) }
}

fn system(record: &Record) -> Element {
    let mut provider = Element::new("Provider")
        .attribute("Name", Piece::optional(14, 0x01))
        .attribute("Guid", Piece::optional(15, 0x0f));
    if let Some(source) = &record.provider.source_name {
        provider = provider.attribute("EventSourceName", Piece::Text(source.clone()));
    }
    let simple = |name: &str, index, kind| {
        Element::new(name).depending_on(index).with(Piece::optional(index, kind))
    };
    let computer = Piece::Text(record.computer.clone());
    [
        provider,
        simple("EventID", 3, 0x06).attribute("Qualifiers", Piece::optional(4, 0x06)),
        simple("Version", 11, 0x04),
        simple("Level", 0, 0x04),
        simple("Task", 2, 0x06),
        simple("Opcode", 1, 0x04),
        simple("Keywords", 5, 0x15),
        Element::new("TimeCreated").attribute("SystemTime", Piece::optional(6, 0x11)),
        simple("EventRecordID", 10, 0x0a),
        Element::new("Correlation")
            .attribute("ActivityID", Piece::optional(7, 0x0f))
            .attribute("RelatedActivityID", Piece::optional(13, 0x0f)),
        Element::new("Execution")
            .attribute("ProcessID", Piece::optional(8, 0x08))
            .attribute("ThreadID", Piece::optional(9, 0x08)),
        simple("Channel", 16, 0x01),
        Element::new("Computer").with(computer),
        Element::new("Security").attribute("UserID", Piece::optional(12, 0x13)),
    ]
    .into_iter()
    .fold(Element::new("System"), |system, child| system.with(Piece::Child(child)))
}

fn values(record: &Record) -> Vec<Value> {
    let guid = |guid: Option<_>| guid.map_or(Value::Null, Value::Guid);
    let user = record.user_sid.clone().map_or(Value::Null, Value::Sid);
    vec![
        Value::U8(record.level),
        Value::U8(record.opcode),
        Value::U16(record.task),
        Value::U16(record.event_id),
        record.qualifiers.map_or(Value::Null, Value::U16),
        Value::Hex64(record.keywords),
        Value::FileTime(record.time),
        guid(record.activity_id),
        Value::U32(record.pid),
        Value::U32(record.tid),
        Value::U64(record.record_id),
        Value::U8(record.version),
        user,
        Value::Null, // RelatedActivityID
        Value::Text(record.provider.name.clone()),
        guid(record.provider.guid),
        Value::Text(record.channel.clone()),
        Value::Nested(record.data.fragment()),
    ]
}
