//! A JSON file read in parts by several threads says what one thread says that reads it from end to
//! end, whatever is in it.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

use std::{fs, path::Path};

use proptest::{prelude::*, sample::Index};
use spawnscope::{
    ingest::{Loaded, Options, Silent, load},
    model::{Event, IssueKind},
};

const LONGEST: usize = 900;

fn load_in(path: &Path, threads: usize, json_part: u64) -> Loaded {
    let options = Options { threads, json_part, longest_record: LONGEST, ..Options::default() };
    load(&[path.to_owned()], &options, &Silent)
}

fn object(id: usize, text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    format!(
        r#"{{"EventID":1,"Channel":"c","Hostname":"h","SourceName":"s","RecordNumber":{id},"EventTime":"2026-04-12T14:21:07Z","EventReceivedTime":"","Text":{text}}}"#
    )
}

/// One thing that may stand in a file; `{}` is where a whole object goes.
const THINGS: [&str; 27] = [
    "{}\n",
    "{}\n",
    "{}\n",
    "{}\n",
    "{}\r\n",
    "{}",
    "{},\n",
    "  {}\n",
    "[{},\n",
    "]\n",
    "\n",
    " \r\n",
    "what is this\n",
    "Record 7\n",
    "{\n",
    "{\"a\":\n{}}\n",
    "{\"EventID\":\n",
    "{\"Text\":\"never closed\n",
    "{\"Text\":\"\\\n{}\n",
    "}\n",
    "\"\n",
    "\u{1e}{}\n",
    "{\"EventID\":1}\n",
    "PRETTY\n",
    "ESCAPED\n",
    "LONG\n",
    "DAMAGED\n",
];

fn thing(at: usize, id: usize) -> Vec<u8> {
    let object = |text: &str| object(id, text);
    let text = match THINGS.get(at % THINGS.len()).copied().unwrap_or_default() {
        // Its inner braces begin lines.
        "PRETTY\n" => {
            object("p").replace(",\"", ",\n\"").replace("\"Text\":", "\"Text\":\n{\"x\":\n")
                + "\n}\n"
        }
        "ESCAPED\n" => object("a\n{\"EventID\":1}\n{") + "\n",
        "LONG\n" => object(&"x".repeat(LONGEST)) + "\n",
        "DAMAGED\n" => {
            let line = object("_") + "\n";
            return line.bytes().map(|byte| if byte == b'_' { 0xFF } else { byte }).collect();
        }
        text => text.replace("{}", &object("t")),
    };
    text.into_bytes()
}

fn file(things: &[usize], has_mark: bool) -> Vec<u8> {
    let mut bytes = if has_mark { "\u{FEFF}".as_bytes().to_vec() } else { Vec::new() };
    // The first object tells what the file is.
    bytes.extend(thing(0, 0));
    for (at, id) in things.iter().zip(1..) {
        bytes.extend(thing(*at, id));
    }
    bytes
}

fn assert_same(bytes: &[u8], parts: &[u64]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.json");
    fs::write(&path, bytes).unwrap();
    let one = load_in(&path, 1, u64::MAX);
    for threads in [2, 3, 8] {
        for part in parts {
            let many = load_in(&path, threads, *part);
            let what = format!("{threads} threads, parts of {part}");
            assert_eq!(many.events, one.events, "{what}");
            assert_eq!(many.issues, one.issues, "{what}");
            assert_eq!(many.sources, one.sources, "{what}");
            assert_eq!(many.also_at, one.also_at, "{what}");
        }
    }
    one
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn the_number_of_threads_changes_nothing(
        things in prop::collection::vec(0..THINGS.len(), 0..40),
        has_mark: bool,
        cut: Option<Index>,
        part in 1_u64..400,
    ) {
        let mut bytes = file(&things, has_mark);
        if let Some(cut) = cut {
            bytes.truncate(200.max(cut.index(bytes.len())));
        }
        assert_same(&bytes, &[part, 1_000]);
    }
}

#[test]
fn every_form_is_read_in_parts() {
    let objects = (0..400).map(|id| object(id, "a\n{\"b\"")).collect::<Vec<_>>();
    let pretty = objects.iter().map(|object| {
        let value = serde_json::from_str::<serde_json::Value>(object).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    });
    let pretty = pretty.collect::<Vec<_>>();
    let utf16 = objects.join("\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms: [(&str, Vec<u8>); 6] = [
        ("lines", objects.join("\n").into_bytes()),
        ("array", format!("[\n{}\n]", objects.join(",\n")).into_bytes()),
        ("pretty", pretty.join("\n").into_bytes()),
        ("pretty array", format!("[\n  {}\n]", pretty.join(",\n  ")).into_bytes()),
        ("concatenated", objects.concat().into_bytes()),
        ("UTF-16", utf16),
    ];
    for (form, bytes) in forms {
        let loaded = assert_same(&bytes, &[100, 5_000]);
        assert_eq!((loaded.events.len(), loaded.issues.len()), (400, 0), "{form}");
        let mut places = loaded.events.iter().map(|event| event.place).collect::<Vec<_>>();
        places.dedup();
        assert_eq!((places.len(), places.is_sorted()), (400, true), "{form}");
        // What stands at the place of a record is that record.
        for event in loaded.events.iter().step_by(97) {
            let (_, from_there) = bytes.split_at(usize::try_from(event.place).unwrap());
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("log.json");
            fs::write(&path, from_there).unwrap();
            let again = load_in(&path, 1, u64::MAX).events.into_iter().next().unwrap();
            assert_eq!(Event { place: event.place, ..again }, *event, "{form}");
        }
    }
}

/// Every line looks like the beginning of an object and is none, but for the first.
#[test]
fn parts_that_begin_inside_an_object_are_read_again() {
    let inner = object(7, "inner");
    let outer = object(1, "outer").replace("\"outer\"", &format!("[\n{inner},\n{inner}\n]"));
    let bytes = format!("{outer}\n{}\n{outer}", object(2, "t"));
    let loaded = assert_same(bytes.as_bytes(), &[1, 100, 250]);
    let ids = loaded.events.iter().map(|event| event.record_id.unwrap()).collect::<Vec<_>>();
    assert_eq!((ids, loaded.issues.len(), loaded.also_at.len()), (vec![1, 2], 0, 1));
    // The same where the outer object never ends: what ends it is the first line in it.
    let bytes = bytes.replacen("\"EventID\"", "\"EventID", 1);
    let loaded = assert_same(bytes.as_bytes(), &[1, 100, 250]);
    assert_eq!(loaded.issues[0].kind, IssueKind::BadRecord);
}
