//! Logs written by an attacker: what grows with the square of a log, or writes onto it, must not.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::json;

use super::{list, printed, run, text};

const ZOOM: &str = r"C:\Users\a\AppData\Roaming\Zoom\bin\Zoom.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";

/// A Sysmon start, one a second, as `evtx_dump` writes it.
fn start(id: u64, parent: u64, image: &str, line: &str) -> String {
    let clock = format!("{:02}:{:02}:{:02}.000", 8 + id / 3600, id / 60 % 60, id % 60);
    let guid = |id: u64| format!("{{abcd0000-0000-0000-0000-{id:012x}}}");
    let system = json!({
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
        "EventID": 1,
        "TimeCreated": {"#attributes": {"SystemTime": format!("2026-04-12T{clock}Z")}},
        "EventRecordID": id,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Computer": "H1",
    });
    let data = json!({
        "UtcTime": format!("2026-04-12 {clock}"),
        "ProcessGuid": guid(id),
        "ProcessId": 1000 + id,
        "Image": image,
        "CommandLine": line,
        "ParentProcessGuid": guid(parent),
        "ParentProcessId": 1000 + parent,
    });
    json!({"Event": {"System": system, "EventData": data}}).to_string()
}

/// Zoom at the top of this many shells, each started by the one before.
fn chain(length: u64) -> String {
    let mut log = String::new();
    for id in 1..=length {
        let (image, parent) = if id == 1 { (ZOOM, 900_000) } else { (CMD, id - 1) };
        writeln!(log, "{}", start(id, parent, image, "cmd /c echo")).unwrap();
    }
    log
}

#[test]
fn a_deep_chain_of_processes_makes_no_square() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("deep.jsonl");
    let length = 4_000;
    fs::write(&log, chain(length)).unwrap();
    let log = log.to_str().unwrap();
    let (tree, status) = printed(&["tree", log]);
    assert_eq!(status, 0);
    // One line each: the deepest is told by its level, not by eight thousand spaces.
    assert!(tree.len() < 300 * 4_000, "{} bytes", tree.len());
    assert!(tree.contains("[level 3999] "));
    let (scan, status) = printed(&["scan", log, "--format", "json"]);
    assert_eq!(status, 0);
    let scan: serde_json::Value = serde_json::from_str(&scan).unwrap();
    let findings = list(&scan["findings"]);
    // The first shell is a child, every other one is a descendant, however deep.
    let of = |id: &str| findings.iter().filter(|one| text(&one["rule"]["id"]) == id).count();
    assert_eq!(of("spawnscope-zoom-child"), 1);
    assert_eq!(of("spawnscope-zoom-descendant"), 3_998);
    let mut total = 0;
    for finding in findings {
        let listed = list(&finding["ancestors"]).len() as u64;
        let left_out = finding["ancestors_left_out"].as_u64().unwrap();
        let id = finding["process"]["pid"].as_u64().unwrap() - 1000;
        // Those above it, Zoom, and the stub above Zoom.
        assert_eq!(listed + left_out, id, "{finding}");
        assert!(listed >= id.min(8));
        total += listed;
    }
    assert!(total <= 8 * findings.len() as u64 + 200_000, "{total}");
    let (report, status) = printed(&["report", log]);
    assert_eq!(status, 0);
    assert!(report.len() < 4_000 * 2_500, "{} bytes", report.len());
}

#[test]
fn evidence_is_never_written_onto_by_any_of_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    fs::write(&log, chain(3)).unwrap();
    let broken = folder.path().join("broken.evtx");
    fs::write(&broken, "no log").unwrap();
    let hard = folder.path().join("hard.jsonl");
    fs::hard_link(&log, &hard).unwrap();
    let soft = folder.path().join("soft.jsonl");
    symlink("hard.jsonl", &soft).unwrap();
    let around = folder.path().join("..").join(folder.path().file_name().unwrap());
    for out in [&log, &hard, &soft, &around.join("log.jsonl"), &broken] {
        let args = ["report".as_ref(), log.as_os_str(), broken.as_os_str(), "--out".as_ref()];
        let output = run(&[&args[..], &[out.as_os_str()]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", out.display());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("part of the evidence"), "{said}");
        assert_eq!(fs::read_to_string(&log).unwrap(), chain(3));
        assert_eq!(fs::read_to_string(&hard).unwrap(), chain(3));
        assert!(fs::symlink_metadata(&soft).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&broken).unwrap(), "no log");
    }
}

#[test]
fn what_cannot_be_written_names_the_target_and_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    fs::write(&log, chain(3)).unwrap();
    let out = folder.path().join("absent/report.md");
    let args = ["report".as_ref(), log.as_os_str(), "--out".as_ref(), out.as_os_str()];
    let said = String::from_utf8(run(&args).stderr).unwrap();
    assert!(said.contains("absent/report.md") && said.contains("choose another"), "{said}");
    assert!(!said.contains(".spawnscope-"), "the name of our own file says nothing: {said}");
    if !Path::new("/dev/full").exists() {
        return;
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_spawnscope"));
    let output = command.args(["scan".as_ref(), log.as_os_str()]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("standard output") && said.contains("--out"), "{said}");
}

#[test]
fn a_rule_of_a_megabyte_is_not_repeated_for_every_match() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    fs::write(&log, chain(50)).unwrap();
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).unwrap();
    let rule = |condition: &str, value: &str| {
        format!(
            "title: Long\nlevel: low\nlogsource:\n    category: process_creation\n    product: windows\ndetection:\n    s:\n        {value}\n    condition: {condition}\n"
        )
    };
    let stars = "*".repeat(900_000);
    fs::write(rules.join("a.yml"), rule("s", &format!("CommandLine: '{stars}'"))).unwrap();
    let (scan, status) =
        printed(&["scan", log.to_str().unwrap(), "--rules", rules.to_str().unwrap()]);
    assert_eq!(status, 0);
    assert_eq!(scan.matches("Long\n").count(), 50);
    assert!(scan.len() < 500_000, "{} bytes", scan.len());
    // Nor is what cannot be read repeated whole in the message.
    let deep = format!("{}s", "not ".repeat(100_000));
    fs::write(rules.join("a.yml"), rule(&deep, "Image: a")).unwrap();
    let deep = format!("CommandLine|re: '{}a{}'", "(".repeat(5_000), ")".repeat(5_000));
    fs::write(rules.join("b.yml"), rule("s", &deep)).unwrap();
    let output = run(&["rules", "check", rules.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.len() < 4_000, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("b.yml, line 8"));
}
