//! Casts: `[char]65`, `[string]$x`, `[byte[]](1,2)`, `[type]'convert'`.

use std::rc::Rc;

use super::notes::Trick;
use super::runner::{Eval, Runner, Stop};
use super::value::{Known, Value, Wrapping};

/// The value as another type.
pub(super) fn cast<'s>(runner: &mut Runner<'s>, name: &str, known: &Known<'s>) -> Eval<'s> {
    let value = &known.value;
    let notes = known.notes;
    runner.spend(1 + value.count() / 4)?;
    let (value, trick) = match name {
        "string" => return string(runner, known),
        "char" => (Value::Char(value.to_char().ok_or(Stop::Unknown)?), Trick::CharCode),
        "char[]" => return chars(runner, known),
        "string[]" => {
            let items = value.items();
            let texts: Option<Vec<Value<'s>>> =
                items.iter().map(|item| item.to_text(" ").map(Value::Text)).collect();
            (Value::List(Rc::new(texts.ok_or(Stop::Unknown)?)), Trick::Calculation)
        }
        "int" | "int32" | "int16" | "int64" | "uint32" | "uint16" | "long" | "byte" | "sbyte"
        | "short" => {
            let number = value.to_int().ok_or(Stop::Unknown)?;
            if name == "byte" && !(0..256).contains(&number) {
                return Err(Stop::Unknown);
            }
            (Value::Int(number), Trick::Calculation)
        }
        "int[]" | "int32[]" | "int16[]" | "int64[]" | "long[]" => {
            let numbers: Option<Vec<Value<'s>>> =
                value.items().iter().map(|item| item.to_int().map(Value::Int)).collect();
            (Value::List(Rc::new(numbers.ok_or(Stop::Unknown)?)), Trick::Calculation)
        }
        "byte[]" => (Value::Bytes(value.to_bytes().ok_or(Stop::Unknown)?), Trick::Calculation),
        "array" | "object[]" | "collections.arraylist" => {
            (Value::List(Rc::new(value.items())), Trick::Calculation)
        }
        "void" => (Value::Null, Trick::Calculation),
        "type" => return Runner::type_of_name(known),
        "io.memorystream" => {
            (Value::Stream(value.to_bytes().ok_or(Stop::Unknown)?), Trick::Calculation)
        }
        "scriptblock" => {
            let text = value.to_text(" ").ok_or(Stop::Unknown)?;
            (Value::Wrapped(Wrapping::Script, text), Trick::Calculation)
        }
        "regex" | "text.regularexpressions.regex" | "object" | "psobject" => {
            return Ok(known.clone());
        }
        "bool" => (Value::Bool(value.is_true().ok_or(Stop::Unknown)?), Trick::Calculation),
        _ => return Err(Stop::Unknown),
    };
    let value = runner.bounded(value)?;
    Ok(Known { value, notes: notes.and(trick) })
}

/// `[string]`, which joins lists by `$OFS`.
fn string<'s>(runner: &mut Runner<'s>, known: &Known<'s>) -> Eval<'s> {
    let between = runner.separator();
    if let Value::Method(method) = &known.value {
        let (Value::Text(_), name, _) = method.as_ref() else { return Err(Stop::Unknown) };
        let text = super::known::overloads(name).ok_or(Stop::Unknown)?;
        return Ok(Known { value: Value::new_text(text), notes: known.notes });
    }
    let text = known.value.to_text(&between).ok_or(Stop::Unknown)?;
    let trick = if known.value.is_list() { Trick::JoinOperator } else { Trick::Calculation };
    Ok(Known { value: runner.bounded(Value::Text(text))?, notes: known.notes.and(trick) })
}

fn chars<'s>(runner: &mut Runner<'s>, known: &Known<'s>) -> Eval<'s> {
    let (items, trick): (Option<Vec<Value<'s>>>, Trick) = match &known.value {
        Value::Text(text) => (Some(text.chars().map(Value::Char).collect()), Trick::Calculation),
        value => {
            let chars = value.items().iter().map(|item| item.to_char().map(Value::Char)).collect();
            (chars, Trick::CharCode)
        }
    };
    let value = runner.bounded(Value::List(Rc::new(items.ok_or(Stop::Unknown)?)))?;
    Ok(Known { value, notes: known.notes.and(trick) })
}

impl Runner<'_> {
    /// `$OFS`, what stands between the items of a list that becomes a string.
    pub(super) fn separator(&self) -> Rc<str> {
        self.variables
            .get("ofs")
            .and_then(|known| known.value.to_text(" "))
            .unwrap_or_else(|| " ".into())
    }
}
