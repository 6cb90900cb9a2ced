//! Steps, processes and what is around them over time.
//!
//! [`timeline`] is made when the session changes and is light: a line for each process. What the
//! lines on screen say is made for them alone ([`lane`], [`ticks`]). Moments are seconds since 1970.

mod lane;
mod steps;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{
    Analysis, FindingGroup, ProcessIndex, RecordIndex, Severity, Telemetry, Timestamp, is_same_text,
};
use crate::session::Session;
use crate::view::findings::{short_host, short_why};
use crate::view::process_tree;

pub use self::lane::{Lane, Shape, Tick, lane, shape, ticks};
pub use self::steps::{StepBar, StepRow};
pub use self::window::{Moment, Window, moment, scale, time_of};

/// One process as a line; depth is that below the topmost shown ancestor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LaneLine {
    /// The process.
    #[serde(skip)]
    pub process: ProcessIndex,
    /// Levels below the top of its tree.
    pub depth: u16,
    /// Whether it is the last child of its parent.
    pub is_last: bool,
    /// Bit `n` is set where the guide of depth `n` goes on below.
    pub guides: u64,
    /// The worst severity of the Zoom chain it lies on.
    pub chain: Option<Severity>,
    /// Whether it lies there only because somebody on the chain is concluded to have asked for it.
    pub is_inferred: bool,
}

/// Where records are missing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hole {
    /// Its beginning.
    pub from: Moment,
    /// Its end.
    pub to: Moment,
    /// `Sysmon off`.
    pub words: String,
    /// `14:02:03–14:20:11`.
    pub when: String,
}

/// A row of what is around the processes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AroundRow {
    /// `In a Zoom meeting`, `Logons`, `Defender`.
    pub name: &'static str,
    /// Times from and to, with words.
    pub spans: Vec<(Moment, Moment, String)>,
    /// Moments with the record of each, sorted.
    #[serde(skip)]
    pub moments: Vec<(Moment, RecordIndex)>,
    /// What to say where there is neither.
    pub none: &'static str,
}

/// The timeline of the shown host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timeline {
    /// From the first record to the last, with some room.
    pub bounds: Window,
    /// Around the Zoom chain, else all.
    pub fit: Window,
    /// The steps of the attack chain; empty where the host has none.
    pub steps: Vec<StepRow>,
    /// Processes on a Zoom chain, in tree order.
    pub chain: Vec<LaneLine>,
    /// All others, in tree order.
    pub others: Vec<LaneLine>,
    /// Where records are missing.
    pub holes: Vec<Hole>,
    /// `LAPTOP-7F2K`.
    pub host: String,
    /// What is around.
    pub around: Vec<AroundRow>,
    /// The findings of each process.
    #[serde(skip)]
    pub findings: BTreeMap<ProcessIndex, Vec<Mark>>,
}

/// A finding: when, how bad, what.
pub type Mark = (Moment, Severity, String);

/// The findings of all processes; of a series the first.
fn marks(session: &Session) -> BTreeMap<ProcessIndex, Vec<Mark>> {
    let mut marks: BTreeMap<ProcessIndex, Vec<Mark>> = BTreeMap::new();
    let first = |group: &FindingGroup| session.analysis().findings.get(group.first());
    for finding in session.groups().iter().filter_map(first) {
        if let (Some(process), Some(time)) = (finding.process, finding.time) {
            let mark = (moment(time), finding.severity, finding.title.clone());
            marks.entry(process).or_default().push(mark);
        }
    }
    marks
}

/// The timeline of a host; `None` where no record has a time.
pub fn timeline(session: &Session, host: Option<usize>) -> Option<Timeline> {
    let analysis = session.analysis();
    let shown = analysis.hosts.get(host?)?;
    let (first, last) = (moment(shown.first?), moment(shown.last?));
    let bounds = Window::around(first, last);
    let (chain, others) = lanes(session, &shown.name);
    let has_chain = !chain.is_empty();
    let steps = if has_chain { steps::steps(session) } else { Vec::new() };
    let fit = fit(analysis, &chain).map_or(bounds, |fit| fit.within(bounds));
    Some(Timeline {
        bounds,
        fit,
        steps,
        chain,
        others,
        holes: holes(analysis, &shown.name),
        host: short_host(&shown.name),
        around: around(analysis, &shown.name),
        findings: marks(session),
    })
}

/// From the first finding on the chain to the last, with room: Zoom itself often runs for hours.
fn fit(analysis: &Analysis, chain: &[LaneLine]) -> Option<Window> {
    let lines: BTreeSet<ProcessIndex> = chain.iter().map(|line| line.process).collect();
    let is_on = |process: ProcessIndex| lines.contains(&process);
    let found = analysis.findings.iter().filter(|finding| finding.process.is_some_and(is_on));
    let times: Vec<Moment> = found.filter_map(|finding| finding.time).map(moment).collect();
    let first = times.iter().copied().reduce(f64::min)?;
    let last = times.iter().copied().reduce(f64::max)?;
    let room = ((last - first) * 0.1).max(60.0);
    Some(Window { from: first - room, to: last + room })
}

