//! What a command line really says: layers of decoded text with their proof.

use serde::Serialize;

/// A byte range `[from, to)` of the text of the layer before; of the input for the first layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "[usize; 2]")]
pub struct Span {
    /// First byte.
    pub from: usize,
    /// One past the last byte.
    pub to: usize,
}

impl From<Span> for [usize; 2] {
    fn from(span: Span) -> Self {
        [span.from, span.to]
    }
}

/// One step of decoding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// The trick undone, in the reader's words, for example `Base64, UTF-16LE`.
    pub trick: String,
    /// The text after this step.
    pub text: String,
    /// What of the text before was replaced or read.
    pub span: Span,
    /// Where the payload stood, in words, for example `-enc`; not part of the contract.
    #[serde(skip)]
    pub from: Option<String>,
}

/// Something that looked encoded and could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedDecode {
    /// The trick that was tried.
    pub trick: String,
    /// Where it stands in the text of the last layer before it.
    pub span: Span,
    /// Why it failed, in words.
    pub reason: String,
}

/// What an [`Indicator`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorKind {
    /// A URL.
    Url,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A host or domain name.
    Domain,
    /// A file path or file name on disk.
    Path,
    /// A UNC share.
    Share,
    /// A file hash.
    Hash,
    /// A registry key.
    RegistryKey,
    /// A scheduled task.
    Task,
    /// An e-mail address.
    Email,
}

/// Something to hunt for elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Indicator {
    /// What it is.
    pub kind: IndicatorKind,
    /// The exact value, never defanged here.
    pub value: String,
}

/// All that is known of one command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Decoding {
    /// Every step, outermost first; empty for an ordinary line.
    pub layers: Vec<Layer>,
    /// What could not be decoded and why.
    pub failed: Vec<FailedDecode>,
    /// What the input and all layers name, without repeats, in order of appearance.
    pub indicators: Vec<Indicator>,
    /// What the parameters ask for in words, for example `hidden window`, `no profile`; not part of the contract.
    #[serde(skip)]
    pub traits: Vec<String>,
}

impl Decoding {
    /// The innermost text, or `None` where nothing was decoded.
    pub fn last_text(&self) -> Option<&str> {
        self.layers.last().map(|layer| layer.text.as_str())
    }
}
