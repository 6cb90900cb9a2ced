//! Carries out a headless command.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::cli::args::{ReportFormat, Root, RulesTask, Task, TextFormat};
use crate::cli::{Common, Exit, decode, output, rules, text, tree};
use crate::detect::{Engine, Rules};
use crate::ingest::{self, Observer, SourceProgress};
use crate::model::{Analysis, Issue, Process, Severity, SourceIndex, file_name, is_same_text};
use crate::report::{self, json};
use crate::session::{analyse, keep, sample};
use crate::view::visible::visible_text;

/// Runs one command to its end.
///
/// # Errors
/// Where the result cannot be written, or the input of `decode` cannot be read.
pub fn run(task: Task) -> anyhow::Result<Exit> {
    match task {
        Task::Scan { common, format, fail_on } => scan(&common, format, fail_on),
        Task::Tree { common, root, format, width, no_inferred } => {
            let options = tree::Options { width, shows_inferred: !no_inferred };
            tree(&common, root, format, options)
        }
        Task::Report { common, format } => report_to(&common, format),
        Task::Decode { text, lines, image, format } => {
            decode::run(text.as_deref(), lines.as_deref(), image.as_deref(), format)
        }
        Task::Rules { task: RulesTask::List } => rules::list(),
        Task::Rules { task: RulesTask::Check { dir } } => rules::check(&dir),
        Task::Sample { dir } => {
            let files = sample::write(&dir)
                .with_context(|| format!("cannot write the sample: {}", dir.display()))?;
            for file in files {
                output::print(&format!("{}\n", file.display()))?;
            }
            Ok(Exit::Done)
        }
    }
}

fn scan(common: &Common, format: TextFormat, fail_on: Option<Severity>) -> anyhow::Result<Exit> {
    let analysis = load(common)?;
    let document = match format {
        TextFormat::Text => text::scan(&analysis),
        TextFormat::Json => output::json(&json::Scan::of(&analysis))?,
    };
    output::deliver(&document, common.out.as_deref(), &analysis)?;
    let found = fail_on
        .is_some_and(|level| analysis.findings.iter().any(|finding| finding.severity >= level));
    Ok(exit_of(&analysis, found))
}

fn tree(
    common: &Common,
    root: Root,
    format: TextFormat,
    options: tree::Options,
) -> anyhow::Result<Exit> {
    let mut analysis = load(common)?;
    if !options.shows_inferred {
        analysis.tree.inferred.clear();
        analysis.crossings.clear();
    }
    let is_zoom = |image: &str| is_same_text(file_name(image), "Zoom.exe");
    let mut wanted: Vec<_> = match root {
        Root::All => analysis.tree.iter().map(|(at, _)| at).collect(),
        Root::Zoom => {
            let is_zoom = |process: &Process| process.image.as_deref().is_some_and(is_zoom);
            let zooms = analysis.tree.iter().filter(|(_, process)| is_zoom(process));
            analysis.tree.subtrees(zooms.map(|(at, _)| at)).into_iter().collect()
        }
    };
    wanted.sort_unstable();
    wanted.dedup();
    let document = match format {
        TextFormat::Text => tree::tree(&analysis, &wanted, options),
        TextFormat::Json => output::json(&json::Tree::of(&analysis, wanted.into_iter()))?,
    };
    output::deliver(&document, common.out.as_deref(), &analysis)?;
    Ok(exit_of(&analysis, false))
}

fn report_to(common: &Common, format: ReportFormat) -> anyhow::Result<Exit> {
    let analysis = load(common)?;
    let document = match format {
        ReportFormat::Md => report::markdown(&analysis, &report::Options::default()),
        ReportFormat::Json => output::json(&json::Scan::of(&analysis))?,
    };
    output::deliver(&document, common.out.as_deref(), &analysis)?;
    Ok(exit_of(&analysis, false))
}

