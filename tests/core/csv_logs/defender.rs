//! What the rows of Defender's tables mean.

use spawnscope::model::{Event, IssueKind};

use super::{load_bytes, row, time};
use crate::support::dialects::load_as;

fn table(columns: &[(&str, &str)]) -> String {
    let (names, values): (Vec<_>, Vec<_>) = columns.iter().copied().unzip();
    format!("{}\r\n{}\r\n", names.join(","), row(',', &values))
}

#[test]
fn a_start_is_told_in_the_words_of_sysmon() {
    let text = table(&[
        ("Timestamp", "2021-04-14T18:49:17.7849324Z"),
        ("DeviceId", "df5b"),
        ("DeviceName", "bobslaptop.example.com"),
        ("ActionType", "ProcessCreated"),
        ("FileName", "whoami.exe"),
        ("FolderPath", "C:\\Windows\\System32\\whoami.exe"),
        ("SHA1", "8f1f"),
        ("MD5", "2eee"),
        ("ProcessVersionInfoOriginalFileName", "whoami.exe"),
        ("ProcessId", "40288"),
        ("ProcessCommandLine", "\"whoami.exe\" /user"),
        ("ProcessIntegrityLevel", "System"),
        ("ProcessCreationTime", "2021-04-14T18:49:17.528333Z"),
        ("AccountDomain", "nt authority"),
        ("AccountName", "system"),
        ("LogonId", "999"),
        ("InitiatingProcessId", "39240"),
        ("InitiatingProcessFileName", "powershell.exe"),
        ("InitiatingProcessFolderPath", "c:\\windows\\system32"),
        ("InitiatingProcessCommandLine", "powershell -x"),
        ("InitiatingProcessParentId", "42028"),
    ]);
    let loaded = load_bytes(text.as_bytes());
    assert_eq!(loaded.issues, []);
    assert_eq!(loaded.sources[0].dialect, Some("defender"));
    let event = &loaded.events[0];
    assert_eq!((event.event_id, event.host()), (1, "bobslaptop.example.com"));
    assert_eq!(
        (event.provider(), event.channel(), event.home_channel()),
        ("Microsoft Defender XDR", "DeviceProcessEvents", "Microsoft-Windows-Sysmon/Operational")
    );
    assert_eq!(time(event), "2021-04-14T18:49:17.7849324Z");
    for (name, value) in [
        ("UtcTime", "2021-04-14T18:49:17.528333Z"),
        ("ProcessCreationTime", "2021-04-14T18:49:17.528333Z"),
        ("ProcessId", "40288"),
        ("Image", "C:\\Windows\\System32\\whoami.exe"),
        ("OriginalFileName", "whoami.exe"),
        ("CommandLine", "\"whoami.exe\" /user"),
        ("User", "nt authority\\system"),
        ("LogonId", "0x3e7"),
        ("IntegrityLevel", "System"),
        ("Hashes", "SHA1=8F1F,MD5=2EEE"),
        ("ParentProcessId", "39240"),
        ("ParentImage", "c:\\windows\\system32\\powershell.exe"),
        ("ParentCommandLine", "powershell -x"),
        ("DeviceId", "df5b"),
        ("ActionType", "ProcessCreated"),
        ("InitiatingProcessParentId", "42028"),
        ("ProcessCommandLine", "\"whoami.exe\" /user"),
    ] {
        assert_eq!(event.field(name), Some(value), "{name}");
    }
}

