//! One log record as flat name–value pairs, whatever file and dialect it came from.

use std::sync::Arc;

use super::{Fields, Name, SourceIndex, Timestamp, provider_channel};

/// Position of a record in [`Analysis::events`](super::Analysis::events).
///
/// Stable for one loaded bundle only; across bundles a record is named by host, channel and record id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordIndex(pub u32);

/// Another place where a record stands: in a backup, a shadow copy, a collector's log, an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlsoAt {
    /// The record.
    pub record: RecordIndex,
    /// The other source.
    pub source: SourceIndex,
    /// Byte offset in it, as [`Event::place`].
    pub place: u64,
}

/// Which log of which computer a record was written to: one value for all records alike, since a
/// bundle holds millions of records of a few hundred logs.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// `System/Computer` as logged; empty where unknown.
    pub host: Name,
    /// `System/Channel` as logged, for example `Microsoft-Windows-Sysmon/Operational`; empty where unknown.
    pub channel: Name,
    /// `System/Provider/@Name` as logged; empty where unknown.
    pub provider: Name,
    /// `System/Security/@UserID`.
    pub user_sid: Option<Name>,
}

/// One log record.
#[expect(clippy::struct_field_names, reason = "Event ID is what Windows and Sigma call it")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The file (or archive member) it was read from.
    pub source: SourceIndex,
    /// `System/EventID`.
    pub event_id: u32,
    /// Byte offset in the source where the record begins, so that it can be read again.
    pub place: u64,
    /// `System/EventRecordID`; `None` where the export dropped it.
    pub record_id: Option<u64>,
    /// `System/TimeCreated/@SystemTime`, the time the record was written.
    pub time: Option<Timestamp>,
    /// `System/Execution/@ProcessID`: the process that *logged*, not the one the record is about.
    pub logger_pid: Option<u32>,
    /// `System/Execution/@ThreadID`: the thread that logged.
    pub logger_tid: Option<u32>,
    /// Computer, channel, provider and account.
    pub origin: Arc<Origin>,
    /// `EventData` or `UserData`, in the order of the record; empty also where
    /// [`Self::is_skeleton`].
    pub fields: Fields,
    /// Whether the record has fields that were not kept, because nothing that judges looks at
    /// records of its kind; they are in the evidence.
    pub is_skeleton: bool,
    /// Whether it was found outside the healthy part of a log: in a damaged or lost chunk, or past
    /// the last record that the log counts.
    pub is_recovered: bool,
}

impl Event {
    /// `System/Computer` as logged; empty where unknown.
    pub fn host(&self) -> &str {
        &self.origin.host
    }

    /// `System/Channel` as logged; empty where unknown. See also [`Self::home_channel`].
    pub fn channel(&self) -> &str {
        &self.origin.channel
    }

    /// `System/Provider/@Name` as logged; empty where unknown.
    pub fn provider(&self) -> &str {
        &self.origin.provider
    }

    /// `System/Security/@UserID`.
    pub fn user_sid(&self) -> Option<&str> {
        self.origin.user_sid.as_deref()
    }

    /// The first value of the field of this exact name, as logged.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.fields.first(name)
    }

    /// As [`Self::raw`] without blanks and zero bytes at its ends, but `None` for the ways logs write
    /// "nothing": empty, `-`, `?` and the all-zero GUID.
    pub fn field(&self, name: &str) -> Option<&str> {
        // Some exports keep the zero that ends a string in the binary log.
        let value = self.raw(name)?.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!is_missing(value)).then_some(value)
    }

    /// The field as a number: decimal, or hexadecimal with `0x` as Security records write process ids.
    pub fn number(&self, name: &str) -> Option<u64> {
        parse_number(self.field(name)?)
    }

    /// The field as a process id; `None` where missing or out of range.
    pub fn pid(&self, name: &str) -> Option<u32> {
        u32::try_from(self.number(name)?).ok()
    }

    /// The channel of the log the record was written to.
    ///
    /// That is the channel as logged, but where a collector put its own name there, or none, the
    /// one channel that the provider writes to. Source: Microsoft, "Windows Event Collector",
    /// whose default log for what others send is `ForwardedEvents`. A record of another sensor that
    /// tells what a Windows log would tell ([`ELASTIC_ENDPOINT`](super::ELASTIC_ENDPOINT), [`DEFENDER`](super::DEFENDER)) counts
    /// as one of that log.
    pub fn home_channel(&self) -> &str {
        Self::home_of(self.channel(), self.provider(), self.event_id)
    }

    /// As [`Self::home_channel`], of a record that is still being read.
    pub fn home_of<'a>(channel: &'a str, provider: &str, event_id: u32) -> &'a str {
        let is_elsewhere = channel.is_empty()
            || channel.eq_ignore_ascii_case("ForwardedEvents")
            || (provider == provider_channel::ELASTIC_ENDPOINT && channel.starts_with("endpoint."))
            || (provider == provider_channel::DEFENDER && channel.starts_with("Device"));
        is_elsewhere.then(|| provider_channel::of(provider, event_id)).flatten().unwrap_or(channel)
    }

    /// Whether the record is from this channel, without regard to letter case, forwarded or not.
    pub fn is_channel(&self, channel: &str) -> bool {
        self.home_channel().eq_ignore_ascii_case(channel)
    }
}

fn parse_number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Whether a value is one of the ways logs write "nothing": empty, `-`, `?` and the all-zero GUID.
pub fn is_missing(value: &str) -> bool {
    matches!(value, "" | "-" | "?")
        || (value.len() >= 36
            && value.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'{' | b'}')))
}
