//! What is read of damaged event logs: how many records, how many of them marked as recovered, and
//! what is said of the rest. Each damage is done to a log whose records are known.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what is absent fails the test"
)]

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::{
        Barrier, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use spawnscope::{
    ingest::{Loaded, Observer, Options, Silent, SourceProgress, load},
    model::{Event, IssueKind, SourceIndex},
};

use crate::support::{
    evtx_damage as damage,
    evtx_writer::{Data, EvtxWriter, Provider, Record, Sid, Value},
    samples,
};

const CHUNK: usize = 65_536;
const HEADER: usize = 4_096;
/// Records of the log that is damaged; in eight chunks.
const ALL: u64 = 400;

fn record(record_id: u64) -> Record {
    let text = format!("cmd.exe /c echo {record_id} {}", "x".repeat(400));
    Record {
        record_id,
        time: 134_204_772_674_120_000 + record_id * 10_000_000,
        provider: Provider {
            name: "Microsoft-Windows-Sysmon".into(),
            guid: None,
            source_name: None,
        },
        event_id: 1,
        qualifiers: None,
        version: 5,
        level: 4,
        task: 1,
        opcode: 0,
        keywords: 0x8000_0000_0000_0000,
        channel: "Microsoft-Windows-Sysmon/Operational".into(),
        computer: "LAPTOP-7F2K.contoso.example".into(),
        pid: 3284,
        tid: 4012,
        user_sid: Some(Sid::new(5, &[18])),
        activity_id: None,
        data: Data::named([("CommandLine", Value::text(text))]),
    }
}

fn log_of(ids: impl Iterator<Item = u64>) -> Vec<u8> {
    let mut writer = EvtxWriter::new();
    ids.for_each(|id| writer.push(&record(id)).unwrap());
    writer.finish()
}

fn log() -> Vec<u8> {
    log_of(1..=ALL)
}

/// Where the records of a whole log begin, in order.
fn offsets(file: &[u8]) -> Vec<usize> {
    memchr::memmem::find_iter(file, b"**\0\0").collect()
}

/// Records in each chunk of a whole log.
fn per_chunk(file: &[u8]) -> Vec<u64> {
    let mut counts = vec![0; (file.len() - HEADER) / CHUNK];
    for at in offsets(file) {
        counts[(at - HEADER) / CHUNK] += 1;
    }
    counts
}

fn load_as(name: &str, bytes: &[u8], threads: usize) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    load(&[path], &Options { threads, ..Options::default() }, &Silent)
}

/// What came of a file.
#[derive(Debug)]
struct Came {
    ids: Vec<u64>,
    recovered: u64,
    unreadable: u64,
    issues: Vec<(IssueKind, Option<u64>, String)>,
}

impl Came {
    fn of(loaded: &Loaded) -> Self {
        let source = &loaded.sources[0];
        let marked = loaded.events.iter().filter(|event| event.is_recovered).count() as u64;
        let copies = loaded.also_at.len() as u64;
        assert!(marked <= source.recovered_records && source.recovered_records <= marked + copies);
        assert_eq!(source.records, loaded.events.len() as u64 + copies);
        loaded.events.iter().for_each(is_as_written);
        let mut ids: Vec<u64> = loaded.events.iter().filter_map(|event| event.record_id).collect();
        ids.sort_unstable();
        let about =
            |issue: &spawnscope::model::Issue| (issue.kind, issue.offset, issue.message.clone());
        Self {
            ids,
            recovered: marked,
            unreadable: source.unreadable_records,
            issues: loaded.issues.iter().map(about).collect(),
        }
    }
}

/// Nothing may be made up: what is read of a record is what was written.
fn is_as_written(event: &Event) {
    let id = event.record_id.unwrap();
    let line = event.raw("CommandLine").unwrap();
    assert!(line.starts_with(&format!("cmd.exe /c echo {id} x")), "{id}: {line}");
    assert_eq!(event.host(), "LAPTOP-7F2K.contoso.example");
}

/// Reads with one thread and with several, which must make no difference.
fn came(name: &str, bytes: &[u8]) -> Came {
    let loaded = load_as(name, bytes, 1);
    let with_more = load_as(name, bytes, 5);
    assert_eq!(loaded.events, with_more.events);
    Came::of(&loaded)
}

fn all_but(lost: &[u64]) -> Vec<u64> {
    (1..=ALL).filter(|id| !lost.contains(id)).collect()
}

#[test]
fn a_whole_log_has_nothing_recovered() {
    let came = came("a.evtx", &log());
    assert_eq!((came.ids, came.recovered, came.unreadable), (all_but(&[]), 0, 0));
    assert_eq!(came.issues, []);
}

