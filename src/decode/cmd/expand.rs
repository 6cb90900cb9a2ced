//! Variables in the text of a `cmd.exe` line: `%x%`, `!x!`, their parts and replacements.
//!
//! The rules of the command line, not of batch files: what is not set stays as it stands, and
//! `%%` is nothing special. Source: `set /?`; Microsoft, `set` ("%VAR:str1=str2%", "%VAR:~10,5%").

use super::budget::Budget;
use super::unit::{Marks, Unit, Units, inert, slice, span_of, text_of};
use super::variables::{Environment, MAX_VALUE, Value, spelled};

/// The longest line that expands, in characters: twice what a process gets (`CreateProcess`).
const MAX_LINE: usize = 64 << 10;

/// Where text is expanded.
pub(super) struct Expansion<'a> {
    pub(super) environment: &'a Environment,
    /// The numbers of the `set` commands whose values were used.
    pub(super) used: &'a mut Vec<usize>,
    pub(super) budget: &'a mut Budget,
}

/// A variable with its signs.
struct Reference {
    /// Units from the opening to the closing sign.
    length: usize,
    value: Units,
}

/// What stands after the colon.
enum Modifier {
    /// `~start,length`
    Part(i64, Option<i64>),
    /// `old=new`, `*old=new`
    Replacement { old: String, is_from_start: bool, new: Units },
}

impl Expansion<'_> {
    /// Replaces `%…%`.
    pub(super) fn percent(&mut self, units: &[Unit]) -> Units {
        let mut expanded = Units::with_capacity(units.len());
        let mut at = 0;
        while let Some(unit) = units.get(at) {
            let found =
                if unit.c == '%' { self.reference(slice(units, at, units.len())) } else { None };
            if let Some(reference) = found {
                at += reference.length;
                if !self.has_room(expanded.len() + reference.value.len(), reference.value.len()) {
                    break;
                }
                expanded.extend(reference.value);
            } else {
                expanded.push(*unit);
                at += 1;
            }
        }
        self.budget.spend(units.len());
        expanded
    }

    /// Pays for a value; false where the line grows too long for any process.
    fn has_room(&mut self, length: usize, value: usize) -> bool {
        if length > MAX_LINE {
            self.budget.stop(|| format!("it grows over {MAX_LINE} characters"));
        }
        self.budget.spend(value + 8)
    }

    /// Replaces `!…!` and takes away carets, as only text with a `!` in it is treated. What is
    /// put in means nothing to the parser any more.
    pub(super) fn delayed(&mut self, units: &[Unit]) -> Units {
        if !units.iter().any(|unit| unit.c == '!') || !self.budget.spend(units.len()) {
            return units.to_vec();
        }
        let mut expanded = Units::with_capacity(units.len());
        let mut at = 0;
        while let Some(unit) = units.get(at) {
            match unit.c {
                '^' => {
                    expanded.extend(units.get(at + 1));
                    at += 2;
                }
                '!' => {
                    let signs = slice(units, at, units.len()).iter();
                    at += signs.take_while(|unit| unit.c == '!').count() - 1;
                    let rest = slice(units, at, units.len());
                    if let Some(reference) = self.reference(rest) {
                        at += reference.length;
                        if !self
                            .has_room(expanded.len() + reference.value.len(), reference.value.len())
                        {
                            break;
                        }
                        expanded.extend(inert(&reference.value));
                    } else if let Some(closing) = rest.iter().skip(1).position(|unit| unit.c == '!')
                    {
                        expanded.extend(slice(rest, 0, closing + 2));
                        at += closing + 2;
                    } else {
                        // On the command line a sign without another one stays, as a lone `%` does:
                        // published lines end in `call %x:*x!=%`.
                        expanded.extend(rest.first());
                        at += 1;
                    }
                }
                _ => {
                    expanded.push(*unit);
                    at += 1;
                }
            }
        }
        expanded
    }

    /// Reads the variable whose opening sign stands first; `None` where it stays as written.
    fn reference(&mut self, units: &[Unit]) -> Option<Reference> {
        let sign = units.first()?.c;
        let body = slice(units, 1, units.len());
        let mut end = body.iter().position(|unit| unit.c == sign || unit.c == ':')?;
        if body.get(end)?.c == ':' && body.get(end + 1)?.c == sign {
            end += 1;
        }
        let name = text_of(slice(body, 0, end)).to_lowercase();
        if name.is_empty() || !self.environment.is_set(&name) {
            return None;
        }
        if body.get(end)?.c == sign {
            let whole = slice(units, 0, end + 2);
            return Some(Reference { length: whole.len(), value: self.whole(&name, whole, sign) });
        }
        let rest = slice(body, end + 1, body.len());
        let length = rest.iter().position(|unit| unit.c == sign)?;
        let modifier = modifier(slice(rest, 0, length))?;
        let whole = slice(units, 0, end + length + 3);
        let value = self.modified(&name, &modifier, whole);
        // What cannot be known stays as written.
        let value = value.unwrap_or_else(|| opaque(whole));
        Some(Reference { length: whole.len(), value })
    }

    /// The value of a variable that is set.
    fn whole(&mut self, name: &str, whole: &[Unit], sign: char) -> Units {
        let Some(place) = place_of(whole) else { return Units::new() };
        if let Some(units) = self.environment.set_value(name) {
            self.used.extend(self.environment.setting(name));
            return moved(units, place, Marks::SET);
        }
        match self.environment.value(name) {
            Value::Windows(text) => {
                let marks = if sign == '%' { Marks::PLAIN } else { Marks::WINDOWS };
                spelled(text, place, marks).collect()
            }
            _ => opaque(whole),
        }
    }

    fn modified(&mut self, name: &str, modifier: &Modifier, whole: &[Unit]) -> Option<Units> {
        let place = place_of(whole)?;
        let windows = Marks::WINDOWS.with(Marks::SLICE);
        let value: Units = match self.environment.value(name) {
            Value::Set(units) => {
                self.used.extend(self.environment.setting(name));
                moved(&units, place, Marks::SET.with(Marks::SLICE))
            }
            Value::Windows(text) => spelled(text, place, windows).collect(),
            Value::Partly(head, tail) => {
                let unknown = place.marked(Marks::OPAQUE);
                let head = spelled(head, place, windows);
                head.chain([unknown]).chain(spelled(tail, place, windows)).collect()
            }
            Value::Unknown | Value::Unset => return None,
        };
        if !self.budget.spend(value.len()) {
            return None;
        }
        match modifier {
            Modifier::Part(start, length) => part_of(&value, *start, *length),
            Modifier::Replacement { old, is_from_start, new } => {
                replaced(&value, old, *is_from_start, &moved(new, place, Marks::SLICE))
            }
        }
    }
}

