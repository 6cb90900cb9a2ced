//! `-EncodedArguments`: base64 of UTF-16LE of CLIXML, read as the words it stands for.
//!
//! Not a reader of all of CLIXML: the values of a list, in order, as text. Source: MS-PSRP, 2.2.5,
//! "Serialization"; `StringToBase64Converter` of PowerShell.

use super::super::base64::{bytes_of, utf16_text};
use super::super::text::part;
use super::super::trick::{Change, Edit, Found, Look, Step};
use super::super::words::Word;
use super::{Call, Encoded};
use crate::model::{FailedDecode, Span};

const TRICK: &str = "Base64, CLIXML arguments";
const NAME: &str = "encoded arguments";

/// The most values read.
const MAX_VALUES: usize = 256;

/// Replaces encoded arguments by what they stand for.
pub(in super::super) fn undo<'a>(look: &Look<'_, 'a>) -> Found<'a> {
    let mut found = Found::default();
    if look.is_finished(NAME) {
        return found;
    }
    let calls = look.calls();
    let mut edits = Vec::new();
    let mut from = None;
    for call in calls.own.iter().chain(&calls.inner) {
        let Call { arguments: Some(Encoded { switch, payload: Some(word) }), .. } = call else {
            continue;
        };
        match edit(look.text, word) {
            Ok(edit) => {
                from.get_or_insert_with(|| switch.value.clone());
                edits.push(edit);
            }
            Err(failed) => found.failed.push(failed),
        }
    }
    if !edits.is_empty() {
        found.step = Some(Step {
            trick: TRICK.to_owned(),
            from,
            change: Change::Edits(edits),
            next: look.language,
            damage: None,
            is_nested: true,
            is_joint: look.is_joint,
            is_final: Some(NAME),
        });
    }
    found
}

fn edit(text: &str, word: &Word) -> Result<Edit, FailedDecode> {
    let (value, span) = word.payload(text);
    let fail = |reason: String| FailedDecode { trick: TRICK.to_owned(), span, reason };
    let bytes = bytes_of(&value).map_err(|error| fail(error.to_string()))?;
    let xml = utf16_text(&bytes).text;
    if !xml.contains("<Objs") {
        return Err(fail("the payload is no CLIXML".to_owned()));
    }
    let values: Vec<String> =
        values(&xml).iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
    if values.is_empty() {
        return Err(fail("the CLIXML holds no values".to_owned()));
    }
    // As one word, so that the parameters after it are still read as such.
    let list = values.join(",").replace('"', "\\\"");
    let is_quoted = span != word.raw;
    let text = if is_quoted { list } else { format!("\"{list}\"") };
    Ok(Edit { span: Span { from: span.from, to: span.to }, text })
}

/// The values of simple elements (`<S>`, `<I32>`, `<B>` …), in order.
fn values(xml: &str) -> Vec<String> {
    const SIMPLE: &[&str] = &[
        "S", "C", "B", "DT", "TS", "By", "SB", "U16", "I16", "U32", "I32", "U64", "I64", "Sg",
        "Db", "D", "G", "URI", "Version", "XD", "SBK", "BA",
    ];
    let mut found = Vec::new();
    let mut rest = xml;
    while let Some(open) = rest.find('<') {
        let tag = part(rest, open + 1, rest.len());
        let Some(close) = tag.find('>').filter(|_| found.len() < MAX_VALUES) else { break };
        let head = part(tag, 0, close);
        let name = head.split([' ', '/']).next().unwrap_or_default();
        rest = part(tag, close + 1, tag.len());
        if SIMPLE.contains(&name) && !head.ends_with('/') {
            let end = rest.find('<').unwrap_or(rest.len());
            found.push(plain(part(rest, 0, end)));
        }
    }
    found
}

/// A value without the escapes of XML and those of CLIXML (`_x000A_`).
fn plain(value: &str) -> String {
    let value = value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
    let mut made = String::with_capacity(value.len());
    let mut rest = value.as_str();
    while let Some(at) = rest.find("_x") {
        made.push_str(part(rest, 0, at));
        let digits = part(rest, at + 2, at + 6);
        let is_escape = part(rest, at + 6, at + 7) == "_";
        let unit = u32::from_str_radix(digits, 16).ok().filter(|_| is_escape);
        if let Some(c) = unit.and_then(char::from_u32) {
            made.push(c);
            rest = part(rest, at + 7, rest.len());
        } else {
            made.push_str("_x");
            rest = part(rest, at + 2, rest.len());
        }
    }
    made.push_str(rest);
    made
}
