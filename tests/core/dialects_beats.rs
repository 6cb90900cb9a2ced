//! Winlogbeat and Elastic's endpoint sensor: what is read of their records.

use serde_json::{Value, json};
use spawnscope::{
    ingest::{Loaded, Options, Silent, load},
    model::{Event, Timestamp},
};

use crate::support::{
    dialects::{
        Carried, StoryRecord, assert_same_records, assert_same_story, elastic_endpoint, lines,
        load_as, story, winlogbeat,
    },
    samples,
};

fn sample(name: &str) -> Option<Loaded> {
    let path = samples::folder("dialects")?.join(name);
    Some(load(&[path], &Options::default(), &Silent))
}

fn assert_fields(event: &Event, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(event.raw(name), Some(*value), "{name}");
    }
}

#[test]
fn the_golden_record_of_the_sysmon_module_has_its_windows_names() {
    let Some(loaded) = sample("winlogbeat_sysmon_processcreate.json") else { return };
    assert_eq!(loaded.issues, []);
    assert_eq!(loaded.sources[0].dialect, Some("winlogbeat"));
    let event = &loaded.events[0];
    assert_eq!((event.event_id, event.record_id), (1, Some(20)));
    assert_eq!(event.channel(), "Microsoft-Windows-Sysmon/Operational");
    assert_eq!(event.provider(), "Microsoft-Windows-Sysmon");
    assert_eq!(event.host(), "vagrant");
    assert_eq!(event.logger_pid, Some(7144));
    assert_eq!(event.time.unwrap().to_string(), "2020-10-27T20:00:14.320Z");
    assert_fields(
        event,
        &[
            ("ProcessGuid", "{9F32B55F-7C4E-5F98-5803-000000000500}"),
            ("ProcessId", "3616"),
            ("Image", r"C:\Windows\System32\notepad.exe"),
            ("CommandLine", "\"C:\\Windows\\system32\\notepad.exe\" "),
            ("CurrentDirectory", r"C:\Users\vagrant\"),
            ("ParentProcessGuid", "{9F32B55F-6FDF-5F98-7000-000000000500}"),
            ("ParentProcessId", "4212"),
            ("ParentImage", r"C:\Windows\explorer.exe"),
            ("ParentCommandLine", r"C:\Windows\Explorer.EXE"),
            ("User", r"VAGRANT\vagrant"),
            ("Hashes", "SHA1=b6d237154f2e528f0b503b58b025862d66b02b73"),
            ("OriginalFileName", "NOTEPAD.EXE"),
            ("LogonId", "0x2c9e7"),
            ("IntegrityLevel", "Medium"),
            ("Company", "Microsoft Corporation"),
        ],
    );
    // In `event_data` and in ECS: one field.
    assert_eq!(event.fields.iter().filter(|(name, _)| *name == "Company").count(), 1);
}

#[test]
fn the_endpoint_record_is_a_start_of_its_own_channel() {
    let Some(loaded) = sample("elastic_endpoint.json") else { return };
    assert_eq!(loaded.issues, []);
    assert_eq!(loaded.sources[0].dialect, Some("elastic_endpoint"));
    let event = &loaded.events[0];
    assert_eq!((event.event_id, event.host()), (1, "data-viz-win-1"));
    assert_eq!(event.channel(), "endpoint.events.process");
    assert_eq!(event.home_channel(), "Microsoft-Windows-Sysmon/Operational");
    assert_eq!(event.provider(), "Elastic Endpoint");
    assert_eq!(event.time.unwrap().to_string(), "2022-04-04T18:53:08.6578986Z");
    let parent =
        "NGM5YzljYjMtZjgwZi00NGQ4LTljODktNjE2ODI0M2I3ZjIxLTYwMC0xMzI5MzU0OTExMC40NjgyMjI3MDA=";
    assert_fields(
        event,
        &[
            (
                "ProcessGuid",
                "NGM5YzljYjMtZjgwZi00NGQ4LTljODktNjE2ODI0M2I3ZjIxLTI3NzItMTMyOTM1NzE5ODguNjU3ODk4NjAw",
            ),
            ("ProcessId", "2772"),
            ("Image", r"C:\Windows\System32\svchost.exe"),
            ("CommandLine", r"C:\Windows\System32\svchost.exe -k WerSvcGroup"),
            ("User", r"NT AUTHORITY\SYSTEM"),
            ("ParentProcessGuid", parent),
            ("ParentProcessId", "600"),
            ("ParentImage", r"C:\Windows\System32\services.exe"),
            ("LogonId", "0x3e7"),
            ("IntegrityLevel", "system"),
            (
                "Hashes",
                "SHA1=4fbfc6004084d97032837c21d3f426892d868eac,MD5=1b280ad032268a636ecfe6f9165431b7,SHA256=cb19fd67b1d028e01f54c426a0924528c4a8d8ed8996cfe0ee0c6e45285436a1",
            ),
            ("process.Ext.ancestry", parent),
            ("process.code_signature.subject_name", "Microsoft Windows Publisher"),
        ],
    );
}

fn all(render: fn(&StoryRecord) -> Value) -> String {
    lines(story().iter().map(render))
}

#[test]
fn winlogbeat_tells_the_story_in_every_form() {
    let forms: [(&str, String); 6] = [
        ("plain", all(winlogbeat::plain)),
        ("dotted", all(winlogbeat::dotted)),
        ("fields", all(winlogbeat::search_fields)),
        ("version 6", all(winlogbeat::version_6)),
        (
            "version 6, wrapped",
            all(|record| json!({"_index": "w", "_source": winlogbeat::version_6(record)})),
        ),
        (
            "both",
            all(|record| {
                let mut hit = winlogbeat::search_fields(record);
                hit["_source"] = winlogbeat::plain(record);
                hit
            }),
        ),
    ];
    for (form, text) in forms {
        let analysis = assert_same_story("winlogbeat", text.as_bytes(), &Carried::ALL);
        assert_eq!(analysis.events[0].fields.iter().count(), story()[0].fields.len(), "{form}");
    }
}

fn in_own_order(hashes: &str) -> String {
    let mut pairs: Vec<_> = hashes.split(',').filter_map(|pair| pair.split_once('=')).collect();
    pairs.sort_by_key(|(algorithm, _)| {
        ["SHA1", "MD5", "SHA256", "IMPHASH"].iter().position(|known| known == algorithm)
    });
    let pairs = pairs.iter().map(|(name, hash)| format!("{name}={}", hash.to_lowercase()));
    pairs.collect::<Vec<_>>().join(",")
}

#[test]
fn winlogbeat_with_modules_tells_the_story() {
    let carried = Carried {
        // The pipelines write hashes in lower case and in an order of their own.
        field: &|record, name, value| {
            let is_moved = name == "Hashes" && record.is_sysmon(1);
            Some(if is_moved { in_own_order(value) } else { value.to_owned() })
        },
        ..Carried::ALL
    };
    assert_same_story("winlogbeat", all(winlogbeat::with_modules).as_bytes(), &carried);
}

#[test]
fn the_endpoint_sensor_tells_what_it_saw_of_the_story() {
    // Nothing of Security, PowerShell, tasks and System; no library loads here, no streams, no
    // access to other processes. Of a start it lacks rule, file version, description, product,
    // company, logon GUID, session and the parent's user; hashes are in lower case.
    let carried = Carried {
        record: &|record| elastic_endpoint::kind(record).is_some(),
        field: &|record, name, value| match name {
            "User" | "Initiated" | "UtcTime" => Some(value.to_owned()),
            "EventType" if record.is_sysmon(13) => Some(value.to_owned()),
            "Hashes" => Some(in_own_order(value)),
            _ => elastic_endpoint::place(name).map(|_| value.to_owned()),
        },
    };
    let mut records = carried.of_story();
    for record in &mut records {
        record.time = Timestamp::parse(record.field("UtcTime").unwrap()).unwrap();
    }
    let text = lines(story().iter().filter_map(elastic_endpoint::render));
    let analysis = assert_same_records("elastic_endpoint", text.as_bytes(), &records);
    assert!(!analysis.zoom_roots.is_empty());
}

#[test]
fn a_rendered_message_is_a_field_only_where_there_is_no_other() {
    let record = |data: Value| {
        json!({"message": "Image: evil.exe", "winlog": {"channel": "Application", "provider_name": "x",
            "event_id": 7, "computer_name": "PC", "event_data": data}})
    };
    let text = lines([record(json!({})), record(json!({"param1": ["a", null, "c"]}))]);
    let loaded = load_as("a.json", text.as_bytes());
    let fields = |at: usize| loaded.events[at].fields.iter().collect::<Vec<_>>();
    assert_eq!(loaded.events.len(), 2);
    assert_eq!(fields(0), [("Message", "Image: evil.exe")]);
    assert_eq!(fields(1), [("param1", "a"), ("param1", ""), ("param1", "c")]);
}

#[test]
fn the_first_objects_of_a_file_need_not_tell() {
    let text = format!("{{\"took\":3}}\n{{\"message\":\"x\"}}\n{}", all(winlogbeat::plain));
    let loaded = load_as("no-name", text.as_bytes());
    assert_eq!(loaded.sources[0].dialect, Some("winlogbeat"));
    assert_eq!(loaded.sources[0].unreadable_records, 2);
    assert_eq!(loaded.events.len(), story().len());
}

type Moved = (&'static str, u32, Value, &'static [(&'static str, &'static str)]);

/// Records as the module's pipelines leave them, and the fields of the event.
fn moved() -> [Moved; 12] {
    [
        (
            "Sysmon",
            9,
            json!({"file": {"path": "\\Device\\H"}, "process": {"executable": "a.exe"}}),
            &[("Device", "\\Device\\H"), ("Image", "a.exe")],
        ),
        (
            "Sysmon",
            13,
            json!({"registry": {"path": "HKLM\\x", "data": {"strings": ["1"], "type": "SZ_DWORD"}}}),
            &[("TargetObject", "HKLM\\x"), ("Details", "DWORD (0x00000001)")],
        ),
        (
            "Sysmon",
            13,
            json!({"registry": {"path": "HKLM\\x", "data": {"strings": ["1"], "type": "REG_SZ"}}}),
            &[("Details", "1")],
        ),
        (
            "Sysmon",
            20,
            json!({"process": {"executable": "cmd /c x"}, "user": {"name": "a"}}),
            &[("Destination", "cmd /c x"), ("Image", "none"), ("User", "a")],
        ),
        (
            "Sysmon",
            23,
            json!({"file": {"path": "c:\\x"}, "sysmon": {"file": {"archived": true, "is_executable": false}}}),
            &[("TargetFilename", "c:\\x"), ("Archived", "true"), ("IsExecutable", "false")],
        ),
        (
            "Sysmon",
            24,
            json!({"process": {"pid": 7, "hash": {"sha1": "ab"}}, "sysmon": {"file": {"archived": true}}}),
            &[("ProcessId", "7"), ("Hashes", "SHA1=ab"), ("Archived", "true")],
        ),
        (
            "Sysmon",
            25,
            json!({"message": "Image is replaced", "process": {"pid": 7}}),
            &[("Type", "Image is replaced")],
        ),
        (
            "Security-Auditing",
            5145,
            json!({"source": {"ip": "10.0.0.1", "port": 5}, "user": {"name": "a"}}),
            &[("IpAddress", "10.0.0.1"), ("IpPort", "5"), ("SubjectUserName", "a")],
        ),
        (
            "Security-Auditing",
            4648,
            json!({"source": {"ip": "10.0.0.1"}, "process": {"pid": 9}}),
            &[("IpAddress", "10.0.0.1"), ("ProcessId", "9")],
        ),
        (
            "Security-Auditing",
            4769,
            json!({"source": {"ip": "10.0.0.1"}, "user": {"name": "a"}}),
            &[("IpAddress", "10.0.0.1"), ("SubjectUserName", "none")],
        ),
        (
            "Security-Auditing",
            4688,
            json!({"process": {"pid": 9}, "user": {"effective": {"name": "b"}}}),
            &[("NewProcessId", "9"), ("TargetUserName", "b")],
        ),
        (
            "PowerShell",
            4103,
            json!({"process": {"command_line": "powershell -x"}, "powershell": {"command": {"name": "Get-X"}}}),
            &[("HostApplication", "powershell -x"), ("CommandName", "Get-X")],
        ),
    ]
}

#[test]
fn what_the_pipelines_moved_is_given_back() {
    for (provider, id, mut record, expected) in moved() {
        record["@timestamp"] = json!("2026-04-12T14:21:07.412Z");
        record["winlog"] = json!({"channel": "x", "event_id": id.to_string(), "computer_name": "PC",
            "provider_name": format!("Microsoft-Windows-{provider}"), "record_id": "1"});
        let loaded = load_as("a.json", record.to_string().as_bytes());
        let [event] = loaded.events.as_slice() else { panic!("{id}: {:?}", loaded.issues) };
        for (name, value) in expected {
            assert_eq!(event.raw(name).unwrap_or("none"), *value, "{id}: {name}");
        }
    }
}

#[test]
fn a_deletion_the_sensor_saw_archived_nothing() {
    for (set, action, id) in
        [("file", "deletion", 26), ("file", "creation", 11), ("library", "load", 7)]
    {
        let record = json!({"@timestamp": "2026-04-12T14:21:07.412Z", "agent": {"type": "endpoint"},
            "data_stream": {"dataset": format!("endpoint.events.{set}")},
            "event": {"action": action}, "host": {"name": "PC"}, "file": {"path": "c:\\x"},
            "dll": {"path": "c:\\x.dll", "pe": {"file_version": "1.2"}, "code_signature": {"exists": true}}});
        let loaded = load_as("a.json", record.to_string().as_bytes());
        let [event] = loaded.events.as_slice() else { panic!("{action}: {:?}", loaded.issues) };
        assert_eq!(event.event_id, id, "{action}");
        if id == 7 {
            assert_eq!(
                (event.raw("FileVersion"), event.raw("Signed")),
                (Some("1.2"), Some("true"))
            );
        }
    }
}
