//! `-replace`, `-split` and `[regex]` with bounded patterns.
//!
//! .NET's patterns are read by another engine: what that does not know (looking around, back
//! references) is left undone rather than guessed.

use std::borrow::Cow;
use std::rc::Rc;

use regex::{Regex, RegexBuilder};

use super::runner::{Eval, Runner, Stop};
use super::value::Value;

/// The longest pattern that is read, in bytes.
const MAX_PATTERN: usize = 4096;

/// Compiles a pattern.
pub(super) fn pattern<'s>(
    runner: &mut Runner<'s>,
    pattern: &str,
    is_exact_case: bool,
) -> Eval<'s, Regex> {
    if pattern.len() > MAX_PATTERN {
        return Err(Stop::Limit("a pattern is longer than the limit of 4 KiB"));
    }
    runner.spend(5000 + pattern.len() * 50)?;
    RegexBuilder::new(pattern)
        .case_insensitive(!is_exact_case)
        .size_limit(1 << 18)
        .dfa_size_limit(1 << 18)
        .build()
        .map_err(|_not_known_here| Stop::Unknown)
}

/// `value -replace pattern, replacement`, on each item of a list.
pub(super) fn replace<'s>(
    runner: &mut Runner<'s>,
    left: &Value<'s>,
    right: &Value<'s>,
    is_exact_case: bool,
) -> Eval<'s, Value<'s>> {
    let pair = if right.is_list() { right.items() } else { vec![right.clone()] };
    let text = |value: Option<&Value<'s>>| match value {
        None => Some(Rc::from("")),
        Some(value) => value.to_text(" "),
    };
    let wanted = text(pair.first()).ok_or(Stop::Unknown)?;
    let by = text(pair.get(1)).ok_or(Stop::Unknown)?;
    let pattern = pattern(runner, &wanted, is_exact_case)?;
    if left.is_list() {
        let mut made = Vec::new();
        for item in left.items() {
            let text = item.to_text(" ").ok_or(Stop::Unknown)?;
            made.push(Value::Text(replaced(runner, &text, &pattern, &by)?));
        }
        return runner.bounded(Value::List(Rc::new(made)));
    }
    let text = left.to_text(" ").ok_or(Stop::Unknown)?;
    Ok(Value::Text(replaced(runner, &text, &pattern, &by)?))
}

/// A text with all matches of a pattern replaced, never longer than allowed.
pub(super) fn replaced<'s>(
    runner: &mut Runner<'s>,
    text: &str,
    pattern: &Regex,
    by: &str,
) -> Eval<'s, Rc<str>> {
    runner.spend(1 + text.len() / 2)?;
    let matches = pattern.find_iter(text).count();
    if matches.saturating_mul(by.len()) > super::runner::MAX_VALUE {
        return Err(Stop::Limit("a value is longer than the limit of 1 MiB"));
    }
    runner.spend(matches * (1 + by.len() / 16))?;
    let made: Cow<'_, str> = pattern.replace_all(text, rust_replacement(by).as_str());
    let bounded = runner.bounded(Value::new_text(made.as_ref()))?;
    bounded.to_text(" ").ok_or(Stop::Unknown)
}

/// .NET's `$1x` and `$&` as this engine writes them.
fn rust_replacement(by: &str) -> String {
    let mut made = String::new();
    let mut chars = by.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '$' {
            made.push(c);
            continue;
        }
        match chars.peek().copied() {
            Some('&') => {
                chars.next();
                made.push_str("${0}");
            }
            Some(digit) if digit.is_ascii_digit() => {
                made.push_str("${");
                while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                    made.push(digit);
                }
                made.push('}');
            }
            Some('{') => made.push('$'),
            Some('$') => {
                chars.next();
                made.push_str("$$");
            }
            _ => made.push_str("$$"),
        }
    }
    made
}

/// `value -split pattern`.
pub(super) fn split<'s>(
    runner: &mut Runner<'s>,
    left: &Value<'s>,
    right: &Value<'s>,
    is_exact_case: bool,
) -> Eval<'s, Value<'s>> {
    let wanted = match right {
        Value::Text(_) | Value::Char(_) => right.to_text(" ").ok_or(Stop::Unknown)?,
        _ => return Err(Stop::Unknown),
    };
    let pattern = pattern(runner, &wanted, is_exact_case)?;
    let mut made = Vec::new();
    let items = if left.is_list() { left.items() } else { vec![left.clone()] };
    for item in items {
        let text = item.to_text(" ").ok_or(Stop::Unknown)?;
        runner.spend(1 + 2 * text.len())?;
        split_into(&text, &pattern, &mut made);
    }
    runner.bounded(Value::List(Rc::new(made)))
}

/// The parts between the matches; what groups of the pattern matched stands between them.
fn split_into(text: &str, pattern: &Regex, made: &mut Vec<Value<'_>>) {
    let mut from = 0;
    if pattern.captures_len() == 1 {
        for found in pattern.find_iter(text) {
            made.push(Value::new_text(text.get(from..found.start()).unwrap_or_default()));
            from = found.end();
        }
        made.push(Value::new_text(text.get(from..).unwrap_or_default()));
        return;
    }
    for captures in pattern.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        made.push(Value::new_text(text.get(from..whole.start()).unwrap_or_default()));
        let groups = captures.iter().skip(1).flatten();
        made.extend(groups.map(|group| Value::new_text(group.as_str())));
        from = whole.end();
    }
    made.push(Value::new_text(text.get(from..).unwrap_or_default()));
}
