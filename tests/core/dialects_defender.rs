//! Microsoft Defender's advanced hunting: rows become records of the tree, tied by process id and
//! creation time, and nobody is told that they were Sysmon's.

use spawnscope::model::{IssueKind, ParentLink};

use crate::support::{
    dialects::{findings, judged, load_as},
    samples,
};

#[test]
fn the_event_hub_sample_says_what_it_says() {
    let Some(folder) = samples::folder("dialects") else { return };
    let path = folder.join("defender_deviceprocessevents_eventhub.json");
    let loaded = load_as("hub.json", &std::fs::read(path).unwrap());
    assert_eq!(loaded.issues, []);
    assert_eq!(loaded.sources.first().unwrap().dialect, Some("defender"));
    let [event] = loaded.events.as_slice() else { unreachable!() };
    assert_eq!(event.time.unwrap().to_string(), "2021-04-14T18:49:17.7849324Z");
    assert_eq!((event.host(), event.channel()), ("bobslaptop.example.com", "DeviceProcessEvents"));
    assert_eq!((event.event_id, event.record_id), (1, Some(30_779)));
    for (name, value) in [
        ("Image", r"C:\Windows\System32\whoami.exe"),
        ("CommandLine", r#""whoami.exe" /user"#),
        ("User", r"nt authority\system"),
        ("ProcessId", "40288"),
        ("OriginalFileName", "whoami.exe"),
        ("IntegrityLevel", "System"),
        ("ParentProcessId", "39240"),
        ("ParentImage", r"c:\windows\system32\windowspowershell\v1.0\powershell.exe"),
        ("InitiatingProcessParentFileName", "AgentExecutor.exe"),
    ] {
        assert_eq!(event.field(name), Some(value), "{name}");
    }
    let analysis = judged(loaded);
    let [parent, child] = analysis.tree.processes.as_slice() else { unreachable!() };
    assert_eq!((child.pid, child.guid.as_deref()), (Some(40_288), None));
    assert_eq!(child.start.unwrap().to_string(), "2021-04-14T18:49:17.528333Z");
    assert_eq!(child.witnesses.first().unwrap().kind, "defender/ProcessCreated");
    assert_eq!((parent.pid, parent.guid.as_deref()), (Some(39_240), None));
    assert!(parent.stub.is_some());
    assert_eq!(parent.start.unwrap().to_string(), "2021-04-14T18:49:15.9040226Z");
}

/// A start: process id, second of the creation, image, and the same of who started it.
fn start(own: (u32, &str, &str), by: (u32, &str, &str), line: &str) -> String {
    let folder = |name: &str| format!(r"C:\\Apps\\{name}");
    format!(
        r#"{{"ActionType":"ProcessCreated","DeviceName":"ws1.lab","Timestamp":"2026-04-12T14:{0}.9Z","ReportId":{1},"ProcessId":{1},"ProcessCreationTime":"2026-04-12T14:{0}Z","FileName":"{2}","FolderPath":"{3}","ProcessCommandLine":"{line}","InitiatingProcessId":{4},"InitiatingProcessCreationTime":"2026-04-12T14:{5}.0000000Z","InitiatingProcessFileName":"{6}","InitiatingProcessFolderPath":"C:\\Apps"}}"#,
        own.1,
        own.0,
        own.2,
        folder(own.2),
        by.0,
        by.1,
        by.2,
    ) + "\n"
}

#[test]
fn a_reused_process_id_is_told_apart_by_its_creation() {
    // 500 was Zoom until it became something else, and both started a shell.
    let rows = start((500, "00:01", "Zoom.exe"), (4, "00:00", "explorer.exe"), "Zoom.exe")
        + &start((500, "00:05", "other.exe"), (4, "00:00", "explorer.exe"), "other.exe")
        + &start((600, "00:06", "cmd.exe"), (500, "00:01", "Zoom.exe"), "cmd.exe /c whoami")
        + &start((700, "00:07", "cmd.exe"), (500, "00:05", "other.exe"), "cmd.exe /c dir")
        + r#"{"ActionType":"ConnectionSuccess","DeviceName":"ws1.lab","Timestamp":"2026-04-12T14:00:08Z","RemoteIP":"203.0.113.9","RemotePort":443,"LocalIP":"10.0.0.5","LocalPort":50000,"InitiatingProcessId":600,"InitiatingProcessCreationTime":"2026-04-12T14:00:06Z","InitiatingProcessFileName":"cmd.exe"}"#;
    let loaded = load_as("rows.json", rows.as_bytes());
    assert_eq!(loaded.issues, []);
    let analysis = judged(loaded);
    let process = |pid: u32, line: &str| {
        let is_it = |process: &&spawnscope::model::Process| {
            process.pid == Some(pid) && process.command_line.as_deref() == Some(line)
        };
        analysis.tree.processes.iter().find(is_it).unwrap()
    };
    for (pid, line, parent) in
        [(600, "cmd.exe /c whoami", "Zoom.exe"), (700, "cmd.exe /c dir", "other.exe")]
    {
        let child = process(pid, line);
        assert_eq!(child.parent_link, Some(ParentLink::Guid));
        let parent_of = analysis.tree.process(child.parent.unwrap()).unwrap();
        assert_eq!(parent_of.command_line.as_deref(), Some(parent));
    }
    let deeds = &process(600, "cmd.exe /c whoami").activity;
    let text = deeds.first().unwrap().text(&analysis.tree, &analysis.events);
    assert_eq!(text, "203.0.113.9:443");
    let found = findings(&analysis);
    assert!(found.iter().any(|told| told.starts_with("spawnscope-zoom-child ")), "{found:#?}");
    assert!(!found.iter().any(|told| told.contains(" 700 ")), "{found:#?}");
}

/// Columns, then event id, home channel and fields.
type Row<'a> = (&'a str, u32, &'a str, &'a [(&'a str, &'a str)]);

