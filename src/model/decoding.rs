//! What a command line really says: layers of decoded text with their proof, what the commands in
//! them do, what they name, and the data they carry. No decoding.

use std::sync::Arc;

use serde::Serialize;

/// A byte range `[from, to)` of the text of the layer before; of the input for the first layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
    /// The short name of a computer.
    Host,
    /// An account, `DOMAIN\name` or alone.
    User,
    /// A named pipe.
    Pipe,
    /// A TCP or UDP port, in decimal.
    Port,
}

/// What is known of an [`Indicator`] without asking anybody.
///
/// A mark, never a reason to drop it: an intruder may use Microsoft's hosts too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorNote {
    /// Written so that it does not read as what it is: `hxxp`, `[.]`, `0xC0A80101`.
    Disguised,
    /// This computer: 127.0.0.0/8, `::1`, `localhost` (RFC 1122, RFC 4291).
    Loopback,
    /// Of a private network: RFC 1918, RFC 4193, RFC 6598.
    Private,
    /// Of the same link: 169.254.0.0/16, `fe80::/10` (RFC 3927, RFC 4291).
    LinkLocal,
    /// Kept for examples: RFC 5737, RFC 3849, RFC 2606.
    Documentation,
    /// Of no single host: multicast, broadcast, unspecified, reserved (RFC 6890).
    Special,
    /// Microsoft's, seen on every Windows computer.
    Microsoft,
    /// Zoom's own.
    Zoom,
}

impl IndicatorNote {
    /// The note in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Disguised => "written in disguise",
            Self::Loopback => "this computer",
            Self::Private => "private network",
            Self::LinkLocal => "same link only",
            Self::Documentation => "kept for examples",
            Self::Special => "no single host",
            Self::Microsoft => "Microsoft's",
            Self::Zoom => "Zoom's",
        }
    }
}

/// Something to hunt for elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Indicator {
    /// What it is.
    pub kind: IndicatorKind,
    /// The exact value, never defanged here; where the text disguised it, what it stands for.
    pub value: String,
    /// The text it was first found in: 0 is the input, 1 the first layer.
    pub layer: usize,
    /// Where in that text.
    pub span: Span,
    /// What is known of it, in a fixed order.
    pub notes: Vec<IndicatorNote>,
}

impl Indicator {
    /// An indicator of the input without notes.
    pub fn new(kind: IndicatorKind, value: &str, span: Span) -> Self {
        Self { kind, value: value.to_owned(), layer: 0, span, notes: Vec::new() }
    }
}

/// A technique of MITRE ATT&CK (Enterprise, attack.mitre.org).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Technique {
    /// Its id, for example `T1059.001`.
    pub id: &'static str,
    /// Its name; of a sub-technique with the parent's before it.
    pub name: &'static str,
}

/// What a command does, in plain words that rest on its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The words, for example `deletes the shadow copies`. Values in it are data from logs.
    pub text: String,
    /// The ATT&CK technique, where one names it.
    pub technique: Option<Technique>,
    /// The text it rests on: 0 is the input, 1 the first layer.
    pub layer: usize,
    /// Where in that text.
    pub span: Span,
}

/// Decoded data that is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// What it is, in words, for example `a PE file (64-bit DLL)`.
    pub what: String,
    /// The text it was encoded in: 0 is the input, 1 the first layer.
    pub layer: usize,
    /// Where in that text.
    pub span: Span,
    /// Its size in bytes.
    pub size: usize,
    /// SHA-256 of all its bytes, in lower case hexadecimal.
    pub sha256: String,
    /// Its printable strings, in order, cut to a bounded number.
    pub strings: Vec<String>,
    /// Its first bytes, at most [`Blob::MAX_KEPT`].
    pub bytes: Arc<[u8]>,
}

impl Blob {
    /// Most bytes that are kept of one: 1 MiB.
    pub const MAX_KEPT: usize = 1 << 20;
}

/// All that is known of one command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoding {
    /// Every step, outermost first; empty for an ordinary line.
    pub layers: Vec<Layer>,
    /// What could not be decoded and why.
    pub failed: Vec<FailedDecode>,
    /// What the input and all layers name, without repeats, in order of appearance.
    pub indicators: Vec<Indicator>,
    /// What the commands in the input and the layers do, in order of appearance.
    pub explanations: Vec<Explanation>,
    /// Data that is no text, in order of appearance.
    pub blobs: Vec<Blob>,
    /// What the parameters ask for in words, for example `hidden window`, `no profile`.
    pub traits: Vec<String>,
}

impl Decoding {
    /// The innermost text, or `None` where nothing was decoded.
    pub fn last_text(&self) -> Option<&str> {
        self.layers.last().map(|layer| layer.text.as_str())
    }
}
