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
