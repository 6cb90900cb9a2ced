//! The commands that name other hosts, each with its process and time. What came of them is `pair`.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::Case;
use super::asked::{self, Asked};
use super::directory::Known;
use crate::model::{
    ActivityKind, CrossingKind, Process, ProcessIndex, RecordIndex, Timestamp, is_same_text,
};
use crate::tree::identity::HostId;

/// Layers of decoded text that are read, the innermost.
const MOST_LAYERS: usize = 8;
/// Ancestors that are looked at for the same command: `cmd /c`, PowerShell, `net`, `net1`.
const NEAREST_ANCESTORS: usize = 6;

/// The host a command names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Host(HostId),
    /// More than one host of the logs has the name.
    Ambiguous,
    NoLogs,
}

/// One command and one host it names.
#[derive(Clone, Debug)]
pub(super) struct Ask<'t> {
    pub(super) from: ProcessIndex,
    /// The host the process is on.
    pub(super) host: HostId,
    pub(super) target: Target,
    /// The host as the command has it.
    pub(super) named: &'t str,
    /// The ways by which it names the host, and the share it names.
    pub(super) hows: Vec<CrossingKind>,
    pub(super) share: Option<&'t str>,
    /// Accounts that the command names.
    pub(super) users: Vec<&'t str>,
    /// When the command ran.
    pub(super) time: Option<Timestamp>,
    /// The command line and what it decodes to, or the script.
    pub(super) texts: Vec<&'t str>,
    /// The record of the script, where it is one.
    pub(super) script: Option<RecordIndex>,
}

impl Ask<'_> {
    /// The way that says most: a path on a share stands beside `wmic /node:` or `sc`.
    pub(super) fn how(&self) -> CrossingKind {
        let is_telling = |how: &&CrossingKind| {
            !matches!(how, CrossingKind::Share | CrossingKind::Named | CrossingKind::Credentials)
        };
        let telling = self.hows.iter().find(is_telling);
        telling.or_else(|| self.hows.first()).copied().unwrap_or(CrossingKind::Named)
    }
}

/// All of them.
pub(super) struct Asks<'t> {
    asks: Vec<Ask<'t>>,
    handed_on: HashSet<(ProcessIndex, String), RandomState>,
}

impl<'t> Asks<'t> {
    /// What the command lines and script blocks of these processes ask of other hosts.
    pub(super) fn of(case: &Case<'t>) -> Self {
        let mut asks = Self { asks: Vec::new(), handed_on: HashSet::default() };
        let mut last = None;
        for (at, process) in case.tree.iter() {
            let host = match last {
                Some((known, host)) if known == &process.host => host,
                _ => case.hosts.id(&process.host),
            };
            last = Some((&process.host, host));
            let texts = texts_of(process);
            asks.read((at, host), process.start, &texts, None, case);
            asks.scripts((at, host), process, case);
        }
        asks.hand_on(case);
        asks
    }

    /// Those whose process did not leave them to a child.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Ask<'t>> {
        self.asks
            .iter()
            .filter(|ask| ask.script.is_some() || !self.handed_on.contains(&(ask.from, key(ask))))
    }

    fn read(
        &mut self,
        (from, host): (ProcessIndex, HostId),
        time: Option<Timestamp>,
        texts: &[&'t str],
        script: Option<RecordIndex>,
        case: &Case<'t>,
    ) {
        let first = self.asks.len();
        let mut users: Vec<&'t str> = Vec::new();
        for text in texts.iter().copied() {
            let found = asked::asks(text);
            for user in found.users {
                if !users.contains(&user) {
                    users.push(user);
                }
            }
            for asked in found.hosts {
                let target = match case.directory.resolve(asked.host, host) {
                    Known::Host(target) if target == host => continue,
                    Known::Host(target) => Target::Host(target),
                    Known::Ambiguous => Target::Ambiguous,
                    // A script names hosts in its help and its examples.
                    Known::Unknown if script.is_some() || is_vague(&asked) => continue,
                    Known::Unknown => Target::NoLogs,
                };
                self.note(first, (from, host), target, asked);
            }
        }
        for ask in self.asks.iter_mut().skip(first) {
            ask.users.clone_from(&users);
            texts.clone_into(&mut ask.texts);
            (ask.time, ask.script) = (time, script);
        }
    }

    /// Adds the host, or the way where this command has named the host before.
    fn note(
        &mut self,
        first: usize,
        (from, host): (ProcessIndex, HostId),
        target: Target,
        asked: Asked<'t>,
    ) {
        let known = self.asks.iter_mut().skip(first).find(|known| match (known.target, target) {
            (Target::Host(known), Target::Host(target)) => known == target,
            _ => is_same_text(known.named, asked.host),
        });
        if let Some(known) = known {
            known.share = known.share.or(asked.share);
            if !known.hows.contains(&asked.how) {
                known.hows.push(asked.how);
            }
            return;
        }
        self.asks.push(Ask {
            from,
            host,
            target,
            named: asked.host,
            hows: vec![asked.how],
            share: asked.share,
            users: Vec::new(),
            time: None,
            texts: Vec::new(),
            script: None,
        });
    }

    /// What the script blocks of a process name: a session at a prompt has no command line.
    fn scripts(&mut self, who: (ProcessIndex, HostId), process: &Process, case: &Case<'t>) {
        for activity in &process.activity {
            if activity.kind != ActivityKind::Script {
                continue;
            }
            let event = case.events.get(activity.record.0 as usize);
            let text = event.and_then(|event| Some((event.time, event.raw("ScriptBlockText")?)));
            if let Some((time, text)) = text {
                self.read(who, time, &[text], Some(activity.record), case);
            }
        }
    }

    /// A shell that leaves its command to a child, such as `cmd /c net use`, does not ask twice.
    fn hand_on(&mut self, case: &Case<'_>) {
        let asked: HashSet<(ProcessIndex, String), RandomState> = self
            .asks
            .iter()
            .filter(|ask| ask.script.is_none())
            .map(|ask| (ask.from, key(ask)))
            .collect();
        let mut handed_on = HashSet::default();
        for ask in self.asks.iter().filter(|ask| ask.script.is_none()) {
            for above in case.tree.ancestors(ask.from).take(NEAREST_ANCESTORS) {
                let key = (above, key(ask));
                if asked.contains(&key) {
                    handed_on.insert(key);
                }
            }
        }
        self.handed_on = handed_on;
    }
}

/// The command line and what it decodes to, outermost first.
fn texts_of(process: &Process) -> Vec<&str> {
    let layers = process.decoding.as_deref().map(|decoding| decoding.layers.as_slice());
    let layers = layers.unwrap_or_default();
    let skipped = layers.len().saturating_sub(MOST_LAYERS);
    let inner = layers.iter().skip(skipped).map(|layer| layer.text.as_str());
    process.command_line.as_deref().into_iter().chain(inner).collect()
}

/// A name that may as well be another word: an argument of `ssh` without a dot, a positional one.
fn is_vague(asked: &Asked<'_>) -> bool {
    asked.how == CrossingKind::Ssh && !asked.host.contains('.')
}

/// What makes two commands ask the same host.
fn key(ask: &Ask<'_>) -> String {
    match ask.target {
        Target::Host(host) => format!("#{}", host.0),
        _ => ask.named.to_lowercase(),
    }
}
