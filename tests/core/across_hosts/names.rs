//! Which host a command names, and where no host of these logs has that name.

use spawnscope::model::{CrossingKind, LeadState};

use super::{ADDRESS, Found, TARGET, asks, has_address, logon, tell};

/// Commands on a host whose logs are the only ones, and the hosts they name.
#[test]
fn commands_name_hosts() {
    use CrossingKind as Way;
    let table: [(&str, &[(&str, CrossingKind)]); 42] = [
        (r"net use Z: \\FS01\data /user:CORP\bob", &[("FS01", Way::Share)]),
        (r"net  use \\FS01\C$ /persistent:no", &[("FS01", Way::Share)]),
        (r"net view \\fs01", &[("fs01", Way::Share)]),
        (r#"cmd /c "copy "C:\a b.exe" "\\FS01\ADMIN$\a b.exe"""#, &[("FS01", Way::Share)]),
        (r"rundll32.exe \\10.1.2.3\x\a.dll,Run", &[("10.1.2.3", Way::Share)]),
        (r"rundll32.exe \\dav.example@SSL@8443\x\a.dll,Run", &[("dav.example", Way::Share)]),
        (r"robocopy C:\a \\FS01\b \\FS02\c", &[("FS01", Way::Share), ("FS02", Way::Share)]),
        (r"sc \\FS01 query", &[("FS01", Way::Service)]),
        (r"sc create x binPath= \\FS01\a\x.exe", &[("FS01", Way::Share)]),
        (r"sc create x binPath=\\FS01\a\x.exe", &[("FS01", Way::Share)]),
        (r"psexec \\FS01,FS02 -u bob cmd", &[("FS01", Way::PsExec), ("FS02", Way::PsExec)]),
        (r"psexec \\* cmd", &[]),
        (r"psexec @hosts.txt cmd", &[]),
        (r"reg add \\FS01\HKLM\X /v a", &[("FS01", Way::Registry)]),
        (r"schtasks /query /s FS01", &[("FS01", Way::Task)]),
        (r"schtasks.exe /run /S \\FS01 /tn x", &[("FS01", Way::Task)]),
        (r"at \\FS01 12:00 x", &[("FS01", Way::Task)]),
        (r"tasklist /s FS01 /u bob", &[("FS01", Way::Wmi)]),
        (r"dir C:\x /s FS01", &[]),
        (r"wmic /node:FS01,FS02 os get", &[("FS01", Way::Wmi), ("FS02", Way::Wmi)]),
        (r#"wmic /node:"FS01","FS02" os get"#, &[("FS01", Way::Wmi), ("FS02", Way::Wmi)]),
        (r"wmic /NODE:@hosts.txt os get", &[]),
        (r"winrs /r:FS01 dir", &[("FS01", Way::WinRm)]),
        (r"winrs -remote:https://fs01.corp:5986/wsman dir", &[("fs01.corp", Way::WinRm)]),
        (r"mstsc /v FS01", &[("FS01", Way::RemoteDesktop)]),
        (r"mstsc /v:[fe80::1] /admin", &[("fe80::1", Way::RemoteDesktop)]),
        (r"cmdkey /generic:TERMSRV/FS01 /user:x", &[("FS01", Way::Credentials)]),
        (r"ssh -p 22 -i key bob@fs01.corp uname", &[("fs01.corp", Way::Ssh)]),
        (r"scp a.txt bob@fs01.corp:/tmp C:\x", &[("fs01.corp", Way::Ssh)]),
        (r"ssh -x fetch", &[]),
        ("powershell Invoke-Command -CN FS01 {dir}", &[("FS01", Way::WinRm)]),
        ("powershell Invoke-Command FS01 {dir}", &[("FS01", Way::WinRm)]),
        ("powershell Invoke-Command {whoami}", &[]),
        ("powershell Invoke-Command -ComputerName (gc hosts.txt) {whoami}", &[]),
        ("powershell Invoke-Command -ComputerName $x {whoami}", &[]),
        (
            "powershell icm -ComputerName @('FS01','FS02') -sc {whoami}",
            &[("FS01", Way::WinRm), ("FS02", Way::WinRm)],
        ),
        ("powershell gwmi Win32_Process -ComputerName FS01", &[("FS01", Way::Wmi)]),
        ("powershell Get-Process -ComputerName:FS01", &[("FS01", Way::Named)]),
        (
            r"powershell ([wmiclass]'\\FS01\root\cimv2:Win32_Process').Create('x')",
            &[("FS01", Way::Wmi)],
        ),
        (
            "powershell [Type]::GetTypeFromProgID(\"MMC20.Application\", \"FS01\")",
            &[("FS01", Way::Dcom)],
        ),
        (r"type \\localhost\c$\x \\127.0.0.1\c$ \\?\C:\x \\.\pipe\x \\tsclient\C", &[]),
        (r#"python -c "print('C:\\Users\\bob')""#, &[]),
    ];
    for (line, expected) in table {
        let found = Found::of([asks(line)]);
        let expected: Vec<(String, CrossingKind, LeadState)> = expected
            .iter()
            .map(|(host, how)| ((*host).to_owned(), *how, LeadState::NoLogs))
            .collect();
        assert_eq!(found.leads(), expected, "{line}");
        assert_eq!(found.only(), None);
    }
}

#[test]
fn the_missing_host_is_named_in_the_text() {
    let found = tell([asks(r"net use \\FS01\C$")]);
    let texts: Vec<&str> = found.found.leads.iter().map(|lead| lead.text.as_str()).collect();
    assert_eq!(texts, ["net names FS01, of which no log is loaded"]);
}

#[test]
fn a_short_name_of_two_domains_is_that_of_the_own_one() {
    let other = || has_address("B2.other.example", "10.0.0.3");
    let mine = || logon("10:00:00.500", "ann", ADDRESS);
    let found = tell([asks(r"net use \\B2"), other(), mine()]);
    assert_eq!(found.pairs(), ["net on A1 > a record of B2.corp.example, Share, High"]);
    // What happened on the namesake is not what the command did.
    let found = tell([asks(r"net use \\B2"), other(), mine().host("B2.other.example")]);
    assert_eq!(found.only(), None);
    // From a third domain it may be either.
    let third = "A1.third.example";
    let found = Found::of([
        asks(r"net use \\B2").host(third),
        has_address(third, ADDRESS),
        has_address(TARGET, "10.0.0.2"),
        other(),
        mine(),
    ]);
    assert_eq!(found.leads(), [("B2".to_owned(), CrossingKind::Share, LeadState::Ambiguous)]);
    // The whole name is one host.
    let found = tell([asks(r"net use \\B2.other.example"), other(), mine()]);
    assert_eq!(found.only(), None);
}

#[test]
fn an_address_of_two_hosts_names_neither() {
    let mine = || logon("10:00:00.500", "ann", ADDRESS);
    let found = tell([asks(r"net use \\10.0.0.2"), mine()]);
    assert!(found.only().is_some());
    let found =
        tell([asks(r"net use \\10.0.0.2"), mine(), has_address("C3.corp.example", "10.0.0.2")]);
    assert_eq!(found.leads(), [("10.0.0.2".to_owned(), CrossingKind::Share, LeadState::Ambiguous)]);
}

#[test]
fn a_hosts_own_name_leads_nowhere() {
    for line in [r"net use \\A1\C$", r"net use \\a1.corp.example\C$", r"net use \\10.0.0.1\C$"] {
        let found = tell([asks(line), logon("10:00:00.500", "ann", ADDRESS)]);
        assert_eq!((found.only(), found.leads()), (None, vec![]), "{line}");
    }
}

#[test]
fn logs_that_do_not_reach_the_time_are_told_from_silence() {
    let of = |clock: &str| {
        let found = Found::of([asks(r"net use \\B2"), logon(clock, "bob", "10.0.0.9")]);
        found.leads().into_iter().map(|lead| lead.2).collect::<Vec<_>>()
    };
    assert_eq!(of("09:59:54.000"), [LeadState::NotCovered]);
    assert_eq!(of("10:10:01.000"), [LeadState::NotCovered]);
    assert_eq!(of("09:59:56.000"), [LeadState::NothingFound]);
    assert_eq!(of("10:09:59.000"), [LeadState::NothingFound]);
}

#[test]
fn a_computers_own_logons_tell_its_address() {
    // Nothing but a logon as the asking computer tells its address.
    let own = logon("09:00:00.000", "A1$", ADDRESS);
    let found = Found::of([asks(r"net use \\B2"), own, logon("10:00:00.500", "ann", ADDRESS)]);
    assert!(found.only().is_some(), "{:?}", found.leads());
    let other = logon("09:00:00.000", "A1$", "10.0.0.8");
    let found = Found::of([asks(r"net use \\B2"), other, logon("10:00:00.500", "ann", ADDRESS)]);
    assert_eq!(found.only(), None);
}
