//! The bundles that were opened last, for the start screen.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One bundle that was opened before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentBundle {
    /// The files and folders the user named.
    pub paths: Vec<PathBuf>,
    /// Files that were read.
    pub files: usize,
    /// Records that were read.
    pub records: u64,
}

/// How many bundles are kept.
const MOST: usize = 6;

/// Puts a bundle first, without repeating it.
pub(super) fn remember(recents: &mut Vec<RecentBundle>, bundle: RecentBundle) {
    recents.retain(|known| known.paths != bundle.paths);
    recents.insert(0, bundle);
    recents.truncate(MOST);
}
