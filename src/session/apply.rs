//! The only writer of the session: one arm for each command.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::{FindingGroup, LeftOut, ProcessIndex, RecordIndex, SourceIndex};
use crate::report;
use crate::session::case::{Notice, Session};
use crate::session::events::{Doer, EventColumn, EventDesk, EventSort, Only};
use crate::session::load::{Evidence, LoadJob};
use crate::session::record::WholeRecords;
use crate::session::{Command, Direction, Expansion, Password, Selection, Tab, export, sample};

impl Session {
    /// Carries out one command.
    pub fn apply(&mut self, command: Command) {
        if let Command::ReadRecords(records) = &command {
            // Nothing is shown otherwise before they have been read.
            return self.read_records(records);
        }
        self.revision += 1;
        match command {
            Command::ReadRecords(_) => {}
            Command::Open(paths) => self.open(paths),
            Command::Add(paths) => self.add(paths),
            Command::LeaveOut(file) => self.leave_out(file),
            Command::PutBack(file) => self.put_back(|left_out| *left_out == file),
            Command::PutBackAll => self.put_back(|_| true),
            Command::Unlock(password) => self.unlock(password),
            Command::OpenSample => self.open_sample(),
            Command::CancelLoad => self.cancel_load(),
            Command::Close => self.close(),
            Command::SelectProcess(process) => self.select_process(process, None),
            Command::SelectFinding(finding) => self.select_finding(finding),
            Command::StepFinding(direction) => self.step_finding(direction),
            Command::SelectRecord(record) => self.select_record(record, None),
            Command::ShowTab(tab) => self.show_tab(tab),
            Command::ShowInTree(process) => {
                self.tab = Tab::ProcessTree;
                self.select_process(process, None);
            }
            Command::ShowRecordsOf(doer) => self.show_records_of(doer),
            Command::SortEvents(column) => self.sort_events(column),
            Command::GroupEvents(group) => self.events.query.group = group,
            Command::OnlyEvents(only) => self.only_events(only),
            Command::AnyEvents(only) => self.events.query.only.retain(|known| *known != only),
            Command::ClearLimits => self.clear_limits(),
            Command::LimitTime(range) => self.time_range = range,
            Command::SelectSource(source) => self.select_source(source),
            Command::SelectHost(host) => self.select_host(host),
            Command::ClearSelection => self.selection = Selection::Nothing,
            Command::ToggleProcess(process) => self.expansion.toggle_process(process),
            Command::ToggleHost(host) => self.expansion.toggle_host(host),
            Command::ToggleGroup(group) => self.expansion.toggle_group(group),
            Command::ExpandAll => self.expansion.open_all(&self.analysis),
            Command::CollapseAll => self.expansion.fold_all(&self.analysis),
            Command::ShowChainOnly(chain_only) => self.is_chain_only = chain_only,
            Command::ShowInferred(shown) => self.shows_inferred = shown,
            Command::Filter(words) => self.filter = words,
            Command::ShowChain(chain) => self.show_chain(chain),
            Command::ExportReport(path) => self.export_report(&path),
            Command::ForgetRecent(at) => self.forget_recent(at),
            Command::Tell(text) => self.fail(text),
            Command::DismissNotice => self.notice = None,
        }
        self.read_records(&[]);
        self.list_events();
    }

    fn open(&mut self, paths: Vec<PathBuf>) {
        if !paths.is_empty() {
            self.sample_folder = None;
            self.start(paths);
        }
    }

    /// Everything is read again, so that records that are in old and new files count once and
    /// parents are found across them; what is known stays on the screen until then. The sample is
    /// nobody's evidence: it gives way.
    fn add(&mut self, paths: Vec<PathBuf>) {
        if !self.has_bundle || self.is_sample() {
            return self.open(paths);
        }
        let known = self.evidence.paths.len();
        for path in paths {
            if !self.evidence.paths.contains(&path) {
                self.evidence.paths.push(path);
            }
        }
        if self.evidence.paths.len() > known {
            self.begin_again();
        }
    }

    /// Everything is read again for the same reasons as in [`Self::add`].
    fn leave_out(&mut self, file: LeftOut) {
        if self.has_bundle && !self.evidence.left_out.contains(&file) {
            self.evidence.left_out.push(file);
            self.evidence.left_out.sort();
            self.begin_again();
        }
    }

    fn put_back(&mut self, is_wanted: impl Fn(&LeftOut) -> bool) {
        let known = self.evidence.left_out.len();
        self.evidence.left_out.retain(|left_out| !is_wanted(left_out));
        if self.evidence.left_out.len() < known {
            self.begin_again();
        }
    }

    /// Tries one more password, until the bundle is closed.
    fn unlock(&mut self, password: Password) {
        if !self.has_bundle {
            return;
        }
        if self.evidence.passwords.contains(&password) {
            return self.fail("This password was tried already".to_owned());
        }
        self.evidence.passwords.push(password);
        self.begin_again();
        self.locked_before = Some(Arc::clone(&self.analysis));
    }

    /// Reads the evidence again; what is known of it stays on the screen until then.
    fn begin_again(&mut self) {
        self.is_adding = !self.analysis.sources.is_empty();
        self.locked_before = None;
        self.notice = None;
        self.begin();
    }

    fn open_sample(&mut self) {
        let folder = match tempfile::Builder::new().prefix("spawnscope-sample-").tempdir() {
            Ok(folder) => folder,
            Err(cause) => return self.fail(format!("The sample cannot be unpacked: {cause}.")),
        };
        if let Err(cause) = sample::write(folder.path()) {
            return self.fail(format!("The sample cannot be unpacked: {cause}."));
        }
        let paths = vec![folder.path().to_path_buf()];
        self.start(paths);
        self.sample_folder = Some(folder);
    }

