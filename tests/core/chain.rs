//! The attack chain: what each step is shown by, and what it says where nothing shows it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics is a failing test"
)]

use std::sync::Arc;

use spawnscope::{
    detect::chain::{ChainInput, chain, step_of},
    model::{
        ActivityKind, ChainStep, Coverage, CoverageState, Decoding, Event, Finding, Gap, Indicator,
        IndicatorKind, ProcessIndex, ProcessTree, RecordIndex, Severity, Span, StepState,
        StubReason, Telemetry,
    },
};

use crate::made::{self, POWERSHELL, SYSMON, TASKS, at, did};

struct Case {
    events: Vec<Event>,
    tree: ProcessTree,
    findings: Vec<Finding>,
    coverage: Vec<Coverage>,
}

impl Case {
    fn chain(&self) -> Vec<ChainStep> {
        chain(&ChainInput {
            events: &self.events,
            tree: &self.tree,
            findings: &self.findings,
            coverage: &self.coverage,
            zoom_roots: &[ProcessIndex(1)],
        })
    }

    fn step(&self, name: &str) -> ChainStep {
        self.chain().into_iter().find(|step| step.name == name).unwrap()
    }

    fn cover(&mut self, kind: Telemetry) -> &mut Coverage {
        self.coverage.iter_mut().find(|entry| entry.telemetry == kind).unwrap()
    }

    /// Appends a record and, as done by a process, the activity that it shows.
    fn acts(&mut self, process: usize, kind: ActivityKind, event: Event) -> RecordIndex {
        let record = u32::try_from(self.events.len()).unwrap();
        let clock = event.time.unwrap().clock(false);
        self.events.push(event);
        self.tree.processes[process].activity.push(did(kind, &clock, record));
        RecordIndex(record)
    }
}

fn full(host: &str) -> Vec<Coverage> {
    Telemetry::ALL
        .into_iter()
        .map(|telemetry| Coverage {
            host: host.to_owned(),
            telemetry,
            state: CoverageState::Present,
            records: 100,
            first: Some(at("13:00:00")),
            last: Some(at("15:00:00")),
            gaps: Vec::new(),
            note: None,
        })
        .collect()
}

/// explorer 0, Zoom 1, powershell 2, cmd 3, whoami 4, schtasks 5, rundll32 6, `CptHost` 7.
fn case() -> Case {
    let starts = [
        (6120, r"C:\Windows\explorer.exe", "explorer.exe", "13:00:00", None),
        (9184, r"C:\Program Files\Zoom\bin\Zoom.exe", "Zoom.exe", "13:41:52", Some(0)),
        (11872, r"C:\Windows\powershell.exe", "powershell.exe -w hidden -c x", "14:21:07", Some(1)),
        (12004, r"C:\Windows\cmd.exe", "cmd.exe /c whoami /all", "14:21:31", Some(2)),
        (12016, r"C:\Windows\whoami.exe", "whoami  /all", "14:21:32", Some(3)),
        (
            12212,
            r"C:\Windows\schtasks.exe",
            r#"schtasks /create /f /tn "Zoom Update" /tr c.dll"#,
            "14:22:15",
            Some(2),
        ),
        (12380, r"C:\Windows\rundll32.exe", "rundll32.exe c.dll,Start", "14:22:48", Some(2)),
        (10432, r"C:\Program Files\Zoom\bin\CptHost.exe", "CptHost.exe", "13:44:10", Some(1)),
    ];
    let mut events = Vec::new();
    let mut processes = Vec::new();
    for (position, (pid, image, line, clock, parent)) in (0u32..).zip(starts) {
        events.push(made::event(SYSMON, 1, clock, &[]));
        processes.push((made::process(pid, image, line, clock, position), parent));
    }
    let findings = vec![
        made::finding("spawnscope-zoom-child", 2, 2, &["attack.execution"]),
        made::finding("spawnscope-zoom-descendant", 3, 3, &["attack.execution"]),
    ];
    let tree = made::tree(processes);
    let mut case = Case { events, tree, findings, coverage: full("PC1") };
    // Sysmon 15 is on, but long before the window.
    case.events.push(made::event(
        SYSMON,
        15,
        "13:00:01",
        &[("TargetFilename", "a:Zone.Identifier")],
    ));
    case
}

