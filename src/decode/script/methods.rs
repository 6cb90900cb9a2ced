//! Members and methods of values: strings, lists, streams, what `Get-Variable` gives.
//!
//! Source: Microsoft's reference of `System.String` and the other types, as 5.1 calls them.

use std::rc::Rc;

use super::notes::{Notes, Trick};
use super::runner::{Eval, Runner, Stop};
use super::syntax::{Kind, Node};
use super::value::{Known, Value, Wrapping};
use super::{bytes, statics};

/// `value.name`.
pub(super) fn member<'s>(
    runner: &mut Runner<'s>,
    object: &Known<'s>,
    name: &str,
    node: &'s Node,
) -> Eval<'s> {
    let notes = object.notes;
    let value = match (&object.value, name) {
        (Value::Text(text), "length") => Value::Int(count(text.chars().count())?),
        (value, "length" | "count") => Value::Int(count(value.count())?),
        (Value::Variable(variable), "value") => return runner.variable(&variable.to_lowercase()),
        (Value::Variable(variable), "name") => {
            return Ok(Known {
                value: Value::Text(Rc::clone(variable)),
                notes: notes.and(Trick::Slice),
            });
        }
        (Value::Wrapped(Wrapping::Command, name), "name" | "definition") => {
            Value::Text(Rc::clone(name))
        }
        (Value::Text(_) | Value::Char(_), "value") => object.value.clone(),
        (Value::Wrapped(Wrapping::Credential, text), "password") => Value::Text(Rc::clone(text)),
        (Value::Wrapped(Wrapping::Context, of), part) => {
            Value::Wrapped(Wrapping::Context, format!("{of}.{part}").into())
        }
        (Value::Encoding(_) | Value::Null | Value::Block(_), _) => return Err(Stop::Unknown),
        (value, name)
            if name == "invoke"
                || matches!(value, Value::Text(_) | Value::List(_) | Value::Type(_)) =>
        {
            let method = (value.clone(), name.to_owned(), Some(node));
            Value::Method(Rc::new(method))
        }
        _ => return Err(Stop::Unknown),
    };
    Ok(Known { value, notes })
}

fn count(length: usize) -> Result<i64, Stop> {
    i64::try_from(length).map_err(|_too_long| Stop::Unknown)
}

/// `value.name(…)`. `nodes` are the object's and the arguments'.
pub(super) fn call<'s>(
    runner: &mut Runner<'s>,
    object: &Known<'s>,
    name: &str,
    arguments: &[Known<'s>],
    nodes: (&'s Node, &[&'s Node]),
) -> Eval<'s> {
    let notes = object.notes;
    match &object.value {
        Value::Text(text) => string_method(runner, text, name, arguments, notes),
        Value::Char(_) | Value::Int(_) | Value::Bool(_) if name == "tostring" => {
            let text = object.value.to_text(" ").ok_or(Stop::Unknown)?;
            Ok(Known { value: Value::Text(text), notes })
        }
        Value::Encoding(encoding) => match (name, arguments) {
            ("getstring", [bytes, ..]) => {
                let plain = bytes.value.to_bytes().ok_or(Stop::Unknown)?;
                bytes::text(runner, &plain, *encoding, notes.with(bytes.notes))
            }
            ("getbytes", [text]) if *encoding == super::value::Encoding::Narrow => {
                let text = text.value.to_text(" ").ok_or(Stop::Unknown)?;
                Ok(Known::plain(Value::Bytes(Rc::new(text.as_bytes().to_vec()))))
            }
            _ => Err(Stop::Unknown),
        },
        Value::Method(method) if name == "invoke" => {
            let (object, name, node) = method.as_ref();
            let object = Known { value: object.clone(), notes };
            match &object.value {
                Value::Type(of) => statics::call(runner, of, name, arguments, nodes.1, notes),
                _ => call(runner, &object, name, arguments, (node.unwrap_or(nodes.0), nodes.1)),
            }
        }
        Value::Stream(stream) => stream_method(runner, stream, name, arguments, nodes, notes),
        Value::Wrapped(Wrapping::Reader, text) if matches!(name, "readtoend" | "readline") => {
            Ok(Known { value: Value::Text(Rc::clone(text)), notes })
        }
        Value::Wrapped(Wrapping::Credential, text) if name == "getnetworkcredential" => {
            Ok(Known { value: Value::Wrapped(Wrapping::Credential, Rc::clone(text)), notes })
        }
        Value::Wrapped(Wrapping::Script, _) => runner.invoke_script(object, name, nodes.0),
        Value::Wrapped(Wrapping::Context, of) => {
            runner.invoke_context(&Rc::clone(of), name, arguments, nodes.0)
        }
        Value::Block(block) if matches!(name, "invoke" | "invokereturnasis") => {
            runner.outputs_of(block).map(Known::plain)
        }
        value if value.is_list() => list_method(runner, object, name, arguments),
        _ => Err(Stop::Unknown),
    }
}

