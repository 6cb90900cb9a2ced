//! PowerShell's operators on constants. Source: `about_Operators` and the pages it names.

use std::rc::Rc;

use super::notes::{Notes, Trick};
use super::runner::{Eval, MAX_VALUE, Runner, Stop};
use super::syntax::{Kind, Node};
use super::value::{Known, Value};
use super::{casts, format, known, patterns, worth};

const TOO_LONG: Stop = Stop::Limit("a value is longer than the limit of 1 MiB");

/// `a + b + c` from left to right.
pub(super) fn add_all<'s>(
    runner: &mut Runner<'s>,
    nodes: &[&'s Node],
    values: &[Known<'s>],
) -> Eval<'s> {
    let mut notes = Notes::default();
    for known in values {
        notes = notes.with(known.notes);
    }
    let first = values.first().ok_or(Stop::Unknown)?;
    if !matches!(first.value, Value::Text(_) | Value::Char(_)) {
        return add_values(runner, values, notes);
    }
    if let [Value::Char(_), Value::Int(_)] =
        [&first.value, values.get(1).map_or(&Value::Null, |second| &second.value)]
    {
        return add_values(runner, values, notes);
    }
    let mut made = String::new();
    let mut was_written = false;
    for (node, known) in nodes.iter().zip(values) {
        let text = known.value.to_text(" ").ok_or(Stop::Unknown)?;
        runner.spend(10 + text.len() / 16)?;
        let is_written = is_written(node, known);
        notes = notes.with(worth::junction(&made, &text, is_written && was_written));
        was_written = is_written;
        made.push_str(&text);
        if made.len() > MAX_VALUE {
            return Err(TOO_LONG);
        }
    }
    Ok(Known { value: Value::new_text(made), notes: notes.and(Trick::Join) })
}

/// Whether a piece stands in the text as a string or as a work on strings, and is no variable.
fn is_written(node: &Node, known: &Known<'_>) -> bool {
    let tricks = known.notes.tricks;
    !matches!(node.kind, Kind::Variable(_))
        && !tricks.has(Trick::Variable)
        && !tricks.has(Trick::Environment)
}

/// Numbers and lists.
fn add_values<'s>(runner: &mut Runner<'s>, values: &[Known<'s>], notes: Notes) -> Eval<'s> {
    let mut values = values.iter();
    let mut sum = values.next().ok_or(Stop::Unknown)?.value.clone();
    for known in values {
        let next = &known.value;
        sum = match (&sum, next) {
            (Value::List(_) | Value::Bytes(_), _) => {
                let mut items = sum.items();
                items.extend(next.items());
                runner.bounded(Value::List(Rc::new(items)))?
            }
            (Value::Null, _) => next.clone(),
            (Value::Text(text), _) => {
                let more = next.to_text(" ").ok_or(Stop::Unknown)?;
                runner.bounded(Value::new_text(format!("{text}{more}")))?
            }
            (Value::Int(_) | Value::Char(_), _) => {
                let (left, right) = (int(&sum)?, int(next)?);
                Value::Int(left.checked_add(right).ok_or(Stop::Unknown)?)
            }
            _ => return Err(Stop::Unknown),
        };
    }
    Ok(Known { value: sum, notes: notes.and(Trick::Calculation) })
}

fn int(value: &Value<'_>) -> Result<i64, Stop> {
    value.to_int().ok_or(Stop::Unknown)
}

fn text(value: &Value<'_>) -> Result<Rc<str>, Stop> {
    value.to_text(" ").ok_or(Stop::Unknown)
}

/// An operator between two values.
pub(super) fn binary<'s>(
    runner: &mut Runner<'s>,
    operator: &str,
    left: &Known<'s>,
    right: &Known<'s>,
) -> Eval<'s> {
    let notes = left.notes.with(right.notes);
    let (l, r) = (&left.value, &right.value);
    let (value, trick) = match operator {
        "f" => {
            let is_word_split = format::is_torn(l);
            let notes = Notes { is_word_split, ..notes.and(Trick::Format) }.with(notes);
            return Ok(Known { value: format::format(runner, l, r)?, notes });
        }
        "join" => {
            let between = text(r)?;
            let joined = l.to_text(&between).ok_or(Stop::Unknown)?;
            // A list joined by commas or line ends is for reading.
            let trick = match (l.is_list(), between.is_empty()) {
                (true, true) => Trick::JoinOperator,
                (true, false) => Trick::Split,
                (false, _) => Trick::Calculation,
            };
            (runner.bounded(Value::Text(joined))?, trick)
        }
        "split" | "csplit" => (patterns::split(runner, l, r, operator == "csplit")?, Trick::Split),
        "replace" | "creplace" => {
            (patterns::replace(runner, l, r, operator == "creplace")?, Trick::Replace)
        }
        ".." => return range(runner, int(l)?, int(r)?, notes),
        "bxor" | "band" | "bor" | "shl" | "shr" => {
            let value = Value::Int(bitwise(operator, int(l)?, int(r)?)?);
            (value, if operator == "bxor" { Trick::Xor } else { Trick::Calculation })
        }
        "-" | "*" | "/" | "%" => (calculate(runner, operator, l, r)?, Trick::Calculation),
        "as" => {
            let Value::Type(name) = r else { return Err(Stop::Unknown) };
            return casts::cast(runner, name, left);
        }
        _ => (Value::Bool(compare(operator, l, r)?), Trick::Calculation),
    };
    Ok(Known { value, notes: notes.and(trick) })
}