fn connection(clock: &str, ip: &str, port: &str) -> Event {
    let fields = [("DestinationIp", ip), ("DestinationPort", port), ("Initiated", "true")];
    made::event(SYSMON, 3, clock, &fields)
}

fn without_root(case: &Case) -> Vec<ChainStep> {
    chain(&ChainInput {
        events: &case.events,
        tree: &case.tree,
        findings: &case.findings,
        coverage: &case.coverage,
        zoom_roots: &[],
    })
}

#[test]
fn without_an_interpreter_the_chain_says_whether_it_could_be_seen() {
    use StepState::{CannotBeKnown, NotObserved, Observed};
    let mut case = case();
    let states = |case: &Case| without_root(case).iter().map(|step| step.state).collect::<Vec<_>>();
    let rest = |state: StepState| [vec![Observed], vec![state; 8]].concat();
    assert_eq!(states(&case), rest(NotObserved), "Zoom's own start is there");
    let entry = without_root(&case).remove(0);
    assert_eq!((entry.step, entry.name, entry.records.len()), (1, "Zoom starts", 1));
    assert_eq!(step_of(&without_root(&case), &case.tree), vec![None; case.tree.processes.len()]);

    case.cover(Telemetry::ProcessSysmon).state = CoverageState::Absent;
    assert_eq!(states(&case), rest(NotObserved), "Security 4688 is enough");
    case.cover(Telemetry::ProcessSecurity).state = CoverageState::Absent;
    assert_eq!(states(&case), rest(CannotBeKnown));
    let words = "Sysmon 1 or Security 4688 (process starts): none in these logs";
    assert!(without_root(&case).iter().skip(1).all(|step| step.missing == [words]));

    case.cover(Telemetry::ProcessSysmon).state = CoverageState::Present;
    case.cover(Telemetry::Network).state = CoverageState::Absent;
    let unknown: Vec<&str> = without_root(&case)
        .iter()
        .filter(|step| step.state == CannotBeKnown)
        .map(|step| step.name)
        .collect();
    assert_eq!(unknown, ["Remote access", "Lateral movement", "Exfiltration"]);

    case.coverage.clear();
    case.tree = ProcessTree::default();
    assert_eq!(states(&case), [CannotBeKnown; 9], "no logs at all");
}

#[test]
fn a_zoom_root_without_interpreter_is_as_no_root() {
    let mut case = case();
    case.findings = vec![made::finding("odd-zoom-child", 7, 7, &["attack.persistence"])];
    assert_eq!(case.chain(), without_root(&case));
    assert!(case.chain().iter().all(|step| step.processes.is_empty()));
}

#[test]
fn nine_entries_with_their_names_and_states() {
    use StepState::{NotObserved, Observed};
    let got: Vec<(u8, &str, StepState, usize)> = case()
        .chain()
        .iter()
        .map(|step| (step.step, step.name, step.state, step.records.len()))
        .collect();
    assert_eq!(
        got,
        [
            (1, "Zoom starts", Observed, 1),
            (2, "Initial access or lure", NotObserved, 0),
            (3, "Interpreter spawned", Observed, 2),
            (4, "Commands, scripts", Observed, 2),
            (5, "Reconnaissance", Observed, 1),
            (6, "Persistence", Observed, 1),
            (7, "Remote access", NotObserved, 0),
            (8, "Lateral movement", NotObserved, 0),
            (8, "Exfiltration", NotObserved, 0),
        ]
    );
}

#[test]
fn a_sysmon_gap_before_the_interpreter_hides_the_lure() {
    let mut case = case();
    let gap =
        Gap { from: at("14:02:11"), to: at("14:20:03"), why: "Sysmon service stopped".into() };
    case.cover(Telemetry::Files).gaps.push(gap);
    let step = case.step("Initial access or lure");
    assert_eq!(step.state, StepState::CannotBeKnown);
    assert_eq!(
        step.missing,
        ["Sysmon 15 and 11 (downloaded files): Sysmon service stopped, \
          2026-04-12 14:02:11 to 14:20:03 UTC"]
    );
    // One that began on another day says both days.
    case.cover(Telemetry::Files).gaps[0].from = at("14:02:11").plus_secs(-86_400);
    assert_eq!(
        case.step("Initial access or lure").missing,
        ["Sysmon 15 and 11 (downloaded files): Sysmon service stopped, \
          2026-04-11 14:02:11 to 2026-04-12 14:20:03 UTC"]
    );
    // A gap that ended over twenty minutes before changes nothing.
    case.cover(Telemetry::Files).gaps[0].to = at("14:01:00");
    case.cover(Telemetry::Files).gaps[0].from = at("13:50:00");
    assert_eq!(case.step("Initial access or lure").state, StepState::NotObserved);
}

