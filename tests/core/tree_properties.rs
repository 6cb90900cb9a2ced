//! Whole histories of which the truth is known, with ids used again, reboots, lost and repeated
//! records, in any order: parents are right or unknown, and what cannot be known is not certain.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that panics is a failing test"
)]
#![expect(clippy::print_stdout, reason = "the figures are shown on demand")]

#[path = "tree_properties/history.rs"]
mod history;

use std::collections::{BTreeMap, BTreeSet};

use history::{Dice, History, Logs, Tells, Told, history, named};
use spawnscope::{
    model::{
        Event, ParentCertainty, Process, ProcessTree, SourceIndex, Timestamp, Witness, file_name,
    },
    tree::{self, Hosts},
};

use crate::events::show;

const LOGS: [Logs; 5] = [Logs::Both, Logs::Audit, Logs::OldAudit, Logs::SysmonById, Logs::Zone];

/// How records get lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    Nothing,
    /// Each with this chance in percent.
    Some(u64),
    /// All of a stretch of time.
    Gap,
}

const LOSSES: [Loss; 5] =
    [Loss::Nothing, Loss::Some(10), Loss::Some(40), Loss::Some(80), Loss::Gap];

/// What is left of the records, some twice and in any order.
fn left(history: &History, loss: Loss, dice: &mut Dice) -> Vec<Told> {
    let first = history.records.first().map_or(0, |told| told.at);
    let last = history.records.last().map_or(0, |told| told.at);
    let gap = first + dice.roll(last - first);
    let gap = gap..gap + (last - first) / 3;
    let mut kept: Vec<(u64, Told)> = Vec::new();
    for told in &history.records {
        let is_lost = match loss {
            Loss::Nothing => false,
            Loss::Some(percent) => dice.roll(100) < percent,
            Loss::Gap => gap.contains(&told.at),
        };
        if is_lost {
            continue;
        }
        if dice.roll(6) == 0 {
            let mut again = told.clone();
            again.event.source = SourceIndex(1);
            kept.push((dice.roll(1 << 40), again));
        }
        kept.push((dice.roll(1 << 40), told.clone()));
    }
    kept.sort_by_key(|(order, _)| *order);
    kept.into_iter().map(|(_, told)| told).collect()
}

/// A tree with the truth about its records.
struct Checked<'a> {
    history: &'a History,
    records: &'a [Told],
    tree: &'a ProcessTree,
    /// The true process of each process of the tree that has a record of its own.
    truth: BTreeMap<u32, usize>,
}

#[derive(Debug, Default)]
struct Figures {
    right: usize,
    unknown: usize,
    /// Wrong, where nothing among the records could have told.
    beyond_telling: usize,
}