fn range<'s>(runner: &mut Runner<'s>, from: i64, to: i64, notes: Notes) -> Eval<'s> {
    let count = usize::try_from(from.abs_diff(to)).map_err(|_too_many| TOO_LONG)?;
    if count > MAX_VALUE {
        return Err(TOO_LONG);
    }
    runner.spend(count)?;
    let items: Vec<Value<'s>> = if from <= to {
        (from..=to).map(Value::Int).collect()
    } else {
        (to..=from).rev().map(Value::Int).collect()
    };
    Ok(Known { value: Value::List(Rc::new(items)), notes })
}

fn bitwise(operator: &str, left: i64, right: i64) -> Result<i64, Stop> {
    Ok(match operator {
        "bxor" => left ^ right,
        "band" => left & right,
        "bor" => left | right,
        _ => {
            let by = u32::try_from(right).map_err(|_negative| Stop::Unknown)?;
            let shifted =
                if operator == "shl" { left.checked_shl(by) } else { left.checked_shr(by) };
            shifted.ok_or(Stop::Unknown)?
        }
    })
}

fn calculate<'s>(
    runner: &mut Runner<'s>,
    operator: &str,
    left: &Value<'s>,
    right: &Value<'s>,
) -> Eval<'s, Value<'s>> {
    if operator == "*" && (left.is_list() || matches!(left, Value::Text(_))) {
        let times = usize::try_from(int(right)?).map_err(|_negative| Stop::Unknown)?;
        let length = match left {
            Value::Text(text) => text.len(),
            other => other.count(),
        };
        if length.saturating_mul(times) > MAX_VALUE {
            return Err(TOO_LONG);
        }
        runner.spend(1 + length * times / 16)?;
        return Ok(match left {
            Value::Text(text) => Value::new_text(text.repeat(times)),
            other => Value::List(Rc::new(vec![other.items(); times].concat())),
        });
    }
    let (left, right) = (int(left)?, int(right)?);
    let value = match operator {
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "%" => left.checked_rem(right),
        // PowerShell makes a fraction where it does not come out even.
        "/" if right != 0 && left % right == 0 => left.checked_div(right),
        _ => None,
    };
    Ok(Value::Int(value.ok_or(Stop::Unknown)?))
}

