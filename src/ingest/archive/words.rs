//! Puts into words what went wrong in an archive. Every sentence names cause, loss and remedy.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use crate::model::{Issue, IssueKind};

use super::{Fault, limits::OverLimit};

/// Members that an issue names.
const NAMED: usize = 5;

/// Why a member cannot be unpacked, for reasons that many members of an archive share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ingest) enum Refusal {
    /// It is encrypted and no known password fits.
    Password,
    /// It is packed by a method that is not supported.
    Method,
}

/// The members refused: how many, and the first few by name.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Refused(BTreeMap<Refusal, (u64, BTreeSet<String>)>);

impl Refused {
    pub(super) fn add(&mut self, refusal: Refusal, name: &str) {
        let (count, names) = self.0.entry(refusal).or_default();
        *count += 1;
        names.insert(name.to_owned());
        if names.len() > NAMED {
            names.pop_last();
        }
    }

    /// Whether nothing was refused.
    pub(in crate::ingest) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One issue for each reason.
    pub(in crate::ingest) fn issues(&self, path: &Path) -> Vec<Issue> {
        let one = |(refusal, (count, names)): (&Refusal, &(u64, BTreeSet<String>))| {
            let names = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let (members, are, them) = match count {
                1 => ("One member".to_owned(), "is", "it"),
                _ => (format!("{count} members"), "are", "them"),
            };
            let more = if *count > NAMED as u64 { " and others" } else { "" };
            let (kind, message) = match refusal {
                Refusal::Password => (
                    IssueKind::Encrypted,
                    format!(
                        "{members} of the archive {are} encrypted and no known password opens \
                         {them}, so that nothing of {them} was read: {names}{more}. Give the \
                         password with --password or --password-file; `infected` was tried."
                    ),
                ),
                Refusal::Method => (
                    IssueKind::UnknownFormat,
                    format!(
                        "{members} of the archive {are} packed by a method that this program does \
                         not know, so that nothing of {them} was read: {names}{more}. Unpack the \
                         archive with another program and give the folder."
                    ),
                ),
            };
            Issue { path: path.to_owned(), member: None, offset: None, kind, message }
        };
        self.0.iter().map(one).collect()
    }
}

/// What it means that reading failed at this place, of an archive or of a member.
pub(super) fn read_fault(name: Option<String>, offset: Option<u64>, error: &io::Error) -> Fault {
    let (the_archive, what) = match name {
        None => ("The archive", "All in it that comes after this place is lost"),
        Some(_) => (
            "The archive or this member of it",
            "What comes after this place of the member is lost",
        ),
    };
    let (kind, message) = if OverLimit::is_in(error) {
        let message = format!(
            "The archive was not read further, since it unpacks to far more than a bundle of logs \
             would, like a file made to fill up disk and memory. {what}. Unpack it with another \
             program if you trust it, and give the folder."
        );
        (IssueKind::Limit, message)
    } else if error.kind() == io::ErrorKind::UnexpectedEof {
        let message = format!(
            "{the_archive} breaks off: {error}. {what}; what was read before was kept. Copy the \
             archive again if you still can."
        );
        (IssueKind::CutOff, message)
    } else {
        let message = format!(
            "{the_archive} is damaged: {error}. {what}; what was read before was kept. Copy the \
             archive again if you still can."
        );
        (IssueKind::Damaged, message)
    };
    Fault { name, offset, kind, message }
}

/// A member that was unpacked whole, but not to what the archive promises.
pub(super) fn wrong_checksum(error: &io::Error) -> (IssueKind, String) {
    let message = format!(
        "This member does not match what the archive says of it ({error}); all its records could \
         be read, but may have been altered. Copy the archive again if you still can."
    );
    (IssueKind::Damaged, message)
}

/// A nested archive that is too large to be held in memory.
pub(super) fn too_large(limit: u64) -> (IssueKind, String) {
    let message = format!(
        "This archive inside the archive is larger than {} MiB and can only be read in memory; \
         nothing in it was read. Unpack it with another program and give it alone.",
        limit >> 20
    );
    (IssueKind::Limit, message)
}

/// An archive nested too deeply.
pub(super) fn too_deep(limit: u32) -> (IssueKind, String) {
    let message = format!(
        "This archive lies inside {limit} others; nothing in it was read. Unpack it with another \
         program and give it alone."
    );
    (IssueKind::Limit, message)
}

/// An archive that cannot be opened at all.
pub(super) fn unreadable(form: &str, cause: &dyn std::fmt::Display) -> (IssueKind, String) {
    let message = format!(
        "This {form} archive is damaged: {cause}. Nothing in it was read; copy it again if you \
         still can."
    );
    (IssueKind::Damaged, message)
}

/// An archive whose list of members is encrypted.
pub(super) fn locked() -> (IssueKind, String) {
    let message = "The archive is encrypted with the names of its members, and no known password \
                   opens it; nothing in it was read. Give the password with --password or \
                   --password-file; `infected` was tried."
        .to_owned();
    (IssueKind::Encrypted, message)
}

/// An archive that was named, or looks like evidence, and holds no log.
pub(in crate::ingest) fn without_logs(members: u64) -> String {
    let members = match members {
        0 => "it has no members".to_owned(),
        1 => "its one member is none".to_owned(),
        count => format!("its {count} members are none"),
    };
    format!("No log was found in this archive: {members}.")
}
