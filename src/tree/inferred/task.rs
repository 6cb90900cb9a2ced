//! Scheduled tasks: who made the task, or told it to run, that the scheduler ran. ATT&CK T1053.005.
//!
//! Sources: Microsoft, "4698(S): A scheduled task was created" (`ClientProcessId` is the caller of
//! the scheduler), the manifest of Microsoft-Windows-TaskScheduler (129 names the process that was
//! created, 200 the action), `schtasks`.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{
    super::{
        identity::HostId,
        record::{nanos_between, plus_nanos},
    },
    Conclusion, Found,
    ask::{Asks, Wish},
    command::{Fit, fit, has_option, holds, option, plain, program_name, words},
    program::Program,
    scene::{Child, SECOND, SLACK_NANOS, Scene},
    trace::{Trace, Traces, within},
};
use crate::model::{
    Confidence, InferredReason, ProcessIndex, RecordIndex, Timestamp, file_name, is_same_text,
};

/// The scheduler's own record of a start and the start differ by no more; collectors that stamp on
/// receipt add a second.
const RUN_NANOS: i64 = 5 * SECOND;
/// A task that is told to run does so this soon.
const DEMAND_NANOS: i64 = 3 * SECOND;
/// A tool and the records of what it did lie this close.
const MAKING_NANOS: i64 = 60 * SECOND;
/// Signs of one task that are looked at, the newest.
const CANDIDATES: usize = 32;

/// A sign that a task was made or changed.
struct Sign {
    time: Timestamp,
    name: String,
    action: Option<String>,
    maker: Option<(ProcessIndex, Confidence)>,
    record: Option<RecordIndex>,
    shown: String,
}

type Index = HashMap<(HostId, String), Vec<usize>, RandomState>;

/// All signs, by task name and by the program that the task runs; the lists are in time order.
struct Signs {
    all: Vec<Sign>,
    by_name: Index,
    by_program: Index,
}

/// What is known of the task that ran a process.
struct Ran {
    name: String,
    shown: String,
    is_sure: bool,
    record: RecordIndex,
}

pub(super) fn infer(scene: &Scene<'_>, traces: &Traces<'_>, asks: &Asks, found: &mut Found) {
    let signs = Signs::of(scene, traces, asks);
    let runs = Runs::of(traces);
    let is_meant =
        |program| matches!(program, Program::Svchost | Program::TaskEngine | Program::Unknown);
    for child in scene.children_of_programs(is_meant) {
        let scheduler = scheduler(scene, &child);
        let ran = runs.of_child(&child).filter(|ran| ran.is_sure || scheduler.is_some());
        if ran.is_none() && scheduler.is_none() {
            continue;
        }
        let now = run_now(scene, asks, &child, ran.as_ref());
        // Without a record of the run the parent must be known, and the task not another one.
        let now = now.filter(|(name, _)| {
            let fits = signs.may_run(&child, name);
            ran.is_some() || (scheduler == Some(Confidence::High) && fits)
        });
        let (demanded, now) = now.unzip();
        let name = ran.as_ref().map(|ran| ran.name.clone()).or(demanded);
        made(scene, &signs, (&child, ran.as_ref(), name, scheduler), found);
        if let Some(conclusion) = now {
            found.add(child.at, conclusion);
        }
    }
}

/// Whether the parent is the scheduler: for certain, or as far as is known.
fn scheduler(scene: &Scene<'_>, child: &Child<'_>) -> Option<Confidence> {
    match (scene.program(child.parent), child.parent_line()) {
        (Program::TaskEngine, _) => Some(Confidence::High),
        (Program::Svchost, None) => Some(Confidence::Medium),
        // Before Windows 10 one svchost held many services.
        (Program::Svchost, Some(line)) => {
            let holds_many = line.contains("netsvcs") && !line.contains(" -s ");
            (line.contains("schedule") || holds_many).then_some(Confidence::High)
        }
        _ => None,
    }
}

