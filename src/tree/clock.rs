//! When the clock of a host was set back: then a later record can have an earlier time. It moves
//! no time; all stand as logged.

use super::{
    identity::HostId,
    record::{Log, Records, nanos_between},
};
use crate::model::{Event, Timestamp};

/// The stretches of time that a host's clock went through twice.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    /// For each host the times to which the clock was set back, sorted, and the latest time that
    /// it had shown when that or one before was set.
    by_host: Vec<Vec<(Timestamp, Timestamp)>>,
}

impl Clocks {
    /// From Kernel-General 1 (`OldTime`, `NewTime`) and Security 4616 (`PreviousTime`, `NewTime`).
    ///
    /// Sources: the manifest of Microsoft-Windows-Kernel-General; Microsoft, "4616(S): The system
    /// time was changed". A clock that was set forward leaves the order of records right.
    pub(super) fn of(records: &Records<'_>, hosts: usize) -> Self {
        let mut by_host = vec![Vec::new(); hosts];
        let security = records
            .deeds
            .iter()
            .filter(|(log, record)| *log == Log::Security && record.event.event_id == 4616);
        let kernel = records.system.iter().filter(|record| {
            let provider = record.event.provider();
            record.event.event_id == 1
                && provider.eq_ignore_ascii_case("Microsoft-Windows-Kernel-General")
        });
        for record in kernel.chain(security.map(|(_, record)| record)) {
            let times = back(record.event).zip(by_host.get_mut(record.host.0 as usize));
            if let Some((step, steps)) = times {
                steps.push(step);
            }
        }
        for steps in &mut by_host {
            steps.sort_unstable();
            let mut latest = None;
            for (_, old) in steps.iter_mut() {
                *old = latest.map_or(*old, |latest: Timestamp| latest.max(*old));
                latest = Some(*old);
            }
        }
        Self { by_host }
    }

    /// The latest time that the clock had shown before it came to this time again; `None` where
    /// it did not.
    pub(super) fn shown_before(&self, host: HostId, time: Timestamp) -> Option<Timestamp> {
        let steps = self.by_host.get(host.0 as usize)?;
        let before = steps.partition_point(|(new, _)| *new <= time);
        let (_, old) = steps.get(before.checked_sub(1)?)?;
        (*old > time).then_some(*old)
    }
}

/// The new and the old time where a record tells that the clock was set back.
fn back(event: &Event) -> Option<(Timestamp, Timestamp)> {
    let time = |name: &str| event.field(name).and_then(Timestamp::parse);
    let (new, old) = (time("NewTime")?, time("OldTime").or_else(|| time("PreviousTime"))?);
    (nanos_between(new, old) > super::lifetime::SLACK_NANOS).then_some((new, old))
}

/// The record numbers of a start or an end in the Sysmon and in the Security log.
pub(super) type Numbers = [Option<u64>; 2];

/// Whether the first was written before the second; `None` where no log has both.
pub(super) fn is_before(first: Numbers, second: Numbers) -> Option<bool> {
    let both = first.into_iter().zip(second).find_map(|(first, second)| first.zip(second));
    both.map(|(first, second)| first < second)
}