fn list_method<'s>(
    runner: &mut Runner<'s>,
    object: &Known<'s>,
    name: &str,
    arguments: &[Known<'s>],
) -> Eval<'s> {
    match (name, arguments) {
        ("foreach", [Known { value: Value::Block(block), .. }]) => runner.each(object, block),
        ("toarray" | "clone" | "getenumerator", []) => Ok(object.clone()),
        _ => Err(Stop::Unknown),
    }
}

fn stream_method<'s>(
    runner: &mut Runner<'s>,
    stream: &Rc<Vec<u8>>,
    name: &str,
    arguments: &[Known<'s>],
    nodes: (&'s Node, &[&'s Node]),
    notes: Notes,
) -> Eval<'s> {
    let set = |runner: &mut Runner<'s>, node: Option<&&'s Node>, known: Known<'s>| {
        if let Some(Kind::Variable(name)) = node.map(|node| &node.kind) {
            runner.variables.insert(name.clone(), known);
            return Ok(Known::plain(Value::Null));
        }
        Err(Stop::Unknown)
    };
    match (name, arguments) {
        ("toarray" | "getbuffer", []) => {
            Ok(Known { value: Value::Bytes(Rc::clone(stream)), notes })
        }
        ("close" | "dispose" | "flush", []) | ("seek", [_, _]) => Ok(Known::plain(Value::Null)),
        ("copyto", _) => {
            let known = Known { value: Value::Stream(Rc::clone(stream)), notes };
            set(runner, nodes.1.first(), known)
        }
        ("write", [bytes, ..]) => {
            let mut all = stream.as_ref().clone();
            all.extend(bytes.value.to_bytes().ok_or(Stop::Unknown)?.iter());
            let value = runner.bounded(Value::Stream(Rc::new(all)))?;
            set(runner, Some(&nodes.0), Known { value, notes: notes.with(bytes.notes) })
        }
        _ => Err(Stop::Unknown),
    }
}

/// A method of `System.String`.
fn string_method<'s>(
    runner: &mut Runner<'s>,
    text: &Rc<str>,
    name: &str,
    arguments: &[Known<'s>],
    notes: Notes,
) -> Eval<'s> {
    runner.spend(1 + text.len() / 8)?;
    let string = |at: usize| {
        let known = arguments.get(at).ok_or(Stop::Unknown)?;
        known.value.to_text("").ok_or(Stop::Unknown)
    };
    let number = |at: usize| {
        let known = arguments.get(at).ok_or(Stop::Unknown)?;
        let number = known.value.to_int().ok_or(Stop::Unknown)?;
        usize::try_from(number).map_err(|_negative| Stop::Unknown)
    };
    let (made, trick): (String, Trick) = match (name, arguments.len()) {
        ("replace", 2) => return replaced(runner, text, &string(0)?, &string(1)?, notes),
        ("split", 1 | 2) => return split(text, arguments, notes, runner),
        ("substring", 1 | 2) => {
            let from = number(0)?;
            let length = if arguments.len() == 2 { Some(number(1)?) } else { None };
            (cut(text, from, length)?, Trick::Methods)
        }
        ("insert", 2) => {
            let at = number(0)?;
            let head = cut(text, 0, Some(at))?;
            (format!("{head}{}{}", string(1)?, cut(text, at, None)?), Trick::Methods)
        }
        ("remove", 1 | 2) => {
            let at = number(0)?;
            let head = cut(text, 0, Some(at))?;
            let tail = if arguments.len() == 2 {
                cut(text, at + number(1)?, None)?
            } else {
                String::new()
            };
            (format!("{head}{tail}"), Trick::Methods)
        }
        ("trim" | "trimstart" | "trimend", _) => (trimmed(text, name, arguments)?, Trick::Trim),
        ("tolower" | "tolowerinvariant", 0) => (text.to_lowercase(), Trick::Case),
        ("toupper" | "toupperinvariant", 0) => (text.to_uppercase(), Trick::Case),
        ("padleft" | "padright", 1) => {
            let width = number(0)?.min(4096);
            let padded = if name == "padleft" {
                format!("{text:>width$}")
            } else {
                format!("{text:<width$}")
            };
            (padded, Trick::Trim)
        }
        ("tostring" | "normalize", _) => {
            return Ok(Known { value: Value::Text(Rc::clone(text)), notes });
        }
        ("tochararray", 0) => {
            let chars = text.chars().map(Value::Char).collect();
            let value = runner.bounded(Value::List(Rc::new(chars)))?;
            return Ok(Known { value, notes });
        }
        ("chars", 1) => {
            let c = text.chars().nth(number(0)?).ok_or(Stop::Unknown)?;
            return Ok(Known { value: Value::Char(c), notes: notes.and(Trick::Slice) });
        }
        ("contains" | "startswith" | "endswith" | "indexof", 1) => {
            let wanted = string(0)?;
            let value = match name {
                "contains" => Value::Bool(text.contains(wanted.as_ref())),
                "startswith" => Value::Bool(text.starts_with(wanted.as_ref())),
                "endswith" => Value::Bool(text.ends_with(wanted.as_ref())),
                _ => {
                    let at = text.find(wanted.as_ref());
                    let chars = at.map(|at| text.get(..at).unwrap_or_default().chars().count());
                    Value::Int(chars.map_or(Ok(-1), count)?)
                }
            };
            return Ok(Known { value, notes });
        }
        _ => return Err(Stop::Unknown),
    };
    Ok(Known { value: runner.bounded(Value::new_text(made))?, notes: notes.and(trick) })
}

