//! What Sysmon's GUIDs say of parents, worked out without the tree; and the judgement of a tree by
//! it. Nothing here is shared with `src/tree`.

use std::collections::{BTreeMap, HashMap};

use spawnscope::model::{Event, Process, ProcessTree, Timestamp};

/// A process as the records name it.
#[derive(Clone, Debug)]
pub(super) struct Who {
    /// `None` where the export dropped it and no other record tells it.
    pub(super) pid: Option<u32>,
    pub(super) name: String,
    /// The earliest and the latest second of the start, by the clock of the records.
    pub(super) start: (i64, i64),
    pub(super) guid: String,
    /// The records of the start, where there are any.
    pub(super) starts: Vec<usize>,
    /// Whether its own Sysmon record is there and lacks the process id.
    pub(super) is_idless: bool,
}

/// A start that was logged, and its parent.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) host: String,
    pub(super) child: Who,
    pub(super) parent: Who,
}

pub(super) fn is_sysmon(event: &Event) -> bool {
    event.home_channel().eq_ignore_ascii_case("Microsoft-Windows-Sysmon/Operational")
}

pub(super) fn is_security(event: &Event) -> bool {
    event.home_channel().eq_ignore_ascii_case("Security")
}

fn lower_name(path: &str) -> String {
    path.rsplit('\\').next().unwrap_or(path).trim_matches('"').to_lowercase()
}

pub(super) fn host(event: &Event) -> String {
    event.host().to_lowercase()
}

fn bare(guid: &str) -> String {
    guid.trim_matches(['{', '}']).to_lowercase()
}

/// The seconds in the second and third group of Sysmon's GUID, low half first.
fn guid_second(guid: &str) -> i64 {
    let groups: Vec<&str> = guid.split('-').collect();
    let half =
        |at: usize| i64::from_str_radix(groups.get(at).copied().unwrap_or("0"), 16).unwrap_or(0);
    half(2) << 16 | half(1)
}

/// The names of a GUID and of what else a record says of the same process.
const ROLES: [(&str, &str); 5] = [
    ("ProcessGuid", "ProcessId"),
    ("ParentProcessGuid", "ParentProcessId"),
    ("SourceProcessGUID", "SourceProcessId"),
    ("SourceProcessGuid", "SourceProcessId"),
    ("TargetProcessGUID", "TargetProcessId"),
];

/// What the records say of GUIDs and of 4688 starts.
struct Known<'e> {
    events: &'e [Event],
    /// Sysmon 1 by host and GUID.
    starts: BTreeMap<(String, String), Vec<usize>>,
    pids: HashMap<(String, String), u32>,
    /// 4688 by host.
    security: HashMap<String, Vec<usize>>,
}

impl<'e> Known<'e> {
    fn of(events: &'e [Event]) -> Self {
        let mut known = Self {
            events,
            starts: BTreeMap::new(),
            pids: HashMap::new(),
            security: HashMap::new(),
        };
        for (at, event) in events.iter().enumerate() {
            if is_security(event) && event.event_id == 4688 {
                known.security.entry(host(event)).or_default().push(at);
            }
            if !is_sysmon(event) {
                continue;
            }
            for (guid, pid) in ROLES {
                if let (Some(guid), Some(pid)) = (event.field(guid), event.pid(pid)) {
                    known.pids.insert((host(event), bare(guid)), pid);
                }
            }
            if let Some(guid) = event.field("ProcessGuid").filter(|_| event.event_id == 1) {
                known.starts.entry((host(event), bare(guid))).or_default().push(at);
            }
        }
        known
    }

    fn who(&self, child: &Event, guid: &str, image: &str) -> Who {
        let key = (host(child), guid.to_owned());
        let own = self.starts.get(&key).cloned().unwrap_or_default();
        let record = own.first().and_then(|at| self.events.get(*at));
        let mut who = Who {
            pid: self.pids.get(&key).copied(),
            name: lower_name(child.field(image).unwrap_or("")),
            start: span(guid_second(guid), skew(child)),
            guid: guid.to_owned(),
            starts: own,
            is_idless: record.is_some_and(|event| event.pid("ProcessId").is_none()),
        };
        if let Some(record) = record {
            who.start = span(guid_second(guid), skew(record));
        }
        who.starts.extend(self.twin(&key.0, &who, record));
        who
    }

    /// The 4688 of the same start: same id and name within three seconds; without an id the same
    /// command line too.
    fn twin(&self, host: &str, who: &Who, own: Option<&Event>) -> Option<usize> {
        let line = own.and_then(|event| event.field("CommandLine")).map(str::trim);
        let line = line.map(|line| line.replace("%%", "%"));
        let fits = |event: &Event| {
            let same_id = match (who.pid, event.pid("NewProcessId")) {
                (Some(left), right) => Some(left) == right,
                (None, _) => line.as_deref() == event.field("CommandLine").map(str::trim),
            };
            same_id && lower_name(event.field("NewProcessName").unwrap_or("")) == who.name
        };
        let distance = |at: usize| {
            let event = self.events.get(at).filter(|event| fits(event))?;
            let second = event.time?.unix_secs();
            Some((who.start.0 - second).max(second - who.start.1).max(0)).filter(|far| *far <= 3)
        };
        let starts = self.security.get(host)?.iter();
        starts.filter_map(|at| Some((distance(*at)?, *at))).min().map(|(_, at)| at)
    }
}

/// How much later, in seconds, the record was written than Sysmon says that it happened.
fn skew(event: &Event) -> i64 {
    let utc = event.field("UtcTime").and_then(Timestamp::parse);
    event.time.zip(utc).map_or(0, |(time, utc)| time.unix_secs() - utc.unix_secs())
}

