//! The process tree as text for a terminal: a line a process, box drawing before it. Not what is in
//! the tree, and not the JSON document, which is `report::json`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{
    Analysis, Decoding, FindingGroup, Process, ProcessIndex, ProcessTree, Timestamp,
};
use crate::view::number::counted;
use crate::view::visible::visible_text;

/// Levels that are drawn; below them the level is a number, or a chain of a hundred thousand
/// processes would print gigabytes of lines.
const DRAWN_LEVELS: usize = 24;

/// What the column of times holds at most: `2026-04-12 14:21:07.412`.
const TIME_CHARS: usize = 23;

/// How much is printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Characters of a command that are shown; all of them where 0.
    pub(super) width: usize,
}

/// The wanted processes, sorted, with those above them first and their hosts as headings.
pub(super) fn tree(analysis: &Analysis, wanted: &[ProcessIndex], options: Options) -> String {
    let rules = rules(analysis);
    let page = Page { analysis, rules: &rules, width: options.width };
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

/// For each process with findings the words on them, worst first.
fn rules(analysis: &Analysis) -> BTreeMap<ProcessIndex, Vec<String>> {
    let mut rules: BTreeMap<ProcessIndex, Vec<String>> = BTreeMap::new();
    for group in FindingGroup::all(analysis) {
        let Some(finding) = analysis.findings.get(group.first()) else { continue };
        let Some(at) = finding.process else { continue };
        let times = match group.findings.len() {
            1 => String::new(),
            times => format!(" ×{times}"),
        };
        let rule = visible_text(&finding.rule.id);
        rules.entry(at).or_default().push(format!("{}: {rule}{times}", finding.severity));
    }
    rules
}

/// What a row needs besides its process.
struct Page<'a> {
    analysis: &'a Analysis,
    rules: &'a BTreeMap<ProcessIndex, Vec<String>>,
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
        marks.extend(self.rules.get(&at).into_iter().flatten().cloned());
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

/// Where a row stands: for each level from the second on whether more rows of that level follow.
#[derive(Clone, Debug, Default)]
struct Open {
    /// The first [`DRAWN_LEVELS`] of them.
    more: Vec<bool>,
    depth: usize,
    is_last: bool,
}

impl Open {
    const fn is_top(&self) -> bool {
        self.depth == 0
    }

    /// What is drawn before a row: `│  ` for each level that goes on, and the row's own branch.
    fn branch(&self) -> String {
        if self.is_top() {
            return String::new();
        }
        let mut out = self.lines(self.depth.saturating_sub(1));
        out.push_str(if self.is_last { "└─ " } else { "├─ " });
        out
    }

    /// The lines of this many levels.
    fn lines(&self, levels: usize) -> String {
        let drawn = self.more.iter().take(levels);
        let mut out: String = drawn.map(|more| if *more { "│  " } else { "   " }).collect();
        if levels > DRAWN_LEVELS {
            write!(out, "[level {}] ", self.depth).unwrap_or_default();
        }
        out
    }
}

/// The wanted processes, parents before their children, without recursion.
struct Walk<'a> {
    tree: &'a ProcessTree,
    /// By [`ProcessIndex`].
    is_wanted: Vec<bool>,
    /// What is left: position, depth, whether it is the last of its siblings.
    left: Vec<(ProcessIndex, usize, bool)>,
    more: Vec<bool>,
}

impl<'a> Walk<'a> {
    fn new(tree: &'a ProcessTree, wanted: &[ProcessIndex]) -> Self {
        let mut is_wanted = vec![false; tree.processes.len()];
        for at in wanted {
            if let Some(is_wanted) = is_wanted.get_mut(at.0 as usize) {
                *is_wanted = true;
            }
        }
        let mut walk = Self { tree, is_wanted, left: Vec::new(), more: Vec::new() };
        let is_top = |at: &&ProcessIndex| {
            let parent = tree.process(**at).and_then(|process| process.parent);
            parent.is_none_or(|up| !walk.wants(up))
        };
        let tops: Vec<ProcessIndex> = wanted.iter().filter(is_top).copied().collect();
        walk.left.extend(tops.into_iter().rev().map(|at| (at, 0, true)));
        walk
    }

    fn wants(&self, at: ProcessIndex) -> bool {
        self.is_wanted.get(at.0 as usize).copied().unwrap_or(false)
    }
}

impl Iterator for Walk<'_> {
    type Item = (ProcessIndex, Open);

    fn next(&mut self) -> Option<Self::Item> {
        let (at, depth, is_last) = self.left.pop()?;
        // Each is shown once, also in a broken tree.
        if let Some(is_wanted) = self.is_wanted.get_mut(at.0 as usize) {
            *is_wanted = false;
        }
        if let Some(level) = depth.checked_sub(1).filter(|level| *level < DRAWN_LEVELS) {
            self.more.truncate(level);
            self.more.push(!is_last);
        }
        let first = self.left.len();
        for child in self.tree.children_of(at).iter().rev() {
            if self.wants(*child) {
                self.left.push((*child, depth + 1, self.left.len() == first));
            }
        }
        Some((at, Open { more: self.more.clone(), depth, is_last }))
    }
}
