//! What a `cmd.exe` line comes down to: a small model of how `cmd.exe` reads it, never executed.
//!
//! Phases, in their order: percent signs (`expand`); carets, quotes, separators and blocks
//! (`parse`); then for each command the variables of loops, `!` and the command itself
//! (`machine`, `command`, `loops`, `branch`, `output`), where `call` expands percent signs again
//! and `cmd`, a pipe or `for /f` starts over in a child. Sources: `cmd /?`, `set /?`, `for /?`,
//! Microsoft's reference of these commands.
//!
//! **What is a layer.** Only what hides: a caret before a letter or digit, quotes that break up a
//! word, a part or replacement of a variable whose value is known, a value set on the line, text
//! that a loop puts together, commands written into an interpreter, commas in front of a command.
//! A variable of Windows as a whole (`%ComSpec%`), blanks, quotes around a path, an ordinary loop,
//! `^&` and cutting off `cmd /c` are none: such lines stay as they are, and such parts of another
//! line stay as written.

mod arithmetic;
mod branch;
mod budget;
mod command;
mod expand;
mod head;
mod leftover;
mod loops;
mod machine;
mod output;
mod parse;
mod prefilter;
mod shown;
mod unit;
mod variables;
mod words;

use self::command::name_of;
use self::machine::{Child, Machine};
use self::unit::{Marks, Unit, Units, inert, key_of, marks_of, slice, span_of, units_of};
use self::variables::{Value, windows};
use super::text::part;
use super::trick::{Edit, Found, Language, Look, Step};
use crate::model::{FailedDecode, Span};

use self::prefilter::may_hide;
use self::words::is_cmd;

/// The trick's name where a text needs no second look.
const TRICK: &str = "cmd.exe";

/// The longest text that is followed, in bytes. `cmd.exe` reads 8,191 characters, a process gets
/// 32,767 (Microsoft, "Command prompt line string limitation"; `CreateProcess`).
pub(super) const MAX_TEXT: usize = 64 << 10;

/// How a text reaches `cmd.exe`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The line that started it: its name, its switches, the command.
    Process,
    /// What it runs: typed, piped, or behind `/c`.
    Commands,
}

/// What following a text gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Undone {
    /// What was undone, in the reader's words; empty where nothing was.
    pub(super) trick: String,
    /// What becomes of the text.
    pub(super) result: Option<Result>,
    /// What could not be undone.
    pub(super) failed: Vec<FailedDecode>,
}

/// What becomes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Result {
    /// The part of the text in `span` is this instead.
    Replaced { span: Span, text: String },
    /// All it does is to give PowerShell this text.
    Script { span: Span, text: String },
}

/// Follows `text`. Bounded by [`budget::MAX_STEPS`] and [`MAX_TEXT`].
pub(super) fn undone(text: &str, form: Form, steps: &mut usize) -> Undone {
    let whole = Span { from: 0, to: text.len() };
    if text.len() > MAX_TEXT {
        return Undone { failed: refused(text), ..Undone::default() };
    }
    let mut machine = Machine::new(*steps);
    let units = units_of(text, whole);
    let child = match form {
        Form::Commands => machine.child(&units, false),
        Form::Process => process(&mut machine, &units),
    };
    *steps = machine.budget.left();
    if let Some(reason) = machine.budget.stopped() {
        let reason = format!("{reason}: nothing of it was undone");
        let failed = FailedDecode { trick: "Commands of cmd.exe".to_owned(), span: whole, reason };
        return Undone { failed: vec![failed], ..Undone::default() };
    }
    let (shown, is_script) = match &child {
        Child::Commands(units) => (units, false),
        Child::Script(units) => (units, true),
    };
    let mut failed = machine.failed;
    if is_script {
        let text = spelled_out(text, shown);
        let result = Some(Result::Script { span: span_of(shown).unwrap_or(whole), text });
        return Undone { trick: trick(marks_of(shown)), result, failed };
    }
    failed.extend(leftover::failed(text, shown));
    let marks = marks_of(shown);
    let made = spelled_out(text, shown);
    let is_hiding = marks.has(Marks::HIDING) || shown.is_empty();
    let result = if is_hiding { changed(text, &made) } else { None };
    let trick = result.as_ref().map(|_| trick(marks)).unwrap_or_default();
    Undone { trick, result, failed }
}

