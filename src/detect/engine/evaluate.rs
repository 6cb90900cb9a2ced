//! Evaluates one compiled rule against one record, and collects the proof where it matches.

use super::{
    glob::Span,
    pattern::{Matcher, Pattern},
    program::{Item, Program, Search},
    view::{Entry, Slot, View},
};
use crate::detect::condition::Expr;
use crate::model::Matched;

/// The most that one item contributes to the proof of a match.
const MAX_PROOFS_PER_ITEM: usize = 16;

/// The most characters of a pattern that a proof repeats.
const MAX_PATTERN_CHARS: usize = 2_000;

/// A rule and a record.
pub(super) struct Evaluation<'r, 'e> {
    pub(super) program: &'r Program,
    pub(super) slots: &'r [Slot],
    pub(super) view: &'r View<'e>,
}

impl<'e> Evaluation<'_, 'e> {
    /// Whether the rule matches.
    pub(super) fn holds(&self) -> bool {
        self.expr(&self.program.condition)
    }

    /// What made it match: the fields of the selections that hold and are not negated.
    pub(super) fn matched(&self) -> Vec<Matched> {
        let mut found = Vec::new();
        self.prove(&self.program.condition, &mut found);
        found
    }

    fn expr(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Selection(at) => {
                self.program.selections.get(*at).is_some_and(|search| self.search(search))
            }
            Expr::Not(part) => !self.expr(part),
            Expr::And(parts) => parts.iter().all(|part| self.expr(part)),
            Expr::Or(parts) => parts.iter().any(|part| self.expr(part)),
        }
    }

    fn search(&self, search: &Search) -> bool {
        match search {
            Search::All(items) => items.iter().all(|item| self.item(item)),
            Search::Any(parts) => parts.iter().any(|part| self.search(part)),
        }
    }

    fn item(&self, item: &Item) -> bool {
        if let Some(holds) = self.first_of_texts(item) {
            return holds;
        }
        let mut patterns = item.patterns.iter().enumerate();
        let holds = if item.is_all {
            patterns.all(|(at, pattern)| self.pattern(item, at, pattern))
        } else {
            patterns.any(|(at, pattern)| self.pattern(item, at, pattern))
        };
        holds != item.is_negated
    }

    /// The answer for the usual item, a list of texts one of which must fit: looks at the lower case
    /// of each value once and not once a pattern. `None` where it is another kind of item.
    fn first_of_texts(&self, item: &Item) -> Option<bool> {
        let slot = item.field.and_then(|at| self.slots.get(at)).filter(|_| !item.is_all)?;
        let is_text =
            |pattern: &Pattern| matches!(pattern.matcher, Matcher::Text { is_cased: false, .. });
        if !item.patterns.iter().all(is_text) {
            return None;
        }
        let fits = |value: &str| {
            item.patterns.iter().any(|pattern| match &pattern.matcher {
                Matcher::Text { globs, .. } => globs.iter().any(|glob| glob.find(value).is_some()),
                _ => false,
            })
        };
        let holds = self.view.values(slot).any(|entry| fits(entry.lower()));
        Some(holds != item.is_negated)
    }

    fn pattern(&self, item: &Item, at: usize, pattern: &Pattern) -> bool {
        let Some(slot) = item.field else {
            return self.view.searchable().any(|entry| find(&pattern.matcher, entry).is_some());
        };
        let Some(slot) = self.slots.get(slot) else { return false };
        match &pattern.matcher {
            Matcher::Exists(is_wanted) => self.view.has(slot) == *is_wanted,
            Matcher::Missing => self.view.is_missing(slot),
            Matcher::Field { .. } => self
                .view
                .values(slot)
                .any(|entry| self.find_other(item, at, pattern, entry).is_some()),
            matcher => self.view.values(slot).any(|entry| find(matcher, entry).is_some()),
        }
    }

    /// Where the value of another field stands in this one.
    fn find_other(
        &self,
        item: &Item,
        at: usize,
        pattern: &Pattern,
        entry: &Entry<'e>,
    ) -> Option<Span> {
        let Matcher::Field { place, is_cased, .. } = &pattern.matcher else { return None };
        let before = item.patterns.iter().take(at);
        let nth = before.filter(|known| matches!(known.matcher, Matcher::Field { .. })).count();
        let other = self.slots.get(*item.other_fields.get(nth)?)?;
        self.view.values(other).find_map(|value| {
            if *is_cased {
                place.find(&entry.value, &value.value)
            } else {
                place.find(entry.lower(), value.lower())
            }
        })
    }

    fn prove(&self, expr: &Expr, found: &mut Vec<Matched>) {
        match expr {
            Expr::Selection(at) => {
                if let Some(search) = self.program.selections.get(*at) {
                    self.prove_search(search, found);
                }
            }
            Expr::Not(_) => {}
            Expr::And(parts) => parts.iter().for_each(|part| self.prove(part, found)),
            Expr::Or(parts) => {
                parts
                    .iter()
                    .filter(|part| self.expr(part))
                    .for_each(|part| self.prove(part, found));
            }
        }
    }

    fn prove_search(&self, search: &Search, found: &mut Vec<Matched>) {
        match search {
            Search::All(items) => {
                for item in items.iter().filter(|item| !item.is_negated) {
                    self.prove_item(item, found);
                }
            }
            Search::Any(parts) => {
                for part in parts.iter().filter(|part| self.search(part)) {
                    self.prove_search(part, found);
                }
            }
        }
    }

    fn prove_item(&self, item: &Item, found: &mut Vec<Matched>) {
        let mut left = MAX_PROOFS_PER_ITEM;
        for (at, pattern) in item.patterns.iter().enumerate() {
            for proof in self.prove_pattern(item, at, pattern) {
                if left == 0 {
                    return;
                }
                if !found.contains(&proof) {
                    found.push(proof);
                    left -= 1;
                }
            }
        }
    }

    fn prove_pattern(&self, item: &Item, at: usize, pattern: &Pattern) -> Vec<Matched> {
        let proof = |field: &str, value: &str, span| Matched {
            field: field.to_owned(),
            value: value.to_owned(),
            pattern: shown(&pattern.spelled),
            span,
            derived: false,
        };
        let Some(field) = item.field else {
            let entries = self.view.searchable();
            let hits = entries.filter_map(|entry| Some((entry, find(&pattern.matcher, entry)?)));
            return hits.map(|(entry, span)| proof(entry.name, &entry.value, span)).collect();
        };
        let (Some(slot), Some(name)) = (self.slots.get(field), self.program.fields.get(field))
        else {
            return Vec::new();
        };
        match &pattern.matcher {
            Matcher::Exists(_) | Matcher::Missing if self.pattern(item, at, pattern) => {
                let value = self.view.values(slot).next().map_or("", |entry| &entry.value);
                vec![proof(name, value, (0, 0))]
            }
            Matcher::Exists(_) | Matcher::Missing => Vec::new(),
            matcher => {
                let span = |entry: &Entry<'e>| match matcher {
                    Matcher::Field { .. } => self.find_other(item, at, pattern, entry),
                    _ => find(matcher, entry),
                };
                let mut hits =
                    self.view.values(slot).filter_map(|entry| Some((entry, span(entry)?)));
                // One proof a pattern, even where a field has several values.
                hits.next()
                    .map(|(entry, span)| proof(name, &entry.value, span))
                    .into_iter()
                    .collect()
            }
        }
    }
}

/// The pattern as a proof repeats it: a rule may hold one of a megabyte and match every record.
fn shown(pattern: &str) -> String {
    match pattern.char_indices().nth(MAX_PATTERN_CHARS) {
        Some((end, _)) => format!("{}…", pattern.get(..end).unwrap_or_default()),
        None => pattern.to_owned(),
    }
}

/// Where a value of the record fits.
fn find(matcher: &Matcher, entry: &Entry<'_>) -> Option<Span> {
    let whole = || (0, entry.value.len());
    match matcher {
        Matcher::Text { globs, is_cased } => {
            let value = if *is_cased { &*entry.value } else { entry.lower() };
            globs.iter().find_map(|glob| glob.find(value))
        }
        Matcher::Regex(regex) => regex.find(&entry.value).map(|hit| (hit.start(), hit.end())),
        Matcher::Number { order, limit } => order.holds(&entry.value, *limit).then(whole),
        Matcher::Network(network) => network.holds(&entry.value).then(whole),
        Matcher::Exists(_) | Matcher::Missing | Matcher::Field { .. } => None,
    }
}
