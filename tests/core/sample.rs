//! The sample incident: the files in `assets/sample` are what the story gives, and they hold what
//! the truth table says.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what is absent fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

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
    let mut parser = EvtxParser::from_path(file)
        .unwrap()
        .with_configuration(settings);
    let records: Vec<Json> = parser
        .records_json_value()
        .map(|record| record.unwrap().data)
        .collect();
    records
}

/// Path, event id, record id and payload of every record.
fn all() -> Vec<(String, u64, u64, Json)> {
    let files = story::sample().unwrap().files;
    let records = files.into_iter().flat_map(|(path, _)| {
        read(&path).into_iter().map(move |record| {
            let event = &record["Event"];
            let system = &event["System"];
            let id = &system["EventID"];
            let id = id.as_u64().or_else(|| id["#text"].as_u64()).unwrap();
            let record_id = system["EventRecordID"].as_u64().unwrap();
            (path.clone(), id, record_id, event["EventData"].clone())
        })
    });
    records.collect()
}

fn of_event(path: &str, event_id: u64) -> Vec<Json> {
    let wanted = |(file, id, ..): &(String, u64, u64, Json)| file == path && *id == event_id;
    all()
        .into_iter()
        .filter(wanted)
        .map(|(.., data)| data)
        .collect()
}

const LAPTOP_SYSMON: &str = "LAPTOP-7F2K/Microsoft-Windows-Sysmon%4Operational.evtx";
const LAPTOP_SECURITY: &str = "LAPTOP-7F2K/Security.evtx";

#[test]
fn files_are_what_the_story_gives() {
    let sample = story::sample().unwrap();
    for (path, bytes) in &sample.files {
        let on_disk = std::fs::read(root().join("assets/sample").join(path)).unwrap();
        assert!(on_disk == *bytes, "{path} differs from the story; {UPDATE}");
    }
    let on_disk = std::fs::read_to_string(root().join("tests/data/sample_truth.json")).unwrap();
    assert!(
        on_disk == sample.truth,
        "sample_truth.json differs from the story; {UPDATE}"
    );
    let total: usize = sample.files.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(total < 1_500_000, "{total} bytes");
}

#[test]
fn every_record_reads_and_counts_agree() {
    let mut found: BTreeMap<(String, u64), u64> = BTreeMap::new();
    for (path, event_id, ..) in all() {
        *found.entry((path, event_id)).or_default() += 1;
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
        let starts = of_event(
            &format!("{folder}/Microsoft-Windows-Sysmon%4Operational.evtx"),
            1,
        );
        let guids: BTreeSet<&str> = starts
            .iter()
            .map(|data| data["ProcessGuid"].as_str().unwrap())
            .collect();
        assert_eq!(
            guids.len() as u64,
            host["sysmon_process_guids"].as_u64().unwrap()
        );
        assert_eq!(guids.len(), starts.len());
    }
}

#[test]
fn every_step_but_the_lure_has_records() {
    let records: BTreeSet<(String, u64)> = all()
        .into_iter()
        .map(|(path, _, id, _)| (path, id))
        .collect();
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
    let shells = [
        "cmd.exe",
        "powershell.exe",
        "pwsh.exe",
        "powershell_ise.exe",
    ];
    let mut found = BTreeSet::new();
    let mut see = |parent: &Json, image: &Json, pid: u64| {
        let (parent, image) = (
            file_name(parent.as_str().unwrap()),
            file_name(image.as_str().unwrap()),
        );
        if parent == "zoom.exe" && shells.contains(&&*image) {
            found.insert((pid, image));
        }
    };
    for data in of_event(
        &format!("{host}/Microsoft-Windows-Sysmon%4Operational.evtx"),
        1,
    ) {
        see(
            &data["ParentImage"],
            &data["Image"],
            data["ProcessId"].as_u64().unwrap(),
        );
    }
    for data in of_event(&format!("{host}/Security.evtx"), 4688) {
        let pid = data["NewProcessId"]
            .as_str()
            .unwrap()
            .trim_start_matches("0x");
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
        .map(|child| {
            (
                child["pid"].as_u64().unwrap(),
                file_name(child["image"].as_str().unwrap()),
            )
        })
        .collect::<BTreeSet<_>>();
    assert_eq!(zoom_interpreters("LAPTOP-7F2K"), planted);
    assert_eq!(zoom_interpreters("WS-0413"), BTreeSet::new());
}

#[test]
fn sysmon_says_nothing_while_it_is_off() {
    let gap = &truth()["sysmon_gap"];
    let (from, to) = (
        gap["from_utc"].as_str().unwrap(),
        gap["to_utc"].as_str().unwrap(),
    );
    let times: Vec<String> = (read(LAPTOP_SYSMON).iter())
        .filter_map(|record| {
            record["Event"]["EventData"]["UtcTime"]
                .as_str()
                .map(|time| format!("{}Z", time.replace(' ', "T")))
        })
        .collect();
    assert!(times.len() > 300);
    assert!(
        !times
            .iter()
            .any(|time| from < time.as_str() && time.as_str() < to)
    );
    assert!(times.iter().any(|time| time == from) && times.iter().any(|time| time == to));
    let in_gap = of_event(LAPTOP_SECURITY, 4688).len();
    assert!(in_gap > 20);
}

#[test]
fn the_script_lacks_its_third_part() {
    let blocks = of_event(
        "LAPTOP-7F2K/Microsoft-Windows-PowerShell%4Operational.evtx",
        4104,
    );
    let parts: Vec<_> = (blocks.iter())
        .filter(|data| data["MessageTotal"] == 3)
        .map(|data| data["MessageNumber"].as_u64().unwrap())
        .collect();
    assert_eq!(parts, [1, 2]);
}

#[test]
fn guids_name_the_same_process_in_every_event() {
    let mut images: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for (path, event_id, _, data) in all() {
        if !path.contains("Sysmon") {
            continue;
        }
        for (guid, pid, image) in [
            ("ProcessGuid", "ProcessId", "Image"),
            ("ParentProcessGuid", "ParentProcessId", "ParentImage"),
            ("SourceProcessGUID", "SourceProcessId", "SourceImage"),
            ("TargetProcessGUID", "TargetProcessId", "TargetImage"),
        ] {
            let Some(guid) = data[guid].as_str() else {
                continue;
            };
            let this = (
                data[pid].as_u64().unwrap(),
                data[image].as_str().unwrap().to_owned(),
            );
            let known = images
                .entry(guid.to_owned())
                .or_insert_with(|| this.clone());
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
    let units: Vec<u16> = wide
        .chunks(2)
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
        .collect();
    let first = String::from_utf16(&units).unwrap();
    assert_eq!(first, child["layers"][0].as_str().unwrap());
    let packed = STANDARD.decode(first.split('\'').nth(1).unwrap()).unwrap();
    // The last eight bytes of gzip are the checksum and the length of what is inside.
    let text = child["decoded"].as_str().unwrap();
    let tail = packed.len() - 8;
    assert_eq!(
        packed[tail..tail + 4],
        crc32fast::hash(text.as_bytes()).to_le_bytes()
    );
    assert_eq!(usize::from(packed[tail + 4]), text.len());
}
