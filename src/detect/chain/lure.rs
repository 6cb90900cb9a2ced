//! Step 2: what came in during the half hour before the first interpreter of each Zoom root, through
//! Zoom or through a sibling. Not what the interpreters did then.

use std::collections::BTreeMap;

use crate::model::{Activity, ActivityKind, Process, ProcessIndex, Timestamp, file_name};

use super::{
    evidence::{Entry, Scene},
    facts,
};

/// How long before the first interpreter a lure is looked for.
const LURE_SECS: f64 = 1800.0;
/// How long before it counts as shortly before.
const NEAR_SECS: f64 = 1200.0;
/// The most processes looked at as siblings; only made-up trees, in which parents of Zoom stand
/// below one another by the thousand, come near it.
const SIBLINGS: usize = 4_000_000;

/// How long before the first interpreter something happened, where that makes it a lure.
fn before(first: Option<Timestamp>, time: Option<Timestamp>) -> Option<f64> {
    let (first, time) = first.zip(time).filter(|(first, time)| time < first)?;
    Some(first.secs_since(time)).filter(|secs| *secs <= LURE_SECS)
}

impl Scene<'_> {
    pub(super) fn lures(&mut self) {
        let tree = self.input.tree;
        // Roots are the topmost of their line, so that no process is below two.
        let mut first_above: BTreeMap<ProcessIndex, Timestamp> = BTreeMap::new();
        // By parent, since roots with one parent have the same siblings.
        let mut families: BTreeMap<ProcessIndex, Vec<Timestamp>> = BTreeMap::new();
        for root in self.input.zoom_roots {
            let own = tree.subtree(*root);
            let starts = own.iter().filter(|at| self.is_gravest(**at));
            let first = starts.filter_map(|at| tree.process(*at)?.start).min();
            let Some(first) = first else { continue };
            first_above.extend(own.into_iter().map(|at| (at, first)));
            let parent = tree.process(*root).and_then(|process| process.parent);
            families.entry(parent.unwrap_or(*root)).or_default().push(first);
        }
        let mut left = SIBLINGS;
        for (top, mut firsts) in families {
            firsts.sort_unstable();
            for at in tree.subtree(top) {
                left = left.saturating_sub(1);
                if left == 0 {
                    return;
                }
                if let Some(process) = tree.process(at).filter(|_| !self.below.contains(&at)) {
                    self.lure(at, process, first_above.get(&at).copied(), &firsts);
                }
            }
        }
    }

    /// What one process brought in. `own` is the first interpreter of the root it is below, if it
    /// is; `firsts` are those of the roots it is a sibling of.
    fn lure(
        &mut self,
        at: ProcessIndex,
        process: &Process,
        own: Option<Timestamp>,
        firsts: &[Timestamp],
    ) {
        let line = process.command_line.as_deref();
        let opens = || facts::is_browser(process) && line.is_some_and(|line| line.contains("://"));
        if let Some(secs) = before(own, process.start).filter(|_| opens()) {
            self.add_start(Entry::Lure, at, process, "Link opened from Zoom");
            self.entry(Entry::Lure).is_near |= secs <= NEAR_SECS;
        }
        for activity in process.activity.iter().filter(|a| a.kind == ActivityKind::File) {
            let next = firsts.partition_point(|first| Some(*first) <= activity.time);
            let others = before(firsts.get(next).copied(), activity.time);
            let own = before(own, activity.time);
            let secs = own.into_iter().chain(others).min_by(f64::total_cmp);
            if let Some(secs) = secs
                && self.lure_file(at, process, activity, own.is_some())
            {
                self.entry(Entry::Lure).is_near |= secs <= NEAR_SECS;
            }
        }
    }

    fn lure_file(
        &mut self,
        at: ProcessIndex,
        process: &Process,
        activity: &Activity,
        is_own: bool,
    ) -> bool {
        let Some(event) = self.event(activity.record) else { return false };
        let text = self.text(activity);
        let in_downloads = text.to_lowercase().contains(r"\downloads\");
        let by_zoom = is_own && (facts::is_zoom(process) || facts::is_browser(process));
        let saves = event.event_id == 11 && in_downloads && by_zoom;
        if !(facts::is_mark_of_the_web(event) || saves) {
            return false;
        }
        let path = event.field("TargetFilename").unwrap_or(&text);
        let file = file_name(path).split(':').next().unwrap_or(path);
        self.add(Entry::Lure, at, activity.record, &format!("{file} downloaded"));
        true
    }
}
