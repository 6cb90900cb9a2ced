//! Events per minute (or a longer step) over the whole bundle, with findings and holes marked.

use serde::Serialize;

use crate::model::{Analysis, Severity, Telemetry, TimeRange, Timestamp};
use crate::session::Session;
use crate::view::events::range_words;
use crate::view::findings::short_why;
use crate::view::number;

/// The strip's content. Places are parts of the whole range: 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Histogram {
    /// `Events per minute`.
    pub title: String,
    /// The day, or the days, all sources.
    pub scope: String,
    /// Whether the records are of more than one day.
    pub has_days: bool,
    /// Records in each step.
    pub bars: Vec<u32>,
    /// The highest bar.
    pub most: u32,
    /// Findings: place, severity, and what it is.
    pub marks: Vec<(f32, Severity, String)>,
    /// Holes: from, to, name.
    pub gaps: Vec<(f32, f32, String)>,
    /// Labels under the axis: place and text.
    pub ticks: Vec<(f32, String)>,
    /// Records in the strip.
    pub total: u64,
    /// The first moment of the strip, in seconds since 1970.
    pub start_secs: i64,
    /// Seconds that a bar stands for.
    pub step_secs: i64,
}

impl Histogram {
    /// The moment at the left edge of the bar at this position.
    pub fn edge(&self, bar: usize) -> Timestamp {
        let bars = i64::try_from(bar.min(self.bars.len())).unwrap_or(0);
        let secs = self.start_secs.saturating_add(self.step_secs.saturating_mul(bars));
        Timestamp::from_unix(secs, 0, 0)
    }

    /// The bars of a time range as places: 0 to 1.
    pub fn places(&self, range: TimeRange) -> (f32, f32) {
        let length = self.step_secs.saturating_mul(i64::try_from(self.bars.len()).unwrap_or(1));
        let place = |time| part_of(self.start_secs, length.max(1), time);
        (place(range.from), place(range.to))
    }
}

/// `Selected 14:20:00–14:36:00, 3,412 of 214,907 events`.
pub fn selected_words(session: &Session, range: TimeRange, total: u64) -> String {
    let count = session.analysis().records_in(range).len() as u64;
    let all = number::counted(total, "event", "events");
    format!("Selected {}, {} of {all}", range_words(range), number::grouped(count))
}

/// Steps that a bar may stand for, in seconds, with their names.
const STEPS: [(i64, &str); 9] = [
    (10, "10 s"),
    (60, "minute"),
    (300, "5 minutes"),
    (900, "15 minutes"),
    (3600, "hour"),
    (21_600, "6 hours"),
    (86_400, "day"),
    (604_800, "week"),
    (2_592_000, "30 days"),
];
/// More bars than this are too thin to see.
const MOST_BARS: i64 = 140;

/// The strip over all records that carry a time, with a mark for each entry of the findings list
/// and the holes of the shown host.
pub fn histogram(session: &Session, host: Option<&str>) -> Histogram {
    let analysis: &Analysis = session.analysis();
    let times = || analysis.events.iter().filter_map(|event| event.time);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return Histogram { title: "Events".to_owned(), ..Histogram::default() };
    };
    let length = last.unix_secs() - first.unix_secs() + 1;
    let (step, name) = STEPS
        .into_iter()
        .find(|(step, _)| length / step < MOST_BARS)
        .unwrap_or((length / MOST_BARS + 1, "step"));
    let start = first.unix_secs().div_euclid(step) * step;
    let count = usize::try_from((last.unix_secs() - start) / step + 1).unwrap_or(1);
    let mut bars = vec![0u32; count];
    let mut total = 0;
    for time in times() {
        let at = usize::try_from((time.unix_secs() - start) / step).unwrap_or(0);
        if let Some(bar) = bars.get_mut(at) {
            *bar += 1;
            total += 1;
        }
    }
    let steps = i64::try_from(count).unwrap_or(MOST_BARS);
    let place = |time: Timestamp| part_of(start, steps * step, time);
    let dates = (first.date(), last.date());
    let days =
        if dates.0 == dates.1 { dates.0.clone() } else { format!("{} to {}", dates.0, dates.1) };
    Histogram {
        title: format!("Events per {name}"),
        scope: format!("{days}, all sources"),
        has_days: dates.0 != dates.1,
        most: bars.iter().copied().max().unwrap_or(0),
        marks: session
            .groups()
            .iter()
            .filter_map(|group| analysis.findings.get(group.first()))
            .filter_map(|finding| {
                Some((place(finding.time?), finding.severity, finding.title.clone()))
            })
            .collect(),
        gaps: gaps(analysis, host, &place),
        start_secs: start,
        step_secs: step,
        ticks: ticks(start, steps * step, &place),
        total,
        bars,
    }
}

/// Where a moment lies in the `length` seconds from `start`: 0 to 1.
#[expect(clippy::cast_possible_truncation, reason = "a place on the screen needs few digits")]
fn part_of(start: i64, length: i64, time: Timestamp) -> f32 {
    let secs = (time.unix_secs() - start) as f64 + f64::from(time.nanos()) / 1e9;
    (secs / length as f64).clamp(0.0, 1.0) as f32
}

fn gaps(
    analysis: &Analysis,
    host: Option<&str>,
    place: &dyn Fn(Timestamp) -> f32,
) -> Vec<(f32, f32, String)> {
    let mut holes: Vec<(Timestamp, Timestamp, String)> = analysis
        .coverage
        .iter()
        .filter(|coverage| Some(coverage.host.as_str()) == host)
        // Process starts by one of two logs are missing: the other still tells.
        .filter(|coverage| coverage.telemetry != Telemetry::ProcessSecurity)
        .flat_map(|coverage| &coverage.gaps)
        .map(|gap| (gap.from, gap.to, gap.why.clone()))
        .collect();
    holes.sort();
    holes.dedup_by(|later, earlier| {
        let overlaps = later.0 < earlier.1;
        if overlaps {
            earlier.1 = earlier.1.max(later.1);
        }
        overlaps
    });
    holes
        .into_iter()
        .map(|(from, to, why)| (place(from), place(to), short_why(&why).to_owned()))
        .collect()
}

/// Round times under the axis, six to twelve of them.
fn ticks(start: i64, length: i64, place: &dyn Fn(Timestamp) -> f32) -> Vec<(f32, String)> {
    const ROUND: [i64; 12] =
        [60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000, 31_536_000];
    let rough = length.max(1);
    let every = ROUND.into_iter().find(|every| length / every <= 10).unwrap_or(rough);
    let mut ticks = Vec::new();
    let mut at = start.div_euclid(every) * every;
    while at <= start + length && ticks.len() < 40 {
        if at >= start {
            let time = Timestamp::from_unix(at, 0, 0);
            let clock: String = time.clock(false).chars().take(5).collect();
            let text = if every >= 86_400 { time.date() } else { clock };
            ticks.push((place(time), text));
        }
        at += every;
    }
    ticks
}
