//! Whether a line can hold anything that `cmd.exe` would undo: one look at its bytes.
//!
//! It may say yes for nothing, never no for something.

use super::super::text::find_ignore_case;

/// Whether following the text can make a layer or fail.
pub(super) fn may_hide(text: &str) -> bool {
    let bytes = text.as_bytes();
    if memchr::memchr2(b'^', b'!', bytes).is_some() {
        return true;
    }
    let has_colon = memchr::memchr(b':', bytes).is_some();
    if has_colon && memchr::memchr(b'%', bytes).is_some() && has_modifier(bytes) {
        return true;
    }
    let has_pipe = memchr::memchr(b'|', bytes).is_some();
    let has_word = |word| find_ignore_case(text, word, 0).is_some();
    breaks_words(bytes) || has_word("set") || has_word("for") || (has_pipe && has_word("echo"))
}

/// `:~` or a `:` that has an `=` behind it.
fn has_modifier(bytes: &[u8]) -> bool {
    let mut has_colon = false;
    bytes.iter().any(|byte| match byte {
        b':' => {
            has_colon = true;
            false
        }
        b'~' | b'=' => has_colon,
        _ => false,
    })
}

/// Quotes between letters, or commas and the like where a command begins.
fn breaks_words(bytes: &[u8]) -> bool {
    let mut before = b' ';
    let mut is_after_quote = false;
    let mut is_command = true;
    for (at, byte) in bytes.iter().copied().enumerate() {
        if byte == b'"' {
            is_after_quote = true;
            continue;
        }
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
        if is_after_quote && is_letter(before) && is_letter(byte) {
            return true;
        }
        if is_command && matches!(byte, b',' | b';' | b'=') {
            return true;
        }
        let ends_switch = matches!(byte, b'c' | b'C' | b'k' | b'K' | b'r' | b'R')
            && at.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'/');
        is_command =
            matches!(byte, b'&' | b'|' | b'(') || ends_switch || (is_command && byte == b' ');
        is_after_quote = false;
        before = byte;
    }
    false
}
