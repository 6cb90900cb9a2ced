//! The session's state and how it is read. Changes are made in `apply` only.

use std::path::PathBuf;
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::detect::Engine;
use crate::model::{
    Analysis, Event, FieldSaid, FindingGroup, Issue, IssueKind, LeftOut, ProcessIndex, RecordIndex,
    SourceIndex, TimeRange,
};
use crate::session::events::EventDesk;
use crate::session::load::{Evidence, LoadJob, LoadProgress, Update};
use crate::session::record::WholeRecords;
use crate::session::{Expansion, Rate, RecentBundle, Selection, Tab, recent};
use crate::tree;

/// A message for the status bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A full sentence.
    pub text: String,
    /// Whether something failed.
    pub is_error: bool,
}

/// What is loaded and how it is looked at.
pub struct Session {
    pub(super) engine: Arc<Engine>,
    pub(super) threads: usize,
    pub(super) waker: Waker,
    pub(super) analysis: Arc<Analysis>,
    pub(super) evidence: Evidence,
    pub(super) job: Option<LoadJob>,
    pub(super) read_in: Option<Duration>,
    pub(super) was_cancelled: bool,
    pub(super) selection: Selection,
    pub(super) groups: Vec<FindingGroup>,
    pub(super) expansion: Expansion,
    pub(super) is_chain_only: bool,
    pub(super) shows_inferred: bool,
    pub(super) filter: String,
    /// The time that everything is limited to.
    pub(super) time_range: Option<TimeRange>,
    pub(super) tab: Tab,
    pub(super) events: EventDesk,
    pub(super) whole_records: WholeRecords,
    pub(super) shown_chain: usize,
    pub(super) notice: Option<Notice>,
    pub(super) recents: Vec<RecentBundle>,
    pub(super) revision: u64,
    /// Bumped when the view should scroll to the selection.
    pub(super) reveals: u64,
    /// Where the sample incident was unpacked; removed when another bundle is opened.
    pub(super) sample_folder: Option<TempDir>,
    pub(super) has_bundle: bool,
    /// Whether what is shown is of an earlier load, with more or less being read now.
    pub(super) is_adding: bool,
    /// What was known before a password was given that is being tried now.
    pub(super) locked_before: Option<Arc<Analysis>>,
}

impl Session {
    /// An empty session. `waker` is woken when a background job has news for [`Self::poll`].
    pub fn new(engine: Arc<Engine>, threads: usize, waker: Waker) -> Self {
        Self {
            engine,
            threads,
            waker,
            analysis: Arc::default(),
            evidence: Evidence::default(),
            job: None,
            read_in: None,
            was_cancelled: false,
            selection: Selection::default(),
            groups: Vec::new(),
            expansion: Expansion::default(),
            is_chain_only: false,
            shows_inferred: true,
            filter: String::new(),
            time_range: None,
            tab: Tab::default(),
            events: EventDesk::default(),
            whole_records: WholeRecords::default(),
            shown_chain: 0,
            notice: None,
            recents: Vec::new(),
            revision: 0,
            reveals: 0,
            sample_folder: None,
            has_bundle: false,
            is_adding: false,
            locked_before: None,
        }
    }

    /// Puts back the list of recent bundles of an earlier run.
    pub fn restore_recents(&mut self, recents: Vec<RecentBundle>) {
        self.recents = recents;
    }

    /// Takes in what background jobs have to say. Never blocks. Returns whether anything changed.
    pub fn poll(&mut self) -> bool {
        let mut changed = false;
        while let Some(update) = self.job.as_ref().and_then(|job| job.updates.try_recv().ok()) {
            changed = true;
            match update {
                Update::Progress(progress) => {
                    if let Some(job) = &mut self.job {
                        job.note(progress);
                    }
                }
                // What an earlier load says is more than a part of this one does.
                Update::Partial(_) if self.is_adding => {}
                Update::Partial(analysis) => self.replace(analysis),
                Update::Done(analysis) => self.finish(analysis),
            }
        }
        let is_read = self.whole_records.poll();
        let is_listed = self.events.poll();
        if is_read || is_listed {
            self.revision += 1;
        }
        changed || is_read || is_listed
    }

    fn finish(&mut self, analysis: Arc<Analysis>) {
        let Some(job) = self.job.take() else { return };
        self.read_in = Some(job.started.elapsed());
        self.was_cancelled = job.is_cancelled();
        self.is_adding = false;
        drop(job);
        self.replace(analysis);
        self.tell_of_password();
        if self.selection == Selection::Nothing && !self.analysis.findings.is_empty() {
            self.select_finding(0);
        }
        if self.sample_folder.is_none() && !self.analysis.sources.is_empty() {
            let bundle = RecentBundle {
                paths: self.evidence.paths.clone(),
                files: self.analysis.sources.len(),
                records: self.analysis.sources.iter().map(|source| source.records).sum(),
            };
            recent::remember(&mut self.recents, bundle);
        }
    }

    /// Says so where the password given last opened nothing.
    fn tell_of_password(&mut self) {
        let Some(before) = self.locked_before.take().filter(|_| !self.was_cancelled) else {
            return;
        };
        let is_same = {
            let locked = |analysis: &Analysis| {
                let is_locked = |issue: &&Issue| issue.kind == IssueKind::Encrypted;
                analysis.issues.iter().filter(is_locked).cloned().collect::<Vec<_>>()
            };
            locked(&before) == locked(&self.analysis) && !locked(&before).is_empty()
        };
        if is_same {
            let text = "The password opens none of the encrypted files".to_owned();
            self.notice = Some(Notice { text, is_error: true });
        }
    }

