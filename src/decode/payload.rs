//! One pass over a text: which payloads it holds and the next layer they make.
//!
//! Where the decoded text is all an interpreter receives, it is the next layer; else the text
//! before with the expression replaced by its value, so that nothing else on the line is lost.

use super::Command;
use super::base64::{Decoded, bytes_of, looks_utf16, utf8_text, utf16_text};
use super::calls::{MAX_CALLS, calls_in};
use super::compression::{Packing, inflate, is_gzip};
use super::handoff::reaches_interpreter;
use super::literal::{Encoding, Literal, literals_in};
use super::plausible::implausible;
use super::powershell::{Asks, Call, Encoded, edition_of, read_call};
use super::text::{find_ignore_case, marked, part};
use super::words::{Grammar, Word, program};
use crate::model::{FailedDecode, Layer, Span};

const ENCODED: &str = "Base64, UTF-16LE";
const BASE64: &str = "Base64";
const MARKED: &str = "the string marked above";

/// More payloads than this in one text are undone in one layer, so that the limit of layers does
/// not hide them.
const SINGLE_STEPS: usize = 4;

/// Once the strings of one text decode to this many bytes, no further one is decoded: a hundred
/// bytes of gzip may hold a megabyte.
const MAX_DECODED: usize = 4 << 20;

/// How a text is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    /// Whose arguments the text is; `None` for what an interpreter received.
    pub(super) process: Option<Command<'a>>,
    /// Whether carets are no longer looked for.
    pub(super) carets_undone: bool,
    /// Whether the text holds what was decoded beside what is not yet, so that none of it may go.
    is_joint: bool,
}

impl<'a> Reading<'a> {
    const SCRIPT: Self = Self { process: None, carets_undone: true, is_joint: false };

    /// The reading of what was logged.
    pub(super) fn of_input(input: &Command<'a>) -> Self {
        Self { process: Some(*input), carets_undone: false, is_joint: false }
    }
}

/// What one pass found.
#[derive(Debug, Default)]
pub(super) struct Pass<'a> {
    /// What the PowerShell calls in it ask for.
    pub(super) asks: Vec<Asks>,
    /// What could not be decoded.
    pub(super) failed: Vec<FailedDecode>,
    /// The next layer, where there is one.
    pub(super) step: Option<Step<'a>>,
}

/// A layer and how to go on with it.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub(super) layer: Layer,
    /// The part of the payload that could not be read.
    pub(super) damage: Option<FailedDecode>,
    /// How the layer's text is to be read.
    pub(super) next: Reading<'a>,
    /// Whether the text before lives on in the layer, and with it what failed there.
    pub(super) keeps_rest: bool,
}

impl<'a> Pass<'a> {
    /// The pass that took carets off a line.
    pub(super) fn caret(layer: Layer, reading: Reading<'a>) -> Self {
        let next = Reading { carets_undone: true, ..reading };
        Self { step: Some(Step { layer, damage: None, next, keeps_rest: true }), ..Self::default() }
    }
}

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

/// Looks for payloads in `text` and makes the next layer of them.
pub(super) fn read<'a>(text: &str, reading: Reading<'a>) -> Pass<'a> {
    let mut pass = Pass::default();
    let mut payloads = Vec::new();
    let mut region = Some(Span { from: 0, to: text.len() });
    if let Some(call) = own_call(text, reading) {
        pass.asks.extend(&call.asks);
        region = if call.encoded.is_some() { None } else { call.script };
        if let Some(encoded) = &call.encoded {
            collect(read_encoded(text, encoded, false), &mut payloads, &mut pass.failed);
        }
    }
    if let Some(region) = region {
        let (calls, stopped) = calls_in(text, region);
        pass.failed.extend(stopped.map(|from| FailedDecode {
            trick: "PowerShell calls".to_owned(),
            span: Span { from, to: region.to },
            reason: format!("more than {MAX_CALLS} calls: the rest is not read"),
        }));
        for call in calls {
            pass.asks.extend(&call.asks);
            if let Some(encoded) = &call.encoded {
                collect(read_encoded(text, encoded, true), &mut payloads, &mut pass.failed);
            }
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
            collect(read, &mut payloads, &mut pass.failed);
        }
    }
    pass.step = step_of(text, reading, payloads);
    pass
}

/// PowerShell's own arguments, where the line is PowerShell's.
fn own_call(text: &str, reading: Reading<'_>) -> Option<Call> {
    let process = reading.process?;
    let (first, arguments) = program(text);
    let edition = edition_of(&first)
        .or_else(|| process.image.and_then(edition_of))
        .or_else(|| process.original_file_name.and_then(edition_of))?;
    let span = Span { from: arguments, to: text.len() };
    Some(read_call(text, span, edition, Grammar::CRuntime))
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
fn step_of<'a>(text: &str, reading: Reading<'a>, mut payloads: Vec<Payload>) -> Option<Step<'a>> {
    payloads.sort_by_key(|payload| payload.expression.from);
    let is_sole = payloads.len() == 1 && !reading.is_joint;
    let is_joint = !is_sole;
    let count = if payloads.len() > SINGLE_STEPS { payloads.len() } else { 1 };
    payloads.truncate(count);
    let first = payloads.first()?;
    let damage = payloads.iter().find_map(|payload| {
        let reason = payload.damage.clone()?;
        Some(FailedDecode { trick: payload.trick.to_owned(), span: payload.span, reason })
    });
    let (trick, from) = (first.trick.to_owned(), Some(first.from.clone()));
    if is_sole && first.is_handed_over {
        let layer = Layer { trick, text: first.text.clone(), span: first.span, from };
        return Some(Step { layer, damage, next: Reading::SCRIPT, keeps_rest: false });
    }
    let span = Span { from: first.expression.from, to: payloads.last()?.expression.to };
    let mut replaced = part(text, 0, span.from).to_owned();
    let mut copied = span.from;
    for payload in payloads.iter().filter(|payload| payload.expression.from >= span.from) {
        if payload.expression.from < copied {
            continue;
        }
        replaced.push_str(marked(text, Span { from: copied, to: payload.expression.from }));
        replaced.push_str(&payload.value);
        copied = payload.expression.to;
    }
    replaced.push_str(part(text, copied, text.len()));
    let layer = Layer { trick, text: replaced, span, from };
    let next = Reading { is_joint, ..reading };
    Some(Step { layer, damage, next, keeps_rest: true })
}
