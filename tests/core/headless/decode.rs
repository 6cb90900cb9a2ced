//! `spawnscope decode`: one line in, one line out, and nothing invisible on a terminal.

use serde_json::Value as Json;

use super::{json, list, printed, run, run_with_input, text};

/// `whoami /all` in Base64 of UTF-16LE, made with another program (`iconv`, `base64`).
const ENCODED: &str = "powershell -enc dwBoAG8AYQBtAGkAIAAvAGEAbABsAA==";

#[test]
fn a_line_is_decoded_with_its_proof() {
    let decoded = json(&["decode", ENCODED, "--format", "json"]);
    assert_eq!(decoded["schema"], "spawnscope.decode/1");
    assert_eq!(decoded["input"], ENCODED);
    assert_eq!(decoded["final"], "whoami /all");
    let layers = list(&decoded["layers"]);
    assert_eq!(layers.len(), 1);
    assert_eq!(layers[0]["text"], "whoami /all");
    assert!(!text(&layers[0]["trick"]).is_empty());
    let span: Vec<usize> = serde_json::from_value(layers[0]["span"].clone()).unwrap();
    assert!(ENCODED.get(span[0]..span[1]).unwrap().contains("dwBoAG8AYQBtAGkAIAAvAGEAbABsAA=="));
    assert_eq!(list(&decoded["failed"]).len() + list(&decoded["indicators"]).len(), 0);
}

#[test]
fn an_ordinary_line_stays_as_it_is() {
    for line in ["ipconfig /all", "", "cmd /c dir"] {
        let decoded = json(&["decode", line, "--format", "json"]);
        assert_eq!(decoded["final"], line);
        assert_eq!(decoded["input"], line);
        assert_eq!(list(&decoded["layers"]).len() + list(&decoded["failed"]).len(), 0);
    }
}

#[test]
fn what_cannot_be_decoded_is_said_and_is_no_failure() {
    let (printed, status) = printed(&["decode", "powershell -enc !!!!", "--format", "json"]);
    assert_eq!(status, 0);
    let decoded: Json = serde_json::from_str(&printed).unwrap();
    let failed = &list(&decoded["failed"])[0];
    assert!(!text(&failed["trick"]).is_empty() && !text(&failed["reason"]).is_empty());
    assert_eq!(list(&failed["span"]).len(), 2);
    assert_eq!(decoded["final"], "powershell -enc !!!!");
}

#[test]
fn the_image_tells_whose_line_it_is() {
    let line = "x -enc dwBoAG8AYQBtAGkAIAAvAGEAbABsAA==";
    let args = ["decode", line, "--image", r"C:\Temp\powershell.exe", "--format", "json"];
    assert_eq!(json(&args)["final"], "whoami /all");
}

#[test]
fn every_line_of_a_file_gives_one_line() {
    let bell = "echo \u{7}\u{2028}\u{85}\u{b}";
    let lines = ["one", "", ENCODED, bell, "a\rb", "", "last"];
    let inputs = [lines.join("\n"), lines.join("\n") + "\n", lines.join("\r\n")];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines.txt");
    for input in inputs {
        let output = run_with_input(&["decode", "--lines", "-"], input.as_bytes());
        assert_eq!(output.status.code(), Some(0));
        std::fs::write(&file, &input).unwrap();
        let same = run(&["decode".as_ref(), "--lines".as_ref(), file.as_os_str()]);
        assert_eq!(output.stdout, same.stdout);
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(printed.ends_with('\n'));
        let got: Vec<String> = printed
            .strip_suffix('\n')
            .unwrap()
            .split('\n')
            .map(|line| {
                let decoded: Json = serde_json::from_str(line).unwrap();
                assert_eq!(decoded["schema"], "spawnscope.decode/1");
                text(&decoded["input"]).to_owned()
            })
            .collect();
        assert_eq!(got, lines);
        assert!(printed.contains("\"final\":\"whoami /all\""));
    }
    assert!(run_with_input(&["decode", "--lines", "-"], b"").stdout.is_empty());
    let blank = run_with_input(&["decode", "--lines", "-"], b"\n").stdout;
    assert_eq!(String::from_utf8(blank).unwrap().lines().count(), 1);
    let odd = run_with_input(&["decode", "--lines", "-"], b"a\xff\xfeb\n\x00\n");
    assert_eq!(odd.status.code(), Some(0));
    assert_eq!(String::from_utf8(odd.stdout).unwrap().lines().count(), 2);
    assert_eq!(run(&["decode", "--lines", "/nowhere/at/all"]).status.code(), Some(2));
    assert_eq!(run(&["decode"]).status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines.txt");
    std::fs::write(&file, "whoami /all\n".repeat(20_000)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_spawnscope"))
        .args(["decode".as_ref(), "--lines".as_ref(), file.as_os_str()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("whoami /all"));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

/// Whether a terminal would act on the character or not show it.
fn is_harmful(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{ad}')
}

#[test]
fn nothing_harmful_reaches_a_terminal() {
    let nasty = "a\u{1b}]0;x\u{7}\u{1b}[2J\u{202e}fdp\u{200b}\u{feff}\u{9b}31m\r\tb";
    let (shown, status) = printed(&["decode", nasty]);
    assert_eq!(status, 0);
    assert_eq!(shown.chars().find(|c| is_harmful(*c)), None, "{shown:?}");
    assert!(shown.contains(r"\u{202e}") && shown.contains(r"\u{1b}"));

    let folder = tempfile::tempdir().unwrap();
    let record = |id: u32, image: &str| {
        serde_json::json!({"Event": {
            "System": {
                "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
                "EventID": 1, "EventRecordID": id,
                "TimeCreated": {"#attributes": {"SystemTime": "2026-04-12T14:21:07.4120000Z"}},
                "Channel": "Microsoft-Windows-Sysmon/Operational",
                "Computer": format!("PC\u{202e}{nasty}")
            },
            "EventData": {
                "UtcTime": "2026-04-12 14:21:07.412", "ProcessId": 10 + id, "Image": image,
                "ProcessGuid": format!("{{4e1c97b2-aa53-69db-0f1b-00000000{id:04}}}"),
                "CommandLine": format!("cmd /c {nasty}\n\u{1b}[0m"),
                "ParentImage": format!("C:\\{nasty}\\Zoom.exe"), "ParentProcessId": 5
            }
        }})
        .to_string()
    };
    let file =
        folder.path().join(format!("odd{}\u{202e}.jsonl", if cfg!(unix) { "\u{1b}" } else { "" }));
    let lines = [record(1, r"C:\Windows\System32\cmd.exe"), record(2, nasty)];
    std::fs::write(&file, lines.join("\n") + "\n{\"Event\":").unwrap();
    for command in ["scan", "tree"] {
        let output = run(&[command.as_ref(), file.as_os_str()]);
        for bytes in [output.stdout, output.stderr] {
            let shown = String::from_utf8(bytes).unwrap();
            assert_eq!(shown.chars().find(|c| is_harmful(*c)), None, "{command}: {shown:?}");
        }
    }
    let scan = run(&["scan".as_ref(), file.as_os_str()]);
    assert!(String::from_utf8_lossy(&scan.stdout).contains("Zoom started"));
}
