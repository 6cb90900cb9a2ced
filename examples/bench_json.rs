//! Measures how fast JSON logs are read, against the least that any reader could do.
//!
//! `cargo run --release --no-default-features --example bench_json -- [--rounds N] FILE…`
//!
//! For every file, which has to be JSON objects one after the other, it prints the processor time
//! of one thread, best of N rounds, for
//!
//! * `ignored`: `serde_json` passing over the bytes without keeping anything
//!   (`StreamDeserializer<IgnoredAny>`), the yardstick;
//! * `reading`: the file read and made into events with all their fields, without its hash;
//! * `skeletons`: the same where no record keeps its fields;
//! * `loading`: all fields, and the events sorted and duplicates removed;
//!
//! in MB/s (10⁶ bytes) and as a multiple of the yardstick. It is no test: it asserts nothing.

#![expect(clippy::print_stdout, reason = "the output of an example")]

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde::de::IgnoredAny;
use spawnscope::ingest::{Keep, Observer, Options, Silent, SourceProgress, SourceState, load};

fn main() -> Result<(), Box<dyn Error>> {
    let mut rounds = 5_u32;
    let mut paths = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--rounds" {
            let count = arguments.next().and_then(|count| count.parse().ok());
            rounds = count.unwrap_or(rounds).max(1);
        } else {
            paths.push(PathBuf::from(argument));
        }
    }
    for path in &paths {
        measure(path, rounds)?;
    }
    Ok(())
}

fn measure(path: &Path, rounds: u32) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(path)?;
    println!("{}: {} bytes", path.display(), bytes.len());
    let mut objects = 0;
    let ignored = best(rounds, || objects = pass_over(&bytes));
    print_row("ignored", ignored, ignored, bytes.len(), objects);
    let plain = Options { threads: 1, is_hashing: false, ..Options::default() };
    let bare = Options { keep: Keep::those(|_, _, _| false), ..plain.clone() };
    let paths = [path.to_owned()];
    for (name, options) in [("reading", &plain), ("skeletons", &bare)] {
        let watch = Watch::default();
        let mut records = 0;
        for _ in 0..rounds {
            let start = Moment::now();
            let loaded = load(&paths, options, &watch);
            watch.take_best(start);
            records = loaded.sources.iter().map(|source| source.records).sum();
        }
        print_row(name, watch.best(), ignored, bytes.len(), records);
    }
    let mut records = 0;
    let loading = best(rounds, || {
        let loaded = load(&paths, &plain, &Silent);
        records = loaded.sources.iter().map(|source| source.records).sum();
    });
    print_row("loading", loading, ignored, bytes.len(), records);
    Ok(())
}

/// Notes when the file has been read to its end, which one thread says in the thread that loads.
#[derive(Debug, Default)]
struct Watch(Mutex<(Option<Moment>, Option<Duration>)>);

impl Watch {
    fn both(&self) -> MutexGuard<'_, (Option<Moment>, Option<Duration>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_best(&self, start: Moment) {
        let (end, best) = &mut *self.both();
        let time = end.take().map(|end| end.since(start));
        *best = best.take().into_iter().chain(time).min();
    }

    fn best(&self) -> Duration {
        self.both().1.unwrap_or_default()
    }
}

impl Observer for Watch {
    fn progress(&self, progress: SourceProgress) {
        if progress.state == SourceState::Done {
            self.both().0 = Some(Moment::now());
        }
    }
}

/// Values in the text, up to the first that is no JSON.
fn pass_over(bytes: &[u8]) -> u64 {
    let values = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
    values.take_while(Result::is_ok).count() as u64
}

fn best(rounds: u32, mut run: impl FnMut()) -> Duration {
    let once = |_| {
        let start = Moment::now();
        run();
        Moment::now().since(start)
    };
    (0..rounds).map(once).min().unwrap_or_default()
}

/// The processor time of this thread where the system says it (Linux, `proc(5)`), else the clock's.
#[derive(Clone, Copy, Debug)]
struct Moment {
    wall: Instant,
    cpu: Option<Duration>,
}

impl Moment {
    fn now() -> Self {
        // The kernel counts up to the last tick only, unless the thread yields.
        std::thread::yield_now();
        let text = fs::read_to_string("/proc/thread-self/schedstat").ok();
        let cpu = text.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
        Self { wall: Instant::now(), cpu: cpu.map(Duration::from_nanos) }
    }

    fn since(self, start: Self) -> Duration {
        match (start.cpu, self.cpu) {
            (Some(start), Some(end)) => end.saturating_sub(start),
            _ => self.wall - start.wall,
        }
    }
}

fn print_row(name: &str, time: Duration, yardstick: Duration, bytes: usize, records: u64) {
    let (seconds, ratio) = (time.as_secs_f64(), time.as_secs_f64() / yardstick.as_secs_f64());
    let speed = bytes as f64 / 1e6 / seconds;
    println!("  {name:9} {seconds:8.3} s {speed:8.1} MB/s {ratio:6.2} × {records:9} records");
}
