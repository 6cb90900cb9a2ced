//! `Get-WinEvent | ConvertTo-Json`: .NET's properties of a record, its fields without their names.
//!
//! The names come from `property_names`, else from Sysmon's rendered `Message`; where neither has
//! them the values are fields named `Data`, as unnamed ones are in any log. `ConvertTo-Json` stops
//! at `-Depth 2` unless told otherwise, and writes type names where values should be: those records
//! are counted as having lost their fields.
//! Source: <https://learn.microsoft.com/dotnet/api/System.Diagnostics.Eventing.Reader.EventLogRecord>.

use crate::model::{Event, SourceIndex};

use super::{
    super::{names::Part, outcome::Remark},
    assemble::Assembler,
    property_names,
    reader::{JsonError, Kind, Reader},
    winlogbeat::push,
};

/// What .NET writes for a value that it does not open.
const UNOPENED: &str = "System.Diagnostics.Eventing.Reader.EventProperty";

/// What is kept from record to record.
#[derive(Debug, Default)]
pub(super) struct Properties {
    values: Vec<String>,
    message: String,
    are_unopened: bool,
}

/// Reads one record.
pub(super) fn powershell_event(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    let mut properties = Properties::default();
    reader.open(b'{')?;
    let (mut first, mut key, mut text) = (true, String::new(), String::new());
    while let Some(name) = reader.next_name(&mut first, &mut key)? {
        match name {
            "Properties" => read_properties(reader, &mut properties)?,
            "Message" if reader.kind()? == Kind::String => {
                reader.scalar(&mut text)?.clone_into(&mut properties.message);
            }
            "TimeCreated" | "UserId" => {
                let value = one_value(reader)?;
                take_head(assembler, name, &value);
            }
            _ if matches!(reader.kind()?, Kind::Object | Kind::Array) => reader.skip()?,
            _ => take_head(assembler, name, reader.scalar(&mut text)?.trim()),
        }
    }
    if assembler.head.channel.is_none() && assembler.head.provider.is_none() {
        return Err(JsonError::NotARecord { missing: "LogName" });
    }
    if !assembler.keeps_fields() {
        return assembler.finish_skeleton(source);
    }
    push_fields(assembler, &properties);
    assembler.finish(source)
}

fn take_head(assembler: &mut Assembler, name: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let (head, names) = (&mut assembler.head, &mut assembler.names);
    match name {
        "Id" => head.event_id = text.parse().ok(),
        "LogName" => head.channel = Some(names.intern_part(Part::Channel, text)),
        "ProviderName" => head.provider = Some(names.intern_part(Part::Provider, text)),
        "MachineName" => head.host = Some(names.intern_part(Part::Host, text)),
        "RecordId" => head.record_id = text.parse().ok(),
        "ProcessId" => head.logger_pid = text.parse().ok(),
        "ThreadId" => head.logger_tid = text.parse().ok(),
        "UserId" => head.user_sid = Some(names.intern_part(Part::User, text)),
        "TimeCreated" => {
            let time = assembler.time(text);
            assembler.head.time = time;
        }
        _ => {}
    }
}

/// A value that .NET may have opened: a text, or an object that holds it as `Value`, `value`,
/// `Guid` or `DateTime`, the first of which counts. The bytes of an array become hexadecimal.
fn one_value(reader: &mut Reader<'_>) -> Result<String, JsonError> {
    let mut scratch = String::new();
    match reader.kind()? {
        Kind::Object => {
            let (mut found, mut first, mut key) = (None, true, String::new());
            reader.open(b'{')?;
            while let Some(name) = reader.next_name(&mut first, &mut key)? {
                let is_value = matches!(name, "Value" | "value" | "Guid" | "DateTime");
                if is_value && found.is_none() {
                    found = Some(one_value(reader)?);
                } else {
                    reader.skip()?;
                }
            }
            Ok(found.unwrap_or_default())
        }
        Kind::Array => {
            let (mut bytes, mut first) = (String::new(), true);
            reader.open(b'[')?;
            while reader.has_next(&mut first)? {
                if matches!(reader.kind()?, Kind::Object | Kind::Array) {
                    reader.skip()?;
                    continue;
                }
                let text = reader.scalar(&mut scratch)?;
                match text.parse::<u8>() {
                    Ok(byte) => push_hex(&mut bytes, byte),
                    Err(_) => bytes.push_str(text),
                }
            }
            Ok(bytes)
        }
        Kind::String | Kind::Null | Kind::Bare => Ok(reader.scalar(&mut scratch)?.to_owned()),
    }
}

