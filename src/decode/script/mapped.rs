//! PowerShell text inside another, with the way back to the bytes it was written in.
//!
//! Source: Microsoft, "Parsing C command-line arguments": quotes go, `\"` is a quote. Blanks
//! between arguments are kept as written; PowerShell joins them with one.

use crate::decode::text::part;
use crate::model::Span;

/// A text made from a part of another.
#[derive(Debug)]
pub(super) struct Mapped {
    pub(super) text: String,
    /// Whether quotes of the text around it must be escaped in what is put back.
    is_argument: bool,
    pieces: Vec<Piece>,
}

/// Bytes that came from bytes.
#[derive(Clone, Copy, Debug)]
struct Piece {
    inner: usize,
    outer: usize,
    inner_length: usize,
    outer_length: usize,
}

impl Mapped {
    /// A whole text as it is.
    pub(super) fn whole(text: &str) -> Self {
        let length = text.len();
        let piece = Piece { inner: 0, outer: 0, inner_length: length, outer_length: length };
        Self { text: text.to_owned(), is_argument: false, pieces: vec![piece] }
    }

    /// What a program receives of the arguments in `span`.
    pub(super) fn arguments(line: &str, span: Span) -> Self {
        let mut mapped = Self { text: String::new(), is_argument: true, pieces: Vec::new() };
        let raw = part(line, span.from, span.to);
        let bytes = raw.as_bytes();
        let (mut at, mut copied, mut is_quoted) = (0, 0, false);
        while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
            at += found;
            if bytes.get(at) == Some(&b'"') {
                mapped.copy(raw, span.from, copied, at);
                let is_doubled = is_quoted && bytes.get(at + 1) == Some(&b'"');
                if is_doubled {
                    mapped.put_quote(span.from + at, 2);
                    at += 1;
                } else {
                    is_quoted = !is_quoted;
                }
                at += 1;
                copied = at;
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
            let after = at + slashes;
            if bytes.get(after) != Some(&b'"') {
                at = after;
                continue;
            }
            mapped.copy(raw, span.from, copied, at + slashes / 2);
            if slashes % 2 == 1 {
                mapped.put_quote(span.from + after - 1, 2);
            } else {
                is_quoted = !is_quoted;
            }
            at = after + 1;
            copied = at;
        }
        mapped.copy(raw, span.from, copied, raw.len());
        mapped
    }

    fn copy(&mut self, raw: &str, base: usize, from: usize, to: usize) {
        let text = part(raw, from, to);
        if text.is_empty() {
            return;
        }
        let length = text.len();
        self.pieces.push(Piece {
            inner: self.text.len(),
            outer: base + from,
            inner_length: length,
            outer_length: length,
        });
        self.text.push_str(text);
    }

    fn put_quote(&mut self, outer: usize, outer_length: usize) {
        self.pieces.push(Piece { inner: self.text.len(), outer, inner_length: 1, outer_length });
        self.text.push('"');
    }

    /// The bytes of the text around that a span came from.
    pub(super) fn outer(&self, span: Span) -> Span {
        let starts = self.pieces.partition_point(|piece| piece.inner <= span.from);
        let first = starts.checked_sub(1).and_then(|at| self.pieces.get(at));
        let from = first.map_or(0, |piece| {
            let into = span.from - piece.inner;
            piece.outer + if piece.inner_length == piece.outer_length { into } else { 0 }
        });
        let ends = self.pieces.partition_point(|piece| piece.inner < span.to);
        let last = ends.checked_sub(1).and_then(|at| self.pieces.get(at));
        let to = last.map_or(from, |piece| {
            let into = span.to - piece.inner;
            let is_copy = piece.inner_length == piece.outer_length;
            piece.outer + if is_copy { into } else { piece.outer_length }
        });
        Span { from, to: to.max(from) }
    }

    /// A text as it is written where this one came from.
    pub(super) fn written(&self, text: &str) -> String {
        if !self.is_argument || !text.contains('"') {
            return text.to_owned();
        }
        let mut written = String::with_capacity(text.len() + 8);
        let mut slashes = 0;
        for c in text.chars() {
            match c {
                '\\' => slashes += 1,
                '"' => {
                    // Backslashes before a quote count twice, and the quote takes one more.
                    written.extend(std::iter::repeat_n('\\', slashes + 1));
                    slashes = 0;
                }
                _ => slashes = 0,
            }
            written.push(c);
        }
        written
    }
}
