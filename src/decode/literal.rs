//! Finds `[Convert]::FromBase64String('…')` in PowerShell text and how far its expression reaches.
//!
//! Syntax only: what the bytes are is said elsewhere. Strings in quotes of any kind, joined by
//! `+`, or set earlier as `$a = '…'`, are read; anything else is reported as not on this line.

use super::text::{find_ignore_case, part, skip_blanks, strip_suffix_ignore_case};
use crate::model::Span;

/// The most calls read in one text: a bound on hostile input.
pub(super) const MAX_LITERALS: usize = 64;

const NAME: &str = "frombase64string";

/// Which text the bytes are turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `[Text.Encoding]::Unicode`.
    Utf16,
    /// `UTF8`, `ASCII`, `Default`.
    Utf8,
}

/// One use of `FromBase64String`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// The base64 text, strings joined; or why there is none to read, in words.
    pub(super) base64: Result<String, String>,
    /// Where that text stands, without its quotes.
    pub(super) span: Span,
    /// The whole expression, `[Text.Encoding]::…GetString(…)` included.
    pub(super) expression: Span,
    /// The encoding around it, where one is named.
    pub(super) encoding: Option<Encoding>,
}

/// All uses within `region` of `text`, in order, at most [`MAX_LITERALS`].
pub(super) fn literals_in(text: &str, region: Span) -> Vec<Literal> {
    let text = part(text, 0, region.to);
    let mut found = Vec::new();
    let mut from = region.from;
    while found.len() < MAX_LITERALS {
        let Some(at) = find_ignore_case(text, NAME, from) else { break };
        from = at + NAME.len();
        if let Some(literal) = literal_at(text, region.from, at) {
            from = from.max(literal.span.to);
            found.push(literal);
        }
    }
    found
}

fn literal_at(text: &str, region_from: usize, name: usize) -> Option<Literal> {
    let mut at = name + NAME.len();
    at += usize::from(part(text, at, at + 1).starts_with(['"', '\'']));
    if part(text, at, at + 7).eq_ignore_ascii_case(".invoke") {
        at += 7;
    }
    at = skip_blanks(text, at);
    let opened = at;
    while part(text, at, at + 1) == "(" {
        at = skip_blanks(text, at + 1);
    }
    let depth = part(text, opened, at).bytes().filter(|byte| *byte == b'(').count();
    if depth == 0 {
        return None;
    }
    let argument = read_argument(text, region_from, at);
    let end = close_brackets(text, argument.end, depth);
    let base64 = if end.is_none() && argument.base64.is_ok() {
        Err("the base64 text is changed by code before it is decoded".to_owned())
    } else {
        argument.base64
    };
    let call = Span { from: type_start(text, region_from, name), to: end.unwrap_or(argument.end) };
    let (expression, encoding) = match end {
        Some(_) => with_encoding(text, region_from, call),
        None => (call, None),
    };
    Some(Literal { base64, span: argument.span, expression, encoding })
}

/// What stands between the brackets.
struct Argument {
    base64: Result<String, String>,
    span: Span,
    /// One past its last byte, quotes included.
    end: usize,
}

fn read_argument(text: &str, region_from: usize, at: usize) -> Argument {
    if let Some((value, span, end)) = joined_strings(text, at) {
        return Argument { base64: Ok(value), span, end };
    }
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let rest = part(text, at, text.len());
    let bare = rest.len() - rest.trim_start_matches(is_base64).len();
    let span = Span { from: at, to: at + bare };
    if bare >= 8 && part(text, span.to, span.to + 1) == ")" {
        // Quotes that the C runtime took away.
        return Argument { base64: Ok(part(text, at, span.to).to_owned()), span, end: span.to };
    }
    let length = rest.find([')', ';', '\n', '|', ',']).unwrap_or(rest.len());
    let end = at + length;
    let source = part(text, at, end).trim();
    let span = Span { from: at, to: at + source.len() };
    if let Some((value, span)) = earlier_string(text, region_from, at, source) {
        return Argument { base64: Ok(value), span, end };
    }
    let reason = match source {
        "" => "the base64 text is missing".to_owned(),
        _ => format!("the base64 text is not on this line: it comes from {}", shortened(source)),
    };
    Argument { base64: Err(reason), span, end }
}

fn shortened(source: &str) -> String {
    let mut short: String = source.chars().take(60).collect();
    if short.len() < source.len() {
        short.push('…');
    }
    short
}

