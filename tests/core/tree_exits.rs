//! Ends of processes, and processes known from their end only.

use crate::events::{
    guid, process, security_exit, security_start, show, sysmon_exit, sysmon_start, time, tree_of,
};
use spawnscope::model::StubReason;

const CMD: &str = r"C:\Windows\System32\cmd.exe";
const NET: &str = r"C:\Windows\System32\net.exe";

#[test]
fn by_guid_and_by_pid_one_end() {
    let id = guid("10:00:00", 1);
    let tree = tree_of([
        sysmon_start(&id, 10, CMD, "10:00:00.000"),
        sysmon_exit(&id, 10, CMD, "10:00:04.123"),
        security_exit(10, CMD, "10:00:04.1251234"),
    ]);
    let found = process(&tree, "cmd.exe", 10);
    assert_eq!(tree.processes.len(), 1, "{}", show(&tree));
    assert_eq!(found.end, Some(time("10:00:04.123")));
    let kinds: Vec<_> = found.witnesses.iter().map(|witness| witness.kind).collect();
    assert_eq!(kinds, ["sysmon/1", "sysmon/5", "security/4689"]);
}

#[test]
fn an_exit_ends_the_newest_holder_only() {
    let tree = tree_of([
        security_start(10, CMD, "10:00:00.000"),
        security_start(10, CMD, "10:00:10.000"),
        security_exit(10, CMD, "10:00:12.000"),
    ]);
    let ends: Vec<_> = tree.processes.iter().map(|process| process.end).collect();
    assert_eq!(ends, [None, Some(time("10:00:12.000"))]);
}

#[test]
fn an_exit_that_fits_nobody_is_a_stub() {
    let cases = [
        ("other image", security_exit(10, NET, "10:00:04.000"), StubReason::Unknown),
        ("before the start", security_exit(10, CMD, "09:59:00.000"), StubReason::BeforeLogs),
        (
            "other GUID, older than the logs",
            sysmon_exit(&guid("09:00:00", 5), 10, CMD, "10:00:04.000"),
            StubReason::BeforeLogs,
        ),
        (
            "other GUID, within the logs",
            sysmon_exit(&guid("10:00:02", 5), 10, CMD, "10:00:04.000"),
            StubReason::NotLogged,
        ),
    ];
    for (what, exit, reason) in cases {
        let tree = tree_of([
            security_start(7, NET, "10:00:00.000"),
            sysmon_start(&guid("10:00:01", 1), 10, CMD, "10:00:01.000"),
            exit,
        ]);
        let stubs: Vec<_> =
            tree.processes.iter().filter(|process| process.stub.is_some()).collect();
        assert_eq!(stubs.len(), 1, "{what}\n{}", show(&tree));
        let stub = stubs.first().expect("one");
        let reason = if what == "other image" { StubReason::NotLogged } else { reason };
        assert_eq!(stub.stub, Some(reason), "{what}");
        assert!(stub.end.is_some() && stub.parent.is_none(), "{what}");
        assert_eq!(stub.witnesses.len(), 1, "{what}");
    }
}

#[test]
fn the_same_exit_from_two_files_makes_one_stub() {
    for exit in [
        security_exit(10, CMD, "10:00:04.000"),
        sysmon_exit(&guid("09:00:00", 5), 10, CMD, "10:00:04.000"),
        // An export that dropped the process id, of a log without GUIDs.
        sysmon_exit("-", 0, CMD, "10:00:04.000"),
    ] {
        let tree = tree_of([exit.clone(), exit.source(1)]);
        assert_eq!(tree.processes.len(), 1, "{}", show(&tree));
    }
}

#[test]
fn a_stub_of_an_exit_is_the_parent_of_its_children() {
    let tree = tree_of([
        security_start(7, NET, "09:00:00.000"),
        security_start(11, NET, "10:00:05.000").creator(10).creator_image(CMD),
        security_exit(10, CMD, "10:00:09.000"),
    ]);
    assert_eq!(tree.processes.len(), 3, "{}", show(&tree));
    let late = tree_of([
        security_start(11, NET, "10:00:15.000").creator(10).creator_image(CMD),
        security_exit(10, CMD, "10:00:09.000"),
    ]);
    assert_eq!(late.processes.len(), 3, "ended before the child started\n{}", show(&late));
}
