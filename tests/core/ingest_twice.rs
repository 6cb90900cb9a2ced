//! Records that are in several files count once, and only where they are one record.

#![expect(clippy::unwrap_used, reason = "a test that panics is a failing test")]

use std::fs;

use evtx::EvtxParser;
use serde_json::{Value, json};
use spawnscope::{
    detect::{Engine, Rules},
    ingest::{Loaded, Options, Silent, load},
    model::{Format, RecordIndex, SourceIndex},
    report::json::Scan,
    session::{analyse::analyse, sample},
};

/// One record in the manner of `evtx_dump`.
struct Line {
    host: &'static str,
    channel: &'static str,
    time: &'static str,
    record_id: u64,
    event_id: u32,
    command: &'static str,
}

const PLAIN: Line = Line {
    host: "PC1.corp.example",
    channel: "Microsoft-Windows-Sysmon/Operational",
    time: "2026-04-12T14:21:07.4123456Z",
    record_id: 48210,
    event_id: 1,
    command: "cmd.exe",
};

impl Line {
    fn evtx_dump(&self) -> Value {
        json!({"Event": {"System": {
            "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
            "EventID": self.event_id,
            "TimeCreated": {"#attributes": {"SystemTime": self.time}},
            "EventRecordID": self.record_id, "Channel": self.channel, "Computer": self.host,
        }, "EventData": {"ProcessId": 7, "CommandLine": self.command}}})
    }

    fn nxlog(&self) -> Value {
        json!({
            "SourceModuleName": "in", "SourceName": "Microsoft-Windows-Sysmon", "EventID": self.event_id,
            "@timestamp": self.time, "RecordNumber": self.record_id, "Channel": self.channel,
            "Hostname": self.host, "ProcessId": "7", "CommandLine": self.command,
        })
    }
}

fn loaded(files: &[(&str, Vec<u8>)]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    load(&[folder.path().to_owned()], &Options::default(), &Silent)
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

/// Two records in two files, and whether they are one.
#[test]
fn what_makes_two_records_one() {
    let forwarded = Line { channel: "ForwardedEvents", ..PLAIN };
    let short_host = Line { host: "pc1", ..PLAIN };
    let cases: [(&str, Value, bool); 10] = [
        ("a copy", PLAIN.evtx_dump(), true),
        ("another program's export", PLAIN.nxlog(), true),
        ("a collector's copy", forwarded.evtx_dump(), true),
        ("the short host name", short_host.nxlog(), true),
        ("milliseconds only", Line { time: "2026-04-12T14:21:07.412Z", ..PLAIN }.nxlog(), true),
        ("rounded", Line { time: "2026-04-12T14:21:07.41235Z", ..PLAIN }.nxlog(), true),
        ("another millisecond", Line { time: "2026-04-12T14:21:07.419Z", ..PLAIN }.nxlog(), false),
        ("another domain", Line { host: "PC1.other.example", ..PLAIN }.nxlog(), false),
        ("another event id", Line { event_id: 5, ..PLAIN }.nxlog(), false),
        ("altered in one of two copies", Line { command: "calc.exe", ..PLAIN }.evtx_dump(), false),
    ];
    for (name, other, is_one) in cases {
        let loaded = loaded(&[("a.json", bytes(&PLAIN.evtx_dump())), ("b.json", bytes(&other))]);
        let (kept, gone) = if is_one { (1, 1) } else { (2, 0) };
        assert_eq!((loaded.events.len(), loaded.also_at.len()), (kept, gone), "{name}");
        let counted: Vec<u64> = loaded.sources.iter().map(|source| source.records).collect();
        assert_eq!(counted, [1, 1], "{name}");
    }
}

#[test]
fn a_record_without_an_id_is_never_taken_for_another() {
    let mut line = PLAIN.evtx_dump();
    line["Event"]["System"].as_object_mut().unwrap().remove("EventRecordID");
    let loaded = loaded(&[("a.json", bytes(&line)), ("b.json", bytes(&line))]);
    assert_eq!((loaded.events.len(), loaded.also_at.len()), (2, 0));
}

/// The sample incident, a backup of it, and every log as JSON by the `evtx` crate.
#[test]
fn the_log_itself_wins_over_its_exports_and_every_place_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let files = sample::write(&folder.path().join("m-logs")).unwrap();
    let alone = load(&[folder.path().to_owned()], &Options::default(), &Silent);
    for copies in ["a-json", "z-backup"] {
        fs::create_dir(folder.path().join(copies)).unwrap();
    }
    for (number, file) in files.iter().enumerate() {
        // Both hosts have logs of the same names.
        let name = &format!("{number}.evtx");
        fs::copy(file, folder.path().join("z-backup").join(name)).unwrap();
        let mut lines = String::new();
        for record in EvtxParser::from_path(file).unwrap().records_json() {
            let value: Value = serde_json::from_str(&record.unwrap().data).unwrap();
            lines = lines + &value.to_string() + "\n";
        }
        fs::write(folder.path().join("a-json").join(name).with_extension("jsonl"), lines).unwrap();
    }
    let all = load(&[folder.path().to_owned()], &Options::default(), &Silent);
    assert_eq!(all.issues, []);
    assert_eq!(all.events.len(), alone.events.len());
    assert_eq!(all.also_at.len(), 2 * alone.events.len());
    let of = |at: SourceIndex| &all.sources[at.0 as usize];
    for (at, event) in (0..).map(RecordIndex).zip(&all.events) {
        assert_eq!(of(event.source).format, Format::Evtx);
        let elsewhere: Vec<_> = all
            .also_at
            .iter()
            .filter(|also| also.record == at)
            .map(|also| of(also.source))
            .collect();
        let formats: Vec<_> = elsewhere.iter().map(|source| source.format).collect();
        assert_eq!(formats, [Format::Json, Format::Evtx], "{event:?}");
    }
}

/// What `scan --format json` says of a record that is in two files.
#[test]
fn the_json_names_the_other_places() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.json", "b.json"] {
        let mut line = PLAIN.evtx_dump();
        line["Event"]["EventData"]["Image"] = r"C:\Windows\System32\cmd.exe".into();
        line["Event"]["EventData"]["ParentImage"] = r"C:\Zoom\bin\Zoom.exe".into();
        fs::write(folder.path().join(name), bytes(&line)).unwrap();
    }
    let loaded = load(&[folder.path().to_owned()], &Options::default(), &Silent);
    let analysis = analyse(loaded, &Engine::new(Rules::bundled()), 1);
    let document = serde_json::to_value(Scan::of(&analysis)).unwrap();
    let record = &document["findings"][0]["records"][0];
    let ends_with = |value: &Value, name: &str| value.as_str().unwrap().ends_with(name);
    assert!(ends_with(&record["path"], "a.json"), "{record}");
    assert_eq!(record["also"].as_array().map(Vec::len), Some(1), "{record}");
    assert!(ends_with(&record["also"][0]["path"], "b.json"), "{record}");
    assert_eq!(record["also"][0]["member"], Value::Null);
}