/// The line of a process: its name, then what it is told.
fn process(machine: &mut Machine, units: &[Unit]) -> Child {
    let name = name_of(units);
    let arguments = slice(units, name.to, units.len());
    let Some(head) = head::head(arguments) else { return Child::Commands(units.to_vec()) };
    let commands = match machine.child(&head.command, head.is_delayed) {
        Child::Commands(commands) => commands,
        script @ Child::Script(_) => return script,
    };
    let mut all = words::bare_words(slice(units, 0, name.to), &name, true);
    all.extend(slice(arguments, 0, head.length));
    all.extend(inert(&commands));
    all.extend(head.closing);
    Child::Commands(all)
}

fn refused(text: &str) -> Vec<FailedDecode> {
    let reason = format!(
        "{} bytes are more than cmd.exe reads (8,191 characters): nothing of it was undone",
        text.len()
    );
    let span = Span { from: 0, to: text.len() };
    vec![FailedDecode { trick: "Commands of cmd.exe".to_owned(), span, reason }]
}

/// The units as text. A variable of Windows that is still whole is written as it was on the line.
fn spelled_out(line: &str, units: &[Unit]) -> String {
    let mut text = String::with_capacity(units.len());
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        if unit.marks.has(Marks::PLAIN)
            && let Some(length) = whole_variable(line, slice(units, at, units.len()))
        {
            text.push_str(part(line, unit.from, unit.to));
            at += length;
            continue;
        }
        text.push(unit.c);
        if unit.c == '%' && unit.marks.has(Marks::DOUBLED) {
            text.push('%');
        }
        at += 1;
    }
    text
}

/// How many units at the start are the whole value of one variable of Windows.
fn whole_variable(line: &str, units: &[Unit]) -> Option<usize> {
    let first = units.first()?;
    let name = part(line, first.from, first.to).trim_matches('%').to_lowercase();
    let Value::Windows(value) = windows(&name) else { return None };
    let length = value.chars().count();
    let run = units.get(..length)?;
    let is_same = |(unit, c): (&Unit, char)| {
        unit.c == c
            && unit.marks.has(Marks::PLAIN)
            && unit.from == first.from
            && unit.to == first.to
    };
    run.iter().zip(value.chars()).all(is_same).then_some(length)
}

/// The part in which the texts differ.
fn changed(before: &str, after: &str) -> Option<Result> {
    if before == after {
        return None;
    }
    let same = |(left, right): &((usize, char), (usize, char))| left.1 == right.1;
    let head: usize = before
        .char_indices()
        .zip(after.char_indices())
        .take_while(same)
        .map(|((_, c), _)| c.len_utf8())
        .sum();
    let (left, right) = (part(before, head, before.len()), part(after, head, after.len()));
    let mut tail: usize = left
        .chars()
        .rev()
        .zip(right.chars().rev())
        .take_while(|(left, right)| left == right)
        .map(|(c, _)| c.len_utf8())
        .sum();
    // A caret at the end is shown with the character it stands before.
    let replaced = part(left, 0, left.len() - tail);
    if replaced.ends_with('^') {
        let next = part(left, left.len() - tail, left.len()).chars().next();
        tail -= next.map_or(0, char::len_utf8);
    }
    let span = Span { from: head, to: before.len() - tail };
    let text = part(after, head, after.len() - tail).to_owned();
    Some(Result::Replaced { span, text })
}

