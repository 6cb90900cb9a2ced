//! Sessions that came over the network: the other side's processes are in other logs, or in none.

use super::{
    Conclusion,
    scene::{Child, SECOND, Scene},
};
use crate::model::{Confidence, InferredReason, Logon, LogonIndex};

/// The conclusion that a process was asked for over the network, by the session it runs in.
pub(super) fn asked(
    scene: &Scene<'_>,
    child: &Child<'_>,
    reason: InferredReason,
) -> Option<Conclusion> {
    let at = child.process.logon?;
    let logon = scene.tree.logon(at)?;
    logon.is_remote().then(|| conclusion(at, logon, reason, Confidence::High))
}

/// As [`asked`], where the record of the start says nothing of the session: by the only account and
/// address that logged on over the network right before.
pub(super) fn asked_by_time(
    scene: &Scene<'_>,
    child: &Child<'_>,
    reason: InferredReason,
) -> Option<Conclusion> {
    const JUST_BEFORE: i64 = 5 * SECOND;
    const CANDIDATES: usize = 32;
    let logons = &scene.tree.logons;
    let host = child.process.host.as_str();
    let after = logons
        .partition_point(|logon| (logon.host.as_str(), logon.start) <= (host, Some(child.start)));
    let before = logons.get(..after).unwrap_or_default().iter().enumerate().rev();
    let near = before.take(CANDIDATES).take_while(|(_, logon)| {
        let age = logon.start.map(|start| super::super::record::nanos_between(start, child.start));
        logon.host.as_str() == host && age.is_some_and(|age| age <= JUST_BEFORE)
    });
    let is_person = |logon: &Logon| logon.user.as_deref().is_some_and(|user| !user.ends_with('$'));
    let mut people = near.filter(|(_, logon)| logon.is_remote() && is_person(logon));
    let (at, logon) = people.next()?;
    let who = |logon: &Logon| (logon.user.clone(), logon.source_address.clone());
    if people.any(|(_, other)| who(other) != who(logon)) {
        return None;
    }
    let at = LogonIndex(u32::try_from(at).ok()?);
    Some(conclusion(at, logon, reason, Confidence::Low))
}

/// A program of a person in session 0, where nobody sits: another computer asked for it, and the log
/// of its logon is not here.
pub(super) fn in_no_session(child: &Child<'_>, reason: InferredReason) -> Option<Conclusion> {
    let user = child.process.user.as_deref()?;
    let is_person = !user.to_lowercase().starts_with(r"nt authority\") && !user.ends_with('$');
    // Surrogates run for services too.
    let is_surrogate = child.line().contains("/processid:");
    if child.process.session != Some(0) || !is_person || is_surrogate {
        return None;
    }
    let text = format!("Runs for {user} in session 0: asked for over the network, or by a service");
    Some(Conclusion::hint(reason, Confidence::Low, text))
}

fn conclusion(
    at: LogonIndex,
    logon: &Logon,
    reason: InferredReason,
    confidence: Confidence,
) -> Conclusion {
    let user = logon.user.as_deref().unwrap_or("an unknown account");
    let from = logon.source_address.as_deref().unwrap_or("an unknown address");
    let when = if confidence == Confidence::Low { ", logged on right before" } else { "" };
    let text = format!("Asked for over the network by {user} from {from}{when}");
    let mut conclusion = Conclusion::hint(reason, confidence, text);
    conclusion.logon = Some(at);
    conclusion.with(logon.records.first().copied())
}
