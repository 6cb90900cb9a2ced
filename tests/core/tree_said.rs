//! What several records say of one process: gaps are filled, and what they do not agree on stands
//! twice and is told with its record.

#![expect(clippy::unwrap_used, reason = "a test that panics is a failing test")]

use crate::events::{
    Make, guid, parent_of, process, record, security_exit, security_start, show, sysmon_start,
    time, tree_of,
};
use spawnscope::{
    model::{DEFENDER, Event, ParentLink, ProcessField, ProcessTree, RecordIndex, StubReason},
    tree,
};

const ZOOM: &str = r"C:\Users\m\AppData\Roaming\Zoom\bin\Zoom.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";

/// A row of Defender's `DeviceProcessEvents` as it is read.
fn defender_start(pid: u32, image: &str, created: &str) -> Make {
    record(DEFENDER, "DeviceProcessEvents", 1, created)
        .field("ProcessId", &pid.to_string())
        .field("ProcessCreationTime", &format!("2026-04-12T{created}Z"))
        .field("Image", image)
        .field("CommandLine", image)
}

fn defender_parent(make: Make, pid: u32, image: &str, created: &str) -> Make {
    make.field("ParentProcessId", &pid.to_string())
        .field("ParentProcessCreationTime", &format!("2026-04-12T{created}Z"))
        .field("ParentImage", image)
}

/// A start that another sensor names by an id of its own.
fn elastic_start(id: &str, pid: u32, image: &str, clock: &str) -> Make {
    record("Elastic Endpoint", "endpoint.events.process", 1, clock)
        .field("ProcessGuid", id)
        .field("ProcessId", &pid.to_string())
        .field("Image", image)
        .field("CommandLine", image)
}

fn kinds(tree: &ProcessTree, name: &str, pid: u32) -> Vec<&'static str> {
    process(tree, name, pid).witnesses.iter().map(|witness| witness.kind).collect()
}

#[test]
fn one_start_in_three_sensors_is_one_process_with_one_parent() {
    let (zoom, cmd) = (guid("10:00:00", 1), guid("10:00:05", 2));
    let parents: [(&str, Option<Make>); 3] = [
        ("nobody saw the parent start", None),
        ("Sysmon did", Some(sysmon_start(&zoom, 10, ZOOM, "10:00:00.250"))),
        ("Security did", Some(security_start(10, ZOOM, "10:00:00.2512345"))),
    ];
    for (what, parent) in parents {
        let mut events = vec![
            sysmon_start(&cmd, 11, CMD, "10:00:05.417").parent(&zoom, 10, ZOOM).done(),
            defender_parent(defender_start(11, CMD, "10:00:05.4171234"), 10, ZOOM, "10:00:00.2501")
                .done(),
            elastic_start("ZWxhc3RpYzE", 11, CMD, "10:00:05.4175")
                .parent("ZWxhc3RpYzA", 10, ZOOM)
                .done(),
            security_start(11, CMD, "10:00:05.4181234").creator(10).creator_image(ZOOM).done(),
        ];
        events.extend(parent.map(Make::done));
        let tree = tree::build(&events);
        assert_eq!(tree.processes.len(), 2, "{what}\n{}", show(&tree));
        assert_eq!(
            kinds(&tree, "cmd.exe", 11),
            ["sysmon/1", "sysmon/1", "defender/ProcessCreated", "security/4688"],
            "{what}"
        );
        let child = process(&tree, "cmd.exe", 11);
        assert_eq!(parent_of(&tree, child).unwrap().pid, Some(10), "{what}");
        assert_eq!(child.disagreements.len(), 0, "{what}: {:?}", child.disagreements);
        assert_eq!(child.guid.as_deref(), Some(cmd.trim_matches(['{', '}'])), "{what}");
    }
}

