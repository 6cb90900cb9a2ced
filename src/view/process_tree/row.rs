//! What one row of the tree says.

use serde::Serialize;

use crate::model::{
    ActivityKind, Analysis, Confidence, CrossingEnd, Host, Process, ProcessIndex, Severity,
    StubReason, file_name, is_same_text,
};
use crate::session::Session;
use crate::view::findings::short_host;
use crate::view::number;
use crate::view::visible::visible_text;

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
pub fn row(session: &Session, at: ProcessIndex, is_open: bool) -> Option<Row> {
    let analysis = session.analysis();
    let process = analysis.tree.process(at)?;
    let mark = analysis.mark(at);
    let children = analysis.tree.children_of(at).len() as u64;
    let asked = inferred_words(analysis, at).filter(|_| session.shows_inferred());
    let (command, is_prose) = match asked {
        Some(words) => (words, true),
        None => command(process, children, is_open || mark.on_chain),
    };
    let name = visible_text(process.name()).into_owned();
    let pid = process.pid.map_or_else(String::new, |pid| pid.to_string());
    let start = process.start.map_or_else(String::new, |time| time.clock(false));
    let is_stub = process.stub.is_some();
    let mut row = Row {
        kind: kind(analysis, process),
        tags: tags(analysis, at, process),
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

/// Who is concluded to have asked for the process, in words: the surest conclusion that names one.
fn inferred_words(analysis: &Analysis, at: ProcessIndex) -> Option<String> {
    let named = analysis.tree.inferred_of(at).iter().filter(|inferred| inferred.parent.is_some());
    let surest = named.rev().max_by_key(|inferred| inferred.confidence)?;
    (surest.confidence > Confidence::Low).then(|| one_line(&surest.text))
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

/// What kind of process this is, by its name and its parent's.
pub fn kind(analysis: &Analysis, process: &Process) -> Kind {
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

fn tags(analysis: &Analysis, at: ProcessIndex, process: &Process) -> Vec<(String, bool)> {
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
    let mut reached: Vec<String> = analysis
        .crossings_of(at)
        .iter()
        .filter(|crossing| crossing.confidence > Confidence::Low)
        .filter_map(|crossing| other_host(analysis, &crossing.to))
        .map(short_host)
        .collect();
    reached.dedup();
    tags.extend(reached.into_iter().take(2).map(|host| (format!("To {host}"), false)));
    let doubts = analysis.tree.inferred_of(at).iter();
    if doubts
        .into_iter()
        .any(|inferred| inferred.reason.doubts_parent() && inferred.confidence > Confidence::Low)
    {
        tags.push(("Parent doubted".to_owned(), true));
    }
    tags
}

fn other_host<'a>(analysis: &'a Analysis, end: &'a CrossingEnd) -> Option<&'a str> {
    match end {
        CrossingEnd::Process(at) => analysis.tree.process(*at).map(|process| &*process.host),
        CrossingEnd::Record { host, .. } => Some(host),
    }
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
        (StubReason::BeforeLogs | StubReason::LogRolledOver, Some(start)) => {
            format!("started at {}", start.clock(false))
        }
        (StubReason::BeforeLogs, None) => "started before these logs".to_owned(),
        (StubReason::LogRolledOver, None) => "started before what is left".to_owned(),
        (StubReason::SensorStopped, _) => "started while Sysmon was stopped".to_owned(),
        (StubReason::NotLogged, _) => "its start was filtered or lost".to_owned(),
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
    let short = |text: &str| one_line(text).chars().take(200).collect::<String>();
    match process.decoding.as_ref().and_then(|decoding| decoding.last_text()) {
        Some(text) => words.push(format!("decoded: {}", short(text))),
        None if row.command.is_empty() => {}
        None => words.push(short(&row.command)),
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
