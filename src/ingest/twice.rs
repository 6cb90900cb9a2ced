//! Finds records that were read more than once: from a backup and the log itself, from a shadow
//! copy, from the log of a collector, from an EVTX file and its JSON. Each counts once.
//!
//! A record is named by host, channel, record id, event id and time. Two that agree in all these
//! are one, with two exceptions. Two that one form of file gives with different contents are
//! both kept: somebody altered one of them; but not of a form that has a row for each rule that the
//! record hit, and each rule tells other fields. And where two computers share a short name, records
//! that give no more than it are not taken for either.

use std::cmp::{Ordering, Reverse};

use crate::model::{AlsoAt, Event, Format, RecordIndex, Source, Timestamp};

/// Different records under one name that are told apart; those of a hostile log beyond are kept.
const MOST_VERSIONS: usize = 8;

/// Takes away all but the best of each record, and says where the others stand: by record, source
/// and place.
///
/// The best is one from the healthy part of a log, in the form that says most: EVTX, XML, JSON,
/// CSV; then the one with more fields. Records without a record id are kept, since two starts in
/// the same moment may look alike; those without a time are one only where all of them is alike.
pub(super) fn drop_repeated(events: &mut Vec<Event>, sources: &[Source]) -> Vec<AlsoAt> {
    let mut names: Vec<(u64, u32)> = (0u32..).zip(&*events).filter_map(named).collect();
    names.sort_unstable();
    let mut copies = Vec::new();
    for run in names.chunk_by(|(one, _), (other, _)| one == other) {
        if run.len() > 1 {
            find_copies(run, events, sources, &mut copies);
        }
    }
    if copies.is_empty() {
        return Vec::new();
    }
    copies.sort_unstable();
    remove(events, &copies)
}

/// A number that records of one name share, and the record's position.
fn named((at, event): (u32, &Event)) -> Option<(u64, u32)> {
    let id = event.record_id?;
    let secs = event.time.map_or(0, Timestamp::unix_secs).cast_unsigned();
    let mixed =
        (id ^ u64::from(event.event_id).rotate_left(40)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    Some(((mixed ^ secs).wrapping_mul(0xD6E8_FEB8_6659_FD93), at))
}

/// Of records that may have one name, the copies with the record each is a copy of.
fn find_copies(
    run: &[(u64, u32)],
    events: &[Event],
    sources: &[Source],
    copies: &mut Vec<(u32, u32)>,
) {
    let event = |at: &u32| events.get(*at as usize);
    let mut members: Vec<(u32, &Event)> =
        run.iter().filter_map(|(_, at)| Some((*at, event(at)?))).collect();
    members.sort_by(|(one, a), (other, b)| {
        by_name(a, b)
            .then_with(|| rank(a, sources).cmp(&rank(b, sources)))
            .then_with(|| one.cmp(other))
    });
    for group in members.chunk_by(|(_, a), (_, b)| by_name(a, b).is_eq()) {
        let mut versions: Vec<(u32, &Event)> = Vec::new();
        for (at, event) in group {
            let original = versions.iter().find(|(_, known)| is_copy(known, event, sources));
            match original {
                Some((original, _)) => copies.push((*at, *original)),
                None if versions.len() < MOST_VERSIONS => versions.push((*at, event)),
                None => {}
            }
        }
    }
}

/// Groups records that may be one; the host by its first label, since exports cut the domain.
fn by_name(a: &Event, b: &Event) -> Ordering {
    (a.record_id, a.event_id, a.time.map(Timestamp::unix_secs))
        .cmp(&(b.record_id, b.event_id, b.time.map(Timestamp::unix_secs)))
        .then_with(|| folded(label(a.host())).cmp(folded(label(b.host()))))
        .then_with(|| folded(a.home_channel()).cmp(folded(b.home_channel())))
}

fn folded(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

fn label(host: &str) -> &str {
    host.split('.').next().unwrap_or(host)
}

/// The better records first.
fn rank(event: &Event, sources: &[Source]) -> (bool, u8, bool, Reverse<usize>) {
    let form = match form(event, sources).0 {
        Format::Evtx => 0,
        Format::Xml => 1,
        Format::Json => 2,
        Format::Csv => 3,
        Format::Archive | Format::Unknown => 4,
    };
    (event.is_recovered, form, event.is_skeleton, Reverse(event.fields.iter().len()))
}

fn form(event: &Event, sources: &[Source]) -> (Format, Option<&'static str>) {
    let source = sources.get(event.source.0 as usize);
    source.map_or((Format::Unknown, None), |source| (source.format, source.dialect))
}

fn is_copy(known: &Event, other: &Event, sources: &[Source]) -> bool {
    let is_host = |short: &str, long: &str| {
        short.eq_ignore_ascii_case(long)
            || (!short.contains('.') && label(long).eq_ignore_ascii_case(short))
    };
    let is_named_alike =
        |a: &str, b: &str| a.is_empty() || b.is_empty() || a.eq_ignore_ascii_case(b);
    let is_other_form = form(known, sources) != form(other, sources);
    let is_same_record = (is_host(known.host(), other.host())
        || is_host(other.host(), known.host()))
        && is_named_alike(known.provider(), other.provider())
        && is_same_time(known.time, other.time, is_other_form);
    let is_told_anew = is_other_form || form(known, sources).1 == Some("hayabusa");
    is_same_record && (known.time.is_some() && is_told_anew || is_same_content(known, other))
}

/// Whether two times are one, as exactly as the coarser of them is written.
fn is_same_time(a: Option<Timestamp>, b: Option<Timestamp>, is_other_form: bool) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return a == b };
    let step = 10_u32.pow(9 - u32::from(a.digits().min(b.digits())));
    // Exports round or cut; the logs themselves do neither. A floating-point number of seconds is
    // exact to a quarter of a microsecond, the logs' seventh digit is a tenth.
    let slack = match (is_other_form, a.digits() == b.digits()) {
        (true, true) if step == 100 => 2,
        (_, is_equal) => u32::from(!is_equal),
    };
    a.unix_secs() == b.unix_secs() && (a.nanos() / step).abs_diff(b.nanos() / step) <= slack
}

/// What nobody kept cannot be compared; then the thread that logged, and the time to the last
/// digit, must do.
fn is_same_content(a: &Event, b: &Event) -> bool {
    (a.logger_pid, a.logger_tid, a.user_sid()) == (b.logger_pid, b.logger_tid, b.user_sid())
        && (a.is_skeleton || b.is_skeleton || a.fields == b.fields)
}

/// Removes the copies, given by position with their originals, in order of position.
fn remove(events: &mut Vec<Event>, copies: &[(u32, u32)]) -> Vec<AlsoAt> {
    // How far a kept record moves up.
    let moved = |at: u32| copies.partition_point(|(copy, _)| *copy < at);
    let mut also: Vec<AlsoAt> = copies
        .iter()
        .filter_map(|(copy, original)| {
            let event = events.get(*copy as usize)?;
            let shift = u32::try_from(moved(*original)).ok()?;
            let record = RecordIndex(original.checked_sub(shift)?);
            Some(AlsoAt { record, source: event.source, place: event.place })
        })
        .collect();
    also.sort_unstable();
    let mut gone = copies.iter().map(|(copy, _)| *copy).peekable();
    let mut at = 0;
    events.retain(|_| {
        let is_gone = gone.next_if_eq(&at).is_some();
        at += 1;
        !is_gone
    });
    also
}