/// What was undone, in the reader's words.
fn trick(marks: Marks) -> String {
    let slices =
        if marks.has(Marks::WINDOWS) { "parts of Windows variables" } else { "parts of variables" };
    let told = [
        (Marks::CARET, "carets"),
        (Marks::QUOTE, "quotes inside words"),
        (Marks::NOISE, "separators"),
        (Marks::SLICE, slices),
        (Marks::SET, "variables set on the line"),
        (Marks::BUILT, "loops"),
        (Marks::PIPED, "commands through a pipe"),
    ];
    let mut names: Vec<&str> =
        told.iter().filter(|(mark, _)| marks.has(*mark)).map(|(_, name)| *name).collect();
    let last = names.pop().unwrap_or("variables");
    let list =
        if names.is_empty() { last.to_owned() } else { format!("{} and {last}", names.join(", ")) };
    let mut chars = list.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(" of cmd.exe".chars()).collect()
}

/// Whether a text that no program's line begins is typed for `cmd.exe`: its first word is broken
/// up as only `cmd.exe` reads it, or it is `set`, `for` or `call` with what only `cmd.exe` has.
pub(super) fn is_typed(text: &str) -> bool {
    if text.len() > MAX_TEXT || memchr::memchr(b'\n', text.as_bytes()).is_some() {
        return false;
    }
    let word =
        text.split([' ', '\t', ',', ';', '=']).find(|word| !word.is_empty()).unwrap_or_default();
    let word: String = word.trim_start_matches(['@', '(']).chars().take(512).collect();
    let units: Units = units_of(&word, Span { from: 0, to: word.len() });
    let bare: Units = units.iter().filter(|unit| unit.c != '^').copied().collect();
    let key = key_of(&bare);
    let is_broken = word.contains('^') && key.starts_with(|c: char| c.is_ascii_alphabetic())
        || word.contains('%') && word.contains(":~");
    let rest = text.trim_start().get(key.len()..).unwrap_or_default().trim_start();
    let is_chain = match key.as_str() {
        "set" => rest.contains('=') && rest.contains('&'),
        "for" => rest.starts_with(['%', '/']) && rest.contains('('),
        "call" => rest.starts_with('%'),
        _ => false,
    };
    is_broken || is_chain
}

/// Follows the line of a process that is `cmd.exe`, told by its first word or by what is known of
/// the image, text that `cmd.exe` receives, and lines typed for it.
pub(super) fn undo<'a>(look: &Look<'_, 'a>) -> Found<'a> {
    undo_within(look, &mut budget_for_one())
}

/// The steps of work that one line may cost.
pub(super) fn budget_for_one() -> usize {
    budget::MAX_STEPS
}

/// The same within so many steps of work; takes off those it needs.
pub(super) fn undo_within<'a>(look: &Look<'_, 'a>, steps: &mut usize) -> Found<'a> {
    // Text that was decoded in place is no longer written for cmd.exe.
    if look.is_joint || look.is_finished(TRICK) {
        return Found::default();
    }
    let form = match look.language {
        Language::PowerShell | Language::Other => None,
        _ if !may_hide(look.text) => None,
        Language::Cmd => Some(Form::Commands),
        Language::Process(process) if is_line_of_cmd(look.text, &process) => Some(Form::Process),
        Language::Process(_) => is_typed(look.text).then_some(Form::Commands),
    };
    let Some(form) = form else { return Found::default() };
    let Undone { trick, result, failed } = undone(look.text, form, steps);
    let step = result.map(|result| match result {
        Result::Replaced { span, text } => {
            let is_final = failed.is_empty().then_some(TRICK);
            let edits = vec![Edit { span, text }];
            Step { is_final, ..Step::edits(trick, look, edits) }
        }
        Result::Script { span, text } => Step::hand_over(trick, text, span, Language::PowerShell),
    });
    Found { failed, step }
}

/// Whether the line is that of `cmd.exe`, by its first word or by what is known of the image.
pub(super) fn is_line_of_cmd(text: &str, process: &super::Command<'_>) -> bool {
    let (word, _) = super::words::program(text);
    let word = word.replace("%%", "%").replace('^', "").to_lowercase();
    let (name, _) = word.split_once('/').unwrap_or((&word, ""));
    let is_named = |name: &str| is_cmd(&name.trim().to_lowercase());
    is_cmd(&word)
        || is_cmd(name)
        || process.image.is_some_and(is_named)
        || process.original_file_name.is_some_and(is_named)
}
