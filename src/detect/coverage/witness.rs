//! Two logs record process starts. Where one begins later or ends earlier than the other goes on, it
//! was off meanwhile. Single starts that only one of them holds say nothing: Sysmon's configuration
//! leaves out what it likes.

use crate::model::{Gap, Timestamp};

/// So many starts by the other log make a hole of the time before the first or after the last.
const ENOUGH_STARTS: usize = 3;
/// Both logs record the same start within this time, in seconds.
const SAME_START_SECS: i64 = 10;

/// The holes of `own` starts at both ends, as `other` starts show them; both in time order.
///
/// The names are for the reason.
pub(super) fn unseen(
    (name, own): (&str, &[Timestamp]),
    (other_name, other): (&str, &[Timestamp]),
) -> Vec<Gap> {
    let (Some(&first), Some(&last)) = (own.first(), own.last()) else { return Vec::new() };
    let begin = first.plus_secs(-SAME_START_SECS);
    let before = other.partition_point(|time| *time < begin);
    let end = last.plus_secs(SAME_START_SECS);
    let until = other.partition_point(|time| *time <= end);
    let words = |starts: usize| format!("{name} off: {other_name} holds {starts} starts meanwhile");
    let mut gaps = Vec::new();
    if before >= ENOUGH_STARTS
        && let Some(&from) = other.first()
    {
        gaps.push(Gap { from, to: first, why: words(before) });
    }
    let after = other.len().saturating_sub(until);
    if after >= ENOUGH_STARTS
        && let Some(&to) = other.last()
    {
        gaps.push(Gap { from: last, to, why: words(after) });
    }
    gaps
}
