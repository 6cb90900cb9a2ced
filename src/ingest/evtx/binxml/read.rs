//! Reads one record: runs the plan of its template over its values, and flattens the rest.

use std::{ops::Range, rc::Rc};

use crate::model::{Name, Timestamp};

use super::{
    super::super::{json::Assembler, system::Part},
    cursor::Cursor,
    error::{BinXmlError, Result},
    flatten::Spot,
    plan::{Plan, Source, Step},
    template::{Fragment, Node, Place, Template, Templates},
    token::{Instance, Stream, instance_head, skip_header},
    tree::Filled,
    value::{self, ARRAY, BINARY_XML, FILETIME, NULL},
};

/// Elements, values and fragments inside one another.
const DEEPEST: usize = 64;
/// Fields and elements a record may come to, and bytes of text. A record is at most 64 KiB.
const MOST_PARTS: usize = 100_000;
const MOST_TEXT: usize = 1 << 20;

/// A value of an instance: its type and where it is in the chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    start: u32,
    size: u16,
    pub(super) kind: u8,
}

impl Slot {
    pub(super) const fn start(self) -> usize {
        self.start as usize
    }

    pub(super) const fn end(self) -> usize {
        self.start as usize + self.size as usize
    }

    pub(super) const fn is_empty(self) -> bool {
        self.size == 0
    }

    pub(super) const fn offset(self) -> usize {
        self.start as usize
    }

    /// The error of a value that cannot be read.
    pub(super) const fn unknown(self) -> BinXmlError {
        let (size, offset) = (self.size as usize, self.start as usize);
        BinXmlError::Value { kind: self.kind, size, offset }
    }
}

/// Whether more of the record is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    All,
    /// Only `System`.
    Head,
}

/// A record while it is read.
pub(super) struct Reading<'r> {
    chunk: &'r [u8],
    templates: &'r mut Templates,
    /// The values of the instances being read, those of the innermost one last.
    slots: &'r mut Vec<Slot>,
    scratch: &'r mut Vec<u8>,
    assembler: &'r mut Assembler,
    wanted: Wanted,
    is_head_read: bool,
    depth: usize,
    parts: usize,
    text: usize,
}