#[test]
fn bytes_before_the_chunks_lose_nothing() {
    for count in [1, 7, 1000, CHUNK] {
        let came = came("a.evtx", &damage::inserted(log(), HEADER, count));
        assert_eq!(came.ids, all_but(&[]), "{count}");
        let is_on_grid = count == CHUNK;
        assert_eq!(came.recovered, if is_on_grid { 0 } else { ALL }, "{count}");
        assert_eq!(came.unreadable, 0, "{count}");
        assert_eq!(came.issues.len(), 1, "{count} {:?}", came.issues);
    }
}

#[test]
fn bytes_between_chunks_displace_those_after_them() {
    let file = log();
    let counts = per_chunk(&file);
    let first_two = counts[0] + counts[1];
    for count in [1, 7, 1000] {
        let came = came("a.evtx", &damage::inserted(file.clone(), HEADER + 2 * CHUNK, count));
        assert_eq!(came.ids, all_but(&[]), "{count}");
        assert_eq!((came.recovered, came.unreadable), (ALL - first_two, 0), "{count}");
        assert_eq!(came.issues.len(), 1, "{count} {:?}", came.issues);
        let (kind, offset, message) = &came.issues[0];
        let place = (HEADER + 2 * CHUNK + count) as u64;
        assert_eq!((*kind, *offset), (IssueKind::Damaged, Some(place)));
        assert!(message.starts_with("6 chunks are not where a log has them"), "{message}");
    }
}

#[test]
fn without_a_file_header_all_is_recovered() {
    let wiped = damage::without_header(log());
    let missing = log().split_off(HEADER);
    for (name, file) in [("wiped", wiped), ("missing", missing)] {
        let came = came("a.evtx", &file);
        assert_eq!(came.ids, all_but(&[]), "{name}");
        assert_eq!((came.recovered, came.unreadable), (ALL, 0), "{name}");
        assert!(
            came.issues.iter().any(|(_, _, text)| text.starts_with("The file header is damaged")),
            "{name} {:?}",
            came.issues
        );
    }
}

/// What is done to the third chunk's header and records: all of them are read from it.
#[test]
fn a_damaged_chunk_header_costs_no_record() {
    let file = log();
    let third = HEADER + 2 * CHUNK;
    let in_third = per_chunk(&file)[2];
    let put = |at: usize, bytes: &[u8]| damage::overwritten(file.clone(), third + at, bytes);
    let cases: [(&str, Vec<u8>); 9] = [
        ("magic", put(0, b"xlfChnk\0")),
        ("whole header", put(0, &[0; 512])),
        ("noise for a header", put(0, &[0xA5; 512])),
        ("header size", put(40, &[7; 4])),
        ("free space", put(48, &[0xFF; 4])),
        ("free space too small", put(48, &600_u32.to_le_bytes())),
        ("record numbers", put(8, &[0xEE; 32])),
        ("header checksum", put(124, &[1, 2, 3, 4])),
        ("data checksum", put(52, &[1, 2, 3, 4])),
    ];
    for (name, file) in cases {
        let came = came("a.evtx", &file);
        assert_eq!(came.ids, all_but(&[]), "{name}: {:?}", came.issues);
        assert_eq!((came.recovered, came.unreadable), (in_third, 0), "{name}");
        assert_eq!(came.issues.len(), 1, "{name} {:?}", came.issues);
        let (kind, offset, _) = &came.issues[0];
        assert_eq!(*kind, IssueKind::Damaged, "{name}");
        assert!(offset.unwrap() / CHUNK as u64 == 2, "{name} {offset:?}");
    }
}

#[test]
fn a_broken_record_costs_only_itself() {
    let file = log();
    let at = offsets(&file);
    let in_first = per_chunk(&file)[0];
    // Any record but the first of its chunk, which holds the templates of the others.
    let broken = at[20];
    let cases: [(&str, usize, &[u8], &[u64]); 4] = [
        ("magic", broken, b"xx", &[21]),
        ("size", broken + 4, &[0xFF; 4], &[21]),
        ("template", broken + 34, &[0xFF; 4], &[21]),
        ("copy of the size", at[21] - 4, &[0xFF; 4], &[]),
    ];
    for (name, offset, bytes, lost) in cases {
        let came = came("a.evtx", &damage::overwritten(file.clone(), offset, bytes));
        assert_eq!(came.ids, all_but(lost), "{name}");
        assert_eq!(came.recovered, in_first - lost.len() as u64, "{name}");
        assert_eq!(came.unreadable, lost.len() as u64, "{name}");
        assert_eq!(came.issues.len(), 1, "{name} {:?}", came.issues);
    }
}