#[test]
fn other_tables_get_windows_names() {
    let by = r#""DeviceName":"ws1","Timestamp":"2026-04-12T14:00:08Z","InitiatingProcessId":6,"InitiatingProcessFileName":"a.exe","InitiatingProcessFolderPath":"\\Device\\HarddiskVolume3\\x\\a.exe""#;
    let table: [Row<'_>; 6] = [
        (
            r#""ActionType":"RegistryValueSet","RegistryKey":"HKEY_LOCAL_MACHINE\\SOFTWARE\\Run","RegistryValueName":"v","RegistryValueData":"d""#,
            13,
            "Microsoft-Windows-Sysmon/Operational",
            &[
                ("TargetObject", r"HKLM\SOFTWARE\Run\v"),
                ("Details", "d"),
                ("EventType", "SetValue"),
                ("Image", r"\Device\HarddiskVolume3\x\a.exe"),
            ],
        ),
        (
            r#""ActionType":"FileCreated","FolderPath":"C:\\x","FileName":"y.txt""#,
            11,
            "Microsoft-Windows-Sysmon/Operational",
            &[("TargetFilename", r"C:\x\y.txt"), ("ProcessId", "6")],
        ),
        (
            r#""ActionType":"ImageLoaded","FolderPath":"C:\\x\\y.dll","FileName":"y.dll""#,
            7,
            "Microsoft-Windows-Sysmon/Operational",
            &[("ImageLoaded", r"C:\x\y.dll")],
        ),
        (
            r#""ActionType":"InboundConnectionAccepted","RemoteIP":"1.2.3.4","RemotePort":9,"LocalIP":"10.0.0.1","LocalPort":3389"#,
            3,
            "Microsoft-Windows-Sysmon/Operational",
            &[("Initiated", "false"), ("SourceIp", "1.2.3.4"), ("DestinationPort", "3389")],
        ),
        (
            r#""ActionType":"LogonSuccess","LogonType":"RemoteInteractive","AccountName":"ann","AccountDomain":"lab""#,
            4624,
            "Security",
            &[("LogonType", "10"), ("TargetUserName", "ann")],
        ),
        (
            r#""ActionType":"NamedPipeEvent","AdditionalFields":{"PipeName":"\\x"}"#,
            0,
            "DeviceEvents",
            &[("AdditionalFields.PipeName", r"\x")],
        ),
    ];
    for (row, event_id, home, fields) in table {
        let loaded = load_as("rows.json", format!("{{{row},{by}}}").as_bytes());
        assert_eq!(loaded.issues, [], "{row}");
        let [event] = loaded.events.as_slice() else { unreachable!("{row}") };
        assert_eq!((event.event_id, event.home_channel()), (event_id, home), "{row}");
        for (name, value) in fields {
            assert_eq!(event.field(name), Some(*value), "{row}: {name}");
        }
    }
}

#[test]
fn some_of_the_columns_are_not_enough() {
    for text in [
        r#"{"ActionType":"ProcessCreated","DeviceId":"1","Timestamp":"2026-04-12T14:00:08Z"}"#,
        r#"{"DeviceName":"x","InitiatingProcessId":4,"Timestamp":"2026-04-12T14:00:08Z"}"#,
    ] {
        let loaded = load_as("log.json", text.as_bytes());
        assert_eq!(loaded.issues.first().unwrap().kind, IssueKind::UnknownFormat, "{text}");
    }
}
