//! What the parameters of a PowerShell call ask for, as one sentence.

use super::super::powershell::{Asks, Call};
use super::super::text::part;
use super::technique::technique;
use super::{Said, rule};
use crate::model::{Explanation, Span};

/// The theme of these sentences, beside the tables of rules.
const THEME: usize = usize::MAX - 1;

/// Asked for alone, these are everyday.
const EVERYDAY: &[Asks] = &[Asks::NoProfile, Asks::NonInteractive];

/// The sentences on the calls in one text.
pub(super) fn said(layer: usize, text: &str, calls: &[(usize, Call)]) -> Vec<Said> {
    let of_text = calls.iter().filter(|(at, _)| *at == layer).map(|(_, call)| call);
    of_text.flat_map(|call| sentences(layer, text, call)).collect()
}

fn sentences(layer: usize, text: &str, call: &Call) -> Vec<Said> {
    let raw = part(text, call.start, call.end);
    let from = call.start + raw.len() - raw.trim_start().len();
    let span = Span { from, to: (call.start + raw.trim_end().len()).max(from) };
    let mut found = Vec::new();
    let mut say = |row: usize, words: String, id: &str| {
        let explanation = Explanation { text: words, technique: technique(id), layer, span };
        found.push(Said { rule: (THEME, row), explanation });
    };
    let mut asks = call.asks.clone();
    asks.sort_unstable();
    asks.dedup();
    if asks.iter().any(|ask| !EVERYDAY.contains(ask)) {
        let words: Vec<&str> = asks.iter().map(|ask| ask.words()).collect();
        say(0, format!("starts PowerShell: {}", words.join(", ")), "T1059.001");
    }
    if asks.contains(&Asks::OldEngine) {
        let words = "uses PowerShell 2, which logs no script blocks and knows no AMSI";
        say(1, words.to_owned(), "T1562.010");
    }
    if let Some(file) = call.file.as_deref().filter(|file| !file.trim().is_empty()) {
        say(2, format!("runs the PowerShell script {}", rule::cut(file)), "T1059.001");
    }
    if call.is_refused {
        let words = "names a second command, which PowerShell refuses: nothing runs";
        say(3, words.to_owned(), "");
    }
    found.retain(|one| one.explanation.span.from < one.explanation.span.to);
    found
}
