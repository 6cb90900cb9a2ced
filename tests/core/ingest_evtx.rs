//! Event logs as events, against the reader's own JSON of the same file, whole and damaged.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what is absent fails the test"
)]

use std::{fs, path::Path};

use evtx::EvtxParser;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use spawnscope::{
    ingest::{Loaded, Options, Silent, load},
    model::{Event, Format, IssueKind},
};

use crate::support::{
    evtx_damage,
    evtx_writer::{Data, EvtxWriter, Provider, Record, Sid, UserData, Value},
    samples,
};

/// 2026-04-12T14:21:07.4120000Z.
const TIME: u64 = 134_204_772_674_120_000;
const CHUNK: usize = 65_536;
const HEADER: usize = 4_096;

fn load_one(path: &Path) -> Loaded {
    load(&[path.to_owned()], &Options::default(), &Silent)
}

/// What a record says, in a form both sides can be brought to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    time: String,
    record_id: Option<u64>,
    event_id: u64,
    names: [String; 4],
    logger_pid: Option<u64>,
    fields: Vec<(String, String)>,
}

fn told(event: &Event) -> Told {
    let mut fields = pairs(event.fields.iter());
    fields.sort();
    Told {
        time: event.time.map(|time| time.to_string()).unwrap_or_default(),
        record_id: event.record_id,
        event_id: event.event_id.into(),
        names: [
            event.channel().to_owned(),
            event.host().to_owned(),
            event.provider().to_owned(),
            event.user_sid().unwrap_or_default().to_owned(),
        ],
        logger_pid: event.logger_pid.map(u64::from),
        fields,
    }
}

fn pairs<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn text(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The same from the tree that the crate makes of a record, by the rules of the documentation.
fn expected(json: &Json) -> Told {
    let system = &json["Event"]["System"];
    let attribute = |part: &str, name: &str| &system[part]["#attributes"][name];
    let number = |json: &Json| text(json).parse::<u64>().ok();
    let event_id = match &system["EventID"] {
        Json::Object(parts) => &parts["#text"],
        plain => plain,
    };
    let mut fields = Vec::new();
    for (part, data) in json["Event"].as_object().unwrap() {
        match part.as_str() {
            "System" | "#attributes" => {}
            "UserData" => {
                for (name, data) in data.as_object().into_iter().flatten() {
                    flatten(if data.is_object() { "" } else { name }, data, &mut fields);
                }
            }
            _ if data.is_null() => {}
            _ => flatten("", data, &mut fields),
        }
    }
    fields.sort();
    Told {
        time: text(attribute("TimeCreated", "SystemTime")),
        record_id: number(&system["EventRecordID"]),
        event_id: number(event_id).unwrap(),
        names: [
            text(&system["Channel"]),
            text(&system["Computer"]),
            text(attribute("Provider", "Name")),
            text(attribute("Security", "UserID")),
        ],
        logger_pid: number(attribute("Execution", "ProcessID")),
        fields,
    }
}

fn flatten(path: &str, json: &Json, fields: &mut Vec<(String, String)>) {
    match json {
        Json::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "#attributes" => {}
                    "#text" => flatten(path, value, fields),
                    _ if path.is_empty() => flatten(name, value, fields),
                    _ => flatten(&format!("{path}.{name}"), value, fields),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| flatten(path, item, fields)),
        scalar => fields.push((path.to_owned(), text(scalar))),
    }
}

#[test]
fn every_sample_says_what_the_reader_says() {
    let Some(folder) = samples::folder("evtx") else { return };
    let mut seen = 0;
    for path in samples::files(&folder, ".evtx") {
        let loaded = load_one(&path);
        let mut parser = EvtxParser::from_path(&path).unwrap();
        let mut theirs = parser
            .records_json_value()
            .map(|record| expected(&record.unwrap().data))
            .collect::<Vec<_>>();
        theirs.sort();
        let live = loaded.sources[0].records - loaded.sources[0].recovered_records;
        assert_eq!(live, theirs.len() as u64, "{}", path.display());
        theirs.dedup();
        let live = loaded.events.iter().filter(|event| !event.is_recovered);
        let mut ours = live.map(told).collect::<Vec<_>>();
        ours.sort();
        assert_eq!(ours, theirs, "{}", path.display());
        assert_eq!(loaded.issues, [], "{}", path.display());
        assert_eq!(loaded.sources[0].format, Format::Evtx);
        let hash = Sha256::digest(fs::read(&path).unwrap());
        let ours = loaded.sources[0].sha256.as_deref().unwrap();
        let ours =
            (0..64).step_by(2).map(|at| u8::from_str_radix(ours.get(at..at + 2).unwrap(), 16));
        assert_eq!(ours.collect::<Result<Vec<_>, _>>().unwrap(), hash.as_slice());
        seen += theirs.len();
    }
    assert!(seen > 2_000, "only {seen} records");
}

