//! What the rows of `EvtxECmd` and of Timeline Explorer mean.

use spawnscope::{
    ingest::Loaded,
    model::{Event, IssueKind},
};

use super::{load_bytes, pairs, row, time};
use crate::support::dialects::load_as;

/// The header as the program writes it, with `Line` and `Tag` as Timeline Explorer adds them.
const HEADER: &str = "Line,Tag,RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,\
    Channel,ProcessId,ThreadId,Computer,ChunkNumber,UserId,MapDescription,UserName,RemoteHost,\
    PayloadData1,PayloadData2,PayloadData3,PayloadData4,PayloadData5,PayloadData6,ExecutableInfo,\
    HiddenRecord,SourceFile,Keywords,ExtraDataOffset,Payload";

/// A process start with this in `Payload`.
fn start(payload: &str) -> String {
    format!("{HEADER}\r\n{}\r\n", row(',', &values(payload)))
}

/// The values below [`HEADER`].
fn values(payload: &str) -> [&str; 29] {
    [
        "1",
        "False",
        "47",
        "118793",
        "2024-02-14 03:41:56.5596188",
        "1",
        "Info",
        "Microsoft-Windows-Sysmon",
        "Microsoft-Windows-Sysmon/Operational",
        "3028",
        "4412",
        "DESKTOP-887GK2L",
        "0",
        "S-1-5-18",
        "Process creation",
        "DESKTOP-887GK2L\\Ann",
        "",
        "ProcessID: 10672, ProcessGUID: 817bddf3-3684-65cc-2d02-000000001900",
        "RuleName: -",
        "MD5=32F35B78A3DC5949CE3C99F2981DEF6B",
        "ParentProcess: C:\\Windows\\explorer.exe",
        "ParentProcessID: 1116, ParentProcessGUID: 817bddf3-311f-65cc-0a01-000000001900",
        "ParentCommandLine: C:\\Windows\\Explorer.EXE /x",
        "\"C:\\a b.exe\" -c",
        "False",
        "C:\\Logs\\Sysmon.evtx",
        "Classic",
        "0",
        payload,
    ]
}

