//! Processes that records speak of by GUID and no start record describes.

use std::collections::HashSet;

use super::{
    draft::{Draft, owned},
    forest::Forest,
    identity::{Guid, HostId},
    image_path::images_contradict,
    mention::{Mention, Role, mentions},
    record::{Record, Records, nanos_between, plus_nanos},
};
use crate::model::Timestamp;

/// The second in a GUID and the time of a 4688 record of the same start differ by no more.
const GUID_START_NANOS: i64 = 2_000_000_000;
/// How many starts of one id around a GUID's second are looked at.
const CANDIDATES: usize = 16;

/// A GUID on a host, and the best word on it.
type SpokenOf<'a> = (HostId, Guid<'a>, Mention<'a>);

/// The GUIDs without a start record that records speak of.
pub(super) struct Spoken<'a> {
    /// Those of Sysmon, which tell the second of the start.
    sysmon: Vec<SpokenOf<'a>>,
    /// Those of other sensors.
    others: Vec<SpokenOf<'a>>,
}

impl<'a> Spoken<'a> {
    /// `exits` are those whose GUID no start has.
    pub(super) fn of(forest: &Forest<'a>, records: &Records<'a>, exits: &[Record<'a>]) -> Self {
        let (sysmon, others) = mentions(forest, records, exits)
            .into_iter()
            .partition(|(_, guid, _)| matches!(guid, Guid::Windows(_)));
        Self { sysmon, others }
    }

    /// Gives every GUID of Sysmon's a process: a start that can be no other, or else a stub.
    pub(super) fn place_sysmon(&self, forest: &mut Forest<'a>) {
        place(forest, &self.sysmon);
    }

    /// Gives every other sensor's name of a process one: what has a name of Sysmon's may be it.
    pub(super) fn place_others(&self, forest: &mut Forest<'a>) {
        place(forest, &self.others);
        let aliases = std::mem::take(&mut forest.aliases);
        #[expect(clippy::iter_over_hash_type, reason = "each alias is looked up on its own")]
        for ((host, alias), guid) in aliases {
            if let Some(at) = forest.by_guid.get(&(host, guid)).copied() {
                forest.by_guid.entry((host, alias)).or_insert(at);
            }
        }
    }
}

/// Gives these GUIDs processes; no two of them are one.
fn place<'a>(forest: &mut Forest<'a>, mentions: &[SpokenOf<'a>]) {
    if mentions.is_empty() {
        return;
    }
    adopt(forest, mentions);
    let mut undated = Vec::new();
    for (host, guid, mention) in mentions {
        if !forest.by_guid.contains_key(&(*host, *guid)) {
            let stub = stub_of(*host, *guid, mention);
            if stub.process.start.is_some() {
                forest.by_guid.insert((*host, *guid), forest.drafts.len());
                forest.drafts.push(stub);
            } else {
                undated.push((*host, *guid, mention, stub));
            }
        }
    }
    forest.timeline.renew(&forest.drafts);
    undated.sort_by_key(|(host, guid, _, stub)| (*host, stub.first_seen, *guid));
    let mut taken = HashSet::new();
    for (host, guid, mention, stub) in undated {
        // A GUID that tells no time does not contradict a start without GUID: the id decides.
        let holder = stub.process.pid.zip(stub.first_seen).and_then(|(pid, seen)| {
            let at = forest.alive_at((host, pid), seen, mention.image(), None)?;
            (forest.get(at)?.lacks(guid) && guid.start().is_none() && taken.insert(at))
                .then_some(at)
        });
        match holder {
            Some(at) => {
                forest.by_guid.insert((host, guid), at);
                forest.held.insert((host, guid));
            }
            None => {
                forest.add_stub(stub);
            }
        }
    }
}

/// Gives a GUID to the start of the same host, id, image and second that has none of its kind,
/// nearest first and one to one: while Sysmon was silent Security still saw the process that Sysmon
/// names as a parent, and Defender's parent may have Sysmon's record or stub.
fn adopt<'a>(forest: &mut Forest<'a>, mentions: &[SpokenOf<'a>]) {
    let mut pairs = Vec::new();
    for (at, (host, guid, mention)) in mentions.iter().enumerate() {
        let Some(pid) = mention.pid() else { continue };
        for start in mention.starts(*guid).into_iter().flatten() {
            let earliest = plus_nanos(start, -GUID_START_NANOS);
            let latest = plus_nanos(start, GUID_START_NANOS);
            let near = forest.timeline.started_within((*host, pid), earliest, latest, CANDIDATES);
            for holder in near {
                let Some(draft) = forest.get(holder).filter(|draft| draft.can_adopt(*guid)) else {
                    continue;
                };
                if let Some(time) = draft.process.start
                    && !images_contradict(draft.process.image.as_deref(), mention.image())
                {
                    pairs.push((nanos_between(start, time).saturating_abs(), at, holder));
                }
            }
        }
    }
    pairs.sort_unstable();
    for (_, at, holder) in pairs {
        let Some((host, guid, _)) = mentions.get(at) else { continue };
        let key = (*host, *guid);
        if let Some(draft) = forest.drafts.get_mut(holder)
            && draft.can_adopt(*guid)
            && !forest.by_guid.contains_key(&key)
        {
            draft.adopt(*guid);
            forest.by_guid.insert(key, holder);
        }
    }
}

fn stub_of<'a>(host: HostId, guid: Guid<'a>, mention: &Mention<'a>) -> Draft<'a> {
    let mut stub = Draft::stub(host, Some(guid));
    let [_, _, user] = mention.role.names();
    stub.process.pid = mention.pid();
    stub.process.image = owned(mention.image());
    stub.process.user = owned(mention.event.field(user));
    if mention.role == Role::Parent {
        stub.process.command_line = owned(mention.event.field("ParentCommandLine"));
    }
    stub.seen(mention.first_seen);
    // A process is there before it is seen; a start after that is by another clock.
    let can_be = |start: &Timestamp| {
        mention.first_seen.is_none_or(|seen| nanos_between(seen, *start) <= GUID_START_NANOS)
    };
    let [likelier, other] = mention.starts(guid).map(|start| start.filter(can_be));
    stub.process.start = likelier.or(other);
    stub.process.start_disputed =
        stub.process.start.is_some() && stub.process.start != guid.start();
    stub
}
