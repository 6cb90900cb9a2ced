//! Each command with what it does on the other host.

use spawnscope::model::{Confidence, CrossingKind, LeadState};

use super::{ADDRESS, Found, USER, asks, asks_as, child, hosts, logon, service, share, task, tell};
use crate::events::{Make, security};

const WMI: &str = r"C:\Windows\System32\wbem\WmiPrvSE.exe";
const SERVICES: &str = r"C:\Windows\System32\services.exe";
const REMOTE_SHELL: &str = r"C:\Windows\System32\wsmprovhost.exe";
const SCHEDULE: &str = r"C:\Windows\System32\svchost.exe";
const PSEXEC: &str = r"C:\Windows\PSEXESVC.exe";
const SYSTEM: &str = r"NT AUTHORITY\SYSTEM";

/// A command, what comes of it, and the way and sureness of the pair.
type Hit = (&'static str, Vec<Make>, (CrossingKind, Confidence));

/// Each way of Windows' own programs.
fn hits_of_programs() -> Vec<Hit> {
    use Confidence::{High, Medium};
    use CrossingKind as Way;
    let mine = |clock| logon(clock, "ann", ADDRESS);
    let admin = |name| share("10:00:00.600", "ann", ADDRESS, name);
    vec![
        (r"net use \\B2\C$", vec![mine("10:00:00.500"), admin("C$")], (Way::Share, High)),
        (r"net view \\b2", vec![mine("10:00:00.500"), admin("IPC$")], (Way::Share, High)),
        (r"cmd.exe /c dir \\b2.corp.example\c$\Users", vec![admin("C$")], (Way::Share, High)),
        (r"xcopy x.exe \\10.0.0.2\ADMIN$\Temp\", vec![admin("ADMIN$")], (Way::Share, High)),
        (
            r"psexec.exe \\B2 -s cmd.exe /c whoami /all",
            vec![
                mine("10:00:00.500"),
                service("10:00:01.000", "PSEXESVC", r"%SystemRoot%\PSEXESVC.exe"),
                child("10:00:02.000", PSEXEC, r#""cmd.exe" /c whoami /all"#, SYSTEM),
            ],
            (Way::PsExec, High),
        ),
        (
            r"PsExec64.exe -accepteula \\B2 cmd",
            vec![
                mine("10:00:00.500"),
                child("10:00:01.000", SERVICES, r"C:\Windows\PSEXESVC.exe", SYSTEM),
            ],
            (Way::PsExec, Medium),
        ),
        (
            r"schtasks /create /s B2 /tn Update\Check /tr calc.exe /sc once /st 23:00",
            vec![mine("10:00:00.500"), task("10:00:00.700", r"\Update\Check")],
            (Way::Task, High),
        ),
        (
            r#"schtasks /create /s B2 /tn Check /tr "rundll32.exe C:\a.dll,Run" /sc minute"#,
            vec![child("10:05:00.000", SCHEDULE, r"rundll32.exe C:\a.dll,Run", SYSTEM)],
            (Way::Task, Medium),
        ),
        (
            r"sc.exe \\B2 create Helper binPath= C:\Temp\h.exe",
            vec![service("10:00:00.400", "Helper", r"C:\Temp\h.exe")],
            (Way::Service, Medium),
        ),
        (
            r"sc.exe \\B2 create Helper binPath= C:\Temp\h.exe",
            vec![mine("10:00:00.200"), service("10:00:00.400", "Helper", r"C:\Temp\h.exe")],
            (Way::Service, High),
        ),
        (r"reg query \\B2\HKLM\Software", vec![admin("IPC$")], (Way::Registry, High)),
        ("mstsc.exe /v:B2:3389", vec![screen("ann")], (Way::RemoteDesktop, High)),
        ("mstsc.exe /v:B2", vec![screen("bob")], (Way::RemoteDesktop, Confidence::Low)),
        (
            r"cmdkey /add:TERMSRV/B2 /user:CORP\bob /pass:x",
            vec![screen("bob")],
            (Way::Credentials, High),
        ),
        (r"at \\B2 12:00 calc.exe", vec![mine("10:00:00.200"), admin("IPC$")], (Way::Task, High)),
        ("ssh bob@b2.corp.example", vec![logon("10:00:02.000", "bob", ADDRESS)], (Way::Ssh, High)),
    ]
}

/// Each way by which a program is run there for the one who asks.
fn hits_of_remote_shells() -> Vec<Hit> {
    use Confidence::High;
    use CrossingKind as Way;
    let mine = |clock| logon(clock, "ann", ADDRESS);
    vec![
        (
            r#"wmic /node:"B2" process call create "rundll32.exe C:\a.dll,Run""#,
            vec![child("10:00:01.000", WMI, r"rundll32.exe C:\a.dll,Run", USER)],
            (Way::Wmi, High),
        ),
        (
            r"powershell -c Invoke-WmiMethod -ComputerName B2 -Class Win32_Process -Name Create -ArgumentList 'calc.exe /x'",
            vec![child("10:00:01.000", WMI, "calc.exe /x", USER)],
            (Way::Wmi, High),
        ),
        (
            r"powershell -c Invoke-Command -ComputerName B2 -ScriptBlock { whoami /priv }",
            vec![
                mine("10:00:00.500"),
                child(
                    "10:00:01.500",
                    REMOTE_SHELL,
                    r#""C:\Windows\System32\whoami.exe" /priv"#,
                    USER,
                ),
            ],
            (Way::WinRm, High),
        ),
        (
            "powershell -c Enter-PSSession B2",
            vec![
                mine("10:00:00.500"),
                child(
                    "10:00:01.000",
                    SCHEDULE,
                    r"C:\Windows\System32\wsmprovhost.exe -Embedding",
                    USER,
                ),
            ],
            (Way::WinRm, High),
        ),
        (
            "winrs -r:http://b2:5985 ipconfig /all",
            vec![child(
                "10:00:01.000",
                r"C:\Windows\System32\winrshost.exe",
                "ipconfig  /all",
                USER,
            )],
            (Way::WinRm, High),
        ),
        (
            "powershell -c [activator]::CreateInstance([type]::GetTypeFromProgID('MMC20.Application','B2')).Document.ActiveView.ExecuteShellCommand('calc.exe',$null,'/x','7')",
            vec![mine("10:00:00.500")],
            (Way::Dcom, High),
        ),
    ]
}

#[test]
fn each_way_is_paired_with_what_it_does() {
    for (line, effects, expected) in hits_of_programs().into_iter().chain(hits_of_remote_shells()) {
        let found = tell([asks(line)].into_iter().chain(effects));
        assert_eq!(found.only(), Some(expected), "{line}: {:?}", found.leads());
        assert_eq!(found.leads(), [], "{line}");
    }
}

/// A logon of somebody who sees the screen.
fn screen(user: &str) -> Make {
    logon("10:00:20.000", user, ADDRESS).field("LogonType", "10")
}

#[test]
fn near_misses_are_no_pair() {
    let rundll32 = r#"wmic /node:B2 process call create "rundll32.exe C:\a.dll,Run""#;
    let table: Vec<(&str, &str, Vec<Make>)> = vec![
        ("nothing there", r"net use \\B2\C$", vec![logon("07:00:00.000", "x", "10.0.0.9")]),
        ("another user", r"net use \\B2", vec![logon("10:00:00.500", "bob", ADDRESS)]),
        ("another address", r"net use \\B2", vec![logon("10:00:00.500", "ann", "10.0.0.2")]),
        ("an address of nobody", r"net use \\B2", vec![logon("10:00:00.500", "ann", "10.9.9.9")]),
        ("too late", r"net use \\B2", vec![logon("10:10:00.500", "ann", ADDRESS)]),
        ("too early", r"net use \\B2", vec![logon("09:59:54.900", "ann", ADDRESS)]),
        ("another share", r"net use \\B2\C$", vec![share("10:00:00.500", "ann", ADDRESS, "D$")]),
        ("a local logon", r"net use \\B2", vec![logon("10:00:00.500", "ann", "127.0.0.1")]),
        ("its own logon", r"net use \\B2", vec![logon("10:00:00.500", "ann", "::1")]),
        (
            "at its own console",
            r"net use \\B2",
            vec![logon("10:00:00.500", "ann", ADDRESS).field("LogonType", "2")],
        ),
        (
            "another service",
            r"sc \\B2 create Helper binPath= x",
            vec![service("10:00:00.400", "Helper2", "x")],
        ),
        (
            "another task",
            "schtasks /create /s B2 /tn Check /tr x",
            vec![task("10:00:00.400", r"\Check2")],
        ),
        (
            "other arguments",
            rundll32,
            vec![child("10:00:01.000", WMI, r"rundll32.exe C:\b.dll,Run", USER)],
        ),
        (
            "more arguments asked than given",
            rundll32,
            vec![child("10:00:01.000", WMI, r"rundll32.exe C:\a.dll,Run now", USER)],
        ),
        (
            "started by its user",
            rundll32,
            vec![child(
                "10:00:01.000",
                r"C:\Windows\explorer.exe",
                r"rundll32.exe C:\a.dll,Run",
                USER,
            )],
        ),
        (
            "its own program",
            r"cmd.exe /c net use \\B2\C$",
            vec![child("10:00:01.000", WMI, "cmd.exe", r"CORP\bob")],
        ),
        (
            "another's session",
            "powershell -c Enter-PSSession B2",
            vec![child("10:00:01.000", SCHEDULE, "wsmprovhost.exe -Embedding", r"CORP\bob")],
        ),
    ];
    for (why, line, effects) in table {
        let found = tell([asks(line)].into_iter().chain(effects));
        assert_eq!(found.only(), None, "{why}: {:?}", found.pairs());
        let states: Vec<LeadState> = found.leads().into_iter().map(|lead| lead.2).collect();
        assert_eq!(states, [LeadState::NothingFound], "{why}");
    }
}

#[test]
fn the_effect_on_a_third_host_is_not_the_effect_on_the_named_one() {
    let found = tell([
        asks(r"net use \\B2\C$"),
        logon("10:00:00.500", "ann", ADDRESS).host("C3.corp.example"),
        share("10:00:00.600", "ann", ADDRESS, "C$").host("C3.corp.example"),
    ]);
    assert_eq!(found.only(), None, "{:?}", found.pairs());
}

#[test]
fn other_credentials_count_where_a_record_or_the_command_names_them() {
    let bobs =
        || [logon("10:00:00.500", "bob", ADDRESS), share("10:00:00.600", "bob", ADDRESS, "C$")];
    let explicit = security(4648, "10:00:00.400")
        .field("SubjectLogonId", "0x51a2b")
        .field("TargetUserName", "bob")
        .field("TargetServerName", "b2.corp.example")
        .host(super::ASKER);
    let sure = Some((CrossingKind::Share, Confidence::High));
    let of =
        |line, more: Vec<Make>| tell([asks(line)].into_iter().chain(bobs()).chain(more)).only();
    assert_eq!(of(r"net use \\B2\C$ /user:CORP\bob x", vec![]), sure);
    assert_eq!(of(r"net use \\B2\C$", vec![explicit.clone()]), sure);
    // Credentials for another host say nothing.
    let elsewhere = explicit.field("TargetServerName", "c3.corp.example");
    let likely = Some((CrossingKind::Share, Confidence::Medium));
    assert_eq!(of(r"net use \\B2\C$", vec![elsewhere]), likely);
}

#[test]
fn a_service_of_the_system_comes_as_the_computer() {
    let machine = logon("10:00:00.500", "A1$", ADDRESS);
    let line = r"reg save \\B2\HKLM\SAM x";
    let system = asks_as(line, SYSTEM).field("IntegrityLevel", "System");
    let found = tell([system, machine.clone()]);
    assert_eq!(found.only(), Some((CrossingKind::Registry, Confidence::High)));
    let found = tell([asks(line), machine]);
    assert_eq!(found.only(), None, "a user's command does not");
}

#[test]
fn without_an_address_the_name_of_the_workstation_counts() {
    let from = |name| logon("10:00:00.500", "ann", "-").field("WorkstationName", name);
    let found = |name| Found::of([asks(r"net use \\B2"), from(name)]).only();
    assert_eq!(found("A1"), Some((CrossingKind::Share, Confidence::High)));
    assert_eq!(found("-"), Some((CrossingKind::Share, Confidence::Low)));
    assert_eq!(found("C3"), None);
}

#[test]
fn the_nearest_of_several_starts_is_taken() {
    let line = r#"wmic /node:B2 process call create "rundll32.exe C:\a.dll,Run""#;
    let found = tell([
        asks(line),
        child("10:00:09.000", WMI, r"rundll32.exe C:\a.dll,Run", USER),
        child("10:00:01.000", WMI, r"rundll32.exe C:\a.dll,Run", USER),
        child("09:59:57.000", WMI, r"rundll32.exe C:\a.dll,Run", USER),
    ]);
    let times: Vec<String> = found
        .found
        .crossings
        .iter()
        .filter_map(|pair| pair.time)
        .map(|time| time.clock(false))
        .collect();
    assert_eq!(times, ["10:00:01"]);
}

#[test]
fn a_clock_that_is_behind_is_told() {
    let found =
        tell([asks(r"sc \\B2 create Helper binPath= x"), service("09:59:58.000", "Helper", "x")]);
    let text = &found.found.crossings.first().expect("a pair").text;
    assert!(text.contains("2.0 seconds earlier by its own clock"), "{text}");
}

#[test]
fn the_program_that_acts_stands_for_the_shell_above_it() {
    let shell = asks(r"cmd.exe /c net use \\B2\C$");
    let guid_of_shell = crate::events::guid("10:00:00", 7);
    let net = crate::events::sysmon_start(
        &crate::events::guid("10:00:00", 8),
        708,
        r"C:\Windows\System32\net.exe",
        "10:00:00.200",
    )
    .field("CommandLine", r"net  use \\B2\C$")
    .field("User", USER)
    .parent(&guid_of_shell, 700, r"C:\Windows\System32\cmd.exe")
    .host(super::ASKER);
    let effects =
        [logon("10:00:00.500", "ann", ADDRESS), share("10:00:00.600", "ann", ADDRESS, "C$")];
    let found = tell([shell.clone(), net].into_iter().chain(effects.clone()));
    assert_eq!(found.pairs(), ["net.exe on A1 > a record of B2.corp.example, Share, High"]);
    let found = tell([shell].into_iter().chain(effects));
    assert_eq!(found.pairs(), ["cmd.exe on A1 > a record of B2.corp.example, Share, High"]);
}

#[test]
fn a_script_at_a_prompt_asks_too() {
    let script = |text: &str| {
        crate::events::record(
            "Microsoft-Windows-PowerShell",
            "Microsoft-Windows-PowerShell/Operational",
            4104,
            "10:30:00.000",
        )
        .field("ScriptBlockText", text)
        .field("ScriptBlockId", "b1f2")
        .field("MessageNumber", "1")
        .field("MessageTotal", "1")
        .logger(700)
        .host(super::ASKER)
    };
    let there = child("10:30:02.000", SCHEDULE, "wsmprovhost.exe -Embedding", USER);
    let mine = logon("10:30:01.000", "ann", ADDRESS);
    let text = "Enter-PSSession -ComputerName B2";
    let found = tell([asks("powershell.exe"), script(text), mine, there]);
    assert_eq!(found.only(), Some((CrossingKind::WinRm, Confidence::High)));
    // Hosts that a script names without logs are its examples as well.
    let found = tell([asks("powershell.exe"), script("Enter-PSSession -ComputerName SERVER01")]);
    assert_eq!((found.only(), found.leads()), (None, vec![]));
}

#[test]
fn the_result_does_not_depend_on_the_order_of_records() {
    let events = || {
        let line = r#"wmic /node:B2 process call create "rundll32.exe C:\a.dll,Run""#;
        let mut events = hosts().to_vec();
        events.push(asks(line));
        events.push(logon("10:00:00.500", "ann", ADDRESS));
        events.push(logon("10:00:00.500", "ann", ADDRESS).field("IpPort", "50778"));
        events.push(child("10:00:01.000", WMI, r"rundll32.exe C:\a.dll,Run", USER));
        events
    };
    let forth = Found::of(events());
    let back = Found::of(events().into_iter().rev());
    assert_eq!(forth.pairs(), back.pairs());
    assert_eq!(forth.pairs().len(), 1);
}

#[test]
fn a_thousand_commands_within_a_minute_each_find_their_own() {
    let count = 1_200u32;
    let own = |number: u32| format!(r"rundll32.exe C:\a{number}.dll,Run");
    let events = (0..count).flat_map(|number| {
        let clock = format!("10:00:{:02}.{:03}", number / 20, number % 20 * 50);
        let guid = |tail| crate::events::guid(clock.get(..8).expect("a clock time"), tail);
        let line = format!("wmic /node:B2 process call create \"{}\"", own(number));
        let image = r"C:\Windows\System32\wbem\WMIC.exe";
        let asker = crate::events::sysmon_start(&guid(number), number + 1_000, image, &clock)
            .field("CommandLine", &line)
            .field("User", USER)
            .host(super::ASKER);
        let there = child(&clock, WMI, &own(number), USER)
            .field("ProcessGuid", &guid(number + 20_000))
            .field("ProcessId", &(number + 20_000).to_string());
        [asker, there]
    });
    let found = tell(events);
    assert_eq!(found.found.crossings.len(), count as usize);
    for pair in &found.found.crossings {
        let spawnscope::model::CrossingEnd::Process(to) = pair.to else { panic!("{pair:?}") };
        let line = |at| found.tree.process(at)?.command_line.clone();
        let (asked, started) = (line(pair.from).expect("a line"), line(to).expect("a line"));
        assert!(asked.contains(&format!("\"{started}\"")), "{asked} and {started}");
    }
}
