//! JSON logs in every form a file can have, and with everything that can be wrong with it.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

use std::fs;

use spawnscope::{
    ingest::{Keep, Loaded, Options, Silent, load},
    model::{Event, IssueKind},
};

use crate::support::samples;

fn load_with(bytes: &[u8], longest_record: usize) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.json");
    fs::write(&path, bytes).unwrap();
    load(&[path], &Options { longest_record, ..Options::default() }, &Silent)
}

fn load_bytes(bytes: &[u8]) -> Loaded {
    load_with(bytes, Options::default().longest_record)
}

fn object(id: u64, command: &str) -> String {
    let command = serde_json::to_string(command).unwrap();
    format!(
        r##"{{"Event":{{"#attributes":{{"xmlns":"x"}},"System":{{"Provider":{{"#attributes":{{"Name":"Sysmon"}}}},"EventID":1,"TimeCreated":{{"#attributes":{{"SystemTime":"2026-04-12T14:21:07.4120000Z"}}}},"EventRecordID":{id},"Execution":{{"#attributes":{{"ProcessID":42}}}},"Channel":"Sysmon","Computer":"PC","Security":null}},"EventData":{{"CommandLine":{command},"Empty":null}}}}}}"##
    )
}

/// Record ids and command lines.
fn read(loaded: &Loaded) -> Vec<(u64, &str)> {
    let pair = |event: &Event| event.record_id.unwrap();
    loaded.events.iter().map(|event| (pair(event), event.raw("CommandLine").unwrap())).collect()
}

fn ids(loaded: &Loaded) -> Vec<u64> {
    loaded.events.iter().filter_map(|event| event.record_id).collect()
}

fn utf16(text: &str, mark: bool, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some('\u{FEFF}');
    let text = mark.into_iter().chain(text.chars()).collect::<String>();
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn all_forms_of_a_file_say_the_same() {
    let commands = ["cmd /c \"echo 1\"", "C:\\Zoë\\😀.exe\t-x", "{ \"no\": [\"object\"] }"];
    let objects = commands.iter().zip(1..).map(|(text, id)| object(id, text)).collect::<Vec<_>>();
    let pretty = objects.iter().map(|object| {
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(object).unwrap())
            .unwrap()
    });
    let pretty = pretty.collect::<Vec<_>>();
    let lines = objects.join("\n");
    let records = pretty.iter().zip(1..).map(|(object, id)| format!("Record {id}\n{object}\n"));
    let escaped = lines.replace('ë', "\\u00eb").replace('😀', "\\ud83d\\ude00");
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("lines", lines.clone().into()),
        ("lines, CRLF and empty ones", format!("\r\n{}\r\n\r\n", objects.join("\r\n")).into()),
        ("array", format!("[{}]", objects.join(",")).into()),
        ("array of lines", format!("[\n{}\n]\n", objects.join(",\n")).into()),
        ("pretty array", format!("[\n  {}\n]", pretty.join(",\n  ")).into()),
        ("pretty, concatenated", pretty.join("\n").into()),
        ("concatenated without anything between", objects.concat().into()),
        ("evtx_dump -o json", records.collect::<String>().into()),
        ("RFC 7464", format!("\u{1e}{}\n", objects.join("\n\u{1e}")).into()),
        ("escapes", escaped.into()),
        ("UTF-8 with mark", format!("\u{FEFF}{lines}").into()),
        ("UTF-16 LE with mark", utf16(&lines, true, u16::to_le_bytes)),
        ("UTF-16 BE with mark", utf16(&lines, true, u16::to_be_bytes)),
        ("UTF-16 LE", utf16(&lines, false, u16::to_le_bytes)),
        ("UTF-16 BE", utf16(&lines, false, u16::to_be_bytes)),
    ];
    for (form, bytes) in forms {
        let loaded = load_bytes(&bytes);
        assert_eq!(loaded.issues, [], "{form}");
        let expected = (1..).zip(commands).collect::<Vec<_>>();
        assert_eq!(read(&loaded), expected, "{form}");
        assert_eq!(loaded.events[0].raw("Empty"), Some(""), "{form}");
        assert_eq!(loaded.events[0].logger_pid, Some(42), "{form}");
        assert_eq!(loaded.sources[0].dialect, Some("evtx_dump"), "{form}");
    }
}

