//! Makes hostile command lines from good ones, and says what is wrong with what the decoder made
//! of one. Deterministic by its seed. Used by a short test and by the long-running example.

#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "it cuts at boundaries that it has found; a panic here is a mistake of the test"
)]

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use spawnscope::decode::{Command, decode};
use spawnscope::model::{Decoding, Span};

/// The longest line made: what `CreateProcess` takes.
const MAX_LINE: usize = 32_000;

/// Pieces that mean something to one of the tricks.
const PIECES: &[&str] = &[
    "powershell ",
    "pwsh ",
    "-enc ",
    "-e ",
    "-c ",
    "-File ",
    "cmd /c ",
    "/v:on ",
    "\"",
    "'",
    "\\\"",
    "^",
    "`",
    "%",
    "!",
    "%COMSPEC%",
    "%PATH:~0,1%",
    "set a=b&",
    "call ",
    "for %i in (a b) do ",
    "& ",
    "&& ",
    "| ",
    ";",
    "iex ",
    "IEX(",
    "&('i'+'ex')",
    ".($env:comspec[4,15,25]-join'')",
    "[Convert]::FromBase64String(",
    "[Text.Encoding]::Unicode.GetString(",
    "[char]65",
    "[char[]](65,66)",
    "-join",
    "-split",
    "-f ",
    "\"{1}{0}\"",
    "-replace 'a','b'",
    ".Replace('a','b')",
    ".Substring(1,2)",
    "[array]::Reverse($a)",
    "-bxor 35",
    "0x41",
    "0b1000001",
    "[Convert]::ToInt32('41',16)",
    "$a='b';",
    "${a b}",
    "$env:ComSpec",
    "$(",
    ")",
    "(",
    "{",
    "}",
    "@'\n",
    "\n'@",
    "@(",
    "#",
    "<#",
    "#>",
    "+",
    ",",
    "..",
    "http://198.51.100.7/a.ps1",
    "hxxp://a[.]b/",
    "http://3232235777/",
    "\\\\FS01\\C$\\a",
    "C:\\Users\\a\\b.exe",
    "HKCU\\Software\\",
    "/user:CORP\\joe",
    "schtasks /create /tn a /tr b /sc minute ",
    "vssadmin delete shadows ",
    "rundll32 javascript:",
    "mshta vbscript:",
    "regsvr32 /i:http://a/b scrobj.dll ",
    "wmic process call create ",
    "certutil -urlcache -f ",
    "H4sIAAAAAAAA",
    "TVqQAAMAAAAEAAAA",
    "dwBoAG8AYQBtAGkA",
    "ConvertTo-SecureString ",
    "-Key (1..16)",
    "é",
    "\u{1F600}",
    "\u{FFFD}",
    "\u{2013}",
    "\0",
    "\r\n",
    "\t",
    " ",
];

/// A source of numbers by xorshift.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % limit.max(1)
    }
}

/// A new line from those of the corpus.
pub(crate) fn mutated(corpus: &[String], numbers: &mut Numbers) -> String {
    let mut line = pick(corpus, numbers);
    for _ in 0..=numbers.below(6) {
        line = step(&line, corpus, numbers);
    }
    let end = (0..=MAX_LINE.min(line.len())).rev().find(|at| line.is_char_boundary(*at));
    line.truncate(end.unwrap_or(0));
    line
}

fn pick(corpus: &[String], numbers: &mut Numbers) -> String {
    corpus.get(numbers.below(corpus.len())).cloned().unwrap_or_default()
}

fn step(line: &str, corpus: &[String], numbers: &mut Numbers) -> String {
    let from = boundary(line, numbers);
    let to = boundary(line, numbers).max(from);
    let (head, body, tail) = (&line[..from], &line[from..to], &line[to..]);
    let piece = PIECES[numbers.below(PIECES.len())];
    match numbers.below(10) {
        0 => format!("{head}{tail}"),
        1 => format!("{head}{body}{body}{tail}"),
        2 | 3 => format!("{head}{piece}{body}{tail}"),
        4 => format!("{head}{}{tail}", piece.repeat(1 + numbers.below(2000))),
        5 => {
            let other = pick(corpus, numbers);
            let cut = boundary(&other, numbers);
            format!("{head}{}", &other[cut..])
        }
        6 => {
            let bytes: Vec<u8> = line.encode_utf16().flat_map(u16::to_le_bytes).collect();
            format!("powershell -nop -e {}", STANDARD.encode(bytes))
        }
        7 => format!(
            "iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{}')))",
            STANDARD.encode(line.as_bytes())
        ),
        8 => {
            let flip = |c: char| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            };
            format!("{head}{}{tail}", body.chars().map(flip).collect::<String>())
        }
        _ => {
            let times = 1 + numbers.below(200);
            let short: String = body.chars().take(64).collect();
            format!("{head}{}{tail}", short.repeat(times))
        }
    }
}

fn boundary(text: &str, numbers: &mut Numbers) -> usize {
    let at = numbers.below(text.len() + 1);
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// What is wrong with what the decoder says of a line, and how long it took.
pub(crate) fn verdict(line: &str) -> (Duration, Vec<String>) {
    let command = Command { text: line, ..Command::default() };
    let start = Instant::now();
    let before = core_time(start);
    let decoding = decode(&command);
    let took = core_time(start).saturating_sub(before);
    let mut wrong = Vec::new();
    if decoding != decode(&command) {
        wrong.push("a second time it says something else".to_owned());
    }
    wrong.extend(misplaced(line, &decoding));
    let size: usize = decoding.layers.iter().map(|layer| layer.text.len()).sum();
    if size > 17 << 20 {
        wrong.push(format!("the layers hold {size} bytes"));
    }
    (took, wrong)
}

/// The time this thread has had a core, where the system tells it, else the time that went by:
/// other programs on the machine must not count.
fn core_time(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Spans that are no part of the text they name.
fn misplaced(line: &str, decoding: &Decoding) -> Vec<String> {
    let mut texts = vec![line];
    texts.extend(decoding.layers.iter().map(|layer| layer.text.as_str()));
    let fits = |layer: usize, span: Span| {
        texts.get(layer).is_some_and(|text| text.get(span.from..span.to).is_some())
    };
    let mut wrong = Vec::new();
    for (before, layer) in decoding.layers.iter().enumerate() {
        if !fits(before, layer.span) {
            wrong.push(format!("the span of the layer {} fits nothing", layer.trick));
        }
        if texts.get(before) == Some(&layer.text.as_str()) {
            wrong.push(format!("the layer {} changes nothing", layer.trick));
        }
    }
    for failed in &decoding.failed {
        if !(0..texts.len()).any(|layer| fits(layer, failed.span)) {
            wrong.push(format!("the span of what failed fits nothing: {failed:?}"));
        }
    }
    for found in &decoding.indicators {
        if !fits(found.layer, found.span) || found.value.is_empty() {
            wrong.push(format!("an indicator stands nowhere: {found:?}"));
        }
    }
    for found in &decoding.explanations {
        if !fits(found.layer, found.span) || found.text.is_empty() {
            wrong.push(format!("an explanation rests on nothing: {found:?}"));
        }
    }
    for blob in &decoding.blobs {
        if !fits(blob.layer, blob.span) {
            wrong.push(format!("data stands nowhere: {}", blob.what));
        }
    }
    wrong
}

/// The lines of the corpus, in the order of their files' names.
pub(crate) fn corpus(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let text = |path: &std::path::PathBuf| std::fs::read(path).ok();
    let lines = paths.iter().filter_map(text);
    lines.map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned()).collect()
}
