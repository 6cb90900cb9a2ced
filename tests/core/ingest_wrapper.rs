//! Answers of programs that wrap a list of records in a document: every record is read by itself,
//! whatever the wrapper, its size and what is broken in it.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

use std::{fmt::Write as _, fs};

use serde_json::{Value, json};
use spawnscope::{
    ingest::{Again, Keep, Loaded, Options, Silent, load},
    model::IssueKind,
};

use crate::support::dialects::{get_winevent, splunk, story, winlogbeat};

fn load_in(options: &Options, bytes: &[u8]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer.json");
    fs::write(&path, bytes).unwrap();
    load(&[path], options, &Silent)
}

fn load_bytes(bytes: &[u8]) -> Loaded {
    load_in(&Options::default(), bytes)
}

/// A record of `NXLog`.
fn flat(id: usize) -> Value {
    json!({
        "EventID": 1, "Channel": "c", "Hostname": "h", "SourceName": "s", "RecordNumber": id,
        "EventTime": "2026-04-12T14:21:07Z", "EventReceivedTime": "", "Text": "a },{ \"b\": [",
    })
}

/// A row of Defender's hunting.
fn row(id: usize) -> Value {
    json!({
        "Timestamp": "2026-04-12T14:21:07Z", "DeviceName": "ws1", "ActionType": "ProcessCreated",
        "ReportId": id, "ProcessId": 7, "ProcessCommandLine": "x", "InitiatingProcessId": 3,
    })
}

fn list(make: impl Fn(usize) -> Value) -> Vec<Value> {
    (1..=5).map(make).collect()
}

/// Names and rows of these records.
fn table(records: &[Value]) -> (Vec<String>, Vec<Vec<Value>>) {
    let names: Vec<String> =
        records.first().unwrap().as_object().unwrap().keys().cloned().collect();
    let row = |record: &Value| names.iter().map(|name| record.get(name).unwrap().clone()).collect();
    let rows = records.iter().map(row).collect();
    (names, rows)
}

/// Wrappers around five records each.
fn wrappers() -> Vec<(&'static str, &'static str, Value)> {
    let beats = story().iter().take(5).map(winlogbeat::plain);
    let hits: Vec<Value> = beats
        .enumerate()
        .map(|(id, hit)| json!({"_index": "w", "_id": id, "_source": hit}))
        .collect();
    let answer = json!({
        "took": 3, "timed_out": false, "_shards": {"total": 1},
        "hits": {"total": {"value": 5, "relation": "eq"}, "max_score": 1.0, "hits": hits},
        "aggregations": {"a": {"buckets": []}},
    });
    let results: Vec<Value> = story()
        .iter()
        .take(5)
        .map(|record| splunk::xml(record).get("result").unwrap().clone())
        .collect();
    let (fields, rows) = table(&list(row));
    let columns: Vec<Value> =
        fields.iter().map(|name| json!({"name": name, "type": "string"})).collect();
    let power: Vec<Value> = story()
        .iter()
        .filter(|record| record.channel.contains("Sysmon"))
        .take(5)
        .map(get_winevent::by_position)
        .collect();
    let hub = |record| json!({"time": "", "category": "AdvancedHunting-DeviceProcessEvents", "properties": record});
    vec![
        ("elasticsearch", "winlogbeat", answer.clone()),
        (
            "async search",
            "winlogbeat",
            json!({"id": "x", "is_partial": false, "response": answer.clone()}),
        ),
        ("msearch", "winlogbeat", json!({"took": 3, "responses": [answer]})),
        (
            "a hit of another dialect",
            "nxlog",
            json!({"hits": {"hits": list(|id| json!({"_id": "1", "_source": flat(id), "sort": [1]}))}}),
        ),
        (
            "splunk",
            "splunk",
            json!({"preview": false, "init_offset": 0, "messages": [{"type": "INFO"}], "results": results, "highlighted": {}}),
        ),
        ("json_rows", "defender", json!({"preview": false, "fields": fields, "rows": rows})),
        (
            "log analytics",
            "defender",
            json!({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]}),
        ),
        (
            "defender's api",
            "defender",
            json!({"Stats": {"ExecutionTime": 1}, "Schema": [{"Name": "Timestamp", "Type": "DateTime"}], "Results": list(row)}),
        ),
        (
            "graph",
            "defender",
            json!({"@odata.context": "x", "schema": [{"name": "Timestamp"}], "results": list(row)}),
        ),
        (
            "odata",
            "defender",
            json!({"@odata.context": "x", "value": list(row), "@odata.nextLink": "y"}),
        ),
        ("event hub", "defender", json!({"records": list(|id| hub(row(id)))})),
        ("collection", "get_winevent", json!({"value": power, "Count": 5})),
    ]
}

