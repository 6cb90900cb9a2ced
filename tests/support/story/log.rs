//! The logs of a host: where a record goes, who writes it, and how entries become a file.

use super::cast::Host;
use super::clock::{Dice, Moment};
use super::evtx_writer::{Data, EvtxWriter, Guid, Provider, Record, Sid, Value, WriteError};

/// A log file of the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Log {
    Sysmon,
    Security,
    System,
    PowerShell,
    Tasks,
}

impl Log {
    pub(crate) const ALL: [Self; 5] =
        [Self::Sysmon, Self::Security, Self::System, Self::PowerShell, Self::Tasks];

    /// The name under which Windows keeps the file.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Sysmon => "Microsoft-Windows-Sysmon%4Operational.evtx",
            Self::Security => "Security.evtx",
            Self::System => "System.evtx",
            Self::PowerShell => "Microsoft-Windows-PowerShell%4Operational.evtx",
            Self::Tasks => "Microsoft-Windows-TaskScheduler%4Operational.evtx",
        }
    }

    fn channel(self) -> &'static str {
        match self {
            Self::Sysmon => "Microsoft-Windows-Sysmon/Operational",
            Self::Security => "Security",
            Self::System => "System",
            Self::PowerShell => "Microsoft-Windows-PowerShell/Operational",
            Self::Tasks => "Microsoft-Windows-TaskScheduler/Operational",
        }
    }
}

/// A provider with what its events have in common.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "EventSourceName is the attribute's name")]
pub(crate) struct Source {
    pub(crate) name: &'static str,
    pub(crate) guid: Option<u128>,
    pub(crate) source_name: Option<&'static str>,
    pub(crate) log: Log,
    pub(crate) keywords: u64,
    pub(crate) level: u8,
    pub(crate) pid: u32,
}

/// A record that has no number yet.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) source: &'static Source,
    /// When it was written, which a log is ordered by.
    pub(crate) when: Moment,
    pub(crate) event_id: u16,
    pub(crate) version: u8,
    pub(crate) level: u8,
    pub(crate) task: u16,
    pub(crate) opcode: u8,
    pub(crate) keywords: u64,
    pub(crate) qualifiers: Option<u16>,
    pub(crate) pid: u32,
    pub(crate) user_sid: Option<Sid>,
    pub(crate) activity_id: Option<Guid>,
    pub(crate) data: Data,
    pub(crate) step: Option<u8>,
}

impl Entry {
    /// An entry with the values that most events of the source have.
    pub(crate) fn new(
        source: &'static Source,
        when: Moment,
        (event_id, version, task): (u16, u8, u16),
        data: Data,
    ) -> Self {
        Self {
            source,
            when,
            event_id,
            version,
            level: source.level,
            task,
            opcode: 0,
            keywords: source.keywords,
            qualifiers: None,
            pid: source.pid,
            user_sid: None,
            activity_id: None,
            data,
            step: None,
        }
    }
}

/// Text as a value.
pub(crate) fn text(text: impl Into<String>) -> Value {
    Value::text(text)
}

/// A finished log file.
#[derive(Debug)]
pub(crate) struct LogFile {
    pub(crate) log: Log,
    pub(crate) bytes: Vec<u8>,
    /// What the truth table says of each record: number, event id, step, time.
    pub(crate) records: Vec<Written>,
}

/// A record as it stands in a file.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) record_id: u64,
    pub(crate) event_id: u16,
    pub(crate) step: Option<u8>,
}

/// Orders the entries of one log by time, numbers them so that the first one `anchor` accepts has
/// the number given with it, and writes the file.
pub(crate) fn write(
    host: &Host,
    log: Log,
    mut entries: Vec<Entry>,
    (anchor, number): (impl Fn(&Entry) -> bool, u64),
) -> Result<LogFile, WriteError> {
    entries.sort_by_key(|entry| entry.when);
    let before = entries.iter().position(anchor).unwrap_or(0) as u64;
    let first = number.saturating_sub(before).max(1);
    let mut dice = Dice::new(host.seed ^ number);
    let threads: Vec<u32> = (0..6).map(|_| 4 * dice.between(300, 3100)).collect();
    let mut writer = EvtxWriter::new();
    let mut records = Vec::new();
    for (record_id, entry) in (first..).zip(entries) {
        records.push(Written { record_id, event_id: entry.event_id, step: entry.step });
        writer.push(&Record {
            record_id,
            time: entry.when.filetime(),
            provider: Provider {
                name: entry.source.name.to_owned(),
                guid: entry.source.guid.map(Guid),
                source_name: entry.source.source_name.map(ToOwned::to_owned),
            },
            event_id: entry.event_id,
            qualifiers: entry.qualifiers,
            version: entry.version,
            level: entry.level,
            task: entry.task,
            opcode: entry.opcode,
            keywords: entry.keywords,
            channel: log.channel().to_owned(),
            computer: host.fqdn.to_owned(),
            pid: entry.pid,
            tid: dice.pick(&threads).copied().unwrap_or(0),
            user_sid: entry.user_sid,
            activity_id: entry.activity_id,
            data: entry.data,
        })?;
    }
    Ok(LogFile { log, bytes: writer.finish(), records })
}
