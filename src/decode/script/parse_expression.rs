//! Expressions of PowerShell text: operators with their precedence, casts, members, indexes.
//!
//! Source: `about_Operator_Precedence` and the language specification 3.0, chapter 7.

use super::cursor::{Cursor, is_dash, is_double_quote, is_name, is_single_quote};
use super::parse::{block, statement};
use super::parse_string::{here_string, quoted, variable};
use super::syntax::{Kind, Name, Node, Noise};

/// Operators of words between two operands, and how tightly they bind.
const WORD_OPERATORS: &[(&str, u8)] = &[
    ("and", 1),
    ("or", 1),
    ("xor", 1),
    ("band", 2),
    ("bor", 2),
    ("bxor", 2),
    ("shl", 2),
    ("shr", 2),
    ("eq", 3),
    ("ne", 3),
    ("gt", 3),
    ("ge", 3),
    ("lt", 3),
    ("le", 3),
    ("like", 3),
    ("notlike", 3),
    ("match", 3),
    ("notmatch", 3),
    ("replace", 3),
    ("creplace", 3),
    ("split", 3),
    ("csplit", 3),
    ("join", 3),
    ("contains", 3),
    ("notcontains", 3),
    ("in", 3),
    ("notin", 3),
    ("is", 3),
    ("isnot", 3),
    ("as", 3),
    ("ceq", 3),
    ("cne", 3),
    ("clike", 3),
    ("cmatch", 3),
    ("f", 6),
];

/// Operators of words before one operand.
const UNARY_OPERATORS: &[&str] = &["join", "split", "csplit", "isplit", "not", "bnot"];

/// An expression at the cursor.
pub(super) fn expression(cursor: &mut Cursor<'_>) -> Option<Node> {
    cursor.deeper(|cursor| binary(cursor, 1))
}

/// An expression of operators that bind at least as tightly as `least`.
fn binary(cursor: &mut Cursor<'_>, least: u8) -> Option<Node> {
    let from = cursor.at;
    let mut left = array(cursor)?;
    loop {
        let before = cursor.at;
        cursor.skip(false);
        let Some((operator, level)) = operator(cursor).filter(|(_, level)| *level >= least) else {
            cursor.at = before;
            return Some(left);
        };
        cursor.skip(true);
        let right = cursor.deeper(|cursor| binary(cursor, level + 1))?;
        let kind = match (operator, left.kind) {
            ("+", Kind::Sum(mut parts)) => {
                // Thousands of pieces may follow: the sum grows in place.
                let height = left.height.max(right.height + 1);
                parts.push(right);
                left = Node { span: cursor.span_from(from), kind: Kind::Sum(parts), height };
                continue;
            }
            ("+", kind) => Kind::Sum(vec![Node { kind, ..left }, right]),
            (_, kind) => Kind::Binary(operator, Box::new(Node { kind, ..left }), Box::new(right)),
        };
        left = cursor.node(from, kind)?;
    }
}

/// Takes the operator at the cursor.
fn operator(cursor: &mut Cursor<'_>) -> Option<(&'static str, u8)> {
    let first = cursor.peek()?;
    let second = cursor.peek_second();
    if first == '.' && second == Some('.') {
        cursor.at += 2;
        return Some(("..", 7));
    }
    if second == Some('=') {
        return None;
    }
    let sign = match first {
        '+' if second != Some('+') => ("+", 4),
        '*' => ("*", 5),
        '/' => ("/", 5),
        '%' => ("%", 5),
        c if is_dash(c) => {
            let start = cursor.at;
            cursor.bump();
            let word = cursor.word().to_lowercase();
            if !word.starts_with(char::is_alphabetic) {
                if second.is_some_and(is_dash) {
                    cursor.at = start;
                    return None;
                }
                return Some(("-", 4));
            }
            let found = word_operator(&word);
            cursor.at = if found.is_some() { cursor.at + word.len() } else { start };
            return found;
        }
        _ => return None,
    };
    cursor.bump();
    Some(sign)
}