fn utf16(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn every_wrapper_gives_its_records_one_by_one() {
    for (name, dialect, wrapper) in wrappers() {
        let (short, long) = (wrapper.to_string(), serde_json::to_string_pretty(&wrapper).unwrap());
        for (form, bytes) in [
            ("compact", short.clone().into_bytes()),
            ("pretty", long.clone().into_bytes()),
            ("pretty for Windows", long.replace('\n', "\r\n").into_bytes()),
            ("UTF-16", utf16(&short)),
            ("pretty UTF-16", utf16(&long)),
        ] {
            let loaded = load_bytes(&bytes);
            assert_eq!(loaded.issues, [], "{name}, {form}");
            assert_eq!(loaded.sources.first().unwrap().dialect, Some(dialect), "{name}, {form}");
            assert_eq!(loaded.events.len(), 5, "{name}, {form}");
            let places: std::collections::BTreeSet<u64> =
                loaded.events.iter().map(|event| event.place).collect();
            assert_eq!(places.len(), 5, "{name}, {form}");
            for event in &loaded.events {
                let at = usize::try_from(event.place).unwrap();
                assert!(matches!(bytes.get(at), Some(b'{' | b'[')), "{name}, {form}: {at}");
            }
        }
    }
}

#[test]
fn records_of_a_wrapper_are_read_again_by_their_place() {
    for (name, _, wrapper) in wrappers() {
        for bytes in [wrapper.to_string().into_bytes(), utf16(&wrapper.to_string())] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("answer.json");
            fs::write(&path, &bytes).unwrap();
            let whole = load(std::slice::from_ref(&path), &Options::default(), &Silent);
            let keep = Keep::those(|_, _, _| false);
            let bare = load(&[path], &Options { keep, ..Options::default() }, &Silent);
            let mut again = Again::default();
            for (event, known) in bare.events.iter().zip(&whole.events) {
                assert!(event.is_skeleton && !known.fields.is_empty(), "{name}");
                let found = again.read(bare.sources.first().unwrap(), event).unwrap();
                assert_eq!(&found, known, "{name}");
            }
        }
    }
}

/// Events, broken ones, and the kinds of issues.
fn told(loaded: &Loaded) -> (usize, u64, Vec<IssueKind>) {
    let unreadable = loaded.sources.iter().map(|source| source.unreadable_records).sum();
    (loaded.events.len(), unreadable, loaded.issues.iter().map(|issue| issue.kind).collect())
}

#[test]
fn a_wrapper_is_not_held_in_memory_and_may_be_longer_than_any_record() {
    let list = (0..20_000).map(flat).collect::<Vec<_>>();
    let options = Options { longest_record: 600, ..Options::default() };
    let wrapper = json!({"took": 1, "hits": {"hits": list}});
    for text in [wrapper.to_string(), serde_json::to_string_pretty(&wrapper).unwrap()] {
        assert!(text.len() > 3_000_000);
        assert_eq!(told(&load_in(&options, text.as_bytes())), (20_000, 0, vec![]));
    }
    let (fields, rows) = table(&list);
    let wrapper = json!({"fields": fields, "rows": rows});
    assert_eq!(told(&load_in(&options, wrapper.to_string().as_bytes())), (20_000, 0, vec![]));
}

