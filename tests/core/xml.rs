//! Event logs as XML: every form a file can have, and everything that can be wrong with it.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

use std::fs;

use spawnscope::{
    ingest::{Loaded, Options, Silent, load},
    model::{Event, Format, IssueKind},
};

mod broken;
mod fields;
mod same;

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

/// An event with this after its `System`.
fn event(id: u64, data: &str) -> String {
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider \
         Name='Microsoft-Windows-Sysmon' Guid='{{5770385f-c22a-43e0-bf4c-06f5698ffbd9}}'/>\
         <EventID>1</EventID><Version>5</Version><TimeCreated \
         SystemTime='2026-04-12T14:21:07.4120000Z'/><EventRecordID>{id}</EventRecordID>\
         <Correlation/><Execution ProcessID='42' ThreadID='43'/><Channel>Sysmon</Channel>\
         <Computer>PC</Computer><Security UserID='S-1-5-18'/></System>{data}</Event>"
    )
}

fn named(id: u64, command: &str) -> String {
    event(
        id,
        &format!(
            "<EventData><Data Name='CommandLine'>{command}</Data><Data Name='Empty'/></EventData>"
        ),
    )
}

fn utf16(text: &str, mark: bool, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some('\u{FEFF}');
    mark.into_iter()
        .chain(text.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(to_bytes)
        .collect()
}

#[test]
fn all_forms_of_a_file_say_the_same() {
    let events = [named(1, "cmd /c &quot;echo 1&quot;"), named(2, "C:\\Zoë\\😀.exe\t-x")];
    let plain = events.concat();
    let lines = events.join("\r\n");
    let double = plain.replace('\'', "\"");
    let prefixed = plain
        .replace("xmlns=", "xmlns:e=")
        .replace("</", "\u{1}")
        .replace('<', "<e:")
        .replace('\u{1}', "</e:");
    let declaration = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>";
    let records = (1..).zip(&events).map(|(id, event)| {
        let indented = event.replace("><", ">\n  <");
        format!("Record {id}\n<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{indented}\n\n")
    });
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("wevtutil qe /f:xml", lines.clone().into()),
        ("wevtutil qe /e:Events", format!("<Events>{plain}</Events>").into()),
        ("Event Viewer", format!("{declaration}\r\n<Events>{plain}</Events>").into()),
        ("evtx_dump -o xml", records.collect::<String>().into()),
        ("double quotes", double.into()),
        ("a prefix", prefixed.into()),
        ("elements around", format!("<a b='>'><c>{lines}</c></a>").into()),
        ("comments", format!("<!-- <Event><System> -->{}", events.join("<!--x-->")).into()),
        ("UTF-8 with mark", format!("\u{FEFF}{lines}").into()),
        ("UTF-16 LE with mark", utf16(&lines, true, u16::to_le_bytes)),
        ("UTF-16 BE with mark", utf16(&lines, true, u16::to_be_bytes)),
        ("UTF-16 LE", utf16(&lines, false, u16::to_le_bytes)),
        ("UTF-16 BE", utf16(&lines, false, u16::to_be_bytes)),
    ];
    for (form, bytes) in forms {
        let loaded = load_bytes(&bytes);
        assert_eq!(loaded.issues, [], "{form}");
        assert_eq!(loaded.sources[0].format, Format::Xml, "{form}");
        assert_eq!(ids(&loaded), [1, 2], "{form}");
        let commands = ["cmd /c \"echo 1\"", "C:\\Zoë\\😀.exe\t-x"];
        for (event, command) in loaded.events.iter().zip(commands) {
            let expected = [("CommandLine", command), ("Empty", "")];
            assert_eq!(pairs(event), expected, "{form}");
            assert_eq!(event.event_id, 1, "{form}");
            assert_eq!(event.provider(), "Microsoft-Windows-Sysmon", "{form}");
            assert_eq!((event.channel(), event.host()), ("Sysmon", "PC"), "{form}");
            assert_eq!(event.user_sid(), Some("S-1-5-18"), "{form}");
            assert_eq!((event.logger_pid, event.logger_tid), (Some(42), Some(43)), "{form}");
            assert_eq!(event.time.unwrap().to_string(), "2026-04-12T14:21:07.4120000Z", "{form}");
        }
    }
}

#[test]
fn a_record_knows_the_byte_where_it_begins() {
    let (one, two) = (named(1, "é"), named(2, "b"));
    let text = format!("<Events>\n{one}\n {two}</Events>");
    let second = text.find(&two).unwrap() as u64;
    assert_eq!(load_bytes(text.as_bytes()).events[1].place, second);
    let before = text.get(..text.find(&two).unwrap()).unwrap();
    let wide = load_bytes(&utf16(&text, true, u16::to_le_bytes));
    assert_eq!(wide.events[1].place, 2 + 2 * before.encode_utf16().count() as u64);
}

#[test]
fn events_cross_the_blocks_of_a_large_utf_16_file() {
    let text = (1..=3_000).map(|id| named(id, &"é😀x".repeat(150))).collect::<String>();
    let bytes = utf16(&text, true, u16::to_le_bytes);
    assert!(bytes.len() > 3 << 20);
    let loaded = load_bytes(&bytes);
    assert_eq!(loaded.issues, []);
    assert_eq!(ids(&loaded), (1..=3_000).collect::<Vec<_>>());
    let command = "é😀x".repeat(150);
    assert!(loaded.events.iter().all(|event| event.raw("CommandLine") == Some(&*command)));
}

#[test]
fn xml_that_is_no_event_log_is_told_only_where_a_log_was_named() {
    let texts =
        ["<html><Event>x</Event></html>", "<Events></Events>", "<a><EventID>1</EventID></a>"];
    for text in texts {
        let loaded = load_bytes(text.as_bytes());
        assert_eq!(loaded.sources[0].format, Format::Unknown, "{text}");
        assert_eq!(loaded.issues[0].kind, IssueKind::UnknownFormat, "{text}");
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("settings.xml"), text).unwrap();
        let loaded = load(&[folder.path().to_owned()], &Options::default(), &Silent);
        assert_eq!((loaded.issues.len(), loaded.ignored_files), (0, 1), "{text}");
    }
}