#[test]
fn a_cut_off_log_gives_what_is_before_the_cut() {
    let file = log();
    let at = offsets(&file);
    let third = HEADER + 2 * CHUNK;
    let two = per_chunk(&file)[..2].iter().sum::<u64>();
    let cases = [
        ("in a record", at[250] + 300, 250),
        ("in a record's header", at[250] + 10, 250),
        ("between records", at[250], 250),
        ("in a chunk's header", third + 100, two),
        ("between chunks", third, two),
    ];
    for (name, keep, left) in cases {
        let came = came("a.evtx", &damage::truncated(file.clone(), keep));
        assert_eq!(came.ids, (1..=left).collect::<Vec<_>>(), "{name}");
        let kinds: BTreeSet<IssueKind> = came.issues.iter().map(|issue| issue.0).collect();
        assert_eq!(kinds, BTreeSet::from([IssueKind::CutOff]), "{name} {:?}", came.issues);
    }
}

#[test]
fn an_image_gives_its_chunks_and_no_decoy() {
    let file = log();
    let noise = |seed: u32, count: usize| {
        let mut state = seed;
        let step = std::iter::repeat_with(move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        step.take(count).collect::<Vec<u8>>()
    };
    let mut image = noise(1, 70_001);
    image.extend(b"ElfChnk\0 is what a chunk begins with, and ElfFile\0 a log.");
    for (number, chunk) in (0_u32..).zip(file[HEADER..].chunks(CHUNK)) {
        image.extend(noise(number, 3_333 * number as usize + 5));
        image.extend(chunk);
    }
    image.extend(noise(9, 200_000));
    for name in ["disk.dd", "of_any_name"] {
        let came = came(name, &image);
        assert_eq!(came.ids, all_but(&[]), "{name}");
        assert_eq!((came.recovered, came.unreadable), (ALL, 0));
        assert_eq!(came.issues.len(), 1, "{:?}", came.issues);
        assert!(came.issues[0].2.contains("400 records were recovered from 8 chunks"));
    }
    let loaded = load_as("noise.dd", &noise(3, 300_000), 1);
    assert_eq!(loaded.issues[0].kind, IssueKind::UnknownFormat);
}

#[test]
fn chunks_never_used_and_a_header_that_counts_wrong_lose_nothing() {
    let file = log();
    let mut gaps = file[..HEADER + CHUNK].to_vec();
    gaps.extend(vec![0; 3 * CHUNK]);
    gaps.extend(&file[HEADER + CHUNK..]);
    gaps.extend(vec![0; CHUNK]);
    let lower = damage::overwritten(file.clone(), 42, &1_u16.to_le_bytes());
    let dirty = damage::overwritten(lower.clone(), 120, &1_u32.to_le_bytes());
    for (name, file) in [("empty", gaps), ("lower", lower), ("dirty", dirty)] {
        let came = came("a.evtx", &file);
        assert_eq!(came.ids, all_but(&[]), "{name}");
        assert_eq!((came.recovered, came.unreadable, came.issues.len()), (0, 0, 0), "{name}");
    }
    let higher = damage::overwritten(file, 42, &9_u16.to_le_bytes());
    let came = came("a.evtx", &higher);
    assert_eq!(came.ids, all_but(&[]));
    assert!(came.issues[0].2.contains("its header counts 9 chunks, and 8 are there"));
}

/// A log being written: the chunk's header is that of an earlier moment.
#[test]
fn records_beyond_those_that_the_header_knows_are_recovered() {
    let (early, late) = (log_of(1..=20), log_of(1..=50));
    let mut file = early[..HEADER + 512].to_vec();
    file.extend(&late[HEADER + 512..]);
    // Without the mark of a log that was not closed, those are remains.
    let closed = came("a.evtx", &file);
    assert_eq!((closed.ids, closed.recovered), ((1..=20).collect::<Vec<_>>(), 0));
    let file = damage::overwritten(file, 120, &1_u32.to_le_bytes());
    // The tables of names and templates do not matter, the checksum of the header does.
    let came = came("a.evtx", &file);
    assert_eq!(came.ids, (1..=50).collect::<Vec<_>>());
    assert_eq!((came.recovered, came.unreadable), (30, 0));
    assert_eq!(came.issues, []);
}

/// A chunk that was used again, with a longer past in it: the templates of the old records may
/// have been written over, so that nobody can tell what they said.
#[test]
fn what_is_left_behind_the_last_record_is_not_read() {
    let (old, new) = (log_of(1..=90), log_of(200..=210));
    let end = offsets(&new)[10] + (offsets(&new)[10] - offsets(&new)[9]);
    let mut file = new[..end].to_vec();
    file.extend(&old[end..HEADER + CHUNK]);
    let came = came("a.evtx", &file);
    assert_eq!(came.ids, (200..=210).collect::<Vec<_>>());
    assert_eq!((came.recovered, came.unreadable), (0, 0));
    assert_eq!(came.issues, []);
}

/// Adds the rest of a log when its size has been looked at.
struct Writer<'a> {
    path: &'a Path,
    rest: Mutex<Vec<u8>>,
}

