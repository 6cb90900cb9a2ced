//! Parents that were chosen, and parents that cannot be.

use super::{POWERSHELL, SVCHOST, assert_inferred, start, under};
use crate::events::{Make, guid, security, security_start, sysmon, sysmon_exit};

const EXPLORER: &str = r"C:\Windows\explorer.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";

fn explorer() -> Make {
    start(4668, EXPLORER, EXPLORER, "08:00:00.000")
}

fn maker(image: &str) -> Make {
    start(8004, image, image, "09:00:00.000")
}

fn child() -> Make {
    under(start(7708, CMD, "cmd.exe", "10:00:05.000"), 4668, EXPLORER, "08:00:00.000")
}

/// Sysmon 10: the maker opens somebody.
fn opens((pid, clock): (u32, &str), (image, rights): (&str, &str), when: &str) -> Make {
    sysmon(10, when)
        .field("SourceProcessGUID", &guid("09:00:00", 8004))
        .field("SourceProcessId", "8004")
        .field("SourceImage", image)
        .field("TargetProcessGUID", &guid(clock, pid))
        .field("TargetProcessId", &pid.to_string())
        .field("GrantedAccess", rights)
}

fn opens_parent(rights: &str, when: &str) -> Make {
    opens((4668, "08:00:00"), (POWERSHELL, rights), when)
}

fn opens_child(rights: &str) -> Make {
    opens((7708, "10:00:05"), (POWERSHELL, rights), "10:00:05.002")
}

#[test]
fn who_opened_the_parent_and_held_the_child() {
    let spoofed = "cmd.exe 7708 <= powershell.exe 8004: spoofed parent, sure";
    let base = || vec![explorer(), maker(POWERSHELL), child()];
    let with = |more: Vec<Make>| base().into_iter().chain(more).collect::<Vec<_>>();
    assert_inferred(
        "both",
        with(vec![opens_parent("0x80", "10:00:04.998"), opens_child("0x1fffff")]),
        [spoofed],
    );
    assert_inferred("the parent alone", with(vec![opens_parent("0x1fffff", "10:00:04.998")]), []);
    assert_inferred("the child alone", with(vec![opens_child("0x1fffff")]), []);
    assert_inferred(
        "without the right to be a parent",
        with(vec![opens_parent("0x1410", "10:00:04.998"), opens_child("0x1fffff")]),
        [],
    );
    assert_inferred(
        "a watcher that only looks at the child",
        with(vec![opens_parent("0x80", "10:00:04.998"), opens_child("0x1000")]),
        [],
    );
    assert_inferred(
        "a minute before",
        with(vec![opens_parent("0x80", "09:59:04.998"), opens_child("0x1fffff")]),
        [],
    );
}

#[test]
fn what_windows_does_itself_is_no_spoofing() {
    let by = |image: &'static str| {
        vec![
            explorer(),
            maker(image),
            child(),
            opens((4668, "08:00:00"), (image, "0x80"), "10:00:04.998"),
            opens((7708, "10:00:05"), (image, "0x1fffff"), "10:00:05.002"),
        ]
    };
    assert_inferred("the service of consent", by(SVCHOST), []);
    assert_inferred("a console", by(r"C:\Windows\System32\conhost.exe"), []);
    // A program that opens everything at its birth: the parent was only just there.
    let young = start(4668, EXPLORER, EXPLORER, "10:00:04.000");
    let events = vec![
        young,
        maker(POWERSHELL),
        under(start(7708, CMD, "cmd.exe", "10:00:05.000"), 4668, EXPLORER, "10:00:04.000"),
        opens((4668, "10:00:04"), (POWERSHELL, "0x1fffff"), "10:00:04.500"),
        opens_child("0x1fffff"),
    ];
    assert_inferred("opened at its birth", events, []);
}