    fn start(&mut self, paths: Vec<PathBuf>) {
        self.close();
        self.evidence.paths = paths;
        self.begin();
    }

    /// Reads the evidence; a job that reads already is cancelled.
    fn begin(&mut self) {
        let job = LoadJob::start(
            self.evidence.clone(),
            Arc::clone(&self.engine),
            self.threads,
            self.waker.clone(),
        );
        match job {
            Ok(job) => {
                self.job = Some(job);
                self.has_bundle = true;
            }
            Err(cause) => self.fail(format!("Reading cannot start: {cause}.")),
        }
    }

    fn close(&mut self) {
        self.job = None;
        self.analysis = Arc::default();
        self.groups.clear();
        self.evidence = Evidence::default();
        self.read_in = None;
        self.was_cancelled = false;
        self.selection = Selection::Nothing;
        self.expansion = Expansion::default();
        self.clear_limits();
        self.events = EventDesk::default();
        self.whole_records = WholeRecords::default();
        self.tab = Tab::ProcessTree;
        self.shown_chain = 0;
        self.notice = None;
        self.has_bundle = false;
        self.is_adding = false;
        self.locked_before = None;
        self.sample_folder = None;
    }

    fn cancel_load(&self) {
        if let Some(job) = &self.job {
            job.cancel();
        }
    }

    fn select_process(&mut self, process: ProcessIndex, finding: Option<usize>) {
        self.expansion.reveal(&self.analysis, process);
        self.selection = Selection::Process { process, finding };
        self.reveals += 1;
    }

    pub(super) fn select_finding(&mut self, at: usize) {
        let Some(finding) = self.analysis.findings.get(at) else { return };
        let (process, group) = (finding.process, finding.severity);
        let record = finding.records.first().copied().filter(|_| self.tab == Tab::Events);
        self.expansion.open_group(group);
        if let Some(record) = record {
            self.select_record(record, Some(at));
        } else if let Some(process) = process {
            self.select_process(process, Some(at));
        } else {
            self.selection = Selection::Finding(at);
            self.reveals += 1;
        }
    }

    fn step_finding(&mut self, direction: Direction) {
        let count = self.groups.len();
        if count == 0 {
            return;
        }
        let next = match (self.selected_group(), direction) {
            (None, Direction::Next) => 0,
            (Some(at), Direction::Next) => (at + 1) % count,
            (None | Some(0), Direction::Previous) => count - 1,
            (Some(at), Direction::Previous) => at - 1,
        };
        if let Some(first) = self.groups.get(next).map(FindingGroup::first) {
            self.select_finding(first);
        }
    }

    fn select_source(&mut self, source: SourceIndex) {
        self.selection = Selection::Source(source);
    }

    fn select_host(&mut self, host: usize) {
        if host < self.analysis.hosts.len() {
            self.selection = Selection::Host(host);
            self.reveals += 1;
        }
    }

    fn show_tab(&mut self, tab: Tab) {
        self.tab = tab;
        self.reveals += 1;
    }

    fn select_record(&mut self, record: RecordIndex, finding: Option<usize>) {
        if self.analysis.event(record).is_none() {
            return;
        }
        let process = self.analysis.record_mark(record).process;
        if let Some(process) = process {
            self.expansion.reveal(&self.analysis, process);
        }
        self.selection = Selection::Record { record, process, finding };
        self.reveals += 1;
    }

    fn show_records_of(&mut self, doer: Option<Doer>) {
        self.events.query.doer = doer;
        if doer.is_some() {
            // What else the table was limited to may have nothing to do with them.
            self.events.query.only.clear();
            self.tab = Tab::Events;
        }
    }

    fn sort_events(&mut self, column: EventColumn) {
        let sort = &mut self.events.query.sort;
        let is_descending = sort.column == column && !sort.is_descending;
        if column.is_sortable() {
            *sort = EventSort { column, is_descending };
        }
    }

    fn only_events(&mut self, only: Only) {
        let limits = &mut self.events.query.only;
        if !limits.contains(&only) {
            // Two values of the same would leave nothing: the newer one is meant.
            limits
                .retain(|known| only.is_left_out || known.is_left_out || known.group != only.group);
            limits.push(only);
        }
    }

    fn clear_limits(&mut self) {
        self.filter.clear();
        self.time_range = None;
        self.is_chain_only = false;
        self.events.query.doer = None;
        self.events.query.only.clear();
    }

    fn show_chain(&mut self, chain: usize) {
        if let Some(root) = self.analysis.zoom_roots.get(chain).copied() {
            self.shown_chain = chain;
            self.select_process(root, None);
        }
    }

    fn forget_recent(&mut self, at: usize) {
        if at < self.recents.len() {
            self.recents.remove(at);
        }
    }

    fn export_report(&mut self, path: &Path) {
        let text = report::markdown(&self.analysis, &report::Options::default());
        self.notice = Some(match export::write(path, &text, &self.analysis) {
            Ok(()) => {
                let name = path.file_name().map_or_else(
                    || path.display().to_string(),
                    |name| name.to_string_lossy().into_owned(),
                );
                Notice { text: format!("Report written to {name}"), is_error: false }
            }
            Err(error) => Notice { text: format!("Report not written: {error}"), is_error: true },
        });
    }

    pub(super) fn fail(&mut self, text: String) {
        self.notice = Some(Notice { text, is_error: true });
    }
}
