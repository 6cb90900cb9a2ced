//! Strings, here-strings, bare words and variables of PowerShell text.
//!
//! Source: `about_Quoting_Rules`, `about_Special_Characters` (5.1: backtick and `0abfnrtv`).

use super::cursor::{Cursor, is_double_quote, is_name, is_single_quote};
use super::parse::block;
use super::syntax::{Kind, Node, Noise, Piece};

/// The string that starts with the quote at the cursor.
pub(super) fn quoted(cursor: &mut Cursor<'_>) -> Option<Node> {
    let from = cursor.at;
    let node = quoted_from(cursor, from);
    // What was scanned in vain is paid for: it will be scanned again.
    cursor.spend(if node.is_some() { 0 } else { 1 + (cursor.at - from) / 16 })?;
    node
}

fn quoted_from(cursor: &mut Cursor<'_>, from: usize) -> Option<Node> {
    let quote = cursor.bump()?;
    if is_single_quote(quote) {
        let value = single(cursor)?;
        return cursor.node(from, Kind::Text { value, noise: Noise::default(), is_bare: false });
    }
    let mut parts = Parts::default();
    loop {
        match cursor.peek()? {
            c if is_double_quote(c) => {
                cursor.bump();
                if !cursor.peek().is_some_and(is_double_quote) {
                    break;
                }
                parts.text.extend(cursor.bump());
            }
            _ => expanded(cursor, &mut parts)?,
        }
    }
    cursor.node(from, parts.kind(false))
}

/// The rest of a string in single quotes.
fn single(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut value = String::new();
    loop {
        let rest = cursor.rest();
        let Some(end) = rest.find(is_single_quote) else {
            cursor.at = cursor.text.len();
            return None;
        };
        value.push_str(rest.get(..end)?);
        cursor.at += end;
        cursor.bump();
        if !cursor.peek().is_some_and(is_single_quote) {
            return Some(value);
        }
        value.extend(cursor.bump());
    }
}

/// `@'…'@` or `@"…"@` at the cursor; `None` where it is none.
pub(super) fn here_string(cursor: &mut Cursor<'_>) -> Option<Node> {
    let from = cursor.at;
    cursor.bump();
    let quote = cursor.bump()?;
    let head = cursor.rest();
    let line = head.find('\n')?;
    if !head.get(..line)?.trim().is_empty() {
        return None;
    }
    cursor.at += line + 1;
    let is_end: fn(char) -> bool =
        if is_single_quote(quote) { is_single_quote } else { is_double_quote };
    let mut parts = Parts::default();
    let mut is_line_start = true;
    loop {
        let c = cursor.peek()?;
        if is_line_start && is_end(c) && cursor.peek_second() == Some('@') {
            cursor.bump();
            cursor.bump();
            break;
        }
        is_line_start = c == '\n';
        if is_single_quote(quote) {
            parts.text.extend(cursor.bump());
        } else {
            expanded(cursor, &mut parts)?;
        }
    }
    // The line end before the closing mark is not part of the string.
    if parts.text.ends_with('\n') {
        parts.text.pop();
        if parts.text.ends_with('\r') {
            parts.text.pop();
        }
    }
    cursor.node(from, parts.kind(false))
}

/// What a string with variables is made of so far.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) text: String,
    pub(super) noise: Noise,
    pieces: Vec<Piece>,
}

impl Parts {
    pub(super) fn push(&mut self, node: Node) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        }
        self.pieces.push(Piece::Node(node));
    }

    /// The content of a quoted string inside a bare word.
    pub(super) fn append(&mut self, node: Node) {
        match node.kind {
            Kind::Text { value, noise, .. } => {
                self.text.push_str(&value);
                self.noise.ticks |= noise.ticks;
            }
            kind => self.push(Node { kind, ..node }),
        }
    }

    pub(super) fn kind(mut self, is_bare: bool) -> Kind {
        if self.pieces.is_empty() {
            return Kind::Text { value: self.text, noise: self.noise, is_bare };
        }
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(self.text));
        }
        Kind::Expand { pieces: self.pieces, noise: self.noise }
    }
}

