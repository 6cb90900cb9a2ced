//! What a command asks for, in a reader's words: `hidden window`, `downloads`.
//!
//! Signs, not verdicts: a trait says what stands there, a rule says whether that is bad.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::powershell::{Asks, Call};
use super::text::{find_ignore_case, has_word};

/// Words that fetch something from the network.
///
/// Sources: MITRE ATT&CK T1105 (ingress tool transfer), T1197 (BITS jobs), T1059.001.
const DOWNLOAD_WORDS: &[&str] = &[
    "net.webclient",
    "system.net.webclient",
    "downloadstring",
    "downloadfile",
    "downloaddata",
    "invoke-webrequest",
    "iwr",
    "wget",
    "curl",
    "curl.exe",
    "invoke-restmethod",
    "irm",
    "start-bitstransfer",
];

/// A program that fetches only with a certain argument.
const DOWNLOAD_PAIRS: &[(&str, &str)] =
    &[("certutil", "urlcache"), ("bitsadmin", "/transfer"), ("bitsadmin", "/addfile")];

/// Words that run text without a file (ATT&CK T1059.001).
const MEMORY_WORDS: &[&str] = &["iex", "invoke-expression"];

/// All these words in one search, since most lines hold none of them.
static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let programs = DOWNLOAD_PAIRS.iter().map(|(program, _)| program);
    let words = DOWNLOAD_WORDS.iter().chain(MEMORY_WORDS).chain(programs);
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words)
        .ok()
});

/// The traits of a line, in a fixed order.
pub(super) fn traits_of<'a>(
    calls: &[(usize, Call)],
    texts: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let mut traits: Vec<&str> = Vec::new();
    let mut asks: Vec<Asks> =
        calls.iter().flat_map(|(_, call)| call.asks.iter().copied()).collect();
    asks.sort_unstable();
    asks.dedup();
    traits.extend(asks.iter().map(|ask| ask.words()));
    let (mut downloads, mut runs_in_memory) = (false, false);
    for text in texts.filter(|text| SIGNS.as_ref().is_none_or(|signs| signs.is_match(*text))) {
        downloads = downloads || fetches(text);
        runs_in_memory = runs_in_memory || MEMORY_WORDS.iter().any(|word| has_word(text, word));
    }
    traits.extend(downloads.then_some("downloads"));
    traits.extend(runs_in_memory.then_some("runs in memory"));
    traits.into_iter().map(str::to_owned).collect()
}

fn fetches(text: &str) -> bool {
    let has_member = |word: &str| find_ignore_case(text, &format!(".{word}("), 0).is_some();
    DOWNLOAD_WORDS.iter().any(|word| has_word(text, word) || has_member(word))
        || DOWNLOAD_PAIRS.iter().any(|(program, argument)| {
            find_ignore_case(text, program, 0)
                .is_some_and(|at| find_ignore_case(text, argument, at).is_some())
        })
}
