//! Sigma's log sources and fields on Windows records, and what a match says of itself.

use spawnscope::detect::{Engine, Rules};

use crate::sigma::{SYSMON, engine, event, rule_text};

#[test]
fn log_sources_are_enforced() {
    let table = [
        ("category: process_creation\nproduct: windows", SYSMON, 1, true),
        ("category: process_creation\nproduct: windows", SYSMON, 3, false),
        ("category: process_creation\nproduct: windows", "security", 4688, true),
        ("category: process_creation\nproduct: windows", "Security", 4689, false),
        ("category: process_creation", "Security", 4688, true),
        ("category: process_creation\nproduct: linux", SYSMON, 1, false),
        ("product: windows\ncategory: process_creation\nservice: sysmon", "Security", 4688, false),
        ("product: windows\ncategory: process_creation\nservice: sysmon", SYSMON, 1, true),
        ("product: windows\nservice: security", "SECURITY", 4624, true),
        ("product: windows\nservice: security", "System", 4624, false),
        ("product: windows\nservice: powershell", "PowerShellCore/Operational", 4104, true),
        (
            "product: windows\nservice: taskscheduler",
            "Microsoft-Windows-TaskScheduler/Operational",
            106,
            true,
        ),
        ("product: windows\ncategory: registry_set", SYSMON, 13, true),
        ("product: windows\ncategory: registry_event", SYSMON, 13, true),
        ("product: windows\ncategory: registry_add", SYSMON, 13, false),
        (
            "product: windows\ncategory: ps_script",
            "Microsoft-Windows-PowerShell/Operational",
            4104,
            true,
        ),
        (
            "product: windows\ncategory: ps_script",
            "Microsoft-Windows-PowerShell/Operational",
            4103,
            false,
        ),
        ("product: windows\ncategory: ps_classic_start", "Windows PowerShell", 400, true),
        ("product: windows\ncategory: file_delete", SYSMON, 26, true),
        ("product: windows", "Whatever/Channel", 9, true),
        ("product: windows", "", 9, true),
    ];
    for (source, channel, event_id, expected) in table {
        let engine = engine(source, "s:\n    F: a\ncondition: s");
        let record = event(channel, event_id, &[("F", "a")]);
        assert_eq!(!engine.evaluate(&record, &[]).is_empty(), expected, "{source} {channel}");
        assert_eq!(engine.is_relevant(channel, event_id), expected, "{source} {channel}");
    }
}

#[test]
fn an_event_id_in_a_selection_narrows_what_is_relevant() {
    let engine = engine(
        "product: windows\nservice: security",
        "s:\n    EventID: [4624, 4625]\n    F: a\nt:\n    EventID: 1102\ncondition: s or t",
    );
    for (id, expected) in [(4624, true), (4625, true), (1102, true), (5156, false)] {
        assert_eq!(engine.is_relevant("Security", id), expected, "{id}");
    }
    assert_eq!(engine.evaluate(&event("Security", 1102, &[]), &[]).len(), 1);
}

