//! One pass over a text: which payloads it holds and the next layer they make.
//!
//! Where the decoded text is all an interpreter receives, it is the next layer; else the text
//! before with the expression replaced by its value, so that nothing else on the line is lost.

use super::base64::{Decoded, bytes_of, looks_utf16, utf8_text, utf16_text};
use super::calls::MAX_CALLS;
use super::compression::{Packing, inflate, is_gzip};
use super::handoff::reaches_interpreter;
use super::literal::{Encoding, Literal, literals_in};
use super::plausible::implausible;
use super::powershell::Encoded;
use super::text::{find_ignore_case, part};
use super::trick::{Edit, Found, Language, Look, Step};
use super::words::Word;
use crate::model::{FailedDecode, Span};

const ENCODED: &str = "Base64, UTF-16LE";
const BASE64: &str = "Base64";
const MARKED: &str = "the string marked above";

/// More payloads than this in one text are undone in one layer, so that the limit of layers does
/// not hide them.
const SINGLE_STEPS: usize = 4;

/// Once the strings of one text decode to this many bytes, no further one is decoded: a hundred
/// bytes of gzip may hold a megabyte.
const MAX_DECODED: usize = 4 << 20;

/// A payload that was decoded.
struct Payload {
    trick: &'static str,
    from: String,
    /// The decoded text.
    text: String,
    /// The encoded text, exactly.
    span: Span,
    /// The expression it stands in.
    expression: Span,
    /// What the expression may be replaced by.
    value: String,
    /// Whether the decoded text is all that an interpreter receives.
    is_handed_over: bool,
    damage: Option<String>,
}

/// Looks for payloads in a text and makes the next layer of them.
pub(super) fn undo<'a>(look: &Look<'_, 'a>) -> Found<'a> {
    let text = look.text;
    let calls = look.calls();
    let mut failed = Vec::new();
    let mut payloads = Vec::new();
    if let Some(encoded) = calls.own.as_ref().and_then(|call| call.encoded.as_ref()) {
        collect(read_encoded(text, encoded, false), &mut payloads, &mut failed);
    }
    if let Some(region) = calls.region {
        failed.extend(calls.stopped.map(|from| FailedDecode {
            trick: "PowerShell calls".to_owned(),
            span: Span { from, to: region.to },
            reason: format!("more than {MAX_CALLS} calls: the rest is not read"),
        }));
        for encoded in calls.inner.iter().filter_map(|call| call.encoded.as_ref()) {
            collect(read_encoded(text, encoded, true), &mut payloads, &mut failed);
        }
        let has_deflate = find_ignore_case(text, "deflatestream", region.from).is_some();
        let literals = literals_in(text, region);
        let mut room = MAX_DECODED;
        for literal in &literals {
            let read = if room > 0 { read_literal(literal, has_deflate) } else { full(literal) };
            let mut read = read.map_err(Some);
            room = room.saturating_sub(read.as_ref().map_or(0, |payload| payload.text.len()));
            // With other strings on the line the text lives on: no need to follow this one.
            if let Ok(payload) = &mut read
                && literals.len() == 1
                && !payload.is_handed_over
            {
                payload.is_handed_over = reaches_interpreter(text, region, literal.expression);
            }
            collect(read, &mut payloads, &mut failed);
        }
    }
    Found { step: step_of(look, payloads), failed }
}

fn collect(
    read: Result<Payload, Option<FailedDecode>>,
    payloads: &mut Vec<Payload>,
    failed: &mut Vec<FailedDecode>,
) {
    match read {
        Ok(payload) => payloads.push(payload),
        Err(failure) => failed.extend(failure),
    }
}

/// Decodes what follows `-EncodedCommand`. `Err(None)` is a word too short to be a payload, in
/// prose about PowerShell for example.
fn read_encoded(
    text: &str,
    encoded: &Encoded,
    is_inside: bool,
) -> Result<Payload, Option<FailedDecode>> {
    let fail = |span, reason| Some(FailedDecode { trick: ENCODED.to_owned(), span, reason });
    let Some(word) = &encoded.payload else {
        return Err(fail(encoded.switch.raw, "the base64 text is missing".to_owned()));
    };
    let (value, span) = if is_inside { inner_payload(text, word) } else { word.payload(text) };
    let is_named = (value.starts_with(['%', '!']) && value.len() > 2) || value.starts_with('$');
    if is_named {
        let reason = format!("the base64 text is not on this line: it comes from {value}");
        return Err(fail(span, reason));
    }
    let bytes = match bytes_of(&value) {
        Ok(bytes) => bytes,
        Err(_) if is_inside && !value.is_empty() && value.len() < 8 => return Err(None),
        Err(error) => return Err(fail(span, error.to_string())),
    };
    let decoded = utf16_text(&bytes);
    if let Some(reason) = implausible(&decoded.text, &bytes) {
        return Err(fail(span, reason));
    }
    let (switch, switch_span) = encoded.switch.payload(text);
    Ok(Payload {
        trick: ENCODED,
        from: switch,
        value: format!("-Command {{{}}}", decoded.text),
        text: decoded.text,
        span,
        expression: Span { from: switch_span.from, to: span.to },
        is_handed_over: true,
        damage: decoded.damage,
    })
}

