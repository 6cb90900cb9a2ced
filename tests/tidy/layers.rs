//! Which layer may name which. The reasons are in ARCHITECTURE.md.

use crate::files::File;

/// Each layer with the layers it may name, lowest first.
const LAYERS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("ingest", &["model"]),
    ("tree", &["model"]),
    ("detect", &["model"]),
    ("decode", &["model"]),
    ("report", &["model"]),
    ("session", &["model", "ingest", "tree", "detect", "decode", "report"]),
    ("view", &["model", "session", "detect"]),
    ("ui", &["model", "session", "view", "detect"]),
    ("cli", &["model", "ingest", "tree", "detect", "decode", "report", "session", "view"]),
    ("main", &["cli", "ui"]),
];

/// What draws windows: known to `ui` alone.
const WINDOW_CRATES: [&str; 5] = ["egui", "eframe", "egui_extras", "rfd", "winit"];

/// Violations of the layers in one file.
pub(crate) fn problems(file: &File) -> Vec<String> {
    let Some(below) = file.path.strip_prefix("src/").filter(|_| file.is_rust()) else {
        return Vec::new();
    };
    let layer = below.split('/').next().unwrap_or_default();
    let layer = layer.strip_suffix(".rs").unwrap_or(layer);
    if layer == "lib" {
        return Vec::new();
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(known, _)| *known == layer) else {
        return vec![format!("{layer} is no layer: add it to tests/tidy/layers.rs")];
    };
    let mut problems = Vec::new();
    if file.text.contains("use crate::{") {
        problems.push("write one `use crate::layer::…` for each module".to_owned());
    }
    for (other, _) in LAYERS {
        let is_named = names(&file.text, &format!("crate::{other}"))
            || names(&file.text, &format!("spawnscope::{other}"));
        if is_named && other != layer && !allowed.contains(&other) {
            problems.push(format!("{layer} must not name {other}"));
        }
    }
    for window in WINDOW_CRATES {
        let is_named = names(&file.text, &format!("{window}::"))
            || names(&file.text, &format!("use {window}"));
        if is_named && layer != "ui" {
            problems.push(format!("only ui may name {window}"));
        }
    }
    problems
}

/// Whether `words` stand in the text on their own, not as a part of a longer name.
fn names(text: &str, words: &str) -> bool {
    let is_name = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    let bytes = text.as_bytes();
    text.match_indices(words).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let after = bytes.get(at + words.len());
        let ends_open = words.ends_with(':');
        !before.is_some_and(|byte| is_name(*byte))
            && (ends_open || !after.is_some_and(|byte| is_name(*byte)))
    })
}
