//! The Sigma engine: which rules match a record, and what in it made them match.
//!
//! Rules are chosen by log source first, then evaluated against a view of the record in which
//! every value is put to lower case at most once. The engine is immutable and shared by threads.

mod encode;
mod evaluate;
mod fold;
mod glob;
mod index;
mod pattern;
mod prefilter;
mod program;
mod view;

use std::collections::HashMap;

use self::{
    evaluate::Evaluation,
    index::Index,
    prefilter::Prefilter,
    view::{Names, Slot, View},
};
use super::{fields::Mapping, rules::Rules};
use crate::model::{Event, Matched};

pub(super) use self::program::Program;

/// A rule that matched a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleMatch {
    /// Position in [`Engine::rules`].
    pub rule: usize,
    /// The fields that made it match, in the order of the rule; none where it matched by absence.
    pub matched: Vec<Matched>,
}

/// Rules that a record is tried on.
#[derive(Clone, Copy, Debug)]
pub struct Applicable<'a>(&'a [u32]);

impl Applicable<'_> {
    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// Rules, compiled.
#[derive(Clone, Debug)]
pub struct Engine {
    rules: Rules,
    names: Names,
    /// For each rule, where its fields stand in a record.
    slots: Vec<Box<[Slot]>>,
    /// How many different slots there are.
    slot_count: usize,
    index: Index,
    prefilter: Option<Prefilter>,
}

impl Engine {
    /// Compiles the rules.
    pub fn new(rules: Rules) -> Self {
        let mut names = Names::default();
        names.has_keywords = rules.iter().any(|rule| rule.program.has_keywords());
        let mut numbers = HashMap::new();
        let slots = rules
            .iter()
            .map(|rule| {
                let mapping = Mapping::of_category(rule.log_source.category.as_deref());
                let mut number = |slot: Slot| {
                    let next = numbers.len();
                    let key = (slot.own, slot.mapped.clone(), slot.mapping);
                    Slot { number: *numbers.entry(key).or_insert(next), ..slot }
                };
                let fields = rule.program.fields.iter();
                fields.map(|field| number(slot(field, mapping, &mut names))).collect()
            })
            .collect();
        let index = Index::new(&rules);
        let prefilter = Prefilter::new(&rules);
        let slot_count = numbers.len();
        Self { rules, names, slots, slot_count, index, prefilter }
    }

    /// The rules, in the order that [`RuleMatch::rule`] counts in.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether any rule is about records of this channel and event id.
    pub fn is_relevant(&self, channel: &str, event_id: u32) -> bool {
        !self.index.rules(channel, event_id).is_empty()
    }

    /// The rules that match the record, in the order of the rules.
    ///
    /// `derived` are values by Sigma's names that the record itself does not hold, for example
    /// `ParentImage` of a 4688 from the linked parent. They count where the record has no value of
    /// its own; a name may repeat, then any of its values may match.
    pub fn evaluate(&self, event: &Event, derived: &[(&str, &str)]) -> Vec<RuleMatch> {
        self.evaluate_among(self.applicable(event), event, derived)
    }

    /// The rules that are about records like this one, as far as channel and event id tell: the
    /// same for all of one origin and id.
    pub fn applicable(&self, event: &Event) -> Applicable<'_> {
        Applicable(self.index.rules(event.home_channel(), event.event_id))
    }

    /// As [`Self::evaluate`], for who knows which rules are applicable.
    pub fn evaluate_among(
        &self,
        Applicable(applicable): Applicable<'_>,
        event: &Event,
        derived: &[(&str, &str)],
    ) -> Vec<RuleMatch> {
        if applicable.is_empty() {
            return Vec::new();
        }
        let view = View::new(event, derived, &self.names, self.slot_count);
        let candidates = self.prefilter.as_ref().map(|filter| filter.candidates(&view));
        let is_candidate = |at: &usize| candidates.as_ref().is_none_or(|known| known.has(*at));
        let mut found = Vec::new();
        for at in applicable.iter().map(|at| *at as usize).filter(is_candidate) {
            let (Some(rule), Some(slots)) = (self.rules.get(at), self.slots.get(at)) else {
                continue;
            };
            let evaluation = Evaluation { program: &rule.program, slots, view: &view };
            if evaluation.holds() {
                found.push(RuleMatch { rule: at, matched: evaluation.matched() });
            }
        }
        found
    }
}

fn slot(field: &str, mapping: Option<Mapping>, names: &mut Names) -> Slot {
    let mapped = mapping.map(|mapping| mapping.record_names(field)).unwrap_or_default();
    Slot {
        own: names.intern(field),
        number: 0,
        mapped: mapped.iter().map(|name| names.intern(name)).collect(),
        mapping: mapping.filter(|_| !mapped.is_empty()),
    }
}
