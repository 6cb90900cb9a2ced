//! The orders in which the records of a file give their names: a log repeats a few hundred
//! millions of times, so that the next name is mostly known before it is read, and comparing its
//! bytes is all that is left to do. Does not know what names mean.
//!
//! A tree of names: below each one those that came after it, counted from the record's first. What
//! is learned makes reading faster and never changes what is read.

use std::collections::HashMap;

use super::reader::{JsonError, Reader};

/// Places in the tree; a hostile file that invents more is read name by name.
const MOST_NODES: usize = 16_384;
/// Names after one name that are tried.
const MOST_TRIES: usize = 32;
/// Longest name learned, in bytes as written.
const LONGEST_TOKEN: usize = 256;

/// Position of a name in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyIndex(usize);

/// A name that was met.
#[derive(Debug)]
struct Key<T> {
    /// The name as written, with quotes and colon.
    token: Box<[u8]>,
    meaning: T,
}

#[derive(Debug)]
struct Node {
    key: KeyIndex,
    first_after: Option<usize>,
    sibling: Option<usize>,
}

/// The names met, what each means to the dialect, and their orders.
#[derive(Debug)]
pub(super) struct KeyOrder<T> {
    keys: Vec<Key<T>>,
    by_token: HashMap<Box<[u8]>, KeyIndex>,
    /// The first stands before the first name of a record.
    nodes: Vec<Node>,
    /// Where in the tree the record being read is; `None` where it has left it.
    at: Option<usize>,
}

impl<T> Default for KeyOrder<T> {
    fn default() -> Self {
        let root = Node { key: KeyIndex(usize::MAX), first_after: None, sibling: None };
        Self { keys: Vec::new(), by_token: HashMap::new(), nodes: vec![root], at: Some(0) }
    }
}

impl<T> KeyOrder<T> {
    /// Begins a record.
    pub(super) const fn start(&mut self) {
        self.at = Some(0);
    }

    /// What the name at this place in the table means.
    pub(super) fn meaning(&self, key: KeyIndex) -> Option<&T> {
        self.keys.get(key.0).map(|key| &key.meaning)
    }

    /// Reads the next name of the record; `None` where it is one that is not kept in the table and
    /// stands in `scratch`.
    pub(super) fn next(
        &mut self,
        reader: &mut Reader<'_>,
        scratch: &mut String,
        meaning: impl FnOnce(&str) -> T,
    ) -> Result<Option<KeyIndex>, JsonError> {
        let Some(at) = self.at else { return self.learn(reader, scratch, meaning) };
        let mut before = None;
        let mut next = self.nodes.get(at).and_then(|node| node.first_after);
        for _ in 0..MOST_TRIES {
            let Some(node) = next.and_then(|next| self.nodes.get(next)) else { break };
            let (key, sibling) = (node.key, node.sibling);
            let token = self.keys.get(key.0).map(|key| &*key.token).unwrap_or_default();
            if reader.take_token(token) {
                if let (Some(before), Some(found)) = (before, next) {
                    self.put_first(at, before, found);
                }
                self.at = next;
                return Ok(Some(key));
            }
            (before, next) = (next, sibling);
        }
        self.learn(reader, scratch, meaning)
    }

    /// What was found is tried first the next time.
    fn put_first(&mut self, parent: usize, before: usize, found: usize) {
        let after = self.nodes.get(found).and_then(|found| found.sibling);
        if let Some(before) = self.nodes.get_mut(before) {
            before.sibling = after;
        }
        let first = self.nodes.get_mut(parent).and_then(|node| node.first_after.replace(found));
        if let Some(found) = self.nodes.get_mut(found) {
            found.sibling = first;
        }
    }

    /// Reads a name that was not expected here and expects it the next time.
    #[cold]
    fn learn(
        &mut self,
        reader: &mut Reader<'_>,
        scratch: &mut String,
        meaning: impl FnOnce(&str) -> T,
    ) -> Result<Option<KeyIndex>, JsonError> {
        let parent = self.at.take();
        let token_start = reader.position();
        let name = reader.name(scratch)?;
        let token = reader.between(token_start, reader.position());
        let key = match self.by_token.get(token) {
            Some(key) => *key,
            None if token.len() > LONGEST_TOKEN || self.keys.len() >= MOST_NODES => {
                let name = name.to_owned();
                *scratch = name;
                return Ok(None);
            }
            None => {
                let key = KeyIndex(self.keys.len());
                self.keys.push(Key { token: token.into(), meaning: meaning(name) });
                self.by_token.insert(token.into(), key);
                key
            }
        };
        let new = self.nodes.len();
        if let Some(parent) = parent.filter(|_| new < MOST_NODES)
            && let Some(parent) = self.nodes.get_mut(parent)
        {
            let sibling = parent.first_after.replace(new);
            self.nodes.push(Node { key, first_after: None, sibling });
            self.at = Some(new);
        }
        Ok(Some(key))
    }
}
