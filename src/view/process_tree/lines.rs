//! The visible lines of the tree: hosts, unfolded processes, decoded commands.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{Analysis, Process, ProcessIndex, Severity, TimeRange};
use crate::session::Session;

/// What a line of the tree stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Subject {
    /// A host, by position.
    Host(usize),
    /// A process.
    Process(#[serde(skip)] ProcessIndex),
    /// The decoded command of the process above.
    Decoded(#[serde(skip)] ProcessIndex),
}

/// One visible line, as light as a list of a million needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it stands for.
    pub subject: Subject,
    /// Depth below the host: 0 for a host, 1 for its roots.
    pub depth: u16,
    /// Bit `n` is set where the guide of depth `n` goes on below this line; depths over 63 have no guide.
    pub guides: u64,
    /// Whether it is the last child of its parent.
    pub is_last: bool,
    /// Whether children are there to show.
    pub has_children: bool,
    /// Whether they are shown.
    pub is_open: bool,
    /// The Zoom chain it lies on.
    pub lane: Option<Lane>,
}

/// A Zoom chain as a lane down the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Lane {
    /// The worst severity in the chain: the lane's colour.
    pub worst: Severity,
    /// Depth of the Zoom process at its top; guides below it are the chain's own.
    pub depth: u16,
    /// Whether the chain goes on here only because somebody on it is concluded to have asked for
    /// this process, or for one above it.
    pub is_inferred: bool,
}

/// Visible lines and how much the filter hides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lines {
    /// The lines, top to bottom.
    pub lines: Vec<Line>,
    /// Processes that the filter or "Zoom chain only" hides.
    pub hidden: usize,
}

/// All visible lines.
pub fn lines(session: &Session) -> Lines {
    let analysis = session.analysis();
    let wanted = wanted(session);
    let top = |zoom: &ProcessIndex| analysis.tree.ancestors(*zoom).last().unwrap_or(*zoom);
    let asked_for = |(at, _): &(ProcessIndex, &Process)| {
        session.shows_inferred() && analysis.mark(*at).inferred_chain.is_some()
    };
    let inferred = analysis.tree.iter().filter(asked_for).map(|(at, _)| at);
    // What leads to a Zoom chain stands first, then where a chain goes on under another parent, so
    // that the answer is on the first screen.
    let mut chain_tops: BTreeMap<ProcessIndex, u8> = inferred.map(|at| (top(&at), 1)).collect();
    chain_tops.extend(analysis.zoom_roots.iter().map(|zoom| (top(zoom), 0)));
    let mut builder = Builder {
        session,
        analysis,
        wanted: wanted.as_deref(),
        chain_tops,
        worst: BTreeMap::new(),
        lines: Vec::new(),
    };
    for (host, roots) in roots_by_host(analysis).into_iter().enumerate() {
        builder.host(host, roots);
    }
    let lines = builder.lines;
    let hidden = wanted.map_or(0, |wanted| wanted.iter().filter(|is_wanted| !**is_wanted).count());
    Lines { lines, hidden }
}

/// The processes that filter, time range and chain switch leave, with everything above them; `None`
/// for all.
pub(in crate::view) fn wanted(session: &Session) -> Option<Vec<bool>> {
    let words: Vec<String> = session.filter().split_whitespace().map(str::to_lowercase).collect();
    let in_range = session.time_range().map(|range| seen_in(session.analysis(), range));
    if words.is_empty() && !session.is_chain_only() && in_range.is_none() {
        return None;
    }
    let analysis = session.analysis();
    let mut wanted = vec![false; analysis.tree.processes.len()];
    let mut keep = |at: ProcessIndex| match wanted.get_mut(at.0 as usize) {
        Some(slot) => std::mem::replace(slot, true),
        None => true,
    };
    for (at, process) in analysis.tree.iter() {
        let mark = analysis.mark(at);
        let is_on_chain =
            mark.on_chain || (session.shows_inferred() && mark.inferred_chain.is_some());
        let is_seen = in_range.as_ref().is_none_or(|seen| seen.contains(&at));
        if (session.is_chain_only() && !is_on_chain) || !is_seen || !holds_all(process, &words) {
            continue;
        }
        if !keep(at) {
            // Stops at the first ancestor that is kept already.
            let _kept_before = analysis.tree.ancestors(at).find(|up| keep(*up));
        }
    }
    Some(wanted)
}

/// The processes that a record of this time is about.
fn seen_in(analysis: &Analysis, range: TimeRange) -> BTreeSet<ProcessIndex> {
    let marks = analysis.record_marks.get(analysis.records_in(range)).unwrap_or_default();
    marks.iter().filter_map(|mark| mark.process).collect()
}

fn holds_all(process: &Process, words: &[String]) -> bool {
    let decoded = process.decoding.as_ref().and_then(|decoding| decoding.last_text());
    let pid = process.pid.map(|pid| pid.to_string());
    let texts = [
        process.image.as_deref(),
        process.command_line.as_deref(),
        process.user.as_deref(),
        Some(process.host.as_str()),
        decoded,
        pid.as_deref(),
    ];
    words
        .iter()
        .all(|word| texts.iter().flatten().any(|text| text.to_lowercase().contains(word.as_str())))
}

