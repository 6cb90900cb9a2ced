//! `NXLog`'s flat objects: what `System` holds and what the event holds side by side.
//!
//! Follows <https://docs.nxlog.co/refman/current/im/msvistalog.html>: `Hostname` is the computer
//! of the event (`host` is the collector), `ExecutionProcessID` the process that logged, `UserID`
//! its account. `EventTime` has no zone, so that `@timestamp` is preferred.

use crate::model::{Event, Name, SourceIndex, Timestamp};

use super::{
    super::names::Part,
    assemble::Assembler,
    key_order::{KeyIndex, KeyOrder},
    reader::{Form, JsonError, Reader, Span},
};

/// What `NXLog` and Logstash add to a record or repeat from `System`; no fields of the event.
const ADDED: [&str; 22] = [
    "@version",
    "AccountName",
    "AccountType",
    "ActivityID",
    "Category",
    "Domain",
    "EventReceivedTime",
    "EventType",
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
    "Version",
    "host",
    "port",
    "tags",
];

/// Parts of the record's head that some versions leave under these names.
const OF_THE_HEAD: [&str; 2] = ["EventTypeOrignal", "Level"];

/// Values of a record that are noted without room being given back after it.
const MOST_NOTED: usize = 1_024;

/// What the value under a name is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Not of the event.
    Added,
    /// A field of the event.
    Field,
    /// The rendered text of the whole record.
    Message,
    EventId,
    Channel,
    Host,
    Provider,
    RecordId,
    LoggerPid,
    LoggerTid,
    User,
    Timestamp,
    TimeCreated,
    /// Without a zone, read as UTC where there is no better one.
    EventTime,
}

impl Role {
    const fn bit(self) -> u16 {
        1 << self as u16
    }

    fn of(name: &str) -> Self {
        match name {
            "EventID" => Self::EventId,
            "Channel" => Self::Channel,
            "Hostname" => Self::Host,
            "SourceName" => Self::Provider,
            "RecordNumber" => Self::RecordId,
            "ExecutionProcessID" => Self::LoggerPid,
            "ExecutionThreadID" | "ThreadID" => Self::LoggerTid,
            "UserID" => Self::User,
            "@timestamp" => Self::Timestamp,
            "TimeCreated" => Self::TimeCreated,
            "EventTime" => Self::EventTime,
            "Message" => Self::Message,
            name if ADDED.contains(&name) => Self::Added,
            _ => Self::Field,
        }
    }
}

#[derive(Clone, Debug)]
struct Meaning {
    name: Name,
    role: Role,
}

/// A field whose value stands in the record and may not be needed.
#[derive(Debug)]
struct Noted {
    key: Key,
    value: Span,
}

#[derive(Debug)]
enum Key {
    Known(KeyIndex),
    Other(Name),
}

/// What is kept from record to record.
#[derive(Debug, Default)]
pub(super) struct Flat {
    order: KeyOrder<Meaning>,
    noted: Vec<Noted>,
    /// The roles that are taken, a bit for each.
    taken: u16,
    message: Option<Span>,
    event_time: Option<Span>,
}

/// Reads one record. The rendered `Message` becomes a field only where the event has no other, those
/// of the head left out of account.
///
/// Event id and channel may stand anywhere, so that the fields are passed over first, and read when
/// it is known that they are wanted. A part of the head that is there again becomes a field.
pub(super) fn flat_event(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    let mut flat = std::mem::take(&mut assembler.flat);
    let event = flat.read(reader, source, assembler);
    assembler.flat = flat;
    event
}

impl Flat {
    fn start(&mut self) {
        self.order.start();
        self.noted.clear();
        self.noted.shrink_to(MOST_NOTED);
        (self.taken, self.message, self.event_time) = (0, None, None);
    }

