//! What the rows of a Hayabusa timeline mean.

use super::{load_bytes, pairs, row, time};

fn timeline(rows: &[&[&str]]) -> String {
    let header = [
        "Timestamp",
        "RuleTitle",
        "Level",
        "Computer",
        "Channel",
        "EventID",
        "RecordID",
        "Details",
        "ExtraFieldInfo",
        "RuleID",
    ];
    let rows = rows.iter().map(|values| row(',', values));
    [row(',', &header)].into_iter().chain(rows).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn short_names_of_sysmon_become_those_of_the_record() {
    let text = timeline(&[&[
        "2020-09-28 14:47:36.197 +02:00",
        "Proc Exec",
        "info",
        "PC",
        "Sysmon",
        "1",
        "5226",
        "Cmdline: cmd.exe /c echo a: b ¦ Proc: C:\\cmd.exe ¦ User: PC\\Ann ¦ ParentCmdline: \
         \"C:\\x.exe\" ¦ LID: 0x30b90 ¦ PID: 3352 ¦ PGUID: BC47D85C-DB68-5F71-0000-0010B237AB01 \
         ¦ ParentPID: 1456 ¦ Hashes: MD5=1",
        "CurrentDirectory: C:\\ ¦ IntegrityLevel: High",
        "85790e3e",
    ]]);
    let loaded = load_bytes(text.as_bytes());
    assert_eq!(loaded.issues, []);
    assert_eq!(loaded.sources[0].dialect, Some("hayabusa"));
    let start = &loaded.events[0];
    let expected = [
        ("CommandLine", "cmd.exe /c echo a: b"),
        ("Image", "C:\\cmd.exe"),
        ("User", "PC\\Ann"),
        ("ParentCommandLine", "\"C:\\x.exe\""),
        ("LogonId", "0x30b90"),
        ("ProcessId", "3352"),
        ("ProcessGuid", "BC47D85C-DB68-5F71-0000-0010B237AB01"),
        ("ParentProcessId", "1456"),
        ("Hashes", "MD5=1"),
        ("CurrentDirectory", "C:\\"),
        ("IntegrityLevel", "High"),
    ];
    assert_eq!(pairs(start), expected);
    assert_eq!(start.channel(), "Microsoft-Windows-Sysmon/Operational");
    assert_eq!((start.host(), start.record_id, start.event_id), ("PC", Some(5226), 1));
    assert_eq!(time(start), "2020-09-28T12:47:36.197Z");
}

#[test]
fn short_names_of_other_logs_become_those_of_the_record() {
    type Pairs = &'static [(&'static str, &'static str)];
    let rows: [(&str, &str, &str, &str, Pairs); 5] = [
        (
            "Sec",
            "4688",
            "CmdLine: a ¦ b ¦ Path: C:\\b.exe ¦ PID: 0x1a ¦ User: Ann ¦ LID: 0x1",
            "Security",
            &[
                ("CommandLine", "a ¦ b"),
                ("NewProcessName", "C:\\b.exe"),
                ("NewProcessId", "0x1a"),
                ("SubjectUserName", "Ann"),
                ("SubjectLogonId", "0x1"),
            ],
        ),
        (
            "PwSh",
            "4104",
            "ScriptBlock: iex 1",
            "Microsoft-Windows-PowerShell/Operational",
            &[("ScriptBlockText", "iex 1")],
        ),
        ("Own", "9", "what is this", "Own", &[("Details", "what is this")]),
        ("Sys", "1", "-", "System", &[]),
        ("Sec", "4624", "Type: 3 - NETWORK", "Security", &[("LogonType", "3")]),
    ];
    for (short, event_id, details, channel, expected) in rows {
        let time = "2020-09-28T12:47:36Z";
        let row = [time, "r", "low", "PC", short, event_id, "1", details, "", "x"];
        let loaded = load_bytes(timeline(&[&row]).as_bytes());
        assert_eq!(loaded.issues, [], "{details}");
        assert_eq!(loaded.events[0].channel(), channel, "{details}");
        assert_eq!(pairs(&loaded.events[0]), expected, "{details}");
    }
}

#[test]
fn all_forms_of_time_that_mean_one_moment() {
    let table = [
        ("2020-09-28 12:47:36.197 Z", "none", 0),
        ("2020-09-28 14:47:36.197 +02:00", "2020-09-28T12:47:36.197Z", 0),
        ("2020-09-28T12:47:36.1970000Z", "2020-09-28T12:47:36.1970000Z", 0),
        ("2020-09-28 06:47:36.197123-06:00", "2020-09-28T12:47:36.197123Z", 0),
        ("Mon, 28 Sep 2020 06:47:36 -0600", "2020-09-28T12:47:36Z", 0),
        ("09-28-2020 06:47:36.197 AM -06:00", "2020-09-28T12:47:36.197Z", 0),
        ("28-09-2020 14:47:36.197 +02:00", "2020-09-28T12:47:36.197Z", 0),
        ("09-28-2020 06:47:36.197 -06:00", "2020-09-28T12:47:36.197Z", 0),
        // The day may be the month, unless they are the same.
        ("10-10-2020 06:47:36.197 -06:00", "2020-10-10T12:47:36.197Z", 0),
        ("28/09/2020 12:47:36", "2020-09-28T12:47:36Z", 1),
        ("09/10/2020 12:47:36", "none", 0),
        ("09-10-2020 06:47:36.197 -06:00", "none", 0),
        ("2020-09-28 12:47:36.197", "2020-09-28T12:47:36.197Z", 1),
    ];
    for (text, expected, zoneless) in table {
        let loaded = load_bytes(
            timeline(&[&[text, "r", "low", "PC", "Sec", "1", "1", "", "", ""]]).as_bytes(),
        );
        assert_eq!(time(&loaded.events[0]), expected, "{text}");
        let expected = zoneless + usize::from(expected == "none");
        assert_eq!(loaded.issues.len(), expected, "{text}: {:?}", loaded.issues);
    }
}

#[test]
fn a_record_that_two_rules_found_is_there_once() {
    let found = |rule| {
        ["2020-09-28T12:47:36Z", rule, "low", "PC", "Sysmon", "1", "5", "Cmdline: a", "", rule]
    };
    let loaded = load_bytes(timeline(&[&found("one"), &found("two")]).as_bytes());
    assert_eq!((loaded.events.len(), loaded.also_at.len()), (1, 1));
}
