//! The table of every record: by pointer and by keys, to a process and back, counted and limited.

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use spawnscope::session::Tab;

use crate::support::{self, CTRL, NONE, Window};

/// The sample incident with the table shown, as by Ctrl 3.
fn table() -> Window {
    let mut window = support::sample();
    support::press(&mut window, CTRL, Key::Num3);
    settle(&mut window);
    window
}

/// Waits until the fields of the records in sight are read.
fn settle(window: &mut Window) {
    for _ in 0..200 {
        window.step();
        if !support::says(window, "Reading the fields") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    window.run_steps(2);
}

/// Records of the sample.
fn total(window: &Window) -> usize {
    window.state().session().analysis().events.len()
}

/// `947 records`, and nothing that it is a part of.
fn all_records(window: &Window) -> String {
    format!("{} records", total(window))
}

fn rows(window: &Window) -> Vec<String> {
    support::names(window, Role::Row)
}

/// The first row whose name holds this.
fn click_row(window: &mut Window, words: &str, is_secondary: bool) {
    let found = window
        .query_all_by_role(Role::Row)
        .find(|node| node.accesskit_node().label().is_some_and(|name| name.contains(words)));
    let Some(row) = found else { panic!("no row with {words}: {:#?}", rows(window)) };
    if is_secondary {
        row.click_secondary();
    } else {
        row.click();
    }
    window.step();
    window.run_steps(3);
}

fn filter(window: &mut Window, words: &str) {
    support::press(window, NONE, Key::Slash);
    window.get_by_role_and_label(Role::TextInput, "Filter").type_text(words);
    window.step();
    window.run_steps(3);
}

fn selected(window: &Window) -> Option<u32> {
    window.state().session().selection().record().map(|record| record.0)
}

#[test]
fn tabs_lead_there_and_back() {
    let mut window = support::sample();
    assert!(support::is_marked(&window.get_by_role_and_label(Role::Tab, "Process tree")));
    support::click(&mut window, Role::Tab, "Events");
    assert!(support::is_marked(&window.get_by_role_and_label(Role::Tab, "Events")));
    assert!(window.query_by_role_and_label(Role::Grid, "Events").is_some());
    assert!(support::rows(&window).is_empty(), "the tree is not behind it");
    support::press(&mut window, CTRL, Key::Num1);
    assert!(support::has_row(&window, "powershell.exe, PID 11872"));
}

#[test]
fn rows_say_what_they_are() {
    let window = table();
    let rows = rows(&window);
    assert_eq!(
        rows.first().map(String::as_str),
        Some(
            "Security 4624, 13:30:04.017 UTC, svchost.exe 884, Logon of CONTOSO\\mlopez, type 7 unlock, record 194047"
        )
    );
    assert!(rows.len() < 60, "only rows in sight are drawn: {}", rows.len());
    assert!(support::says(&window, &all_records(&window)));
    let logoff = rows.iter().find(|row| row.starts_with("Security 4634")).expect("a logoff");
    assert!(logoff.contains("Logoff of"), "its fields were read from the evidence: {logoff}");
}

#[test]
fn keys_go_through_the_table_and_into_the_record() {
    let mut window = table();
    let last = u32::try_from(total(&window) - 1).expect("few records");
    click_row(&mut window, "record 194047", false);
    assert_eq!(selected(&window), Some(0));
    let mut way = |key: Key| {
        support::press(&mut window, NONE, key);
        selected(&window)
    };
    assert_eq!(way(Key::ArrowUp), Some(0), "nothing stands above the first");
    assert_eq!(way(Key::ArrowDown), Some(1));
    let page = way(Key::PageDown).expect("a row");
    assert!((5..40).contains(&page), "{page}");
    assert_eq!(way(Key::PageUp), Some(1));
    assert_eq!(way(Key::End), Some(last));
    assert_eq!(way(Key::ArrowDown), Some(last));
    assert_eq!(way(Key::Home), Some(0));
    support::press(&mut window, NONE, Key::End);
    let last = rows(&window).last().cloned().expect("rows");
    assert!(last.contains("15:29"), "it is scrolled to: {last}");
    support::press(&mut window, NONE, Key::Enter);
    assert!(window.get_by_role_and_label(Role::Pane, "Record").is_focused());
    support::press(&mut window, NONE, Key::F6);
    assert!(window.get_by_role_and_label(Role::TextInput, "Filter").is_focused());
}

#[test]
fn a_row_is_copied_as_it_is_shown() {
    let mut window = table();
    click_row(&mut window, "record 194047", false);
    let copied = support::press_to_copy(&mut window, CTRL, Key::C).expect("a row");
    assert_eq!(
        copied,
        "13:30:04.017\tLAPTOP-7F2K\tSecurity\t4624\tsvchost.exe\t884\tLogon of CONTOSO\\mlopez, type 7 unlock\t194047"
    );
}

#[test]
fn the_record_stands_under_the_table() {
    let mut window = table();
    filter(&mut window, "198.51.100.23");
    click_row(&mut window, "Connected to 198.51.100.23:80", false);
    assert!(support::says(&window, "ProcessId: 11872"));
    support::click(&mut window, Role::Tab, "JSON");
    assert!(support::says(&window, "\"EventID\": 3"));
    let json = support::click_to_copy(&mut window, |window| {
        window.get_by_role_and_label(Role::Button, "Copy JSON")
    });
    assert!(json.contains("\"DestinationIp\": \"198.51.100.23\""), "{json}");
    support::click(&mut window, Role::Link, "powershell.exe 11872");
    assert_eq!(window.state().session().tab(), Tab::ProcessTree);
    assert_eq!(support::selected(&window), "powershell.exe 11872");
}

#[test]
fn a_process_leads_to_its_records_and_a_record_to_its_process() {
    let mut window = support::sample();
    filter(&mut window, "whoami");
    support::row(&window, "whoami.exe, PID 12016").click_secondary();
    window.step();
    window.run_steps(3);
    support::click(&mut window, Role::MenuItem, "Show its records");
    assert_eq!(window.state().session().tab(), Tab::Events);
    let rows = rows(&window);
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row.contains("whoami.exe 12016")), "{rows:#?}");
    click_row(&mut window, "whoami.exe 12016", true);
    support::click(&mut window, Role::MenuItem, "Go to process");
    assert_eq!(window.state().session().tab(), Tab::ProcessTree);
    assert_eq!(support::selected(&window), "whoami.exe 12016");
    support::press(&mut window, CTRL, Key::Num3);
    support::click(&mut window, Role::Button, "Remove limit Of whoami.exe 12016");
    support::press(&mut window, NONE, Key::Escape);
    assert!(support::says(&window, &all_records(&window)));
}