/// A unit that stands for the whole reference.
fn place_of(whole: &[Unit]) -> Option<Unit> {
    let span = span_of(whole)?;
    Some(Unit { c: '?', from: span.from, to: span.to, marks: Marks::default() })
}

fn opaque(whole: &[Unit]) -> Units {
    whole.iter().map(|unit| unit.marked(Marks::OPAQUE)).collect()
}

/// A value as it stands in place of its reference.
fn moved(value: &[Unit], place: Unit, marks: Marks) -> Units {
    let units = value.iter().take(MAX_VALUE);
    units
        .map(|unit| {
            let before = unit.marks.unparsed().without(Marks::PLAIN);
            // A value of Windows that went through a variable is no longer written as such.
            let windows =
                if unit.marks.has(Marks::PLAIN) { Marks::WINDOWS } else { Marks::default() };
            Unit { c: unit.c, marks: before.with(windows).with(marks), ..place }
        })
        .collect()
}

/// What the text between the colon and the closing sign asks for.
fn modifier(units: &[Unit]) -> Option<Modifier> {
    let text = text_of(units);
    if let Some(numbers) = text.strip_prefix('~') {
        let (start, length) = match numbers.split_once(',') {
            Some((start, length)) => (start, Some(number(length)?)),
            None => (numbers, None),
        };
        return Some(Modifier::Part(number(start)?, length));
    }
    let equals = units.iter().position(|unit| unit.c == '=').filter(|at| *at > 0)?;
    let old = text_of(slice(units, 0, equals)).to_ascii_lowercase();
    let (old, is_from_start) = match old.strip_prefix('*') {
        Some(rest) if !rest.is_empty() => (rest.to_owned(), true),
        _ => (old, false),
    };
    Some(Modifier::Replacement {
        old,
        is_from_start,
        new: slice(units, equals + 1, units.len()).to_vec(),
    })
}

/// A number as C's `wcstol` reads it with base 0: blanks, a sign, `0x` and leading `0` count.
pub(super) fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let value = if let Some(hex) = lower.strip_prefix("0x") {
        i64::from_str_radix(hex, 16)
    } else if lower.len() > 1 && lower.starts_with('0') {
        i64::from_str_radix(&lower, 8)
    } else if lower.is_empty() {
        Ok(0)
    } else {
        lower.parse()
    };
    let value = value.ok().filter(|value| *value >= 0)?;
    Some(if is_negative { -value } else { value })
}

/// `~start,length` of a value; `None` where the part that is not known would be needed.
fn part_of(value: &[Unit], start: i64, length: Option<i64>) -> Option<Units> {
    let all = i64::try_from(value.len()).ok()?;
    let from = if start < 0 { all + start } else { start };
    let to = match length {
        None => all,
        Some(length) if length < 0 => all + length,
        Some(length) => from.max(0).saturating_add(length),
    };
    let is_opaque = |unit: &Unit| unit.marks.has(Marks::OPAQUE);
    if let (Some(first), Some(last)) =
        (value.iter().position(is_opaque), value.iter().rposition(is_opaque))
    {
        let is_in_head = start >= 0
            && length.is_some_and(|length| length >= 0)
            && to <= i64::try_from(first).ok()?;
        let is_in_tail = start < 0 && from > i64::try_from(last).ok()?;
        if !is_in_head && !is_in_tail {
            return None;
        }
    }
    let from = usize::try_from(from.clamp(0, all)).ok()?;
    let to = usize::try_from(to.clamp(0, all)).ok()?;
    Some(slice(value, from, to.max(from)).to_vec())
}

/// `old=new` in any letter case; `None` where part of the value is not known.
fn replaced(value: &[Unit], old: &str, is_from_start: bool, new: &[Unit]) -> Option<Units> {
    if value.iter().any(|unit| unit.marks.has(Marks::OPAQUE)) {
        return None;
    }
    let text = text_of(value).to_ascii_lowercase();
    let mut starts = memchr::memmem::find_iter(text.as_bytes(), old).peekable();
    let (mut changed, mut kept_from) = (Units::new(), 0);
    // Counts units beside bytes: each is one character.
    let mut bytes = 0;
    for (at, unit) in value.iter().enumerate() {
        if starts.peek() == Some(&bytes) {
            starts.next();
            if !is_from_start {
                changed.extend(slice(value, kept_from, at));
            }
            if changed.len() + new.len() > MAX_VALUE {
                return None;
            }
            changed.extend(new);
            kept_from = at + old.chars().count();
            if is_from_start {
                break;
            }
        }
        bytes += unit.c.len_utf8();
    }
    changed.extend(slice(value, kept_from, value.len()));
    Some(changed)
}