fn made(
    scene: &Scene<'_>,
    signs: &Signs,
    (child, ran, name, scheduler): (&Child<'_>, Option<&Ran>, Option<String>, Option<Confidence>),
    found: &mut Found,
) {
    let making = match &name {
        Some(name) => signs.of_name(child, name),
        None => signs.of_action(child),
    };
    // A parent that is only perhaps the scheduler needs the very command.
    let making = making.filter(|making| {
        ran.is_some() || scheduler == Some(Confidence::High) || making.1 == Confidence::High
    });
    let is_sure = ran.is_some_and(|ran| ran.is_sure);
    let is_by_name = name.is_some();
    let sure = if is_by_name && !is_sure { Confidence::Medium } else { Confidence::High };
    let Some((maker, confidence, sign, mut records)) = making else {
        if let Some(ran) = ran {
            let text = format!("Run by the task {}; these logs do not tell who made it", ran.shown);
            let hint = Conclusion::hint(InferredReason::ScheduledTask, sure, text);
            found.add(child.at, hint.with([ran.record]));
        }
        return;
    };
    records.extend(ran.map(|ran| ran.record));
    if scene.is_within(maker, child.at) {
        return;
    }
    let shown = ran.map_or(sign.shown.as_str(), |ran| &ran.shown);
    let text = format!("Task {} made by {}", bare(shown), scene.label(maker));
    let reason = InferredReason::ScheduledTask;
    let conclusion = Conclusion::by(maker, reason, confidence.min(sure), text);
    found.add(child.at, conclusion.with(records));
}

/// A task at the top of the tree of tasks is shown without its backslash.
fn bare(name: &str) -> &str {
    let bare = name.trim_start_matches('\\');
    if bare.contains('\\') { name } else { bare }
}

fn folded(name: &str) -> String {
    name.trim().trim_start_matches('\\').to_lowercase()
}

/// Somebody told the task to run right before: its name, and the conclusion.
fn run_now(
    scene: &Scene<'_>,
    asks: &Asks,
    child: &Child<'_>,
    ran: Option<&Ran>,
) -> Option<(String, Conclusion)> {
    for ask in asks.before(Wish::RunTask, (child.host, child.start), DEMAND_NANOS) {
        let line = scene.process(ask.asker).and_then(|asker| asker.command_line.as_deref());
        let words = words(line.unwrap_or_default());
        let named = option(&words, "tn");
        let is_same = match (ran, named) {
            (Some(ran), Some(named)) => folded(named) == ran.name,
            (Some(ran), None) => holds(&ask.text, &plain(file_name(&ran.shown))),
            (None, named) => named.is_some() && !has_option(&words, "s"),
        };
        if !is_same || scene.is_within(ask.asker, child.at) {
            continue;
        }
        let shown = ran.map_or_else(|| named.unwrap_or_default(), |ran| &ran.shown);
        let text = format!("Task {} run on demand by {}", bare(shown), scene.label(ask.asker));
        let sure = ran.is_some_and(|ran| ran.is_sure);
        let confidence = if sure { Confidence::High } else { Confidence::Medium };
        let reason = InferredReason::TaskRunOnDemand;
        let conclusion = Conclusion::by(ask.asker, reason, confidence, text);
        let records = ask.record.into_iter().chain(ran.map(|ran| ran.record));
        return Some((folded(shown), conclusion.with(records)));
    }
    None
}

/// The scheduler's records of what it started.
struct Runs<'t, 'a> {
    by_pid: HashMap<(HostId, u32), Vec<&'t Trace<'a>>, RandomState>,
    all: &'t [Trace<'a>],
}

impl<'t, 'a> Runs<'t, 'a> {
    fn of(traces: &'t Traces<'a>) -> Self {
        let mut by_pid: HashMap<_, Vec<_>, RandomState> = HashMap::default();
        for trace in traces.tasks_run.iter().filter(|trace| trace.event.event_id == 129) {
            if let Some(pid) = trace.event.pid("ProcessID").filter(|pid| *pid != 0) {
                by_pid.entry((trace.host, pid)).or_default().push(trace);
            }
        }
        Self { by_pid, all: &traces.tasks_run }
    }

