//! Where real logs may lie on this machine: none are part of the repository. No reading of them.

use std::path::{Path, PathBuf};

/// A folder of sample logs; says so and gives `None` where there is none.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let named = std::env::var_os("SPAWNSCOPE_SAMPLES").map(PathBuf::from);
    let found = named.into_iter().chain([beside]).map(|root| root.join(name));
    let found = found.into_iter().find(|folder| folder.is_dir());
    if found.is_none() {
        #[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
        {
            eprintln!("skipped: no sample logs");
        }
    }
    found
}

/// The files in a folder of samples that end like this, sorted.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files = entries.map(|entry| entry.path()).collect::<Vec<_>>();
    files.retain(|path| path.to_string_lossy().ends_with(ending));
    files.sort();
    files
}
