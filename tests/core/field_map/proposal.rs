//! The map that is proposed for an unknown file: enough to begin with, and never wrong in form.

use std::fs;

use proptest::prelude::*;
use serde_json::json;
use spawnscope::ingest::{FieldMap, Told, propose, survey_unknown};

use super::load_by;
use crate::support::dialects::{evtx_dump, findings, judged, story};

/// Zoom starts `cmd.exe`, as a made sensor would write it.
fn flat() -> String {
    let start = |second: u32, own: (u32, &str, &str), parent: (u32, &str)| {
        json!({
            "timestamp": format!("2026-04-12T14:21:0{second}.412Z"), "hostname": "ws1.lab",
            "event_type": "process_start", "pid": own.0, "process_path": own.1, "cmdline": own.2,
            "username": r"LAB\ann", "ppid": parent.0, "parent_process_path": parent.1,
            "note": null,
        })
        .to_string()
    };
    let zoom = r"C:\Users\ann\AppData\Roaming\Zoom\bin\Zoom.exe";
    [
        start(1, (400, zoom, "Zoom.exe"), (4, r"C:\Windows\explorer.exe")),
        start(2, (500, r"C:\Windows\System32\cmd.exe", "cmd.exe /c whoami"), (400, zoom)),
    ]
    .join("\n")
}

fn nested() -> String {
    let start = |second: u32, own: (u32, &str, &str), parent: (u32, &str)| {
        json!({
            "@timestamp": 1_776_003_667_000_u64 + u64::from(second), "event": {"id": "1"},
            "device": {"name": "ws1.lab", "os": "Windows"},
            "process": {
                "pid": own.0, "executable": own.1, "command_line": own.2,
                "parent": {"pid": parent.0, "executable": parent.1},
            },
            "user": {"name": r"LAB\ann"},
        })
        .to_string()
    };
    let zoom = r"C:\Users\ann\AppData\Roaming\Zoom\bin\Zoom.exe";
    [
        start(1, (400, zoom, "Zoom.exe"), (4, r"C:\Windows\explorer.exe")),
        start(2, (500, r"C:\Windows\System32\cmd.exe", "cmd.exe /c whoami"), (400, zoom)),
    ]
    .join("\n")
}

#[test]
fn a_proposal_finds_zoom_without_being_touched() {
    for (name, text) in [("flat", flat()), ("nested", nested())] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("edr export (1).json");
        fs::write(&path, &text).unwrap();
        let unknown = survey_unknown(&path).unwrap();
        let map = unknown.proposal;
        assert_eq!((map.check(), map.name.as_str()), (Ok(()), "edr export -1-"), "{map:#?}");
        let loaded = load_by(vec![map.clone()], &text);
        assert_eq!(loaded.issues, [], "{name}: {map:#?}");
        assert_eq!(loaded.sources.first().unwrap().dialect, Some("map:edr export -1-"));
        let analysis = judged(loaded);
        let told = findings(&analysis);
        assert!(
            told.iter().any(|told| told.starts_with("spawnscope-zoom-child ")),
            "{name}: {map:#?}\n{told:#?}"
        );
        let child =
            analysis.tree.processes.iter().find(|process| process.pid == Some(500)).unwrap();
        assert_eq!(child.user.as_deref(), Some(r"LAB\ann"));
        assert_eq!(
            child.parent_image.as_deref().map(|image| image.ends_with("Zoom.exe")),
            Some(true)
        );
    }
}

proptest! {
    /// Whatever stands in a log, what is proposed for it can be used, and is written and read.
    #[test]
    fn a_proposal_can_always_be_used(
        keys in prop::collection::vec(
            ("[a-z@_.]{0,6}(event|time|pid|parent|exe|id|user|\\.){0,4}|\\PC{0,8}", "[0-9]{0,13}|\\PC{0,8}"),
            0..12,
        ),
    ) {
        let map = propose(&keys);
        prop_assert_eq!(map.check(), Ok(()));
        let written = serde_json::to_string(&map).unwrap();
        prop_assert_eq!(serde_json::from_str::<FieldMap>(&written).unwrap(), map.clone());
        let log = keys.iter().map(|(key, value)| (key.clone(), json!(value)));
        let log = log.collect::<serde_json::Map<_, _>>();
        let loaded = load_by(vec![map], &serde_json::Value::Object(log).to_string());
        let source = loaded.sources.first();
        let records = source.map_or(0, |source| source.records + source.unreadable_records);
        prop_assert!(records <= 1 && loaded.events.len() as u64 <= records);
    }
}

#[test]
fn keys_come_with_a_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    let long = "ü".repeat(5_000);
    fs::write(
        &path,
        format!("{{\"a\":null,\"b\":{{\"c\":1}}}}\n{{\"a\":\"{long}\",\"d\":[2,3]}}\n"),
    )
    .unwrap();
    let keys = survey_unknown(&path).unwrap().keys;
    let names = keys.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["a", "b.c", "d"]);
    let values = keys.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>();
    assert_eq!(values, ["ü".repeat(100).as_str(), "1", "2"]);
}

#[test]
fn what_is_known_or_no_json_is_not_surveyed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    assert_eq!(survey_unknown(&path), None);
    for text in ["", "no json", "<Event/>", &evtx_dump::render(story().split_at(2).0)] {
        fs::write(&path, text).unwrap();
        assert_eq!(survey_unknown(&path), None, "{text}");
    }
}

#[test]
fn names_and_values_decide() {
    let keys = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
            .collect::<Vec<_>>()
    };
    // A time that is none and an id that is no number are not taken for one.
    let map =
        propose(&keys(&[("time", "soon"), ("ts", "1776003667"), ("event.id", "a7"), ("eid", "3")]));
    assert_eq!((map.time.as_deref(), &map.event_id), (Some("ts"), &Told::Path("eid".to_owned())));
    assert_eq!(map.required, ["eid", "ts"]);
    // Security's names where it is Security's log.
    let map = propose(&keys(&[
        ("EventCode", "4688"),
        ("exe", "a"),
        ("process.pid", "0x10"),
        ("parent.pid", "0x20"),
        ("data.TargetUserName", "ann"),
    ]));
    assert_eq!(map.channel, Some(Told::Constant("Security".to_owned())));
    let fields = map.fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>();
    assert_eq!(
        fields,
        [
            ("data.TargetUserName", "TargetUserName"),
            ("exe", "NewProcessName"),
            ("parent.pid", "ProcessId"),
            ("process.pid", "NewProcessId"),
        ]
    );
    // Whatever the keys are, the proposal can be used.
    for odd in [keys(&[]), keys(&[("", "")]), keys(&[("a.", "1"), (&"x".repeat(3_000), "2")])] {
        assert_eq!(propose(&odd).check(), Ok(()), "{odd:?}");
    }
}
