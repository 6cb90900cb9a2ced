//! Collects, for each step of the chain, the records and processes that show it.
//! Not the verdict on steps without records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;

use crate::model::{
    Activity, ActivityKind, Event, Finding, Process, ProcessIndex, RecordIndex, Severity,
    is_same_text,
};

use super::{ChainInput, facts, facts::Destination};
use crate::detect::raise::is_zoom_rule;

/// The nine entries of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    Start,
    Lure,
    Interpreter,
    Commands,
    Discovery,
    Persistence,
    Remote,
    Lateral,
    Exfiltration,
}

/// What shows one entry.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    pub(super) records: BTreeSet<RecordIndex>,
    pub(super) processes: BTreeSet<ProcessIndex>,
    /// For a lure: whether any of it came shortly before.
    pub(super) is_near: bool,
    /// Words with how often they were seen.
    pub(super) words: BTreeMap<String, u64>,
}

/// The processes that the evidence comes from.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) input: &'a ChainInput<'a>,
    /// Interpreters that Zoom started, at any depth.
    pub(super) interpreters: BTreeSet<ProcessIndex>,
    /// They and all below them.
    pub(super) below: BTreeSet<ProcessIndex>,
    /// The interpreters whose worst finding is the worst on their host.
    gravest: BTreeSet<ProcessIndex>,
    /// All below a Zoom root, the roots left out.
    family: BTreeSet<ProcessIndex>,
    found: BTreeMap<Entry, Evidence>,
}

impl<'a> Scene<'a> {
    pub(super) fn collect(input: &'a ChainInput<'a>) -> BTreeMap<Entry, Evidence> {
        let mut scene = Self::new(input);
        scene.starts();
        scene.lures();
        for at in scene.below.clone() {
            if let Some(process) = input.tree.process(at) {
                scene.process(at, process);
            }
        }
        for finding in input.findings {
            scene.finding(finding);
        }
        scene.named_records();
        scene.command_lines();
        scene.callers();
        scene.found
    }

    pub(super) fn new(input: &'a ChainInput<'a>) -> Self {
        let mut family: BTreeSet<ProcessIndex> =
            input.tree.subtrees(input.zoom_roots.iter().copied());
        for root in input.zoom_roots {
            family.remove(root);
        }
        let interpreters: BTreeSet<ProcessIndex> = input
            .findings
            .iter()
            .filter(|finding| is_zoom_rule(&finding.rule.id))
            .filter_map(|finding| finding.process)
            .filter(|at| family.contains(at))
            .collect();
        let below = input.tree.subtrees(interpreters.iter().copied());
        let gravest = gravest(input, &interpreters);
        Self { input, interpreters, gravest, below, family, found: BTreeMap::new() }
    }

    /// Whether it is an interpreter whose worst finding is the worst on its host.
    pub(super) fn is_gravest(&self, at: ProcessIndex) -> bool {
        self.gravest.contains(&at)
    }

    pub(super) fn entry(&mut self, entry: Entry) -> &mut Evidence {
        self.found.entry(entry).or_default()
    }

    pub(super) fn add(&mut self, entry: Entry, at: ProcessIndex, record: RecordIndex, words: &str) {
        let evidence = self.entry(entry);
        evidence.processes.insert(at);
        if evidence.records.insert(record) && !words.is_empty() {
            *evidence.words.entry(words.to_owned()).or_default() += 1;
        }
    }

