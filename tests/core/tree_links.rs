//! Who is whose parent: GUID, id within a lifetime, and never across exit, reboot or another image.

use crate::events::{
    Make, guid, parent_of, process, record, security_exit, security_start, show, sysmon_exit,
    sysmon_start, time, tree_of,
};
use spawnscope::model::{ParentLink, ProcessTree};

const ZOOM: &str = r"C:\Users\m\AppData\Roaming\Zoom\bin\Zoom.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";

fn kernel(event_id: u32, clock: &str) -> Make {
    record("Microsoft-Windows-Kernel-General", "System", event_id, clock)
}

fn event_log(event_id: u32, clock: &str) -> Make {
    record("EventLog", "System", event_id, clock)
}

fn link_of_cmd(tree: &ProcessTree) -> (Option<ParentLink>, Option<bool>) {
    let child = process(tree, "cmd.exe", 11);
    (child.parent_link, parent_of(tree, child).map(|parent| parent.stub.is_none()))
}

#[test]
fn guid_wins_over_pid() {
    let (first, second) = (guid("10:00:00", 1), guid("10:00:03", 2));
    let tree = tree_of([
        sysmon_start(&first, 10, ZOOM, "10:00:00.000"),
        sysmon_start(&second, 10, ZOOM, "10:00:03.000"),
        sysmon_start(&guid("10:00:05", 3), 11, CMD, "10:00:05.000").parent(&first, 10, ZOOM),
    ]);
    let child = process(&tree, "cmd.exe", 11);
    assert_eq!(child.parent_link, Some(ParentLink::Guid));
    assert_eq!(parent_of(&tree, child).and_then(|up| up.start), Some(time("10:00:00.000")));
}

#[test]
fn guid_links_across_exit_and_reboot_records() {
    let zoom = guid("10:00:00", 1);
    let tree = tree_of([
        sysmon_start(&zoom, 10, ZOOM, "10:00:00.000"),
        sysmon_exit(&zoom, 10, ZOOM, "10:00:02.000"),
        kernel(12, "10:00:03.000"),
        sysmon_start(&guid("10:00:05", 3), 11, CMD, "10:00:05.000").parent(&zoom, 10, ZOOM),
    ]);
    assert_eq!(link_of_cmd(&tree), (Some(ParentLink::Guid), Some(true)));
}

#[test]
fn newest_holder_of_the_pid() {
    let tree = tree_of([
        security_start(10, ZOOM, "10:00:00.000"),
        security_start(10, ZOOM, "10:00:03.000"),
        security_start(11, CMD, "10:00:05.000").creator(10).creator_image(ZOOM),
        security_start(10, ZOOM, "10:00:07.000"),
    ]);
    let child = process(&tree, "cmd.exe", 11);
    assert_eq!(child.parent_link, Some(ParentLink::Pid));
    assert_eq!(parent_of(&tree, child).and_then(|up| up.start), Some(time("10:00:03.000")));
}

#[test]
fn what_parts_a_pid() {
    let nothing = || security_start(99, CMD, "10:00:09.000");
    let user32 = |id: u32, clock: &str| record("User32", "System", id, clock);
    let cases = [
        ("nothing between", nothing(), true),
        ("exit by 4689", security_exit(10, ZOOM, "10:00:02.000"), false),
        ("exit after the child", security_exit(10, ZOOM, "10:00:06.000"), true),
        (
            "exit of another image, so of a later holder",
            security_exit(10, CMD, "10:00:02.000"),
            false,
        ),
        ("exit on another host", security_exit(10, ZOOM, "10:00:02.000").host("PC2"), true),
        ("kernel start", kernel(12, "10:00:02.000"), false),
        ("kernel stop", kernel(13, "10:00:02.000"), false),
        ("event log start", event_log(6005, "10:00:02.000"), false),
        ("event log stop", event_log(6006, "10:00:02.000"), false),
        ("unexpected shutdown", event_log(6008, "10:00:02.000"), false),
        ("requested", user32(1074, "10:00:02.000"), false),
        ("reboot before the parent", kernel(12, "09:59:59.000"), true),
        ("reboot after the child", kernel(12, "10:00:06.000"), true),
        ("reboot elsewhere", kernel(12, "10:00:02.000").host("PC2"), true),
        (
            "another provider's 12",
            record("Microsoft-Windows-HAL", "System", 12, "10:00:02.0"),
            true,
        ),
        ("another start of the id", security_start(10, CMD, "10:00:02.000"), false),
    ];
    for (what, between, linked) in cases {
        let tree = tree_of([
            security_start(10, ZOOM, "10:00:00.000"),
            between,
            security_start(11, CMD, "10:00:05.000").creator(10).creator_image(ZOOM),
        ]);
        let expected = if linked {
            (Some(ParentLink::Pid), Some(true))
        } else {
            (Some(ParentLink::Stub), Some(false))
        };
        assert_eq!(link_of_cmd(&tree), expected, "{what}\n{}", show(&tree));
    }
}

