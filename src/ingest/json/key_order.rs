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
const MOST_TRIES: usize = 16;
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
        let (mut tried, mut last) = (0, None);
        let mut next = self.at.and_then(|at| self.nodes.get(at)?.first_after);
        while let Some(node) = next.and_then(|at| self.nodes.get(at))
            && tried < MOST_TRIES
        {
            let token = self.keys.get(node.key.0).map(|key| &*key.token).unwrap_or_default();
            if reader.take_token(token) {
                self.at = next;
                return Ok(Some(node.key));
            }
            (tried, last, next) = (tried + 1, next, node.sibling);
        }
        self.learn(reader, scratch, meaning, last.filter(|_| tried < MOST_TRIES))
    }

    /// Reads a name that was not expected here and expects it the next time. `last` is the last of
    /// those that were expected.
    #[cold]
    fn learn(
        &mut self,
        reader: &mut Reader<'_>,
        scratch: &mut String,
        meaning: impl FnOnce(&str) -> T,
        last: Option<usize>,
    ) -> Result<Option<KeyIndex>, JsonError> {
        let before = self.at.take();
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
        let Some(before) = before.filter(|_| self.nodes.len() < MOST_NODES) else {
            return Ok(Some(key));
        };
        let new = self.nodes.len();
        match last.and_then(|last| self.nodes.get_mut(last)) {
            Some(last) => last.sibling = Some(new),
            None => match self.nodes.get_mut(before) {
                Some(node) if node.first_after.is_none() => node.first_after = Some(new),
                _ => return Ok(Some(key)),
            },
        }
        self.nodes.push(Node { key, first_after: None, sibling: None });
        self.at = Some(new);
        Ok(Some(key))
    }
}
