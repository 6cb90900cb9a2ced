//! The part of time that is looked at: zoomed, moved, and with a scale under it.

use serde::Serialize;

use crate::model::{TimeRange, Timestamp};

/// A moment as seconds since 1970, exact to a microsecond: places on a screen need no more.
pub type Moment = f64;

/// The moment of a time.
pub fn moment(time: Timestamp) -> Moment {
    time.unix_secs() as f64 + f64::from(time.nanos()) / 1e9
}

/// The time of a moment, to the millisecond.
#[expect(clippy::cast_possible_truncation, reason = "clamped before")]
pub fn time_of(moment: Moment) -> Timestamp {
    let millis = (moment * 1000.0).round().clamp(-9e17, 9e17) as i64;
    let nanos = u32::try_from(millis.rem_euclid(1000)).unwrap_or(0) * 1_000_000;
    let digits = if nanos == 0 { 0 } else { 3 };
    Timestamp::from_unix(millis.div_euclid(1000), nanos, digits)
}

/// The shortest time that can be looked at, in seconds.
const SHORTEST: f64 = 0.02;

/// What is looked at: from a moment to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Window {
    /// The left edge.
    pub from: Moment,
    /// The right edge.
    pub to: Moment,
}

impl Window {
    /// The window over these moments with some room at both sides.
    pub fn around(from: Moment, to: Moment) -> Self {
        let room = ((to - from) * 0.03).max(SHORTEST);
        Self { from: from - room, to: to + room }
    }

    /// The window of a time range.
    pub fn of(range: TimeRange) -> Self {
        Self { from: moment(range.from), to: moment(range.to) }
    }

    /// Its length in seconds, never zero.
    pub fn secs(self) -> f64 {
        (self.to - self.from).max(f64::MIN_POSITIVE)
    }

    /// Where a moment is: 0 at the left edge, 1 at the right one.
    pub fn part(self, at: Moment) -> f64 {
        (at - self.from) / self.secs()
    }

    /// The moment at a part of the window.
    pub fn at(self, part: f64) -> Moment {
        self.from + part * self.secs()
    }

    /// The window `factor` times as long, with the moment `at` where it is; within `bounds`.
    #[must_use]
    pub fn zoomed(self, factor: f64, at: Moment, bounds: Self) -> Self {
        let length = (self.secs() * factor).clamp(SHORTEST.min(bounds.secs()), bounds.secs());
        let from = at - self.part(at) * length;
        Self { from, to: from + length }.within(bounds)
    }

    /// The window moved by seconds; within `bounds`.
    #[must_use]
    pub fn moved(self, secs: f64, bounds: Self) -> Self {
        Self { from: self.from + secs, to: self.to + secs }.within(bounds)
    }

    /// The window moved, and cut where it is longer, so that it lies within `bounds`.
    #[must_use]
    pub fn within(self, bounds: Self) -> Self {
        let length = self.secs().min(bounds.secs());
        let from = self.from.clamp(bounds.from, (bounds.to - length).max(bounds.from));
        Self { from, to: from + length }
    }

    /// `14:16:00–14:31:00`, with dates where it is more than a day's.
    pub fn words(self) -> String {
        match TimeRange::between(time_of(self.from), time_of(self.to)) {
            Some(range) => crate::view::events::range_words(range),
            None => time_of(self.from).clock(true),
        }
    }
}

/// Steps of the scale in seconds.
const STEPS: [f64; 26] = [
    0.001,
    0.005,
    0.01,
    0.05,
    0.1,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1800.0,
    3600.0,
    7200.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    604_800.0,
    2_592_000.0,
    31_536_000.0,
];

/// Round moments in the window with their labels, at most `most` of them.
pub fn scale(window: Window, most: usize) -> Vec<(Moment, String)> {
    let most = most.clamp(1, 40) as f64;
    let fits = |step: &f64| window.secs() / step <= most;
    let step = STEPS.into_iter().find(fits).unwrap_or_else(|| window.secs() / most);
    let mut marks = Vec::new();
    let mut number = (window.from / step).ceil();
    while number * step <= window.to && marks.len() <= 40 {
        let at = number * step;
        marks.push((at, label(at, step)));
        number += 1.0;
    }
    marks
}

fn label(at: Moment, step: f64) -> String {
    let time = time_of(at);
    let clock = time.clock(step < 1.0);
    let is_midnight = time.unix_secs().rem_euclid(86_400) == 0 && time.nanos() == 0;
    if step >= 86_400.0 || (is_midnight && step >= 60.0) {
        time.date()
    } else if step >= 60.0 {
        clock.chars().take(5).collect()
    } else {
        clock
    }
}
