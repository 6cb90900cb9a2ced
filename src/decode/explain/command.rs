//! One command in a text: where it starts and ends, its words, its options.
//!
//! Not a parser of `cmd.exe` or PowerShell: it finds a known program's name where a command can
//! start, and reads to where that command must end. A name that stands as an argument, as in
//! `findstr "vssadmin delete"`, is no command.

use super::super::text::{byte_before, part, skip_blanks};
use crate::model::Span;

/// The longest command that is read, in bytes.
const MAX_LENGTH: usize = 4096;
/// The longest path before a program's name, in bytes.
const MAX_PATH: usize = 260;
/// The most words of a command.
const MAX_WORDS: usize = 64;

/// Words after which a command starts.
const LAUNCHERS: &[&str] = &[
    "/c",
    "/k",
    "/r",
    "call",
    "start",
    "/b",
    "/min",
    "/max",
    "/wait",
    "/low",
    "/high",
    "/i",
    "do",
    "else",
    "create",
    "start-process",
    "saps",
    "-filepath",
    "iex",
    "invoke-expression",
    "/tr",
    "binpath=",
    "-a",
    "-s",
    "-d",
    "-h",
    "-accepteula",
    "return",
    "exec",
    "sudo",
    "/a",
    "-argumentlist",
    "powershell",
    "powershell.exe",
    "pwsh",
    "pwsh.exe",
    "hidden",
    "bypass",
    "unrestricted",
    "-nop",
    "-noprofile",
    "-noni",
    "-noninteractive",
    "-nologo",
    "-nol",
    "-noexit",
    "-noe",
    "-sta",
    "-mta",
    "-i",
    "-e",
    "--",
    "then",
];

/// A word of a command, without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'t> {
    /// The word.
    pub(super) text: &'t str,
    /// Whether it was quoted.
    pub(super) is_quoted: bool,
}

impl<'t> Word<'t> {
    /// The name after the mark of an option, with what follows its colon or equals sign.
    pub(super) fn option(&self) -> Option<(&'t str, Option<&'t str>)> {
        let marks = |c: char| matches!(c, '-' | '/' | '\u{2013}' | '\u{2014}' | '\u{2015}');
        let name = self.text.strip_prefix(marks)?;
        let name = name.strip_prefix('-').unwrap_or(name);
        Some(match name.split_once([':', '=']) {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        })
    }
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command<'t> {
    /// From the program's name to the end of its arguments.
    pub(super) span: Span,
    /// Its arguments, as written.
    pub(super) arguments: &'t str,
    /// Their words.
    pub(super) words: Vec<Word<'t>>,
}

impl<'t> Command<'t> {
    /// Whether a command can start with the program's name at `[from, to)`.
    pub(super) fn can_be_at(text: &str, from: usize, to: usize) -> bool {
        let start = path_start(text, from);
        name_end(text, to).is_some()
            && !part(text, start, from).contains("://")
            && can_start(text, start)
    }

    /// The command whose program's name stands at `[from, to)`.
    pub(super) fn at(text: &'t str, from: usize, to: usize) -> Self {
        let end = name_end(text, to).unwrap_or(to);
        let start = path_start(text, from);
        let quote = text.as_bytes().get(end).copied();
        let is_path_quoted =
            matches!(quote, Some(b'"' | b'\'')) && byte_before(text, start) == quote;
        Self::of(text, start, if is_path_quoted { end + 1 } else { end })
    }

    /// The command that starts at `start` and whose arguments start at `after`.
    pub(super) fn of(text: &'t str, start: usize, after: usize) -> Self {
        let close = command_end(text, after);
        let arguments = part(text, after, close).trim();
        let trimmed = part(text, start, close).trim_end();
        Self {
            span: Span { from: start, to: start + trimmed.len() },
            arguments,
            words: words(arguments),
        }
    }

    /// A whole statement, taken as arguments.
    pub(super) fn whole(text: &'t str, span: Span) -> Self {
        let arguments = part(text, span.from, span.to).trim_end();
        let span = Span { from: span.from, to: span.from + arguments.len() };
        Self { span, arguments, words: words(arguments) }
    }

