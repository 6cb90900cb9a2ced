//! A file of the evidence: what was read, what was lost, what that means.

use serde::Serialize;

use crate::model::{Analysis, Source, SourceIndex};
use crate::view::files::{read_of, state};
use crate::view::number;
use crate::view::visible::visible_text;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceFacts {
    /// Its name.
    pub name: String,
    /// `Read`, `Read in part`, `Not read`.
    pub state: &'static str,
    /// Whether something was lost.
    pub has_loss: bool,
    /// What went wrong, one sentence each.
    pub issues: Vec<String>,
    /// What was read: labels and values.
    pub read: Vec<(&'static str, String)>,
    /// How it was read: labels and values.
    pub how: Vec<(&'static str, String)>,
    /// The file itself: labels and values.
    pub file: Vec<(&'static str, String)>,
}

pub(super) fn facts(analysis: &Analysis, at: SourceIndex) -> Option<SourceFacts> {
    let source = analysis.source(at)?;
    let of_source: Vec<_> = analysis
        .issues
        .iter()
        .filter(|issue| issue.path == source.path && issue.member == source.member)
        .collect();
    let has_loss = of_source.iter().any(|issue| issue.kind.is_loss());
    let time = |time: Option<crate::model::Timestamp>| {
        time.map_or_else(|| "no time".to_owned(), |time| time.to_string())
    };
    Some(SourceFacts {
        name: visible_text(&source.label()).into_owned(),
        state: state(has_loss, read_of(analysis, source)),
        has_loss,
        issues: of_source
            .iter()
            .map(|issue| {
                let place =
                    issue.offset.map(|offset| format!(" At byte {}.", number::grouped(offset)));
                format!("{}{}", visible_text(&issue.message), place.unwrap_or_default())
            })
            .collect(),
        read: vec![
            ("Records", number::grouped(source.records)),
            ("Not readable", number::grouped(source.unreadable_records)),
            ("Recovered", number::grouped(source.recovered_records)),
            ("First record", time(source.first)),
            ("Last record", time(source.last)),
        ],
        how: vec![
            (
                "Format",
                match source.dialect {
                    Some(dialect) => format!("{}, {dialect}", source.format.name()),
                    None => source.format.name().to_owned(),
                },
            ),
            (
                "Taken for it by",
                source.recognised_by.as_deref().map_or_else(
                    || "nothing: it is empty".to_owned(),
                    |why| visible_text(why).into_owned(),
                ),
            ),
            ("Reader", source.reader.to_owned()),
        ],
        file: file(source),
    })
}

fn file(source: &Source) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Path", visible_text(&source.path.to_string_lossy()).into_owned())];
    if let Some(member) = &source.member {
        facts.push(("Member", visible_text(member).into_owned()));
    }
    facts.extend([
        ("Size", format!("{} bytes", number::grouped(source.bytes))),
        (
            "Modified",
            source.modified.map_or_else(|| "not known".to_owned(), |time| time.to_string()),
        ),
        ("SHA-256", source.sha256.clone().unwrap_or_else(|| "not computed".to_owned())),
    ]);
    facts
}
