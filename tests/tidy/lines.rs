//! Rules on one file, seen line by line.

use crate::files::File;

/// The most lines of a file; 250 are the aim.
const MAX_LINES: usize = 500;

/// The one file that knows where sample logs lie.
const SAMPLES: &str = "tests/support/samples.rs";

/// Files that must spell out what others must not.
const CHECKS: &str = "tests/tidy/lines.rs";

/// Words that must not stand in a line, and what is wrong with them.
const RUST_WORDS: [(&str, &str); 6] = [
    ("#[ignore", "a test that is switched off"),
    ("todo!", "unfinished"),
    ("unimplemented!", "unfinished"),
    ("dbg!", "left over from debugging"),
    ("#[allow(", "write #[expect(…, reason = …)]"),
    ("#![allow(", "write #![expect(…, reason = …)]"),
];

/// Folders of one machine: nobody else has them.
const MACHINE_PATHS: [&str; 4] = ["/work/", "/root/", "/tmp/", "/home/"];

/// Violations in one file.
pub(crate) fn problems(file: &File) -> Vec<String> {
    let mut problems = Vec::new();
    if file.path == CHECKS {
        return problems;
    }
    if file.is_rust() {
        if !file.text.starts_with("//!") {
            problems.push("does not open with `//!`".to_owned());
        }
        let lines = file.text.lines().count();
        if lines > MAX_LINES {
            problems.push(format!("{lines} lines, {MAX_LINES} are the cap"));
        }
    }
    for (number, line) in (1..).zip(file.text.lines()) {
        let mut wrong = |words: &str| problems.push(format!("line {number}: {words}"));
        for (word, words) in RUST_WORDS {
            if file.is_rust() && stands_alone(line, word) {
                wrong(words);
            }
        }
        if MACHINE_PATHS.iter().any(|path| stands_alone(line, path)) {
            wrong("a path of one machine");
        }
        if line.contains("../shared") && file.path != SAMPLES {
            wrong("ask tests/support/samples.rs for sample logs");
        }
    }
    problems
}

/// Whether the word is there and is not the end of a longer one, or a part of a URL.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|letter| matches!(letter, '_' | '.') || letter.is_alphanumeric())
    })
}
