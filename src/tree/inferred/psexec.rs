//! `PsExec`: who asked its service for a process. ATT&CK T1569.002.
//!
//! The service talks with its client through pipes: `\PSEXESVC`, and for input and output
//! `\PSEXESVC-HOST-PID-stdin`, where host and process id are the client's. Checked against real
//! records; the client's program itself is Sysinternals', `psexec -?`.

use super::{
    super::record::{nanos_between, plus_nanos},
    Conclusion, Found,
    ask::{Asks, Wish},
    command::{Fit, names_program, plain},
    program::Program,
    scene::{Child, SECOND, SLACK_NANOS, Scene},
    trace::{Trace, Traces, within},
};
use crate::model::{Confidence, InferredReason, ProcessIndex};

/// Pipes are opened this long around the start.
const PIPE_NANOS: i64 = 60 * SECOND;
const CANDIDATES: usize = 32;

pub(super) fn infer(scene: &Scene<'_>, traces: &Traces<'_>, asks: &Asks, found: &mut Found) {
    for child in scene.children_of_programs(|program| program == Program::PsExecService) {
        let conclusion = by_pipe(scene, traces, &child)
            .or_else(|| by_line(scene, asks, &child))
            .or_else(|| over_network(scene, traces, &child));
        if let Some(conclusion) = conclusion {
            found.add(child.at, conclusion);
        }
    }
}

/// The client that a pipe names, or that opened or made one.
fn by_pipe(scene: &Scene<'_>, traces: &Traces<'_>, child: &Child<'_>) -> Option<Conclusion> {
    let span = (plus_nanos(child.start, -PIPE_NANOS), plus_nanos(child.start, SLACK_NANOS));
    let near = within(&traces.pipes, child.host, span);
    for trace in near.iter().rev().take(CANDIDATES) {
        let named = client(trace).and_then(|(host, pid)| {
            let own = child.process.host.split('.').next().unwrap_or_default();
            let is_here = host.eq_ignore_ascii_case(own);
            is_here.then(|| scene.alive(trace.host, pid, trace.time))?
        });
        let doer = scene
            .doer(trace)
            .filter(|at| !matches!(scene.program(*at), Program::PsExecService | Program::Trusted));
        let Some(asker) = named.or(doer).filter(|at| is_possible(scene, *at, child)) else {
            continue;
        };
        let line = scene.process(asker).and_then(|asker| asker.command_line.as_deref());
        let asks_for_it = line.is_some_and(|line| names_program(&plain(line), child.process));
        let is_sure = named.is_some() || asks_for_it;
        let confidence = if is_sure { Confidence::High } else { Confidence::Medium };
        let text = format!("Asked for through the pipe of PsExec by {}", scene.label(asker));
        let conclusion = Conclusion::by(asker, InferredReason::PsExec, confidence, text);
        return Some(conclusion.with([trace.index]));
    }
    None
}

fn is_possible(scene: &Scene<'_>, asker: ProcessIndex, child: &Child<'_>) -> bool {
    !scene.is_within(asker, child.at) && !scene.is_within(asker, child.parent)
}

/// Host and process id of the client in the name of a pipe.
fn client<'a>(trace: &Trace<'a>) -> Option<(&'a str, u32)> {
    let name = trace.event.field("PipeName")?;
    let (rest, stream) = name.rsplit_once('-')?;
    let is_stream = ["stdin", "stdout", "stderr"].iter().any(|it| stream.eq_ignore_ascii_case(it));
    let (rest, pid) = rest.rsplit_once('-').filter(|_| is_stream)?;
    let (_, host) = rest.split_once('-')?;
    Some((host, pid.parse().ok()?))
}

/// `psexec` on this computer, with the command in its line.
fn by_line(scene: &Scene<'_>, asks: &Asks, child: &Child<'_>) -> Option<Conclusion> {
    let mut before = asks.before(Wish::PsExec, (child.host, child.start), PIPE_NANOS);
    let (ask, fit) = before.find_map(|ask| Some((ask, ask.fits(scene, child.at)?)))?;
    let confidence = if fit == Fit::Command { Confidence::High } else { Confidence::Medium };
    let text = format!("Asked for with PsExec by {}", scene.label(ask.asker));
    Some(Conclusion::by(ask.asker, InferredReason::PsExec, confidence, text))
}

/// The pipe was opened from another computer: the System process opens it then.
fn over_network(scene: &Scene<'_>, traces: &Traces<'_>, child: &Child<'_>) -> Option<Conclusion> {
    let span = (plus_nanos(child.start, -PIPE_NANOS), plus_nanos(child.start, SLACK_NANOS));
    let near = within(&traces.pipes, child.host, span).iter().rev().take(CANDIDATES);
    let named = near.clone().find_map(|trace| Some((client(trace)?, trace)));
    if let Some(((host, pid), trace)) = named {
        let text = format!("Asked for with PsExec by process {pid} of {host}");
        let hint = Conclusion::hint(InferredReason::PsExec, Confidence::High, text);
        return Some(hint.with([trace.index]));
    }
    if let Some(conclusion) = super::network::asked(scene, child, InferredReason::PsExec) {
        return Some(conclusion);
    }
    let nearest = |trace: &&Trace<'_>| nanos_between(trace.time, child.start).abs();
    let by_system =
        near.filter(|trace| trace.event.pid("ProcessId") == Some(4)).min_by_key(nearest);
    let trace = by_system?;
    let text = "Asked for with PsExec over the network".to_owned();
    let hint = Conclusion::hint(InferredReason::PsExec, Confidence::Medium, text);
    Some(hint.with([trace.index]))
}
