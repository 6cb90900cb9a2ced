//! Reading PowerShell text character by character: blanks, comments, dashes, quotes, names.
//!
//! Source: `about_Parsing`, `about_Quoting_Rules` and the tokenizer's tables of PowerShell 7, which
//! takes typographic quotes and dashes for the plain ones.

use super::syntax::{Kind, Node, Statement, StatementKind};
use crate::model::Span;

/// How deep expressions and blocks may lie in each other.
pub(super) const MAX_DEPTH: usize = 200;

/// What making a node costs of the line's work.
const NODE_COST: usize = 5;

/// A limit that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// [`MAX_DEPTH`].
    Depth,
    /// The line's work is done.
    Size,
}

/// A place in a text that is being parsed.
#[derive(Debug)]
pub(super) struct Cursor<'s> {
    pub(super) text: &'s str,
    pub(super) at: usize,
    pub(super) depth: usize,
    /// Where a limit was met first, and which.
    pub(super) stopped: Option<(usize, Limit)>,
    /// Work that is left, see `Look::work`.
    pub(super) left: usize,
    /// Whether a comma ends an expression, as between the arguments of a method.
    pub(super) comma_ends: bool,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(text: &'s str, left: usize) -> Self {
        Self { text, at: 0, depth: 0, stopped: None, left, comma_ends: false }
    }

    pub(super) fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            _ => self.rest().chars().next(),
        }
    }

    /// The character after the next one.
    pub(super) fn peek_second(&self) -> Option<char> {
        let first = self.peek()?;
        self.text.get(self.at + first.len_utf8()..)?.chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Takes `text` where it stands next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn span_from(&self, from: usize) -> Span {
        Span { from, to: self.at }
    }

    /// Skips blanks, comments and continued lines; line ends too where `lines`.
    pub(super) fn skip(&mut self, lines: bool) {
        loop {
            match self.peek() {
                Some('\n' | '\r') if lines => self.at += 1,
                Some('`') if matches!(self.peek_second(), Some('\n' | '\r')) => {
                    self.at += 1;
                    self.take("\r");
                    self.take("\n");
                }
                Some('#') => self.skip_to_line_end(),
                Some('<') if self.peek_second() == Some('#') => {
                    let length =
                        self.rest().find("#>").map_or_else(|| self.rest().len(), |at| at + 2);
                    self.at += length;
                }
                Some(c) if c != '\n' && c != '\r' && c.is_whitespace() => self.at += c.len_utf8(),
                _ => return,
            }
        }
    }

    fn skip_to_line_end(&mut self) {
        let rest = self.rest().as_bytes();
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    /// Runs `read` one level deeper, or not at all beyond the limits.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.stopped.get_or_insert((self.at, Limit::Depth));
            return None;
        }
        self.spend(1)?;
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Counts work in nodes; `None` where there was too much.
    pub(super) fn spend(&mut self, nodes: usize) -> Option<()> {
        if let Some(left) = self.left.checked_sub(nodes.saturating_mul(NODE_COST)) {
            self.left = left;
            return Some(());
        }
        self.left = 0;
        self.stopped.get_or_insert((self.at, Limit::Size));
        None
    }

    /// Whether no more is parsed.
    pub(super) fn is_exhausted(&self) -> bool {
        matches!(self.stopped, Some((_, Limit::Size))) || self.left == 0
    }

    /// The word of letters, digits and `_` that stands next, not taken.
    pub(super) fn word(&self) -> &'s str {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// A node from `from` to here; `None` where it lies too deep or there are too many.
    pub(super) fn node(&mut self, from: usize, kind: Kind) -> Option<Node> {
        let height = self.height(kind.height())?;
        Some(Node { span: self.span_from(from), kind, height })
    }

    /// A statement from `from` to here, bounded like a node.
    pub(super) fn statement(&mut self, from: usize, kind: StatementKind) -> Option<Statement> {
        let height = self.height(kind.height())?;
        Some(Statement { span: self.span_from(from), kind, height })
    }

    fn height(&mut self, below: usize) -> Option<usize> {
        self.spend(1)?;
        if below >= MAX_DEPTH {
            self.stopped.get_or_insert((self.at, Limit::Depth));
            return None;
        }
        Some(below + 1)
    }
}

/// A letter, digit or `_`: what names are made of.
pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Dashes that introduce operators and parameters.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

/// Quotes that take their content as it is.
pub(super) fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201B}')
}

/// Quotes whose content is expanded.
pub(super) fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201C}'..='\u{201E}')
}
