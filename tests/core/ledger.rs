//! What is said of each file of the evidence besides its records.

#![expect(clippy::unwrap_used, reason = "a test that panics is a failing test")]

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use spawnscope::ingest::{Loaded, Options, Silent, load};

fn load_one(folder: &Path, name: &str, bytes: &[u8]) -> Loaded {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    let loaded = load(std::slice::from_ref(&path), &Options::default(), &Silent);
    fs::remove_file(path).unwrap();
    assert_eq!(loaded.sources.len(), 1, "{name}");
    loaded
}

#[test]
fn a_file_says_why_it_was_taken_for_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let csv = "EventId,TimeCreated,Computer,Channel,Payload\n1,2026-04-12 14:00:00,A,Security,{}\n";
    let cases: [(&str, &[u8], Option<&str>); 7] = [
        (
            "a.json",
            br#"{"Event":{"System":{"EventID":1,"Channel":"Security"}}}"#,
            Some("names Event.System, Event.System.EventID, Event.System.Channel"),
        ),
        (
            "b.json",
            br#"{"EventID":1,"Channel":"Security","Hostname":"A","SourceModuleName":"x","Task":1}"#,
            Some("names SourceModuleName, Hostname, EventID, Channel"),
        ),
        (
            "c.json",
            br#"{"winlog":{"channel":"Security","event_id":1},"@timestamp":"2026-04-12T14:00:00Z"}"#,
            Some("names winlog.channel, winlog.event_id"),
        ),
        (
            "d.json",
            br#"{"colour":1,"shape":2,"size":3,"weight":4,"age":5}"#,
            Some("an object of no known program, names colour, shape, size, weight"),
        ),
        ("e.csv", csv.as_bytes(), Some("columns as evtxecmd writes them")),
        ("f.evtx", b"ElfFile\0 and no more", Some("signature ElfFile")),
        ("g.evtx", b"", None),
    ];
    for (name, bytes, expected) in cases {
        let loaded = load_one(folder.path(), name, bytes);
        assert_eq!(loaded.sources[0].recognised_by.as_deref(), expected, "{name}");
    }
    let text = load_one(folder.path(), "h.evtx", b"These are words.\n");
    assert_eq!(text.sources[0].recognised_by.as_deref(), Some("first bytes of text"));
}

#[test]
fn the_time_of_the_file_is_that_of_the_file_system() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.evtx");
    fs::write(&path, b"ElfFile\0 and no more").unwrap();
    let time = UNIX_EPOCH + Duration::from_millis(1_776_000_000_700);
    File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    let loaded = load(&[path], &Options::default(), &Silent);
    assert_eq!(loaded.sources[0].modified.unwrap().to_string(), "2026-04-12T13:20:00Z");
}

/// The crate that reads EVTX is the one that was built in.
#[test]
fn the_reader_names_the_versions_that_read() {
    let lock =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let after = lock.split("name = \"evtx\"\nversion = \"").nth(1).unwrap();
    let version = after.split('"').next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let evtx = load_one(folder.path(), "a.evtx", b"ElfFile\0 and no more");
    let own = env!("CARGO_PKG_VERSION");
    assert_eq!(evtx.sources[0].reader, format!("Spawnscope {own}, evtx {version}"));
    let json = load_one(folder.path(), "a.json", br#"{"Event":{"System":{"EventID":1}}}"#);
    assert_eq!(json.sources[0].reader, format!("Spawnscope {own}"));
}
