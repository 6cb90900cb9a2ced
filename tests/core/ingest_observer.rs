//! What `ingest` tells while it reads.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics is a failing test"
)]

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use spawnscope::ingest::{self, Observer, Options};
use spawnscope::model::{Issue, IssueKind, SourceIndex};

/// Writes down which issues were told before each source was done.
#[derive(Default)]
struct Watcher(Mutex<Vec<(u32, Vec<IssueKind>, bool)>>);

impl Observer for Watcher {
    fn source_found(&self, source: SourceIndex, _path: &Path, _bytes: u64) {
        self.0.lock().unwrap().push((source.0, Vec::new(), false));
    }

    fn source_issues(&self, source: SourceIndex, issues: &[Issue]) {
        let (_, known, is_done) = &mut self.0.lock().unwrap()[source.0 as usize];
        assert!(!*is_done, "issues come before the end");
        known.extend(issues.iter().map(|issue| issue.kind));
    }

    fn progress(&self, progress: ingest::SourceProgress) {
        let is_done = progress.state == ingest::SourceState::Done;
        self.0.lock().unwrap()[progress.source.0 as usize].2 |= is_done;
    }
}

#[test]
fn what_could_not_be_read_of_a_file_is_told_before_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let event = r##"{"Event":{"System":{"EventID":1,"Channel":"Security","Computer":"A","TimeCreated":{"#attributes":{"SystemTime":"2026-04-12T14:00:00Z"}}}}}"##;
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    write("a.json", format!("{event}\n{{\"Event\": broken\n{event}\n"));
    write("b.json", "{\"colour\": 1, \"event\": 2}\n".to_owned());
    write("c.json", format!("{event}\n"));
    fs::write(folder.path().join("d.evtx"), b"ElfFile\0 and no more").unwrap();
    for threads in [1, 3] {
        let watcher = Watcher::default();
        let options = Options { threads, json_part: 64, ..Options::default() };
        let loaded = ingest::load(&[folder.path().to_path_buf()], &options, &watcher);
        let told = watcher.0.into_inner().unwrap();
        assert!(told.iter().all(|(_, _, is_done)| *is_done), "{told:?}");
        let kinds: Vec<&[IssueKind]> = told.iter().map(|(_, kinds, _)| kinds.as_slice()).collect();
        assert_eq!(kinds[0], [IssueKind::BadRecord]);
        assert_eq!(kinds[1], [IssueKind::UnknownFormat]);
        assert_eq!(kinds[2], []);
        assert!(!kinds[3].is_empty());
        // All of them once, and none besides.
        assert_eq!(kinds.iter().map(|kinds| kinds.len()).sum::<usize>(), loaded.issues.len());
        assert_eq!(loaded.sources[0].unreadable_records, 1);
    }
}
