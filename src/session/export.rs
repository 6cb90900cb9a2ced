//! Writes results to files: whole or not at all, and never onto evidence.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::model::Analysis;

/// Why a result could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The target is one of the files that were loaded.
    #[error("this file is part of the evidence and is only read; choose another name: {0}")]
    IsEvidence(PathBuf),
    /// The system refused.
    #[error("cannot write: {cause}; choose another folder: {path}")]
    Write {
        /// What the system said.
        cause: io::Error,
        /// The target.
        path: PathBuf,
    },
}

/// Writes `text` to `path`. A regular file is replaced atomically (written beside, then renamed);
/// anything else, such as a device, is written through.
///
/// # Errors
/// [`ExportError::IsEvidence`] where `path` is a loaded file, [`ExportError::Write`] where the system refuses.
pub fn write(path: &Path, text: &str, analysis: &Analysis) -> Result<(), ExportError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    // What could not be read is evidence too.
    let sources = analysis.sources.iter().map(|source| &source.path);
    let mut evidence = sources.chain(analysis.issues.iter().map(|issue| &issue.path));
    if evidence.any(|evidence| evidence.is_file() && is_same_file(evidence, &target)) {
        return Err(ExportError::IsEvidence(path.to_path_buf()));
    }
    write_file(&target, text)
        .map_err(|cause| ExportError::Write { cause, path: path.to_path_buf() })
}

/// Whether both names lead to one file, by links of either kind.
fn is_same_file(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).is_ok_and(|real| real == other) || is_hard_link(one, other)
}

#[cfg(unix)]
fn is_hard_link(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |path: &Path| fs::metadata(path).map(|about| (about.dev(), about.ino())).ok();
    place(one).is_some() && place(one) == place(other)
}

/// Elsewhere a second name is told by its path alone; the evidence itself stays as it is, since a
/// regular file is replaced and not written through.
#[cfg(not(unix))]
const fn is_hard_link(_one: &Path, _other: &Path) -> bool {
    false
}

/// The cause alone: the crate adds the name of the file beside the target, which says nothing.
fn bare(error: io::Error) -> io::Error {
    if error.get_ref().is_some() { error.kind().into() } else { error }
}

fn write_file(path: &Path, text: &str) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut beside =
        tempfile::Builder::new().prefix(".spawnscope-").tempfile_in(folder).map_err(bare)?;
    beside.write_all(text.as_bytes())?;
    beside.as_file().sync_all()?;
    beside.persist(path)?;
    Ok(())
}
