//! Parents that were chosen by somebody else, and parents that cannot be the real ones. ATT&CK
//! T1134.004.
//!
//! `PROC_THREAD_ATTRIBUTE_PARENT_PROCESS` makes any process the parent that the caller may open with
//! the right `PROCESS_CREATE_PROCESS`; Sysmon 10 sees that, and sees the caller open the child it
//! made. Windows does the same for consent (the service Application Information) and for `runas`
//! (the service Secondary Logon); those are known and left out. Sources: Microsoft,
//! `UpdateProcThreadAttribute`, "Process Security and Access Rights".

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{
    super::record::nanos_between,
    Conclusion, Found,
    program::Program,
    scene::{Child, SECOND, SLACK_NANOS, Scene},
    trace::{CREATE_PROCESS, Trace, Traces},
};
use crate::model::{Confidence, Event, InferredReason, ProcessIndex, RecordIndex, Timestamp};

/// The parent is opened this long before the start at most.
const BEFORE_NANOS: i64 = SECOND;
/// Who made a process holds all rights on it from the beginning.
const ALL_ACCESS: u64 = 0x001f_0fff;
/// A parent has been there for longer, else it may have been opened at its own birth.
const NEWBORN_NANOS: i64 = 3 * SECOND;
/// So many processes with spoofed parents have one maker only where that is a watcher.
const WATCHER: usize = 8;
/// A parent that ended longer ago than clocks and logs differ is no parent.
const ENDED_NANOS: i64 = 5 * SECOND;
/// The rank of what consent gives.
const HIGH: u8 = 3;
/// Consent is asked for this long before: somebody has to find the button.
const CONSENT_NANOS: i64 = 180 * SECOND;

pub(super) fn infer(scene: &Scene<'_>, traces: &Traces<'_>, events: &[Event], found: &mut Found) {
    let openings = Openings::of(scene, traces);
    let mut made = Vec::new();
    let consents = consents(scene);
    for (at, process) in scene.tree.iter() {
        let known = process.parent.and_then(|parent| scene.process(parent).map(|it| (parent, it)));
        let Some(((parent, above), start)) = known.zip(process.start) else { continue };
        let child = Child { at, process, parent, above, host: scene.host(at), start };
        if let Some(conclusion) = openings.maker(scene, &child) {
            made.push((at, conclusion));
            continue;
        }
        let spoofed = by_logon(scene, &openings, &child);
        if let Some(conclusion) = spoofed.or_else(|| other_creator(scene, events, &child)) {
            found.add(at, conclusion);
            continue;
        }
        let odd = not_there(&child)
            .or_else(|| session(scene, &child))
            .or_else(|| integrity(scene, events, (&child, &consents)));
        if let Some(conclusion) = odd {
            found.add(at, conclusion);
        }
    }
    let mut makers: HashMap<Option<ProcessIndex>, usize, RandomState> = HashMap::default();
    for (_, conclusion) in &made {
        *makers.entry(conclusion.parent).or_default() += 1;
    }
    for (at, mut conclusion) in made {
        if makers.get(&conclusion.parent).is_some_and(|count| *count > WATCHER) {
            conclusion.confidence = Confidence::Low;
        }
        found.add(at, conclusion);
    }
}

/// An opening of a process by another one.
#[derive(Clone, Copy)]
struct Opening {
    source: ProcessIndex,
    time: Timestamp,
    rights: u64,
    record: RecordIndex,
}

/// Who opened whom, by the process that was opened; each list in time order.
struct Openings(HashMap<ProcessIndex, Vec<Opening>, RandomState>);

impl Openings {
    fn of(scene: &Scene<'_>, traces: &Traces<'_>) -> Self {
        let mut openings = Self(HashMap::default());
        for trace in &traces.accesses {
            let Some((source, target)) = ends(scene, trace) else { continue };
            if source == target || scene.program(source).opens_others() {
                continue;
            }
            let rights = trace.event.number("GrantedAccess").unwrap_or(0);
            let opening = Opening { source, time: trace.time, rights, record: trace.index };
            openings.0.entry(target).or_default().push(opening);
        }
        openings
    }

    fn near(
        &self,
        target: ProcessIndex,
        time: Timestamp,
        (before, after): (i64, i64),
    ) -> impl Iterator<Item = &Opening> {
        const CANDIDATES: usize = 64;
        let list = self.0.get(&target).map(Vec::as_slice).unwrap_or_default();
        let first = list.partition_point(|it| nanos_between(it.time, time) > before);
        let near = list.iter().skip(first).take(CANDIDATES);
        near.take_while(move |it| nanos_between(time, it.time) <= after)
    }