#[test]
fn security_records_answer_to_the_names_of_sysmon() {
    let process = "category: process_creation\nproduct: windows";
    let created = event(
        "Security",
        4688,
        &[
            ("SubjectUserName", "jo"),
            ("TargetUserName", "-"),
            ("NewProcessId", "0x1f4"),
            ("NewProcessName", r"C:\Windows\System32\cmd.exe"),
            ("ProcessId", "0x2a0"),
            ("CommandLine", "cmd /c whoami"),
            ("ParentProcessName", r"C:\Zoom\Zoom.exe"),
            ("MandatoryLabel", "S-1-16-12288"),
        ],
    );
    let network = "category: network_connection\nproduct: windows";
    let connected = event(
        "Security",
        5156,
        &[
            ("ProcessID", "4242"),
            ("Application", r"\device\harddiskvolume3\windows\system32\rundll32.exe"),
            ("Direction", "%%14593"),
            ("DestAddress", "93.184.216.34"),
            ("DestPort", "443"),
        ],
    );
    let registry = "category: registry_set\nproduct: windows";
    let written = event(
        "Security",
        4657,
        &[
            ("ObjectName", r"\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\Bad"),
            ("ObjectValueName", "ImagePath"),
            ("OperationType", "%%1905"),
            ("NewValue", "evil.exe"),
            ("ProcessName", r"C:\Windows\regedit.exe"),
        ],
    );
    let table = [
        (process, r"Image|endswith: '\cmd.exe'", &created),
        (process, "ProcessId: '0x1f4'", &created),
        (process, "ParentProcessId: '0x2a0'", &created),
        (process, r"ParentImage|endswith: '\Zoom.exe'", &created),
        (process, "User: jo", &created),
        (process, "IntegrityLevel: S-1-16-12288", &created),
        (process, "CommandLine|contains: whoami", &created),
        ("service: security\nproduct: windows", "ProcessId: '0x2a0'", &created),
        ("service: security\nproduct: windows", r"NewProcessName|endswith: '\cmd.exe'", &created),
        (network, r"Image|endswith: '\rundll32.exe'", &connected),
        (network, r"Image: 'C:\Windows\System32\rundll32.exe'", &connected),
        (network, r"Image: '\device\harddiskvolume3\windows\system32\rundll32.exe'", &connected),
        (network, "Initiated: 'true'", &connected),
        (network, "DestinationIp|cidr: 93.184.0.0/16", &connected),
        (network, "DestinationPort: 443", &connected),
        (
            registry,
            r"TargetObject: 'HKLM\System\CurrentControlSet\Services\Bad\ImagePath'",
            &written,
        ),
        (registry, "EventType: SetValue", &written),
        (registry, "Details: evil.exe", &written),
        (registry, r"Image|endswith: '\regedit.exe'", &written),
    ];
    for (source, item, record) in table {
        let engine = engine(source, &format!("s:\n    {item}\ncondition: s"));
        assert_eq!(engine.evaluate(record, &[]).len(), 1, "{item}");
    }
}

#[test]
fn fields_of_the_header_hashes_and_spaces() {
    let table = [
        ("EventID: 1116", true),
        ("Channel: microsoft-windows-windows defender/operational", true),
        ("Provider_Name: Provider-Of-Test", true),
        ("Computer|startswith: ws1.", true),
        ("ThreatName|contains: eicar", true),
        ("Imphash: 0aa", true),
        ("md5: FF01", true),
        ("sha256: FF01", false),
    ];
    for (item, expected) in table {
        let engine = engine("product: windows", &format!("s:\n    {item}\ncondition: s"));
        let channel = "Microsoft-Windows-Windows Defender/Operational";
        let fields = [("Threat Name", "EICAR_Test"), ("Hashes", "MD5=ff01,SHA1=02,IMPHASH=0AA")];
        let found = engine.evaluate(&event(channel, 1116, &fields), &[]);
        assert_eq!(!found.is_empty(), expected, "{item}");
    }
}

#[test]
fn derived_values_fill_what_the_record_lacks() {
    let process = "category: process_creation\nproduct: windows";
    let engine_of = |item: &str| engine(process, &format!("s:\n    {item}\ncondition: s"));
    let zoom = r"ParentImage|endswith: '\Zoom.exe'";
    let old = event("Security", 4688, &[("NewProcessName", r"C:\cmd.exe"), ("ProcessId", "0x1")]);
    let dash = event("Security", 4688, &[("ParentProcessName", "-")]);
    let other = event("Security", 4688, &[("ParentProcessName", r"C:\explorer.exe")]);
    let derived = [("ParentImage", r"C:\Zoom.exe")];
    assert_eq!(engine_of(zoom).evaluate(&old, &derived).len(), 1);
    assert_eq!(engine_of(zoom).evaluate(&dash, &derived).len(), 1);
    assert!(engine_of(zoom).evaluate(&other, &derived).is_empty(), "the record's own value wins");
    assert!(engine_of(zoom).evaluate(&old, &[]).is_empty());
    // A name may repeat: any of its values may match.
    let ancestors = [("AncestorImage", r"C:\explorer.exe"), ("AncestorImage", r"C:\Zoom.exe")];
    let found = engine_of(r"AncestorImage|endswith: '\Zoom.exe'").evaluate(&old, &ancestors);
    assert_eq!(found[0].matched[0].value, r"C:\Zoom.exe");
    // The same where the record itself repeats a name.
    let repeated = event("Security", 4688, &[("Data", "one"), ("Data", "two")]);
    assert_eq!(engine_of("Data: two").evaluate(&repeated, &[]).len(), 1);
}

