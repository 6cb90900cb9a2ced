//! Makes processes of events: who started whom, and what each did.
//!
//! It reads the records of all sensors together. In this order:
//! - `identity` and `image_path` say what is the same host, process and image
//! - `record` picks the records
//! - `merge` makes one process of the records of one start
//! - `lifetime` says who held a process id when, `clock` where times go back, `exit` ends processes
//! - `mention` and `stub` stand in for those without a start record, `reason` says why there is
//!   none by what `telemetry` knows of the logs
//! - `link` finds parents
//! - `activity` says what each did, `doer` who did it
//! - `finish` puts all in order
//! - `logon` says in which session each ran
//!
//! `provenance` tells on demand which record said what. [`across_hosts`] comes when commands are
//! decoded, and pairs what one host asked of another; so does [`infer`], which concludes who asked for
//! a process where its parent is only Windows' helper. It judges nothing: that is `detect`.

mod across_hosts;
mod activity;
mod clock;
mod doer;
mod draft;
mod exit;
mod finish;
mod forest;
mod identity;
mod image_path;
mod inferred;
mod interner;
mod lifetime;
mod link;
mod logon;
mod mention;
mod merge;
mod provenance;
mod reason;
mod record;
mod script;
mod stub;
mod telemetry;
mod told;

use std::collections::HashSet;

pub use self::{
    across_hosts::{AcrossHosts, across_hosts},
    identity::Hosts,
    inferred::infer,
    provenance::provenance,
    record::reads_fields,
};
use self::{
    clock::Clocks,
    forest::Forest,
    lifetime::{Reboots, Timeline},
    merge::Starts,
    record::Records,
    stub::Spoken,
};
use crate::model::{Event, ProcessTree};

/// The processes that these records tell of, with their parents and what they did.
///
/// A process is host and `ProcessGuid`, or host, process id and start. A parent is found by
/// `ParentProcessGuid`, else by process id within a lifetime and never across an exit, a reboot or
/// an image that contradicts the child's record, else it is a stub. A process that records speak
/// of without its start (a parent, an exit, a connection) is a stub too, so nothing is lost.
///
/// The order of `events` decides nothing but the [`RecordIndex`](crate::model::RecordIndex)es.
/// Every record of a start or an end is a witness, one that was read from two files twice.
pub fn build(events: &[Event]) -> ProcessTree {
    build_among(events, &Hosts::of(events), 1)
}

/// As [`build`], with the hosts of these records known and the work that can be shared out shared
/// out over threads; their number does not change the result.
pub fn build_among(events: &[Event], hosts: &Hosts, threads: usize) -> ProcessTree {
    let mut records = Records::of(events, hosts);
    let clocks = Clocks::of(&records, hosts.len());
    let logs = telemetry::of(&records, hosts.len());
    let Starts { drafts, by_guid, aliases } = merge::starts(&records, threads);
    let exits = std::mem::take(&mut records.exits);
    let timeline = Timeline::of(&drafts);
    let reboots = Reboots::of(&records.system, hosts.len());
    let mut forest = Forest {
        drafts,
        by_guid,
        aliases,
        held: HashSet::default(),
        timeline,
        reboots,
        clocks,
        logs,
    };
    let exits = exit::by_guid(&mut forest, exits);
    let spoken = Spoken::of(&forest, &records, &exits);
    spoken.place_sysmon(&mut forest);
    // Whose start is not logged must be there before ends are given out by process id.
    let exits = exit::by_guid(&mut forest, exits);
    let exits = exit::by_pid(&mut forest, exits);
    spoken.place_others(&mut forest);
    exit::stubs(&mut forest, exits);
    link::parents(&mut forest);
    let rest = activity::attach(&mut forest, &records, hosts, events);
    let mut tree = finish::tree(forest.drafts, hosts, &forest.logs);
    rest.add_to(&mut tree);
    logon::attach(&mut tree, events, (&records, hosts, &forest.reboots));
    tree
}
