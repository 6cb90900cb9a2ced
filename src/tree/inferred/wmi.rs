//! WMI: who asked `WmiPrvSE.exe` for a process, and which event consumer did. ATT&CK T1047, T1546.003.
//!
//! Sources: Microsoft, `Win32_Process.Create`, "WMI Event Subscription"; the manifest of
//! Microsoft-Windows-WMI-Activity (5858 names the client of a call that failed, 5861 the consumer);
//! Sysmon's manifest (20: `Destination` is what a consumer runs).

use super::{
    super::record::{nanos_between, plus_nanos},
    Conclusion, Found,
    ask::{Ask, Asks, Wish},
    command::{Fit, asked_in, plain},
    network,
    program::Program,
    scene::{Child, SECOND, SLACK_NANOS, Scene},
    trace::{Trace, Traces, within},
};
use crate::model::{Confidence, InferredReason};

/// A tool that asks does it at once.
const TOOL_NANOS: i64 = 30 * SECOND;
/// A script may wait before it asks.
const SCRIPT_NANOS: i64 = 600 * SECOND;
/// A consumer may wait long for its event; more than this and the installation is another story.
const CONSUMER_NANOS: i64 = 30 * 24 * 3600 * SECOND;
const CANDIDATES: usize = 16;

pub(super) fn infer(scene: &Scene<'_>, traces: &Traces<'_>, asks: &Asks, found: &mut Found) {
    for child in scene.children_of_programs(|program| program == Program::WmiHost) {
        let asked = by_text(scene, asks, &child);
        let is_named = asked.as_ref().is_some_and(|it| it.confidence > Confidence::Low);
        let consumer = if is_named { None } else { by_consumer(scene, traces, asks, &child) };
        let conclusion = consumer.or(asked).or_else(|| {
            let reason = InferredReason::Wmi;
            let by_session = network::asked(scene, &child, reason);
            let by_session = by_session.or_else(|| network::in_no_session(&child, reason));
            by_session.or_else(|| {
                let is_untold = child.process.logon.is_none_or(|logon| {
                    // Version 0 and 1 of 4688 give the session of the provider host itself.
                    scene.tree.logon(logon).is_some_and(|logon| logon.logon_id == 0x3e4)
                });
                is_untold.then(|| network::asked_by_time(scene, &child, reason))?
            })
        });
        if let Some(conclusion) = conclusion {
            found.add(child.at, conclusion);
        }
    }
}

/// A tool or script that asked, with the command in its text; else a tool at the very time.
fn by_text(scene: &Scene<'_>, asks: &Asks, child: &Child<'_>) -> Option<Conclusion> {
    // Most scripts only list processes.
    let before = || {
        let asks = asks.before(Wish::Wmi, (child.host, child.start), SCRIPT_NANOS);
        asks.filter(|ask| ask.text.contains("create") || ask.text.contains(" c "))
    };
    let is_near = |ask: &&Ask| {
        let age = nanos_between(ask.time, child.start);
        age <= if ask.is_tool { TOOL_NANOS } else { SCRIPT_NANOS }
    };
    let is_there = |ask: &&Ask| ask.is_tool || scene.was_there(ask.asker, child.start);
    let fitting = before().filter(is_near).filter(is_there);
    let best = fitting
        .filter_map(|ask| Some((ask.fits(scene, child.at)?, ask)))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let (confidence, ask) = match best {
        Some((Fit::Command, ask)) => (Confidence::High, ask),
        Some((Fit::Image, ask)) => (Confidence::Medium, ask),
        // Only that it asked for some process at this moment.
        None => {
            let mut near = before().filter(|ask| {
                let age = nanos_between(ask.time, child.start);
                ask.is_tool && age <= SLACK_NANOS && !scene.is_within(ask.asker, child.at)
            });
            (Confidence::Low, near.next()?)
        }
    };
    let text = format!("Asked for through WMI by {}", scene.label(ask.asker));
    let conclusion = Conclusion::by(ask.asker, InferredReason::Wmi, confidence, text);
    Some(conclusion.with(ask.record))
}

/// An event consumer that runs this command, and who made it where its command is in a text.
fn by_consumer(
    scene: &Scene<'_>,
    traces: &Traces<'_>,
    asks: &Asks,
    child: &Child<'_>,
) -> Option<Conclusion> {
    let span = (plus_nanos(child.start, -CONSUMER_NANOS), plus_nanos(child.start, SLACK_NANOS));
    let consumers = within(&traces.consumers, child.host, span).iter().rev().take(CANDIDATES);
    let subscriptions = within(&traces.wmi, child.host, span).iter().rev().take(CANDIDATES);
    let fits = |trace: &&Trace<'_>| {
        let text = match trace.event.event_id {
            20 => trace.event.field("Destination"),
            5861 => trace.event.field("CONSUMER").or_else(|| trace.event.field("PossibleCause")),
            _ => None,
        };
        text.is_some_and(|text| {
            let text = plain(text);
            scene.may_compare(text.len()) && asked_in(&text, child.process) == Some(Fit::Command)
        })
    };
    let trace = consumers.chain(subscriptions).find(fits)?;
    let name = trace.event.field("Name").or_else(|| trace.event.field("ESS")).unwrap_or("?");
    let reason = InferredReason::WmiSubscription;
    let mut makers = asks.before(Wish::Subscribe, (trace.host, trace.time), TOOL_NANOS);
    let maker = makers.find(|ask| ask.fits(scene, child.at) == Some(Fit::Command));
    let name = name.trim_matches([' ', '"']);
    let Some(ask) = maker else {
        let text = format!("Run by the WMI event consumer {name}");
        return Some(Conclusion::hint(reason, Confidence::High, text).with([trace.index]));
    };
    let text = format!("WMI event consumer {name} made by {}", scene.label(ask.asker));
    let conclusion = Conclusion::by(ask.asker, reason, Confidence::High, text);
    Some(conclusion.with([trace.index]).with(ask.record))
}