impl Checked<'_> {
    fn says(&self, record: u32) -> Tells {
        self.records[record as usize].tells
    }

    /// Every record of a start or an end is a witness of one process, once, and no process has
    /// records of two; both logs' records of a start are of one.
    fn identity(&mut self) {
        let mut seen = BTreeSet::new();
        let mut places: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
        for (at, process) in self.tree.iter() {
            let named = process.guid.as_deref().map(named);
            if let Some(named) = named {
                self.truth.insert(at.0, named);
            }
            for witness in &process.witnesses {
                assert!(seen.insert(witness.record), "a record of two processes");
                let (Tells::Start(truth) | Tells::End(truth)) = self.says(witness.record.0) else {
                    unreachable!("a boot is nobody's")
                };
                let known = *self.truth.entry(at.0).or_insert(truth);
                if known != truth {
                    self.end_cannot_be_told(witness, (known, truth));
                }
                if matches!(self.says(witness.record.0), Tells::Start(_)) {
                    places.entry(truth).or_default().insert(at.0);
                }
            }
        }
        let wanted = self
            .records
            .iter()
            .filter(|told| matches!(told.tells, Tells::Start(_) | Tells::End(_)));
        assert_eq!(seen.len(), wanted.count(), "a witness is lost");
        for (truth, places) in places {
            assert_eq!(places.len(), 1, "{truth} twice\n{}", show(self.tree));
        }
    }

    /// An end by process id of a process that no record knows otherwise, while no record tells that
    /// who had the id before it had ended.
    fn end_cannot_be_told(&self, witness: &Witness, (known, truth): (usize, usize)) {
        let what = || {
            let of = |at: usize| format!("{:?}", self.history.processes[at]);
            format!("{} in {}\n{}", of(truth), of(known), show(self.tree))
        };
        assert!(matches!(self.says(witness.record.0), Tells::End(_)), "two starts: {}", what());
        let event = &self.records[witness.record.0 as usize].event;
        assert_eq!(event.field("ProcessGuid"), None, "by GUID: {}", what());
        assert_eq!(
            self.history.processes[known].image,
            self.history.processes[truth].image,
            "image: {}",
            what()
        );
        let span = self.history.processes[known].start..self.history.processes[truth].start;
        for told in self.records {
            let tells = match told.tells {
                Tells::Start(at) => at == truth,
                Tells::End(at) => at == known && span.contains(&told.at),
                Tells::Boot => span.contains(&told.at),
                Tells::Deed(at) => at == truth && told.event.field("ProcessGuid").is_some(),
            };
            assert!(!tells, "{:?} tells: {}", told.tells, what());
        }
    }

    /// Everybody stands below one root, once.
    fn shape(&self) {
        let mut seen = BTreeSet::new();
        for root in &self.tree.roots {
            for at in self.tree.subtree(*root) {
                assert!(seen.insert(at), "twice in the tree");
            }
        }
        assert_eq!(seen.len(), self.tree.processes.len(), "a circle, or somebody lost");
    }

    fn parents(&self, figures: &mut Figures) {
        // Which true process a stub first stood for.
        let mut stubs: BTreeMap<u32, (usize, u64)> = BTreeMap::new();
        let mut starts: Vec<(u64, u32, usize)> = Vec::new();
        for (at, process) in self.tree.iter() {
            if process.stub.is_none() {
                let truth = self.truth[&at.0];
                starts.push((self.history.processes[truth].start, at.0, truth));
            }
        }
        starts.sort_unstable();
        for (start, at, truth) in starts {
            let child = &self.tree.processes[at as usize];
            let meant =
                self.history.processes[truth].parent.expect("only those with parents start");
            let up = child.parent.expect("every start names its parent");
            let above = self.tree.process(up).expect("an index of the tree");
            let was = &self.history.processes[meant];
            assert_eq!(above.pid, Some(was.pid), "{}", show(self.tree));
            if let (Some(above), Some(own)) = (above.start, child.start) {
                let early = above.secs_since(own);
                assert!(early <= 2.0, "a child {early} s before its parent\n{}", show(self.tree));
            }
            let found = if let Some(found) = self.truth.get(&up.0) {
                Some((*found, self.history.processes[*found].start))
            } else {
                let (first, since) = *stubs.entry(up.0).or_insert((meant, start));
                (first != meant).then_some((first, since))
            };
            match found {
                Some((found, _)) if found == meant && above.stub.is_none() => figures.right += 1,
                None => figures.unknown += 1,
                Some((found, _)) if found == meant => figures.unknown += 1,
                Some((found, since)) => {
                    self.cannot_be_told(child, (found, meant), (since, start), above);
                    figures.beyond_telling += 1;
                }
            }
        }
    }

    /// Holds only where no record told that the id had gone to another, and what the tree says is
    /// not said to be certain.
    fn cannot_be_told(
        &self,
        child: &Process,
        (found, meant): (usize, usize),
        (from, to): (u64, u64),
        above: &Process,
    ) {
        let what = || {
            format!(
                "{} {:?} and not {:?}\n{}",
                child.key,
                self.history.processes[found],
                self.history.processes[meant],
                show(self.tree)
            )
        };
        let evidence = child.parent_evidence.expect("a parent has its evidence");
        assert_ne!(evidence.certainty(), ParentCertainty::Certain, "{}", what());
        let (found, meant_was) = (found, &self.history.processes[meant]);
        let name = above.image.as_deref().map(file_name);
        let is_named = child.parent_image.is_some();
        assert!(!is_named || name == Some(file_name(meant_was.image)), "image: {}", what());
        for told in self.records {
            let is_between = from < told.at && told.at < to;
            let tells = match told.tells {
                Tells::Start(at) => at == meant,
                Tells::End(at) => at == found && is_between,
                Tells::Boot => is_between,
                Tells::Deed(_) => false,
            };
            assert!(!tells, "{:?} tells: {}", told.tells, what());
        }
    }
}

/// The tree in words that do not depend on where records stand.
fn told(tree: &ProcessTree, events: &[Event]) -> BTreeMap<String, String> {
    let of = |process: &Process| {
        let parent = process.parent.and_then(|at| tree.process(at)).map(|up| up.key.to_string());
        // Of two copies of one record either may be first.
        let records = process.witnesses.iter().map(|witness| &events[witness.record.0 as usize]);
        let records: Vec<_> = records.map(|event| event.record_id).collect();
        let shown = (parent, records, process.parent_evidence, process.stub, process.end);
        (process.key.to_string(), format!("{shown:?} {:?}", process.image))
    };
    tree.processes.iter().map(of).collect()
}

fn check(seed: u64, logs: Logs, loss: Loss, figures: &mut Figures) {
    let history = history(seed, logs, 120);
    let mut dice = Dice(seed ^ 0xabcd);
    let records = left(&history, loss, &mut dice);
    let events: Vec<Event> = records.iter().map(|told| told.event.clone()).collect();
    let tree = tree::build(&events);
    let mut checked =
        Checked { history: &history, records: &records, tree: &tree, truth: BTreeMap::new() };
    checked.identity();
    checked.shape();
    checked.parents(figures);
    let threads = tree::build_among(&events, &Hosts::of(&events), 4);
    assert!(threads == tree, "another number of threads, another tree");
    let mut other = events.clone();
    other.sort_by_key(|event| (event.source, std::cmp::Reverse(event.time.map(Timestamp::nanos))));
    assert_eq!(told(&tree, &events), told(&tree::build(&other), &other), "another order");
}

#[test]
fn parents_of_made_up_histories_are_right_or_unknown() {
    for logs in LOGS {
        for loss in LOSSES {
            let mut figures = Figures::default();
            for seed in 0..24 {
                let what = format!("{logs:?} {loss:?} seed {seed}");
                let result = std::panic::catch_unwind(|| {
                    let mut own = Figures::default();
                    check(seed, logs, loss, &mut own);
                    own
                });
                let own = result.unwrap_or_else(|_| panic!("{what}"));
                figures.right += own.right;
                figures.unknown += own.unknown;
                figures.beyond_telling += own.beyond_telling;
            }
            println!("{logs:?} {loss:?}: {figures:?}");
            if loss == Loss::Nothing {
                assert_eq!(figures.beyond_telling, 0, "{logs:?}: complete logs tell everything");
            }
            assert!(figures.right > 0, "{logs:?} {loss:?}");
        }
    }
}
