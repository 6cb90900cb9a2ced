//! The scalar values of one object by their dotted path, for dialects that nest what Windows does
//! not; not what the paths mean.
//!
//! `{"a": {"b": 1}}` and `{"a.b": 1}` give the same leaf, an array one leaf for each element, null
//! an empty one. `_source` and `result`, which Elasticsearch and Splunk wrap a record in, add
//! nothing to a path.

use super::{
    assemble::extend_path,
    reader::{JsonError, Kind, Reader},
};

/// Values read of one object.
const MOST_LEAVES: usize = 65_536;
/// Longest path, in bytes: with [`MOST_LEAVES`] it bounds what a hostile object can take.
const LONGEST_PATH: usize = 1_024;
/// Room kept from record to record, in bytes.
const ROOM_KEPT: usize = 1 << 20;

/// The leaves of one object in its order; reused from record to record.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    paths: String,
    values: String,
    /// Where each path and each value ends.
    ends: Vec<(usize, usize)>,
    path: String,
    key: String,
    scratch: String,
    /// Whether something was left out.
    is_over: bool,
}

impl Leaves {
    /// Reads the object that comes next. After an error the leaves before it are there.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        self.paths.clear();
        self.values.clear();
        self.ends.clear();
        self.path.clear();
        self.paths.shrink_to(ROOM_KEPT);
        self.values.shrink_to(ROOM_KEPT);
        self.ends.shrink_to(ROOM_KEPT);
        self.is_over = false;
        self.object(reader)?;
        if self.is_over {
            return Err(JsonError::NotARecord { missing: "the number or length of its names" });
        }
        Ok(())
    }

    /// Every path with its value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> + '_ {
        let starts = std::iter::once(&(0, 0)).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| {
            let path = self.paths.get(start.0..end.0).unwrap_or_default();
            (path, self.values.get(start.1..end.1).unwrap_or_default())
        })
    }

    /// The first value at this path that is not empty.
    pub(super) fn first(&self, path: &str) -> Option<&str> {
        let here = |(known, value): &(&str, &str)| *known == path && !value.is_empty();
        self.iter().find(here).map(|(_, value)| value)
    }

    /// Every value at this path that is not empty.
    pub(super) fn all<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        let here = self.iter().filter(move |(known, value)| *known == path && !value.is_empty());
        here.map(|(_, value)| value)
    }

    fn object(&mut self, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        reader.open(b'{')?;
        let mut first = true;
        let base = self.path.len();
        loop {
            let Some(name) = reader.next_name(&mut first, &mut self.key)? else { return Ok(()) };
            if base + name.len() >= LONGEST_PATH || self.ends.len() >= MOST_LEAVES {
                self.is_over = true;
                reader.skip()?;
                continue;
            }
            let is_wrapper =
                base == 0 && matches!(name, "_source" | "result") && reader.kind()? == Kind::Object;
            if !is_wrapper {
                extend_path(&mut self.path, name);
            }
            self.value(reader)?;
            self.path.truncate(base);
        }
    }

    fn value(&mut self, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        match reader.kind()? {
            Kind::Object => self.object(reader),
            Kind::Array => {
                reader.open(b'[')?;
                let mut first = true;
                while reader.has_next(&mut first)? {
                    self.value(reader)?;
                }
                Ok(())
            }
            Kind::String | Kind::Null | Kind::Bare => {
                let text = reader.scalar(&mut self.scratch)?;
                if self.ends.len() >= MOST_LEAVES {
                    self.is_over = true;
                    return Ok(());
                }
                self.values.push_str(text);
                self.paths.push_str(&self.path);
                self.ends.push((self.paths.len(), self.values.len()));
                Ok(())
            }
        }
    }
}
