//! Opens what was found and decides which files are read; an issue for those that should be logs
//! and are not.

use std::{
    fs::File,
    io,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::model::{Format, Issue, IssueKind, Timestamp};

use super::{
    archive::Container,
    bundle::{Found, cannot_open},
    field_map::FieldMap,
    json::{Dialect, Keys},
    recognise::{
        Kind, holds_chunks, is_named_like_a_log, is_named_like_an_archive, is_named_like_an_image,
        recognise,
    },
    row::Program,
    telltale::recognised_by,
};

/// Names of an unknown dialect that its issue lists.
const KEYS_NAMED: usize = 8;
/// Maps that its issue says do not fit.
const MAPS_NAMED: usize = 3;

/// A file, or a member of an archive, that becomes a source.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    pub(super) member: Option<String>,
    pub(super) bytes: u64,
    pub(super) what: What,
    /// When the file was written last.
    pub(super) modified: Option<Timestamp>,
    /// Why it was taken for what it is.
    pub(super) recognised_by: Option<String>,
    /// Whether somebody named the file or its ending says that it should be evidence, so that it is
    /// a source even where nothing is in it.
    pub(super) is_expected: bool,
}

/// What a source is, as far as its first bytes tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct What {
    pub(super) format: Format,
    /// For JSON; `None` means that it is not read.
    pub(super) dialect: Option<Dialect>,
    /// For CSV.
    pub(super) program: Option<Program>,
    /// Whether an EVTX file has the header of one.
    pub(super) has_header: bool,
    /// Whether that header says that the log was not closed.
    pub(super) is_dirty: bool,
    /// Whether it is no log itself but holds chunks of logs somewhere.
    pub(super) is_image: bool,
    /// For archives.
    pub(super) container: Option<Container>,
}

impl From<Format> for What {
    fn from(format: Format) -> Self {
        Self {
            format,
            dialect: None,
            program: None,
            has_header: false,
            is_dirty: false,
            is_image: false,
            container: None,
        }
    }
}

impl What {
    /// The name of the program or schema in reports.
    pub(super) fn dialect_name(self) -> Option<&'static str> {
        match self.format {
            Format::Json => self.dialect.map(Dialect::name),
            Format::Xml => Some("windows_event"),
            Format::Csv => self.program.map(Program::name),
            Format::Evtx | Format::Archive | Format::Unknown => None,
        }
    }

    /// The program, and the crate, that read it.
    pub(super) const fn reader(self) -> &'static str {
        match self.format {
            Format::Evtx => concat!("Spawnscope ", env!("CARGO_PKG_VERSION"), ", evtx 0.15.1"),
            _ => concat!("Spawnscope ", env!("CARGO_PKG_VERSION")),
        }
    }
}

/// The sources, files that are none, and what stood in the way.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) files: Vec<Input>,
    pub(super) ignored: u64,
    pub(super) issues: Vec<Issue>,
}

/// Looks into every file.
pub(super) fn open_all(files: Vec<Found>, maps: &[FieldMap]) -> Inputs {
    let mut all = Inputs::default();
    for found in files {
        match look(&found, maps) {
            Ok(seen) => all.add(found, &seen),
            Err(error) => all.issues.push(cannot_open(&found.path, &error.to_string())),
        }
    }
    all
}

/// What is seen of a file without reading it.
struct Seen {
    bytes: u64,
    modified: Option<Timestamp>,
    kind: Kind,
}

fn look(found: &Found, maps: &[FieldMap]) -> io::Result<Seen> {
    let file = File::open(&found.path)?;
    let about = file.metadata()?;
    let modified = about.modified().ok().and_then(timestamp);
    let kind = recognise(&file, maps)?;
    let may_be_image = found.is_named || is_named_like_an_image(&found.path);
    let is_image = matches!(kind, Kind::Other(_)) && may_be_image && holds_chunks(&file)?;
    Ok(Seen { bytes: about.len(), modified, kind: if is_image { Kind::Image } else { kind } })
}

/// To the second: what is finer, file systems differ in.
fn timestamp(time: SystemTime) -> Option<Timestamp> {
    let secs = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).ok()?,
        Err(before) => -i64::try_from(before.duration().as_secs()).ok()?,
    };
    Some(Timestamp::from_unix(secs, 0, 0))
}

