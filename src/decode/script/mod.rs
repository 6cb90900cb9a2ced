//! The trick of PowerShell text: constant expressions are worked out, text that is invoked is
//! handed over.
//!
//! Never runs anything: a parser (`parse*`), a tree (`syntax`), a bounded evaluator of constants
//! (`runner`, `eval`, `statements`, `commands` and the tables they use), and a rule that leaves
//! ordinary scripts alone (`worth`). What is not constant stays as it is written. All that one
//! pass undoes is one layer, named after everything that was undone.

mod arguments;
mod assign;
mod bytes;
mod casts;
mod cmdlets;
mod commands;
mod cursor;
mod eval;
mod format;
mod known;
mod mapped;
mod methods;
mod notes;
mod operators;
mod parse;
mod parse_expression;
mod parse_string;
mod patterns;
mod runner;
mod secure_string;
mod signs;
mod statements;
mod statics;
mod syntax;
mod value;
mod worth;

use self::cursor::{Cursor, Limit, MAX_DEPTH};
use self::mapped::Mapped;
use self::notes::{Notes, Trick, Tricks};
use self::runner::{Candidate, Invoked, Runner};
use self::statements::Effect;
use super::trick::{Edit, Found, Language, Look, Step};
use super::words::program;
use crate::model::{FailedDecode, Span};

/// How many times a text inside a text is looked into to see whether it hides something.
const MAX_LOOKS: usize = 3;

/// This trick, where it is not named after what it undid.
const TRICK: &str = "PowerShell text";

/// Said where the line's work was done before the end.
const CUT: &str = "it takes more work than the limit: the rest is not worked out";

/// What reading one script gave; spans are of the script.
#[derive(Debug, Default)]
struct Reading {
    /// What the whole script comes to, where all of it only makes one text and invokes it.
    sole: Option<Invoked>,
    edits: Vec<Candidate>,
    /// Whether an interpreter or an encoding was undone.
    is_nested: bool,
    damage: Option<String>,
    /// Whether the line's work was done before the end.
    is_cut: bool,
    failed: Vec<(Span, String, String)>,
}

/// Works out the constants of PowerShell text.
pub(super) fn undo<'a>(look: &Look<'_, 'a>) -> Found<'a> {
    if look.is_finished(TRICK) {
        return Found::default();
    }
    let mut failed = Vec::new();
    for mapped in scripts(look) {
        let mut work = look.work.get();
        let reading = read(&mapped.text, MAX_LOOKS, &mut work);
        look.work.set(work);
        failed.extend(reading.failed.iter().map(|(span, trick, reason)| FailedDecode {
            trick: trick.clone(),
            span: mapped.outer(*span),
            reason: reason.clone(),
        }));
        if let Some(step) = step_of(look, &mapped, reading) {
            return Found { failed, step: Some(step) };
        }
    }
    Found { failed, step: None }
}

/// The PowerShell texts in a text: all of it, or what calls of PowerShell receive.
fn scripts(look: &Look<'_, '_>) -> Vec<Mapped> {
    let calls = look.calls();
    let mut found = Vec::new();
    let own = calls.own.as_ref();
    if own.is_none() && is_script(look) && signs::may_hide(look.text) {
        found.push(Mapped::whole(look.text));
    }
    let spans = own.into_iter().chain(&calls.inner).filter(|call| call.encoded.is_none());
    for span in spans.filter_map(|call| call.script) {
        if signs::may_hide(look.text.get(span.from..span.to).unwrap_or_default()) {
            found.push(Mapped::arguments(look.text, span));
        }
    }
    found
}

/// Whether a text may be PowerShell's: it is known to be, or nothing says otherwise.
fn is_script(look: &Look<'_, '_>) -> bool {
    match look.language {
        Language::PowerShell => true,
        Language::Process(command) => {
            let is_program_known = command.image.is_some() || command.original_file_name.is_some();
            let (first, _) = program(look.text);
            let first = first.to_ascii_lowercase();
            let is_program = first == "cmd"
                || first == "%comspec%"
                || [".exe", ".com", ".bat", ".cmd", ".scr"].iter().any(|end| first.ends_with(end));
            !is_program_known && !is_program
        }
        Language::Cmd | Language::Other => false,
    }
}