/// One character, escape, variable or `$( … )` of a string in double quotes.
pub(super) fn expanded(cursor: &mut Cursor<'_>, parts: &mut Parts) -> Option<()> {
    match cursor.peek()? {
        '`' => {
            cursor.bump();
            escaped(cursor, parts);
        }
        '$' => match cursor.deeper(variable) {
            Some(node) => parts.push(node),
            None => parts.text.extend(cursor.bump()),
        },
        c => {
            parts.text.push(c);
            cursor.at += c.len_utf8();
        }
    }
    Some(())
}

/// The character after a backtick.
pub(super) fn escaped(cursor: &mut Cursor<'_>, parts: &mut Parts) {
    let Some(c) = cursor.bump() else { return };
    parts.text.push(match c {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{C}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{B}',
        _ => c,
    });
    parts.noise.ticks |= c.is_alphanumeric() && !"0abfnrtv".contains(c);
}

/// `$name`, `${name}`, `$(…)`; `None`, with nothing taken, where a lone `$` stands.
pub(super) fn variable(cursor: &mut Cursor<'_>) -> Option<Node> {
    let from = cursor.at;
    cursor.bump();
    let node = variable_after_mark(cursor, from);
    if node.is_none() {
        cursor.at = from;
    }
    node
}

fn variable_after_mark(cursor: &mut Cursor<'_>, from: usize) -> Option<Node> {
    match cursor.peek()? {
        '(' => {
            cursor.bump();
            let statements = block(cursor, ')')?;
            cursor.node(from, Kind::Sub { block: statements, is_array: false })
        }
        '{' => {
            let end = cursor.rest().find('}')?;
            let name = cursor.rest().get(1..end)?.replace('`', "");
            cursor.at += end + 1;
            cursor.node(from, Kind::Variable(plain_name(&name)))
        }
        c @ ('$' | '?' | '^') => {
            cursor.bump();
            cursor.node(from, Kind::Variable(c.to_string()))
        }
        c if is_name(c) => {
            let mut name = cursor.word().to_owned();
            cursor.at += name.len();
            let has_more = cursor.peek_second().is_some_and(is_name);
            if cursor.peek() == Some(':') && has_more {
                cursor.bump();
                name.push(':');
                name.push_str(cursor.word());
                cursor.at += cursor.word().len();
            }
            cursor.node(from, Kind::Variable(plain_name(&name)))
        }
        _ => None,
    }
}

/// A variable's name in lower case without a scope that does not change which one is meant.
pub(super) fn plain_name(name: &str) -> String {
    let name = name.trim().to_lowercase();
    for scope in ["global:", "script:", "local:", "private:", "variable:", "using:"] {
        if let Some(rest) = name.strip_prefix(scope) {
            return rest.trim_start_matches(['\\', '/']).to_owned();
        }
    }
    name
}

/// A bare word of a command: its name or an argument. Quotes in its middle join it.
pub(super) fn bare_word(cursor: &mut Cursor<'_>) -> Option<Node> {
    let from = cursor.at;
    let mut parts = Parts::default();
    loop {
        match cursor.peek() {
            None => break,
            Some(c) if c.is_whitespace() || ";|&(){},<>".contains(c) => break,
            Some('`') if matches!(cursor.peek_second(), Some('\r' | '\n') | None) => break,
            Some(c) if is_single_quote(c) || is_double_quote(c) => {
                let start = cursor.at;
                let Some(node) = quoted(cursor) else {
                    cursor.at = start;
                    parts.text.extend(cursor.bump());
                    continue;
                };
                // `na''me` hides, `name='value'` does not.
                let inside = is_name_end(cursor.text, start)
                    && cursor.peek().is_some_and(|c| is_name(c) || c == '-');
                parts.noise.quotes |= inside;
                parts.append(node);
            }
            Some(_) => expanded(cursor, &mut parts)?,
        }
    }
    if cursor.at == from { None } else { cursor.node(from, parts.kind(true)) }
}

/// Whether a letter, digit or `_` stands before `at`.
fn is_name_end(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(is_name)
}