#[test]
fn a_match_says_where() {
    let engine = engine(
        "category: process_creation\nproduct: windows",
        "selection:\n    Image|endswith:\n        - '\\Zoom.exe'\n        - '\\cmd.exe'\n    CommandLine|contains|windash: ' -ENC'\nother:\n    - User: nobody\n    - Äpfel|contains: 'k?rn'\nfilter:\n    Company: x\ncondition: selection and other and not filter",
    );
    let record = event(
        SYSMON,
        1,
        &[("Image", r"C:\É\CMD.exe"), ("CommandLine", "cmd /enc x"), ("Äpfel", "ÄÄKÖRNER")],
    );
    let found = engine.evaluate(&record, &[]);
    let proofs: Vec<(&str, &str, &str)> = found[0]
        .matched
        .iter()
        .map(|proof| {
            (
                proof.field.as_str(),
                proof.pattern.as_str(),
                proof.value.get(proof.span.0..proof.span.1).unwrap(),
            )
        })
        .collect();
    let expected = [
        ("Image", r"\cmd.exe", r"\CMD.exe"),
        ("CommandLine", " -ENC", " /enc"),
        ("Äpfel", "k?rn", "KÖRN"),
    ];
    assert_eq!(proofs, expected);
}

/// With many rules, most are ruled out by their words; what is left must match the same.
#[test]
fn many_rules_find_what_one_rule_finds() {
    let items = [
        "F: abc*def",
        "F|contains: middle",
        "F|endswith|cased: TAIL",
        "F|re: '^a.c'",
        "F|contains|all: [one, two]",
        "F|contains|windash: ' -flag'",
        "F|base64offset|contains: foobar",
        "F|neq: abc",
        "F: null",
        "F|contains: [x, longer]",
        "F|exists: true",
        "F|fieldref: Other",
    ];
    let conditions = ["s", "not s", "s or k", "s and k", "1 of *"];
    let values = [
        "abc-def",
        "in the MIDDLE",
        "a TAIL",
        "a tail",
        "one and TWO",
        "x /FLAG",
        "Zvb2Jhc",
        "",
        "x",
        "abc",
        "Same",
        "keyword",
    ];
    let mut text = String::new();
    for item in items {
        for condition in conditions {
            let detection = format!("s:\n    {item}\nk:\n    - keyword\ncondition: '{condition}'");
            let source = "product: windows";
            text.push_str(&rule_text(source, &detection).replace("title: T", "---\ntitle: T"));
        }
    }
    let (single, errors) = Rules::from_text(&text);
    assert!(errors.is_empty(), "{errors:?}");
    let (doubled, _) = Rules::from_text(&text.repeat(2));
    assert_eq!((single.len(), doubled.len()), (60, 120));
    let (few, many) = (Engine::new(single), Engine::new(doubled));
    for value in values {
        let record = event("Application", 1, &[("F", value), ("Other", "same")]);
        let of_few: Vec<usize> = few.evaluate(&record, &[]).iter().map(|hit| hit.rule).collect();
        let twice: Vec<usize> =
            of_few.iter().copied().chain(of_few.iter().map(|at| at + 60)).collect();
        let of_many: Vec<usize> = many.evaluate(&record, &[]).iter().map(|hit| hit.rule).collect();
        assert_eq!(of_many, twice, "{value:?}");
        assert!(!of_few.is_empty(), "{value:?}");
    }
}

#[test]
fn the_engine_is_shared_by_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Engine::new(Rules::bundled()));
}
