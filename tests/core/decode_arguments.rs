//! How `powershell.exe`, `powershell_ise.exe` and `pwsh.exe` read their own parameters: every
//! spelling of every parameter, from the documented names and shortest forms, and near misses.
#![expect(clippy::string_slice, reason = "a test that panics fails")]

use spawnscope::decode::{Command, decode};
use spawnscope::model::Decoding;

/// `whoami /all` as UTF-16LE, by Python's base64 module.
const WHOAMI: &str = "dwBoAG8AYQBtAGkAIAAvAGEAbABsAA==";

/// A list `-Path`, `C:\\a b & c!`, 7 as CLIXML in UTF-16LE, by Python's base64 module.
const ARGUMENTS: &str = "PABPAGIAagBzACAAVgBlAHIAcwBpAG8AbgA9ACIAMQAuADEALgAwAC4AMQAiACAAeABtAGwAbgBzAD0AIgBoAHQAdABwADoALwAvAHMAYwBoAGUAbQBhAHMALgBtAGkAYwByAG8AcwBvAGYAdAAuAGMAbwBtAC8AcABvAHcAZQByAHMAaABlAGwAbAAvADIAMAAwADQALwAwADQAIgA+ADwATwBiAGoAIABSAGUAZgBJAGQAPQAiADAAIgA+ADwAVABOACAAUgBlAGYASQBkAD0AIgAwACIAPgA8AFQAPgBTAHkAcwB0AGUAbQAuAEMAbwBsAGwAZQBjAHQAaQBvAG4AcwAuAEEAcgByAGEAeQBMAGkAcwB0ADwALwBUAD4APABUAD4AUwB5AHMAdABlAG0ALgBPAGIAagBlAGMAdAA8AC8AVAA+ADwALwBUAE4APgA8AEwAUwBUAD4APABTAD4ALQBQAGEAdABoADwALwBTAD4APABTAD4AQwA6AFwAYQAgAGIAIAAmAGEAbQBwADsAIABjAF8AeAAwADAAMgAxAF8APAAvAFMAPgA8AEkAMwAyAD4ANwA8AC8ASQAzADIAPgA8AC8ATABTAFQAPgA8AC8ATwBiAGoAPgA8AC8ATwBiAGoAcwA+AA==";

fn run(text: &str) -> Decoding {
    decode(&Command { text, ..Command::default() })
}

fn is_read(line: &str) -> bool {
    run(line).last_text() == Some("whoami /all")
}

/// Words and technique.
type Said<'a> = (&'a str, Option<&'a str>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Both,
    Windows,
    Core,
}

/// Full name, length of the shortest form, editions, whether a value follows.
const PARAMETERS: &[(&str, usize, In, bool)] = &[
    ("NoExit", 3, In::Both, false),
    ("NoProfile", 3, In::Both, false),
    ("NoLogo", 3, In::Both, false),
    ("NonInteractive", 4, In::Both, false),
    ("Sta", 3, In::Both, false),
    ("Mta", 3, In::Both, false),
    ("ServerMode", 1, In::Both, false),
    ("SocketServerMode", 2, In::Both, false),
    ("NamedPipeServerMode", 3, In::Both, false),
    ("WindowStyle", 1, In::Both, true),
    ("ExecutionPolicy", 2, In::Both, true),
    ("ep", 2, In::Both, true),
    ("OutputFormat", 1, In::Both, true),
    ("of", 2, In::Both, true),
    ("if", 2, In::Both, true),
    ("ConfigurationName", 6, In::Both, true),
    ("InputFormat", 1, In::Windows, true),
    ("Version", 1, In::Windows, true),
    ("PSConsoleFile", 3, In::Windows, true),
    ("ImportSystemModules", 3, In::Windows, false),
    ("InputFormat", 3, In::Core, true),
    ("Interactive", 1, In::Core, false),
    ("Login", 1, In::Core, false),
    ("SettingsFile", 8, In::Core, true),
    ("WorkingDirectory", 2, In::Core, true),
    ("wd", 2, In::Core, true),
    ("CustomPipeName", 3, In::Core, true),
    ("SSHServerMode", 4, In::Core, false),
];

const WINDOWS: &[&str] = &["powershell", "powershell.exe", "PowerShell_ISE.exe"];
const CORE: &[&str] = &["pwsh", "PWSH.EXE"];

