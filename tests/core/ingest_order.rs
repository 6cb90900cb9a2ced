//! The order of many records, whatever the threads and the files; times at and past the ends of what
//! a number of nanoseconds can tell.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics is a failing test"
)]

use std::{fmt::Write as _, fs};

use spawnscope::{
    ingest::{Options, Silent, load},
    model::{Event, Timestamp},
};

/// Enough that several threads sort, and what their parts share is merged.
const RECORDS: u64 = 50_000;

fn line(id: u64, time: &str, host: &str) -> String {
    format!(
        r##"{{"Event":{{"System":{{"Provider":{{"#attributes":{{"Name":"Sysmon"}}}},"EventID":3,"TimeCreated":{{"#attributes":{{"SystemTime":"{time}"}}}},"EventRecordID":{id},"Channel":"Sysmon","Computer":"{host}"}},"EventData":{{"A":"{id}"}}}}}}"##
    )
}

/// Records of three hosts; many share a time, some have one of another century, some have none.
fn lines() -> Vec<String> {
    (0..RECORDS)
        .map(|id| {
            let spread = id * 7919 % RECORDS;
            let time = match spread % 1000 {
                0 => "not a time".to_owned(),
                1 => format!("2400-01-01T00:00:{:02}Z", spread % 60),
                2 => format!("1601-01-01T00:00:{:02}.5Z", spread % 60),
                _ => format!("2026-04-12T14:{:02}:{:02}.1Z", spread % 7, spread % 60),
            };
            line(id, &time, ["B", "A", "C"][usize::try_from(spread % 3).unwrap()])
        })
        .collect()
}

fn key(event: &Event) -> (bool, Option<Timestamp>, String, Option<u64>) {
    (event.time.is_none(), event.time, event.host().to_owned(), event.record_id)
}

#[test]
fn records_are_in_order_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for line in lines() {
        writeln!(text, "{line}").unwrap();
    }
    let path = folder.path().join("log.jsonl");
    fs::write(&path, text).unwrap();
    let loads = [1, 2, 5].map(|threads| {
        load(std::slice::from_ref(&path), &Options { threads, ..Options::default() }, &Silent)
    });
    for loaded in loads {
        let keys: Vec<_> = loaded.events.iter().map(key).collect();
        assert_eq!(keys.len() as u64, RECORDS);
        assert!(keys.is_sorted());
        let mut ids: Vec<_> = loaded.events.iter().filter_map(|event| event.record_id).collect();
        ids.sort_unstable();
        assert_eq!(ids, (0..RECORDS).collect::<Vec<_>>());
        let of_record =
            |event: &Event| event.raw("A") == event.record_id.map(|id| id.to_string()).as_deref();
        assert!(loaded.events.iter().all(of_record), "fields move with their record");
    }
}
