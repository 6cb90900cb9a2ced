//! The dialects of forensic tools: `EvtxECmd`, Velociraptor, Hayabusa and Chainsaw. Each given sample
//! gives what is written in it, each tells the story of the sample incident, and nothing is taken
//! for what it is not.

#![expect(clippy::unwrap_used, reason = "what is absent fails the test")]

use spawnscope::{
    ingest::Loaded,
    model::{Event, IssueKind},
};

use crate::support::{
    dialects::{
        Carried, assert_same_story, chainsaw, evtx_dump, evtxecmd, findings, hayabusa, judged,
        judged_records, load_as, processes, story, velociraptor,
    },
    samples,
};

/// What a record must say. Written down from the file, not from the program.
struct Expected<'a> {
    dialect: &'a str,
    time: &'a str,
    host: &'a str,
    channel: &'a str,
    provider: &'a str,
    event_id: u32,
    record_id: Option<u64>,
    logger_pid: Option<u32>,
    fields: &'a [(&'a str, Option<&'a str>)],
}

fn only(loaded: &Loaded) -> &Event {
    assert_eq!(loaded.events.len(), 1, "{:?}", loaded.issues);
    loaded.events.first().unwrap()
}

fn assert_says(loaded: &Loaded, expected: &Expected<'_>) {
    let event = only(loaded);
    assert_eq!(loaded.sources.first().unwrap().dialect, Some(expected.dialect));
    assert_eq!(event.time.unwrap().to_string(), expected.time);
    assert_eq!(event.host(), expected.host);
    assert_eq!(event.channel(), expected.channel);
    assert_eq!(event.provider(), expected.provider);
    assert_eq!(event.event_id, expected.event_id);
    assert_eq!(event.record_id, expected.record_id);
    assert_eq!(event.logger_pid, expected.logger_pid);
    for (name, value) in expected.fields {
        assert_eq!(event.field(name), *value, "{name}");
    }
}

fn sample(name: &str) -> Option<Loaded> {
    let path = samples::folder("dialects")?.join(name);
    Some(load_as("sample.json", &std::fs::read(path).unwrap()))
}

const SYSMON: &str = "Microsoft-Windows-Sysmon/Operational";

#[test]
fn the_velociraptor_sample_says_what_it_says() {
    let Some(loaded) = sample("velociraptor_parse_evtx.jsonl") else { return };
    assert_eq!(loaded.issues, []);
    assert_says(
        &loaded,
        &Expected {
            dialect: "velociraptor",
            time: "2025-04-09T21:18:05.0778975Z",
            host: "WIN-HFOU106TD7K",
            channel: SYSMON,
            provider: "Microsoft-Windows-Sysmon",
            event_id: 10,
            record_id: Some(564_617),
            logger_pid: Some(2320),
            fields: &[
                ("SourceProcessGUID", Some("691FF406-E40B-67F6-2901-000000003A00")),
                ("SourceProcessId", Some("4964")),
                ("TargetImage", Some(r"C:\Windows\system32\lsass.exe")),
                // Sysmon declares it hexadecimal: 2097151.
                ("GrantedAccess", Some("0x1fffff")),
                ("Message", None),
            ],
        },
    );
    assert_eq!(only(&loaded).logger_tid, Some(3540));
    assert_eq!(only(&loaded).user_sid(), Some("S-1-5-18"));
}

