//! The files of the case: what is known of each, taking one out and putting it back.

use std::path::{Path, PathBuf};

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::{self, Window};

fn security() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/sample/WS-0413/Security.evtx")
}

fn system() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/sample/WS-0413/System.evtx")
}

fn events(window: &Window) -> usize {
    window.state().session().analysis().events.len()
}

#[test]
fn a_file_is_removed_in_the_list_and_put_back_from_the_status_bar() {
    let mut window = support::open(vec![security(), system()]);
    let all = events(&window);
    support::click(&mut window, Role::Link, "2 files");
    window.get_by_role_and_label(Role::MenuItem, "Security.evtx");
    support::click(&mut window, Role::Button, "Remove System.evtx from the case");
    support::wait(&mut window);
    assert!(events(&window) < all);
    assert!(support::says(&window, "1 file read"));
    let words = window.get_by_label("1 file left out");
    words.click();
    window.step();
    window.run_steps(3);
    support::click(&mut window, Role::MenuItem, "Put System.evtx back");
    support::wait(&mut window);
    assert_eq!(events(&window), all);
    assert!(!support::says(&window, "left out"));
}

#[test]
fn what_was_left_out_stands_under_the_files_too() {
    let mut window = support::open(vec![security(), system()]);
    let all = events(&window);
    for (files, name) in [("2 files", "Security.evtx"), ("1 file", "System.evtx")] {
        support::click(&mut window, Role::Link, files);
        support::click(&mut window, Role::Button, &format!("Remove {name} from the case"));
        support::wait(&mut window);
    }
    assert_eq!(events(&window), 0);
    assert!(support::says(&window, "2 files left out"));
    support::click(&mut window, Role::Link, "0 files");
    window.get_by_role_and_label(Role::MenuItem, "Put Security.evtx back");
    support::click(&mut window, Role::MenuItem, "Put all 2 back");
    support::wait(&mut window);
    assert_eq!(events(&window), all);
}

#[test]
fn the_inspector_of_a_file_removes_it() {
    let mut window = support::open(vec![security(), system()]);
    let all = events(&window);
    support::click(&mut window, Role::Link, "2 files");
    support::click(&mut window, Role::MenuItem, "System.evtx");
    window.get_by_role_and_label(Role::Button, "Remove from the case").click_accesskit();
    window.step();
    support::wait(&mut window);
    assert!(events(&window) < all);
    assert!(support::says(&window, "1 file left out"));
    let gone = window.query_by_role_and_label(Role::Heading, "System.evtx");
    assert!(gone.is_none(), "nothing is shown of a file that is not there");
    let files = window.get_by_role_and_label(Role::Link, "1 file");
    assert!(!files.accesskit_node().is_disabled());
}

#[test]
fn the_inspector_of_a_file_holds_the_whole_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("copy.evtx");
    std::fs::copy(system(), &file).expect("a copy");
    let mut window = support::open(vec![file.clone()]);
    support::click(&mut window, Role::Link, "1 file");
    support::click(&mut window, Role::MenuItem, "copy.evtx");
    let session = window.state().session();
    let source = &session.analysis().sources[0];
    let hash = source.sha256.clone().expect("a hash");
    let bytes = std::fs::metadata(&file).expect("it is there").len();
    let said = [
        format!("Records: {}", source.records),
        "Not readable: 0".to_owned(),
        "Recovered: 0".to_owned(),
        format!("First record: {}", source.first.expect("a time")),
        format!("Last record: {}", source.last.expect("a time")),
        "Format: evtx".to_owned(),
        "Taken for it by: signature ElfFile".to_owned(),
        "Reader: Spawnscope ".to_owned(),
        format!("Path: {}", file.display()),
        format!("Size: {} bytes", spawnscope::view::number::grouped(bytes)),
        "Modified: 20".to_owned(),
        format!("SHA-256: {hash}"),
    ];
    for words in said {
        assert!(support::says(&window, &words), "{words}\n{}", support::dump(&window));
    }
    let copied = support::click_to_copy(&mut window, |window| {
        window.get_by_role_and_label(Role::Button, "Copy SHA-256")
    });
    assert_eq!(copied, hash);
}