#[test]
fn what_came_long_before_a_gap_does_not_say_what_came_in_it() {
    let file = r"C:\Users\m\Downloads\agenda.pdf:Zone.Identifier";
    for (clock, state) in
        [("13:57:40", StepState::CannotBeKnown), ("14:02:00", StepState::Observed)]
    {
        let mut case = case();
        let gap = Gap { from: at("14:02:11"), to: at("14:20:03"), why: "stopped".into() };
        case.cover(Telemetry::Files).gaps.push(gap);
        let mark = made::event(SYSMON, 15, clock, &[("TargetFilename", file)]);
        case.acts(0, ActivityKind::File, mark);
        let step = case.step("Initial access or lure");
        assert_eq!(step.state, state, "{clock}");
        assert_eq!(step.records.is_empty(), state == StepState::CannotBeKnown);
    }
}

#[test]
fn the_gravest_interpreter_sets_the_time() {
    // A plain cmd under Zoom inside the gap; the grave one comes after it.
    let mut case = case();
    case.tree.processes[7].start = Some(at("14:10:00"));
    case.findings.push(made::finding("spawnscope-zoom-child", 7, 7, &[]));
    case.findings[0].severity = Severity::Critical;
    let gap = Gap { from: at("14:02:11"), to: at("14:20:03"), why: "stopped".into() };
    case.cover(Telemetry::Network).gaps.push(gap);
    assert_eq!(case.step("Remote access").state, StepState::NotObserved);
    case.findings[0].severity = Severity::Medium;
    assert_eq!(case.step("Remote access").state, StepState::CannotBeKnown);
}

#[test]
fn without_stream_records_or_logs_that_reach_back_the_lure_cannot_be_known() {
    let mut case = case();
    case.events.pop();
    let step = case.step("Initial access or lure");
    assert_eq!(step.state, StepState::CannotBeKnown);
    assert_eq!(step.missing, ["Sysmon 15 (Mark of the Web) on PC1: none in these logs"]);

    let mut case = self::case();
    for entry in &mut case.coverage {
        entry.first = Some(at("14:15:00"));
    }
    let step = case.step("Initial access or lure");
    assert_eq!(step.missing, ["Sysmon before 2026-04-12 14:15:00 UTC on PC1"]);
}

#[test]
fn a_marked_file_before_the_interpreter_is_a_lure() {
    let file = r"C:\Users\m\Downloads\invite.lnk:Zone.Identifier";
    let mark = |clock: &str, zone: &str| {
        made::event(SYSMON, 15, clock, &[("TargetFilename", file), ("Contents", zone)])
    };
    let cases = [
        ("14:15:00", "[ZoneTransfer] ZoneId=3", StepState::Observed),
        ("14:15:00", "[ZoneTransfer] ZoneId=1", StepState::NotObserved),
        ("13:45:00", "[ZoneTransfer] ZoneId=3", StepState::NotObserved),
        ("14:22:00", "[ZoneTransfer] ZoneId=3", StepState::NotObserved),
    ];
    for (clock, zone, state) in cases {
        let mut case = case();
        case.acts(0, ActivityKind::File, mark(clock, zone));
        let step = case.step("Initial access or lure");
        assert_eq!(step.state, state, "{clock} {zone}");
        if state == StepState::Observed {
            assert_eq!(step.summary.as_deref(), Some("invite.lnk downloaded"));
        }
    }
}

