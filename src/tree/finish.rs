//! From drafts to the tree that is handed out: order, keys, children. It decides nothing about links.

use std::collections::HashMap;

use super::{draft::Draft, identity::Hosts, stub};
use crate::model::{Process, ProcessIndex, ProcessTree, Timestamp};

/// Sorts, names and joins the processes.
pub(super) fn tree(
    mut drafts: Vec<Draft<'_>>,
    hosts: &Hosts,
    log_begins: &[Option<Timestamp>],
) -> ProcessTree {
    for draft in &mut drafts {
        hosts.shown(draft.host).clone_into(&mut draft.process.host);
        draft.process.key = key(draft);
        if draft.process.stub.is_some() {
            let begin = log_begins.get(draft.host.0 as usize).copied().flatten();
            draft.process.stub = Some(stub::reason(draft, begin));
        }
    }
    // Positions are sorted and not the drafts: a draft is near a kilobyte.
    let mut sorted: Vec<usize> = (0..drafts.len()).collect();
    sorted.sort_by_key(|at| (drafts.get(*at).map(|draft| order(&draft.process)), *at));
    let mut place = vec![ProcessIndex(0); drafts.len()];
    for (index, at) in (0u32..).map(ProcessIndex).zip(&sorted) {
        if let Some(place) = place.get_mut(*at) {
            *place = index;
        }
    }
    let mut tree = ProcessTree {
        processes: Vec::with_capacity(drafts.len()),
        children: vec![Vec::new(); drafts.len()],
        roots: Vec::new(),
    };
    let mut keys = HashMap::with_capacity(drafts.len());
    let mut drafts: Vec<Option<Draft<'_>>> = drafts.into_iter().map(Some).collect();
    let in_order = sorted.into_iter().filter_map(|at| drafts.get_mut(at).and_then(Option::take));
    for (index, draft) in (0u32..).map(ProcessIndex).zip(in_order) {
        let mut process = draft.process;
        make_unique(&mut process.key, &mut keys);
        process.parent = draft.parent.and_then(|at| place.get(at).copied());
        let siblings = process.parent.and_then(|parent| tree.children.get_mut(parent.0 as usize));
        siblings.unwrap_or(&mut tree.roots).push(index);
        tree.processes.push(process);
    }
    tree
}

/// By host, start, process id and key; a process without a start was there before, so it is first.
fn order(process: &Process) -> (&str, Option<Timestamp>, Option<u32>, &str) {
    (&process.host, process.start, process.pid, &process.key)
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
fn make_unique(key: &mut String, keys: &mut HashMap<String, u32>) {
    let mut count = keys.get(key).copied().unwrap_or(0) + 1;
    if count > 1 {
        while keys.contains_key(&format!("{key}#{count}")) {
            count += 1;
        }
        keys.insert(key.clone(), count);
        *key = format!("{key}#{count}");
    }
    keys.insert(key.clone(), 1);
}