fn word_operator(word: &str) -> Option<(&'static str, u8)> {
    let find = |word: &str| WORD_OPERATORS.iter().find(|(name, _)| *name == word).copied();
    find(word).or_else(|| find(word.strip_prefix('i')?)).or_else(|| {
        let (name, level) = find(word.strip_prefix('c')?)?;
        (level == 3).then_some((name, level))
    })
}

/// `a, b, c` or one operand.
fn array(cursor: &mut Cursor<'_>) -> Option<Node> {
    let from = cursor.at;
    let first = unary(cursor)?;
    if cursor.comma_ends {
        return Some(first);
    }
    let mut nodes = vec![first];
    loop {
        let before = cursor.at;
        cursor.skip(false);
        if !cursor.take(",") {
            cursor.at = before;
            break;
        }
        cursor.skip(true);
        nodes.push(unary(cursor)?);
    }
    if nodes.len() == 1 { nodes.pop() } else { cursor.node(from, Kind::Array(nodes)) }
}

/// An operand with what stands before it.
fn unary(cursor: &mut Cursor<'_>) -> Option<Node> {
    cursor.deeper(unary_here)
}

fn unary_here(cursor: &mut Cursor<'_>) -> Option<Node> {
    let from = cursor.at;
    let first = cursor.peek()?;
    let operator = match first {
        '!' => Some("not"),
        ',' if !cursor.comma_ends => Some(","),
        '+' => Some("+"),
        c if is_dash(c) => {
            cursor.bump();
            let word = cursor.word().to_lowercase();
            let named = UNARY_OPERATORS.iter().copied().find(|name| *name == word);
            cursor.at = from;
            match named {
                Some(name) => {
                    cursor.at = from + first.len_utf8() + name.len() - 1;
                    Some(name)
                }
                None if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) => {
                    Some("-")
                }
                None => return None,
            }
        }
        _ => None,
    };
    let Some(operator) = operator else { return cast_or_primary(cursor) };
    cursor.bump();
    if matches!((operator, cursor.peek()), ("+", Some('+')) | ("-", Some('-'))) {
        cursor.bump();
        cursor.skip(false);
        let operand = unary(cursor)?;
        return cursor.node(from, Kind::Other(vec![operand]));
    }
    cursor.skip(false);
    let operand = unary(cursor)?;
    let kind = match operator {
        "," => Kind::Array(vec![operand]),
        _ => Kind::Unary(operator, Box::new(operand)),
    };
    cursor.node(from, kind)
}

/// `[type] operand`, or an operand with its members.
fn cast_or_primary(cursor: &mut Cursor<'_>) -> Option<Node> {
    let from = cursor.at;
    if cursor.peek() != Some('[') {
        let node = operand(cursor)?;
        return postfix(cursor, from, node);
    }
    let name = type_name(cursor)?;
    let node = cursor.node(from, Kind::Type(name.clone()))?;
    if cursor.rest().starts_with("::") || cursor.rest().starts_with('.') {
        return postfix(cursor, from, node);
    }
    let after = cursor.at;
    cursor.skip(false);
    let starts = cursor.peek().is_some_and(|c| {
        "($@{[!".contains(c)
            || is_single_quote(c)
            || is_double_quote(c)
            || c.is_ascii_digit()
            || (is_dash(c) && is_unary_word(cursor))
            || (c == ',' && !cursor.comma_ends)
    });
    let operand = if starts { unary(cursor) } else { None };
    if let Some(operand) = operand {
        return cursor.node(from, Kind::Cast(name, Box::new(operand)));
    }
    cursor.at = after;
    Some(node)
}

fn is_unary_word(cursor: &Cursor<'_>) -> bool {
    let rest = cursor.rest().trim_start_matches(is_dash);
    let word = rest.chars().take_while(|c| is_name(*c)).collect::<String>().to_lowercase();
    word.is_empty()
        || word.starts_with(|c: char| c.is_ascii_digit())
        || UNARY_OPERATORS.contains(&word.as_str())
}

