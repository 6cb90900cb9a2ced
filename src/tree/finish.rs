//! From drafts to the tree that is handed out: order, keys, children. It decides nothing about links.

use std::{collections::HashMap, hash::BuildHasher as _};

use foldhash::fast::RandomState;

use super::{draft::Draft, identity::Hosts, interner::Interner, reason, telemetry::HostLogs};
use crate::model::{ProcessIndex, ProcessTree, Text};

/// Sorts, names and joins the processes.
pub(super) fn tree(mut drafts: Vec<Draft<'_>>, hosts: &Hosts, logs: &[HostLogs]) -> ProcessTree {
    let mut names = Interner::default();
    for draft in &mut drafts {
        draft.process.host = names.text(hosts.shown(draft.host));
        draft.process.key = Text::from(key(draft));
        if draft.process.stub.is_some()
            && let Some(logs) = logs.get(draft.host.0 as usize)
        {
            draft.process.stub = Some(reason::reason(draft, logs));
        }
    }
    let sorted = in_order(&drafts);
    let mut place = vec![ProcessIndex(0); drafts.len()];
    for (index, at) in (0u32..).map(ProcessIndex).zip(&sorted) {
        if let Some(place) = place.get_mut(*at) {
            *place = index;
        }
    }
    let mut processes = Vec::with_capacity(drafts.len());
    let mut keys = has_twins(&drafts).then(HashMap::new);
    let mut drafts: Vec<Option<Draft<'_>>> = drafts.into_iter().map(Some).collect();
    let in_order = sorted.into_iter().filter_map(|at| drafts.get_mut(at).and_then(Option::take));
    for draft in in_order {
        let mut process = draft.process;
        if let Some(keys) = &mut keys {
            make_unique(&mut process.key, keys);
        }
        process.parent = draft.parent.and_then(|at| place.get(at).copied());
        processes.push(process);
    }
    ProcessTree::of(processes)
}

/// The positions of the drafts by host, start, process id and key; a process without a start was
/// there before, so it is first.
///
/// Positions are sorted and not the drafts: a draft is near a kilobyte. Hosts are compared once
/// each, and keys where all else is equal.
fn in_order(drafts: &[Draft<'_>]) -> Vec<usize> {
    let mut names: Vec<&str> = Vec::new();
    for draft in drafts {
        if names.last() != Some(&draft.process.host.as_str()) {
            names.push(&draft.process.host);
        }
    }
    names.sort_unstable();
    names.dedup();
    let ranks: HashMap<&str, usize, RandomState> =
        names.into_iter().enumerate().map(|(rank, name)| (name, rank)).collect();
    let mut sorted: Vec<_> = drafts
        .iter()
        .enumerate()
        .map(|(at, Draft { process, .. })| {
            let rank = ranks.get(process.host.as_str()).copied().unwrap_or_default();
            (rank, process.start, process.pid, at)
        })
        .collect();
    let key = |at: usize| drafts.get(at).map(|draft| draft.process.key.as_str());
    sorted.sort_unstable_by(|left, right| {
        let (left_at, right_at) = (left.3, right.3);
        (left.0, left.1, left.2)
            .cmp(&(right.0, right.1, right.2))
            .then_with(|| key(left_at).cmp(&key(right_at)))
            .then(left_at.cmp(&right_at))
    });
    sorted.into_iter().map(|(.., at)| at).collect()
}

/// Whether two keys may be the same, told by their hashes.
fn has_twins(drafts: &[Draft<'_>]) -> bool {
    let state = RandomState::default();
    let mut hashes: Vec<u64> =
        drafts.iter().map(|draft| state.hash_one(draft.process.key.as_str())).collect();
    hashes.sort_unstable();
    hashes.windows(2).any(|pair| pair.first() == pair.last())
}

/// `host|guid`, else `host|pid|start`; a stub without a start has `~` and the time of the first
/// record that speaks of it, or its image where that has no time either.
fn key(draft: &Draft<'_>) -> String {
    let process = &draft.process;
    let host = process.host.to_lowercase();
    if let Some(guid) = &process.guid {
        return format!("{host}|{guid}");
    }
    let pid = process.pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
    let when = match (process.start, draft.first_seen, &process.image) {
        (Some(start), ..) => start.to_string(),
        (None, Some(seen), _) => format!("~{seen}"),
        (None, None, Some(image)) => format!("~{}", image.to_lowercase()),
        (None, None, None) => "~".to_owned(),
    };
    format!("{host}|{pid}|{when}")
}

/// Two processes of one id and one time can only come from damaged or made-up records; still no
/// key may stand for two.
fn make_unique(key: &mut Text, keys: &mut HashMap<Text, u32>) {
    let mut count = keys.get(key).copied().unwrap_or(0) + 1;
    if count > 1 {
        while keys.contains_key(format!("{key}#{count}").as_str()) {
            count += 1;
        }
        keys.insert(key.clone(), count);
        *key = Text::from(format!("{key}#{count}"));
    }
    keys.insert(key.clone(), 1);
}