fn record(record_id: u64, data: Data) -> Record {
    Record {
        record_id,
        time: TIME + record_id * 10_000_000,
        provider: Provider {
            name: "Microsoft-Windows-Sysmon".into(),
            guid: None,
            source_name: None,
        },
        event_id: 1,
        qualifiers: None,
        version: 5,
        level: 4,
        task: 1,
        opcode: 0,
        keywords: 0x8000_0000_0000_0000,
        channel: "Microsoft-Windows-Sysmon/Operational".into(),
        computer: "LAPTOP-7F2K.contoso.example".into(),
        pid: 3284,
        tid: 4012,
        user_sid: Some(Sid::new(5, &[18])),
        activity_id: None,
        data,
    }
}

fn line(text: impl Into<String>) -> Data {
    Data::named([("CommandLine", Value::text(text))])
}

/// A log of this many records, and where each chunk's records end.
fn log(records: u64) -> Vec<u8> {
    let mut writer = EvtxWriter::new();
    for id in 1..=records {
        writer
            .push(&record(id, line(format!("cmd.exe /c echo {id} {}", "x".repeat(400)))))
            .unwrap();
    }
    writer.finish()
}

fn load_bytes(bytes: &[u8]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.evtx");
    fs::write(&path, bytes).unwrap();
    load_one(&path)
}

#[test]
fn a_record_becomes_a_flat_event() {
    let mut writer = EvtxWriter::new();
    let odd = "cmd \"/c\" C:\\Users\\Zoë\t😀 & echo %PATH%\r\nsecond";
    writer.push(&Record { qualifiers: Some(16_384), ..record(7, line(odd)) }).unwrap();
    let loaded = load_bytes(&writer.finish());
    let event = &loaded.events[0];
    assert_eq!(event.raw("CommandLine"), Some(odd));
    assert_eq!(event.record_id, Some(7));
    assert_eq!(event.event_id, 1);
    assert_eq!(event.time.unwrap().to_string(), "2026-04-12T14:21:14.4120000Z");
    assert_eq!(event.host(), "LAPTOP-7F2K.contoso.example");
    assert_eq!(event.channel(), "Microsoft-Windows-Sysmon/Operational");
    assert_eq!(event.provider(), "Microsoft-Windows-Sysmon");
    assert_eq!(event.logger_pid, Some(3284));
    assert_eq!(event.user_sid(), Some("S-1-5-18"));
}

#[test]
fn data_without_names_and_user_data_become_fields() {
    let texts = Data::named(["one", "", "three"].map(|text| ("", Value::text(text))));
    let user = UserData {
        element: "LogFileCleared".into(),
        namespace: "http://manifests.example/eventlog".into(),
        fields: vec![("SubjectUserName".into(), Value::text("anna"))],
    };
    let mut writer = EvtxWriter::new();
    writer.push(&record(1, texts)).unwrap();
    writer.push(&record(2, Data::User(user))).unwrap();
    let loaded = load_bytes(&writer.finish());
    let fields = |at: usize| pairs(loaded.events[at].fields.iter());
    let owned = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(fields(0), owned(&[("Data", "one"), ("Data", ""), ("Data", "three")]));
    assert_eq!(fields(1), owned(&[("SubjectUserName", "anna")]));
}

/// Ids of the records read, and each issue's kind and message.
fn outcome(bytes: &[u8]) -> (Vec<u64>, Vec<(IssueKind, String)>, u64) {
    let loaded = load_bytes(bytes);
    let ids = loaded.events.iter().filter_map(|event| event.record_id).collect();
    let issues = loaded.issues.into_iter().map(|issue| (issue.kind, issue.message)).collect();
    (ids, issues, loaded.sources[0].unreadable_records)
}

#[test]
fn a_whole_log_has_no_issues() {
    let (ids, issues, unreadable) = outcome(&log(400));
    assert_eq!(ids, (1..=400).collect::<Vec<_>>());
    assert_eq!(issues, []);
    assert_eq!(unreadable, 0);
}

/// Where the record magic stands in a log, in order.
fn record_offsets(file: &[u8]) -> Vec<usize> {
    let magic = b"\x2a\x2a\0\0";
    memchr::memmem::find_iter(file, magic).collect()
}

#[test]
fn a_log_cut_off_inside_a_record_gives_those_before_it() {
    let file = log(400);
    let offsets = record_offsets(&file);
    assert_eq!(offsets.len(), 400);
    let keep = offsets[250] + 300;
    let (ids, issues, unreadable) = outcome(&evtx_damage::truncated(file, keep));
    assert_eq!(ids, (1..=250).collect::<Vec<_>>());
    assert!(issues.iter().all(|(kind, _)| *kind == IssueKind::CutOff), "{issues:?}");
    assert!(
        issues.iter().any(|(_, text)| text.starts_with("The file breaks off inside chunk")),
        "{issues:?}"
    );
    assert!(unreadable >= 1, "{unreadable}");
}

