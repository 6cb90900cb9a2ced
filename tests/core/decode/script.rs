//! `FromBase64String` in PowerShell text: strings that are run, replaced, inflated or refused.

use std::io::Write as _;

use base64::Engine as _;

use super::{DOWNLOAD, GZIP, STANDARD, WHOAMI, at, run, texts, utf16};

/// Raw Deflate of [`DOWNLOAD`], written by Python's zlib module.
const DEFLATE: &str = "83SNUNDwSy3X9U/KSk0uUfBLLdELT01yzslMzSvR1HPJL8/LyU9MCS4pysxL11DPKCkpsNLXN7S00DM11DM0MNAzMtYv1SsoNlTXBAA=";

#[test]
fn gzip_and_deflate_scripts_are_inflated() {
    let scripts = [
        (
            GZIP,
            "Gzip",
            "$s=New-Object IO.MemoryStream(,[Convert]::FromBase64String('{}'));IEX (New-Object IO.StreamReader(New-Object IO.Compression.GzipStream($s,[IO.Compression.CompressionMode]::Decompress))).ReadToEnd();",
        ),
        (
            GZIP,
            "Gzip",
            "&([scriptblock]::create((New-Object System.IO.StreamReader(New-Object System.IO.Compression.GzipStream((New-Object System.IO.MemoryStream(,[System.Convert]::FromBase64String(''{}''))),[System.IO.Compression.CompressionMode]::Decompress))).ReadToEnd()))",
        ),
        (
            DEFLATE,
            "Deflate",
            "iex (New-Object IO.StreamReader((New-Object IO.Compression.DeflateStream([IO.MemoryStream][Convert]::FromBase64String(\"{}\"),[IO.Compression.CompressionMode]::Decompress)),[Text.Encoding]::ASCII)).ReadToEnd()",
        ),
        (
            GZIP,
            "Gzip",
            "$d='{}'; $b=[Convert]::FromBase64String($d); $m=New-Object IO.MemoryStream; $m.Write($b,0,$b.Length)",
        ),
    ];
    for (payload, trick, form) in scripts {
        let script = form.replacen("{}", payload, 1);
        for line in [
            format!("powershell.exe -nop -w hidden -enc {}", utf16(&script)),
            format!("powershell -c {script}"),
        ] {
            let decoding = run(&line);
            assert_eq!(decoding.last_text(), Some(DOWNLOAD), "{line}");
            let layer = &decoding.layers[decoding.layers.len() - 1];
            assert_eq!(
                (layer.trick.as_str(), layer.from.as_deref()),
                (trick, Some("the string marked above"))
            );
            let count = decoding.layers.len();
            let before = if count == 1 { line.as_str() } else { &decoding.layers[count - 2].text };
            assert_eq!(at(before, layer.span), payload);
            assert_eq!(decoding.failed, [], "{line}");
            assert!(
                decoding.traits.ends_with(&["downloads".to_owned(), "runs in memory".to_owned()])
            );
        }
    }
}

#[test]
fn a_string_that_is_run_is_the_next_text() {
    let plain = STANDARD.encode("Write-Host 1; whoami");
    let wide = utf16("Write-Host 1; whoami");
    let forms = [
        (&plain, "iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{}')))"),
        (
            &plain,
            "[System.Text.Encoding]::ASCII.GetString([System.Convert]::FromBase64String(\"{}\"))|IEX",
        ),
        (
            &wide,
            "Invoke-Expression ([Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('{}')))",
        ),
        (
            &plain,
            "$a=[Convert]::FromBase64String('{}');$t=[Text.Encoding]::UTF8.GetString($a);iex $t",
        ),
        (
            &plain,
            "$a='{}'\n$t=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($a))\niex $t",
        ),
        (
            &plain,
            "& ([scriptblock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{}'))))",
        ),
    ];
    for (payload, form) in forms {
        let line = format!("powershell -Command {}", form.replacen("{}", payload, 1));
        let decoding = run(&line);
        assert_eq!(texts(&decoding), ["Write-Host 1; whoami"], "{line}");
        assert_eq!(at(&line, decoding.layers[0].span), payload.as_str(), "{line}");
        assert_eq!(decoding.failed, [], "{line}");
    }
}

