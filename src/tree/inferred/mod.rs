//! Who asked for a process where its logged parent is only Windows' helper: the task scheduler, the
//! service control manager, WMI, COM, the shell. One file a mechanism.
//!
//! `trace` gathers the records and `ask` the command lines and scripts that ask for something;
//! `scene` looks things up in the finished tree. Each mechanism then goes once over the children of
//! its helper. Nothing here changes the tree.

mod ask;
mod com;
mod command;
mod explorer;
mod network;
mod program;
mod psexec;
mod scene;
mod sensor;
mod service;
mod spoof;
mod task;
mod trace;
mod winrm;
mod wmi;

pub(super) use self::trace::reads_fields;
use self::{ask::Asks, scene::Scene, trace::Traces};
use super::identity::Hosts;
use crate::model::{
    Confidence, Event, Inferred, InferredReason, LogonIndex, ProcessIndex, ProcessTree, RecordIndex,
};

/// How many conclusions are kept of one process, the surest.
const MOST_OF_ONE: usize = 4;

/// Who asked for the processes of a tree, sorted by process, the surest first.
///
/// Command lines count with what they decode to, where the decoder has run. The order of the records
/// decides nothing.
pub fn infer(tree: &ProcessTree, events: &[Event], names: &Hosts) -> Vec<Inferred> {
    let traces = Traces::of(events, names);
    let scene = Scene::of(tree, names, &traces);
    let asks = Asks::of(&scene, &traces);
    let mut found = Found::default();
    task::infer(&scene, &traces, &asks, &mut found);
    service::infer(&scene, &traces, &asks, &mut found);
    psexec::infer(&scene, &traces, &asks, &mut found);
    wmi::infer(&scene, &traces, &asks, &mut found);
    winrm::infer(&scene, &asks, &mut found);
    com::infer(&scene, &asks, &mut found);
    explorer::infer(&scene, &mut found);
    spoof::infer(&scene, &traces, events, &mut found);
    sensor::infer(&scene, events, &mut found);
    found.finish()
}

/// The conclusions so far.
#[derive(Default)]
struct Found(Vec<Inferred>);

/// A conclusion without the process it is of.
struct Conclusion {
    parent: Option<ProcessIndex>,
    logon: Option<LogonIndex>,
    reason: InferredReason,
    confidence: Confidence,
    text: String,
    records: Vec<RecordIndex>,
}

impl Conclusion {
    /// A process asked.
    const fn by(
        parent: ProcessIndex,
        reason: InferredReason,
        confidence: Confidence,
        text: String,
    ) -> Self {
        Self { parent: Some(parent), logon: None, reason, confidence, text, records: Vec::new() }
    }

    /// How it came is known, and not by whom.
    const fn hint(reason: InferredReason, confidence: Confidence, text: String) -> Self {
        Self { parent: None, logon: None, reason, confidence, text, records: Vec::new() }
    }

    fn with(mut self, records: impl IntoIterator<Item = RecordIndex>) -> Self {
        self.records.extend(records);
        self
    }
}

impl Found {
    fn add(&mut self, child: ProcessIndex, conclusion: Conclusion) {
        let Conclusion { parent, logon, reason, confidence, text, mut records } = conclusion;
        if parent == Some(child) {
            return;
        }
        records.sort_unstable();
        records.dedup();
        self.0.push(Inferred { child, parent, logon, reason, confidence, text, records });
    }

    fn finish(self) -> Vec<Inferred> {
        let mut all = self.0;
        all.sort_by(|left, right| {
            let key = |it: &Inferred| {
                (
                    it.child,
                    it.parent.is_none(),
                    std::cmp::Reverse(it.confidence),
                    it.reason,
                    it.parent,
                )
            };
            key(left).cmp(&key(right)).then_with(|| left.text.cmp(&right.text))
        });
        // One process may be found to have asked in two ways; the surest says it.
        all.dedup_by(|later, first| {
            (later.child, later.parent, later.reason) == (first.child, first.parent, first.reason)
        });
        let mut last = (None, 0);
        all.retain(|it| {
            last =
                if last.0 == Some(it.child) { (last.0, last.1 + 1) } else { (Some(it.child), 1) };
            last.1 <= MOST_OF_ONE
        });
        all
    }
}
