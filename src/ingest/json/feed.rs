//! A file as UTF-8 text, a block at a time, whichever of UTF-8 and UTF-16 it is written in.

use std::io::{self, Read as _};

/// Bytes read at a time.
const BLOCK: usize = 256 << 10;

/// How the text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// The encoding by byte order mark, else by where the zero bytes of ASCII characters are,
    /// and the length of the mark.
    pub(in crate::ingest) fn of(head: &[u8]) -> (Self, usize) {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8, 3),
            [0xFF, 0xFE, ..] => (Self::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16Be, 2),
            [1..0x80, 0, 1..0x80, 0, ..] => (Self::Utf16Le, 0),
            [0, 1..0x80, 0, 1..0x80, ..] => (Self::Utf16Be, 0),
            _ => (Self::Utf8, 0),
        }
    }

    /// The text as UTF-8; an unfinished character at the end is left out.
    pub(in crate::ingest) fn decode(self, bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        match self {
            Self::Utf8 => text.extend_from_slice(bytes),
            Self::Utf16Le | Self::Utf16Be => {
                Utf16::default().decode(self, bytes, &mut text);
            }
        }
        text
    }
}

/// What is left over between two blocks of UTF-16.
#[derive(Debug, Default)]
struct Utf16 {
    byte: Option<u8>,
    high: Option<u16>,
}

impl Utf16 {
    fn decode(&mut self, encoding: Encoding, bytes: &[u8], text: &mut Vec<u8>) {
        let mut bytes = bytes.iter().copied();
        let mut first = self.byte.take();
        loop {
            let Some(one) = first.take().or_else(|| bytes.next()) else { return };
            let Some(two) = bytes.next() else {
                self.byte = Some(one);
                return;
            };
            let unit = match encoding {
                Encoding::Utf16Be => u16::from_be_bytes([one, two]),
                Encoding::Utf16Le | Encoding::Utf8 => u16::from_le_bytes([one, two]),
            };
            self.unit(unit, text);
        }
    }

    /// Adds one unit; a surrogate without its partner becomes U+FFFD.
    fn unit(&mut self, unit: u16, text: &mut Vec<u8>) {
        let mut push = |unit: char| {
            let mut utf8 = [0; 4];
            text.extend_from_slice(unit.encode_utf8(&mut utf8).as_bytes());
        };
        if let Some(high) = self.high.take() {
            if let Some(Ok(both)) = char::decode_utf16([high, unit]).next() {
                push(both);
                return;
            }
            push(char::REPLACEMENT_CHARACTER);
        }
        match unit {
            0xD800..0xDC00 => self.high = Some(unit),
            unit => push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }
}

/// A window that moves over the text of a file, of a member of an archive, or of a part of either.
pub(in crate::ingest) struct Feed<'r> {
    reader: Box<dyn io::Read + 'r>,
    encoding: Encoding,
    utf16: Utf16,
    raw: Vec<u8>,
    text: Vec<u8>,
    start: usize,
    offset: u64,
    is_at_end: bool,
}

impl<'r> Feed<'r> {
    /// Tells the encoding by the first bytes, and starts after the byte order mark.
    pub(in crate::ingest) fn new(mut reader: impl io::Read + 'r) -> io::Result<Self> {
        let mut head = Vec::new();
        reader.by_ref().take(4).read_to_end(&mut head)?;
        let (encoding, mark) = Encoding::of(&head);
        let mut feed = Self::at(reader, encoding, mark as u64);
        feed.append(head.get(mark..).unwrap_or_default());
        Ok(feed)
    }

    /// Starts in the middle of a file: `reader` gives the bytes from `offset` on, which begin with a
    /// whole character, and all offsets are those of the file. An [`io::Take`] ends it early.
    pub(in crate::ingest) fn at(
        reader: impl io::Read + 'r,
        encoding: Encoding,
        offset: u64,
    ) -> Self {
        Self {
            reader: Box::new(reader),
            encoding,
            utf16: Utf16::default(),
            raw: Vec::new(),
            text: Vec::new(),
            start: 0,
            offset,
            is_at_end: false,
        }
    }

    /// The text that was read and not yet consumed.
    pub(in crate::ingest) fn window(&self) -> &[u8] {
        self.text.get(self.start..).unwrap_or_default()
    }

    /// Byte offset in the file where the window begins.
    pub(in crate::ingest) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the window reaches to the end of the file.
    pub(in crate::ingest) const fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Moves the window's beginning.
    pub(in crate::ingest) fn consume(&mut self, count: usize) {
        let count = count.min(self.window().len());
        let bytes = match self.encoding {
            Encoding::Utf8 => count,
            Encoding::Utf16Le | Encoding::Utf16Be => {
                self.window().get(..count).map_or(0, utf16_len)
            }
        };
        self.offset += bytes as u64;
        self.start += count;
    }

    /// Reads a block on. What was read before an error is in the window.
    pub(in crate::ingest) fn read_more(&mut self) -> io::Result<()> {
        self.grow(0)
    }

    /// Reads on to see the end of something long: as much as the window holds, so that looking at
    /// it again costs little, but a block at least, and no more than takes the window to `longest`
    /// bytes of text and a block. What was read before an error is in the window.
    pub(in crate::ingest) fn grow(&mut self, longest: usize) -> io::Result<()> {
        self.text.drain(..self.start);
        self.start = 0;
        let held = self.text.len();
        let wanted = held.min(longest.saturating_sub(held)).max(BLOCK);
        let part = self.reader.by_ref().take(wanted as u64);
        let (read, result) = match self.encoding {
            Encoding::Utf8 => read_to(part, wanted, &mut self.text),
            Encoding::Utf16Le | Encoding::Utf16Be => {
                self.raw.clear();
                let read = read_to(part, wanted, &mut self.raw);
                self.utf16.decode(self.encoding, &self.raw, &mut self.text);
                read
            }
        };
        self.is_at_end = read == 0;
        if self.is_at_end && (self.utf16.high.is_some() || self.utf16.byte.is_some()) {
            self.utf16 = Utf16::default();
            self.text.extend_from_slice("\u{FFFD}".as_bytes());
        }
        result
    }

    fn append(&mut self, raw: &[u8]) {
        match self.encoding {
            Encoding::Utf8 => self.text.extend_from_slice(raw),
            encoding => self.utf16.decode(encoding, raw, &mut self.text),
        }
    }
}

/// Appends to the buffer. The number of bytes read, also before an error.
fn read_to(
    mut part: io::Take<impl io::Read>,
    wanted: usize,
    to: &mut Vec<u8>,
) -> (usize, io::Result<()>) {
    let held = to.len();
    to.reserve(wanted);
    let result = part.read_to_end(to);
    (to.len() - held, result.map(|_| ()))
}

/// Bytes that UTF-8 text takes in UTF-16.
fn utf16_len(text: &[u8]) -> usize {
    text.iter()
        .map(|byte| match byte {
            0x80..0xC0 => 0,
            0xF0.. => 4,
            _ => 2,
        })
        .sum()
}
