//! Times as programs write them into tables. A form that means another day in another country is
//! not read at all.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Timelike as _};

use crate::model::Timestamp;

/// A time, and whether its text names a zone; one without is read as UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) time: Timestamp,
    pub(super) is_zoned: bool,
}

/// With an offset: Hayabusa's default, its `--RFC-3339`, `--RFC-2822` and `--US-time`.
const ZONED: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S%.f %:z",
    "%Y-%m-%d %H:%M:%S%.f%:z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%m-%d-%Y %I:%M:%S%.f %p %:z",
];
/// Without: the portal of Defender, Azure's tables, and its portal without a comma.
const ZONELESS: [&str; 3] =
    ["%b %d, %Y %I:%M:%S%.f %p", "%m/%d/%Y, %I:%M:%S%.f %p", "%m/%d/%Y %I:%M:%S%.f %p"];

/// Reads a time in any of the forms.
pub(super) fn parse(text: &str) -> Option<Time> {
    let text = text.trim();
    if let Some(time) = Timestamp::parse(text) {
        let after_date = text.get(10..).unwrap_or_default();
        let is_zoned = after_date.ends_with(['Z', 'z'])
            || after_date.ends_with(" UTC")
            || after_date.contains(['+', '-']);
        return Some(Time { time, is_zoned });
    }
    let digits = fraction_digits(text);
    let zoned = ZONED.iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
    if let Some(time) = zoned {
        return Some(Time { time: in_utc(time, digits), is_zoned: true });
    }
    let bare = ZONELESS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    let utc = bare.and_utc();
    let time = Timestamp::from_unix(utc.timestamp(), utc.nanosecond(), digits);
    Some(Time { time, is_zoned: false })
}

fn in_utc(time: DateTime<FixedOffset>, digits: u8) -> Timestamp {
    Timestamp::from_unix(time.timestamp(), time.nanosecond(), digits)
}

fn fraction_digits(text: &str) -> u8 {
    let Some((_, fraction)) = text.split_once('.') else { return 0 };
    let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
    u8::try_from(count).unwrap_or(9)
}
