//! Joins the records of a PowerShell script block (4104) into one thing done. It keeps no script text.

use std::collections::HashMap;

use super::{
    activity::{Place, time_of},
    record::{Record, canonical_order},
};
use crate::model::{Activity, ActivityKind, RecordIndex};

/// A script block of one process.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) place: Place,
    pub(super) activity: Activity,
    /// Its records after the first, by part.
    pub(super) further: Vec<RecordIndex>,
}

/// One activity for each script block of each process.
///
/// PowerShell splits a block into parts that share `ScriptBlockId` and count `MessageNumber` up to
/// `MessageTotal`. The activity stands at the first part that is there.
pub(super) fn join(parts: Vec<(Place, Record<'_>)>) -> Vec<Block> {
    let mut blocks: Vec<(Place, Vec<Record<'_>>)> = Vec::new();
    let mut known: HashMap<(Place, String), usize> = HashMap::new();
    for (place, record) in parts {
        let next = blocks.len();
        let at = match record.event.field("ScriptBlockId") {
            Some(id) => {
                let id = id.trim_matches(['{', '}']).to_lowercase();
                *known.entry((place, id)).or_insert(next)
            }
            None => next,
        };
        match blocks.get_mut(at) {
            Some((_, block)) => block.push(record),
            None => blocks.push((place, vec![record])),
        }
    }
    blocks.into_iter().filter_map(|(place, block)| one(place, block)).collect()
}

fn one(place: Place, mut records: Vec<Record<'_>>) -> Option<Block> {
    let number = |record: &Record<'_>| record.event.number("MessageNumber").unwrap_or(1);
    records.sort_by(|left, right| {
        number(left).cmp(&number(right)).then_with(|| canonical_order(left.event, right.event))
    });
    let time = records.iter().filter_map(|record| time_of(record.event)).min();
    let mut indexes = records.iter().map(|record| record.index);
    let record = indexes.next()?;
    let activity = Activity { kind: ActivityKind::Script, by: None, record, time };
    Some(Block { place, activity, further: indexes.collect() })
}
