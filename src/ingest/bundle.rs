//! Finds the files of the evidence: those named, and those below folders that were named.
//! Does not look into them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::model::{Issue, IssueKind, LeftOut};

/// A file to look into.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// As named, or as found below a folder that was.
    pub(super) path: PathBuf,
    /// Named itself, not found by searching.
    pub(super) is_named: bool,
}

/// The files, each once, and what stood in the way.
#[derive(Debug, Default)]
pub(super) struct Bundle {
    /// By the path without links, so that a file named twice is read once.
    files: BTreeMap<PathBuf, Found>,
    pub(super) issues: Vec<Issue>,
    /// Links, sockets and the like met while searching.
    pub(super) ignored: u64,
}

impl Bundle {
    /// Searches folders recursively; follows no links in them.
    pub(super) fn search(paths: &[PathBuf]) -> Self {
        let mut bundle = Self::default();
        for path in paths {
            bundle.add(path);
        }
        bundle
    }

    /// The files in the order of their paths.
    pub(super) fn into_files(self) -> Vec<Found> {
        let mut files = self.files.into_values().collect::<Vec<_>>();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// Takes out the files that are named whole, by whatever path; those that were there, sorted.
    pub(super) fn leave_out(&mut self, unwanted: &[LeftOut]) -> Vec<LeftOut> {
        let mut left_out = Vec::new();
        for file in unwanted.iter().filter(|unwanted| unwanted.member.is_none()) {
            let real = fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
            if let Some(found) = self.files.remove(&real) {
                left_out.push(LeftOut { path: found.path, member: None });
            }
        }
        left_out.sort();
        left_out
    }

    fn add(&mut self, path: &Path) {
        let about = fs::canonicalize(path).and_then(|real| Ok((fs::metadata(&real)?, real)));
        match about {
            Ok((about, real)) if about.is_dir() => self.add_folder(path, &real),
            Ok((about, real)) if about.is_file() => self.add_file(path.to_owned(), real, true),
            Ok(_) => self.issues.push(cannot_open(path, "It is neither a file nor a folder")),
            Err(error) => self.issues.push(cannot_open(path, &error.to_string())),
        }
    }

    fn add_folder(&mut self, folder: &Path, real: &Path) {
        for entry in WalkDir::new(folder).min_depth(1) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    let below = entry.path().strip_prefix(folder).unwrap_or_else(|_| entry.path());
                    let real = real.join(below);
                    self.add_file(entry.into_path(), real, false);
                }
                Ok(entry) => self.ignored += u64::from(!entry.file_type().is_dir()),
                Err(error) => {
                    let cause = error.io_error().map_or_else(
                        || "the search went in a circle".to_owned(),
                        ToString::to_string,
                    );
                    let path = error.path().unwrap_or(folder);
                    self.issues.push(cannot_open(path, &cause));
                }
            }
        }
    }

    fn add_file(&mut self, path: PathBuf, real: PathBuf, is_named: bool) {
        let known =
            self.files.entry(real).or_insert_with(|| Found { path: path.clone(), is_named });
        known.is_named |= is_named;
        if path < known.path {
            known.path = path;
        }
    }
}

/// The issue for a file or folder that cannot be opened, or no longer.
pub(super) fn cannot_open(path: &Path, cause: &str) -> Issue {
    let message = format!(
        "{cause}. Nothing in it was read; check that it is still there and that you may read it: {}",
        path.display()
    );
    Issue {
        path: path.to_owned(),
        member: None,
        offset: None,
        kind: IssueKind::CannotOpen,
        message,
    }
}
