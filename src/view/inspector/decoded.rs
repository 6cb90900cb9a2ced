//! What a command line really says: the decoded layers, what the commands do, data that is no text.

use std::ops::Range;

use serde::Serialize;

use crate::model::{Blob, Decoding, Explanation, Indicator, IndicatorKind, Layer, Process};
use crate::view::number;
use crate::view::visible::visible_text;

/// The decoded layers of a command line, and what is said of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DecodedPart {
    /// Byte ranges of the command line as logged that the first layer read.
    pub marked: Vec<Range<usize>>,
    /// The layers, outermost first.
    pub layers: Vec<CodeLayer>,
    /// What could not be decoded, in words.
    pub failed: Vec<String>,
    /// What the commands do, in plain words.
    pub explained: Vec<Explained>,
    /// Data that is no text.
    pub blobs: Vec<BlobFacts>,
}

/// One decoded layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeLayer {
    /// The trick that was undone.
    pub trick: String,
    /// Where the payload stood: `from -enc, bytes 35–1,410`.
    pub from: String,
    /// The text, exact.
    pub text: String,
    /// Byte ranges of [`Self::text`] that the next layer read.
    pub marked: Vec<Range<usize>>,
    /// Byte ranges of [`Self::text`] that are indicators.
    pub underlined: Vec<Range<usize>>,
}

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// `deletes the shadow copies`.
    pub text: String,
    /// `T1490 Inhibit System Recovery`; empty where no technique names it.
    pub technique: String,
    /// The text it rests on: 0 is the command line as logged, 1 the first layer.
    pub layer: usize,
    /// Where in that text.
    pub rests_on: Range<usize>,
}

/// Data that is no text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlobFacts {
    /// `A PE file (64-bit DLL), 12,288 bytes`.
    pub title: String,
    /// SHA-256.
    pub sha256: String,
    /// Its printable strings, a line each.
    pub strings: String,
    /// How many there are: `14 strings`.
    pub count: String,
}

pub(super) fn decoded(process: &Process) -> DecodedPart {
    let Some(decoding) = &process.decoding else { return DecodedPart::default() };
    let Decoding { layers, failed, explanations, blobs, .. } = &**decoding;
    let logged = process.command_line.as_deref().unwrap_or_default();
    DecodedPart {
        marked: layers.first().and_then(|first| read_by(first, logged)).into_iter().collect(),
        layers: layers
            .iter()
            .enumerate()
            .map(|(at, layer)| code_layer(layer, layers.get(at + 1), decoding, at == 0))
            .collect(),
        failed: failed
            .iter()
            .map(|failed| format!("Not decoded: {}: {}", failed.trick, failed.reason))
            .collect(),
        explained: explanations.iter().map(explained).collect(),
        blobs: blobs.iter().map(blob).collect(),
    }
}

/// What of `text` the layer after it read, where that is less than all of it.
fn read_by(next: &Layer, text: &str) -> Option<Range<usize>> {
    let range = next.span.from..next.span.to;
    (range.start < range.end && text.get(range.clone()).is_some()).then_some(range)
}

fn code_layer(
    layer: &Layer,
    next: Option<&Layer>,
    decoding: &Decoding,
    is_first: bool,
) -> CodeLayer {
    let bytes = format!(
        "bytes {}–{}",
        number::grouped(layer.span.from as u64),
        number::grouped(layer.span.to as u64)
    );
    let place = match &layer.from {
        Some(from) if !is_first => format!("from {from}"),
        Some(from) => format!("from {from}, {bytes}"),
        None => format!("from {bytes}"),
    };
    CodeLayer {
        trick: layer.trick.clone(),
        from: place,
        underlined: underlined(&layer.text, &decoding.indicators),
        marked: next.and_then(|next| read_by(next, &layer.text)).into_iter().collect(),
        text: layer.text.clone(),
    }
}

fn underlined(text: &str, indicators: &[Indicator]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = indicators
        .iter()
        .filter(|found| matches!(found.kind, IndicatorKind::Url | IndicatorKind::Share))
        .filter_map(|found| text.find(&found.value).map(|from| from..from + found.value.len()))
        .collect();
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|later, earlier| later.start < earlier.end);
    ranges
}

fn explained(explanation: &Explanation) -> Explained {
    let technique = explanation.technique;
    Explained {
        text: sentence(&visible_text(&explanation.text)),
        technique: technique
            .map_or_else(String::new, |known| format!("{} {}", known.id, known.name)),
        layer: explanation.layer,
        rests_on: explanation.span.from..explanation.span.to,
    }
}

/// The words with a capital letter in front.
fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

fn blob(blob: &Blob) -> BlobFacts {
    let title = sentence(&blob.what);
    let strings: Vec<String> =
        blob.strings.iter().map(|line| visible_text(line).into_owned()).collect();
    BlobFacts {
        title: format!("{title}, {}", number::counted(blob.size as u64, "byte", "bytes")),
        sha256: blob.sha256.clone(),
        count: number::counted(strings.len() as u64, "string", "strings"),
        strings: strings.join("\n"),
    }
}
