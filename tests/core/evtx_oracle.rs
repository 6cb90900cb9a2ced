//! The binary XML reader against the `evtx` crate: every record of every sample, field by field
//! with names, attributes and values; then shapes that samples lack, with values made up here.
//!
//! The fields expected of a sample come from the crate's JSON tree, flattened by the rules of the
//! documentation: nesting by dots, attributes as `element.attribute`, lists as repeated names.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]
#![expect(clippy::indexing_slicing, reason = "helpers of tests: what is absent fails the test")]

mod made;
mod mutated;
mod raw;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use evtx::{EvtxChunkData, ParserSettings};
use serde_json::Value as Json;
use spawnscope::{
    ingest::{Loaded, Options, Silent, load},
    model::Event,
};

use crate::support::samples;

/// What differs, and whether two values do so: the crate's, ours.
type Difference = (&'static str, fn(&str, &str) -> bool);

/// Where a value of ours is another than the crate's, and why that is right. Nothing else may
/// differ in the samples.
///
/// By design these differ too, which no sample shows and `made` does: `Data` without a name is
/// kept where others have one (the crate drops it); a second `EventData` is read (its key would
/// be `EventData_1`, which is no data to the JSON reader); values of `Data` without names stand
/// where they stood, not all at the place of the first; a name that ends in `_attributes` or is
/// `#text` is a name like others; and FILETIMEs past the year 9999 order as the time they are.
const DIFFERENCES: [Difference; 2] = [
    // The crate cuts a string at its first NUL; what stands after it is a hiding place.
    ("a string goes on after a NUL", |crate_says, ours| {
        ours.split_once('\0').is_some_and(|(before, _)| before == crate_says)
    }),
    // The crate writes U+FFFD for half a surrogate pair; ours adds which half it was.
    ("a string holds half a surrogate pair", |crate_says, ours| {
        let mut plain = ours.to_owned();
        while let Some(at) = plain.find("\u{FFFD}{") {
            plain.replace_range(at + 3..at + 9, "");
        }
        plain != ours && plain == crate_says
    }),
];

pub(super) fn load_one(path: &Path) -> Loaded {
    load(&[path.to_owned()], &Options::default(), &Silent)
}

/// Loads a log made by a test.
pub(super) fn load_bytes(file: &[u8]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.evtx");
    fs::write(&path, file).unwrap();
    load_one(&path)
}

/// Fields as pairs, in the order of the record.
pub(super) fn pairs(event: &Event) -> Vec<(String, String)> {
    event.fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What the crate says of the records of a file, by their offset in it.
fn crate_records(path: &Path) -> BTreeMap<u64, Json> {
    let file = fs::read(path).unwrap();
    let mut records = BTreeMap::new();
    for (number, chunk) in file[4_096..].chunks(65_536).enumerate() {
        let mut chunk = chunk.to_vec();
        chunk.resize(65_536, 0);
        let Ok(mut chunk) = EvtxChunkData::new(chunk, false) else { continue };
        let settings = Arc::new(ParserSettings::new());
        for record in chunk.parse(settings).unwrap().iter().flatten() {
            let place = 4_096 + number as u64 * 65_536 + record.binxml_offset - 24;
            if let Ok(json) = record.into_json_value() {
                records.insert(place, json.data);
            }
        }
    }
    records
}

fn text(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The value of an element of `System`, or of its attribute.
fn system(json: &Json, element: &str, attribute: &str) -> String {
    match &json["Event"]["System"][element] {
        Json::Object(parts) if attribute.is_empty() => text(&parts["#text"]),
        Json::Object(parts) => parts["#attributes"].get(attribute).map(text).unwrap_or_default(),
        plain if attribute.is_empty() => text(plain),
        _ => String::new(),
    }
}

fn crate_fields(json: &Json) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (part, data) in json["Event"].as_object().unwrap() {
        match part.as_str() {
            "System" | "#attributes" | "RenderingInfo" => {}
            "UserData" => {
                for (name, data) in data.as_object().into_iter().flatten() {
                    let name = if data.is_object() { "" } else { name };
                    flatten(name, "UserData", data, &mut fields);
                }
            }
            _ if data.is_null() => {}
            _ => flatten("", part, data, &mut fields),
        }
    }
    fields
}

/// `own` is what text and attributes are called where there is no path.
fn flatten(path: &str, own: &str, json: &Json, fields: &mut Vec<(String, String)>) {
    let here = if path.is_empty() { own } else { path };
    match json {
        Json::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "#attributes" => {
                        for (name, value) in value.as_object().unwrap() {
                            if !name.starts_with("xmlns") {
                                fields.push((format!("{here}.{name}"), text(value)));
                            }
                        }
                    }
                    "#text" => flatten(here, here, value, fields),
                    _ if path.is_empty() => flatten(name, own, value, fields),
                    _ => flatten(&format!("{path}.{name}"), own, value, fields),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| flatten(here, own, item, fields)),
        scalar => fields.push((here.to_owned(), text(scalar))),
    }
}

/// What was compared, and what differed as listed.
#[derive(Debug, Default)]
struct Compared {
    files: u64,
    records: u64,
    fields: u64,
    differences: BTreeMap<&'static str, u64>,
}

impl Compared {
    fn record(&mut self, event: &Event, json: &Json) {
        self.records += 1;
        let number = |element, attribute| system(json, element, attribute).parse::<u64>().ok();
        let head = [
            (event.provider().to_owned(), system(json, "Provider", "Name")),
            (event.channel().to_owned(), system(json, "Channel", "")),
            (event.host().to_owned(), system(json, "Computer", "")),
            (event.user_sid().unwrap_or_default().to_owned(), system(json, "Security", "UserID")),
            (
                event.time.map(|time| time.to_string()).unwrap_or_default(),
                system(json, "TimeCreated", "SystemTime"),
            ),
        ];
        for (ours, crate_says) in &head {
            assert_eq!(ours, crate_says.trim(), "{json:#}");
        }
        let numbers = [
            (Some(event.event_id.into()), number("EventID", "")),
            (event.record_id, number("EventRecordID", "")),
            (event.logger_pid.map(u64::from), number("Execution", "ProcessID")),
            (event.logger_tid.map(u64::from), number("Execution", "ThreadID")),
        ];
        for (ours, crate_says) in numbers {
            assert_eq!(ours, crate_says, "{json:#}");
        }
        // A JSON tree has no order of names; that of values of one name is kept.
        let (mut ours, mut crate_says) = (pairs(event), crate_fields(json));
        ours.sort_by(|a, b| a.0.cmp(&b.0));
        crate_says.sort_by(|a, b| a.0.cmp(&b.0));
        let names = |pairs: &[(String, String)]| {
            pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&ours), names(&crate_says), "{json:#}");
        for ((name, ours), (_, crate_says)) in ours.iter().zip(&crate_says) {
            self.fields += 1;
            if ours != crate_says {
                let mut listed = DIFFERENCES.iter().filter(|(_, is_it)| is_it(crate_says, ours));
                let difference = listed.next().map_or("", |(difference, _)| difference);
                assert_ne!(difference, "", "{name}: {ours:?}, not {crate_says:?} in {json:#}");
                *self.differences.entry(difference).or_default() += 1;
            }
        }
    }
}

#[test]
fn every_field_of_every_sample_is_what_the_crate_says() {
    let Some(folder) = samples::folder("evtx") else { return };
    let mut compared = Compared::default();
    for path in samples::files(&folder, ".evtx") {
        let (loaded, mut expected) = (load_one(&path), crate_records(&path));
        compared.files += 1;
        for event in &loaded.events {
            let json = expected.remove(&event.place).unwrap();
            compared.record(event, &json);
        }
        assert_eq!(expected.len(), loaded.also_at.len(), "{}", path.display());
    }
    assert!(compared.records > 3_000 && compared.fields > 30_000, "{compared:?}");
    #[expect(clippy::print_stdout, reason = "what was compared is to be seen")]
    {
        println!("{compared:?}");
    }
}