#[test]
fn the_payload_gives_the_fields_of_the_record() {
    let table: &[(&str, &[(&str, &str)])] = &[
        (
            r##"{"EventData":{"Data":[{"@Name":"Image","#text":"C:\\a b.exe"},{"@Name":"Empty"}]}}"##,
            &[("Image", "C:\\a b.exe"), ("Empty", "")],
        ),
        (r##"{"EventData":{"Data":{"@Name":"A","#text":"1"}}}"##, &[("A", "1")]),
        (
            r#"{"EventData":{"Data":["a","b"],"Binary":"00"}}"#,
            &[("Data", "a"), ("Data", "b"), ("Binary", "00")],
        ),
        (r#"{"EventData":{"Data":"a, b"}}"#, &[("Data", "a, b")]),
        (
            r#"{"UserData":{"EventXML":{"@xmlns":"Event_NS","User":"u","S":{"I":"7","@k":"v"}}}}"#,
            &[("User", "u"), ("S.I", "7"), ("S.k", "v")],
        ),
        (
            r##"{"EventData":{"@Name":"T","Data":{"@Name":"A","#text":"1"}}}"##,
            &[("EventData.Name", "T"), ("A", "1")],
        ),
        (r#"{"EventData":null}"#, &[]),
    ];
    for (payload, expected) in table {
        // Another event than a start, whose columns would be missed in these.
        let loaded =
            load_bytes(start(payload).replace("\"1\",\"Info\"", "\"5\",\"Info\"").as_bytes());
        assert_eq!(loaded.issues, [], "{payload}");
        let event = &loaded.events[0];
        assert_eq!(pairs(event), *expected, "{payload}");
        assert_eq!((event.event_id, event.record_id), (5, Some(118_793)));
        assert_eq!((event.logger_pid, event.logger_tid), (Some(3028), Some(4412)));
        assert_eq!(event.provider(), "Microsoft-Windows-Sysmon");
        assert_eq!(event.channel(), "Microsoft-Windows-Sysmon/Operational");
        assert_eq!((event.host(), event.user_sid()), ("DESKTOP-887GK2L", Some("S-1-5-18")));
        assert_eq!(time(event), "2024-02-14T03:41:56.5596188Z");
    }
}

#[test]
fn without_a_payload_the_other_columns_speak() {
    for payload in ["", "#NAME?"] {
        let loaded = load_bytes(start(payload).as_bytes());
        let event = &loaded.events[0];
        let expected = [
            ("RuleName", "-"),
            ("ProcessGuid", "817bddf3-3684-65cc-2d02-000000001900"),
            ("ProcessId", "10672"),
            ("Image", "C:\\a b.exe"),
            ("CommandLine", "\"C:\\a b.exe\" -c"),
            ("User", "DESKTOP-887GK2L\\Ann"),
            ("Hashes", "MD5=32F35B78A3DC5949CE3C99F2981DEF6B"),
            ("ParentProcessGuid", "817bddf3-311f-65cc-0a01-000000001900"),
            ("ParentProcessId", "1116"),
            ("ParentImage", "C:\\Windows\\explorer.exe"),
            ("ParentCommandLine", "C:\\Windows\\Explorer.EXE /x"),
            ("MapDescription", "Process creation"),
        ];
        assert_eq!(pairs(event).get(..12), Some(&expected[..]), "{payload}");
        assert_eq!(loaded.issues.len(), 1, "{payload}");
        assert_eq!(loaded.issues[0].kind, IssueKind::BadRecord, "{payload}");
        assert_eq!(loaded.issues[0].offset, Some(HEADER.len() as u64 + 2), "{payload}");
    }
}

#[test]
fn a_payload_that_was_cut_gives_what_is_there() {
    let loaded = load_bytes(
        start(r##"{"EventData":{"Data":[{"@Name":"Image","#text":"x"},{"@Na"##).as_bytes(),
    );
    assert_eq!(loaded.events[0].raw("Image"), Some("x"));
    assert_eq!(loaded.events[0].raw("PayloadData2"), Some("RuleName: -"));
    assert_eq!(loaded.issues.len(), 1);
}

#[test]
fn a_table_says_what_the_same_rows_say_as_json() {
    let payloads = [
        r##"{"EventData":{"@Name":"T","Data":[{"@Name":"Image","#text":"C:\\a b.exe"},{"@Name":"Empty"}]}}"##,
        r#"{"UserData":{"EventXML":{"@xmlns":"Event_NS","User":"u","S":{"I":"7","@k":"v"}}}}"#,
        r#"{"EventData":{"Data":["a","b"],"Binary":"00"}}"#,
        r##"{"EventData":{"Data":[{"@Name":"Image","#text":"x"},{"@Na"##,
        "",
    ];
    for payload in payloads {
        let text = start(payload);
        let csv = load_bytes(text.as_bytes());
        let mut object = serde_json::Map::new();
        for (name, value) in HEADER.split(',').zip(values(payload)) {
            object.insert(name.trim().to_owned(), value.into());
        }
        let json = serde_json::Value::from(object).to_string();
        let json = load_as("rows.json", json.as_bytes());
        assert_eq!(json.sources[0].dialect, csv.sources[0].dialect);
        let messages = |loaded: &Loaded| {
            loaded.issues.iter().map(|issue| issue.message.clone()).collect::<Vec<_>>()
        };
        assert_eq!(messages(&csv), messages(&json), "{payload}");
        let ([csv], [json]) = (csv.events.as_slice(), json.events.as_slice()) else {
            unreachable!("{payload}")
        };
        assert_eq!(Event { place: json.place, ..csv.clone() }, *json, "{payload}");
    }
}
