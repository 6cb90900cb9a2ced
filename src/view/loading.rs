//! What the centre shows while files are read: one row for each file.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use crate::session::{LoadProgress, Rate, Session, SourceProgress, SourceState};
use crate::view::number;
use crate::view::visible::visible_text;

/// The reading panel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Loading {
    /// `Reading 12 files`.
    pub title: String,
    /// `3 done, 2 being read, 7 waiting`.
    pub detail: String,
    /// `115,935 records, 34,600/s, 68.1 of 512.0 MB, 86.0 MB/s, about 3 s left`.
    pub pace: String,
    /// 0 to 1.
    pub part: f32,
    /// The files, in the order found.
    pub files: Vec<File>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// `68.1 MB`; a dash where it is not known, as of a member while its archive is read.
    pub size: String,
    /// Records so far, or a dash.
    pub records: String,
    /// What is going on.
    pub state: FileState,
}

/// What is going on with a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum FileState {
    /// Not begun.
    Waiting,
    /// So much is read: 0 to 1.
    Reading(f32),
    /// Being read, and how much of it there is nobody knows.
    ReadingOn,
    /// Read, and nothing was lost.
    Read,
    /// Something was lost; what and why.
    ReadInPart(String),
    /// Nothing of it could be read; why.
    NotRead(String),
}

impl FileState {
    /// The state in words.
    pub fn word(&self) -> String {
        match self {
            Self::Waiting => "Waiting".to_owned(),
            Self::Reading(part) => format!("{:.0}%", part * 100.0),
            Self::ReadingOn => "Reading".to_owned(),
            Self::Read => "Read".to_owned(),
            Self::ReadInPart(_) => "Read in part".to_owned(),
            Self::NotRead(_) => "Not read".to_owned(),
        }
    }

    /// What was lost and why; empty where nothing was.
    pub fn reason(&self) -> &str {
        match self {
            Self::ReadInPart(reason) | Self::NotRead(reason) => reason,
            _ => "",
        }
    }

    fn of(source: &SourceProgress) -> Self {
        let lost = || source.lost.as_deref().map(|lost| visible_text(lost).into_owned());
        match (source.state, source.bytes_total) {
            (SourceState::Waiting, _) => Self::Waiting,
            (SourceState::Reading, 0) => Self::ReadingOn,
            (SourceState::Reading, total) => Self::Reading(source.bytes_done as f32 / total as f32),
            (SourceState::Done, _) => match lost() {
                None => Self::Read,
                Some(reason) if source.records == 0 && !source.holds_logs => Self::NotRead(reason),
                Some(reason) => Self::ReadInPart(reason),
            },
        }
    }
}

/// The panel's content; `None` where nothing is being read.
pub fn loading(session: &Session) -> Option<Loading> {
    let (progress, _) = session.load()?;
    Some(of(progress, session.pace()))
}

/// The panel for a load that has come so far at this rate.
pub fn of(progress: &LoadProgress, rate: Option<Rate>) -> Loading {
    let count = |wanted: fn(SourceState) -> bool| {
        progress.sources.iter().filter(|source| wanted(source.state)).count()
    };
    let done = count(|state| state == SourceState::Done);
    let waiting = count(|state| state == SourceState::Waiting);
    let reading = progress.sources.len() - done - waiting;
    let files = number::counted(progress.sources.len() as u64, "file", "files");
    let (bytes, total) = progress.bytes();
    let part = if total == 0 { 0.0 } else { bytes as f32 / total as f32 };
    Loading {
        title: match (progress.is_judging, progress.sources.is_empty()) {
            (true, _) => format!("Judging what {files} say"),
            (false, true) => "Looking for logs".to_owned(),
            (false, false) => format!("Reading {files}"),
        },
        detail: if progress.is_judging || progress.sources.is_empty() {
            String::new()
        } else {
            let [done, reading, waiting] =
                [done, reading, waiting].map(|count| number::grouped(count as u64));
            format!("{done} done, {reading} being read, {waiting} waiting")
        },
        pace: if progress.is_judging {
            number::counted(progress.records(), "record", "records")
        } else {
            pace(progress, rate)
        },
        part,
        files: progress.sources.iter().map(file).collect(),
    }
}

fn file(source: &SourceProgress) -> File {
    File {
        name: visible_text(&source.label).into_owned(),
        size: match source.bytes_total {
            0 => "–".to_owned(),
            bytes => number::size(bytes),
        },
        records: match source.state {
            SourceState::Waiting => "–".to_owned(),
            _ => number::grouped(source.records),
        },
        state: FileState::of(source),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rates are positive and far below the limit"
)]
fn pace(progress: &LoadProgress, rate: Option<Rate>) -> String {
    let (done, total) = progress.bytes();
    let mut words = number::counted(progress.records(), "record", "records");
    let size = number::size_of(done.min(total), total);
    // Writing to a string cannot fail.
    let mut add = |more: std::fmt::Arguments<'_>| words.write_fmt(more).unwrap_or_default();
    if let Some(rate) = rate {
        add(format_args!(", {}/s", number::grouped(rate.records as u64)));
    }
    add(format_args!(", {size}"));
    let Some(rate) = rate else { return words };
    add(format_args!(", {}/s", number::size(rate.bytes as u64)));
    let left = total.saturating_sub(done) as f64 / rate.bytes;
    // Less than a byte a second is no pace to foretell anything from.
    if rate.bytes >= 1.0 && done > 0 && done < total {
        let left = number::about(Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX));
        add(format_args!(", about {left} left"));
    }
    words
}
