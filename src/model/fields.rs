//! The name–value pairs of one record, packed: they are most of what a loaded bundle weighs.

use std::{cmp::Ordering, fmt, sync::Arc};

/// An interned name: a host, channel, provider or field name that many records share.
pub type Name = Arc<str>;

/// The field names of a record in order; records of one shape share one list.
pub type Shape = Arc<Vec<Name>>;

/// Text up to this length has its ends written in two bytes each, else in five.
const SHORT: usize = (1 << 14) - 1;

/// Name–value pairs in one allocation; the names are shared with records alike.
///
/// The allocation begins with the offsets at which the values end, in groups of seven bits so that
/// they are valid text, and goes on with the values: a record of twenty fields is a third smaller
/// than with a list of offsets of its own.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// `None` where there are none, which takes no allocation.
    names: Option<Shape>,
    packed: Box<str>,
}

impl Fields {
    /// All pairs in the order of the record; a name may repeat.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + '_ {
        self.names().iter().enumerate().map(|(at, name)| (&**name, self.value(at)))
    }

    /// The value at this position of [`Self::shape`].
    pub fn at(&self, position: usize) -> Option<&str> {
        (position < self.names().len()).then(|| self.value(position))
    }

    /// The first value under this exact name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.names().iter().position(|known| &**known == name).map(|at| self.value(at))
    }

    /// The names alone, `None` where there are none, to be expected of the next record of the same kind ([`FieldsBuilder::expect`]).
    pub const fn shape(&self) -> Option<&Shape> {
        self.names.as_ref()
    }

    /// Whether the record carries no data.
    pub fn is_empty(&self) -> bool {
        self.names().is_empty()
    }

    fn names(&self) -> &[Name] {
        self.names.as_deref().map(Vec::as_slice).unwrap_or_default()
    }

    fn value(&self, at: usize) -> &str {
        let count = self.names().len();
        let is_short = self.packed.len().saturating_sub(2 * count) <= SHORT;
        let width = if is_short { 2 } else { 5 };
        let base = count * width;
        let end = |at: usize| match self.packed.as_bytes().get(at * width..(at + 1) * width) {
            Some([low, high]) => usize::from(*low) | usize::from(*high) << 7,
            groups => {
                let groups = groups.unwrap_or_default().iter().rev();
                groups.fold(0, |sum, group| sum << 7 | usize::from(*group))
            }
        };
        let start = at.checked_sub(1).map_or(0, end);
        self.packed.get(base + start..base + end(at)).unwrap_or_default()
    }
}

impl Ord for Fields {
    /// By the values first, which is one comparison; the order means nothing to people.
    fn cmp(&self, other: &Self) -> Ordering {
        self.packed.cmp(&other.packed).then_with(|| {
            let is_same = match (&self.names, &other.names) {
                (Some(names), Some(others)) => Shape::ptr_eq(names, others),
                (names, others) => names.is_none() && others.is_none(),
            };
            if is_same { Ordering::Equal } else { self.names().cmp(other.names()) }
        })
    }
}

impl PartialOrd for Fields {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Fields {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut builder = FieldsBuilder::default();
        for (name, value) in pairs {
            builder.push(Name::from(name), value);
        }
        builder.finish()
    }
}

/// Collects pairs into [`Fields`]; reusable, so that a reader allocates once.
///
/// Where the caller says which names it expects, a record that has exactly those shares their
/// list: a log repeats a few dozen shapes millions of times.
#[derive(Debug, Default)]
pub struct FieldsBuilder {
    expected: Option<Shape>,
    /// The names collected; unused while they are those of `expected`.
    names: Vec<Name>,
    is_as_expected: bool,
    ends: Vec<usize>,
    text: String,
}

impl FieldsBuilder {
    /// Starts a record that probably has these names; drops pairs collected before.
    pub fn expect(&mut self, shape: Option<Shape>) {
        self.clear();
        self.is_as_expected = shape.is_some();
        self.expected = shape;
    }

    /// Appends a pair. Text past 4 GiB in one record is dropped: no log format holds such a record.
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over what they no longer need")]
    pub fn push(&mut self, name: Name, value: &str) {
        self.push_with(&name, value, |_| Name::clone(&name));
    }

    /// As [`Self::push`], but asks for the [`Name`] only where the record is not as expected.
    pub fn push_with(&mut self, name: &str, value: &str, intern: impl FnOnce(&str) -> Name) {
        if self.text.len() + value.len() > u32::MAX as usize {
            return;
        }
        self.text.push_str(value);
        self.end_value(name, intern);
    }

    /// Where a value can be written in place; [`Self::end_value`] names what was written. Nothing
    /// but appending is allowed.
    pub const fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// Names the value appended to [`Self::text`] since the last pair.
    pub fn end_value(&mut self, name: &str, intern: impl FnOnce(&str) -> Name) {
        let at = self.ends.len();
        if self.is_as_expected && self.expected_at(at).is_none_or(|known| **known != *name) {
            let shape = self.expected.as_deref().map(Vec::as_slice).unwrap_or_default();
            self.names.extend(shape.iter().take(at).cloned());
            self.is_as_expected = false;
        }
        if !self.is_as_expected {
            self.names.push(intern(name));
        }
        self.ends.push(self.text.len());
    }

    fn expected_at(&self, at: usize) -> Option<&Name> {
        self.expected.as_ref()?.get(at)
    }

    /// Whether a pair of this name was collected since the last record.
    pub fn has(&self, name: &str) -> bool {
        let names = match &self.expected {
            Some(shape) if self.is_as_expected => shape.as_slice(),
            _ => &self.names,
        };
        names.iter().take(self.ends.len()).any(|known| **known == *name)
    }

    /// Whether nothing was collected since the last record.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn clear(&mut self) {
        self.names.clear();
        self.ends.clear();
        self.text.clear();
        self.is_as_expected = false;
    }

    /// Takes what was collected and leaves the builder empty for the next record.
    pub fn finish(&mut self) -> Fields {
        if self.is_empty() {
            self.clear();
            self.expected = None;
            return Fields::default();
        }
        let names = match self.expected.take() {
            Some(shape) if self.is_as_expected && shape.len() == self.ends.len() => shape,
            Some(shape) if self.is_as_expected => {
                Shape::new(shape.iter().take(self.ends.len()).cloned().collect())
            }
            _ => Shape::new(self.names.clone()),
        };
        let fields = Fields { names: Some(names), packed: self.pack() };
        self.clear();
        fields
    }

    fn pack(&self) -> Box<str> {
        let width = if self.text.len() <= SHORT { 2 } else { 5 };
        let mut packed = String::with_capacity(self.ends.len() * width + self.text.len());
        for end in &self.ends {
            let mut rest = *end;
            for _ in 0..width {
                packed.push(char::from(u8::try_from(rest & 0x7F).unwrap_or(0)));
                rest >>= 7;
            }
        }
        packed.push_str(&self.text);
        packed.into_boxed_str()
    }
}
