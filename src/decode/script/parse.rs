//! Statements, pipelines and commands of PowerShell text.
//!
//! What it does not understand it skips, keeping the expressions inside, so that one odd
//! statement does not hide the others. Source: `about_Parsing`, the language specification 3.0.

use super::cursor::{Cursor, is_dash, is_double_quote, is_name, is_single_quote};
use super::parse_expression::{expression, postfix, whole_number};
use super::parse_string::{bare_word, quoted, variable};
use super::syntax::{Argument, Block, CommandNode, Element, Kind, Node, Statement, StatementKind};
use crate::model::Span;

/// All statements of a text.
pub(super) fn script(cursor: &mut Cursor<'_>) -> Block {
    let mut statements = Vec::new();
    while !cursor.is_exhausted() {
        cursor.skip(true);
        let Some(c) = cursor.peek() else { break };
        if ";})".contains(c) {
            cursor.bump();
            continue;
        }
        let from = cursor.at;
        match statement(cursor) {
            Some(statement) if cursor.at > from => statements.push(statement),
            _ => statements.extend(skimmed(cursor, from)),
        }
    }
    statements
}

/// The statements up to a closing bracket, which is taken.
pub(super) fn block(cursor: &mut Cursor<'_>, end: char) -> Option<Block> {
    let mut statements = Vec::new();
    loop {
        cursor.skip(true);
        let c = cursor.peek()?;
        if c == end {
            cursor.bump();
            return Some(statements);
        }
        if c == ';' {
            cursor.bump();
            continue;
        }
        let from = cursor.at;
        statements.push(statement(cursor)?);
        if cursor.at == from {
            return None;
        }
    }
}

/// What follows an odd place up to the end of its statement: the expressions that can be read.
fn skimmed(cursor: &mut Cursor<'_>, from: usize) -> Option<Statement> {
    cursor.at = from;
    let mut nodes = Vec::new();
    while let Some(c) = cursor.peek() {
        if cursor.is_exhausted() || (c == ';' || c == '\n') && cursor.at > from {
            break;
        }
        let start = cursor.at;
        let starts = "($@[{".contains(c) || is_single_quote(c) || is_double_quote(c);
        let node = if starts { expression(cursor) } else { None };
        match node {
            Some(node) if cursor.at > start => nodes.push(node),
            _ => {
                cursor.at = start + c.len_utf8();
                cursor.depth = 0;
                cursor.comma_ends = false;
            }
        }
    }
    let node = cursor.node(from, Kind::Other(nodes))?;
    cursor.statement(from, StatementKind::Pipeline(vec![Element::Expression(node)]))
}

/// One statement.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Option<Statement> {
    cursor.deeper(|cursor| {
        let from = cursor.at;
        let word = cursor.word().to_ascii_lowercase();
        if !word.is_empty() {
            if let Some(kind) = keyword(cursor, &word) {
                return cursor.statement(from, kind);
            }
            cursor.at = from;
        }
        pipeline(cursor)
    })
}

/// A statement that starts with a keyword; `None` where the word is something else.
fn keyword(cursor: &mut Cursor<'_>, word: &str) -> Option<StatementKind> {
    let start = cursor.at;
    cursor.at += word.len();
    cursor.skip(true);
    match word {
        "if" => if_statement(cursor),
        "foreach" => {
            let (variable, values) = bracketed(cursor, |cursor| {
                cursor.skip(true);
                let Kind::Variable(name) = variable(cursor)?.kind else { return None };
                cursor.skip(true);
                if !cursor.word().eq_ignore_ascii_case("in") {
                    return None;
                }
                cursor.at += 2;
                cursor.skip(true);
                Some((name, statement(cursor)?))
            })?;
            let body = braced(cursor)?;
            Some(StatementKind::ForEach { variable, values: Box::new(values), body })
        }
        "while" => {
            let test = Box::new(bracketed(cursor, statement)?);
            let body = braced(cursor)?;
            Some(StatementKind::For { start: None, test, step: None, body })
        }
        "for" => {
            let (start, test, step) = bracketed(cursor, |cursor| {
                let ForPart(start) = for_part(cursor, ";")?;
                let ForPart(test) = for_part(cursor, ";")?;
                let ForPart(step) = for_part(cursor, ")")?;
                Some((start, test, step))
            })?;
            let body = braced(cursor)?;
            Some(StatementKind::For { start, test: test?, step, body })
        }
        "return" | "throw" | "exit" => {
            cursor.at = start + word.len();
            cursor.skip(false);
            let ends = cursor.peek().is_none_or(|c| ";})\r\n".contains(c));
            let value = if ends { None } else { Some(Box::new(pipeline(cursor)?)) };
            Some(StatementKind::Leave { is_return: word == "return", value })
        }
        "function" | "filter" => function(cursor),
        "try" | "do" | "trap" | "begin" | "process" | "end" | "switch" | "param" => {
            other_blocks(cursor)
        }
        _ => None,
    }
}

