//! Judges what of the other host's log fits a command, and how sure that is.

use super::Case;
use super::ask::{Ask, Target};
use super::directory::Fit;
use super::fit::{self, Reached};
use super::same_line::{Line, Sameness};
use super::window::Seen;
use super::wording::{self, End};
use crate::model::{
    Confidence, Crossing, CrossingEnd, CrossingKind, LeadState, Process, ProcessIndex, RecordIndex,
    Text, Timestamp,
};
use crate::tree::identity::HostId;

/// Steps that all commands together may take; each is a comparison of two words.
///
/// Commands that name a host are few: a bundle of a million processes stays far below. A made one, in
/// which each of them names a host that logs a thousand logons a second, ends here and says so.
const MOST_WORK: u64 = 400_000_000;
/// Processes, services or tasks of one name that are looked at for one command.
const MOST_OF_NAME: usize = 32;
/// Records that a pair keeps.
pub(super) const MOST_RECORDS: usize = 32;

/// Accounts of the machine itself, which say nothing of who asked.
const MACHINE_ACCOUNTS: [&str; 3] = ["system", "local service", "network service"];

/// Judges commands one after another.
pub(super) struct Pairing<'a> {
    case: &'a Case<'a>,
    work: u64,
}

/// What fits a command.
struct Fitting {
    users: Vec<String>,
    reached: Vec<Reached>,
    target: HostId,
    time: Timestamp,
}

impl Fitting {
    fn is_sure(&self) -> bool {
        self.reached.iter().any(Reached::is_sure)
    }

    fn has_source(&self) -> bool {
        self.reached.iter().any(|reached| reached.source == Fit::Same)
    }
}

/// An end with its sureness and time.
struct Best {
    end: End,
    confidence: Confidence,
    time: Timestamp,
    records: Vec<RecordIndex>,
}

impl<'a> Pairing<'a> {
    pub(super) const fn new(case: &'a Case<'a>) -> Self {
        Self { case, work: 0 }
    }

