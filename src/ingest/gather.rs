//! Puts together what was read of all sources: in one order, whatever the order of reading.

use std::{
    collections::{BTreeSet, HashMap},
    mem,
    sync::Arc,
};

use crate::model::{Event, Issue, IssueKind, LeftOut, Source};

use super::{
    archive::{Slot, without_logs},
    input::Input,
    load::source_index,
    tally::Tally,
};

/// The sources by path and member, with what was read of them.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) sources: Vec<Source>,
    /// By source and place.
    pub(super) events: Vec<Event>,
    pub(super) issues: Vec<Issue>,
    /// Files and members of archives that are no logs.
    pub(super) ignored: u64,
    /// Members that the options leave out.
    pub(super) left_out: Vec<LeftOut>,
}

struct Part {
    input: Input,
    /// Where a member stands in its archive.
    order: Vec<u64>,
    tally: Tally,
    /// Index while it was read.
    index: usize,
}

/// Gathers files and the members of archives among them.
pub(super) fn gather(
    files: Vec<(Input, Tally)>,
    slots: Vec<Arc<Slot>>,
    unwanted: &[LeftOut],
) -> Gathered {
    let mut logs_in = HashMap::<_, u64>::new();
    let mut parts = Vec::with_capacity(files.len() + slots.len());
    for slot in slots {
        // Nobody reads any more.
        let tally = mem::take(&mut *slot.tally());
        *logs_in.entry(slot.input.path.clone()).or_default() += 1;
        let (input, order, index) = (slot.input.clone(), slot.order.clone(), slot.source);
        parts.push(Part { input, order, tally, index });
    }
    let mut gathered = Gathered::default();
    for (index, (input, mut tally)) in files.into_iter().enumerate() {
        if input.what.container.is_some() && !logs_in.contains_key(&input.path) {
            if !input.is_expected {
                gathered.ignored += 1;
                continue;
            }
            if tally.issues.is_empty() && tally.refused.is_empty() {
                let (path, message) = (input.path.clone(), without_logs(tally.members));
                let kind = IssueKind::Empty;
                tally.issues.push(Issue { path, member: None, offset: None, kind, message });
            }
        }
        gathered.ignored += tally.ignored;
        let refused = tally.refused.issues(&input.path);
        tally.issues.extend(refused);
        parts.push(Part { input, order: Vec::new(), tally, index });
    }
    parts.sort_by(|a, b| {
        let by_name = (&a.input.path, &a.input.member).cmp(&(&b.input.path, &b.input.member));
        by_name.then_with(|| a.order.cmp(&b.order))
    });
    number_repeated(&mut parts);
    gathered.leave_out(&mut parts, unwanted);
    let batches = parts.iter().flat_map(|part| &part.tally.read);
    gathered.events.reserve(batches.map(|(_, events)| events.len()).sum());
    for part in parts {
        gathered.add(part);
    }
    gathered
}

/// Makes the names of members that an archive holds more than once differ.
fn number_repeated(parts: &mut [Part]) {
    let mut last: Option<(std::path::PathBuf, String)> = None;
    let mut count = 1;
    for part in parts {
        let Some(member) = part.input.member.clone() else { continue };
        let here = Some((part.input.path.clone(), member));
        count = if here == last { count + 1 } else { 1 };
        last = here;
        if let (Some(member), 2..) = (&mut part.input.member, count) {
            *member = format!("{member} ({count})");
        }
    }
}

impl Gathered {
    /// Drops the members that are named, which is known only now: of several with the same path the
    /// numbers tell them apart.
    fn leave_out(&mut self, parts: &mut Vec<Part>, unwanted: &[LeftOut]) {
        let unwanted: BTreeSet<_> =
            unwanted.iter().filter_map(|file| Some((&file.path, file.member.as_ref()?))).collect();
        parts.retain(|Part { input, .. }| {
            let Some(member) = &input.member else { return true };
            let is_wanted = !unwanted.contains(&(&input.path, member));
            if !is_wanted {
                let (path, member) = (input.path.clone(), Some(member.clone()));
                self.left_out.push(LeftOut { path, member });
            }
            is_wanted
        });
    }

    fn add(&mut self, part: Part) {
        let Part { input, mut tally, index, .. } = part;
        let source = source_index(self.sources.len());
        let is_moved = source != source_index(index);
        tally.read.sort_by_key(|(place, _)| *place);
        for (_, mut events) in tally.read {
            if is_moved {
                for event in &mut events {
                    event.source = source;
                }
            }
            self.events.append(&mut events);
        }
        // What is wrong in an archive names the member; what is wrong in a member does not yet.
        let named = tally.issues.into_iter().map(|issue| {
            let member = issue.member.or_else(|| input.member.clone());
            Issue { member, ..issue }
        });
        self.issues.extend(named);
        self.sources.push(Source {
            path: input.path,
            member: input.member,
            bytes: tally.bytes.unwrap_or(input.bytes),
            sha256: tally.sha256,
            format: input.what.format,
            dialect: input.what.dialect_name(),
            modified: input.modified,
            recognised_by: input.recognised_by,
            reader: input.what.reader(),
            records: tally.records,
            unreadable_records: tally.unreadable,
            recovered_records: tally.recovered,
            first: tally.first,
            last: tally.last,
        });
    }
}
