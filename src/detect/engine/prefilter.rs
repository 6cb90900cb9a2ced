//! Rules most rules out before any is evaluated, by one search of the record for all their words.
//!
//! Every record that a rule matches holds at least one of the rule's words, so a rule none of whose
//! words occur cannot match. Rules without such words are always evaluated.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{
    fold::folded,
    pattern::Matcher,
    program::{Item, Program, Search},
    view::View,
};
use crate::detect::{condition::Expr, rules::Rules};

/// With fewer rules than this, evaluating them all is as fast.
const MIN_RULES: usize = 100;
/// Shorter words occur everywhere.
const MIN_WORD_BYTES: usize = 3;

/// The words of all rules.
#[derive(Clone, Debug)]
pub(super) struct Prefilter {
    search: AhoCorasick,
    /// For each word, the rules it belongs to.
    rules_of_word: Vec<Box<[u32]>>,
    /// The rules that no word rules out.
    always: Bits,
}

impl Prefilter {
    /// Collects the words; `None` where the rules are too few to gain by it.
    pub(super) fn new(rules: &Rules) -> Option<Self> {
        if rules.len() < MIN_RULES {
            return None;
        }
        let mut words: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let mut always = Bits::new(rules.len());
        for (at, rule) in (0u32..).zip(rules) {
            match expr_words(&rule.program.condition, &rule.program) {
                Some(found) => {
                    for word in found {
                        words.entry(word).or_default().insert(at);
                    }
                }
                None => always.set(at as usize),
            }
        }
        let search = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(words.keys())
            .ok()?;
        let rules_of_word = words.into_values().map(|rules| rules.into_iter().collect()).collect();
        Some(Self { search, rules_of_word, always })
    }

    /// The rules that may match the record.
    pub(super) fn candidates(&self, view: &View<'_>) -> Bits {
        let mut found = self.always.clone();
        let mut seen = Bits::new(self.rules_of_word.len());
        for text in view.texts() {
            for hit in self.search.find_overlapping_iter(text) {
                let word = hit.pattern().as_usize();
                if seen.has(word) {
                    continue;
                }
                seen.set(word);
                for rule in self.rules_of_word.get(word).into_iter().flatten() {
                    found.set(*rule as usize);
                }
            }
        }
        found
    }
}

/// A set of small numbers.
#[derive(Clone, Debug)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    fn new(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(64)] }
    }

    fn set(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// Whether the number is in the set.
    pub(super) fn has(&self, at: usize) -> bool {
        self.words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

/// Words in lower case, one of which is in every record where this holds; `None` if there are none.
fn expr_words(expr: &Expr, program: &Program) -> Option<Vec<String>> {
    match expr {
        Expr::Selection(at) => search_words(program.selections.get(*at)?, program),
        Expr::Not(_) => None,
        Expr::And(parts) => best(parts.iter().map(|part| expr_words(part, program))),
        Expr::Or(parts) => joined(parts.iter().map(|part| expr_words(part, program))),
    }
}

fn search_words(search: &Search, program: &Program) -> Option<Vec<String>> {
    match search {
        Search::All(items) => best(items.iter().map(|item| item_words(item, program))),
        Search::Any(parts) => joined(parts.iter().map(|part| search_words(part, program))),
    }
}

fn item_words(item: &Item, program: &Program) -> Option<Vec<String>> {
    let field = item.field.and_then(|at| program.fields.get(at));
    // These choose the log source; the index has seen to them.
    let is_header = field.is_some_and(|name| matches!(&**name, "EventID" | "Channel"));
    if item.is_negated || is_header {
        return None;
    }
    let words = item.patterns.iter().map(|pattern| matcher_words(&pattern.matcher));
    if item.is_all { best(words) } else { joined(words) }
}

fn matcher_words(matcher: &Matcher) -> Option<Vec<String>> {
    let Matcher::Text { globs, .. } = matcher else { return None };
    joined(globs.iter().map(|glob| {
        let word = folded(glob.literal()).into_owned();
        (word.len() >= MIN_WORD_BYTES).then(|| vec![word])
    }))
}

/// All must hold, so the words of any will do: those whose shortest is longest are the rarest.
fn best(parts: impl Iterator<Item = Option<Vec<String>>>) -> Option<Vec<String>> {
    parts.flatten().max_by_key(|words| words.iter().map(String::len).min())
}

/// One must hold, so the words of all are needed.
fn joined(parts: impl Iterator<Item = Option<Vec<String>>>) -> Option<Vec<String>> {
    parts.collect::<Option<Vec<_>>>().map(|lists| lists.concat())
}
