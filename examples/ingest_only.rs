//! Loads files and folders and prints what came of it; for measuring the reading alone.
//!
//! `ingest_only [--threads N] [--no-hash] [--heads] PATH…`

#![expect(clippy::print_stdout, reason = "the output of an example")]

use std::{collections::BTreeMap, path::PathBuf};

use spawnscope::ingest::{Keep, Options, Silent, load};

fn main() {
    let mut options = Options::default();
    let mut paths = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--threads" => {
                let count = arguments.next().and_then(|count| count.parse().ok());
                options.threads = count.unwrap_or(options.threads);
            }
            "--heads" => options.keep = Keep::those(|_, _, _| false),
            "--no-hash" => options.is_hashing = false,
            path => paths.push(PathBuf::from(path)),
        }
    }
    let loaded = load(&paths, &options, &Silent);
    let records = loaded.sources.iter().map(|source| source.records).sum::<u64>();
    let unreadable = loaded.sources.iter().map(|source| source.unreadable_records).sum::<u64>();
    println!(
        "{} sources, {records} records, {unreadable} unreadable, {} events, {} duplicates, {} ignored",
        loaded.sources.len(),
        loaded.events.len(),
        loaded.also_at.len(),
        loaded.ignored_files
    );
    let mut kinds = BTreeMap::new();
    for issue in &loaded.issues {
        *kinds.entry(issue.kind).or_insert(0) += 1;
    }
    println!("issues: {kinds:?}");
    for issue in loaded.issues.iter().take(10) {
        println!("  {} {:?}: {}", issue.path.display(), issue.offset, issue.message);
    }
}
