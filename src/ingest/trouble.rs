//! Puts into words what went wrong in a file of JSON. Every sentence names cause, loss and remedy.

use std::path::Path;

use crate::model::{Issue, IssueKind};

use super::json::Outcome;

/// What it means that records say no time that can be read.
pub(super) fn without_time(path: &Path, count: u64) -> Issue {
    let (records, they, have) = match count {
        1 => ("One record".to_owned(), "it stands", "has"),
        _ => (format!("{count} records"), "they stand", "have"),
    };
    let message = format!(
        "{records} {have} no time that can be read; {they} on no timeline, and a parent known by \
         its process id only cannot be found for a start among them. Export the log with \
         SystemTime in UTC."
    );
    Issue { path: path.to_owned(), member: None, offset: None, kind: IssueKind::BadRecord, message }
}

/// The issues of one JSON file, at most one of each kind.
pub(super) fn json_issues(path: &Path, outcome: &Outcome, longest: usize) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut add = |offset: u64, kind: IssueKind, message: String| {
        let path = path.to_owned();
        issues.push(Issue { path, member: None, offset: Some(offset), kind, message });
    };
    if let Some((offset, error)) = outcome.first_broken {
        let (first, objects) = match outcome.broken {
            1 => (String::new(), "One object or line".to_owned()),
            count => {
                (format!(", the first at offset {offset}"), format!("{count} objects or lines"))
            }
        };
        add(
            offset,
            IssueKind::BadRecord,
            format!(
                "{objects} could not be read as a record{first}: {error}. The others were read; \
                 export the log again if it should be whole."
            ),
        );
    }
    if let Some(offset) = outcome.first_damaged {
        let records = match outcome.damaged {
            1 => "One record holds".to_owned(),
            count => format!("{count} records, the first at offset {offset}, hold"),
        };
        add(
            offset,
            IssueKind::BadRecord,
            format!(
                "{records} bytes that are no UTF-8. The records were read, with a replacement \
                 character for what could not be; look at the bytes in the file before relying on \
                 such a text."
            ),
        );
    }
    if let Some(offset) = outcome.first_too_long {
        add(
            offset,
            IssueKind::Limit,
            format!(
                "{} longer than {} MiB {} left out, the first at offset {offset}. Look at it with \
                 another program.",
                if outcome.too_long == 1 {
                    "One object".to_owned()
                } else {
                    format!("{} objects", outcome.too_long)
                },
                longest >> 20,
                if outcome.too_long == 1 { "was" } else { "were" },
            ),
        );
    }
    if let Some(offset) = outcome.cut_off {
        add(
            offset,
            IssueKind::CutOff,
            "The file breaks off inside its last object, which could not be read. Copy the log \
             again if you still can."
                .to_owned(),
        );
    }
    if let Some((offset, error)) = &outcome.failed {
        add(
            *offset,
            IssueKind::CutOff,
            format!("Reading failed at this place: {error}. What comes after it is lost."),
        );
    }
    issues
}