impl Inputs {
    fn add(&mut self, found: Found, seen: &Seen) {
        let Seen { bytes, modified, kind } = seen;
        let is_packed = is_named_like_an_archive(&found.path);
        let expected = match found.is_named {
            true => Expected::Named,
            false if is_packed || is_named_like_a_log(&found.path) => Expected::ByName,
            false => Expected::Not,
        };
        let (what, issue) = match judge(kind, expected) {
            Verdict::Log { what, issue } => (what, issue),
            Verdict::Archive(container) => {
                (What { container: Some(container), ..Format::Archive.into() }, None)
            }
            Verdict::Ignored => {
                self.ignored += 1;
                return;
            }
        };
        self.issues.extend(issue.map(|(kind, message)| Issue {
            path: found.path.clone(),
            member: None,
            offset: None,
            kind,
            message,
        }));
        let is_expected = expected != Expected::Not;
        self.files.push(Input {
            path: found.path,
            member: None,
            bytes: *bytes,
            what,
            modified: *modified,
            recognised_by: recognised_by(kind),
            is_expected,
        });
    }
}

/// What to do with something recognised.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is a log, or should be one, with what is wrong with it at first sight.
    Log { what: What, issue: Option<(IssueKind, String)> },
    /// Members are to be looked into.
    Archive(Container),
    /// It is none of ours.
    Ignored,
}

/// Why something should be a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// A person named it.
    Named,
    /// Its own name says so.
    ByName,
    Not,
}

/// Judges what was recognised.
pub(super) fn judge(kind: &Kind, expected: Expected) -> Verdict {
    let (is_named, should_be_log) = (expected == Expected::Named, expected != Expected::Not);
    let (what, issue): (What, _) = match kind {
        Kind::Evtx { is_header_damaged: false, is_dirty } => {
            (What { has_header: true, is_dirty: *is_dirty, ..Format::Evtx.into() }, None)
        }
        Kind::Evtx { is_header_damaged: true, .. } => (Format::Evtx.into(), Some(damaged_header())),
        Kind::Image => (What { is_image: true, ..Format::Evtx.into() }, None),
        Kind::Json { dialect: Some(dialect), .. } => {
            (What { dialect: Some(*dialect), ..Format::Json.into() }, None)
        }
        Kind::Xml => (Format::Xml.into(), None),
        Kind::Csv(by) => (What { program: Some(*by), ..Format::Csv.into() }, None),
        Kind::Json { dialect: None, keys } if is_named || keys.look_like_a_log() => {
            (Format::Json.into(), Some(unknown_dialect(keys)))
        }
        Kind::Archive(container) => return Verdict::Archive(*container),
        Kind::Empty if should_be_log => (Format::Unknown.into(), Some(empty())),
        Kind::Other(looks_like) if should_be_log => {
            (Format::Unknown.into(), Some(unknown_format(looks_like)))
        }
        Kind::Json { .. } | Kind::Empty | Kind::Other(_) => return Verdict::Ignored,
    };
    Verdict::Log { what, issue }
}

fn damaged_header() -> (IssueKind, String) {
    let message = "The file header is damaged or was wiped; the chunks behind it are there and \
                   were read. Compare with another copy of the log if there is one.";
    (IssueKind::Damaged, message.to_owned())
}

fn unknown_dialect(keys: &Keys) -> (IssueKind, String) {
    let mut names = keys.top.iter().take(KEYS_NAMED).map(String::as_str).collect::<Vec<_>>();
    if keys.top.len() > KEYS_NAMED {
        names.push("…");
    }
    let mut message = format!(
        "This JSON is of no known program, its first object has the names {}; nothing in it was \
         read. Export the log as EVTX or with evtx_dump, or say with --map FILE what its names \
         mean; the README shows how.",
        names.join(", ")
    );
    for (map, key) in keys.unfit_maps.iter().take(MAPS_NAMED) {
        let told = [" The map ", map, " does not fit: no object has its key ", key, "."];
        message.extend(told);
    }
    (IssueKind::UnknownFormat, message)
}

fn empty() -> (IssueKind, String) {
    (IssueKind::Empty, "The file is empty; it holds no records.".to_owned())
}

fn unknown_format(looks_like: &str) -> (IssueKind, String) {
    let message = format!(
        "This is no event log that can be read, it looks like {looks_like}; nothing in it was \
         read. Give the log as EVTX, JSON, XML or CSV."
    );
    (IssueKind::UnknownFormat, message)
}
