//! What is known of a process's executable and account: which record says so, and where two do not
//! agree.

use serde::Serialize;

use crate::model::{Analysis, FieldSaid, Process, ProcessField, ProcessIndex, RecordIndex};
use crate::session::Session;
use crate::view::inspector::record;
use crate::view::visible::visible_text;

/// A fact and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What it is.
    pub label: String,
    /// The value as logged.
    pub value: String,
    /// `Said by Sysmon 1, record 48210`; empty where nothing more is known of it.
    pub by: String,
}

/// Something on which two records do not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disagreed {
    /// `Command line`.
    pub label: String,
    /// The value that is shown everywhere.
    pub kept: String,
    /// The other value.
    pub other: String,
    /// Which record says the other: `Security 4688, record 991`.
    pub by: String,
}

/// The facts of a process, its image first.
pub(super) fn facts(session: &Session, at: ProcessIndex, process: &Process) -> Vec<Said> {
    let analysis = session.analysis();
    let said = session.provenance(at);
    let image = process.image.as_deref().unwrap_or("not logged");
    let mut facts = vec![fact(analysis, &said, "Image", image, Some(ProcessField::Image))];
    let hashes = process.hashes();
    facts.extend(
        hashes.map(|(kind, value)| fact(analysis, &said, kind, value, Some(ProcessField::Hashes))),
    );
    let optional = [
        ("Original name", &process.original_file_name, Some(ProcessField::OriginalFileName)),
        ("Company", &process.company, None),
        ("Product", &process.product, None),
        ("Started in", &process.current_directory, Some(ProcessField::CurrentDirectory)),
        ("Logon", &process.logon_id, Some(ProcessField::LogonId)),
        ("Process GUID", &process.guid, None),
    ];
    for (label, value, field) in optional {
        if let Some(value) = value {
            facts.push(fact(analysis, &said, label, value, field));
        }
    }
    facts
}

fn fact(
    analysis: &Analysis,
    said: &[FieldSaid],
    label: &str,
    value: &str,
    field: Option<ProcessField>,
) -> Said {
    let mut titles: Vec<String> = said
        .iter()
        .filter(|said| Some(said.field) == field)
        .filter_map(|said| title(analysis, said.record))
        .collect();
    titles.dedup();
    titles.truncate(4);
    Said {
        label: visible_text(label).into_owned(),
        value: visible_text(value).into_owned(),
        by: if titles.is_empty() {
            String::new()
        } else {
            format!("Said by {}", titles.join("; "))
        },
    }
}

fn title(analysis: &Analysis, at: RecordIndex) -> Option<String> {
    let event = analysis.event(at)?;
    Some(record::title(event.channel(), event.event_id, event.record_id))
}

/// What the records of a process do not agree on.
pub(super) fn disagreements(analysis: &Analysis, process: &Process) -> Vec<Disagreed> {
    process
        .disagreements
        .iter()
        .map(|one| {
            let mut label = one.field.label().to_owned();
            if let Some(first) = label.get(..1).map(str::to_uppercase) {
                label.replace_range(..1, &first);
            }
            Disagreed {
                label,
                kept: visible_text(&one.kept).into_owned(),
                other: visible_text(&one.other).into_owned(),
                by: title(analysis, one.record).unwrap_or_default(),
            }
        })
        .collect()
}