/// Rows of every table that is known, and of one that is not: column and value.
fn rows() -> Vec<Vec<(&'static str, &'static str)>> {
    let own = [
        vec![
            ("ActionType", "ProcessCreated"),
            ("ProcessId", "40288"),
            ("ProcessCreationTime", "2021-04-14T18:49:17.528333Z"),
            ("FileName", "whoami.exe"),
            ("FolderPath", "C:\\Windows\\System32\\whoami.exe"),
            ("ProcessCommandLine", "\"whoami.exe\" /user"),
            ("AccountDomain", "nt authority"),
            ("AccountName", "system"),
            ("LogonId", "999"),
            ("SHA1", "8f1f"),
        ],
        vec![
            ("ActionType", "ConnectionFailed"),
            ("RemoteIP", "1.2.3.4"),
            ("RemotePort", "443"),
            ("LocalIP", "10.0.0.1"),
            ("LocalPort", "5000"),
            ("Protocol", "Tcp"),
            ("RemoteUrl", "a.example"),
        ],
        vec![
            ("ActionType", "InboundConnectionAccepted"),
            ("RemoteIP", "1.2.3.4"),
            ("LocalPort", "3389"),
        ],
        vec![
            ("ActionType", "ImageLoaded"),
            ("FolderPath", "C:\\x"),
            ("FileName", "y.dll"),
            ("MD5", "2eee"),
        ],
        vec![("ActionType", "FileDeleted"), ("FolderPath", "C:\\x\\y.txt"), ("FileName", "y.txt")],
        vec![
            ("ActionType", "RegistryValueSet"),
            ("RegistryKey", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run"),
            ("RegistryValueName", "v"),
            ("RegistryValueData", "d"),
        ],
        vec![
            ("ActionType", "LogonSuccess"),
            ("LogonType", "RemoteInteractive"),
            ("AccountName", "ann"),
            ("LogonId", "77"),
        ],
        vec![("ActionType", "AsrRuleTriggered"), ("AdditionalFields", "{\"a\":1}")],
    ];
    let head = [
        ("Timestamp", "2021-04-14T18:49:17.7849324Z"),
        ("DeviceName", "ws1.lab"),
        ("ReportId", "30779"),
        ("InitiatingProcessId", "7"),
        ("InitiatingProcessCreationTime", "2021-04-14T18:49:15Z"),
        ("InitiatingProcessFileName", "a.exe"),
        ("InitiatingProcessFolderPath", "C:\\x\\a.exe"),
        ("InitiatingProcessAccountName", "ann"),
    ];
    own.map(|own| [&head[..], &own].concat()).to_vec()
}

#[test]
fn a_table_says_what_the_same_rows_say_as_json() {
    for columns in rows() {
        let text = table(&columns);
        let object: serde_json::Map<String, serde_json::Value> =
            columns.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let object = serde_json::Value::from(object).to_string();
        let (csv, json) = (load_bytes(text.as_bytes()), load_as("rows.json", object.as_bytes()));
        assert_eq!((&csv.issues, &json.issues), (&vec![], &vec![]), "{text}");
        let ([csv], [json]) = (csv.events.as_slice(), json.events.as_slice()) else {
            unreachable!("{text}")
        };
        assert_eq!(csv.field("ActionType"), json.field("ActionType"));
        assert_eq!(Event { place: json.place, ..csv.clone() }, *json, "{text}");
    }
}

#[test]
fn other_rows_keep_all_they_say() {
    let base = [("Timestamp", "2021-04-14T18:49:17Z"), ("DeviceName", "pc")];
    let actor = [("InitiatingProcessId", "7"), ("InitiatingProcessFileName", "a.exe")];
    let with = |more: &[(&'static str, &'static str)]| {
        let columns = [&base[..], &actor, more].concat();
        let loaded = load_bytes(table(&columns).as_bytes());
        assert_eq!(loaded.issues, [], "{more:?}");
        loaded.events.into_iter().next().unwrap()
    };
    let event = with(&[
        ("ActionType", "ConnectionSuccess"),
        ("RemoteIP", "1.2.3.4"),
        ("RemotePort", "443"),
    ]);
    let fields = |event: &Event, names: &[&str]| {
        names.iter().map(|name| event.field(name).unwrap_or("none").to_owned()).collect::<Vec<_>>()
    };
    let (ip, port) = ("DestinationIp", "DestinationPort");
    assert_eq!(event.event_id, 3);
    assert_eq!(
        fields(&event, &["ProcessId", "Image", ip, port, "ActionType"]),
        ["7", "a.exe", "1.2.3.4", "443", "ConnectionSuccess"]
    );
    let event =
        with(&[("ActionType", "FileCreated"), ("FolderPath", "C:\\x"), ("FileName", "y.txt")]);
    assert_eq!((event.event_id, event.field("TargetFilename")), (11, Some("C:\\x\\y.txt")));
    let event = with(&[
        ("ActionType", "RegistryValueSet"),
        ("RegistryKey", "HKLM\\Run"),
        ("RegistryValueName", "Run"),
        ("RegistryValueData", "d"),
    ]);
    assert_eq!(event.event_id, 13);
    assert_eq!(fields(&event, &["TargetObject", "Details"]), ["HKLM\\Run\\Run", "d"]);
    let event = with(&[("ActionType", "AsrRuleTriggered"), ("AdditionalFields", "{}")]);
    assert_eq!((event.event_id, event.channel()), (0, "DeviceEvents"));
    assert_eq!(
        fields(&event, &["InitiatingProcessId", "InitiatingProcessFileName", "AdditionalFields"]),
        ["7", "a.exe", "{}"]
    );
}

#[test]
fn a_time_of_the_portal_is_read_and_told() {
    let start = [("DeviceName", "pc"), ("ProcessId", "1"), ("ProcessCommandLine", "x")];
    let forms = [
        ("Timestamp", "Apr 3, 2024 2:15:01 PM", "2024-04-03T14:15:01Z", 1),
        ("Timestamp", "Apr 13, 2024 12:15:01.250 AM", "2024-04-13T00:15:01.250Z", 1),
        ("Timestamp", "2024-04-03 14:15:01", "2024-04-03T14:15:01Z", 1),
        ("Timestamp", "2024-04-03T14:15:01Z", "2024-04-03T14:15:01Z", 0),
        ("Timestamp [UTC]", "4/3/2024, 2:15:01.250 PM", "2024-04-03T14:15:01.250Z", 0),
        ("Timestamp", "3.4.2024 14:15", "none", 1),
    ];
    for (column, text, expected, issues) in forms {
        let columns = [&[(column, text)][..], &start].concat();
        let loaded = load_bytes(table(&columns).as_bytes());
        assert_eq!(time(&loaded.events[0]), expected, "{text}");
        assert_eq!(loaded.issues.len(), issues, "{text}");
        let kind = if expected == "none" { IssueKind::BadRecord } else { IssueKind::Assumed };
        assert!(loaded.issues.iter().all(|issue| issue.kind == kind), "{text}");
        assert!(!IssueKind::Assumed.is_loss());
    }
}
