//! Variables that a followed `cmd.exe` line still holds: what they stand for cannot be known.
//!
//! Only parts and replacements count (`%x:~0,1%`): a variable as a whole is ordinary. Dates, times
//! and the like are cut by ordinary lines too and count only in the name of a program.

use super::unit::{Unit, key_of, slice, span_of, text_of, trimmed};
use super::variables::{Value, windows};
use crate::model::FailedDecode;

/// The most that are told of one line.
const MAX_TOLD: usize = 16;

/// Names whose parts ordinary lines use.
const ORDINARY: &[&str] = &["cd", "date", "errorlevel", "path", "random", "time"];

/// What is left over in the units of a line.
pub(super) fn failed(line: &str, units: &[Unit]) -> Vec<FailedDecode> {
    let mut failed = Vec::new();
    let mut at = 0;
    while failed.len() < MAX_TOLD {
        let rest = slice(units, at, units.len());
        let Some(start) = rest.iter().position(|unit| matches!(unit.c, '%' | '!')) else { break };
        at += start + 1;
        let rest = slice(units, at - 1, units.len());
        let Some((length, key)) = reference(rest) else { continue };
        let is_program = names_program(slice(units, 0, at - 1));
        let is_known = matches!(windows(&key), Value::Windows(_));
        if is_known || (ORDINARY.contains(&key.as_str()) && !is_program) {
            at += length - 1;
            continue;
        }
        let whole = slice(rest, 0, length);
        let Some(span) = span_of(whole) else { continue };
        at += length - 1;
        if line.get(span.from..span.to).is_none() {
            continue;
        }
        let shown = text_of(slice(whole, 1, key.chars().count() + 1));
        let reason = match windows(&key) {
            Value::Partly(..) => {
                format!("the value of {shown} depends on the computer and the user")
            }
            _ => format!("the value of {shown} is not on this line"),
        };
        failed.push(FailedDecode { trick: "Variables of cmd.exe".to_owned(), span, reason });
    }
    failed
}

/// `3`, `-2,1`, or with the variable of a loop: `%i,1`.
fn is_numbers(text: &str) -> bool {
    let mut before = ' ';
    text.chars().all(|c| {
        let is_loop = before == '%' && c.is_ascii_alphabetic();
        before = c;
        is_loop || c.is_ascii_digit() || matches!(c, '-' | '+' | ',' | ' ' | '%' | 'x')
    })
}

/// Whether what follows is part of a program's name: a sign that begins a command stands before
/// its word.
fn names_program(before: &[Unit]) -> bool {
    let is_inside = |unit: &&Unit| !unit.is_blank() && !"&|(".contains(unit.c);
    let word = before.iter().rev().take_while(is_inside).count();
    let before = trimmed(slice(before, 0, before.len() - word));
    let Some(last) = before.last() else { return true };
    let end = key_of(slice(before, before.len().saturating_sub(2), before.len()));
    "&|(@".contains(last.c) || matches!(end.as_str(), "/c" | "/k" | "/r")
}

/// `%name:~…%` or `%name:…=…%` at the start: its length and the name in lower case.
fn reference(units: &[Unit]) -> Option<(usize, String)> {
    let sign = units.first()?.c;
    let body = slice(units, 1, units.len().min(512));
    let is_name = |unit: &&Unit| {
        unit.c.is_alphanumeric() || matches!(unit.c, '_' | '(' | ')' | '-' | '.' | '#' | '$')
    };
    let length = body.iter().take_while(is_name).count();
    let starts = body.first()?.c;
    if length == 0 || starts.is_ascii_digit() || body.get(length)?.c != ':' {
        return None;
    }
    let modifier = slice(body, length + 1, body.len());
    let end = modifier.iter().position(|unit| unit.c == sign)?;
    let text = text_of(slice(modifier, 0, end));
    let is_part = text.strip_prefix('~').is_some_and(is_numbers);
    let is_replacement = text.find('=').is_some_and(|at| at > 0);
    (is_part || is_replacement).then(|| (length + end + 3, key_of(slice(body, 0, length))))
}