impl<'r> Reading<'r> {
    pub(super) fn new(
        chunk: &'r [u8],
        (templates, slots, scratch): (&'r mut Templates, &'r mut Vec<Slot>, &'r mut Vec<u8>),
        assembler: &'r mut Assembler,
    ) -> Self {
        slots.clear();
        Self {
            chunk,
            templates,
            slots,
            scratch,
            assembler,
            wanted: Wanted::All,
            is_head_read: false,
            depth: 0,
            parts: 0,
            text: 0,
        }
    }

    /// Reads the binary XML of a record into the assembler; whether its fields too.
    pub(super) fn record(&mut self, start: usize, end: usize) -> Result<bool> {
        self.fragment(start, end, Place::Record)?;
        if self.is_head_read {
            Ok(self.wanted == Wanted::All)
        } else {
            Err(BinXmlError::NotAnEvent { missing: "System" })
        }
    }

    /// Reads binary XML in this place: template instances, elements, or both.
    fn fragment(&mut self, start: usize, end: usize, place: Place) -> Result<()> {
        let mut cursor = self.cursor(start, end)?;
        skip_header(&mut cursor)?;
        let mut before = 0;
        if cursor.peek() == Some(0x0c) {
            before = 1;
            cursor.u8("a token")?;
            let instance = instance_head(&mut cursor)?;
            let after = self.instance(instance, end, place)?;
            cursor = self.cursor(after, end)?;
        }
        if self.wanted == Wanted::Head || matches!(cursor.peek(), None | Some(0)) {
            return Ok(());
        }
        let rest = Fragment::parse(&mut cursor, Stream::Record)?;
        if place != Place::Event && before + rest.roots.len() > 1 {
            return Err(BinXmlError::Unknown { what: "a second root", offset: start });
        }
        let filled = Filled { fragment: &rest, values: 0..0 };
        for root in &rest.roots {
            match root {
                Node::Element(number) => {
                    let plan = Plan::new(&rest, *number, place, &mut self.assembler.names);
                    self.run(&plan, &filled)?;
                }
                Node::Instance(instance) => {
                    self.instance(*instance, end, place)?;
                }
                Node::Text(_) | Node::Slot { .. } => {}
            }
        }
        Ok(())
    }

    /// Reads a template instance; the offset after its last value.
    fn instance(&mut self, instance: Instance, end: usize, place: Place) -> Result<usize> {
        self.deeper(|reading| {
            let (template, values, after) = reading.instantiate(instance, end)?;
            let names = &mut reading.assembler.names;
            let plan = template.plan(place, || Plan::new(&template.fragment, 0, place, names));
            let filled = Filled { fragment: &template.fragment, values: values.clone() };
            reading.run(plan, &filled)?;
            reading.release(values);
            Ok(after)
        })
    }

    /// Finds an instance's template and values, which [`Self::release`] is to be told of when
    /// they were read; also the offset after the last value.
    pub(super) fn instantiate(
        &mut self,
        instance: Instance,
        end: usize,
    ) -> Result<(Rc<Template>, Range<usize>, usize)> {
        let template = self.templates.at(self.chunk, instance)?;
        let mut cursor = self.cursor(instance.descriptors, end)?;
        let table = cursor.bytes(4 * instance.count, "the descriptors of the values")?;
        let first = self.slots.len();
        let mut start = cursor.position();
        for [low, high, kind, _] in table.as_chunks::<4>().0 {
            let size = u16::from_le_bytes([*low, *high]);
            let at = u32::try_from(start).or(Err(BinXmlError::TooMuch { what: "bytes" }))?;
            self.slots.push(Slot { start: at, size, kind: *kind });
            start += usize::from(size);
        }
        if start > end {
            let offset = instance.descriptors;
            return Err(BinXmlError::Outside { what: "the values of an instance", offset });
        }
        Ok((template, first..self.slots.len(), start))
    }

    /// Forgets the values of an instance, the innermost one.
    pub(super) fn release(&mut self, values: Range<usize>) {
        self.slots.truncate(values.start);
    }

    fn run(&mut self, plan: &Plan, filled: &Filled<'_>) -> Result<()> {
        for step in &plan.steps {
            match step {
                Step::NotAnEvent => return Err(BinXmlError::NotAnEvent { missing: "Event" }),
                Step::Head { part, attribute, source, depends_on } => {
                    // A second `System` says nothing.
                    if !self.is_head_read && !self.is_left_out(&filled.values, *depends_on) {
                        self.head((*part, attribute), source, &filled.values)?;
                    }
                }
                Step::SystemEnd => self.end_head()?,
                Step::Field { name, source, depends_on, element, spot } => {
                    if self.is_left_out(&filled.values, *depends_on) {
                        continue;
                    }
                    if !self.is_head_read {
                        return Err(BinXmlError::NotAnEvent { missing: "System before the data" });
                    }
                    if !self.field(name, source, &filled.values)? {
                        self.element(filled, *element, *spot, false)?;
                    }
                }
                Step::Nested { slot, place } => self.nested(*slot, *place, &filled.values)?,
                Step::Instance { instance, place } => {
                    self.instance(*instance, self.chunk.len(), *place)?;
                }
                Step::Element { element, spot, is_root } => {
                    self.element(filled, *element, *spot, *is_root)?;
                }
            }
            if self.wanted == Wanted::Head {
                break;
            }
        }
        Ok(())
    }

    /// Appends a field; `false` where its value is no single text.
    fn field(&mut self, name: &Name, source: &Source, values: &Range<usize>) -> Result<bool> {
        self.scratch.clear();
        let text = match source {
            Source::Nothing => "",
            Source::Text(text) => text,
            Source::Slot(index) => match self.slot(values, *index) {
                None => "",
                Some(slot) => {
                    let is_plain = slot.kind & ARRAY == 0 && slot.kind != BINARY_XML;
                    if !is_plain && !slot.is_empty() {
                        return Ok(false);
                    }
                    let bytes = self.bytes_of(slot);
                    value::push(slot.kind, bytes, self.scratch).ok_or_else(|| slot.unknown())?;
                    std::str::from_utf8(self.scratch).unwrap_or_default()
                }
            },
        };
        self.assembler.fields.push_with(name, text, |_| Name::clone(name));
        let size = text.len();
        self.spend(1, size)?;
        Ok(true)
    }

    fn nested(&mut self, index: u16, place: Place, values: &Range<usize>) -> Result<()> {
        let Some(slot) = self.slot(values, index).filter(|slot| !slot.is_empty()) else {
            return Ok(());
        };
        if slot.kind == BINARY_XML {
            return self.deeper(|reading| reading.fragment(slot.start(), slot.end(), place));
        }
        // Text beside the elements of `Event` says nothing; in `UserData` it is all there is.
        if slot.kind != NULL && place == Place::UserData {
            let name = self.assembler.names.intern("UserData");
            if slot.kind & ARRAY != 0 || !self.field(&name, &Source::Slot(index), values)? {
                return Err(slot.unknown());
            }
        }
        Ok(())
    }

    fn element(
        &mut self,
        filled: &Filled<'_>,
        number: usize,
        spot: Spot,
        is_root: bool,
    ) -> Result<()> {
        let mut trees = Vec::new();
        self.grow(filled, number, is_root, &mut trees)?;
        if spot == Spot::System {
            self.flatten(&trees, spot)?;
            return self.end_head();
        }
        if !self.is_head_read {
            return Err(BinXmlError::NotAnEvent { missing: "System before the data" });
        }
        self.flatten(&trees, spot)
    }

    /// Takes a value over into the head.
    fn head(
        &mut self,
        (part, attribute): (Part, &'static str),
        source: &Source,
        values: &Range<usize>,
    ) -> Result<()> {
        let slot = match source {
            Source::Nothing => return Ok(()),
            Source::Text(text) => {
                self.set_head(part, attribute, text);
                return Ok(());
            }
            Source::Slot(index) => match self.slot(values, *index) {
                Some(slot) if slot.kind != NULL => slot,
                _ => return Ok(()),
            },
        };
        let bytes = self.bytes_of(slot);
        let head = &mut self.assembler.head;
        let filetime = <[u8; 8]>::try_from(bytes).ok().filter(|_| slot.kind == FILETIME);
        match (part, attribute, value::number(slot.kind, bytes)) {
            (Part::EventId, _, Some(number)) => head.event_id = number.try_into().ok(),
            (Part::RecordId, _, Some(number)) => head.record_id = Some(number),
            (Part::Execution, "ProcessID", Some(number)) => {
                head.logger_pid = number.try_into().ok();
            }
            (Part::Execution, _, Some(number)) => head.logger_tid = number.try_into().ok(),
            (Part::TimeCreated, ..) if let Some(filetime) = filetime => {
                // Past the signed range Windows shows zeroes, which are no time.
                let filetime = u64::from_le_bytes(filetime);
                let is_time = i64::try_from(filetime).is_ok();
                head.time = is_time.then(|| Timestamp::from_filetime(filetime));
            }
            _ => {
                self.scratch.clear();
                value::push(slot.kind, bytes, self.scratch).ok_or_else(|| slot.unknown())?;
                let text = std::mem::take(self.scratch);
                self.set_head(part, attribute, std::str::from_utf8(&text).unwrap_or_default());
                *self.scratch = text;
            }
        }
        Ok(())
    }

    /// Takes a text over into the head.
    pub(super) fn set_head(&mut self, part: Part, attribute: &str, text: &str) {
        let Assembler { head, names, .. } = &mut *self.assembler;
        part.take(attribute, text, head, names);
    }

    /// Whether `System` was read.
    pub(super) const fn is_head_read(&self) -> bool {
        self.is_head_read
    }

    /// `System` is complete: asks whether the rest is wanted.
    fn end_head(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.is_head_read, true) {
            return Ok(());
        }
        if self.assembler.head.event_id.is_none() {
            return Err(BinXmlError::NotAnEvent { missing: "the event id" });
        }
        if self.assembler.keeps_fields() {
            self.assembler.expect_shape();
        } else {
            self.wanted = Wanted::Head;
        }
        Ok(())
    }

    /// Appends a field.
    pub(super) fn push(&mut self, name: &str, text: &str) -> Result<()> {
        let Assembler { fields, names, .. } = &mut *self.assembler;
        fields.push_with(name, text, |name| names.intern(name));
        self.spend(1, text.len())
    }

    /// Counts elements, fields and bytes of text against what a record may come to.
    pub(super) fn spend(&mut self, parts: usize, text: usize) -> Result<()> {
        self.parts += parts;
        self.text += text;
        if self.parts > MOST_PARTS {
            return Err(BinXmlError::TooMuch { what: "fields" });
        }
        if self.text > MOST_TEXT {
            return Err(BinXmlError::TooMuch { what: "texts" });
        }
        Ok(())
    }

    /// Goes one level deeper, if that is allowed.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEEPEST {
            return Err(BinXmlError::TooMuch { what: "elements inside one another" });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Where the chunk ends.
    pub(super) const fn chunk_end(&self) -> usize {
        self.chunk.len()
    }

    /// A cursor over a part of the chunk.
    pub(super) fn cursor(&self, start: usize, end: usize) -> Result<Cursor<'r>> {
        Cursor::new(self.chunk, start, end)
    }

    /// The value of this number in an instance, if it has so many.
    pub(super) fn slot(&self, values: &Range<usize>, index: u16) -> Option<Slot> {
        let at = values.start + usize::from(index);
        if at < values.end { self.slots.get(at).copied() } else { None }
    }

    /// A value's bytes, which were checked to be there.
    pub(super) fn bytes_of(&self, slot: Slot) -> &'r [u8] {
        self.chunk.get(slot.start()..slot.end()).unwrap_or_default()
    }

    /// Whether an element depends on a value that is not there (MS-EVEN6 2.2.12).
    pub(super) fn is_left_out(&self, values: &Range<usize>, depends_on: Option<u16>) -> bool {
        depends_on
            .and_then(|index| self.slot(values, index))
            .is_some_and(|slot| slot.kind == NULL || (slot.kind == BINARY_XML && slot.is_empty()))
    }
}
