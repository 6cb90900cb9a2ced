//! Puts one flat event together, from whatever dialect; reused from record to record.

use crate::model::{Event, Fields, FieldsBuilder, Name, Origin, SourceIndex, Timestamp};

use super::{
    super::{
        field_map::FieldMap,
        keep::{Keep, Kept},
        names::Names,
        outcome::Remark,
        written_time,
    },
    leaves::Leaves,
    mapped::Mapping,
    nxlog::Flat,
    reader::{JsonError, Kind, Reader},
};

/// The parts of `System`, by the names Windows gives them.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Head {
    pub(in crate::ingest) record_id: Option<u64>,
    pub(in crate::ingest) event_id: Option<u32>,
    pub(in crate::ingest) time: Option<Timestamp>,
    pub(in crate::ingest) logger_pid: Option<u32>,
    pub(in crate::ingest) logger_tid: Option<u32>,
    pub(in crate::ingest) host: Option<Name>,
    pub(in crate::ingest) channel: Option<Name>,
    pub(in crate::ingest) provider: Option<Name>,
    pub(in crate::ingest) user_sid: Option<Name>,
}

/// What one worker keeps between records.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Assembler {
    pub(in crate::ingest) names: Names,
    kept: Kept,
    keeps_everything: bool,
    pub(in crate::ingest) fields: FieldsBuilder,
    pub(in crate::ingest) head: Head,
    pub(super) key: String,
    pub(super) value: String,
    /// Name of the element being read, dotted where it is nested.
    pub(in crate::ingest) path: String,
    pub(super) flat: Flat,
    pub(super) leaves: Leaves,
    /// The maps of the responder, by the numbers that the dialects of files name.
    pub(super) mappings: Vec<Mapping>,
    /// Further records of the object being read, where a dialect puts several into one.
    pub(super) more: Vec<Event>,
    /// What is to be told of the record being read.
    pub(in crate::ingest) remarks: Vec<Remark>,
}

impl Assembler {
    /// Makes events whose fields are kept where this says so.
    pub(in crate::ingest) fn keeping(keep: Keep) -> Self {
        Self { kept: Kept::new(keep), ..Self::default() }
    }

    /// Keeps the fields of all records from now on, or only those wanted again: for records that
    /// cannot be read again alone.
    pub(in crate::ingest) const fn keep_everything(&mut self, keeps_everything: bool) {
        self.keeps_everything = keeps_everything;
    }

    /// Reads JSON of unknown programs by these maps.
    pub(in crate::ingest) fn mapping(self, maps: &[FieldMap]) -> Self {
        Self { mappings: maps.iter().map(Mapping::of).collect(), ..self }
    }

    /// Whether the record keeps its fields, asked when provider, channel and event id are in the
    /// head. Where it does not, [`Self::finish_skeleton`] ends it.
    pub(in crate::ingest) fn keeps_fields(&mut self) -> bool {
        if self.keeps_everything || self.kept.is_all() {
            return true;
        }
        let Some(event_id) = self.head.event_id else { return true };
        let empty = self.names.empty();
        let provider = self.head.provider.as_ref().unwrap_or(&empty);
        let channel = self.head.channel.as_ref().unwrap_or(&empty);
        self.kept.wants(provider, channel, event_id)
    }

    /// The finished event without its fields, which were not read.
    pub(in crate::ingest) fn finish_skeleton(
        &mut self,
        source: SourceIndex,
    ) -> Result<Event, JsonError> {
        self.fields.expect(None);
        let head = std::mem::take(&mut self.head);
        Ok(Event { is_skeleton: true, ..self.event(source, head)? })
    }

    /// Forgets what was collected of a record that could not be finished.
    pub(in crate::ingest) fn start(&mut self) {
        self.fields.expect(None);
        self.head = Head::default();
        self.path.clear();
        self.remarks.clear();
    }

    /// Reads the record's time in any form, and notes where it says no zone.
    pub(in crate::ingest) fn time(&mut self, text: &str) -> Option<Timestamp> {
        let (time, is_unzoned) = written_time::parse(text)?;
        if is_unzoned {
            self.remark(Remark::LocalTime);
        }
        Some(time)
    }

    /// Prepares for the field names that the last record of this event id had.
    pub(in crate::ingest) fn expect_shape(&mut self) {
        if self.fields.is_empty()
            && let Some(event_id) = self.head.event_id
        {
            self.fields.expect(self.names.shape(event_id));
        }
    }

    /// The finished event. Its place is for the caller to say.
    pub(in crate::ingest) fn finish(&mut self, source: SourceIndex) -> Result<Event, JsonError> {
        if !self.keeps_fields() {
            return self.finish_skeleton(source);
        }
        let head = std::mem::take(&mut self.head);
        let event = self.event(source, head)?;
        let fields = self.fields.finish();
        if let Some(shape) = fields.shape() {
            self.names.remember(event.event_id, shape);
        }
        Ok(Event { fields, ..event })
    }

    fn event(&mut self, source: SourceIndex, head: Head) -> Result<Event, JsonError> {
        let event_id = head.event_id.ok_or(JsonError::NotARecord { missing: "the event id" })?;
        let names = &mut self.names;
        let origin = Origin {
            host: head.host.unwrap_or_else(|| names.empty()),
            channel: head.channel.unwrap_or_else(|| names.empty()),
            provider: head.provider.unwrap_or_else(|| names.empty()),
            user_sid: head.user_sid,
        };
        Ok(Event {
            source,
            event_id,
            record_id: head.record_id,
            time: head.time,
            logger_pid: head.logger_pid,
            logger_tid: head.logger_tid,
            origin: names.origin(origin),
            place: 0,
            fields: Fields::default(),
            is_skeleton: false,
            is_recovered: false,
        })
    }

    /// Appends a field of this name.
    pub(super) fn push_named(&mut self, name: &str, value: &str) {
        let names = &mut self.names;
        self.fields.push_with(name, value, |name| names.intern(name));
    }

    /// Notes something to be told of the record being read, once.
    pub(in crate::ingest) fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Appends a field, its name being the path.
    pub(in crate::ingest) fn push_path(&mut self, value: &str) {
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

/// Appends a name to a dotted path; an empty one changes nothing.
pub(in crate::ingest) fn extend_path(path: &mut String, step: &str) {
    if !path.is_empty() && !step.is_empty() {
        path.push('.');
    }
    path.push_str(step);
}