/// The payload of a call inside other text, where the quotes around it may be the text's own.
fn inner_payload(text: &str, word: &Word) -> (String, Span) {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let is_mark = |c: char| matches!(c, '"' | '\'' | '\\' | '`' | '(' | ')' | ',');
    let value = word.value.trim_start_matches(is_mark);
    let rest = value.trim_start_matches(is_base64);
    let cut = if rest.starts_with(is_mark) { value.len() - rest.len() } else { value.len() };
    let cut = Word { value: part(value, 0, cut).to_owned(), raw: word.raw };
    cut.payload(text)
}

/// For a string after so many others that what they decode to is over [`MAX_DECODED`].
fn full(literal: &Literal) -> Result<Payload, FailedDecode> {
    let reason = "the strings before it decode to the limit of 4 MiB: this one was not decoded";
    Err(FailedDecode { trick: BASE64.to_owned(), span: literal.span, reason: reason.to_owned() })
}

/// Decodes the argument of `FromBase64String`.
fn read_literal(literal: &Literal, has_deflate: bool) -> Result<Payload, FailedDecode> {
    let fail = |trick: &str, reason: String| FailedDecode {
        trick: trick.to_owned(),
        span: literal.span,
        reason,
    };
    let base64 = literal.base64.as_ref().map_err(|reason| fail(BASE64, reason.clone()))?;
    let bytes = bytes_of(base64).map_err(|error| fail(BASE64, error.to_string()))?;
    let packing = match (is_gzip(&bytes), has_deflate) {
        (true, _) => Some(Packing::Gzip),
        (false, true) if literal.encoding.is_none() => Some(Packing::Deflate),
        _ => None,
    };
    let (trick, decoded, implausible) = if let Some(packing) = packing {
        let inflated = inflate(&bytes, packing);
        let decoded = text_of(&inflated.bytes, None);
        let reason = match &inflated.damage {
            Some(damage) if inflated.bytes.is_empty() => Some(damage.clone()),
            _ => implausible(&decoded.text, &inflated.bytes),
        };
        let damage = join(inflated.damage, decoded.damage);
        (packing.trick(), Decoded { text: decoded.text, damage }, reason)
    } else {
        let decoded = text_of(&bytes, literal.encoding);
        let reason = implausible(&decoded.text, &bytes);
        let is_utf16 = literal.encoding == Some(Encoding::Utf16);
        (if is_utf16 { ENCODED } else { BASE64 }, decoded, reason)
    };
    if let Some(reason) = implausible {
        return Err(fail(trick, reason));
    }
    Ok(Payload {
        trick,
        from: MARKED.to_owned(),
        value: format!("'{}'", decoded.text.replace('\'', "''")),
        text: decoded.text,
        span: literal.span,
        expression: literal.expression,
        is_handed_over: packing.is_some(),
        damage: decoded.damage,
    })
}

/// Text in the encoding named, else in the one the bytes look like.
fn text_of(bytes: &[u8], encoding: Option<Encoding>) -> Decoded {
    match encoding {
        Some(Encoding::Utf16) => utf16_text(bytes),
        None if looks_utf16(bytes) => utf16_text(bytes),
        Some(Encoding::Utf8) | None => utf8_text(bytes),
    }
}

fn join(left: Option<String>, right: Option<String>) -> Option<String> {
    match (left, right) {
        (Some(left), Some(right)) => Some(format!("{left}; {right}")),
        (left, right) => left.or(right),
    }
}

/// The layer that the payloads of one text make.
fn step_of<'a>(look: &Look<'_, 'a>, mut payloads: Vec<Payload>) -> Option<Step<'a>> {
    payloads.sort_by_key(|payload| payload.expression.from);
    let is_sole = payloads.len() == 1 && !look.is_joint;
    let count = if payloads.len() > SINGLE_STEPS { payloads.len() } else { 1 };
    payloads.truncate(count);
    let damage = payloads.iter().find_map(|payload| {
        let reason = payload.damage.clone()?;
        Some(FailedDecode { trick: payload.trick.to_owned(), span: payload.span, reason })
    });
    let first = payloads.first()?;
    let (trick, from) = (first.trick, Some(first.from.clone()));
    if is_sole && first.is_handed_over {
        let step = Step::hand_over(trick, first.text.clone(), first.span, Language::PowerShell);
        return Some(Step { from, damage, ..step });
    }
    let edits = payloads
        .into_iter()
        .map(|payload| Edit { span: payload.expression, text: payload.value })
        .collect();
    let step = Step::edits(trick, look, edits);
    Some(Step { from, damage, is_nested: true, is_joint: !is_sole, ..step })
}
