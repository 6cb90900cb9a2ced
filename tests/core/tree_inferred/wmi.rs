//! WMI.

use super::{POWERSHELL, assert_inferred, inferred, start, under};
use crate::events::{Make, record, security, security_start, sysmon};

const HOST: &str = r"C:\Windows\System32\wbem\WmiPrvSE.exe";
const WMIC: &str = r"C:\Windows\System32\wbem\WMIC.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";
const LINE: &str = r"cmd.exe /c whoami /all > C:\Temp\o.txt";

fn host() -> Make {
    start(836, HOST, "wmiprvse.exe -secured -Embedding", "08:00:00.000")
}

fn child(line: &str) -> Make {
    under(start(3840, CMD, line, "10:00:05.000"), 836, HOST, "08:00:00.000")
}

fn wmic(command: &str, clock: &str) -> Make {
    start(12, WMIC, &format!("wmic process call create \"{command}\""), clock)
}

fn script(text: &str, clock: &str) -> Make {
    let channel = "Microsoft-Windows-PowerShell/Operational";
    record("Microsoft-Windows-PowerShell", channel, 4104, clock)
        .logger(77)
        .field("ScriptBlockText", text)
}

#[test]
fn hits_and_near_misses() {
    let sure = "cmd.exe 3840 <= WMIC.exe 12: WMI, sure";
    assert_inferred("wmic", vec![host(), wmic(LINE, "10:00:04.000"), child(LINE)], [sure]);
    assert_inferred(
        "another command at that time",
        vec![host(), wmic("notepad.exe c:/readme.txt", "10:00:04.000"), child(LINE)],
        ["cmd.exe 3840 <= WMIC.exe 12: WMI, unsure"],
    );
    assert_inferred(
        "another command, earlier",
        vec![host(), wmic("notepad.exe c:/readme.txt", "09:59:50.000"), child(LINE)],
        [],
    );
    assert_inferred("an hour before", vec![host(), wmic(LINE, "09:00:05.000"), child(LINE)], []);
    assert_inferred("after", vec![host(), child(LINE), wmic(LINE, "10:00:09.000")], []);
    assert_inferred(
        "only lists processes",
        vec![host(), start(12, WMIC, "wmic process list brief", "10:00:04.000"), child(LINE)],
        [],
    );
    assert_inferred(
        "on another host",
        vec![host(), wmic(LINE, "10:00:04.000").host("PC2"), child(LINE)],
        [],
    );
    assert_inferred(
        "a child of its own",
        vec![
            wmic(LINE, "10:00:04.000"),
            under(start(3840, CMD, LINE, "10:00:05.000"), 12, WMIC, "10:00:04.000"),
        ],
        [],
    );
}

#[test]
fn scripts_ask_with_their_own_quotes() {
    let shell = || start(77, POWERSHELL, "powershell.exe", "09:00:00.000");
    let text = r#"Invoke-WmiMethod -Class Win32_Process -Name Create -ArgumentList "cmd.exe /c `"whoami /all`" > C:\Temp\o.txt""#;
    assert_inferred(
        "a script block",
        vec![host(), shell(), script(text, "09:58:00.000"), child(LINE)],
        ["cmd.exe 3840 <= powershell.exe 77: WMI, sure"],
    );
    let lists = "Get-CimInstance Win32_Process | ? CommandLine -eq 'cmd.exe /c whoami /all > C:\\Temp\\o.txt'";
    assert_inferred(
        "one that only looks for it",
        vec![host(), shell(), script(lists, "09:58:00.000"), child(LINE)],
        [],
    );
}

#[test]
fn the_session_tells_that_another_computer_asked() {
    let logon = |kind: &str, clock: &str| {
        security(4624, clock)
            .field("TargetUserName", "kvogt")
            .field("TargetDomainName", "CORP")
            .field("TargetLogonId", "0xa")
            .field("LogonType", kind)
            .field("IpAddress", "10.0.0.7")
    };
    let of_session = || child(LINE).field("LogonId", "0xa");
    let tree = inferred([host(), logon("3", "10:00:04.000"), of_session()]);
    assert_eq!(tree.inferred[0].text, r"Asked for over the network by CORP\kvogt from 10.0.0.7");
    assert_eq!(tree.inferred[0].logon, tree.process(tree.inferred[0].child).unwrap().logon);
    let hint = ["cmd.exe 3840 <= ?: WMI, sure"];
    assert_inferred("network", vec![host(), logon("3", "10:00:04.000"), of_session()], hint);
    assert_inferred("interactive", vec![host(), logon("2", "10:00:04.000"), of_session()], []);
    // The first versions of 4688 name the account of the provider host, and no session.
    let old = |pid: u32, image: &str, clock: &str| {
        security_start(pid, image, clock).field("SubjectLogonId", "0x3e4")
    };
    let unsure = ["cmd.exe 3840 <= ?: WMI, unsure"];
    let old_child = || old(3840, CMD, "10:00:05.000").creator(836);
    let old_host = || old(836, HOST, "10:00:00.000");
    assert_inferred("by time", vec![old_host(), logon("3", "10:00:04.000"), old_child()], unsure);
    assert_inferred("too early", vec![old_host(), logon("3", "09:50:04.000"), old_child()], []);
    let other =
        logon("3", "10:00:04.500").field("IpAddress", "10.0.0.8").field("TargetLogonId", "0xb");
    assert_inferred(
        "from two computers",
        vec![old_host(), logon("3", "10:00:04.000"), other, old_child()],
        [],
    );
}

#[test]
fn event_consumers() {
    let consumer = |command: &str| {
        sysmon(20, "09:00:00.000")
            .field("Operation", "Created")
            .field("Name", " \"Updater\"")
            .field("Type", "Command Line")
            .field("Destination", command)
    };
    let shell = || start(77, POWERSHELL, "powershell.exe", "08:30:00.000");
    let text = format!(
        "Set-WmiInstance -Class CommandLineEventConsumer -Arguments @{{CommandLineTemplate='{LINE}'}}"
    );
    assert_inferred(
        "made by a script",
        vec![host(), shell(), script(&text, "08:59:59.500"), consumer(LINE), child(LINE)],
        ["cmd.exe 3840 <= powershell.exe 77: WMI event subscription, sure"],
    );
    let tree = inferred([host(), consumer(LINE), child(LINE)]);
    assert_eq!(tree.inferred[0].text, "Run by the WMI event consumer Updater");
    assert_inferred("another command", vec![host(), consumer("calc.exe /x"), child(LINE)], []);
}
