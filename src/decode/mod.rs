//! What a command line really runs, undone layer by layer, never executed.
//!
//! [`decode`] takes a line with what is known of its program and gives the texts inside it, each
//! with the bytes it came from, what could not be decoded and why, and what the line names.
//! It reads no file, opens no connection, and ends fast on any input: see [`MAX_INPUT`],
//! [`MAX_LAYERS`] and [`MAX_STEPS`]. It judges nothing: that is the detection rules' part.
//!
//! Each way of hiding is a trick of its own (`trick` says how one is added); `pipeline` applies
//! them until nothing changes.

mod base64;
mod blob;
mod calls;
mod carrier;
mod cmd;
mod compression;
mod explain;
mod handoff;
mod indicator;
mod literal;
mod payload;
mod pipeline;
mod plausible;
mod powershell;
mod script;
mod text;
mod traits;
mod trick;
mod words;

use self::trick::Language;
use crate::model::{Decoding, FailedDecode, Span};

pub use self::blob::defused;
pub use self::indicator::indicators;

/// The longest input that is decoded, in bytes: 8 MiB. Windows runs none longer than 32,767
/// characters; a logged script block may be longer.
pub const MAX_INPUT: usize = 8 << 20;

/// The most encodings and nested interpreters that are undone, one in the other.
pub const MAX_LAYERS: usize = 8;

/// The most layers of all kinds, with those that rewrite a text in place.
pub const MAX_STEPS: usize = 32;

/// Once the layers hold this many bytes, no further one is undone: a line of many small bombs
/// would grow with each.
const MAX_LAYERED: usize = 8 << 20;

/// A command line with what is known of the program that received it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Command<'a> {
    /// The line as logged.
    pub text: &'a str,
    /// The path or name of the image, which tells a renamed program's line from another's.
    pub image: Option<&'a str>,
    /// The original file name of the image's version resource.
    pub original_file_name: Option<&'a str>,
}

/// Undoes what hides the command, layer by layer.
///
/// The same input gives the same result. A line with nothing to undo has no layers and nothing
/// failed. An input over [`MAX_INPUT`] is refused in `failed`.
pub fn decode(input: &Command<'_>) -> Decoding {
    if input.text.len() > MAX_INPUT {
        return refused(input.text.len());
    }
    let (mut decoding, calls) = pipeline::run(input.text, Language::Process(*input));
    let texts = || {
        let layers = decoding.layers.iter().map(|layer| layer.text.as_str());
        std::iter::once(input.text).chain(layers)
    };
    decoding.indicators = indicator::indicators_of(texts());
    decoding.explanations = explain::explanations_of(input, &decoding.layers, &calls);
    decoding.blobs = blob::blobs_of(input.text, &decoding.layers, &decoding.failed);
    decoding.traits = traits::traits_of(&calls, texts());
    decoding
}

fn refused(length: usize) -> Decoding {
    let failed = FailedDecode {
        trick: "Command line".to_owned(),
        span: Span { from: 0, to: length },
        reason: format!("{length} bytes are more than the limit of 8 MiB: nothing was decoded"),
    };
    Decoding { failed: vec![failed], ..Decoding::default() }
}
