//! Every field of the contract is there with its type; what is missing is `null`.

use serde_json::Value as Json;

use super::{SCAN, TREE, json, list, sample};

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    MaybeText,
    Number,
    MaybeNumber,
    Flag,
    Time,
    MaybeTime,
    List,
    Object,
    MaybeObject,
}

use Kind::{
    Flag, List, MaybeNumber, MaybeObject, MaybeText, MaybeTime, Number, Object, Text, Time,
};

impl Kind {
    fn fits(self, value: &Json) -> bool {
        let is_text = value.as_str().is_some_and(|text| !matches!(text, "" | "-"));
        match self {
            Text => is_text,
            MaybeText => value.is_null() || is_text,
            Number => value.is_u64(),
            MaybeNumber => value.is_null() || value.is_u64(),
            Flag => value.is_boolean(),
            Time => value.as_str().is_some_and(is_time),
            MaybeTime => value.is_null() || value.as_str().is_some_and(is_time),
            List => value.is_array(),
            Object => value.is_object(),
            MaybeObject => value.is_null() || value.is_object(),
        }
    }
}

/// RFC 3339 in UTC, as the contract writes times.
fn is_time(text: &str) -> bool {
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let Some(rest) = form.strip_prefix("0000-00-00T00:00:00") else { return false };
    let Some(digits) = rest.strip_suffix('Z') else { return false };
    digits.is_empty()
        || digits.strip_prefix('.').is_some_and(|digits| {
            (1..=9).contains(&digits.len()) && digits.bytes().all(|digit| digit == b'0')
        })
}

/// Fails where a field is absent or of another type.
fn check(what: &str, value: &Json, fields: &[(&str, Kind)]) {
    for (name, kind) in fields {
        assert!(value.get(name).is_some(), "{what} has no {name}: {value}");
        let field = &value[name];
        assert!(kind.fits(field), "{what}.{name} is no {kind:?}: {field}");
    }
}

const RECORD: [(&str, Kind); 5] = [
    ("path", Text),
    ("member", MaybeText),
    ("channel", MaybeText),
    ("record_id", MaybeNumber),
    ("also", List),
];
const INDICATOR: [(&str, Kind); 2] = [("kind", Text), ("value", Text)];

const EFFECT: [(&str, Kind); 5] =
    [("to", Object), ("how", Text), ("confidence", Text), ("time_utc", MaybeTime), ("text", Text)];
const WHO: [(&str, Kind); 4] =
    [("key", Text), ("host", Text), ("pid", MaybeNumber), ("image", MaybeText)];

/// The end of a crossing: a process of the other host, or a record of it.
fn check_end(end: &Json) {
    check("end", end, &[("host", Text), ("process", MaybeObject), ("record", MaybeObject)]);
    assert_ne!(end["process"].is_null(), end["record"].is_null(), "{end}");
    if end["process"].is_null() {
        check("record", &end["record"], &RECORD);
    } else {
        check("process", &end["process"], &WHO);
    }
}

fn check_process(process: &Json, is_full: bool) {
    check(
        "process",
        process,
        &[
            ("key", Text),
            ("host", Text),
            ("guid", MaybeText),
            ("pid", MaybeNumber),
            ("image", MaybeText),
            ("original_file_name", MaybeText),
            ("command_line", MaybeText),
            ("user", MaybeText),
            ("start_utc", MaybeTime),
            ("end_utc", MaybeTime),
            ("parent_key", MaybeText),
            ("parent_pid", MaybeNumber),
            ("parent_image", MaybeText),
            ("stub", Flag),
            ("sources", List),
            ("inferred_parents", List),
            ("disagreements", List),
            ("parent_certainty", MaybeText),
            ("parent_reason", MaybeText),
        ],
    );
    let of_detail = ["decoded", "indicators", "activity", "remote_effects"];
    if !is_full {
        assert!(of_detail.iter().all(|name| process.get(name).is_none()), "{process}");
        return;
    }
    check("process", process, &of_detail.map(|name| (name, List)));
    for layer in list(&process["decoded"]) {
        check("decoded", layer, &[("trick", Text), ("text", Text)]);
    }
    for indicator in list(&process["indicators"]) {
        check("indicator", indicator, &INDICATOR);
    }
    for effect in list(&process["remote_effects"]) {
        check("effect", effect, &EFFECT);
        check_end(&effect["to"]);
    }
    for activity in list(&process["activity"]) {
        let fields =
            [("kind", Text), ("time_utc", MaybeTime), ("text", Text), ("record", MaybeObject)];
        check("activity", activity, &fields);
        check("record", &activity["record"], &RECORD);
    }
}

