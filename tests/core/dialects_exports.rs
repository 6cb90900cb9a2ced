//! What people export by hand, from PowerShell and from Splunk: what is read of their records.

use serde_json::{Value, json};
use spawnscope::model::Timestamp;

use crate::support::dialects::{
    Carried, StoryRecord, assert_same_records, assert_same_story, findings, get_winevent, judged,
    judged_records, lines, load_as, processes, splunk,
};

/// Channels whose values have names by position: all that tree and rules need.
fn has_names(record: &StoryRecord) -> bool {
    let is_known = |ids: &[u32]| ids.contains(&record.event_id);
    match record.provider.as_str() {
        "Microsoft-Windows-Sysmon" => true,
        "Microsoft-Windows-Security-Auditing" => {
            is_known(&[4624, 4634, 4648, 4672, 4688, 4689, 4698])
        }
        "Microsoft-Windows-PowerShell" => is_known(&[4103, 4104]),
        "Microsoft-Windows-TaskScheduler" => is_known(&[106, 129, 140, 200, 201]),
        _ => false,
    }
}

fn in_millis(mut records: Vec<StoryRecord>) -> Vec<StoryRecord> {
    for record in &mut records {
        let (secs, nanos) = (record.time.unix_secs(), record.time.nanos());
        record.time = Timestamp::from_unix(secs, nanos / 1_000_000 * 1_000_000, 3);
        // `TaskName` and others beside an attribute of the payload, which .NET does not give.
        record.fields.retain(|(name, _)| name != "EventData.Name");
    }
    records
}

#[test]
fn powershell_tells_the_story_by_position() {
    let records = in_millis(Carried { record: &has_names, ..Carried::ALL }.of_story());
    let array = Value::Array(records.iter().map(get_winevent::by_position).collect());
    for text in [array.to_string(), serde_json::to_string_pretty(&array).unwrap()] {
        let analysis = assert_same_records("get_winevent", text.as_bytes(), &records);
        assert!(!analysis.zoom_roots.is_empty());
    }
}

#[test]
fn sysmons_message_stands_in_for_values_that_were_cut_off() {
    let is_sysmon = |record: &StoryRecord| record.provider == "Microsoft-Windows-Sysmon";
    let records = in_millis(Carried { record: &is_sysmon, ..Carried::ALL }.of_story());
    let text = lines(records.iter().map(get_winevent::truncated));
    assert_same_records("get_winevent", text.as_bytes(), &records);
}

#[test]
fn values_cut_off_without_a_message_to_read_are_said_to_be_lost() {
    let is_audit = |record: &StoryRecord| record.channel == "Security";
    let records = Carried { record: &is_audit, ..Carried::ALL }.of_story();
    let text = lines(records.iter().map(get_winevent::truncated));
    let loaded = load_as("a.json", text.as_bytes());
    assert_eq!(loaded.events.len(), records.len());
    let [issue] = loaded.issues.as_slice() else { panic!("{:?}", loaded.issues) };
    assert!(issue.message.starts_with(&format!("{} records", records.len())), "{}", issue.message);
    assert!(issue.message.contains("-Depth 4"), "{}", issue.message);
}

type Expected = &'static [(&'static str, &'static str)];

/// Provider, event id, number of values, and which of them a name has.
const VERSIONS: [(&str, u32, usize, Expected); 18] = [
    (
        "Microsoft-Windows-Security-Auditing",
        4688,
        8,
        &[("ProcessId", "7"), ("CommandLine", "none")],
    ),
    (
        "Microsoft-Windows-Security-Auditing",
        4688,
        9,
        &[("CommandLine", "8"), ("ParentProcessName", "none")],
    ),
    ("Microsoft-Windows-Security-Auditing", 4688, 15, &[("ParentProcessName", "13")]),
    // Sysmon 10 and 9, before ParentUser and before OriginalFileName.
    (
        "Microsoft-Windows-Sysmon",
        1,
        22,
        &[("OriginalFileName", "9"), ("CommandLine", "10"), ("ParentCommandLine", "21")],
    ),
    ("Microsoft-Windows-Sysmon", 1, 21, &[("CommandLine", "9"), ("ParentCommandLine", "20")]),
    ("Microsoft-Windows-Sysmon", 5, 5, &[("Image", "4"), ("User", "none")]),
    // Sysmon 4 says nothing of the file; a stream's contents and a pipe's event came later than
    // the rule.
    (
        "Microsoft-Windows-Sysmon",
        1,
        16,
        &[("Image", "3"), ("CommandLine", "4"), ("ParentCommandLine", "15")],
    ),
    (
        "Microsoft-Windows-Sysmon",
        7,
        9,
        &[("ImageLoaded", "4"), ("Hashes", "5"), ("SignatureStatus", "8")],
    ),
    ("Microsoft-Windows-Sysmon", 15, 8, &[("RuleName", "0"), ("Hash", "7"), ("Contents", "none")]),
    ("Microsoft-Windows-Sysmon", 15, 9, &[("Hash", "7"), ("Contents", "8"), ("User", "none")]),
    ("Microsoft-Windows-Sysmon", 17, 6, &[("RuleName", "0"), ("PipeName", "4"), ("Image", "5")]),
    ("Microsoft-Windows-Sysmon", 18, 7, &[("EventType", "1"), ("PipeName", "5"), ("User", "none")]),
    ("Microsoft-Windows-Sysmon", 20, 8, &[("Operation", "3"), ("Destination", "7")]),
    ("Microsoft-Windows-Sysmon", 21, 6, &[("EventType", "0"), ("Filter", "5")]),
    ("Microsoft-Windows-Sysmon", 24, 9, &[("ClientInfo", "6"), ("Archived", "8")]),
    ("Microsoft-Windows-Security-Auditing", 5156, 11, &[("Application", "1"), ("LayerRTID", "10")]),
    ("Microsoft-Windows-TaskScheduler", 201, 3, &[("ActionName", "1"), ("TaskInstanceId", "2")]),
    ("Microsoft-Windows-TaskScheduler", 201, 4, &[("TaskInstanceId", "1"), ("ResultCode", "3")]),
];

