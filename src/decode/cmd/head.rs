//! The arguments of `cmd.exe` itself: its switches and which quotes it takes off the command.
//!
//! Source: `cmd /?`. `/c`, `/k` and `/r` end the switches, `/v` switches delayed expansion, `/s`
//! makes the outer quotes go always; switches it does not know are passed over.

use super::unit::{Unit, Units, slice, text_of, trimmed};

/// What a call of `cmd.exe` is told to run.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// How many of the units stand before the command, the quote that goes included.
    pub(super) length: usize,
    /// The command without the quotes that go.
    pub(super) command: Units,
    /// The quote that goes at the end.
    pub(super) closing: Option<Unit>,
    /// `/v:on`.
    pub(super) is_delayed: bool,
}

/// Reads the arguments after the program's name; `None` where no command is given to run.
pub(super) fn head(arguments: &[Unit]) -> Option<Head> {
    let (mut is_delayed, mut is_stripping) = (false, false);
    let mut at = 0;
    let from = loop {
        at += slice(arguments, at, arguments.len()).iter().position(|unit| unit.c == '/')? + 1;
        // Carets that an outer cmd.exe left, or that this line lost no time to take off.
        while arguments.get(at).is_some_and(|unit| unit.c == '^') {
            at += 1;
        }
        match arguments.get(at)?.c.to_ascii_lowercase() {
            'c' | 'k' | 'r' => break at + 1,
            's' => is_stripping = true,
            'v' => {
                let rest = slice(arguments, at + 1, at + 12).iter().filter(|unit| unit.c != '^');
                let value: String = rest.map(|unit| unit.c.to_ascii_lowercase()).collect();
                is_delayed = !value.starts_with(":off");
            }
            _ => {}
        }
        at += 1;
    };
    let rest = slice(arguments, from, arguments.len());
    // In `cmd,/c,whoami` separators stand for the blanks.
    let is_separator =
        |unit: Option<&Unit>| unit.is_some_and(|unit| matches!(unit.c, ',' | ';' | '='));
    let parting = usize::from(is_separator(arguments.first()) && is_separator(rest.first()));
    let blanks = slice(rest, parting, rest.len()).iter().take_while(|unit| unit.is_blank()).count()
        + parting;
    let command = slice(rest, blanks, rest.len());
    let before = from + blanks;
    let opens = command.first().is_some_and(|unit| unit.c == '"');
    if !opens || (!is_stripping && keeps_quotes(command)) {
        return Some(Head { length: before, command: command.to_vec(), closing: None, is_delayed });
    }
    let inner = slice(command, 1, command.len());
    let last = inner.iter().rposition(|unit| unit.c == '"');
    let closing = last.and_then(|at| inner.get(at)).copied();
    let end = last.unwrap_or(inner.len());
    let mut command = slice(inner, 0, end).to_vec();
    let after = slice(inner, end + 1, inner.len());
    command.extend(after);
    let is_wrapped = trimmed(after).is_empty() || command.first().is_some_and(|unit| unit.c == '"');
    if !is_wrapped {
        // The quotes that go stand around nothing: `"p"ower"shell" -nop`.
        return Some(Head { length: before, command, closing: None, is_delayed });
    }
    Some(Head { length: before + 1, command, closing, is_delayed })
}

/// Whether the outer quotes are the name of a program and stay: exactly two of them, nothing
/// special and a blank between. That a program of this name exists is taken from its ending.
fn keeps_quotes(command: &[Unit]) -> bool {
    let Some(last) = command.iter().rposition(|unit| unit.c == '"') else { return false };
    let quotes = command.iter().filter(|unit| unit.c == '"').count();
    let between = text_of(slice(command, 1, last));
    let is_special = |c: char| "&<>()@^|".contains(c);
    let name = between.to_ascii_lowercase();
    let is_path = name.starts_with(['\\', '%']) || name.get(1..3) == Some(":\\");
    let is_program = [".exe", ".com", ".bat", ".cmd"].iter().any(|end| name.ends_with(end));
    quotes == 2
        && !between.contains(is_special)
        && between.contains([' ', '\t'])
        && is_path
        && is_program
}