/// The roots of each host, in order.
fn roots_by_host(analysis: &Analysis) -> Vec<Vec<ProcessIndex>> {
    let names = analysis.hosts.iter().enumerate().map(|(at, host)| (host.name.as_str(), at));
    let positions: BTreeMap<&str, usize> = names.collect();
    let mut roots = vec![Vec::new(); analysis.hosts.len()];
    for root in &analysis.tree.roots {
        let host = analysis.tree.process(*root).and_then(|root| positions.get(root.host.as_str()));
        if let Some(own) = host.and_then(|at| roots.get_mut(*at)) {
            own.push(*root);
        }
    }
    roots
}

struct Builder<'a> {
    session: &'a Session,
    analysis: &'a Analysis,
    wanted: Option<&'a [bool]>,
    /// The topmost processes above the Zoom chains, with their place among the roots.
    chain_tops: BTreeMap<ProcessIndex, u8>,
    /// The worst severity below a Zoom process, as far as it was asked for.
    worst: BTreeMap<ProcessIndex, Option<Severity>>,
    lines: Vec<Line>,
}

/// A process that waits to be shown.
struct Open {
    at: ProcessIndex,
    depth: u16,
    guides: u64,
    is_last: bool,
    lane: Option<Lane>,
}

impl Builder<'_> {
    fn is_wanted(&self, at: ProcessIndex) -> bool {
        self.wanted.is_none_or(|wanted| wanted.get(at.0 as usize).copied().unwrap_or(false))
    }

    fn host(&mut self, at: usize, mut roots: Vec<ProcessIndex>) {
        roots.retain(|root| self.is_wanted(*root));
        roots.sort_by_key(|root| self.chain_tops.get(root).copied().unwrap_or(u8::MAX));
        if roots.is_empty() && self.wanted.is_some() {
            return;
        }
        let is_open =
            self.session.expansion().is_host_open(at) || !self.session.filter().is_empty();
        self.lines.push(Line {
            subject: Subject::Host(at),
            depth: 0,
            guides: 0,
            is_last: true,
            has_children: !roots.is_empty(),
            is_open,
            lane: None,
        });
        if is_open {
            self.processes(&roots);
        }
    }

    fn processes(&mut self, roots: &[ProcessIndex]) {
        let mut open: Vec<Open> = Vec::new();
        push_children(&mut open, roots, 1, 0, None);
        while let Some(next) = open.pop() {
            let children: Vec<ProcessIndex> = self
                .analysis
                .tree
                .children_of(next.at)
                .iter()
                .copied()
                .filter(|child| self.is_wanted(*child))
                .collect();
            let is_root = self.analysis.zoom_roots.binary_search(&next.at).is_ok();
            let lane = if is_root {
                self.lane_below(next.at, next.depth)
            } else {
                next.lane.or_else(|| self.inferred_lane(next.at, next.depth))
            };
            // A filter shows every hit, so nothing stays folded then.
            let is_open =
                self.session.expansion().is_open(next.at) || !self.session.filter().is_empty();
            self.lines.push(Line {
                subject: Subject::Process(next.at),
                depth: next.depth,
                guides: next.guides,
                is_last: next.is_last,
                has_children: !children.is_empty(),
                is_open: is_open && !children.is_empty(),
                lane,
            });
            let own = 1u64.checked_shl(u32::from(next.depth)).unwrap_or(0);
            let below = if next.is_last { next.guides } else { next.guides | own };
            if self.analysis.tree.process(next.at).is_some_and(has_decoded) {
                let child = own.checked_shl(1).unwrap_or(0);
                let goes_on = is_open && !children.is_empty();
                self.lines.push(Line {
                    subject: Subject::Decoded(next.at),
                    depth: next.depth + 1,
                    guides: if goes_on { below | child } else { below },
                    is_last: false,
                    has_children: false,
                    is_open: false,
                    lane,
                });
            }
            if is_open {
                push_children(&mut open, &children, next.depth.saturating_add(1), below, lane);
            }
        }
    }

    fn lane_below(&mut self, root: ProcessIndex, depth: u16) -> Option<Lane> {
        let analysis = self.analysis;
        let worst = *self.worst.entry(root).or_insert_with(|| {
            let below = analysis.tree.subtree(root).into_iter();
            below.filter_map(|at| analysis.mark(at).severity).max()
        });
        worst.map(|worst| Lane { worst, depth, is_inferred: false })
    }

    /// The lane of a process that a chain reaches by inference only; it begins at its own elbow.
    fn inferred_lane(&mut self, at: ProcessIndex, depth: u16) -> Option<Lane> {
        let root = self.analysis.mark(at).inferred_chain?;
        if !self.session.shows_inferred() {
            return None;
        }
        let lane = self.lane_below(root, depth.saturating_sub(1))?;
        Some(Lane { is_inferred: true, ..lane })
    }
}

fn push_children(
    open: &mut Vec<Open>,
    children: &[ProcessIndex],
    depth: u16,
    guides: u64,
    lane: Option<Lane>,
) {
    for (at, child) in children.iter().enumerate().rev() {
        let is_last = at + 1 == children.len();
        open.push(Open { at: *child, depth, guides, is_last, lane });
    }
}

fn has_decoded(process: &Process) -> bool {
    process.decoding.as_ref().is_some_and(|decoding| !decoding.layers.is_empty())
}
