//! How sure a parent is and by what; why a process has no start record.

use crate::events::{
    Make, guid, parent_of, process, record, security_exit, security_start, show, sysmon,
    sysmon_exit, sysmon_start, tree_of,
};
use spawnscope::model::{
    DEFENDER, ParentCertainty, ParentEvidence, ParentLink, ProcessTree, StubReason,
};

const ZOOM: &str = r"C:\Users\m\AppData\Roaming\Zoom\bin\Zoom.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";
const NET: &str = r"C:\Windows\System32\net.exe";

fn evidence(tree: &ProcessTree) -> Option<ParentEvidence> {
    process(tree, "cmd.exe", 11).parent_evidence
}

#[test]
fn what_says_that_a_parent_is_the_parent() {
    use ParentEvidence as By;
    let zoom = guid("10:00:00", 1);
    let nothing = || security_start(99, NET, "11:00:00.000");
    let sysmon_zoom = || sysmon_start(&zoom, 10, ZOOM, "10:00:00.000");
    let zoom = || security_start(10, ZOOM, "10:00:00.000");
    let child = || security_start(11, CMD, "10:05:00.000").creator(10);
    let named = || child().creator_image(ZOOM);
    let by_guid = || {
        sysmon_start(&guid("10:05:00", 2), 11, CMD, "10:05:00.000").parent(
            &guid("10:00:00", 1),
            10,
            ZOOM,
        )
    };
    let defender = record(DEFENDER, "DeviceProcessEvents", 1, "10:05:00.000")
        .field("ProcessId", "11")
        .field("ProcessCreationTime", "2026-04-12T10:05:00Z")
        .field("Image", CMD)
        .field("ParentProcessId", "10")
        .field("ParentProcessCreationTime", "2026-04-12T10:00:00Z")
        .field("ParentImage", ZOOM);
    let end = |clock: &str| security_exit(10, ZOOM, clock);
    let others_end = |clock: &str| security_exit(77, NET, clock);
    let id = guid("10:00:00", 1);
    let cases: [(&str, [Make; 4], By); 12] = [
        ("GUID", [sysmon_zoom(), by_guid(), nothing(), nothing()], By::Guid),
        ("creation time", [sysmon_zoom(), defender, nothing(), nothing()], By::CreationTime),
        (
            "end by GUID",
            [sysmon_zoom(), child(), sysmon_exit(&id, 10, ZOOM, "10:09:00.000"), nothing()],
            By::Lifetime,
        ),
        ("image", [zoom(), named(), nothing(), nothing()], By::Image),
        ("image and end", [zoom(), named(), end("10:09:00.000"), nothing()], By::Image),
        ("end", [zoom(), child(), end("10:09:00.000"), nothing()], By::End),
        (
            "ends are logged",
            [zoom(), child(), others_end("09:59:00.000"), others_end("10:06:00.000")],
            By::NoEnd,
        ),
        (
            "ends were logged before",
            [zoom(), child(), others_end("09:58:00.000"), others_end("09:59:00.000")],
            By::IdAlone,
        ),
        ("nothing else", [zoom(), child(), nothing(), nothing()], By::IdAlone),
        ("stub by GUID", [by_guid(), nothing(), nothing(), nothing()], By::NamedGuid),
        ("stub by image", [named(), nothing(), nothing(), nothing()], By::NamedImage),
        ("stub by id", [child(), nothing(), nothing(), nothing()], By::NamedId),
    ];
    for (what, events, expected) in cases {
        let tree = tree_of(events);
        assert_eq!(evidence(&tree), Some(expected), "{what}\n{}", show(&tree));
    }
}

#[test]
fn an_image_long_ago_is_no_proof_where_no_end_is_logged() {
    let old = || {
        let day = spawnscope::model::Timestamp::parse("2026-04-10T10:00:00Z");
        let mut event = security_start(10, ZOOM, "10:00:00.000").done();
        event.time = day;
        event
    };
    let child = || security_start(11, CMD, "10:05:00.000").creator(10).creator_image(ZOOM).done();
    let tree = spawnscope::tree::build(&[old(), child()]);
    assert_eq!(evidence(&tree), Some(ParentEvidence::IdAlone));
    let end = security_exit(10, ZOOM, "10:06:00.000").done();
    let tree = spawnscope::tree::build(&[old(), child(), end]);
    assert_eq!(evidence(&tree), Some(ParentEvidence::Image));
}

#[test]
fn certainty_has_its_reason_in_words() {
    use ParentEvidence as By;
    for (evidence, certainty) in [
        (By::Guid, ParentCertainty::Certain),
        (By::CreationTime, ParentCertainty::Certain),
        (By::Lifetime, ParentCertainty::Certain),
        (By::NamedGuid, ParentCertainty::Certain),
        (By::Image, ParentCertainty::Likely),
        (By::End, ParentCertainty::Likely),
        (By::NoEnd, ParentCertainty::Likely),
        (By::NamedImage, ParentCertainty::Likely),
        (By::IdAlone, ParentCertainty::Weak),
        (By::NamedId, ParentCertainty::Weak),
    ] {
        assert_eq!(evidence.certainty(), certainty);
        assert!(evidence.words().contains("id") || evidence.words().contains("GUID"));
    }
}

