//! Pairs a command on one host that names another with what happened there, and connections of
//! remote administration with the logon they made. Conclusions from two logs: no parent is changed.
//!
//! `words`, `verb` and `asked` read commands; `directory` knows hosts by name and address; `effects`
//! holds what may have come of a command, `window` the part of it near in time; `ask` collects the commands, `pair` judges them, `connection`
//! does the same for connections, `wording` says it in sentences.

mod ask;
mod asked;
mod connection;
mod directory;
mod effects;
mod fit;
mod pair;
mod same_line;
mod verb;
mod window;
mod wording;
mod words;

pub(super) use self::effects::reads_fields;
use self::{
    ask::{Ask, Asks, Target},
    directory::Directory,
    effects::Effects,
    pair::Pairing,
};
use crate::model::{Crossing, CrossingEnd, Event, Lead, LeadState, ProcessTree};
use crate::tree::Hosts;

/// What leads from host to host in a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcrossHosts {
    /// The pairs, by who began them and when.
    pub crossings: Vec<Crossing>,
    /// Commands that name a host where nothing was found for them, by who ran them.
    pub leads: Vec<Lead>,
}

/// Everything needed to judge.
#[derive(Clone, Copy)]
struct Case<'a> {
    events: &'a [Event],
    hosts: &'a Hosts,
    tree: &'a ProcessTree,
    directory: &'a Directory,
    effects: &'a Effects,
}

/// What the commands of these processes, decoded before, and their connections did on other hosts
/// of the same records.
///
/// A command is paired with what stands in the other host's log from five seconds before it to ten
/// minutes after, by the clocks of the two hosts, which may differ; an account, an address, a name
/// or the command itself must fit. Hosts are told apart by name and by the addresses that records
/// give them. Work and memory grow with the records and not with their square.
pub fn across_hosts(events: &[Event], hosts: &Hosts, tree: &ProcessTree) -> AcrossHosts {
    let mut directory = Directory::of(hosts);
    let mut effects = Effects::default();
    if hosts.len() > 1 {
        effects = Effects::of(events, hosts, tree, &mut directory);
    }
    let case = Case { events, hosts, tree, directory: &directory, effects: &effects };
    let asks = Asks::of(&case);
    let mut found = AcrossHosts::default();
    let mut pairing = Pairing::new(&case);
    for ask in asks.iter() {
        match lead_of(&case, ask) {
            Some(state) => found.leads.extend(wording::lead(&case, ask, state)),
            None => match pairing.pair(ask) {
                Ok(crossing) => found.crossings.push(crossing),
                Err(state) => found.leads.extend(wording::lead(&case, ask, state)),
            },
        }
    }
    connection::add(&case, &mut found.crossings);
    in_order(&mut found);
    found
}

/// Why the command can be paired with nothing, where that is known without looking.
fn lead_of(case: &Case<'_>, ask: &Ask<'_>) -> Option<LeadState> {
    let target = match ask.target {
        Target::Host(host) => host,
        Target::Ambiguous => return Some(LeadState::Ambiguous),
        Target::NoLogs => return Some(LeadState::NoLogs),
    };
    let Some(time) = ask.time else { return Some(LeadState::NoTime) };
    let told = case.effects.told.get(target.0 as usize).copied().unwrap_or_default();
    let (Some(first), Some(last)) = (told.first, told.last) else {
        return Some(LeadState::NotCovered);
    };
    let is_covered = first <= time.plus_secs(window::LATEST_SECS)
        && time.plus_secs(-window::EARLIEST_SECS) <= last;
    (!is_covered).then_some(LeadState::NotCovered)
}

fn in_order(found: &mut AcrossHosts) {
    let end = |end: &CrossingEnd| match end {
        CrossingEnd::Process(at) => (0, at.0),
        CrossingEnd::Record { record, .. } => (1, record.0),
    };
    found
        .crossings
        .sort_by_key(|crossing| (crossing.from, crossing.time, end(&crossing.to), crossing.how));
    // Several commands of a session may be paired with one thing; the first of them, which is the
    // surest where times are equal, stands for all.
    found.crossings.dedup_by(|next, kept| next.from == kept.from && next.to == kept.to);
    found.leads.sort_by(|left, right| {
        (left.from, &left.host, left.how).cmp(&(right.from, &right.host, right.how))
    });
    found.leads.dedup_by(|next, kept| next.from == kept.from && next.host == kept.host);
}