#[test]
fn broken_records_in_a_wrapper_cost_only_themselves() {
    let good = |id: usize| flat(id).to_string();
    let cases = [
        (r#"{"EventID":1,"Channel":nothing}"#, 1),
        (r#"{"EventID":1 "Channel":"c"}"#, 1),
        (r#"{"EventID":1,"Channel":{"a":[}]}"#, 1),
        (r#"{"EventID":1,"Channel":"c,"Text":"a b"}"#, 1),
        (r#"{"EventID":1,"Text":"a"b"}"#, 1),
        (r#"{"EventID":1,"a":{"b":{"c":1}"#, 1),
        (r#"{"no":"record"}"#, 1),
        ("null", 1),
        ("12", 1),
        ("\"text\"", 1),
        ("what is this", 1),
    ];
    for (broken, count) in cases {
        for (start, end) in
            [("{\"results\":[", "]}"), ("{\"hits\":{\"hits\":[", "]},\"took\":1}\n")]
        {
            let text = format!("{start}{},{broken},{},{}{end}", good(1), good(2), good(3));
            let (read, unreadable, kinds) = told(&load_bytes(text.as_bytes()));
            assert_eq!(read, 3, "{broken}");
            assert_eq!(unreadable, count, "{broken}");
            assert!(kinds.contains(&IssueKind::BadRecord), "{broken}: {kinds:?}");
        }
    }
}

#[test]
fn a_text_that_nothing_closes_ends_where_the_next_record_begins() {
    let broken = flat(2).to_string().replace("\"c\"", "\"c").replace("},{", "");
    for many in [1_usize, 3_000] {
        let mut list = (0..many).map(|id| flat(id).to_string()).collect::<Vec<_>>();
        list.push(broken.clone());
        list.extend((many..2 * many).map(|id| flat(id).to_string()));
        let text = format!("{{\"value\":[{}],\"Count\":3}}", list.join(","));
        assert_eq!(told(&load_bytes(text.as_bytes())), (2 * many, 1, vec![IssueKind::BadRecord]));
    }
}

#[test]
fn rows_with_too_many_or_too_few_values_are_broken() {
    let (fields, rows) = table(&list(row));
    let mut rows: Vec<Value> = rows.into_iter().map(Value::from).collect();
    rows[1].as_array_mut().unwrap().pop();
    rows[3].as_array_mut().unwrap().push(json!("more"));
    let text = json!({"fields": fields, "rows": rows}).to_string();
    assert_eq!(told(&load_bytes(text.as_bytes())), (3, 2, vec![IssueKind::BadRecord]));
}

#[test]
fn a_wrapper_that_breaks_off_is_told() {
    let text = json!({"took": 1, "hits": {"hits": list(flat)}}).to_string();
    let records: Vec<usize> = text.match_indices("{\"EventID\"").map(|(at, _)| at).collect();
    let [.., last] = *records.as_slice() else { unreachable!() };
    assert_eq!(records.len(), 5);
    for (end, read, unreadable) in [
        // Inside a record, and between two.
        (last + 20, 4, 1),
        (last, 4, 0),
        (last - 1, 4, 0),
        (text.len() - 1, 5, 0),
        (text.len() - 3, 5, 0),
    ] {
        let loaded = load_bytes(&text.as_bytes()[..end]);
        assert_eq!(told(&loaded), (read, unreadable, vec![IssueKind::CutOff]), "{end}");
    }
}

#[test]
fn lines_of_wrappers_are_read_in_parts_as_in_one() {
    let mut text = String::new();
    for batch in 0..400 {
        let records = (0..batch % 7).map(|id| flat(batch * 10 + id)).collect::<Vec<_>>();
        text += &json!({"records": records}).to_string();
        text += if batch % 5 == 0 { ",\n" } else { "\n" };
        if batch % 11 == 0 {
            // Records of one wrapper on lines of their own.
            write!(
                text,
                "{{\"value\":[{},\n{},\n{}\n]}}\n",
                flat(9_001 + batch * 3),
                flat(9_002 + batch * 3),
                flat(9_003 + batch * 3)
            )
            .unwrap();
        }
        if batch % 50 == 0 {
            text += "{\"records\":[{\"broken\"\n";
        }
    }
    let one = load_in(&Options { threads: 1, ..Options::default() }, text.as_bytes());
    assert_eq!(one.events.len(), (0..400).map(|batch| batch % 7).sum::<usize>() + 37 * 3);
    for json_part in [500, 3_000, 40_000] {
        let options = Options { threads: 4, json_part, ..Options::default() };
        let parts = load_in(&options, text.as_bytes());
        let messages = |loaded: &Loaded| {
            loaded.issues.iter().map(|issue| issue.message.clone()).collect::<Vec<_>>()
        };
        assert_eq!(parts.events, one.events);
        assert_eq!(messages(&parts), messages(&one));
    }
}

#[test]
fn an_object_that_only_looks_like_a_wrapper_stays_a_record() {
    let mut record = flat(1);
    record["value"] = json!([{"a": 1}]);
    record["results"] = json!([]);
    let text = format!("{record}\n{}\n{}\n", json!({"Other": 1, "records": []}), flat(2));
    assert_eq!(told(&load_bytes(text.as_bytes())), (2, 1, vec![IssueKind::BadRecord]));
    let text = format!("{record}\n{}\n{}\n", json!({"value": [], "Count": 0}), flat(2));
    assert_eq!(told(&load_bytes(text.as_bytes())), (2, 0, vec![]));
}
