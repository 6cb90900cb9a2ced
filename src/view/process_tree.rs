//! The process tree as a flat list of visible rows, and what one row says.
//!
//! [`rows`] is made anew when something is folded, filtered or loaded and visits unfolded processes
//! only; [`row`] is made for the rows on screen.

use serde::Serialize;

use crate::model::{
    ActivityKind, Analysis, Host, Process, ProcessIndex, Severity, StubReason, file_name,
    is_same_text,
};
use crate::session::Session;
use crate::view::findings::short_host;
use crate::view::number;
use crate::view::visible::visible_text;

/// What a line of the tree stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Subject {
    /// A host, by position.
    Host(usize),
    /// A process.
    Process(#[serde(skip)] ProcessIndex),
    /// The decoded command of the process above.
    Decoded(#[serde(skip)] ProcessIndex),
}

/// One visible line, as light as a list of a million needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it stands for.
    pub subject: Subject,
    /// Depth below the host: 0 for a host, 1 for its roots.
    pub depth: u16,
    /// Bit `n` is set where the guide of depth `n` goes on below this line; depths over 63 have no guide.
    pub guides: u64,
    /// Whether it is the last child of its parent.
    pub is_last: bool,
    /// Whether children are there to show.
    pub has_children: bool,
    /// Whether they are shown.
    pub is_open: bool,
    /// The worst severity of the Zoom chain it lies on.
    pub lane: Option<Severity>,
    /// Whether its parent is on the same chain, so that the elbow is drawn in the lane's colour.
    pub is_chain_child: bool,
}

/// Visible lines and how much the filter hides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lines {
    /// The lines, top to bottom.
    pub lines: Vec<Line>,
    /// Processes that the filter or "Zoom chain only" hides.
    pub hidden: usize,
}

/// All visible lines.
pub fn lines(session: &Session) -> Lines {
    let analysis = session.analysis();
    let wanted = wanted(session);
    let mut builder = Builder { session, analysis, wanted: wanted.as_deref(), lines: Vec::new() };
    for host in 0..analysis.hosts.len() {
        builder.host(host);
    }
    let lines = builder.lines;
    let hidden = wanted.map_or(0, |wanted| wanted.iter().filter(|is_wanted| !**is_wanted).count());
    Lines { lines, hidden }
}

/// The processes that filter and chain switch leave, with everything above them; `None` for all.
fn wanted(session: &Session) -> Option<Vec<bool>> {
    let words: Vec<String> = session.filter().split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() && !session.is_chain_only() {
        return None;
    }
    let analysis = session.analysis();
    let mut wanted = vec![false; analysis.tree.processes.len()];
    let mut keep = |at: ProcessIndex| match wanted.get_mut(at.0 as usize) {
        Some(slot) => std::mem::replace(slot, true),
        None => true,
    };
    for (at, process) in analysis.tree.iter() {
        let is_on_chain = analysis.mark(at).on_chain;
        if (session.is_chain_only() && !is_on_chain) || !holds_all(process, &words) {
            continue;
        }
        if !keep(at) {
            // Stops at the first ancestor that is kept already.
            let _kept_before = analysis.tree.ancestors(at).find(|up| keep(*up));
        }
    }
    Some(wanted)
}

fn holds_all(process: &Process, words: &[String]) -> bool {
    let decoded = process.decoding.as_ref().and_then(|decoding| decoding.last_text());
    let pid = process.pid.map(|pid| pid.to_string());
    let texts = [
        process.image.as_deref(),
        process.command_line.as_deref(),
        process.user.as_deref(),
        Some(process.host.as_str()),
        decoded,
        pid.as_deref(),
    ];
    words
        .iter()
        .all(|word| texts.iter().flatten().any(|text| text.to_lowercase().contains(word.as_str())))
}

struct Builder<'a> {
    session: &'a Session,
    analysis: &'a Analysis,
    wanted: Option<&'a [bool]>,
    lines: Vec<Line>,
}

/// A process that waits to be shown.
struct Open {
    at: ProcessIndex,
    depth: u16,
    guides: u64,
    is_last: bool,
    lane: Option<Severity>,
}