#[test]
fn another_command_line_is_another_parent() {
    let zero = "{00000000-0000-0000-0000-000000000000}";
    let parent =
        |line: &str| sysmon_start(zero, 10, ZOOM, "10:00:00.000").field("CommandLine", line);
    let child = |pid: u32, line: &str| {
        sysmon_start(zero, pid, CMD, "10:00:05.000")
            .parent(zero, 10, ZOOM)
            .field("ParentCommandLine", line)
    };
    let cases = [
        ("zoom --url=x", "zoom --url=x", ParentLink::Pid),
        ("zoom --url=%%20", "zoom --url=%20 ", ParentLink::Pid),
        ("zoom --url=a very long one", "zoom --url=a very", ParentLink::Pid),
        ("zoom --url=x", "zoom --url=y", ParentLink::Stub),
        ("zoom --url=x", "-", ParentLink::Pid),
    ];
    for (own, said, link) in cases {
        let tree = tree_of([parent(own), child(11, said)]);
        assert_eq!(process(&tree, "cmd.exe", 11).parent_link, Some(link), "{own} and {said}");
    }
    // Two children of one id that name two command lines have two parents.
    let tree = tree_of([child(11, "zoom a"), child(12, "zoom b"), child(13, "zoom a")]);
    let line = |pid: u32| parent_of(&tree, process(&tree, "cmd.exe", pid))?.command_line.as_deref();
    assert_eq!([line(11), line(12)], [Some("zoom a"), Some("zoom b")], "{}", show(&tree));
}

#[test]
fn why_a_start_is_not_in_the_logs() {
    let start = |parent: &str| {
        sysmon_start(&guid("10:00:00", 2), 11, CMD, "10:00:00.000")
            .parent(&guid(parent, 1), 10, ZOOM)
            .record_id(900)
    };
    let begin = |record_id: u64| {
        sysmon_start(&guid("09:00:00", 7), 7, NET, "09:00:00.000").record_id(record_id)
    };
    let audit = |record_id: u64| security_start(8, NET, "09:10:00.000").record_id(record_id);
    let state = |word: &str, clock: &str| sysmon(4, clock).field("State", word).record_id(700);
    let service = |id: u32, clock: &str| {
        record("Service Control Manager", "System", id, clock)
            .field("param1", "Sysmon64")
            .field("param2", "stopped")
    };
    let other = || sysmon(3, "09:40:00.000").record_id(800);
    use StubReason as Why;
    let cases: [(&str, [Make; 4], Why); 10] = [
        ("log complete", [start("08:00:00"), begin(1), other(), other()], Why::BeforeLogs),
        ("rolled over", [start("08:00:00"), begin(500), other(), other()], Why::LogRolledOver),
        (
            "one of two rolled over",
            [start("08:00:00"), begin(500), audit(1), other()],
            Why::BeforeLogs,
        ),
        ("both", [start("08:00:00"), begin(500), audit(77), other()], Why::LogRolledOver),
        (
            "Sysmon stopped",
            [
                start("09:35:00"),
                begin(1),
                state("Stopped", "09:30:00.000"),
                state("Started", "09:38:00.000"),
            ],
            Why::SensorStopped,
        ),
        (
            "Sysmon running again",
            [
                start("09:39:00"),
                begin(1),
                state("Stopped", "09:30:00.000"),
                state("Started", "09:38:00.000"),
            ],
            Why::NotLogged,
        ),
        (
            "stopped until the next record",
            [start("09:35:00"), begin(1), service(7036, "09:30:00.000"), other()],
            Why::SensorStopped,
        ),
        (
            "the next record was there",
            [start("09:45:00"), begin(1), service(7034, "09:30:00.000"), other()],
            Why::NotLogged,
        ),
        (
            "another service",
            [
                start("09:35:00"),
                begin(1),
                service(7036, "09:30:00.000").field("param1", "Spooler"),
                other(),
            ],
            Why::NotLogged,
        ),
        ("filtered or lost", [start("09:35:00"), begin(1), other(), other()], Why::NotLogged),
    ];
    for (what, events, reason) in cases {
        let tree = tree_of(events);
        assert_eq!(process(&tree, "Zoom.exe", 10).stub, Some(reason), "{what}\n{}", show(&tree));
    }
}

#[test]
fn a_stub_without_guid_has_all_that_its_child_says() {
    let tree = tree_of([sysmon_start("-", 11, CMD, "10:00:00.000")
        .parent("-", 10, ZOOM)
        .field("ParentCommandLine", "zoom --url=x")
        .field("ParentUser", r"CORP\m")]);
    let stub = process(&tree, "Zoom.exe", 10);
    assert_eq!(stub.command_line.as_deref(), Some("zoom --url=x"));
    assert_eq!(stub.user.as_deref(), Some(r"CORP\m"));
}
