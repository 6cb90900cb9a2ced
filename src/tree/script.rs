//! Joins the parts of a PowerShell script block (4104) into one thing done. It keeps no script text.

use std::collections::{HashMap, HashSet};

use super::{
    activity::time_of,
    record::{Record, canonical_order},
    text::first_line,
};
use crate::model::{Activity, ActivityKind, file_name};

/// One activity for each script block of each process.
///
/// PowerShell splits a block into parts that share `ScriptBlockId` and count `MessageNumber` up to
/// `MessageTotal`. The activity stands at the first part that is there; where parts are missing the
/// text says so: `u.ps1, 2 of 3 parts logged`.
pub(super) fn join(parts: Vec<(usize, Record<'_>)>) -> Vec<(usize, Activity)> {
    let mut blocks: Vec<(usize, Vec<Record<'_>>)> = Vec::new();
    let mut known: HashMap<(usize, String), usize> = HashMap::new();
    for (doer, record) in parts {
        let next = blocks.len();
        let at = match record.event.field("ScriptBlockId") {
            Some(id) => {
                let id = id.trim_matches(['{', '}']).to_lowercase();
                *known.entry((doer, id)).or_insert(next)
            }
            None => next,
        };
        match blocks.get_mut(at) {
            Some((_, block)) => block.push(record),
            None => blocks.push((doer, vec![record])),
        }
    }
    blocks
        .into_iter()
        .filter_map(|(doer, block)| activity(block).map(|activity| (doer, activity)))
        .collect()
}

fn activity(mut block: Vec<Record<'_>>) -> Option<Activity> {
    let number = |record: &Record<'_>| record.event.number("MessageNumber").unwrap_or(1);
    block.sort_by(|left, right| {
        number(left).cmp(&number(right)).then_with(|| canonical_order(left.event, right.event))
    });
    let first = block.first()?;
    let numbers: HashSet<u64> = block.iter().map(number).collect();
    let total =
        block.iter().filter_map(|record| record.event.number("MessageTotal")).max().unwrap_or(1);
    let path = block.iter().find_map(|record| record.event.field("Path"));
    let name = match path {
        Some(path) => file_name(path).to_owned(),
        None => first_line(first.event.field("ScriptBlockText").unwrap_or_default()),
    };
    let text = if numbers.len() as u64 >= total {
        name
    } else {
        format!("{name}, {} of {total} parts logged", numbers.len())
    };
    let time = block.iter().filter_map(|record| time_of(record.event)).min();
    Some(Activity { kind: ActivityKind::Script, time, text, record: first.index })
}