#[test]
fn versions_of_an_event_are_told_by_their_number_of_values() {
    for (provider, id, count, expected) in VERSIONS {
        let values: Vec<Value> = (0..count).map(|at| json!({"Value": at})).collect();
        let text = json!({"Id": id, "ProviderName": provider, "LogName": "x", "MachineName": "PC",
            "RecordId": 1, "TimeCreated": {"value": "/Date(1776003667412)/", "DateTime": "Sunday"},
            "UserId": "S-1-5-18", "Properties": values});
        let loaded = load_as("a.json", text.to_string().as_bytes());
        assert_eq!(loaded.issues, [], "{id} with {count}");
        let [event] = loaded.events.as_slice() else { panic!("{id} with {count}") };
        assert_eq!(event.time.unwrap().to_string(), "2026-04-12T14:21:07.412Z");
        assert_eq!(event.user_sid(), Some("S-1-5-18"));
        for (name, value) in expected {
            assert_eq!(event.raw(name).unwrap_or("none"), *value, "{id} with {count}: {name}");
        }
    }
}

#[test]
fn a_line_break_in_a_value_names_no_field() {
    let message = "Process Create:\r\nRuleName: -\r\nUtcTime: 2026-04-12 14:21:07.412\r\n\
        ProcessGuid: {8b21f9a4-0000-0000-0000-000000001100}\r\nProcessId: 7\r\nImage: C:\\a.exe\r\n\
        FileVersion: -\r\nDescription: x\r\nParentImage: forged\r\nProduct: y";
    let text = json!({"Id": 1, "ProviderName": "Microsoft-Windows-Sysmon", "LogName": "x",
        "RecordId": 1, "MachineName": "PC", "TimeCreated": "/Date(1776003667412+0200)/", "Message": message});
    let loaded = load_as("a.json", text.to_string().as_bytes());
    let event = loaded.events.first().unwrap();
    assert_eq!(event.raw("Description"), Some("x\r\nParentImage: forged"));
    assert_eq!((event.raw("Product"), event.raw("ParentImage")), (Some("y"), None));
    assert_eq!(event.time.unwrap().to_string(), "2026-04-12T14:21:07.412Z");
}

#[test]
fn times_are_read_with_their_zone_and_said_to_lack_one() {
    let cases = [
        ("2026-04-12T16:21:07.412+02:00", false),
        ("2026-04-12T16:21:07.412+0200", false),
        ("2026-04-12 14:21:07.412 UTC", false),
        ("1776003667.412", false),
        ("2026-04-12T14:21:07.412Z", false),
        ("2026-04-12 14:21:07.412", true),
    ];
    for (time, is_unzoned) in cases {
        let result = json!({"result": {"_time": time, "EventCode": "7", "LogName": "Application",
            "ComputerName": "PC", "sourcetype": "WinEventLog", "Message": "x"}});
        let loaded = load_as("a.json", result.to_string().as_bytes());
        let read = loaded.events.first().and_then(|event| event.time).unwrap();
        assert_eq!(read.to_string(), "2026-04-12T14:21:07.412Z", "{time}");
        let said = loaded.issues.iter().any(|issue| issue.message.contains("without a zone"));
        assert_eq!((said, loaded.issues.len()), (is_unzoned, usize::from(is_unzoned)), "{time}");
        assert!(loaded.issues.iter().all(|issue| !issue.kind.is_loss()), "{time}");
    }
}