    /// The pair of this command.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn pair(&mut self, ask: &Ask<'_>) -> Result<Crossing, LeadState> {
        let (Target::Host(target), Some(time)) = (ask.target, ask.time) else {
            return Err(LeadState::NoTime);
        };
        if self.work > MOST_WORK {
            return Err(LeadState::NotCompared);
        }
        let users = fit::users_of(self.case, ask, (target, time));
        let reached = fit::reached(self.case, ask, (target, time), &users, &mut self.work);
        let fitting = Fitting { users, reached, target, time };
        let lines: Vec<Line<'_>> = ask.texts.iter().map(|text| Line::of(text)).collect();
        let (whole, program) = self.started(&fitting, &lines);
        let best = whole
            .or_else(|| self.made(&fitting, &lines))
            .or_else(|| self.helper(ask, &fitting))
            .or(program)
            .or_else(|| share(&fitting))
            .or_else(|| logon(&fitting));
        best.map(|best| self.crossing(ask, &fitting, best)).ok_or(LeadState::NothingFound)
    }

    fn crossing(&self, ask: &Ask<'_>, fitting: &Fitting, best: Best) -> Crossing {
        let case = self.case;
        let asker = case.tree.process(ask.from);
        let starts = asker.into_iter().flat_map(|process| &process.witnesses);
        let mut records: Vec<RecordIndex> = match ask.script {
            Some(record) => vec![record],
            None => starts
                .filter(|witness| is_start(witness.kind))
                .map(|witness| witness.record)
                .collect(),
        };
        records.extend(best.records);
        // The nearest of each kind speak; a session may have thousands.
        let room = MOST_RECORDS.saturating_sub(records.len());
        records.extend(fitting.reached.iter().map(|reached| reached.record).take(room));
        records.sort_unstable();
        records.dedup();
        let how = match best.end {
            End::Process(at) | End::Helper(at) => how_of(case, ask, at),
            _ => ask.how(),
        };
        let text = wording::pair(case, ask, best.end, best.time, &fitting.reached);
        let to = match best.end {
            End::Process(at) | End::Helper(at) => CrossingEnd::Process(at),
            End::Made(record) | End::Share(record) | End::Logon(record) => {
                let host = wording::host_of(case, record);
                CrossingEnd::Record { host: Text::from(host), record }
            }
        };
        let (from, confidence, time) = (ask.from, best.confidence, Some(best.time));
        Crossing { from, to, how, confidence, time, records, text }
    }

    /// The nearest process whose command line the command has, with and without arguments.
    fn started(&mut self, fitting: &Fitting, lines: &[Line<'_>]) -> (Option<Best>, Option<Best>) {
        let (mut whole, mut program) = (None, None);
        for key in lines.iter().flat_map(Line::keys) {
            self.work = self.work.saturating_add(1);
            let key = (fitting.target, key);
            for seen in self.case.effects.started.within(&key, fitting.time, MOST_OF_NAME) {
                let Some(process) = self.case.tree.process(seen.what) else { continue };
                let line = process.command_line.as_deref().unwrap_or_else(|| process.name());
                let sameness =
                    lines.iter().filter_map(|asked| asked.names_line(line, &mut self.work)).max();
                let place = match sameness {
                    Some(Sameness::Whole) => &mut whole,
                    Some(Sameness::Program) => &mut program,
                    None => continue,
                };
                nearer(place, seen, fitting.time);
            }
        }
        let best = |seen: Seen<ProcessIndex>, is_whole: bool| {
            let process = self.case.tree.process(seen.what)?;
            let is_same_user = user_fit(process, &fitting.users) == Fit::Same;
            let is_backed = fitting.has_source() || is_same_user;
            let confidence = match (is_whole, is_backed) {
                (true, true) => Confidence::High,
                (true, false) | (false, true) => Confidence::Medium,
                (false, false) => Confidence::Low,
            };
            Some(process_end(End::Process(seen.what), seen, process, confidence))
        };
        (whole.and_then(|seen| best(seen, true)), program.and_then(|seen| best(seen, false)))
    }

    /// The nearest service or task whose name the command has.
    fn made(&mut self, fitting: &Fitting, lines: &[Line<'_>]) -> Option<Best> {
        let mut names: Vec<String> = lines.iter().flat_map(Line::names).collect();
        names.sort_unstable();
        names.dedup();
        let mut best = None;
        for name in names {
            self.work = self.work.saturating_add(1);
            let key = (fitting.target, name);
            for seen in self.case.effects.made.within(&key, fitting.time, MOST_OF_NAME) {
                nearer(&mut best, seen, fitting.time);
            }
        }
        let seen: Seen<RecordIndex> = best?;
        let confidence = if fitting.has_source() { Confidence::High } else { Confidence::Medium };
        Some(Best {
            end: End::Made(seen.what),
            confidence,
            time: seen.time,
            records: vec![seen.what],
        })
    }

    /// The helper of a session, where it runs as the same account or the logon is there.
    fn helper(&self, ask: &Ask<'_>, fitting: &Fitting) -> Option<Best> {
        let is_by_helper = |how: &CrossingKind| {
            matches!(how, CrossingKind::WinRm | CrossingKind::PsExec | CrossingKind::Named)
        };
        if !ask.hows.iter().any(is_by_helper) {
            return None;
        }
        let mut best = None;
        for seen in self.case.effects.helpers.within(&fitting.target, fitting.time, MOST_OF_NAME) {
            nearer(&mut best, seen, fitting.time);
        }
        let seen: Seen<ProcessIndex> = best?;
        let process = self.case.tree.process(seen.what)?;
        let confidence = match (user_fit(process, &fitting.users), fitting.is_sure()) {
            (Fit::Same, true) => Confidence::High,
            (Fit::Same, false) | (Fit::Unknown, true) => Confidence::Medium,
            (Fit::Unknown, false) if fitting.has_source() => Confidence::Low,
            (Fit::Unknown, false) | (Fit::Different, _) => return None,
        };
        Some(process_end(End::Helper(seen.what), seen, process, confidence))
    }
}

fn process_end(
    end: End,
    seen: Seen<ProcessIndex>,
    process: &Process,
    confidence: Confidence,
) -> Best {
    let starts = process.witnesses.iter().filter(|witness| is_start(witness.kind));
    let records = starts.map(|witness| witness.record).collect();
    Best { end, confidence, time: seen.time, records }
}

/// The first access to the share that the command names.
fn share(fitting: &Fitting) -> Option<Best> {
    let named = fitting.reached.iter().filter(|reached| reached.is_named_share);
    // A sure one before one of another account.
    let reached = named.max_by_key(|reached| (level(reached), std::cmp::Reverse(reached.time)))?;
    let confidence = level(reached);
    Some(Best {
        end: End::Share(reached.record),
        confidence,
        time: reached.time,
        records: vec![reached.record],
    })
}

/// The first logon or access to `IPC$`.
fn logon(fitting: &Fitting) -> Option<Best> {
    let order =
        |reached: &&Reached| (level(reached), reached.is_logon, std::cmp::Reverse(reached.time));
    let reached = fitting.reached.iter().max_by_key(order)?;
    let end =
        if reached.is_logon { End::Logon(reached.record) } else { End::Share(reached.record) };
    let is_late = reached.time.secs_since(fitting.time) > 60.0;
    // Somebody who works on the other host anyway logs on there now and then.
    let confidence = match (level(reached), is_late) {
        (Confidence::High, true) => Confidence::Medium,
        (level, _) => level,
    };
    Some(Best { end, confidence, time: reached.time, records: vec![reached.record] })
}

fn level(reached: &Reached) -> Confidence {
    match (reached.source, reached.user) {
        (Fit::Same, Fit::Same) => Confidence::High,
        (Fit::Same, _) | (Fit::Unknown, Fit::Same) if reached.is_named_share => Confidence::Medium,
        _ => Confidence::Low,
    }
}

/// Keeps the one nearer to the time, the earlier of two as near.
fn nearer<T: Copy + Ord>(kept: &mut Option<Seen<T>>, seen: Seen<T>, time: Timestamp) {
    let distance = |seen: &Seen<T>| seen.time.secs_since(time).abs();
    let is_nearer = kept.as_ref().is_none_or(|kept| {
        distance(&seen)
            .total_cmp(&distance(kept))
            .then_with(|| (seen.time, seen.what).cmp(&(kept.time, kept.what)))
            .is_lt()
    });
    if is_nearer {
        *kept = Some(seen);
    }
}

/// How the account of a process there fits; that of a service says nothing.
fn user_fit(process: &Process, users: &[String]) -> Fit {
    let name = process.user.as_deref().map(|user| user.rsplit('\\').next().unwrap_or(user));
    let is_machine = name.is_some_and(|name| {
        name.ends_with('$') || MACHINE_ACCOUNTS.iter().any(|known| name.eq_ignore_ascii_case(known))
    });
    match name {
        Some(name) if !is_machine => fit::user_fit(Some(name), users),
        _ => Fit::Unknown,
    }
}

/// The way that the parent there tells, where the command names the host in more than one.
fn how_of(case: &Case<'_>, ask: &Ask<'_>, at: ProcessIndex) -> CrossingKind {
    let parent = case.tree.process(at).and_then(|process| {
        super::effects::parent_name(case.tree, process).map(super::effects::stem)
    });
    let told = match parent.map(str::to_ascii_lowercase).as_deref() {
        Some("wmiprvse") => Some(CrossingKind::Wmi),
        Some("wsmprovhost" | "winrshost") => Some(CrossingKind::WinRm),
        Some("psexesvc" | "paexec" | "csexecsvc" | "remcomsvc") => Some(CrossingKind::PsExec),
        _ => None,
    };
    told.filter(|told| ask.hows.contains(told) || ask.how() == CrossingKind::Named)
        .unwrap_or_else(|| ask.how())
}

fn is_start(kind: &str) -> bool {
    matches!(kind, "sysmon/1" | "security/4688" | "defender/ProcessCreated")
}
