//! What is kept of a record's `System` element, whichever of JSON and XML it is written in.
//!
//! Names and meaning: Microsoft, the type `SystemPropertiesType` of the event schema. Not the
//! binary form, whose values need no parsing.

use crate::model::Timestamp;

use super::{json::Head, names, names::Names};

/// A part of `System` that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Provider,
    EventId,
    TimeCreated,
    RecordId,
    Execution,
    Channel,
    Computer,
    Security,
}

impl Part {
    /// The part of this element name.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "Provider" => Self::Provider,
            "EventID" => Self::EventId,
            "TimeCreated" => Self::TimeCreated,
            "EventRecordID" => Self::RecordId,
            "Execution" => Self::Execution,
            "Channel" => Self::Channel,
            "Computer" => Self::Computer,
            "Security" => Self::Security,
            _ => return None,
        })
    }

    /// Takes an attribute of the part over into the head, or its own text where the attribute's
    /// name is empty; what is not kept is left out.
    pub(super) fn take(self, attribute: &str, text: &str, head: &mut Head, names: &mut Names) {
        let text = text.trim();
        match (self, attribute) {
            (Self::Provider, "Name") => {
                head.provider = Some(names.intern_part(names::Part::Provider, text));
            }
            (Self::EventId, "") => head.event_id = text.parse().ok(),
            (Self::TimeCreated, "SystemTime") => head.time = Timestamp::parse(text),
            (Self::RecordId, "") => head.record_id = text.parse().ok(),
            (Self::Execution, "ProcessID") => head.logger_pid = text.parse().ok(),
            (Self::Execution, "ThreadID") => head.logger_tid = text.parse().ok(),
            (Self::Channel, "") => {
                head.channel = Some(names.intern_part(names::Part::Channel, text));
            }
            (Self::Computer, "") => head.host = Some(names.intern_part(names::Part::Host, text)),
            (Self::Security, "UserID") if !text.is_empty() => {
                head.user_sid = Some(names.intern_part(names::Part::User, text));
            }
            _ => {}
        }
    }
}
