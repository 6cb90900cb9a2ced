//! The JSON of `evtx_dump` and of the `evtx` crate: `{"Event": {"System": …, "EventData": …}}`,
//! with attributes as `#attributes` or, separated, as `NAME_attributes`.
//!
//! Unnamed `Data` elements all become fields named `Data`, in order. The one element that
//! `UserData` wraps its values in is left out. `RenderingInfo`, the text a forwarding computer
//! rendered, is not read: its fields stand in the record. An `Event` or `System` that is there twice,
//! which nothing writes but a forger, does not replace the first: it becomes fields.

use crate::model::{Event, SourceIndex};

use super::{
    super::system::Part,
    assemble::Assembler,
    reader::{JsonError, Kind, Reader},
};

/// Reads one record.
pub(in crate::ingest) fn windows_event(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    reader.open(b'{')?;
    let (mut first, mut is_found) = (true, false);
    while let Some(name) = reader.next_name(&mut first, &mut assembler.key)? {
        if name == "Event" && !is_found && reader.kind()? == Kind::Object {
            is_found = true;
            read_event(reader, assembler)?;
        } else if name == "Event" {
            read_named(reader, assembler, "Event")?;
        } else {
            reader.skip()?;
        }
    }
    if !is_found {
        return Err(JsonError::NotARecord { missing: "Event" });
    }
    assembler.finish(source)
}

pub(super) fn read_event(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
) -> Result<(), JsonError> {
    reader.open(b'{')?;
    let (mut first, mut is_found, mut is_wanted) = (true, false, true);
    while let Some(name) = reader.next_name(&mut first, &mut assembler.key)? {
        match name {
            "System" if !is_found && reader.kind()? == Kind::Object => {
                is_found = true;
                read_system(reader, assembler)?;
                is_wanted = assembler.keeps_fields();
                assembler.expect_shape();
            }
            _ if !is_wanted => reader.skip()?,
            "System" => read_named(reader, assembler, "System")?,
            "UserData" if reader.kind()? == Kind::Object => read_user_data(reader, assembler)?,
            "EventData" => read_data(reader, assembler, "EventData")?,
            "UserData" => read_data(reader, assembler, "UserData")?,
            "EventData_attributes" => read_own_attributes(reader, assembler, "EventData")?,
            "ProcessingErrorData" => read_data(reader, assembler, "ProcessingErrorData")?,
            "BinaryEventData" => read_data(reader, assembler, "BinaryEventData")?,
            "DebugData" => read_data(reader, assembler, "DebugData")?,
            _ => reader.skip()?,
        }
    }
    Ok(())
}

pub(super) fn read_data(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    name: &'static str,
) -> Result<(), JsonError> {
    match reader.kind()? {
        Kind::Object => assembler.flatten_object(reader, name),
        Kind::Null => reader.skip(),
        Kind::Array | Kind::String | Kind::Bare => read_named(reader, assembler, name),
    }
}

/// Reads a value, whatever it is, as fields whose names begin with this one.
fn read_named(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    name: &'static str,
) -> Result<(), JsonError> {
    assembler.path.push_str(name);
    assembler.flatten(reader)?;
    assembler.path.clear();
    Ok(())
}

fn read_own_attributes(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    name: &'static str,
) -> Result<(), JsonError> {
    if reader.kind()? != Kind::Object {
        return reader.skip();
    }
    assembler.path.push_str(name);
    assembler.attributes(reader)?;
    assembler.path.clear();
    Ok(())
}

pub(super) fn read_user_data(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
) -> Result<(), JsonError> {
    reader.open(b'{')?;
    let mut first = true;
    while let Some(name) = reader.next_name(&mut first, &mut assembler.key)? {
        if name.starts_with('#') || name.ends_with("_attributes") {
            reader.skip()?;
        } else if reader.kind()? == Kind::Object {
            assembler.flatten_object(reader, "UserData")?;
        } else {
            assembler.path.push_str(name);
            assembler.flatten(reader)?;
            assembler.path.clear();
        }
    }
    Ok(())
}

fn read_system(reader: &mut Reader<'_>, assembler: &mut Assembler) -> Result<(), JsonError> {
    reader.open(b'{')?;
    let mut first = true;
    while let Some(name) = reader.next_name(&mut first, &mut assembler.key)? {
        match Part::of(name.strip_suffix("_attributes").unwrap_or(name)) {
            Some(part) => read_part(reader, assembler, part)?,
            None => reader.skip()?,
        }
    }
    Ok(())
}

/// A part's own text, its attributes, or an object of both.
fn read_part(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    part: Part,
) -> Result<(), JsonError> {
    if reader.kind()? != Kind::Object {
        return read_scalar(reader, assembler, part, "");
    }
    reader.open(b'{')?;
    let (mut first, mut key) = (true, std::mem::take(&mut assembler.key));
    while let Some(name) = reader.next_name(&mut first, &mut key)? {
        if name == "#attributes" && reader.kind()? == Kind::Object {
            reader.open(b'{')?;
            let (mut first, mut key) = (true, String::new());
            while let Some(attribute) = reader.next_name(&mut first, &mut key)? {
                read_scalar(reader, assembler, part, attribute)?;
            }
        } else {
            let attribute = if name == "#text" { "" } else { name };
            read_scalar(reader, assembler, part, attribute)?;
        }
    }
    assembler.key = key;
    Ok(())
}

/// Takes one value of a part over into the head; what is not kept or no single value is skipped.
fn read_scalar(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    part: Part,
    attribute: &str,
) -> Result<(), JsonError> {
    if matches!(reader.kind()?, Kind::Object | Kind::Array) {
        return reader.skip();
    }
    let text = reader.scalar(&mut assembler.value)?;
    part.take(attribute, text, &mut assembler.head, &mut assembler.names);
    Ok(())
}
