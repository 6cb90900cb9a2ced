//! What a process did: to whom a record belongs, and the one line that says it.

#![expect(clippy::indexing_slicing, reason = "a test that panics is a failing test")]

mod made;
mod samples;
mod scripts;

use crate::events::{
    Make, guid, process, record, security, security_exit, security_start, show, sysmon,
    sysmon_start, tree_of,
};
use spawnscope::{model::ActivityKind as Kind, tree};

const PS: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";

fn by_guid(event_id: u32) -> Make {
    sysmon(event_id, "10:00:05.000").field("ProcessGuid", &guid("10:00:00", 1))
}

fn power_shell(event_id: u32) -> Make {
    let channel = "Microsoft-Windows-PowerShell/Operational";
    record("Microsoft-Windows-PowerShell", channel, event_id, "10:00:05.000").logger(10)
}

fn audit(event_id: u32) -> Make {
    security(event_id, "10:00:05.000").field("ProcessId", "0xa").field("ProcessName", PS)
}

/// Each record belongs to the process under test and says this.
fn assert_lines<const N: usize>(cases: [(Make, Kind, &str); N]) {
    for (make, kind, text) in cases {
        let start = sysmon_start(&guid("10:00:00", 1), 10, PS, "10:00:00.000");
        let events = [start.done(), make.clone().done()];
        let tree = tree::build(&events);
        let did = &process(&tree, "powershell.exe", 10).activity;
        assert_eq!(did.len(), 1, "{make:?}\n{}", show(&tree));
        assert_eq!((did[0].kind, did[0].text(&tree, &events).as_str()), (kind, text), "{make:?}");
    }
}

#[test]
fn lines_of_sysmon() {
    let dest =
        |make: Make, ip: &str| make.field("DestinationIp", ip).field("DestinationPort", "443");
    let target = |event_id: u32| by_guid(event_id).field("TargetObject", r"HKLM\Run\x");
    let source = |event_id: u32, name: &str| {
        sysmon(event_id, "10:00:05.000")
            .field(name, &guid("10:00:00", 1))
            .field("TargetImage", r"C:\Windows\lsass.exe")
            .field("GrantedAccess", "0x1410")
    };
    let file = |id: u32| by_guid(id).field("TargetFilename", r"C:\t\z.dll");
    assert_lines([
        (dest(by_guid(3), "203.0.113.44"), Kind::Network, "203.0.113.44:443"),
        (dest(by_guid(3), "2001:db8::1"), Kind::Network, "[2001:db8::1]:443"),
        (by_guid(22).field("QueryName", "a.example"), Kind::Dns, "a.example"),
        (file(2), Kind::File, r"C:\t\z.dll"),
        (file(11), Kind::File, r"C:\t\z.dll"),
        (file(15), Kind::File, r"C:\t\z.dll"),
        (file(23), Kind::File, r"C:\t\z.dll"),
        (file(26), Kind::File, r"C:\t\z.dll"),
        (file(29), Kind::File, r"C:\t\z.dll"),
        (target(12), Kind::Registry, r"HKLM\Run\x"),
        (target(13).field("Details", "calc"), Kind::Registry, r"HKLM\Run\x = calc"),
        (target(14).field("NewName", r"HKLM\y"), Kind::Registry, r"HKLM\Run\x renamed to HKLM\y"),
        (by_guid(17).field("PipeName", r"\p"), Kind::Pipe, r"\p"),
        (by_guid(7).field("ImageLoaded", r"C:\a.dll"), Kind::Module, r"C:\a.dll"),
        (source(8, "SourceProcessGuid"), Kind::Access, r"remote thread in C:\Windows\lsass.exe"),
        (source(10, "SourceProcessGUID"), Kind::Access, r"0x1410 on C:\Windows\lsass.exe"),
        (by_guid(25).field("Type", "Image is replaced"), Kind::Access, "Image is replaced"),
        (by_guid(9).field("Device", r"\Device\Vol2"), Kind::Other, r"\Device\Vol2"),
    ]);
}

