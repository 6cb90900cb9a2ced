//! Whether the command line of a process is the one that another command asked for.

use super::effects::stem;
use super::words::Words;

/// Words of a command line that are compared.
const MOST_WORDS: usize = 64;
/// Words of a command that are looked through for it.
const MOST_ASKED: usize = 2_048;

/// What a process is found under: program and the next two words of its command line. A busy server
/// starts `cmd /c` thousands of times, but not with the same word after it.
pub(super) fn key_of(line: &str) -> String {
    let mut words = Words::of(line).map(|word| word.text);
    let program = words.next();
    key(program, words.next(), words.next())
}

fn key(program: Option<&str>, one: Option<&str>, two: Option<&str>) -> String {
    let program = program.map_or("", |word| stem(value_of(word)));
    [program, one.unwrap_or_default(), two.unwrap_or_default()].join("\0").to_lowercase()
}

/// How much of a process's command line a command names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sameness {
    /// The program, which has no arguments.
    Program,
    /// The program and all its arguments.
    Whole,
}

/// The words of a command, ready to be compared.
#[derive(Debug, Default)]
pub(super) struct Line<'t> {
    words: Vec<&'t str>,
}

impl<'t> Line<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { words: Words::of(text).take(MOST_ASKED).map(|word| word.text).collect() }
    }

    /// What a process started by this command may be found under, see [`key_of`]; sorted, once each.
    pub(super) fn keys(&self) -> Vec<String> {
        let at = |at: usize| self.words.get(at).copied();
        let mut keys: Vec<String> = (1..self.words.len())
            .flat_map(|first| {
                let (program, one, two) = (at(first), at(first + 1), at(first + 2));
                // A line of one word, of two, of three and more.
                let keys = [key(program, None, None), key(program, one, None)];
                keys.into_iter().chain(one.zip(two).map(|_| key(program, one, two)))
            })
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The words in small letters without the `\` that tasks begin with.
    pub(super) fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.words.iter().map(|word| value_of(word).trim_start_matches('\\').to_lowercase())
    }

    /// Whether `line` stands in this command, after its own program. `work` counts the comparisons.
    ///
    /// Quotes and blanks do not count, nor the folder and ending of the program: Windows writes
    /// what was started, not what was asked for.
    pub(super) fn names_line(&self, line: &str, work: &mut u64) -> Option<Sameness> {
        let wanted: Vec<&str> =
            Words::of(line).take(MOST_WORDS + 1).map(|word| word.text).collect();
        let (program, arguments) = wanted.split_first()?;
        if arguments.len() >= MOST_WORDS {
            return None;
        }
        let program = stem(program);
        for at in 1..self.words.len() {
            *work = work.saturating_add(1);
            let (first, rest) = self.words.get(at..).and_then(<[_]>::split_first)?;
            if !stem(value_of(first)).eq_ignore_ascii_case(program) {
                continue;
            }
            *work = work.saturating_add(arguments.len() as u64);
            let is_same = rest.len() >= arguments.len()
                && rest.iter().zip(arguments).all(|(asked, got)| asked.eq_ignore_ascii_case(got));
            if is_same {
                let is_whole = !arguments.is_empty();
                return Some(if is_whole { Sameness::Whole } else { Sameness::Program });
            }
        }
        None
    }
}

/// The value of `binPath=C:\x.exe` or `/tr:x`; the word itself where it has none.
fn value_of(word: &str) -> &str {
    match word.split_once('=') {
        Some((_, value)) if !value.is_empty() => value,
        _ => word,
    }
}