#[test]
fn scripts_and_files_of_the_interpreter_are_commands() {
    let mut case = case();
    let script = made::event(POWERSHELL, 4104, "14:21:09", &[]);
    case.acts(2, ActivityKind::Script, script);
    let own = |path: &str| made::event(SYSMON, 11, "14:21:08", &[("TargetFilename", path)]);
    case.acts(2, ActivityKind::File, own(r"C:\T\__PSScriptPolicyTest_a.ps1"));
    case.acts(2, ActivityKind::File, own(r"C:\T\c.dll"));
    // Zoom's own files are not the interpreter's.
    case.acts(1, ActivityKind::File, own(r"C:\T\zoom.log"));
    let step = case.step("Commands, scripts");
    assert_eq!(step.records, [RecordIndex(11), RecordIndex(9)]);
    assert_eq!(step.summary.as_deref(), Some("1 file record, 1 script record"));
}

#[test]
fn only_public_addresses_reached_from_below_zoom_are_remote_access() {
    let cases = [
        (6, "203.0.113.44", "443", true),
        (6, "10.1.2.3", "443", false),
        (6, "127.0.0.1", "8080", false),
        (6, "172.31.0.9", "443", false),
        (6, "172.32.0.9", "443", true),
        (6, "fe80::1", "443", false),
        (6, "2606:4700::1111", "443", true),
        // Zoom and its helper talk to the internet all the time.
        (1, "203.0.113.44", "443", false),
        (7, "203.0.113.44", "443", false),
    ];
    for (process, ip, port, wanted) in cases {
        let mut case = case();
        case.acts(process, ActivityKind::Network, connection("14:22:48", ip, port));
        let step = case.step("Remote access");
        assert_eq!(step.state == StepState::Observed, wanted, "{process} {ip}");
    }
    let mut case = case();
    for clock in ["14:23:48", "14:24:48"] {
        let event = connection(clock, "203.0.113.44", "443");
        case.acts(6, ActivityKind::Network, event);
    }
    let step = case.step("Remote access");
    assert_eq!(step.summary.as_deref(), Some("Connects to 203.0.113.44:443"));
    assert_eq!((step.records.len(), step.first), (2, Some(at("14:23:48"))));
}

#[test]
fn fetching_the_download_is_no_remote_access() {
    let mut case = case();
    case.tree.processes[2].decoding = Some(Arc::new(Decoding {
        traits: vec!["downloads".to_owned()],
        indicators: vec![Indicator::new(
            IndicatorKind::Url,
            "http://198.51.100.23/u.ps1",
            Span { from: 0, to: 0 },
        )],
        ..Decoding::default()
    }));
    let event = connection("14:21:09", "198.51.100.23", "80");
    case.acts(2, ActivityKind::Network, event);
    assert_eq!(case.step("Remote access").state, StepState::NotObserved);
    assert_eq!(case.step("Commands, scripts").summary.as_deref(), Some("1 download connection"));
}

#[test]
fn records_of_a_task_made_on_the_chain_are_persistence() {
    let cases = [
        (r"\Zoom Update", "14:22:16", true),
        (r"\Other", "14:22:16", false),
        // Before it was made it is another task of that name.
        (r"\Zoom Update", "13:22:16", false),
    ];
    for (name, clock, wanted) in cases {
        let mut case = case();
        case.events.push(made::event(TASKS, 106, clock, &[("TaskName", name)]));
        let step = case.step("Persistence");
        assert_eq!(step.records.len(), 1 + usize::from(wanted), "{name} {clock}");
        assert_eq!(step.summary.as_deref(), Some("Scheduled task"));
    }
}

#[test]
fn autostart_keys_and_startup_files_are_persistence() {
    let cases = [
        (ActivityKind::Registry, r"HKU\S-1\Software\Microsoft\Windows\CurrentVersion\Run\z", true),
        (ActivityKind::Registry, r"HKU\S-1\Software\Zoom\Run", false),
        (ActivityKind::Registry, r"HKLM\System\CurrentControlSet\Services\z\ImagePath", true),
        (ActivityKind::File, r"C:\U\Start Menu\Programs\Startup\z.lnk", true),
        (ActivityKind::File, r"C:\U\Start Menu\Programs\z.lnk", false),
    ];
    for (kind, text, wanted) in cases {
        let mut case = case();
        let (id, field) = match kind {
            ActivityKind::Registry => (13, "TargetObject"),
            _ => (11, "TargetFilename"),
        };
        case.acts(6, kind, made::event(SYSMON, id, "14:23:00", &[(field, text)]));
        let count = case.step("Persistence").records.len();
        assert_eq!(count, 1 + usize::from(wanted), "{text}");
    }
}

