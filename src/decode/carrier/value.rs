//! Strings of `VBScript` and `JavaScript`: literals, joining, and the functions that only change text.
//!
//! An expression with anything else in it has no value here. Sources: Microsoft, `VBScript`
//! functions (`Chr`, `StrReverse`, `Replace`, `&`); ECMA-262 (`fromCharCode`, `unescape`, escapes).

use std::collections::BTreeMap;

use super::super::text::{part, skip_blanks};
use crate::model::Span;

/// Characters read and written for one script.
const MAX_WORK: usize = 1 << 18;

/// The longest list of character numbers, in bytes.
const MAX_LIST: usize = 16 << 10;

/// How deep expressions may lie in each other.
const MAX_DEPTH: usize = 32;

/// Which language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    VbScript,
    JavaScript,
}

/// The value of an expression.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) text: String,
    /// Whether more than one literal went into it.
    pub(super) is_built: bool,
    /// One past its last byte.
    pub(super) end: usize,
}

/// Reads expressions of one script.
pub(super) struct Reader<'a> {
    script: &'a str,
    /// The script with blanks in place of what its strings hold, byte for byte.
    pub(super) code: String,
    dialect: Dialect,
    variables: BTreeMap<String, String>,
    work: usize,
    depth: usize,
}

/// The statements of a script without its strings, see [`Reader::code`]: parted by `:`, `;` and
/// ends of lines.
pub(super) fn statements(script: &str, dialect: Dialect) -> Vec<Span> {
    let parts = if dialect == Dialect::VbScript { b':' } else { b';' };
    let mut found = Vec::new();
    let mut from = 0;
    for (at, byte) in script.bytes().enumerate() {
        if byte == parts || byte == b'\n' {
            found.push(Span { from, to: at });
            from = at + 1;
        }
    }
    found.push(Span { from, to: script.len() });
    found.truncate(1024);
    found
}

fn without_strings(script: &str, dialect: Dialect) -> String {
    let mut code = String::with_capacity(script.len());
    let mut quote: Option<char> = None;
    let mut is_escape = false;
    for c in script.chars() {
        let is_quote = c == '"' || (c == '\'' && dialect == Dialect::JavaScript);
        match quote {
            Some(open) if open == c && !is_escape => {
                quote = None;
                code.push(c);
            }
            Some(_) => code.extend(std::iter::repeat_n(' ', c.len_utf8())),
            None => {
                quote = is_quote.then_some(c);
                code.push(c);
            }
        }
        is_escape = c == '\\' && dialect == Dialect::JavaScript && !is_escape;
    }
    code
}

impl<'a> Reader<'a> {
    pub(super) fn new(script: &'a str, dialect: Dialect) -> Self {
        let code = without_strings(script, dialect);
        Self { script, code, dialect, variables: BTreeMap::new(), work: MAX_WORK, depth: 0 }
    }

    pub(super) fn is_spent(&self) -> bool {
        self.work == 0
    }

    fn spend(&mut self, work: usize) -> bool {
        self.work = self.work.saturating_sub(work + 1);
        self.work > 0
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.script.as_bytes().get(at).copied()
    }

    /// Notes `name = "…"` where the whole statement is that.
    pub(super) fn assign(&mut self, statement: Span) {
        let mut at = skip_blanks(self.script, statement.from);
        for keyword in ["var ", "let ", "const ", "dim "] {
            if part(self.script, at, at + keyword.len()).eq_ignore_ascii_case(keyword) {
                at = skip_blanks(self.script, at + keyword.len());
            }
        }
        let name = self.word(at);
        let equals = skip_blanks(self.script, at + name.len());
        let is_assignment = self.byte(equals) == Some(b'=') && self.byte(equals + 1) != Some(b'=');
        if name.is_empty() || !is_assignment {
            return;
        }
        let key = self.key(name);
        let value = self.expression(equals + 1, statement.to);
        let rest = value.as_ref().map(|value| part(self.script, value.end, statement.to));
        match value.filter(|_| rest.is_some_and(|rest| rest.trim().is_empty())) {
            Some(value) => self.variables.insert(key, value.text),
            None => self.variables.remove(&key),
        };
    }

