//! Which Zoom stands above each process, told for all processes in one walk. Judges nothing.

use crate::model::{Process, ProcessIndex, ProcessTree, file_name, is_same_text};

/// The program whose children the product is about.
const ZOOM: &str = "Zoom.exe";

/// For each process the topmost Zoom above it, by [`ProcessIndex`].
#[derive(Debug)]
pub(super) struct ZoomAbove {
    topmost: Vec<Option<ProcessIndex>>,
}

impl ZoomAbove {
    pub(super) fn of(tree: &ProcessTree) -> Self {
        let mut topmost = vec![None; tree.processes.len()];
        let mut open: Vec<(ProcessIndex, Option<ProcessIndex>)> =
            tree.roots.iter().map(|root| (*root, None)).collect();
        while let Some((at, above)) = open.pop() {
            let is_zoom = || tree.process(at).is_some_and(is_zoom);
            let next = above.or_else(|| is_zoom().then_some(at));
            for child in tree.children_of(at) {
                if let Some(slot) = topmost.get_mut(child.0 as usize) {
                    *slot = next;
                }
                open.push((*child, next));
            }
        }
        Self { topmost }
    }

    /// The topmost Zoom among the ancestors of a process.
    pub(super) fn topmost(&self, at: ProcessIndex) -> Option<ProcessIndex> {
        self.topmost.get(at.0 as usize).copied().flatten()
    }
}

fn is_zoom(process: &Process) -> bool {
    process.image.as_deref().is_some_and(|image| is_same_text(file_name(image), ZOOM))
}
