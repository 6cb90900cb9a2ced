//! Some seconds of mutated command lines: no panic, the same answer twice, every span a part of
//! its text, bounded size. `examples/fuzz_decode.rs` does the same for as long as wanted.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::mutate;

#[test]
fn mutated_lines_are_read_soundly() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/decode/corpus");
    let corpus = mutate::corpus(&folder);
    assert!(corpus.len() >= 20, "the corpus is {}", folder.display());
    for line in &corpus {
        assert_eq!(mutate::verdict(line).1, Vec::<String>::new(), "{line}");
    }
    let start = Instant::now();
    let mut numbers = mutate::Numbers::new(7);
    let mut lines = 0;
    while lines < 400 && start.elapsed() < Duration::from_secs(5) {
        let line = mutate::mutated(&corpus, &mut numbers);
        assert_eq!(mutate::verdict(&line).1, Vec::<String>::new(), "{line}");
        lines += 1;
    }
}
