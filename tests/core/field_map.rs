//! Maps of the responder for JSON of unknown programs: what they make of a log, and what is said
//! where they are wrong.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

mod files;
mod proposal;

use std::{io::Write as _, path::PathBuf};

use serde_json::{Value, json};
use spawnscope::{
    ingest::{Again, AgainError, FieldMap, Keep, Loaded, Options, Silent, load, survey_unknown},
    model::{Event, IssueKind},
};

use crate::support::dialects::{
    assert_same, evtx_dump, findings, judged, judged_records, processes, story, unknown,
};

fn map(value: Value) -> FieldMap {
    let map: FieldMap = serde_json::from_value(value).unwrap();
    map.check().unwrap();
    map
}

fn load_by(maps: Vec<FieldMap>, text: &str) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("log.json");
    std::fs::write(&path, text).unwrap();
    load(&[path], &Options { maps, threads: 2, json_part: 64 << 10, ..Options::default() }, &Silent)
}

/// A map of a log with the names `t`, `h` and `id`.
fn small(more: &[(&str, Value)]) -> FieldMap {
    let mut value = json!({
        "name": "small", "match": ["t"], "time": "t", "host": "h", "event_id": "id",
        "channel": {"constant": "Microsoft-Windows-Sysmon/Operational"},
    });
    for (key, part) in more {
        value.as_object_mut().unwrap().insert((*key).to_owned(), part.clone());
    }
    map(value)
}

fn one(loaded: &Loaded) -> &Event {
    assert_eq!(loaded.issues, []);
    let [event] = loaded.events.as_slice() else { unreachable!("{} events", loaded.events.len()) };
    event
}

fn fields(event: &Event) -> Vec<(&str, &str)> {
    event.fields.iter().collect()
}

#[test]
fn an_unknown_dialect_tells_the_story() {
    for (name, text, told) in [
        ("map:flat", unknown::flat(story()), unknown::flat_map(story())),
        ("map:nested", unknown::nested(story()), unknown::nested_map(story())),
    ] {
        let loaded = load_by(vec![map(told)], &text);
        assert_eq!(loaded.issues, [], "{name}");
        assert_eq!(loaded.sources.first().unwrap().dialect, Some(name));
        assert_eq!(loaded.events.len(), story().len());
        for (event, record) in loaded.events.iter().zip(story()) {
            let read = (event.time, event.record_id, event.logger_pid, event.user_sid());
            let sid = record.user_sid.as_deref();
            assert_eq!(read, (Some(record.time), Some(record.record_id), Some(record.pid), sid));
            assert_eq!((event.host(), event.channel()), (&*record.host, &*record.channel));
            assert_eq!((event.provider(), event.event_id), (&*record.provider, record.event_id));
        }
        let (read, expected) = (judged(loaded), judged_records(story()));
        assert_same(&format!("{name}: process"), &processes(&read), &processes(&expected));
        assert_same(&format!("{name}: finding"), &findings(&read), &findings(&expected));
        assert!(findings(&read).iter().any(|told| told.starts_with("spawnscope-zoom-child ")));
        assert!(!read.zoom_roots.is_empty());
    }
}

