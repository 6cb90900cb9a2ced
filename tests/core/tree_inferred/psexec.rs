//! `PsExec`.

use super::{SERVICES, assert_inferred, inferred, start, under};
use crate::events::{Make, guid, record, sysmon};

const SERVICE: &str = r"C:\Windows\PSEXESVC.exe";
const PSEXEC: &str = r"C:\Tools\PsExec64.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";

fn service() -> Make {
    under(start(500, SERVICE, SERVICE, "10:00:02.000"), 884, SERVICES, "08:00:00.000")
}

fn child() -> Make {
    under(start(510, CMD, "cmd.exe /c whoami", "10:00:05.000"), 500, SERVICE, "10:00:02.000")
}

fn pipe(name: &str, pid: u32, image: &str, clock: &str) -> Make {
    sysmon(18, "10:00:04.000")
        .field("ProcessGuid", &guid(clock, pid))
        .field("ProcessId", &pid.to_string())
        .field("Image", image)
        .field("PipeName", name)
}

#[test]
fn hits_and_near_misses() {
    let client = |line: &str| start(12, PSEXEC, line, "10:00:00.000");
    let sure = "cmd.exe 510 <= PsExec64.exe 12: PsExec, sure";
    let likely = "cmd.exe 510 <= PsExec64.exe 12: PsExec, likely";
    assert_inferred(
        "the command in its line",
        vec![client("PsExec64.exe -s cmd.exe /c whoami"), service(), child()],
        [sure],
    );
    assert_inferred(
        "another command",
        vec![client("PsExec64.exe -s notepad"), service(), child()],
        [],
    );
    let opened = |pid, image, clock| pipe(r"\PSEXESVC", pid, image, clock);
    assert_inferred(
        "the pipe, by a program that hides its command",
        vec![client("PsExec64.exe @list"), service(), opened(12, PSEXEC, "10:00:00"), child()],
        [likely],
    );
    assert_inferred(
        "the pipe names its client",
        vec![
            client("PsExec64.exe @list"),
            service(),
            pipe(r"\PSEXESVC-PC1-12-stdin", 500, SERVICE, "10:00:02"),
            child(),
        ],
        [sure],
    );
    assert_inferred(
        "opened by the service itself",
        vec![client("PsExec64.exe @list"), service(), opened(500, SERVICE, "10:00:02"), child()],
        [],
    );
}

#[test]
fn from_another_computer() {
    let named = pipe(r"\PSEXESVC-WS-0413-3120-stdout", 500, SERVICE, "10:00:02");
    let tree = inferred([service(), named, child()]);
    assert_eq!(tree.inferred[0].text, "Asked for with PsExec by process 3120 of WS-0413");
    assert_eq!(tree.inferred[0].parent, None);
    let by_system = pipe(r"\PSEXESVC", 4, "System", "08:00:00");
    let hint = ["cmd.exe 510 <= ?: PsExec, likely"];
    assert_inferred("opened over the network", vec![service(), by_system, child()], hint);
}

#[test]
fn the_service_itself_was_installed_by_the_client() {
    let installed = record("Service Control Manager", "System", 7045, "10:00:01.000")
        .field("ServiceName", "PSEXESVC")
        .field("ImagePath", r"%SystemRoot%\PSEXESVC.exe");
    let manager = start(884, SERVICES, "services.exe", "08:00:00.000");
    let client = start(12, PSEXEC, "PsExec64.exe -s cmd", "10:00:00.000");
    assert_inferred(
        "here",
        vec![manager, client, installed, service()],
        ["PSEXESVC.exe 500 <= PsExec64.exe 12: service, likely"],
    );
}
