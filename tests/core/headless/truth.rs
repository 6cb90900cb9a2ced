//! The findings on the sample are those of the truth table: the two planted children, no other.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{SCAN, TREE, list, printed, run, sample, text};

fn truth() -> Json {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample_truth.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Host, process id, start to the millisecond, and what the command line really says.
type Child = (String, u64, String, Option<String>);

fn millis(time: &str) -> String {
    time.get(..23).unwrap_or(time).to_owned()
}

/// The processes of findings by these rules.
fn found(is_wanted: impl Fn(&str) -> bool) -> BTreeSet<Child> {
    list(&SCAN["findings"])
        .iter()
        .filter(|finding| is_wanted(text(&finding["rule"]["id"])))
        .map(|finding| {
            let process = &finding["process"];
            let last = list(&process["decoded"]).last();
            (
                text(&finding["host"]).to_owned(),
                process["pid"].as_u64().unwrap(),
                millis(text(&process["start_utc"])),
                last.map(|layer| text(&layer["text"]).to_owned()),
            )
        })
        .collect()
}

fn planted() -> BTreeSet<Child> {
    list(&truth()["zoom_children"])
        .iter()
        .map(|child| {
            (
                text(&child["host"]).to_owned(),
                child["pid"].as_u64().unwrap(),
                millis(text(&child["start_utc"])),
                child["decoded"].as_str().map(str::to_owned),
            )
        })
        .collect()
}

#[test]
fn exactly_the_planted_children_are_found() {
    assert_eq!(planted().len(), 2);
    assert_eq!(found(|id| id == "spawnscope-zoom-child"), planted());
    let by_command = found(|id| id == "spawnscope-zoom-child-commandline");
    assert!(by_command.is_subset(&planted()) && !by_command.is_empty());
    let hidden = by_command.iter().find_map(|child| child.3.as_deref()).unwrap();
    assert!(hidden.starts_with("IEX (New-Object Net.WebClient).DownloadString("));
    let all = found(|id| id.starts_with("spawnscope-zoom-child"));
    assert!(all.iter().all(|child| !child.0.starts_with("WS-0413")));
}

#[test]
fn deeper_interpreters_are_descendants_and_no_children() {
    let deep: BTreeSet<(String, u64)> = list(&truth()["interpreters"])
        .iter()
        .filter(|interpreter| interpreter["zoom_depth"].as_u64().is_some_and(|depth| depth > 1))
        .map(|one| (text(&one["host"]).to_owned(), one["pid"].as_u64().unwrap()))
        .collect();
    assert!(!deep.is_empty());
    let descendants = found(|id| id == "spawnscope-zoom-descendant");
    let descendants: BTreeSet<(String, u64)> =
        descendants.into_iter().map(|child| (child.0, child.1)).collect();
    assert_eq!(descendants, deep);
    for finding in list(&SCAN["findings"]) {
        if finding["rule"]["id"] == "spawnscope-zoom-descendant" {
            assert_eq!(finding["rule"]["level"], "medium");
        }
    }
}

#[test]
fn layers_records_and_sources_are_those_of_the_truth() {
    for child in list(&truth()["zoom_children"]) {
        let finding = list(&SCAN["findings"])
            .iter()
            .find(|finding| {
                finding["rule"]["id"] == "spawnscope-zoom-child"
                    && finding["process"]["pid"] == child["pid"]
            })
            .unwrap();
        let process = &finding["process"];
        let mut sources: Vec<&str> = list(&child["sources"]).iter().map(text).collect();
        sources.sort_unstable();
        let got: Vec<&str> = list(&process["sources"]).iter().map(text).collect();
        assert_eq!(got, sources);
        assert_eq!(list(&finding["records"]).len(), sources.len(), "a record of each source");
        let layers: Vec<&Json> =
            list(&process["decoded"]).iter().map(|layer| &layer["text"]).collect();
        assert_eq!(layers, list(&child["layers"]).iter().collect::<Vec<_>>());
        for (field, of_truth) in [("image", "image"), ("command_line", "command_line")] {
            assert_eq!(process[field], child[of_truth]);
        }
        assert_eq!(process["parent_pid"], child["parent_pid"]);
        assert!(text(&process["parent_image"]).ends_with(r"\Zoom.exe"));
        let above = list(&finding["ancestors"]);
        assert_eq!(above[0]["key"], process["parent_key"], "nearest first");
    }
}

#[test]
fn hosts_processes_and_steps_are_those_of_the_truth() {
    let truth = truth();
    for host in list(&truth["hosts"]) {
        let own = |process: &&Json| process["host"] == host["name"] && process["stub"] == false;
        let count = list(&TREE["processes"]).iter().filter(own).count() as u64;
        assert_eq!(count, host["processes"].as_u64().unwrap(), "{}", host["name"]);
        let told = list(&SCAN["hosts"]).iter().find(|told| told["name"] == host["name"]).unwrap();
        assert_eq!(told["processes"], host["processes"]);
        let by_sysmon = list(&TREE["processes"])
            .iter()
            .filter(own)
            .filter(|process| list(&process["sources"]).iter().any(|source| source == "sysmon/1"));
        assert_eq!(by_sysmon.count() as u64, host["sysmon_process_guids"].as_u64().unwrap());
    }
    let chain = list(&SCAN["chain"]);
    let numbers: Vec<u64> = chain.iter().map(|step| step["step"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 8]);
    for step in list(&truth["steps"]) {
        let is_there =
            chain.iter().any(|told| told["step"] == step["step"] && told["state"] == step["state"]);
        assert!(is_there, "step {} is {}", step["step"], step["state"]);
    }
    let gap = &truth["sysmon_gap"];
    let told = list(&SCAN["coverage"])
        .iter()
        .find(|entry| entry["host"] == gap["host"] && entry["telemetry"] == "process_sysmon")
        .unwrap();
    let second = |value: &Json| text(value).get(..19).unwrap().to_owned();
    let hole = &list(&told["gaps"])[0];
    assert_eq!(second(&hole["from_utc"]), second(&gap["from_utc"]));
    assert_eq!(second(&hole["to_utc"]), second(&gap["to_utc"]));
}

#[test]
fn a_bundle_without_a_chain_still_carries_its_nine_entries() {
    let folder = std::path::Path::new(sample()).join("WS-0413");
    let folder = folder.to_str().unwrap();
    let scan = super::json(&["scan", folder, "--format", "json"]);
    let states: Vec<(u64, &str)> = list(&scan["chain"])
        .iter()
        .map(|step| (step["step"].as_u64().unwrap(), text(&step["state"])))
        .collect();
    let (seen, unknown) = ("not_observed", "cannot_be_known");
    // This host's logs hold no PowerShell log and no registry records; the rest is there.
    let expected = [
        (1, seen),
        (2, seen),
        (3, seen),
        (4, unknown),
        (5, unknown),
        (6, unknown),
        (7, seen),
        (8, seen),
        (8, seen),
    ];
    assert_eq!(states, expected);
    let (shown, _) = printed(&["scan", folder]);
    assert!(!shown.contains("Attack chain"), "people are shown no chain that is not there");
}

#[test]
fn order_and_threads_change_nothing() {
    let mut files: Vec<String> = ["LAPTOP-7F2K", "WS-0413"]
        .iter()
        .flat_map(|host| std::fs::read_dir(std::path::Path::new(sample()).join(host)).unwrap())
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    for command in ["scan", "tree", "report"] {
        let of = |files: &[String], threads: &str| {
            let mut args = vec![command.to_owned(), "--threads".to_owned(), threads.to_owned()];
            args.extend(files.iter().cloned());
            if command != "report" {
                args.extend(["--format", "json"].map(str::to_owned));
            }
            run(&args).stdout
        };
        let first = of(&files, "1");
        assert!(first.len() > 1000);
        let mut turned = files.clone();
        for threads in ["2", "8"] {
            turned.rotate_left(4);
            turned.reverse();
            assert!(of(&turned, threads) == first, "{command} with {threads} threads");
        }
    }
}

/// Host and process id.
fn who(process: &Json) -> (String, u64) {
    (text(&process["host"]).to_owned(), process["pid"].as_u64().unwrap())
}

#[test]
fn who_asked_for_a_process_is_told_on_one_host_and_across_hosts() {
    let truth = truth();
    let told = |how: &str| {
        let asked = list(&truth["asked_for"]).iter().filter(move |asked| asked["how"] == how);
        asked.map(|asked| (who(&asked["by"]), who(&asked["started"]))).collect::<Vec<_>>()
    };
    let crossings = list(&SCAN["crossings"]).iter();
    let pairs: Vec<_> = crossings
        .map(|pair| {
            assert_eq!((text(&pair["how"]), text(&pair["confidence"])), ("wmi", "high"));
            (who(&pair["from"]), who(&pair["to"]["process"]))
        })
        .collect();
    assert_eq!(pairs, told("wmi"), "one pair, and no second one for its connections");

    let processes = list(&TREE["processes"]);
    let of_key = |key: &Json| processes.iter().find(|process| process["key"] == *key).unwrap();
    let inferred = processes.iter().flat_map(|process| {
        let parents = list(&process["inferred_parents"]).iter();
        parents
            .map(move |parent| (text(&parent["reason"]), who(of_key(&parent["key"])), who(process)))
    });
    let tasks = inferred.filter(|(reason, ..)| *reason == "scheduled_task");
    assert_eq!(tasks.map(|(_, by, started)| (by, started)).collect::<Vec<_>>(), told("task"));
    // Its logged parent stays.
    let (_, started) = told("task").pop().unwrap();
    let started = processes.iter().find(|process| who(process) == started).unwrap();
    assert!(text(&of_key(&started["parent_key"])["image"]).ends_with("svchost.exe"));
}