#[test]
fn texts_cross_the_blocks_of_a_large_utf_16_file() {
    let lines =
        (1..=3_000).map(|id| object(id, &"é😀x".repeat(150))).collect::<Vec<_>>().join("\n");
    let bytes = utf16(&lines, true, u16::to_le_bytes);
    assert!(bytes.len() > 3 << 20);
    let loaded = load_bytes(&bytes);
    assert_eq!(loaded.issues, []);
    assert_eq!(ids(&loaded), (1..=3_000).collect::<Vec<_>>());
    assert!(
        loaded.events.iter().all(|event| event.raw("CommandLine") == Some(&*"é😀x".repeat(150)))
    );
}

#[test]
fn broken_lines_cost_only_themselves() {
    let (one, two, three) = (object(1, "a"), object(2, "b"), object(3, "c"));
    let part = |length: usize| two.get(..length).unwrap().to_owned();
    let broken = [
        ("cut off", part(two.len() / 2)),
        ("cut off in a string", part(two.len() - 8)),
        ("no JSON", "what is this".to_owned()),
        ("a trailing comma", two.replace("null}}}", "null,}}}")),
        ("a wrong literal", two.replace("\"Security\":null", "\"Security\":nul")),
        ("no event", r#"{"Event":{"System":{"EventID":null}}}"#.to_owned()),
        ("another object", r#"{"message":"log rotated"}"#.to_owned()),
        ("deeply nested", format!("{}1{}", "{\"a\":[".repeat(200), "]}".repeat(200))),
        ("zero bytes", "\0\0\0\0".to_owned()),
    ];
    for (what, line) in broken {
        let loaded = load_bytes(format!("{one}\n{line}\n{three}\n").as_bytes());
        assert_eq!(ids(&loaded), [1, 3], "{what}");
        assert_eq!(loaded.issues.len(), 1, "{what}");
        let issue = &loaded.issues[0];
        assert_eq!(issue.kind, IssueKind::BadRecord, "{what}");
        assert_eq!(issue.offset, Some(one.len() as u64 + 1), "{what}");
        assert_eq!(loaded.sources[0].unreadable_records, 1, "{what}");
    }
}

#[test]
fn many_broken_lines_are_one_issue() {
    let pairs = (1..=500).map(|id| object(id, "a") + "\n{\"Event\":\n").collect::<Vec<_>>();
    let lines = pairs.concat();
    let loaded = load_bytes(lines.as_bytes());
    assert_eq!(loaded.events.len(), 500);
    // The last one is where the file ends.
    assert_eq!(loaded.sources[0].unreadable_records, 500);
    assert_eq!(loaded.issues.len(), 2);
    let message =
        &loaded.issues.iter().find(|issue| issue.kind == IssueKind::BadRecord).unwrap().message;
    assert!(message.starts_with("499 objects or lines could not be read"), "{message}");
}

#[test]
fn a_broken_object_in_an_array_costs_only_itself() {
    let bad = object(2, "b").replace("null}}}", "nil}}}");
    for between in [",", ",\n", ",\n  "] {
        let text = format!("[{}{between}{bad}{between}{}]", object(1, "a"), object(3, "c"));
        let loaded = load_bytes(text.as_bytes());
        assert_eq!(ids(&loaded), [1, 3], "{between:?}");
        assert_eq!(loaded.sources[0].unreadable_records, 1, "{between:?}");
    }
}

#[test]
fn a_file_that_breaks_off_says_where() {
    let (one, two) = (object(1, "a"), object(2, "b"));
    let loaded = load_bytes(format!("{one}\n{}", two.get(..100).unwrap()).as_bytes());
    assert_eq!(ids(&loaded), [1]);
    let issue = &loaded.issues[0];
    assert_eq!((issue.kind, issue.offset), (IssueKind::CutOff, Some(one.len() as u64 + 1)));
    // In UTF-16 the offset is the one in the file.
    let loaded =
        load_bytes(&utf16(&format!("{one}\n{}", two.get(..100).unwrap()), true, u16::to_le_bytes));
    assert_eq!(loaded.issues[0].offset, Some(2 * (one.len() as u64 + 2)));
}

#[test]
fn a_record_over_the_limit_is_left_out() {
    let huge = object(2, &"x".repeat(20 << 20));
    let text = format!("{}\n{huge}\n{}\n", object(1, "a"), object(3, "c"));
    let loaded = load_bytes(text.as_bytes());
    assert_eq!(ids(&loaded), [1, 3]);
    let issue = &loaded.issues[0];
    assert_eq!((issue.kind, loaded.issues.len()), (IssueKind::Limit, 1));
    assert_eq!(issue.offset, Some(object(1, "a").len() as u64 + 1));
    assert!(issue.message.contains("longer than 16 MiB"), "{}", issue.message);
    let loaded = load_with(text.as_bytes(), 32 << 20);
    assert_eq!((ids(&loaded), loaded.issues.len()), (vec![1, 2, 3], 0));
    // A line of that length that is no object at all.
    let text = format!("{}\n{}\n{}\n", object(1, "a"), "x".repeat(20 << 20), object(3, "c"));
    let loaded = load_bytes(text.as_bytes());
    assert_eq!(ids(&loaded), [1, 3]);
    assert_eq!(loaded.sources[0].unreadable_records, 1);
}

#[test]
fn text_that_is_not_utf_8_is_kept_with_marks_and_said() {
    let mut bytes = object(1, "a_b").into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'_').unwrap();
    bytes[at] = 0xE9;
    let lines = [object(7, "é").as_bytes(), &bytes, &bytes].join(&b'\n');
    let loaded = load_bytes(&lines);
    assert_eq!(read(&loaded)[..2], [(1, "a\u{FFFD}b"), (7, "é")]);
    let [issue] = loaded.issues.as_slice() else { panic!("{:?}", loaded.issues) };
    let start = object(7, "é").len() as u64 + 1;
    assert_eq!((issue.kind, issue.offset), (IssueKind::BadRecord, Some(start)));
    assert!(issue.message.starts_with("2 records, the first at offset"), "{}", issue.message);
    assert_eq!(loaded.sources[0].unreadable_records, 0);
}

#[test]
fn escapes_lose_nothing() {
    // Escape, and what it says.
    let table = [
        (r"\ud83d\ude00", "😀"),
        // Halves of a pair, alone, before something else and in the wrong order.
        (r"\ud800", "\u{FFFD}{D800}"),
        (r"\uDC00x", "\u{FFFD}{DC00}x"),
        (r"\ud800\u0041", "\u{FFFD}{D800}A"),
        (r"\ud800\ud83d\ude00", "\u{FFFD}{D800}😀"),
        (r"\ude00\ud83d", "\u{FFFD}{DE00}\u{FFFD}{D83D}"),
        (r"\u0000", "\0"),
        (r"\u0000\u0000x", "\0\0x"),
        (r"\/\b\f\n\r\t\\", "/\u{8}\u{c}\n\r\t\\"),
        (r#"\""#, "\""),
        (r#"\\\\\\\""#, "\\\\\\\""),
        (r"\q", "\u{FFFD}"),
    ];
    for (escape, said) in table {
        for place in
            ["_", "_ and a text of more than sixteen bytes", "as long before it, to be sure _"]
        {
            let lines = format!("{}\n{}\n", object(1, place), object(2, "next"));
            let loaded = load_bytes(lines.replacen('_', escape, 1).as_bytes());
            assert_eq!(loaded.issues, [], "{escape}");
            let place = place.replace('_', said);
            assert_eq!(read(&loaded), [(1, &*place), (2, "next")], "{escape}");
        }
    }
}

#[test]
fn numbers_are_kept_as_they_are_written() {
    let numbers =
        ["0", "-0", "1e400", "-1.50E+3", "18446744073709551616", "0.10000000000000000001"];
    for number in numbers {
        let line = object(1, "_").replace("\"_\"", number);
        assert_eq!(read(&load_bytes(line.as_bytes())), [(1, number)]);
    }
}

#[test]
fn what_is_there_twice_replaces_nothing() {
    let line = object(1, "a")
        .replace("},\"EventData\"", "},\"System\":{\"EventID\":9,\"Channel\":\"x\"},\"EventData\"");
    let line =
        line.replacen("null}}}", "null,\"CommandLine\":\"b\"}},\"Event\":{\"System\":8}}", 1);
    let loaded = load_bytes(line.as_bytes());
    let event = &loaded.events[0];
    assert_eq!((event.event_id, event.channel(), event.record_id), (1, "Sysmon", Some(1)));
    let expected = [
        ("System.EventID", "9"),
        ("System.Channel", "x"),
        ("CommandLine", "a"),
        ("Empty", ""),
        ("CommandLine", "b"),
        ("Event.System", "8"),
    ];
    assert_eq!(event.fields.iter().collect::<Vec<_>>(), expected);
    let flat = r#"{"EventID":1,"Channel":"c","Hostname":"h","EventTime":"2026-04-12 14:21:07","EventID":2,"Channel":"d","A":"x","A":"y","SourceName":"s"}"#;
    let loaded = load_bytes(flat.as_bytes());
    let event = &loaded.events[0];
    assert_eq!((event.event_id, event.channel()), (1, "c"));
    let expected = [("EventID", "2"), ("Channel", "d"), ("A", "x"), ("A", "y")];
    assert_eq!(event.fields.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn records_that_nobody_wants_keep_their_heads() {
    let evtx_dump = [object(1, "a"), object(2, "b").replace("\"EventID\":1", "\"EventID\":5")];
    let nxlog = [(1, 1), (2, 5)].map(|(record, id)| {
        format!(r#"{{"A":"\\","EventID":{id},"Channel":"c","Hostname":"h","EventTime":"2026-04-12 14:21:07","SourceName":"s","RecordNumber":{record}}}"#)
    });
    for lines in [evtx_dump, nxlog] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.json");
        fs::write(&path, lines.join("\n")).unwrap();
        let keep = Keep::those(|_, _, event_id| event_id == 1);
        let loaded = load(&[path], &Options { keep, ..Options::default() }, &Silent);
        let kept = |event: &Event| (event.record_id, event.is_skeleton, event.fields.is_empty());
        let kept = loaded.events.iter().map(kept).collect::<Vec<_>>();
        assert_eq!(kept, [(Some(1), false, false), (Some(2), true, true)]);
        assert!(loaded.events.iter().all(|event| event.time.is_some() && event.place < 1_000));
    }
}

#[test]
fn nested_values_become_dotted_names() {
    let line = r##"{"Event":{"System":{"EventID":{"#attributes":{"Qualifiers":1},"#text":"4688"},"TimeCreated":{"#attributes":{"SystemTime":"2026-04-12T14:21:07Z"}},"Channel":null},"EventData":{"#attributes":{"Name":"EVENT"},"Data":{"#text":["a",null,"c"]},"Deep":{"In":{"#attributes":{"x":1},"#text":2},"List":[3,{"y":true}]}}}}"##;
    let loaded = load_bytes(line.as_bytes());
    assert_eq!(loaded.issues, []);
    let event = &loaded.events[0];
    assert_eq!((event.event_id, event.channel(), event.record_id), (4688, "", None));
    let expected = [
        ("EventData.Name", "EVENT"),
        ("Data", "a"),
        ("Data", ""),
        ("Data", "c"),
        ("Deep.In.x", "1"),
        ("Deep.In", "2"),
        ("Deep.List", "3"),
        ("Deep.List.y", "true"),
    ];
    assert_eq!(event.fields.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_system_part_may_come_last() {
    let line =
        r#"{"Event":{"EventData":{"A":"1","B":"2"},"System":{"EventID":7,"EventRecordID":9}}}"#;
    let other = line.replace(r#""A":"1","B""#, r#""B""#).replace(":9", ":10");
    let loaded = load_bytes(format!("{line}\n{line}\n{other}\n").as_bytes());
    assert_eq!(ids(&loaded), [9, 10]);
    assert_eq!(loaded.events[0].fields.iter().collect::<Vec<_>>(), [("A", "1"), ("B", "2")]);
    assert_eq!(loaded.events[1].fields.iter().collect::<Vec<_>>(), [("B", "2")]);
}

fn dialect(name: &str) -> Option<Loaded> {
    let path = samples::folder("dialects")?.join(name);
    Some(load(&[path], &Options::default(), &Silent))
}

/// Everything of an event but where it was found, fields without regard to order.
fn content(event: &Event) -> impl PartialEq + std::fmt::Debug {
    let mut fields =
        event.fields.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect::<Vec<_>>();
    fields.sort();
    let names = [event.host(), event.channel(), event.provider()].map(str::to_owned);
    let head = (event.record_id, event.event_id, event.time, event.logger_pid);
    (names, head, event.user_sid().map(str::to_owned), fields)
}

#[test]
fn both_shapes_of_evtx_dump_say_the_same() {
    let Some(joined) = dialect("evtx_dump_default.jsonl") else { return };
    let separate = dialect("evtx_dump_separate_attrs.jsonl").unwrap();
    assert_eq!(separate.sources[0].dialect, Some("evtx_dump_separate_attributes"));
    assert!(joined.events.len() > 3);
    assert_eq!(
        joined.events.iter().map(content).collect::<Vec<_>>(),
        separate.events.iter().map(content).collect::<Vec<_>>()
    );
    assert_eq!((joined.issues.len(), separate.issues.len()), (0, 0));
}

#[test]
fn what_evtx_dump_made_of_a_log_equals_the_log() {
    let Some(folder) = samples::folder("evtx") else { return };
    let logs = samples::files(&folder, ".evtx");
    let loaded = load(&logs, &Options::default(), &Silent);
    let exported = dialect("evtx_dump_4688.jsonl").unwrap();
    assert!(!exported.events.is_empty());
    for event in &exported.events {
        let found = loaded.events.iter().find(|known| {
            known.record_id == event.record_id
                && known.host() == event.host()
                && known.time == event.time
        });
        assert_eq!(content(found.unwrap()), content(event));
    }
}

#[test]
fn nxlog_records_keep_the_fields_of_the_event() {
    let Some(loaded) = dialect("nxlog_otrf_mordor.jsonl") else { return };
    assert_eq!(loaded.sources[0].dialect, Some("nxlog"));
    assert_eq!(loaded.issues, []);
    let whoami = |event: &&Event| event.event_id == 1 && event.record_id == Some(725_679);
    let event = loaded.events.iter().find(whoami).unwrap();
    assert_eq!(event.time.unwrap().to_string(), "2020-08-07T14:32:47.591Z");
    assert_eq!(event.host(), "WORKSTATION5.theshire.local");
    assert_eq!(event.provider(), "Microsoft-Windows-Sysmon");
    assert_eq!(event.logger_pid, Some(3284));
    assert_eq!(event.user_sid(), Some("S-1-5-18"));
    assert_eq!(event.raw("ProcessId"), Some("6504"));
    assert_eq!(event.raw("User"), Some("THESHIRE\\pgustavo"));
    assert_eq!(event.raw("Message"), None);
    assert_eq!(event.raw("host"), None);
}

#[test]
fn unknown_dialects_are_named_by_their_keys() {
    let loaded = load_bytes(b"{\"log_time\":1,\"who\":\"ann\",\"did\":\"login\"}\n");
    assert_eq!(loaded.issues[0].kind, IssueKind::UnknownFormat);
    assert!(
        loaded.issues[0].message.contains("log_time, who, did"),
        "{}",
        loaded.issues[0].message
    );
}

#[test]
fn a_record_without_a_readable_time_is_read_and_said_to_be_so() {
    let timeless = object(1, "a").replace("2026-04-12T14:21:07.4120000Z", "yesterday");
    let lines = format!("{timeless}\n{}\n", object(2, "b"));
    let loaded = load_bytes(lines.as_bytes());
    assert_eq!(loaded.events.len(), 2);
    let [issue] = loaded.issues.as_slice() else { panic!("{:?}", loaded.issues) };
    assert_eq!(issue.kind, IssueKind::BadRecord);
    assert!(issue.message.starts_with("One record has no time"), "{}", issue.message);
}
