//! Who held a process id when: Zoom is a parent only while it was Zoom that held it.

use super::{
    AT, CMD, Case, EXPLORER, NOTEPAD, POWERSHELL, ZOOM,
    bundle::{Rec, audit, audit_exit, exit, kernel, record, security, start},
    check, zoom,
};

const SMSS: &str = r"C:\Windows\System32\smss.exe";

/// A 4688 of cmd, 200, whose creator is known by its id, 100, only.
fn child() -> Rec {
    audit(200, CMD, "10:00:00.000", 100)
}

fn zoom_audit() -> Rec {
    audit(100, ZOOM, AT, 90)
}

#[test]
fn a_parent_known_by_its_id_is_the_one_that_held_it() {
    check(&[
        Case {
            name: "version 2 names the parent",
            records: vec![child().with("ParentProcessName", ZOOM)],
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 stub Zoom.exe/100"],
        },
        Case {
            name: "an earlier 4688",
            records: vec![zoom_audit(), child()],
            findings: &["child cmd.exe/200"],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 pid Zoom.exe/100"],
        },
        Case {
            name: "an earlier Sysmon 1",
            records: vec![zoom(), child()],
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 pid Zoom.exe/100"],
        },
        Case {
            name: "a 4688 after the child",
            records: vec![audit(100, ZOOM, "10:30:00.000", 90), child()],
            findings: &[],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 stub ?/100"],
        },
        Case {
            name: "an exit after the child",
            records: vec![zoom_audit(), child(), audit_exit(100, ZOOM, "10:30:00.000")],
            findings: &["child cmd.exe/200"],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 pid Zoom.exe/100"],
        },
        Case {
            name: "another holder known only by its exit after the child",
            records: vec![zoom_audit(), child(), audit_exit(100, NOTEPAD, "10:30:00.000")],
            findings: &["child cmd.exe/200"],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 pid Zoom.exe/100"],
        },
        Case {
            name: "Sysmon's own parent without a record, and the 4688 of the child",
            records: vec![start(200, CMD, "10:00:00.000").by(100, ZOOM, AT), child()],
            findings: &["child cmd.exe/200 of 2 records"],
            links: &["cmd.exe/200 stub Zoom.exe/100"],
        },
    ]);
}

#[test]
fn an_id_that_was_handed_on_makes_no_child_of_zoom() {
    check(&[
        Case {
            name: "exit logged, the next holder not",
            records: vec![zoom_audit(), audit_exit(100, ZOOM, "09:30:00.000"), child()],
            findings: &[],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 stub ?/100"],
        },
        Case {
            name: "exit logged by Sysmon, the next holder not",
            records: vec![zoom(), exit(100, ZOOM, AT, "09:30:00.000"), child()],
            findings: &[],
            links: &["cmd.exe/200 stub ?/100"],
        },
        Case {
            name: "exit logged, and the next holder",
            records: vec![
                zoom_audit(),
                audit_exit(100, ZOOM, "09:30:00.000"),
                audit(100, NOTEPAD, "09:40:00.000", 90),
                child(),
            ],
            findings: &[],
            links: &[
                "Zoom.exe/100 stub ?/90",
                "cmd.exe/200 pid notepad.exe/100",
                "notepad.exe/100 stub ?/90",
            ],
        },
        Case {
            name: "exit not logged, the next holder by 4688",
            records: vec![zoom_audit(), audit(100, NOTEPAD, "09:40:00.000", 90), child()],
            findings: &[],
            links: &[
                "Zoom.exe/100 stub ?/90",
                "cmd.exe/200 pid notepad.exe/100",
                "notepad.exe/100 stub ?/90",
            ],
        },
        Case {
            name: "exit not logged, the next holder by Sysmon",
            records: vec![zoom(), start(100, NOTEPAD, "09:40:00.000"), child()],
            findings: &[],
            links: &["cmd.exe/200 pid notepad.exe/100"],
        },
        Case {
            name: "the next holder known only by its exit",
            records: vec![zoom_audit(), audit_exit(100, NOTEPAD, "09:30:00.000"), child()],
            findings: &[],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 stub ?/100"],
        },
    ]);
}

