//! Says of a step without records whether the logs would have shown it.

use super::covered::Covered;
use crate::model::{Coverage, CoverageState, Telemetry, Timestamp};

/// The time in which something should have been logged, and where.
#[derive(Clone, Debug)]
pub(super) struct Window<'a> {
    /// The hosts with a Zoom chain, with the time from which each is looked at.
    pub(super) hosts: &'a [(String, Option<Timestamp>)],
    /// Up to this long before that time; `None` looks from there on, to the end of the logs.
    pub(super) before_secs: Option<i64>,
}

/// What of this telemetry is missing in the window, in words; empty where it is all there.
pub(super) fn missing(
    covered: &Covered<'_>,
    window: &Window<'_>,
    kind: Telemetry,
    log: &str,
) -> Vec<String> {
    let several = window.hosts.len() > 1;
    window
        .hosts
        .iter()
        .filter_map(|(host, from)| {
            let entry = covered.entry(host, kind);
            let why = hole(entry, *from, window.before_secs)?;
            let place = if several { format!(" on {host}") } else { String::new() };
            Some(format!("{log}{place}{why}"))
        })
        .collect()
}

/// Why the window is not covered, as it follows the log's name; `None` where it is.
fn hole(entry: Option<&Coverage>, at: Option<Timestamp>, before: Option<i64>) -> Option<String> {
    let Some(entry) = entry.filter(|entry| entry.state != CoverageState::Absent) else {
        return Some(": none in these logs".to_owned());
    };
    let at = at?;
    let is_hit = |from: Timestamp, to: Timestamp| match before {
        Some(secs) => from < at && at.plus_secs(-secs) < to,
        None => at < to,
    };
    entry.gaps.iter().find(|gap| is_hit(gap.from, gap.to)).map(|gap| {
        let (from, to) = (gap.from, gap.to);
        // Hours of another day without their date would read as a hole that ends before it begins.
        let day = if from.date() == to.date() { String::new() } else { to.date() + " " };
        let (start, end) = (from.clock(false), to.clock(false));
        format!(": {}, {} {start} to {day}{end} UTC", gap.why, from.date())
    })
}

/// The hosts whose Sysmon records begin inside a window that looks back.
pub(super) fn late(covered: &Covered<'_>, window: &Window<'_>) -> Vec<String> {
    const SYSMON: [Telemetry; 4] =
        [Telemetry::ProcessSysmon, Telemetry::Network, Telemetry::Registry, Telemetry::Files];
    window
        .hosts
        .iter()
        .filter_map(|(host, at)| {
            let from = at.as_ref()?.plus_secs(-window.before_secs?);
            let entries = SYSMON.into_iter().filter_map(|kind| covered.entry(host, kind));
            let first = entries.filter_map(|entry| entry.first).min()?;
            (first > from).then(|| {
                format!("Sysmon before {} {} UTC on {host}", first.date(), first.clock(false))
            })
        })
        .collect()
}