impl Builder<'_> {
    fn is_wanted(&self, at: ProcessIndex) -> bool {
        self.wanted.is_none_or(|wanted| wanted.get(at.0 as usize).copied().unwrap_or(false))
    }

    fn leads_to_chain(&self, root: ProcessIndex) -> bool {
        self.analysis
            .zoom_roots
            .iter()
            .any(|zoom| *zoom == root || self.analysis.tree.ancestors(*zoom).any(|up| up == root))
    }

    fn host(&mut self, at: usize) {
        let Some(host) = self.analysis.hosts.get(at) else { return };
        let mut roots: Vec<ProcessIndex> = self
            .analysis
            .tree
            .roots
            .iter()
            .copied()
            .filter(|root| self.analysis.tree.process(*root).is_some_and(|p| p.host == host.name))
            .filter(|root| self.is_wanted(*root))
            .collect();
        // What leads to a Zoom chain stands first, so that the answer is on the first screen.
        roots.sort_by_key(|root| !self.leads_to_chain(*root));
        if roots.is_empty() && self.wanted.is_some() {
            return;
        }
        let is_open =
            self.session.expansion().is_host_open(at) || !self.session.filter().is_empty();
        self.lines.push(Line {
            subject: Subject::Host(at),
            depth: 0,
            guides: 0,
            is_last: true,
            has_children: !roots.is_empty(),
            is_open,
            lane: None,
            is_chain_child: false,
        });
        if is_open {
            self.processes(&roots);
        }
    }

    fn processes(&mut self, roots: &[ProcessIndex]) {
        let mut open: Vec<Open> = Vec::new();
        push_children(&mut open, roots, 1, 0, None);
        while let Some(next) = open.pop() {
            let children: Vec<ProcessIndex> = self
                .analysis
                .tree
                .children_of(next.at)
                .iter()
                .copied()
                .filter(|child| self.is_wanted(*child))
                .collect();
            let is_root = self.analysis.zoom_roots.contains(&next.at);
            let lane = if is_root { self.worst_below(next.at) } else { next.lane };
            // A filter shows every hit, so nothing stays folded then.
            let is_open =
                self.session.expansion().is_open(next.at) || !self.session.filter().is_empty();
            self.lines.push(Line {
                subject: Subject::Process(next.at),
                depth: next.depth,
                guides: next.guides,
                is_last: next.is_last,
                has_children: !children.is_empty(),
                is_open: is_open && !children.is_empty(),
                lane,
                is_chain_child: lane.is_some() && !is_root,
            });
            let own = 1u64.checked_shl(u32::from(next.depth)).unwrap_or(0);
            let below = if next.is_last { next.guides } else { next.guides | own };
            if self.analysis.tree.process(next.at).is_some_and(has_decoded) {
                let child = own.checked_shl(1).unwrap_or(0);
                let goes_on = is_open && !children.is_empty();
                self.lines.push(Line {
                    subject: Subject::Decoded(next.at),
                    depth: next.depth + 1,
                    guides: if goes_on { below | child } else { below },
                    is_last: false,
                    has_children: false,
                    is_open: false,
                    lane,
                    is_chain_child: false,
                });
            }
            if is_open {
                push_children(&mut open, &children, next.depth.saturating_add(1), below, lane);
            }
        }
    }

    fn worst_below(&self, root: ProcessIndex) -> Option<Severity> {
        self.analysis
            .tree
            .subtree(root)
            .into_iter()
            .filter_map(|at| self.analysis.mark(at).severity)
            .max()
    }
}

fn push_children(
    open: &mut Vec<Open>,
    children: &[ProcessIndex],
    depth: u16,
    guides: u64,
    lane: Option<Severity>,
) {
    for (at, child) in children.iter().enumerate().rev() {
        let is_last = at + 1 == children.len();
        open.push(Open { at: *child, depth, guides, is_last, lane });
    }
}

fn has_decoded(process: &Process) -> bool {
    process.decoding.as_ref().is_some_and(|decoding| !decoding.layers.is_empty())
}

/// What kind of process, for the icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// cmd, PowerShell and other shells.
    Interpreter,
    /// Zoom itself.
    Zoom,
    /// Runs under services.exe.
    Service,
    /// Not in these logs.
    Stub,
    /// Anything else.
    Program,
}