/// A part of `for ( ; ; )`, up to and without its end.
fn for_part(cursor: &mut Cursor<'_>, end: &str) -> Option<ForPart> {
    cursor.skip(true);
    let is_empty = cursor.rest().starts_with(end);
    let part = if is_empty { ForPart(None) } else { ForPart(Some(Box::new(statement(cursor)?))) };
    cursor.skip(true);
    if end == ";" && !cursor.take(";") {
        return None;
    }
    Some(part)
}

/// A part of `for ( ; ; )` that may be left out.
struct ForPart(Option<Box<Statement>>);

/// `( … )` with what `read` reads in it.
fn bracketed<'s, T>(
    cursor: &mut Cursor<'s>,
    read: impl FnOnce(&mut Cursor<'s>) -> Option<T>,
) -> Option<T> {
    if !cursor.take("(") {
        return None;
    }
    cursor.skip(true);
    let read = read(cursor)?;
    cursor.skip(true);
    cursor.take(")").then_some(read)
}

fn braced(cursor: &mut Cursor<'_>) -> Option<Block> {
    cursor.skip(true);
    if cursor.take("{") { block(cursor, '}') } else { None }
}

fn if_statement(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    let mut arms = Vec::new();
    let mut otherwise = None;
    loop {
        arms.push((bracketed(cursor, statement)?, braced(cursor)?));
        let after = cursor.at;
        cursor.skip(true);
        let word = cursor.word().to_ascii_lowercase();
        cursor.at += word.len();
        cursor.skip(true);
        match word.as_str() {
            "elseif" => {}
            "else" => {
                otherwise = Some(braced(cursor)?);
                break;
            }
            _ => {
                cursor.at = after;
                break;
            }
        }
    }
    Some(StatementKind::If { arms, otherwise })
}

fn function(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    let length = cursor.rest().find(|c: char| c.is_whitespace() || "({".contains(c))?;
    let name = cursor.rest().get(..length)?.to_lowercase();
    cursor.at += length;
    cursor.skip(true);
    let mut parameters = if cursor.peek() == Some('(') { parameters(cursor)? } else { Vec::new() };
    cursor.skip(true);
    if !cursor.take("{") {
        return None;
    }
    cursor.skip(true);
    if cursor.word().eq_ignore_ascii_case("param") {
        cursor.at += "param".len();
        cursor.skip(true);
        parameters = self::parameters(cursor)?;
    }
    let body = block(cursor, '}')?;
    Some(StatementKind::Function { name, parameters, body })
}

/// The names of `( [type]$a, $b = 1 )`, in order.
fn parameters(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    cursor.take("(");
    let mut names = Vec::new();
    let mut is_named = false;
    loop {
        cursor.skip(true);
        match cursor.peek()? {
            ')' => {
                cursor.bump();
                return Some(names);
            }
            ',' => {
                is_named = false;
                cursor.bump();
            }
            '[' => {
                let length = cursor.rest().find(']')?;
                cursor.at += length + 1;
            }
            '$' if !is_named => {
                is_named = true;
                let Kind::Variable(name) = variable(cursor)?.kind else { return None };
                names.push(name);
            }
            '=' => {
                cursor.bump();
                cursor.skip(true);
                cursor.comma_ends = true;
                let default = expression(cursor);
                cursor.comma_ends = false;
                default?;
            }
            _ => return None,
        }
    }
}

/// Brackets and blocks up to the end of a statement that is not followed.
fn other_blocks(cursor: &mut Cursor<'_>) -> Option<StatementKind> {
    let mut blocks = Vec::new();
    loop {
        let before = cursor.at;
        cursor.skip(true);
        match cursor.peek() {
            Some('(') => {
                cursor.bump();
                blocks.push(block(cursor, ')')?);
            }
            Some('{') => {
                cursor.bump();
                blocks.push(block(cursor, '}')?);
            }
            Some('[') => {
                let length = cursor.rest().find(']')?;
                cursor.at += length + 1;
            }
            _ => {
                let word = cursor.word().to_ascii_lowercase();
                if !["catch", "finally", "while", "until"].contains(&word.as_str()) {
                    cursor.at = before;
                    break;
                }
                cursor.at += word.len();
            }
        }
    }
    if blocks.is_empty() { None } else { Some(StatementKind::Blocks(blocks)) }
}

/// A pipeline or an assignment.
fn pipeline(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let from = cursor.at;
    let mut elements = Vec::new();
    loop {
        let element = element(cursor)?;
        if elements.is_empty()
            && let Element::Expression(target) = element
        {
            match assignment(cursor, from, target)? {
                Ok(statement) => return Some(statement),
                Err(target) => elements.push(Element::Expression(target)),
            }
        } else {
            elements.push(element);
        }
        let end = cursor.at;
        cursor.skip(false);
        if cursor.take("|") && cursor.peek() != Some('|') {
            cursor.skip(true);
            continue;
        }
        cursor.at = end;
        return cursor.statement(from, StatementKind::Pipeline(elements));
    }
}