#[test]
fn children_of_each_sensor_have_one_parent() {
    let zoom = guid("10:00:00", 1);
    let sysmon =
        || sysmon_start(&guid("10:00:05", 2), 11, CMD, "10:00:05.417").parent(&zoom, 10, ZOOM);
    let defender = |parent: u32, created: &str| {
        defender_parent(defender_start(12, CMD, "10:00:09.4171234"), parent, ZOOM, created)
    };
    let tree = tree_of([sysmon(), defender(10, "10:00:00.2501")]);
    assert_eq!(tree.processes.len(), 3, "{}", show(&tree));
    assert_eq!(tree.roots.len(), 1, "a stub of both\n{}", show(&tree));
    let tree = tree_of([
        sysmon(),
        defender(10, "10:00:00.2501"),
        sysmon_start(&zoom, 10, ZOOM, "10:00:00.25"),
    ]);
    assert_eq!(
        process(&tree, "cmd.exe", 12).parent_link,
        Some(ParentLink::Guid),
        "{}",
        show(&tree)
    );
    assert_eq!(tree.roots.len(), 1, "{}", show(&tree));
    for (parent, created) in [(10, "10:00:04.25"), (14, "10:00:00.25")] {
        let tree = tree_of([sysmon(), defender(parent, created)]);
        assert_eq!(tree.roots.len(), 2, "two parents\n{}", show(&tree));
    }
}

#[test]
fn one_sensor_never_makes_two_starts_one() {
    let tree = tree_of([
        defender_start(11, CMD, "10:00:05.1"),
        defender_start(11, CMD, "10:00:05.4"),
        sysmon_start(&guid("10:00:05", 2), 11, CMD, "10:00:05.417"),
    ]);
    assert_eq!(tree.processes.len(), 2, "{}", show(&tree));
    assert_eq!(process_at(&tree, "10:00:05.417"), ["sysmon/1", "defender/ProcessCreated"]);
}

fn process_at(tree: &ProcessTree, clock: &str) -> Vec<&'static str> {
    let found = tree.processes.iter().find(|process| process.start == Some(time(clock)));
    found.unwrap().witnesses.iter().map(|witness| witness.kind).collect()
}

