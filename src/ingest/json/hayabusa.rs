//! The timeline of Hayabusa (`json-timeline`, as objects one after the other or as lines): one row
//! for each rule that a record hit. The rule is no evidence and is not read; the same record in
//! several rows is found and joined where all copies are.
//!
//! Fields stand in `Details` under short names and in `ExtraFieldInfo`, or all in `AllFieldInfo`,
//! under their own. Which short name means which field is in `hayabusa_names`. Sources: the
//! README of Hayabusa on output profiles, and the configuration named there.

use std::collections::HashSet;

use crate::model::{Event, SourceIndex};

use super::{
    super::{
        names,
        row::{detail_pairs, detail_value},
        system::Part,
    },
    assemble::Assembler,
    dialect::Keys,
    hayabusa_names::{channel, field_name},
    members::{Members, at, is_object, push_field},
    reader::{Form, JsonError, Reader, Span},
};

/// Whether these are the names of a row.
pub(super) fn is_row(keys: &Keys) -> bool {
    ["Timestamp", "Computer", "Channel", "EventID"].iter().all(|name| keys.has(name))
        && (keys.has("RuleTitle") || keys.has("RuleFile") || keys.has("RuleID"))
        && ["Details", "ExtraFieldInfo", "AllFieldInfo"].iter().any(|name| keys.has(name))
}

/// Reads one row.
pub(super) fn timeline_row(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    let row = Members::of(reader)?;
    read_head(reader, assembler, &row)?;
    if assembler.keeps_fields() {
        let mut known = HashSet::new();
        for name in ["AllFieldInfo", "Details", "ExtraFieldInfo"] {
            let Some(span) = row.span(name) else { continue };
            let is_short = name == "Details";
            if is_object(reader, span) {
                object(reader, assembler, (span, is_short), &mut known)?;
            } else if span.form != Form::Nested {
                let text = reader.text_at(span, &mut String::new())?.to_owned();
                details_text(assembler, (&text, is_short), &mut known);
            }
        }
    }
    assembler.finish(source)
}

fn read_head(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    row: &Members,
) -> Result<(), JsonError> {
    const HEAD: [(&str, Part, &str); 3] = [
        ("EventID", Part::EventId, ""),
        ("Computer", Part::Computer, ""),
        ("RecordID", Part::RecordId, ""),
    ];
    for (name, part, attribute) in HEAD {
        if let Some(span) = row.span(name).filter(|span| span.form != Form::Nested) {
            let text = reader.text_at(span, &mut assembler.value)?;
            part.take(attribute, text, &mut assembler.head, &mut assembler.names);
        }
    }
    let event_id = assembler.head.event_id.unwrap_or_default();
    let logged = row.text(reader, &["Channel"])?;
    let logged = logged.ok_or(JsonError::NotARecord { missing: "Channel" })?;
    let name = channel(&logged, event_id);
    assembler.head.channel = Some(assembler.names.intern_part(names::Part::Channel, &name));
    if let Some(time) = row.text(reader, &["Timestamp"])? {
        assembler.head.time = assembler.time(&time);
    }
    Ok(())
}

fn object(
    reader: &mut Reader<'_>,
    assembler: &mut Assembler,
    (span, is_short): (Span, bool),
    known: &mut HashSet<String>,
) -> Result<(), JsonError> {
    let details = at(reader, span, |reader| Members::of(reader))?;
    for (name, span) in details.iter() {
        let is_text = span.form != Form::Nested;
        let name = full_name(assembler, name, is_short);
        if !known.insert(name.clone()) {
            continue;
        }
        if is_text {
            let text = reader.text_at(span, &mut String::new())?.to_owned();
            assembler.push_named(&name, detail_value(&name, &text));
        } else {
            push_field(reader, assembler, &name, span)?;
        }
    }
    Ok(())
}

/// `Cmdline: whoami ¦ Proc: C:\…`: what older versions write, and all of them in CSV.
fn details_text(
    assembler: &mut Assembler,
    (text, is_short): (&str, bool),
    known: &mut HashSet<String>,
) {
    for (name, text) in detail_pairs(text) {
        let name = full_name(assembler, name, is_short);
        if known.insert(name.clone()) {
            assembler.push_named(&name, detail_value(&name, text.trim()));
        }
    }
}

fn full_name(assembler: &Assembler, name: &str, is_short: bool) -> String {
    let channel = assembler.head.channel.as_deref().unwrap_or_default();
    let event_id = assembler.head.event_id.unwrap_or_default();
    let full = is_short.then(|| field_name(channel, event_id, name)).flatten();
    full.unwrap_or(name).to_owned()
}
