//! The members of one object, noted to be looked at in any order. Knows no dialect.
//!
//! For exports whose event id may stand behind the fields it gives their meaning. Each name is
//! copied, which is slower than reading on: the dialects of whole event logs do without.

use super::{
    assemble::Assembler,
    reader::{Form, JsonError, Reader, Span},
};

/// The members of an object in their order.
#[derive(Debug, Default)]
pub(super) struct Members {
    list: Vec<(String, Span)>,
}

impl Members {
    /// Reads past the object that comes next.
    pub(super) fn of(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let (mut list, mut scratch, mut first) = (Vec::new(), String::new(), true);
        reader.open(b'{')?;
        while let Some(name) = reader.next_name(&mut first, &mut scratch)? {
            let name = name.to_owned();
            list.push((name, reader.pass()?));
        }
        Ok(Self { list })
    }

    /// All members in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Span)> {
        self.list.iter().map(|(name, span)| (name.as_str(), *span))
    }

    /// Where the first value of this name stands.
    pub(super) fn span(&self, name: &str) -> Option<Span> {
        self.list.iter().find(|(known, _)| known == name).map(|(_, span)| *span)
    }

    /// The text of the first of these names that has one which says something.
    pub(super) fn text(
        &self,
        reader: &mut Reader<'_>,
        names: &[&str],
    ) -> Result<Option<String>, JsonError> {
        for name in names {
            if let Some(span) = self.span(name).filter(|span| span.form != Form::Nested) {
                let mut scratch = String::new();
                let text = reader.text_at(span, &mut scratch)?.trim();
                if !text.is_empty() {
                    return Ok(Some(text.to_owned()));
                }
            }
        }
        Ok(None)
    }

    /// The members of the object of this name; none where it is no object.
    pub(super) fn object(&self, reader: &mut Reader<'_>, name: &str) -> Result<Self, JsonError> {
        match self.span(name) {
            Some(span) if is_object(reader, span) => at(reader, span, |reader| Self::of(reader)),
            _ => Ok(Self::default()),
        }
    }

    /// Whether there are none.
    pub(super) const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// Reads what stands at a place that was passed, and returns to where the cursor was.
pub(super) fn at<'a, T>(
    reader: &mut Reader<'a>,
    span: Span,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, JsonError>,
) -> Result<T, JsonError> {
    let back = reader.go_to(span.start);
    let result = read(reader);
    reader.go_to(back);
    result
}

/// Whether an object stands there.
pub(super) fn is_object(reader: &Reader<'_>, span: Span) -> bool {
    span.form == Form::Nested && reader.between(span.start, span.start + 1) == b"{"
}

/// Whether a number stands there, not a text of digits.
pub(super) fn is_number(reader: &Reader<'_>, span: Span) -> bool {
    let before = span.start.checked_sub(1).map(|before| reader.between(before, span.start));
    span.form == Form::Plain
        && before != Some(b"\"")
        && matches!(reader.between(span.start, span.start + 1), [b'-' | b'0'..=b'9'])
}

/// Appends a member as a field; what is nested is flattened below the name, null is empty.
pub(super) fn push_field(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    name: &str,
    span: Span,
) -> Result<(), JsonError> {
    assembler.path.clear();
    assembler.path.push_str(name);
    let result = at(reader, quoted(reader, span), |reader| assembler.flatten(reader));
    assembler.path.clear();
    result
}

/// The place of a value with its quotation mark, which [`Reader::pass`] leaves out.
pub(super) fn quoted(reader: &Reader<'_>, span: Span) -> Span {
    let before = span.start.saturating_sub(1);
    let is_string = matches!(span.form, Form::Plain | Form::Escaped)
        && reader.between(before, span.start) == b"\"";
    if is_string { Span { start: before, ..span } } else { span }
}