/// `target = value`, or the target back where no such operator follows.
fn assignment(
    cursor: &mut Cursor<'_>,
    from: usize,
    target: Node,
) -> Option<Result<Statement, Node>> {
    let before = cursor.at;
    cursor.skip(false);
    let first = cursor.peek();
    let operator = first.filter(|c| "+-*/%".contains(*c));
    if operator.is_some() {
        cursor.bump();
    }
    if !cursor.take("=") {
        cursor.at = before;
        return Some(Err(target));
    }
    cursor.skip(true);
    let value = Box::new(statement(cursor)?);
    let kind = StatementKind::Assign { target: Box::new(target), operator, value };
    Some(Ok(cursor.statement(from, kind)?))
}

/// One part of a pipeline.
fn element(cursor: &mut Cursor<'_>) -> Option<Element> {
    let from = cursor.at;
    let first = cursor.peek()?;
    let second = cursor.peek_second();
    let invokes = match first {
        '&' => true,
        '.' => second.is_some_and(|c| {
            c.is_whitespace() || "($&{".contains(c) || is_single_quote(c) || is_double_quote(c)
        }),
        _ => false,
    };
    if invokes {
        cursor.bump();
        let operator = cursor.span_from(from);
        cursor.skip(true);
        return command(cursor, from, Some(operator)).map(Element::Command);
    }
    let is_expression = "$@([{!,".contains(first)
        || is_single_quote(first)
        || is_double_quote(first)
        || (first.is_ascii_digit() && is_number(cursor))
        || ((first == '+' || is_dash(first)) && second.is_some_and(|c| is_name(c) || c == '('));
    if is_expression {
        expression(cursor).map(Element::Expression)
    } else {
        command(cursor, from, None).map(Element::Command)
    }
}

/// Whether the word at the cursor is a number and not a command such as `7z`.
fn is_number(cursor: &Cursor<'_>) -> bool {
    let word = cursor.word().to_lowercase();
    let after = cursor.rest().get(word.len()..).and_then(|rest| rest.chars().next());
    whole_number(&word).is_some() && after.is_none_or(|c| !"\\:/-".contains(c) || c == '-')
}

fn command(cursor: &mut Cursor<'_>, from: usize, operator: Option<Span>) -> Option<CommandNode> {
    let name = argument_value(cursor)?;
    let mut arguments = Vec::new();
    loop {
        let end = cursor.at;
        cursor.skip(false);
        match cursor.peek() {
            None => break,
            Some(c) if ";|)}\r\n".contains(c) => {
                cursor.at = end;
                break;
            }
            Some('&' | '<') => {
                cursor.at = end;
                break;
            }
            Some('>' | ',') => {
                cursor.bump();
            }
            Some(c) if is_dash(c) && cursor.peek_second().is_some_and(char::is_alphabetic) => {
                cursor.bump();
                let word = cursor.word().to_lowercase();
                cursor.at += word.len();
                if cursor.peek() == Some(':') {
                    cursor.bump();
                }
                arguments.push(Argument::Parameter(word));
            }
            Some(_) => arguments.push(Argument::Value(argument(cursor)?)),
        }
    }
    Some(CommandNode { span: cursor.span_from(from), operator, name, arguments })
}

/// An argument, which may be a list: `a, b`.
fn argument(cursor: &mut Cursor<'_>) -> Option<Node> {
    let from = cursor.at;
    let mut nodes = vec![argument_value(cursor)?];
    loop {
        let before = cursor.at;
        cursor.skip(false);
        if !cursor.take(",") {
            cursor.at = before;
            break;
        }
        cursor.skip(true);
        nodes.push(argument_value(cursor)?);
    }
    if nodes.len() == 1 { nodes.pop() } else { cursor.node(from, Kind::Array(nodes)) }
}

/// A bare word, or an operand with its members.
fn argument_value(cursor: &mut Cursor<'_>) -> Option<Node> {
    cursor.deeper(|cursor| {
        let from = cursor.at;
        let first = cursor.peek()?;
        let is_operand = "$@({".contains(first) || is_single_quote(first) || is_double_quote(first);
        if !is_operand {
            return bare_word(cursor);
        }
        let operand = match first {
            '$' => variable(cursor),
            '@' | '(' | '{' => super::parse_expression::operand(cursor),
            _ => quoted(cursor),
        };
        let Some(operand) = operand else {
            cursor.at = from;
            return if "@({".contains(first) { None } else { bare_word(cursor) };
        };
        let comma_ends = std::mem::replace(&mut cursor.comma_ends, false);
        let node = postfix(cursor, from, operand);
        cursor.comma_ends = comma_ends;
        let joined = cursor.peek().is_some_and(|c| {
            !c.is_whitespace() && !";|&(){},<>`".contains(c) && c != '.' && c != '['
        });
        let is_word_like = first == '$' || is_single_quote(first) || is_double_quote(first);
        if joined && is_word_like && node.as_ref().is_none_or(|node| is_simple(&node.kind)) {
            cursor.at = from;
            return bare_word(cursor);
        }
        node
    })
}

fn is_simple(kind: &Kind) -> bool {
    matches!(kind, Kind::Text { .. } | Kind::Expand { .. } | Kind::Variable(_) | Kind::Sub { .. })
}
