//! Whether a constant expression hides something, or is how people write scripts.
//!
//! The rule: an expression is undone for sure where its value came about by a trick that has no
//! use but hiding when all its parts are constant: `-f`, `-join`, `-replace`, reversed text,
//! character codes, XOR, numbers of another base, single characters cut out of known values,
//! base64, packed bytes, backticks that escape nothing. Joining with `+` is one only where a word
//! is split (`'Down'+'load'`) or a telling word comes about (`'http:'+'//'`), so that
//! `'C:\' + 'Temp'` stays. Other constants (variables put together, strings with known variables
//! in them) are undone beside a sure one, never alone. A value that is invoked, is a command's,
//! type's or member's name is always worth it: that is decided where it is used.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use super::notes::{Notes, Trick, Tricks};
use super::runner::Candidate;
use super::syntax::{Kind, Node};
use super::value::{Known, Value};

/// Tricks that have no use but hiding.
const SURE: Tricks = Tricks::of(&[
    Trick::Base64,
    Trick::Utf16,
    Trick::Gzip,
    Trick::Deflate,
    Trick::SecureString,
    Trick::Reverse,
    Trick::CharCode,
    Trick::Xor,
    Trick::Radix,
    Trick::Regex,
    Trick::Bytes,
]);

/// Tricks that have no use but hiding where they work on what is written out; on variables they
/// are how scripts work.
const SURE_ON_WRITTEN: Tricks =
    Tricks::of(&[Trick::Replace, Trick::Slice, Trick::Methods, Trick::JoinOperator]);

/// Tricks that are undone beside a sure one.
const LIKELY: Tricks = SURE_ON_WRITTEN.with(Tricks::of(&[
    Trick::Format,
    Trick::Join,
    Trick::Expansion,
    Trick::Split,
    Trick::Backtick,
    Trick::Case,
    Trick::Loop,
]));

/// Whether what was done to a value has no use but hiding.
fn is_sure(notes: Notes) -> bool {
    notes.tricks.has_any(SURE)
        || notes.is_word_split
        || notes.is_telling
        || (notes.tricks.has_any(SURE_ON_WRITTEN) && !notes.tricks.has(Trick::Variable))
}

/// Words that tell what a script does; whoever splits one means to hide it.
const TELLING: &[&str] = &[
    "http:",
    "https:",
    "powershell",
    "pwsh",
    "cmd.exe",
    "cmd /c",
    "iex",
    "invoke",
    "expression",
    "download",
    "webclient",
    "webrequest",
    "net.",
    "system.",
    "base64",
    "scriptblock",
    "bypass",
    "hidden",
    "amsi",
    "virtualalloc",
    "kernel32",
    "mimikatz",
    "rundll32",
    "regsvr32",
    "mshta",
    "certutil",
    "bitsadmin",
    "wscript",
    "schtasks",
    "whoami",
    "new-object",
    "start-process",
    "reflection",
    "assembly",
    "encodedcommand",
    ".ps1",
    ".exe",
    ".dll",
    ".bat",
    ".vbs",
    "string",
];

/// What may be written in place of a constant expression; `None` where it stays as it is.
pub(super) fn candidate(node: &Node, known: &Known<'_>, source: &str) -> Option<Candidate> {
    let notes = known.notes;
    let text = match &known.value {
        Value::Text(text) => text.as_ref(),
        Value::Type(name) if !matches!(node.kind, Kind::Type(_) | Kind::Variable(_)) => {
            let is_sure = is_sure(notes) || notes.tricks.has(Trick::Format);
            return Some(Candidate { span: node.span, text: format!("[{name}]"), notes, is_sure });
        }
        _ => return None,
    };
    // A whole value of the environment is this machine's; its letters are everywhere the same.
    let is_of_machine = notes.tricks.has(Trick::Environment) && !notes.tricks.has(Trick::Slice);
    if is_of_machine
        || is_plain(&node.kind)
        || !is_readable(text)
        || !notes.tricks.has_any(SURE.with(LIKELY))
    {
        return None;
    }
    let written = literal(text);
    if source.get(node.span.from..node.span.to) == Some(written.as_str()) {
        return None;
    }
    let is_sure =
        is_sure(notes) || (notes.tricks.has(Trick::Backtick) && is_bare_or_quoted(&node.kind));
    Some(Candidate { span: node.span, text: written, notes, is_sure })
}

fn is_bare_or_quoted(kind: &Kind) -> bool {
    matches!(kind, Kind::Text { is_bare: false, .. } | Kind::Expand { .. })
}

/// Nodes that are never written anew by themselves.
fn is_plain(kind: &Kind) -> bool {
    match kind {
        Kind::Variable(_) | Kind::Type(_) | Kind::Number(_) | Kind::Member { .. } => true,
        Kind::Text { noise, is_bare, .. } => *is_bare || !noise.ticks,
        _ => false,
    }
}

/// Whether a value says anything to a reader: some letters or digits, and no control characters.
fn is_readable(text: &str) -> bool {
    let is_odd = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\r' | '\n')) || c == char::REPLACEMENT_CHARACTER
    };
    text.chars().filter(|c| c.is_alphanumeric()).nth(1).is_some() && !text.chars().any(is_odd)
}

/// The text as a PowerShell string.
pub(super) fn literal(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('\'');
    for c in text.chars() {
        written.push(c);
        if super::cursor::is_single_quote(c) {
            written.push(c);
        }
    }
    written.push('\'');
    written
}

static TELLING_WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasickBuilder::new().ascii_case_insensitive(true).build(TELLING).ok());

/// What joining two pieces says; `is_written` where both stand in the text as strings.
pub(super) fn junction(left: &str, right: &str, is_written: bool) -> Notes {
    let (Some(last), Some(first)) = (left.chars().next_back(), right.chars().next()) else {
        return Notes::default();
    };
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let is_word_split = is_written && is_word(last) && is_word(first);
    Notes {
        is_word_split,
        is_telling: !is_word_split && tells_across(left, right),
        ..Notes::default()
    }
}

/// Whether a telling word starts in `left` and ends in `right`.
fn tells_across(left: &str, right: &str) -> bool {
    const REACH: usize = 16;
    let Some(words) = TELLING_WORDS.as_ref() else { return false };
    let left = left.as_bytes();
    let tail = left.get(left.len().saturating_sub(REACH)..).unwrap_or_default();
    let right = right.as_bytes();
    let head = right.get(..right.len().min(REACH)).unwrap_or_default();
    let joined = [tail, head].concat();
    let border = tail.len();
    words.find_overlapping_iter(&joined).any(|found| found.start() < border && found.end() > border)
}
