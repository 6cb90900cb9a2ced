//! Makes the list: which records, in which order, and how many have which value.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::model::{Analysis, Event, Name, ProcessIndex, RecordIndex, TimeRange, short_channel};
use crate::session::events::words::{Matcher, Words};
use crate::session::events::{
    Doer, EventColumn, EventGroup, EventQuery, EventSort, Only, value::pid, value::value,
};
use crate::session::latest::Stop;

/// Between these many records it is looked whether anybody still waits.
const LOOK_EVERY: usize = 4096;
/// Values that are counted for the strip; what is rarer is summed up.
const MOST_VALUES: usize = 500;
/// Names of fields that are offered to count by.
const MOST_FIELDS: usize = 2000;
/// Stands for "no value": last in either order.
const NO_RANK: u64 = u64::MAX;

/// All that decides what the list is. Two that are equal make the same list.
#[derive(Clone, Debug)]
pub(in crate::session) struct Wanted {
    pub(in crate::session) analysis: Arc<Analysis>,
    pub(in crate::session) filter: String,
    pub(in crate::session) range: Option<TimeRange>,
    pub(in crate::session) query: EventQuery,
}

impl PartialEq for Wanted {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.analysis, &other.analysis)
            && self.filter == other.filter
            && self.range == other.range
            && self.query == other.query
    }
}

/// How many of the listed records have a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueCount {
    /// The value as logged; `None` stands for records that have none.
    pub value: Option<String>,
    /// Records.
    pub count: u64,
}

/// Positions of the records that are wanted, in the wanted order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventList {
    /// Positions in [`Analysis::events`].
    pub order: Vec<u32>,
    /// The values of the wanted group, most frequent first.
    pub values: Vec<ValueCount>,
    /// Values that are too rare to be told one by one, and their records.
    pub rare: (usize, u64),
    /// Records left out by the words though their fields could not be looked at: they stayed in the
    /// evidence.
    pub unsearched: u64,
    /// The names of the fields of the listed records, sorted.
    pub fields: Vec<Name>,
}

/// Makes the list; `None` where the work was asked to stop.
pub(in crate::session) fn list(wanted: &Wanted, stop: &Stop) -> Option<EventList> {
    let (order, unsearched) = matching(wanted, stop)?;
    let order = sorted(wanted, order, stop)?;
    let (values, rare) = match &wanted.query.group {
        Some(group) => counted(&wanted.analysis, &order, group, stop)?,
        None => Default::default(),
    };
    let fields = fields(&wanted.analysis.events, &order);
    Some(EventList { order, values, rare, unsearched, fields })
}

/// The records that range, process, values and words leave, in the order of the analysis.
fn matching(wanted: &Wanted, stop: &Stop) -> Option<(Vec<u32>, u64)> {
    let analysis = &*wanted.analysis;
    let all = 0..analysis.events.len();
    let range = wanted.range.map_or(all, |range| analysis.records_in(range));
    let words = Words::of(&wanted.filter);
    let mut matcher = Matcher::new(&words, analysis);
    let doers: Option<BTreeSet<ProcessIndex>> = wanted.query.doer.map(|doer| match doer {
        Doer::One(process) => BTreeSet::from([process]),
        Doer::Under(process) => analysis.tree.subtrees([process]),
    });
    let mut order = Vec::new();
    let mut unsearched = 0;
    let events = analysis.events.get(range.clone()).unwrap_or_default();
    for (at, event) in (range.start..).zip(events) {
        if at % LOOK_EVERY == 0 && stop.is_asked() {
            return None;
        }
        let Ok(position) = u32::try_from(at) else { break };
        let record = RecordIndex(position);
        let is_of = |doers: &BTreeSet<ProcessIndex>| {
            analysis.record_mark(record).process.is_some_and(|process| doers.contains(&process))
        };
        if doers.as_ref().is_some_and(|doers| !is_of(doers))
            || !wanted.query.only.iter().all(|only| has(analysis, record, only))
        {
            continue;
        }
        if matcher.holds_all(record, event) {
            order.push(position);
        } else if event.is_skeleton {
            unsearched += 1;
        }
    }
    Some((order, unsearched))
}

fn has(analysis: &Analysis, record: RecordIndex, only: &Only) -> bool {
    let value = value(analysis, record, &only.group);
    (value.as_deref() == only.value.as_deref()) != only.is_left_out
}

fn sorted(wanted: &Wanted, order: Vec<u32>, stop: &Stop) -> Option<Vec<u32>> {
    let EventSort { column, is_descending } = wanted.query.sort;
    if stop.is_asked() {
        return None;
    }
    if column == EventColumn::Time && !is_descending {
        return Some(timeless_last(&wanted.analysis, order));
    }
    let ranks = ranks(&wanted.analysis, &order, column, stop)?;
    let mut keyed: Vec<(u64, u32)> = ranks.into_iter().zip(order).collect();
    for (rank, _) in &mut keyed {
        if is_descending && *rank != NO_RANK {
            *rank = NO_RANK - 1 - *rank;
        }
    }
    // The second half of the key keeps equals in the order of the analysis.
    keyed.sort_unstable();
    Some(keyed.into_iter().map(|(_, position)| position).collect())
}

/// The analysis has records without a time first.
fn timeless_last(analysis: &Analysis, mut order: Vec<u32>) -> Vec<u32> {
    let has_time = |at: &u32| analysis.event(RecordIndex(*at)).is_some_and(|e| e.time.is_some());
    let timeless = order.partition_point(|at| !has_time(at));
    order.rotate_left(timeless);
    order
}

