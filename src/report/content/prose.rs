//! Sentences that keep our own words, words from the logs and citations apart, so that each format
//! can show and protect them in its way.

use serde::Serialize;

use crate::model::{Analysis, Process, RecordIndex, Timestamp, grouped};

/// A record as a reader finds it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordRef {
    /// File name, or name of the archive's member.
    pub file: String,
    /// Channel as logged.
    pub channel: String,
    /// Event id.
    pub event_id: u32,
    /// Record id; `None` where the export dropped it.
    pub record_id: Option<u64>,
    /// Time of the record.
    pub time: Option<Timestamp>,
}

impl RecordRef {
    /// The record at this position.
    pub fn of(analysis: &Analysis, at: RecordIndex) -> Option<Self> {
        let event = analysis.event(at)?;
        Some(Self {
            file: analysis.source(event.source).map(|source| source.label()).unwrap_or_default(),
            channel: event.channel().to_owned(),
            event_id: event.event_id,
            record_id: event.record_id,
            time: event.time,
        })
    }

    /// The first of these; of two that tell of the same moment the Sysmon one, which says more.
    pub(super) fn first_of(analysis: &Analysis, records: &[RecordIndex]) -> Option<Self> {
        const SAME_MOMENT_SECS: f64 = 2.0;
        let first = Self::of(analysis, *records.first()?)?;
        let near = records.iter().filter_map(|at| Self::of(analysis, *at)).find(|other| {
            let apart = other.time.zip(first.time).map(|(other, first)| other.secs_since(first));
            short_channel(&other.channel) == "Sysmon"
                && apart.is_some_and(|secs| secs.abs() <= SAME_MOMENT_SECS)
        });
        if short_channel(&first.channel) == "Security" { near.or(Some(first)) } else { Some(first) }
    }

    /// `Sysmon 1, record 48210`.
    pub fn words(&self) -> String {
        let log = short_channel(&self.channel);
        match self.record_id {
            Some(id) => format!("{log} {}, record {id}", self.event_id),
            None => format!("{log} {}", self.event_id),
        }
    }
}

/// `Microsoft-Windows-Sysmon/Operational` is `Sysmon` to everyone.
fn short_channel(channel: &str) -> &str {
    let name = channel.split('/').next().unwrap_or(channel);
    let name = name.strip_prefix("Microsoft-Windows-").unwrap_or(name);
    if name.is_empty() { "event" } else { name }
}

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// Our own words.
    Words(String),
    /// Words that matter most.
    Strong(String),
    /// Text from the logs, quoted: never trusted.
    Log(String),
    /// Words that may hold text from the logs: never trusted.
    Plain(String),
    /// The record that says so.
    Record(RecordRef),
}

/// A sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Prose {
    /// Its parts, in order.
    pub pieces: Vec<Piece>,
}

impl Prose {
    /// A sentence that begins with these words.
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self::default().words(words)
    }

    #[must_use]
    pub(super) fn words(mut self, words: impl Into<String>) -> Self {
        self.pieces.push(Piece::Words(words.into()));
        self
    }

    #[must_use]
    pub(super) fn strong(mut self, words: impl Into<String>) -> Self {
        self.pieces.push(Piece::Strong(words.into()));
        self
    }

    #[must_use]
    pub(super) fn log(mut self, text: impl Into<String>) -> Self {
        self.pieces.push(Piece::Log(text.into()));
        self
    }

    #[must_use]
    pub(super) fn plain(mut self, text: impl Into<String>) -> Self {
        self.pieces.push(Piece::Plain(text.into()));
        self
    }

    /// Several texts from the logs: `a, b and c`.
    #[must_use]
    pub(super) fn logs<T: Into<String>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
        let count = texts.len();
        for (at, text) in texts.into_iter().enumerate() {
            if at > 0 {
                self = self.words(if at + 1 == count { " and " } else { ", " });
            }
            self = self.log(text);
        }
        self
    }

    /// A citation in brackets, with the number of further records; nothing where it is not known.
    #[must_use]
    pub(super) fn cite(self, record: Option<RecordRef>, others: u64) -> Self {
        let Some(record) = record else { return self };
        let mut cited = self.words(" (");
        cited.pieces.push(Piece::Record(record));
        match others {
            0 => cited.words(")"),
            _ => cited.words(format!(", and {} more)", grouped(others))),
        }
    }

    /// Name and process id.
    #[must_use]
    pub(super) fn process(self, process: &Process) -> Self {
        let named = self.log(process.name());
        match process.pid {
            Some(pid) => named.words(format!(" (PID {pid})")),
            None => named,
        }
    }
}

/// `2026-04-12 14:21:07`, UTC as all times here.
pub(super) fn stamp(time: Timestamp) -> String {
    format!("{} {}", time.date(), time.clock(false))
}

/// `2026-04-12 14:02:11 to 14:20:03`, with the second date only where it differs.
pub(crate) fn span_words(from: Timestamp, to: Timestamp) -> String {
    let end = if from.date() == to.date() { to.clock(false) } else { stamp(to) };
    format!("{} to {end}", stamp(from))
}

/// `1 record`, `3 records`, `no records`; `2 processes`.
pub(super) fn counted(count: u64, word: &str) -> String {
    let plural = if word.ends_with('s') { "es" } else { "s" };
    match count {
        0 => format!("no {word}{plural}"),
        1 => format!("1 {word}"),
        _ => format!("{} {word}{plural}", grouped(count)),
    }
}

/// `a, b and c` of our own words.
pub(super) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}
