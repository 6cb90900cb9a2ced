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
    model::{Event, IssueKind},
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

/// Values read in the files by eye.
#[test]
fn samples_of_other_programs_say_what_stands_in_them() {
    let Some(folder) = samples::folder("dialects") else { return };
    let loaded = load_one(folder.join("evtx_dump.xml"));
    let event = &loaded.events[0];
    assert_eq!((event.event_id, event.record_id), (1, Some(4125)));
    assert_eq!((event.logger_pid, event.logger_tid), (Some(3416), Some(3496)));
    assert_eq!((event.host(), event.user_sid()), ("IEWIN7", Some("S-1-5-18")));
    assert_eq!(event.time.unwrap().to_string(), "2019-05-21T15:32:57.2862546Z");
    assert_eq!(event.raw("Product"), Some("Microsoft® Windows® Operating System"));
    assert_eq!(event.raw("RuleName"), Some(""));
    assert_eq!(
        event.raw("ParentCommandLine"),
        Some(r#""cmd.exe" /s /k pushd "C:\Users\IEUser\Desktop""#)
    );
    // The second record breaks off in its System.
    assert_eq!((loaded.events.len(), loaded.issues.len()), (1, 1));
    assert_eq!(loaded.issues[0].kind, IssueKind::CutOff);

    // Two records without their beginning, the second without its end.
    let loaded = load_one(folder.join("eventviewer_like_4688.xml"));
    let event = &loaded.events[0];
    assert_eq!((event.event_id, event.record_id), (4688, Some(563_298)));
    assert_eq!((event.channel(), event.host()), ("Security", "WIN-77LTAPHIQ1R.example.corp"));
    assert_eq!(event.raw("NewProcessName"), Some(r"C:\Windows\System32\wbem\WmiPrvSE.exe"));
    assert_eq!((event.raw("NewProcessId"), event.raw("CommandLine")), (Some("0xae8"), Some("")));
    assert_eq!(loaded.events.len(), 1);
    let kinds = loaded.issues.iter().map(|issue| issue.kind).collect::<Vec<_>>();
    assert_eq!(kinds, [IssueKind::Damaged, IssueKind::CutOff]);
}
