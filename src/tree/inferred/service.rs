//! Services: who installed the service, or told it to start, that the service control manager ran.
//! ATT&CK T1543.003 and T1569.002.
//!
//! Sources: Microsoft, "4697(S): A service was installed in the system" (`ClientProcessId` is the
//! caller), the manifest of the Service Control Manager (7045), `sc`, `CreateServiceW`.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::{
    super::{
        identity::HostId,
        record::{nanos_between, plus_nanos},
    },
    Conclusion, Found,
    ask::{Asks, Wish},
    command::{Fit, fit, holds, plain, program_name},
    program::Program,
    scene::{Child, SECOND, SLACK_NANOS, Scene},
    trace::{Trace, Traces, within},
};
use crate::model::{Confidence, InferredReason, ProcessIndex, RecordIndex, Timestamp, file_name};

/// A tool and the record of what it did lie this close.
const MAKING_NANOS: i64 = 60 * SECOND;
/// A service is started this soon after somebody asks.
const START_NANOS: i64 = 30 * SECOND;
/// The network share of the service control manager is opened this long before.
const REMOTE_NANOS: i64 = 30 * SECOND;
/// Installations, and processes, that are looked at for one.
const CANDIDATES: usize = 16;

/// A service that was installed, or given another program.
struct Install<'t, 'a> {
    trace: &'t Trace<'a>,
    name: String,
    path: String,
}

/// The installations by the program they run, in time order.
struct Services<'t, 'a> {
    all: Vec<Install<'t, 'a>>,
    by_program: HashMap<(HostId, String), Vec<usize>, RandomState>,
    /// Processes of those programs that the manager did not start: some install themselves.
    starters: HashMap<(HostId, String), Vec<(Timestamp, ProcessIndex)>, RandomState>,
}

/// Who installed it, and how that is known.
struct Installer {
    at: ProcessIndex,
    confidence: Confidence,
    record: Option<RecordIndex>,
}

pub(super) fn infer(scene: &Scene<'_>, traces: &Traces<'_>, asks: &Asks, found: &mut Found) {
    let services = Services::of(scene, traces);
    for child in scene.children_of_programs(|program| program == Program::Services) {
        let install = services.of_child(&child);
        if let Some((install, fit)) = install {
            let sure = if fit == Fit::Command { Confidence::High } else { Confidence::Medium };
            installed(scene, traces, (asks, &services), (&child, install, sure), found);
        }
        let name = install.map(|(install, _)| install.name.clone());
        started(scene, asks, (&child, name.or_else(|| hosted(&child))), found);
    }
}

/// The service in a `svchost.exe` line: `-s NAME`.
fn hosted(child: &Child<'_>) -> Option<String> {
    let line = child.line();
    let (_, rest) = line.split_once(" -s ")?;
    rest.split_whitespace().next().map(str::to_owned)
}