#[test]
fn a_log_cut_off_between_chunks_names_the_missing_ones() {
    let file = log(400);
    let (ids, issues, _) = outcome(&evtx_damage::truncated(file, HEADER + CHUNK));
    assert!(!ids.is_empty() && ids.len() < 400);
    assert_eq!(issues.len(), 1, "{issues:?}");
    assert_eq!(issues[0].0, IssueKind::CutOff);
    assert!(issues[0].1.contains("and 1 are there"), "{issues:?}");
}

#[test]
fn a_changed_byte_is_noticed_and_costs_at_most_its_record() {
    let file = log(400);
    let offsets = record_offsets(&file);
    // In the text of a record: it reads, with another letter in it.
    let (ids, issues, unreadable) = outcome(&evtx_damage::flipped(file.clone(), offsets[200] - 40));
    assert_eq!(ids.len(), 400);
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].0, IssueKind::Damaged);
    assert!(
        issues[0].1.contains("does not match its checksum; all its records could be read"),
        "{issues:?}"
    );
    assert_eq!(unreadable, 0);
    // In a record's magic: that one is lost, the others are found again.
    let (ids, issues, unreadable) = outcome(&evtx_damage::flipped(file, offsets[200]));
    assert_eq!(ids, (1..=400).filter(|id| *id != 201).collect::<Vec<_>>());
    assert_eq!(issues.len(), 1);
    assert!(issues[0].1.contains("1 of its"), "{issues:?}");
    assert_eq!(unreadable, 1);
}

#[test]
fn a_file_that_ends_in_its_header_is_no_whole_log() {
    let file = log(1);
    for length in [8, 41, 43, 128, 4095] {
        let (ids, issues, _) = outcome(&file[..length]);
        assert!(ids.is_empty());
        let (kind, message) = &issues[0];
        assert_eq!((issues.len(), *kind), (1, IssueKind::CutOff), "{length}");
        assert!(message.contains("inside its header"), "{message}");
    }
}

#[test]
fn a_wiped_header_hides_nothing() {
    let (ids, issues, unreadable) = outcome(&evtx_damage::without_header(log(400)));
    assert_eq!(ids.len(), 400);
    assert_eq!(issues.len(), 1);
    assert!(issues[0].1.starts_with("The file header is damaged or was wiped"), "{issues:?}");
    assert_eq!(unreadable, 0);
}

#[test]
fn a_chunk_without_its_magic_is_one_issue() {
    let (ids, issues, _) = outcome(&evtx_damage::flipped(log(400), HEADER + CHUNK));
    assert_eq!(ids.len(), 400);
    assert_eq!(issues.len(), 1);
    assert!(issues[0].1.starts_with("Chunk 2 of"), "{issues:?}");
}

#[test]
fn every_cut_and_many_flips_end_without_a_panic() {
    let file = log(150);
    let whole = outcome(&file).0.len();
    for step in 1..40 {
        let keep = file.len() * step / 40;
        assert!(outcome(&evtx_damage::truncated(file.clone(), keep)).0.len() <= whole);
        let (_, issues, _) = outcome(&evtx_damage::flipped(file.clone(), HEADER + step * 997));
        assert!(issues.iter().all(|(kind, _)| *kind == IssueKind::Damaged), "{issues:?}");
    }
}

#[test]
fn threads_and_order_of_paths_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["b.evtx", "a.evtx", "c.evtx"].map(|name| folder.path().join(name));
    // More chunks than one piece of work holds, and the same records in two files.
    fs::write(&paths[0], log(5_000)).unwrap();
    fs::write(&paths[1], log(300)).unwrap();
    fs::write(&paths[2], evtx_damage::truncated(log(700), 250_000)).unwrap();
    let with = |threads: usize, order: [usize; 3]| {
        let paths = order.map(|at| paths[at].clone());
        let loaded = load(&paths, &Options { threads, ..Options::default() }, &Silent);
        (loaded.sources, loaded.events, loaded.issues, loaded.also_at)
    };
    let one = with(1, [0, 1, 2]);
    assert_eq!(one.1.len(), 5_000);
    assert_eq!(one.0.iter().map(|source| source.records).sum::<u64>(), 5_000 + one.3.len() as u64);
    for (threads, order) in [(2, [0, 1, 2]), (8, [2, 1, 0]), (3, [1, 0, 2]), (1, [2, 0, 1])] {
        assert!(with(threads, order) == one, "{threads} threads, order {order:?}");
    }
}