    /// Who opened the parent so that it could be one, right before the start, and then held the child.
    fn maker(&self, scene: &Scene<'_>, child: &Child<'_>) -> Option<Conclusion> {
        // Who opens every process at its birth, a console or a watcher, makes none of them.
        let age = child.above.start.map(|start| nanos_between(start, child.start));
        if age.is_some_and(|age| age <= NEWBORN_NANOS) {
            return None;
        }
        let opened = self.near(child.parent, child.start, (BEFORE_NANOS, SECOND / 10));
        let openings: Vec<&Opening> = opened
            .filter(|it| it.rights & CREATE_PROCESS != 0)
            .filter(|it| !scene.is_within(it.source, child.at))
            .collect();
        let opening = openings.iter().rev().find_map(|opening| {
            let held = self.near(child.at, child.start, (SECOND, SECOND));
            let mut held = held.filter(|it| it.source == opening.source);
            held.find(|it| it.rights & ALL_ACCESS == ALL_ACCESS).map(|held| (*opening, held))
        });
        let (opening, held) = opening?;
        let claimed = scene.label(child.parent);
        let text = format!(
            "{} opened {claimed} to make it the parent, and started it",
            scene.label(opening.source)
        );
        let reason = InferredReason::ParentSpoofed;
        let conclusion = Conclusion::by(opening.source, reason, Confidence::High, text);
        Some(conclusion.with([opening.record, held.record]))
    }
}

/// Source and target of a Sysmon 10, of which two spellings are known.
fn ends(scene: &Scene<'_>, trace: &Trace<'_>) -> Option<(ProcessIndex, ProcessIndex)> {
    let end = |guids: [&str; 2], pid: &str| {
        let [one, other] = guids;
        let guid = if trace.event.field(one).is_some() { one } else { other };
        scene.named(trace, guid, pid)
    };
    let source = end(["SourceProcessGUID", "SourceProcessGuid"], "SourceProcessId")?;
    let target = end(["TargetProcessGUID", "TargetProcessGuid"], "TargetProcessId")?;
    Some((source, target))
}

/// Started with other credentials by the service Secondary Logon, which makes its caller the parent:
/// where the parent is not of the caller's session, the caller lied about its process id.
fn by_logon(scene: &Scene<'_>, openings: &Openings, child: &Child<'_>) -> Option<Conclusion> {
    let logon = scene.tree.logon(child.process.logon?)?;
    let is_secondary = logon.logon_process.as_deref().is_some_and(|it| it.starts_with("seclogo"));
    let subject = logon.subject_logon_id.filter(|_| is_secondary)?;
    let session_of = |at: ProcessIndex| {
        let id = scene.process(at)?.logon_id.as_deref()?;
        u64::from_str_radix(id.strip_prefix("0x")?, 16).ok()
    };
    let above = session_of(child.parent);
    // A program that was started so may start others itself; the service itself is of the system.
    if above == Some(subject) || above == Some(logon.logon_id) {
        return None;
    }
    let is_certain = above.is_some() || scene.program(child.parent) == Program::Trusted;
    if !is_certain {
        return None;
    }
    let reason = InferredReason::ParentSpoofed;
    let held = openings.near(child.at, child.start, (SECOND, SECOND));
    let mut callers = held.filter(|it| session_of(it.source) == Some(subject));
    let claimed = scene.label(child.parent);
    let record = logon.records.first().copied();
    let Some(caller) = callers.next() else {
        let text =
            format!("A process of logon {subject:#x} asked Secondary Logon for it, not {claimed}");
        return Some(Conclusion::hint(reason, Confidence::Medium, text).with(record));
    };
    let text =
        format!("{} asked Secondary Logon for it, not {claimed}", scene.label(caller.source));
    let conclusion = Conclusion::by(caller.source, reason, Confidence::High, text);
    Some(conclusion.with([caller.record]).with(record))
}

