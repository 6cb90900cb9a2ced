//! One record of each kind that no recording holds, written as EVTX after the published manifests.
//!
//! Field names: `windows/etw-providers` of <https://github.com/OTRF/OSSEM-DD> for `AppLocker`,
//! `TerminalServices`, `TaskScheduler`, `WMI-Activity`, Security; Sysmon's manifest; Microsoft's
//! pages on the events of the Service Control Manager and of Defender Antivirus; for `CodeIntegrity`
//! the names with blanks that its manifest has.

#![expect(clippy::unwrap_used, reason = "a test that panics is a failing test")]

mod others;

use super::{Kind, PS};
use crate::{
    events::time,
    support::evtx_writer::{Data, EvtxWriter, Provider, Record, UserData, Value},
};
use serde_json::{Value as Json, json};
use spawnscope::{
    ingest::{Options, Silent, load},
    model::{Event, ProcessTree},
    tree,
};

const AUDIT: &str = "Microsoft-Windows-Security-Auditing";
const SYSMON: &str = "Microsoft-Windows-Sysmon";

/// A record in the making: provider, channel, id, the process that logs, and its values.
struct Made(&'static str, &'static str, u16, u32, Data);

fn named(fields: &[(&str, &str)]) -> Data {
    Data::named(fields.iter().map(|(name, text)| (*name, Value::text(*text))))
}

fn user_data(element: &str, fields: &[(&str, &str)]) -> Data {
    let owned = fields.iter().map(|(name, text)| ((*name).to_owned(), Value::text(*text)));
    let namespace = "http://schemas.microsoft.com/test".to_owned();
    Data::User(UserData { element: element.to_owned(), namespace, fields: owned.collect() })
}

fn audit(event_id: u16, fields: &[(&str, &str)]) -> Made {
    Made(AUDIT, "Security", event_id, 4, named(fields))
}

fn operational(provider: &'static str, event_id: u16, logger: u32, data: Data) -> Made {
    let channel = match provider {
        "Microsoft-Windows-AppLocker" => "Microsoft-Windows-AppLocker/EXE and DLL",
        SYSMON => "Microsoft-Windows-Sysmon/Operational",
        other => Box::leak(format!("{other}/Operational").into_boxed_str()),
    };
    Made(provider, channel, event_id, logger, data)
}

fn record(made: &Made, record_id: u64, clock: &str) -> Record {
    let at = time(clock);
    let steps = u64::try_from(at.unix_secs() + 11_644_473_600).unwrap() * 10_000_000;
    Record {
        record_id,
        time: steps + u64::from(at.nanos() / 100),
        provider: Provider { name: made.0.to_owned(), guid: None, source_name: None },
        event_id: made.2,
        qualifiers: None,
        version: 0,
        level: 4,
        task: 0,
        opcode: 0,
        keywords: 0,
        channel: made.1.to_owned(),
        computer: "PC1".to_owned(),
        pid: made.3,
        tid: 8,
        user_sid: None,
        activity_id: None,
        data: made.4.clone(),
    }
}