/// `[name]`, in lower case without `system.`, blanks and backticks.
fn type_name(cursor: &mut Cursor<'_>) -> Option<String> {
    let rest = cursor.rest();
    let mut depth = 0_usize;
    let mut name = String::new();
    for (at, c) in rest.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.checked_sub(1)?,
            '`' | ' ' | '\t' => continue,
            c if is_name(c) || ".,+:*".contains(c) => {}
            _ => return None,
        }
        name.extend(c.to_lowercase());
        if depth == 0 {
            cursor.at += at + 1;
            let inner = name.strip_prefix('[')?.strip_suffix(']')?;
            return Some(plain_type(inner));
        }
        if name.len() > 128 {
            return None;
        }
    }
    None
}

/// A type's name as the runner knows it.
pub(super) fn plain_type(name: &str) -> String {
    let name = name.trim().to_lowercase();
    name.strip_prefix("system.").unwrap_or(&name).to_owned()
}

/// An operand without what follows it.
pub(super) fn operand(cursor: &mut Cursor<'_>) -> Option<Node> {
    let from = cursor.at;
    match cursor.peek()? {
        c if is_single_quote(c) || is_double_quote(c) => quoted(cursor),
        '$' => cursor.deeper(variable),
        '(' => {
            cursor.bump();
            let inner = with_commas(cursor, |cursor| {
                cursor.skip(true);
                statement(cursor)
            })?;
            cursor.skip(true);
            if !cursor.take(")") {
                return None;
            }
            cursor.node(from, Kind::Paren(Box::new(inner)))
        }
        '{' => {
            cursor.bump();
            let body = with_commas(cursor, |cursor| block(cursor, '}'))?;
            cursor.node(from, Kind::ScriptBlock(body))
        }
        '@' => at_sign(cursor, from),
        c if c.is_ascii_digit() => number(cursor, from),
        _ => None,
    }
}

fn with_commas<T>(
    cursor: &mut Cursor<'_>,
    read: impl FnOnce(&mut Cursor<'_>) -> Option<T>,
) -> Option<T> {
    let comma_ends = std::mem::replace(&mut cursor.comma_ends, false);
    let read = cursor.deeper(read);
    cursor.comma_ends = comma_ends;
    read
}

/// `@( … )`, `@{ … }`, a here-string, `@splat`.
fn at_sign(cursor: &mut Cursor<'_>, from: usize) -> Option<Node> {
    match cursor.peek_second()? {
        '(' => {
            cursor.at += 2;
            let statements = with_commas(cursor, |cursor| block(cursor, ')'))?;
            cursor.node(from, Kind::Sub { block: statements, is_array: true })
        }
        '{' => {
            cursor.at += 2;
            let nodes = with_commas(cursor, hash_values)?;
            cursor.node(from, Kind::Other(nodes))
        }
        c if is_single_quote(c) || is_double_quote(c) => here_string(cursor),
        c if is_name(c) => {
            cursor.bump();
            cursor.at += cursor.word().len();
            cursor.node(from, Kind::Other(Vec::new()))
        }
        _ => None,
    }
}

/// The values of `@{ key = value; … }`.
fn hash_values(cursor: &mut Cursor<'_>) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    loop {
        cursor.skip(true);
        while cursor.take(";") {
            cursor.skip(true);
        }
        if cursor.take("}") {
            return Some(nodes);
        }
        let length = cursor.rest().find(['=', '}', '\n'])?;
        cursor.at += length;
        if !cursor.take("=") {
            return None;
        }
        cursor.skip(true);
        let from = cursor.at;
        let value = statement(cursor)?;
        nodes.push(cursor.node(from, Kind::Paren(Box::new(value)))?);
    }
}

