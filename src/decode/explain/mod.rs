//! What the commands in the input and its layers do, in plain words.
//!
//! Rules over text, a file for each theme: every explanation rests on bytes that are named, and
//! nothing is said that does not stand there. It says what a command does, not whether that is
//! bad. A rule is a row of a table, see `rule`; techniques are those of MITRE ATT&CK, see
//! `technique`.

mod accounts;
mod calls;
mod collection;
mod command;
mod credentials;
mod discovery;
mod download;
mod evasion;
mod execution;
mod impact;
mod lateral;
mod persistence;
mod proxy;
mod remote_access;
mod rule;
mod technique;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use self::command::Command;
use self::rule::Rule;
use super::Command as Input;
use super::powershell::Call;
use super::text::{byte_before, part};
use crate::model::{Explanation, Layer, Span, file_name};

/// Most explanations of one input.
const MAX_EXPLANATIONS: usize = 64;
/// Most places where a command is looked for, in all texts together.
const MAX_PLACES: usize = 512;
/// Most bytes of commands that are read, in all texts together.
const MAX_READ: usize = 128 << 10;
/// The most bytes of a statement that a rule on text is shown, before and after its sign.
const AROUND: usize = 512;

/// All rules, theme by theme. Of one theme the first rule that holds for a command is told.
const THEMES: &[&[Rule]] = &[
    download::RULES,
    execution::RULES,
    proxy::RULES,
    persistence::RULES,
    accounts::RULES,
    discovery::RULES,
    evasion::RULES,
    impact::RULES,
    credentials::RULES,
    lateral::RULES,
    remote_access::RULES,
    collection::RULES,
];

/// Every name and sign, and the rules that wait for it.
struct Index {
    words: AhoCorasick,
    /// For each word the rules, as theme and row.
    rules: Vec<Vec<(usize, usize)>>,
    /// For each word whether it is a program's name.
    is_program: Vec<bool>,
}

/// Rules do not change, so their words are put together once.
static INDEX: LazyLock<Option<Index>> = LazyLock::new(Index::new);

