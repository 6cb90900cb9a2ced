//! Puts into words what went wrong in a file of JSON. Every sentence names cause, loss and remedy.

use std::path::Path;

use crate::model::{Issue, IssueKind};

use super::json::Outcome;

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