    fn read(
        &mut self,
        reader: &mut Reader<'_>,
        source: SourceIndex,
        assembler: &mut Assembler,
    ) -> Result<Event, JsonError> {
        self.start();
        reader.open(b'{')?;
        let mut first = true;
        while reader.has_member(&mut first)? {
            let (key, role) = self.next_key(reader, assembler)?;
            if role == Role::Added {
                reader.skip()?;
                continue;
            }
            let value = reader.pass()?;
            if role == Role::Field || value.form == Form::Nested || self.taken & role.bit() != 0 {
                self.noted.push(Noted { key, value });
            } else {
                self.taken |= role.bit();
                self.take(reader, assembler, role, value)?;
            }
        }
        if assembler.head.channel.is_none() {
            return Err(JsonError::NotARecord { missing: "Channel" });
        }
        if assembler.head.time.is_none()
            && let Some(time) = self.event_time
        {
            let text = reader.text_at(time, &mut assembler.value)?.to_owned();
            assembler.head.time = assembler.time(&text);
        }
        if assembler.keeps_fields() {
            assembler.expect_shape();
            self.push_fields(reader, assembler)?;
        }
        assembler.finish(source)
    }

    fn next_key(
        &mut self,
        reader: &mut Reader<'_>,
        assembler: &mut Assembler,
    ) -> Result<(Key, Role), JsonError> {
        let names = &mut assembler.names;
        let mut meaning = |name: &str| Meaning { name: names.intern(name), role: Role::of(name) };
        let known = self.order.next(reader, &mut assembler.key, &mut meaning)?;
        if let Some(key) = known
            && let Some(meaning) = self.order.meaning(key)
        {
            return Ok((Key::Known(key), meaning.role));
        }
        let Meaning { name, role } = meaning(&assembler.key);
        Ok((Key::Other(name), role))
    }

    /// Takes a part of the head over, or notes where it is.
    fn take(
        &mut self,
        reader: &mut Reader<'_>,
        assembler: &mut Assembler,
        role: Role,
        value: Span,
    ) -> Result<(), JsonError> {
        let (head, names) = (&mut assembler.head, &mut assembler.names);
        match role {
            Role::Message => self.message = Some(value),
            Role::EventTime => self.event_time = Some(value),
            Role::Added | Role::Field => {}
            Role::Timestamp | Role::TimeCreated if head.time.is_some() => {}
            _ => {
                let text = reader.text_at(value, &mut assembler.value)?;
                match role {
                    Role::EventId => head.event_id = text.parse().ok(),
                    Role::Channel => head.channel = Some(names.intern_part(Part::Channel, text)),
                    Role::Host => head.host = Some(names.intern_part(Part::Host, text)),
                    Role::Provider => head.provider = Some(names.intern_part(Part::Provider, text)),
                    Role::RecordId => head.record_id = text.parse().ok(),
                    Role::LoggerPid => head.logger_pid = text.parse().ok(),
                    Role::LoggerTid => head.logger_tid = text.parse().ok(),
                    Role::User if text.is_empty() => {}
                    Role::User => head.user_sid = Some(names.intern_part(Part::User, text)),
                    _ => head.time = Timestamp::parse(text),
                }
            }
        }
        Ok(())
    }

    fn push_fields(
        &self,
        reader: &mut Reader<'_>,
        assembler: &mut Assembler,
    ) -> Result<(), JsonError> {
        for Noted { key, value } in &self.noted {
            let name = match key {
                Key::Other(name) => name,
                Key::Known(key) => match self.order.meaning(*key) {
                    Some(meaning) => &meaning.name,
                    None => continue,
                },
            };
            if value.form == Form::Nested {
                assembler.path.push_str(name);
                let back = reader.go_to(value.start);
                assembler.flatten(reader)?;
                reader.go_to(back);
                assembler.path.clear();
            } else {
                let text = reader.text_at(*value, &mut assembler.value)?;
                assembler.fields.push_with(name, text, |_| Name::clone(name));
            }
        }
        let says_nothing = self.noted.iter().all(|noted| match &noted.key {
            Key::Other(name) => OF_THE_HEAD.contains(&&**name),
            Key::Known(key) => {
                self.order.meaning(*key).is_none_or(|meaning| OF_THE_HEAD.contains(&&*meaning.name))
            }
        });
        if let (Some(message), true) = (self.message, says_nothing) {
            let name = assembler.names.intern("Message");
            let text = reader.text_at(message, &mut assembler.value)?;
            assembler.fields.push(name, text);
        }
        Ok(())
    }
}
