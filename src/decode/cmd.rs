//! Carets that hide words from a reader of a `cmd.exe` line: `p^owershell` runs `powershell`.
//!
//! Not a parser of `cmd.exe`: percent signs, `set` and `for` are left as they stand. Source:
//! Microsoft's `cmd` reference: `^` outside quotes takes the meaning from the next character.

use super::text::part;
use super::trick::{Edit, Found, Language, Look, Step};
use super::words::{Grammar, Words, program};
use crate::model::{Span, file_name, is_same_text};

const TRICK: &str = "Carets of cmd.exe";

/// Takes off the carets of a line of `cmd.exe`, once: `^^` leaves one that is meant.
pub(super) fn undo<'a>(look: &Look<'_, 'a>) -> Found<'a> {
    let Language::Process(process) = look.language else { return Found::default() };
    if look.is_finished(TRICK) {
        return Found::default();
    }
    let edit = without_carets(look.text, process.image);
    let step =
        edit.map(|edit| Step { is_final: Some(TRICK), ..Step::edits(TRICK, look, vec![edit]) });
    Found { step, ..Found::default() }
}

/// The line without its carets, where one of them stands before a letter or digit and so hides
/// something; `None` where there is nothing to undo or `cmd.exe` does not read the line.
fn without_carets(line: &str, image: Option<&str>) -> Option<Edit> {
    memchr::memchr(b'^', line.as_bytes())?;
    let (first, arguments) = program(line);
    let is_cmd = |name: &str| {
        let name = file_name(name.trim());
        ["cmd.exe", "cmd", "%comspec%"].iter().any(|known| is_same_text(name, known))
    };
    if !is_cmd(&first) && !image.is_some_and(is_cmd) {
        return None;
    }
    let from = command_start(line, arguments)?;
    let command = part(line, from, line.len());
    // An outer quote is cut off before carets are read, so that they work inside it.
    let inner = command.strip_prefix('"').unwrap_or(command);
    let base = line.len() - inner.len();
    let mut hides = false;
    let mut is_quoted = false;
    let mut span: Option<Span> = None;
    let mut kept = String::with_capacity(inner.len());
    let mut pending = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        is_quoted ^= c == '"';
        if c != '^' || is_quoted {
            pending.push(c);
            continue;
        }
        let from = base + at;
        let mut to = from + 1;
        if span.is_some() {
            kept.push_str(&pending);
        }
        pending.clear();
        if let Some((_, next)) = chars.next() {
            hides |= next.is_alphanumeric();
            to += next.len_utf8();
            kept.push(next);
        }
        span = Some(Span { from: span.map_or(from, |span| span.from), to });
    }
    let span = span.filter(|_| hides)?;
    Some(Edit { span, text: kept })
}

/// Where the command after `/c`, `/k` or `/r` starts.
fn command_start(line: &str, arguments: usize) -> Option<usize> {
    let span = Span { from: arguments, to: line.len() };
    let mut words = Words::new(line, span, Grammar::CRuntime);
    loop {
        let word = words.next()?;
        let raw = part(line, word.raw.from, word.raw.to).to_ascii_lowercase();
        let switches = raw.strip_prefix('/')?;
        let is_run = |start: &str| start.starts_with(['c', 'k', 'r']);
        // `/d/c` and `/cwhoami` are read too: a switch needs no blank around it.
        let mut offset = 1;
        for switch in switches.split('/') {
            if is_run(switch) {
                let at = word.raw.from + offset + 1;
                let blanks = part(line, at, line.len());
                return Some(at + blanks.len() - blanks.trim_start().len());
            }
            offset += switch.len() + 1;
        }
    }
}
