//! The rows of a Hayabusa timeline: one for each rule that found a record, so that a record may be
//! there several times. The rule is not kept, only what the record says.
//!
//! `Details` and `ExtraFieldInfo` are `Name: value` pairs with ` ¦ ` between; in `Details` the names
//! are short ones, in `ExtraFieldInfo` and `AllFieldInfo` those of the record.
//! Source: <https://github.com/Yamato-Security/hayabusa>, "Timeline Output".

use crate::model::SourceIndex;

use super::{
    super::json::{
        Assembler,
        hayabusa_names::{channel, field_name},
    },
    Read, Row, RowError, finish, push, set_channel, set_host,
};

/// What stands between two pairs.
const BETWEEN: &str = " ¦ ";

pub(super) fn read(
    row: &Row<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Read, RowError> {
    let event_id = row.get("EventID").and_then(|text| text.trim().parse().ok());
    let event_id = event_id.ok_or(RowError::NotARecord { missing: "EventID" })?;
    let time = row.get_any(&["Timestamp", "datetime"]);
    assembler.head.event_id = Some(event_id);
    assembler.head.time = time.and_then(|text| assembler.time(text));
    let record_id = row.get("RecordID").and_then(|text| text.trim().parse().ok());
    assembler.head.record_id = record_id;
    let channel = channel(row.get("Channel").unwrap_or_default().trim(), event_id);
    set_host(assembler, row.get_any(&["Computer", "Hostname"]));
    set_channel(assembler, Some(&channel));
    if assembler.keeps_fields() {
        assembler.expect_shape();
        for column in ["Details", "ExtraFieldInfo", "AllFieldInfo"] {
            let is_short = column == "Details";
            for (name, value) in pairs(row.get(column).unwrap_or_default()) {
                let full = is_short.then(|| field_name(&channel, event_id, name)).flatten();
                let name = full.unwrap_or(name);
                push(assembler, name, self::value(name, &value));
            }
        }
    }
    finish(assembler, source).map(Read::whole)
}

/// Names and values. A piece without a name belongs to the value before it, which held the mark.
pub(in crate::ingest) fn pairs(text: &str) -> Vec<(&str, String)> {
    let mut pairs = Vec::<(&str, String)>::new();
    for piece in text.split(BETWEEN) {
        let pair = piece.split_once(": ").or_else(|| Some((piece.strip_suffix(':')?, "")));
        match pair.filter(|(name, _)| is_name(name.trim())) {
            Some((name, value)) => pairs.push((name.trim(), value.to_owned())),
            None => match pairs.last_mut() {
                Some((_, value)) => {
                    value.push_str(BETWEEN);
                    value.push_str(piece);
                }
                None if piece.trim().is_empty() || piece.trim() == "-" => {}
                None => pairs.push(("Details", piece.to_owned())),
            },
        }
    }
    pairs
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name.chars().all(|letter| letter.is_alphanumeric() || "_-.[]#".contains(letter))
}

/// A value without what Hayabusa explains in it: logon types are `3 - NETWORK`. Texts are left
/// alone, and `-`, which stands for none.
pub(in crate::ingest) fn value<'t>(name: &str, text: &'t str) -> &'t str {
    match text.split_once(" - ") {
        Some((number, _)) if name == "LogonType" && number.parse::<u32>().is_ok() => number,
        _ => text,
    }
}
