//! Goes through an archive and the archives in it: recognises each member, reads the logs, leaves
//! the rest.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    rc::Rc,
    sync::{Arc, PoisonError},
};

use crate::ingest::{
    bundle::cannot_open,
    input::{Expected, Input, Verdict, What, judge},
    load::Options,
    recognise::{Kind, is_named_like_an_archive, recognise_stream},
    tally::Tally,
    telltale::recognised_by,
};
use crate::model::Issue;

use super::{
    Container, Fault, Visitor,
    content::{Content, Cursor},
    limits::{Budget, MOST_IN_MEMORY, MOST_NESTED, SMALL_IN_MEMORY},
    member::{self, Tapped},
    packed, seven,
    tar::{self, Skip, Through},
    tasks::{Chunks, Slot, Task, Tasks},
    words::{Refusal, read_fault, too_deep, too_large},
    zip::{Share, Zip},
};

/// Bytes by which a tar is told.
const TAR_HEADER: u64 = 512;

/// What the thread that reads an archive does for it.
pub(in crate::ingest) trait Desk {
    fn options(&self) -> &Options;
    fn tasks(&self) -> &Tasks;
    /// Whether to stop at once.
    fn is_cancelled(&self) -> bool;
    /// Makes a source of a member.
    fn open(&mut self, input: Input, order: Vec<u64>) -> Arc<Slot>;
    /// A piece of a member is done.
    fn finish(&mut self, slot: &Slot);
    /// Parses chunks, or leaves them to another thread.
    fn chunks(&mut self, chunks: Chunks);
    /// Reads a log of text.
    fn text(&mut self, slot: &Slot, reader: &mut dyn Read);
    /// What is known of the archive that is this source.
    fn archive(&self, source: usize, change: &mut dyn FnMut(&mut Tally));
    /// So many bytes more of the archive were read.
    fn advance(&self, source: usize, bytes: u64);
    /// Offers a task to others; it comes back where this thread should do it.
    fn offer(&mut self, task: Task) -> Result<(), Task>;
}

/// Reads the archive that is this source.
pub(in crate::ingest) fn walk_file(desk: &mut dyn Desk, source: usize, input: &Input) {
    let opened = File::open(&input.path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (bytes, file) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let issue = cannot_open(&input.path, &error.to_string());
            return desk.archive(source, &mut |tally| tally.issues.push(issue.clone()));
        }
    };
    let Some(container) = input.what.container else { return };
    let content = Content::File(Arc::new(file), bytes);
    let budget = Budget::new(desk.options().unpack_limit.of(bytes));
    let mut walk = Walk::new(desk, source, input.path.clone(), budget);
    let name = input.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if container == Container::Zip {
        walk.share_out(content);
    } else {
        walk.content(container, content, &name);
    }
}

/// Reads some members of a zip.
pub(in crate::ingest) fn walk_share(desk: &mut dyn Desk, share: &Share, path: &Path) {
    let zip = &share.zip;
    let budget = Budget::new(zip.limit.of(share.packed()));
    let mut walk = Walk::new(desk, zip.source, path.to_owned(), budget);
    for member in &share.members {
        if walk.is_stopped() {
            return;
        }
        zip.read(member, &mut walk);
    }
    desk.advance(zip.source, share.packed());
}

/// Bytes of the outermost archive that were read and that were told.
#[derive(Debug, Default)]
struct Progress {
    read: Cell<u64>,
    told: Cell<u64>,
}

impl Progress {
    fn tell(&self, desk: &dyn Desk, source: usize) {
        let new = self.read.get().saturating_sub(self.told.get());
        if new > 0 {
            self.told.set(self.read.get());
            desk.advance(source, new);
        }
    }
}

/// Counts the bytes read.
struct Counted<R> {
    inner: R,
    progress: Rc<Progress>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(to)?;
        self.progress.read.set(self.progress.read.get() + count as u64);
        Ok(count)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

impl Skip for Counted<Cursor> {
    fn skip(&mut self, count: u64) -> io::Result<u64> {
        let skipped = self.inner.skip(count)?;
        self.progress.read.set(self.progress.read.get() + skipped);
        Ok(skipped)
    }
}

/// One archive, which may lie in another.
struct Walk<'d> {
    desk: &'d mut dyn Desk,
    /// The outermost archive.
    source: usize,
    path: PathBuf,
    /// What stands before the names of members.
    prefix: String,
    /// What stands before their orders.
    order: Vec<u64>,
    /// Archives around the members.
    depth: u32,
    budget: Budget,
    progress: Rc<Progress>,
    /// Whether this thread may hold a large archive in memory.
    holds_large: bool,
}

impl<'d> Walk<'d> {
    fn new(desk: &'d mut dyn Desk, source: usize, path: PathBuf, budget: Budget) -> Self {
        Self {
            desk,
            source,
            path,
            prefix: String::new(),
            order: Vec::new(),
            depth: 1,
            budget,
            progress: Rc::default(),
            holds_large: false,
        }
    }

