//! The real program, run as scripts run it, on the sample incident: what it prints and how it ends.
//! What the sample holds is told by `tests/data/sample_truth.json`, which the program did not make.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what is absent fails the test"
)]

mod decode;
mod exit;
#[cfg(unix)]
mod hostile;
mod logs;
mod map;
mod shape;
mod tree_text;
mod truth;

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value as Json;
use tempfile::TempDir;

/// Runs the program and waits for its end.
fn run<S: AsRef<OsStr>>(args: &[S]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spawnscope")).args(args).output().unwrap()
}

/// Runs the program with this on standard input.
fn run_with_input(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_spawnscope"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || to.write_all(input).unwrap());
        child.wait_with_output().unwrap()
    })
}

/// What it printed, and its exit status.
fn printed<S: AsRef<OsStr>>(args: &[S]) -> (String, i32) {
    let output = run(args);
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

/// What it printed, as JSON; it must have ended with 0.
fn json<S: AsRef<OsStr>>(args: &[S]) -> Json {
    let (text, status) = printed(args);
    assert_eq!(status, 0, "{text}");
    assert!(text.ends_with('\n'));
    serde_json::from_str(&text).unwrap()
}

/// The sample incident as `spawnscope sample` writes it; removed by the system's own housekeeping.
static SAMPLE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let (listed, status) = printed(&["sample".as_ref(), folder.path().as_os_str()]);
    assert_eq!(status, 0);
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    assert_eq!(listed.lines().count(), 9);
    for line in listed.lines() {
        let below = Path::new(line).strip_prefix(folder.path()).unwrap();
        assert_eq!(std::fs::read(line).unwrap(), std::fs::read(here.join(below)).unwrap());
    }
    folder
});

fn sample() -> &'static str {
    SAMPLE.path().to_str().unwrap()
}

static SCAN: LazyLock<Json> = LazyLock::new(|| json(&["scan", sample(), "--format", "json"]));
static TREE: LazyLock<Json> = LazyLock::new(|| json(&["tree", sample(), "--format", "json"]));

/// The entries of an array.
fn list(value: &Json) -> &[Json] {
    value.as_array().unwrap()
}

/// A string.
fn text(value: &Json) -> &str {
    value.as_str().unwrap()
}