#[test]
fn what_two_records_do_not_agree_on_stands_twice() {
    use ProcessField as Field;
    let sysmon = || {
        sysmon_start(&guid("10:00:00", 1), 10, CMD, "10:00:00.100")
            .field("CommandLine", r"cmd  /c echo %%TEMP%%")
            .field("User", r"CORP\m")
            .field("IntegrityLevel", "High")
            .field("ParentProcessId", "4")
            .field("ParentImage", ZOOM)
    };
    let security = || {
        security_start(10, CMD, "10:00:00.103")
            .creator(4)
            .field("CommandLine", r"cmd  /c echo %TEMP% ")
            .field("TargetUserName", "M")
            .field("TargetDomainName", "corp")
            .field("MandatoryLabel", "S-1-16-12288")
            .creator_image(r"\Device\HarddiskVolume2\Users\m\AppData\Roaming\Zoom\bin\ZOOM.EXE")
    };
    type Told = Option<(ProcessField, &'static str)>;
    let cases: [(&str, Make, Told); 12] = [
        ("all the same", security(), None),
        (
            "command line",
            security().field("CommandLine", "cmd /c whoami"),
            Some((Field::CommandLine, "cmd /c whoami")),
        ),
        ("user", security().field("TargetUserName", "eve"), Some((Field::User, r"corp\eve"))),
        ("domain", security().field("TargetDomainName", "LAB"), Some((Field::User, r"LAB\M"))),
        ("long domain", security().field("TargetDomainName", "corp.example"), None),
        ("the creator's account", security().field("TargetUserName", "-"), None),
        (
            "integrity",
            security().field("MandatoryLabel", "S-1-16-4096"),
            Some((Field::Integrity, "Low")),
        ),
        ("parent id", security().creator(8), Some((Field::ParentPid, "8"))),
        ("parent image", security().creator_image(CMD), Some((Field::ParentImage, CMD))),
        (
            "folder",
            security().field("NewProcessName", r"C:\Temp\cmd.exe"),
            Some((Field::Image, r"C:\Temp\cmd.exe")),
        ),
        ("nothing said", security().field("CommandLine", "").creator_image("-"), None),
        ("short name", security().field("NewProcessName", r"C:\Windows\System32\CMD.EXE"), None),
    ];
    for (what, second, expected) in cases {
        // Whatever the order, Sysmon's word is the process's.
        for events in [[sysmon().done(), second.clone().done()], [second.done(), sysmon().done()]] {
            let tree = tree::build(&events);
            let found = tree.processes.iter().find(|process| process.pid == Some(10)).unwrap();
            assert_eq!(found.witnesses.len(), 2, "{what}\n{}", show(&tree));
            let told: Vec<_> =
                found.disagreements.iter().map(|said| (said.field, said.other.as_str())).collect();
            assert_eq!(told, expected.as_slice(), "{what}");
            for said in &found.disagreements {
                assert_eq!(events[said.record.0 as usize].event_id, 4688, "{what}");
            }
        }
    }
}

#[test]
fn two_copies_of_one_record_that_were_altered_disagree() {
    let id = guid("10:00:00", 1);
    let start = |hashes: &str| {
        sysmon_start(&id, 10, CMD, "10:00:00.100").field("Hashes", hashes).record_id(5)
    };
    let cases = [
        ("SHA1=AA,MD5=BB", "MD5=bb,SHA1=aa", 0),
        ("SHA1=AA", "MD5=BB", 0),
        ("SHA1=AA,MD5=BB", "SHA1=AC,MD5=BB", 1),
    ];
    for (one, other, count) in cases {
        let tree = tree_of([start(one), start(other)]);
        assert_eq!(tree.processes.len(), 1);
        assert_eq!(tree.processes[0].disagreements.len(), count, "{one} and {other}");
    }
    // A thousand made-up copies make no list of a thousand; all of them are witnesses.
    let events: Vec<Event> = (0..1000)
        .map(|at| sysmon_start(&id, 10, &format!(r"C:\{at}.exe"), "10:00:00.100").done())
        .collect();
    let tree = tree::build(&events);
    assert_eq!(tree.processes[0].disagreements.len(), 16);
    assert_eq!(tree.processes[0].witnesses.len(), 1000);
}

#[test]
fn the_name_that_says_more_is_kept() {
    let long = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
    let short = r"C:\Windows\System32\WINDOW~1\v1.0\POWERS~1.EXE";
    for (one, other) in [(short, long), (long, short), ("powershell.exe", long)] {
        let tree = tree_of([
            sysmon_start(&guid("10:00:00", 1), 10, one, "10:00:00.100"),
            security_start(10, other, "10:00:00.103"),
        ]);
        assert_eq!(tree.processes.len(), 1, "{}", show(&tree));
        assert_eq!(tree.processes[0].image.as_deref(), Some(long));
        assert_eq!(tree.processes[0].disagreements.len(), 0);
    }
}

#[test]
fn every_value_knows_its_record() {
    let zoom = guid("10:00:00", 1);
    let events = [
        sysmon_start(&guid("10:00:05", 2), 11, CMD, "10:00:05.000")
            .parent(&zoom, 10, ZOOM)
            .field("ParentCommandLine", "zoom --url=x"),
        security_start(11, CMD, "10:00:05.001").creator(10).field("CommandLine", "cmd /c whoami"),
        security_exit(11, CMD, "10:00:06.000"),
    ]
    .map(Make::done);
    let tree = tree::build(&events);
    let at = |name: &str| {
        let found = tree.iter().find(|(_, process)| process.name() == name).unwrap();
        tree::provenance(&tree, found.0, &events)
            .into_iter()
            .map(|said| (said.field, said.value, said.kind, said.record))
            .collect::<Vec<_>>()
    };
    use ProcessField as Field;
    let said =
        |field, value: &str, kind, record| (field, value.to_owned(), kind, RecordIndex(record));
    assert_eq!(
        at("cmd.exe"),
        [
            said(Field::Image, CMD, "sysmon/1", 0),
            said(Field::Image, CMD, "security/4688", 1),
            said(Field::Image, CMD, "security/4689", 2),
            said(Field::CommandLine, CMD, "sysmon/1", 0),
            said(Field::CommandLine, "cmd /c whoami", "security/4688", 1),
            said(Field::User, r"CORP\PC1$", "security/4688", 1),
            said(Field::LogonId, "0x3e7", "security/4688", 1),
            said(Field::ParentPid, "10", "sysmon/1", 0),
            said(Field::ParentPid, "10", "security/4688", 1),
            said(Field::ParentGuid, &zoom, "sysmon/1", 0),
            said(Field::ParentImage, ZOOM, "sysmon/1", 0),
            said(Field::ParentCommandLine, "zoom --url=x", "sysmon/1", 0),
        ]
    );
    assert_eq!(process(&tree, "Zoom.exe", 10).stub, Some(StubReason::BeforeLogs));
    assert_eq!(
        at("Zoom.exe"),
        [
            said(Field::Image, ZOOM, "mention", 0),
            said(Field::CommandLine, "zoom --url=x", "mention", 0),
        ]
    );
}
