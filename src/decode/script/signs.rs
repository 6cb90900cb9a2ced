//! Signs in the text of a script, looked for before it is parsed: most scripts have none.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

/// What only encoded text needs: an expression with one of these that is invoked and cannot be
/// worked out is told.
const ENCODED: &[&str] = &[
    "-bxor",
    "frombase64string",
    "gzipstream",
    "deflatestream",
    "securestring",
    "[char",
    "toint32(",
    "toint16(",
    "tobyte(",
    "-join",
    "righttoleft",
];

static ENCODED_SIGNS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasickBuilder::new().ascii_case_insensitive(true).build(ENCODED).ok());

/// Words of which a text without any, and without joined strings, hides nothing.
const HIDING: &[&str] = &[
    "iex",
    "invoke",
    "-f",
    "join",
    "split",
    "replace",
    "reverse",
    "[char",
    "frombase64",
    "xor",
    "securestring",
    "substring",
    ".insert",
    ".remove",
    "&(",
    "& (",
    ".(",
    ". (",
    "&'",
    "&\"",
    "& $",
    ".$",
    ". $",
    "&$",
    "shellid",
    "pshome",
    "comspec",
    "mdr",
    "preference",
    "toint",
    "righttoleft",
    "concat",
    "format",
    "gzipstream",
    "deflatestream",
    "scriptblock",
    "[type]",
    "get-command",
    "gcm",
    "getstring",
    ".name[",
    "tochararray",
    "-as",
    "\u{2013}f",
    "\u{2014}f",
    "\u{2015}f",
];

static HIDING_SIGNS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasickBuilder::new().ascii_case_insensitive(true).build(HIDING).ok());

/// Whether a text has what only encoded text needs.
pub(super) fn looks_encoded(text: &str) -> bool {
    ENCODED_SIGNS.as_ref().is_none_or(|signs| signs.is_match(text))
}

/// Whether a text is worth parsing.
pub(super) fn may_hide(text: &str) -> bool {
    has_joined_strings(text.as_bytes())
        || has_tick_in_word(text.as_bytes())
        || HIDING_SIGNS.as_ref().is_none_or(|signs| signs.is_match(text))
}

/// `'…' + '…'`, roughly: a plus beside a quote or a bracket.
fn has_joined_strings(text: &[u8]) -> bool {
    memchr::memchr_iter(b'+', text).any(|at| {
        let before = text.get(..at).unwrap_or_default().trim_ascii_end().last().copied();
        let after = text.get(at + 1..).unwrap_or_default().trim_ascii_start().first().copied();
        let is_side =
            |byte: Option<u8>| byte.is_some_and(|byte| b"'\"()]$".contains(&byte) || byte >= 0x80);
        is_side(before) && (is_side(after) || after == Some(b'['))
    })
}

/// A backtick or a pair of quotes inside a word.
fn has_tick_in_word(text: &[u8]) -> bool {
    let in_word = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        let after = text.get(at + 1);
        before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"'\"{".contains(byte))
            && after.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"'\"-".contains(byte))
    };
    memchr::memchr3_iter(b'`', b'\'', b'"', text).any(in_word)
}
