//! Files that cannot be read, or not to their end: the window says which and why.

use std::fs;
use std::path::Path;

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use crate::support::{self, Window};

/// A folder with an empty file, a text under a log's name, and a log cut in its second chunk.
fn open(folder: &Path) -> Window {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/sample/LAPTOP-7F2K/Microsoft-Windows-Sysmon%4Operational.evtx");
    let mut whole = fs::read(sample).expect("the sample");
    whole.truncate(4096 + 65_536 + 30_000);
    fs::write(folder.join("empty.evtx"), b"").expect("a file");
    fs::write(folder.join("notes.evtx"), "These are no logs.\r\n".repeat(40)).expect("a file");
    fs::write(folder.join("cut.evtx"), whole).expect("a file");
    support::open(vec![folder.to_path_buf()])
}

#[test]
fn the_status_bar_says_how_many_and_the_list_says_which_and_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = open(folder.path());
    let trouble = window.get_by_label_contains("not read whole");
    trouble.click();
    window.step();
    window.run_steps(3);
    for name in ["empty.evtx: ", "notes.evtx: ", "cut.evtx: "] {
        assert!(support::says(&window, name), "{name}\n{}", support::dump(&window));
    }
}

#[test]
fn what_could_be_read_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let window = open(folder.path());
    assert!(!window.state().session().analysis().events.is_empty());
    assert!(support::has_row(&window, "Host LAPTOP-7F2K"));
}

#[test]
fn the_file_itself_says_what_went_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = open(folder.path());
    let files = support::names(&window, Role::Link);
    let files = files.iter().find(|name| name.ends_with(" files")).expect("the files").clone();
    support::click(&mut window, Role::Link, &files);
    support::click(&mut window, Role::MenuItem, "cut.evtx");
    assert!(support::says(&window, "What went wrong"));
}

#[test]
fn a_folder_without_logs_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("readme.txt"), "nothing here").expect("a file");
    let window = support::open(vec![folder.path().to_path_buf()]);
    assert!(support::says(&window, "No process starts in these logs"));
}

#[test]
fn a_path_that_is_not_there_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let window = support::open(vec![folder.path().join("gone.evtx")]);
    assert!(support::says(&window, "not read whole"), "{}", support::dump(&window));
}