/// A second by the clock of the records: a minute is a record written late, more another clock.
const fn span(second: i64, skew: i64) -> (i64, i64) {
    match skew {
        0..=60 => (second, second + skew),
        _ => (second + skew, second + skew),
    }
}

/// Every start that Sysmon 1 tells of with a parent, once.
pub(super) fn cases(events: &[Event]) -> Vec<Case> {
    let known = Known::of(events);
    let case = |((host, guid), records): (&(String, String), &Vec<usize>)| {
        let event = events.get(*records.first()?)?;
        let parent = event.field("ParentProcessGuid").map(bare)?;
        Some(Case {
            host: host.clone(),
            child: known.who(event, guid, "Image"),
            parent: known.who(event, &parent, "ParentImage"),
        })
    };
    known.starts.iter().filter_map(case).collect()
}

/// What a tree says of one parent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// The very process.
    Right,
    /// A stub of the very process, and it started before the host's first process record.
    BeforeLog,
    /// A stub of the very process, whose start these records lack.
    NotLogged,
    /// A stub, since the export dropped the process id from the parent's start.
    NoPid,
    /// A stub, though its start is among the records.
    NotLinked(String),
    /// The child's start is not among the records.
    ChildNotLogged,
    /// Another process, or things said of a stub that are not true of the parent.
    Wrong(String),
}

/// A tree with what is needed to look things up in it.
pub(super) struct Judge<'a> {
    tree: &'a ProcessTree,
    /// The process of each record, by its position among all events.
    by_record: HashMap<usize, usize>,
    first: HashMap<String, i64>,
    /// Which GUID each stub stands for by its first child.
    stubs: HashMap<u32, String>,
}

impl<'a> Judge<'a> {
    /// `kept` are the positions among all events of those the tree was built from.
    pub(super) fn new(tree: &'a ProcessTree, events: &[Event], kept: &[usize]) -> Self {
        let mut by_record = HashMap::new();
        for (at, process) in tree.processes.iter().enumerate() {
            for witness in &process.witnesses {
                let record = kept[witness.record.0 as usize];
                let known = *by_record.entry(record).or_insert(at);
                assert_eq!(
                    known,
                    at,
                    "twice in the tree: {:?} {}",
                    events[record],
                    crate::events::show(tree)
                );
            }
        }
        let mut first = HashMap::new();
        for event in kept.iter().map(|at| &events[*at]) {
            let is_process = matches!(event.event_id, 1 | 5) && is_sysmon(event)
                || matches!(event.event_id, 4688 | 4689) && is_security(event);
            if let Some(time) = event.time.filter(|_| is_process) {
                let second = first.entry(host(event)).or_insert(i64::MAX);
                *second = time.unix_secs().min(*second);
            }
        }
        Self { tree, by_record, first, stubs: HashMap::new() }
    }

    fn process_of(&self, who: &Who) -> Option<(usize, &'a Process)> {
        let at = who.starts.iter().find_map(|record| self.by_record.get(record))?;
        Some((*at, self.tree.processes.get(*at)?))
    }

    pub(super) fn verdict(&mut self, case: &Case) -> Verdict {
        let Some((_, child)) = self.process_of(&case.child) else { return Verdict::ChildNotLogged };
        let truth = &case.parent;
        let logged = self.process_of(truth).map(|(at, _)| at);
        let Some(at) = child.parent else {
            return Verdict::NotLinked("no parent at all".to_owned());
        };
        let Some(parent) = self.tree.process(at) else {
            return Verdict::Wrong("no such process".to_owned());
        };
        if let Some(what) = not_true(parent, truth) {
            return Verdict::Wrong(what);
        }
        if parent.stub.is_none() {
            return match logged {
                Some(logged) if logged == at.0 as usize => Verdict::Right,
                // Its own Sysmon record may be lost and a 4688 not: then start and name decide.
                None => Verdict::Right,
                Some(_) => Verdict::Wrong(format!("another process, {}", parent.key)),
            };
        }
        let known = self.stubs.entry(at.0).or_insert_with(|| truth.guid.clone());
        if *known != truth.guid {
            return Verdict::Wrong(format!("one stub for {known} and {}", truth.guid));
        }
        if logged.is_some() {
            let told = format!("{} {:?}", parent.key, parent.stub);
            return if truth.is_idless { Verdict::NoPid } else { Verdict::NotLinked(told) };
        }
        match self.first.get(&case.host) {
            Some(first) if truth.start.0 < *first => Verdict::BeforeLog,
            _ => Verdict::NotLogged,
        }
    }
}

/// What a process in the tree says that is not true of this one.
fn not_true(process: &Process, truth: &Who) -> Option<String> {
    let name = process.image.as_deref().map(lower_name);
    if let (Some(said), Some(pid)) = (process.pid, truth.pid)
        && said != pid
    {
        return Some(format!("pid {said} and not {pid}"));
    }
    if name.as_ref().is_some_and(|name| *name != truth.name && !truth.name.is_empty()) {
        return Some(format!("{name:?} and not {}", truth.name));
    }
    let (earliest, latest) = (truth.start.0 - 3, truth.start.1 + 3);
    let start = process.start.map(Timestamp::unix_secs);
    if start.is_some_and(|start| !(earliest..=latest).contains(&start)) {
        return Some(format!("started {start:?} and not {:?}", truth.start));
    }
    let guid = process.guid.as_deref();
    guid.filter(|guid| *guid != truth.guid).map(|guid| format!("{guid} and not {}", truth.guid))
}
