//! Loads and judges files and prints what each phase took; for measuring where the time goes.
//!
//! `phases [--threads N] PATH…`

#![expect(clippy::print_stdout, reason = "the output of an example")]

use std::{cell::Cell, path::PathBuf, sync::Arc, time::Instant};

use spawnscope::{
    detect::{Engine, Rules},
    ingest::{Options, Silent, load},
    session::{analyse::analyse_watched, keep},
};

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
            path => paths.push(PathBuf::from(path)),
        }
    }
    let engine = Arc::new(Engine::new(Rules::bundled()));
    options.keep = keep::judged(&engine);
    let began = Instant::now();
    let last = Cell::new(began);
    let done = |phase: &'static str| {
        println!("{:8.1} ms  {phase}", last.replace(Instant::now()).elapsed().as_secs_f64() * 1e3);
    };
    let loaded = load(&paths, &options, &Silent);
    done("reading");
    let after_reading = Instant::now();
    let analysis = analyse_watched(loaded, &engine, options.threads, &done);
    println!("{:8.1} ms  all after reading", after_reading.elapsed().as_secs_f64() * 1e3);
    println!(
        "{} events, {} processes, {} findings",
        analysis.events.len(),
        analysis.tree.processes.len(),
        analysis.findings.len()
    );
}