/// What the row of a process says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The icon.
    pub kind: Kind,
    /// File name.
    pub name: String,
    /// Process id.
    pub pid: String,
    /// Tags after the id, with whether the outline is dashed.
    pub tags: Vec<(String, bool)>,
    /// Command line without the program, or words where there is none.
    pub command: String,
    /// Whether [`Self::command`] is prose and not logged text.
    pub is_prose: bool,
    /// Kinds of activity with their number, at most three.
    pub activity: Vec<(ActivityKind, String)>,
    /// Step of the attack chain.
    pub step: Option<u8>,
    /// The worst finding.
    pub severity: Option<Severity>,
    /// Start, clock time UTC.
    pub start: String,
    /// What a screen reader says.
    pub spoken: String,
}

/// The row of one process; `is_open` tells whether its children are shown below it.
pub fn row(analysis: &Analysis, at: ProcessIndex, is_open: bool) -> Option<Row> {
    let process = analysis.tree.process(at)?;
    let mark = analysis.mark(at);
    let children = analysis.tree.children_of(at).len() as u64;
    let (command, is_prose) = command(process, children, is_open || mark.on_chain);
    let name = visible_text(process.name()).into_owned();
    let pid = process.pid.map_or_else(String::new, |pid| pid.to_string());
    let start = process.start.map_or_else(String::new, |time| time.clock(false));
    let is_stub = process.stub.is_some();
    let mut row = Row {
        kind: kind(analysis, process),
        tags: tags(process),
        command,
        is_prose,
        activity: activity(process),
        step: mark.step,
        severity: mark.severity,
        start: if is_stub { String::new() } else { start },
        spoken: String::new(),
        name,
        pid,
    };
    row.spoken = spoken(analysis, process, &row);
    Some(row)
}

/// The last decoded text in one line, for the row below the process.
pub fn decoded(analysis: &Analysis, at: ProcessIndex) -> Option<String> {
    let process = analysis.tree.process(at)?;
    let text = process.decoding.as_ref()?.last_text()?;
    Some(one_line(text))
}

/// Text with line breaks and runs of blanks folded to one blank, and control characters made visible.
pub fn one_line(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    visible_text(&folded).into_owned()
}

fn kind(analysis: &Analysis, process: &Process) -> Kind {
    const SHELLS: [&str; 9] = [
        "cmd.exe",
        "powershell.exe",
        "pwsh.exe",
        "powershell_ise.exe",
        "wscript.exe",
        "cscript.exe",
        "mshta.exe",
        "bash.exe",
        "wsl.exe",
    ];
    let is = |known: &str| is_same_text(process.name(), known);
    let parent = process.parent.and_then(|up| analysis.tree.process(up));
    if process.stub.is_some() {
        Kind::Stub
    } else if is("Zoom.exe") {
        Kind::Zoom
    } else if SHELLS.iter().any(|shell| is(shell)) {
        Kind::Interpreter
    } else if parent.is_some_and(|parent| is_same_text(parent.name(), "services.exe")) {
        Kind::Service
    } else {
        Kind::Program
    }
}

/// Zoom's own helper programs; a name is a hint, not a proof.
///
/// Source: the list of Zoom child processes in Elastic's first rule on the subject (2020).
const ZOOM_HELPERS: [&str; 14] = [
    "airhost.exe",
    "CptControl.exe",
    "CptHost.exe",
    "CptInstall.exe",
    "CptService.exe",
    "Installer.exe",
    "zCrashReport.exe",
    "Zoom_launcher.exe",
    "zTscoder.exe",
    "aomhost64.exe",
    "zWebview2Agent.exe",
    "mphost.exe",
    "zAssistant.exe",
    "zUpdater.exe",
];

fn tags(process: &Process) -> Vec<(String, bool)> {
    let mut tags = Vec::new();
    if process.stub.is_some() {
        tags.push(("Not in these logs".to_owned(), true));
    } else if is_same_text(process.name(), "Zoom.exe") {
        let path = process.image.as_deref().unwrap_or_default();
        let place = if is_usual_zoom_path(path) { "Usual path" } else { "Unusual path" };
        tags.push((format!("{place}, signer not logged"), false));
    } else if process
        .parent_image
        .as_deref()
        .is_some_and(|up| is_same_text(file_name(up), "Zoom.exe"))
        && ZOOM_HELPERS.iter().any(|helper| is_same_text(process.name(), helper))
    {
        tags.push(("Zoom helper".to_owned(), false));
    }
    if process.start_disputed {
        tags.push(("Start disputed".to_owned(), false));
    }
    tags
}