#[test]
fn lines_of_other_logs() {
    let object = |kind: &str| {
        let kind = audit(4663).field("ObjectType", kind);
        kind.field("ObjectName", r"C:\a").field("AccessMask", "0x1")
    };
    let task = |id: u32| {
        security(id, "10:00:05.000").field("ClientProcessId", "10").field("TaskName", r"\Up")
    };
    let service = task(4697).field("ServiceName", "svc").field("ServiceFileName", r"C:\x.exe");
    let user = |id: u32| audit(id).field("TargetUserName", "m").field("TargetDomainName", "CORP");
    let application =
        r"\device\harddiskvolume2\windows\system32\windowspowershell\v1.0\powershell.exe";
    let filtering = security(5156, "10:00:05.000")
        .field("ProcessID", "10")
        .field("Application", application)
        .field("DestAddress", "10.0.0.9")
        .field("DestPort", "445");
    let channel = "Microsoft-Windows-TaskScheduler/Operational";
    let scheduler = record("Microsoft-Windows-TaskScheduler", channel, 106, "10:00:05.000")
        .logger(10)
        .field("TaskName", r"\Up");
    let value = audit(4657)
        .field("ObjectName", r"\REGISTRY\MACHINE\Run")
        .field("ObjectValueName", "x")
        .field("NewValue", "calc");
    let share = audit(5145).field("ShareName", r"\\*\C$").field("RelativeTargetName", "a");
    let invoked = "CommandInvocation(iex): \"iex\"";
    let payload = format!("\r\n{invoked}\r\nParameterBinding\r\n");
    assert_lines([
        (filtering, Kind::Network, "10.0.0.9:445"),
        (object("File"), Kind::File, r"C:\a"),
        (object("Process"), Kind::Access, r"0x1 on C:\a"),
        (value, Kind::Registry, r"\REGISTRY\MACHINE\Run\x = calc"),
        (task(4698), Kind::Task, r"\Up"),
        (scheduler, Kind::Task, r"\Up"),
        (service, Kind::Service, r"svc = C:\x.exe"),
        (user(4624).field("IpAddress", "10.0.0.7"), Kind::Logon, r"CORP\m from 10.0.0.7"),
        (user(4624).field("IpAddress", "-"), Kind::Logon, r"CORP\m"),
        (user(4648).field("TargetServerName", "FS01"), Kind::Logon, r"CORP\m to FS01"),
        (share, Kind::Share, r"\\*\C$\a"),
        (power_shell(4103).field("Payload", &payload), Kind::Script, invoked),
    ]);
}

#[test]
fn by_pid_within_the_lifetime_and_image() {
    let written = |clock: &str| power_shell(4104).written(clock).field("ScriptBlockText", "whoami");
    let cases = [
        ("within", written("10:00:05.000"), 1),
        ("before the start", written("09:59:59.000"), 0),
        ("after the end", written("10:00:09.000"), 0),
        ("another id", written("10:00:05.000").logger(11), 0),
        ("no id", written("10:00:05.000").logger(0), 0),
        ("another host", written("10:00:05.000").host("PC2"), 0),
        ("another image", audit(4673).field("ProcessName", r"C:\a.exe"), 0),
        ("id 0x0", audit(4624).field("ProcessId", "0x0"), 0),
        ("4698 without client", security(4698, "10:00:05.000").field("ProcessId", "0xa"), 0),
    ];
    for (what, make, count) in cases {
        let tree = tree_of([
            security_start(10, PS, "10:00:00.000"),
            make,
            security_exit(10, PS, "10:00:08.000"),
        ]);
        assert_eq!(process(&tree, "powershell.exe", 10).activity.len(), count, "{what}");
    }
}

#[test]
fn a_record_read_twice_is_one_deed() {
    let lookup = || by_guid(22).field("QueryName", "a.example").record_id(5);
    let cases = [
        ("two files", lookup().source(1), 1),
        ("fraction cut by an export", lookup().written("10:00:05"), 1),
        ("another record", lookup().record_id(6), 2),
        ("another second", lookup().written("10:00:06.000"), 2),
    ];
    for (what, second, count) in cases {
        let tree =
            tree_of([sysmon_start(&guid("10:00:00", 1), 10, PS, "10:00:00.000"), lookup(), second]);
        assert_eq!(process(&tree, "powershell.exe", 10).activity.len(), count, "{what}");
    }
}
