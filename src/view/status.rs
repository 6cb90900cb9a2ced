//! The status bar: what was read, what went wrong, which zone times are in.

use serde::Serialize;

use crate::model::{Analysis, Format, Issue};
use crate::session::{LoadProgress, Session, SourceProgress};
use crate::view::number;
use crate::view::visible::visible_text;

/// The status bar's content.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// What the program is doing, or did last.
    pub state: String,
    /// How much is read: 0 to 1; `None` where nothing is being read.
    pub progress: Option<f32>,
    /// Records in the bundle.
    pub records: Option<String>,
    /// Trouble with the evidence, in words.
    pub trouble: Option<String>,
    /// Each trouble as a sentence, for the pop-up.
    pub issues: Vec<String>,
}

/// The status bar for this session; `has_duration` tells whether it says how long reading took.
pub fn status(session: &Session, has_duration: bool) -> Status {
    let analysis = session.analysis();
    let issues = match session.load() {
        Some((progress, _)) => lost_so_far(progress),
        None => issues(analysis),
    };
    let hurt = match session.load() {
        Some((progress, _)) => progress.hurt(),
        None => hurt(analysis),
    };
    let (state, progress, records) = match session.load() {
        Some((progress, _)) => {
            let (done, total) = progress.bytes();
            let part = if total == 0 { 0.0 } else { done as f32 / total as f32 };
            let files = number::counted(progress.sources.len() as u64, "file", "files");
            let state = if progress.is_judging {
                format!("Judging what {files} say")
            } else {
                format!("Reading {files}, {:.0}%", part * 100.0)
            };
            (state, Some(part), Some(progress.records()))
        }
        None if !session.has_bundle() => ("No logs open".to_owned(), None, None),
        None => {
            let is_log = |format| !matches!(format, Format::Unknown | Format::Archive);
            let read = analysis.sources.iter().filter(|source| is_log(source.format));
            let files = number::counted(read.count() as u64, "file", "files");
            let took = session.read_in().filter(|_| has_duration);
            let time = took.map(|took| match number::span(took).as_str() {
                "0.0 s" => " in under 0.1 s".to_owned(),
                span => format!(" in {span}"),
            });
            let how = if session.was_cancelled() { "Cancelled" } else { "Idle" };
            let state = format!("{how}. {files} read{}", time.unwrap_or_default());
            (state, None, Some(analysis.events.len() as u64))
        }
    };
    let trouble = (hurt > 0)
        .then(|| format!("{} not read whole", number::counted(hurt, "file", "files")))
        .or_else(|| session.was_cancelled().then(|| "Reading was cancelled".to_owned()));
    Status { state, progress, records: records.map(number::grouped), trouble, issues }
}

/// How many files, and members of archives, were not read whole.
fn hurt(analysis: &Analysis) -> u64 {
    let lossy = analysis.issues.iter().filter(|issue| issue.kind.is_loss());
    let mut places: Vec<_> = lossy.map(|issue| (&issue.path, &issue.member)).collect();
    places.sort();
    places.dedup();
    places.len() as u64
}

/// What went wrong, a sentence each with the file's name.
fn issues(analysis: &Analysis) -> Vec<String> {
    let line = |issue: &Issue| {
        let name = issue.path.file_name().unwrap_or(issue.path.as_os_str()).to_string_lossy();
        visible_text(&format!("{name}: {}", issue.message)).into_owned()
    };
    let mut issues: Vec<String> = analysis.issues.iter().map(line).collect();
    issues.dedup();
    issues
}

/// The same of what is known while files are read.
fn lost_so_far(progress: &LoadProgress) -> Vec<String> {
    let line = |source: &SourceProgress| {
        let lost = source.lost.as_ref()?;
        Some(visible_text(&format!("{}: {lost}", source.label)).into_owned())
    };
    progress.sources.iter().filter_map(line).collect()
}