#[test]
fn the_scan_has_every_field() {
    let scan = &*SCAN;
    assert_eq!(scan["schema"], "spawnscope.scan/1");
    let lists = ["sources", "left_out", "hosts", "findings", "chain", "coverage", "issues"];
    check("scan", scan, &lists.map(|name| (name, List)));
    check("scan", scan, &["crossings", "leads"].map(|name| (name, List)));
    check("scan", scan, &[("tool", Object)]);
    check("tool", &scan["tool"], &[("name", Text), ("version", Text)]);
    for source in list(&scan["sources"]) {
        let fields = [
            ("path", Text),
            ("member", MaybeText),
            ("bytes", Number),
            ("sha256", Text),
            ("format", Text),
            ("dialect", MaybeText),
            ("records", Number),
            ("unreadable_records", Number),
            ("recovered_records", Number),
            ("modified_utc", MaybeTime),
            ("recognised_by", MaybeText),
            ("reader", Text),
            ("first_utc", MaybeTime),
            ("last_utc", MaybeTime),
        ];
        check("source", source, &fields);
    }
    for host in list(&scan["hosts"]) {
        let fields = [
            ("name", Text),
            ("processes", Number),
            ("events", Number),
            ("first_utc", Time),
            ("last_utc", Time),
        ];
        check("host", host, &fields);
    }
    assert!(!list(&scan["findings"]).is_empty());
    for finding in list(&scan["findings"]) {
        check_finding(finding);
    }
}

fn check_finding(finding: &Json) {
    let fields = [
        ("id", Text),
        ("rule", Object),
        ("host", Text),
        ("time_utc", MaybeTime),
        ("process", MaybeObject),
        ("ancestors", List),
        ("matched", List),
        ("records", List),
        ("title", Text),
        ("severity", Text),
        ("raised_by", List),
    ];
    check("finding", finding, &fields);
    let fields =
        [("id", Text), ("uuid", MaybeText), ("title", Text), ("level", Text), ("tags", List)];
    check("rule", &finding["rule"], &fields);
    let levels = ["informational", "low", "medium", "high", "critical"];
    assert!(levels.map(Json::from).contains(&finding["severity"]), "{finding}");
    assert!(levels.map(Json::from).contains(&finding["rule"]["level"]), "{finding}");
    if !finding["process"].is_null() {
        check_process(&finding["process"], true);
    }
    for ancestor in list(&finding["ancestors"]) {
        check_process(ancestor, false);
    }
    for matched in list(&finding["matched"]) {
        check("matched", matched, &[("field", Text), ("value", Text), ("pattern", Text)]);
    }
    assert!(!list(&finding["records"]).is_empty(), "a finding needs proof: {finding}");
    for record in list(&finding["records"]) {
        check("record", record, &RECORD);
    }
}

#[test]
fn what_leads_to_other_hosts_has_every_field() {
    let scan = &*SCAN;
    assert!(!list(&scan["crossings"]).is_empty() && !list(&scan["leads"]).is_empty());
    for crossing in list(&scan["crossings"]) {
        check("crossing", crossing, &EFFECT);
        check("crossing", crossing, &[("from", Object), ("records", List)]);
        check("process", &crossing["from"], &WHO);
        check_end(&crossing["to"]);
        assert_ne!(crossing["from"]["host"], crossing["to"]["host"]);
        for record in list(&crossing["records"]) {
            check("record", record, &RECORD);
        }
    }
    for lead in list(&scan["leads"]) {
        let fields =
            [("from", Object), ("host", Text), ("how", Text), ("state", Text), ("text", Text)];
        check("lead", lead, &fields);
        check("process", &lead["from"], &WHO);
    }
    // The same pairs stand with the processes.
    let pairs = list(&scan["crossings"]).iter().map(|crossing| &crossing["text"]);
    let processes = list(&TREE["processes"]).iter();
    let effects = processes.flat_map(|process| list(&process["remote_effects"]));
    assert!(pairs.eq(effects.map(|effect| &effect["text"])));
}