#[test]
fn every_spelling_of_every_parameter_is_passed_over() {
    let marks = ["-", "/", "--", "\u{2013}", "\u{2014}\u{2014}", "\u{2015}"];
    for &(name, shortest, editions, has_value) in PARAMETERS {
        for length in shortest..=name.len() {
            let short = &name[..length];
            for mark in marks {
                for spelled in [short.to_lowercase(), short.to_uppercase()] {
                    let value = if has_value { " \"a value\"" } else { "" };
                    let programs = match editions {
                        In::Both => [WINDOWS, CORE].concat(),
                        In::Windows => WINDOWS.to_vec(),
                        In::Core => CORE.to_vec(),
                    };
                    for program in programs {
                        let line = format!("{program} {mark}{spelled}{value} -e {WHOAMI}");
                        assert!(is_read(&line), "{line}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_form_too_short_or_too_long_is_no_parameter() {
    let words = [
        "-n",
        "-no",
        "-non",
        "-st",
        "-m",
        "-mt",
        "-p",
        "-ps",
        "-xx",
        "-noprofilex",
        "-nop:",
        "-nop=1",
        "-wi:hidden",
        "-executionpolicyx",
        "-epx",
        "-ed",
        "-encodedfoo",
        "-encx",
        "-\u{2212}nop",
        "-+nop",
        "---nop",
        "\\-nop",
        "+nop",
        "nop",
        "/-nop",
        "//nop",
    ];
    for word in words {
        for program in ["powershell", "pwsh"] {
            let line = format!("{program} {word} -e {WHOAMI}");
            assert!(!is_read(&line), "{line}");
            assert_eq!(run(&line).failed, [], "{line}");
        }
    }
    for word in ["-i x", "-in x", "-login", "-wd x", "-wo x", "-cus x", "-settings x"] {
        let line = format!("powershell {word} -e {WHOAMI}");
        assert_eq!(is_read(&line), word.starts_with("-i"), "{line}");
    }
    for word in ["-version 2", "-v", "-psc x", "-imp"] {
        let line = format!("pwsh {word} -e {WHOAMI}");
        assert!(!is_read(&line), "{line}");
    }
}

#[test]
fn other_programs_with_the_same_words_are_left_alone() {
    for program in
        ["perl", "python", "node", "ruby", "php", "sed", "grep", "bash", "cscript", "ssh"]
    {
        for switch in ["-e", "-enc", "-EncodedCommand", "/ec"] {
            let decoding = run(&format!("{program} {switch} {WHOAMI}"));
            assert_eq!(decoding.layers, [], "{program} {switch}");
            assert_eq!(decoding.failed, [], "{program} {switch}");
        }
    }
}

#[test]
fn what_is_asked_for_is_said_in_words() {
    let cases: &[(&str, &[&str])] = &[
        (
            "powershell -w hidden -nop -ep bypass",
            &["hidden window", "no profile", "policy bypassed"],
        ),
        ("powershell -w hid", &["hidden window"]),
        ("powershell -wi H", &["hidden window"]),
        ("pwsh -WindowStyle 1", &["hidden window"]),
        ("powershell -w min", &["minimised window"]),
        ("powershell -w 2", &["minimised window"]),
        ("powershell -w m", &[]),
        ("powershell -w hiddenx", &[]),
        ("powershell -w normal", &[]),
        ("powershell -w 0", &[]),
        ("powershell -ex byp", &[]),
        ("powershell -ex Unrestricted", &["policy unrestricted"]),
        ("powershell -ep AllSigned", &[]),
        ("powershell -v 2 -c dir", &["PowerShell 2"]),
        ("powershell -version 2.0", &["PowerShell 2"]),
        ("powershell -version 5.1", &[]),
        ("powershell -", &["commands from standard input"]),
        ("powershell -nop -c -", &["no profile", "commands from standard input"]),
        ("pwsh -f -", &["commands from standard input"]),
        ("powershell -c - x", &[]),
        ("powershell -noni", &["non-interactive"]),
    ];
    for (line, expected) in cases {
        assert_eq!(run(line).traits, *expected, "{line}");
    }
}

#[test]
fn calls_are_explained_in_a_sentence() {
    let cases: &[(&str, &[Said<'_>])] = &[
        (
            "powershell -nop -w hidden -ep bypass -c dir",
            &[("starts PowerShell: hidden window, no profile, policy bypassed", Some("T1059.001"))],
        ),
        ("powershell -nop -c dir", &[]),
        (
            "powershell -v 2 -c dir",
            &[
                ("starts PowerShell: PowerShell 2", Some("T1059.001")),
                (
                    "uses PowerShell 2, which logs no script blocks and knows no AMSI",
                    Some("T1562.010"),
                ),
            ],
        ),
        (
            "powershell -File \"C:\\a b.ps1\" -x 1",
            &[("runs the PowerShell script C:\\a b.ps1", Some("T1059.001"))],
        ),
        ("pwsh C:\\a.ps1", &[("runs the PowerShell script C:\\a.ps1", Some("T1059.001"))]),
    ];
    for (line, expected) in cases {
        let decoding = run(line);
        let said: Vec<_> = decoding
            .explanations
            .iter()
            .map(|one| (one.text.as_str(), one.technique.map(|technique| technique.id)))
            .collect();
        assert_eq!(said, *expected, "{line}");
    }
    let twice = run(&format!("powershell -e {WHOAMI} -c dir"));
    let said: Vec<_> = twice.explanations.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(
        said.get(1).copied(),
        Some("names a second command, which PowerShell refuses: nothing runs"),
        "{said:?}"
    );
}

#[test]
fn encoded_arguments_are_read() {
    let line = format!("powershell -NoP -EncodedArguments {ARGUMENTS} -e {WHOAMI}");
    let decoding = run(&line);
    let texts: Vec<&str> = decoding.layers.iter().map(|layer| layer.text.as_str()).collect();
    let first =
        format!("powershell -NoP -EncodedArguments \"'-Path','C:\\a b & c!','7'\" -e {WHOAMI}");
    assert_eq!(texts, [first.as_str(), "whoami /all"]);
    assert_eq!(decoding.layers[0].trick, "Base64, CLIXML arguments");
    let span = decoding.layers[0].span;
    assert_eq!(&line[span.from..span.to], ARGUMENTS);
    assert_eq!(decoding.failed, []);
    assert!(decoding.traits.contains(&"encoded arguments".to_owned()));
    for short in ["ea", "encodeda", "ENCODEDARG"] {
        assert_eq!(run(&format!("pwsh /{short} {ARGUMENTS}")).layers.len(), 1, "{short}");
    }
    let bad = run("powershell -ea AAAA -c dir");
    assert_eq!(bad.layers, []);
    assert!(bad.failed[0].reason.contains("no CLIXML"), "{:?}", bad.failed);
}

#[test]
fn empty_words_are_passed_over_by_windows_powershell() {
    assert!(is_read(&format!("powershell \"\" -e {WHOAMI}")));
}