impl Observer for Writer<'_> {
    fn source_found(&self, _source: SourceIndex, _path: &Path, _bytes: u64) {
        let rest = std::mem::take(&mut *self.rest.lock().unwrap());
        OpenOptions::new().append(true).open(self.path).unwrap().write_all(&rest).unwrap();
    }
}

#[test]
fn a_log_that_grows_while_it_is_read_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.evtx");
    let mut file = log();
    for keep in [HEADER + CHUNK, HEADER + CHUNK + 30_000] {
        let rest = file.split_off(keep);
        fs::write(&path, &file).unwrap();
        let writer = Writer { path: &path, rest: Mutex::new(rest) };
        let loaded = load(std::slice::from_ref(&path), &Options::default(), &writer);
        let came = Came::of(&loaded);
        assert_eq!((came.ids, came.recovered), (all_but(&[]), 0), "{keep}");
        assert_eq!(loaded.sources[0].bytes, fs::metadata(&path).unwrap().len());
        file = log();
    }
}

#[test]
fn a_chunk_past_four_gibibytes_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.evtx");
    let file = log();
    let far = HEADER as u64 + 65_540 * CHUNK as u64;
    let mut target = File::create(&path).unwrap();
    target.write_all(&file[..HEADER + CHUNK]).unwrap();
    if target.set_len(far + CHUNK as u64).is_err() {
        return;
    }
    target.seek(SeekFrom::Start(far)).unwrap();
    target.write_all(&file[HEADER + CHUNK..HEADER + 2 * CHUNK]).unwrap();
    let options = Options { is_hashing: false, ..Options::default() };
    let loaded = load(&[path], &options, &Silent);
    let came = Came::of(&loaded);
    let counts = per_chunk(&file);
    assert_eq!(came.ids, (1..=counts[0] + counts[1]).collect::<Vec<_>>());
    assert_eq!((came.recovered, came.issues.len()), (0, 0));
    assert!(loaded.events.iter().any(|event| event.place > far));
}

/// Twenty real logs, with bytes inserted behind their header and the header wiped.
#[test]
fn real_logs_that_were_damaged_say_what_they_said() {
    let Some(folder) = samples::folder("evtx") else { return };
    for path in samples::files(&folder, ".evtx").into_iter().take(20) {
        let whole = load(std::slice::from_ref(&path), &Options::default(), &Silent);
        let file = fs::read(&path).unwrap();
        let inserted = damage::inserted(file.clone(), HEADER, 1000);
        let both = damage::without_header(inserted.clone());
        for file in [inserted, both] {
            let damaged = load_as("a.evtx", &file, 2);
            let told = |loaded: &Loaded| {
                let mut all: Vec<_> = loaded
                    .events
                    .iter()
                    .map(|event| format!("{:?}", (event.time, event.record_id, &event.fields)))
                    .collect();
                all.sort();
                all
            };
            assert!(told(&damaged) == told(&whole), "{}", path.display());
            assert!(damaged.events.iter().all(|event| event.is_recovered), "{}", path.display());
        }
    }
}

/// Lets two pieces of a log end at the same moment.
struct Together {
    barrier: Barrier,
    told: AtomicUsize,
}

impl Observer for Together {
    fn progress(&self, _progress: SourceProgress) {
        if self.told.fetch_add(1, Ordering::Relaxed) < 2 {
            self.barrier.wait();
        }
    }
}

/// Whichever thread ends the last piece of a log must look into what is not sound.
#[test]
fn what_is_not_sound_is_read_whichever_thread_comes_last() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.evtx");
    // Two pieces of work, and a chunk without its mark in the first.
    let damaged = damage::overwritten(log_of(1..=2_200), HEADER, b"XXXXXXXX");
    fs::write(&path, damaged).unwrap();
    for round in 0..100 {
        let together = Together { barrier: Barrier::new(2), told: AtomicUsize::new(0) };
        let options = Options { threads: 2, is_hashing: false, ..Options::default() };
        let loaded = load(std::slice::from_ref(&path), &options, &together);
        assert_eq!((loaded.events.len(), loaded.issues.len()), (2_200, 1), "round {round}");
    }
}
