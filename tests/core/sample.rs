//! The sample incident: the files in `assets/sample` are what the story gives, and they hold what
//! the truth table says.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what is absent fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use evtx::{EvtxParser, ParserSettings};
use serde_json::Value as Json;

use crate::support::story;

const UPDATE: &str = "run: cargo run --no-default-features --example make_sample";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn truth() -> Json {
    let text = std::fs::read_to_string(root().join("tests/data/sample_truth.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Every record of a file of the sample as JSON, with all checksums verified.
fn read(path: &str) -> Vec<Json> {
    let file = root().join("assets/sample").join(path);
    let settings = ParserSettings::default().validate_checksums(true);
    let mut parser = EvtxParser::from_path(file).unwrap().with_configuration(settings);
    let records: Vec<Json> =
        parser.records_json_value().map(|record| record.unwrap().data).collect();
    records
}

/// What the story gives, told once for all tests.
static SAMPLE: LazyLock<story::Sample> = LazyLock::new(|| story::sample().unwrap());

/// A record of the sample as the reader gives it.
struct Read {
    path: String,
    event_id: u64,
    record_id: u64,
    time_utc: String,
    data: Json,
}

/// Every record of every file.
static RECORDS: LazyLock<Vec<Read>> = LazyLock::new(|| {
    let files = SAMPLE.files.iter();
    let records =
        files.flat_map(|(path, _)| read(path).into_iter().map(|record| read_of(path, &record)));
    records.collect()
});

fn read_of(path: &str, record: &Json) -> Read {
    let event = &record["Event"];
    let system = &event["System"];
    let id = &system["EventID"];
    let time = &system["TimeCreated"]["#attributes"]["SystemTime"];
    Read {
        path: path.to_owned(),
        event_id: id.as_u64().or_else(|| id["#text"].as_u64()).unwrap(),
        record_id: system["EventRecordID"].as_u64().unwrap(),
        time_utc: time.as_str().unwrap().to_owned(),
        data: event["EventData"].clone(),
    }
}

fn of_event(path: &str, event_id: u64) -> Vec<&'static Json> {
    let wanted = |record: &&Read| record.path == path && record.event_id == event_id;
    RECORDS.iter().filter(wanted).map(|record| &record.data).collect()
}

const LAPTOP_SYSMON: &str = "LAPTOP-7F2K/Microsoft-Windows-Sysmon%4Operational.evtx";
const LAPTOP_SECURITY: &str = "LAPTOP-7F2K/Security.evtx";

#[test]
fn files_are_what_the_story_gives() {
    let sample = &*SAMPLE;
    for (path, bytes) in &sample.files {
        let on_disk = std::fs::read(root().join("assets/sample").join(path)).unwrap();
        assert!(on_disk == *bytes, "{path} differs from the story; {UPDATE}");
    }
    let on_disk = std::fs::read_to_string(root().join("tests/data/sample_truth.json")).unwrap();
    assert!(on_disk == sample.truth, "sample_truth.json differs from the story; {UPDATE}");
    let total: usize = sample.files.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(total < 1_500_000, "{total} bytes");
}

#[test]
fn every_record_reads_and_counts_agree() {
    let mut found: BTreeMap<(String, u64), u64> = BTreeMap::new();
    for record in RECORDS.iter() {
        *found.entry((record.path.clone(), record.event_id)).or_default() += 1;
    }
    let mut told = BTreeMap::new();
    for host in truth()["hosts"].as_array().unwrap() {
        let folder = host["folder"].as_str().unwrap();
        for (file, said) in host["files"].as_object().unwrap() {
            for (event_id, count) in said["by_event_id"].as_object().unwrap() {
                let key = (format!("{folder}/{file}"), event_id.parse().unwrap());
                told.insert(key, count.as_u64().unwrap());
            }
        }
    }
    assert_eq!(found, told);
}

#[test]
fn process_guids_are_as_many_as_told() {
    for host in truth()["hosts"].as_array().unwrap() {
        let folder = host["folder"].as_str().unwrap();
        let starts = of_event(&format!("{folder}/Microsoft-Windows-Sysmon%4Operational.evtx"), 1);
        let guids: BTreeSet<&str> =
            starts.iter().map(|data| data["ProcessGuid"].as_str().unwrap()).collect();
        assert_eq!(guids.len() as u64, host["sysmon_process_guids"].as_u64().unwrap());
        assert_eq!(guids.len(), starts.len());
    }
}

#[test]
fn every_step_but_the_lure_has_records() {
    let key = |record: &Read| (record.path.clone(), record.record_id);
    let records: BTreeSet<(String, u64)> = RECORDS.iter().map(key).collect();
    for step in truth()["steps"].as_array().unwrap() {
        let number = step["step"].as_u64().unwrap();
        let told = step["records"].as_array().unwrap();
        assert_eq!(told.is_empty(), number == 2, "step {number}");
        for record in told {
            let key = (
                record["path"].as_str().unwrap().to_owned(),
                record["record_id"].as_u64().unwrap(),
            );
            assert!(records.contains(&key), "{key:?}");
        }
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('\\').next().unwrap_or(path).to_lowercase()
}

/// Process id and image of every interpreter that either log says Zoom started.
fn zoom_interpreters(host: &str) -> BTreeSet<(u64, String)> {
    let shells = ["cmd.exe", "powershell.exe", "pwsh.exe", "powershell_ise.exe"];
    let mut found = BTreeSet::new();
    let mut see = |parent: &Json, image: &Json, pid: u64| {
        let (parent, image) =
            (file_name(parent.as_str().unwrap()), file_name(image.as_str().unwrap()));
        if parent == "zoom.exe" && shells.contains(&&*image) {
            found.insert((pid, image));
        }
    };
    for data in of_event(&format!("{host}/Microsoft-Windows-Sysmon%4Operational.evtx"), 1) {
        see(&data["ParentImage"], &data["Image"], data["ProcessId"].as_u64().unwrap());
    }
    for data in of_event(&format!("{host}/Security.evtx"), 4688) {
        let pid = data["NewProcessId"].as_str().unwrap().trim_start_matches("0x");
        let pid = u64::from_str_radix(pid, 16).unwrap();
        see(&data["ParentProcessName"], &data["NewProcessName"], pid);
    }
    found
}

#[test]
fn zoom_starts_the_two_planted_interpreters_and_no_other() {
    let planted = truth()["zoom_children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|child| (child["pid"].as_u64().unwrap(), file_name(child["image"].as_str().unwrap())))
        .collect::<BTreeSet<_>>();
    assert_eq!(zoom_interpreters("LAPTOP-7F2K"), planted);
    assert_eq!(zoom_interpreters("WS-0413"), BTreeSet::new());
}

#[test]
fn sysmon_says_nothing_while_it_is_off() {
    let gap = &truth()["sysmon_gap"];
    let (from, to) = (gap["from_utc"].as_str().unwrap(), gap["to_utc"].as_str().unwrap());
    let in_utc = |time: &str| format!("{}Z", time.replace(' ', "T"));
    let times: Vec<String> = (RECORDS.iter())
        .filter(|record| record.path == LAPTOP_SYSMON)
        .filter_map(|record| record.data["UtcTime"].as_str().map(in_utc))
        .collect();
    assert!(times.len() > 300);
    assert!(!times.iter().any(|time| from < time.as_str() && time.as_str() < to));
    assert!(times.iter().any(|time| time == from) && times.iter().any(|time| time == to));
    let audited = (RECORDS.iter())
        .filter(|record| record.path == LAPTOP_SECURITY && record.event_id == 4688)
        .filter(|record| from < record.time_utc.as_str() && record.time_utc.as_str() < to);
    assert_eq!(audited.count(), 15);
}

/// The times at which a process connects to the attacker, in milliseconds since midnight.
fn beacons(pid: u64) -> Vec<i64> {
    let millis = |data: &&Json| {
        let time = data["UtcTime"].as_str().unwrap();
        let time = chrono::NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S%.3f").unwrap();
        time.and_utc().timestamp_millis()
    };
    let connections = of_event(LAPTOP_SYSMON, 3);
    let from = |data: &&&Json| data["ProcessId"] == pid && data["DestinationIp"] == "203.0.113.44";
    connections.iter().filter(from).map(millis).collect()
}

#[test]
fn the_planted_library_calls_home_every_minute() {
    for (pid, count) in [(12_380, 61), (13_020, 37)] {
        let times = beacons(pid);
        assert_eq!(times.len(), count, "{pid}");
        let even = times.windows(2).all(|pair| (pair[1] - pair[0] - 60_000).abs() < 100);
        assert!(even, "{pid}: {times:?}");
    }
}

#[test]
fn records_are_in_the_order_of_their_times_and_numbers() {
    for pair in RECORDS.windows(2) {
        let (first, second) = (&pair[0], &pair[1]);
        if first.path == second.path {
            assert!(first.time_utc <= second.time_utc);
            assert_eq!(first.record_id + 1, second.record_id);
        }
    }
}

#[test]
fn nobody_acts_before_the_start_or_after_the_end() {
    let mut life: BTreeMap<&str, (Option<&str>, Option<&str>)> = BTreeMap::new();
    let sysmon = || RECORDS.iter().filter(|record| record.path.contains("Sysmon"));
    for record in sysmon() {
        let (Some(guid), Some(time)) =
            (record.data["ProcessGuid"].as_str(), record.data["UtcTime"].as_str())
        else {
            continue;
        };
        let (start, end) = life.entry(guid).or_default();
        match record.event_id {
            1 => *start = Some(time),
            5 => *end = Some(time),
            _ => {}
        }
    }
    for record in sysmon() {
        let actor = ["ProcessGuid", "ParentProcessGuid", "SourceProcessGUID"];
        for guid in actor.iter().filter_map(|field| record.data[*field].as_str()) {
            let (start, end) = life.get(guid).copied().unwrap_or_default();
            let time = record.data["UtcTime"].as_str().unwrap();
            let early = start.is_some_and(|start| time < start);
            let late = end.is_some_and(|end| end < time);
            assert!(!early && !late, "{} {:?}", record.path, record.data);
        }
    }
}

#[test]
fn the_record_numbers_of_the_picture() {
    let sysmon = |record: &&Read| record.path == LAPTOP_SYSMON && record.record_id == 48_210;
    let start = RECORDS.iter().find(sysmon).unwrap();
    assert_eq!((start.event_id, &start.data["ProcessId"]), (1, &Json::from(11_872)));
    let script = |record: &&Read| record.path.contains("PowerShell") && record.record_id == 2191;
    assert_eq!(RECORDS.iter().find(script).unwrap().event_id, 4104);
}

#[test]
fn the_script_lacks_its_third_part() {
    let blocks = of_event("LAPTOP-7F2K/Microsoft-Windows-PowerShell%4Operational.evtx", 4104);
    let parts: Vec<_> = (blocks.iter())
        .filter(|data| data["MessageTotal"] == 3)
        .map(|data| data["MessageNumber"].as_u64().unwrap())
        .collect();
    assert_eq!(parts, [1, 2]);
}

#[test]
fn guids_name_the_same_process_in_every_event() {
    let mut images: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for record in RECORDS.iter().filter(|record| record.path.contains("Sysmon")) {
        let (event_id, data) = (record.event_id, &record.data);
        for (guid, pid, image) in [
            ("ProcessGuid", "ProcessId", "Image"),
            ("ParentProcessGuid", "ParentProcessId", "ParentImage"),
            ("SourceProcessGUID", "SourceProcessId", "SourceImage"),
            ("TargetProcessGUID", "TargetProcessId", "TargetImage"),
        ] {
            let Some(guid) = data[guid].as_str() else {
                continue;
            };
            let this = (data[pid].as_u64().unwrap(), data[image].as_str().unwrap().to_owned());
            let known = images.entry(guid.to_owned()).or_insert_with(|| this.clone());
            assert_eq!(*known, this, "event {event_id}, {guid}");
        }
    }
    assert!(images.len() > 100);
}

#[test]
fn a_number_is_given_to_a_second_process() {
    let starts = of_event(LAPTOP_SYSMON, 1);
    let images: Vec<_> = (starts.iter())
        .filter(|data| data["ProcessId"] == 9184)
        .map(|data| file_name(data["Image"].as_str().unwrap()))
        .collect();
    assert_eq!(images, ["zoom.exe", "windowsterminal.exe"]);
    assert!(starts.iter().any(|data| data["ParentProcessId"] == 9184
        && data["Image"].as_str().unwrap().ends_with("cmd.exe")));
}

#[test]
fn the_planted_command_unpacks_to_the_planted_text() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let truth = truth();
    let child = &truth["zoom_children"][1];
    let line = child["command_line"].as_str().unwrap();
    let (_, encoded) = line.split_once("-enc ").unwrap();
    let wide = STANDARD.decode(encoded).unwrap();
    let units: Vec<u16> =
        wide.chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let first = String::from_utf16(&units).unwrap();
    assert_eq!(first, child["layers"][0].as_str().unwrap());
    let packed = STANDARD.decode(first.split('\'').nth(1).unwrap()).unwrap();
    // The last eight bytes of gzip are the checksum and the length of what is inside.
    let text = child["decoded"].as_str().unwrap();
    let tail = packed.len() - 8;
    assert_eq!(packed[tail..tail + 4], crc32fast::hash(text.as_bytes()).to_le_bytes());
    assert_eq!(usize::from(packed[tail + 4]), text.len());
}