/// A whole number; a fraction is taken and not known.
fn number(cursor: &mut Cursor<'_>, from: usize) -> Option<Node> {
    let word = cursor.word().to_lowercase();
    cursor.at += word.len();
    let is_fraction =
        cursor.peek() == Some('.') && cursor.peek_second().is_some_and(|c| c.is_ascii_digit());
    if is_fraction {
        cursor.bump();
        cursor.at += cursor.word().len();
        return cursor.node(from, Kind::Other(Vec::new()));
    }
    let value = whole_number(&word)?;
    cursor.node(from, Kind::Number(value))
}

/// The value of `123`, `0x7b`, `123L` or `1kb`.
pub(super) fn whole_number(word: &str) -> Option<i64> {
    let (digits, factor) = ["kb", "mb", "gb"]
        .iter()
        .zip([1 << 10, 1 << 20, 1 << 30])
        .find_map(|(suffix, factor)| Some((word.strip_suffix(suffix)?, factor)))
        .unwrap_or((word, 1));
    if let Some(hex) = digits.strip_prefix("0x") {
        let hex = hex.strip_suffix('l').unwrap_or(hex);
        return i64::from_str_radix(hex, 16).ok()?.checked_mul(factor);
    }
    let digits = digits.strip_suffix(['l', 'd']).unwrap_or(digits);
    digits.parse::<i64>().ok()?.checked_mul(factor)
}

/// The members, calls and indexes after an operand that began at `from`.
pub(super) fn postfix(cursor: &mut Cursor<'_>, from: usize, operand: Node) -> Option<Node> {
    let mut node = operand;
    loop {
        let is_static = cursor.rest().starts_with("::");
        let dot = cursor.peek() == Some('.') && cursor.peek_second() != Some('.');
        if is_static || dot {
            let before = cursor.at;
            cursor.at += if is_static { 2 } else { 1 };
            cursor.skip(true);
            let Some(name) = member_name(cursor) else {
                cursor.at = before;
                return Some(node);
            };
            let (of, name) = (Box::new(node), Box::new(name));
            let kind = if cursor.peek() == Some('(') {
                let arguments = arguments(cursor)?;
                Kind::Call { of, name, arguments, is_static }
            } else {
                Kind::Member { of, name, is_static }
            };
            node = cursor.node(from, kind)?;
        } else if cursor.peek() == Some('[') {
            cursor.bump();
            let index = with_commas(cursor, |cursor| {
                cursor.skip(true);
                expression(cursor)
            })?;
            cursor.skip(true);
            if !cursor.take("]") {
                return None;
            }
            node = cursor.node(from, Kind::Index(Box::new(node), Box::new(index)))?;
        } else if cursor.rest().starts_with("++") || cursor.rest().starts_with("--") {
            let step = if cursor.peek() == Some('+') { "++" } else { "--" };
            cursor.at += 2;
            node = cursor.node(from, Kind::Unary(step, Box::new(node)))?;
        } else {
            return Some(node);
        }
    }
}

fn member_name(cursor: &mut Cursor<'_>) -> Option<Name> {
    match cursor.peek()? {
        c if is_single_quote(c) || is_double_quote(c) => quoted(cursor).map(Name::Computed),
        '(' | '$' => operand(cursor).map(Name::Computed),
        c if is_name(c) || c == '`' => {
            let rest = cursor.rest();
            let end = rest.find(|c: char| !is_name(c) && c != '`').unwrap_or(rest.len());
            let word = rest.get(..end)?;
            cursor.at += end;
            let noise = Noise { ticks: word.contains('`'), quotes: false };
            Some(Name::Plain(word.replace('`', ""), noise))
        }
        _ => None,
    }
}

/// `( a, b )` after a method's name.
fn arguments(cursor: &mut Cursor<'_>) -> Option<Vec<Node>> {
    cursor.bump();
    let comma_ends = std::mem::replace(&mut cursor.comma_ends, true);
    let read = cursor.deeper(|cursor| {
        let mut nodes = Vec::new();
        loop {
            cursor.skip(true);
            if cursor.take(")") {
                return Some(nodes);
            }
            nodes.push(expression(cursor)?);
            cursor.skip(true);
            cursor.take(",");
        }
    });
    cursor.comma_ends = comma_ends;
    read
}
