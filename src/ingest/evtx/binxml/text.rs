//! Strings of the log as UTF-8, without loss.
//!
//! A NUL inside a string stays there: text after it is a known hiding place, since most tools cut
//! the string. NULs at its end are the terminator and padding that programs hand over with a
//! buffer, and are dropped.
//!
//! Windows strings may hold half a surrogate pair, which UTF-8 cannot. It becomes U+FFFD and the
//! number in braces, `\u{FFFD}{D800}`: where any other tool shows a replacement character ours
//! does too, and says which. A U+FFFD that the log itself holds before a brace is written the
//! same way, `\u{FFFD}{FFFD}{`, so that what was logged can be made again from every text.

/// Appends UTF-16LE text.
pub(super) fn push_utf16(bytes: &[u8], out: &mut Vec<u8>) {
    let units = without_padding(bytes.as_chunks::<2>().0);
    let all = units.iter().fold(0, |all, unit| all | u16::from_le_bytes(*unit));
    if all < 0x80 {
        out.extend(units.iter().map(|[low, _]| *low));
    } else {
        push_wide(units, out);
    }
}

/// Appends text of one byte a character, which is Windows-1252 (libevtx: "stored using a
/// codepage", unsaid which; that of western systems, as other readers assume).
pub(super) fn push_ansi(bytes: &[u8], out: &mut Vec<u8>) {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    for byte in bytes.iter().take(end) {
        push_char(windows_1252(*byte), out);
    }
}

fn without_padding(units: &[[u8; 2]]) -> &[[u8; 2]] {
    let mut units = units;
    while let Some(([0, 0], rest)) = units.split_last() {
        units = rest;
    }
    units
}

#[cold]
fn push_wide(units: &[[u8; 2]], out: &mut Vec<u8>) {
    let mut characters =
        char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit))).peekable();
    while let Some(character) = characters.next() {
        match character {
            Ok(char::REPLACEMENT_CHARACTER) if characters.peek() == Some(&Ok('{')) => {
                push_number(0xFFFD, out);
            }
            Ok(character) => push_char(character, out),
            Err(half) => push_number(half.unpaired_surrogate(), out),
        }
    }
}

/// U+FFFD and the number it stands for.
fn push_number(unit: u16, out: &mut Vec<u8>) {
    push_char(char::REPLACEMENT_CHARACTER, out);
    out.extend_from_slice(format!("{{{unit:04X}}}").as_bytes());
}

/// Appends one character.
pub(super) fn push_char(character: char, out: &mut Vec<u8>) {
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The character of a byte; those that Windows-1252 leaves free are the controls of Latin-1.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '“', '”', '•', '–', '—', '˜', '™', 'š', '›',
        'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let high = byte.checked_sub(0x80).and_then(|at| HIGH.get(usize::from(at)));
    high.copied().unwrap_or_else(|| char::from(byte))
}
