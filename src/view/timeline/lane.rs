//! What the line of one process says: name, life, command, and what it did as ticks.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Activity, ActivityKind, ProcessIndex, RecordIndex, Severity};
use crate::session::Session;
use crate::view::process_tree;
use crate::view::timeline::{Moment, Window, moment};

/// Activities looked at for each column of pixels: what is denser looks the same.
const MOST_IN_COLUMN: usize = 32;

/// The form of a tick, so that kinds are not told by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Shape {
    /// Anything else: a small bar.
    Small,
    /// Network: a tall bar.
    Bar,
    /// File.
    Square,
    /// Registry.
    Diamond,
    /// Task, service.
    Disc,
    /// Script, WMI.
    Triangle,
    /// Logon, share.
    Ring,
}

/// The form of a kind.
pub const fn shape(kind: ActivityKind) -> Shape {
    match kind {
        ActivityKind::Network | ActivityKind::Dns | ActivityKind::Bits => Shape::Bar,
        ActivityKind::File => Shape::Square,
        ActivityKind::Registry => Shape::Diamond,
        ActivityKind::Task | ActivityKind::Service => Shape::Disc,
        ActivityKind::Script | ActivityKind::Wmi => Shape::Triangle,
        ActivityKind::Logon
        | ActivityKind::Share
        | ActivityKind::Account
        | ActivityKind::Session => Shape::Ring,
        ActivityKind::Pipe
        | ActivityKind::Module
        | ActivityKind::Access
        | ActivityKind::Log
        | ActivityKind::Defender
        | ActivityKind::Policy
        | ActivityKind::Other => Shape::Small,
    }
}

/// What the line of a process says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lane {
    /// File name.
    pub name: String,
    /// Process id.
    pub pid: String,
    /// The worst finding.
    pub severity: Option<Severity>,
    /// Whether the process has no record of its own.
    pub is_stub: bool,
    /// Its start; of a stub, the first that is known of it.
    pub from: Moment,
    /// Its end; the last that is known of it where the end was not logged.
    pub to: Moment,
    /// Whether the end was logged.
    pub is_end_known: bool,
    /// Its command, for beside a short line.
    pub command: String,
    /// Whether [`Self::command`] is prose.
    pub is_prose: bool,
    /// What a screen reader says.
    pub spoken: String,
}

/// The line of a process; `last` is the last moment of its host.
pub fn lane(session: &Session, at: ProcessIndex, last: Moment) -> Option<Lane> {
    let analysis = session.analysis();
    let process = analysis.tree.process(at)?;
    let row = process_tree::row(session, at, true)?;
    let witnessed = process
        .witnesses
        .iter()
        .filter_map(|witness| analysis.event(witness.record)?.time)
        .chain(process.activity.first().and_then(|one| one.time))
        .min();
    let from = process.start.or(witnessed).map_or(f64::NEG_INFINITY, moment);
    let is_end_known = process.end.is_some();
    Some(Lane {
        spoken: row.spoken,
        name: row.name,
        pid: row.pid,
        severity: row.severity,
        is_stub: process.stub.is_some(),
        from,
        to: process.end.map_or(last, moment),
        is_end_known,
        command: row.command,
        is_prose: row.is_prose,
    })
}

/// What a process did within a column of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tick {
    /// The column, 0 at the left.
    pub column: u32,
    /// Its form.
    pub shape: Shape,
    /// The kind of the first.
    pub kind: ActivityKind,
    /// How many of this form, as far as they were looked at.
    pub count: u32,
    /// The first record.
    #[serde(skip)]
    pub record: RecordIndex,
}

/// The ticks of a process in a window of so many columns: one for each column and form.
pub fn ticks(activity: &[Activity], window: Window, columns: u32) -> Vec<Tick> {
    let mut ticks: BTreeMap<(u32, Shape), Tick> = BTreeMap::new();
    let before = |edge: Moment| {
        // In time order; those without a time come first.
        activity.partition_point(|one| one.time.is_none_or(|time| moment(time) < edge))
    };
    let mut next = before(window.from);
    let (mut column, mut looked) = (0, 0);
    while let Some(one) = activity.get(next) {
        let Some(at) = one.time.map(moment).filter(|at| *at <= window.to) else { break };
        let here = column_of(window.part(at), columns);
        looked = if here == column { looked + 1 } else { 1 };
        column = here;
        let shape = shape(one.kind);
        let fresh = Tick { column, shape, kind: one.kind, count: 0, record: one.record };
        ticks.entry((column, shape)).or_insert(fresh).count += 1;
        next = if looked < MOST_IN_COLUMN {
            next + 1
        } else {
            let edge = window.at(f64::from(column + 1) / f64::from(columns.max(1)));
            before(edge).max(next + 1)
        };
    }
    ticks.into_values().collect()
}

/// The column that a part of the window falls into.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn column_of(part: f64, columns: u32) -> u32 {
    let last = f64::from(columns.saturating_sub(1));
    (part * f64::from(columns)).floor().clamp(0.0, last) as u32
}
