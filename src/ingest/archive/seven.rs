//! Walks a 7z. Its members are packed one behind the other in blocks, often all in one, so that
//! what is no log must be unpacked all the same to get past it.

use std::{
    cell::RefCell,
    io::{self, Read, Seek},
};

use sevenz_rust2::{Archive, BlockDecoder, Error, Password};

use crate::model::IssueKind;

use super::{
    Fault, Visitor,
    limits::{Budget, Limited, MOST_DECODER_KIB, OverLimit},
    words::{Refusal, locked, read_fault, unreadable},
};

/// Hands the files to the visitor.
pub(super) fn walk(
    mut reader: impl Read + Seek,
    passwords: &[String],
    budget: &Budget,
    visitor: &mut dyn Visitor,
) {
    let none = Password::empty();
    let given = passwords.iter().map(|password| Password::from(password.as_str()));
    let candidates = std::iter::once(none).chain(given).collect::<Vec<_>>();
    let mut first_error = None;
    for (at, password) in candidates.iter().enumerate() {
        match Archive::read_with_memory_limit(&mut reader, password, limit_kib()) {
            Ok(archive) => {
                // Where the list was encrypted its password is the members' too.
                let passwords = candidates.get(at..).unwrap_or_default();
                let mut walk = Walk { archive: &archive, reader: &mut reader, budget, visitor };
                return walk.all(passwords);
            }
            Err(error) => {
                let is_locked = at > 0 || is_about_password(&error);
                first_error.get_or_insert(error);
                if !is_locked {
                    break;
                }
            }
        }
    }
    let Some(error) = first_error else { return };
    let (kind, message) = match error {
        error if is_about_password(&error) => locked(),
        error => unreadable("7z", &words(&error)),
    };
    visitor.fault(Fault { name: None, offset: None, kind, message });
}

fn limit_kib() -> usize {
    usize::try_from(MOST_DECODER_KIB).unwrap_or(usize::MAX)
}

const fn is_about_password(error: &Error) -> bool {
    matches!(error, Error::PasswordRequired | Error::MaybeBadPassword(_))
}

struct Walk<'a, R> {
    archive: &'a Archive,
    reader: &'a mut R,
    budget: &'a Budget,
    visitor: &'a mut dyn Visitor,
}

