//! One `<Event>` element as a flat event, its fields named as in the JSON of the `evtx` crate.
//!
//! Named `Data` are fields of that name, unnamed ones fields named `Data`; the one element that
//! `UserData` wraps its values in is left out; nested elements are dotted, attributes
//! `element.attribute`; siblings of one name are `name`, `name_1`, `name_2`. `RenderingInfo`, the
//! text a forwarding computer rendered, gives its `Message` where the event has no field.
//! The schema: Microsoft, the type `EventType` of the event schema.

use std::borrow::Cow;

use crate::model::{Event, SourceIndex};

use super::{
    super::{
        json::{Assembler, extend_path},
        system::Part,
    },
    reader::{Reader, Tag, Token, XmlError},
    siblings::Siblings,
};

type Result<T> = std::result::Result<T, XmlError>;

/// Reads the event whose start tag comes next. Its place is for the caller to say.
pub(super) fn read_event(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event> {
    let Token::Start(tag) = reader.next()? else {
        return Err(XmlError::NotARecord { missing: "Event" });
    };
    let prefix = tag.name.strip_suffix("Event").unwrap_or_default();
    let mut record = Record::new(reader, assembler, prefix);
    if !tag.is_empty {
        record.event()?;
    }
    record.finish(source)
}

/// Reads an event from its `System` or somewhere in it on, where its beginning is lost; the reader
/// stands inside `Event`, or both.
pub(super) fn read_rest_of_event(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event> {
    let mut record = Record::new(reader, assembler, "");
    if record.reader.depth() > 1 {
        record.system()?;
    }
    record.event()?;
    record.finish(source)
}

/// An event being read.
struct Record<'r, 'a> {
    reader: &'r mut Reader<'a>,
    assembler: &'r mut Assembler,
    /// Of the event and of all that belongs to its schema.
    prefix: &'a str,
    /// Whether the fields are wanted.
    keeps_fields: bool,
    message: Option<Cow<'a, str>>,
}

/// Whose children are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// `EventData` and `UserData`, where `Data` elements are named by an attribute.
    Data,
    Other,
}

impl<'r, 'a> Record<'r, 'a> {
    fn new(reader: &'r mut Reader<'a>, assembler: &'r mut Assembler, prefix: &'a str) -> Self {
        assembler.start();
        Self { reader, assembler, prefix, keeps_fields: true, message: None }
    }

    fn finish(self, source: SourceIndex) -> Result<Event> {
        if let (Some(message), true) = (&self.message, self.assembler.fields.is_empty()) {
            let name = self.assembler.names.intern("Message");
            self.assembler.fields.push(name, message);
        }
        let missing = XmlError::NotARecord { missing: "the event id" };
        self.assembler.finish(source).map_err(|_no_event_id| missing)
    }

    fn name_of(&self, tag: &Tag<'a>) -> &'a str {
        tag.name.strip_prefix(self.prefix).unwrap_or(tag.name)
    }

    /// The children of `Event`.
    fn event(&mut self) -> Result<()> {
        loop {
            let tag = match self.reader.next()? {
                Token::Start(tag) => tag,
                Token::End => return Ok(()),
                Token::Text(_) | Token::Verbatim(_) => continue,
            };
            match self.name_of(&tag) {
                "System" if !tag.is_empty => self.system()?,
                "RenderingInfo" if !tag.is_empty => self.rendering_info()?,
                _ if !self.keeps_fields => self.skip(&tag)?,
                "UserData" if !tag.is_empty => self.user_data()?,
                "EventData" => self.top(&tag, "EventData", Holder::Data)?,
                "ProcessingErrorData" => self.top(&tag, "ProcessingErrorData", Holder::Other)?,
                "BinaryEventData" => self.top(&tag, "BinaryEventData", Holder::Other)?,
                "DebugData" => self.top(&tag, "DebugData", Holder::Other)?,
                _ => self.skip(&tag)?,
            }
        }
    }

    /// The children of `System`.
    fn system(&mut self) -> Result<()> {
        loop {
            let tag = match self.reader.next()? {
                Token::Start(tag) => tag,
                Token::End => break,
                Token::Text(_) | Token::Verbatim(_) => continue,
            };
            let Some(part) = Part::of(self.name_of(&tag)) else {
                self.skip(&tag)?;
                continue;
            };
            for attribute in tag.attributes() {
                let (name, value) = attribute?;
                let value = self.reader.decode(value);
                part.take(name, &value, &mut self.assembler.head, &mut self.assembler.names);
            }
            if !tag.is_empty {
                let text = self.text()?;
                part.take("", &text, &mut self.assembler.head, &mut self.assembler.names);
            }
        }
        self.keeps_fields = self.assembler.keeps_fields();
        self.assembler.expect_shape();
        Ok(())
    }

    fn rendering_info(&mut self) -> Result<()> {
        loop {
            match self.reader.next()? {
                Token::Start(tag) if self.name_of(&tag) == "Message" && !tag.is_empty => {
                    self.message = Some(self.text()?).filter(|text| !text.trim().is_empty());
                }
                Token::Start(tag) => self.skip(&tag)?,
                Token::End => return Ok(()),
                Token::Text(_) | Token::Verbatim(_) => {}
            }
        }
    }

    /// The text of the element just entered, without that of its children.
    fn text(&mut self) -> Result<Cow<'a, str>> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.reader.next()? {
                Token::Start(tag) => self.skip(&tag)?,
                Token::End => return Ok(text),
                Token::Text(more) => append(&mut text, self.reader.decode(more)),
                Token::Verbatim(more) => append(&mut text, self.reader.plain(more)),
            }
        }
    }

    fn skip(&mut self, tag: &Tag<'a>) -> Result<()> {
        let depth = self.reader.depth();
        while !tag.is_empty && self.reader.depth() >= depth {
            self.reader.next()?;
        }
        Ok(())
    }

    /// A child of `Event` that holds fields. `own` is what its own text and attributes are called.
    fn top(&mut self, tag: &Tag<'a>, own: &'static str, holder: Holder) -> Result<()> {
        self.assembler.path.push_str(own);
        self.attributes(tag)?;
        self.assembler.path.clear();
        if tag.is_empty {
            return Ok(());
        }
        let text = self.children(holder)?.text;
        if !text.trim().is_empty() {
            self.assembler.path.push_str(own);
            self.assembler.push_path(&text);
            self.assembler.path.clear();
        }
        Ok(())
    }

    /// `UserData` wraps its values in one element, whose name says no more than the event id.
    fn user_data(&mut self) -> Result<()> {
        let mut siblings = Siblings::default();
        loop {
            let tag = match self.reader.next()? {
                Token::Start(tag) => tag,
                Token::End => return Ok(()),
                Token::Text(_) | Token::Verbatim(_) => continue,
            };
            let name = self.name_of(&tag);
            if name == "Data" {
                self.child(&tag, Holder::Data, &mut siblings)?;
                continue;
            }
            let has_attributes = tag.attributes().next().is_some();
            self.assembler.path.push_str("UserData");
            self.attributes(&tag)?;
            self.assembler.path.clear();
            let found = if tag.is_empty { Found::default() } else { self.children(Holder::Other)? };
            let is_wrapper = has_attributes || found.has_elements;
            if !is_wrapper || !found.text.trim().is_empty() {
                self.assembler.path.push_str(if is_wrapper { "UserData" } else { name });
                self.assembler.push_path(&found.text);
                self.assembler.path.clear();
            }
        }
    }

    /// The children of the element just entered, each a field below the current path; gives the
    /// element's own text.
    fn children(&mut self, holder: Holder) -> Result<Found<'a>> {
        let mut found = Found::default();
        let mut siblings = Siblings::default();
        loop {
            match self.reader.next()? {
                Token::Start(tag) => {
                    found.has_elements = true;
                    self.child(&tag, holder, &mut siblings)?;
                }
                Token::End => break,
                Token::Text(more) => append(&mut found.text, self.reader.decode(more)),
                Token::Verbatim(more) => append(&mut found.text, self.reader.plain(more)),
            }
        }
        if found.has_elements {
            // What is between elements is there to indent them.
            found.text = Cow::Owned(found.text.trim().to_owned());
        }
        Ok(found)
    }

    /// One element below the current path.
    fn child(&mut self, tag: &Tag<'a>, holder: Holder, siblings: &mut Siblings<'a>) -> Result<()> {
        let base = self.assembler.path.len();
        let name = self.name_of(tag);
        let is_data = holder == Holder::Data && name == "Data";
        let mut has_attributes = false;
        if is_data {
            self.data_name(tag, siblings)?;
        } else {
            extend_path(&mut self.assembler.path, name);
            number(&mut self.assembler.path, siblings.next(name.as_bytes()));
            has_attributes = self.attributes(tag)?;
        }
        let found = if tag.is_empty { Found::default() } else { self.children(Holder::Other)? };
        let is_nothing = found.text.is_empty() && (has_attributes || found.has_elements);
        if !is_nothing {
            self.assembler.push_path(&found.text);
        }
        self.assembler.path.truncate(base);
        Ok(())
    }

    /// Extends the path by what a `Data` element is called.
    fn data_name(&mut self, tag: &Tag<'a>, siblings: &mut Siblings<'a>) -> Result<()> {
        for attribute in tag.attributes() {
            let (attribute, value) = attribute?;
            if attribute == "Name" && !value.is_empty() {
                let name = self.reader.decode(value);
                extend_path(&mut self.assembler.path, &name);
                number(&mut self.assembler.path, siblings.next_in_run(value));
                return Ok(());
            }
        }
        siblings.end_run();
        extend_path(&mut self.assembler.path, "Data");
        Ok(())
    }

    /// Attributes of the element at the path, as `element.attribute`; name spaces and empty ones
    /// are left out. Whether there were any.
    fn attributes(&mut self, tag: &Tag<'a>) -> Result<bool> {
        let base = self.assembler.path.len();
        let mut is_any = false;
        for attribute in tag.attributes() {
            let (name, value) = attribute?;
            if value.is_empty() || name.starts_with("xmlns") {
                continue;
            }
            is_any = true;
            let value = self.reader.decode(value);
            extend_path(&mut self.assembler.path, name);
            self.assembler.push_path(&value);
            self.assembler.path.truncate(base);
        }
        Ok(is_any)
    }
}

/// What an element held.
#[derive(Default)]
struct Found<'a> {
    text: Cow<'a, str>,
    has_elements: bool,
}

fn append<'a>(text: &mut Cow<'a, str>, more: Cow<'a, str>) {
    if text.is_empty() {
        *text = more;
    } else {
        text.to_mut().push_str(&more);
    }
}

/// Appends `_1`, `_2`, … to a name that was there before.
fn number(path: &mut String, repeat: u32) {
    if repeat > 0 {
        path.push('_');
        path.push_str(&repeat.to_string());
    }
}
