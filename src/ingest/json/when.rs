//! The times of exports that do not write them as event logs do. No clock.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Timelike as _};

use crate::model::Timestamp;

/// Digits of a second that a FILETIME has; what a floating-point number says beyond is noise.
const FILETIME_DIGITS: usize = 7;

/// A time with its zone, in any of the forms that Hayabusa can be told to write: ISO 8601,
/// RFC 3339, RFC 2822, `2020-09-28 14:47:36.197 +02:00`, the European order of day and month, and
/// the American one, which alone has `AM` and `PM`.
///
/// `None` for anything else, a time without a zone too.
pub(super) fn zoned(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    const FORMS: [&str; 6] = [
        "%Y-%m-%d %H:%M:%S%.f %:z",
        "%Y-%m-%d %H:%M:%S%.f%:z",
        "%Y-%m-%dT%H:%M:%S%.f%:z",
        "%m-%d-%Y %I:%M:%S%.f %p %:z",
        "%d-%m-%Y %H:%M:%S%.f %:z",
        "%Y-%m-%d %H:%M:%S%.f %z",
    ];
    let zoned = match text.strip_suffix('Z').or_else(|| text.strip_suffix(" UTC")) {
        Some(_) => return Timestamp::parse(text),
        None => FORMS
            .iter()
            .find_map(|form| DateTime::<FixedOffset>::parse_from_str(text, form).ok())
            .or_else(|| DateTime::parse_from_rfc2822(text).ok())?,
    };
    Some(Timestamp::from_unix(zoned.timestamp(), zoned.nanosecond(), digits(text)))
}

/// A time without a zone, as if it were UTC: `2020-09-28 14:47:36.197` or with a `T`.
pub(super) fn local(text: &str) -> Option<Timestamp> {
    const FORMS: [&str; 3] =
        ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%m/%d/%Y %H:%M:%S%.f"];
    let text = text.trim();
    let naive = FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    let utc = naive.and_utc();
    Some(Timestamp::from_unix(utc.timestamp(), utc.nanosecond(), digits(text)))
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
