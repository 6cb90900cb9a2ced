//! Whether a decoded string is the whole of what an interpreter is then given.
//!
//! A scan of statements, not an evaluator: it follows plain assignments (`$a = …; iex $a`) and
//! takes anything it does not understand as "no".

use super::text::{find_ignore_case, has_word, part};
use crate::model::Span;

/// The most variables followed.
const MAX_VARIABLES: usize = 16;

/// Whether the value of the expression at `expression` alone reaches `Invoke-Expression` or a
/// script block, directly or through variables.
pub(super) fn reaches_interpreter(text: &str, region: Span, expression: Span) -> bool {
    let mut variables: Vec<String> = Vec::new();
    for statement in statements(text, region, expression.from) {
        let holds = statement.from <= expression.from && expression.to <= statement.to;
        let outside = if holds {
            let before = part(text, statement.from, expression.from);
            let after = part(text, expression.to, statement.to);
            format!("{before} {after}")
        } else {
            part(text, statement.from, statement.to).to_owned()
        };
        if !holds && !variables.iter().any(|name| names_variable(&outside, name)) {
            continue;
        }
        if interprets(&outside) {
            return !is_changed(&outside);
        }
        if is_changed(&outside) || variables.len() >= MAX_VARIABLES {
            return false;
        }
        variables.extend(assigned(&outside));
    }
    false
}

/// The statements from the one that holds `from` on: split at `;` and line ends outside quotes.
fn statements(text: &str, region: Span, from: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = region.from;
    let mut quote = None;
    for (at, byte) in (region.from..).zip(part(text, region.from, region.to).bytes()) {
        match (byte, quote) {
            (b'\'' | b'"', None) => quote = Some(byte),
            (b'\'' | b'"', Some(open)) if open == byte => quote = None,
            (b';' | b'\n', None) => {
                if at > from {
                    found.push(Span { from: start, to: at });
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(Span { from: start, to: region.to });
    found
}

/// Whether a statement gives its text to an interpreter.
fn interprets(statement: &str) -> bool {
    has_word(statement, "iex")
        || has_word(statement, "invoke-expression")
        || find_ignore_case(statement, "scriptblock]::create", 0).is_some()
        || find_ignore_case(statement, ".invokescript(", 0).is_some()
}

/// Whether the statement makes another text of it first.
fn is_changed(statement: &str) -> bool {
    statement.contains('+')
        || ["-f ", "-replace", ".replace(", "-join", "-split", ".substring(", "-bxor"]
            .iter()
            .any(|operator| find_ignore_case(statement, operator, 0).is_some())
}

/// The variable a statement sets: `$a = …`, `[string]$a = …`, or writes into: `$a.Write(…)`.
fn assigned(statement: &str) -> Option<String> {
    let rest = part(statement, statement.find('$')?, statement.len());
    let name: String =
        rest.chars().take_while(|c| matches!(c, '$' | '_' | ':') || c.is_alphanumeric()).collect();
    let after = part(rest, name.len(), rest.len()).trim_start();
    let is_set = after.starts_with('=') && !after.starts_with("==");
    (name.len() > 1 && (is_set || after.starts_with('.'))).then(|| name.to_lowercase())
}

fn names_variable(statement: &str, name: &str) -> bool {
    let mut from = 0;
    while let Some(at) = find_ignore_case(statement, name, from) {
        let after = statement.as_bytes().get(at + name.len());
        if after.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_') {
            return true;
        }
        from = at + 1;
    }
    false
}
