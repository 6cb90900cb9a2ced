//! While files are read: what is known shows, and Esc stops and keeps it.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::support::{self, NONE, Window};

const COPIES: usize = 96;
/// Records of the file that is copied, by the sample's own list.
const RECORDS: usize = 400;

/// A window that has begun to read many copies of one log and knows some of it.
fn reading(folder: &Path) -> Window {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/sample/LAPTOP-7F2K/Microsoft-Windows-Sysmon%4Operational.evtx");
    let mut cut = fs::read(&file).expect("the sample");
    cut.truncate(4096 + 65_536 + 30_000);
    fs::write(folder.join("000 cut.evtx"), cut).expect("a file");
    for number in 1..COPIES {
        fs::copy(&file, folder.join(format!("{number:03}.evtx"))).expect("a copy");
    }
    let builder = Harness::builder().with_size([1440.0, 900.0]);
    let mut window = support::build(builder, vec![folder.to_path_buf()]);
    let began = Instant::now();
    loop {
        window.step();
        let (progress, _) = window.state().session().load().expect("it cannot be over yet");
        if progress.records() > 0 {
            return window;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "reading does not begin");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn escape_stops_keeps_what_was_read_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = reading(folder.path());
    assert!(support::says(&window, &format!("Reading {COPIES} files")));
    assert!(support::says(&window, "You can work now"));
    window.get_by_role_and_label(Role::Button, "Cancel");
    support::press(&mut window, NONE, Key::Escape);
    support::wait(&mut window);
    let session = window.state().session();
    assert!(session.was_cancelled());
    let events = session.analysis().events.len();
    assert!(0 < events && events < COPIES * RECORDS, "{events} records");
    assert!(support::says(&window, "Cancelled."));
    assert!(
        support::says(&window, "Reading was cancelled") || support::says(&window, "not read whole")
    );
}

#[test]
fn the_button_stops_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = reading(folder.path());
    window.get_by_role_and_label(Role::Button, "Cancel").click_accesskit();
    window.step();
    support::wait(&mut window);
    assert!(window.state().session().was_cancelled());
}

#[test]
fn nothing_is_exported_before_all_is_read() {
    use egui_kittest::kittest::NodeT as _;
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = reading(folder.path());
    let export = window.get_by_role_and_label(Role::Button, "Export report");
    assert!(export.accesskit_node().is_disabled());
    support::press(&mut window, NONE, Key::Escape);
    support::wait(&mut window);
}

#[test]
fn a_file_that_was_read_in_part_says_so_and_why_while_others_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = reading(folder.path());
    let began = Instant::now();
    while !support::says(&window, "Read in part: ") {
        assert!(window.state().session().load().is_some(), "it cannot be over yet");
        assert!(began.elapsed() < Duration::from_mins(1), "the file is not told to be done");
        thread::sleep(Duration::from_millis(2));
        window.step();
    }
    let said = "000 cut.evtx, 99.6 kB, Read in part: The ";
    assert!(support::says(&window, said), "{}", support::dump(&window));
    window.get_by_label("1 file not read whole").click();
    window.step();
    window.run_steps(3);
    assert!(support::says(&window, "000 cut.evtx: The "), "{}", support::dump(&window));
    support::press(&mut window, NONE, Key::Escape);
    assert!(support::says(&window, " records, "), "the pace is told");
    support::press(&mut window, NONE, Key::Escape);
    support::wait(&mut window);
}
