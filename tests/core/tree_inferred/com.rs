//! COM and DCOM.

use super::{POWERSHELL, SVCHOST, assert_inferred, start, under};
use crate::events::{Make, security};

const EXCEL: &str = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE";
const DLLHOST: &str = r"C:\Windows\System32\dllhost.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";
const CMSTP: &str = r"C:\Windows\System32\cmstp.exe";

fn launcher() -> Make {
    start(600, SVCHOST, "svchost.exe -k DcomLaunch -p", "08:00:00.000")
        .field("TerminalSessionId", "0")
}

fn excel(line: &str) -> Make {
    under(start(1364, EXCEL, line, "10:00:05.000"), 600, SVCHOST, "08:00:00.000")
}

fn shell(line: &str, clock: &str) -> Make {
    start(77, POWERSHELL, line, clock)
}

#[test]
fn servers_that_a_text_names() {
    let asks =
        "powershell $e=[activator]::CreateInstance([type]::GetTypeFromProgID('Excel.Application'))";
    assert_inferred(
        "by name",
        vec![launcher(), shell(asks, "10:00:04.000"), excel("EXCEL.EXE /automation -Embedding")],
        ["EXCEL.EXE 1364 <= powershell.exe 77: COM activation, likely"],
    );
    assert_inferred(
        "another class",
        vec![
            launcher(),
            shell("powershell New-Object -ComObject Word.Application", "10:00:04.000"),
            excel("EXCEL.EXE /automation -Embedding"),
        ],
        [],
    );
    assert_inferred(
        "started to open a file",
        vec![launcher(), shell(asks, "10:00:04.000"), excel("EXCEL.EXE book.xlsx")],
        [],
    );
    assert_inferred(
        "long before",
        vec![launcher(), shell(asks, "09:00:04.000"), excel("EXCEL.EXE /automation -Embedding")],
        [],
    );
}

#[test]
fn servers_that_another_computer_asked_for() {
    let logon = security(4624, "10:00:04.900")
        .field("TargetUserName", "kvogt")
        .field("TargetLogonId", "0xa")
        .field("LogonType", "3")
        .field("IpAddress", "10.0.0.7");
    let server = || excel("EXCEL.EXE /automation -Embedding").field("TerminalSessionId", "0");
    let of_session = server().field("LogonId", "0xa");
    assert_inferred(
        "by its session",
        vec![launcher(), logon, of_session],
        ["EXCEL.EXE 1364 <= ?: COM activation, sure"],
    );
    assert_inferred(
        "in session 0",
        vec![launcher(), server()],
        ["EXCEL.EXE 1364 <= ?: COM activation, unsure"],
    );
    let of_service = server().field("User", r"NT AUTHORITY\SYSTEM");
    assert_inferred("for the system", vec![launcher(), of_service], []);
}

#[test]
fn a_surrogate_that_runs_a_program_with_raised_rights() {
    let surrogate = |class: &str| {
        start(3044, DLLHOST, &format!("DllHost.exe /Processid:{{{class}}}"), "10:00:04.000")
    };
    let child = || under(start(544, CMD, "cmd.exe", "10:00:05.000"), 3044, DLLHOST, "10:00:04.000");
    let cmstp = || start(3840, CMSTP, r"cmstp.exe /au c:\temp\tmp.ini", "10:00:02.000");
    assert_inferred(
        "the class of cmstp",
        vec![cmstp(), surrogate("3E5FC7F9-9A51-4367-9063-A120244FBEC7"), child()],
        ["cmd.exe 544 <= cmstp.exe 3840: COM activation, likely"],
    );
    let other = "AB8902B4-09CA-4BB6-B78D-A8F59079A8D5";
    assert_inferred("another class", vec![cmstp(), surrogate(other), child()], []);
    let names = format!("powershell [type]::GetTypeFromCLSID('{other}')");
    assert_inferred(
        "a text that names the class",
        vec![shell(&names, "10:00:02.000"), surrogate(other), child()],
        ["cmd.exe 544 <= powershell.exe 77: COM activation, likely"],
    );
}
