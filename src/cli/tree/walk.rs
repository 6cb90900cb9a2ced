//! The order in which the rows of the tree come, and the lines before each. No words.

use std::fmt::Write as _;

use crate::model::{ProcessIndex, ProcessTree};

/// Levels that are drawn; below them the level is a number, or a chain of a hundred thousand
/// processes would print gigabytes of lines.
const DRAWN_LEVELS: usize = 24;

/// Where a row stands: for each level from the second on whether more rows of that level follow.
#[derive(Clone, Debug, Default)]
pub(super) struct Open {
    /// The first [`DRAWN_LEVELS`] of them.
    more: Vec<bool>,
    depth: usize,
    is_last: bool,
    has_child: bool,
}

impl Open {
    pub(super) const fn is_top(&self) -> bool {
        self.depth == 0
    }

    /// What is drawn before a row: `│  ` for each level that goes on, and the row's own branch.
    pub(super) fn branch(&self) -> String {
        if self.is_top() {
            return String::new();
        }
        let mut out = self.lines(self.depth.saturating_sub(1));
        out.push_str(if self.is_last { "└─ " } else { "├─ " });
        out
    }

    /// What is drawn before a line that belongs to the row above it.
    pub(super) fn below(&self) -> String {
        let stem = if self.has_child { "│  " } else { "   " };
        self.lines(self.depth) + stem
    }

    /// The lines of this many levels.
    fn lines(&self, levels: usize) -> String {
        let drawn = self.more.iter().take(levels);
        let mut out: String = drawn.map(|more| if *more { "│  " } else { "   " }).collect();
        if levels > DRAWN_LEVELS {
            write!(out, "[level {}] ", self.depth).unwrap_or_default();
        }
        out
    }
}

/// The wanted processes, parents before their children, without recursion.
pub(super) struct Walk<'a> {
    tree: &'a ProcessTree,
    /// By [`ProcessIndex`].
    is_wanted: Vec<bool>,
    /// What is left: position, depth, whether it is the last of its siblings.
    left: Vec<(ProcessIndex, usize, bool)>,
    more: Vec<bool>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(tree: &'a ProcessTree, wanted: &[ProcessIndex]) -> Self {
        let mut is_wanted = vec![false; tree.processes.len()];
        for at in wanted {
            if let Some(is_wanted) = is_wanted.get_mut(at.0 as usize) {
                *is_wanted = true;
            }
        }
        let mut walk = Self { tree, is_wanted, left: Vec::new(), more: Vec::new() };
        let is_top = |at: &&ProcessIndex| {
            let parent = tree.process(**at).and_then(|process| process.parent);
            parent.is_none_or(|up| !walk.wants(up))
        };
        let tops: Vec<ProcessIndex> = wanted.iter().filter(is_top).copied().collect();
        walk.left.extend(tops.into_iter().rev().map(|at| (at, 0, true)));
        walk
    }

    fn wants(&self, at: ProcessIndex) -> bool {
        self.is_wanted.get(at.0 as usize).copied().unwrap_or(false)
    }
}

impl Iterator for Walk<'_> {
    type Item = (ProcessIndex, Open);

    fn next(&mut self) -> Option<Self::Item> {
        let (at, depth, is_last) = self.left.pop()?;
        // Each is shown once, also in a broken tree.
        if let Some(is_wanted) = self.is_wanted.get_mut(at.0 as usize) {
            *is_wanted = false;
        }
        if let Some(level) = depth.checked_sub(1).filter(|level| *level < DRAWN_LEVELS) {
            self.more.truncate(level);
            self.more.push(!is_last);
        }
        let first = self.left.len();
        for child in self.tree.children_of(at).iter().rev() {
            if self.wants(*child) {
                self.left.push((*child, depth + 1, self.left.len() == first));
            }
        }
        let has_child = self.left.len() > first;
        Some((at, Open { more: self.more.clone(), depth, is_last, has_child }))
    }
}