    /// The walk through an archive that is this member.
    fn inner(&mut self, name: &str, order: u64, holds_large: bool) -> Walk<'_> {
        Walk {
            desk: &mut *self.desk,
            source: self.source,
            path: self.path.clone(),
            prefix: format!("{}{name}/", self.prefix),
            order: self.order.iter().copied().chain([order]).collect(),
            depth: self.depth + 1,
            budget: self.budget.clone(),
            progress: Rc::clone(&self.progress),
            holds_large,
        }
    }

    /// Passwords to be tried, the one that analysts agree on first.
    fn passwords(&self) -> Vec<String> {
        let usual = std::iter::once("infected".to_owned());
        usual.chain(self.desk.options().passwords.iter().cloned()).collect()
    }

    /// Lists a zip and lets other threads take part.
    fn share_out(&mut self, content: Content) {
        let limit = self.desk.options().unpack_limit;
        let zip = Arc::new(Zip::new(content, self.source, self.passwords(), limit));
        let mut faults = Vec::new();
        let (desk, path) = (&mut *self.desk, self.path.clone());
        zip.list(&mut |fault| faults.push(fault), &mut |members| {
            let share = Share { zip: Arc::clone(&zip), members };
            if let Err(Task::Members(share)) = desk.offer(Task::Members(share)) {
                walk_share(desk, &share, &path);
            }
            !desk.is_cancelled()
        });
        for fault in faults {
            self.fault(fault);
        }
    }

    /// Walks an archive that can be read here and there. `name` is its own.
    fn content(&mut self, container: Container, content: Content, name: &str) {
        let progress = Rc::clone(&self.progress);
        match container {
            Container::Zip => {
                let limit = self.desk.options().unpack_limit;
                let zip = Zip::new(content, self.source, self.passwords(), limit);
                let mut faults = Vec::new();
                zip.list(&mut |fault| faults.push(fault), &mut |members| {
                    for member in &members {
                        zip.read(member, self);
                    }
                    !self.is_stopped()
                });
                for fault in faults {
                    self.fault(fault);
                }
            }
            Container::SevenZip => {
                let (passwords, budget) = (self.passwords(), self.budget.clone());
                let reader = Counted { inner: content.cursor(), progress };
                seven::walk(reader, &passwords, &budget, self);
            }
            Container::Tar => {
                tar::walk(&mut Counted { inner: content.cursor(), progress }, self);
            }
            Container::Gzip | Container::Zstd | Container::Bzip2 | Container::Xz => {
                self.stream(container, &mut Counted { inner: content.cursor(), progress }, name);
            }
        }
    }

    /// Unpacks a stream, which holds a tar or is one member.
    fn stream(&mut self, container: Container, packed: &mut dyn Read, name: &str) {
        let Some(mut reader) = packed::open(container, packed, &self.budget) else { return };
        let mut head = Vec::new();
        let begun = (&mut reader).take(TAR_HEADER).read_to_end(&mut head);
        if let Err(error) = &begun
            && head.is_empty()
        {
            return self.fault(read_fault(None, None, error));
        }
        if Container::of(&head) == Some(Container::Tar) {
            tar::walk(&mut Through(head.chain(reader)), self);
        } else {
            self.member(unpacked_name(name), 0, None, &mut head.chain(reader));
        }
    }

    /// Looks into an archive inside this one.
    fn nested(
        &mut self,
        container: Container,
        (name, order, size): (&str, u64, Option<u64>),
        head: &[u8],
        rest: &mut Tapped<'_>,
    ) {
        if self.depth >= MOST_NESTED {
            let (kind, message) = too_deep(MOST_NESTED);
            return self.fault(Fault { name: Some(name.to_owned()), offset: None, kind, message });
        }
        let own_name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        if container == Container::Tar {
            let mut inner = self.inner(name, order, self.holds_large);
            tar::walk(&mut Through(head.chain(&mut *rest)), &mut inner);
        } else if container.is_stream() {
            let mut inner = self.inner(name, order, self.holds_large);
            inner.stream(container, &mut head.chain(&mut *rest), own_name);
        } else {
            self.in_memory(container, (name, order, size), head, rest);
        }
        if let Some(error) = rest.error.take() {
            self.fault(read_fault(Some(name.to_owned()), Some(rest.count), &error));
        }
    }

    /// Reads a nested archive into memory and walks it there.
    fn in_memory(
        &mut self,
        container: Container,
        (name, order, size): (&str, u64, Option<u64>),
        head: &[u8],
        rest: &mut Tapped<'_>,
    ) {
        let mut bytes = Vec::new();
        let mut reader = head.chain(&mut *rest);
        // Tapped readers end instead of failing.
        let _ended = (&mut reader).take(SMALL_IN_MEMORY).read_to_end(&mut bytes);
        let is_large = bytes.len() as u64 == SMALL_IN_MEMORY;
        let large = Arc::clone(&self.desk.tasks().large);
        let _one_at_a_time = (is_large && !self.holds_large)
            .then(|| large.lock().unwrap_or_else(PoisonError::into_inner));
        if is_large && size.is_none_or(|size| size <= MOST_IN_MEMORY) {
            let more = MOST_IN_MEMORY + 1 - SMALL_IN_MEMORY;
            let _ended = (&mut reader).take(more).read_to_end(&mut bytes);
        }
        let size = size.unwrap_or(0).max(bytes.len() as u64);
        if size > MOST_IN_MEMORY {
            let (kind, message) = too_large(MOST_IN_MEMORY);
            return self.fault(Fault { name: Some(name.to_owned()), offset: None, kind, message });
        }
        let holds_large = is_large || self.holds_large;
        let content = Content::Memory(Arc::new(bytes));
        self.inner(name, order, holds_large).content(container, content, name);
    }

    fn tally(&self, mut change: impl FnMut(&mut Tally)) {
        self.desk.archive(self.source, &mut change);
    }

    fn log(
        &mut self,
        what: What,
        recognised_by: Option<String>,
        (name, order, size): (&str, u64, Option<u64>),
    ) -> Arc<Slot> {
        let input = Input {
            path: self.path.clone(),
            member: Some(format!("{}{name}", self.prefix)),
            bytes: size.unwrap_or(0),
            what,
            modified: None,
            recognised_by,
            is_expected: true,
        };
        let order = self.order.iter().copied().chain([order]).collect();
        self.desk.open(input, order)
    }
}

