//! Policies, sessions, and records that lead to a process by what other records say.

use super::{Kind, Made, PS, check, named, operational, user_data, with};
use crate::support::evtx_writer::{Data, Value};
use serde_json::json;

#[test]
fn policies() {
    let locker = |id: u16| {
        let fields = [
            ("PolicyName", "EXE"),
            ("RuleName", "(Default)"),
            ("TargetUser", "S-1-5-21-9"),
            ("TargetProcessId", "10"),
            ("FilePath", r"%OSDRIVE%\T\X.EXE"),
            ("FileHash", "AA"),
            ("Fqbn", "-"),
        ];
        operational("Microsoft-Windows-AppLocker", id, 10, user_data("RuleAndFileData", &fields))
    };
    let mut cases = Vec::new();
    for (id, verdict) in [
        (8002, "allowed"),
        (8003, "audited"),
        (8004, "blocked"),
        (8005, "allowed"),
        (8006, "audited"),
        (8007, "blocked"),
    ] {
        let detail = json!({"verdict": verdict, "product": "AppLocker", "policy": "EXE", "rule": "(Default)", "hash": "AA", "publisher": null});
        cases.push((locker(id), Kind::Policy, r"%OSDRIVE%\T\X.EXE", true, detail));
    }
    for (id, verdict, process, is_own) in
        [(3076, "audited", PS, true), (3077, "blocked", r"C:\other.exe", false)]
    {
        let fields = [
            ("File Name", r"C:\t\x.dll"),
            ("Process Name", process),
            ("SHA256 Hash", "BB"),
            ("PolicyName", "P"),
            ("OriginalFileName", "x"),
        ];
        let made = operational("Microsoft-Windows-CodeIntegrity", id, 10, named(&fields));
        let detail = json!({"verdict": verdict, "product": "CodeIntegrity", "process_image": process, "hash": "BB", "policy": "P"});
        cases.push((made, Kind::Policy, r"C:\t\x.dll", is_own, detail));
    }
    check(cases);
}

#[test]
fn desktop_sessions() {
    let local = "Microsoft-Windows-TerminalServices-LocalSessionManager";
    let remote = "Microsoft-Windows-TerminalServices-RemoteConnectionManager";
    let session = [("User", r"CORP\m"), ("SessionID", "2"), ("Address", "10.0.0.7")];
    let mut cases = Vec::new();
    for (id, action, text) in [
        (21, "logged_on", r"CORP\m logged on from 10.0.0.7"),
        (22, "shell_started", r"CORP\m shell started from 10.0.0.7"),
        (23, "logged_off", r"CORP\m logged off"),
        (24, "disconnected", r"CORP\m disconnected from 10.0.0.7"),
        (25, "reconnected", r"CORP\m reconnected from 10.0.0.7"),
    ] {
        let fields = session.get(..if id == 23 { 2 } else { 3 }).unwrap();
        let made = operational(local, id, 10, user_data("EventXML", fields));
        cases.push((
            made,
            Kind::Session,
            text,
            false,
            json!({"action": action, "session_id": 2, "account": r"CORP\m"}),
        ));
    }
    let made = operational(
        remote,
        1149,
        10,
        user_data("EventXML", &[("Param1", "m"), ("Param2", "CORP"), ("Param3", "10.0.0.7")]),
    );
    let detail = json!({"action": "authenticated", "account": r"CORP\m", "source_address": "10.0.0.7", "session_id": null});
    cases.push((made, Kind::Session, r"CORP\m authenticated from 10.0.0.7", false, detail));
    check(cases);
}

#[test]
fn what_other_records_lead_to_a_process() {
    let bits = |id: u16, fields: &[(&str, &str)]| {
        operational("Microsoft-Windows-Bits-Client", id, 900, named(fields))
    };
    let job =
        bits(3, &[("jobTitle", "j"), ("jobId", "{A1}"), ("processPath", PS), ("processId", "10")]);
    let transfer = bits(59, &[("name", "j"), ("Id", "{a1}"), ("url", "https://a.example/x")]);
    let context = "        Host ID = 77aa\r\n        Host Application = powershell.exe\r\n";
    let pipeline = operational(
        "Microsoft-Windows-PowerShell",
        4103,
        10,
        named(&[("ContextInfo", context), ("Payload", "x")]),
    );
    let engine = |host: &str, line: &str| {
        let details = format!(
            "\tHostName=ConsoleHost\r\n\tHostId={host}\r\n\tHostApplication={line}\r\n\tEngineVersion=2.0"
        );
        let fields =
            ["Stopped", "Available", &details].map(|text| (String::new(), Value::text(text)));
        let data = Data::Event { name: None, fields: fields.to_vec() };
        Made("PowerShell", "Windows PowerShell", 403, 0, data)
    };
    let (tree, events) = with(&[job, transfer, pipeline, engine("77AA", "x"), engine("88bb", PS)]);
    let process = tree.processes.iter().find(|process| process.pid == Some(10)).unwrap();
    let found: Vec<_> = process
        .activity
        .iter()
        .map(|did| (did.text(&tree, &events), format!("{:?}", did.by.unwrap())))
        .collect();
    let expected = [
        ("j", "ProcessId"),
        ("https://a.example/x", "BitsJob"),
        ("x", "ProcessId"),
        ("x", "PowershellHost"),
    ];
    assert_eq!(found, expected.map(|(text, by)| (text.to_owned(), by.to_owned())));
    // 4688 without a command line: the engine's own tells nobody.
    assert_eq!(tree.unattached.len(), 1);
    assert_eq!(tree.unattached_of("PC1").len(), 1);
}
