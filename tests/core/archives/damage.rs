//! Archives that break off or are damaged: what can be read is read, what is lost is told.

use spawnscope::{ingest::Loaded, model::IssueKind};

use super::{folder, incident, kinds, members, one_log, open, pack, said};

/// Letters and digits that shrink by a quarter at most.
fn noise(seed: usize, count: usize) -> String {
    let mut state = seed as u64 * 7_919;
    let next = |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + state.to_be_bytes()[0] % 64).to_string().replace('\\', "~")
    };
    (0..count).map(next).collect()
}

/// JSON lines, each with a number.
fn lines(count: usize) -> Vec<u8> {
    let line = |id: usize| {
        let pad = noise(id, id % 7 + 60);
        format!(
            r#"{{"Event":{{"System":{{"EventID":1,"EventRecordID":{id},"Channel":"Security","Computer":"PC","TimeCreated":{{"SystemTime":"2026-04-12T14:21:07Z"}}}},"EventData":{{"A":"{pad}"}}}}}}"#
        ) + "\n"
    };
    (1..=count).map(line).collect::<String>().into_bytes()
}

fn records(loaded: &Loaded) -> u64 {
    loaded.sources.iter().map(|source| source.records).sum()
}

#[test]
fn a_zip_without_its_list_is_read_by_the_headers() {
    let folder = folder();
    for archive in [pack::zip(&incident()), pack::zip_streamed(&incident())] {
        let end = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
        let loaded = open("cut.zip", &archive[..end]);
        assert_eq!(kinds(&loaded), [IssueKind::Damaged], "{:?}", loaded.issues);
        assert!(loaded.issues[0].message.contains("9 members were found"));
        assert_eq!(said(&loaded), said(folder));
    }
}

#[test]
fn a_zip_that_breaks_off_inside_a_member() {
    let files = [("a.evtx".to_owned(), one_log().1), ("b.jsonl".to_owned(), lines(5_000))];
    let archive = pack::zip(&files);
    let second = memchr::memmem::rfind(&archive, b"PK\x03\x04").unwrap();
    let list = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
    let loaded = open("cut.zip", &archive[..second + (list - second) / 2]);
    assert_eq!(members(&loaded), ["a.evtx", "b.jsonl"]);
    assert_eq!(loaded.sources[1].records, open("a.evtx", &one_log().1).sources[0].records);
    let read = loaded.sources[2].records;
    assert!(read > 1_000 && read < 4_000, "{read}");
    assert!(kinds(&loaded).contains(&IssueKind::CutOff), "{:?}", loaded.issues);
    let ids = loaded.events.iter().filter(|event| event.host() == "PC");
    let ids = ids.filter_map(|event| event.record_id).collect::<Vec<_>>();
    assert_eq!(ids, (1..=read).collect::<Vec<_>>());
}

#[test]
fn packed_streams_that_break_off_keep_what_was_read() {
    let log = lines(6_000);
    for (ending, packer) in pack::STREAMS {
        let archive = packer(&log);
        let loaded = open(&format!("a.jsonl.{ending}"), &archive[..archive.len() * 2 / 3]);
        let read = records(&loaded);
        assert!(read > 300 && read < 5_900, "{ending}: {read}");
        let issue = loaded.issues.iter().find(|issue| issue.message.contains("breaks off:"));
        let issue = issue.unwrap_or_else(|| panic!("{ending}: {:?}", loaded.issues));
        assert_eq!((issue.kind, issue.member.as_deref()), (IssueKind::CutOff, Some("a.jsonl")));
        assert_eq!(loaded.sources[1].sha256, None);
        assert!(loaded.sources[0].sha256.is_some());
    }
}

#[test]
fn several_streams_one_after_the_other_are_one_log() {
    let (first, second) = (lines(100), lines(300)[lines(100).len()..].to_vec());
    for (ending, packer) in pack::STREAMS {
        let both = [packer(&first), packer(&second)].concat();
        let loaded = open(&format!("a.jsonl.{ending}"), &both);
        assert_eq!(kinds(&loaded), [], "{ending}: {:?}", loaded.issues);
        assert_eq!(records(&loaded), 300, "{ending}");
    }
}

#[test]
fn bytes_behind_the_last_stream_are_told_unless_they_are_zeroes() {
    let log = lines(50);
    let padded = open("a.jsonl.gz", &[pack::gz(&log), vec![0; 700]].concat());
    assert_eq!((kinds(&padded), records(&padded)), (vec![], 50));
    let dirty = open("a.jsonl.gz", &[pack::gz(&log), b"hello".to_vec()].concat());
    assert_eq!((kinds(&dirty), records(&dirty)), (vec![IssueKind::Damaged], 50));
}

