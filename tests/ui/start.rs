//! The start screen, and the ways logs get into the window.

use std::fs;
use std::path::{Path, PathBuf};

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::{self, CTRL};

fn sample_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/sample")
}

#[test]
fn the_start_screen_offers_every_way_in() {
    let window = support::open(Vec::new());
    for name in ["Open folder", "Open files", "Open sample incident"] {
        let button = window.get_by_role_and_label(Role::Button, name);
        assert!(!button.accesskit_node().is_disabled(), "{name}");
    }
    assert!(support::says(&window, "None yet. What you open is listed here"));
    assert!(support::says(&window, "No logs open"));
    let export = window.get_by_role_and_label(Role::Button, "Export report");
    assert!(export.accesskit_node().is_disabled(), "there is nothing to export");
    let filter = window.get_by_role_and_label(Role::TextInput, "Filter");
    assert!(filter.accesskit_node().is_disabled(), "there is nothing to filter");
}

#[test]
fn everything_that_can_be_operated_has_a_name() {
    let mut window = support::open(Vec::new());
    window.check_accessibility();
    support::open_sample(&mut window);
    window.check_accessibility();
}

#[test]
fn a_dropped_file_is_read() {
    let mut window = support::open(Vec::new());
    let file = sample_folder().join("WS-0413/Security.evtx");
    support::drop_file(&mut window, &file);
    let session = window.state().session();
    assert_eq!(session.paths(), [file]);
    assert!(!session.analysis().events.is_empty());
    assert!(support::says(&window, "1 file read"));
    assert!(support::has_row(&window, "Host WS-0413"));
}

#[test]
fn a_dropped_file_replaces_the_sample() {
    let mut window = support::sample();
    let file = sample_folder().join("WS-0413/System.evtx");
    support::drop_file(&mut window, &file);
    assert!(!support::has_row(&window, "Host LAPTOP-7F2K"));
    assert_eq!(support::selected(&window), "");
}

#[test]
fn a_dropped_file_joins_what_was_open() {
    let security = sample_folder().join("WS-0413/Security.evtx");
    let system = sample_folder().join("WS-0413/System.evtx");
    let mut window = support::open(vec![security.clone()]);
    let alone = window.state().session().analysis().events.len();
    support::drop_file(&mut window, &system);
    let session = window.state().session();
    assert_eq!(session.paths(), [security, system]);
    assert_eq!(session.analysis().sources.len(), 2);
    assert!(session.analysis().events.len() > alone);
    assert!(support::says(&window, "2 files read"));
}

#[test]
fn what_was_opened_is_listed_and_opens_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("copied.evtx");
    fs::copy(sample_folder().join("WS-0413/System.evtx"), &file).expect("a copy");
    let mut window = support::open(vec![file.clone()]);
    support::press(&mut window, CTRL, Key::W);
    assert!(support::says(&window, "No logs open"));
    let name = format!("Open {} again", file.display());
    support::click(&mut window, Role::Button, &name);
    support::wait(&mut window);
    assert!(support::says(&window, "1 file read"));

    support::press(&mut window, CTRL, Key::W);
    support::click(&mut window, Role::Button, "Take off this list");
    assert!(support::says(&window, "None yet"));
}

#[test]
fn logs_that_have_moved_are_told_and_not_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("moved.evtx");
    fs::copy(sample_folder().join("WS-0413/System.evtx"), &file).expect("a copy");
    let mut window = support::open(vec![file.clone()]);
    support::press(&mut window, CTRL, Key::W);
    fs::remove_file(&file).expect("removed");
    support::click(&mut window, Role::Button, &format!("Open {} again", file.display()));
    assert!(support::says(&window, "No logs open"));
}

/// The sample is unpacked to a folder that is gone later: it must not be offered again.
#[test]
fn the_sample_is_not_listed_as_recent() {
    let mut window = support::sample();
    support::press(&mut window, CTRL, Key::W);
    assert!(support::says(&window, "None yet"));
}