    /// The words that are no options.
    pub(super) fn plain(&self) -> impl Iterator<Item = &'t str> {
        self.words.iter().filter(|word| word.option().is_none()).map(|word| word.text)
    }

    /// The value of an option: after its colon, else the next word. `Some("")` where none follows.
    pub(super) fn option(&self, name: &str, is_cmdlet: bool) -> Option<&'t str> {
        let at = self.words.iter().position(|word| {
            word.option().is_some_and(|(known, _)| is_option(known, name, is_cmdlet))
        })?;
        let joined = self.words.get(at)?.option().and_then(|(_, value)| value);
        if let Some(value) = joined.filter(|value| !value.is_empty()) {
            return Some(bare(value));
        }
        let next = self.words.get(at + 1);
        let next = next.filter(|word| word.is_quoted || word.option().is_none() || is_cmdlet);
        Some(next.map_or("", |word| word.text))
    }
}

impl<'t> Command<'t> {
    /// The value of an option whose letter case counts; a single letter may stand at the end of
    /// several: `-sLo file`.
    pub(super) fn exact_option(&self, name: &str) -> Option<&'t str> {
        let is_meant = |written: &str| {
            let is_joined = name.len() == 1
                && (2..=6).contains(&written.len())
                && written.bytes().all(|byte| byte.is_ascii_alphabetic());
            written == name || (is_joined && written.ends_with(name))
        };
        let at = self.words.iter().position(|word| {
            !word.text.starts_with('/') && word.option().is_some_and(|(known, _)| is_meant(known))
        })?;
        let next = self.words.get(at + 1).filter(|word| word.is_quoted || word.option().is_none());
        Some(next.map_or("", |word| word.text))
    }
}

/// Whether an option as written means `name`: cmdlets take any clear abbreviation.
fn is_option(written: &str, name: &str, is_cmdlet: bool) -> bool {
    written.eq_ignore_ascii_case(name)
        || (is_cmdlet
            && written.len() >= 3
            && name.get(..written.len()).is_some_and(|head| head.eq_ignore_ascii_case(written)))
}

/// The end of a program's name with `.exe`, `None` where the name goes on.
fn name_end(text: &str, to: usize) -> Option<usize> {
    let suffix = part(text, to, to + 4);
    let is_program =
        [".exe", ".com", ".cmd", ".bat"].iter().any(|e| suffix.eq_ignore_ascii_case(e));
    let end = if is_program { to + 4 } else { to };
    let next = text.as_bytes().get(end);
    next.is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'&|;)}<>,/(`".contains(byte))
        .then_some(end)
}

/// Where the path of a program's name starts.
fn path_start(text: &str, from: usize) -> usize {
    if !matches!(byte_before(text, from), Some(b'\\' | b'/')) {
        return from;
    }
    let low = from.saturating_sub(MAX_PATH);
    let low = (low..=from).find(|at| text.is_char_boundary(*at)).unwrap_or(from);
    let head = part(text, low, from);
    let quote = head.rfind(['"', '\'']).map(|at| at + 1);
    let blank = head.rfind([' ', '\t', '&', '|', ';', '(', '=', '{', '\n', ',']).map(|at| at + 1);
    // A quoted path may hold blanks: then its closing quote follows the name.
    let is_quoted = quote.is_some_and(|at| {
        let inner = part(head, at, head.len());
        let is_root = inner.as_bytes().get(1) == Some(&b':') || inner.starts_with(['%', '\\']);
        is_root && !inner.contains(['&', '|', ';', '<', '>'])
    });
    let start = if is_quoted { quote } else { blank.max(quote) };
    low + start.unwrap_or(0)
}

/// Whether a command can start at an offset.
fn can_start(text: &str, start: usize) -> bool {
    let before = part(text, 0, start);
    let open = before.trim_end_matches([' ', '\t', '\r']);
    let open = open.strip_suffix('@').unwrap_or(open).trim_end_matches([' ', '\t']);
    let quoted = open.trim_end_matches(['"', '\'', '\\']).trim_end_matches([' ', '\t']);
    let is_quoted = quoted.len() < open.len();
    match quoted.as_bytes().last() {
        Some(b'(') if is_quoted => is_runner(quoted),
        None | Some(b'&' | b'|' | b';' | b'(' | b'{' | b'\n' | b'}' | b'`') => true,
        // `$x = whoami` is a command, `$x = 'whoami'` a text, `binPath= "…"` a command.
        Some(b'=') if !is_quoted => true,
        Some(_) => is_launcher(quoted),
    }
}