#[test]
fn chain_coverage_and_issues_have_every_field() {
    let scan = &*SCAN;
    for step in list(&scan["chain"]) {
        let fields = [
            ("step", Number),
            ("name", Text),
            ("state", Text),
            ("records", List),
            ("missing", List),
        ];
        check("step", step, &fields);
        let is_observed = step["state"] == "observed";
        let is_unknown = step["state"] == "cannot_be_known";
        assert!(is_observed || is_unknown || step["state"] == "not_observed", "{step}");
        assert_eq!(!list(&step["records"]).is_empty(), is_observed, "{step}");
        assert_eq!(!list(&step["missing"]).is_empty(), is_unknown, "{step}");
        for record in list(&step["records"]) {
            check("record", record, &RECORD);
        }
    }
    for entry in list(&scan["coverage"]) {
        let fields = [
            ("host", Text),
            ("telemetry", Text),
            ("state", Text),
            ("first_utc", MaybeTime),
            ("last_utc", MaybeTime),
            ("gaps", List),
        ];
        check("coverage", entry, &fields);
        let states = ["present", "absent", "partial"];
        assert!(states.map(Json::from).contains(&entry["state"]), "{entry}");
        for gap in list(&entry["gaps"]) {
            check("gap", gap, &[("from_utc", Time), ("to_utc", Time), ("why", Text)]);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.evtx"), b"ElfFile\0 and no more").unwrap();
    let bad = folder.path().join("bad.evtx");
    let args = ["scan", sample(), bad.to_str().unwrap(), "--format", "json"];
    let (text, status) = super::printed(&args);
    assert_eq!(status, 3);
    let scan: Json = serde_json::from_str(&text).unwrap();
    assert!(!list(&scan["issues"]).is_empty());
    for issue in list(&scan["issues"]) {
        let fields = [
            ("path", Text),
            ("member", MaybeText),
            ("offset", MaybeNumber),
            ("kind", Text),
            ("message", Text),
        ];
        check("issue", issue, &fields);
    }
}

#[test]
fn the_tree_has_every_field_in_the_promised_order() {
    let tree = &*TREE;
    assert_eq!(tree["schema"], "spawnscope.tree/1");
    let processes = list(&tree["processes"]);
    let key = |process: &Json| {
        (
            process["host"].as_str().unwrap_or_default().to_owned(),
            process["start_utc"].as_str().map(str::to_owned),
            process["pid"].as_u64(),
        )
    };
    for process in processes {
        check_process(process, true);
    }
    let hosts: Vec<String> = processes.iter().map(|process| key(process).0).collect();
    assert!(hosts.is_sorted());
    // Times of different length do not compare as text: cut to the second, ties are the pid's.
    let dated = processes.iter().filter(|process| !process["start_utc"].is_null());
    let seconds: Vec<(String, String)> = dated
        .map(|process| {
            let (host, start, _) = key(process);
            (host, start.unwrap().get(..19).unwrap().to_owned())
        })
        .collect();
    assert!(seconds.is_sorted());
    let keys: std::collections::BTreeSet<&str> =
        processes.iter().map(|process| process["key"].as_str().unwrap()).collect();
    assert_eq!(keys.len(), processes.len(), "keys are unique");
    for process in processes {
        let parent = process["parent_key"].as_str();
        assert!(parent.is_none_or(|parent| keys.contains(parent)), "{process}");
    }
    assert!(processes.iter().any(|process| process["stub"] == true));
}

#[test]
fn the_report_in_json_is_the_scan() {
    assert_eq!(json(&["report", sample(), "--format", "json"]), *SCAN);
}

#[test]
fn zoom_roots_the_tree() {
    let tree = json(&["tree", sample(), "--root", "zoom", "--format", "json"]);
    let processes = list(&tree["processes"]);
    let below: Vec<&str> =
        processes.iter().map(|process| process["key"].as_str().unwrap()).collect();
    let tops: Vec<&Json> = processes
        .iter()
        .filter(|process| !process["parent_key"].as_str().is_some_and(|up| below.contains(&up)))
        .collect();
    assert_eq!(tops.len(), 1, "{tops:?}");
    assert_eq!(tops[0]["pid"], 9184);
    assert!(below.len() > 10);
}
