//! What is encrypted in the evidence and could not be opened.

use std::collections::BTreeSet;

use crate::model::{Analysis, Issue, IssueKind, Source};
use crate::view::visible::visible_text;

/// Names that are said.
const NAMED: usize = 3;

/// The issues about what is encrypted.
fn locked(analysis: &Analysis) -> impl Iterator<Item = &Issue> {
    analysis.issues.iter().filter(|issue| issue.kind == IssueKind::Encrypted)
}

/// Whether a password would open more.
pub fn is_locked(analysis: &Analysis) -> bool {
    locked(analysis).next().is_some()
}

/// Whether a password would open more of this file.
pub fn is_source_locked(analysis: &Analysis, source: &Source) -> bool {
    locked(analysis).any(|issue| issue.path == source.path)
}

/// The files to give a password for: `evidence.zip, b.7z and 3 more`.
pub fn names(analysis: &Analysis) -> String {
    let paths: BTreeSet<_> = locked(analysis).map(|issue| &issue.path).collect();
    let named = paths.iter().take(NAMED).map(|path| {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        visible_text(&name).into_owned()
    });
    let named = named.collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