/// Whether a bracket before a quoted command is one that runs it: `for /f … in ('whoami')` and
/// `.Run("whoami")`, but not `print('whoami')`.
fn is_runner(before: &str) -> bool {
    const RUNNERS: [&str; 6] = ["run", "exec", "shell", "shellexecute", "system", "create"];
    let head = before.trim_end_matches('(');
    let name = head.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    name.is_empty() || RUNNERS.iter().any(|runner| runner.eq_ignore_ascii_case(name))
}

/// Whether the last word before a command starts it.
fn is_launcher(before: &str) -> bool {
    let from = before.len().saturating_sub(64);
    let from = (from..=before.len()).find(|at| before.is_char_boundary(*at)).unwrap_or(from);
    let tail = part(before, from, before.len());
    let word = tail.rsplit([' ', '\t', '"', '\'', '(', '&', '|', ';', '{', '\n']).next();
    let word = word.unwrap_or_default().to_ascii_lowercase();
    let is_command = word.len() >= 2
        && (word.starts_with('-') || word.starts_with('/'))
        && word.get(1..).is_some_and(|name| "command".starts_with(name));
    let is_host = word.strip_prefix("\\\\").is_some_and(|host| !host.contains('\\'));
    let is_joined = ["/c", "/k", "/r"].iter().any(|end| word.ends_with(end))
        && word.starts_with('/')
        && word.len() <= 12;
    is_command
        || is_host
        || is_joined
        || word.starts_with("-r:")
        || word.starts_with("/r:")
        || LAUNCHERS.contains(&word.as_str())
}

/// Where the arguments that start at `from` end: before what separates commands, or at the quote
/// or bracket that was opened before the command.
fn command_end(text: &str, from: usize) -> usize {
    let (mut inner, mut depth) = (None, 0_usize);
    let mut before = b' ';
    let rest = part(text, from, text.len());
    for (index, byte) in rest.bytes().enumerate().take(MAX_LENGTH) {
        if let Some(open) = inner {
            inner = inner.filter(|_| open != byte);
            before = byte;
            continue;
        }
        match byte {
            b'"' | b'\'' => {
                let opens = before.is_ascii_whitespace() || b"=:(,{@\\+[".contains(&before);
                let next = rest.as_bytes().get(index + 1).copied().unwrap_or(b' ');
                let is_blank = next.is_ascii_whitespace() || b"&|;)}".contains(&next);
                if opens && (!is_blank || next == byte) {
                    inner = Some(byte);
                } else if byte == b'"' || !before.is_ascii_alphanumeric() || is_blank {
                    return from + index;
                }
            }
            b'(' | b'{' => depth += 1,
            b')' | b'}' | b'&' | b'|' | b';' | b'\n' if depth == 0 => return from + index,
            b')' | b'}' => depth -= 1,
            _ => {}
        }
        before = byte;
    }
    let end = from + rest.len().min(MAX_LENGTH);
    (0..=end).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(from)
}

/// The words of arguments: blanks separate outside quotes.
fn words(arguments: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut at = skip_blanks(arguments, 0);
    while at < arguments.len() && found.len() < MAX_WORDS {
        let mut open = None;
        let rest = part(arguments, at, arguments.len());
        let mut before = b' ';
        let length = rest
            .bytes()
            .take_while(|byte| {
                match (*byte, open) {
                    (b'"' | b'\'', Some(quote)) if quote == *byte && before != b'\\' => open = None,
                    (b'"', None) => open = Some(b'"'),
                    (b'\'', None) if !before.is_ascii_alphanumeric() => open = Some(b'\''),
                    (b' ' | b'\t' | b'\r' | b'\n', None) => return false,
                    _ => {}
                }
                before = *byte;
                true
            })
            .count();
        let raw = part(rest, 0, length);
        let text = bare(raw);
        found.push(Word { text, is_quoted: text.len() < raw.len() });
        at = skip_blanks(arguments, at + length.max(1));
    }
    found
}

/// A word without the quotes around it and the comma after it.
pub(super) fn bare(word: &str) -> &str {
    let word = word.trim_end_matches(',');
    let word = word.strip_prefix('\\').filter(|rest| rest.starts_with(['"', '\''])).unwrap_or(word);
    let inner = word.strip_prefix(['"', '\'']).unwrap_or(word);
    let inner = inner.strip_suffix(['"', '\'']).unwrap_or(inner);
    if inner.len() < word.len() { inner.strip_suffix('\\').unwrap_or(inner) } else { word }
}
