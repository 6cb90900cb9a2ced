//! Every base64 command line of the real logs, against a strict decoder and nothing of ours.
//!
//! Python's base64 module, by hand, gives the same. Where there are no logs the test says so.

use std::collections::BTreeSet;

use base64::Engine as _;

use spawnscope::ingest;

use super::{STANDARD, run, units};
use crate::support::samples;

/// The word behind an encoded-command switch, where it is base64 and nothing else.
fn payload(line: &str) -> Option<&str> {
    let mut words = line.split([' ', '"', '\'']).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        let lower = word.to_ascii_lowercase();
        let name = lower.strip_prefix(['-', '/']);
        if name.is_some_and(|name| {
            name == "ec" || (!name.is_empty() && "encodedcommand".starts_with(name))
        }) {
            return words.next().filter(|word| word.len() >= 16);
        }
    }
    None
}

#[test]
fn encoded_lines_of_real_logs_decode_as_a_strict_decoder_does() {
    let mut lines = BTreeSet::new();
    for name in ["json", "evtx"] {
        let Some(folder) = samples::folder(name) else { return };
        let loaded = ingest::load(&[folder], &ingest::Options::default(), &ingest::Silent);
        for event in &loaded.events {
            for field in ["CommandLine", "ParentCommandLine", "NewProcessCommandLine"] {
                lines.extend(event.fields.first(field).map(str::to_owned));
            }
        }
    }
    let mut checked = 0;
    for line in &lines {
        let is_powershell = line.to_ascii_lowercase().contains("powershell");
        let Some(payload) = payload(line).filter(|_| is_powershell) else { continue };
        let Ok(bytes) = STANDARD.decode(payload) else { continue };
        let expected = String::from_utf16(&units(&bytes)).unwrap();
        let decoding = run(line);
        let found = decoding.layers.iter().any(|layer| layer.text == expected);
        assert!(found, "{line}\n{expected}\n{decoding:?}");
        checked += 1;
    }
    assert!(checked > 0, "no encoded line among {}", lines.len());
}
