//! `-f` and `[string]::Format`: placeholders with width and a few number formats.
//!
//! Source: Microsoft, "Composite formatting". A format that depends on the culture is not known.

use super::runner::{Eval, MAX_VALUE, Runner, Stop};
use super::value::Value;

/// Whether a format string tears words: placeholders side by side or out of order.
pub(super) fn is_torn(format: &Value<'_>) -> bool {
    let Value::Text(format) = format else { return false };
    let mut last = None;
    let mut is_shuffled = false;
    for part in format.split('{').skip(1) {
        let digits = part.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let index = digits.parse::<u32>().ok();
        is_shuffled |= index < last;
        last = index.or(last);
    }
    is_shuffled || format.contains("}{")
}

/// The format string with its placeholders filled.
pub(super) fn format<'s>(
    runner: &mut Runner<'s>,
    format: &Value<'s>,
    values: &Value<'s>,
) -> Eval<'s, Value<'s>> {
    let Value::Text(format) = format else { return Err(Stop::Unknown) };
    let items = if values.is_list() { values.items() } else { vec![values.clone()] };
    let mut made = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' if chars.peek() == Some(&'{') => {
                chars.next();
                made.push('{');
            }
            '}' if chars.peek() == Some(&'}') => {
                chars.next();
                made.push('}');
            }
            '{' => {
                let mut inner = String::new();
                loop {
                    match chars.next() {
                        Some('}') => break,
                        Some(c) if inner.len() < 64 => inner.push(c),
                        _ => return Err(Stop::Unknown),
                    }
                }
                let text = placeholder(&inner, &items).ok_or(Stop::Unknown)?;
                runner.spend(1 + text.len() / 16)?;
                made.push_str(&text);
            }
            '}' => return Err(Stop::Unknown),
            c => made.push(c),
        }
        if made.len() > MAX_VALUE {
            return Err(Stop::Limit("a value is longer than the limit of 1 MiB"));
        }
    }
    runner.bounded(Value::new_text(made))
}

/// The text for `index,width:format`.
fn placeholder(inner: &str, items: &[Value<'_>]) -> Option<String> {
    let (head, spec) = inner.split_once(':').unwrap_or((inner, ""));
    let (index, width) = head.split_once(',').unwrap_or((head, "0"));
    let item = items.get(index.trim().parse::<usize>().ok()?)?;
    let width: i32 = width.trim().parse().ok()?;
    let text = match (item, spec) {
        (Value::Int(number), spec) if !spec.is_empty() => formatted_number(*number, spec)?,
        (item, _) => item.to_text(" ")?.to_string(),
    };
    let wanted = usize::try_from(width.unsigned_abs()).ok().filter(|wanted| *wanted <= 4096)?;
    Some(if width < 0 { format!("{text:<wanted$}") } else { format!("{text:>wanted$}") })
}

/// `X2`, `x`, `D3`.
fn formatted_number(number: i64, spec: &str) -> Option<String> {
    let mut chars = spec.chars();
    let kind = chars.next()?;
    let digits = chars.as_str();
    let digits: usize = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    if digits > 64 || number < 0 {
        return None;
    }
    Some(match kind {
        'X' => format!("{number:0>digits$X}"),
        'x' => format!("{number:0>digits$x}"),
        'D' | 'd' => format!("{number:0>digits$}"),
        _ => return None,
    })
}