    fn of_child(&self, child: &Child<'_>) -> Option<Ran> {
        let from = plus_nanos(child.start, -RUN_NANOS);
        let to = plus_nanos(child.start, RUN_NANOS);
        let own = child.process.pid.and_then(|pid| self.by_pid.get(&(child.host, pid)));
        let own = own.map(Vec::as_slice).unwrap_or_default();
        let first = own.partition_point(|trace| trace.time < from);
        let nearest = |trace: &&Trace<'_>| nanos_between(trace.time, child.start).abs();
        let own = own.iter().copied().skip(first).take_while(|trace| trace.time <= to);
        let by_pid =
            own.take(CANDIDATES).filter(|trace| runs_image(trace, child)).min_by_key(nearest);
        let by_path = || {
            let near = within(self.all, child.host, (from, to)).iter().take(CANDIDATES);
            // A record that names another process is of that one.
            let free = near.filter(|trace| trace.event.pid("ProcessID").is_none_or(|pid| pid == 0));
            free.filter(|trace| runs_image(trace, child)).min_by_key(nearest)
        };
        let is_sure = by_pid.is_some();
        let trace = by_pid.or_else(by_path)?;
        let shown = trace.event.field("TaskName")?.to_owned();
        Some(Ran { name: folded(&shown), shown, is_sure, record: trace.index })
    }
}

/// Whether the action is the program of the process, where the record says it.
fn runs_image(trace: &Trace<'_>, child: &Child<'_>) -> bool {
    let action = trace.event.field("Path").or_else(|| trace.event.field("ActionName"));
    let Some(action) = action else { return trace.event.event_id == 129 };
    let name = program_name(action).unwrap_or_default();
    is_same_text(&name, child.process.name())
}

impl Signs {
    fn of(scene: &Scene<'_>, traces: &Traces<'_>, asks: &Asks) -> Self {
        let mut all: Vec<(HostId, Sign)> = Vec::new();
        for ask in asks.all(Wish::MakeTask) {
            let line = scene.process(ask.asker).and_then(|asker| asker.command_line.as_deref());
            let words = words(line.unwrap_or_default());
            let is_here = ask.is_tool && !has_option(&words, "s");
            if let Some(name) = option(&words, "tn").filter(|_| is_here) {
                let sign = Sign {
                    time: ask.time,
                    name: folded(name),
                    action: option(&words, "tr").map(str::to_owned),
                    maker: Some((ask.asker, Confidence::High)),
                    record: None,
                    shown: name.to_owned(),
                };
                all.push((ask.host, sign));
            }
        }
        all.extend(traces.tasks_made.iter().filter_map(|trace| sign_of(scene, asks, trace)));
        all.sort_by(|(left_host, left), (right_host, right)| {
            let key = |sign: &Sign| (sign.time, sign.record, sign.maker);
            left_host.cmp(right_host).then_with(|| key(left).cmp(&key(right)))
        });
        let (mut by_name, mut by_program) = (Index::default(), Index::default());
        for (at, (host, sign)) in all.iter().enumerate() {
            by_name.entry((*host, sign.name.clone())).or_default().push(at);
            if let Some(program) = sign.action.as_deref().and_then(program_name) {
                by_program.entry((*host, program)).or_default().push(at);
            }
        }
        Self { all: all.into_iter().map(|(_, sign)| sign).collect(), by_name, by_program }
    }

    /// The signs under a key up to the start of a process, the newest first.
    fn before<'s>(
        &'s self,
        index: &'s Index,
        key: &(HostId, String),
        time: Timestamp,
    ) -> impl Iterator<Item = &'s Sign> {
        let list = index.get(key).map(Vec::as_slice).unwrap_or_default();
        let to = plus_nanos(time, SLACK_NANOS);
        let upto = list.partition_point(|at| self.all.get(*at).is_some_and(|sign| sign.time <= to));
        let signs = list.get(..upto).unwrap_or_default().iter().rev();
        signs.filter_map(|at| self.all.get(*at)).take(CANDIDATES)
    }

    /// The newest maker of the task of this name.
    fn of_name(&self, child: &Child<'_>, name: &str) -> Option<Making<'_>> {
        let key = (child.host, name.to_owned());
        let mut signs = self.before(&self.by_name, &key, child.start).peekable();
        let newest = signs.peek()?.time;
        let sign = signs.find(|sign| sign.maker.is_some())?;
        let (maker, confidence) = sign.maker?;
        // Somebody else may have changed the task since.
        let changed = nanos_between(sign.time, newest) > MAKING_NANOS;
        let confidence = if changed { confidence.min(Confidence::Medium) } else { confidence };
        Some((maker, confidence, sign, self.records_near(child.host, sign)))
    }

    /// Whether the task of this name can have run the process: its action is that, or not known.
    fn may_run(&self, child: &Child<'_>, name: &str) -> bool {
        let key = (child.host, name.to_owned());
        let mut signs = self.before(&self.by_name, &key, child.start);
        let action = signs.find_map(|sign| sign.action.as_deref());
        action.is_none_or(|action| fit(action, child.process).is_some())
    }

    /// The newest task that runs just this command.
    fn of_action(&self, child: &Child<'_>) -> Option<Making<'_>> {
        let key = (child.host, child.process.name().to_lowercase());
        let fitting = self.before(&self.by_program, &key, child.start).find_map(|sign| {
            let fit = fit(sign.action.as_deref()?, child.process)?;
            Some((sign, fit))
        });
        let (sign, fit) = fitting?;
        let sure = if fit == Fit::Command { Confidence::High } else { Confidence::Medium };
        let making = self.of_name(child, &sign.name)?;
        Some((making.0, making.1.min(sure), making.2, making.3))
    }

    fn records_near(&self, host: HostId, made: &Sign) -> Vec<RecordIndex> {
        let list = self.by_name.get(&(host, made.name.clone()));
        let list = list.map(Vec::as_slice).unwrap_or_default();
        let from = plus_nanos(made.time, -MAKING_NANOS);
        let first = list.partition_point(|at| self.all.get(*at).is_some_and(|it| it.time < from));
        let near = list.iter().skip(first).take(CANDIDATES).filter_map(|at| self.all.get(*at));
        near.take_while(|it| nanos_between(made.time, it.time) <= MAKING_NANOS)
            .filter_map(|it| it.record)
            .collect()
    }
}

/// Who made the task, how sure that is, by which sign, and the records of it.
type Making<'s> = (ProcessIndex, Confidence, &'s Sign, Vec<RecordIndex>);