#[test]
fn who_opens_everything_is_a_watcher() {
    let mut events = vec![explorer(), maker(POWERSHELL)];
    for at in 0..9 {
        let clock = format!("10:00:{:02}.000", 10 + at);
        let pid = 7000 + at;
        events.push(under(start(pid, CMD, "cmd.exe", &clock), 4668, EXPLORER, "08:00:00.000"));
        events.push(opens_parent("0x1fffff", &clock));
        let second = format!("10:00:{:02}", 10 + at);
        events.push(opens((pid, &second), (POWERSHELL, "0x1fffff"), &clock));
    }
    let tree = super::inferred(events);
    assert_eq!(tree.inferred.len(), 9);
    assert!(super::lines(&tree).iter().all(|line| line.ends_with("unsure")));
}

#[test]
fn secondary_logon_makes_its_caller_the_parent() {
    const LSASS: &str = r"C:\Windows\System32\lsass.exe";
    let logon = security(4624, "10:00:04.990")
        .field("SubjectLogonId", "0x53ca2")
        .field("TargetLogonId", "0x16e3db3")
        .field("LogonType", "9")
        .field("LogonProcessName", "seclogo");
    let parent = |id: &str| start(636, LSASS, LSASS, "08:00:00.000").field("LogonId", id);
    let caller = || maker(POWERSHELL).field("LogonId", "0x53ca2");
    let child = || {
        under(start(7708, CMD, "cmd.exe", "10:00:05.000"), 636, LSASS, "08:00:00.000")
            .field("LogonId", "0x16e3db3")
    };
    assert_inferred(
        "the caller waits for it",
        vec![logon.clone(), parent("0x3e7"), caller(), child(), opens_child("0x100000")],
        ["cmd.exe 7708 <= powershell.exe 8004: spoofed parent, sure"],
    );
    assert_inferred(
        "nobody is seen",
        vec![logon.clone(), parent("0x3e7"), caller(), child()],
        ["cmd.exe 7708 <= ?: spoofed parent, likely"],
    );
    assert_inferred("runas", vec![logon, parent("0x53ca2"), caller(), child()], []);
}

#[test]
fn sysmon_and_security_name_other_parents() {
    let other = |creator: u32| {
        security_start(7708, CMD, "10:00:05.003").creator(creator).field("CommandLine", "cmd.exe")
    };
    assert_inferred(
        "another",
        vec![explorer(), maker(POWERSHELL), child(), other(8004)],
        ["cmd.exe 7708 <= powershell.exe 8004: spoofed parent, likely"],
    );
    assert_inferred("the same", vec![explorer(), maker(POWERSHELL), child(), other(4668)], []);
}

#[test]
fn signs_of_a_stolen_token_or_a_wrong_parent() {
    let with = |name: &str, own: &str, above: &str| {
        vec![explorer().field(name, above), child().field(name, own)]
    };
    let session = ["cmd.exe 7708 <= ?: session that the parent cannot give, unsure"];
    assert_inferred("session", with("TerminalSessionId", "0", "1"), session);
    assert_inferred("a service starts it", with("TerminalSessionId", "2", "0"), []);
    assert_inferred("same session", with("TerminalSessionId", "2", "2"), []);
    let rights = ["cmd.exe 7708 <= ?: more rights than the parent, unsure"];
    assert_inferred("to the system", with("IntegrityLevel", "System", "High"), rights);
    assert_inferred("fewer rights", with("IntegrityLevel", "Medium", "High"), []);
    assert_inferred("no log of consent", with("IntegrityLevel", "High", "Medium"), []);
    let consent =
        |clock: &str| start(896, r"C:\Windows\System32\consent.exe", "consent.exe", clock);
    let mut events = with("IntegrityLevel", "High", "Medium");
    events.push(consent("10:00:01.000"));
    assert_inferred("consent", events, []);
    let mut events = with("IntegrityLevel", "High", "Medium");
    events.push(consent("08:30:00.000"));
    assert_inferred("consent to something else", events, rights);
}

#[test]
fn a_parent_that_had_ended() {
    let ended = |clock: &str| sysmon_exit(&guid("08:00:00", 4668), 4668, EXPLORER, clock);
    assert_inferred(
        "an hour before",
        vec![explorer(), child(), ended("09:00:00.000")],
        ["cmd.exe 7708 <= ?: parent was not there, unsure"],
    );
    assert_inferred("just now", vec![explorer(), child(), ended("10:00:04.000")], []);
    assert_inferred("after", vec![explorer(), child(), ended("10:01:00.000")], []);
}
