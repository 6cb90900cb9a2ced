//! Static members and methods of .NET types: `[Convert]::ToInt32('7b',16)`, `[Text.Encoding]::UTF8`.
//!
//! Source: Microsoft's reference of the types named; type names are in lower case, no `system.`.

use std::rc::Rc;

use super::notes::{Notes, Trick};
use super::runner::{Eval, Runner, Stop};
use super::syntax::{Kind, Node, StatementKind};
use super::value::{Known, Value, Wrapping};
use super::{bytes, casts, format, known, patterns};
use crate::decode::compression::Packing;

/// `[type]::name`.
pub(super) fn member<'s>(
    _runner: &mut Runner<'s>,
    of: &Rc<str>,
    name: &str,
    notes: Notes,
) -> Eval<'s> {
    let value = match (of.as_ref(), name) {
        ("text.encoding" | "text.utf8encoding", _) if bytes::encoding(name).is_some() => {
            bytes::encoding(name).map(Value::Encoding).ok_or(Stop::Unknown)?
        }
        ("string", "empty") => Value::new_text(""),
        ("environment", "newline") => Value::new_text("\r\n"),
        (
            "io.compression.compressionmode"
            | "text.regularexpressions.regexoptions"
            | "stringsplitoptions"
            | "io.seekorigin",
            _,
        ) => Value::new_text(name),
        _ => {
            let method = (Value::Type(Rc::clone(of)), name.to_owned(), None);
            Value::Method(Rc::new(method))
        }
    };
    Ok(Known { value, notes })
}

/// `[type]::name(…)`.
pub(super) fn call<'s>(
    runner: &mut Runner<'s>,
    of: &str,
    name: &str,
    arguments: &[Known<'s>],
    nodes: &[&'s Node],
    notes: Notes,
) -> Eval<'s> {
    let known = match (of, name) {
        (_, "new") => return new_object(runner, of, arguments),
        (_, "invoke") => return Err(Stop::Unknown),
        ("convert", _) => convert(runner, name, arguments),
        ("string", _) => string(runner, name, arguments),
        ("char", "convertfromutf32" | "tostring" | "parse") => {
            let first = arguments.first().ok_or(Stop::Unknown)?;
            let c = casts::cast(runner, "char", first)?;
            let text = c.value.to_text(" ").ok_or(Stop::Unknown)?;
            Ok(Known { value: Value::Text(text), notes: c.notes })
        }
        ("array", "reverse") => reverse(runner, nodes),
        ("regex" | "text.regularexpressions.regex", _) => regex(runner, name, arguments),
        ("scriptblock", "create") => {
            let first = arguments.first().ok_or(Stop::Unknown)?;
            casts::cast(runner, "scriptblock", first)
        }
        ("text.encoding", "getencoding") => {
            let name = text(arguments, 0)?.to_lowercase();
            let encoding = bytes::encoding(&name).ok_or(Stop::Unknown)?;
            Ok(Known::plain(Value::Encoding(encoding)))
        }
        ("runtime.interopservices.marshal", _) => marshal(name, arguments),
        ("environment", "getenvironmentvariable") => {
            let name = format!("env:{}", text(arguments, 0)?.to_lowercase());
            let value = known::variable(&name).ok_or_else(|| Stop::Missing(name.into()))?;
            Ok(Known { value, notes: Notes::of(Trick::Environment) })
        }
        ("web.httputility" | "net.webutility", "urldecode") => {
            let text = bytes::percent_decoded(&text(arguments, 0)?, true).ok_or(Stop::Unknown)?;
            Ok(Known { value: Value::new_text(text), notes: Notes::of(Trick::Radix) })
        }
        ("uri", "unescapedatastring") => {
            let text = bytes::percent_decoded(&text(arguments, 0)?, false).ok_or(Stop::Unknown)?;
            Ok(Known { value: Value::new_text(text), notes: Notes::of(Trick::Radix) })
        }
        ("powershell" | "management.automation.powershell", "create") => {
            Ok(Runner::wrapped(Wrapping::Context, "powershell"))
        }
        _ => Err(Stop::Unknown),
    };
    known.map(|known| known.noted(notes))
}

