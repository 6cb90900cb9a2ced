//! Which session a process runs in: by id within a boot, and what its records say of it.

use std::path::PathBuf;

use spawnscope::{
    ingest::{Options, Silent, load},
    model::{Event, Logon, ProcessTree, logon_type_words},
    tree,
};

use crate::{
    events::{Make, guid, process, record, security, sysmon_start, time, tree_of},
    support::samples,
};

const CMD: &str = r"C:\Windows\System32\cmd.exe";

/// 4624 as Windows 10 writes it.
fn logon(id: &str, kind: u32, clock: &str) -> Make {
    security(4624, clock)
        .field("SubjectLogonId", "0x0")
        .field("TargetUserName", "kvogt")
        .field("TargetDomainName", "CORP")
        .field("TargetLogonId", id)
        .field("LogonType", &kind.to_string())
        .field("LogonProcessName", "Kerberos")
        .field("AuthenticationPackageName", "Kerberos")
        .field("WorkstationName", "-")
        .field("LogonGuid", "{BAEC19DA-130D-80F0-BD26-78045EE64D62}")
        .field("IpAddress", "10.0.0.7")
        .field("IpPort", "49244")
        .field("RestrictedAdminMode", "-")
        .field("TargetLinkedLogonId", "0x0")
        .field("ElevatedToken", "%%1842")
}

fn logoff(event_id: u32, id: &str, clock: &str) -> Make {
    security(event_id, clock)
        .field("TargetUserName", "kvogt")
        .field("TargetDomainName", "CORP")
        .field("TargetLogonId", id)
        .field("LogonType", "3")
}

fn kernel_start(clock: &str) -> Make {
    record("Microsoft-Windows-Kernel-General", "System", 12, clock)
}

/// `cmd.exe` 11 in this session.
fn cmd(id: &str, clock: &str) -> Make {
    sysmon_start(&guid("10:00:05", 3), 11, CMD, clock).field("LogonId", id)
}

fn logon_of_cmd(tree: &ProcessTree) -> Option<&Logon> {
    tree.logon(process(tree, "cmd.exe", 11).logon?)
}

#[test]
fn a_logon_says_who_how_and_from_where() {
    let tree = tree_of([
        logon("0x10fbeb", 3, "10:00:01.000"),
        security(4672, "10:00:01.001").field("SubjectLogonId", "0x10fbeb"),
        cmd("0x10fbeb", "10:00:05.000"),
        logoff(4634, "0x10fbeb", "10:09:00.000"),
    ]);
    let logon = logon_of_cmd(&tree).unwrap();
    assert_eq!(logon.words(), "network (type 3)");
    assert_eq!(logon.user.as_deref(), Some(r"CORP\kvogt"));
    assert_eq!(logon.source_address.as_deref(), Some("10.0.0.7"));
    assert_eq!((logon.source_port, logon.workstation.as_deref()), (Some(49244), None));
    assert_eq!(logon.logon_guid.as_deref(), Some("baec19da-130d-80f0-bd26-78045ee64d62"));
    assert_eq!(
        (logon.elevated, logon.privileged, logon.restricted_admin),
        (Some(true), true, None)
    );
    assert_eq!(logon.start, Some(time("10:00:01.000")));
    assert_eq!(logon.end, Some(time("10:09:00.000")));
    assert_eq!(logon.records.len(), 3);
    assert!(logon.is_remote());
}

/// Which of two logons, told by their types, a process of the same id belongs to.
#[test]
fn an_id_is_one_session_for_one_boot_of_one_host() {
    let cases = [
        (
            "the newest before it",
            [logon("0xa", 10, "10:00:03.000"), cmd("0xa", "10:00:05.000")],
            Some(10),
        ),
        (
            "not one that comes later",
            [logon("0xa", 10, "10:00:30.000"), cmd("0xa", "10:00:05.000")],
            Some(3),
        ),
        ("another id", [logon("0xb", 10, "10:00:03.000"), cmd("0xa", "10:00:05.000")], Some(3)),
        (
            "another host",
            [logon("0xa", 10, "10:00:03.000").host("PC2"), cmd("0xa", "10:00:05.000")],
            Some(3),
        ),
        (
            "ended long before",
            [logoff(4634, "0xa", "10:00:04.000"), cmd("0xa", "10:01:00.000")],
            None,
        ),
        (
            "logged off by the user",
            [logoff(4647, "0xa", "10:00:04.000"), cmd("0xa", "10:01:00.000")],
            None,
        ),
        (
            "ended just now",
            [logoff(4634, "0xa", "10:00:04.000"), cmd("0xa", "10:00:05.000")],
            Some(3),
        ),
        ("ended after", [logoff(4634, "0xa", "10:00:40.000"), cmd("0xa", "10:00:05.000")], Some(3)),
        (
            "another session ended",
            [logoff(4634, "0xb", "10:00:04.000"), cmd("0xa", "10:01:00.000")],
            Some(3),
        ),
        ("restarted between", [kernel_start("10:00:04.000"), cmd("0xa", "10:00:05.000")], None),
        ("restarted before", [kernel_start("10:00:00.000"), cmd("0xa", "10:00:05.000")], Some(3)),
        (
            "other host restarted",
            [kernel_start("10:00:04.000").host("PC2"), cmd("0xa", "10:00:05.000")],
            Some(3),
        ),
    ];
    for (name, [one, other], kind) in cases {
        let tree = tree_of([logon("0xa", 3, "10:00:01.000"), one, other]);
        assert_eq!(logon_of_cmd(&tree).and_then(|logon| logon.logon_type), kind, "{name}");
    }
}

