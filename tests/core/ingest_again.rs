//! A record whose fields were left in the evidence, read again from there.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics is a failing test"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use evtx::EvtxParser;
use spawnscope::{
    ingest::{Again, AgainError, Keep, Options, Silent, load},
    model::Event,
    session::sample,
};

use crate::support::samples;

/// Every record of these files, read as a skeleton and then again, is what it is when all fields
/// are kept. Returns how many there were.
fn all_alike(paths: &[PathBuf]) -> usize {
    let whole = load(paths, &Options::default(), &Silent);
    let keep = Keep::those(|_, _, _| false);
    let bare = load(paths, &Options { keep, ..Options::default() }, &Silent);
    assert_eq!(bare.sources, whole.sources);
    let is_bare = |event: &Event| event.fields.is_empty() && event.is_skeleton;
    assert!(bare.events.iter().all(|event| is_bare(event) != event.is_recovered));
    assert!(whole.events.iter().any(|event| !event.fields.is_empty()));
    let mut again = Again::default();
    for event in &bare.events {
        let source = &bare.sources[event.source.0 as usize];
        let found = again.read(source, event).unwrap();
        let same = whole.events.iter().find(|known| {
            (known.source, known.place, known.record_id)
                == (event.source, event.place, event.record_id)
        });
        assert_eq!(Some(&found), same, "{}", source.path.display());
    }
    bare.events.len()
}

/// The first log of the sample incident with Sysmon's records, and its records as JSON or XML.
fn sysmon(folder: &Path) -> PathBuf {
    let files = sample::write(folder).unwrap();
    files.into_iter().find(|path| path.to_string_lossy().contains("Sysmon")).unwrap()
}

#[test]
fn records_of_a_log() {
    let folder = tempfile::tempdir().unwrap();
    assert!(all_alike(&[sysmon(folder.path())]) > 300);
}

#[test]
fn records_of_the_samples() {
    let Some(folder) = samples::folder("evtx") else { return };
    let files: Vec<PathBuf> = samples::files(&folder, ".evtx").into_iter().take(20).collect();
    assert!(all_alike(&files) > 100);
}

#[test]
fn records_of_texts() {
    let folder = tempfile::tempdir().unwrap();
    let log = sysmon(folder.path());
    let mut json = String::new();
    for record in EvtxParser::from_path(&log).unwrap().records_json() {
        json += &record.unwrap().data;
        json += "\n";
    }
    let mut xml = String::from("<Events>\n");
    for record in EvtxParser::from_path(&log).unwrap().records() {
        xml += record.unwrap().data.split_once("?>").unwrap().1;
    }
    xml += "</Events>";
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(json.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in
        [("a.json", json.as_bytes()), ("a.xml", xml.as_bytes()), ("wide.json", utf16.as_slice())]
    {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        assert!(all_alike(&[path]) > 300, "{name}");
    }
}

#[test]
fn a_file_that_changed_or_went_away_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let log = sysmon(folder.path());
    let loaded = load(std::slice::from_ref(&log), &Options::default(), &Silent);
    let (source, event) = (loaded.sources.first().unwrap(), loaded.events.last().unwrap());
    let mut again = Again::default();
    assert!(again.read(source, event).is_ok());
    let size = usize::try_from(fs::metadata(&log).unwrap().len()).unwrap();
    fs::write(&log, vec![0; size]).unwrap();
    let error = again.read(source, event).unwrap_err();
    assert!(matches!(error, AgainError::Changed { .. }), "{error}");
    fs::remove_file(&log).unwrap();
    let error = again.read(source, event).unwrap_err();
    assert!(matches!(error, AgainError::Unreadable { .. }), "{error}");
}