#[test]
fn a_request_waits_for_the_shutdown_it_asks_for() {
    let start = || security_start(10, ZOOM, "10:00:00.000");
    let child = || security_start(11, CMD, "10:00:05.000").creator(10).creator_image(ZOOM);
    let asked = || record("User32", "System", 1074, "10:00:02.000");
    let running = tree_of([start(), asked(), child(), kernel(13, "10:10:00.000")]);
    assert_eq!(link_of_cmd(&running).0, Some(ParentLink::Pid));
    let cancelled =
        tree_of([start(), asked(), record("User32", "System", 1075, "10:00:03.000"), child()]);
    assert_eq!(link_of_cmd(&cancelled).0, Some(ParentLink::Pid));
    let down = tree_of([start(), asked(), kernel(13, "10:00:03.000"), child()]);
    assert_eq!(link_of_cmd(&down).0, Some(ParentLink::Stub));
}

#[test]
fn the_event_log_starts_within_the_boot() {
    let tree = tree_of([
        kernel(12, "09:59:50.000"),
        security_start(10, ZOOM, "10:00:00.000"),
        event_log(6005, "10:00:02.000"),
        security_start(11, CMD, "10:00:05.000").creator(10).creator_image(ZOOM),
    ]);
    assert_eq!(link_of_cmd(&tree).0, Some(ParentLink::Pid));
}

#[test]
fn a_parent_starts_before_its_child() {
    for (clock, link) in [
        ("10:00:04.000", ParentLink::Pid),
        ("10:00:05.000", ParentLink::Pid),
        ("10:00:06.000", ParentLink::Stub),
    ] {
        let tree = tree_of([
            security_start(10, ZOOM, clock),
            security_start(11, CMD, "10:00:05.000").creator(10).creator_image(ZOOM),
        ]);
        assert_eq!(link_of_cmd(&tree).0, Some(link), "{clock}");
    }
}

#[test]
fn old_4688_names_no_parent_image() {
    let tree = tree_of([
        security_start(10, ZOOM, "10:00:00.000"),
        security_start(11, CMD, "10:00:05.000").creator(10),
    ]);
    assert_eq!(link_of_cmd(&tree), (Some(ParentLink::Pid), Some(true)));
}

#[test]
fn a_parent_guid_forbids_another_guid_under_the_pid() {
    // The child names a Zoom.exe that started at 10:00:02; the logs hold the one of 10:00:00.
    let tree = tree_of([
        sysmon_start(&guid("10:00:00", 1), 10, ZOOM, "10:00:00.000"),
        sysmon_start(&guid("10:00:05", 3), 11, CMD, "10:00:05.000").parent(
            &guid("10:00:02", 2),
            10,
            ZOOM,
        ),
    ]);
    assert_eq!(link_of_cmd(&tree), (Some(ParentLink::Stub), Some(false)));
}

#[test]
fn a_guid_without_time_leaves_the_pid() {
    // An entity id of another product, and a parent that only Security saw.
    let tree = tree_of([
        security_start(10, ZOOM, "10:00:00.000"),
        sysmon_start("MDRhY2Y2YTAtMTIz", 11, CMD, "10:00:05.000").parent("eHl6LTEyMw", 10, ZOOM),
    ]);
    assert_eq!(link_of_cmd(&tree), (Some(ParentLink::Pid), Some(true)));
    assert_eq!(process(&tree, "cmd.exe", 11).guid.as_deref(), Some("MDRhY2Y2YTAtMTIz"));
}

