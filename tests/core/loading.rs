//! What is said while files are read: pace, time left, and what became of each file.

use std::time::Duration;

use spawnscope::session::{LoadProgress, Pace, Rate, SourceProgress, SourceState};
use spawnscope::view::loading::{self, FileState};
use spawnscope::view::number;

const MB: u64 = 1_000_000;

fn source(label: &str, bytes: (u64, u64), records: u64, state: SourceState) -> SourceProgress {
    let (bytes_done, bytes_total) = bytes;
    SourceProgress {
        label: label.to_owned(),
        bytes_done,
        bytes_total,
        records,
        state,
        lost: None,
        holds_logs: false,
    }
}

#[test]
fn the_pace_is_that_of_the_last_seconds() {
    let ms = Duration::from_millis;
    let mut pace = Pace::default();
    assert_eq!(pace.rate(ms(300)), None, "too soon to say");
    // A minute at 1 MB/s, then ten seconds at 50 MB/s and 2,000 records a second.
    for second in 1..=60 {
        pace.note(ms(second * 1000), second * MB, 0);
    }
    let rate = pace.rate(ms(60_000)).unwrap();
    assert!((rate.bytes - 1e6).abs() < 1.0 && rate.records == 0.0, "{rate:?}");
    for tenth in 1..=100 {
        pace.note(ms(60_000 + tenth * 100), 60 * MB + tenth * 5 * MB, tenth * 200);
    }
    let rate = pace.rate(ms(70_000)).unwrap();
    assert!((rate.bytes - 50e6).abs() < 1e6, "{rate:?}");
    assert!((rate.records - 2000.0).abs() < 50.0, "{rate:?}");
    // Standing still for two seconds halves it; after the window nothing is left.
    let half = pace.rate(ms(72_000)).unwrap().bytes;
    assert!((20e6..30e6).contains(&half), "{half}");
    assert!(pace.rate(ms(80_000)).unwrap().bytes < 1.0);
}

#[test]
fn thousands_of_counts_a_second_are_few_samples_and_the_same_pace() {
    let mut pace = Pace::default();
    for at in 1..=20_000_u64 {
        pace.note(Duration::from_micros(at * 500), at * 1000, at);
    }
    let rate = pace.rate(Duration::from_secs(10)).unwrap();
    assert!((rate.bytes / 2e6 - 1.0).abs() < 0.05, "{rate:?}");
    assert!((rate.records / 2e3 - 1.0).abs() < 0.05, "{rate:?}");
    assert!(format!("{pace:?}").matches("Count").count() < 60);
}

#[test]
fn the_panel_says_how_far_how_fast_and_how_long() {
    let progress = LoadProgress {
        sources: vec![
            source("Security.evtx", (66 * MB + 100_000, 510 * MB), 115_000, SourceState::Reading),
            source("System.evtx", (2 * MB, 2 * MB), 935, SourceState::Done),
            source("Setup.evtx", (0, 0), 0, SourceState::Waiting),
        ],
        is_judging: false,
    };
    let words = |rate| loading::of(&progress, rate).pace;
    assert_eq!(words(None), "115,935 records, 68.1 of 512.0 MB");
    assert_eq!(
        words(Some(Rate { bytes: 148e6, records: 34_600.4 })),
        "115,935 records, 34,600/s, 68.1 of 512.0 MB, 148.0 MB/s, about 3 s left"
    );
    // Nothing is foretold of a load that stands still.
    assert_eq!(
        words(Some(Rate { bytes: 0.0, records: 0.0 })),
        "115,935 records, 0/s, 68.1 of 512.0 MB, 0 B/s"
    );
    let panel = loading::of(&progress, None);
    assert_eq!(panel.title, "Reading 3 files");
    assert_eq!(panel.detail, "1 done, 1 being read, 1 waiting");
    assert_eq!(loading::of(&LoadProgress::default(), None).title, "Looking for logs");
}

#[test]
fn a_file_says_what_was_lost_as_soon_as_it_is_done() {
    let lost = |records, state, lost: Option<&str>| {
        let mut source = source("a.evtx", (1, 2), records, state);
        source.lost = lost.map(Into::into);
        let progress = LoadProgress { sources: vec![source], is_judging: false };
        loading::of(&progress, None).files[0].state.clone()
    };
    let reason = "Chunk 14 is damaged.";
    assert_eq!(lost(5, SourceState::Done, None), FileState::Read);
    assert_eq!(lost(5, SourceState::Done, Some(reason)), FileState::ReadInPart(reason.to_owned()));
    assert_eq!(lost(0, SourceState::Done, Some(reason)), FileState::NotRead(reason.to_owned()));
    assert_eq!(lost(5, SourceState::Reading, Some(reason)), FileState::Reading(0.5));
    // What a file says about itself must not turn the text of the window round.
    let hostile = lost(0, SourceState::Done, Some("Looks like \u{202e}txt"));
    assert!(!hostile.reason().contains('\u{202e}'), "{hostile:?}");
    assert_eq!(hostile.word(), "Not read");
}

#[test]
fn an_archive_of_which_members_were_read_was_read_in_part() {
    let mut archive = source("b.zip", (9, 9), 0, SourceState::Done);
    archive.lost = Some("One member is encrypted.".into());
    archive.holds_logs = true;
    let progress = LoadProgress { sources: vec![archive], is_judging: false };
    assert_eq!(loading::of(&progress, None).files[0].state.word(), "Read in part");
}

#[test]
fn a_member_whose_size_is_not_known_is_shown_all_the_same() {
    let progress = LoadProgress {
        sources: vec![source("b.zip/a.evtx", (0, 0), 7, SourceState::Reading)],
        is_judging: false,
    };
    let file = &loading::of(&progress, None).files[0];
    assert_eq!((file.size.as_str(), file.records.as_str()), ("–", "7"));
    assert_eq!(file.state.word(), "Reading");
}

#[test]
fn sizes_and_guesses_of_time_read_well() {
    let sizes = [
        ((0, 0), "0 of 0 B"),
        ((12, 999), "12 of 999 B"),
        ((68_100_000, 512 * MB), "68.1 of 512.0 MB"),
        ((68_100_000, 5200 * MB), "0.1 of 5.2 GB"),
    ];
    for ((done, total), expected) in sizes {
        assert_eq!(number::size_of(done, total), expected);
    }
    let times = [(0.0, "1 s"), (2.6, "3 s"), (59.4, "59 s"), (59.6, "1 min"), (150.0, "3 min")];
    for (secs, expected) in times {
        assert_eq!(number::about(Duration::from_secs_f64(secs)), expected);
    }
    assert_eq!(number::about(Duration::from_mins(80)), "1 h 20 min");
    assert_eq!(number::about(Duration::from_hours(100)), "100 h");
}
