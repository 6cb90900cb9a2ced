//! Finds calls of PowerShell: the line itself, and inside other text behind `cmd /c`, `start`, `&`.
//!
//! It needs the program's name as a word of its own; it evaluates nothing and follows no variable.

use super::powershell::{Call, Edition, edition_of, read_call};
use super::text::{byte_before, find_ignore_case, part, skip_blanks};
use super::trick::Language;
use super::words::{Grammar, program};
use crate::model::Span;

/// The most calls read in one text: a bound on hostile input.
pub(super) const MAX_CALLS: usize = 64;

/// All calls of PowerShell in one text.
#[derive(Debug)]
pub(super) struct Calls {
    /// The call that the text itself is: the arguments of a PowerShell process.
    pub(super) own: Option<Call>,
    /// Where other text can stand: all of it, or what PowerShell itself takes as text.
    pub(super) region: Option<Span>,
    /// The calls inside the region, in order.
    pub(super) inner: Vec<Call>,
    /// Where reading stopped at a limit.
    pub(super) stopped: Option<usize>,
}

impl Calls {
    /// The calls of a text.
    pub(super) fn of(text: &str, language: Language<'_>) -> Self {
        let own = own_call(text, language);
        let region = match &own {
            Some(call) if call.encoded.is_some() => None,
            Some(call) => call.script,
            None => Some(Span { from: 0, to: text.len() }),
        };
        let (inner, stopped) =
            region.map_or_else(Default::default, |region| calls_in(text, region));
        Self { own, region, inner, stopped }
    }

    /// The text's own call and those inside it.
    pub(super) fn all(&self) -> impl Iterator<Item = &Call> {
        self.own.iter().chain(&self.inner)
    }
}

/// PowerShell's own arguments, where the line is PowerShell's.
fn own_call(text: &str, language: Language<'_>) -> Option<Call> {
    let Language::Process(process) = language else { return None };
    let (first, arguments) = program(text);
    let edition = edition_of(&first)
        .or_else(|| process.image.and_then(edition_of))
        .or_else(|| process.original_file_name.and_then(edition_of))?;
    let span = Span { from: arguments, to: text.len() };
    Some(read_call(text, span, edition, Grammar::CRuntime))
}

/// The calls within `region` of `text`, in order, and where reading stopped because there are
/// more than [`MAX_CALLS`] or their arguments overlap too often to be real.
fn calls_in(text: &str, region: Span) -> (Vec<Call>, Option<usize>) {
    let mut calls = Vec::new();
    let mut budget = region.to.saturating_sub(region.from).saturating_mul(4);
    let mut at = region.from;
    let mut counted = region.from;
    let mut is_quoted = false;
    let mut programs = Programs::new(part(text, 0, region.to), region.from);
    while let Some(Program { from, to: name_end, edition }) = programs.next(at) {
        is_quoted ^= has_odd_quotes(text, counted, from);
        counted = from;
        at = name_end;
        let Some(arguments) = arguments_after(text, name_end, region.to, is_quoted) else {
            continue;
        };
        let length = arguments.to.saturating_sub(arguments.from);
        if calls.len() >= MAX_CALLS || budget < length {
            return (calls, Some(from));
        }
        budget -= length;
        let grammar = grammar_of(text, arguments);
        let call = read_call(text, arguments, edition, grammar);
        at = if call.is_file { arguments.to } else { call.end.max(name_end) };
        calls.push(call);
    }
    (calls, None)
}

/// Where PowerShell's names stand as a program's name, each text read once.
struct Programs<'a> {
    text: &'a str,
    windows: Option<usize>,
    core: Option<usize>,
}

/// A program's name in the text.
struct Program {
    from: usize,
    to: usize,
    edition: Edition,
}

impl<'a> Programs<'a> {
    fn new(text: &'a str, from: usize) -> Self {
        let windows = find_ignore_case(text, "powershell", from);
        Self { text, windows, core: find_ignore_case(text, "pwsh", from) }
    }

    /// The next name that starts at or after `from`.
    fn next(&mut self, from: usize) -> Option<Program> {
        loop {
            let is_core = match (self.windows, self.core) {
                (Some(left), Some(right)) => right < left,
                (Some(_), None) => false,
                (None, Some(_)) => true,
                (None, None) => return None,
            };
            let (place, name, edition) = if is_core {
                (&mut self.core, "pwsh", Edition::Core)
            } else {
                (&mut self.windows, "powershell", Edition::Windows)
            };
            let at = (*place)?;
            *place = find_ignore_case(self.text, name, at + name.len());
            let to = name_end(self.text, at + name.len());
            let after = self.text.as_bytes().get(to);
            let is_whole =
                after.is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'\\,".contains(byte));
            if at >= from && is_whole && is_program_start(byte_before(self.text, at)) {
                return Some(Program { from: at, to, edition });
            }
        }
    }
}

/// The end of a name with `_ise` and `.exe` where they follow.
fn name_end(text: &str, mut end: usize) -> usize {
    for suffix in ["_ise", ".exe"] {
        if part(text, end, end + suffix.len()).eq_ignore_ascii_case(suffix) {
            end += suffix.len();
        }
    }
    end
}

fn is_program_start(before: Option<u8>) -> bool {
    before.is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'\\/(&|;={,@".contains(&byte))
}

/// Whether an odd number of quotes, not counting `\"`, stand in a part of the text.
fn has_odd_quotes(text: &str, from: usize, to: usize) -> bool {
    let quotes = memchr::memchr_iter(b'"', part(text, from, to).as_bytes());
    quotes.filter(|index| byte_before(text, from + index) != Some(b'\\')).count() % 2 == 1
}

/// The bytes that are arguments of the call, `None` where the name is not followed by any.
///
/// They end at the quote that was open around the call, else where a command ends in `cmd.exe`
/// or PowerShell; base64 holds none of those characters.
fn arguments_after(text: &str, name_end: usize, end: usize, is_quoted: bool) -> Option<Span> {
    let bytes = text.as_bytes();
    let closes = part(text, name_end, end);
    let (from, is_quoted) = match bytes.get(name_end) {
        Some(b'"') if is_quoted => (name_end + 1, false),
        Some(b'"' | b'\'' | b',') => (name_end + 1, is_quoted),
        Some(b'\\') if closes.starts_with("\\\"") => (name_end + 2, is_quoted),
        _ => (name_end, is_quoted),
    };
    if !bytes.get(from).is_some_and(|byte| byte.is_ascii_whitespace() || b"'\",".contains(byte)) {
        return None;
    }
    let mut is_open = false;
    let mut to = from;
    for byte in part(text, from, end).bytes() {
        let is_escaped = byte_before(text, to) == Some(b'\\');
        match byte {
            b'"' if is_quoted && !is_escaped => break,
            b'"' if !is_escaped => is_open = !is_open,
            b';' | b'|' | b'&' | b'<' | b'>' | b'{' | b'}' | b'\n' if !is_open => break,
            _ => {}
        }
        to += 1;
    }
    Some(Span { from, to })
}

/// `Start-Process powershell -ArgumentList '-nop -enc …'` and `powershell '-nop -enc …'` hand
/// their words over inside PowerShell strings; other calls write them out.
fn grammar_of(text: &str, arguments: Span) -> Grammar {
    let is_list = find_ignore_case(part(text, 0, arguments.to), " -arg", arguments.from).is_some();
    let opens = part(text, skip_blanks(text, arguments.from), arguments.to);
    let is_string = opens.starts_with("'-") || opens.starts_with("\"-") || opens.starts_with("@(");
    if is_list || is_string { Grammar::ArgumentList } else { Grammar::CRuntime }
}
