//! Letter case: text to lower case without changing its length, so that byte ranges stay valid.
//!
//! Windows compares names character by character by a table of simple mappings, so no character
//! becomes two here; the few whose lower case has another length in UTF-8 stay as they are, in
//! rules and in records alike.

use std::borrow::Cow;

/// The text in lower case; borrowed where nothing changes.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    Cow::Owned(text.chars().map(folded_char).collect())
}

fn folded_char(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(single), None) if single.len_utf8() == c.len_utf8() => single,
        _ => c,
    }
}
