//! Scheduled tasks: who made the task, or told it to run, that the scheduler ran. ATT&CK T1053.005.
//!
//! Sources: Microsoft, "4698(S): A scheduled task was created" (`ClientProcessId` is the caller of
//! the scheduler), the manifest of Microsoft-Windows-TaskScheduler (129 names the process that was
//! created, 200 the action), `schtasks`.

mod run;
mod sign;

use self::{
    run::{Ran, Runs},
    sign::Signs,
};
use super::{
    Conclusion, Found,
    ask::{Asks, Wish},
    command::{has_option, holds, option, plain, words},
    program::Program,
    scene::{Child, SECOND, Scene},
    trace::Traces,
};
use crate::model::{Confidence, InferredReason, file_name};

/// A task that is told to run does so this soon.
const DEMAND_NANOS: i64 = 3 * SECOND;

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