/// Sysmon and Security name different processes as the parent of one start.
fn other_creator(scene: &Scene<'_>, events: &[Event], child: &Child<'_>) -> Option<Conclusion> {
    let event = |kind: &str| {
        let witness = child.process.witnesses.iter().find(|witness| witness.kind == kind)?;
        Some((witness.record, events.get(witness.record.0 as usize)?))
    };
    let (_, sysmon) = event("sysmon/1")?;
    let (record, security) = event("security/4688")?;
    let one = sysmon.pid("ParentProcessId").filter(|pid| *pid != 0)?;
    let other = security.pid("ProcessId").filter(|pid| *pid != 0)?;
    if one == other {
        return None;
    }
    let asker = scene.alive(child.host, other, child.start)?;
    let text = format!("Security names {} as the creator", scene.label(asker));
    let reason = InferredReason::ParentSpoofed;
    Some(Conclusion::by(asker, reason, Confidence::Medium, text).with([record]))
}

/// The parent had ended, by its own record of that.
fn not_there(child: &Child<'_>) -> Option<Conclusion> {
    let end = child.above.end?;
    let is_later = child.above.start.is_none_or(|start| start <= end);
    if !is_later || nanos_between(end, child.start) <= ENDED_NANOS || child.process.start_disputed {
        return None;
    }
    let text = format!("Its parent had ended {}", end.clock(false));
    let reason = InferredReason::ParentNotThere;
    let records = child
        .above
        .witnesses
        .iter()
        .filter(|witness| matches!(witness.kind, "sysmon/5" | "security/4689"));
    let records = records.map(|witness| witness.record);
    Some(Conclusion::hint(reason, Confidence::Low, text).with(records))
}

/// Services start programs in any session; a program in a person's session starts none in another,
/// unless it uses a stolen token.
fn session(scene: &Scene<'_>, child: &Child<'_>) -> Option<Conclusion> {
    let (own, above) = (child.process.session?, child.above.session?);
    let parent = scene.program(child.parent);
    if above == 0 || own == above || parent == Program::Trusted {
        return None;
    }
    let text = format!(
        "In session {own}, its parent in session {above}: started with another's token, or the parent is not the real one"
    );
    Some(Conclusion::hint(InferredReason::ImpossibleSession, Confidence::Low, text))
}

/// Starts of the consent dialog by host, in time order.
type Consents = Vec<(super::super::identity::HostId, Timestamp)>;

fn consents(scene: &Scene<'_>) -> Consents {
    let starts = scene.of_programs(|program| program == Program::Consent);
    let mut starts: Consents =
        starts.filter_map(|at| Some((scene.host(at), scene.process(at)?.start?))).collect();
    starts.sort_unstable();
    starts
}

/// A program has the rights of its parent, or fewer; more come by consent, from a service, or from a
/// stolen token.
fn integrity(
    scene: &Scene<'_>,
    events: &[Event],
    (child, consents): (&Child<'_>, &Consents),
) -> Option<Conclusion> {
    let (own, above) = (child.process.integrity.as_deref()?, child.above.integrity.as_deref()?);
    if rank(own)? <= rank(above)? || rank(own)? < HIGH {
        return None;
    }
    let upto = consents.partition_point(|it| *it <= (child.host, child.start));
    let last = upto.checked_sub(1).and_then(|at| consents.get(at));
    let was_asked = last.is_some_and(|(host, time)| {
        *host == child.host && nanos_between(*time, child.start) <= CONSENT_NANOS + SLACK_NANOS
    });
    // TokenElevationTypeFull: the raised half of a person's token, which only consent gives.
    let is_raised_half = child.process.witnesses.iter().any(|witness| {
        let event = events.get(witness.record.0 as usize);
        event.and_then(|event| event.field("TokenElevationType")) == Some("%%1937")
    });
    // Where no log tells of consent, nothing follows from its absence.
    let first = consents.partition_point(|(host, _)| *host < child.host);
    let hides_consent = consents.get(first).is_none_or(|(host, _)| *host != child.host);
    let may_be_consent = rank(own) == Some(HIGH) && (was_asked || is_raised_half || hides_consent);
    if may_be_consent || scene.program(child.parent).opens_others() {
        return None;
    }
    let text = format!(
        "{own} integrity, its parent {above}, and no consent before: started with another's token, or the parent is not the real one"
    );
    Some(Conclusion::hint(InferredReason::RaisedIntegrity, Confidence::Low, text))
}

/// Sensors write the words in other letter cases.
fn rank(integrity: &str) -> Option<u8> {
    Some(match integrity.to_ascii_lowercase().as_str() {
        "untrusted" => 0,
        "low" => 1,
        "medium" | "medium plus" => 2,
        "high" => HIGH,
        "system" | "protected" => 4,
        _ => return None,
    })
}
