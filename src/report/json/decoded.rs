//! `spawnscope.decode/1`, and how what was decoded stands in the other documents. Texts are exact:
//! JSON escapes what it must, nothing is defanged or cut.

use serde::Serialize;

use crate::model::{Decoding, FailedDecode, Indicator, Layer, Span};

/// `spawnscope.decode/1`: one command line with what it really says.
#[derive(Debug, Serialize)]
pub struct Decoded<'a> {
    schema: &'static str,
    input: &'a str,
    #[serde(rename = "final")]
    last: &'a str,
    layers: &'a [Layer],
    failed: &'a [FailedDecode],
    indicators: &'a [Indicator],
    explained: Vec<ExplainedEntry<'a>>,
    blobs: Vec<BlobEntry<'a>>,
    traits: &'a [String],
}

impl<'a> Decoded<'a> {
    /// The document of this line.
    pub fn of(input: &'a str, decoding: &'a Decoding) -> Self {
        Self {
            schema: "spawnscope.decode/1",
            input,
            last: decoding.last_text().unwrap_or(input),
            layers: &decoding.layers,
            failed: &decoding.failed,
            indicators: &decoding.indicators,
            explained: ExplainedEntry::all(decoding),
            blobs: BlobEntry::all(decoding),
            traits: &decoding.traits,
        }
    }
}

/// A layer of a process: the trick and the text.
#[derive(Debug, Serialize)]
pub(super) struct LayerEntry<'a> {
    trick: &'a str,
    text: &'a str,
}

impl<'a> LayerEntry<'a> {
    pub(super) fn all(decoding: &'a Decoding) -> Vec<Self> {
        let layers = decoding.layers.iter();
        layers.map(|layer| Self { trick: &layer.trick, text: &layer.text }).collect()
    }
}

/// What a command does.
#[derive(Debug, Serialize)]
pub(super) struct ExplainedEntry<'a> {
    text: &'a str,
    technique: Option<&'static str>,
    technique_name: Option<&'static str>,
    layer: usize,
    span: Span,
}

impl<'a> ExplainedEntry<'a> {
    pub(super) fn all(decoding: &'a Decoding) -> Vec<Self> {
        let explanations = decoding.explanations.iter();
        explanations
            .map(|found| Self {
                text: &found.text,
                technique: found.technique.map(|technique| technique.id),
                technique_name: found.technique.map(|technique| technique.name),
                layer: found.layer,
                span: found.span,
            })
            .collect()
    }
}

/// Data that is no text. Its bytes are not written: a program in a report is a danger.
#[derive(Debug, Serialize)]
pub(super) struct BlobEntry<'a> {
    what: &'a str,
    layer: usize,
    span: Span,
    bytes: usize,
    sha256: &'a str,
    strings: &'a [String],
}

impl<'a> BlobEntry<'a> {
    pub(super) fn all(decoding: &'a Decoding) -> Vec<Self> {
        let blobs = decoding.blobs.iter();
        blobs
            .map(|blob| Self {
                what: &blob.what,
                layer: blob.layer,
                span: blob.span,
                bytes: blob.size,
                sha256: &blob.sha256,
                strings: &blob.strings,
            })
            .collect()
    }
}