fn installed(
    scene: &Scene<'_>,
    traces: &Traces<'_>,
    (asks, services): (&Asks, &Services<'_, '_>),
    (child, install, sure): (&Child<'_>, &Install<'_, '_>, Confidence),
    found: &mut Found,
) {
    let reason = InferredReason::Service;
    let record = install.trace.index;
    let name = &install.name;
    if let Some(installer) = services.installer(scene, asks, (child, install)) {
        let text = format!("Service {name} installed by {}", scene.label(installer.at));
        let confidence = installer.confidence.min(sure);
        let conclusion = Conclusion::by(installer.at, reason, confidence, text);
        found.add(child.at, conclusion.with([record]).with(installer.record));
        return;
    }
    let remote = over_network(traces, install);
    let (who, records) = remote.unwrap_or_default();
    let text = if who.is_empty() {
        format!(
            "Service {name} installed {}; these logs do not tell by which process",
            install.trace.time.clock(false)
        )
    } else {
        format!("Service {name} installed over the network by {who}")
    };
    found.add(child.at, Conclusion::hint(reason, sure, text).with(records).with([record]));
}

/// The account and address that opened the manager's pipe over the network right before.
fn over_network(
    traces: &Traces<'_>,
    install: &Install<'_, '_>,
) -> Option<(String, Vec<RecordIndex>)> {
    let trace = install.trace;
    let subject = trace.event.number("SubjectLogonId");
    let span = (plus_nanos(trace.time, -REMOTE_NANOS), plus_nanos(trace.time, SLACK_NANOS));
    let shares = within(&traces.shares, trace.host, span).iter().rev().take(CANDIDATES);
    let mut shares = shares.filter(|share| {
        let session = share.event.number("SubjectLogonId");
        subject.is_none_or(|subject| Some(subject) == session)
    });
    let share = shares.next()?;
    let user = share.event.field("SubjectUserName")?;
    let from = share.event.field("IpAddress")?;
    Some((format!("{user} from {from}"), vec![share.index]))
}

/// Somebody told the manager to start it right before.
fn started(
    scene: &Scene<'_>,
    asks: &Asks,
    (child, name): (&Child<'_>, Option<String>),
    found: &mut Found,
) {
    let Some(name) = name else { return };
    let word = plain(&name);
    let mut before = asks.before(Wish::StartService, (child.host, child.start), START_NANOS);
    let ask = before.find(|ask| holds(&ask.text, &word) && !scene.is_within(ask.asker, child.at));
    if let Some(ask) = ask {
        let text = format!("Service {name} started by {}", scene.label(ask.asker));
        let reason = InferredReason::ServiceStart;
        let confidence = if ask.is_tool { Confidence::High } else { Confidence::Medium };
        found.add(child.at, Conclusion::by(ask.asker, reason, confidence, text).with(ask.record));
    }
}

impl<'t, 'a> Services<'t, 'a> {
    fn of(scene: &Scene<'_>, traces: &'t Traces<'a>) -> Self {
        let all: Vec<Install<'t, 'a>> =
            traces.services_made.iter().filter_map(install_of).collect();
        let mut by_program: HashMap<_, Vec<usize>, RandomState> = HashMap::default();
        for (at, install) in all.iter().enumerate() {
            if let Some(program) = program_name(&install.path) {
                by_program.entry((install.trace.host, program)).or_default().push(at);
            }
        }
        let mut starters: HashMap<_, Vec<_>, RandomState> = HashMap::default();
        if !all.is_empty() {
            let names: HashSet<&str> = by_program.keys().map(|(_, name)| name.as_str()).collect();
            // Processes come sorted by host and start.
            for (at, process) in scene.tree.iter() {
                let name = process.name().to_lowercase();
                let above = process.parent.map(|parent| scene.program(parent));
                let Some(start) = process.start else { continue };
                if names.contains(name.as_str()) && above != Some(Program::Services) {
                    starters.entry((scene.host(at), name)).or_default().push((start, at));
                }
            }
        }
        Self { all, by_program, starters }
    }

    /// The newest installation whose program the process is, and how well it fits.
    fn of_child(&self, child: &Child<'_>) -> Option<(&Install<'t, 'a>, Fit)> {
        let key = (child.host, child.process.name().to_lowercase());
        let list = self.by_program.get(&key)?;
        let to = plus_nanos(child.start, SLACK_NANOS);
        let time = |at: &usize| self.all.get(*at).map(|install| install.trace.time);
        let upto = list.partition_point(|at| time(at) <= Some(to));
        let before = list.get(..upto).unwrap_or_default().iter().rev().take(CANDIDATES);
        let mut installs = before.filter_map(|at| self.all.get(*at));
        installs.find_map(|install| Some((install, fit(&install.path, child.process)?)))
    }

    fn installer(
        &self,
        scene: &Scene<'_>,
        asks: &Asks,
        (child, install): (&Child<'_>, &Install<'_, '_>),
    ) -> Option<Installer> {
        let Trace { host, time, event, .. } = *install.trace;
        let caller = match event.event_id {
            4697 => event
                .pid("ClientProcessId")
                .filter(|pid| *pid != 0)
                .and_then(|pid| scene.alive(host, pid, time)),
            // The manager writes the registry itself; somebody else who does goes around it.
            13 => scene.doer(install.trace),
            _ => None,
        };
        let is_manager = |at: &ProcessIndex| scene.program(*at) == Program::Services;
        let is_possible = |at: &ProcessIndex| !scene.is_within(*at, child.at);
        if let Some(at) = caller.filter(|at| !is_manager(at)).filter(is_possible) {
            return Some(Installer { at, confidence: Confidence::High, record: None });
        }
        let word = plain(&install.name);
        let psexec = install.name.to_lowercase().starts_with("psexe").then_some(Wish::PsExec);
        for wish in [Some(Wish::MakeService), psexec].into_iter().flatten() {
            let mut before = asks.before(wish, (host, time), MAKING_NANOS);
            let ask = before.find(|ask| {
                let is_named = wish == Wish::PsExec || holds(&ask.text, &word);
                is_named && is_possible(&ask.asker)
            });
            if let Some(ask) = ask {
                let sure = ask.is_tool && wish != Wish::PsExec;
                let confidence = if sure { Confidence::High } else { Confidence::Medium };
                return Some(Installer { at: ask.asker, confidence, record: ask.record });
            }
        }
        self.own_program(scene, (child, install))
    }

    /// A program that installs itself as a service: it was running, from the same file.
    fn own_program(
        &self,
        scene: &Scene<'_>,
        (child, install): (&Child<'_>, &Install<'_, '_>),
    ) -> Option<Installer> {
        let trace = install.trace;
        let key = (trace.host, program_name(&install.path)?);
        let list = self.starters.get(&key)?;
        let upto = list.partition_point(|(start, _)| *start <= trace.time);
        let before = list.get(..upto).unwrap_or_default().iter().rev().take(CANDIDATES);
        let near =
            before.take_while(|(start, _)| nanos_between(*start, trace.time) <= MAKING_NANOS);
        let image = child.process.image.as_deref()?;
        let mut same = near.map(|(_, at)| *at).filter(|at| {
            let own = scene.process(*at).and_then(|process| process.image.as_deref());
            let is_same =
                own.is_some_and(|own| super::super::image_path::can_be_same_image(own, image));
            is_same && scene.was_there(*at, trace.time) && !scene.is_within(*at, child.at)
        });
        let at = same.next()?;
        Some(Installer { at, confidence: Confidence::Medium, record: None })
    }
}

fn install_of<'t, 'a>(trace: &'t Trace<'a>) -> Option<Install<'t, 'a>> {
    let event = trace.event;
    let (name, path) = match event.event_id {
        13 => {
            let key = event.field("TargetObject")?.rsplit_once('\\')?.0;
            (file_name(key), event.field("Details")?)
        }
        4697 => (event.field("ServiceName")?, event.field("ServiceFileName")?),
        _ => (event.field("ServiceName")?, event.field("ImagePath")?),
    };
    Some(Install { trace, name: name.to_owned(), path: path.to_owned() })
}
