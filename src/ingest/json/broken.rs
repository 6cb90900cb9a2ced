//! Finds where an object that cannot be read ends. Knows no dialect and nothing of lists around it.
//!
//! Its end is where its brackets close, or the next line that begins with an object and is indented
//! no further, or, on the same line, an object after a comma that begins with the same name as it:
//! whichever comes first. A line break inside a string ends the string, since JSON has none.

use std::io;

use super::feed::Feed;

/// Longest first name that is looked for, in bytes as written.
const LONGEST_NAME: usize = 256;

/// Moves past an object that cannot be read; whether something ends it before the file does.
pub(super) fn skip_broken(feed: &mut Feed<'_>, indent: usize) -> io::Result<bool> {
    let mut end = ObjectEnd::new(indent, first_name(feed.window()));
    let mut kept = 0;
    loop {
        let unseen = feed.window().get(kept..).unwrap_or_default();
        if let Some(found) = end.find(unseen) {
            feed.consume((kept + found.after).saturating_sub(found.back));
            return Ok(true);
        }
        if feed.is_at_end() {
            feed.consume(usize::MAX);
            return Ok(false);
        }
        // What may be the beginning of the next object stays.
        kept = end.sibling.seen();
        feed.consume(feed.window().len() - kept);
        feed.read_more()?;
    }
}

/// The text after a broken object.
pub(super) fn next_object_line(text: &[u8]) -> Option<&[u8]> {
    let found = ObjectEnd::new(0, first_name(text)).find(text)?;
    text.get(found.after.saturating_sub(found.back)..)
}

/// The brace and the first name of an object, as written, to its colon.
fn first_name(object: &[u8]) -> Vec<u8> {
    let head = object.get(..LONGEST_NAME).unwrap_or(object);
    let is_named = head.starts_with(b"{\"");
    let end = head.windows(2).position(|pair| pair == b"\":").filter(|_| is_named);
    end.and_then(|end| head.get(..end + 2)).unwrap_or_default().to_vec()
}

/// Where an object ends: so many bytes on, less those of the next object that were looked at.
#[derive(Clone, Copy, Debug)]
struct End {
    after: usize,
    back: usize,
}

/// Looks for the end of an object that is not valid, over any number of blocks.
#[derive(Debug)]
struct ObjectEnd {
    indent: usize,
    depth: u64,
    is_in_string: bool,
    is_escaped: bool,
    /// Spaces since the line began, while there was nothing else.
    spaces: Option<usize>,
    sibling: Sibling,
}

/// Looks for `},` and an object that begins as another one does.
#[derive(Debug)]
struct Sibling {
    name: Vec<u8>,
    is_after_brace: bool,
    is_after_comma: bool,
    /// Bytes of the name that were seen.
    matched: usize,
}

impl Sibling {
    fn new(name: Vec<u8>) -> Self {
        Self { name, is_after_brace: false, is_after_comma: false, matched: 0 }
    }

    /// Bytes of what may be the next object.
    const fn seen(&self) -> usize {
        self.matched
    }

    /// Whether the name ends with this byte.
    fn take(&mut self, byte: u8) -> bool {
        if self.matched > 0 && self.name.get(self.matched) == Some(&byte) {
            self.matched += 1;
            return self.matched == self.name.len();
        }
        match byte {
            b' ' if self.matched == 0 => {}
            b'{' if self.is_after_comma => {
                self.matched = usize::from(!self.name.is_empty());
                (self.is_after_brace, self.is_after_comma) = (false, false);
            }
            _ => {
                self.is_after_comma = byte == b',' && self.is_after_brace && self.matched == 0;
                self.is_after_brace = byte == b'}';
                self.matched = 0;
            }
        }
        false
    }
}

impl ObjectEnd {
    fn new(indent: usize, name: Vec<u8>) -> Self {
        let sibling = Sibling::new(name);
        Self { indent, depth: 0, is_in_string: false, is_escaped: false, spaces: None, sibling }
    }

    fn find(&mut self, text: &[u8]) -> Option<End> {
        for (at, byte) in text.iter().enumerate() {
            if self.sibling.take(*byte) {
                return Some(End { after: at + 1, back: self.sibling.name.len() });
            }
            if *byte == b'\n' {
                (self.is_in_string, self.is_escaped) = (false, false);
                self.spaces = Some(0);
                continue;
            }
            if self.is_in_string {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => self.is_in_string = false,
                    _ => {}
                }
                continue;
            }
            let spaces = self.spaces.take();
            match byte {
                b' ' | b'\t' => self.spaces = spaces.map(|spaces| spaces + 1),
                b',' | b'\r' => self.spaces = spaces,
                b'"' => self.is_in_string = true,
                b'{' if spaces.is_some_and(|spaces| spaces <= self.indent) => {
                    return Some(End { after: at, back: 0 });
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(End { after: at + 1, back: 0 });
                    }
                }
                _ => {}
            }
        }
        None
    }
}
