//! Times as exporters write them, and whether they say their zone. No record is read here.

use crate::model::Timestamp;

/// Reads a time: RFC 3339, also with an offset without a colon (`+0200`), .NET's `/Date(ms)/`, or
/// seconds since 1970. The second part is whether it says no zone; it is then read as UTC.
pub(super) fn parse(text: &str) -> Option<(Timestamp, bool)> {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix("/Date(") {
        let inner = inner.strip_suffix(")/")?;
        // What may follow is the zone of whoever wrote it; the number is UTC all the same.
        let end = inner.bytes().skip(1).position(|byte| matches!(byte, b'+' | b'-'));
        let millis: i64 = inner.get(..end.map_or(inner.len(), |end| end + 1))?.parse().ok()?;
        let nanos = u32::try_from(millis.rem_euclid(1_000)).ok()? * 1_000_000;
        return Some((Timestamp::from_unix(millis.div_euclid(1_000), nanos, 3), false));
    }
    if let Some(time) = epoch(text) {
        return Some((time, false));
    }
    if let Some(time) = Timestamp::parse(text) {
        return Some((time, !says_zone(text)));
    }
    let (rest, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    Timestamp::parse(&format!("{rest}:{minutes}")).map(|time| (time, false))
}

/// Whole or broken seconds since 1970, of the years 1973 to 5138, so that no year is one.
fn epoch(text: &str) -> Option<Timestamp> {
    let (secs, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(9..=11).contains(&secs.len()) || !is_number(secs) || !is_number(fraction) {
        return None;
    }
    let digits = u8::try_from(fraction.len().min(9)).ok()?;
    let nanos: u32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Some(Timestamp::from_unix(secs.parse().ok()?, nanos, digits))
}

fn says_zone(text: &str) -> bool {
    let clock = text.get(10..).unwrap_or_default();
    clock.ends_with(['Z', 'z']) || clock.ends_with(" UTC") || clock.contains(['+', '-'])
}
