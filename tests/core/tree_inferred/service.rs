//! Services.

use super::{SERVICES, assert_inferred, inferred, start, under};
use crate::events::{Make, record, security, sysmon};

const SC: &str = r"C:\Windows\System32\sc.exe";
const EVIL: &str = r"C:\Temp\evil.exe";

fn manager() -> Make {
    start(884, SERVICES, "services.exe", "08:00:00.000")
}

fn install(path: &str, clock: &str) -> Make {
    record("Service Control Manager", "System", 7045, clock)
        .field("ServiceName", "evilsvc")
        .field("ImagePath", path)
        .field("StartType", "demand start")
}

fn child(line: &str) -> Make {
    under(start(3284, EVIL, line, "10:00:05.000"), 884, SERVICES, "08:00:00.000")
}

fn sc(line: &str, clock: &str) -> Make {
    start(12, SC, line, clock)
}

#[test]
fn installed_with_sc_and_started_by_net() {
    let net = r"C:\Windows\System32\net.exe";
    assert_inferred(
        "both",
        vec![
            manager(),
            sc(r"sc create evilsvc binPath= C:\Temp\evil.exe", "10:00:00.000"),
            install(EVIL, "10:00:00.100"),
            start(14, net, "net start evilsvc", "10:00:04.800"),
            child(EVIL),
        ],
        [
            "evil.exe 3284 <= sc.exe 12: service, sure",
            "evil.exe 3284 <= net.exe 14: service started on demand, sure",
        ],
    );
}

#[test]
fn hits_and_near_misses() {
    let hint = "evil.exe 3284 <= ?: service, sure";
    let create = || sc(r"sc create evilsvc binPath= C:\Temp\evil.exe", "10:00:00.000");
    assert_inferred(
        "no installer",
        vec![manager(), install(EVIL, "10:00:00.100"), child(EVIL)],
        [hint],
    );
    assert_inferred("nothing installed", vec![manager(), create(), child(EVIL)], []);
    assert_inferred(
        "another service created",
        vec![
            manager(),
            sc("sc create goodsvc binPath= x", "10:00:00.000"),
            install(EVIL, "10:00:00.100"),
            child(EVIL),
        ],
        [hint],
    );
    assert_inferred(
        "another program installed",
        vec![manager(), create(), install(r"C:\Temp\other.exe", "10:00:00.100"), child(EVIL)],
        [],
    );
    assert_inferred(
        "same name in another folder",
        vec![manager(), create(), install(r"C:\Other\evil.exe", "10:00:00.100"), child(EVIL)],
        [],
    );
    assert_inferred(
        "other arguments",
        vec![
            manager(),
            create(),
            install(r#""C:\Temp\evil.exe" -k one"#, "10:00:00.100"),
            child(r"C:\Temp\evil.exe -k two"),
        ],
        [],
    );
    assert_inferred(
        "installed later",
        vec![manager(), child(EVIL), install(EVIL, "10:10:00.100")],
        [],
    );
    assert_inferred(
        "not a child of the manager",
        vec![install(EVIL, "10:00:00.100"), start(3284, EVIL, EVIL, "10:00:05.000")],
        [],
    );
}

#[test]
fn the_caller_of_4697_and_a_writer_of_the_registry() {
    let shell = || start(77, super::POWERSHELL, "powershell.exe", "09:00:00.000");
    let caller = security(4697, "10:00:00.100")
        .field("ServiceName", "evilsvc")
        .field("ServiceFileName", EVIL)
        .field("ClientProcessId", "77");
    let expected = ["evil.exe 3284 <= powershell.exe 77: service, sure"];
    assert_inferred("4697", vec![manager(), shell(), caller, child(EVIL)], expected);
    let value = |pid: u32, image: &str, clock: &str| {
        sysmon(13, "10:00:00.100")
            .field("ProcessGuid", &crate::events::guid(clock, pid))
            .field("ProcessId", &pid.to_string())
            .field("Image", image)
            .field("TargetObject", r"HKLM\System\CurrentControlSet\Services\evilsvc\ImagePath")
            .field("Details", EVIL)
    };
    let direct = value(77, super::POWERSHELL, "09:00:00");
    assert_inferred("registry", vec![manager(), shell(), direct, child(EVIL)], expected);
    let by_manager = value(884, SERVICES, "08:00:00");
    assert_inferred(
        "the manager writes its registry",
        vec![manager(), shell(), by_manager, child(EVIL)],
        ["evil.exe 3284 <= ?: service, sure"],
    );
}

#[test]
fn a_program_that_installs_itself() {
    let setup = |image: &str, clock: &str| start(14, image, r"evil.exe -i", clock);
    assert_inferred(
        "right before",
        vec![manager(), setup(EVIL, "09:59:58.000"), install(EVIL, "10:00:00.100"), child(EVIL)],
        ["evil.exe 3284 <= evil.exe 14: service, likely"],
    );
    let hint = ["evil.exe 3284 <= ?: service, sure"];
    assert_inferred(
        "an hour before",
        vec![manager(), setup(EVIL, "09:00:00.000"), install(EVIL, "10:00:00.100"), child(EVIL)],
        hint,
    );
    assert_inferred(
        "from another folder",
        vec![
            manager(),
            setup(r"D:\x\evil.exe", "09:59:58.000"),
            install(EVIL, "10:00:00.100"),
            child(EVIL),
        ],
        hint,
    );
}

#[test]
fn installed_over_the_network() {
    let share = security(5145, "10:00:00.000")
        .field("SubjectUserName", "kvogt")
        .field("SubjectLogonId", "0xa")
        .field("IpAddress", "10.0.0.7")
        .field("ShareName", r"\\*\IPC$")
        .field("RelativeTargetName", "svcctl");
    let tree = inferred([manager(), share, install(EVIL, "10:00:00.100"), child(EVIL)]);
    let texts: Vec<&str> = tree.inferred.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["Service evilsvc installed over the network by kvogt from 10.0.0.7"]);
}