#[test]
fn a_built_in_dialect_wins_over_a_map() {
    let all = map(json!({
        "name": "greedy", "match": ["Event.System.EventID"], "event_id": {"constant": 1},
        "channel": {"constant": "Security"},
    }));
    let text = evtx_dump::render(story().split_at(3).0);
    let with = load_by(vec![all.clone()], &text);
    assert_eq!(with.sources.first().unwrap().dialect, Some("evtx_dump"));
    // A record of a known program counts wherever it is among the first.
    let mixed = format!("{}\n{text}", r#"{"Event": {"System.EventID": 5}}"#);
    let loaded = load_by(vec![all], &mixed);
    assert_eq!(loaded.sources.first().unwrap().dialect, Some("evtx_dump"));
}

#[test]
fn a_map_whose_keys_are_absent_is_not_used() {
    let text = r#"{"t":"2026-04-12T14:21:07Z","h":"ws1","id":1,"event":"x"}"#;
    for required in [json!(["t", "T"]), json!(["t", "h.x"]), json!(["i"]), json!(["t", "id."])] {
        let loaded = load_by(vec![small(&[("match", required.clone())])], text);
        assert_eq!(loaded.events, [], "{required}");
        let source = loaded.sources.first().unwrap();
        assert_eq!((source.dialect, source.records), (None, 0));
        let [issue] = loaded.issues.as_slice() else { unreachable!("{required}") };
        assert_eq!(issue.kind, IssueKind::UnknownFormat);
        let absent = required.as_array().unwrap().last().unwrap().as_str().unwrap();
        let told = format!("The map small does not fit: no object has its key {absent}.");
        assert!(issue.message.ends_with(&told), "{}", issue.message);
        assert!(issue.message.contains("the names t, h, id, event;"), "{}", issue.message);
        assert!(issue.message.contains("--map FILE"), "{}", issue.message);
    }
    // The keys must be in one object, not here and there.
    let apart = "{\"t\":\"2026-04-12T14:21:07Z\",\"event\":1}\n{\"h\":\"ws1\",\"id\":1}";
    let loaded = load_by(vec![small(&[("match", json!(["t", "h"]))])], apart);
    assert_eq!(loaded.events, []);
    assert_eq!(loaded.issues.first().unwrap().kind, IssueKind::UnknownFormat);
}

#[test]
fn the_first_map_that_fits_is_used() {
    let text = r#"{"t":"2026-04-12T14:21:07Z","h":"ws1","id":1}"#;
    let named = |name: &str, key: &str| small(&[("name", json!(name)), ("match", json!([key]))]);
    let maps = vec![named("a", "x"), named("b", "h"), named("c", "t")];
    assert_eq!(load_by(maps, text).sources.first().unwrap().dialect, Some("map:b"));
}

#[test]
fn what_is_not_named_is_kept_under_its_own_name() {
    let told = small(&[
        ("fields", json!({"proc.exe": "Image", "cmd": "CommandLine"})),
        ("record_id", json!("n")),
        ("user", json!("who")),
    ]);
    let table = [
        (
            r#"{"t":"2026-04-12T14:21:07Z","h":"ws1","id":1,"proc":{"exe":"a.exe","owner.sid":"x"},"tags":["p","q"]}"#,
            vec![("Image", "a.exe"), ("proc.owner.sid", "x"), ("tags", "p"), ("tags", "q")],
        ),
        // Dots in names and levels are the same; a search engine's wrapper is none.
        (
            r#"{"_id":"7","_source":{"t":"2026-04-12T14:21:07Z","h":"ws1","id":1,"proc.exe":"a.exe"}}"#,
            vec![("Image", "a.exe"), ("_id", "7")],
        ),
        // The map wins over a key that happens to have a Windows name, and a value over none.
        (
            r#"{"t":"2026-04-12T14:21:07Z","h":"ws1","id":1,"Image":"not.exe","proc":[{"exe":""},{"exe":"a.exe"}],"cmd":null}"#,
            vec![("Image", "a.exe"), ("CommandLine", ""), ("Image", "not.exe")],
        ),
        // What cannot be read as what it should be is not lost.
        (
            r#"{"t":["noon","2026-04-12T14:21:07Z"],"h":["ws1","ws2"],"id":1,"n":"first"}"#,
            vec![("t", "noon"), ("h", "ws2"), ("n", "first")],
        ),
        (
            r#"{"t":"2026-04-12T14:21:07Z","h":"ws1","id":1,"who":"LAB\\ann"}"#,
            vec![("User", r"LAB\ann")],
        ),
    ];
    for (text, expected) in table {
        let loaded = load_by(vec![told.clone()], text);
        let event = one(&loaded);
        assert_eq!(fields(event), expected, "{text}");
        assert_eq!((event.host(), event.event_id), ("ws1", 1), "{text}");
        assert_eq!(event.time.unwrap().to_string(), "2026-04-12T14:21:07Z", "{text}");
    }
    // What looks like a wrapper is none where it is a list.
    let list = r#"{"result":[{"exe":"a.exe"}],"_source":{"t":1776003667,"h":"ws1","id":1}}"#;
    let wrapped = small(&[
        ("match", json!(["_source.t", "result.exe"])),
        ("time", json!("_source.t")),
        ("fields", json!({"result.exe": "Image"})),
    ]);
    let loaded = load_by(vec![wrapped], list);
    assert_eq!(fields(one(&loaded)), [("Image", "a.exe")]);
    assert!(one(&loaded).time.is_some());
    let sid = r#"{"t":"2026-04-12T14:21:07Z","h":"ws1","id":1,"who":"S-1-5-18"}"#;
    let loaded = load_by(vec![told], sid);
    assert_eq!((one(&loaded).user_sid(), fields(one(&loaded))), (Some("S-1-5-18"), vec![]));
}

#[test]
fn times_are_read_in_many_forms() {
    let table = [
        (r#""2026-04-12T14:21:07.4120000Z""#, None, "2026-04-12T14:21:07.4120000Z"),
        (r#""2026-04-12T16:21:07.412+02:00""#, Some("-05:00"), "2026-04-12T14:21:07.412Z"),
        (r#""2026-04-12 16:21:07.412""#, Some("+02:00"), "2026-04-12T14:21:07.412Z"),
        (r#""2026-04-12T08:51:07""#, Some("-05:30"), "2026-04-12T14:21:07Z"),
        (r#""2026-04-12 14:21:07""#, Some("Z"), "2026-04-12T14:21:07Z"),
        ("1776003667", Some("+02:00"), "2026-04-12T14:21:07Z"),
        ("1776003667.412", None, "2026-04-12T14:21:07.412Z"),
        ("1776003667412", Some("+02:00"), "2026-04-12T14:21:07.412Z"),
        (r#""1776003667412000""#, None, "2026-04-12T14:21:07.412000Z"),
        ("1776003667412000100", None, "2026-04-12T14:21:07.412000100Z"),
    ];
    for (written, offset, expected) in table {
        let told = small(&[("utc_offset", json!(offset))]);
        let loaded = load_by(vec![told], &format!(r#"{{"t":{written},"h":"ws1","id":1}}"#));
        assert_eq!(one(&loaded).time.unwrap().to_string(), expected, "{written}");
    }
    // Without a zone, in the file or in the map, it is read as UTC and said.
    let loaded = load_by(vec![small(&[])], r#"{"t":"2026-04-12 14:21:07","h":"ws1","id":1}"#);
    assert_eq!(loaded.events.first().unwrap().time.unwrap().to_string(), "2026-04-12T14:21:07Z");
    assert!(loaded.issues.first().unwrap().message.contains("without a zone"));
    // No time at all is said too.
    let loaded = load_by(vec![small(&[])], r#"{"t":"yesterday","h":"ws1","id":1}"#);
    let event = loaded.events.first().unwrap();
    assert_eq!((event.time, fields(event)), (None, vec![("t", "yesterday")]));
    assert!(loaded.issues.first().unwrap().message.contains("no time that can be read"));
}

#[test]
fn words_stand_for_event_ids() {
    let told = small(&[
        ("event_id", json!({"path": "kind", "values": {"start": 1, "stop": 5}})),
        ("fields", json!({"exe": "Image"})),
    ]);
    let line = |second: u32, kind: &str| {
        format!(
            "{{\"t\":\"2026-04-12T14:21:0{second}Z\",\"h\":\"ws1\",\"kind\":{kind},\"exe\":\"a\"}}\n"
        )
    };
    let text = line(1, "\"start\"") + &line(2, "\"stop\"") + &line(3, "\"Start\"") + &line(4, "3");
    let loaded = load_by(vec![told], &text);
    assert_eq!(loaded.issues, []);
    let ids = loaded.events.iter().map(|event| event.event_id).collect::<Vec<_>>();
    assert_eq!(ids, [1, 5, 0, 3]);
    // The word itself is still there to be read.
    let kinds = loaded.events.iter().map(|event| event.raw("kind")).collect::<Vec<_>>();
    assert_eq!(kinds, [Some("start"), Some("stop"), Some("Start"), Some("3")]);
}

#[test]
fn event_ids_are_numbers_however_written() {
    let told = small(&[]);
    for (written, expected) in
        [("4688", 4688), ("\"4688\"", 4688), ("4688.0", 4688), ("\" 0x1250 \"", 4688)]
    {
        let loaded = load_by(vec![told.clone()], &format!(r#"{{"t":1776003667,"id":{written}}}"#));
        assert_eq!(one(&loaded).event_id, expected, "{written}");
    }
    // Records without one are counted as unreadable, the others are read.
    let text =
        "{\"t\":1776003667,\"id\":1}\n{\"t\":1776003667,\"id\":\"start\"}\n{\"t\":1776003667}\n";
    let loaded = load_by(vec![told], text);
    let source = loaded.sources.first().unwrap();
    assert_eq!((source.records, source.unreadable_records), (1, 2));
    let [issue] = loaded.issues.as_slice() else { unreachable!() };
    assert_eq!(issue.kind, IssueKind::BadRecord);
    assert!(issue.message.contains("the event id is missing"), "{}", issue.message);
}

#[test]
fn wrapped_records_are_read_one_by_one() {
    let told = small(&[("event_id", json!({"constant": 1})), ("fields", json!({"exe": "Image"}))]);
    let record =
        |second: u32| format!(r#"{{"t":"2026-04-12T14:21:0{second}Z","h":"w","exe":"a"}}"#);
    let (a, b) = (record(1), record(2));
    for text in [
        format!(r#"{{"took":1,"hits":{{"total":2,"hits":[{{"_source":{a}}},{{"_source":{b}}}]}}}}"#),
        format!(r#"{{"results":[{a},{b}]}}"#),
        format!("[{a},\n{b}]"),
        r#"{"fields":["t","h","exe"],"rows":[["2026-04-12T14:21:01Z","w","a"],["2026-04-12T14:21:02Z","w","a"]]}"#.to_owned(),
    ] {
        let loaded = load_by(vec![told.clone()], &text);
        assert_eq!(loaded.issues, [], "{text}");
        assert_eq!(loaded.sources.first().unwrap().dialect, Some("map:small"), "{text}");
        assert_eq!(loaded.events.len(), 2, "{text}");
        for event in &loaded.events {
            assert_eq!(event.raw("Image"), Some("a"), "{text}");
            assert!(event.time.is_some(), "{text}");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.json");
        std::fs::write(&path, &text).unwrap();
        let keys = survey_unknown(&path).unwrap().keys;
        let keys = keys.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>();
        assert_eq!(keys, ["t", "h", "exe"], "{text}");
    }
}

#[test]
fn a_map_reads_inside_an_archive_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.json.gz");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(unknown::flat(story().split_at(50).0).as_bytes()).unwrap();
    std::fs::write(&path, packed.finish().unwrap()).unwrap();
    let maps = vec![map(unknown::flat_map(story()))];
    let loaded = load(&[path], &Options { maps, ..Options::default() }, &Silent);
    assert_eq!(loaded.issues, []);
    assert_eq!(loaded.events.len(), 50);
    let dialects = loaded.sources.iter().filter_map(|source| source.dialect).collect::<Vec<_>>();
    assert_eq!(dialects, ["map:flat"]);
}

#[test]
fn a_record_is_read_again_by_its_map() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.json");
    std::fs::write(&path, unknown::nested(story().split_at(50).0)).unwrap();
    // The number of the map is another than its place in the file could be taken for.
    let maps = vec![small(&[("match", json!(["no"]))]), map(unknown::nested_map(story()))];
    let whole = Options { maps: maps.clone(), ..Options::default() };
    let bare = Options { keep: Keep::those(|_, _, _| false), ..whole.clone() };
    let (whole, bare) =
        (load(std::slice::from_ref(&path), &whole, &Silent), load(&[path], &bare, &Silent));
    let source = bare.sources.first().unwrap();
    let mut again = Again::with_maps(&maps);
    assert_eq!(whole.events.len(), 50);
    assert!(whole.events.iter().filter(|event| !event.fields.is_empty()).count() > 30);
    for (bare, whole) in bare.events.iter().zip(&whole.events) {
        assert!(bare.is_skeleton && bare.fields.is_empty());
        assert_eq!(&again.read(source, bare).unwrap(), whole);
    }
    let without = Again::default().read(source, bare.events.first().unwrap());
    assert!(matches!(without, Err(AgainError::WithoutMap { .. })), "{without:?}");
}

#[test]
fn a_hostile_log_is_bounded() {
    let told = small(&[("fields", json!({"a": "Image"}))]);
    let head = r#"{"t":1776003667,"h":"ws1","id":1}"#;
    for body in [
        format!(r#"{{"t":1776003667,"id":1,"a":{}0{}}}"#, "[".repeat(5_000), "]".repeat(5_000)),
        format!(r#"{{"t":1776003667,"id":1,"a":[{}0]}}"#, "null,".repeat(100_000)),
        format!(r#"{{"t":1776003667,"id":1,"{}":0}}"#, "k".repeat(5_000)),
    ] {
        let loaded = load_by(vec![told.clone()], &format!("{head}\n{body}\n{head}\n"));
        let source = loaded.sources.first().unwrap();
        assert_eq!((source.dialect, source.unreadable_records), (Some("map:small"), 1));
        assert_eq!(source.records, 2);
        assert_eq!(loaded.issues.len(), 1);
    }
}
