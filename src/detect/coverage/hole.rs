//! Finds holes in a host's logs: a service that stopped, a log that was cleared, a silence that the
//! log's own rhythm does not explain. A host that was off is no hole.

use std::collections::BTreeMap;

use crate::model::{Event, Gap, Timestamp, is_same_text};

use super::{ENOUGH_RECORDS, Log, Times};

/// A silence shorter than this is never called a hole.
const SILENCE_SECS: f64 = 300.0;
/// A silence must be this many times the log's 99th percentile interval. Waiting times in logs have
/// long tails; ten times the length that one interval in a hundred passes leaves few false alarms.
const SILENCE_FACTOR: f64 = 10.0;
/// Records the host's other logs must have written meanwhile, as proof that it was on and busy.
const OTHERS_MEANWHILE: usize = 20;
/// Services end before the event log does and start after it.
const SHUTDOWN_SECS: i64 = 60;
const BOOT_SECS: i64 = 120;
/// Sysmon may write what it still held just after it says that it stopped.
const LATE_SECS: i64 = 5;

/// The holes of one host.
#[derive(Debug, Default)]
pub(super) struct Holes {
    gaps: BTreeMap<Log, Vec<Gap>>,
    cleared: BTreeMap<Log, Timestamp>,
}

type Span = (Timestamp, Timestamp);
type Sign<'a> = (Timestamp, Log, &'a Event);