/// Whether Zoom is where its installers put it: the user's Roaming folder or Program Files.
fn is_usual_zoom_path(path: &str) -> bool {
    let lower = path.to_lowercase();
    [
        "\\appdata\\roaming\\zoom\\bin",
        "\\program files\\zoom\\bin",
        "\\program files (x86)\\zoom\\bin",
    ]
    .iter()
    .any(|place| lower.contains(place))
}

/// Command text for the row: the arguments, or words where there is nothing better to say.
fn command(process: &Process, children: u64, shows_command: bool) -> (String, bool) {
    if let Some(reason) = process.stub {
        return match process.command_line.as_deref().map(|line| arguments(line, process.name())) {
            Some(arguments) if !arguments.is_empty() => (one_line(arguments), false),
            _ => (stub_words(process, reason), true),
        };
    }
    match process.command_line.as_deref() {
        _ if children > 0 && !shows_command => {
            (number::counted(children, "child", "children"), true)
        }
        Some(line) => (one_line(arguments(line, process.name())), false),
        None => ("no command line logged".to_owned(), true),
    }
}

fn stub_words(process: &Process, reason: StubReason) -> String {
    match (reason, process.start) {
        (StubReason::BeforeLogs, Some(start)) => format!("started at {}", start.clock(false)),
        (StubReason::BeforeLogs, None) => "started before these logs".to_owned(),
        (StubReason::NotLogged, _) => "its start was not logged".to_owned(),
        (StubReason::Unknown, _) => "start not known".to_owned(),
    }
}

/// The command line after the program's own name; the whole line where it does not begin with it.
fn arguments<'a>(line: &'a str, name: &str) -> &'a str {
    let line = line.trim();
    let (program, rest) = match line.strip_prefix('"') {
        Some(quoted) => match quoted.split_once('"') {
            Some(split) => split,
            None => return line,
        },
        None => line.split_once(char::is_whitespace).unwrap_or((line, "")),
    };
    let bare = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let said = file_name(program);
    if is_same_text(said, name) || is_same_text(said, bare) { rest.trim_start() } else { line }
}

/// The most telling kinds of activity with their counts.
fn activity(process: &Process) -> Vec<(ActivityKind, String)> {
    const SHOWN: [ActivityKind; 7] = [
        ActivityKind::Network,
        ActivityKind::File,
        ActivityKind::Registry,
        ActivityKind::Task,
        ActivityKind::Script,
        ActivityKind::Logon,
        ActivityKind::Share,
    ];
    let count = |kind: ActivityKind| process.activity.iter().filter(|one| one.kind == kind).count();
    SHOWN
        .into_iter()
        .map(|kind| (kind, count(kind)))
        .filter(|(_, count)| *count > 0)
        .take(3)
        .map(|(kind, count)| (kind, number::grouped(count as u64)))
        .collect()
}

fn spoken(analysis: &Analysis, process: &Process, row: &Row) -> String {
    let mut words = vec![row.name.clone()];
    if !row.pid.is_empty() {
        words.push(format!("PID {}", row.pid));
    }
    words.extend(row.severity.map(|severity| severity.name().to_owned()));
    words.extend(row.step.map(|step| format!("step {step}")));
    if let Some(parent) = process.parent.and_then(|up| analysis.tree.process(up)) {
        words.push(format!("child of {}", visible_text(parent.name())));
    }
    if process.stub.is_some() {
        words.push("not in these logs".to_owned());
    }
    if !row.start.is_empty() {
        words.push(format!("{} UTC", row.start));
    }
    if let Some(text) = process.decoding.as_ref().and_then(|decoding| decoding.last_text()) {
        words.push(format!("decoded: {}", one_line(text).chars().take(200).collect::<String>()));
    }
    words.join(", ")
}

/// What the row of a host says after its name.
pub fn host_words(analysis: &Analysis, host: &Host) -> String {
    let chains = analysis
        .zoom_roots
        .iter()
        .filter(|root| analysis.tree.process(**root).is_some_and(|p| p.host == host.name))
        .count() as u64;
    let processes = number::counted(host.processes, "process", "processes");
    let chain = match chains {
        0 => "no Zoom chain".to_owned(),
        _ => number::counted(chains, "Zoom chain", "Zoom chains"),
    };
    format!("{processes}, {}, {chain}", number::counted(host.events, "record", "records"))
}

/// The host's name as the row shows it.
pub fn host_name(host: &Host) -> String {
    short_host(&host.name)
}
