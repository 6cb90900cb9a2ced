//! `view`: what the panels say of the sample incident, and words and numbers by themselves.
//! What the sample holds is told by `assets/sample/README.md`.

use std::path::PathBuf;
use std::time::Duration;

use spawnscope::model::{Severity, StepState};
use spawnscope::session::{Command, Session};
use spawnscope::view::{chain, coverage, findings, histogram, loading, number, status};

use crate::session::{fresh, incident, wait};

const LAPTOP: &str = "LAPTOP-7F2K.contoso.example";
const OTHER: &str = "WS-0413.contoso.example";

/// The host of the sample on which Zoom starts nothing.
fn quiet() -> Session {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/sample/WS-0413");
    let mut session = fresh();
    session.apply(Command::Open(vec![folder]));
    wait(&mut session, |session| session.load().is_none());
    session
}

#[test]
fn findings_stand_worst_first_and_none_is_lost() {
    let mut session = incident();
    let panel = findings::findings(&session);
    assert_eq!(panel.title, "Findings");
    let severities: Vec<Severity> = panel.groups.iter().map(|group| group.severity).collect();
    assert!(severities.is_sorted_by(|one, next| one > next), "{severities:?}");
    assert_eq!(severities.first(), Some(&Severity::Critical));
    let items: usize = panel.groups.iter().map(|group| group.items.len()).sum();
    assert_eq!(items, panel.total);
    for group in &panel.groups {
        for item in &group.items {
            let finding = &session.analysis().findings[item.index];
            assert_eq!(finding.severity, group.severity);
            assert!(!item.title.is_empty() && !item.subject.is_empty(), "{item:?}");
            assert!(item.spoken.starts_with(group.severity.label()), "{item:?}");
        }
    }
    let worst = panel.groups.first().unwrap();
    assert!(worst.is_open);
    assert!(worst.items.iter().any(|item| {
        (&*item.title, &*item.subject, &*item.time)
            == ("Zoom started hidden PowerShell", "powershell.exe 11872", "14:21:07")
    }));
    session.apply(Command::ToggleGroup(Severity::Critical));
    assert!(!findings::findings(&session).groups.first().unwrap().is_open);
    session.apply(Command::SelectFinding(1));
    let selected: Vec<usize> = findings::findings(&session)
        .groups
        .iter()
        .flat_map(|group| &group.items)
        .filter(|item| item.is_selected)
        .map(|item| item.index)
        .collect();
    assert_eq!(selected, [1]);
}

#[test]
fn what_the_logs_cannot_tell_is_said_first_where_the_chain_is() {
    let told = findings::cannot_tell(incident().analysis());
    assert!(told.first().is_some_and(|words| {
        words.starts_with("LAPTOP-7F2K") && words.contains("14:02:03") && words.contains("14:20:11")
    }));
    assert!(told.iter().any(|words| words.starts_with("WS-0413") && words.contains("Scripts")));
    let mut unique = told.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), told.len());
}

#[test]
fn hosts_are_short_but_addresses_whole() {
    let table = [
        ("LAPTOP-7F2K.contoso.example", "LAPTOP-7F2K"),
        ("PC", "PC"),
        ("192.0.2.7", "192.0.2.7"),
        ("", "Unknown host"),
        (".example", "Unknown host"),
        ("a\u{202e}b.example", "a\\u{202e}b"),
    ];
    for (host, expected) in table {
        assert_eq!(findings::short_host(host), expected, "{host:?}");
    }
}

#[test]
fn the_chain_has_nine_rows_of_eight_steps() {
    let (title, rows) = chain::chain(&incident());
    assert_eq!(title, "7 of 8 observed");
    let states: Vec<(u8, Option<StepState>)> =
        rows.iter().map(|row| (row.step, row.state)).collect();
    let (seen, unseen) = (Some(StepState::Observed), Some(StepState::NotObserved));
    let expected = [
        (1, seen),
        (2, Some(StepState::CannotBeKnown)),
        (3, seen),
        (4, seen),
        (5, seen),
        (6, seen),
        (7, seen),
        (8, seen),
        (8, unseen),
    ];
    assert_eq!(states, expected);
    for row in &rows {
        assert_eq!(row.count.is_empty(), row.state != seen, "{row:?}");
        assert!(row.spoken.starts_with(&format!("Step {}, {}", row.step, row.name)), "{row:?}");
        match row.state {
            Some(StepState::NotObserved) => assert_eq!(row.when, "not observed"),
            Some(StepState::CannotBeKnown) => {
                assert_eq!(row.when, "Sysmon off");
                assert!(row.reason.contains("Sysmon service stopped"), "{row:?}");
                assert!(row.spoken.contains("cannot be known"), "{row:?}");
            }
            Some(StepState::Observed) => assert_eq!(row.when.len(), 8, "a clock time: {row:?}"),
            None => assert!(row.state.is_some(), "all is read"),
        }
    }
    assert_eq!(rows.first().map(|row| &*row.when), Some("13:41:52"));
}

#[test]
fn without_a_chain_there_are_no_rows() {
    let session = quiet();
    let (title, rows) = chain::chain(&session);
    assert_eq!((&*title, rows.len()), ("", 0));
    assert_eq!(session.analysis().chain.len(), 9, "scripts are told all the same");
    assert_eq!(chain::chain(&fresh()).1, []);
}

