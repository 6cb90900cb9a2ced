//! The rows of `EvtxECmd --json`, one record a line.
//!
//! What the record says stands in `Payload`, a JSON text inside a string. The columns
//! `PayloadData1` to `6`, `UserName` and `ExecutableInfo` repeat parts of it in words that differ
//! from event to event, so they are looked at only where `Payload` is missing, was cut off, or
//! lacks what they have; that is told. The `ProcessId` of a row is the process that logged.
//! Sources: `EventRecord.cs` and the maps for Sysmon 1 and Security 4688 of `EvtxECmd`.

use crate::model::{Event, SourceIndex, program};

use super::{
    super::{outcome::Remark, system::Part},
    assemble::Assembler,
    dialect::Keys,
    members::{Members, push_field},
    reader::{Form, JsonError, Kind, Reader},
};

/// Whether these are the names of a row.
pub(super) fn is_row(keys: &Keys) -> bool {
    const OWN: [&str; 6] = [
        "Payload",
        "PayloadData1",
        "MapDescription",
        "ExtraDataOffset",
        "ChunkNumber",
        "HiddenRecord",
    ];
    ["EventId", "Channel", "TimeCreated"].iter().all(|name| keys.has(name))
        && OWN.iter().filter(|name| keys.has(name)).count() >= 2
}

/// Reads one row.
pub(super) fn evtxecmd_row(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    const HEAD: [(&str, Part, &str); 9] = [
        ("Provider", Part::Provider, "Name"),
        ("EventId", Part::EventId, ""),
        ("TimeCreated", Part::TimeCreated, "SystemTime"),
        ("EventRecordId", Part::RecordId, ""),
        ("ProcessId", Part::Execution, "ProcessID"),
        ("ThreadId", Part::Execution, "ThreadID"),
        ("Channel", Part::Channel, ""),
        ("Computer", Part::Computer, ""),
        ("UserId", Part::Security, "UserID"),
    ];
    assembler.start();
    let row = Members::of(reader)?;
    for (name, part, attribute) in HEAD {
        if let Some(span) = row.span(name).filter(|span| span.form != Form::Nested) {
            let text = reader.text_at(span, &mut assembler.value)?;
            part.take(attribute, text, &mut assembler.head, &mut assembler.names);
        }
    }
    if assembler.head.channel.is_none() {
        return Err(JsonError::NotARecord { missing: "Channel" });
    }
    if assembler.keeps_fields() {
        let mut known = Vec::new();
        let is_whole = payload(reader, assembler, &row, &mut known)?;
        columns(reader, assembler, &row, (is_whole, known))?;
    }
    assembler.finish(source)
}

/// Reads `Payload` as far as it goes; whether that is to its end. The names found go to `known`.
fn payload(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    row: &Members,
    known: &mut Vec<String>,
) -> Result<bool, JsonError> {
    let Some(text) = row.text(reader, &["Payload"])? else { return Ok(false) };
    let mut inner = Reader::new(text.as_bytes());
    Ok(read_payload(&mut inner, assembler, known).is_ok())
}

fn read_payload(
    inner: &mut Reader<'_>,
    assembler: &mut Assembler,
    known: &mut Vec<String>,
) -> Result<(), JsonError> {
    let (mut first, mut scratch) = (true, String::new());
    inner.open(b'{')?;
    while let Some(name) = inner.next_name(&mut first, &mut scratch)? {
        match name {
            "EventData" if inner.kind()? == Kind::Object => event_data(inner, assembler, known)?,
            "UserData" if inner.kind()? == Kind::Object => user_data(inner, assembler, known)?,
            // The row's own text, or the attributes of the element.
            name if name.starts_with('@') => inner.skip()?,
            name => push_next(inner, assembler, name.to_owned(), known)?,
        }
    }
    Ok(())
}

/// `{"Data": [{"@Name": …, "#text": …}, …], "Binary": …}`; one `Data` is no array, and one without
/// a name is a text.
fn event_data(
    inner: &mut Reader<'_>,
    assembler: &mut Assembler,
    known: &mut Vec<String>,
) -> Result<(), JsonError> {
    let (mut first, mut scratch) = (true, String::new());
    inner.open(b'{')?;
    while let Some(name) = inner.next_name(&mut first, &mut scratch)? {
        if name.starts_with('@') {
            inner.skip()?;
        } else if name == "Data" && inner.kind()? == Kind::Array {
            inner.open(b'[')?;
            let mut first = true;
            while inner.has_next(&mut first)? {
                data(inner, assembler, known)?;
            }
        } else if name == "Data" {
            data(inner, assembler, known)?;
        } else {
            push_next(inner, assembler, name.to_owned(), known)?;
        }
    }
    Ok(())
}

/// One `Data` element: `{"@Name": …, "#text": …}`, or a text.
fn data(
    inner: &mut Reader<'_>,
    assembler: &mut Assembler,
    known: &mut Vec<String>,
) -> Result<(), JsonError> {
    if inner.kind()? != Kind::Object {
        return push_next(inner, assembler, "Data".to_owned(), known);
    }
    let element = Members::of(inner)?;
    let name = element.text(inner, &["@Name"])?.unwrap_or_else(|| "Data".to_owned());
    match element.span("#text") {
        Some(span) => push_field(inner, assembler, &name, span)?,
        None => assembler.push_named(&name, ""),
    }
    known.push(name);
    Ok(())
}

