//! What the centre shows while files are read: one row for each file.

use std::fmt::Write as _;
use std::time::Instant;

use serde::Serialize;

use crate::session::{Session, SourceState};
use crate::view::number;
use crate::view::visible::visible_text;

/// The reading panel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Loading {
    /// `Reading 12 files`.
    pub title: String,
    /// `3 done, 2 being read, 7 waiting`.
    pub detail: String,
    /// `115,935 records, 34,600/s, about 3 s left`.
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
    /// `68.1 MB`.
    pub size: String,
    /// Records so far, or a dash.
    pub records: String,
    /// What is going on.
    pub state: FileState,
}

/// What is going on with a file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum FileState {
    /// Not begun.
    Waiting,
    /// So much is read: 0 to 1.
    Reading(f32),
    /// Read, as far as it can be; what was lost is told when all is read.
    Read,
}

/// The panel's content; `None` where nothing is being read.
pub fn loading(session: &Session) -> Option<Loading> {
    let (progress, started) = session.load()?;
    let count = |wanted: fn(SourceState) -> bool| {
        progress.sources.iter().filter(|source| wanted(source.state)).count()
    };
    let done = count(|state| state == SourceState::Done);
    let waiting = count(|state| state == SourceState::Waiting);
    let reading = progress.sources.len() - done - waiting;
    let files = number::counted(progress.sources.len() as u64, "file", "files");
    let (bytes, total) = progress.bytes();
    let part = if total == 0 { 0.0 } else { bytes as f32 / total as f32 };
    Some(Loading {
        title: if progress.is_judging {
            format!("Judging what {files} say")
        } else {
            format!("Reading {files}")
        },
        detail: if progress.is_judging {
            String::new()
        } else {
            format!("{done} done, {reading} being read, {waiting} waiting")
        },
        pace: if progress.is_judging {
            number::counted(progress.records(), "record", "records")
        } else {
            pace(progress.records(), started, part)
        },
        part,
        files: progress
            .sources
            .iter()
            .map(|source| File {
                name: visible_text(&source.label).into_owned(),
                size: number::size(source.bytes_total),
                records: match source.state {
                    SourceState::Waiting => "–".to_owned(),
                    _ => number::grouped(source.records),
                },
                state: match source.state {
                    SourceState::Waiting => FileState::Waiting,
                    SourceState::Reading => FileState::Reading(
                        source.bytes_done as f32 / source.bytes_total.max(1) as f32,
                    ),
                    SourceState::Done => FileState::Read,
                },
            })
            .collect(),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "records a second are positive and far below the limit"
)]
fn pace(records: u64, started: Instant, part: f32) -> String {
    let secs = started.elapsed().as_secs_f64();
    let mut words = number::counted(records, "record", "records");
    if secs > 0.5 {
        // Writing to a string cannot fail.
        let each = number::grouped((records as f64 / secs) as u64);
        write!(words, ", {each}/s").unwrap_or_default();
        if part > 0.02 {
            let left = (secs / f64::from(part) - secs).max(0.0);
            write!(words, ", about {left:.0} s left").unwrap_or_default();
        }
    }
    words
}
