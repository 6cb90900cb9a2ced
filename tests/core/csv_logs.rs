//! Event logs as tables: every form a file can have, what the columns mean, and what can be wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

use std::fs;

use spawnscope::{
    ingest::{Loaded, Options, Silent, load},
    model::{Event, Format},
};

mod broken;
mod defender;
mod evtxecmd;
mod hayabusa;

fn load_with(bytes: &[u8], longest_record: usize) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    fs::write(&path, bytes).unwrap();
    load(&[path], &Options { longest_record, ..Options::default() }, &Silent)
}

fn load_bytes(bytes: &[u8]) -> Loaded {
    load_with(bytes, Options::default().longest_record)
}

/// Fields in the order of the record.
fn pairs(event: &Event) -> Vec<(&str, &str)> {
    event.fields.iter().collect()
}

fn ids(loaded: &Loaded) -> Vec<u64> {
    loaded.events.iter().filter_map(|event| event.record_id).collect()
}

fn time(event: &Event) -> String {
    event.time.map_or_else(|| "none".to_owned(), |time| time.to_string())
}

/// A row of a table, every value in quotes.
fn row(delimiter: char, values: &[&str]) -> String {
    let quoted = values.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(&delimiter.to_string())
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

const COLUMNS: [&str; 6] =
    ["EventRecordId", "TimeCreated", "EventId", "Computer", "Channel", "Payload"];

/// A table with these commands in records 1, 2, …
fn table(delimiter: char, line_end: &str, commands: &[&str]) -> String {
    let mut text = row(delimiter, &COLUMNS) + line_end;
    for (id, command) in (1..).zip(commands) {
        let payload = serde_json::json!({"EventData": {"Data": [{"@Name": "CommandLine", "#text": command}]}});
        let (id, payload) = (format!("{id}"), payload.to_string());
        let values = [&*id, "2026-04-12 14:21:07.4120000", "1", "PC", "Sysmon", &*payload];
        text = text + &row(delimiter, &values) + line_end;
    }
    text
}

#[test]
fn all_forms_of_a_file_say_the_same() {
    let commands = ["cmd /c \"echo 1\", 2; 3", "C:\\Zoë\\😀.exe", "two\nlines"];
    let plain = table(',', "\r\n", &commands);
    let shuffled = plain.replacen("\"EventRecordId\"", "\"eventRECORDid\"", 1);
    let again = plain.lines().next().unwrap().to_owned();
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("CRLF", plain.clone().into()),
        ("LF", table(',', "\n", &commands).into()),
        ("semicolons", table(';', "\r\n", &commands).into()),
        ("tabs", table('\t', "\r\n", &commands).into()),
        ("Excel's first line", format!("sep=;\r\n{}", table(';', "\r\n", &commands)).into()),
        ("UTF-8 with mark", format!("\u{FEFF}{plain}").into()),
        ("UTF-16", utf16(&plain)),
        ("another letter case", shuffled.into()),
        ("empty lines", plain.replace("\r\n\"", "\r\n\r\n\"").into()),
        ("the header again", format!("{plain}{again}\r\n").into()),
        ("no line break at the end", plain.trim_end().to_owned().into()),
    ];
    for (form, bytes) in forms {
        let loaded = load_bytes(&bytes);
        assert_eq!(loaded.issues, [], "{form}");
        assert_eq!(loaded.sources[0].format, Format::Csv, "{form}");
        assert_eq!(loaded.sources[0].dialect, Some("evtxecmd"), "{form}");
        assert_eq!(ids(&loaded), [1, 2, 3], "{form}");
        for (event, command) in loaded.events.iter().zip(commands) {
            assert_eq!(pairs(event), [("CommandLine", command)], "{form}");
            assert_eq!(time(event), "2026-04-12T14:21:07.4120000Z", "{form}");
        }
    }
}

#[test]
fn a_record_knows_the_byte_where_its_row_begins() {
    let text = table(',', "\r\n", &["é", "b"]);
    let second = text.find("\"2\"").unwrap();
    assert_eq!(load_bytes(text.as_bytes()).events[1].place, second as u64);
    let before = text.get(..second).unwrap();
    let wide = load_bytes(&utf16(&text));
    assert_eq!(wide.events[1].place, 2 + 2 * before.encode_utf16().count() as u64);
}

#[test]
fn a_table_named_like_a_log_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["2026_EvtxECmd_Output.csv", "Sysmon.XML", "prices.csv"] {
        fs::write(folder.path().join(name), "a,b\n1,2\n").unwrap();
    }
    let loaded = load(&[folder.path().to_owned()], &Options::default(), &Silent);
    assert_eq!((loaded.issues.len(), loaded.ignored_files), (2, 1));
}

#[test]
fn a_table_of_something_else_is_no_log() {
    for text in ["Name,Size\na,1\n", "Timestamp,Message\n2026,x\n", "EventID\n1\n", "a;b;c\n"] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("list.csv"), text).unwrap();
        let loaded = load(&[folder.path().to_owned()], &Options::default(), &Silent);
        assert_eq!((loaded.issues.len(), loaded.ignored_files), (0, 1), "{text}");
        assert_eq!(load_bytes(text.as_bytes()).issues.len(), 1, "{text}");
    }
}
