//! Parents and doers without a start record: which are one, when they started, why they lack one.

use crate::events::{
    Make, guid, parent_of, process, record, security_exit, security_start, show, sysmon,
    sysmon_start, time, tree_of,
};
use spawnscope::model::{ParentLink, ProcessTree, StubReason};

const ZOOM: &str = r"C:\Users\m\AppData\Roaming\Zoom\bin\Zoom.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";
const NET: &str = r"C:\Windows\System32\net.exe";

fn stubs(tree: &ProcessTree) -> usize {
    tree.processes.iter().filter(|process| process.stub.is_some()).count()
}

#[test]
fn a_stub_tells_what_the_child_told() {
    let zoom = guid("09:00:00", 1);
    let tree = tree_of([sysmon_start(&guid("10:00:00", 2), 11, CMD, "10:00:00.000")
        .parent(&zoom, 10, ZOOM)
        .field("ParentCommandLine", "zoom --url=x")
        .field("ParentUser", r"CORP\m")]);
    let stub = process(&tree, "Zoom.exe", 10);
    assert_eq!(stub.image.as_deref(), Some(ZOOM));
    assert_eq!(stub.command_line.as_deref(), Some("zoom --url=x"));
    assert_eq!(stub.user.as_deref(), Some(r"CORP\m"));
    assert_eq!(stub.start, Some(time("09:00:00")), "from the GUID");
    assert_eq!(stub.stub, Some(StubReason::BeforeLogs));
    assert_eq!(stub.key, format!("pc1|{}", zoom.trim_matches(['{', '}'])));
    assert_eq!(process(&tree, "cmd.exe", 11).parent_link, Some(ParentLink::Stub));
}

#[test]
fn children_of_one_guid_share_a_stub() {
    let zoom = guid("09:00:00", 1);
    let child = |pid: u32, parent: &str| {
        sysmon_start(&guid("10:00:00", pid), pid, CMD, "10:00:00.000").parent(parent, 10, ZOOM)
    };
    assert_eq!(stubs(&tree_of([child(11, &zoom), child(12, &zoom)])), 1);
    assert_eq!(stubs(&tree_of([child(11, &zoom), child(12, &guid("09:30:00", 9))])), 2);
    // A child that only Security saw has the same parent.
    let security = || security_start(13, CMD, "10:00:01.000").creator(10).creator_image(ZOOM);
    assert_eq!(stubs(&tree_of([child(11, &zoom), security()])), 1);
    assert_eq!(stubs(&tree_of([child(11, &zoom), security().creator_image(NET)])), 2);
}

#[test]
fn children_of_one_pid_share_a_stub_unless_parted() {
    let child =
        |pid: u32, clock: &str| security_start(pid, CMD, clock).creator(10).creator_image(ZOOM);
    let boot = record("Microsoft-Windows-Kernel-General", "System", 12, "10:05:00.000");
    let cases: [(&str, Make, usize); 6] = [
        ("nothing between", security_start(99, CMD, "10:05:00.000"), 1),
        ("reboot between", boot, 2),
        ("exit between", security_exit(10, ZOOM, "10:05:00.000"), 2),
        ("the id is somebody else's between", security_start(10, NET, "10:05:00.000"), 2),
        ("another image", child(13, "10:05:00.000").creator_image(NET), 3),
        ("no image", child(13, "10:05:00.000").creator_image("-"), 1),
    ];
    for (what, between, count) in cases {
        let tree = tree_of([child(11, "10:00:00.000"), between, child(12, "10:10:00.000")]);
        assert_eq!(stubs(&tree), count, "{what}\n{}", show(&tree));
        for pid in [11, 12] {
            let parent = parent_of(&tree, process(&tree, "cmd.exe", pid));
            assert_eq!(parent.and_then(|up| up.image.as_deref()), Some(ZOOM), "{what}");
        }
    }
}

