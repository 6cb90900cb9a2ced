//! One record as rules see it: values by Sigma's field names, each put to lower case at most once.

use std::{borrow::Cow, cell::OnceCell, collections::HashMap};

use foldhash::fast::RandomState;

use super::fold::folded;
use crate::detect::fields::{Mapping, computed, hash_of, on_system_drive};
use crate::model::{Event, bare_path, is_missing};

/// A field name that some rule asks for.
pub(super) type NameId = u32;

/// All field names that the rules ask for, each with a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    ids: HashMap<Box<str>, NameId, RandomState>,
    /// Whether some rule looks for words wherever they stand, so that values under other names count.
    pub(super) has_keywords: bool,
}

impl Names {
    /// The number of a name, a new one where it is new.
    pub(super) fn intern(&mut self, name: &str) -> NameId {
        let next = NameId::try_from(self.ids.len()).unwrap_or(NameId::MAX);
        *self.ids.entry(name.into()).or_insert(next)
    }

    /// The number of a record's field name. Rules write names without their spaces.
    fn of_record(&self, name: &str) -> Option<NameId> {
        if name.contains(' ') {
            return self.ids.get(name.replace(' ', "").as_str()).copied();
        }
        self.ids.get(name).copied()
    }
}

/// Where the value of a rule's field stands in a record.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// The field's own name.
    pub(super) own: NameId,
    /// The same for slots alike, counted from 0 among those of all rules.
    pub(super) number: usize,
    /// The record's names for it under the rule's mapping, the better first; empty if it has none.
    pub(super) mapped: Box<[NameId]>,
    /// How the rule's log source maps names.
    pub(super) mapping: Option<Mapping>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Record,
    System,
    Derived,
}

/// A value of the record.
#[derive(Debug)]
pub(super) struct Entry<'e> {
    id: Option<NameId>,
    origin: Origin,
    /// The record's name for it.
    pub(super) name: &'e str,
    pub(super) value: Cow<'e, str>,
    lower: OnceCell<Option<Box<str>>>,
}

impl Entry<'_> {
    fn is_of(&self, name: NameId, is_derived: bool) -> bool {
        self.id == Some(name) && (self.origin == Origin::Derived) == is_derived
    }

    /// The value in lower case, byte for byte as long as the value.
    pub(super) fn lower(&self) -> &str {
        let lower = self.lower.get_or_init(|| match folded(&self.value) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text.into()),
        });
        lower.as_deref().unwrap_or(&self.value)
    }

    /// Whether there is a value: logs write `-`, `?` and zeros for none.
    fn is_filled(&self) -> bool {
        !is_missing(self.value.trim())
    }
}

/// A logged value as rules mean it: without the zero bytes that some exports keep at its end, and the
/// path of a program as Windows writes it, without quotation marks and with `\` between folders.
///
/// Rules compare the ends of paths, so any of these would hide a program from all of them.
fn logged<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    match name {
        "Image" | "ParentImage" | "AncestorImage" | "NewProcessName" | "ParentProcessName" => {
            let path = if is_bare(value) { value } else { bare_path(value) };
            if path.contains('/') { path.replace('/', "\\").into() } else { path.into() }
        }
        _ => value.trim_end_matches('\0').into(),
    }
}

/// Whether neither end is anything that [`bare_path`] might take away; of plain letters it takes none.
fn is_bare(value: &str) -> bool {
    let ends = [value.as_bytes().first(), value.as_bytes().last()];
    ends.into_iter().flatten().all(u8::is_ascii_alphanumeric)
}

/// A record opened for evaluation.
#[derive(Debug)]
pub(super) struct View<'e> {
    entries: Vec<Entry<'e>>,
    mapping: Option<Mapping>,
    /// By [`Slot::number`], looked up at most once a record.
    resolved: Vec<OnceCell<Resolved>>,
}

/// The entries of a slot: those in a range of all that have this name and kind of origin.
#[derive(Clone, Copy, Debug, Default)]
struct Resolved {
    from: usize,
    to: usize,
    name: NameId,
    is_derived: bool,
}

