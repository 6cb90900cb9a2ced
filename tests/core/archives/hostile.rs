//! Archives made to do harm: bombs, names that are paths, links, lists that lie.

use spawnscope::{
    ingest::{Options, UnpackLimit},
    model::IssueKind,
};

use super::{kinds, members, one_log, open, open_with, pack};

fn limited() -> Options {
    Options { unpack_limit: UnpackLimit { free: 64 << 10, ratio: 2 }, ..Options::default() }
}

/// Many records of JSON that are all alike.
fn bomb() -> Vec<u8> {
    let line = br#"{"Event":{"System":{"EventID":1,"EventRecordID":5,"Channel":"Security","Computer":"PC","TimeCreated":{"SystemTime":"2026-04-12T14:21:07Z"}},"EventData":{"A":"b"}}}"#;
    let mut log = Vec::new();
    while log.len() < 512 << 10 {
        log.extend_from_slice(line);
        log.push(b'\n');
    }
    log
}

#[test]
fn a_bomb_is_stopped_and_told() {
    let log = bomb();
    let files = [("a.jsonl".to_owned(), log.clone())];
    for (name, archive) in [
        ("a.jsonl.gz", pack::gz(&log)),
        ("a.jsonl.bz2", pack::bz2(&log)),
        ("a.tar.xz", pack::xz(&pack::tar(&files))),
        ("a.7z", pack::seven(&files, true)),
        ("a.zip", pack::zip(&files)),
        ("b.zip", pack::zip(&[("a.jsonl.gz".to_owned(), pack::gz(&log))])),
    ] {
        let loaded = open_with(name, &archive, &limited());
        assert!(kinds(&loaded).contains(&IssueKind::Limit), "{name}: {:?}", loaded.issues);
        let read = loaded.sources.iter().map(|source| source.bytes).max().unwrap();
        assert!(read < 192 << 10, "{name}: {read}");
    }
    let loaded = open("a.jsonl.gz", &pack::gz(&log));
    assert_eq!(kinds(&loaded), []);
}

#[test]
fn what_is_no_log_is_not_unpacked() {
    let files = [("disk.img".to_owned(), vec![0x90; 2 << 20]), one_log()];
    let loaded = open("a.zip", &pack::zip(&files));
    assert_eq!(kinds(&loaded), []);
    assert_eq!(loaded.ignored_files, 1);
    assert_eq!(members(&loaded), ["WS-0413/Security.evtx"]);
}

#[test]
fn names_are_text_and_never_paths() {
    let log = one_log().1;
    let names = ["../../etc/x.evtx", "/etc/y.evtx", "C:\\z.evtx", "a\u{1b}[31m\u{202e}.evtx", ""];
    let mut tar = Vec::new();
    for name in names {
        tar.extend(pack::tar_header(name, log.len(), b'0'));
        tar.extend(pack::tar_content(&log));
    }
    tar.extend([0; 1024]);
    let loaded = open("a.tar", &tar);
    assert_eq!(kinds(&loaded), []);
    let mut expected = names.to_vec();
    expected.sort_unstable();
    assert_eq!(members(&loaded), expected);
    let files = names.map(|name| (name.to_owned(), log.clone()));
    let loaded = open("a.zip", &pack::zip(&files[..4]));
    assert_eq!(kinds(&loaded), []);
    assert_eq!(members(&loaded).len(), 4);
}

#[test]
fn links_and_folders_in_a_tar_are_none_of_it() {
    let log = one_log().1;
    let mut tar = pack::tar_header("logs/", 0, b'5');
    tar.extend(pack::tar_header("link.evtx", 0, b'2'));
    tar.extend(pack::tar_header("hard.evtx", 0, b'1'));
    tar.extend(pack::tar_header("device", 0, b'3'));
    tar.extend(pack::tar_header("logs/a.evtx", log.len(), b'0'));
    tar.extend(pack::tar_content(&log));
    tar.extend([0; 1024]);
    let loaded = open("a.tar", &tar);
    assert_eq!(kinds(&loaded), []);
    assert_eq!(members(&loaded), ["logs/a.evtx"]);
}

#[test]
fn long_names_of_gnu_and_pax() {
    let log = one_log().1;
    let long = format!("{}/a.evtx", "deep".repeat(60));
    let mut tar = pack::tar_header("././@LongLink", long.len() + 1, b'L');
    tar.extend(pack::tar_content(format!("{long}\0").as_bytes()));
    tar.extend(pack::tar_header("short", log.len(), b'0'));
    tar.extend(pack::tar_content(&log));
    let record = format!(" path={long}2\n");
    let length = record.len() + 3;
    let record = format!("{length}{record}");
    assert_eq!(record.len(), length);
    tar.extend(pack::tar_header("pax", record.len(), b'x'));
    tar.extend(pack::tar_content(record.as_bytes()));
    tar.extend(pack::tar_header("short", log.len(), b'0'));
    tar.extend(pack::tar_content(&log));
    tar.extend(pack::tar_header("././@LongLink", 2 << 20, b'L'));
    tar.extend(vec![b'a'; 2 << 20]);
    tar.extend(pack::tar_header("last.evtx", log.len(), b'0'));
    tar.extend(pack::tar_content(&log));
    tar.extend([0; 1024]);
    let loaded = open("a.tar", &tar);
    assert_eq!(kinds(&loaded), [IssueKind::Limit]);
    assert_eq!(members(&loaded), [long.clone(), format!("{long}2"), "last.evtx".to_owned()]);
}

#[test]
fn two_thousand_members_that_are_no_logs_are_counted() {
    let mut files =
        (0..2_000).map(|at| (format!("f{at}.bin"), vec![0xE0; at % 64])).collect::<Vec<_>>();
    files.push(one_log());
    let loaded = open("a.zip", &pack::zip(&files));
    assert_eq!(kinds(&loaded), []);
    assert_eq!(loaded.ignored_files, 2_000);
    assert_eq!(loaded.sources.len(), 2);
}

#[test]
fn cut_anywhere_nothing_fails() {
    let files = [one_log()];
    for archive in [
        pack::zip(&files),
        pack::seven(&files, true),
        pack::gz(&pack::tar(&files)),
        pack::zst(&pack::tar(&files)),
        pack::xz(&pack::tar(&files)),
        pack::bz2(&pack::tar(&files)),
    ] {
        for part in 0..12 {
            let loaded = open("a.evtx", &archive[..archive.len() * part / 12]);
            assert!(!loaded.issues.is_empty(), "{part}");
            assert!(!kinds(&loaded).contains(&IssueKind::Internal), "{part}: {:?}", loaded.issues);
        }
    }
}