#[test]
fn splunk_tells_the_story_from_xml_fields() {
    // A payload's own attribute is no field there.
    let carried = Carried {
        field: &|_, name, value| (name != "EventData.Name").then(|| value.to_owned()),
        ..Carried::ALL
    };
    let text = lines(carried.of_story().iter().map(splunk::xml));
    assert_same_story("splunk", text.as_bytes(), &carried);
}

#[test]
fn splunk_tells_the_processes_of_the_audit_log_from_classic_fields() {
    let carried = Carried { record: &|record| record.is_security(4688), ..Carried::ALL };
    let records = carried.of_story();
    let loaded = load_as("a.json", lines(records.iter().map(splunk::classic)).as_bytes());
    assert_eq!((loaded.issues.len(), loaded.events.len()), (0, records.len()));
    let (read, expected) = (judged(loaded), judged_records(&records));
    assert_eq!(processes(&read), processes(&expected));
    assert_eq!(findings(&read), findings(&expected));
}

#[test]
fn splunks_raw_xml_is_read_where_no_field_is() {
    let raw = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>5</EventID><TimeCreated SystemTime='2026-04-12T14:21:07.4120000Z'/><EventRecordID>9</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>PC</Computer></System><EventData><Data Name='Image'>C:\\a.exe</Data></EventData></Event>";
    let result = json!({"_raw": raw, "_time": "2026-04-12T14:21:07.000+0000",
        "source": "XmlWinEventLog:Microsoft-Windows-Sysmon/Operational", "sourcetype": "XmlWinEventLog"});
    let loaded = load_as("a.json", json!({"result": result}).to_string().as_bytes());
    assert_eq!(loaded.issues, []);
    let event = loaded.events.first().unwrap();
    assert_eq!((event.event_id, event.record_id, event.host()), (5, Some(9), "PC"));
    assert_eq!(event.raw("Image"), Some(r"C:\a.exe"));
}

/// Fields of the classic text of a Security event, and what the event calls them.
#[test]
fn classic_names_are_those_of_the_event() {
    type Pairs = &'static [(&'static str, &'static str)];
    let table: [(u32, Value, Pairs); 5] = [
        (
            4634,
            json!({"Security_ID": "S-1", "Account_Name": "a", "Logon_ID": "0x3", "Logon_Type": "2"}),
            &[
                ("TargetUserSid", "S-1"),
                ("TargetUserName", "a"),
                ("TargetLogonId", "0x3"),
                ("LogonType", "2"),
                ("SubjectUserName", "none"),
            ],
        ),
        (
            4648,
            json!({"Account_Name": ["a", "b"], "Network_Address": "10.0.0.1", "Port": "5",
                "Target_Server_Name": "srv", "Process_ID": "0x10"}),
            &[
                ("SubjectUserName", "a"),
                ("TargetUserName", "b"),
                ("IpAddress", "10.0.0.1"),
                ("IpPort", "5"),
                ("TargetServerName", "srv"),
                ("ProcessId", "0x10"),
            ],
        ),
        (
            4697,
            json!({"Account_Name": "a", "Service_Name": "s", "Service_File_Name": "c:\\s.exe"}),
            &[("ServiceName", "s"), ("ServiceFileName", "c:\\s.exe")],
        ),
        (
            4732,
            json!({"Security_ID": ["S-1", "S-2", "S-3"], "Account_Name": ["a", "b"],
                "Group_Name": "g", "Group_Domain": "d"}),
            &[
                ("SubjectUserSid", "S-1"),
                ("MemberSid", "S-2"),
                ("MemberName", "b"),
                ("TargetSid", "S-3"),
                ("TargetUserName", "g"),
                ("TargetDomainName", "d"),
            ],
        ),
        (
            4720,
            json!({"Security_ID": ["S-1", "S-2"], "Account_Name": ["a", "b"]}),
            &[("TargetSid", "S-2"), ("TargetUserName", "b"), ("TargetUserSid", "none")],
        ),
    ];
    for (id, mut result, expected) in table {
        for (name, value) in [
            ("EventCode", id.to_string().as_str()),
            ("LogName", "Security"),
            ("ComputerName", "PC"),
            ("sourcetype", "WinEventLog"),
            ("_time", "2026-04-12T14:21:07.412Z"),
        ] {
            result[name] = json!(value);
        }
        let loaded = load_as("a.json", json!({"result": result}).to_string().as_bytes());
        let [event] = loaded.events.as_slice() else { panic!("{id}: {:?}", loaded.issues) };
        for (name, value) in expected {
            assert_eq!(event.raw(name).unwrap_or("none"), *value, "{id}: {name}");
        }
    }
}