impl Holes {
    /// `times` are sorted; `signs` are in time order.
    pub(super) fn find(times: &Times, signs: &[Sign<'_>]) -> Self {
        let first = times.iter().filter_map(|own| own.first()).min().copied();
        let last = times.iter().filter_map(|own| own.last()).max().copied();
        let (Some(first), Some(last)) = (first, last) else {
            return Self::default();
        };
        let of = |log: Log| times.get(log as usize).map_or(&[][..], Vec::as_slice);
        let off = off_spans(times, last, signs);
        let mut holes = Self::default();
        for gap in stops(of(Log::Sysmon), signs, last) {
            holes.add(Log::Sysmon, &gap, &off);
        }
        for (log, at) in clearings(signs) {
            let own = of(log);
            let kept = own.partition_point(|time| *time < at);
            let from = kept.checked_sub(1).and_then(|before| own.get(before)).copied();
            let why = format!("{} log cleared", log.name());
            holes.add(log, &Gap { from: from.unwrap_or(first), to: at, why }, &[]);
            let newest = holes.cleared.entry(log).or_insert(at);
            *newest = at.max(*newest);
        }
        // Only logs that write all the time are judged by their silence.
        for log in [Log::Sysmon, Log::Security] {
            let own = of(log);
            let all = |span: Span| times.iter().map(|other| count(other, span)).sum::<usize>();
            let others = |span: Span| all(span).saturating_sub(count(own, span));
            for span in silences(own, (first, last), log == Log::Sysmon) {
                if others(span) >= OTHERS_MEANWHILE {
                    let (why, is_inside) = silence_words(log, span, own);
                    let cuts = if is_inside { off.as_slice() } else { &[] };
                    holes.add(log, &Gap { from: span.0, to: span.1, why }, cuts);
                }
            }
        }
        for gaps in holes.gaps.values_mut() {
            gaps.sort_by_key(|gap| (gap.from, gap.to));
        }
        holes
    }

    /// The holes of this log, in time order.
    pub(super) fn of(&self, log: Log) -> Vec<Gap> {
        self.gaps.get(&log).cloned().unwrap_or_default()
    }

    /// When this log was last cleared.
    pub(super) fn cleared(&self, log: Log) -> Option<Timestamp> {
        self.cleared.get(&log).copied()
    }

    /// Adds what is left of the gap outside `off` and not already known as a hole.
    fn add(&mut self, log: Log, gap: &Gap, off: &[Span]) {
        let known = self.gaps.entry(log).or_default();
        let mut pieces = vec![(gap.from, gap.to)];
        let known_spans = known.iter().map(|gap| (gap.from, gap.to));
        for cut in off.iter().copied().chain(known_spans) {
            pieces = pieces.into_iter().flat_map(|piece| without(piece, cut)).collect();
        }
        for (from, to) in pieces {
            if to.secs_since(from) >= 1.0 {
                known.push(Gap { from, to, why: gap.why.clone() });
            }
        }
    }
}

/// What is left of `piece` outside `cut`.
fn without(piece: Span, cut: Span) -> Vec<Span> {
    if cut.1 <= piece.0 || piece.1 <= cut.0 {
        return vec![piece];
    }
    let before = (piece.0, cut.0.max(piece.0));
    let after = (cut.1.min(piece.1), piece.1);
    [before, after].into_iter().filter(|(from, to)| from < to).collect()
}

/// Records strictly inside the span.
fn count(times: &[Timestamp], span: Span) -> usize {
    let from = times.partition_point(|time| *time <= span.0);
    let to = times.partition_point(|time| *time < span.1);
    to.saturating_sub(from)
}

/// The last of these times before that one.
fn last_before(own: &[Timestamp], time: Timestamp) -> Option<Timestamp> {
    let before = own.partition_point(|other| *other < time);
    before.checked_sub(1).and_then(|at| own.get(at)).copied()
}

/// When the host was off: from a clean shutdown (System 6006), else from the last record before,
/// to the next start (System 6005, 12, 41, 6008).
///
/// Source: Microsoft, event log service and Kernel-General, Kernel-Power events.
fn off_spans(times: &Times, last: Timestamp, signs: &[Sign<'_>]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut down: Option<Timestamp> = None;
    for (time, log, event) in signs {
        if *log != Log::System {
            continue;
        }
        let provider = event.provider();
        let is_kernel = provider.starts_with("Microsoft-Windows-Kernel-");
        match event.event_id {
            6006 => down = Some(*time),
            // An unexpected stop is told after the start, by 41 and 6008: the same start.
            12 | 41 if !is_kernel => {}
            12 | 41 | 6005 | 6008 => {
                let before = times.iter().filter_map(|own| last_before(own, *time)).max();
                if let Some(from) = down.take().or(before) {
                    spans.push((from.plus_secs(-SHUTDOWN_SECS), time.plus_secs(BOOT_SECS)));
                }
            }
            _ => {}
        }
    }
    if let Some(from) = down {
        spans.push((from.plus_secs(-SHUTDOWN_SECS), last.plus_secs(1)));
    }
    spans
}

/// From each record that says Sysmon stopped to the next sign of life, else to the last record.
///
/// Source: Sysmon 4 `State`; Service Control Manager 7031 and 7034 (ended unexpectedly), 7036
/// (`param2` is the new state), 7040 (`param3` is the new start type, which alone stops nothing:
/// it counts where a long silence follows).
fn stops(sysmon: &[Timestamp], signs: &[Sign<'_>], last: Timestamp) -> Vec<Gap> {
    let starts: Vec<Timestamp> =
        signs.iter().filter(|(_, log, event)| is_start(*log, event)).map(|sign| sign.0).collect();
    let mut gaps = Vec::new();
    for (time, log, event) in signs {
        if !is_stop(*log, event) {
            continue;
        }
        let late = time.plus_secs(LATE_SECS);
        let start = starts.get(starts.partition_point(|other| other <= time));
        let record = sysmon.get(sysmon.partition_point(|other| *other <= late));
        let to = start.into_iter().chain(record).min().copied().unwrap_or(last);
        let is_disabled = event.event_id == 7040;
        if is_disabled && to.secs_since(*time) < SILENCE_SECS {
            continue;
        }
        let why = if is_disabled { "Sysmon service disabled" } else { "Sysmon service stopped" };
        gaps.push(Gap { from: *time, to, why: why.to_owned() });
    }
    gaps
}

fn is_start(log: Log, event: &Event) -> bool {
    log == Log::Sysmon && event.event_id == 4 && says(event, "State", "Started")
}

fn says(event: &Event, field: &str, word: &str) -> bool {
    event.field(field).is_some_and(|value| is_same_text(value, word))
}

fn is_stop(log: Log, event: &Event) -> bool {
    match (log, event.event_id) {
        (Log::Sysmon, 4) => says(event, "State", "Stopped"),
        (Log::System, 7036) => names_sysmon(event) && says(event, "param2", "stopped"),
        (Log::System, 7040) => names_sysmon(event) && says(event, "param3", "disabled"),
        (Log::System, 7031 | 7034) => names_sysmon(event),
        _ => false,
    }
}

fn names_sysmon(event: &Event) -> bool {
    event
        .field("param1")
        .and_then(|name| name.get(.."sysmon".len()))
        .is_some_and(|start| start.eq_ignore_ascii_case("sysmon"))
}

/// Logs that were emptied: Security 1102, and System 104 for the log it names.
fn clearings<'a>(signs: &'a [Sign<'_>]) -> impl Iterator<Item = (Log, Timestamp)> + 'a {
    signs.iter().filter_map(|(time, log, event)| match (log, event.event_id) {
        (Log::Security, 1102) => Some((Log::Security, *time)),
        (Log::System, 104) => match Log::of_channel(event.field("Channel")?) {
            Log::Other => None,
            cleared => Some((cleared, *time)),
        },
        _ => None,
    })
}

/// Silences before the first, after the last and, if `inside` is wanted, between two records that
/// the log's own rhythm does not explain.
fn silences(own: &[Timestamp], whole: Span, inside: bool) -> Vec<Span> {
    let (Some(&first), Some(&last)) = (own.first(), own.last()) else { return Vec::new() };
    let mut waits: Vec<f64> =
        own.windows(2).filter_map(|pair| Some(pair.get(1)?.secs_since(*pair.first()?))).collect();
    if own.len() < ENOUGH_RECORDS {
        return Vec::new();
    }
    // The nearest-rank percentile, taken from below, so that in a short log the longest wait does
    // not hide itself.
    let rank = (waits.len().saturating_sub(1)).saturating_mul(99) / 100;
    let usual =
        if waits.is_empty() { 0.0 } else { *waits.select_nth_unstable_by(rank, f64::total_cmp).1 };
    let limit = SILENCE_SECS.max(usual * SILENCE_FACTOR);
    let mut spans = vec![(whole.0, first), (last, whole.1)];
    if inside {
        spans.extend(own.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))));
    }
    spans.retain(|(from, to)| to.secs_since(*from) >= limit);
    spans
}

/// What is said of a silence, and whether it lies between two records.
fn silence_words(log: Log, span: Span, own: &[Timestamp]) -> (String, bool) {
    let name = log.name();
    if own.first() == Some(&span.1) {
        (format!("the {name} log starts here, the other logs earlier"), false)
    } else if own.last() == Some(&span.0) {
        (format!("the {name} log ends here, the other logs later"), false)
    } else {
        (format!("{name} wrote nothing while the other logs went on"), true)
    }
}
