//! One log record as flat name–value pairs, whatever file and dialect it came from.

use std::{cmp::Ordering, fmt, sync::Arc};

use super::{SourceIndex, Timestamp, provider_channel};

/// An interned name: a host, channel, provider or field name that many records share.
pub type Name = Arc<str>;

/// Position of a record in [`Analysis::events`](super::Analysis::events).
///
/// Stable for one loaded bundle only; across bundles a record is named by host, channel and record id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordIndex(pub u32);

/// One log record.
#[expect(clippy::struct_field_names, reason = "Event ID is what Windows and Sigma call it")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The file (or archive member) it was read from.
    pub source: SourceIndex,
    /// `System/EventRecordID`; `None` where the export dropped it.
    pub record_id: Option<u64>,
    /// `System/Computer` as logged; empty where unknown.
    pub host: Name,
    /// `System/Channel` as logged, for example `Microsoft-Windows-Sysmon/Operational`; empty where unknown.
    pub channel: Name,
    /// `System/Provider/@Name` as logged; empty where unknown.
    pub provider: Name,
    /// `System/EventID`.
    pub event_id: u32,
    /// `System/TimeCreated/@SystemTime`, the time the record was written.
    pub time: Option<Timestamp>,
    /// `System/Execution/@ProcessID`: the process that *logged*, not the one the record is about.
    pub logger_pid: Option<u32>,
    /// `System/Security/@UserID`.
    pub user_sid: Option<Name>,
    /// `EventData` or `UserData`, in the order of the record.
    pub fields: Fields,
}

impl Event {
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
    /// whose default log for what others send is `ForwardedEvents`.
    pub fn home_channel(&self) -> &str {
        let is_elsewhere =
            self.channel.is_empty() || self.channel.eq_ignore_ascii_case("ForwardedEvents");
        is_elsewhere
            .then(|| provider_channel::of(&self.provider, self.event_id))
            .flatten()
            .unwrap_or(&self.channel)
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

/// The field names of a record in order; records of one shape share one list.
pub type Shape = Arc<[Name]>;

/// Name–value pairs in one allocation for the text; the names are shared with records alike.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields {
    names: Shape,
    ends: Box<[u32]>,
    text: Box<str>,
}

impl Fields {
    /// All pairs in the order of the record; a name may repeat.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + '_ {
        self.names.iter().enumerate().map(|(at, name)| (&**name, self.value(at)))
    }

    /// The first value under this exact name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.names.iter().position(|known| &**known == name).map(|at| self.value(at))
    }

    /// The names alone, to be expected of the next record of the same kind ([`FieldsBuilder::expect`]).
    pub const fn shape(&self) -> &Shape {
        &self.names
    }

    /// Whether the record carries no data.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn value(&self, at: usize) -> &str {
        let start = match at.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}

impl Ord for Fields {
    /// By the text first, which is one comparison; the order means nothing to people.
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text).then_with(|| self.ends.cmp(&other.ends)).then_with(|| {
            let is_same = Shape::ptr_eq(&self.names, &other.names);
            if is_same { Ordering::Equal } else { self.names.cmp(&other.names) }
        })
    }
}

impl PartialOrd for Fields {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Fields {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut builder = FieldsBuilder::default();
        for (name, value) in pairs {
            builder.push(Name::from(name), value);
        }
        builder.finish()
    }
}

/// Collects pairs into [`Fields`]; reusable, so that a reader allocates once.
///
/// Where the caller says which names it expects, a record that has exactly those shares their
/// list: a log repeats a few dozen shapes millions of times.
#[derive(Debug, Default)]
pub struct FieldsBuilder {
    expected: Option<Shape>,
    /// The names collected; unused while they are those of `expected`.
    names: Vec<Name>,
    is_as_expected: bool,
    ends: Vec<u32>,
    text: String,
}

impl FieldsBuilder {
    /// Starts a record that probably has these names; drops pairs collected before.
    pub fn expect(&mut self, shape: Option<Shape>) {
        self.clear();
        self.is_as_expected = shape.is_some();
        self.expected = shape;
    }

    /// Appends a pair. Text past 4 GiB in one record is dropped: no log format holds such a record.
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over what they no longer need")]
    pub fn push(&mut self, name: Name, value: &str) {
        self.push_with(&name, value, |_| Name::clone(&name));
    }

    /// As [`Self::push`], but asks for the [`Name`] only where the record is not as expected.
    pub fn push_with(&mut self, name: &str, value: &str, intern: impl FnOnce(&str) -> Name) {
        let Ok(end) = u32::try_from(self.text.len() + value.len()) else { return };
        let at = self.ends.len();
        if self.is_as_expected && self.expected_at(at).is_none_or(|known| **known != *name) {
            let shape = self.expected.as_deref().unwrap_or_default();
            self.names.extend(shape.iter().take(at).cloned());
            self.is_as_expected = false;
        }
        if !self.is_as_expected {
            self.names.push(intern(name));
        }
        self.text.push_str(value);
        self.ends.push(end);
    }

    fn expected_at(&self, at: usize) -> Option<&Name> {
        self.expected.as_ref()?.get(at)
    }

    /// Whether nothing was collected since the last record.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn clear(&mut self) {
        self.names.clear();
        self.ends.clear();
        self.text.clear();
        self.is_as_expected = false;
    }

    /// Takes what was collected and leaves the builder empty for the next record.
    pub fn finish(&mut self) -> Fields {
        let names = match self.expected.take() {
            Some(shape) if self.is_as_expected && shape.len() == self.ends.len() => shape,
            Some(shape) if self.is_as_expected => {
                shape.iter().take(self.ends.len()).cloned().collect()
            }
            _ => self.names.as_slice().into(),
        };
        let fields =
            Fields { names, ends: self.ends.as_slice().into(), text: self.text.as_str().into() };
        self.clear();
        fields
    }
}