fn push_hex(text: &mut String, byte: u8) {
    for nibble in [byte >> 4, byte & 15] {
        text.extend(
            char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase()),
        );
    }
}

fn read_properties(reader: &mut Reader<'_>, to: &mut Properties) -> Result<(), JsonError> {
    if reader.kind()? != Kind::Array {
        to.are_unopened |= one_value(reader)?.contains(UNOPENED);
        return Ok(());
    }
    let mut first = true;
    reader.open(b'[')?;
    while reader.has_next(&mut first)? {
        let value = one_value(reader)?;
        to.are_unopened |= value == UNOPENED;
        to.values.push(value);
    }
    Ok(())
}

fn push_fields(assembler: &mut Assembler, properties: &Properties) {
    let event_id = assembler.head.event_id.unwrap_or_default();
    let provider = assembler.head.provider.clone().unwrap_or_default();
    if !properties.are_unopened && !properties.values.is_empty() {
        let names = property_names::of(&provider, event_id, properties.values.len());
        assembler.expect_shape();
        if names.is_none() {
            assembler.remark(Remark::Unnamed);
        }
        for (at, value) in properties.values.iter().enumerate() {
            let name = names.as_ref().and_then(|names| names.get(at)).copied().unwrap_or("Data");
            match value.parse::<u64>() {
                // .NET gives the number; Windows shows logon ids as hexadecimal.
                Ok(id) if name.ends_with("LogonId") => push(assembler, name, &format!("{id:#x}")),
                _ => push(assembler, name, value),
            }
        }
        return;
    }
    let known = property_names::longest(&provider, event_id);
    let is_sysmon = provider.eq_ignore_ascii_case("Microsoft-Windows-Sysmon");
    if is_sysmon && push_message(assembler, &properties.message, known) {
        return;
    }
    if properties.are_unopened {
        assembler.remark(Remark::Unopened);
    }
    if !properties.message.is_empty() {
        push(assembler, "Message", &properties.message);
    }
}

/// Sysmon's rendered message: a title, then a line `Name: value` for each field. A line counts as
/// a field only where its name is one of those that may follow, so that a value with line breaks
/// cannot rename what comes after it; such a line stays part of the value. Whether there were any.
fn push_message(assembler: &mut Assembler, message: &str, known: &[&'static str]) -> bool {
    let mut fields: Vec<(&str, String)> = Vec::new();
    let mut next = 0;
    for line in message.lines().skip(1) {
        let left = known.get(next..).unwrap_or_default();
        let found = line.split_once(':').and_then(|(name, value)| {
            // Older versions lack a name here and there, never two in a row.
            let skipped = left.iter().take(2).position(|known| *known == name)?;
            Some((skipped, left.get(skipped).copied()?, value))
        });
        match (found, fields.last_mut()) {
            (Some((skipped, name, value)), _) => {
                next += skipped + 1;
                fields.push((name, value.strip_prefix(' ').unwrap_or(value).to_owned()));
            }
            (None, Some((_, value))) => {
                value.push_str("\r\n");
                value.push_str(line);
            }
            (None, None) => {}
        }
    }
    for (name, value) in &fields {
        push(assembler, name, value);
    }
    !fields.is_empty()
}