#[test]
fn a_string_that_is_not_run_is_replaced_by_its_value() {
    let one = STANDARD.encode("it's one");
    let two = STANDARD.encode("and two");
    let line = format!(
        "powershell -c $a=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{one}')); echo $a; \
         echo ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{two}')))"
    );
    let decoding = run(&line);
    assert_eq!(
        decoding.last_text(),
        Some("powershell -c $a='it''s one'; echo $a; echo ('and two')")
    );
    // All that one pass replaces is one layer; its span reaches from the first to the last.
    let [layer] = decoding.layers.as_slice() else { panic!("{decoding:?}") };
    let (from, to) = (line.find("[Text").unwrap(), line.rfind(')').unwrap());
    assert_eq!((layer.span.from, layer.span.to), (from, to));
    let calls = format!("cmd /c powershell -enc {WHOAMI} & powershell -enc {}", utf16("hostname"));
    let decoding = run(&calls);
    let last = decoding.last_text().unwrap();
    assert!(last.contains("whoami /all") && last.contains("hostname"), "{last}");
    let joined = format!(
        "iex ('$a;' + [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{two}')))"
    );
    assert_eq!(run(&format!("powershell {joined}")).last_text(), Some("$a;and two"));
    let joined = joined.replace("'$a;'", "$a");
    assert_eq!(
        run(&format!("powershell {joined}")).last_text(),
        Some("powershell iex ($a + 'and two')")
    );
}

#[test]
fn strings_that_are_no_script_are_told() {
    let binary: Vec<u8> = b"MZ\x90\x00".iter().copied().cycle().take(96).collect();
    let cases = [
        (format!("[Convert]::FromBase64String('{}')", STANDARD.encode(binary)), "Windows program"),
        ("[Convert]::FromBase64String($env:X)".to_owned(), "comes from $env:X"),
        ("[Convert]::FromBase64String('####')".to_owned(), "'#' at byte 0"),
        ("[Convert]::FromBase64String('a#b'.Replace('#',$x))".to_owned(), "changed by code"),
        (format!("[Convert]::FromBase64String('{}')", &GZIP[..12]), "Gzip data is damaged"),
    ];
    for (script, reason) in cases {
        let decoding = run(&format!("powershell -c {script}"));
        assert_eq!(decoding.layers, [], "{script}");
        assert_eq!(decoding.failed.len(), 1, "{script}: {decoding:?}");
        assert!(decoding.failed[0].reason.contains(reason), "{script}: {:?}", decoding.failed);
    }
}

#[test]
fn a_damaged_archive_gives_what_can_be_read() {
    let bytes = STANDARD.decode(GZIP).unwrap();
    let cut = STANDARD.encode(&bytes[..bytes.len() - 12]);
    let decoding = run(&format!("powershell -c iex [Convert]::FromBase64String('{cut}')"));
    assert!(DOWNLOAD.starts_with(&decoding.layers[0].text), "{decoding:?}");
    assert!(decoding.layers[0].text.len() > 20);
    assert!(decoding.failed[0].reason.contains("damaged"));
}

#[test]
fn a_bomb_is_capped() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![b'A'; 8 << 20]).unwrap();
    let bomb = STANDARD.encode(packer.finish().unwrap());
    let decoding = run(&format!("powershell -c iex [Convert]::FromBase64String('{bomb}')"));
    assert_eq!(decoding.layers[0].text.len(), 1 << 20);
    assert!(decoding.failed[0].reason.contains("1 MiB"));
}

#[test]
fn many_small_bombs_on_one_line_decode_to_a_bounded_text() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all("echo hello there\r\n".repeat(50_000).as_bytes()).unwrap();
    let bomb = STANDARD.encode(packer.finish().unwrap());
    let line = format!("[Convert]::FromBase64String('{bomb}') ").repeat(40);
    let decoding = run(&line);
    let size: usize = decoding.layers.iter().map(|layer| layer.text.len()).sum();
    // Below 8 MiB one more layer is undone, of the text before and 4 MiB with one string over it.
    assert!(size < (8 << 20) + (10 << 20), "{size}");
    for limit in ["limit of 4 MiB", "limit of 8 MiB"] {
        assert!(decoding.failed.iter().any(|one| one.reason.contains(limit)), "{limit}");
    }
}
