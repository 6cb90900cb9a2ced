//! Whether decoded text can be a command at all, or is data read as text.
//!
//! It knows no language and no words: only how text of people and programs is made up.

use super::blob::kind_of;

/// Why a text is not believed to be text, in words; `None` where it is plausible.
///
/// `bytes` are what `text` was read from.
pub(super) fn implausible(text: &str, bytes: &[u8]) -> Option<String> {
    let kind = kind_of(bytes);
    if let Some((what, true)) = &kind {
        return Some(format!("not text: {what}"));
    }
    let mut count = Count::default();
    // One replaced character at the end is an odd byte, which PowerShell accepts.
    for c in text.strip_suffix(char::REPLACEMENT_CHARACTER).unwrap_or(text).chars() {
        count.add(c);
    }
    if count.all == 0 {
        return Some("the payload is empty".to_owned());
    }
    if count.ascii == 0 && count.all >= 2 && is_plain_ascii(bytes) {
        return Some("the bytes are plain ASCII, but PowerShell reads UTF-16LE here".to_owned());
    }
    let is_mostly_bad = count.bad * 10 > count.all;
    let blocks = count.blocks.count_ones();
    let is_mixed = count.ascii * 4 < count.all
        && (blocks >= 8
            || count.alphabets() >= 4
            || (count.ascii == 0 && count.letters < count.all && blocks >= 3));
    (is_mostly_bad || is_mixed).then(|| match kind {
        Some((what, _)) => format!("not text: {what}"),
        None => format!("the {} bytes are not text", bytes.len()),
    })
}

fn is_plain_ascii(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~'))
}

/// What a text is made of.
#[derive(Default)]
struct Count {
    all: usize,
    ascii: usize,
    letters: usize,
    bad: usize,
    /// One bit for each 4,096 code points of the first plane that occur.
    blocks: u16,
    /// One bit for each 256 code points of the first plane that occur, Han and Hangul left out.
    pages: [u64; 4],
}

impl Count {
    fn add(&mut self, c: char) {
        let code = u32::from(c);
        self.all += 1;
        self.ascii += usize::from(matches!(c, ' '..='~' | '\t' | '\r' | '\n'));
        self.letters += usize::from(c.is_alphabetic());
        self.bad += usize::from(is_bad(c));
        if code < 0x1_0000 {
            self.blocks |= 1 << (code >> 12);
        }
        if code < 0x3000 || (0xD800..0x1_0000).contains(&code) {
            let page = code >> 8;
            if let Some(bits) = self.pages.get_mut((page >> 6) as usize) {
                *bits |= 1 << (page & 63);
            }
        }
    }

    /// How many alphabets occur, roughly: a text of people has one or two and punctuation.
    fn alphabets(&self) -> u32 {
        self.pages.iter().map(|bits| bits.count_ones()).sum()
    }
}

/// Control, replacement, private use and unassigned characters: none of them is typed.
fn is_bad(c: char) -> bool {
    match u32::from(c) {
        0x09 | 0x0A | 0x0D | 0xFEFF => false,
        0xE000..=0xF8FF | 0xFFF0..=0xFFFF | 0xE_0000.. => true,
        code => c.is_control() || code & 0xFFFE == 0xFFFE,
    }
}