#[test]
fn a_wrong_checksum_keeps_the_records() {
    let log = lines(200);
    let mut archive = pack::gz(&log);
    let at = archive.len() - 8;
    archive[at] ^= 1;
    let loaded = open("a.jsonl.gz", &archive);
    assert_eq!((kinds(&loaded), records(&loaded)), (vec![IssueKind::Damaged], 200));
    let mut archive = pack::zip(&[("a.jsonl".to_owned(), log)]);
    let at = memchr::memmem::find(&archive, b"PK\x01\x02").unwrap();
    archive[at + 16] ^= 1;
    let loaded = open("a.zip", &archive);
    assert_eq!((kinds(&loaded), records(&loaded)), (vec![IssueKind::Damaged], 200));
    assert!(loaded.issues[0].message.contains("does not match"), "{:?}", loaded.issues);
    assert_eq!(loaded.issues[0].member.as_deref(), Some("a.jsonl"));
}

#[test]
fn a_damaged_member_costs_only_itself() {
    let files = [
        ("a.jsonl".to_owned(), lines(2_000)),
        ("b.jsonl".to_owned(), lines(2_500)[lines(2_000).len()..].to_vec()),
    ];
    let mut archive = pack::zip(&files);
    let second = memchr::memmem::rfind(&archive, b"PK\x03\x04").unwrap();
    archive[second / 2..second / 2 + 64].fill(0xFF);
    let loaded = open("a.zip", &archive);
    assert_eq!(loaded.sources[2].records, 500);
    assert!(loaded.sources[1].records < 2_000);
    assert!(kinds(&loaded).contains(&IssueKind::Damaged), "{:?}", loaded.issues);
}

#[test]
fn a_tar_that_breaks_off_or_has_a_damaged_header() {
    let files = ["a", "b", "c"].map(|name| (format!("{name}.jsonl"), lines(100)));
    let tar = pack::tar(&files);
    let cut = open("a.tar", &tar[..tar.len() - 1024 - 512]);
    assert!(kinds(&cut).contains(&IssueKind::CutOff), "{:?}", cut.issues);
    assert_eq!(members(&cut), ["a.jsonl", "b.jsonl", "c.jsonl"]);
    let at_a_boundary = open("a.tar", &tar[..tar.len() - 1024]);
    assert_eq!((kinds(&at_a_boundary), records(&at_a_boundary)), (vec![IssueKind::CutOff], 300));
    let second = 512 + lines(100).len().next_multiple_of(512);
    let mut damaged = tar;
    damaged[second + 150] ^= 1;
    let loaded = open("a.tar", &damaged);
    assert_eq!(kinds(&loaded), [IssueKind::Damaged], "{:?}", loaded.issues);
    assert_eq!(loaded.issues[0].offset, Some(second as u64));
    assert_eq!(members(&loaded), ["a.jsonl", "c.jsonl"]);
}

#[test]
fn a_damaged_7z() {
    let files = [("a.jsonl".to_owned(), lines(4_000)), ("b.jsonl".to_owned(), lines(10))];
    let archive = pack::seven(&files, true);
    let mut damaged = archive.clone();
    let half = archive.len() / 2;
    damaged[half..half + 32].fill(0xAA);
    let loaded = open("a.7z", &damaged);
    assert!(kinds(&loaded).contains(&IssueKind::Damaged), "{:?}", loaded.issues);
    let read = records(&loaded);
    assert!(read > 500 && read < 4_000, "{read}");
    let headless = open("a.7z", &archive[..half]);
    assert_eq!(kinds(&headless), [IssueKind::Damaged], "{:?}", headless.issues);
    assert!(headless.issues[0].message.contains("Nothing in it was read"));
}

#[test]
fn an_evtx_in_a_zip_is_damaged_as_a_file_is() {
    let (name, mut log) = one_log();
    let keep = log.len() - 30_000;
    log.truncate(keep);
    let plain = open("Security.evtx", &log);
    let packed = open("a.zip", &pack::zip(&[(name.clone(), log)]));
    assert_eq!(said(&packed), said(&plain));
    let told = |loaded: &Loaded| {
        let issues = loaded.issues.iter();
        issues.map(|issue| (issue.offset, issue.kind, issue.message.clone())).collect::<Vec<_>>()
    };
    assert_eq!(told(&packed), told(&plain));
    assert!(packed.issues.iter().all(|issue| issue.member.as_deref() == Some(name.as_str())));
}