#[test]
fn nothing_matches_and_everything_comes_back() {
    let mut window = table();
    filter(&mut window, "no such thing");
    assert!(support::says(&window, "Nothing matches"));
    assert!(support::says(&window, "fields stay in the evidence"));
    assert!(rows(&window).is_empty());
    let lower = window
        .query_all_by_role_and_label(Role::Button, "Clear filter")
        .max_by(|left, right| left.rect().top().total_cmp(&right.rect().top()));
    lower.expect("a button under the words").click();
    window.step();
    window.run_steps(3);
    assert!(!rows(&window).is_empty());
    assert_eq!(window.state().session().filter(), "");
}

#[test]
fn a_click_on_a_column_sorts() {
    let mut window = table();
    support::click(&mut window, Role::ColumnHeader, "Time, UTC, ascending");
    let first = rows(&window).first().cloned().expect("rows");
    assert!(first.contains("15:29"), "{first}");
    assert!(window.query_by_role_and_label(Role::ColumnHeader, "Time, UTC, descending").is_some());
    support::click(&mut window, Role::ColumnHeader, "PID");
    let first = rows(&window).first().cloned().expect("rows");
    assert!(first.contains("System 4,") || first.contains(" 4,"), "{first}");
    let spoken = window.query_by_role_and_label(Role::ColumnHeader, "What happened");
    assert!(spoken.is_some());
}

#[test]
fn columns_are_chosen() {
    let mut window = table();
    let names = support::names(&window, Role::ColumnHeader);
    assert!(!names.iter().any(|name| name == "User"), "{names:?}");
    support::click(&mut window, Role::Button, "Columns");
    support::click(&mut window, Role::MenuItem, "User");
    assert!(window.query_by_role_and_label(Role::MenuItem, "User").is_some(), "it stays open");
    support::press(&mut window, NONE, Key::Escape);
    let names = support::names(&window, Role::ColumnHeader);
    assert!(names.iter().any(|name| name == "User"), "{names:?}");
}

#[test]
fn records_are_counted_by_anything_and_kept_by_a_click() {
    let mut window = table();
    support::click(&mut window, Role::Button, "Count by");
    support::click(&mut window, Role::MenuItem, "Event id");
    assert!(support::says(&window, "By event id"));
    let value = support::names(&window, Role::Button)
        .into_iter()
        .find(|name| name.starts_with("Sysmon 3, "))
        .expect("connections are counted");
    support::click(&mut window, Role::Button, &value);
    let rows = rows(&window);
    assert!(rows.iter().all(|row| row.starts_with("Sysmon 3,")), "{rows:#?}");
    support::click(&mut window, Role::Button, "Remove limit Event id Sysmon 3");
    support::click(&mut window, Role::Button, "Count by");
    window.get_by_role_and_label(Role::TextInput, "Find a field").focus();
    window.step();
    window.get_by_role_and_label(Role::TextInput, "Find a field").type_text("queryn");
    window.step();
    window.run_steps(3);
    support::click(&mut window, Role::MenuItem, "QueryName");
    assert!(support::says(&window, "By QueryName"));
    support::click(&mut window, Role::Button, "Stop counting");
    assert!(!support::says(&window, "By QueryName"));
}

#[test]
fn findings_lead_to_their_records() {
    let mut window = table();
    support::press(&mut window, NONE, Key::N);
    let record = selected(&window).expect("the record of the next finding");
    let session = window.state().session();
    let finding = session.selection().finding().expect("a finding");
    assert_eq!(session.analysis().findings[finding].records[0].0, record);
    assert_eq!(session.tab(), Tab::Events);
}

#[test]
fn each_tab_remembers_its_sides() {
    let mut window = table();
    assert!(window.query_by_role_and_label(Role::Pane, "Inspector").is_none());
    support::click(&mut window, Role::Button, "Show inspector (Ctrl I)");
    assert!(window.query_by_role_and_label(Role::Pane, "Inspector").is_some());
    support::press(&mut window, CTRL, Key::I);
    support::press(&mut window, CTRL, Key::Num1);
    assert!(window.query_by_role_and_label(Role::Pane, "Inspector").is_some());
    support::press(&mut window, CTRL, Key::B);
    assert!(window.query_by_role_and_label(Role::Button, "Show findings (Ctrl B)").is_some());
    support::press(&mut window, CTRL, Key::Num3);
    assert!(window.query_by_role_and_label(Role::Button, "Show findings (Ctrl B)").is_none());
}
