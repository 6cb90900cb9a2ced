//! How well a logon or a share access fits a command: by account, by where it came from, by share.

use super::Case;
use super::ask::Ask;
use super::directory::{Fit, address};
use super::effects::user_of;
use super::window::Seen;
use crate::model::{CrossingKind, Event, RecordIndex, Timestamp, is_same_text};
use crate::tree::identity::HostId;

/// Records from the same host that are looked at for one command.
const MOST_OF_SOURCE: usize = 64;
/// Records of the same account that are looked at for one command.
const MOST_OF_USER: usize = 16;
/// What looking at a record costs, in comparisons of two words.
pub(super) const WORK_OF_RECORD: u64 = 16;
/// Where only one of account and source is known, it must have happened within this time.
const SOON_SECS: f64 = 60.0;

/// A logon or share access that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) record: RecordIndex,
    pub(super) time: Timestamp,
    pub(super) user: Fit,
    pub(super) source: Fit,
    /// Whether it is an access to the very share that the command names.
    pub(super) is_named_share: bool,
    pub(super) is_logon: bool,
}

impl Reached {
    /// Whether account and source both fit.
    pub(super) fn is_sure(&self) -> bool {
        self.user == Fit::Same && self.source == Fit::Same
    }
}

/// Those that fit a command at `time` on another host, in time order.
pub(super) fn reached(
    case: &Case<'_>,
    ask: &Ask<'_>,
    (target, time): (HostId, Timestamp),
    users: &[String],
    work: &mut u64,
) -> Vec<Reached> {
    let effects = case.effects;
    let of_source = effects.by_source.within(&(target, ask.host), time, MOST_OF_SOURCE);
    let of_user = users
        .iter()
        .flat_map(|user| effects.by_user.within(&(target, user.clone()), time, MOST_OF_USER));
    let mut seen: Vec<Seen<RecordIndex>> = of_source.chain(of_user).collect();
    seen.sort_by_key(|seen| (seen.time, seen.what));
    seen.dedup_by_key(|seen| seen.what);
    *work = work.saturating_add(WORK_OF_RECORD * (1 + seen.len() as u64));
    seen.into_iter()
        .filter_map(|seen| {
            let event = case.events.get(seen.what.0 as usize)?;
            fit(case, ask, (seen, event), time, users)
        })
        .collect()
}

fn fit(
    case: &Case<'_>,
    ask: &Ask<'_>,
    (seen, event): (Seen<RecordIndex>, &Event),
    time: Timestamp,
    users: &[String],
) -> Option<Reached> {
    let user = user_fit(user_of(event), users);
    let source = case.directory.source_fit(event, ask.host);
    let is_logon = event.event_id == 4624;
    let is_named_share = !is_logon && is_share_of(ask, event)?;
    let is_soon = seen.time.secs_since(time).abs() <= SOON_SECS;
    let is_remote_desktop =
        is_logon && matches!(event.number("LogonType"), Some(7 | 10)) && is_by_screen(ask);
    let fits = match (source, user) {
        (Fit::Same, Fit::Same | Fit::Unknown) => true,
        // Another account: the credentials were asked for, or those of the session are others.
        (Fit::Same, Fit::Different) => is_remote_desktop || (is_named_share && is_soon),
        (Fit::Unknown, Fit::Same) => is_soon,
        (Fit::Unknown | Fit::Different, _) => false,
    };
    let record = seen.what;
    fits.then_some(Reached { record, time: seen.time, user, source, is_named_share, is_logon })
}

fn is_by_screen(ask: &Ask<'_>) -> bool {
    let by_screen = [CrossingKind::RemoteDesktop, CrossingKind::Credentials];
    ask.hows.iter().any(|how| by_screen.contains(how))
}

/// Whether the access is to the share that the command names; `None` where it is to one that the
/// command does not use. Every way by SMB goes through `IPC$`, and `PsExec` through `ADMIN$`.
fn is_share_of(ask: &Ask<'_>, event: &Event) -> Option<bool> {
    let name = event.field("ShareName")?;
    let name = name.rsplit('\\').next().unwrap_or(name);
    if let Some(share) = ask.share
        && is_same_text(share, name)
    {
        return Some(true);
    }
    let is_admin = ask.hows.contains(&CrossingKind::PsExec) && is_same_text(name, "ADMIN$");
    (is_admin || is_same_text(name, "IPC$")).then_some(false)
}

/// How an account fits those that a command may run as.
pub(super) fn user_fit(user: Option<&str>, users: &[String]) -> Fit {
    match user {
        None => Fit::Unknown,
        Some(_) if users.is_empty() => Fit::Unknown,
        Some(user) if users.iter().any(|known| is_same_text(known, user)) => Fit::Same,
        Some(_) => Fit::Different,
    }
}

/// The accounts that a command may act as on another host, in small letters and without domain:
/// its own, those it names, those of explicit credentials, the computer's own for a service.
pub(super) fn users_of(
    case: &Case<'_>,
    ask: &Ask<'_>,
    (target, time): (HostId, Timestamp),
) -> Vec<String> {
    let mut users: Vec<String> = Vec::new();
    let mut add = |user: &str| {
        let user = user.rsplit('\\').next().unwrap_or(user).to_lowercase();
        if !user.is_empty() && !users.contains(&user) {
            users.push(user);
        }
    };
    ask.users.iter().for_each(|user| add(user));
    let Some(process) = case.tree.process(ask.from) else { return users };
    // Explicit credentials: the same session, or the same process.
    for seen in case.effects.credentials.within(&(ask.host, target), time, MOST_OF_USER) {
        let Some(event) = case.events.get(seen.what.0 as usize) else { continue };
        let logon = event.number("SubjectLogonId").map(|logon| format!("{logon:#x}"));
        let is_session = logon.is_some() && logon.as_deref() == process.logon_id.as_deref();
        let is_process = event.pid("ProcessId").is_some() && event.pid("ProcessId") == process.pid;
        if is_session || is_process {
            event.field("TargetUserName").into_iter().for_each(&mut add);
        }
    }
    if process.integrity.as_deref() == Some("System")
        && let Some(name) = case.directory.name(ask.host)
    {
        add(&format!("{}$", name.label));
    }
    process.user.as_deref().into_iter().for_each(add);
    users
}

/// Where a logon or share access came from, as its record has it.
pub(super) fn source_of(event: &Event) -> Option<String> {
    let from = event.field("IpAddress").and_then(address).map(|address| address.to_string());
    from.or_else(|| event.field("WorkstationName").map(str::to_owned))
}