impl<R: Read + Seek> Walk<'_, R> {
    fn all(&mut self, passwords: &[Password]) {
        let none = Password::empty();
        let mut good: Option<Password> = None;
        for block in 0..self.archive.blocks.len() {
            if self.visitor.is_stopped() {
                return;
            }
            if !self.is_encrypted(block) {
                self.block(block, &none);
                continue;
            }
            let candidates = good.iter().chain(passwords);
            let opens = |password: &&Password| self.opens(block, password);
            let found = candidates.clone().find(opens).cloned();
            match found {
                Some(password) => {
                    self.block(block, &password);
                    good = Some(password);
                }
                None => self.refuse(block, Refusal::Password),
            }
        }
        self.empty_files();
    }

    fn files(&self, block: usize) -> Vec<(usize, String)> {
        let of = &self.archive.stream_map.file_block_index;
        let files = self.archive.files.iter().zip(of).enumerate();
        let files = files.filter(move |(_, (file, of))| **of == Some(block) && file.has_stream());
        files.map(|(at, (file, _))| (at, file.name().to_owned())).collect()
    }

    fn is_encrypted(&self, block: usize) -> bool {
        self.files(block).first().is_some_and(|(at, _)| self.archive.is_file_encrypted(*at))
    }

    fn refuse(&mut self, block: usize, refusal: Refusal) {
        for (_, name) in self.files(block) {
            self.visitor.refuse(refusal, &name);
        }
    }

    fn decoder<'d>(&'d mut self, block: usize, password: &'d Password) -> BlockDecoder<'d, R> {
        let (limit, archive) = (limit_kib(), self.archive);
        BlockDecoder::new_with_memory_limit(1, limit, block, archive, password, self.reader)
    }

    /// Whether the block's first file comes out with the right checksum.
    fn opens(&mut self, block: usize, password: &Password) -> bool {
        if password.is_empty() {
            return false;
        }
        let budget = Budget::new(self.budget.all);
        let mut is_right = false;
        let outcome = self.decoder(block, password).for_each_entries(&mut |_, reader| {
            let mut reader = Limited { inner: reader, budget: budget.clone() };
            let copied = io::copy(&mut reader, &mut io::sink());
            is_right = copied.is_ok_and(|count| count > 0);
            Ok(false)
        });
        outcome.is_ok() && is_right
    }

    fn block(&mut self, block: usize, password: &Password) {
        let order = self.files(block).iter().map(|(at, _)| *at as u64).collect::<Vec<_>>();
        let last = order.len();
        let mut orders = order.into_iter();
        let (mut seen, mut current) = (0, None);
        let budget = self.budget.clone();
        let (limit, archive) = (limit_kib(), self.archive);
        let visitor = RefCell::new(&mut *self.visitor);
        let decoder =
            BlockDecoder::new_with_memory_limit(1, limit, block, archive, password, self.reader);
        let outcome = decoder.for_each_entries(&mut |file, reader| {
            if file.is_directory() || !file.has_stream() {
                return Ok(true);
            }
            seen += 1;
            current = Some(file.name().to_owned());
            let mut reader = Limited { inner: reader, budget: budget.clone() };
            let order = orders.next().unwrap_or(u64::MAX);
            let mut visitor = visitor.borrow_mut();
            visitor.member(file.name(), order, Some(file.size()), &mut reader);
            // Nothing behind the last one needs to be unpacked.
            Ok(seen < last && !visitor.is_stopped())
        });
        let lost = last - seen;
        if let Err(error) = outcome {
            self.fault(block, &error, current, lost);
        }
    }

    fn fault(&mut self, block: usize, error: &Error, current: Option<String>, lost: usize) {
        if let Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) = error {
            return self.refuse(block, Refusal::Method);
        }
        // What is wrong with a file that was being read was said of it already.
        if lost == 0 && current.is_some() {
            return;
        }
        let error = match error {
            Error::Io(error, _) | Error::MaybeBadPassword(error) if OverLimit::is_in(error) => {
                return self.visitor.fault(read_fault(None, None, error));
            }
            error => words(error),
        };
        let behind = current.map(|name| format!(" behind {name}")).unwrap_or_default();
        let (members, were) = if lost == 1 { ("One member", "was") } else { ("Members", "were") };
        let count = if lost == 1 { String::new() } else { format!(" ({lost})") };
        let message = format!(
            "The 7z archive is damaged: {error}. {members}{count}{behind} {were} not read; copy \
             the archive again if you still can."
        );
        self.visitor.fault(Fault { name: None, offset: None, kind: IssueKind::Damaged, message });
    }

    /// Files without content belong to no block.
    fn empty_files(&mut self) {
        for (at, file) in self.archive.files.iter().enumerate() {
            if !file.has_stream() && !file.is_directory() && !file.is_anti_item() {
                self.visitor.member(file.name(), at as u64, Some(0), &mut io::empty());
            }
        }
    }
}

/// The crate's error without the form it has for programmers.
fn words(error: &Error) -> String {
    match error {
        Error::Io(error, _) | Error::FileOpen(error, _) | Error::MaybeBadPassword(error) => {
            error.to_string()
        }
        Error::Other(text) | Error::Unsupported(text) => text.to_string(),
        Error::ChecksumVerificationFailed | Error::NextHeaderCrcMismatch => {
            "a checksum is wrong".to_owned()
        }
        Error::MaxMemLimited { .. } => "unpacking it would take too much memory".to_owned(),
        _ => "its list of members cannot be understood".to_owned(),
    }
}
