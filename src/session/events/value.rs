//! The value a record has in what records are counted and sorted by.

use std::borrow::Cow;

use crate::model::{Analysis, Event, RecordIndex, bare_path, file_name};
use crate::session::events::EventGroup;

/// The record's value; `None` where it has none.
///
/// A host is named as in [`Analysis::hosts`], an event id with its channel before it.
pub fn value<'a>(
    analysis: &'a Analysis,
    at: RecordIndex,
    group: &EventGroup,
) -> Option<Cow<'a, str>> {
    let event = analysis.event(at)?;
    let text = match group {
        EventGroup::Host => {
            Cow::Borrowed(analysis.host_of(at).map_or_else(|| event.host(), |host| &host.name))
        }
        EventGroup::Source => Cow::Borrowed(event.channel()),
        EventGroup::EventId => Cow::Owned(format!("{} {}", event.channel(), event.event_id)),
        EventGroup::Provider => Cow::Borrowed(event.provider()),
        EventGroup::Process => Cow::Borrowed(process_name(analysis, at, event)?),
        EventGroup::User => user(analysis, at)?,
        EventGroup::File => Cow::Owned(analysis.source(event.source)?.label()),
        EventGroup::Field(name) => Cow::Borrowed(event.raw(name)?),
    };
    (!text.is_empty()).then_some(text)
}

/// File name of the process the record is about; as the record says where the tree knows of none.
pub(super) fn process_name<'a>(
    analysis: &'a Analysis,
    at: RecordIndex,
    event: &'a Event,
) -> Option<&'a str> {
    let mark = analysis.record_mark(at);
    if let Some(process) = mark.process.and_then(|at| analysis.tree.process(at)) {
        return Some(process.name());
    }
    let image = event.field("Image").or_else(|| event.field("ProcessName"))?;
    Some(file_name(bare_path(image)))
}

/// Process id of the process the record is about, as [`process_name`].
pub(super) fn pid(analysis: &Analysis, at: RecordIndex, event: &Event) -> Option<u32> {
    let mark = analysis.record_mark(at);
    match mark.process.and_then(|at| analysis.tree.process(at)) {
        Some(process) => process.pid,
        None => event.pid("ProcessId").filter(|pid| *pid != 0),
    }
}

/// The account: the one the record names, else that of its process, else the SID of who logged.
pub fn user(analysis: &Analysis, at: RecordIndex) -> Option<Cow<'_, str>> {
    let event = analysis.event(at)?;
    if let Some(user) = event.field("User") {
        return Some(Cow::Borrowed(user));
    }
    let named = |name: &str, domain: &str| {
        let name = event.field(name)?;
        Some(match event.field(domain) {
            Some(domain) => Cow::Owned(format!("{domain}\\{name}")),
            None => Cow::Borrowed(name),
        })
    };
    // Who logs on is the target; the subject is often the computer itself.
    let is_logon = matches!(event.event_id, 4624 | 4625 | 4634 | 4647 | 4672);
    let target = || named("TargetUserName", "TargetDomainName");
    let subject = || named("SubjectUserName", "SubjectDomainName");
    let logged = if is_logon { target().or_else(subject) } else { subject().or_else(target) };
    logged.or_else(|| {
        let process = analysis.record_mark(at).process.and_then(|at| analysis.tree.process(at));
        let user = process.and_then(|process| process.user.as_deref());
        user.or_else(|| event.user_sid()).map(Cow::Borrowed)
    })
}
