//! The process tree as text for a terminal: a line a process, box drawing before it. Not what is in
//! the tree, and not the JSON document, which is `report::json`.

mod notes;
mod walk;

use std::fmt::Write as _;

use crate::model::{Analysis, Decoding, Process, ProcessIndex, ProcessTree, Timestamp};
use crate::view::number::counted;
use crate::view::visible::visible_text;

use self::notes::Notes;
use self::walk::{Open, Walk};

/// What the column of times holds at most: `2026-04-12 14:21:07.412`.
const TIME_CHARS: usize = 23;

/// How much is printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Characters of a command that are shown; all of them where 0.
    pub(super) width: usize,
    /// Whether conclusions stand beside what is logged: who asked for a process, and what it did on
    /// other hosts.
    pub(super) shows_inferred: bool,
}

/// The wanted processes, sorted, with those above them first and their hosts as headings.
pub(super) fn tree(analysis: &Analysis, wanted: &[ProcessIndex], options: Options) -> String {
    let notes = Notes::of(analysis);
    let page = Page { analysis, notes: &notes, width: options.width };
    let mut out = String::from("Times are UTC.\n");
    let mut host = None;
    for (at, open) in Walk::new(&analysis.tree, wanted) {
        let Some(process) = analysis.tree.process(at) else { continue };
        if host != Some(process.host.as_str()) {
            host = Some(&process.host);
            page.host(&mut out, &process.host, wanted);
        }
        page.row(&mut out, at, process, &open);
    }
    out
}

/// What a row needs besides its process.
struct Page<'a> {
    analysis: &'a Analysis,
    notes: &'a Notes,
    width: usize,
}

impl Page<'_> {
    fn host(&self, out: &mut String, host: &str, wanted: &[ProcessIndex]) {
        let tree = &self.analysis.tree;
        // Processes come sorted by host.
        let from = wanted.partition_point(|at| is_before(tree, *at, host));
        let of_host = wanted.get(from..).unwrap_or_default().iter();
        let of_host =
            of_host.map_while(|at| tree.process(*at).filter(|process| process.host == host));
        let (mut logged, mut stubs) = (0, 0);
        for process in of_host {
            *(if process.stub.is_some() { &mut stubs } else { &mut logged }) += 1;
        }
        let more = match stubs {
            0 => String::new(),
            _ => format!(", {stubs} more without a record of their start"),
        };
        let name = if host.is_empty() { "(host not logged)" } else { host };
        line(
            out,
            format_args!(
                "\n{}: {}{more}",
                visible_text(name),
                counted(logged, "process", "processes")
            ),
        );
    }

    fn row(&self, out: &mut String, at: ProcessIndex, process: &Process, open: &Open) {
        let time = process.start.map_or_else(|| "start not logged".to_owned(), shown_time);
        let pid = process.pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
        line(
            out,
            format_args!(
                "{time:TIME_CHARS$}  {}{} {pid}{}{}",
                open.branch(),
                visible_text(process.name()),
                self.marks(at, process, open),
                self.command(process)
            ),
        );
        let logon = notes::logon(self.analysis, process);
        for note in logon.iter().chain(self.notes.below(at)) {
            line(out, format_args!("{:TIME_CHARS$}  {}{note}", "", open.below()));
        }
    }

    /// What stands in brackets behind the process id.
    fn marks(&self, at: ProcessIndex, process: &Process, open: &Open) -> String {
        let mut marks: Vec<String> = Vec::new();
        if process.stub.is_some() {
            marks.push("not in these logs".to_owned());
        }
        if process.start_disputed {
            marks.push("start disputed".to_owned());
        }
        let parent = process.parent.filter(|_| open.is_top());
        if let Some(parent) = parent.and_then(|up| self.analysis.tree.process(up)) {
            marks.push(format!("under {}", named(parent)));
        }
        marks.extend(self.notes.rules(at).iter().cloned());
        marks.iter().fold(String::new(), |out, mark| out + " [" + mark + "]")
    }

    /// The innermost decoded text, else the command line; words where neither is logged.
    fn command(&self, process: &Process) -> String {
        let decoded = process.decoding.as_deref().and_then(Decoding::last_text);
        match (decoded, process.command_line.as_deref()) {
            (Some(text), _) => format!("  decoded: {}", short(text, self.width)),
            (None, Some(line)) => format!("  {}", short(line, self.width)),
            (None, None) if process.stub.is_some() => String::new(),
            (None, None) => "  (no command line logged)".to_owned(),
        }
    }
}

fn is_before(tree: &ProcessTree, at: ProcessIndex, host: &str) -> bool {
    tree.process(at).is_some_and(|process| process.host.as_str() < host)
}

/// Appends a line; writing to a string cannot fail.
fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").unwrap_or_default();
}

fn named(process: &Process) -> String {
    let name = visible_text(process.name());
    process.pid.map_or_else(|| name.to_string(), |pid| format!("{name} {pid}"))
}

/// `2026-04-12 14:21:07.412`.
fn shown_time(time: Timestamp) -> String {
    format!("{} {}", time.date(), time.clock(true))
}

/// The text in one line, runs of blanks as one, cut at so many characters with the number of those
/// left out. Blanks are folded first: ten thousand of them would push what matters out of sight.
fn short(text: &str, width: usize) -> String {
    let mut folded = String::new();
    let (mut kept, mut left_out) = (0, 0_u64);
    for (number, word) in text.split_whitespace().enumerate() {
        let blank = (number > 0).then_some(' ');
        for character in blank.into_iter().chain(word.chars()) {
            if width == 0 || kept < width {
                kept += 1;
                folded.push(character);
            } else {
                left_out += 1;
            }
        }
    }
    let shown = visible_text(&folded);
    match left_out {
        0 => shown.into_owned(),
        _ => format!("{shown}… (+{})", counted(left_out, "character", "characters")),
    }
}
