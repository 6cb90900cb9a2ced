//! Puts one flat event together, from whatever dialect; reused from record to record.

use crate::model::{Event, FieldsBuilder, Name, SourceIndex, Timestamp};

use super::{
    super::names::Names,
    reader::{JsonError, Kind, Reader},
};

/// The parts of `System`, by the names Windows gives them.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) record_id: Option<u64>,
    pub(super) event_id: Option<u32>,
    pub(super) time: Option<Timestamp>,
    pub(super) logger_pid: Option<u32>,
    pub(super) host: Option<Name>,
    pub(super) channel: Option<Name>,
    pub(super) provider: Option<Name>,
    pub(super) user_sid: Option<Name>,
}

/// What one worker keeps between records.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Assembler {
    pub(super) names: Names,
    pub(super) fields: FieldsBuilder,
    pub(super) head: Head,
    pub(super) key: String,
    pub(super) value: String,
    /// Name of the element being read, dotted where it is nested.
    pub(super) path: String,
}

impl Assembler {
    /// Forgets what was collected of a record that could not be finished.
    pub(super) fn start(&mut self) {
        self.fields.expect(None);
        self.head = Head::default();
        self.path.clear();
    }

    /// Prepares for the field names that the last record of this event id had.
    pub(super) fn expect_shape(&mut self) {
        if self.fields.is_empty()
            && let Some(event_id) = self.head.event_id
        {
            self.fields.expect(self.names.shape(event_id));
        }
    }

    /// The finished event.
    pub(super) fn finish(&mut self, source: SourceIndex) -> Result<Event, JsonError> {
        let head = std::mem::take(&mut self.head);
        let event_id = head.event_id.ok_or(JsonError::NotARecord { missing: "the event id" })?;
        let fields = self.fields.finish();
        self.names.remember(event_id, fields.shape());
        let names = &mut self.names;
        Ok(Event {
            source,
            record_id: head.record_id,
            host: head.host.unwrap_or_else(|| names.empty()),
            channel: head.channel.unwrap_or_else(|| names.empty()),
            provider: head.provider.unwrap_or_else(|| names.empty()),
            event_id,
            time: head.time,
            logger_pid: head.logger_pid,
            user_sid: head.user_sid,
            fields,
        })
    }

    /// Appends a field, its name being the path and what is in `value`.
    fn push_path(&mut self, value: &str) {
        let names = &mut self.names;
        self.fields.push_with(&self.path, value, |name| names.intern(name));
    }

    /// Flattens the value that comes next under the current path: objects extend it by a dot and
    /// the name, arrays repeat it, null is empty.
    pub(super) fn flatten(&mut self, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        match reader.kind()? {
            Kind::Object => self.flatten_object(reader, ""),
            Kind::Array => {
                reader.open(b'[')?;
                let mut first = true;
                while reader.has_next(&mut first)? {
                    self.flatten(reader)?;
                }
                Ok(())
            }
            Kind::String | Kind::Null | Kind::Bare => {
                let mut scratch = std::mem::take(&mut self.value);
                let text = reader.scalar(&mut scratch)?;
                self.push_path(text);
                self.value = scratch;
                Ok(())
            }
        }
    }

    /// Flattens the members of an object. `own_name` is what its own text and attributes are
    /// called where the path is empty, which it is at the top.
    pub(super) fn flatten_object(
        &mut self,
        reader: &mut Reader<'_>,
        own_name: &'static str,
    ) -> Result<(), JsonError> {
        reader.open(b'{')?;
        let mut first = true;
        let base = self.path.len();
        loop {
            let Some(name) = reader.next_name(&mut first, &mut self.key)? else { return Ok(()) };
            let kind = reader.kind()?;
            let is_scalar = !matches!(kind, Kind::Object | Kind::Array);
            if is_scalar && base == 0 && !name.starts_with('#') {
                let text = reader.scalar(&mut self.value)?;
                let names = &mut self.names;
                self.fields.push_with(name, text, |name| names.intern(name));
                continue;
            }
            let attributes_of = match name.strip_suffix("_attributes") {
                _ if name == "#attributes" => Some(""),
                Some(element) if kind == Kind::Object => Some(element),
                _ => None,
            };
            let step = attributes_of.unwrap_or(if name == "#text" { "" } else { name });
            extend_path(&mut self.path, step);
            if self.path.is_empty() {
                self.path.push_str(own_name);
            }
            if attributes_of.is_some() && kind == Kind::Object {
                self.attributes(reader)?;
            } else {
                self.flatten(reader)?;
            }
            self.path.truncate(base);
        }
    }

    /// Attributes of the element at the path, as `element.attribute`; name spaces are left out.
    pub(super) fn attributes(&mut self, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        reader.open(b'{')?;
        let mut first = true;
        let base = self.path.len();
        loop {
            let Some(name) = reader.next_name(&mut first, &mut self.key)? else { return Ok(()) };
            if name.starts_with("xmlns") {
                reader.skip()?;
                continue;
            }
            extend_path(&mut self.path, name);
            self.flatten(reader)?;
            self.path.truncate(base);
        }
    }
}

fn extend_path(path: &mut String, step: &str) {
    if !path.is_empty() && !step.is_empty() {
        path.push('.');
    }
    path.push_str(step);
}
