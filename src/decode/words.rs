//! Splits a command line into words as the C runtime does, with the bytes each word came from.
//!
//! Not `cmd.exe`'s or PowerShell's own grammar. Source: Microsoft, "Parsing C command-line
//! arguments": blanks and tabs separate; quotes group and go; `2n` backslashes before a quote
//! are `n`, `2n+1` are `n` and a quote; inside quotes `""` is a quote. The first word, the
//! program, knows no backslash rule.

use super::text::part;
use crate::model::Span;

/// One word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The word as the program receives it.
    pub(super) value: String,
    /// The bytes of the line it stands in, quotes included.
    pub(super) raw: Span,
}

impl Word {
    /// The word without blanks around it, and the exact bytes where that stands in one piece;
    /// where quotes inside broke it up, all the bytes it came from.
    pub(super) fn payload(&self, line: &str) -> (String, Span) {
        let value = self.value.trim();
        let raw = part(line, self.raw.from, self.raw.to);
        let found = if value.is_empty() { None } else { raw.find(value) };
        let span = found.map_or(self.raw, |at| {
            let from = self.raw.from + at;
            Span { from, to: from + value.len() }
        });
        (value.to_owned(), span)
    }
}

/// How words are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    /// The C runtime's rules, for the words after the program.
    CRuntime,
    /// A PowerShell argument list such as `'-nop -enc','…'`: quotes, commas and brackets separate.
    ArgumentList,
}

/// The words of a part of a line, found one at a time, so that a caller who stops early is fast.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    line: &'a str,
    at: usize,
    end: usize,
    grammar: Grammar,
}

impl<'a> Words<'a> {
    /// The words of `line` within `span`.
    pub(super) fn new(line: &'a str, span: Span, grammar: Grammar) -> Self {
        Self { line, at: span.from, end: span.to.min(line.len()), grammar }
    }

    /// Where the next word is looked for.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    fn byte(&self, at: usize) -> Option<u8> {
        if at < self.end { self.line.as_bytes().get(at).copied() } else { None }
    }

    fn is_separator(&self, byte: u8) -> bool {
        match self.grammar {
            Grammar::CRuntime => matches!(byte, b' ' | b'\t'),
            Grammar::ArgumentList => b" \t\r\n,'\"@()".contains(&byte),
        }
    }

    /// The end of the word at `from`, and its value.
    fn word_at(&self, from: usize) -> (usize, String) {
        let (mut at, mut is_quoted) = (from, false);
        let mut copied = from;
        let mut value = String::new();
        while let Some(byte) = self.byte(at) {
            if !is_quoted && self.is_separator(byte) {
                break;
            }
            if byte == b'\\' && self.grammar == Grammar::CRuntime {
                let slashes = (at..self.end).take_while(|i| self.byte(*i) == Some(b'\\')).count();
                let after = at + slashes;
                if self.byte(after) == Some(b'"') {
                    value.push_str(part(self.line, copied, at + slashes / 2));
                    let is_literal = slashes % 2 == 1;
                    copied = if is_literal { after } else { after + 1 };
                    is_quoted ^= !is_literal;
                    at = after + 1;
                } else {
                    at = after;
                }
            } else if byte == b'"' && self.grammar == Grammar::CRuntime {
                value.push_str(part(self.line, copied, at));
                if is_quoted && self.byte(at + 1) == Some(b'"') {
                    copied = at + 1;
                    at += 2;
                } else {
                    is_quoted = !is_quoted;
                    at += 1;
                    copied = at;
                }
            } else {
                at += 1;
            }
        }
        value.push_str(part(self.line, copied, at));
        (at, value)
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        while self.byte(self.at).is_some_and(|byte| self.is_separator(byte)) {
            self.at += 1;
        }
        self.byte(self.at)?;
        let from = self.at;
        let (to, value) = self.word_at(from);
        self.at = to;
        Some(Word { value, raw: Span { from, to } })
    }
}

/// The program a line names, its first word without quotes, and where the arguments start.
pub(super) fn program(line: &str) -> (String, usize) {
    let start = line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut is_quoted = false;
    let rest = part(line, start, line.len());
    let end = rest
        .find(|c: char| {
            is_quoted ^= c == '"';
            !is_quoted && matches!(c, ' ' | '\t')
        })
        .unwrap_or(rest.len());
    (part(rest, 0, end).replace('"', ""), start + end)
}
