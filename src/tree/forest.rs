//! The processes under construction with the indexes over them. Not the rules that fill them.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::{
    clock::{Clocks, Numbers, is_before},
    draft::Draft,
    identity::{Guid, HostId},
    image_path::images_contradict,
    lifetime::{Reboots, SLACK_NANOS, Timeline, is_alive},
    merge::{Aliases, ByGuid},
    record::{nanos_between, plus_nanos},
    telemetry::HostLogs,
};
use crate::model::Timestamp;

/// All drafts, and who is who by GUID and by process id.
#[derive(Debug)]
pub(super) struct Forest<'a> {
    pub(super) drafts: Vec<Draft<'a>>,
    /// Every GUID that a record speaks of, once the stubs are made.
    pub(super) by_guid: ByGuid<'a>,
    pub(super) aliases: Aliases<'a>,
    /// GUIDs that tell no time, of which the process is known by its id alone.
    pub(super) held: HashSet<(HostId, Guid<'a>), RandomState>,
    pub(super) timeline: Timeline,
    pub(super) reboots: Reboots,
    /// Where the times of each host go back.
    pub(super) clocks: Clocks,
    /// What the logs of each host could have seen.
    pub(super) logs: Vec<HostLogs>,
}

impl<'a> Forest<'a> {
    pub(super) fn get(&self, at: usize) -> Option<&Draft<'a>> {
        self.drafts.get(at)
    }

    /// The newest process of this id that had started by this time.
    ///
    /// Nobody where that process had ended, the host has rebooted since, or the image is another:
    /// an older holder of the id must have been gone by then, so it is never the answer.
    pub(super) fn alive_at(
        &self,
        (host, pid): (HostId, u32),
        time: Timestamp,
        image: Option<&str>,
        not: Option<usize>,
    ) -> Option<usize> {
        let at = self.timeline.newest((host, pid), time, not)?;
        let draft = self.get(at)?;
        let fits = is_alive(draft, time, &self.reboots)
            && !images_contradict(draft.process.image.as_deref(), image);
        fits.then_some(at)
    }

    /// As [`Self::alive_at`] for a record of these numbers, which tell what came first where the
    /// clock was set back; where they do not, nobody knows.
    pub(super) fn alive_before(
        &self,
        key: (HostId, u32),
        (time, numbers): (Timestamp, Numbers),
        image: Option<&str>,
        not: Option<usize>,
    ) -> Option<usize> {
        const MOST: usize = 16;
        let Some(shown) = self.clocks.shown_before(key.0, time) else {
            return self.alive_at(key, time, image, not);
        };
        let after = plus_nanos(time, SLACK_NANOS + 1);
        let mut last = None;
        for at in self.timeline.started_within(key, after, shown, MOST) {
            let Some(draft) = self.get(at).filter(|_| Some(at) != not) else { continue };
            if is_before(draft.numbers, numbers)? {
                last = Some((at, draft));
            }
        }
        let Some((at, draft)) = last else { return self.alive_at(key, time, image, not) };
        // It started by the old clock. So did it end if its end lies after; else by the new one.
        let has_ended = draft.process.end.is_some_and(|end| {
            draft.process.start.is_some_and(|start| start <= end)
                || nanos_between(end, time) > SLACK_NANOS
        });
        let fits = !has_ended && !images_contradict(draft.process.image.as_deref(), image);
        fits.then_some(at)
    }

    /// Adds a stub; one with a process id but no start takes its place in time from the end of who
    /// held the id before it, or a reboot. Where no end is logged, it is there from when it was first
    /// seen: until then nothing says that the known holder had gone.
    pub(super) fn add_stub(&mut self, mut stub: Draft<'a>) -> usize {
        let at = self.drafts.len();
        if let Some(pid) = stub.process.pid {
            let key = (stub.host, pid);
            match (stub.process.start, stub.first_seen) {
                (Some(start), _) => self.timeline.insert(key, Some(start), at),
                (None, Some(seen)) => {
                    let (since, is_vacant) = self.left_before(key, seen);
                    stub.started_after = since;
                    let from = if is_vacant { since } else { Some(seen) };
                    stub.held_from = from;
                    self.timeline.insert(key, from, at);
                }
                (None, None) => {}
            }
        }
        if let Some(guid) = stub.guid {
            self.by_guid.insert((stub.host, guid), at);
        }
        self.drafts.push(stub);
        at
    }

    /// Makes room for a stub that held the id at this time: a stub of another image which was seen
    /// only later, and of which nobody knows the start, must have started after.
    pub(super) fn make_room(&mut self, key: (HostId, u32), time: Timestamp, image: Option<&str>) {
        // Forged records could make room for each other without end.
        const MOST_MOVED: usize = 4;
        for _ in 0..MOST_MOVED {
            let newest = self.timeline.newest(key, time, None);
            let Some((at, holder)) = newest.and_then(|at| Some((at, self.drafts.get_mut(at)?)))
            else {
                return;
            };
            let is_later = holder.process.stub.is_some()
                && holder.process.start.is_none()
                && holder.first_seen.is_some_and(|seen| nanos_between(time, seen) > SLACK_NANOS)
                && images_contradict(holder.process.image.as_deref(), image);
            if !is_later {
                return;
            }
            let from = Some(plus_nanos(time, SLACK_NANOS + 1));
            self.timeline.remove(key, holder.held_from, at);
            holder.held_from = from;
            holder.started_after = holder.started_after.max(Some(time));
            self.timeline.insert(key, from, at);
        }
    }

    /// The last sign, up to a time, that somebody else held the id or that the host rebooted; and
    /// whether the id was free from then on.
    fn left_before(&self, key: (HostId, u32), time: Timestamp) -> (Option<Timestamp>, bool) {
        let reboot = self.reboots.last_until(key.0, time);
        let holder = self.timeline.newest(key, time, None).and_then(|at| self.get(at));
        let Some(holder) = holder else { return (reboot, true) };
        let seen = holder.first_seen.filter(|seen| *seen <= time);
        let held = holder.process.start.max(seen);
        let end = holder.process.end.filter(|end| *end <= time);
        let is_vacant = end.is_some() || held.is_none() || reboot > held;
        (end.or(held).max(reboot), is_vacant)
    }
}
