//! A pair or a lead in one sentence. Values as logged: who shows the sentence makes them harmless.

use super::Case;
use super::ask::{Ask, Target};
use super::effects::{parent_name, user_of};
use super::fit::{Reached, source_of};
use crate::model::{
    Event, Lead, LeadState, Process, ProcessIndex, RecordIndex, Text, Timestamp, file_name,
};

/// What a command is paired with.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// A process with the command line that was asked for.
    Process(ProcessIndex),
    /// The helper of a session.
    Helper(ProcessIndex),
    /// A service or task.
    Made(RecordIndex),
    Share(RecordIndex),
    Logon(RecordIndex),
}

/// Why the two belong together.
pub(super) fn pair(
    case: &Case<'_>,
    ask: &Ask<'_>,
    end: End,
    time: Timestamp,
    reached: &[Reached],
) -> String {
    let event = |record: RecordIndex| case.events.get(record.0 as usize);
    let when = later(ask.time, time);
    let host = ask.named;
    let mut text = match end {
        End::Process(at) | End::Helper(at) => {
            let Some(process) = case.tree.process(at) else { return String::new() };
            let parent = parent_name(case.tree, process).unwrap_or("an unknown process");
            let why = match end {
                End::Helper(_) => "the helper of such a session",
                _ => "as the command has it",
            };
            format!("{parent} started {} on {host} {when}, {why}", named(process))
        }
        End::Made(record) => {
            let made = event(record).map(made).unwrap_or_default();
            format!("{made} was made on {host} {when}, a name that the command has")
        }
        End::Share(record) => {
            let share = event(record).and_then(|event| event.field("ShareName")).unwrap_or("?");
            let share = share.rsplit('\\').next().unwrap_or(share);
            return format!("{}, and opened {share} on {host} {when}", who(event(record)));
        }
        End::Logon(record) => {
            return format!("{}, and logged on to {host} {when}", who(event(record)));
        }
    };
    let best = reached.iter().find(|reached| reached.is_sure()).or_else(|| reached.first());
    if let Some(event) = best.and_then(|reached| event(reached.record)) {
        text.push_str("; ");
        text.push_str(&who(Some(event)));
        text.push_str(if event.event_id == 4624 {
            ", and logged on"
        } else {
            ", and used a share"
        });
    }
    text
}

/// `CONTOSO\a came from 10.0.0.1`.
fn who(event: Option<&Event>) -> String {
    let Some(event) = event else { return "somebody came".to_owned() };
    let domain = match event.event_id {
        5140 | 5145 => event.field("SubjectDomainName"),
        _ => event.field("TargetDomainName"),
    };
    let user = user_of(event).unwrap_or("an unknown account");
    let user = domain.map_or_else(|| user.to_owned(), |domain| format!(r"{domain}\{user}"));
    match source_of(event) {
        Some(source) => format!("{user} came from {source}"),
        None => format!("{user} came from a computer that is not logged"),
    }
}

fn made(event: &Event) -> String {
    match (event.field("ServiceName"), event.field("TaskName")) {
        (Some(service), _) => format!("the service {service}"),
        (None, Some(task)) => format!("the task {task}"),
        (None, None) => "something".to_owned(),
    }
}

/// Why there is no pair; `None` never, but a process that is not in the tree has no words.
pub(super) fn lead(case: &Case<'_>, ask: &Ask<'_>, state: LeadState) -> Option<Lead> {
    let by = case.tree.process(ask.from)?.name();
    let by = file_name(by);
    let host = ask.named;
    let has_logons = match ask.target {
        Target::Host(target) => {
            let told = case.effects.told.get(target.0 as usize);
            told.is_some_and(|told| told.has_logons)
        }
        _ => false,
    };
    let text = match state {
        LeadState::NoLogs => format!("{by} names {host}, of which no log is loaded"),
        LeadState::Ambiguous => {
            format!("{by} names {host}, which is the name of more than one of these hosts")
        }
        LeadState::NoTime => format!("{by} names {host}; when it ran is not known"),
        LeadState::NotCovered => {
            format!("{by} names {host}, whose loaded logs do not reach that time")
        }
        LeadState::NothingFound if has_logons => format!(
            "{by} names {host}; nothing that fits it is in that host's logs, from 5 seconds before \
             to 10 minutes after"
        ),
        LeadState::NothingFound => format!(
            "{by} names {host}; nothing that fits it is in that host's logs, which hold no logons"
        ),
        LeadState::NotCompared => {
            format!("{by} names {host}; too many commands do so for all to be compared")
        }
    };
    let how = ask.how();
    Some(Lead { from: ask.from, host: Text::from(host), how, state, text })
}

/// The host of a record, in the longest form of its name.
pub(super) fn host_of<'a>(case: &Case<'a>, record: RecordIndex) -> &'a str {
    let event = case.events.get(record.0 as usize);
    event.map_or("", |event| case.hosts.longest(event.host()))
}

/// `rundll32.exe 5512`.
pub(super) fn named(process: &Process) -> String {
    let name = process.name();
    process.pid.map_or_else(|| name.to_owned(), |pid| format!("{name} {pid}"))
}

/// `0.6 seconds later`; `0.3 seconds earlier, by that host's clock`.
pub(super) fn later(from: Option<Timestamp>, to: Timestamp) -> String {
    let Some(from) = from else { return "then".to_owned() };
    let secs = to.secs_since(from);
    let span = secs.abs();
    let span = if span < 99.95 {
        format!("{span:.1} seconds")
    } else {
        format!("{:.0} minutes", span / 60.0)
    };
    if secs < 0.0 { format!("{span} earlier by its own clock") } else { format!("{span} later") }
}