fn sign_of(scene: &Scene<'_>, asks: &Asks, trace: &Trace<'_>) -> Option<(HostId, Sign)> {
    let event = trace.event;
    let (shown, content) = match event.event_id {
        11 => (event.field("TargetFilename")?.split_once(r"\Tasks\")?.1, None),
        12 | 13 => {
            let key = event.field("TargetObject")?.split_once(r"\Tree\")?.1;
            let value =
                if event.event_id == 13 { key.rsplit_once('\\').map(|it| it.0) } else { None };
            (value.unwrap_or(key), None)
        }
        4702 => (event.field("TaskName")?, event.field("TaskContentNew")),
        _ => (event.field("TaskName")?, event.field("TaskContent")),
    };
    let name = folded(shown);
    let named = match event.event_id {
        // The scheduler writes these itself; somebody else who does goes around it.
        11..=13 => scene.doer(trace).filter(|at| scene.program(*at) != Program::Svchost),
        4698 | 4702 => event
            .pid("ClientProcessId")
            .filter(|pid| *pid != 0)
            .and_then(|pid| scene.alive(trace.host, pid, trace.time)),
        _ => None,
    };
    if named.is_none() && matches!(event.event_id, 12 | 13) {
        return None;
    }
    let asked = || {
        let word = plain(file_name(shown));
        let before = (trace.host, trace.time);
        let ask = asks
            .before(Wish::MakeTask, before, MAKING_NANOS)
            .find(|ask| !ask.is_tool && holds(&ask.text, &word))?;
        Some((ask.asker, Confidence::Medium))
    };
    let maker = named.map(|at| (at, Confidence::High)).or_else(asked);
    let action = content.and_then(action_of);
    let (time, record, shown) = (trace.time, Some(trace.index), shown.to_owned());
    Some((trace.host, Sign { time, name, action, maker, record, shown }))
}

/// The command of the first action in a task's XML. Source: Microsoft, "Task Scheduler Schema".
fn action_of(content: &str) -> Option<String> {
    let unescaped = unescape(content);
    // Some collectors escape the XML once more.
    let xml = if content.contains('<') { content } else { unescaped.as_str() };
    let exec = xml.split_once("<Exec>")?.1;
    let exec = exec.split_once("</Exec>").map_or(exec, |(exec, _)| exec);
    let element = |open: &str, close: &str| {
        let text = exec.split_once(open)?.1.split_once(close)?.0;
        Some(unescape(text).trim().to_owned())
    };
    let command = element("<Command>", "</Command>")?;
    let is_bare = command.contains(' ') && !command.starts_with('"');
    let command = if is_bare { format!("\"{command}\"") } else { command };
    Some(match element("<Arguments>", "</Arguments>") {
        Some(arguments) => format!("{command} {arguments}"),
        None => command,
    })
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}
