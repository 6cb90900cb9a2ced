//! Which records hold all words of the filter: in a field, in the names around them, in the ids of
//! record and process, or in what the command line really says.

use memchr::memchr2;

use crate::model::{Analysis, Event, PerKind, ProcessIndex, RecordIndex};

/// The words beyond these many are not looked for; nobody types them.
const MOST_WORDS: usize = 64;

/// The words of a filter, made ready for a million records.
#[derive(Debug)]
pub(super) struct Words {
    words: Vec<String>,
    /// A bit for each word.
    all: u64,
}

impl Words {
    /// The words of this text; they are found in any letter case.
    pub(super) fn of(text: &str) -> Self {
        let words: Vec<String> =
            text.split_whitespace().take(MOST_WORDS).map(str::to_lowercase).collect();
        let all = (0..words.len()).fold(0, |all, at| all | 1 << at);
        Self { words, all }
    }

    /// Whether there are none, so that everything matches.
    pub(super) const fn is_empty(&self) -> bool {
        self.all == 0
    }

    /// The words that are in this text.
    fn within(&self, text: &str, known: u64) -> u64 {
        self.words.iter().enumerate().fold(known, |found, (at, word)| {
            let bit = 1 << at;
            if found & bit == 0 && holds(text, word) { found | bit } else { found }
        })
    }

    /// The words that are this number.
    fn number(&self, number: u64, known: u64) -> u64 {
        let is = |word: &String| word.parse() == Ok(number);
        let bits = self.words.iter().enumerate().filter(|(_, word)| is(word));
        bits.fold(known, |found, (at, _)| found | 1 << at)
    }
}

/// What words are in the names that many records share.
pub(super) struct Matcher<'e> {
    words: &'e Words,
    analysis: &'e Analysis,
    kinds: PerKind<'e, u64>,
    /// By process: words in its name and id, and with those in its command as decoded.
    processes: Vec<(u64, u64)>,
    /// Whether any word is a number.
    has_numbers: bool,
}

impl<'e> Matcher<'e> {
    pub(super) fn new(words: &'e Words, analysis: &'e Analysis) -> Self {
        let processes = if words.is_empty() { &[][..] } else { &analysis.tree.processes };
        let processes = processes
            .iter()
            .map(|process| {
                let id = process.pid.map_or(0, |pid| words.number(u64::from(pid), 0));
                let named = words.within(process.name(), id);
                let decoded = process.decoding.as_ref().and_then(|decoding| decoding.last_text());
                (named, decoded.map_or(named, |text| words.within(text, named)))
            })
            .collect();
        let has_numbers = words.words.iter().any(|word| word.parse::<u64>().is_ok());
        Self { words, analysis, kinds: PerKind::default(), processes, has_numbers }
    }

    /// Whether the record holds all words.
    pub(super) fn holds_all(&mut self, at: RecordIndex, event: &'e Event) -> bool {
        let words = self.words;
        if words.is_empty() {
            return true;
        }
        let mut found = self.kinds.of(event, || {
            [event.host(), event.channel(), event.provider()]
                .into_iter()
                .fold(0, |found, text| words.within(text, found))
        });
        if self.has_numbers {
            found = words.number(u64::from(event.event_id), found);
            found = event.record_id.map_or(found, |id| words.number(id, found));
        }
        let mark = self.analysis.record_mark(at);
        if let Some(ProcessIndex(process)) = mark.process {
            let known = self.processes.get(process as usize).copied().unwrap_or_default();
            // Only the start says what the process was told to do.
            found |= if mark.kind.is_none() { known.1 } else { known.0 };
        }
        for (_, value) in event.fields.iter() {
            if found == words.all {
                return true;
            }
            found = words.within(value, found);
        }
        found == words.all
    }
}

/// Whether the text holds the word, which is in lower case.
fn holds(text: &str, word: &str) -> bool {
    if !word.is_ascii() {
        return text.to_lowercase().contains(word);
    }
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some(first) = word.first().copied() else { return true };
    let mut from = 0;
    while let Some(rest) = text.get(from..)
        && let Some(at) = memchr2(first, first.to_ascii_uppercase(), rest)
    {
        let start = from + at;
        match text.get(start..start + word.len()) {
            Some(part) if part.eq_ignore_ascii_case(word) => return true,
            Some(_) => from = start + 1,
            None => return false,
        }
    }
    false
}
