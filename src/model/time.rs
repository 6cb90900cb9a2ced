//! A point in time as a log wrote it. Not a clock: nothing here asks what time it is now.

use std::{fmt, num::NonZeroU8};

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Timelike as _, Utc};
use serde::{Serialize, Serializer};

/// A UTC time with nanosecond resolution that remembers how many fractional digits it had.
///
/// Windows writes FILETIMEs (seven digits), Sysmon's `UtcTime` three, other exporters up to nine.
/// Values order by time first; the digit count only breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    secs: i64,
    nanos: u32,
    /// One more than the digits, so that a time that may be missing takes no more room.
    digits_and_one: NonZeroU8,
}

/// Seconds between 1601-01-01 (FILETIME zero) and 1970-01-01.
const FILETIME_TO_UNIX_SECS: i64 = 11_644_473_600;

impl Timestamp {
    /// From seconds since 1970 and the nanoseconds after them; `digits` is how many the log wrote (0 to 9).
    pub fn from_unix(secs: i64, nanos: u32, digits: u8) -> Self {
        let digits_and_one = NonZeroU8::MIN.saturating_add(digits.min(9));
        Self { secs, nanos: nanos.min(999_999_999), digits_and_one }
    }

    /// From a Windows FILETIME: 100 ns steps since 1601-01-01 UTC.
    pub fn from_filetime(filetime: u64) -> Self {
        let secs = i64::try_from(filetime / 10_000_000).unwrap_or(i64::MAX);
        let rest = u32::try_from(filetime % 10_000_000).unwrap_or(0);
        Self::from_unix(secs.saturating_sub(FILETIME_TO_UNIX_SECS), rest * 100, 7)
    }

    /// Reads RFC 3339 (`2026-04-12T14:21:07.412Z`, any offset) and the zone-less
    /// `2026-04-12 14:21:07.412` that Sysmon's `UtcTime` uses, which is UTC.
    ///
    /// Returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(usual) = parse_usual(text.as_bytes()) {
            return Some(usual);
        }
        let digits = fraction_digits(text);
        if let Ok(zoned) = DateTime::parse_from_rfc3339(text) {
            let utc = zoned.with_timezone(&Utc);
            return Some(Self::from_unix(utc.timestamp(), utc.nanosecond(), digits));
        }
        let bare = text.strip_suffix(" UTC").unwrap_or(text);
        for format in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"] {
            if let Ok(naive) = NaiveDateTime::parse_from_str(bare, format) {
                let utc = naive.and_utc();
                return Some(Self::from_unix(utc.timestamp(), utc.nanosecond(), digits));
            }
        }
        None
    }

    /// Whole seconds since 1970-01-01 UTC.
    pub const fn unix_secs(self) -> i64 {
        self.secs
    }

    /// Nanoseconds after [`Self::unix_secs`].
    pub const fn nanos(self) -> u32 {
        self.nanos
    }

    /// Fractional digits the log wrote, 0 to 9.
    pub const fn digits(self) -> u8 {
        self.digits_and_one.get() - 1
    }

    /// `self - earlier` in seconds, negative where `self` is the earlier one.
    pub fn secs_since(self, earlier: Self) -> f64 {
        (self.secs.saturating_sub(earlier.secs)) as f64
            + (f64::from(self.nanos) - f64::from(earlier.nanos)) / 1e9
    }

    /// The same time moved by whole seconds.
    #[must_use]
    pub const fn plus_secs(self, secs: i64) -> Self {
        Self { secs: self.secs.saturating_add(secs), ..self }
    }

    fn utc(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.secs, self.nanos)
    }

    /// `14:21:07`, or with the digits the record had when `fraction` is wanted: `14:21:07.412`.
    pub fn clock(self, fraction: bool) -> String {
        let full = self.to_string();
        let Some((_, clock)) = full.split_once('T') else { return full };
        let clock = clock.trim_end_matches('Z');
        let shown = match clock.split_once('.') {
            Some((whole, _)) if !fraction => whole,
            Some((whole, digits)) if digits.len() > 3 => {
                return format!("{whole}.{}", digits.chars().take(3).collect::<String>());
            }
            _ => clock,
        };
        shown.to_owned()
    }

    /// `2026-04-12`.
    pub fn date(self) -> String {
        self.utc()
            .map_or_else(|| "out of range".to_owned(), |utc| utc.format("%Y-%m-%d").to_string())
    }
}

/// The form nearly every record has, `YYYY-MM-DDThh:mm:ss[.fffffff]Z` with a `T` or a space and
/// with or without the `Z`, several times as fast as the general parser; `None` for all others,
/// whether they are valid or not.
fn parse_usual(text: &[u8]) -> Option<Timestamp> {
    let (head, tail) = text.split_at_checked(19)?;
    let [
        y0,
        y1,
        y2,
        y3,
        b'-',
        o0,
        o1,
        b'-',
        d0,
        d1,
        b'T' | b' ',
        h0,
        h1,
        b':',
        m0,
        m1,
        b':',
        s0,
        s1,
    ] = *<&[u8; 19]>::try_from(head).ok()?
    else {
        return None;
    };
    let year = number(&[y0, y1, y2, y3])?;
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), number(&[o0, o1])?, number(&[d0, d1])?)?;
    let clock = date.and_hms_opt(number(&[h0, h1])?, number(&[m0, m1])?, number(&[s0, s1])?)?;
    let tail = tail.strip_suffix(b"Z").unwrap_or(tail);
    let fraction = match tail.split_first() {
        None => tail,
        Some((b'.', digits)) if (1..=9).contains(&digits.len()) => digits,
        Some(_) => return None,
    };
    let digits = u8::try_from(fraction.len()).ok()?;
    let nanos = number(fraction)? * 10_u32.pow(9 - u32::from(digits));
    Some(Timestamp::from_unix(clock.and_utc().timestamp(), nanos, digits))
}

/// Up to nine ASCII digits as a number; none at all is 0.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, digit| {
        digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'))
    })
}

fn fraction_digits(text: &str) -> u8 {
    let Some((_, tail)) = text.split_once('.') else { return 0 };
    let count = tail.bytes().take_while(u8::is_ascii_digit).count();
    u8::try_from(count).unwrap_or(9)
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with the digits the record had.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(utc) = self.utc() else { return write!(f, "out of range ({} s)", self.secs) };
        if self.digits() == 0 {
            return f.write_str(&utc.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
        let nanos = utc.to_rfc3339_opts(SecondsFormat::Nanos, true);
        let keep = nanos.len() - 1 - (9 - usize::from(self.digits()));
        write!(f, "{}Z", nanos.get(..keep).unwrap_or(&nanos))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
