//! What is said of decoded data that is no text. The data is made here from the formats'
//! specifications; hashes are by `sha256sum`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use spawnscope::decode::{Command, decode, defused};
use spawnscope::model::Decoding;

fn run(bytes: &[u8]) -> Decoding {
    let line = format!(
        "powershell -c \"$b=[Convert]::FromBase64String('{}');[IO.File]::WriteAllBytes('C:\\a',$b)\"",
        STANDARD.encode(bytes)
    );
    decode(&Command { text: &line, ..Command::default() })
}

/// A PE header after Microsoft's "PE Format": machine, characteristics, magic, CLR directory.
fn program(machine: u16, flags: u16, magic: u16, clr: u32) -> Vec<u8> {
    let mut bytes = b"MZ".to_vec();
    bytes.resize(0x3C, 0);
    bytes.extend(0x40_u32.to_le_bytes());
    bytes.extend(b"PE\0\0");
    bytes.extend(machine.to_le_bytes());
    bytes.extend([0; 14]);
    bytes.extend([0xF0, 0]);
    bytes.extend(flags.to_le_bytes());
    bytes.extend(magic.to_le_bytes());
    bytes.resize(0x40 + 24 + if magic == 0x20B { 108 } else { 92 }, 0);
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend([0; 14 * 8]);
    bytes.extend(clr.to_le_bytes());
    bytes.extend([0x48, 0, 0, 0]);
    bytes.extend([0; 8]);
    bytes.extend(b"\0This program is a test\0\x01http://198.51.100.9/x\0");
    bytes
}

#[test]
fn data_is_named_by_what_it_is() {
    let with = |start: &[u8]| {
        let mut bytes = start.to_vec();
        bytes.extend((0..64_u8).map(|n| n.wrapping_mul(37) | 0x80));
        bytes
    };
    let cases: &[(Vec<u8>, &str)] = &[
        (program(0x14C, 0x102, 0x10B, 0), "a PE file (Windows program, 32-bit EXE)"),
        (program(0x8664, 0x2022, 0x20B, 0), "a PE file (Windows program, 64-bit DLL)"),
        (program(0x14C, 0x102, 0x10B, 0x2000), "a PE file (Windows program, 32-bit EXE, .NET)"),
        (program(0x8664, 0x22, 0x20B, 0x2000), "a PE file (Windows program, 64-bit EXE, .NET)"),
        (with(b"PK\x03\x04"), "a ZIP archive"),
        (with(b"7z\xBC\xAF\x27\x1C"), "a 7z archive"),
        (with(b"Rar!\x1A\x07\x01\0"), "a RAR archive"),
        (with(b"\x89PNG\r\n\x1A\n"), "a PNG image"),
        (with(b"\xFF\xD8\xFF\xE0"), "a JPEG image"),
        (with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "an OLE file (old Office document or MSI)"),
        (
            with(&[0xFC, 0x48, 0x83, 0xE4, 0xF0, 0xE8]),
            "what looks like machine code (a common 64-bit shellcode start)",
        ),
        (
            with(&[0xFC, 0xE8, 0x82, 0, 0, 0, 0x60]),
            "what looks like machine code (a common 32-bit shellcode start)",
        ),
    ];
    for (bytes, what) in cases {
        let decoding = run(bytes);
        let blob = decoding.blobs.first();
        assert_eq!(blob.map(|blob| blob.what.as_str()), Some(*what), "{decoding:?}");
        assert_eq!(blob.map(|blob| blob.size), Some(bytes.len()));
        assert_eq!(blob.map(|blob| blob.bytes.to_vec()), Some(bytes.clone()));
        let told =
            decoding.failed.iter().any(|failed| failed.reason == format!("not text: {what}"));
        assert!(told, "{:?}", decoding.failed);
    }
}

#[test]
fn size_hash_and_strings_are_told() {
    let decoding = run(&program(0x8664, 0x22, 0x20B, 0));
    let blob = decoding.blobs.first();
    assert_eq!(
        blob.map(|blob| blob.strings.clone()),
        Some(vec!["This program is a test".to_owned(), "http://198.51.100.9/x".to_owned()])
    );
    // printf '\177ELF\001\001\001\000\200\201' | sha256sum
    let decoding = run(b"\x7FELF\x01\x01\x01\x00\x80\x81");
    let hash = decoding.blobs.first().map(|blob| blob.sha256.as_str());
    assert_eq!(hash, Some("f1af6418d14a2a0528ec14f3efb43165a2caddae1e2f67d622bee1536f8bd974"));
}

#[test]
fn lists_of_bytes_in_scripts_are_data() {
    let mut bytes = vec![0xFC_u8, 0x48, 0x83, 0xE4, 0xF0];
    bytes.extend((0..60).map(|n: u8| n.wrapping_mul(91) | 0x80));
    let list: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
    let line = format!("powershell -c \"[Byte[]]$b = {}; $b.Length\"", list.join(","));
    let decoding = decode(&Command { text: &line, ..Command::default() });
    let blob = decoding.blobs.first();
    assert_eq!(blob.map(|blob| blob.bytes.to_vec()), Some(bytes));
    assert_eq!(
        blob.map(|blob| blob.what.as_str()),
        Some("what looks like machine code (a common 64-bit shellcode start)")
    );
    for near in ["0x41,0x42", "0x1F,0x2", "reg add x /d 0x00000001", "0x"] {
        let decoding = decode(&Command { text: near, ..Command::default() });
        assert_eq!(decoding.blobs, [], "{near}");
    }
}

#[test]
fn the_defused_form_is_text_and_can_be_made_data_again() {
    let bytes = program(0x8664, 0x22, 0x20B, 0);
    let decoding = run(&bytes);
    let Some(blob) = decoding.blobs.first() else { panic!("no data") };
    let text = defused(blob);
    assert!(text.starts_with("# Data decoded from a command line"));
    assert!(text.contains(&blob.sha256));
    assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)));
    let mut read = Vec::new();
    for row in text.lines().filter(|row| !row.starts_with('#')) {
        let hex = row.split_once(": ").and_then(|(_, rest)| rest.split_once("  "));
        let hex = hex.map(|(hex, _)| hex.replace(' ', "")).unwrap_or_default();
        let pairs = (0..hex.len()).step_by(2).filter_map(|at| hex.get(at..at + 2));
        read.extend(pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()));
    }
    assert_eq!(read, bytes);
}

#[test]
fn text_is_no_data() {
    for text in ["whoami /all", "%PDF-1.4 is how a PDF starts", "MZ", "PK", "GIF89a", "regf"] {
        assert_eq!(run(text.as_bytes()).blobs, [], "{text}");
    }
}
