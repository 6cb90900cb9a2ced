//! Which files are read, which are ignored, and which become issues.

use std::{fs, path::PathBuf};

use spawnscope::{
    ingest::{Loaded, Options, Silent, load},
    model::{Format, IssueKind},
};

const LINE: &str = r##"{"Event":{"System":{"TimeCreated":{"#attributes":{"SystemTime":"2026-04-12T14:21:07Z"}},"EventID":1,"EventRecordID":5,"Channel":"Security","Computer":"PC"},"EventData":{"A":"b"}}}"##;

fn load_all(paths: &[PathBuf]) -> Loaded {
    load(paths, &Options::default(), &Silent)
}

fn kinds(loaded: &Loaded) -> Vec<IssueKind> {
    loaded.issues.iter().map(|issue| issue.kind).collect()
}

#[test]
fn folders_are_searched_and_other_files_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("host/Logs");
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("without_ending"), LINE).unwrap();
    fs::write(deep.join("notes.txt"), "not a log").unwrap();
    fs::write(deep.join("page.html"), "<html></html>").unwrap();
    fs::write(deep.join("package.json"), r#"{"name":"x","version":"1"}"#).unwrap();
    fs::write(folder.path().join("image"), [0xFF, 0xD8, 0xFF, 0xE0]).unwrap();
    let loaded = load_all(&[folder.path().to_owned()]);
    assert_eq!(loaded.issues, []);
    assert_eq!(loaded.sources.len(), 1);
    assert_eq!(loaded.sources[0].path, deep.join("without_ending"));
    assert_eq!(loaded.sources[0].dialect, Some("evtx_dump"));
    assert_eq!(loaded.ignored_files, 4);
    assert_eq!(loaded.events.len(), 1);
}

#[test]
fn a_file_named_more_than_once_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    fs::write(&path, LINE).unwrap();
    let twice = folder.path().join("../").join(folder.path().file_name().unwrap()).join("a.jsonl");
    let loaded = load_all(&[path.clone(), folder.path().to_owned(), path.clone(), twice]);
    assert_eq!(loaded.sources.len(), 1);
    assert_eq!(loaded.sources[0].records, 1);
    assert_eq!(loaded.also_at, []);
    assert!(loaded.sources[0].path.ends_with("a.jsonl"));
}

#[test]
fn a_copy_counts_as_a_source_but_not_as_more_events() {
    let folder = tempfile::tempdir().unwrap();
    let other = LINE.replace(r#""A":"b""#, r#""A":"c""#);
    fs::write(folder.path().join("a.jsonl"), format!("{LINE}\n{other}\n")).unwrap();
    fs::write(folder.path().join("b.jsonl"), LINE).unwrap();
    let loaded = load_all(&[folder.path().to_owned()]);
    assert_eq!(loaded.sources.iter().map(|source| source.records).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((loaded.events.len(), loaded.also_at.len()), (2, 1));
    assert!(loaded.events.iter().all(|event| event.source.0 == 0));
}

#[test]
fn what_is_named_and_no_log_is_an_issue() {
    let folder = tempfile::tempdir().unwrap();
    let zeroes = vec![0; 70_000];
    let cases: [(&str, &[u8], IssueKind, &str); 6] = [
        ("empty.evtx", b"", IssueKind::Empty, "The file is empty"),
        ("text.txt", b"hello", IssueKind::UnknownFormat, "it looks like text"),
        ("events.xml", b"<Events/>", IssueKind::UnknownFormat, "it looks like XML"),
        ("logs.zip", b"PK\x03\x04....", IssueKind::Damaged, "This zip archive is damaged"),
        ("zero.evtx", &zeroes, IssueKind::UnknownFormat, "nothing but zero bytes"),
        ("other.json", br#"{"foo":1,"bar":{}}"#, IssueKind::UnknownFormat, "the names foo, bar"),
    ];
    for (name, bytes, kind, words) in cases {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let loaded = load_all(&[path]);
        assert_eq!(kinds(&loaded), [kind], "{name}");
        assert!(loaded.issues[0].message.contains(words), "{name}: {}", loaded.issues[0].message);
        assert_eq!(loaded.sources.len(), 1, "{name}");
        assert!(loaded.sources[0].sha256.is_some(), "{name}");
    }
    let text = &load_all(&[folder.path().join("text.txt")]).sources[0];
    assert_eq!(text.format, Format::Unknown);
}

#[test]
fn the_hash_is_sha_256() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("abc");
    fs::write(&path, "abc").unwrap();
    // FIPS 180-2, appendix B.1.
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(load_all(std::slice::from_ref(&path)).sources[0].sha256.as_deref(), Some(expected));
    let options = Options { is_hashing: false, ..Options::default() };
    assert_eq!(load(&[path], &options, &Silent).sources[0].sha256, None);
}

#[test]
fn what_is_not_there_is_an_issue() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gone.evtx");
    let loaded = load_all(std::slice::from_ref(&path));
    assert_eq!(kinds(&loaded), [IssueKind::CannotOpen]);
    assert!(loaded.issues[0].message.ends_with(&path.display().to_string()));
    assert_eq!(loaded.sources, []);
}

#[cfg(unix)]
#[test]
fn links_in_folders_are_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("a.jsonl"), LINE).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).unwrap();
    let loaded = load_all(&[folder.path().to_owned()]);
    assert_eq!((loaded.sources.len(), loaded.issues.len(), loaded.ignored_files), (0, 0, 2));
    // Naming a link is asking for what is behind it.
    let loaded = load_all(&[folder.path().join("link")]);
    assert_eq!(loaded.events.len(), 1);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_an_issue_and_the_rest_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (locked, file) = (folder.path().join("locked"), folder.path().join("secret.jsonl"));
    fs::create_dir(&locked).unwrap();
    fs::write(&file, LINE).unwrap();
    fs::write(folder.path().join("a.jsonl"), LINE).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read_dir(&locked).is_ok();
    let loaded = load_all(&[folder.path().to_owned()]);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
    if is_root {
        assert_eq!(loaded.sources.len(), 2);
        return;
    }
    assert_eq!(kinds(&loaded), [IssueKind::CannotOpen; 2]);
    assert_eq!(loaded.events.len(), 1);
}
