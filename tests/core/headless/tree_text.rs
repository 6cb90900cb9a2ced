//! `spawnscope tree` for people: every process on one line, nothing drawn wrong, nothing hidden.

use std::fs;

use serde_json::json;

use super::{TREE, list, printed, sample, text};

#[test]
fn the_chain_of_the_sample() {
    let (shown, status) = printed(&["tree", sample(), "--root", "zoom"]);
    assert_eq!(status, 0);
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("tree_of_the_sample", shown);
    });
}

/// Process id and file name of each row, in the order shown.
fn rows(shown: &str) -> Vec<(String, String)> {
    let rows = shown.lines().filter(|line| {
        let is_dated = line.get(..4).is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()));
        is_dated || line.starts_with("start not logged")
    });
    rows.map(|line| {
        let drawn = line.get(25..).unwrap().trim_start_matches(['│', '├', '└', '─', ' ']);
        let (name, rest) = drawn.split_once(".exe ").unwrap_or_else(|| {
            let (name, rest) = drawn.split_once(' ').unwrap();
            (name, rest)
        });
        let pid = rest.split(' ').next().unwrap();
        (pid.to_owned(), name.trim_end_matches(".exe").to_owned())
    })
    .collect()
}

#[test]
fn every_process_has_one_line_under_its_host() {
    let (shown, status) = printed(&["tree", sample()]);
    assert_eq!(status, 0);
    let mut got = rows(&shown);
    let mut told: Vec<(String, String)> = list(&TREE["processes"])
        .iter()
        .map(|process| {
            let image = process["image"].as_str().unwrap_or("unknown process");
            let name = image.rsplit('\\').next().unwrap().trim_end_matches(".exe");
            let pid = process["pid"].as_u64().map_or_else(|| "?".to_owned(), |pid| pid.to_string());
            (pid, name.to_owned())
        })
        .collect();
    got.sort_unstable();
    told.sort_unstable();
    assert_eq!(got, told);
    for host in ["LAPTOP-7F2K.contoso.example: ", "WS-0413.contoso.example: "] {
        assert_eq!(shown.lines().filter(|line| line.starts_with(host)).count(), 1, "{shown}");
    }
}

/// A Sysmon start as `evtx_dump` writes it; the numbers are process ids and seconds.
fn start(pid: u64, parent: u64, image: &str, line: &str) -> String {
    let guid = |pid: u64| format!("{{abcd0000-0000-0000-0000-{pid:012}}}");
    let system = json!({
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
        "EventID": 1, "EventRecordID": pid,
        "TimeCreated": {"#attributes": {"SystemTime": format!("2026-04-12T14:21:{pid:02}.5Z")}},
        "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "PC1",
    });
    let data = json!({
        "UtcTime": format!("2026-04-12 14:21:{pid:02}.500"), "ProcessId": pid, "Image": image,
        "ProcessGuid": guid(pid), "CommandLine": line,
        "ParentProcessGuid": guid(parent), "ParentProcessId": parent,
    });
    json!({"Event": {"System": system, "EventData": data}}).to_string()
}

fn tree_of(records: &[String], more: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    fs::write(&log, records.join("\n")).unwrap();
    let args = [&["tree", log.to_str().unwrap()], more].concat();
    let (shown, status) = printed(&args);
    assert_eq!(status, 0);
    shown
}

#[test]
fn branches_tell_who_is_the_last_of_its_siblings() {
    let records = [
        start(10, 9, r"C:\a.exe", "a"),
        start(11, 10, r"C:\b.exe", "b"),
        start(12, 11, r"C:\c.exe", "c"),
        start(13, 10, r"C:\d.exe", "d"),
        start(14, 13, r"C:\e.exe", "e"),
    ];
    let shown = tree_of(&records, &[]);
    let expected = "\
Times are UTC.

PC1: 5 processes, 1 more without a record of their start
start not logged         unknown process 9 [not in these logs]
2026-04-12 14:21:10.500  └─ a.exe 10  a
2026-04-12 14:21:11.500     ├─ b.exe 11  b
2026-04-12 14:21:12.500     │  └─ c.exe 12  c
2026-04-12 14:21:13.500     └─ d.exe 13  d
2026-04-12 14:21:14.500        └─ e.exe 14  e
";
    assert_eq!(shown, expected);
}

#[test]
fn a_line_of_a_log_cannot_draw_another_row() {
    let forged = "x\n2026-04-12 14:21:59.000  └─ fake.exe 99  \u{202e}gnp.exe\u{1b}[1A\u{200b}";
    let records = [
        start(10, 9, r"C:\a.exe", forged),
        start(11, 10, "C:\\b.exe\r\n2026-04-12 fake.exe 98", "cmd"),
    ];
    let shown = tree_of(&records, &["--width", "0"]);
    assert_eq!(shown.lines().count(), 6, "{shown}");
    let is_harmful = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}')
    };
    assert_eq!(shown.chars().find(|c| is_harmful(*c)), None, "{shown:?}");
    assert!(shown.contains(r"\u{202e}gnp.exe\u{1b}[1A\u{200b}"), "{shown}");
}

#[test]
fn what_is_cut_is_counted_and_blanks_push_nothing_out_of_sight() {
    let blanks = format!("cmd /c rem{}& calc.exe", " ".repeat(5_000));
    let long = format!("cmd /c echo {}", "y".repeat(300));
    let records = [start(10, 9, r"C:\a.exe", &blanks), start(11, 10, r"C:\b.exe", &long)];
    let shown = tree_of(&records, &[]);
    assert!(shown.contains("a.exe 10  cmd /c rem & calc.exe\n"), "{shown}");
    let kept = format!("  cmd /c echo {}… (+152 characters)\n", "y".repeat(148));
    assert!(shown.contains(&kept), "{shown}");
    let whole = tree_of(&records, &["--width", "0"]);
    assert!(whole.contains(&format!("{long}\n")), "{whole}");
    assert!(tree_of(&records, &["--width", "3"]).contains("b.exe 11  cmd… (+309 characters)\n"));
}

#[test]
fn below_zoom_the_parent_is_named() {
    let (shown, _) = printed(&["tree", sample(), "--root", "zoom"]);
    let zoom = shown.lines().find(|line| line.contains("Zoom.exe 9184")).unwrap();
    assert!(zoom.contains("[under explorer.exe 6120]"), "{zoom}");
    assert_eq!(shown.matches("[under ").count(), 1, "{shown}");
    assert_eq!(text(&TREE["schema"]), "spawnscope.tree/1");
}

#[test]
fn conclusions_can_be_left_out() {
    let (with, _) = printed(&["tree", sample()]);
    let (without, status) = printed(&["tree", sample(), "--no-inferred"]);
    assert_eq!(status, 0);
    let of_host = "→ WS-0413.contoso.example: ";
    assert!(with.contains(of_host) && !without.contains(of_host));
    assert!(!without.contains('┄') && !without.contains('←'));
    // What a command names is no conclusion.
    assert!(without.contains("→ FS01: net.exe names FS01, of which no log is loaded"));
    assert_eq!(rows(&with), rows(&without));
    let args = ["tree", sample(), "--no-inferred", "--format", "json"];
    for process in list(&super::json(&args)["processes"]) {
        assert!(list(&process["inferred_parents"]).is_empty());
        assert!(list(&process["remote_effects"]).is_empty());
    }
}
