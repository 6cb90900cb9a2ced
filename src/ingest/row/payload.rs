//! The column `Payload` of `EvtxECmd`: the event's own data, its XML turned into JSON by Json.NET.
//! Attributes are `@NAME`, an element's own text `#text`, elements of one name an array.

use super::super::json::{Assembler, JsonError, Kind, Reader, extend_path};

type Result<T> = std::result::Result<T, JsonError>;

/// Appends the fields; where the text breaks off, those before that place.
pub(super) fn read(payload: &str, assembler: &mut Assembler) -> Result<()> {
    let mut reader = Reader::of_record(payload.as_bytes());
    let result = sections(&mut reader, assembler);
    assembler.path.clear();
    result
}

fn sections(reader: &mut Reader<'_>, assembler: &mut Assembler) -> Result<()> {
    reader.open(b'{')?;
    let (mut first, mut key) = (true, String::new());
    while let Some(section) = reader.next_name(&mut first, &mut key)? {
        if reader.kind()? == Kind::Object {
            section_members(reader, assembler, section)?;
        } else if reader.kind()? == Kind::Null {
            reader.skip()?;
        } else {
            assembler.path.push_str(section);
            flatten(reader, assembler)?;
            assembler.path.clear();
        }
    }
    Ok(())
}

/// The members of `EventData`, or of `UserData`, which wraps them in one object more.
fn section_members(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    section: &str,
) -> Result<()> {
    let is_wrapped = section == "UserData";
    reader.open(b'{')?;
    let (mut first, mut key) = (true, String::new());
    while let Some(name) = reader.next_name(&mut first, &mut key)? {
        if name.starts_with("@xmlns") {
            reader.skip()?;
        } else if name == "Data" && !is_wrapped {
            data(reader, assembler)?;
        } else if is_wrapped && reader.kind()? == Kind::Object {
            object(reader, assembler)?;
        } else {
            if name.starts_with('@') {
                assembler.path.push_str(section);
            }
            extend_path(&mut assembler.path, name.trim_start_matches('@'));
            flatten(reader, assembler)?;
            assembler.path.clear();
        }
    }
    Ok(())
}

/// One `Data` element or an array of them, each an object with its name or a text without one.
fn data(reader: &mut Reader<'_>, assembler: &mut Assembler) -> Result<()> {
    match reader.kind()? {
        Kind::Array => {
            reader.open(b'[')?;
            let mut first = true;
            while reader.has_next(&mut first)? {
                datum(reader, assembler)?;
            }
            Ok(())
        }
        _ => datum(reader, assembler),
    }
}

fn datum(reader: &mut Reader<'_>, assembler: &mut Assembler) -> Result<()> {
    let (mut label, mut text) = (String::new(), String::new());
    match reader.kind()? {
        Kind::Object => {
            reader.open(b'{')?;
            let (mut first, mut key, mut value) = (true, String::new(), String::new());
            while let Some(name) = reader.next_name(&mut first, &mut key)? {
                let is_scalar = !matches!(reader.kind()?, Kind::Object | Kind::Array);
                match name {
                    "@Name" if is_scalar => reader.scalar(&mut value)?.clone_into(&mut label),
                    "#text" if is_scalar => reader.scalar(&mut value)?.clone_into(&mut text),
                    _ => reader.skip()?,
                }
            }
        }
        Kind::Array => return reader.skip(),
        _ => {
            let mut value = String::new();
            reader.scalar(&mut value)?.clone_into(&mut text);
        }
    }
    let name = if label.is_empty() { "Data" } else { &label };
    super::push(assembler, name, &text);
    Ok(())
}

/// Any value below the path. The reader bounds the depth.
fn flatten(reader: &mut Reader<'_>, assembler: &mut Assembler) -> Result<()> {
    match reader.kind()? {
        Kind::Object => object(reader, assembler),
        Kind::Array => {
            reader.open(b'[')?;
            let mut first = true;
            while reader.has_next(&mut first)? {
                flatten(reader, assembler)?;
            }
            Ok(())
        }
        _ => {
            let mut value = String::new();
            let text = reader.scalar(&mut value)?;
            assembler.push_path(text);
            Ok(())
        }
    }
}

fn object(reader: &mut Reader<'_>, assembler: &mut Assembler) -> Result<()> {
    reader.open(b'{')?;
    let (mut first, mut key) = (true, String::new());
    let base = assembler.path.len();
    while let Some(name) = reader.next_name(&mut first, &mut key)? {
        if name.starts_with("@xmlns") {
            reader.skip()?;
            continue;
        }
        let step = if name == "#text" { "" } else { name.trim_start_matches('@') };
        extend_path(&mut assembler.path, step);
        flatten(reader, assembler)?;
        assembler.path.truncate(base);
    }
    Ok(())
}
