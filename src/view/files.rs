//! The list of files of the open bundle, and of those that the user left out of it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::model::{Analysis, Format, LeftOut, Source, SourceIndex};
use crate::session::Session;
use crate::view::coverage::file_name;
use crate::view::number;
use crate::view::visible::visible_text;

/// A file of the evidence as a line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// Its name, after its folder's where another file is called the same.
    pub name: String,
    /// `48,112 records`.
    pub records: String,
    /// `Read`, `Read in part` or `Not read`.
    pub state: &'static str,
    /// Where it is among the sources.
    pub source: SourceIndex,
    /// What to name to leave it out.
    pub place: LeftOut,
}

/// Which files something was lost of; made once for a whole list.
#[derive(Debug)]
pub struct Losses<'a>(BTreeSet<(&'a Path, Option<&'a str>)>);

impl<'a> Losses<'a> {
    /// Those of this analysis.
    pub fn of(analysis: &'a Analysis) -> Self {
        let lossy = analysis.issues.iter().filter(|issue| issue.kind.is_loss());
        Self(lossy.map(|issue| (issue.path.as_path(), issue.member.as_deref())).collect())
    }

    /// The line for the file at this position.
    pub fn row(&self, analysis: &Analysis, at: SourceIndex) -> Option<FileRow> {
        let source = analysis.source(at)?;
        let has_loss = self.0.contains(&(source.path.as_path(), source.member.as_deref()));
        Some(FileRow {
            name: file_name(analysis, source),
            records: number::counted(source.records, "record", "records"),
            state: state(has_loss, read_of(analysis, source)),
            source: at,
            place: source.to_leave_out(),
        })
    }
}

/// Records read of a file; of an archive, those of its members.
pub fn read_of(analysis: &Analysis, source: &Source) -> u64 {
    match source.format {
        Format::Archive => {
            let same = analysis.sources.iter().filter(|other| other.path == source.path);
            same.map(|member| member.records).sum()
        }
        _ => source.records,
    }
}

/// What became of a file, in words.
pub const fn state(has_loss: bool, records: u64) -> &'static str {
    match (has_loss, records) {
        (false, _) => "Read",
        (true, 0) => "Not read",
        (true, _) => "Read in part",
    }
}

/// What was left out, with its name for people.
pub fn left_out(session: &Session) -> Vec<(LeftOut, String)> {
    let named = |file: &LeftOut| (file.clone(), visible_text(&file.label()).into_owned());
    session.left_out().iter().map(named).collect()
}

/// `2 files left out`; `None` where none are.
pub fn left_out_words(session: &Session) -> Option<String> {
    let count = session.left_out().len() as u64;
    (count > 0).then(|| format!("{} left out", number::counted(count, "file", "files")))
}
