//! Times as programs write them into exports, and whether they say their zone: the one place for
//! every form that is no event log's own. No record is read here, and no clock.
//!
//! A form that means one day here and another one elsewhere is read only where it can mean one:
//! `22-02-2022` can, `02-03-2022` cannot. Source: the README of
//! <https://github.com/Yamato-Security/hayabusa> on `--European-time`, `--US-time`,
//! `--US-military-time`, `--RFC-2822` and `--RFC-3339`; the other forms are those of the programs
//! named beside them.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Timelike as _};

use crate::model::Timestamp;

/// Digits of a second that a FILETIME has; what a floating-point number says beyond is noise.
const FILETIME_DIGITS: usize = 7;

/// With an offset: Hayabusa's default and its other forms; the American one alone has `AM`, `PM`.
const ZONED: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S%.f %:z",
    "%Y-%m-%d %H:%M:%S%.f%:z",
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%m-%d-%Y %I:%M:%S%.f %p %:z",
];
/// The same of two countries.
const ZONED_ORDERS: [&str; 2] = ["%d-%m-%Y %H:%M:%S%.f %:z", "%m-%d-%Y %H:%M:%S%.f %:z"];
/// Without: the portal of Defender, Azure's tables, and its portal without a comma.
const ZONELESS: [&str; 3] =
    ["%b %d, %Y %I:%M:%S%.f %p", "%m/%d/%Y, %I:%M:%S%.f %p", "%m/%d/%Y %I:%M:%S%.f %p"];
/// The same of two countries.
const ZONELESS_ORDERS: [&str; 2] = ["%d/%m/%Y %H:%M:%S%.f", "%m/%d/%Y %H:%M:%S%.f"];

/// Reads a time in any of the forms, .NET's `/Date(ms)/` and seconds since 1970 among them. The
/// second part is whether it says no zone; it is then read as UTC.
pub(super) fn parse(text: &str) -> Option<(Timestamp, bool)> {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix("/Date(") {
        return Some((dot_net(inner.strip_suffix(")/")?)?, false));
    }
    if is_epoch(text) {
        return Some((unix_seconds(text)?, false));
    }
    if let Some(time) = Timestamp::parse(text) {
        return Some((time, !says_zone(text)));
    }
    let zoned = |form: &&str| DateTime::<FixedOffset>::parse_from_str(text, form).ok();
    let found = ZONED.iter().find_map(zoned);
    if let Some(time) = found.or_else(|| only_one(ZONED_ORDERS.iter().filter_map(zoned))) {
        let time = Timestamp::from_unix(time.timestamp(), time.nanosecond(), digits(text));
        return Some((time, false));
    }
    let bare = |form: &&str| NaiveDateTime::parse_from_str(text, form).ok();
    let found = ZONELESS.iter().find_map(bare);
    let utc = found.or_else(|| only_one(ZONELESS_ORDERS.iter().filter_map(bare)))?.and_utc();
    Some((Timestamp::from_unix(utc.timestamp(), utc.nanosecond(), digits(text)), true))
}

/// The value, where all are the same.
fn only_one<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// Milliseconds since 1970. What may follow is the zone of whoever wrote it; the number is UTC all
/// the same.
fn dot_net(inner: &str) -> Option<Timestamp> {
    let end = inner.bytes().skip(1).position(|byte| matches!(byte, b'+' | b'-'));
    let millis: i64 = inner.get(..end.map_or(inner.len(), |end| end + 1))?.parse().ok()?;
    let nanos = u32::try_from(millis.rem_euclid(1_000)).ok()? * 1_000_000;
    Some(Timestamp::from_unix(millis.div_euclid(1_000), nanos, 3))
}

/// Whether these are whole or broken seconds since 1970, of the years 1973 to 5138, so that no year
/// is one.
fn is_epoch(text: &str) -> bool {
    let (secs, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (9..=11).contains(&secs.len()) && is_number(secs) && is_number(fraction)
}

fn says_zone(text: &str) -> bool {
    let clock = text.get(10..).unwrap_or_default();
    clock.ends_with(['Z', 'z']) || clock.ends_with(" UTC") || clock.contains(['+', '-'])
}

fn digits(text: &str) -> u8 {
    let Some((_, tail)) = text.split_once('.') else { return 0 };
    u8::try_from(tail.bytes().take_while(u8::is_ascii_digit).count()).unwrap_or(9)
}

/// Seconds since 1970 as a decimal number, with the digits it has and no more than seven of them:
/// a double near today's date holds steps of a quarter of a microsecond.
pub(super) fn unix_seconds(text: &str) -> Option<Timestamp> {
    let (mantissa, exponent) = match text.trim().split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<usize>().ok()?),
        None => (text.trim(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if fraction.bytes().any(|byte| !byte.is_ascii_digit()) || exponent > 18 {
        return None;
    }
    let (moved, fraction) = fraction.split_at_checked(exponent).unwrap_or((fraction, ""));
    let zeros = "0".repeat(exponent.saturating_sub(moved.len()));
    let seconds: i64 = format!("{whole}{moved}{zeros}").parse().ok()?;
    if whole.starts_with('-') && !fraction.is_empty() {
        return None;
    }
    let (kept, noise) = fraction.split_at_checked(FILETIME_DIGITS).unwrap_or((fraction, ""));
    let digits = u8::try_from(kept.len()).ok()?;
    let value = if kept.is_empty() { 0 } else { kept.parse::<u64>().ok()? };
    let is_rounded_up = matches!(noise.as_bytes().first(), Some(b'5'..=b'9'));
    let value = value + u64::from(is_rounded_up);
    let nanos = value * 10_u64.pow(9 - u32::from(digits));
    let carried = i64::from(nanos >= 1_000_000_000);
    let nanos = u32::try_from(nanos % 1_000_000_000).ok()?;
    Some(Timestamp::from_unix(seconds.checked_add(carried)?, nanos, digits))
}
