//! Puts into words what went wrong in a text file, JSON, XML or CSV. Every sentence names cause, loss and remedy.

use std::{fmt, path::Path};

use crate::model::{Issue, IssueKind};

use super::outcome::{Outcome, Remark};

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

/// What a record is called in one form of text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    /// A record that could not be read, which may be no record at all.
    one_broken: &'static str,
    broken: &'static str,
    /// A record.
    record: &'static str,
    records: &'static str,
}

/// Words for JSON.
pub(super) const JSON: Words = Words {
    one_broken: "One object or line",
    broken: "objects or lines",
    record: "object",
    records: "objects",
};

/// Words for XML.
pub(super) const XML: Words = Words {
    one_broken: "One piece of the text",
    broken: "pieces of the text",
    record: "event",
    records: "events",
};

/// Words for CSV.
pub(super) const CSV: Words =
    Words { one_broken: "One row", broken: "rows", record: "row", records: "rows" };

/// The issues of one text file, at most one of each kind and its notes.
pub(super) fn text_issues<E: fmt::Display>(
    path: &Path,
    outcome: Outcome<E>,
    longest: usize,
    words: Words,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut add = |offset: u64, kind: IssueKind, message: String| {
        let path = path.to_owned();
        issues.push(Issue { path, member: None, offset: Some(offset), kind, message });
    };
    if let Some((offset, error)) = outcome.first_broken {
        let (first, pieces) = match outcome.broken {
            1 => (String::new(), words.one_broken.to_owned()),
            count => {
                (format!(", the first at offset {offset}"), format!("{count} {}", words.broken))
            }
        };
        let message = format!(
            "{pieces} could not be read as a record{first}: {error}. The others were read; export \
             the log again if it should be whole."
        );
        add(offset, IssueKind::BadRecord, message);
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
        let (records, were) = match outcome.too_long {
            1 => (format!("One {}", words.record), "was"),
            count => (format!("{count} {}", words.records), "were"),
        };
        let message = format!(
            "{records} longer than {} MiB {were} left out, the first at offset {offset}. Look at \
             it with another program.",
            longest >> 20,
        );
        add(offset, IssueKind::Limit, message);
    }
    if let Some(offset) = outcome.cut_off {
        let message = format!(
            "The file breaks off inside its last {}, which could not be read. Copy the log again \
             if you still can.",
            words.record
        );
        add(offset, IssueKind::CutOff, message);
    }
    if let Some((offset, error)) = &outcome.failed {
        let message =
            format!("Reading failed at this place: {error}. What comes after it is lost.");
        add(*offset, IssueKind::CutOff, message);
    }
    for (remark, (count, offset)) in outcome.remarks {
        let kind = match remark {
            Remark::LocalTime => IssueKind::Assumed,
            Remark::PayloadCut | Remark::Unopened | Remark::Unnamed => IssueKind::BadRecord,
        };
        add(offset, kind, told(remark, count, offset));
    }
    for (offset, kind, message) in outcome.notes {
        add(offset, kind, message);
    }
    issues
}

/// The words for something that is so of records that were read.
fn told(remark: Remark, count: u64, offset: u64) -> String {
    let (records, have) = match count {
        1 => ("One record".to_owned(), "has"),
        _ => (format!("{count} records, the first at offset {offset},"), "have"),
    };
    match remark {
        Remark::LocalTime => format!(
            "{records} {have} a local time without a zone, which was read as UTC. Their order \
             against other logs may be hours wrong; export again with times in UTC."
        ),
        Remark::Unopened => format!(
            "{records} {have} names of types in place of values, since ConvertTo-Json stopped at \
             its depth: what the events say is lost but for the rendered message. Export again \
             with `ConvertTo-Json -Depth 4`, or take the EVTX file."
        ),
        Remark::Unnamed => format!(
            "{records} {have} values whose names are not known, shown as `Data`; no rule and no \
             process can use them. Take the EVTX file."
        ),
        Remark::PayloadCut => format!(
            "{records} {have} no whole Payload. What EvtxECmd's other columns repeat of it was \
             taken from them, all other fields are lost; run EvtxECmd again with --json, do not \
             save its tables with a spreadsheet, which cuts long values, or give the EVTX file \
             itself."
        ),
    }
}
