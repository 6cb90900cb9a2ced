//! A log as XML says what the log itself says, record by record and field by field.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use evtx::{EvtxParser, ParserSettings};
use spawnscope::{
    ingest::{Loaded, Options, Silent, load},
    model::Event,
};

use crate::support::samples;

/// All records of a log as `evtx_dump -o xml` writes them.
fn as_xml(log: &Path, is_indented: bool) -> String {
    let settings = ParserSettings::new().indent(is_indented);
    let mut parser = EvtxParser::from_path(log).unwrap().with_configuration(settings);
    let mut text = String::new();
    for record in parser.records().flatten() {
        writeln!(text, "Record {}\n{}", record.event_record_id, record.data).unwrap();
    }
    text
}

fn load_one(path: PathBuf) -> Loaded {
    load(&[path], &Options::default(), &Silent)
}

/// What must be the same. The place and the source are not.
fn told(event: &Event) -> String {
    let Event { event_id, record_id, time, logger_pid, logger_tid, origin, .. } = event;
    format!("{event_id} {record_id:?} {time:?} {logger_pid:?} {logger_tid:?} {origin:?}")
}

/// The logs of the sample incident, and real ones where there are any.
fn logs() -> Vec<PathBuf> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    let hosts = fs::read_dir(sample).unwrap().map(|entry| entry.unwrap().path());
    let folders = hosts.filter(|path| path.is_dir()).chain(samples::folder("evtx"));
    folders.flat_map(|folder| samples::files(&folder, ".evtx")).collect()
}

#[test]
fn logs_as_xml_say_the_same() {
    let scratch = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for log in logs() {
        let binary = load_one(log.clone());
        for is_indented in [true, false] {
            let path = scratch.path().join("log.xml");
            fs::write(&path, as_xml(&log, is_indented)).unwrap();
            let text = load_one(path);
            assert_eq!(text.issues, [], "{}", log.display());
            assert_eq!(text.events.len(), binary.events.len(), "{}", log.display());
            for (one, two) in binary.events.iter().zip(&text.events) {
                let at = format!("{} {:?}", log.display(), one.record_id);
                assert_eq!(told(one), told(two), "{at}");
                assert_eq!(one.fields, two.fields, "{at}");
                compared += 1;
            }
        }
    }
    assert!(compared > 1_000, "{compared}");
}