#[test]
fn tactics_of_findings_lead_to_steps() {
    let cases = [
        ("attack.discovery", "Reconnaissance"),
        ("attack.persistence", "Persistence"),
        ("attack.command-and-control", "Remote access"),
        ("attack.command_and_control", "Remote access"),
        ("attack.lateral-movement", "Lateral movement"),
        ("attack.lateral_movement", "Lateral movement"),
        ("attack.exfiltration", "Exfiltration"),
    ];
    for (tag, name) in cases {
        let mut case = case();
        case.findings.push(made::finding("x", 6, 6, &["attack.t1", tag]));
        let step = case.step(name);
        assert!(step.processes.contains(&ProcessIndex(6)), "{tag}");
        assert!(step.records.contains(&RecordIndex(6)), "{tag}");
        // The same finding outside the chain is no evidence.
        case.findings.last_mut().unwrap().process = Some(ProcessIndex(0));
        assert!(!case.step(name).records.contains(&RecordIndex(6)), "{tag}");
    }
}

#[test]
fn shares_and_explicit_credentials_are_lateral_movement() {
    let mut case = case();
    let share = [("ShareName", r"\\FS01\C$")];
    let opened = made::event("Security", 5140, "14:29:12", &share);
    case.acts(6, ActivityKind::Share, opened);
    let logon = made::event("Security", 4648, "14:29:13", &[]);
    case.acts(6, ActivityKind::Logon, logon);
    case.acts(6, ActivityKind::Logon, made::event("Security", 4624, "14:29:14", &[]));
    let step = case.step("Lateral movement");
    assert_eq!(step.records.len(), 2);
    assert_eq!(step.summary.as_deref(), Some(r"\\FS01\C$ opened, Explicit credentials"));
}

#[test]
fn what_is_missing_is_named() {
    let cases = [
        (Telemetry::Network, "Remote access", "Sysmon 3 (network connections): none in these logs"),
        (Telemetry::Network, "Exfiltration", "Sysmon 3 (network connections): none in these logs"),
        (
            Telemetry::Logons,
            "Lateral movement",
            "Security 4648 (explicit credentials): none in these logs",
        ),
    ];
    for (kind, name, words) in cases {
        let mut case = case();
        case.cover(kind).state = CoverageState::Absent;
        let step = case.step(name);
        assert_eq!(step.state, StepState::CannotBeKnown, "{name}");
        assert_eq!(step.missing, [words]);
    }
    let mut case = case();
    case.cover(Telemetry::Network).state = CoverageState::Absent;
    case.events.push(made::event("Security", 5156, "14:00:00", &[]));
    assert_eq!(case.step("Remote access").state, StepState::NotObserved, "5156 does as well");
}

#[test]
fn silent_powershell_leaves_reconnaissance_open_without_script_blocks() {
    let mut case = case();
    // Nothing below powershell but rundll32.
    for at in [3, 4, 5] {
        case.tree.processes[at].image = Some("C:\\x.exe".into());
    }
    assert_eq!(case.step("Reconnaissance").state, StepState::NotObserved);
    case.cover(Telemetry::Scripts).state = CoverageState::Absent;
    let step = case.step("Reconnaissance");
    assert_eq!(step.missing, ["PowerShell 4104 (script blocks): none in these logs"]);
}

#[test]
fn a_zoom_without_start_record_started_at_an_unknown_time() {
    let mut case = case();
    case.tree.processes[1].stub = Some(StubReason::BeforeLogs);
    case.tree.processes[1].witnesses.clear();
    let step = case.step("Zoom starts");
    assert_eq!(step.state, StepState::CannotBeKnown);
    assert_eq!(step.missing, ["the start record of Zoom.exe (Sysmon 1 or Security 4688)"]);
    assert_eq!(step.processes, [ProcessIndex(1)]);
}

#[test]
fn each_process_shows_the_step_that_says_most() {
    let mut case = case();
    let event = connection("14:22:48", "203.0.113.44", "443");
    case.acts(6, ActivityKind::Network, event.clone());
    case.acts(2, ActivityKind::Network, event);
    let steps = step_of(&case.chain(), &case.tree);
    let wanted = [None, Some(1), Some(3), Some(5), Some(5), Some(6), Some(7), None];
    assert_eq!(steps, wanted);
}
