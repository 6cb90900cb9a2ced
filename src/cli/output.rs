//! Where results go: standard output, or a file that is replaced whole.

use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

use crate::model::Analysis;
use crate::session::export;

/// A document as JSON, indented, with a line end.
pub(super) fn json<T: Serialize>(document: &T) -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(document)?;
    text.push('\n');
    Ok(text)
}

/// Writes to `out`, or prints.
pub(super) fn deliver(text: &str, out: Option<&Path>, analysis: &Analysis) -> anyhow::Result<()> {
    match out {
        Some(path) => Ok(export::write(path, text, analysis)?),
        None => print(text),
    }
}

/// Prints. A reader that has closed the pipe, such as `head`, is not an error.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut to = io::stdout().lock();
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output; write to a file with --out")
        }
        _ => Ok(()),
    }
}

/// Says something on standard error; where that is gone there is nobody left to tell.
pub(super) fn tell(words: &str) {
    writeln!(io::stderr(), "{words}").unwrap_or_default();
}