#[test]
fn what_the_child_says_of_its_parent_decides_who_held_the_id() {
    check(&[
        Case {
            name: "the next holder is Zoom again",
            records: vec![
                zoom_audit(),
                audit_exit(100, ZOOM, "09:30:00.000"),
                audit(100, ZOOM, "09:40:00.000", 90),
                child(),
            ],
            findings: &["child cmd.exe/200"],
            links: &[
                "Zoom.exe/100 stub ?/90",
                "Zoom.exe/100 stub ?/90",
                "cmd.exe/200 pid Zoom.exe/100",
            ],
        },
        Case {
            name: "version 2 contradicts the last holder",
            records: vec![zoom_audit(), child().with("ParentProcessName", EXPLORER)],
            findings: &[],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 stub explorer.exe/100"],
        },
        Case {
            name: "Sysmon's GUID contradicts the last holder",
            records: vec![
                zoom(),
                start(200, POWERSHELL, "10:00:00.000").by(100, EXPLORER, "09:50:00.000"),
            ],
            findings: &[],
            links: &["powershell.exe/200 stub explorer.exe/100"],
        },
    ]);
}

#[test]
fn a_reboot_parts_an_id_from_its_holder() {
    let case = |name, marker| Case {
        name,
        records: vec![zoom_audit(), marker, child()],
        findings: &[],
        links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 stub ?/100"],
    };
    check(&[
        case("the kernel starts", kernel(12, "09:30:00.000").with("BootMode", "0")),
        case("the kernel stops", kernel(13, "09:30:00.000").with("StopTime", "x")),
        case("the event log starts", record("EventLog", "System", 6005, "09:30:00.000")),
        case("the event log stops", record("EventLog", "System", 6006, "09:30:00.000")),
        case("the last stop was no clean one", record("EventLog", "System", 6008, "09:30:00.000")),
        case("Security says that Windows starts", security(4608, "09:30:00.000")),
        Case {
            name: "the session manager starts",
            records: vec![zoom_audit(), audit(300, SMSS, "09:30:00.000", 4), child()],
            findings: &[],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 stub ?/100", "smss.exe/300 stub ?/4"],
        },
        Case {
            name: "the session manager of a new session starts",
            records: vec![zoom_audit(), audit(300, SMSS, "09:30:00.000", 296), child()],
            findings: &["child cmd.exe/200"],
            links: &[
                "Zoom.exe/100 stub ?/90",
                "cmd.exe/200 pid Zoom.exe/100",
                "smss.exe/300 stub ?/296",
            ],
        },
        Case {
            name: "Security starts late in a boot and parts nobody in it",
            records: vec![
                audit(300, SMSS, "08:59:50.000", 4),
                zoom_audit(),
                security(4608, "09:00:01.000"),
                child(),
            ],
            findings: &["child cmd.exe/200"],
            links: &[
                "Zoom.exe/100 stub ?/90",
                "cmd.exe/200 pid Zoom.exe/100",
                "smss.exe/300 stub ?/4",
            ],
        },
        Case {
            name: "another host's kernel starts",
            records: vec![zoom_audit(), kernel(12, "09:30:00.000").host("PC2"), child()],
            findings: &["child cmd.exe/200"],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 pid Zoom.exe/100"],
        },
        Case {
            name: "the kernel starts before Zoom",
            records: vec![kernel(12, "08:30:00.000"), zoom_audit(), child()],
            findings: &["child cmd.exe/200"],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 pid Zoom.exe/100"],
        },
    ]);
}

#[test]
fn two_hosts_with_the_same_ids_stay_apart() {
    check(&[
        Case {
            name: "Zoom on one, its id on the other",
            records: vec![zoom_audit(), child().host("PC2")],
            findings: &[],
            links: &["PC2:cmd.exe/200 stub PC2:?/100", "Zoom.exe/100 stub ?/90"],
        },
        Case {
            name: "the same GUIDs on both",
            records: vec![
                zoom(),
                start(100, EXPLORER, AT).host("PC2"),
                start(200, CMD, "10:00:00.000").by(100, ZOOM, AT),
                start(200, CMD, "10:00:00.000").by(100, EXPLORER, AT).host("PC2"),
            ],
            findings: &["child cmd.exe/200"],
            links: &["PC2:cmd.exe/200 guid PC2:explorer.exe/100", "cmd.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "Zoom on both",
            records: vec![zoom_audit(), zoom_audit().host("PC2"), child(), child().host("PC2")],
            findings: &["child PC2:cmd.exe/200", "child cmd.exe/200"],
            links: &[
                "PC2:Zoom.exe/100 stub PC2:?/90",
                "PC2:cmd.exe/200 pid PC2:Zoom.exe/100",
                "Zoom.exe/100 stub ?/90",
                "cmd.exe/200 pid Zoom.exe/100",
            ],
        },
    ]);
}