/// The one element that `UserData` wraps its values in is left out, as is the name space.
fn user_data(
    inner: &mut Reader<'_>,
    assembler: &mut Assembler,
    known: &mut Vec<String>,
) -> Result<(), JsonError> {
    let (mut first, mut scratch) = (true, String::new());
    inner.open(b'{')?;
    while let Some(name) = inner.next_name(&mut first, &mut scratch)? {
        if name.starts_with('@') {
            inner.skip()?;
            continue;
        }
        if inner.kind()? != Kind::Object {
            push_next(inner, assembler, name.to_owned(), known)?;
            continue;
        }
        let (mut first, mut scratch) = (true, String::new());
        inner.open(b'{')?;
        while let Some(name) = inner.next_name(&mut first, &mut scratch)? {
            if name.starts_with('@') {
                inner.skip()?;
            } else {
                push_next(inner, assembler, name.to_owned(), known)?;
            }
        }
    }
    Ok(())
}

fn push_next(
    inner: &mut Reader<'_>,
    assembler: &mut Assembler,
    name: String,
    known: &mut Vec<String>,
) -> Result<(), JsonError> {
    let span = inner.pass()?;
    push_field(inner, assembler, &name, span)?;
    known.push(name);
    Ok(())
}

/// What the columns say of fields that the payload lacks.
fn columns(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    row: &Members,
    (is_whole, known): (bool, Vec<String>),
) -> Result<(), JsonError> {
    const TEXTS: [&str; 10] = [
        "PayloadData1",
        "PayloadData2",
        "PayloadData3",
        "PayloadData4",
        "PayloadData5",
        "PayloadData6",
        "ExecutableInfo",
        "UserName",
        "RemoteHost",
        "MapDescription",
    ];
    let mut texts = Vec::new();
    for name in TEXTS {
        if let Some(text) = row.text(reader, &[name])? {
            texts.push((name, text));
        }
    }
    let provider = assembler.head.provider.as_deref().unwrap_or_default();
    let found = match (provider, assembler.head.event_id) {
        ("Microsoft-Windows-Sysmon", Some(1)) => sysmon_start(&texts),
        ("Microsoft-Windows-Security-Auditing", Some(4688)) => security_start(&texts),
        _ => Vec::new(),
    };
    let mut is_lacking = !is_whole && !texts.is_empty();
    for (name, value) in found {
        if !known.iter().any(|known| *known == name) {
            assembler.push_named(name, &value);
            is_lacking = true;
        }
    }
    if is_lacking {
        assembler.remark(Remark::PayloadCut);
    }
    if !is_whole {
        for (name, text) in &texts {
            assembler.push_named(name, text);
        }
    }
    Ok(())
}

type Texts = [(&'static str, String)];
type Found = Vec<(&'static str, String)>;

fn column<'t>(texts: &'t Texts, name: &str) -> Option<&'t str> {
    texts.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
}

/// The part of `ProcessID: 10672, ProcessGUID: 817bddf3-…` behind a label.
fn labelled<'t>(texts: &'t Texts, name: &str, label: &str) -> Option<&'t str> {
    let text = column(texts, name)?;
    text.split(", ").find_map(|part| part.strip_prefix(label)?.strip_prefix(": ")).map(str::trim)
}

/// The whole text behind a label, commas and all.
fn behind<'t>(texts: &'t Texts, name: &str, label: &str) -> Option<&'t str> {
    column(texts, name)?.strip_prefix(label)?.strip_prefix(": ").map(str::trim)
}

/// Sysmon 1, in the order of the record. The image is the program that the command line names.
fn sysmon_start(texts: &Texts) -> Found {
    let line = column(texts, "ExecutableInfo");
    let pairs = [
        ("RuleName", behind(texts, "PayloadData2", "RuleName")),
        ("ProcessGuid", labelled(texts, "PayloadData1", "ProcessGUID")),
        ("ProcessId", labelled(texts, "PayloadData1", "ProcessID")),
        ("Image", line.and_then(program)),
        ("CommandLine", line),
        ("User", column(texts, "UserName")),
        ("Hashes", column(texts, "PayloadData3").filter(|text| text.contains('='))),
        ("ParentProcessGuid", labelled(texts, "PayloadData5", "ParentProcessGUID")),
        ("ParentProcessId", labelled(texts, "PayloadData5", "ParentProcessID")),
        ("ParentImage", behind(texts, "PayloadData4", "ParentProcess")),
        ("ParentCommandLine", behind(texts, "PayloadData6", "ParentCommandLine")),
    ];
    owned(pairs)
}

/// Security 4688. The new process's own id is in no column.
fn security_start(texts: &Texts) -> Found {
    let info = column(texts, "ExecutableInfo");
    let image = info.and_then(program);
    // `<NewProcessName> <CommandLine>`.
    let line = info.zip(image).and_then(|(info, image)| info.strip_prefix(image));
    // `DOMAIN\name (SID)`, where the SID may be left out.
    let user = column(texts, "UserName").and_then(|text| text.split(" (").next());
    let (domain, name) = match user.and_then(|user| user.split_once('\\')) {
        Some((domain, name)) => (Some(domain), Some(name)),
        None => (None, user),
    };
    let pairs = [
        ("SubjectUserName", name),
        ("SubjectDomainName", domain),
        ("NewProcessName", image),
        ("ProcessId", behind(texts, "PayloadData2", "PID")),
        ("CommandLine", line.map(str::trim).filter(|line| !line.is_empty())),
        ("ParentProcessName", behind(texts, "PayloadData1", "Parent process")),
        ("MandatoryLabel", behind(texts, "PayloadData3", "Mandatory label")),
    ];
    owned(pairs)
}

fn owned<const N: usize>(pairs: [(&'static str, Option<&str>); N]) -> Found {
    let said = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    said.filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name, value.to_owned()))
        .collect()
}