/// A number for each record that orders as its value in the column does.
fn ranks(analysis: &Analysis, order: &[u32], column: EventColumn, stop: &Stop) -> Option<Vec<u64>> {
    let numbers = |pick: &dyn Fn(RecordIndex, &Event) -> Option<u64>| {
        let rank = |at: &u32| {
            let event = analysis.event(RecordIndex(*at))?;
            pick(RecordIndex(*at), event).map(|number| number.min(NO_RANK - 1))
        };
        Some(order.iter().map(|at| rank(at).unwrap_or(NO_RANK)).collect())
    };
    let group = match column {
        // The positions of records are in the order of their times.
        EventColumn::Time => {
            return numbers(&|at, event| event.time.map(|_| u64::from(at.0)));
        }
        EventColumn::EventId => return numbers(&|_, event| Some(u64::from(event.event_id))),
        EventColumn::Record => return numbers(&|_, event| event.record_id),
        EventColumn::Pid => {
            return numbers(&|at, event| pid(analysis, at, event).map(u64::from));
        }
        EventColumn::Host => EventGroup::Host,
        EventColumn::Source | EventColumn::Summary => EventGroup::Source,
        EventColumn::Provider => EventGroup::Provider,
        EventColumn::Process => EventGroup::Process,
        EventColumn::User => EventGroup::User,
        EventColumn::File => EventGroup::File,
    };
    let (numbers, texts) = numbered(analysis, order, &group, stop)?;
    // As it is shown: logs by their short names.
    let shown = |text: &'_ str| -> String {
        let text = if group == EventGroup::Source { short_channel(text) } else { text };
        text.to_lowercase()
    };
    let mut by_text: Vec<(String, usize)> =
        texts.iter().enumerate().map(|(at, text)| (shown(text), at)).collect();
    by_text.sort_unstable();
    let mut rank_of = vec![0; texts.len()];
    let (mut rank, mut before) = (0, None);
    for (text, at) in &by_text {
        if before.is_some_and(|before| before != text) {
            rank += 1;
        }
        before = Some(text);
        if let Some(slot) = rank_of.get_mut(*at) {
            *slot = rank;
        }
    }
    let rank = |number: Option<usize>| rank_of.get(number?).copied();
    Some(numbers.into_iter().map(|number| rank(number).unwrap_or(NO_RANK)).collect())
}

/// For each record the number of its value, and the different values.
type Numbered<'a> = (Vec<Option<usize>>, Vec<Cow<'a, str>>);

fn numbered<'a>(
    analysis: &'a Analysis,
    order: &[u32],
    group: &EventGroup,
    stop: &Stop,
) -> Option<Numbered<'a>> {
    let mut known: HashMap<Cow<'a, str>, usize> = HashMap::new();
    let mut texts: Vec<Cow<'a, str>> = Vec::new();
    let mut numbers = Vec::with_capacity(order.len());
    for (done, at) in order.iter().enumerate() {
        if done % LOOK_EVERY == 0 && stop.is_asked() {
            return None;
        }
        numbers.push(value(analysis, RecordIndex(*at), group).map(|text| {
            let next = texts.len();
            *known.entry(text).or_insert_with_key(|text| {
                texts.push(text.clone());
                next
            })
        }));
    }
    Some((numbers, texts))
}

/// Values with their counts, and how many values and records are left over.
type Counted = (Vec<ValueCount>, (usize, u64));

fn counted(analysis: &Analysis, order: &[u32], group: &EventGroup, stop: &Stop) -> Option<Counted> {
    let (numbers, texts) = numbered(analysis, order, group, stop)?;
    let mut counts = vec![0u64; texts.len()];
    let mut without = 0;
    for number in numbers {
        match number.and_then(|at| counts.get_mut(at)) {
            Some(count) => *count += 1,
            None => without += 1,
        }
    }
    let mut sorted: Vec<(u64, Cow<'_, str>)> = counts.into_iter().zip(texts).collect();
    sorted.sort_unstable_by(|left, right| {
        Reverse(left.0).cmp(&Reverse(right.0)).then_with(|| left.1.cmp(&right.1))
    });
    let rare = sorted.get(MOST_VALUES..).unwrap_or_default();
    let rare = (rare.len(), rare.iter().map(|(count, _)| count).sum());
    sorted.truncate(MOST_VALUES);
    let mut values: Vec<ValueCount> = sorted
        .into_iter()
        .map(|(count, value)| ValueCount { value: Some(value.into_owned()), count })
        .collect();
    if without > 0 {
        values.push(ValueCount { value: None, count: without });
    }
    Some((values, rare))
}

/// The names of the fields of these records.
fn fields(events: &[Event], order: &[u32]) -> Vec<Name> {
    let mut shapes = HashSet::new();
    let mut names: BTreeSet<Name> = BTreeSet::new();
    for event in order.iter().filter_map(|at| events.get(*at as usize)) {
        let Some(shape) = event.fields.shape() else { continue };
        // Records alike share their list of names; each is looked at once.
        if shapes.insert(Arc::as_ptr(shape).addr()) {
            names.extend(shape.iter().take(MOST_FIELDS).cloned());
        }
        if names.len() >= MOST_FIELDS {
            break;
        }
    }
    names.into_iter().take(MOST_FIELDS).collect()
}