#[test]
fn coverage_says_what_is_there() {
    let session = incident();
    let words = |host: &str| -> Vec<(&str, &str)> {
        let panel = coverage::sources(&session, Some(host));
        panel.rows.iter().map(|row| (row.label, row.word)).collect()
    };
    let laptop = [
        ("Process, Sysmon 1", "gap"),
        ("Process, 4688", "gap"),
        ("Network, Sysmon 3", "gap"),
        ("Scripts, 4104", "full"),
        ("Tasks, 106, 4698", "full"),
        ("Logons, 4624", "full"),
        ("Registry, Sysmon 13", "gap"),
        ("Files, Sysmon 11", "gap"),
    ];
    assert_eq!(words(LAPTOP), laptop);
    let other = words(OTHER);
    assert!(other.contains(&("Scripts, 4104", "none")), "{other:?}");
    assert!(other.contains(&("Process, Sysmon 1", "full")), "{other:?}");
    let panel = coverage::sources(&session, Some(LAPTOP));
    for row in &panel.rows {
        assert_eq!(row.is_warning, row.word != "full", "{row:?}");
        assert_eq!(row.gaps.len(), usize::from(row.word == "gap"), "{row:?}");
        let places = row.gaps.iter().chain(&row.bar);
        for (from, to) in places {
            assert!((0.0..=1.0).contains(from) && from <= to && *to <= 1.0, "{row:?}");
        }
    }
    assert_eq!(panel.range, Some(("13:30".to_owned(), "15:29".to_owned())));
    assert_eq!(coverage::sources(&session, None).rows, []);
    assert_eq!(coverage::files(&session), "9 files");
}

#[test]
fn the_histogram_counts_every_record_once() {
    for (session, minutes) in [(incident(), 120), (quiet(), 119)] {
        let strip = histogram::histogram(&session, Some(LAPTOP));
        let records = session.analysis().events.len() as u64;
        assert_eq!(strip.total, records);
        assert_eq!(strip.bars.iter().copied().map(u64::from).sum::<u64>(), records);
        assert_eq!(strip.bars.iter().max(), Some(&strip.most));
        assert_eq!(strip.title, "Events per minute");
        assert_eq!(strip.scope, "2026-04-12, all sources");
        assert_eq!(strip.bars.len(), minutes, "13:30 to 15:29, or 15:28");
        assert!(strip.ticks.is_sorted_by(|one, next| one.0 < next.0));
        let places = strip.marks.iter().map(|mark| mark.0);
        let mut places = places.chain(strip.ticks.iter().map(|tick| tick.0));
        assert!(places.all(|place| (0.0..=1.0).contains(&place)));
    }
    let session = incident();
    let strip = histogram::histogram(&session, Some(LAPTOP));
    assert_eq!(strip.marks.len(), session.groups().len());
    assert_eq!(histogram::histogram(&session, Some(OTHER)).gaps, []);
    let sysmon = strip.gaps.iter().find(|gap| gap.2.contains("Sysmon")).unwrap();
    // The gap is from minute 32 to 50 of 120.
    assert!((sysmon.0 - 32.06 / 120.0).abs() < 0.001 && (sysmon.1 - 50.18 / 120.0).abs() < 0.001);
    let empty = histogram::histogram(&fresh(), None);
    assert_eq!((empty.total, empty.bars.len()), (0, 0));
}

#[test]
fn the_status_says_what_was_read() {
    let session = incident();
    let bar = status::status(&session, true);
    assert!(bar.state.starts_with("Idle. 9 files read in "), "{}", bar.state);
    assert_eq!(status::status(&session, false).state, "Idle. 9 files read");
    assert_eq!((bar.records.as_deref(), bar.trouble, bar.progress), (Some("970"), None, None));
    assert_eq!(status::status(&fresh(), true).state, "No logs open");
    assert_eq!(loading::loading(&session), None);
}

#[test]
fn nothing_is_said_to_take_no_time() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let mut session = fresh();
    session.apply(Command::Open(vec![path]));
    wait(&mut session, |session| session.load().is_none());
    let took = session.read_in().unwrap();
    let words = status::status(&session, true).state;
    let is_short = took < Duration::from_millis(50);
    assert_eq!(words.ends_with(" in under 0.1 s"), is_short, "{words}, {took:?}");
    assert!(!words.contains("0.0 s"));
}

#[test]
fn numbers_read_well() {
    let grouped = [(0, "0"), (999, "999"), (1000, "1,000"), (214_907, "214,907")];
    for (number, expected) in grouped {
        assert_eq!(number::grouped(number), expected);
    }
    assert_eq!(number::grouped(u64::MAX), "18,446,744,073,709,551,615");
    assert_eq!(number::counted(1, "file", "files"), "1 file");
    assert_eq!(number::counted(0, "file", "files"), "0 files");
    let sizes = [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (68_100_000, "68.1 MB"),
        (3_000_000_000_000, "3.0 TB"),
        (5_000_000_000_000_000, "5000.0 TB"),
    ];
    for (bytes, expected) in sizes {
        assert_eq!(number::size(bytes), expected, "{bytes}");
    }
    let spans = [
        (0, "0.0 s"),
        (6_200, "6.2 s"),
        (59_990, "1 min 0 s"),
        (60_000, "1 min 0 s"),
        (2_508_000, "41 min 48 s"),
        (7_500_000, "2 h 5 min"),
        (90_000_000, "1 d 1 h"),
    ];
    for (millis, expected) in spans {
        assert_eq!(number::span(Duration::from_millis(millis)), expected, "{millis}");
    }
}