    fn word(&self, at: usize) -> &'a str {
        let rest = part(self.script, at, self.script.len());
        let length = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_.$".contains(c))
                .len();
        part(rest, 0, length)
    }

    /// `VBScript` knows no letter case.
    fn key(&self, name: &str) -> String {
        if self.dialect == Dialect::VbScript { name.to_lowercase() } else { name.to_owned() }
    }

    /// The string after a method's name: `("…")` or, in `VBScript`, ` "…"`.
    pub(super) fn argument(&mut self, at: usize, end: usize) -> Option<Value> {
        let mut at = skip_blanks(self.script, at);
        if self.byte(at) == Some(b'(') {
            at += 1;
        } else if self.dialect == Dialect::JavaScript {
            return None;
        }
        self.expression(at, end)
    }

    /// The string after a comma.
    pub(super) fn next_argument(&mut self, at: usize, end: usize) -> Option<Value> {
        let at = skip_blanks(self.script, at);
        if self.byte(at) != Some(b',') {
            return None;
        }
        self.expression(at + 1, end)
    }

    /// An expression of strings that starts at `at` and ends before `end`.
    fn expression(&mut self, at: usize, end: usize) -> Option<Value> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let value = self.joined(at, end);
        self.depth -= 1;
        value
    }

    fn joined(&mut self, at: usize, end: usize) -> Option<Value> {
        let mut value = self.operand(at, end)?;
        loop {
            let sign = skip_blanks(self.script, value.end);
            let byte = self.byte(sign).filter(|_| sign < end);
            let is_joining =
                byte == Some(b'+') || (byte == Some(b'&') && self.dialect == Dialect::VbScript);
            if !is_joining {
                return Some(value);
            }
            let next = self.operand(sign + 1, end)?;
            if !self.spend(next.text.len()) {
                return None;
            }
            value.text.push_str(&next.text);
            value.is_built = true;
            value.end = next.end;
        }
    }

    fn operand(&mut self, at: usize, end: usize) -> Option<Value> {
        let at = skip_blanks(self.script, at);
        if at >= end || !self.spend(0) {
            return None;
        }
        let mut value = match self.byte(at)? {
            b'"' => self.literal(at, '"')?,
            b'\'' if self.dialect == Dialect::JavaScript => self.literal(at, '\'')?,
            b'(' => {
                let inner = self.expression(at + 1, end)?;
                Value { end: self.closed(inner.end)?, ..inner }
            }
            _ => self.named(at, end)?,
        };
        while self.dialect == Dialect::JavaScript && self.byte(value.end) == Some(b'.') {
            let Some(next) = self.method(&value, end) else { break };
            value = next;
        }
        (value.end <= end).then_some(value)
    }

    /// One past the bracket that closes at `at`.
    fn closed(&self, at: usize) -> Option<usize> {
        let at = skip_blanks(self.script, at);
        (self.byte(at) == Some(b')')).then_some(at + 1)
    }

    fn literal(&mut self, at: usize, quote: char) -> Option<Value> {
        let rest = part(self.script, at + 1, self.script.len());
        let mut text = String::new();
        let mut chars = rest.char_indices().peekable();
        let mut is_built = false;
        while let Some((index, c)) = chars.next() {
            if c == quote {
                let is_doubled = chars.peek().is_some_and(|(_, next)| *next == quote);
                if self.dialect == Dialect::VbScript && is_doubled {
                    chars.next();
                    text.push(quote);
                    continue;
                }
                self.spend(index);
                return Some(Value { text, is_built, end: at + 1 + index + c.len_utf8() });
            }
            if c != '\\' || self.dialect == Dialect::VbScript {
                text.push(c);
                continue;
            }
            let (escape_at, escape) = chars.next()?;
            let digits = match escape {
                'x' => 2,
                'u' => 4,
                _ => 0,
            };
            let code = part(rest, escape_at + 1, escape_at + 1 + digits);
            match u32::from_str_radix(code, 16).ok().and_then(char::from_u32) {
                Some(c) if digits > 0 => {
                    text.push(c);
                    is_built = true;
                    chars.nth(digits - 1);
                }
                _ => text.push(match escape {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                }),
            }
        }
        self.spend(rest.len());
        None
    }

    /// A variable or a function of text.
    fn named(&mut self, at: usize, end: usize) -> Option<Value> {
        let name = self.word(at);
        let after = at + name.len();
        let key = self.key(name);
        let open = skip_blanks(self.script, after);
        if self.byte(open) != Some(b'(') {
            let text = self.variables.get(&key)?.clone();
            return self.spend(text.len()).then_some(Value { text, is_built: true, end: after });
        }
        let lower = name.to_ascii_lowercase();
        match lower.trim_start_matches("string.").trim_start_matches("window.") {
            "chr" | "chrw" | "fromcharcode" => self.codes(open + 1, end),
            "unescape" | "decodeuricomponent" | "decodeuri" => {
                let inner = self.expression(open + 1, end)?;
                let end = self.closed(inner.end)?;
                Some(Value { text: unescaped(&inner.text), is_built: true, end })
            }
            "strreverse" => {
                let inner = self.expression(open + 1, end)?;
                let end = self.closed(inner.end)?;
                Some(Value { text: inner.text.chars().rev().collect(), is_built: true, end })
            }
            "replace" => {
                let text = self.expression(open + 1, end)?;
                let old = self.next_argument(text.end, end)?;
                let new = self.next_argument(old.end, end)?;
                let end = self.closed(new.end)?;
                self.replaced(&text.text, &old.text, &new.text, end)
            }
            "lcase" | "ucase" | "trim" | "cstr" => {
                let inner = self.expression(open + 1, end)?;
                let end = self.closed(inner.end)?;
                let text = match lower.as_str() {
                    "lcase" => inner.text.to_lowercase(),
                    "ucase" => inner.text.to_uppercase(),
                    "trim" => inner.text.trim().to_owned(),
                    _ => inner.text,
                };
                Some(Value { text, end, ..inner_flags(inner.is_built) })
            }
            _ => None,
        }
    }

    fn replaced(&mut self, text: &str, old: &str, new: &str, end: usize) -> Option<Value> {
        if old.is_empty() {
            return None;
        }
        let count = text.matches(old).count();
        let grown = text.len().saturating_add(count.saturating_mul(new.len()));
        self.spend(grown).then(|| Value { text: text.replace(old, new), is_built: true, end })
    }

    /// Characters by their numbers, up to the closing bracket.
    fn codes(&mut self, at: usize, end: usize) -> Option<Value> {
        let window = part(self.script, at, end.min(at + MAX_LIST));
        let Some(close) = window.bytes().position(|byte| byte == b')') else {
            self.spend(window.len());
            return None;
        };
        let list = part(self.script, at, at + close);
        if !self.spend(list.len()) {
            return None;
        }
        let mut text = String::new();
        for code in list.split(',') {
            text.push(char::from_u32(sum(code)?)?);
        }
        Some(Value { text, is_built: true, end: at + close + 1 })
    }

    /// `.split("").reverse().join("")`, `.replace("a","b")` and the like on a string.
    fn method(&mut self, value: &Value, end: usize) -> Option<Value> {
        let rest = part(self.script, value.end, end);
        for reversal in [".split(\"\").reverse().join(\"\")", ".split('').reverse().join('')"] {
            if rest.starts_with(reversal) {
                let end = value.end + reversal.len();
                return Some(Value {
                    text: value.text.chars().rev().collect(),
                    is_built: true,
                    end,
                });
            }
        }
        let name = self.word(value.end + 1);
        let open = value.end + 1 + name.len();
        if self.byte(open) != Some(b'(') {
            return None;
        }
        match name {
            "replace" if self.byte(open + 1) == Some(b'/') => {
                let pattern = part(self.script, open + 2, end);
                let Some(length) = pattern.find('/') else {
                    self.spend(pattern.len());
                    return None;
                };
                let old = part(pattern, 0, length);
                let is_plain = !old.contains(|c: char| "\\[](){}.*+?^$|".contains(c));
                let flags = self.word(open + 2 + length + 1);
                let comma = open + 2 + length + 1 + flags.len();
                let new = self.next_argument(comma, end)?;
                let end = self.closed(new.end)?;
                let is_read = is_plain && flags == "g";
                if is_read { self.replaced(&value.text, old, &new.text, end) } else { None }
            }
            "concat" => {
                let more = self.expression(open + 1, end)?;
                let end = self.closed(more.end)?;
                Some(Value { text: format!("{}{}", value.text, more.text), is_built: true, end })
            }
            "toLowerCase" | "toUpperCase" | "toString" | "trim" => {
                let end = self.closed(open + 1)?;
                let text = match name {
                    "toLowerCase" => value.text.to_lowercase(),
                    "toUpperCase" => value.text.to_uppercase(),
                    "trim" => value.text.trim().to_owned(),
                    _ => value.text.clone(),
                };
                Some(Value { text, end, ..inner_flags(value.is_built) })
            }
            _ => None,
        }
    }

    /// The script with each expression of several pieces written as one string, and whether there
    /// was one.
    pub(super) fn folded(&mut self) -> (String, bool) {
        let mut made = String::with_capacity(self.script.len());
        let mut hides = false;
        let mut at = 0;
        while let Some(c) = part(self.script, at, self.script.len()).chars().next() {
            let is_word = |c: char| c.is_ascii_alphanumeric() || "_.$".contains(c);
            let starts = c == '"' || c == '\'' || (is_word(c) && !made.ends_with(is_word));
            let is_name = starts
                && c != '"'
                && c != '\''
                && self.byte(skip_blanks(self.script, at + self.word(at).len())) != Some(b'(');
            let value =
                if starts && !is_name { self.expression(at, self.script.len()) } else { None };
            match value {
                Some(value) if value.is_built => {
                    hides = true;
                    made.push_str(&self.written(&value.text));
                    at = value.end.max(at + c.len_utf8());
                }
                Some(value) => {
                    let end = value.end.max(at + c.len_utf8());
                    made.push_str(part(self.script, at, end));
                    at = end;
                }
                None => {
                    made.push(c);
                    at += c.len_utf8();
                }
            }
        }
        (made, hides)
    }

    fn written(&self, text: &str) -> String {
        match self.dialect {
            Dialect::VbScript => format!("\"{}\"", text.replace('"', "\"\"")),
            Dialect::JavaScript => {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
        }
    }
}

