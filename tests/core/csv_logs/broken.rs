//! Damaged and hostile tables: what is left is read, what is lost is told.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use spawnscope::model::IssueKind;

use super::{ids, load_bytes, load_with, table};

/// Three records, the middle one made to be this.
fn with_row(middle: &str) -> (String, usize) {
    let text = table(',', "\n", &["a", "b", "c"]);
    let start = text.find("\"2\"").unwrap_or_default();
    let end = text.find("\"3\"").unwrap_or_default();
    let (before, after) =
        (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    (format!("{before}{middle}\n{after}"), start)
}

#[test]
fn a_broken_row_costs_only_itself() {
    let rows = [
        ("no event id", "\"2\",\"2026-04-12 14:21:07\",\"one\",\"PC\",\"Sysmon\",\"{}\""),
        ("text", "what is this"),
        ("an open quotation mark", "\"2\",\"2026-04-12 14:21:07\",\"1"),
        ("zero bytes", "\0\0\0x"),
    ];
    for (what, row) in rows {
        let (text, start) = with_row(row);
        let loaded = load_bytes(text.as_bytes());
        assert_eq!(ids(&loaded), [1, 3], "{what}");
        assert_eq!(loaded.issues.len(), 1, "{what}: {:?}", loaded.issues);
        assert_eq!(loaded.issues[0].kind, IssueKind::BadRecord, "{what}");
        let start = start + row.bytes().take_while(|byte| *byte == 0).count();
        assert_eq!(loaded.issues[0].offset, Some(start as u64), "{what}");
        assert_eq!(loaded.sources[0].unreadable_records, 1, "{what}");
    }
}

#[test]
fn rows_of_another_length_are_read_and_told() {
    let whole = "2,2026-04-12 14:21:07,1,PC,Sysmon,{}";
    for row in [format!("{whole},more"), "2,2026-04-12 14:21:07,1,PC".to_owned()] {
        let (text, start) = with_row(&row);
        let loaded = load_bytes(text.as_bytes());
        assert_eq!(ids(&loaded).len(), 3, "{row}");
        let ragged = loaded.issues.iter().find(|issue| issue.message.contains("another number"));
        assert_eq!(ragged.and_then(|issue| issue.offset), Some(start as u64), "{row}");
    }
}

#[test]
fn a_file_that_ends_inside_a_row_says_so() {
    let text = table(',', "\n", &["a", "two\nlines"]);
    let start = text.find("\"2\"").unwrap_or_default();
    for end in start + 1..text.len() - 2 {
        let Some(part) = text.get(..end) else { continue };
        let loaded = load_bytes(part.as_bytes());
        assert_eq!(ids(&loaded), [1], "{end}");
        assert_eq!(loaded.issues.len(), 1, "{end}: {:?}", loaded.issues);
        assert_eq!(loaded.issues[0].kind, IssueKind::CutOff, "{end}");
        assert_eq!(loaded.issues[0].offset, Some(start as u64), "{end}");
    }
}

#[test]
fn a_row_over_the_limit_is_left_out() {
    let long = "b".repeat(5 << 20);
    let text = table(',', "\n", &["a", &long, "c"]);
    let loaded = load_with(text.as_bytes(), 4 << 20);
    assert_eq!(ids(&loaded), [1, 3]);
    assert_eq!(loaded.issues.len(), 1);
    assert_eq!(loaded.issues[0].kind, IssueKind::Limit);
    assert_eq!(ids(&load_bytes(text.as_bytes())), [1, 2, 3]);
}

#[test]
fn bytes_that_are_no_unicode_are_told() {
    let text = table(',', "\n", &["Zo@"]);
    let at = text.find("Zo@").unwrap_or_default();
    let mut bytes = text.into_bytes();
    bytes[at + 2] = 0xEB;
    let loaded = load_bytes(&bytes);
    assert_eq!(loaded.events[0].raw("CommandLine"), Some("Zo\u{FFFD}"));
    assert_eq!(loaded.issues.len(), 1);
    assert_eq!(loaded.issues[0].kind, IssueKind::Damaged);
}

#[test]
fn files_made_to_waste_time_do_not() {
    let header = table(',', "\n", &["a"]);
    let hostile = [
        ("open quotes", "x\"y,\"z\n".repeat(200_000)),
        ("quotes", "\"\"\n".repeat(200_000)),
        ("delimiters", format!("{}\n", ",".repeat(4 << 20))),
        ("one line", "a".repeat(4 << 20)),
    ];
    for (what, text) in hostile {
        let start = Instant::now();
        let loaded = load_bytes(format!("{header}{text}").as_bytes());
        assert!(start.elapsed() < Duration::from_secs(20), "{what}: {:?}", start.elapsed());
        assert_eq!(ids(&loaded), [1], "{what}");
        assert!(!loaded.issues.is_empty(), "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever bytes are changed, nothing panics and what can be read is read.
    #[test]
    fn changed_bytes_never_end_the_reading(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = table(',', "\n", &["a", "\"b\"", "c\nd"]).into_bytes();
        let header = bytes.iter().position(|byte| *byte == b'\n').unwrap_or_default();
        for (at, byte) in changes {
            let at = header + 1 + at.index(bytes.len() - header - 1);
            bytes[at] = byte;
        }
        let loaded = load_bytes(&bytes);
        let source = &loaded.sources[0];
        prop_assert!(source.records + source.unreadable_records >= 1);
        prop_assert!(loaded.events.len() <= 12);
    }
}
