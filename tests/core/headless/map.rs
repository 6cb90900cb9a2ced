//! `--map`, with the very example that the README gives.

use std::fs;

use serde_json::{Value as Json, json};

use super::{list, printed, run, text};

/// The README's map: the first indented block that is an object.
fn example() -> String {
    let readme = include_str!("../../../README.md").lines();
    let block =
        readme.skip_while(|line| *line != "    {").take_while(|line| line.starts_with("    "));
    block.collect::<Vec<_>>().join("\n")
}

/// Zoom starts `cmd.exe`, in the words of the README's program; the clock is two hours ahead.
fn log() -> String {
    let zoom = r"C:\Users\ann\AppData\Roaming\Zoom\bin\Zoom.exe";
    let start = |clock: &str, own: (u32, &str, &str), parent: (u32, &str)| {
        json!({
            "ts": format!("2026-04-12 16:21:{clock}"), "device": {"name": "ws1.lab"},
            "event.type": "process_start", "user": {"name": r"LAB\ann"},
            "process": {
                "path": own.1, "command_line": own.2, "pid": own.0,
                "parent": {"pid": parent.0, "path": parent.1},
            },
        })
        .to_string()
    };
    [
        start("07.412", (400, zoom, "Zoom.exe"), (4, r"C:\Windows\explorer.exe")),
        start("09.100", (500, r"C:\Windows\System32\cmd.exe", "cmd.exe /c whoami"), (400, zoom)),
    ]
    .join("\n")
}

#[test]
fn an_unknown_log_is_judged_by_a_map() {
    let folder = tempfile::tempdir().unwrap();
    let (evidence, map) = (folder.path().join("edr.json"), folder.path().join("map"));
    fs::write(&evidence, log()).unwrap();
    fs::write(&map, example()).unwrap();
    let (evidence, map) = (evidence.to_str().unwrap(), map.to_str().unwrap());

    let scan = super::json(&["scan", evidence, "--map", map, "--format", "json"]);
    let source = &list(&scan["sources"])[0];
    assert_eq!((text(&source["dialect"]), &source["records"]), ("map:edr", &json!(2)));
    assert_eq!(source["first_utc"], "2026-04-12T14:21:07.412Z");
    let ids = list(&scan["findings"]).iter().map(|finding| text(&finding["rule"]["id"]));
    assert!(ids.clone().any(|id| id == "spawnscope-zoom-child"), "{}", scan["findings"]);
    let tree = super::json(&["tree", evidence, "--map", map, "--root", "zoom", "--format", "json"]);
    let shown = list(&tree["processes"]).iter().map(|process| (&process["pid"], &process["host"]));
    let host = json!("ws1.lab");
    assert_eq!(shown.collect::<Vec<_>>(), [(&json!(400), &host), (&json!(500), &host)]);
    let (report, status) = printed(&["report", evidence, "--map", map]);
    assert_eq!(status, 0);
    assert!(report.contains("map:edr"), "{report}");
}

#[test]
fn without_a_map_it_is_said_that_there_could_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let evidence = folder.path().join("edr.json");
    fs::write(&evidence, log()).unwrap();
    let evidence = evidence.to_str().unwrap();
    let output = run(&["scan", evidence]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    for part in ["names ts, device, event.type, user, process;", "--map FILE"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_map_that_cannot_be_used_stops_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let (evidence, map) = (folder.path().join("edr.json"), folder.path().join("map.json"));
    fs::write(&evidence, log()).unwrap();
    fs::write(&map, example().replace("\"time\"", "\"tim\\u001b[2J\"")).unwrap();
    let (evidence, map) = (evidence.to_str().unwrap(), map.to_str().unwrap());
    for task in ["scan", "tree", "report"] {
        let output = run(&[task, evidence, "--map", map]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{task}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("line 4") && said.contains("map.json"), "{said}");
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }
    let absent = run(&["scan", evidence, "--map", "absent.json"]);
    assert_eq!(absent.status.code(), Some(2));
    // Two files, two maps of one name.
    fs::write(map, example()).unwrap();
    let twice = run(&["scan", evidence, "--map", map, "--map", map]);
    assert_eq!(twice.status.code(), Some(2));
    assert!(String::from_utf8(twice.stderr).unwrap().contains("second map is called `edr`"));
}

#[test]
fn the_result_does_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let (evidence, map) = (folder.path().join("edr.json"), folder.path().join("map"));
    fs::write(&evidence, log()).unwrap();
    fs::write(&map, example()).unwrap();
    let (evidence, map) = (evidence.to_str().unwrap(), map.to_str().unwrap());
    let with = |threads: &str| -> Json {
        super::json(&["scan", evidence, "--map", map, "--threads", threads, "--format", "json"])
    };
    assert_eq!(with("1"), with("4"));
}
