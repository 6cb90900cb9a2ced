//! Mutates command lines for some time and says where the decoder goes wrong or is slow.
//!
//! `fuzz_decode SECONDS [SEED] [CORPUS] [FINDINGS]`: the corpus is `tests/data/decode/corpus`, and
//! findings are written to `target/fuzz_decode` as a file each. Limits are those of a release
//! build on one core: 50 ms a line.

#![expect(clippy::print_stdout, reason = "the output of an example")]
#[path = "../tests/support/mutate.rs"]
mod mutate;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// The longest that a line may take.
const BUDGET: Duration = Duration::from_millis(50);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let secs = arguments.next().and_then(|secs| secs.parse().ok()).unwrap_or(10);
    let seed = arguments.next().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let folder = arguments.next().unwrap_or_else(|| "tests/data/decode/corpus".to_owned());
    let findings =
        PathBuf::from(arguments.next().unwrap_or_else(|| "target/fuzz_decode".to_owned()));
    let mut corpus = mutate::corpus(Path::new(&folder));
    let kept = corpus.len();
    let mut numbers = mutate::Numbers::new(seed);
    let (start, limit) = (Instant::now(), Duration::from_secs(secs));
    let (mut lines, mut found) = (0_u64, 0_u64);
    let (mut slowest, mut slowest_line) = (Duration::ZERO, String::new());
    while start.elapsed() < limit && kept > 0 {
        let line = mutate::mutated(&corpus, &mut numbers);
        lines += 1;
        let outcome = catch_unwind(AssertUnwindSafe(|| mutate::verdict(&line)));
        let (mut took, mut wrong) =
            outcome.unwrap_or_else(|_panic| (Duration::ZERO, vec!["it panics".to_owned()]));
        // Another program may have had the core: the quickest of a few counts.
        for _ in 0..3 {
            if took > BUDGET / 2 {
                took = took.min(mutate::verdict(&line).0);
            }
        }
        if took > BUDGET {
            wrong.push(format!("it takes {} ms", took.as_millis()));
        }
        if took > slowest {
            (slowest, slowest_line) = (took, line.clone());
            // What is slow is worth making slower.
            if corpus.len() < kept + 64 {
                corpus.push(line.clone());
            }
        }
        if !wrong.is_empty() {
            found += 1;
            keep(&findings, &format!("{seed}-{lines}"), &line, &wrong);
        }
    }
    keep(&findings, &format!("{seed}-slowest"), &slowest_line, &[]);
    println!(
        "{lines} lines in {:.0} s, {found} findings, the slowest {:.1} ms, {} bytes",
        start.elapsed().as_secs_f64(),
        slowest.as_secs_f64() * 1e3,
        slowest_line.len()
    );
}

fn keep(folder: &Path, name: &str, line: &str, wrong: &[String]) {
    for what in wrong {
        println!("{name}: {what}");
    }
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(folder.join(format!("{name}.txt")), line));
    if let Err(error) = written {
        println!("{name}: cannot be kept: {error}");
    }
}
