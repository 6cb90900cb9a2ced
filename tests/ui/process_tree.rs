//! The process tree: keys, folding, filtering, and what a screen reader hears.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use spawnscope::session::Selection;

use crate::support::{self, NONE, Window};

const SHELL: &str = "powershell.exe, PID 11872";
const HOST: &str = "Host LAPTOP-7F2K";

/// Where a row's caret is: 16 further right with each level.
fn caret(window: &Window, start: &str) -> Pos2 {
    let node = support::row(window, start);
    let level = node.accesskit_node().data().level().expect("rows have a level");
    let rect = node.rect();
    let depth = level.saturating_sub(1) as f32;
    Pos2::new(rect.left() + 23.0 + 16.0 * depth, rect.center().y)
}

fn click_at(window: &mut Window, at: Pos2, times: usize) {
    window.hover_at(at);
    for _ in 0..times {
        for pressed in [true, false] {
            window.event(Event::PointerButton {
                pos: at,
                button: PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
    }
    window.step();
    window.run_steps(3);
}

fn is_open(window: &Window, start: &str) -> Option<bool> {
    support::row(window, start).accesskit_node().data().is_expanded()
}

#[test]
fn rows_say_what_they_are() {
    let window = support::sample();
    let shell = support::row(&window, SHELL).accesskit_node().label().expect("a name");
    assert!(
        shell.starts_with("powershell.exe, PID 11872, critical, step 3, child of Zoom.exe, 14:21:07 UTC, decoded: IEX"),
        "{shell}"
    );
    let stub = support::row(&window, "explorer.exe, PID 6120").accesskit_node().label();
    assert_eq!(
        stub.as_deref(),
        Some("explorer.exe, PID 6120, not in these logs, started at 07:58:44")
    );
    let host = support::row(&window, HOST).accesskit_node().label();
    assert_eq!(host.as_deref(), Some("Host LAPTOP-7F2K, 98 processes, 714 records, 1 Zoom chain"));
}

#[test]
fn rows_have_a_level_and_say_whether_they_are_open() {
    let window = support::sample();
    let level = |start: &str| support::row(&window, start).accesskit_node().data().level();
    assert_eq!(level(HOST), Some(1));
    assert_eq!(level("explorer.exe, PID 6120"), Some(2));
    assert_eq!(level("Zoom.exe, PID 9184"), Some(3));
    assert_eq!(level(SHELL), Some(4));
    assert_eq!(is_open(&window, SHELL), Some(true));
    assert_eq!(is_open(&window, "OUTLOOK.EXE, PID 7012"), Some(false));
    assert_eq!(is_open(&window, "whoami.exe, PID 12016"), None);
}

#[test]
fn the_tree_tells_which_row_is_selected() {
    let mut window = support::sample();
    support::click_row(&mut window, "whoami.exe, PID 12016");
    let row = support::row(&window, "whoami.exe, PID 12016");
    assert!(support::is_marked(&row));
    assert!(row.is_focused(), "the row is what the screen reader stands on");
}

#[test]
fn up_and_down_go_by_rows_over_decoded_text() {
    let mut window = support::sample();
    support::click_row(&mut window, SHELL);
    let mut way = |key: Key| {
        support::press(&mut window, NONE, key);
        support::selected(&window)
    };
    assert_eq!(way(Key::ArrowDown), "conhost.exe 11888");
    assert_eq!(way(Key::ArrowDown), "cmd.exe 12004");
    assert_eq!(way(Key::ArrowUp), "conhost.exe 11888");
    assert_eq!(way(Key::ArrowUp), "powershell.exe 11872");
    assert_eq!(way(Key::ArrowUp), "conhost.exe 11420");
}

#[test]
fn left_folds_then_goes_up_and_right_unfolds_then_goes_down() {
    let mut window = support::sample();
    support::click_row(&mut window, SHELL);
    support::press(&mut window, NONE, Key::ArrowLeft);
    assert_eq!(is_open(&window, SHELL), Some(false));
    assert_eq!(support::selected(&window), "powershell.exe 11872");
    support::press(&mut window, NONE, Key::ArrowLeft);
    assert_eq!(support::selected(&window), "Zoom.exe 9184");
    support::click_row(&mut window, SHELL);
    support::press(&mut window, NONE, Key::ArrowRight);
    assert_eq!(is_open(&window, SHELL), Some(true));
    support::press(&mut window, NONE, Key::ArrowRight);
    assert_eq!(support::selected(&window), "conhost.exe 11888");
}

#[test]
fn home_and_end_go_to_the_first_and_the_last_row() {
    let mut window = support::sample();
    let selection = |window: &Window| window.state().session().selection();
    support::click_row(&mut window, SHELL);
    support::press(&mut window, NONE, Key::End);
    assert_eq!(selection(&window), Selection::Host(1), "the folded host stands last");
    assert!(support::has_row(&window, "Host WS-0413"), "it is scrolled to");
    support::press(&mut window, NONE, Key::ArrowDown);
    assert_eq!(selection(&window), Selection::Host(1), "there is nothing below the last");
    support::press(&mut window, NONE, Key::Home);
    assert_eq!(selection(&window), Selection::Host(0));
    support::press(&mut window, NONE, Key::ArrowDown);
    assert_eq!(support::selected(&window), "explorer.exe 6120");
}

#[test]
fn the_caret_folds_without_selecting() {
    let mut window = support::sample();
    let at = caret(&window, "cmd.exe, PID 12004");
    click_at(&mut window, at, 1);
    assert_eq!(is_open(&window, "cmd.exe, PID 12004"), Some(false));
    assert!(!support::has_row(&window, "whoami.exe, PID 12016"));
    assert_eq!(support::selected(&window), "powershell.exe 11872");
    click_at(&mut window, at, 1);
    assert!(support::has_row(&window, "whoami.exe, PID 12016"));
}

#[test]
fn a_double_click_folds_too() {
    // Frames of the harness are a quarter of a second unless told: no double click is as slow.
    let builder = Harness::builder().with_size([1440.0, 900.0]).with_step_dt(1.0 / 60.0);
    let mut window = support::build(builder, Vec::new());
    support::wait(&mut window);
    support::open_sample(&mut window);
    window.run_steps(60);
    let at = support::row(&window, "cmd.exe, PID 12004").rect().center();
    click_at(&mut window, at, 2);
    assert_eq!(support::selected(&window), "cmd.exe 12004");
    assert_eq!(is_open(&window, "cmd.exe, PID 12004"), Some(false));
}

#[test]
fn a_host_folds() {
    let mut window = support::sample();
    support::click_row(&mut window, HOST);
    assert_eq!(is_open(&window, HOST), Some(false));
    assert_eq!(support::rows(&window).len(), 2, "both hosts: {:?}", support::rows(&window));
    support::click_row(&mut window, HOST);
    assert!(support::has_row(&window, SHELL));
}

#[test]
fn z_leaves_the_chain_and_brings_back_the_rest() {
    let mut window = support::sample();
    support::press(&mut window, NONE, Key::Z);
    let rows = support::rows(&window);
    assert!(support::has_row(&window, SHELL));
    assert!(!rows.iter().any(|row| row.starts_with("OUTLOOK.EXE")), "{rows:?}");
    assert!(!rows.iter().any(|row| row.starts_with("Host WS-0413")), "{rows:?}");
    let tick = window.get_by_role_and_label(Role::CheckBox, "Zoom chain only");
    assert_eq!(tick.accesskit_node().toggled(), Some(eframe::egui::accesskit::Toggled::True));
    support::press(&mut window, NONE, Key::Z);
    assert!(support::has_row(&window, "OUTLOOK.EXE"));
}

#[test]
fn shortcuts_work_while_the_tree_has_the_keyboard() {
    let mut window = support::sample();
    support::click_row(&mut window, SHELL);
    support::press(&mut window, NONE, Key::Z);
    assert!(window.state().session().is_chain_only(), "Z after a click into the tree");
    support::press(&mut window, NONE, Key::Slash);
    assert!(window.get_by_role_and_label(Role::TextInput, "Filter").is_focused());
    assert_eq!(window.state().session().filter(), "", "the / is not typed");
}

fn filter(window: &mut Window, words: &str) {
    support::press(window, NONE, Key::Slash);
    window.get_by_role_and_label(Role::TextInput, "Filter").type_text(words);
    window.step();
    window.run_steps(3);
}

#[test]
fn the_filter_finds_by_id_by_command_and_by_decoded_text() {
    // The last is in no command line: only decoding brings it up.
    for words in ["11872", "-nop -w hidden", "downloadstring u.ps1"] {
        let mut window = support::sample();
        filter(&mut window, words);
        let rows = support::rows(&window);
        assert!(support::has_row(&window, SHELL), "{words}: {rows:?}");
        assert!(support::has_row(&window, "Zoom.exe, PID 9184"), "{words}: what leads there");
        assert!(!rows.iter().any(|row| row.starts_with("OUTLOOK.EXE")), "{words}: {rows:?}");
    }
}

#[test]
fn escape_clears_the_filter() {
    let mut window = support::sample();
    let before = support::rows(&window);
    filter(&mut window, "whoami");
    assert_ne!(support::rows(&window), before);
    support::press(&mut window, NONE, Key::Escape);
    assert_eq!(window.state().session().filter(), "");
    assert_eq!(support::rows(&window), before);
}

#[test]
fn a_filter_that_finds_nothing_says_so_and_can_be_cleared() {
    let mut window = support::sample();
    filter(&mut window, "no such thing");
    assert!(support::says(&window, "Nothing matches"));
    let lower = window
        .query_all_by_role_and_label(Role::Button, "Clear filter")
        .max_by(|left, right| left.rect().top().total_cmp(&right.rect().top()));
    lower.expect("a button under the words").click();
    window.step();
    window.run_steps(3);
    assert!(support::has_row(&window, SHELL));
}

#[test]
fn the_menu_of_a_row_copies() {
    let mut window = support::sample();
    support::row(&window, "whoami.exe, PID 12016").click_secondary();
    window.step();
    window.run_steps(3);
    window.get_by_role_and_label(Role::MenuItem, "Copy command line as logged").click();
    window.step();
    assert_eq!(support::copied(&window).as_deref(), Some("whoami  /all"));
}

/// Logs of several computers: all of them can be reached without a pointer.
#[test]
fn a_folded_host_is_unfolded_by_key() {
    let mut window = support::sample();
    support::click_row(&mut window, SHELL);
    support::press(&mut window, NONE, Key::End);
    for key in [Key::ArrowDown, Key::ArrowRight] {
        support::press(&mut window, NONE, key);
    }
    assert_eq!(is_open(&window, "Host WS-0413"), Some(true));
}

#[test]
fn right_goes_to_a_child_that_the_filter_leaves() {
    let mut window = support::sample();
    filter(&mut window, "whoami");
    support::click_row(&mut window, SHELL);
    support::press(&mut window, NONE, Key::ArrowRight);
    assert_eq!(support::selected(&window), "cmd.exe 12004", "conhost.exe is filtered out");
}

#[test]
fn folding_over_the_selection_keeps_the_place() {
    let mut window = support::sample();
    support::click_row(&mut window, "whoami.exe, PID 12016");
    let at = caret(&window, "cmd.exe, PID 12004");
    click_at(&mut window, at, 1);
    support::press(&mut window, NONE, Key::ArrowDown);
    assert_eq!(support::selected(&window), "schtasks.exe 12212", "the row below the folded one");
}
