//! The Sigma engine against the specification: values, modifiers, conditions, log sources, traps.
//!
//! Expectations are from the Sigma specification and its appendices, not from this engine.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that panics is a failing test"
)]

use std::{fs, path::PathBuf};

use spawnscope::{
    detect::{Engine, Rules},
    model::{Event, Fields, IssueKind, Name, SourceIndex},
};

const SYSMON: &str = "Microsoft-Windows-Sysmon/Operational";

fn event(channel: &str, event_id: u32, fields: &[(&str, &str)]) -> Event {
    Event {
        source: SourceIndex(0),
        record_id: Some(7),
        host: Name::from("WS1.corp.example"),
        channel: Name::from(channel),
        provider: Name::from("Provider-Of-Test"),
        event_id,
        time: None,
        logger_pid: None,
        user_sid: None,
        fields: fields.iter().copied().collect::<Fields>(),
    }
}

fn rule_text(source: &str, detection: &str) -> String {
    format!("title: T\nlogsource:\n{}detection:\n{}", indented(source), indented(detection))
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

fn engine(source: &str, detection: &str) -> Engine {
    let text = rule_text(source, detection);
    let (rules, errors) = Rules::from_text(&text);
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    assert_eq!(rules.len(), 1, "{text}");
    Engine::new(rules)
}

fn load_error(detection: &str) -> String {
    let (rules, errors) = Rules::from_text(&rule_text("product: windows", detection));
    assert!(rules.is_empty(), "this must not load:\n{detection}");
    errors[0].to_string()
}

/// One item, one field of one record, and whether they fit.
fn check_items(table: &[(&str, &str, bool)]) {
    for (item, value, expected) in table {
        let detection = format!("s:\n    {item}\ncondition: s");
        let engine = engine("product: windows", &detection);
        let record = event("Application", 1, &[("F", value), ("Other", "Same")]);
        let found = engine.evaluate(&record, &[]);
        assert_eq!(!found.is_empty(), *expected, "{item} on {value:?}");
    }
}

#[test]
fn plain_values_and_wildcards() {
    check_items(&[
        ("F: abc", "ABC", true),
        ("F: ABC", "abc", true),
        ("F: abc", "abcd", false),
        ("F: ÄÖ", "äö", true),
        ("F: abc*", "ABCdef", true),
        ("F: '*def'", "abcDEF", true),
        ("F: 'a*d*f'", "abcdef", true),
        ("F: 'a*d*f'", "abcdeg", false),
        ("F: 'a*b'", "ab", true),
        ("F: 'ab*ba'", "aba", false),
        ("F: 'a?c'", "abc", true),
        ("F: 'a?c'", "aéc", true),
        ("F: 'a?c'", "ac", false),
        ("F: '??'", "a", false),
        ("F: '*'", "", true),
        ("F: '*a?'", "xxab", true),
        ("F: '?b*'", "ab", true),
        ("F: ''", "", true),
        ("F: ''", "x", false),
        ("F: [one, two]", "TWO", true),
        ("F: [one, two]", "three", false),
    ]);
}

#[test]
fn backslashes() {
    check_items(&[
        (r"F: 'C:\Windows\cmd.exe'", r"c:\windows\CMD.EXE", true),
        (r"F: 'C:\\Windows'", r"C:\Windows", true),
        (r"F: 'a\*b'", "a*b", true),
        (r"F: 'a\*b'", "axb", false),
        (r"F: 'a\?b'", "a?b", true),
        (r"F: 'a\?b'", "axb", false),
        (r"F: 'a\\*'", r"a\anything", true),
        (r"F: 'a\\*'", "a*", false),
        (r"F: 'a\\\*b'", r"a\*b", true),
        (r"F: 'a\\\*b'", r"a\xb", false),
        (r"F: '\\\\server'", r"\\server", true),
        (r"F: '\\\server'", r"\\server", true),
        (r"F|contains: '\\'", r"a\b", true),
        (r"F|endswith: '\'", r"a\", true),
        (r"F|startswith: '\\\\'", r"\\srv\share", true),
    ]);
}

#[test]
fn numbers_and_booleans_are_text() {
    check_items(&[
        ("F: 4688", "4688", true),
        ("F: '4688'", "4688", true),
        ("F: 4688", "46880", false),
        ("F: 1.10", "1.10", true),
        ("F: true", "True", true),
        ("F: false", "false", true),
        ("F: '0x40810000'", "0x40810000", true),
        ("F|contains: 10", "a10b", true),
    ]);
}

#[test]
fn text_modifiers() {
    check_items(&[
        ("F|contains: BC", "abcd", true),
        ("F|contains: bd", "abcd", false),
        ("F|contains: 'b*d'", "abxxde", true),
        ("F|startswith: AB", "abcd", true),
        ("F|startswith: b", "abcd", false),
        ("F|startswith: 'a?c'", "abcd", true),
        ("F|endswith: CD", "abcd", true),
        ("F|endswith: 'b?d'", "abcd", true),
        ("F|endswith: c", "abcd", false),
        ("F|contains|all: [a, d]", "abcd", true),
        ("F|contains|all: [a, x]", "abcd", false),
        ("F|contains|cased: BC", "aBCd", true),
        ("F|contains|cased: BC", "abcd", false),
        ("F|cased: Abc", "Abc", true),
        ("F|cased: Abc", "abc", false),
        ("F|neq: abc", "abd", true),
        ("F|neq: abc", "ABC", false),
        ("F|neq: [a, b]", "b", false),
        ("Missing|neq: a", "b", true),
    ]);
}

#[test]
fn windash_takes_five_dashes_at_the_start_of_a_word() {
    let item = "F|contains|windash: ' -enc '";
    for dash in ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"] {
        check_items(&[(item, &format!("powershell {dash}ENC AAAA"), true)]);
    }
    check_items(&[
        (item, "powershell +enc AAAA", false),
        ("F|contains|windash: a-b", "a/b", false),
        ("F|contains|windash: a-b", "xa-by", true),
        ("F|contains|all|windash: [' -a ', ' /b ']", "x /a –b -b y", true),
        ("F|contains|all|windash: [' -a ', ' /b ']", "x /a y", false),
        ("F|windash: '-f'", "/f", true),
    ]);
}

#[test]
fn regular_expressions() {
    check_items(&[
        ("F|re: 'b.d'", "abcde", true),
        ("F|re: '^b'", "abc", false),
        ("F|re: 'ABC'", "abc", false),
        ("F|re|i: 'ABC'", "xabcx", true),
        ("F|re: 'a.c'", "a\nc", false),
        ("F|re|s: 'a.c'", "a\nc", true),
        ("F|re: '^b'", "a\nb", false),
        ("F|re|m: '^b'", "a\nb", true),
        (r"F|re: '\\\\[a-z]+\\ADMIN\$'", r"\\srv\ADMIN$", true),
        ("F|re|all: ['a+', 'b{2}']", "aaabb", true),
        ("F|re|all: ['a+', 'b{3}']", "aaabb", false),
    ]);
}

#[test]
fn encodings() {
    // Values of Python's base64 module; the three alignments of "foobar" as pySigma documents them.
    check_items(&[
        ("F|base64: foobar", "Zm9vYmFy", true),
        ("F|base64: foobar", "zm9vymfy", false),
        ("F|base64|contains: foobar", "x Zm9vYmFy y", true),
        ("F|base64offset|contains: foobar", "xxZm9vYmFyxx", true),
        ("F|base64offset|contains: foobar", "xxZvb2Jhcxx", true),
        ("F|base64offset|contains: foobar", "xxmb29iYXxx", true),
        ("F|base64offset|contains: foobar", "xxmb29iYxxx", false),
        ("F|wide|base64offset|contains: IEX", "SQBFAFgA", true),
        ("F|utf16le|base64offset|contains: IEX", "aAAgAEkARQBYACAA", true),
        ("F|utf16|base64: a", "//5hAA==", true),
        ("F|utf16be|base64: a", "AGE=", true),
        ("F|base64offset|contains|all: [foobar, foobaz]", "Zm9vYmFy mb29iYX", true),
        ("F|base64offset|contains|all: [foobar, qqqqqq]", "Zm9vYmFy", false),
    ]);
}

#[test]
fn numbers_compare() {
    check_items(&[
        ("F|gt: 5", "6", true),
        ("F|gt: 5", "5", false),
        ("F|gte: 5", "5", true),
        ("F|lt: 5", "4.5", true),
        ("F|lt: 5", "5", false),
        ("F|lte: 5", "5", true),
        ("F|lt: 5", "abc", false),
        ("F|gt: 15", "0x10", true),
        ("F|gt: -3", "-2", true),
        ("F|gt: 5", "10", true),
    ]);
}

#[test]
fn networks() {
    check_items(&[
        ("F|cidr: 10.0.0.0/8", "10.255.1.2", true),
        ("F|cidr: 10.0.0.0/8", "11.0.0.1", false),
        ("F|cidr: 192.168.1.7", "192.168.1.7", true),
        ("F|cidr: 0.0.0.0/0", "8.8.8.8", true),
        ("F|cidr: 0.0.0.0/0", "2001:db8::1", false),
        ("F|cidr: 2001:db8::/32", "2001:0db8:0:0:1::5", true),
        ("F|cidr: fe80::/10", "fec0::1", false),
        ("F|cidr: 10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("F|cidr: 10.0.0.0/8", "0:0:0:0:0:ffff:a01:203", true),
        ("F|cidr: 10.0.0.0/8", "10.a", false),
        ("F|cidr: [10.0.0.0/8, '::1/128']", "::1", true),
    ]);
}

#[test]
fn presence_null_and_other_fields() {
    check_items(&[
        ("F|exists: true", "x", true),
        ("F|exists: true", "", true),
        ("F|exists: false", "x", false),
        ("Absent|exists: false", "x", true),
        ("Absent|exists: true", "x", false),
        ("F: null", "x", false),
        ("F: null", "", true),
        ("F: null", "-", true),
        ("F: '-'", "-", true),
        ("Absent: null", "x", true),
        ("Absent: ''", "x", false),
        ("F: [null, x]", "x", true),
        ("F|fieldref: Other", "sAME", true),
        ("F|fieldref: Other", "some", false),
        ("F|fieldref|cased: Other", "sAME", false),
        ("F|fieldref|endswith: Other", "the same", true),
        ("F|fieldref|startswith: Other", "same thing", true),
        ("F|fieldref|contains: Other", "not the same thing", true),
        ("F|fieldref: Absent", "x", false),
        ("F|fieldref|neq: Other", "some", true),
    ]);
}

#[test]
fn conditions() {
    let selections = "a:\n    F: 1\nb:\n    F|contains: 2\nsel_x:\n    G: x\nsel_y:\n    G|startswith: xy\n_skip:\n    F: 1\n";
    let fields = |f, g| event("System", 5, &[("F", f), ("G", g)]);
    let table = [
        ("a", "1", "-", true),
        ("not a", "1", "-", false),
        ("not not a", "1", "-", true),
        ("a or b and sel_x", "1", "q", true),
        ("(a or b) and sel_x", "1", "q", false),
        ("a and not b", "1", "q", true),
        ("NOT a OR b", "2", "q", true),
        ("1 of sel_*", "q", "x", true),
        ("all of sel_*", "q", "x", false),
        ("any of sel_*", "q", "xyz", true),
        ("1 of *_y", "q", "xyz", true),
        ("1 of them", "q", "q", false),
        ("1 of _*", "1", "q", true),
        ("all of them", "1", "x", false),
        ("a and not 1 of sel_*", "1", "q", true),
        ("a and not 1 of sel_*", "1", "x", false),
        ("not (a or b)", "3", "x", true),
        ("1 of a", "1", "q", true),
    ];
    for (condition, f, g, expected) in table {
        let engine = engine("product: windows", &format!("{selections}condition: {condition}"));
        let found = engine.evaluate(&fields(f, g), &[]);
        assert_eq!(!found.is_empty(), expected, "{condition} with F={f} G={g}");
    }
    // Only names without an underscore count for "them".
    let own = engine("product: windows", "_a:\n    F: 1\nb:\n    G: x\ncondition: all of them");
    assert_eq!(own.evaluate(&fields("2", "x"), &[]).len(), 1);
    // Several conditions are alternatives.
    let list = engine("product: windows", "a:\n    F: 1\nb:\n    F: 2\ncondition: [a, b]");
    assert_eq!(list.evaluate(&fields("2", "x"), &[]).len(), 1);
}

#[test]
fn selections_as_lists_and_keywords() {
    let table = [
        ("s:\n    - F: a\n      G: b\n    - H: c", &[("H", "C")][..], true),
        ("s:\n    - F: a\n      G: b\n    - H: c", &[("F", "a")], false),
        ("s:\n    F: a\n    G: b", &[("F", "a"), ("G", "B")], true),
        ("s:\n    - mimi\n    - katz", &[("Data", "x"), ("More", "the KATZ sat")], true),
        ("s:\n    - mimi\n    - katz", &[("mimi", "x")], false),
        ("s:\n    '|all':\n        - one\n        - two", &[("A", "one"), ("B", "twofold")], true),
        ("s:\n    '|all':\n        - one\n        - two", &[("A", "one")], false),
        ("s: single", &[("A", "a SINGLE word")], true),
        ("s:\n    '|re': 'w.rd'", &[("A", "a single word")], true),
        ("s:\n    - 'o*e'\n    - 2", &[("A", "xoyez")], true),
        ("s:\n    - Provider-Of-Test", &[("A", "x")], true),
        ("s:\n    - WS1", &[("A", "x")], false),
        ("s:\n    - plain\n    - F: a", &[("F", "a")], true),
        ("s:\n    - plain\n    - F: a", &[("G", "it is plain")], true),
    ];
    for (selection, fields, expected) in table {
        let engine = engine("product: windows", &format!("{selection}\ncondition: s"));
        let found = engine.evaluate(&event("Application", 1, fields), &[]);
        assert_eq!(!found.is_empty(), expected, "{selection} on {fields:?}");
    }
}

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

#[test]
fn what_is_not_supported_is_said() {
    let table = [
        ("s:\n    F|frobnicate: a\ncondition: s", "line 6: \"frobnicate\" is no modifier"),
        ("s:\n    F|hour: 3\ncondition: s", "time modifiers"),
        ("s:\n    F|expand: '%admins%'\ncondition: s", "placeholder"),
        ("s:\n    F|re: '(?=a)b'\ncondition: s", "regular expression"),
        ("s:\n    F|cidr: 10.0.0.0/33\ncondition: s", "no network"),
        ("s:\n    F|gt: many\ncondition: s", "no number"),
        ("s:\n    F|wide|contains: a\ncondition: s", "base64"),
        ("s:\n    F|base64: 'a*'\ncondition: s", "wildcards"),
        ("s:\n    F|re|cidr: a\ncondition: s", "exclude"),
        ("s:\n    F|contains: null\ncondition: s", "null"),
        ("s:\n    F|exists: maybe\ncondition: s", "true or false"),
        ("s:\n    F: a\ncondition: s | count() > 5", "aggregations"),
        ("s:\n    F: a\ncondition: s and", "too early"),
        ("s:\n    F: a\ncondition: (s", "missing"),
        ("s:\n    F: a\ncondition: s)", "not expected"),
        ("s:\n    F: a\ncondition: t", "no selection \"t\""),
        ("s:\n    F: a\ncondition: 2 of them", "2 of"),
        ("s:\n    F: a\ncondition: 1 of x*", "no selection is named like"),
        ("s:\n    F: a\ntimeframe: 5m\ncondition: s", "time frames"),
        ("s: []\ncondition: s", "must be"),
        ("s:\n    F: []\ncondition: s", "must be"),
        ("s:\n    F:\n        G: a\ncondition: s", "must be"),
        ("s:\n    F: a", "\"condition\" is missing"),
    ];
    for (detection, expected) in table {
        let error = load_error(detection);
        assert!(error.contains(expected), "{detection}\ngave: {error}");
    }
    let deep = format!("s:\n    F: a\ncondition: {}s{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(load_error(&deep).contains("nested"));
    let wide = format!("s: {}a{}\ncondition: s", "[".repeat(250), "]".repeat(250));
    assert!(load_error(&wide).contains("nested"));
    let (_, errors) = Rules::from_text("title: T\ncorrelation:\n    type: event_count\n");
    assert_eq!(errors[0].to_string(), "line 2: correlation rules are not supported yet");
}

#[test]
fn nested_yaml_does_not_overflow() {
    let dashes = format!("title: T\nx:\n {}\n", "- ".repeat(50_000));
    let steps: String = (0..5_000).flat_map(|at| [" ".repeat(at), "a:\n".to_owned()]).collect();
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for at in 1..60 {
        let before = at - 1;
        bomb.push_str(&format!("a{at}: &a{at} [*a{before}, *a{before}]\n"));
    }
    for text in [dashes, steps, bomb] {
        let (rules, errors) = Rules::from_text(&text);
        assert!(rules.is_empty() && errors.len() == 1);
    }
}

#[test]
fn files_documents_and_folders() {
    let folder = tempfile::tempdir().unwrap();
    let rule = |id: &str, product: &str| {
        format!(
            "title: T\nid: {id}\nlogsource:\n    product: {product}\ndetection:\n    s:\n        F: a\n    condition: s\n"
        )
    };
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    write("a.yml", format!("\u{feff}{}", rule("one", "windows")).as_bytes());
    let several = format!(
        "---\n{}---\ntitle: broken: yaml\n---\n{}",
        rule("two", "windows"),
        rule("three", "windows")
    );
    write("sub/b.YAML", several.replace('\n', "\r\n").as_bytes());
    write("c.yml", rule("four", "linux").as_bytes());
    write("d.yml", rule("one", "windows").as_bytes());
    write("e.yml", b"title: T\n\xff\xfe\n");
    write("f.txt", b"no rule at all");
    write("g.yml", b"# only a comment\n");
    let (rules, issues) = Rules::load_dir(folder.path());
    let ids: Vec<&str> = rules.iter().map(|rule| rule.info.id.as_str()).collect();
    assert_eq!(ids, ["one", "two", "three"]);
    let messages: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
    assert_eq!(messages.len(), 4, "{messages:#?}");
    assert!(issues.iter().all(|issue| issue.kind == IssueKind::BadRule));
    let said =
        |words: &[&str]| messages.iter().any(|said| words.iter().all(|word| said.contains(word)));
    assert!(said(&["d.yml", "line 1", "a.yml"]), "{messages:#?}");
    assert!(said(&["e.yml", "line 2", "UTF-8"]), "{messages:#?}");
    assert!(said(&["b.YAML", "line 11", "YAML"]), "{messages:#?}");
    assert!(said(&["left out: 1", "linux 1"]), "{messages:#?}");
    let (none, issues) = Rules::load_dir(&folder.path().join("absent"));
    assert!(none.is_empty());
    assert_eq!(issues[0].kind, IssueKind::CannotOpen);
}

#[test]
fn a_rule_with_the_same_id_replaces_the_earlier() {
    let text = |level: &str| {
        format!(
            "title: T\nname: mine\nlevel: {level}\nlogsource:\n    product: windows\ndetection:\n    s:\n        F: a\n    condition: s\n"
        )
    };
    let (mut rules, _) = Rules::from_text(&text("low"));
    rules.extend(Rules::from_text(&text("high")).0);
    assert_eq!(rules.len(), 1);
    assert_eq!(rules.by_id("mine").unwrap().info.level.name(), "high");
}

/// Published rules are a strong test of "nothing is skipped in silence".
#[test]
fn published_rules_load() {
    let Some(folder) = std::env::var_os("SPAWNSCOPE_SIGMA_RULES").map(PathBuf::from) else {
        println!("skipped: no published rules");
        return;
    };
    let (rules, issues) = Rules::load_dir(&folder);
    println!("{} rules", rules.len());
    for issue in &issues {
        println!("{}", issue.message);
    }
    assert!(rules.len() > issues.len() * 10);
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