impl Index {
    fn new() -> Option<Self> {
        let mut words: Vec<(&str, bool)> = Vec::new();
        let mut rules: Vec<Vec<(usize, usize)>> = Vec::new();
        for (theme, rows) in THEMES.iter().enumerate() {
            for (row, rule) in rows.iter().enumerate() {
                let programs = rule.programs.iter().map(|name| (*name, true));
                for word in programs.chain(rule.signs.iter().map(|sign| (*sign, false))) {
                    let known = words.iter().position(|other| *other == word);
                    let at = known.unwrap_or_else(|| {
                        words.push(word);
                        rules.push(Vec::new());
                        words.len() - 1
                    });
                    if let Some(waiting) = rules.get_mut(at) {
                        waiting.push((theme, row));
                    }
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words.iter().map(|(word, _)| word))
            .ok()?;
        let is_program = words.iter().map(|(_, is_program)| *is_program).collect();
        Some(Self { words: automaton, rules, is_program })
    }
}

/// What is left of the work that one input may cost.
struct Budget {
    places: usize,
    bytes: usize,
}

/// An explanation with the rule it comes from.
struct Said {
    rule: (usize, usize),
    explanation: Explanation,
}

/// The explanations of the input and its layers, in order of appearance.
pub(super) fn explanations_of(
    input: &Input<'_>,
    layers: &[Layer],
    powershell: &[(usize, Call)],
) -> Vec<Explanation> {
    let Some(index) = INDEX.as_ref() else { return Vec::new() };
    let mut budget = Budget { places: MAX_PLACES, bytes: MAX_READ };
    let mut said: Vec<Said> = Vec::new();
    let texts = std::iter::once(input.text).chain(layers.iter().map(|layer| layer.text.as_str()));
    for (layer, text) in texts.enumerate() {
        let (mut places, mut stopped) = places(index, text, &mut budget);
        if layer == 0 {
            places.extend(renamed(index, input));
        }
        // Signs first: they know more of a statement than a program's name in it does.
        places.sort_by_key(|place| (place.is_program, place.from));
        let first = said.len();
        for place in &places {
            if budget.bytes == 0 || said.len() >= MAX_EXPLANATIONS {
                stopped = stopped.or(Some(place.from));
                break;
            }
            explain(index, (layer, text), place, &mut budget, &mut said, first);
        }
        said.extend(calls::said(layer, text, powershell));
        if let Some(of_text) = said.get_mut(first..) {
            of_text.sort_by_key(|said| said.explanation.span.from);
        }
        if let Some(from) = stopped {
            let explanation = Explanation {
                text: "holds more commands than are explained".to_owned(),
                technique: None,
                layer,
                span: Span { from, to: text.len() },
            };
            said.push(Said { rule: (usize::MAX, 0), explanation });
            break;
        }
    }
    clear(&said, layers)
}

/// A place where a word of the index stands.
struct Place {
    is_program: bool,
    from: usize,
    to: usize,
    word: usize,
}

/// The places of a text, and where looking for them stopped.
fn places(index: &Index, text: &str, budget: &mut Budget) -> (Vec<Place>, Option<usize>) {
    let mut places = Vec::new();
    for found in index.words.find_overlapping_iter(text) {
        let (word, from, to) = (found.pattern().as_usize(), found.start(), found.end());
        let is_program = index.is_program.get(word).copied().unwrap_or(false);
        if is_program && !(is_word(text, from, to) && Command::can_be_at(text, from, to)) {
            continue;
        }
        if budget.places == 0 {
            return (places, Some(from));
        }
        budget.places -= 1;
        places.push(Place { is_program, from, to, word });
    }
    (places, None)
}

/// The line's own program where it runs under another name: its version resource tells it.
fn renamed(index: &Index, input: &Input<'_>) -> Option<Place> {
    let original = file_name(input.original_file_name?.trim()).to_ascii_lowercase();
    let stem = original.strip_suffix(".exe").unwrap_or(&original);
    let (first, to) = super::words::program(input.text);
    let name = file_name(&first).to_ascii_lowercase();
    if name.strip_suffix(".exe").unwrap_or(&name) == stem {
        return None;
    }
    let is_whole = |found: &aho_corasick::Match| found.len() == stem.len();
    let found = index.words.find_overlapping_iter(stem).find(is_whole)?;
    let word = found.pattern().as_usize();
    let is_program = index.is_program.get(word).copied().unwrap_or(false);
    is_program.then_some(Place { is_program: true, from: 0, to, word })
}

/// Says what the rules say of one place.
fn explain(
    index: &Index,
    (layer, text): (usize, &str),
    place: &Place,
    budget: &mut Budget,
    said: &mut Vec<Said>,
    first: usize,
) {
    let command = if place.is_program {
        Command::at(text, place.from, place.to)
    } else {
        statement(text, place.from, place.to)
    };
    budget.bytes = budget.bytes.saturating_sub(command.arguments.len());
    let mut themes = BTreeSet::new();
    for &(theme, row) in index.rules.get(place.word).into_iter().flatten() {
        let Some(rule) = THEMES.get(theme).and_then(|rows| rows.get(row)) else { continue };
        if themes.contains(&theme) {
            continue;
        }
        let Some(words) = rule.say(&command) else { continue };
        themes.insert(theme);
        let technique = technique::technique(rule.technique);
        let explanation = Explanation { text: words, technique, layer, span: command.span };
        let of_text = said.get(first..).unwrap_or_default();
        if !of_text.iter().any(|known| covers(known, theme, &explanation)) {
            said.push(Said { rule: (theme, row), explanation });
        }
    }
}

/// Whether what was said of a statement says this too: the same theme, and no URL beside its own.
fn covers(known: &Said, theme: usize, new: &Explanation) -> bool {
    let (outer, inner) = (known.explanation.span, new.span);
    let is_inside = outer.from <= inner.from && inner.to <= outer.to;
    let url = new.text.split(' ').find(|word| word.contains("://"));
    known.rule.0 == theme && is_inside && url.is_none_or(|url| known.explanation.text.contains(url))
}

/// Whether a name is not part of a longer one.
fn is_word(text: &str, from: usize, to: usize) -> bool {
    let joins =
        |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == b'$';
    byte_before(text, from).is_none_or(|byte| !joins(byte) && byte != b'.')
        && text.as_bytes().get(to).is_none_or(|byte| !joins(*byte))
}

/// The statement around a sign, as a command without a program.
fn statement(text: &str, from: usize, to: usize) -> Command<'_> {
    let ends = |c: char| matches!(c, ';' | '\n');
    let low = from.saturating_sub(AROUND);
    let low = (low..=from).find(|at| text.is_char_boundary(*at)).unwrap_or(from);
    let start = part(text, low, from).rfind(ends).map_or(low, |at| low + at + 1);
    let start = start + part(text, start, from).len() - part(text, start, from).trim_start().len();
    let high = (to + AROUND).min(text.len());
    let high = (to..=high).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(to);
    let end = part(text, to, high).find(ends).map_or(high, |at| to + at);
    Command::whole(text, Span { from: start, to: end })
}

/// Without what is said twice: a command that lives on in a later layer is told where it stands
/// first, unless decoding changed it, then where it was plain.
fn clear(said: &[Said], layers: &[Layer]) -> Vec<Explanation> {
    let is_changed = |one: &Said| {
        let replaced = layers.get(one.explanation.layer).map(|layer| layer.span);
        replaced.is_some_and(|span| {
            span.from < one.explanation.span.to && one.explanation.span.from < span.to
        })
    };
    let mut kept: Vec<Explanation> = Vec::new();
    for (at, one) in said.iter().enumerate() {
        let later = || {
            said.iter().skip(at + 1).filter(|other| other.explanation.layer > one.explanation.layer)
        };
        if is_changed(one) && later().any(|other| other.rule == one.rule) {
            continue;
        }
        let is_known = kept.iter().any(|known| {
            known.text == one.explanation.text && known.technique == one.explanation.technique
        });
        if !is_known {
            kept.push(one.explanation.clone());
        }
    }
    kept
}
