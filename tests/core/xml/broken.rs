//! Damaged and hostile files: what is left is read, what is lost is told.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use spawnscope::model::{Format, IssueKind};

use super::{event, ids, load_bytes, load_with, named};

#[test]
fn a_broken_event_costs_only_itself() {
    let (one, two, three) = (named(1, "a"), named(2, "b"), named(3, "c"));
    let part = |length: usize| two.get(..length).unwrap_or_default().to_owned();
    let broken = [
        ("cut off", part(two.len() / 2)),
        ("cut off in a tag", part(two.find("'Empty").unwrap_or_default() + 3)),
        ("cut off in an end tag", part(two.len() - 3)),
        ("cut off before its end tag", part(two.len() - "</Event>".len())),
        ("a wrong end tag", two.replace("</Data>", "</Date>")),
        ("no name", two.replace("<Data Name", "< Name")),
        ("no quotes", two.replace("Name='CommandLine'", "Name=CommandLine")),
        ("no event id", two.replace("<EventID>1</EventID>", "")),
        ("no number", two.replace("<EventID>1</EventID>", "<EventID>one</EventID>")),
        ("nested deeply", event(2, &format!("<EventData>{}</EventData>", "<a>".repeat(100)))),
        ("a document type", event(2, "<!DOCTYPE x><EventData/>")),
        ("a comment without end", event(2, "<!-- <EventData/>")),
        ("a text without end", event(2, "<EventData><![CDATA[ </EventData>")),
        ("not an event", "<Entry>1</Entry>".to_owned()),
        ("text", "what is this".to_owned()),
        ("an empty event", "<Event/>".to_owned()),
        ("an event of something else", "<Event><Name>x</Name></Event>".to_owned()),
        ("the start tag is damaged", two.replace("<Event xmlns", "<Evont xmlns")),
    ];
    for (what, text) in broken {
        let loaded = load_bytes(format!("{one}\n{text}\n{three}\n").as_bytes());
        assert_eq!(ids(&loaded), [1, 3], "{what}");
        assert_eq!(loaded.issues.len(), 1, "{what}: {:?}", loaded.issues);
        assert_eq!(loaded.issues[0].kind, IssueKind::BadRecord, "{what}");
        assert_eq!(loaded.issues[0].offset, Some(one.len() as u64 + 1), "{what}");
        assert_eq!(loaded.sources[0].unreadable_records, 1, "{what}");
    }
}

#[test]
fn a_file_that_ends_inside_an_event_says_so() {
    let (one, two) = (named(1, "a"), named(2, "b<![CDATA[c]]><!-- d -->"));
    for end in 1..two.len() {
        let Some(part) = two.get(..end) else { continue };
        let loaded = load_bytes(format!("{one}\n{part}").as_bytes());
        assert_eq!(ids(&loaded), [1], "{end}");
        assert_eq!(loaded.issues.len(), 1, "{end}: {:?}", loaded.issues);
        // A tag that is cut before its name ends is no event yet.
        let kind = if end > "<Event ".len() { IssueKind::CutOff } else { loaded.issues[0].kind };
        assert_eq!(loaded.issues[0].kind, kind, "{end}");
        assert_eq!(loaded.issues[0].offset, Some(one.len() as u64 + 1), "{end}");
    }
}

#[test]
fn a_file_that_begins_inside_an_event_is_read_from_there() {
    let (one, two) = (named(1, "a"), named(2, "b"));
    for (from, expected) in
        [("<System>", 2), ("<EventID>", 2), ("<Channel>", 1), ("<EventData>", 1)]
    {
        let start = one.find(from).unwrap_or_default();
        let text = format!("{}\n{two}", one.get(start..).unwrap_or_default());
        let loaded = load_bytes(text.as_bytes());
        assert_eq!(loaded.sources[0].format, Format::Xml, "{from}");
        assert_eq!(loaded.events.len(), expected, "{from}");
        assert_eq!(loaded.issues.len(), 1, "{from}: {:?}", loaded.issues);
        assert_eq!(loaded.issues[0].offset, Some(0), "{from}");
        let kind = if expected == 2 { IssueKind::Damaged } else { IssueKind::BadRecord };
        assert_eq!(loaded.issues[0].kind, kind, "{from}");
        if expected == 2 {
            assert_eq!(loaded.events[0].raw("CommandLine"), Some("a"), "{from}");
        }
    }
}