fn replaced<'s>(
    runner: &mut Runner<'s>,
    text: &str,
    wanted: &str,
    by: &str,
    notes: Notes,
) -> Eval<'s> {
    if wanted.is_empty() {
        return Err(Stop::Unknown);
    }
    let found = text.matches(wanted).count();
    if text.len() + found.saturating_mul(by.len()) > super::runner::MAX_VALUE {
        return Err(Stop::Limit("a value is longer than the limit of 1 MiB"));
    }
    runner.spend(found * (1 + by.len() / 16))?;
    let value = runner.bounded(Value::new_text(text.replace(wanted, by)))?;
    Ok(Known { value, notes: notes.and(Trick::Replace) })
}

/// Characters from one place on, counted as .NET does where all are of the first plane.
fn cut(text: &str, from: usize, length: Option<usize>) -> Result<String, Stop> {
    let all = text.chars().count();
    let rest = all.checked_sub(from).ok_or(Stop::Unknown)?;
    let length = length.unwrap_or(rest);
    if length > rest {
        return Err(Stop::Unknown);
    }
    Ok(text.chars().skip(from).take(length).collect())
}

/// `.Split('ab')` splits at each of the characters, as 5.1 does.
fn split<'s>(
    text: &str,
    arguments: &[Known<'s>],
    notes: Notes,
    runner: &mut Runner<'s>,
) -> Eval<'s> {
    let marks = arguments.first().and_then(|known| known.value.to_text("")).ok_or(Stop::Unknown)?;
    let leaves_empty_out = match arguments.get(1).map(|known| &known.value) {
        None => false,
        Some(Value::Text(option)) => option.to_lowercase().contains("removeempty"),
        Some(Value::Int(option)) => *option == 1,
        Some(_) => return Err(Stop::Unknown),
    };
    runner.spend(text.len() * (1 + marks.len() / 16))?;
    let parts = text
        .split(|c: char| marks.contains(c))
        .filter(|part| !leaves_empty_out || !part.is_empty())
        .map(Value::new_text)
        .collect();
    let value = runner.bounded(Value::List(Rc::new(parts)))?;
    Ok(Known { value, notes: notes.and(Trick::Split) })
}

fn trimmed(text: &str, name: &str, arguments: &[Known<'_>]) -> Result<String, Stop> {
    let marks = match arguments.first() {
        None => None,
        Some(known) => Some(known.value.to_text("").ok_or(Stop::Unknown)?),
    };
    let goes =
        |c: char| marks.as_ref().map_or_else(|| c.is_whitespace(), |marks| marks.contains(c));
    Ok(match name {
        "trim" => text.trim_matches(goes),
        "trimstart" => text.trim_start_matches(goes),
        _ => text.trim_end_matches(goes),
    }
    .to_owned())
}