#[test]
fn an_id_that_comes_back_after_a_restart() {
    let second =
        sysmon_start(&guid("11:00:05", 4), 12, CMD, "11:00:05.000").field("LogonId", "0xa");
    let tree = tree_of([
        logon("0xa", 3, "10:00:01.000"),
        cmd("0xa", "10:00:05.000"),
        kernel_start("10:30:00.000"),
        logon("0xa", 10, "11:00:00.000"),
        logoff(4634, "0xa", "11:30:00.000"),
        second,
    ]);
    assert_eq!(logon_of_cmd(&tree).and_then(|logon| logon.logon_type), Some(3));
    assert_eq!(logon_of_cmd(&tree).and_then(|logon| logon.end), None);
    let second = tree.logon(process(&tree, "cmd.exe", 12).logon.unwrap()).unwrap();
    assert_eq!((second.logon_type, second.end), (Some(10), Some(time("11:30:00.000"))));
}

#[test]
fn a_session_from_before_the_logs_is_known_from_its_later_records() {
    let tree = tree_of([cmd("0xa", "10:00:05.000"), logoff(4634, "0xa", "10:09:00.000")]);
    let logon = logon_of_cmd(&tree);
    // Nothing says when it began, and ids are given out once between two restarts.
    assert_eq!(logon.and_then(|logon| logon.user.as_deref()), Some(r"CORP\kvogt"));
    assert_eq!(logon.and_then(|logon| logon.logon_type), Some(3));
    let tree = tree_of([
        cmd("0xa", "10:00:05.000"),
        kernel_start("10:04:00.000"),
        logoff(4634, "0xa", "10:09:00.000"),
    ]);
    assert_eq!(logon_of_cmd(&tree), None);
    let tree = tree_of([
        security(4672, "10:00:00.000")
            .field("SubjectUserName", "kvogt")
            .field("SubjectDomainName", "CORP")
            .field("SubjectLogonId", "0xa"),
        cmd("0xa", "10:00:05.000"),
    ]);
    let logon = logon_of_cmd(&tree).unwrap();
    assert_eq!((logon.user.as_deref(), logon.start), (Some(r"CORP\kvogt"), None));
    assert!(logon.privileged && !logon.is_remote());
}

#[test]
fn sysmon_writes_the_beginning_into_the_logon_guid() {
    // As Sysmon does it: seconds of the beginning in the second and third group.
    let begun = guid("09:00:00", 0);
    let tree = tree_of([cmd("0xa", "10:00:05.000").field("LogonGuid", &begun)]);
    let start = logon_of_cmd(&tree).and_then(|logon| logon.start).unwrap();
    assert_eq!(start.unix_secs(), time("09:00:00.000").unix_secs());
    // The same session where its record is there, though it says that it ended.
    let tree = tree_of([
        logon("0xa", 3, "09:00:00.412"),
        logoff(4634, "0xa", "09:30:00.000"),
        cmd("0xa", "10:00:05.000").field("LogonGuid", &begun),
    ]);
    assert_eq!(logon_of_cmd(&tree).and_then(|logon| logon.logon_type), Some(3));
    assert_eq!(tree.logons.len(), 1);
}

#[test]
fn sessions_of_the_system_need_no_record() {
    let cases = [
        ("0x3e7", "the system itself", r"NT AUTHORITY\SYSTEM"),
        ("0x3E4", "network service", r"NT AUTHORITY\NETWORK SERVICE"),
        ("0x3e5", "local service", r"NT AUTHORITY\LOCAL SERVICE"),
    ];
    for (id, words, user) in cases {
        let tree = tree_of([logon(id, 5, "10:00:01.000"), cmd(id, "10:00:05.000")]);
        let logon = logon_of_cmd(&tree).unwrap();
        assert_eq!((logon.words().as_str(), logon.user.as_deref()), (words, Some(user)));
        assert_eq!((tree.logons.len(), logon.records.len()), (1, 0));
    }
    let tree = tree_of([cmd("0x0", "10:00:05.000")]);
    assert_eq!(logon_of_cmd(&tree), None);
}