impl Visitor for Walk<'_> {
    fn member(&mut self, name: &str, order: u64, size: Option<u64>, reader: &mut dyn Read) {
        self.tally(|tally| tally.members += 1);
        let mut rest = Tapped::new(reader, self.desk.options().is_hashing);
        let mut head = Vec::new();
        let (kind, _) = recognise_stream(&mut rest, &mut head, &self.desk.options().maps);
        let should_be_log = is_log_name(name) || is_named_like_an_archive(Path::new(name));
        if rest.error.is_some() && matches!(kind, Kind::Empty | Kind::Other(_)) {
            if let Some(error) = rest.error.take() {
                self.fault(read_fault(Some(name.to_owned()), Some(rest.count), &error));
            }
            return;
        }
        let is_other_json = matches!(
            &kind,
            Kind::Json { dialect: None, keys } if !keys.look_like_events()
        );
        let should_be_log = should_be_log && !is_apple_double(name);
        let expected = if should_be_log { Expected::ByName } else { Expected::Not };
        match judge(&kind, expected) {
            _ if is_other_json => self.tally(|tally| tally.ignored += 1),
            Verdict::Ignored => self.tally(|tally| tally.ignored += 1),
            Verdict::Archive(container) => {
                self.nested(container, (name, order, size), &head, &mut rest);
            }
            Verdict::Log { what, issue } => {
                let slot = self.log(what, recognised_by(&kind), (name, order, size));
                slot.tally().issues.extend(issue.map(|(kind, message)| {
                    let path = slot.input.path.clone();
                    Issue { path, member: None, offset: None, kind, message }
                }));
                let (progress, source) = (Rc::clone(&self.progress), self.source);
                let mut tell = |desk: &mut dyn Desk| progress.tell(desk, source);
                member::read(&slot, &head, &mut rest, size, self.desk, &mut tell);
            }
        }
        self.progress.tell(self.desk, self.source);
    }

    fn refuse(&mut self, refusal: Refusal, name: &str) {
        let name = format!("{}{name}", self.prefix);
        self.tally(|tally| {
            tally.members += 1;
            tally.refused.add(refusal, &name);
        });
    }

    fn fault(&mut self, fault: Fault) {
        let Fault { name, offset, kind, message } = fault;
        let member = name.map(|name| format!("{}{name}", self.prefix));
        let around = || self.prefix.strip_suffix('/').map(str::to_owned);
        let (path, member) = (self.path.clone(), member.or_else(around));
        let issue = Issue { path, member, offset, kind, message };
        self.tally(|tally| tally.issues.push(issue.clone()));
    }

    fn is_stopped(&self) -> bool {
        self.desk.is_cancelled()
    }
}

/// Whether a member's name says that it should be a log. Collectors put a lot of JSON into an
/// archive that is none, so that ending says nothing here.
fn is_log_name(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("evtx"))
}

/// Whether macOS made the member beside one of that name, for what only macOS knows of it.
fn is_apple_double(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|own| own.starts_with("._"))
}

/// The name of what is in a packed stream.
fn unpacked_name(name: &str) -> &str {
    let Some((stem, ending)) = name.rsplit_once('.') else { return name };
    let is_packer =
        ["gz", "zst", "bz2", "xz"].iter().any(|known| ending.eq_ignore_ascii_case(known));
    if is_packer && !stem.is_empty() { stem } else { name }
}
