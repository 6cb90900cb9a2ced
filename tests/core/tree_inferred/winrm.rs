//! Windows Remote Management.

use super::{POWERSHELL, assert_inferred, start, under};
use crate::events::{Make, security};

const HOST: &str = r"C:\Windows\System32\wsmprovhost.exe";
const WHOAMI: &str = r"C:\Windows\System32\whoami.exe";

fn host() -> Make {
    start(4000, HOST, "wsmprovhost.exe -Embedding", "10:00:02.000")
}

fn child() -> Make {
    let line = r#""C:\Windows\system32\whoami.exe" /groups"#;
    under(start(4010, WHOAMI, line, "10:00:05.000"), 4000, HOST, "10:00:02.000")
        .field("LogonId", "0xa")
}

fn shell(line: &str) -> Make {
    start(77, POWERSHELL, line, "10:00:01.000")
}

#[test]
fn hits_and_near_misses() {
    assert_inferred(
        "this computer, and the command",
        vec![
            host(),
            child(),
            shell("powershell Invoke-Command -ComputerName localhost { whoami /groups }"),
        ],
        ["whoami.exe 4010 <= powershell.exe 77: Windows Remote Management, sure"],
    );
    assert_inferred(
        "this computer by its name",
        vec![host(), child(), shell("powershell Enter-PSSession -ComputerName pc1")],
        ["whoami.exe 4010 <= powershell.exe 77: Windows Remote Management, likely"],
    );
    assert_inferred(
        "another computer",
        vec![host(), child(), shell("powershell Enter-PSSession -ComputerName pc12")],
        [],
    );
    assert_inferred(
        "not a child of the host",
        vec![
            host(),
            start(4010, WHOAMI, "whoami /groups", "10:00:05.000"),
            shell("powershell Enter-PSSession localhost"),
        ],
        [],
    );
    let logon = |address: &str| {
        security(4624, "10:00:01.500")
            .field("TargetUserName", "kvogt")
            .field("TargetLogonId", "0xa")
            .field("LogonType", "3")
            .field("IpAddress", address)
    };
    assert_inferred(
        "a session from elsewhere",
        vec![logon("10.0.0.7"), host(), child()],
        ["whoami.exe 4010 <= ?: Windows Remote Management, sure"],
    );
    assert_inferred("a session from here", vec![logon("::1"), host(), child()], []);
}
