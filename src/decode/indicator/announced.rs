//! What a parameter announces: accounts, computers, tasks and ports stand after a name that says
//! what they are. Nothing is taken for an account or a task by its looks.
//!
//! Sources: Microsoft's references of `net use`, `runas`, `schtasks`, `wmic`, `netsh advfirewall`,
//! `netsh interface portproxy`, and of the cmdlets that take `-ComputerName` and `-Credential`.

use super::super::text::{byte_before, part, skip_blanks};
use crate::model::{IndicatorKind, Span};

/// A value with its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Announced {
    pub(super) kind: IndicatorKind,
    /// Where it stands, without quotes.
    pub(super) value: Span,
}

/// Parameters and what they announce. Their value follows a colon, an equals sign or a blank.
const OPTIONS: &[(&str, IndicatorKind)] = &[
    ("user", IndicatorKind::User),
    ("username", IndicatorKind::User),
    ("credential", IndicatorKind::User),
    ("u", IndicatorKind::User),
    ("ru", IndicatorKind::User),
    ("tn", IndicatorKind::Task),
    ("taskname", IndicatorKind::Task),
    ("node", IndicatorKind::Host),
    ("computername", IndicatorKind::Host),
    ("cn", IndicatorKind::Host),
    ("localport", IndicatorKind::Port),
    ("remoteport", IndicatorKind::Port),
];

/// Words before `=` or a blank, as `netsh` and `net` have them.
const WORDS: &[(&str, IndicatorKind)] = &[
    ("localport", IndicatorKind::Port),
    ("remoteport", IndicatorKind::Port),
    ("listenport", IndicatorKind::Port),
    ("connectport", IndicatorKind::Port),
    ("user", IndicatorKind::User),
];

/// The longest value, in bytes.
const MAX_VALUE: usize = 256;

/// What the option at `at` (its `/` or `-`) announces.
pub(super) fn by_option(text: &str, at: usize) -> Option<Announced> {
    if byte_before(text, at)
        .is_some_and(|byte| !matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\n'))
    {
        return None;
    }
    let name_from = at + 1;
    let length = name_length(text, name_from);
    let name = part(text, name_from, name_from + length);
    let (_, kind) = OPTIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    let end = name_from + length;
    let mark = text.as_bytes().get(end).copied()?;
    let from = match mark {
        b':' | b'=' => skip_blanks(text, end + 1),
        b' ' | b'\t' => skip_blanks(text, end),
        _ => return None,
    };
    // Many programs have a `-u`; with a domain it is an account.
    let is_sure = |found: &Announced| {
        length > 1 || part(text, found.value.from, found.value.to).contains('\\')
    };
    value_at(text, from, *kind).filter(is_sure)
}

/// What the word `[from, end)` announces: `localport=4444`, `net user name`.
pub(super) fn by_word(text: &str, from: usize, end: usize) -> Option<Announced> {
    let word = part(text, from, end);
    let (_, kind) = WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word))?;
    let is_assigned = text.as_bytes().get(end) == Some(&b'=');
    match kind {
        IndicatorKind::User if !is_assigned && follows_net(text, from) => {
            let from = skip_blanks(text, end);
            value_at(text, from, *kind).filter(|found| {
                let value = part(text, found.value.from, found.value.to);
                !value.starts_with(['/', '-', '>', '&', '|'])
            })
        }
        IndicatorKind::Port if is_assigned => value_at(text, end + 1, *kind),
        _ => None,
    }
}

/// Whether the word before is `net` or `net1`, with or without `.exe`.
fn follows_net(text: &str, at: usize) -> bool {
    let before = part(text, 0, at).trim_end_matches([' ', '\t', '"']);
    let start = before.len().saturating_sub(9);
    let start = (start..=before.len()).find(|at| before.is_char_boundary(*at)).unwrap_or(start);
    let tail = part(before, start, before.len()).to_ascii_lowercase();
    let word = tail.rsplit([' ', '\\', '"', '\'', '&', '|', '(', ';', '/']).next();
    matches!(word, Some("net" | "net1" | "net.exe" | "net1.exe"))
}

fn name_length(text: &str, from: usize) -> usize {
    let rest = part(text, from, text.len());
    rest.bytes().take(16).take_while(u8::is_ascii_alphabetic).count()
}

/// A plain value: code, variables and other options are none.
fn value_at(text: &str, from: usize, kind: IndicatorKind) -> Option<Announced> {
    let rest = part(text, from, text.len());
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let from = from + quote.map_or(0, char::len_utf8);
    let rest = part(text, from, text.len());
    let is_end = |c: char| match quote {
        Some(quote) => c == quote || c.is_control(),
        None => c.is_whitespace() || c.is_control() || "\"'&|><;,)}`".contains(c),
    };
    let length: usize =
        rest.chars().take(MAX_VALUE + 1).take_while(|c| !is_end(*c)).map(char::len_utf8).sum();
    let value = part(rest, 0, length);
    let is_plain = !value.contains(['$', '(', '{', '%', '!', '=', '<', '>', '*', '?'])
        && !value.starts_with(['-', '/', '@', '+'])
        && value.chars().any(char::is_alphanumeric);
    let is_own = match kind {
        IndicatorKind::User => !value.contains(['/', ':', ',']),
        IndicatorKind::Host => value.chars().all(|c| c.is_alphanumeric() || "._-:".contains(c)),
        _ => true,
    };
    let fits = !value.is_empty() && length <= MAX_VALUE && is_plain && is_own;
    fits.then_some(Announced { kind, value: Span { from, to: from + length } })
}