    fn replace(&mut self, analysis: Arc<Analysis>) {
        let old = std::mem::replace(&mut self.analysis, analysis);
        self.expansion = self.expansion.carried_over(&old, &self.analysis);
        self.groups = FindingGroup::all(&self.analysis);
        self.selection = self.selection_in_new(&old);
        self.carry_event_query(&old);
        self.revision += 1;
        self.read_records(&[]);
        self.list_events();
    }

    /// The selected process or finding, found again by key; positions change with every analysis.
    fn selection_in_new(&self, old: &Analysis) -> Selection {
        let finding =
            self.selection.finding().and_then(|at| old.findings.get(at)).and_then(|old| {
                self.analysis.findings.iter().position(|finding| finding.id == old.id)
            });
        let key = self.selection.process().and_then(|at| old.tree.process(at)).map(|p| &p.key);
        let process = key.and_then(|key| {
            self.analysis.tree.iter().find(|(_, process)| process.key == *key).map(|(at, _)| at)
        });
        if let Selection::Host(at) = self.selection {
            let name = old.hosts.get(at).map(|host| &host.name);
            let at = self.analysis.hosts.iter().position(|host| Some(&host.name) == name);
            return at.map_or(Selection::Nothing, Selection::Host);
        }
        if let Selection::Record { record, .. } = self.selection {
            let found = old.event(record).and_then(|old| {
                let is_same = |new: &Event| {
                    (new.time, new.record_id, new.event_id)
                        == (old.time, old.record_id, old.event_id)
                        && new.origin == old.origin
                };
                self.analysis.events.iter().position(is_same)
            });
            let record = found.and_then(|at| u32::try_from(at).ok()).map(RecordIndex);
            return record.map_or(Selection::Nothing, |record| Selection::Record {
                record,
                process: self.analysis.record_mark(record).process,
                finding,
            });
        }
        if let Selection::Source(at) = self.selection {
            let place = old.source(at).map(|source| (&source.path, &source.member));
            let mut sources = (0..).map(SourceIndex).zip(&self.analysis.sources);
            let same = sources.find(|(_, new)| Some((&new.path, &new.member)) == place);
            return same.map_or(Selection::Nothing, |(at, _)| Selection::Source(at));
        }
        match (process, finding) {
            (Some(process), finding) => Selection::Process { process, finding },
            (None, Some(finding)) => Selection::Finding(finding),
            (None, None) => Selection::Nothing,
        }
    }

    /// What was read and concluded; empty before the first bundle.
    pub fn analysis(&self) -> &Arc<Analysis> {
        &self.analysis
    }

    /// Whether a bundle is open or being opened; else the start screen shows.
    pub const fn has_bundle(&self) -> bool {
        self.has_bundle
    }

    /// Where a running load stands, and when it began.
    pub fn load(&self) -> Option<(&LoadProgress, Instant)> {
        self.job.as_ref().map(|job| (&job.progress, job.started))
    }

    /// How fast the running load goes, over its last seconds.
    pub fn pace(&self) -> Option<Rate> {
        let job = self.job.as_ref()?;
        job.pace.rate(job.started.elapsed())
    }

    /// How long the last load took.
    pub const fn read_in(&self) -> Option<Duration> {
        self.read_in
    }

    /// Whether the last load was cancelled, so that the evidence is not complete.
    pub const fn was_cancelled(&self) -> bool {
        self.was_cancelled
    }

    /// What is selected.
    pub const fn selection(&self) -> Selection {
        self.selection
    }

    /// The findings as the list shows them.
    pub fn groups(&self) -> &[FindingGroup] {
        &self.groups
    }

    /// Position of the group that holds the selected finding.
    pub fn selected_group(&self) -> Option<usize> {
        let finding = self.selection.finding()?;
        self.groups.iter().position(|group| group.findings.contains(&finding))
    }

    /// Which rows are unfolded.
    pub const fn expansion(&self) -> &Expansion {
        &self.expansion
    }

    /// Whether only Zoom chains are shown.
    pub const fn is_chain_only(&self) -> bool {
        self.is_chain_only
    }

    /// Whether the tree shows who is concluded to have asked for a process, beside what is logged.
    pub const fn shows_inferred(&self) -> bool {
        self.shows_inferred
    }

    /// Which record says what of the process at this position, field by field.
    pub fn provenance(&self, at: ProcessIndex) -> Vec<FieldSaid> {
        tree::provenance(&self.analysis().tree, at, &self.analysis().events)
    }

    /// The words rows are filtered by.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// The time that everything is limited to.
    pub const fn time_range(&self) -> Option<TimeRange> {
        self.time_range
    }

    /// What the centre shows.
    pub const fn tab(&self) -> Tab {
        self.tab
    }

    /// Which Zoom chain the answer shows, by position.
    pub const fn shown_chain(&self) -> usize {
        self.shown_chain
    }

    /// The message to show.
    pub const fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// The bundles opened last, newest first.
    pub fn recents(&self) -> &[RecentBundle] {
        &self.recents
    }

    /// The files and folders of the open bundle.
    pub fn paths(&self) -> &[PathBuf] {
        &self.evidence.paths
    }

    /// What was taken out of the open bundle again, sorted.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.evidence.left_out
    }

    /// Whether the open bundle is the sample incident.
    pub const fn is_sample(&self) -> bool {
        self.sample_folder.is_some()
    }

    /// Changes whenever what the panels show may have changed.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Changes whenever the selected row should be scrolled into view.
    pub const fn reveals(&self) -> u64 {
        self.reveals
    }

    /// The rules that judge.
    pub const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }
}