/// A PowerShell 10 that starts at 10:00:00, and these records, a second apart from 10:00:05.
fn with(records: &[Made]) -> (ProcessTree, Vec<Event>) {
    let start =
        audit(4688, &[("NewProcessId", "0xa"), ("NewProcessName", PS), ("ProcessId", "0x5")]);
    let mut writer = EvtxWriter::new();
    writer.push(&record(&start, 1, "10:00:00.000")).unwrap();
    for (at, made) in (5_u64..).zip(records) {
        writer.push(&record(made, at, &format!("10:00:{at:02}.000"))).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.evtx");
    std::fs::write(&path, writer.finish()).unwrap();
    let loaded = load(&[path], &Options::default(), &Silent);
    assert_eq!(loaded.issues, []);
    (tree::build(&loaded.events), loaded.events)
}

/// Each record says this and is with PowerShell, or else with the host.
fn check(cases: Vec<(Made, Kind, &str, bool, Json)>) {
    for (made, kind, text, is_own, detail) in cases {
        let what = format!("{} {}", made.0, made.2);
        let (tree, events) = with(&[made]);
        let own: Vec<_> = tree.processes.iter().flat_map(|process| &process.activity).collect();
        let hosts: Vec<_> = tree.unattached.iter().flat_map(|host| &host.activity).collect();
        assert_eq!((own.len(), hosts.len()), if is_own { (1, 0) } else { (0, 1) }, "{what}");
        let did = own.first().or_else(|| hosts.first()).unwrap();
        assert_eq!((did.kind, did.text(&tree, &events).as_str()), (kind, text), "{what}");
        let told = serde_json::to_value(did.deed(&tree, &events)).unwrap();
        for (name, value) in detail.as_object().unwrap() {
            assert_eq!(told.get(name), Some(value), "{what}: {name} of {told:#}");
        }
    }
}

#[test]
fn sysmon() {
    let sysmon = |id: u16, fields: &[(&str, &str)]| {
        let own = [("UtcTime", "2026-04-12 10:00:05.000"), ("ProcessId", "10"), ("Image", PS)];
        operational(SYSMON, id, 4, named(&[&own, fields].concat()))
    };
    let mark = "[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=https://a.example/\r\nHostUrl=https://a.example/x.zip\r\n";
    let file = r"C:\t\x.zip:Zone.Identifier";
    let key = r"HKLM\SOFTWARE\a";
    check(vec![
        (
            sysmon(
                14,
                &[
                    ("EventType", "RenameKey"),
                    ("TargetObject", key),
                    ("NewName", r"HKLM\SOFTWARE\b"),
                ],
            ),
            Kind::Registry,
            r"HKLM\SOFTWARE\a renamed to HKLM\SOFTWARE\b",
            true,
            json!({"action": "rename_key", "key": key, "new_name": r"HKLM\SOFTWARE\b"}),
        ),
        (
            sysmon(
                15,
                &[
                    ("TargetFilename", file),
                    ("CreationUtcTime", "2026-04-12 09:00:00.000"),
                    ("Hash", "SHA256=AA"),
                    ("Contents", mark),
                ],
            ),
            Kind::File,
            file,
            true,
            json!({"file": r"C:\t\x.zip", "stream": "Zone.Identifier", "hashes": "SHA256=AA", "zone_id": 3, "zone": "internet",
                "host_url": "https://a.example/x.zip", "referrer_url": "https://a.example/"}),
        ),
        (
            sysmon(
                15,
                &[
                    ("TargetFilename", file),
                    ("Contents", "[ZoneTransfer]  ZoneId=3  HostUrl=about:internet  "),
                ],
            ),
            Kind::File,
            file,
            true,
            json!({"zone_id": 3, "host_url": "about:internet", "referrer_url": null}),
        ),
        (
            sysmon(25, &[("Type", "Image is replaced")]),
            Kind::Access,
            "Image is replaced",
            true,
            json!({"change": "Image is replaced"}),
        ),
        (
            sysmon(27, &[("TargetFilename", r"C:\t\x.exe"), ("Hashes", "SHA256=AA")]),
            Kind::File,
            r"C:\t\x.exe",
            true,
            json!({"action": "executable_blocked", "hashes": "SHA256=AA"}),
        ),
        (
            sysmon(28, &[("TargetFilename", r"C:\t\x.doc"), ("IsExecutable", "false")]),
            Kind::File,
            r"C:\t\x.doc",
            true,
            json!({"action": "shredding_blocked", "executable": false}),
        ),
        (
            sysmon(29, &[("TargetFilename", r"C:\t\x.exe")]),
            Kind::File,
            r"C:\t\x.exe",
            true,
            json!({"action": "executable_detected"}),
        ),
    ]);
}

#[test]
fn security_registry_services_tasks() {
    let subject = [("SubjectUserName", "m"), ("SubjectDomainName", "CORP")];
    let task = "<Task xmlns=\"x\"><Triggers><LogonTrigger><UserId>CORP\\m</UserId></LogonTrigger><CalendarTrigger>\
        <StartBoundary>2026-04-12T03:00:00</StartBoundary><ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger>\
        </Triggers><Principals><Principal><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>\
        <Settings><Hidden>true</Hidden></Settings><Actions><Exec><Command>cmd.exe</Command><Arguments>/c &quot;a &amp; b&quot;</Arguments>\
        </Exec><ComHandler><ClassId>{1}</ClassId></ComHandler></Actions></Task>";
    let scheduled = |id: u16, content: &str| {
        let fields = [("TaskName", r"\Up"), (content, task), ("ClientProcessId", "10")];
        audit(id, &[&subject[..], &fields].concat())
    };
    let told = |action: &str| {
        json!({"action": action, "command": "cmd.exe", "arguments": "/c \"a & b\"", "hidden": true, "run_as": "S-1-5-18",
            "run_level": "HighestAvailable", "actions": ["cmd.exe /c \"a & b\"", "COM class {1}"], "by": r"CORP\m",
            "triggers": [r"at logon of CORP\m", "daily from 2026-04-12T03:00:00"]})
    };
    let value = [
        ("ObjectName", r"\REGISTRY\MACHINE\Run"),
        ("ObjectValueName", "x"),
        ("OperationType", "%%1905"),
        ("OldValue", "a"),
        ("NewValueType", "%%1873"),
        ("NewValue", "calc"),
        ("ProcessId", "0xa"),
        ("ProcessName", PS),
    ];
    let service = [
        ("ServiceName", "svc"),
        ("ServiceFileName", r"C:\x.exe"),
        ("ServiceType", "0x10"),
        ("ServiceStartType", "2"),
        ("ServiceAccount", "LocalSystem"),
        ("ClientProcessId", "10"),
    ];
    let scm = [
        ("ServiceName", "svc"),
        ("ImagePath", r"C:\x.exe"),
        ("ServiceType", "user mode service"),
        ("StartType", "auto start"),
        ("AccountName", "LocalSystem"),
    ];
    check(vec![
        (
            audit(4657, &value),
            Kind::Registry,
            r"\REGISTRY\MACHINE\Run\x = calc",
            true,
            json!({"action": "set_value", "value": "x", "data": "calc", "data_type": "REG_SZ", "previous_data": "a"}),
        ),
        (
            audit(4697, &service),
            Kind::Service,
            r"svc = C:\x.exe",
            true,
            json!({"action": "installed", "service_type": "own process", "start_type": "auto start", "account": "LocalSystem"}),
        ),
        (
            Made("Service Control Manager", "System", 7045, 700, named(&scm)),
            Kind::Service,
            r"svc = C:\x.exe",
            false,
            json!({"service_type": "user mode service", "start_type": "auto start", "account": "LocalSystem", "by": null}),
        ),
        (scheduled(4698, "TaskContent"), Kind::Task, r"\Up", true, told("created")),
        (scheduled(4700, "TaskContent"), Kind::Task, r"\Up", true, told("enabled")),
        (scheduled(4701, "TaskContent"), Kind::Task, r"\Up", true, told("disabled")),
        (scheduled(4702, "TaskContentNew"), Kind::Task, r"\Up", true, told("updated")),
    ]);
}

#[test]
fn security_accounts_and_groups() {
    let by = [("SubjectUserName", "m"), ("SubjectDomainName", "CORP"), ("SubjectLogonId", "0x1f")];
    let account = |id: u16| {
        let fields = [
            ("TargetUserName", "eve"),
            ("TargetDomainName", "CORP"),
            ("TargetSid", "S-1-5-21-9"),
            ("UserAccountControl", "\r\n\t\t%%2080\r\n\t\t%%2082"),
        ];
        (audit(id, &[&fields[..], &by].concat()), Kind::Account, "eve", false)
    };
    let group = |id: u16| {
        let fields = [
            ("MemberName", "CN=eve,DC=corp"),
            ("MemberSid", "S-1-5-21-9"),
            ("TargetUserName", "Admins"),
            ("TargetDomainName", "CORP"),
            ("TargetSid", "S-1-5-21-512"),
        ];
        (audit(id, &[&fields[..], &by].concat()), Kind::Account, "Admins", false)
    };
    let mut cases = Vec::new();
    for (id, action) in
        [(4720, "created"), (4725, "disabled"), (4726, "deleted"), (4738, "changed")]
    {
        let (made, kind, text, is_own) = account(id);
        let detail = json!({"action": action, "account": r"CORP\eve", "sid": "S-1-5-21-9", "by": r"CORP\m", "by_logon_id": "0x1f",
            "flags": ["account disabled", "password not required"]});
        cases.push((made, kind, text, is_own, detail));
    }
    for (id, action, scope) in [
        (4728, "member_added", "global"),
        (4732, "member_added", "local"),
        (4733, "member_removed", "local"),
        (4756, "member_added", "universal"),
    ] {
        let (made, kind, text, is_own) = group(id);
        let detail = json!({"action": action, "scope": scope, "group": r"CORP\Admins", "group_sid": "S-1-5-21-512",
            "member": "CN=eve,DC=corp", "member_sid": "S-1-5-21-9", "by": r"CORP\m"});
        cases.push((made, kind, text, is_own, detail));
    }
    check(cases);
}

#[test]
fn task_scheduler_and_wmi() {
    let scheduler = |id: u16, fields: &[(&str, &str)]| {
        operational("Microsoft-Windows-TaskScheduler", id, 10, named(fields))
    };
    let ran = [("TaskName", r"\Up"), ("ActionName", r"C:\x.exe"), ("ResultCode", "0")];
    let wmi = |id: u16, element: &str, fields: &[(&str, &str)]| {
        operational("Microsoft-Windows-WMI-Activity", id, 900, user_data(element, fields))
    };
    let query = "select * from Win32_ProcessStartTrace";
    let asked = [
        ("NamespaceName", "//./root/cimv2"),
        ("Query", query),
        ("User", r"CORP\m"),
        ("Processid", "10"),
    ];
    let here = [("ClientMachine", "PC1")];
    let elsewhere = [("ClientMachine", "PC2")];
    check(vec![
        (
            scheduler(140, &[("TaskName", r"\Up"), ("UserName", r"CORP\m")]),
            Kind::Task,
            r"\Up",
            true,
            json!({"action": "updated", "by": r"CORP\m"}),
        ),
        (
            scheduler(200, &ran),
            Kind::Task,
            r"\Up runs C:\x.exe",
            true,
            json!({"action": "action_started", "ran": r"C:\x.exe"}),
        ),
        (
            scheduler(201, &ran),
            Kind::Task,
            r"\Up runs C:\x.exe",
            true,
            json!({"action": "action_completed", "result": "0"}),
        ),
        (
            wmi(5859, "Operation_EssStarted", &asked),
            Kind::Wmi,
            query,
            true,
            json!({"action": "filter_activated", "process_id": 10}),
        ),
        (
            wmi(5860, "Operation_TemporaryEssStarted", &[&asked[..], &here].concat()),
            Kind::Wmi,
            query,
            true,
            json!({"action": "temporary_subscription", "namespace": "//./root/cimv2", "user": r"CORP\m", "client_machine": "PC1"}),
        ),
        // The process is one of the other computer.
        (
            wmi(5860, "Operation_TemporaryEssStarted", &[&asked[..], &elsewhere].concat()),
            Kind::Wmi,
            query,
            false,
            json!({"client_machine": "PC2"}),
        ),
    ]);
}

#[test]
fn defender_changes_and_processes() {
    let defender = |id: u16, fields: &[(&str, &str)]| {
        operational("Microsoft-Windows-Windows Defender", id, 900, named(fields))
    };
    let behavior = [
        ("Threat Name", "Behavior:Win32/A"),
        ("Path", "behavior:_process: x, pid:10:99;process:_pid:10,ProcessStart:134204616000000000"),
    ];
    let old = r"HKLM\SOFTWARE\Microsoft\Windows Defender\a = 0x0";
    check(vec![
        (
            defender(5001, &[("Product Name", "x")]),
            Kind::Defender,
            "real time protection disabled",
            false,
            json!({"action": "real_time_protection_disabled"}),
        ),
        (
            defender(5007, &[("Old Value", old), ("New Value", "b")]),
            Kind::Defender,
            &format!("{old} to b"),
            false,
            json!({"action": "setting_changed", "old": old, "new": "b"}),
        ),
        (
            defender(5013, &[("Changed Type", "Blocked"), ("Value", old)]),
            Kind::Defender,
            old,
            false,
            json!({"outcome": "Blocked", "new": old}),
        ),
        (
            defender(1116, &behavior),
            Kind::Defender,
            &format!("Behavior:Win32/A in {}", behavior[1].1),
            true,
            json!({"process_id": 10}),
        ),
    ]);
}
