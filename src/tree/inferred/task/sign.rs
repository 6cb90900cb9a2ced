//! Signs that a task was made or changed, and by whom. Whether it ran is for others to say.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::super::{
    super::{
        identity::HostId,
        record::{nanos_between, plus_nanos},
    },
    ask::{Asks, Wish},
    command::{Fit, fit, has_option, holds, option, plain, program_name, words},
    program::Program,
    scene::{Child, SECOND, SLACK_NANOS, Scene},
    trace::{Trace, Traces},
};
use super::folded;
use crate::model::{Confidence, ProcessIndex, RecordIndex, Timestamp, file_name};

/// A tool and the records of what it did lie this close.
const MAKING_NANOS: i64 = 60 * SECOND;
/// Signs of one task that are looked at, the newest.
const CANDIDATES: usize = 32;

/// A sign that a task was made or changed.
pub(super) struct Sign {
    time: Timestamp,
    name: String,
    action: Option<String>,
    maker: Option<(ProcessIndex, Confidence)>,
    record: Option<RecordIndex>,
    pub(super) shown: String,
}

type Index = HashMap<(HostId, String), Vec<usize>, RandomState>;

/// All signs, by task name and by the program that the task runs; the lists are in time order.
pub(super) struct Signs {
    all: Vec<Sign>,
    by_name: Index,
    by_program: Index,
}

impl Signs {
    pub(super) fn of(scene: &Scene<'_>, traces: &Traces<'_>, asks: &Asks) -> Self {
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
    pub(super) fn of_name(&self, child: &Child<'_>, name: &str) -> Option<Making<'_>> {
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
    pub(super) fn may_run(&self, child: &Child<'_>, name: &str) -> bool {
        let key = (child.host, name.to_owned());
        let mut signs = self.before(&self.by_name, &key, child.start);
        let action = signs.find_map(|sign| sign.action.as_deref());
        action.is_none_or(|action| fit(action, child.process).is_some())
    }

    /// The newest task that runs just this command.
    pub(super) fn of_action(&self, child: &Child<'_>) -> Option<Making<'_>> {
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
pub(super) type Making<'s> = (ProcessIndex, Confidence, &'s Sign, Vec<RecordIndex>);

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