fn inner_flags(is_built: bool) -> Value {
    Value { text: String::new(), is_built, end: 0 }
}

/// Numbers with `+`, `-` and `*`, in decimal, `&H` or `0x`.
fn sum(text: &str) -> Option<u32> {
    let mut total: i64 = 0;
    let mut rest = text.trim();
    let mut sign = 1;
    loop {
        let length = rest.find(['+', '-']).filter(|at| *at > 0).unwrap_or(rest.len());
        let mut product: i64 = 1;
        for factor in part(rest, 0, length).split('*') {
            product = product.checked_mul(whole(factor.trim())?)?;
        }
        total = total.checked_add(sign * product)?;
        rest = part(rest, length, rest.len());
        sign = match rest.bytes().next() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return u32::try_from(total).ok(),
        };
        rest = part(rest, 1, rest.len()).trim_start();
    }
}

fn whole(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    let hex = lower.strip_prefix("&h").or_else(|| lower.strip_prefix("0x"));
    match hex {
        Some(hex) => i64::from_str_radix(hex.trim_end_matches('&'), 16).ok(),
        None => lower.parse().ok(),
    }
}

/// `%41` and `%u0041`.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        plain.push_str(part(rest, 0, at));
        let (from, digits) =
            if part(rest, at + 1, at + 2) == "u" { (at + 2, 4) } else { (at + 1, 2) };
        let code =
            rest.get(from..from + digits).and_then(|code| u32::from_str_radix(code, 16).ok());
        if let Some(c) = code.and_then(char::from_u32) {
            plain.push(c);
            rest = part(rest, from + digits, rest.len());
        } else {
            plain.push('%');
            rest = part(rest, at + 1, rest.len());
        }
    }
    plain.push_str(rest);
    plain
}