fn exit_of(analysis: &Analysis, found: bool) -> Exit {
    let records: u64 = analysis.sources.iter().map(|source| source.records).sum();
    let has_loss = analysis.issues.iter().any(|issue| issue.kind.is_loss());
    if records == 0 && (has_loss || analysis.sources.is_empty()) {
        Exit::NothingRead
    } else if found {
        Exit::Found
    } else if has_loss {
        Exit::ReadInPart
    } else {
        Exit::Done
    }
}

/// Reads and judges what the command names; problems go to standard error as well.
fn load(common: &Common) -> anyhow::Result<Analysis> {
    let mut rules = Rules::bundled();
    let mut rule_issues = Vec::new();
    for dir in &common.rules {
        if !dir.exists() {
            bail!("there are no rules: {}", visible_text(&dir.to_string_lossy()));
        }
        let (more, issues) = Rules::load_dir(dir);
        rules.extend(more);
        rule_issues.extend(issues);
    }
    let maps = ingest::load_maps(&common.map)?;
    let engine = Arc::new(Engine::new(rules));
    let threads = common.threads.unwrap_or_else(default_threads).max(1);
    let loaded = {
        let bar = ProgressLine::new();
        let keep = keep::judged(&engine);
        let passwords = passwords(common)?;
        let options =
            ingest::Options { threads, keep, passwords, maps, ..ingest::Options::default() };
        ingest::load(&common.paths, &options, &bar)
    };
    let mut analysis = analyse::analyse(loaded, &engine, threads);
    analysis.issues.extend(rule_issues);
    tell_issues(&analysis.issues);
    if analysis.sources.is_empty() && analysis.issues.is_empty() {
        let named = common.paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>();
        output::tell(&format!("No log was found in {}.", visible_text(&named.join(", "))));
    }
    Ok(analysis)
}

/// The passwords given, those of the file last. Only line ends are taken off them.
fn passwords(common: &Common) -> anyhow::Result<Vec<String>> {
    let mut passwords = common.passwords.clone();
    if let Some(path) = &common.password_file {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("cannot read the passwords: {}", visible_text(&path.to_string_lossy()))
        })?;
        let lines = text.strip_prefix('\u{FEFF}').unwrap_or(&text).lines();
        passwords.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
    }
    Ok(passwords)
}

/// As many threads as there are processors.
fn default_threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn tell_issues(issues: &[Issue]) {
    for issue in issues {
        output::tell(&text::issue(issue));
    }
}

/// One line of progress on standard error, where that is a terminal.
struct ProgressLine {
    is_shown: bool,
    state: Mutex<ProgressState>,
}

struct ProgressState {
    last: Instant,
    total: u64,
    read: BTreeMap<SourceIndex, (u64, u64)>,
}

impl ProgressLine {
    fn new() -> Self {
        let state = ProgressState { last: Instant::now(), total: 0, read: BTreeMap::new() };
        Self { is_shown: io::stderr().is_terminal(), state: Mutex::new(state) }
    }
}

impl Observer for ProgressLine {
    fn source_found(&self, _source: SourceIndex, _path: &Path, bytes: u64) {
        if let Ok(mut state) = self.state.lock() {
            state.total += bytes;
        }
    }

    fn progress(&self, progress: SourceProgress) {
        let Ok(mut state) = self.state.lock() else { return };
        state.read.insert(progress.source, (progress.bytes_done, progress.records));
        if !self.is_shown || state.last.elapsed() < Duration::from_millis(200) {
            return;
        }
        state.last = Instant::now();
        let done: u64 = state.read.values().map(|(bytes, _)| bytes).sum();
        let records: u64 = state.read.values().map(|(_, records)| records).sum();
        let percent = done.saturating_mul(100).checked_div(state.total).unwrap_or(0);
        // A terminal that has gone away is no reason to stop reading.
        write!(io::stderr(), "\rReading {percent} %, {records} records").unwrap_or_default();
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.is_shown {
            write!(io::stderr(), "\r\x1b[K").unwrap_or_default();
        }
    }
}