#[test]
fn what_a_file_declares_is_never_expanded() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE lolz [ <!-- ' --> <!ENTITY lol 'lol>]'>\
                <!ENTITY lol2 \"&lol;&lol;&lol;\"> ]>";
    let loaded = load_bytes(format!("{bomb}<Events>{}</Events>", named(1, "&lol2;")).as_bytes());
    assert_eq!(ids(&loaded), [1]);
    assert_eq!(loaded.events[0].raw("CommandLine"), Some("&lol2;"));
    assert_eq!(loaded.issues.len(), 1);
    assert_eq!(loaded.issues[0].kind, IssueKind::Limit);
    assert_eq!(loaded.issues[0].offset, Some(21));
}

#[test]
fn bytes_that_are_no_unicode_are_told() {
    let [one, two, three] = [1, 2, 3].map(|id| named(id, "Zo@"));
    let mut bytes = format!("{one}{two}{three}").into_bytes();
    let place = one.len() + two.find('@').unwrap_or_default();
    bytes[place] = 0xEB;
    let loaded = load_bytes(&bytes);
    assert_eq!(loaded.events[1].raw("CommandLine"), Some("Zo\u{FFFD}"));
    assert_eq!(loaded.issues.len(), 1);
    assert_eq!(loaded.issues[0].kind, IssueKind::Damaged);
    assert_eq!(loaded.issues[0].offset, Some(one.len() as u64));
}

#[test]
fn an_event_over_the_limit_is_left_out() {
    let (one, two, three) = (named(1, "a"), named(2, &"b".repeat(5 << 20)), named(3, "c"));
    let text = format!("{one}{two}{three}");
    let loaded = load_with(text.as_bytes(), 4 << 20);
    assert_eq!(ids(&loaded), [1, 3]);
    assert_eq!(loaded.issues.len(), 1);
    assert_eq!(loaded.issues[0].kind, IssueKind::Limit);
    assert_eq!(loaded.issues[0].offset, Some(one.len() as u64));
    assert_eq!(ids(&load_bytes(text.as_bytes())), [1, 2, 3]);
}

#[test]
fn files_made_to_waste_time_do_not() {
    let one = named(1, "a");
    let names = (0..50_000).map(|at| format!("<a{at}/>")).collect::<Vec<_>>().concat();
    let hostile = [
        ("comments", "<Event><!--".repeat(100_000)),
        ("texts", "<Event><![CDATA[".repeat(50_000)),
        ("instructions", "<Event><?".repeat(50_000)),
        ("nested", "<Event>".repeat(100_000)),
        ("tags", "<a b='".repeat(400_000)),
        ("document types", "<!DOCTYPE [".repeat(200_000)),
        ("references", event(2, &format!("<EventData>{}</EventData>", "&".repeat(3 << 20)))),
        ("names", event(2, &format!("<EventData>{names}</EventData>"))),
        ("attributes", event(2, &format!("<EventData {}/>", "a='b' ".repeat(300_000)))),
    ];
    for (what, text) in hostile {
        let start = Instant::now();
        let loaded = load_bytes(format!("{one}{text}{}", named(3, "c")).as_bytes());
        assert!(start.elapsed() < Duration::from_secs(20), "{what}: {:?}", start.elapsed());
        assert_eq!(loaded.events[0].record_id, Some(1), "{what}");
        assert!(!loaded.issues.is_empty() || loaded.events.len() == 3, "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever bytes are changed, nothing panics, and every event is read or told of.
    #[test]
    fn changed_bytes_never_end_the_reading(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let (one, two) = (named(1, "a &amp; b"), named(2, "<![CDATA[c]]>"));
        let mut bytes = format!("{one}{two}{}", named(3, "d")).into_bytes();
        for (at, byte) in changes {
            // The first event stays, so that the file is known to be a log.
            let at = one.len() + at.index(bytes.len() - one.len());
            bytes[at] = byte;
        }
        let loaded = load_bytes(&bytes);
        let source = &loaded.sources[0];
        prop_assert!(ids(&loaded).contains(&1));
        prop_assert!(source.records <= 3);
        prop_assert!(source.records == 3 || !loaded.issues.is_empty());
    }
}
