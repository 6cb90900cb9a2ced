//! Which rows of the process tree are unfolded. Positions, so a new analysis makes a new one.

use std::collections::HashSet;

use crate::model::{Analysis, ProcessIndex, Severity};

/// The unfolded hosts, processes and groups of findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    processes: HashSet<ProcessIndex>,
    hosts: HashSet<usize>,
    folded_groups: HashSet<Severity>,
}

impl Expansion {
    /// What a fresh bundle shows: the Zoom chains and what leads to them, on the hosts that have one;
    /// on a bundle without a chain, every host with its roots.
    pub fn initial(analysis: &Analysis) -> Self {
        let mut fresh = Self::default();
        fresh.folded_groups.extend([Severity::Medium, Severity::Low, Severity::Informational]);
        if analysis.findings.iter().all(|finding| finding.severity < Severity::High) {
            fresh.folded_groups.remove(&Severity::Medium);
        }
        fresh.unfold_chains(analysis);
        if fresh.hosts.is_empty() {
            fresh.hosts.extend(0..analysis.hosts.len());
        }
        fresh
    }

    fn unfold_chains(&mut self, analysis: &Analysis) {
        for root in &analysis.zoom_roots {
            self.processes.extend(analysis.tree.subtree(*root));
            self.reveal(analysis, *root);
        }
        // Where a chain goes on under another parent, because somebody on it asked for a process.
        let asked_for = |at: ProcessIndex| analysis.mark(at).inferred_chain.is_some();
        let below = analysis.tree.iter().filter(|(at, _)| asked_for(*at));
        for (at, process) in below {
            self.processes.insert(at);
            if !process.parent.is_some_and(asked_for) {
                self.reveal(analysis, at);
            }
        }
    }

    /// Unfolds everything above a process, so that its row can be seen.
    pub fn reveal(&mut self, analysis: &Analysis, process: ProcessIndex) {
        self.processes.extend(analysis.tree.ancestors(process));
        let host = analysis.tree.process(process).map(|found| found.host.as_str());
        self.hosts
            .extend(analysis.hosts.iter().position(|known| Some(known.name.as_str()) == host));
    }

    /// Whether the children of this process are shown.
    pub fn is_open(&self, process: ProcessIndex) -> bool {
        self.processes.contains(&process)
    }

    /// Whether the processes of this host are shown.
    pub fn is_host_open(&self, host: usize) -> bool {
        self.hosts.contains(&host)
    }

    /// Whether this group of findings is shown.
    pub fn is_group_open(&self, group: Severity) -> bool {
        !self.folded_groups.contains(&group)
    }

    pub(super) fn toggle_process(&mut self, process: ProcessIndex) {
        if !self.processes.remove(&process) {
            self.processes.insert(process);
        }
    }

    pub(super) fn toggle_host(&mut self, host: usize) {
        if !self.hosts.remove(&host) {
            self.hosts.insert(host);
        }
    }

    pub(super) fn toggle_group(&mut self, group: Severity) {
        if !self.folded_groups.remove(&group) {
            self.folded_groups.insert(group);
        }
    }

    pub(super) fn open_group(&mut self, group: Severity) {
        self.folded_groups.remove(&group);
    }

    pub(super) fn open_all(&mut self, analysis: &Analysis) {
        self.processes.extend(analysis.tree.iter().map(|(at, _)| at));
        self.hosts.extend(0..analysis.hosts.len());
    }

    pub(super) fn fold_all(&mut self, analysis: &Analysis) {
        self.processes.clear();
        self.hosts.clear();
        self.unfold_chains(analysis);
    }

    /// The same rows of another analysis of the same bundle, found again by key and name.
    pub(super) fn carried_over(&self, old: &Analysis, new: &Analysis) -> Self {
        let keys: HashSet<&str> = self
            .processes
            .iter()
            .filter_map(|at| old.tree.process(*at))
            .map(|process| process.key.as_str())
            .collect();
        let names: HashSet<&str> = self
            .hosts
            .iter()
            .filter_map(|at| old.hosts.get(*at))
            .map(|host| host.name.as_str())
            .collect();
        let mut carried = Self::initial(new);
        carried.folded_groups.clone_from(&self.folded_groups);
        carried.processes.extend(
            new.tree
                .iter()
                .filter(|(_, process)| keys.contains(process.key.as_str()))
                .map(|(at, _)| at),
        );
        carried.hosts.extend((0..new.hosts.len()).filter(|at| {
            new.hosts.get(*at).is_some_and(|host| names.contains(host.name.as_str()))
        }));
        carried
    }
}