#[test]
fn during_a_gap_of_sysmon_the_4688_is_the_parent() {
    let cases = [
        ("same second", guid("10:00:00", 7), 10, ZOOM, true),
        ("two seconds apart", guid("09:59:59", 7), 10, ZOOM, true),
        ("another time", guid("09:59:50", 7), 10, ZOOM, false),
        ("another id", guid("10:00:00", 7), 12, ZOOM, false),
        ("another image", guid("10:00:00", 7), 10, CMD, false),
    ];
    for (what, parent, pid, image, adopted) in cases {
        let tree = tree_of([
            security_start(10, ZOOM, "10:00:00.500"),
            sysmon_start(&guid("10:00:05", 3), 11, CMD, "10:00:05.000").parent(&parent, pid, image),
        ]);
        let zoom = tree
            .processes
            .iter()
            .find(|process| !process.witnesses.is_empty() && process.pid == Some(10));
        let known = zoom.and_then(|zoom| zoom.guid.clone());
        assert_eq!(known.is_some(), adopted, "{what}");
        assert_eq!(tree.processes.len(), if adopted { 2 } else { 3 }, "{what}\n{}", show(&tree));
        let link = if adopted { ParentLink::Guid } else { ParentLink::Stub };
        assert_eq!(link_of_cmd(&tree).0, Some(link), "{what}");
    }
}

#[test]
fn cycles_are_broken_at_the_less_certain_link() {
    let (a, b) = (guid("10:00:00", 1), guid("10:00:05", 2));
    let tree = tree_of([
        sysmon_start(&a, 10, ZOOM, "10:00:00.000").parent(&b, 11, CMD),
        sysmon_start(&b, 11, CMD, "10:00:05.000").parent(&a, 10, ZOOM),
    ]);
    assert_eq!(tree.roots.len(), 1, "{}", show(&tree));
    let zoom = process(&tree, "Zoom.exe", 10);
    assert_eq!((zoom.parent, zoom.parent_link), (None, None), "its parent is younger than it");
    assert_eq!(link_of_cmd(&tree).0, Some(ParentLink::Guid));
    // Within one moment a link by id can close a circle with one by GUID.
    let zero = "{00000000-0000-0000-0000-000000000000}";
    let tree = tree_of([
        sysmon_start(&a, 10, ZOOM, "10:00:00.000").parent(zero, 11, CMD),
        sysmon_start(&b, 11, CMD, "10:00:00.000").parent(&a, 10, ZOOM),
    ]);
    assert_eq!(process(&tree, "Zoom.exe", 10).parent, None, "{}", show(&tree));
    assert_eq!(link_of_cmd(&tree).0, Some(ParentLink::Guid));
}

#[test]
fn nobody_is_their_own_parent() {
    let a = guid("10:00:00", 1);
    let tree = tree_of([sysmon_start(&a, 10, ZOOM, "10:00:00.000").parent(&a, 10, ZOOM)]);
    assert_eq!((tree.processes.len(), tree.roots.len()), (1, 1));
    let by_pid = tree_of([security_start(10, ZOOM, "10:00:00.000").creator(10)]);
    assert_eq!(process(&by_pid, "Zoom.exe", 10).parent_link, Some(ParentLink::Stub));
}

#[test]
fn children_stand_in_start_order() {
    let zoom = guid("10:00:00", 1);
    let child = |clock: &str, pid: u32| {
        sysmon_start(&guid("10:00:05", pid), pid, CMD, clock).parent(&zoom, 10, ZOOM)
    };
    let tree = tree_of([
        child("10:00:09.000", 30),
        child("10:00:07.000", 40),
        sysmon_start(&zoom, 10, ZOOM, "10:00:00.000"),
        child("10:00:08.000", 20),
    ]);
    let pids: Vec<_> = tree
        .iter()
        .flat_map(|(at, _)| tree.children_of(at))
        .filter_map(|at| tree.process(*at))
        .filter_map(|child| child.pid)
        .collect();
    assert_eq!(pids, [40, 20, 30]);
}