fn compare(operator: &str, left: &Value<'_>, right: &Value<'_>) -> Result<bool, Stop> {
    let truth = |value: &Value<'_>| value.is_true().ok_or(Stop::Unknown);
    match operator {
        "and" => return Ok(truth(left)? && truth(right)?),
        "or" => return Ok(truth(left)? || truth(right)?),
        "xor" => return Ok(truth(left)? != truth(right)?),
        _ => {}
    }
    if left.is_list() {
        return Err(Stop::Unknown);
    }
    if let Value::Int(left) = left {
        let right = int(right)?;
        return Ok(match operator {
            "eq" | "ceq" => *left == right,
            "ne" | "cne" => *left != right,
            "lt" => *left < right,
            "le" => *left <= right,
            "gt" => *left > right,
            "ge" => *left >= right,
            _ => return Err(Stop::Unknown),
        });
    }
    let (left, right) = (text(left)?, text(right)?);
    let is_same = || left.to_lowercase() == right.to_lowercase();
    Ok(match operator {
        "eq" => is_same(),
        "ne" => !is_same(),
        "ceq" => left == right,
        "cne" => left != right,
        "like" => known::is_like(&left, &right),
        "notlike" => !known::is_like(&left, &right),
        _ => return Err(Stop::Unknown),
    })
}

/// An operator before a value.
pub(super) fn unary<'s>(runner: &mut Runner<'s>, operator: &str, known: &Known<'s>) -> Eval<'s> {
    let (value, trick) = match operator {
        "join" => {
            let joined = known.value.to_text("").ok_or(Stop::Unknown)?;
            let is_list = known.value.is_list();
            let trick = if is_list { Trick::JoinOperator } else { Trick::Calculation };
            (runner.bounded(Value::Text(joined))?, trick)
        }
        "split" | "csplit" | "isplit" => {
            let whole = text(&known.value)?;
            runner.spend(whole.len() / 4)?;
            let words = whole.split_whitespace().map(Value::new_text).collect();
            (Value::List(Rc::new(words)), Trick::Split)
        }
        "not" => (Value::Bool(!known.value.is_true().ok_or(Stop::Unknown)?), Trick::Calculation),
        "bnot" => (Value::Int(!int(&known.value)?), Trick::Calculation),
        "-" => {
            let negative = int(&known.value)?.checked_neg().ok_or(Stop::Unknown)?;
            return Ok(Known { value: Value::Int(negative), notes: known.notes });
        }
        "+" => (Value::Int(int(&known.value)?), Trick::Calculation),
        _ => return Err(Stop::Unknown),
    };
    Ok(Known { value, notes: known.notes.and(trick) })
}

/// `value[index]`, one or many; a negative index counts from the end.
pub(super) fn index<'s>(runner: &mut Runner<'s>, of: &Known<'s>, at: &Known<'s>) -> Eval<'s> {
    let notes = of.notes.with(at.notes);
    let items: Vec<Value<'s>> = match &of.value {
        Value::Text(text) => {
            runner.spend(1 + text.len() / 8)?;
            text.chars().map(Value::Char).collect()
        }
        value if value.is_list() => {
            runner.spend(1 + value.count() / 8)?;
            value.items()
        }
        _ => return Err(Stop::Unknown),
    };
    let pick = |index: i64| {
        let length = i64::try_from(items.len()).ok()?;
        let place = if index < 0 { length.checked_add(index)? } else { index };
        items.get(usize::try_from(place).ok()?).cloned()
    };
    let notes = notes.and(Trick::Slice);
    if !at.value.is_list() {
        let value = pick(int(&at.value)?).unwrap_or(Value::Null);
        return Ok(Known { value, notes });
    }
    let indexes = at.value.items();
    runner.spend(indexes.len())?;
    let mut picked = Vec::with_capacity(indexes.len());
    let mut is_backwards = indexes.len() > 1;
    let mut last: Option<i64> = None;
    for index in &indexes {
        let index = int(index)?;
        is_backwards &= last.is_none_or(|last| index == last - 1);
        last = Some(index);
        picked.extend(pick(index));
    }
    let is_whole = is_backwards && picked.len() == items.len();
    let notes = if is_whole { of.notes.with(at.notes).and(Trick::Reverse) } else { notes };
    Ok(Known { value: Value::List(Rc::new(picked)), notes })
}