    /// Adds the start records of a process.
    pub(super) fn add_start(
        &mut self,
        entry: Entry,
        at: ProcessIndex,
        process: &Process,
        words: &str,
    ) {
        for record in starts(process) {
            self.add(entry, at, record, "");
        }
        if !words.is_empty() && starts(process).next().is_some() {
            *self.entry(entry).words.entry(words.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn event(&self, record: RecordIndex) -> Option<&'a Event> {
        self.input.events.get(record.0 as usize)
    }

    /// The line that says what the record tells.
    pub(super) fn text(&self, activity: &Activity) -> String {
        activity.text(self.input.tree, self.input.events)
    }

    fn starts(&mut self) {
        for root in self.input.zoom_roots {
            if let Some(process) = self.input.tree.process(*root) {
                self.entry(Entry::Start).processes.insert(*root);
                self.add_start(Entry::Start, *root, process, process.name());
            }
        }
        for at in self.interpreters.clone() {
            if let Some(process) = self.input.tree.process(at) {
                self.add_start(Entry::Interpreter, at, process, process.name());
            }
        }
    }

    /// What one process below an interpreter is and did.
    fn process(&mut self, at: ProcessIndex, process: &Process) {
        if !self.interpreters.contains(&at) && facts::is_discovery(process) {
            self.add_start(Entry::Discovery, at, process, process.name());
        }
        if facts::task_made(process).is_some() {
            self.add_start(Entry::Persistence, at, process, "Scheduled task");
        }
        if facts::service_made(process).is_some() {
            self.add_start(Entry::Persistence, at, process, "Service");
        }
        if let Some(share) = facts::share_used(process) {
            self.add_start(Entry::Lateral, at, process, &format!("net use {share}"));
        }
        for activity in &process.activity {
            self.activity(at, process, activity);
        }
    }

    fn activity(&mut self, at: ProcessIndex, process: &Process, activity: &Activity) {
        let record = activity.record;
        let Some(event) = self.event(record) else { return };
        match activity.kind {
            // The others only say that an engine or a provider is there.
            ActivityKind::Script if matches!(event.event_id, 4103 | 4104 | 800) => {
                self.add(Entry::Commands, at, record, "script records");
            }
            ActivityKind::File => {
                // PowerShell itself writes this file at each start to test the script policy.
                let path = self.text(activity);
                let is_own_test = path.contains("__PSScriptPolicyTest_");
                if facts::is_startup_file(&path) {
                    self.add(Entry::Persistence, at, record, "Startup folder");
                } else if self.interpreters.contains(&at) && !is_own_test {
                    self.add(Entry::Commands, at, record, "file records");
                }
            }
            ActivityKind::Registry if facts::is_autostart_key(&self.text(activity)) => {
                self.add(Entry::Persistence, at, record, "Autostart key");
            }
            // 200 and 201 say that a task ran, which is what a made one is for.
            ActivityKind::Task => self.add(Entry::Persistence, at, record, "Scheduled task"),
            ActivityKind::Service => self.add(Entry::Persistence, at, record, "Service"),
            ActivityKind::Wmi if matches!(event.event_id, 19..=21 | 5861) => {
                self.add(Entry::Persistence, at, record, "WMI subscription");
            }
            ActivityKind::Network => self.connection(at, process, activity, event),
            ActivityKind::Share => {
                let words = format!("{} opened", self.text(activity));
                self.add(Entry::Lateral, at, record, &words);
            }
            ActivityKind::Logon if event.event_id == 4648 => {
                self.add(Entry::Lateral, at, record, "Explicit credentials");
            }
            _ => {}
        }
    }

    /// A connection to where the process's own command line downloads from is that download; any
    /// other to a public address is remote access.
    fn connection(
        &mut self,
        at: ProcessIndex,
        process: &Process,
        activity: &Activity,
        event: &Event,
    ) {
        let Some(to) = Destination::of(event) else { return };
        let record = activity.record;
        let decoding = process.decoding.as_ref();
        let is_download = decoding.is_some_and(|decoding| {
            decoding.traits.iter().any(|known| known.contains("download"))
                && (decoding.indicators.iter().any(|known| to.is_named_by(&known.value))
                    || decoding.layers.iter().any(|layer| to.is_named_in(&layer.text)))
        });
        if is_download {
            self.add(Entry::Commands, at, record, "download connections");
        } else if to.is_public() {
            self.add(Entry::Remote, at, record, &to.words());
        } else if to.is_management() {
            self.add(Entry::Lateral, at, record, &format!("Connects to {}", to.words()));
        }
    }

    /// A finding on the chain, by its ATT&CK tactics.
    fn finding(&mut self, finding: &Finding) {
        const TACTICS: [(&str, Entry); 5] = [
            ("attack.discovery", Entry::Discovery),
            ("attack.persistence", Entry::Persistence),
            ("attack.command-and-control", Entry::Remote),
            ("attack.lateral-movement", Entry::Lateral),
            ("attack.exfiltration", Entry::Exfiltration),
        ];
        let Some(at) = finding.process.filter(|at| self.family.contains(at)) else { return };
        if self.interpreters.contains(&at) && is_zoom_rule(&finding.rule.id) {
            let entry = self.entry(Entry::Interpreter);
            entry.records.extend(&finding.records);
            return;
        }
        for tag in &finding.rule.tags {
            let tag = tag.replace('_', "-");
            let Some((_, entry)) = TACTICS.iter().find(|(name, _)| is_same_text(name, &tag)) else {
                continue;
            };
            let evidence = self.entry(*entry);
            evidence.processes.insert(at);
            let had_words = !evidence.words.is_empty();
            let before = evidence.records.len();
            evidence.records.extend(&finding.records);
            if !had_words && evidence.records.len() > before {
                *evidence.words.entry(finding.title.clone()).or_default() += 1;
            }
        }
    }

    /// Records of the Task Scheduler and of services that name what the chain made. They are
    /// written by another process, so no process id leads to them.
    fn named_records(&mut self) {
        let tree = self.input.tree;
        let mut made: HashMap<(bool, String), Vec<(ProcessIndex, &Process)>, RandomState> =
            HashMap::default();
        for at in &self.below {
            let Some(process) = tree.process(*at) else { continue };
            let names = [
                facts::task_made(process).map(|name| (true, name)),
                facts::service_made(process).map(|name| (false, name)),
            ];
            for (is_task, name) in names.into_iter().flatten() {
                let makers = made.entry((is_task, facts::task_key(name))).or_default();
                // Processes come by host and start: what came before a host's first maker came
                // before all others there.
                if makers.last().is_none_or(|(_, known)| known.host != process.host) {
                    makers.push((*at, process));
                }
            }
        }
        if made.is_empty() {
            return;
        }
        for (position, event) in (0u32..).zip(self.input.events) {
            let (field, is_task) = match event.event_id {
                106 | 140 | 141 | 200 | 201 | 4698..=4702 => ("TaskName", true),
                7045 | 4697 => ("ServiceName", false),
                _ => continue,
            };
            let Some(name) = event.field(field) else { continue };
            let makers = made.get(&(is_task, facts::task_key(name))).map(Vec::as_slice);
            let maker = makers.unwrap_or_default().iter().find(|(_, process)| {
                is_same_host(&process.host, event.host()) && process.start <= event.time
            });
            if let Some((at, ..)) = maker {
                let words = if is_task { "Scheduled task" } else { "Service" };
                self.add(Entry::Persistence, *at, RecordIndex(position), words);
            }
        }
    }

    /// Where neither script nor file records tell what an interpreter did, its command line does.
    fn command_lines(&mut self) {
        if self.found.get(&Entry::Commands).is_some_and(|found| !found.records.is_empty()) {
            return;
        }
        for at in self.interpreters.clone() {
            let Some(process) = self.input.tree.process(at) else { continue };
            if !facts::arguments(process).is_empty() {
                self.add_start(Entry::Commands, at, process, "command lines");
            }
        }
    }

    /// A shell between the first interpreter and a command takes part in the command's step.
    fn callers(&mut self) {
        for entry in [Entry::Discovery, Entry::Persistence, Entry::Lateral] {
            let Some(evidence) = self.found.get(&entry) else { continue };
            let callers: Vec<ProcessIndex> = evidence
                .processes
                .iter()
                .filter_map(|at| self.input.tree.process(*at)?.parent)
                .filter(|at| self.below.contains(at) && self.is_inner_shell(*at))
                .collect();
            self.entry(entry).processes.extend(callers);
        }
    }

    fn is_inner_shell(&self, at: ProcessIndex) -> bool {
        self.input.tree.process(at).is_some_and(|process| {
            is_same_text(process.name(), "cmd.exe")
                && process.parent.is_some_and(|parent| self.below.contains(&parent))
        })
    }
}

/// The interpreters whose worst finding is the worst of the interpreters on their host.
fn gravest(
    input: &ChainInput<'_>,
    interpreters: &BTreeSet<ProcessIndex>,
) -> BTreeSet<ProcessIndex> {
    let mut worst: BTreeMap<ProcessIndex, Severity> = BTreeMap::new();
    for finding in input.findings {
        if let Some(at) = finding.process.filter(|at| interpreters.contains(at)) {
            let level = worst.entry(at).or_insert(finding.severity);
            *level = finding.severity.max(*level);
        }
    }
    let host = |at: ProcessIndex| Some(input.tree.process(at)?.host.to_lowercase());
    let mut of_host: BTreeMap<String, Severity> = BTreeMap::new();
    for (at, level) in &worst {
        if let Some(host) = host(*at) {
            let known = of_host.entry(host).or_insert(*level);
            *known = (*known).max(*level);
        }
    }
    let is_gravest = |at: ProcessIndex, level: Severity| {
        host(at).is_some_and(|host| of_host.get(&host) == Some(&level))
    };
    worst.iter().filter(|(at, level)| is_gravest(**at, **level)).map(|(at, _)| *at).collect()
}

/// The records that say a process started.
///
/// A witness is a start where its event is one: Sysmon 1, Security 4688.
pub(super) fn starts(process: &Process) -> impl Iterator<Item = RecordIndex> + '_ {
    process
        .witnesses
        .iter()
        .filter(|witness| witness.kind.ends_with("/1") || witness.kind.ends_with("/4688"))
        .map(|witness| witness.record)
}

/// Whether the names are of one host; a short name equals its FQDN.
pub(super) fn is_same_host(left: &str, right: &str) -> bool {
    let is_short = !(left.contains('.') && right.contains('.'));
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    is_same_text(left, right) || (is_short && short(left) == short(right))
}