/// Reads a script; `looks` bounds how deep texts in texts are read, `work` how much is done.
fn read(text: &str, looks: usize, work: &mut usize) -> Reading {
    let mut cursor = Cursor::new(text, *work);
    let script = parse::script(&mut cursor);
    let mut runner = Runner::new(text, cursor.left);
    let mut effects = Vec::new();
    runner.script(&script, &mut effects);
    let mut reading = Reading::default();
    if let Some((at, limit)) = cursor.stopped
        && signs::looks_encoded(text)
    {
        let reason = match limit {
            Limit::Depth => format!("brackets lie more than {MAX_DEPTH} deep: not read"),
            Limit::Size => CUT.to_owned(),
        };
        reading.failed.push((Span { from: at, to: text.len() }, TRICK.to_owned(), reason));
    }
    *work = runner.left;
    reading.is_cut = runner.is_spent();
    if runner.is_spent()
        && signs::looks_encoded(text)
        && runner.failed.is_empty()
        && reading.failed.is_empty()
    {
        let span = Span { from: 0, to: text.len() };
        reading.failed.push((span, TRICK.to_owned(), CUT.to_owned()));
    }
    for (span, tricks, reason) in std::mem::take(&mut runner.failed) {
        let trick = if tricks == Tricks::NONE { TRICK.to_owned() } else { tricks.name() };
        reading.failed.push((span, trick, reason));
    }
    let mut active = effects.iter().filter(|effect| **effect != Effect::Inert);
    let is_sole = active.next() == Some(&Effect::Invoked) && active.next().is_none();
    let names =
        runner.candidates.iter().filter(|candidate| candidate.notes.tricks.has(Trick::Name));
    let disguise = names.fold(Notes::default(), |notes, candidate| notes.with(candidate.notes));
    if let ([invoked], true) = (runner.invoked.as_slice(), is_sole) {
        let notes = invoked.notes.with(Notes { tricks: disguise.tricks, ..Notes::default() });
        reading.sole = Some(Invoked { notes, ..invoked.clone() });
    }
    reading.damage = runner.damage.take();
    choose(&mut reading, runner, looks, work);
    reading
}

/// Chooses what is written anew: all that is constant beside something that hides for sure, and
/// text that is invoked in place of its invocation.
fn choose(reading: &mut Reading, runner: Runner<'_>, looks: usize, work: &mut usize) {
    let Runner { candidates, invoked, .. } = runner;
    let mut chosen = Vec::new();
    let mut is_sure = candidates.iter().any(|candidate| candidate.is_sure);
    for invoked in invoked {
        let is_hidden = invoked.notes.tricks != Tricks::NONE && invoked.notes.tricks.says_more();
        if !is_hidden && !hides(&invoked.text, looks, work) {
            continue;
        }
        is_sure = true;
        reading.is_nested = true;
        let text = if invoked.is_statement {
            invoked.text.to_string()
        } else {
            format!("$({})", invoked.text)
        };
        chosen.push(Candidate { span: invoked.span, text, notes: invoked.notes, is_sure: true });
    }
    if is_sure {
        chosen.extend(candidates);
    }
    // The wider first, so that what lies in it is left out.
    chosen.sort_by_key(|candidate| (candidate.span.from, std::cmp::Reverse(candidate.span.to)));
    let mut end = 0;
    chosen.retain(|candidate| {
        let fits = candidate.span.from >= end;
        end = if fits { candidate.span.to } else { end };
        fits
    });
    reading.is_nested |= chosen.iter().any(|candidate| candidate.notes.tricks.is_encoding());
    reading.edits = chosen;
}

/// Whether a text would be changed by this trick.
fn hides(text: &str, looks: usize, work: &mut usize) -> bool {
    let Some(looks) = looks.checked_sub(1) else { return false };
    if *work == 0 || !signs::may_hide(text) {
        return false;
    }
    let reading = read(text, looks, work);
    reading.sole.is_some() || !reading.edits.is_empty()
}

fn step_of<'a>(look: &Look<'_, 'a>, mapped: &Mapped, reading: Reading) -> Option<Step<'a>> {
    if let Some(sole) = reading.sole.filter(|_| !look.is_joint) {
        let span = mapped.outer(sole.notes.payload.unwrap_or(sole.span));
        let trick = sole.notes.tricks.name();
        let damage = reading.damage.filter(|_| sole.notes.is_damaged);
        let text = sole.text.to_string();
        let step = Step::hand_over(trick.clone(), text, span, Language::PowerShell);
        let damage = damage.map(|reason| FailedDecode { trick, span, reason });
        let from = sole.notes.payload.map(|_| "the string marked above".to_owned()).or(step.from);
        return Some(Step { from, damage, ..step });
    }
    let first = reading.edits.first()?;
    let notes = reading.edits.iter().fold(Notes::default(), |all, edit| all.with(edit.notes));
    let trick = notes.tricks.name();
    let damage = reading.damage.filter(|_| notes.is_damaged).map(|reason| FailedDecode {
        trick: trick.clone(),
        span: mapped.outer(first.span),
        reason,
    });
    let edits = reading
        .edits
        .iter()
        .map(|edit| Edit { span: mapped.outer(edit.span), text: mapped.written(&edit.text) })
        .collect();
    // What was not read for want of work is not read again: there is none left.
    let cut = reading.is_cut.then(|| FailedDecode {
        trick: TRICK.to_owned(),
        span: Span { from: 0, to: look.text.len() },
        reason: CUT.to_owned(),
    });
    let is_final = reading.is_cut.then_some(TRICK);
    let damage = damage.or(cut);
    let step = Step::edits(trick, look, edits);
    Some(Step { damage, is_nested: reading.is_nested, is_final, ..step })
}