#[test]
fn the_halves_of_a_split_token_name_each_other() {
    let tree = tree_of([
        logon("0xa", 2, "10:00:01.000").field("TargetLinkedLogonId", "0xb"),
        logon("0xb", 2, "10:00:01.000")
            .field("TargetLinkedLogonId", "0xa")
            .field("ElevatedToken", "%%1843"),
        cmd("0xa", "10:00:05.000"),
    ]);
    let high = logon_of_cmd(&tree).unwrap();
    let low = tree.logon(high.linked.unwrap()).unwrap();
    assert_eq!((high.elevated, low.elevated, low.logon_id), (Some(true), Some(false), 0xb));
    assert_eq!(low.linked.and_then(|back| tree.logon(back)), Some(high));
}

#[test]
fn other_credentials_and_remote_desktops() {
    let explicit = |subject: &str, server: &str, clock: &str| {
        security(4648, clock)
            .field("SubjectLogonId", subject)
            .field("TargetUserName", "kvogt")
            .field("TargetServerName", server)
    };
    let desktop = |event_id: u32, clock: &str| {
        security(event_id, clock)
            .field("AccountName", "kvogt")
            .field("LogonID", "0xa")
            .field("ClientName", "EVE")
            .field("ClientAddress", "10.0.0.66")
    };
    let tree = tree_of([
        explicit("0x3e7", "localhost", "10:00:00.900"),
        logon("0xa", 10, "10:00:01.000"),
        explicit("0xa", "FS01.corp.example", "10:00:04.000"),
        cmd("0xa", "10:00:05.000"),
        desktop(4779, "10:02:00.000"),
        desktop(4778, "10:03:00.000"),
    ]);
    let logon = logon_of_cmd(&tree).unwrap();
    assert_eq!(logon.explicit_credentials.len(), 1);
    // 4624, the 4648 that made it, 4778 and 4779.
    assert_eq!(logon.records.len(), 4);
    let connections: Vec<_> = logon
        .connections
        .iter()
        .map(|at| (at.is_connected, at.client.as_deref(), at.address.as_deref()))
        .collect();
    let eve = (Some("EVE"), Some("10.0.0.66"));
    assert_eq!(connections, [(false, eve.0, eve.1), (true, eve.0, eve.1)]);
}

#[test]
fn the_order_of_records_decides_nothing() {
    let events: Vec<Event> = [
        logon("0xa", 3, "10:00:01.000").record_id(1),
        logoff(4634, "0xa", "10:20:00.000").record_id(2),
        kernel_start("10:30:00.000").record_id(3),
        logon("0xa", 10, "11:00:00.000").record_id(4),
        cmd("0xa", "10:00:05.000").record_id(5),
        logon("0xa", 3, "10:00:01.000").record_id(1).source(1),
    ]
    .map(Make::done)
    .into();
    let of = |events: &[Event]| {
        let tree = tree::build(events);
        let logon = logon_of_cmd(&tree).cloned().unwrap();
        (logon.logon_type, logon.end, logon.records.len(), tree.logons.len())
    };
    let expected = (Some(3), Some(time("10:20:00.000")), 2, 2);
    for turn in 0..events.len() {
        let mut turned = events.clone();
        turned.rotate_left(turn);
        assert_eq!(of(&turned), expected);
        turned.reverse();
        assert_eq!(of(&turned), expected);
    }
}

#[test]
fn words_for_the_types_of_microsofts_table() {
    let expected = [(2, "interactive"), (3, "network"), (5, "service"), (10, "remote desktop")];
    for (number, words) in expected {
        assert_eq!(logon_type_words(number), Some(words));
    }
    assert_eq!(
        (logon_type_words(1), logon_type_words(6), logon_type_words(99)),
        (None, None, None)
    );
}

fn tree_of_file(folder: &str, name: &str) -> Option<ProcessTree> {
    let path: PathBuf = samples::folder(folder)?.join(name);
    let events = load(&[path], &Options::default(), &Silent).events;
    Some(tree::build(&events))
}

/// What `evtx_dump` and the JSON itself show, read by hand.
#[test]
fn sessions_of_real_recordings() {
    let cases = [
        (
            ("evtx", "tutto_malseclogon.evtx"),
            ("MalSeclogon.exe", 6072),
            (9, r"MSEDGEWIN10\IEUser", Some("::1"), "seclogo"),
        ),
        (
            ("json", "covenant_dcom_registerxll.zip"),
            ("EXCEL.EXE", 1364),
            (3, r"THESHIRE\pgustavo", Some("172.18.39.5"), "NtLmSsp"),
        ),
        (
            ("json", "auditpol_system_user_auditpolicy_modification.zip"),
            ("payload.exe", 3432),
            (2, r"PEDRO-COMPUTER\pedro-admin", Some("::1"), "CredPro"),
        ),
    ];
    for ((folder, file), (name, pid), expected) in cases {
        let Some(tree) = tree_of_file(folder, file) else { return };
        let logon = tree.logon(process(&tree, name, pid).logon.unwrap()).unwrap();
        let found = (
            logon.logon_type.unwrap(),
            logon.user.as_deref().unwrap(),
            logon.source_address.as_deref(),
            logon.logon_process.as_deref().unwrap(),
        );
        assert_eq!(found, expected, "{file}");
    }
}
