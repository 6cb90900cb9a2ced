//! Text from logs with nothing in it left unseen: control, direction and zero-width characters as
//! escapes. For the screen only; what is copied, exported or matched is the original.
//!
//! Not an escape that can be read back: a log that spells out `\u{202e}` itself looks the same.

use std::borrow::Cow;
use std::ops::Range;

/// `text` in one line: each invisible character, and each line break, as an escape such as
/// `\u{202e}` or `\n`.
pub fn visible_text(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_hidden) {
        Cow::Owned(Visible::new(text, Lines::Escaped).text.into_owned())
    } else {
        Cow::Borrowed(text)
    }
}

/// What becomes of line breaks and tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// They are shown as `\n`, `\r`, `\t`.
    Escaped,
    /// `\n`, `\r\n` and tabs stay; a lone `\r` is shown.
    Kept,
}

/// Shown text that knows where its parts stood in the original.
#[derive(Clone, Debug)]
pub struct Visible<'a> {
    /// The text to draw.
    pub text: Cow<'a, str>,
    /// The replaced characters, in order.
    shifts: Vec<Shift>,
}

/// Bytes of the original and the bytes that are shown for them.
#[derive(Clone, Debug)]
struct Shift {
    from: Range<usize>,
    to: Range<usize>,
}

impl<'a> Visible<'a> {
    /// Makes `text` visible.
    pub fn new(text: &'a str, lines: Lines) -> Self {
        let mut shown = String::new();
        let mut shifts = Vec::new();
        let mut copied = 0;
        let mut rest = text.char_indices().peekable();
        while let Some((at, character)) = rest.next() {
            let next = rest.peek().map(|&(_, next)| next);
            let stays = lines == Lines::Kept && matches!(character, '\n' | '\t');
            if stays || !is_hidden(character) {
                continue;
            }
            shown.push_str(text.get(copied..at).unwrap_or_default());
            let start = shown.len();
            // The `\r` of a kept `\r\n` is half of a line break that is seen anyway.
            if !(lines == Lines::Kept && character == '\r' && next == Some('\n')) {
                push_escape(&mut shown, character);
            }
            copied = at + character.len_utf8();
            shifts.push(Shift { from: at..copied, to: start..shown.len() });
        }
        if shifts.is_empty() {
            return Self { text: Cow::Borrowed(text), shifts };
        }
        shown.push_str(text.get(copied..).unwrap_or_default());
        Self { text: Cow::Owned(shown), shifts }
    }

    /// Where a byte range of the original stands in the shown text; an escape is never cut.
    /// Cut to the text, and to character borders.
    pub fn range(&self, original: &Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(self.place(original.start, false));
        let end = self.text.ceil_char_boundary(self.place(original.end, true));
        start..end.max(start)
    }

    fn place(&self, original: usize, is_end: bool) -> usize {
        let next = self.shifts.partition_point(|shift| shift.from.start < original);
        let Some(shift) = next.checked_sub(1).and_then(|last| self.shifts.get(last)) else {
            return original.min(self.text.len());
        };
        let place = if original < shift.from.end {
            if is_end { shift.to.end } else { shift.to.start }
        } else {
            shift.to.end.saturating_add(original - shift.from.end)
        };
        place.min(self.text.len())
    }
}

fn push_escape(shown: &mut String, character: char) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        '\0' => shown.push_str("\\0"),
        _ => shown.extend(character.escape_unicode()),
    }
}

/// Whether a reader would not see the character, or see it as an ordinary space.
///
/// Source: Unicode 16, categories Cc, Zl, Zp, Zs without the space and the ideographic space, and
/// the property `Default_Ignorable_Code_Point`; among them the direction marks of UAX 9.
const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{1680}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
