//! Programs that carry another command line inside: its text becomes the next layer.
//!
//! A carrier is unwrapped only where the line inside decodes further or was hidden: put together
//! from pieces in a script, written in numbers, or written for a `cmd.exe` that reads it
//! differently. `schtasks /create /tr notepad.exe` has no layer, its text says all. Where the
//! carrier is one command among others the line inside is replaced in place, so that nothing else
//! is lost. What only names a URL, a file or a host runs nothing that stands here and is left to
//! the explanations; PowerShell's calls are found wherever they stand and need no unwrapping.

mod inner;
mod script;
mod value;

use self::inner::{Around, Form, Inner, Place, places};
use super::Command;
use super::cmd;
use super::pipeline::edited;
use super::trick::{Change, Edit, Found, Language, Look, Step};
use crate::model::{FailedDecode, Span};

/// How many inner lines of one text are looked into.
const MAX_CARRIERS: usize = 32;

/// How deep carriers are looked for in each other before the outermost is unwrapped.
const MAX_DEPTH: usize = 4;

/// The longest text that carriers are looked for in, in bytes.
const MAX_TEXT: usize = 1 << 18;

/// Unwraps the first carrier whose line decodes further.
pub(super) fn undo<'a>(look: &Look<'_, 'a>) -> Found<'a> {
    let around = match look.language {
        Language::Process(process) if cmd::is_line_of_cmd(look.text, &process) => Around::Cmd,
        Language::Process(_) if look.calls().own.is_some() => Around::PowerShell,
        Language::Process(_) => Around::Nothing,
        Language::Cmd => Around::Cmd,
        Language::PowerShell => Around::PowerShell,
        Language::Other => return Found::default(),
    };
    let mut found = Found::default();
    if look.is_joint || look.text.len() > MAX_TEXT {
        return found;
    }
    let mut looked = 0;
    let mut steps = cmd::budget_for_one();
    for place in places(look.text, around) {
        let Some(inner) = inner::read(look.text, &place) else { continue };
        looked += 1;
        if looked > MAX_CARRIERS {
            let span = Span { from: place.name, to: look.text.len() };
            let reason = format!("more than {MAX_CARRIERS} of them: the rest is not looked into");
            let trick = "Programs that run another line".to_owned();
            found.failed.push(FailedDecode { trick, span, reason });
            break;
        }
        match followed(&inner, 0, &mut steps) {
            Followed::Nothing => {}
            Followed::Failed(reason) => {
                let trick = inner.trick.to_owned();
                found.failed.push(FailedDecode { trick, span: inner.span, reason });
                // A limit that is met once would be met again.
                break;
            }
            Followed::Decodes { changed, trick } => {
                found.step = step(look, &place, inner, changed, trick);
                if found.step.is_some() {
                    break;
                }
            }
        }
    }
    found
}

/// What comes of following the line inside.
enum Followed {
    /// It is as plain as it stands.
    Nothing,
    /// It cannot be told, for this reason.
    Failed(String),
    /// It decodes further; what becomes of it where that can be written in its place, and the
    /// trick of `cmd.exe` that does it.
    Decodes { changed: Option<String>, trick: Option<String> },
}

fn followed(inner: &Inner, depth: usize, steps: &mut usize) -> Followed {
    if inner.is_hidden {
        return Followed::Decodes { changed: Some(inner.text.clone()), trick: None };
    }
    if inner.is_script {
        return Followed::Nothing;
    }
    let text = inner.text.as_str();
    let look = Look::new(text, Language::Process(Command { text, ..Command::default() }));
    let found = cmd::undo_within(&look, steps);
    if let Some(step) = found.step {
        return Followed::Decodes { changed: made(text, &step), trick: Some(step.trick) };
    }
    if let Some(failed) = found.failed.into_iter().next() {
        return Followed::Failed(failed.reason);
    }
    if depth < MAX_DEPTH {
        let process = Command { text, ..Command::default() };
        let is_of_cmd = cmd::is_line_of_cmd(text, &process);
        let around = if is_of_cmd { Around::Cmd } else { Around::Nothing };
        for place in places(text, around).into_iter().take(2) {
            let Some(next) = inner::read(text, &place) else { continue };
            if let Followed::Decodes { .. } = followed(&next, depth + 1, steps) {
                return Followed::Decodes { changed: None, trick: None };
            }
        }
    }
    Followed::Nothing
}

/// The line after the step, where it is a line still.
fn made(text: &str, step: &Step<'_>) -> Option<String> {
    match &step.change {
        Change::Edits(edits) => Some(edited(text, edits).0),
        Change::HandOver { .. } => None,
    }
}

fn step<'a>(
    look: &Look<'_, 'a>,
    place: &Place,
    inner: Inner,
    changed: Option<String>,
    trick: Option<String>,
) -> Option<Step<'a>> {
    if inner.form != Form::Argument {
        let changed = changed?;
        let is_single = inner.form == Form::SingleQuotes;
        let text = if is_single { changed.replace('"', "'") } else { changed };
        let edit = Edit { span: inner.span, text };
        return Some(Step::edits(trick?, look, vec![edit]));
    }
    if is_alone(look.text, place) {
        let next =
            if inner.is_script { Language::Other } else { Language::Process(Command::default()) };
        let step = Step::hand_over(inner.trick, inner.text, inner.span, next);
        return Some(Step { from: Some(inner.from.to_owned()), ..step });
    }
    let text = match inner.script {
        Some(script) => script,
        None if inner.is_of_script => return None,
        None => format!("\"{}\"", changed?.replace('"', "\\\"")),
    };
    let edit = Edit { span: inner.span, text };
    let step = Step::edits(inner.trick, look, vec![edit]);
    Some(Step { from: Some(inner.from.to_owned()), ..step })
}

/// Whether the carrier is all that the line runs: nothing but the head of a `cmd.exe` before it,
/// nothing but quotes behind.
fn is_alone(text: &str, place: &Place) -> bool {
    let Span { from, to } = place.arguments;
    let behind = text.get(to..).unwrap_or_default();
    let before = text.get(..place.name).unwrap_or_default();
    let is_end = behind.chars().all(|c| c.is_whitespace() || matches!(c, '"' | ')'));
    is_end && from >= place.name && !before.contains(['&', '|', '\n', ';', '{'])
}