/// The host's processes that filter and range leave: those on a chain, and the others.
fn lanes(session: &Session, host: &str) -> (Vec<LaneLine>, Vec<LaneLine>) {
    let analysis = session.analysis();
    let wanted = process_tree::wanted(session);
    let is_wanted = |at: ProcessIndex| {
        wanted.as_deref().is_none_or(|wanted| wanted.get(at.0 as usize).copied().unwrap_or(false))
    };
    let zooms: BTreeSet<ProcessIndex> = analysis.zoom_roots.iter().copied().collect();
    let mut worst: BTreeMap<ProcessIndex, Severity> = BTreeMap::new();
    let mut top = |line: LaneLine, zoom: ProcessIndex| {
        let worst = *worst.entry(zoom).or_insert_with(|| worst_below(analysis, zoom));
        LaneLine { depth: 0, guides: 0, is_last: true, chain: Some(worst), ..line }
    };
    let (mut chain, mut others) = (Vec::new(), Vec::new());
    let roots = analysis.tree.roots.iter().copied();
    let of_host = |at: &ProcessIndex| analysis.tree.process(*at).is_some_and(|p| p.host == host);
    let mut open: Vec<Open> = roots.filter(of_host).rev().map(Open::root).collect();
    while let Some(next) = open.pop() {
        if !is_wanted(next.line.process) {
            continue;
        }
        let starts_chain = next.line.chain.is_none() && zooms.contains(&next.line.process);
        let asked_by = analysis.mark(next.line.process).inferred_chain;
        let is_asked = session.shows_inferred() && next.line.chain.is_none();
        let line = match asked_by.filter(|_| is_asked) {
            _ if starts_chain => top(next.line, next.line.process),
            Some(zoom) => LaneLine { is_inferred: true, ..top(next.line, zoom) },
            None => next.line,
        };
        if line.chain.is_some() {
            chain.push(line);
        } else {
            others.push(line);
        }
        let children = analysis.tree.children_of(line.process);
        let last = children.iter().rposition(|child| is_wanted(*child));
        let own = 1u64.checked_shl(u32::from(line.depth)).unwrap_or(0);
        let guides = if line.is_last { line.guides } else { line.guides | own };
        open.extend(children.iter().enumerate().rev().map(|(at, child)| Open {
            line: LaneLine {
                process: *child,
                depth: line.depth.saturating_add(1),
                is_last: Some(at) == last,
                guides,
                chain: line.chain,
                is_inferred: line.is_inferred,
            },
        }));
    }
    // What is only concluded stands behind what is recorded; what is below a process stays there.
    chain.sort_by_key(|line: &LaneLine| line.is_inferred);
    (chain, others)
}

struct Open {
    line: LaneLine,
}

impl Open {
    const fn root(process: ProcessIndex) -> Self {
        let (depth, guides, chain) = (0, 0, None);
        let is_inferred = false;
        Self { line: LaneLine { process, depth, is_last: true, guides, chain, is_inferred } }
    }
}

/// The worst finding of a chain.
fn worst_below(analysis: &Analysis, zoom: ProcessIndex) -> Severity {
    let below = analysis.tree.subtree(zoom).into_iter();
    let worst = below.filter_map(|at| analysis.mark(at).severity).max();
    worst.unwrap_or(Severity::Informational)
}

/// Holes of the host's telemetry; those that overlap are one.
fn holes(analysis: &Analysis, host: &str) -> Vec<Hole> {
    let mut found: Vec<(Timestamp, Timestamp, &str)> = analysis
        .coverage
        .iter()
        .filter(|coverage| coverage.host == host)
        // Process starts by one of two logs are missing: the other still tells.
        .filter(|coverage| coverage.telemetry != Telemetry::ProcessSecurity)
        .flat_map(|coverage| &coverage.gaps)
        .map(|gap| (gap.from, gap.to, gap.why.as_str()))
        .collect();
    found.sort_unstable();
    found.dedup_by(|later, earlier| {
        let overlaps = later.0 < earlier.1;
        if overlaps {
            earlier.1 = earlier.1.max(later.1);
        }
        overlaps
    });
    let hole = |(from, to, why): (Timestamp, Timestamp, &str)| Hole {
        from: moment(from),
        to: moment(to),
        words: short_why(why).to_owned(),
        when: format!("{}–{}", from.clock(false), to.clock(false)),
    };
    found.into_iter().map(hole).collect()
}

/// Zoom meetings by the life of Zoom's meeting host, logons, and what Defender says.
fn around(analysis: &Analysis, host: &str) -> Vec<AroundRow> {
    let meetings = analysis
        .tree
        .processes
        .iter()
        .filter(|process| process.host == host && is_same_text(process.name(), "CptHost.exe"))
        .filter_map(|process| {
            let (start, end) = (process.start?, process.end);
            let words = match end {
                Some(end) => format!("{} to {}", start.clock(false), end.clock(false)),
                None => format!("from {}, its end is not logged", start.clock(false)),
            };
            let to = end.map_or(f64::INFINITY, moment);
            Some((moment(start), to, format!("CptHost.exe alive, {words}")))
        })
        .collect();
    let of = |is_wanted: &dyn Fn(&crate::model::Event) -> bool| -> Vec<(Moment, RecordIndex)> {
        let records = (0u32..).map(RecordIndex).zip(analysis.events.iter());
        let wanted = records.filter(|(at, event)| {
            is_wanted(event) && analysis.host_of(*at).is_some_and(|known| known.name == host)
        });
        wanted.filter_map(|(at, event)| Some((moment(event.time?), at))).collect()
    };
    let logons = of(&|event| matches!(event.event_id, 4624 | 4625) && event.is_channel("Security"));
    let is_defender = |event: &crate::model::Event| {
        matches!(event.event_id, 1006 | 1007 | 1116 | 1117 | 5001)
            && event.is_channel("Microsoft-Windows-Windows Defender/Operational")
    };
    vec![
        AroundRow {
            name: "In a Zoom meeting",
            spans: meetings,
            moments: Vec::new(),
            none: "No CptHost.exe, the program of a meeting, in these logs",
        },
        AroundRow { name: "Logons", spans: Vec::new(), moments: logons, none: "None logged" },
        AroundRow {
            name: "Defender",
            spans: Vec::new(),
            moments: of(&is_defender),
            none: "No detection in these logs",
        },
    ]
}
