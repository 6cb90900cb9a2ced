//! Sysmon 1 and Security 4688 of one start become one process, of two starts two.

use crate::events::{guid, security_start, show, sysmon_start, time, tree_of};

const CMD: &str = r"C:\Windows\System32\cmd.exe";

#[test]
fn one_start_or_two() {
    let sysmon = || {
        sysmon_start(&guid("10:00:00", 1), 10, CMD, "10:00:00.100")
            .field("CommandLine", "cmd /c echo %%A%%")
            .field("ParentProcessId", "4")
    };
    let security = |clock: &str| {
        security_start(10, CMD, clock).creator(4).field("CommandLine", "cmd /c echo %A%")
    };
    let device = r"\Device\HarddiskVolume2\Windows\System32\CMD.EXE";
    let cases = [
        ("same moment", security("10:00:00.1031234"), 1),
        ("Sysmon a little later", security("10:00:00.0931234"), 1),
        ("stamped on receipt", security("10:00:02.300"), 1),
        ("other form of the path", security("10:00:00.100").field("NewProcessName", device), 1),
        ("no command line", security("10:00:02.300").field("CommandLine", ""), 1),
        ("too late", security("10:00:05.200"), 2),
        ("too early", security("09:59:54.900"), 2),
        ("other id", security_start(11, CMD, "10:00:00.100"), 2),
        ("other host", security("10:00:00.100").host("PC2"), 2),
        ("other image", security("10:00:00.100").field("NewProcessName", r"C:\a\net.exe"), 2),
        ("id reused, other command", security("10:00:02.300").field("CommandLine", "cmd"), 2),
        ("id reused, other parent", security("10:00:02.300").creator(8), 2),
    ];
    for (what, second, count) in cases {
        let tree = tree_of([sysmon(), second]);
        let starts = tree.processes.iter().filter(|process| process.stub.is_none()).count();
        assert_eq!(starts, count, "{what}\n{}", show(&tree));
    }
}

#[test]
fn merged_process_keeps_sysmon_and_fills_gaps() {
    let tree = tree_of([
        sysmon_start(&guid("10:00:00", 1), 10, CMD, "10:00:00.100")
            .field("CommandLine", "-")
            .field("User", r"CORP\m"),
        security_start(10, CMD, "10:00:00.1031234").field("CommandLine", "cmd /c whoami"),
    ]);
    let found = &tree.processes[0];
    assert_eq!(found.start, Some(time("10:00:00.100")), "UtcTime");
    assert_eq!(found.command_line.as_deref(), Some("cmd /c whoami"));
    assert_eq!(found.user.as_deref(), Some(r"CORP\m"));
    assert_eq!(found.logon_id.as_deref(), Some("0x3e7"));
    let kinds: Vec<_> = found.witnesses.iter().map(|witness| witness.kind).collect();
    assert_eq!(kinds, ["sysmon/1", "security/4688"]);
}

#[test]
fn nearest_match_one_to_one() {
    // The id is used three times within seconds; one of the Sysmon records is missing.
    let tree = tree_of([
        sysmon_start(&guid("10:00:01", 1), 10, CMD, "10:00:01.000").field("CommandLine", "a"),
        sysmon_start(&guid("10:00:03", 2), 10, CMD, "10:00:03.000").field("CommandLine", "a"),
        security_start(10, CMD, "10:00:01.010").field("CommandLine", "a"),
        security_start(10, CMD, "10:00:02.000").field("CommandLine", "a"),
        security_start(10, CMD, "10:00:03.010").field("CommandLine", "a"),
    ]);
    let shape: Vec<_> =
        tree.processes.iter().map(|process| (process.start, process.witnesses.len())).collect();
    let expected = [
        (Some(time("10:00:01.000")), 2),
        (Some(time("10:00:02.000")), 1),
        (Some(time("10:00:03.000")), 2),
    ];
    assert_eq!(shape, expected, "{}", show(&tree));
}

#[test]
fn two_sysmon_starts_never_merge() {
    let tree = tree_of([
        sysmon_start(&guid("10:00:00", 1), 10, CMD, "10:00:00.100"),
        sysmon_start(&guid("10:00:00", 2), 10, CMD, "10:00:00.100"),
    ]);
    assert_eq!(tree.processes.len(), 2);
}

#[test]
fn disputed_times() {
    let start = |written: &str| {
        sysmon_start(&guid("10:00:00", 1), 10, CMD, "10:00:00.100").written(written)
    };
    let cases = [
        ("close", start("10:00:05.000"), "10:00:00.100", false),
        ("apart", start("10:00:05.200"), "10:00:05.200", true),
        ("a zone apart", start("06:00:00.102"), "06:00:00.102", true),
    ];
    for (what, event, expected, disputed) in cases {
        let tree = tree_of([event]);
        let found = &tree.processes[0];
        assert_eq!(found.start, Some(time(expected)), "{what}");
        assert_eq!(found.start_disputed, disputed, "{what}");
    }
}

#[test]
fn a_disputed_start_merges_by_either_clock() {
    for clock in ["06:00:00.103", "10:00:00.103"] {
        let tree = tree_of([
            sysmon_start(&guid("10:00:00", 1), 10, CMD, "10:00:00.100").written("06:00:00.102"),
            security_start(10, CMD, clock),
        ]);
        assert_eq!(tree.processes.len(), 1, "{clock}\n{}", show(&tree));
    }
}
