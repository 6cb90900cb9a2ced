//! Sources and coverage: which telemetry one host's logs hold, as bars over the bundle's time.

use std::fmt::Write as _;

use serde::Serialize;

use crate::model::{Analysis, Coverage, CoverageState, Source, Telemetry, Timestamp};
use crate::session::{Session, SourceProgress, SourceState};
use crate::view::number;
use crate::view::visible::visible_text;

/// The panel's content.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sources {
    /// One row for each kind of telemetry of the shown host.
    pub rows: Vec<Row>,
    /// First and last moment of the bars, as clock times.
    pub range: Option<(String, String)>,
}

/// One kind of telemetry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The telemetry with its event ids.
    pub label: &'static str,
    /// `full`, `partial`, `gap`, `none`, `reading`.
    pub word: &'static str,
    /// Whether the word asks for attention.
    pub is_warning: bool,
    /// Where records are, as a part of the whole: 0 to 1.
    pub bar: Option<(f32, f32)>,
    /// Known holes, as parts of the whole.
    pub gaps: Vec<(f32, f32)>,
    /// The whole story, for a tooltip and a screen reader.
    pub spoken: String,
}

/// `12 files`, or `3 of 12 files` while reading.
pub fn files(session: &Session) -> String {
    let analysis = session.analysis();
    match session.load() {
        Some((progress, _)) => {
            let is_done = |source: &&SourceProgress| source.state == SourceState::Done;
            let done = progress.sources.iter().filter(is_done).count();
            format!("{done} of {}", number::counted(progress.sources.len() as u64, "file", "files"))
        }
        None => number::counted(analysis.sources.len() as u64, "file", "files"),
    }
}

/// A file's name, after its folder's where another file is called the same.
pub fn file_name(analysis: &Analysis, source: &Source) -> String {
    let name = source.label();
    let is_shared = analysis.sources.iter().filter(|other| other.label() == name).count() > 1;
    let folder = source.path.parent().and_then(|folder| folder.file_name());
    let text = match folder.filter(|_| is_shared) {
        Some(folder) => format!("{}: {name}", folder.to_string_lossy()),
        None => name,
    };
    visible_text(&text).into_owned()
}

/// The content for this host.
pub fn sources(session: &Session, host: Option<&str>) -> Sources {
    let analysis = session.analysis();
    if session.load().is_some() {
        return Sources { rows: Telemetry::ALL.into_iter().map(unread).collect(), range: None };
    }
    let whole = host.and_then(|host| range(analysis, host));
    let rows = analysis
        .coverage
        .iter()
        .filter(|coverage| Some(coverage.host.as_str()) == host)
        .map(|coverage| row(coverage, whole))
        .collect();
    let range = whole.map(|(from, to)| (short_clock(from), short_clock(to)));
    Sources { rows, range }
}

/// A kind of telemetry before all is read.
fn unread(telemetry: Telemetry) -> Row {
    let label = telemetry.label();
    let spoken = format!("{label}: reading");
    Row { label, word: "reading", is_warning: false, bar: None, gaps: Vec::new(), spoken }
}

/// Each kind of telemetry of a host with what is known of it, in words.
pub fn in_words(analysis: &Analysis, host: &str) -> Vec<(&'static str, String)> {
    let of_host = analysis.coverage.iter().filter(|coverage| coverage.host == host);
    of_host
        .map(|coverage| {
            let row = row(coverage, None);
            let words = row.spoken.split_once(": ").map_or("", |(_, words)| words).to_owned();
            (row.label, words)
        })
        .collect()
}

/// First and last record of a host.
pub fn range(analysis: &Analysis, host: &str) -> Option<(Timestamp, Timestamp)> {
    let host = analysis.hosts.iter().find(|known| known.name == host)?;
    Some((host.first?, host.last?))
}

fn short_clock(time: Timestamp) -> String {
    time.clock(false).chars().take(5).collect()
}

/// Where a moment lies in a range: 0 at its start, 1 at its end.
#[expect(clippy::cast_possible_truncation, reason = "a place on the screen needs few digits")]
pub fn part_of(range: (Timestamp, Timestamp), time: Timestamp) -> f32 {
    let whole = range.1.secs_since(range.0).max(1.0);
    ((time.secs_since(range.0) / whole) as f32).clamp(0.0, 1.0)
}

fn row(coverage: &Coverage, whole: Option<(Timestamp, Timestamp)>) -> Row {
    let (word, is_warning) = match coverage.state {
        CoverageState::Present => ("full", false),
        CoverageState::Partial if coverage.gaps.is_empty() => ("partial", true),
        CoverageState::Partial => ("gap", true),
        CoverageState::Absent => ("none", true),
    };
    let bar = whole.zip(coverage.first.zip(coverage.last)).map(|(whole, (from, to))| {
        match coverage.state {
            // Present means no known hole: quiet minutes at the ends are not drawn as missing.
            CoverageState::Present => (0.0, 1.0),
            CoverageState::Partial | CoverageState::Absent => {
                (part_of(whole, from), part_of(whole, to))
            }
        }
    });
    let gaps: Vec<(f32, f32)> = whole
        .map(|whole| {
            let part = |at| part_of(whole, at);
            coverage.gaps.iter().map(|gap| (part(gap.from), part(gap.to))).collect()
        })
        .unwrap_or_default();
    let records = number::counted(coverage.records, "record", "records");
    let mut spoken = format!("{}: {word}, {records}", coverage.telemetry.label());
    if let Some(note) = &coverage.note {
        spoken.push_str(", ");
        spoken.push_str(note);
    }
    for gap in &coverage.gaps {
        let (from, to) = (gap.from.clock(false), gap.to.clock(false));
        // Writing to a string cannot fail.
        write!(spoken, "; {} {from} to {to} UTC", gap.why).unwrap_or_default();
    }
    Row { label: coverage.telemetry.label(), word, is_warning, bar, gaps, spoken }
}
