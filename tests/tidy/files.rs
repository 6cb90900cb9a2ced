//! The repository's text files. No rules here.

use std::fs;
use std::path::{Path, PathBuf};

/// One text file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Path below the repository's top folder, with `/`.
    pub(crate) path: String,
    /// Its content.
    pub(crate) text: String,
}

impl File {
    /// Whether this is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|ending| ending == "rs")
    }
}

/// The repository's top folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folders and files that make up the repository; what cargo and git put beside them is not.
const PLACES: [&str; 16] = [
    ".ci",
    ".cargo",
    "src",
    "tests",
    "rules",
    "examples",
    "benches",
    "fuzz",
    "assets",
    "Cargo.toml",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    ".clippy.toml",
    ".gitignore",
    ".gitattributes",
];

/// Every text file of the repository, sorted by path; files that are no UTF-8 are left out.
pub(crate) fn tracked(root: &Path) -> Vec<File> {
    let mut files = Vec::new();
    for place in PLACES {
        collect(&root.join(place), place, &mut files);
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

fn collect(path: &Path, name: &str, files: &mut Vec<File>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a readable folder") {
            let entry = entry.expect("a readable entry");
            let below = entry.file_name().to_string_lossy().into_owned();
            if below != "target" {
                collect(&entry.path(), &format!("{name}/{below}"), files);
            }
        }
    } else if let Ok(text) = fs::read_to_string(path) {
        files.push(File { path: name.to_owned(), text });
    }
}