fn text(arguments: &[Known<'_>], at: usize) -> Result<Rc<str>, Stop> {
    arguments.get(at).and_then(|known| known.value.to_text("")).ok_or(Stop::Unknown)
}

fn convert<'s>(runner: &mut Runner<'s>, name: &str, arguments: &[Known<'s>]) -> Eval<'s> {
    let first = arguments.first().ok_or(Stop::Unknown)?;
    match name {
        "frombase64string" => bytes::from_base64(runner, first),
        "toint32" | "toint16" | "toint64" | "tobyte" | "touint32" | "touint16" | "tosbyte" => {
            let Some(base) = arguments.get(1) else {
                let number = first.value.to_int().ok_or(Stop::Unknown)?;
                return Ok(Known { value: Value::Int(number), notes: first.notes });
            };
            let digits = first.value.to_text("").ok_or(Stop::Unknown)?;
            let base = base.value.to_int().ok_or(Stop::Unknown)?;
            let value = Value::Int(of_base(&digits, base).ok_or(Stop::Unknown)?);
            let trick = if base == 10 { Trick::Calculation } else { Trick::Radix };
            Ok(Known { value, notes: first.notes.and(trick) })
        }
        "tochar" => casts::cast(runner, "char", first),
        "tostring" if arguments.len() == 1 => casts::cast(runner, "string", first),
        _ => Err(Stop::Unknown),
    }
}

fn of_base(digits: &str, base: i64) -> Option<i64> {
    let digits = digits.trim().to_ascii_lowercase();
    let digits = if base == 16 { digits.strip_prefix("0x").unwrap_or(&digits) } else { &digits };
    match base {
        2 | 8 | 10 | 16 => i64::from_str_radix(digits, u32::try_from(base).ok()?).ok(),
        _ => None,
    }
}

fn string<'s>(runner: &mut Runner<'s>, name: &str, arguments: &[Known<'s>]) -> Eval<'s> {
    match name {
        "join" => {
            let between = text(arguments, 0)?;
            let [_, rest @ ..] = arguments else { return Err(Stop::Unknown) };
            let list = match rest {
                [one] => one.value.clone(),
                many => {
                    Value::List(Rc::new(many.iter().map(|known| known.value.clone()).collect()))
                }
            };
            let joined = list.to_text(&between).ok_or(Stop::Unknown)?;
            let value = runner.bounded(Value::Text(joined))?;
            Ok(Known { value, notes: Notes::of(Trick::JoinOperator) })
        }
        "concat" => {
            let mut made = String::new();
            for known in arguments {
                let text = known.value.to_text("").ok_or(Stop::Unknown)?;
                runner.spend(1 + text.len() / 16)?;
                made.push_str(&text);
            }
            let value = runner.bounded(Value::new_text(made))?;
            Ok(Known { value, notes: Notes::of(Trick::JoinOperator) })
        }
        "format" => {
            let [first, rest @ ..] = arguments else { return Err(Stop::Unknown) };
            let values = match rest {
                [one] => one.value.clone(),
                many => {
                    Value::List(Rc::new(many.iter().map(|known| known.value.clone()).collect()))
                }
            };
            let value = format::format(runner, &first.value, &values)?;
            let is_word_split = format::is_torn(&first.value);
            Ok(Known { value, notes: Notes { is_word_split, ..Notes::of(Trick::Format) } })
        }
        _ => Err(Stop::Unknown),
    }
}

/// `[array]::Reverse($a)`, which changes the variable.
fn reverse<'s>(runner: &mut Runner<'s>, nodes: &[&'s Node]) -> Eval<'s> {
    let name = match nodes.first().map(|node| &node.kind) {
        Some(Kind::Variable(name)) => name,
        Some(Kind::Paren(inner)) => match &inner.kind {
            StatementKind::Assign { target, .. } => match &target.kind {
                Kind::Variable(name) => name,
                _ => return Err(Stop::Unknown),
            },
            _ => return Err(Stop::Unknown),
        },
        _ => return Err(Stop::Unknown),
    };
    let known = runner.variables.get(name).cloned().ok_or(Stop::Unknown)?;
    runner.spend(known.value.count())?;
    let mut items = known.value.items();
    items.reverse();
    let value = Value::List(Rc::new(items));
    runner.variables.insert(name.clone(), Known { value, notes: known.notes.and(Trick::Reverse) });
    Ok(Known::plain(Value::Null))
}

fn regex<'s>(runner: &mut Runner<'s>, name: &str, arguments: &[Known<'s>]) -> Eval<'s> {
    let subject = text(arguments, 0)?;
    if name == "unescape" {
        return Ok(Known {
            value: Value::new_text(subject.replace('\\', "")),
            notes: Notes::of(Trick::Regex),
        });
    }
    let wanted = text(arguments, 1)?;
    let options_at = if name == "replace" { 3 } else { 2 };
    let options = match arguments.get(options_at) {
        Some(known) => known.value.to_text(" ").ok_or(Stop::Unknown)?.to_lowercase(),
        None => String::new(),
    };
    let is_backwards = options.replace(['\'', ' '], "").contains("righttoleft") || options == "64";
    let pattern = patterns::pattern(runner, &wanted, !options.contains("ignorecase"))?;
    match name {
        "matches" => {
            runner.spend(1 + subject.len())?;
            let mut found: Vec<Value<'s>> =
                pattern.find_iter(&subject).map(|found| Value::new_text(found.as_str())).collect();
            // From the right a pattern of one length finds the same pieces only where they are of
            // one character.
            if is_backwards {
                if wanted.as_ref() != "." && wanted.as_ref() != "(.)" {
                    return Err(Stop::Unknown);
                }
                found.reverse();
            }
            let trick = if is_backwards { Trick::Reverse } else { Trick::Regex };
            let value = runner.bounded(Value::List(Rc::new(found)))?;
            Ok(Known { value, notes: Notes::of(trick) })
        }
        "replace" if !is_backwards => {
            let by = text(arguments, 2)?;
            let made = patterns::replaced(runner, &subject, &pattern, &by)?;
            Ok(Known { value: Value::Text(made), notes: Notes::of(Trick::Replace) })
        }
        "split" if !is_backwards => {
            let (subject, wanted) = (Value::Text(subject), Value::Text(wanted));
            let value = patterns::split(runner, &subject, &wanted, true)?;
            Ok(Known { value, notes: Notes::of(Trick::Split) })
        }
        _ => Err(Stop::Unknown),
    }
}

/// The ways back from a secure string to its text.
fn marshal<'s>(name: &str, arguments: &[Known<'s>]) -> Eval<'s> {
    let first = arguments.first().ok_or(Stop::Unknown)?;
    let value = match (name, &first.value) {
        (name, Value::Wrapped(Wrapping::Secure, text)) if name.starts_with("securestringto") => {
            Value::Wrapped(Wrapping::Pointer, Rc::clone(text))
        }
        (name, Value::Wrapped(Wrapping::Pointer, text)) if name.starts_with("ptrtostring") => {
            Value::Text(Rc::clone(text))
        }
        _ => return Err(Stop::Unknown),
    };
    Ok(Known { value, notes: first.notes })
}

/// An object made by `New-Object` or `::new`.
pub(super) fn new_object<'s>(
    runner: &mut Runner<'s>,
    of: &str,
    arguments: &[Known<'s>],
) -> Eval<'s> {
    let notes = arguments.iter().fold(Notes::default(), |notes, known| notes.with(known.notes));
    let first = arguments.first();
    let known = match of {
        "io.memorystream" => match first {
            None => Ok(Known::plain(Value::Stream(Rc::default()))),
            Some(known) => {
                let bytes = known.value.to_bytes().ok_or(Stop::Unknown)?;
                Ok(Known::plain(Value::Stream(bytes)))
            }
        },
        "io.compression.gzipstream" | "io.compression.deflatestream" => {
            let mode = arguments.get(1).and_then(|known| known.value.to_text(" "));
            if mode.is_some_and(|mode| mode.to_lowercase().starts_with("compress") || &*mode == "1")
            {
                return Err(Stop::Unknown);
            }
            let packing = if of.ends_with("gzipstream") { Packing::Gzip } else { Packing::Deflate };
            bytes::unpacked(runner, first.ok_or(Stop::Unknown)?, packing)
        }
        "io.streamreader" => {
            let encoding = arguments.get(1).and_then(|known| match &known.value {
                Value::Encoding(encoding) => Some(*encoding),
                _ => None,
            });
            bytes::reader(runner, first.ok_or(Stop::Unknown)?, encoding)
        }
        "string" => casts::cast(runner, "char[]", first.ok_or(Stop::Unknown)?).and_then(|known| {
            let text = known.value.to_text("").ok_or(Stop::Unknown)?;
            Ok(Known { value: Value::Text(text), notes: known.notes })
        }),
        "net.networkcredential" | "management.automation.pscredential" => {
            match arguments.get(1).map(|known| &known.value) {
                Some(Value::Wrapped(Wrapping::Secure, text)) => {
                    Ok(Runner::wrapped(Wrapping::Credential, Rc::clone(text)))
                }
                _ => Err(Stop::Unknown),
            }
        }
        "object" | "management.automation.powershell" => Err(Stop::Unknown),
        _ => {
            let name = of.strip_prefix("text.").ok_or(Stop::Unknown)?;
            bytes::encoding(name)
                .map(|found| Known::plain(Value::Encoding(found)))
                .ok_or(Stop::Unknown)
        }
    };
    known.map(|known| known.noted(notes))
}
