//! Which records a Sigma rule sees, and under which names their fields answer.

use super::{SYSMON, engine, event};

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
