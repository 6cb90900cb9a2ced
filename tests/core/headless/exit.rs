//! How the program ends, and where it writes.

use std::fs;
use std::path::Path;

use super::{printed, run, sample, text};

fn path(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_status_tells_what_happened() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.evtx");
    fs::write(&bad, b"ElfFile\0 and no more").unwrap();
    let prose = folder.path().join("note.txt");
    fs::write(&prose, b"no log").unwrap();
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let (bad, empty, prose) = (path(&bad), path(&empty), path(&prose));
    let quiet = path(&Path::new(sample()).join("WS-0413"));
    let absent = path(&folder.path().join("absent"));
    let table: [(&[&str], i32); 20] = [
        (&["scan", sample()], 0),
        (&["scan", sample(), "--fail-on", "critical"], 1),
        (&["scan", &quiet, "--fail-on", "critical"], 0),
        (&["scan", &quiet, "--fail-on", "low"], 1),
        (&["scan", sample(), "--fail-on", "enormous"], 2),
        (&["scan"], 2),
        (&["scan", &absent], 2),
        (&["scan", &empty], 2),
        (&["scan", &bad], 2),
        (&["scan", &prose], 2),
        (&["scan", &bad, "--fail-on", "low"], 2),
        (&["scan", sample(), &bad], 3),
        (&["scan", sample(), &absent], 3),
        (&["scan", sample(), &bad, "--fail-on", "high"], 1),
        (&["scan", &quiet, &bad, "--fail-on", "critical"], 3),
        (&["tree", sample(), &bad], 3),
        (&["report", &bad], 2),
        (&["scan", sample(), "--rules", &absent], 2),
        (&["rules", "check", &absent], 2),
        (&["frobnicate", "x"], 2),
    ];
    for (args, expected) in table {
        let output = run(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(expected), "{args:?}\n{said}");
        assert!(expected != 0 || said.is_empty(), "{args:?}\n{said}");
        if expected == 2 || expected == 3 {
            assert!(!said.trim().is_empty(), "{args:?} must say why");
        }
    }
}

#[test]
fn own_rules_are_used_and_what_does_not_load_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let rule = "title: Every start\nname: every-start\nlevel: low\nlogsource:\n    category: process_creation\n    product: windows\ndetection:\n    s:\n        Image|endswith: '.exe'\n    condition: s\n";
    fs::write(folder.path().join("a.yml"), rule).unwrap();
    let rules = path(folder.path());
    let scan = super::json(&["scan", sample(), "--rules", &rules, "--format", "json"]);
    let ids = super::list(&scan["findings"]).iter().map(|finding| text(&finding["rule"]["id"]));
    assert!(ids.filter(|id| *id == "every-start").count() > 100);
    assert_eq!(printed(&["rules", "check", &rules]), ("1 rules load, 0 do not\n".to_owned(), 0));
    fs::write(folder.path().join("b.yml"), "title: [").unwrap();
    let (text, status) = printed(&["rules", "check", &rules]);
    assert_eq!((text.as_str(), status), ("1 rules load, 1 do not\n", 3));
}

#[test]
fn the_bundled_rules_are_listed() {
    let (listed, status) = printed(&["rules", "list"]);
    assert_eq!(status, 0);
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")).unwrap().count();
    assert_eq!(listed.lines().count(), files);
    for id in
        ["spawnscope-zoom-child", "spawnscope-zoom-child-commandline", "spawnscope-zoom-descendant"]
    {
        assert!(listed.lines().any(|line| line.split_whitespace().nth(1) == Some(id)), "{id}");
    }
}

#[test]
fn a_file_is_replaced_whole_and_evidence_never() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("scan.json");
    fs::write(&target, "x".repeat(1 << 20)).unwrap();
    let to = path(&target);
    let args = ["scan", sample(), "--format", "json", "--out", &to];
    let (text, status) = printed(&args);
    assert_eq!((text.as_str(), status), ("", 0));
    let written = fs::read(&target).unwrap();
    assert_eq!(written, run(args.get(..4).unwrap()).stdout);
    let beside: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(beside.len(), 1, "nothing is left beside it: {beside:?}");

    let own = tempfile::tempdir().unwrap();
    assert_eq!(printed(&["sample".as_ref(), own.path().as_os_str()]).1, 0);
    let log = own.path().join("WS-0413/System.evtx");
    let before = fs::read(&log).unwrap();
    let detour = path(&own.path().join("WS-0413/../WS-0413/System.evtx"));
    for target in [path(&log), detour] {
        let output = run(&["scan", own.path().to_str().unwrap(), "--out", &target]);
        assert_eq!(output.status.code(), Some(2), "{target}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("evidence"));
        assert_eq!(fs::read(&log).unwrap(), before);
    }
    let nowhere = path(&folder.path().join("absent/scan.json"));
    assert_eq!(run(&["scan", sample(), "--out", &nowhere]).status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn devices_and_links_are_written_through_and_links_to_evidence_are_not() {
    let args = ["scan", sample(), "--out", "/dev/null"];
    assert_eq!(printed(&args), (String::new(), 0));
    assert!(!fs::metadata("/dev/null").unwrap().is_file());

    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.md"), folder.path().join("link.md"));
    fs::write(&real, "old").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    assert_eq!(printed(&["report", sample(), "--out", &path(&link)]).1, 0);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("Zoom"));

    let log = Path::new(sample()).join("WS-0413/System.evtx");
    let before = fs::read(&log).unwrap();
    let (soft, hard) = (folder.path().join("soft.txt"), folder.path().join("hard.txt"));
    std::os::unix::fs::symlink(&log, &soft).unwrap();
    assert_eq!(run(&["scan", sample(), "--out", &path(&soft)]).status.code(), Some(2));
    // A second name of the same file: replacing that name leaves the evidence as it is.
    if fs::hard_link(&log, &hard).is_ok() {
        run(&["scan", sample(), "--out", &path(&hard)]);
    }
    assert_eq!(fs::read(&log).unwrap(), before);
}

#[test]
fn results_and_messages_do_not_mix() {
    let output = run(&["scan", sample(), "--format", "json"]);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.starts_with(b"{"));
}