impl<'e> View<'e> {
    /// Opens a record. `derived` are values by Sigma's names that the record itself lacks.
    pub(super) fn new(
        event: &'e Event,
        derived: &[(&'e str, &'e str)],
        names: &Names,
        slots: usize,
    ) -> Self {
        let mapping = Mapping::of_record(event.home_channel(), event.event_id);
        let mut entries = Vec::with_capacity(event.fields.iter().len() + derived.len() + 8);
        for (at, name) in
            event.fields.shape().into_iter().flat_map(|shape| shape.iter()).enumerate()
        {
            let id = names.of_record(name);
            if id.is_some() || names.has_keywords {
                let value = logged(name, event.fields.at(at).unwrap_or_default());
                let lower = OnceCell::new();
                entries.push(Entry { id, origin: Origin::Record, name, value, lower });
            }
        }
        let mut push = |origin, name: &'e str, value: Cow<'e, str>| {
            let id = names.of_record(name);
            entries.push(Entry { id, origin, name, value, lower: OnceCell::new() });
        };
        push(Origin::System, "EventID", event.event_id.to_string().into());
        push(Origin::System, "Channel", Cow::Borrowed(event.home_channel()));
        push(Origin::System, "Provider_Name", Cow::Borrowed(event.provider()));
        push(Origin::System, "Computer", Cow::Borrowed(event.host()));
        if let Some(sid) = event.user_sid() {
            push(Origin::System, "Security_UserID", Cow::Borrowed(sid));
        }
        for (name, value) in derived {
            push(Origin::Derived, name, logged(name, value));
        }
        for (name, value) in computed(event, mapping) {
            push(Origin::Derived, name, value.into());
        }
        // Beside the logged value: a rule's filter may name the program by its drive.
        if mapping == Some(Mapping::Network)
            && let Some(path) = event.field("Application").and_then(on_system_drive)
        {
            push(Origin::Record, "Application", path.into());
        }
        for name in ["Imphash", "imphash", "md5", "sha1", "sha256"] {
            if names.ids.contains_key(name)
                && let Some(hash) = hash_of(event, name)
            {
                push(Origin::Derived, name, hash.into());
            }
        }
        Self { entries, mapping, resolved: vec![OnceCell::new(); slots] }
    }

    /// The values of a field: the record's where it has any, else the derived ones.
    pub(super) fn values<'v>(&'v self, slot: &Slot) -> impl Iterator<Item = &'v Entry<'e>> {
        let resolved = self.resolved.get(slot.number);
        let resolved = resolved.map(|known| *known.get_or_init(|| self.resolve(slot)));
        let Resolved { from, to, name, is_derived } = resolved.unwrap_or_default();
        let meant = self.entries.get(from..to).unwrap_or_default().iter();
        meant.filter(move |entry| entry.is_of(name, is_derived))
    }

    fn resolve(&self, slot: &Slot) -> Resolved {
        let name = self.record_name(slot);
        let has_any = |is_derived, name, asks: fn(&Entry<'_>) -> bool| {
            self.entries.iter().any(|entry| entry.is_of(name, is_derived) && asks(entry))
        };
        let is_derived =
            !has_any(false, name, |entry| entry.is_filled()) && has_any(true, slot.own, |_| true);
        let name = if is_derived { slot.own } else { name };
        let mut positions = self.entries.iter().enumerate();
        let mut is_meant = positions.by_ref().filter(|(_, entry)| entry.is_of(name, is_derived));
        let first = is_meant.next().map(|(at, _)| at);
        let last = is_meant.last().map(|(at, _)| at).or(first);
        let (from, to) = first.zip(last).map_or((0, 0), |(first, last)| (first, last + 1));
        Resolved { from, to, name, is_derived }
    }

    fn record_name(&self, slot: &Slot) -> NameId {
        if slot.mapping.is_none() || slot.mapping != self.mapping {
            return slot.own;
        }
        let is_filled = |id: &&NameId| {
            self.entries.iter().any(|entry| entry.id == Some(**id) && entry.is_filled())
        };
        slot.mapped
            .iter()
            .find(is_filled)
            .or_else(|| slot.mapped.last())
            .copied()
            .unwrap_or(slot.own)
    }

    /// Whether the record carries the field at all, even if it says nothing.
    pub(super) fn has(&self, slot: &Slot) -> bool {
        self.values(slot).next().is_some()
    }

    /// Whether no value of the field says anything.
    pub(super) fn is_missing(&self, slot: &Slot) -> bool {
        !self.values(slot).any(Entry::is_filled)
    }

    /// Every value in lower case.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(Entry::lower)
    }

    /// Everything a keyword may stand in: the record's data and the name of its provider.
    pub(super) fn searchable(&self) -> impl Iterator<Item = &Entry<'e>> {
        self.entries
            .iter()
            .filter(|entry| entry.origin == Origin::Record || entry.name == "Provider_Name")
    }
}
