//! Searching text without regard to ASCII case, by byte offsets that never split a character.
//!
//! Not a parser: the callers know what the text means.

/// The text of `[from, to)`, empty where that is no range of characters.
pub(super) fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// Where `needle` (ASCII lower case, not empty) next stands at or after `from`, in any case.
pub(super) fn find_ignore_case(text: &str, needle: &str, from: usize) -> Option<usize> {
    let (hay, needle) = (text.as_bytes(), needle.as_bytes());
    let first = *needle.first()?;
    let mut at = from;
    loop {
        let rest = hay.get(at..)?;
        at += memchr::memchr2(first, first.to_ascii_uppercase(), rest)?;
        let end = at.checked_add(needle.len())?;
        if hay.get(at..end)?.eq_ignore_ascii_case(needle) {
            return Some(at);
        }
        at += 1;
    }
}

/// Whether `text` holds `word` (ASCII lower case) as a word of its own, in any case.
///
/// A letter, digit, `_`, `-`, `$`, `.`, `\` or `/` before it, or a letter, digit, `_` or `-`
/// after it, makes it part of another word: `curl` is in `curl.exe -o`, not in `C:\curl\x`.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let mut from = 0;
    while let Some(at) = find_ignore_case(text, word, from) {
        let before = byte_before(text, at);
        let after = text.as_bytes().get(at + word.len()).copied();
        let joins = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let is_start = before.is_none_or(|byte| !joins(byte) && !b"$.\\/".contains(&byte));
        if is_start && after.is_none_or(|byte| !joins(byte)) {
            return true;
        }
        from = at + 1;
    }
    false
}

/// The byte before offset `at`, `None` at the start.
pub(super) fn byte_before(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at.checked_sub(1)?).copied()
}

/// The first offset at or after `from` that is no ASCII white space.
pub(super) fn skip_blanks(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// `text` without `suffix` (ASCII lower case) at its end, in any case.
pub(super) fn strip_suffix_ignore_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    let tail = text.get(at..)?;
    if tail.eq_ignore_ascii_case(suffix) { text.get(..at) } else { None }
}
