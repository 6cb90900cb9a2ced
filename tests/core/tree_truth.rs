//! Real recordings in which Sysmon's GUIDs say who was whose parent, and trees that had to find it
//! out by process id: a parent is right or unknown, and never wrong.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics is a failing test"
)]
#![expect(clippy::print_stdout, reason = "the figures are what the test is for")]

#[path = "tree_truth/oracle.rs"]
mod oracle;

use std::{collections::BTreeMap, path::Path};

use oracle::{Case, Judge, Verdict};
use spawnscope::{
    ingest::{Keep, Options, Silent, load},
    model::{Event, Fields, SourceIndex},
    tree,
};

use crate::support::samples;

/// From what a tree is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum View {
    All,
    /// 4688 and 4689 without any record of Sysmon's.
    Security,
    /// As version 0 and 1 of 4688 are, which do not name the parent's image.
    OldSecurity,
    /// Sysmon without the fields that hold GUIDs, and without the audit log.
    SysmonByPid,
}

const VIEWS: [View; 4] = [View::All, View::Security, View::OldSecurity, View::SysmonByPid];

fn events_of(path: &Path) -> Vec<Event> {
    let options =
        Options { is_hashing: false, keep: Keep::those(tree::reads_fields), ..Options::default() };
    load(&[path.to_owned()], &options, &Silent).events
}

/// The records of a view, and where each stands among all.
fn seen(events: &[Event], view: View) -> (Vec<Event>, Vec<usize>) {
    let is_seen = |event: &Event| match view {
        View::All => true,
        View::Security | View::OldSecurity => !oracle::is_sysmon(event),
        View::SysmonByPid => !oracle::is_security(event),
    };
    let kept: Vec<usize> = (0..events.len()).filter(|at| is_seen(&events[*at])).collect();
    let shown = kept.iter().map(|at| match view {
        View::SysmonByPid => without(&events[*at], |name| name.to_lowercase().ends_with("guid")),
        View::OldSecurity => without(&events[*at], |name| name == "ParentProcessName"),
        _ => events[*at].clone(),
    });
    (shown.collect(), kept)
}

fn without(event: &Event, is_left_out: impl Fn(&str) -> bool) -> Event {
    let fields: Fields = event.fields.iter().filter(|(name, _)| !is_left_out(name)).collect();
    Event { fields, ..event.clone() }
}

type Tally = BTreeMap<&'static str, usize>;

const fn kind(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Right => "right",
        Verdict::BeforeLog => "unknown: parent older than the log",
        Verdict::NotLogged => "unknown: parent's start not in the log",
        Verdict::NoPid => "unknown: parent's record without its id",
        Verdict::NotLinked(_) => "unknown: not linked",
        Verdict::ChildNotLogged => "child not logged",
        Verdict::Wrong(_) => "wrong",
    }
}

/// Parents of a tree from these of the records (positions among all).
fn judged(all: &[Event], cases: &[Case], (shown, kept): (Vec<Event>, Vec<usize>)) -> Vec<Verdict> {
    let tree = tree::build(&shown);
    let mut judge = Judge::new(&tree, all, &kept);
    let said: Vec<_> = tree.processes.iter().flat_map(|process| &process.disagreements).collect();
    assert!(said.is_empty(), "what sensors write in two ways is taken for two values: {said:#?}");
    cases.iter().map(|case| judge.verdict(case)).collect()
}

/// Every recording by name, with the parents that its GUIDs tell.
fn recordings() -> impl Iterator<Item = (String, Vec<Event>, Vec<Case>)> {
    let folders = [("json", ".zip"), ("evtx", ".evtx")];
    let files = folders
        .into_iter()
        .filter_map(|(folder, ending)| Some(samples::files(&samples::folder(folder)?, ending)));
    files.flatten().filter_map(|path| {
        let events = events_of(&path);
        let cases = oracle::cases(&events);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (!cases.is_empty()).then_some((name, events, cases))
    })
}

#[test]
fn real_parents_are_right_or_unknown() {
    let mut totals: BTreeMap<View, Tally> = BTreeMap::new();
    let mut bad = Vec::new();
    for (name, events, cases) in recordings() {
        for view in VIEWS {
            let mut tally = Tally::new();
            for (case, verdict) in cases.iter().zip(judged(&events, &cases, seen(&events, view))) {
                *tally.entry(kind(&verdict)).or_default() += 1;
                *totals.entry(view).or_default().entry(kind(&verdict)).or_default() += 1;
                if matches!(verdict, Verdict::Wrong(_) | Verdict::NotLinked(_)) {
                    bad.push(format!("{name} {view:?} {case:?} {verdict:?}"));
                }
            }
            println!("{name} {view:?} {tally:?}");
        }
    }
    println!("{totals:#?}");
    // Every unknown parent is one for which these records hold no start under its id.
    assert!(bad.is_empty(), "{bad:#?}");
    let Some(all) = totals.get(&View::All) else { return };
    for (view, tally) in &totals {
        assert_eq!(tally.values().sum::<usize>(), all.values().sum::<usize>(), "{view:?}");
        assert!(tally.get("right").is_some_and(|right| *right > 20), "{view:?} {tally:?}");
    }
    assert!(all.get("right") >= totals[&View::SysmonByPid].get("right"));
}

/// Starts, ends and boots alone, and a twentieth of the rest: most records tell of no parent.
fn of_processes(events: Vec<Event>) -> (Vec<Event>, Vec<Case>) {
    let is_kept = |(at, event): &(usize, Event)| {
        at % 20 == 0 || matches!(event.event_id, 1 | 5 | 12 | 13 | 4688 | 4689 | 6005..=6008)
    };
    let events: Vec<Event> =
        events.into_iter().enumerate().filter(is_kept).map(|(_, event)| event).collect();
    let cases = oracle::cases(&events);
    (events, cases)
}

/// The next of a row of numbers that only the seed decides (`SplitMix64`).
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Records lost one by one, some there twice, in any order.
fn mangled(
    (shown, kept): (Vec<Event>, Vec<usize>),
    percent: u64,
    seed: &mut u64,
) -> (Vec<Event>, Vec<usize>) {
    let mut mangled = Vec::new();
    for (event, at) in shown.into_iter().zip(kept) {
        if next(seed) % 100 >= percent {
            continue;
        }
        if next(seed).is_multiple_of(4) {
            let source = SourceIndex(event.source.0 + 1);
            mangled.push((next(seed), Event { source, ..event.clone() }, at));
        }
        mangled.push((next(seed), event, at));
    }
    mangled.sort_by_key(|(order, ..)| *order);
    mangled.into_iter().map(|(_, event, at)| (event, at)).unzip()
}

#[test]
fn lost_repeated_and_shuffled_records_make_no_parent_wrong() {
    let mut seed = 5;
    let mut tally = Tally::new();
    for (name, events, _) in recordings() {
        let (events, cases) = of_processes(events);
        for view in VIEWS {
            for percent in [100, 70, 30] {
                let started = seed;
                let mangled = mangled(seen(&events, view), percent, &mut seed);
                for (case, verdict) in cases.iter().zip(judged(&events, &cases, mangled)) {
                    *tally.entry(kind(&verdict)).or_default() += 1;
                    assert!(
                        !matches!(verdict, Verdict::Wrong(_)),
                        "{name} {view:?} {percent} % seed {started}: {case:?} {verdict:?}"
                    );
                }
            }
        }
    }
    println!("{tally:#?}");
}