#[test]
fn why_there_is_no_start_record() {
    let begin = || security_start(7, NET, "09:00:00.000");
    let by_pid = |clock: &str| security_start(11, CMD, clock).creator(10).creator_image(ZOOM);
    let by_guid = |start: &str| {
        sysmon_start(&guid("10:00:00", 2), 11, CMD, "10:00:00.000").parent(
            &guid(start, 1),
            10,
            ZOOM,
        )
    };
    let reboot = || record("EventLog", "System", 6005, "09:30:00.000");
    let reused = || security_start(10, NET, "09:30:00.000");
    let system = security_start(11, CMD, "10:00:00.000").creator(4).creator_image("System");
    let of_system = tree_of([begin(), system]);
    assert_eq!(process(&of_system, "System", 4).stub, Some(StubReason::BeforeLogs));
    let cases = [
        ("GUID before the logs", tree_of([begin(), by_guid("08:59:00")]), StubReason::BeforeLogs),
        ("GUID within the logs", tree_of([begin(), by_guid("09:01:00")]), StubReason::NotLogged),
        ("no time", tree_of([begin(), by_pid("10:00:00.000")]), StubReason::Unknown),
        ("the first record's parent", tree_of([by_pid("10:00:00.000")]), StubReason::BeforeLogs),
        (
            "after a reboot",
            tree_of([begin(), reboot(), by_pid("10:00:00.000")]),
            StubReason::NotLogged,
        ),
        (
            "after another's turn",
            tree_of([begin(), reused(), by_pid("10:00:00.000")]),
            StubReason::NotLogged,
        ),
    ];
    for (what, tree, reason) in cases {
        assert_eq!(process(&tree, "Zoom.exe", 10).stub, Some(reason), "{what}\n{}", show(&tree));
    }
}

#[test]
fn a_start_from_the_guid_follows_the_clock_of_the_record() {
    // The export wrote local time as UTC: all records lie four hours before Sysmon's UtcTime.
    let tree = tree_of([sysmon_start(&guid("14:00:00", 2), 11, CMD, "14:00:00.500")
        .written("10:00:00.500")
        .parent(&guid("13:59:00", 1), 10, ZOOM)]);
    let stub = process(&tree, "Zoom.exe", 10);
    assert_eq!((stub.start, stub.start_disputed), (Some(time("09:59:00")), true));
    // The same of a parent that started long before: its second alone would look possible.
    let tree = tree_of([sysmon_start(&guid("14:00:00", 2), 11, CMD, "14:00:00.500")
        .written("10:00:00.500")
        .parent(&guid("06:00:00", 1), 10, ZOOM)]);
    let stub = process(&tree, "Zoom.exe", 10);
    assert_eq!((stub.start, stub.start_disputed), (Some(time("02:00:00")), true));
    // A record that was written late says nothing of the clock.
    let tree = tree_of([sysmon_start(&guid("10:00:00", 2), 11, CMD, "10:00:00.500")
        .written("10:00:12.500")
        .parent(&guid("09:00:00", 1), 10, ZOOM)]);
    let stub = process(&tree, "Zoom.exe", 10);
    assert_eq!((stub.start, stub.start_disputed), (Some(time("09:00:00")), false));
    // A GUID that is no Sysmon's tells a time after its child: no time is better than a wrong one.
    let odd = tree_of([sysmon_start(&guid("10:00:00", 2), 11, CMD, "10:00:00.500").parent(
        &guid("13:00:00", 1),
        10,
        ZOOM,
    )]);
    assert_eq!(process(&odd, "Zoom.exe", 10).start, None);
}

#[test]
fn a_connection_of_an_unlogged_process_makes_a_stub() {
    let svchost = r"C:\Windows\System32\svchost.exe";
    let connection = |clock: &str| {
        sysmon(3, clock)
            .field("ProcessGuid", &guid("09:00:00", 4))
            .field("ProcessId", "40")
            .field("Image", svchost)
            .field("DestinationIp", "203.0.113.44")
            .field("DestinationPort", "443")
    };
    let tree = tree_of([
        security_start(7, NET, "10:00:00.000"),
        connection("10:00:01.000"),
        connection("10:00:02.000"),
    ]);
    let stub = process(&tree, "svchost.exe", 40);
    assert_eq!((stub.stub, stub.activity.len()), (Some(StubReason::BeforeLogs), 2));
    let unknown = tree_of([connection("10:00:01.000").field("Image", "<unknown process>")]);
    assert_eq!(unknown.processes.first().and_then(|process| process.image.clone()), None);
}

#[test]
fn a_parent_known_by_name_only_is_shared() {
    let child = |pid: u32, image: &str| {
        sysmon_start(&guid("10:00:00", pid), pid, CMD, "10:00:00.000").field("ParentImage", image)
    };
    assert_eq!(stubs(&tree_of([child(11, ZOOM), child(12, ZOOM)])), 1);
    assert_eq!(stubs(&tree_of([child(11, ZOOM), child(12, NET)])), 2);
    assert_eq!(stubs(&tree_of([child(11, "-"), child(12, "?")])), 0, "nothing is told");
}
