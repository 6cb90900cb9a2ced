//! Connections of remote administration and the logons they make.

use spawnscope::model::{Confidence, CrossingKind};

use super::{
    ADDRESS, ASKER, TARGET, TARGET_ADDRESS, USER, asks, connects, guid, logon, share, sysmon, tell,
};
use crate::events::Make;

/// A connection of a program of the user.
fn program(port: u16, to: u16) -> Make {
    sysmon(3, "10:00:00.300")
        .field("ProcessGuid", &guid("09:30:00", 5))
        .field("ProcessId", "505")
        .field("Image", r"C:\Users\ann\tool.exe")
        .field("User", USER)
        .field("Protocol", "tcp")
        .field("Initiated", "true")
        .field("SourceIp", ADDRESS)
        .field("SourcePort", &port.to_string())
        .field("DestinationIp", TARGET_ADDRESS)
        .field("DestinationPort", &to.to_string())
        .host(ASKER)
}

fn kernel(port: u16) -> Make {
    connects(ASKER, "10:00:00.300", (ADDRESS, port), (TARGET_ADDRESS, 445), true)
}

fn taken(port: u16) -> Make {
    connects(TARGET, "10:00:00.310", (ADDRESS, port), (TARGET_ADDRESS, 445), false)
}

#[test]
fn the_port_of_a_logon_is_that_of_a_connection() {
    let mine = || logon("10:00:00.500", "ann", ADDRESS);
    let pair = "tool.exe on A1 > a record of B2.corp.example, Connection, High";
    assert_eq!(tell([program(50_777, 445), mine()]).pairs(), [pair]);
    // Ports that RPC hands out count as well.
    assert_eq!(tell([program(50_777, 49_674), mine()]).pairs(), [pair]);
    let table: [(&str, Vec<Make>); 6] = [
        ("a web server", vec![program(50_777, 443), mine()]),
        ("another port", vec![program(50_778, 445), mine()]),
        ("another address", vec![program(50_777, 445), logon("10:00:00.500", "ann", "10.0.0.9")]),
        ("over a minute later", vec![program(50_777, 445), logon("10:01:01.000", "ann", ADDRESS)]),
        ("no logon", vec![program(50_777, 445)]),
        ("on a third host", vec![program(50_777, 445), mine().host("C3.corp.example")]),
    ];
    for (why, events) in table {
        let found = tell(events);
        assert_eq!(found.pairs(), Vec::<String>::new(), "{why}");
    }
}

#[test]
fn a_logon_without_a_port_must_be_of_the_same_account() {
    let of = |user: &str| logon("10:00:00.500", user, ADDRESS).field("IpPort", "0");
    let pair = "tool.exe on A1 > a record of B2.corp.example, Connection, Medium";
    assert_eq!(tell([program(50_777, 5985), of("ann")]).pairs(), [pair]);
    assert_eq!(tell([program(50_777, 5985), of("bob")]).pairs(), Vec::<String>::new());
}

#[test]
fn both_sides_of_a_connection_are_a_pair_without_a_logon() {
    let pair = "tool.exe on A1 > System on B2, Connection, High";
    assert_eq!(tell([program(50_777, 445), taken(50_777)]).pairs(), [pair]);
    assert_eq!(tell([program(50_777, 445), taken(50_778)]).pairs(), Vec::<String>::new());
}

#[test]
fn two_computers_that_greet_each_other_are_no_pair() {
    let machine = logon("10:00:00.500", "A1$", ADDRESS);
    assert_eq!(tell([kernel(50_777), taken(50_777), machine]).pairs(), Vec::<String>::new());
    let person = logon("10:00:00.500", "bob", ADDRESS);
    let found = tell([kernel(50_777), taken(50_777), person]);
    assert_eq!(found.pairs(), ["System on A1 > a record of B2.corp.example, Connection, High"]);
    let text = &found.found.crossings.first().expect("a pair").text;
    assert!(text.contains("which asked is not logged"), "{text}");
}

#[test]
fn what_a_command_explains_is_its_proof_and_no_second_pair() {
    let found = tell([
        asks(r"net use \\B2\C$"),
        kernel(50_777),
        taken(50_777),
        logon("10:00:00.500", "ann", ADDRESS),
        share("10:00:00.600", "ann", ADDRESS, "C$"),
    ]);
    assert_eq!(found.only(), Some((CrossingKind::Share, Confidence::High)), "{:?}", found.pairs());
    let records = &found.found.crossings.first().expect("a pair").records;
    assert_eq!(records.len(), 5, "start, both sides, logon, share: {records:?}");
}

#[test]
fn many_connections_of_one_program_are_one_pair() {
    let events = (0..300u16).flat_map(|number| {
        let port = 51_000 + number;
        [
            program(port, 445),
            logon("10:00:00.500", "ann", ADDRESS).field("IpPort", &port.to_string()),
        ]
    });
    let found = tell(events);
    assert_eq!(found.pairs().len(), 1);
    let pair = found.found.crossings.first().expect("a pair");
    assert!(pair.text.contains("connected 300 times"), "{}", pair.text);
    assert!(pair.records.len() <= 32);
}

#[test]
fn the_answer_to_a_datagram_gives_nobody_an_address() {
    // Sysmon tells the answer of a name server as a connection that the client took.
    let answer = connects(ASKER, "09:10:00.000", (ADDRESS, 53), ("10.0.0.9", 51_000), false);
    let found = tell([
        asks(r"net use \\B2"),
        answer.field("Protocol", "udp"),
        logon("10:00:00.500", "ann", "10.0.0.9"),
    ]);
    assert_eq!(found.only(), None);
    assert_eq!(TARGET, "B2.corp.example");
}
