//! The one day of the story, and a die that falls the same way every time. No real clock.

/// 2026-04-12T00:00:00Z in seconds since 1970.
const MIDNIGHT_UNIX_SECS: i64 = 1_775_952_000;
/// From 1601-01-01 to 1970-01-01, in seconds.
const UNIX_EPOCH_SECS: i64 = 11_644_473_600;
const TICKS_PER_SEC: i64 = 10_000_000;
const TICKS_PER_MILLI: i64 = 10_000;

/// A time of 2026-04-12, UTC, in 100 ns since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

/// `hour:minute` and milliseconds of that minute.
pub(crate) const fn at(hour: i64, minute: i64, millis: i64) -> Moment {
    Moment((hour * 3600 + minute * 60) * TICKS_PER_SEC + millis * TICKS_PER_MILLI)
}

impl Moment {
    /// Later by some milliseconds.
    pub(crate) const fn plus(self, millis: i64) -> Self {
        Self(self.0 + millis * TICKS_PER_MILLI)
    }

    /// Later by some 100 ns, for the digits below the millisecond.
    pub(crate) fn plus_ticks(self, ticks: u64) -> Self {
        Self(self.0 + i64::try_from(ticks).unwrap_or(0))
    }

    /// 100 ns since 1601.
    pub(crate) fn filetime(self) -> u64 {
        let midnight = (MIDNIGHT_UNIX_SECS + UNIX_EPOCH_SECS) * TICKS_PER_SEC;
        u64::try_from(midnight + self.0).unwrap_or(0)
    }

    /// Whole seconds since 1970.
    pub(crate) fn unix_secs(self) -> u32 {
        u32::try_from(MIDNIGHT_UNIX_SECS + self.0.div_euclid(TICKS_PER_SEC)).unwrap_or(0)
    }

    fn parts(self) -> (i64, i64, i64, i64) {
        let millis = self.0.div_euclid(TICKS_PER_MILLI);
        let (secs, millis) = (millis / 1000, millis % 1000);
        (secs / 3600, secs / 60 % 60, secs % 60, millis)
    }

    /// `2026-04-12 14:21:07.412`, as Sysmon writes `UtcTime`.
    pub(crate) fn sysmon_text(self) -> String {
        let (hour, minute, sec, milli) = self.parts();
        format!("2026-04-12 {hour:02}:{minute:02}:{sec:02}.{milli:03}")
    }

    /// `2026-04-12T14:21:07.412Z`.
    pub(crate) fn rfc3339(self) -> String {
        let (hour, minute, sec, milli) = self.parts();
        format!("2026-04-12T{hour:02}:{minute:02}:{sec:02}.{milli:03}Z")
    }
}

/// A seeded generator of numbers (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The same seed gives the same numbers.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` up to, not including, `high`.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)).max(1);
        low + u32::try_from(self.roll() % span).unwrap_or(0)
    }

    /// One of the list, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let len = u32::try_from(list.len()).unwrap_or(0);
        list.get(self.between(0, len) as usize)
    }
}