#[test]
fn the_evtxecmd_sample_says_what_it_says() {
    let Some(loaded) = sample("evtxecmd.jsonl") else { return };
    // The payload was shortened by hand: five of its fields are in the columns only.
    let issue = loaded.issues.first().unwrap();
    assert_eq!(loaded.issues.len(), 1);
    assert!(issue.message.contains("Payload"), "{}", issue.message);
    assert_says(
        &loaded,
        &Expected {
            dialect: "evtxecmd",
            time: "2024-02-14T03:41:56.5596188Z",
            host: "DESKTOP-887GK2L",
            channel: SYSMON,
            provider: "Microsoft-Windows-Sysmon",
            event_id: 1,
            record_id: Some(118_793),
            logger_pid: Some(3028),
            fields: &[
                ("UtcTime", Some("2024-02-14 03:41:56.538")),
                ("ProcessGuid", Some("817bddf3-3684-65cc-2d02-000000001900")),
                ("ProcessId", Some("10672")),
                ("Image", Some(r"C:\Users\CyberJunkie\Downloads\Preventivo24.02.14.exe.exe")),
                (
                    "CommandLine",
                    Some(r#""C:\Users\CyberJunkie\Downloads\Preventivo24.02.14.exe.exe""#),
                ),
                ("User", Some(r"DESKTOP-887GK2L\CyberJunkie")),
                ("ParentProcessId", Some("1116")),
                ("ParentProcessGuid", Some("817bddf3-311f-65cc-0a01-000000001900")),
                ("ParentImage", Some(r"C:\Windows\explorer.exe")),
                ("ParentCommandLine", Some(r"C:\Windows\Explorer.EXE")),
                ("RuleName", Some("technique_id=T1204,technique_name=User Execution")),
            ],
        },
    );
    assert!(only(&loaded).field("Hashes").unwrap().starts_with("SHA1=18A24AA0AC052D31FC5B56F5"));
}

#[test]
fn the_hayabusa_sample_says_what_it_says() {
    let Some(loaded) = sample("hayabusa_json_timeline.jsonl") else { return };
    assert_eq!(loaded.issues, []);
    assert_says(
        &loaded,
        &Expected {
            dialect: "hayabusa",
            // 14:47:36.197 +02:00.
            time: "2020-09-28T12:47:36.197Z",
            host: "DESKTOP-PIU87N6",
            channel: SYSMON,
            provider: "",
            event_id: 1,
            record_id: Some(5226),
            logger_pid: None,
            fields: &[
                ("CommandLine", Some("rdrleakdiag.exe /p 668")),
                ("Image", Some(r"C:\Windows\System32\rdrleakdiag.exe")),
                ("User", Some(r"DESKTOP-PIU87N6\wanwan")),
                ("ParentCommandLine", Some(r#""C:\WINDOWS\system32\cmd.exe""#)),
                ("LogonId", Some("0x30b90")),
                ("ProcessId", Some("3352")),
                ("ProcessGuid", Some("BC47D85C-DB68-5F71-0000-0010B237AB01")),
                ("ParentProcessId", Some("1456")),
                ("ParentProcessGuid", Some("BC47D85C-9569-5F71-0000-0010D9FD8300")),
                ("Product", Some("Microsoft® Windows® Operating System")),
                ("CurrentDirectory", Some(r"C:\Users\wanwan\Desktop\")),
                ("Cmdline", None),
            ],
        },
    );
}

#[test]
fn velociraptor_tells_the_story() {
    assert_same_story("velociraptor", velociraptor::render(story()).as_bytes(), &Carried::ALL);
}

#[test]
fn evtxecmd_tells_the_story() {
    assert_same_story("evtxecmd", evtxecmd::render(story()).as_bytes(), &Carried::ALL);
}

#[test]
fn chainsaw_tells_the_story_in_single_hits_and_in_counted_ones() {
    assert_same_story("chainsaw_hunt", chainsaw::render(story()).as_bytes(), &Carried::ALL);
    let aggregates = chainsaw::render_aggregates(story());
    assert_same_story("chainsaw_hunt", aggregates.as_bytes(), &Carried::ALL);
}

#[test]
fn hayabusa_tells_the_story_once_for_all_its_rows() {
    let loaded = load_as("timeline.json", hayabusa::render(story()).as_bytes());
    assert_eq!(loaded.issues, []);
    assert_eq!(loaded.sources.first().unwrap().records, 2 * story().len() as u64);
    assert_eq!(loaded.events.len(), story().len());
    let records: Vec<_> = story().iter().map(hayabusa::carried).collect();
    let (read, expected) = (judged(loaded), judged_records(&records));
    assert!(!expected.findings.is_empty());
    assert_eq!(findings(&read), findings(&expected));
    assert_eq!(processes(&read), processes(&expected));
}

#[test]
fn a_record_of_two_tools_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("dump.jsonl", evtx_dump::render(story())),
        ("results.json", velociraptor::render(story())),
        ("ecmd.json", evtxecmd::render(story())),
        ("hits.json", chainsaw::render(story())),
        ("timeline.json", hayabusa::render(story())),
    ];
    for (name, text) in &files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let loaded = spawnscope::ingest::load(
        &[folder.path().to_owned()],
        &spawnscope::ingest::Options::default(),
        &spawnscope::ingest::Silent,
    );
    assert_eq!(loaded.sources.len(), files.len());
    assert_eq!(loaded.events.len(), story().len());
    // Hayabusa's second row stands there too.
    assert_eq!(loaded.also_at.len(), 5 * story().len());
}

#[test]
fn a_payload_that_is_cut_off_is_read_as_far_as_it_goes() {
    let row = r#"{"PayloadData1":"Parent process: C:\\Windows\\explorer.exe","PayloadData2":"PID: 0x670","PayloadData3":"Mandatory label: S-1-16-8192","UserName":"LAB\\ann (S-1-5-21-1-2-3-1001)","ExecutableInfo":"C:\\Windows\\System32\\cmd.exe cmd.exe /c whoami, /all","MapDescription":"A new process has been created","ChunkNumber":3,"Computer":"ws1","Payload":"PAYLOAD","Channel":"Security","Provider":"Microsoft-Windows-Security-Auditing","EventId":4688,"EventRecordId":"9","ProcessId":4,"TimeCreated":"2026-04-12T14:21:07.4120000+00:00"}"#;
    let cut = r##"{\"EventData\":{\"Data\":[{\"@Name\":\"SubjectUserSid\",\"#text\":\"S-1-5-18\"},{\"@Name\":\"NewProcessId\",\"#text\":\"0x1968\"},{\"@Name\":\"NewProc"##;
    let told = load_as("rows.json", row.replace("PAYLOAD", cut).as_bytes());
    let event = only(&told);
    for (name, value) in [
        ("SubjectUserSid", Some("S-1-5-18")),
        ("NewProcessId", Some("0x1968")),
        ("NewProcessName", Some(r"C:\Windows\System32\cmd.exe")),
        ("CommandLine", Some("cmd.exe /c whoami, /all")),
        ("ProcessId", Some("0x670")),
        ("ParentProcessName", Some(r"C:\Windows\explorer.exe")),
        ("MandatoryLabel", Some("S-1-16-8192")),
        ("SubjectUserName", Some("ann")),
        ("SubjectDomainName", Some("LAB")),
        ("MapDescription", Some("A new process has been created")),
    ] {
        assert_eq!(event.field(name), value, "{name}");
    }
    let [issue] = told.issues.as_slice() else { unreachable!("{:?}", told.issues) };
    assert_eq!((issue.kind, issue.offset), (IssueKind::BadRecord, Some(0)));
    assert!(issue.message.starts_with("One record has no whole Payload."), "{}", issue.message);
    // Without any payload the new process's own id is lost.
    let none = load_as("rows.json", row.replace(r#""Payload":"PAYLOAD","#, "").as_bytes());
    assert_eq!(only(&none).field("NewProcessId"), None);
    assert_eq!(only(&none).field("CommandLine"), Some("cmd.exe /c whoami, /all"));
    assert_eq!(none.issues.len(), 1);
}

#[test]
fn payloads_of_every_shape_are_read() {
    let row = |payload: &str| {
        let payload = serde_json::Value::from(payload);
        format!(
            r#"{{"ChunkNumber":0,"Computer":"ws1","Payload":{payload},"Channel":"Application","Provider":"App","EventId":"1000","EventRecordId":"5","HiddenRecord":false,"TimeCreated":"2026-04-12T14:21:07+00:00"}}"#
        )
    };
    let cases: [(&str, &[(&str, &str)]); 5] = [
        (r##"{"EventData":{"Data":{"@Name":"A","#text":"1"}}}"##, &[("A", "1")]),
        (
            r#"{"EventData":{"Data":["x","y"],"Binary":"00FF"}}"#,
            &[("Data", "x"), ("Binary", "00FF")],
        ),
        (r#"{"EventData":{"@Name":"Template","Data":"one"}}"#, &[("Data", "one")]),
        (
            r#"{"UserData":{"EventXML":{"@xmlns":"urn:x","Param1":"p","Address":"10.0.0.1"}}}"#,
            &[("Param1", "p"), ("Address", "10.0.0.1")],
        ),
        (
            r##"{"EventData":{"Data":[{"@Name":"Empty"},{"@Name":"N","#text":null},{"#text":"bare"}]}}"##,
            &[("Empty", ""), ("N", ""), ("Data", "bare")],
        ),
    ];
    for (payload, fields) in cases {
        let loaded = load_as("rows.json", row(payload).as_bytes());
        assert_eq!(loaded.issues, [], "{payload}");
        let event = only(&loaded);
        assert_eq!(event.event_id, 1000);
        for (name, value) in fields {
            assert_eq!(event.raw(name), Some(*value), "{payload}: {name}");
        }
        assert_eq!(event.raw("xmlns"), None);
    }
}

#[test]
fn rows_of_velociraptor_artifacts_are_read() {
    let hunter = r#"{"EventTime":"2025-04-09T21:18:05Z","Computer":"ws1","Channel":"Security","Provider":"Microsoft-Windows-Security-Auditing","EventID":4688,"EventRecordID":77,"UserSID":null,"Username":null,"EventData":{"NewProcessId":6504,"ProcessId":1648,"SubjectLogonId":999,"CommandLine":null},"UserData":null,"Message":"text","OSPath":"C:\\x.evtx","ClientId":"C.1","Fqdn":"other"}"#;
    let detection = r#"{"Timestamp":"2025-04-09T21:18:05Z","Title":"A rule","_Event":{"System":{"EventID":{"Value":4688},"Channel":"Security","Computer":"ws1","EventRecordID":77,"TimeCreated":{"SystemTime":1.7442334850778975e9}},"EventData":{"NewProcessId":6504,"ProcessId":1648,"SubjectLogonId":999,"CommandLine":"-"}},"_Source":"Windows.Detection"}"#;
    for (row, time) in
        [(hunter, "2025-04-09T21:18:05Z"), (detection, "2025-04-09T21:18:05.0778975Z")]
    {
        let loaded = load_as("results.json", row.as_bytes());
        assert_eq!(loaded.issues, [], "{row}");
        assert_eq!(loaded.sources.first().unwrap().dialect, Some("velociraptor"));
        let event = only(&loaded);
        assert_eq!(event.time.unwrap().to_string(), time);
        assert_eq!((event.host(), event.channel(), event.record_id), ("ws1", "Security", Some(77)));
        assert_eq!(event.pid("NewProcessId"), Some(6504));
        assert_eq!(event.field("NewProcessId"), Some("0x1968"));
        assert_eq!(event.field("SubjectLogonId"), Some("0x3e7"));
        assert_eq!(event.field("CommandLine"), None);
        assert_eq!(event.field("Message"), None);
    }
}

#[test]
fn a_floating_point_time_keeps_its_digits_and_no_noise() {
    let row = |time: &str| {
        format!(
            r#"{{"System":{{"EventID":{{"Value":1}},"Channel":"c","Computer":"h","TimeCreated":{{"SystemTime":{time}}}}},"EventData":{{}}}}"#
        )
    };
    let table = [
        ("1744233485.0778975", Some("2025-04-09T21:18:05.0778975Z")),
        ("1744233485.5", Some("2025-04-09T21:18:05.5Z")),
        ("1744233485", Some("2025-04-09T21:18:05Z")),
        ("1744233485.07789754867", Some("2025-04-09T21:18:05.0778975Z")),
        ("1744233485.99999996", Some("2025-04-09T21:18:06.0000000Z")),
        ("1.7442334850778975e+09", Some("2025-04-09T21:18:05.0778975Z")),
        ("1.7442334850778975e9", Some("2025-04-09T21:18:05.0778975Z")),
        ("1.744233485E9", Some("2025-04-09T21:18:05Z")),
        ("17e8", Some("2023-11-14T22:13:20Z")),
        ("1e300", None),
        ("-1.5", None),
    ];
    for (written, expected) in table {
        let loaded = load_as("rows.json", row(written).as_bytes());
        let time = only(&loaded).time.map(|time| time.to_string());
        assert_eq!(time.as_deref(), expected, "{written}");
    }
}

#[test]
fn every_spelling_of_hayabusa_is_understood() {
    let row = |time: &str, details: &str| {
        format!(
            r#"{{"Timestamp":"{time}","RuleTitle":"r","Computer":"ws1","Channel":"Sec","EventID":4688,"RecordID":3,"Details":{details}}}"#
        )
    };
    let utc = "2022-02-22T22:00:00Z";
    let object =
        r#"{"Cmdline":"whoami /all","Proc":"C:\\w.exe","PID":"0x1968","User":"ann","LID":"0x3e7"}"#;
    let old = r#""CmdLine: whoami /all ¦ Path: C:\\w.exe ¦ PID: 0x1968 ¦ User: ann ¦ LID: 0x3e7""#;
    for details in [object, old] {
        for time in [
            "2022-02-22 22:00:00 +00:00",
            "2022-02-22 23:00:00 +01:00",
            "2022-02-22 16:00:00-06:00",
            "2022-02-22T22:00:00Z",
            "2022-02-22T17:00:00-05:00",
            "02-22-2022 04:00:00 PM -06:00",
            "22-02-2022 23:00:00 +01:00",
            "Tue, 22 Feb 2022 16:00:00 -0600",
        ] {
            let loaded = load_as("timeline.json", row(time, details).as_bytes());
            assert_eq!(loaded.issues, [], "{time}");
            let event = only(&loaded);
            assert_eq!(event.time.unwrap().to_string(), utc, "{time}");
            assert_eq!(event.channel(), "Security");
            assert_eq!(event.field("CommandLine"), Some("whoami /all"));
            assert_eq!(event.field("NewProcessName"), Some(r"C:\w.exe"));
            assert_eq!(event.pid("NewProcessId"), Some(6504));
            assert_eq!(event.field("SubjectUserName"), Some("ann"));
            assert_eq!(event.field("SubjectLogonId"), Some("0x3e7"));
        }
    }
    // A mark inside a value is part of it.
    let mark = r#""CmdLine: a ¦ b:c ¦ Path: C:\\w.exe""#;
    let marked = load_as("timeline.json", row(utc, mark).as_bytes());
    assert_eq!(only(&marked).field("CommandLine"), Some("a ¦ b:c"));
    assert_eq!(only(&marked).field("NewProcessName"), Some(r"C:\w.exe"));
    let local = load_as("timeline.json", row("2022-02-22 22:00:00.123", object).as_bytes());
    assert_eq!(only(&local).time.unwrap().to_string(), "2022-02-22T22:00:00.123Z");
    let [issue] = local.issues.as_slice() else { unreachable!("{:?}", local.issues) };
    assert!(issue.message.contains("local time without a zone"), "{}", issue.message);
}

#[test]
fn some_of_the_names_are_not_enough() {
    for text in [
        // A web server's log with a payload.
        r#"{"Payload":"{}","EventId":7,"Time":"2026-04-12T14:21:07Z"}"#,
        r#"{"EventId":7,"Channel":"mail","TimeCreated":"2026-04-12T14:21:07Z"}"#,
        r#"{"System":{"EventID":7,"Channel":"c"},"EventData":{}}"#,
        r#"{"System":{"Name":"x"},"EventData":{}}"#,
        r#"{"Timestamp":"2026-04-12 14:21:07.000 +00:00","RuleTitle":"r","Computer":"c","Level":"info"}"#,
        r#"{"Timestamp":"t","Computer":"c","Channel":"Sec","EventID":1,"Details":{}}"#,
        r#"{"group":"Sigma","kind":"individual","document":{"kind":"mft","data":{"Event":{"x":1}}}}"#,
        r#"{"documents":[{"title":"a"}],"group":"g"}"#,
        r#"{"Event":"System","Payload":"x"}"#,
    ] {
        let loaded = load_as("log.json", text.as_bytes());
        assert_eq!(loaded.sources.first().map(|source| source.dialect), Some(None), "{text}");
        assert_eq!(loaded.issues.first().unwrap().kind, IssueKind::UnknownFormat, "{text}");
        assert!(loaded.events.is_empty());
    }
}

#[test]
fn a_dialect_is_told_by_a_later_object_where_the_first_does_not_tell() {
    let record = story().first().unwrap();
    for (dialect, text) in [
        ("velociraptor", velociraptor::render(std::slice::from_ref(record))),
        ("evtxecmd", evtxecmd::render(std::slice::from_ref(record))),
        ("chainsaw_hunt", chainsaw::render(std::slice::from_ref(record))),
    ] {
        let text = format!("{{\"exported\":\"2026-04-12\"}}\n{text}");
        let loaded = load_as("log.json", text.as_bytes());
        assert_eq!(loaded.sources.first().unwrap().dialect, Some(dialect));
        assert_eq!(loaded.events.len(), 1, "{dialect}");
    }
}