/// Strings joined by `+`: their value, the bytes from the first character to the last, the end.
fn joined_strings(text: &str, at: usize) -> Option<(String, Span, usize)> {
    let (first, mut end) = string_at(text, at)?;
    let mut span = first;
    let mut value = part(text, first.from, first.to).to_owned();
    loop {
        let plus = skip_blanks(text, end);
        if part(text, plus, plus + 1) != "+" {
            return Some((value, span, end));
        }
        let Some((next, next_end)) = string_at(text, skip_blanks(text, plus + 1)) else {
            return Some((value, span, end));
        };
        value.push_str(part(text, next.from, next.to));
        span.to = next.to;
        end = next_end;
    }
}

/// The content of a string and the offset after its closing mark. Doubled and escaped quotes are
/// what is left where the text stands inside another string.
fn string_at(text: &str, at: usize) -> Option<(Span, usize)> {
    const MARKS: &[(&str, &str)] = &[
        ("\\\"", "\\\""),
        ("\"\"", "\"\""),
        ("''", "''"),
        ("\"", "\""),
        ("'", "'"),
        ("\u{2018}", "\u{2019}"),
        ("\u{201C}", "\u{201D}"),
    ];
    let rest = part(text, at, text.len());
    let (open, close) = MARKS.iter().find(|(open, _)| rest.starts_with(open))?;
    let from = at + open.len();
    let content = part(text, from, text.len());
    if matches!(*open, "''" | "\"\"") && content.trim_start().starts_with([')', '+']) {
        return Some((Span { from: at + 1, to: at + 1 }, from));
    }
    let length = content.find(close)?;
    Some((Span { from, to: from + length }, from + length + close.len()))
}

/// The string that the variable `source` was last set to before `at`.
fn earlier_string(text: &str, from: usize, at: usize, source: &str) -> Option<(String, Span)> {
    let name = source.strip_prefix('$')?;
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let name = source.to_ascii_lowercase();
    let before = part(text, 0, at);
    let (mut search, mut found) = (from, None);
    while let Some(start) = find_ignore_case(before, &name, search) {
        search = start + name.len();
        let equals = skip_blanks(before, search);
        if part(before, equals, equals + 1) == "=" {
            found = joined_strings(before, skip_blanks(before, equals + 1));
        }
    }
    found.map(|(value, span, _)| (value, span))
}

/// The offset after `depth` closing brackets, `None` where other text stands between them.
fn close_brackets(text: &str, from: usize, depth: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..depth {
        at = skip_blanks(text, at);
        if part(text, at, at + 1) != ")" {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Where `[System.Convert]::` or `$c::` before the name starts.
fn type_start(text: &str, region_from: usize, name: usize) -> usize {
    let before = part(text, region_from, name).trim_end_matches(['"', '\'']);
    let Some(before) = before.trim_end().strip_suffix("::") else { return name };
    let before = before.trim_end();
    let is_bracketed = before.ends_with(']');
    let start = before.rfind(if is_bracketed { '[' } else { '$' });
    start.filter(|start| before.len() - start <= 64).map_or(name, |start| region_from + start)
}

/// Widens an expression to the `…GetString(…)` directly around it.
fn with_encoding(text: &str, region_from: usize, call: Span) -> (Span, Option<Encoding>) {
    let before = part(text, region_from, call.from);
    let outer = before.trim_end_matches(|c: char| c == '(' || c.is_ascii_whitespace());
    let depth = part(before, outer.len(), before.len()).bytes().filter(|b| *b == b'(').count();
    let outer = strip_suffix_ignore_case(outer, ".invoke").unwrap_or(outer);
    let outer = outer.trim_end_matches(['"', '\'']);
    let getter = strip_suffix_ignore_case(outer, "getstring")
        .and_then(|head| head.trim_end_matches(['"', '\'']).strip_suffix('.'));
    let Some(head) = getter else { return (call, None) };
    let Some(to) = close_brackets(text, call.to, depth) else { return (call, None) };
    let start = if head.ends_with(')') { head.rfind("([") } else { last_source(head) };
    let Some(start) = start.filter(|start| head.len() - start <= 96) else { return (call, None) };
    let encoding = encoding_named(part(head, start, head.len()));
    (Span { from: region_from + start, to }, encoding)
}

/// Where `[Text.Encoding]::UTF8` or `$enc` at the end of `head` starts.
fn last_source(head: &str) -> Option<usize> {
    let word = head.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "_:-".contains(c));
    if word.ends_with('$') { Some(word.len() - 1) } else { word.rfind('[') }
}

fn encoding_named(source: &str) -> Option<Encoding> {
    let source = source.to_ascii_lowercase();
    if source.contains("unicode") && !source.contains("bigendian") || source.contains("utf-16") {
        Some(Encoding::Utf16)
    } else if ["utf8", "utf-8", "ascii", "default"].iter().any(|name| source.contains(name)) {
        Some(Encoding::Utf8)
    } else {
        None
    }
}
