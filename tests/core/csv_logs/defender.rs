//! What the rows of Defender's tables mean.

use spawnscope::model::IssueKind;

use super::{load_bytes, pairs, row, time};

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
    assert_eq!(event.provider(), "Microsoft Defender for Endpoint");
    assert_eq!(time(event), "2021-04-14T18:49:17.7849324Z");
    assert_eq!(
        pairs(event),
        [
            ("UtcTime", "2021-04-14 18:49:17.528333"),
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
        ]
    );
}

#[test]
fn other_rows_keep_all_they_say() {
    let base = [("Timestamp", "2021-04-14T18:49:17Z"), ("DeviceName", "pc")];
    let actor = [("InitiatingProcessId", "7"), ("InitiatingProcessFileName", "a.exe")];
    let with = |more: &[(&'static str, &'static str)]| {
        let columns = [&base[..], &actor, more].concat();
        let loaded = load_bytes(table(&columns).as_bytes());
        assert_eq!(loaded.issues, [], "{more:?}");
        let fields = pairs(&loaded.events[0]).into_iter();
        let fields = fields.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        (loaded.events[0].event_id, fields.join(" "))
    };
    let actor = "ProcessId=7 Image=a.exe";
    assert_eq!(
        with(&[
            ("ActionType", "ConnectionSuccess"),
            ("RemoteIP", "1.2.3.4"),
            ("RemotePort", "443")
        ]),
        (
            3,
            format!(
                "{actor} DestinationIp=1.2.3.4 DestinationPort=443 ActionType=ConnectionSuccess"
            )
        )
    );
    assert_eq!(
        with(&[("ActionType", "FileCreated"), ("FolderPath", "C:\\x"), ("FileName", "y.txt")]),
        (11, format!("{actor} TargetFilename=C:\\x\\y.txt ActionType=FileCreated"))
    );
    assert_eq!(
        with(&[
            ("ActionType", "RegistryValueSet"),
            ("RegistryKey", "HKLM\\Run"),
            ("RegistryValueName", "Run"),
            ("RegistryValueData", "d"),
        ]),
        (13, format!("{actor} TargetObject=HKLM\\Run\\Run Details=d ActionType=RegistryValueSet"))
    );
    assert_eq!(
        with(&[("ActionType", "AsrRuleTriggered"), ("AdditionalFields", "{}")]),
        (
            0,
            "InitiatingProcessId=7 InitiatingProcessFileName=a.exe ActionType=AsrRuleTriggered \
             AdditionalFields={}"
                .to_owned()
        )
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
        assert!(loaded.issues.iter().all(|issue| issue.kind == IssueKind::BadRecord), "{text}");
    }
}
