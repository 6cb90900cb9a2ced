//! Quotes that only break up a word: `c""md`, `"p"ower"shell"`, `-e"n"c`.
//!
//! The name of a program loses its quotes when `cmd.exe` looks for it, an argument when the C
//! runtime of the program splits its line. Quotes that hold a blank, a sign or nothing but the
//! whole word hide nothing and stay.

use super::command::Name;
use super::unit::{Marks, Unit, Units, slice};

/// Whether a name (lower case, no quotes) is that of `cmd.exe`.
pub(super) fn is_cmd(key: &str) -> bool {
    let file = key.rsplit(['\\', '/']).next().unwrap_or(key);
    matches!(file, "cmd" | "cmd.exe" | "%comspec%")
}

/// The command with the quotes out of its name and, unless it reads quotes itself, its arguments.
pub(super) fn bare_words(units: &[Unit], name: &Name, is_verbatim: bool) -> Units {
    if !units.iter().any(|unit| unit.c == '"') {
        return with_loop_name(units, name);
    }
    let mut bare = slice(units, 0, name.from).to_vec();
    bare.extend(bare_name(slice(units, name.from, name.to)));
    let arguments = slice(units, name.to, units.len());
    if is_verbatim {
        bare.extend(arguments);
    } else {
        bare.extend(bare_arguments(arguments));
    }
    let to = bare.len() - arguments.len().min(bare.len());
    with_loop_name(&bare, &Name { from: name.from, to: to.max(name.from), key: String::new() })
}

/// A program whose name comes out of a loop is built by it.
fn with_loop_name(units: &[Unit], name: &Name) -> Units {
    let is_named = slice(units, name.from, name.to).iter().any(|unit| unit.marks.has(Marks::LOOP));
    let mark = |(at, unit): (usize, &Unit)| {
        let is_inside = is_named && at >= name.from && at < name.to;
        if is_inside { unit.marked(Marks::BUILT) } else { *unit }
    };
    units.iter().enumerate().map(mark).collect()
}

fn is_letter(unit: Option<&Unit>) -> bool {
    unit.is_some_and(|unit| unit.c.is_alphanumeric())
}

/// Quotes directly between letters, looking past further quotes.
fn hides(word: &[Unit], at: usize) -> bool {
    let before = slice(word, 0, at).iter().rev().find(|unit| unit.c != '"');
    let after = slice(word, at, word.len()).iter().find(|unit| unit.c != '"');
    is_letter(before) && is_letter(after)
}

fn bare_name(word: &[Unit]) -> Units {
    let mut quotes = word.iter().enumerate().filter(|(_, unit)| unit.c == '"');
    if !quotes.any(|(at, _)| hides(word, at)) {
        return word.to_vec();
    }
    let bare = word.iter().filter(|unit| unit.c != '"').map(|unit| {
        let marks = unit.marks.without(Marks::QUOTED).with(Marks::QUOTE);
        Unit { marks, ..*unit }
    });
    let bare: Units = bare.collect();
    let has_blank = bare.iter().any(|unit| unit.is_blank());
    let Some((first, last)) = word.first().zip(word.last()).filter(|_| has_blank) else {
        return bare;
    };
    let quote = |unit: &Unit| Unit { marks: Marks::QUOTE, ..unit.becoming('"') };
    let inner = bare.iter().map(|unit| unit.marked(Marks::QUOTED));
    std::iter::once(quote(first)).chain(inner).chain([quote(last)]).collect()
}

/// Takes out quotes around a few letters within a word and pairs with nothing in between.
fn bare_arguments(units: &[Unit]) -> Units {
    let mut bare = Units::with_capacity(units.len());
    let mut at = 0;
    let mut is_quoted = false;
    while let Some(unit) = units.get(at) {
        if unit.c != '"' || is_escaped(units, at) {
            bare.push(*unit);
            at += 1;
            continue;
        }
        if !is_quoted && let Some(length) = fragment(units, at) {
            let inner = slice(units, at + 1, at + 1 + length).iter();
            bare.extend(inner.map(|unit| Unit {
                marks: unit.marks.without(Marks::QUOTED).with(Marks::QUOTE),
                ..*unit
            }));
            at += length + 2;
            // An empty pair leaves no character of its own to mark.
            if let Some(after) = units.get(at) {
                bare.push(after.marked(Marks::QUOTE));
                at += 1;
            }
            continue;
        }
        is_quoted = !is_quoted;
        bare.push(*unit);
        at += 1;
    }
    bare
}

fn is_escaped(units: &[Unit], at: usize) -> bool {
    at.checked_sub(1).and_then(|at| units.get(at)).is_some_and(|unit| unit.c == '\\')
}

/// The length between the quote at `at` and its closing one, where letters stand right before the
/// one and right after the other and nothing but letters and the like between.
fn fragment(units: &[Unit], at: usize) -> Option<usize> {
    if !is_letter(at.checked_sub(1).and_then(|at| units.get(at))) {
        return None;
    }
    let inner = slice(units, at + 1, at + 66);
    let is_plain = |unit: &&Unit| unit.c.is_alphanumeric() || "._-/\\:".contains(unit.c);
    let length = inner.iter().take_while(is_plain).count();
    // `{"a":"b"}` is a value with quotes, no word that they break up.
    let has_letter =
        length == 0 || slice(inner, 0, length).iter().any(|unit| unit.c.is_alphanumeric());
    let is_closed = has_letter && inner.get(length).is_some_and(|unit| unit.c == '"');
    (is_closed && is_letter(units.get(at + length + 2))).then_some(length)
}
