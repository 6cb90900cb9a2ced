//! The timeline: rows, ticks, zoom, and the time range that limits everything.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, pos2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use spawnscope::session::Tab;

use crate::support::{self, CTRL, NONE, SHIFT, Window};

fn timeline() -> Window {
    let mut window = support::sample();
    support::press(&mut window, CTRL, Key::Num2);
    window
}

fn rows(window: &Window) -> Vec<String> {
    support::names(window, Role::ListItem)
}

fn row<'a>(window: &'a Window, start: &str) -> egui_kittest::Node<'a> {
    let found = window
        .query_all_by_role(Role::ListItem)
        .find(|node| node.accesskit_node().label().is_some_and(|name| name.starts_with(start)));
    found.unwrap_or_else(|| panic!("no row begins with {start}: {:#?}", rows(window)))
}

/// Drags over the strip of events, from one part of it to another.
fn brush(window: &mut Window, from: f32, to: f32) {
    let rect = strip(window).rect();
    let at = |part: f32| pos2(rect.left() + part * rect.width(), rect.center().y);
    window.hover_at(at(from));
    window.step();
    window.drag_at(at(from));
    window.step();
    window.hover_at(at(f32::midpoint(from, to)));
    window.step();
    window.hover_at(at(to));
    window.step();
    window.drop_at(at(to));
    window.step();
    window.run_steps(3);
}

fn strip(window: &Window) -> egui_kittest::Node<'_> {
    let found = window.query_all_by_role(Role::Slider).find(|node| {
        node.accesskit_node().label().is_some_and(|name| name.starts_with("Time range"))
    });
    found.expect("the strip of events")
}

#[test]
fn steps_and_processes_stand_under_each_other() {
    let window = timeline();
    let rows = rows(&window);
    assert!(rows.first().is_some_and(|row| row.starts_with("Step 1, Zoom starts")), "{rows:#?}");
    let at = |start: &str| rows.iter().position(|row| row.starts_with(start));
    let (zoom, shell) = (at("Zoom.exe, PID 9184"), at("powershell.exe, PID 11872"));
    assert!(zoom.is_some() && zoom < shell, "{rows:#?}");
    assert!(at("Step 8").is_some() && at("Step 8") < zoom);
    assert!(
        window.query_by_role_and_label(Role::Button, "Show findings (Ctrl B)").is_some(),
        "the left side is folded here"
    );
}

#[test]
fn a_row_is_selected_and_keys_go_on_from_it() {
    let mut window = timeline();
    row(&window, "powershell.exe, PID 11872").click();
    window.step();
    window.run_steps(3);
    assert_eq!(support::selected(&window), "powershell.exe 11872");
    support::press(&mut window, NONE, Key::Home);
    assert_eq!(support::selected(&window), "Zoom.exe 9184");
    support::press(&mut window, NONE, Key::ArrowDown);
    assert_ne!(support::selected(&window), "Zoom.exe 9184");
    support::press(&mut window, NONE, Key::Enter);
    assert!(window.get_by_role_and_label(Role::Pane, "Inspector").is_focused());
}

#[test]
fn buttons_and_signs_zoom() {
    let mut window = timeline();
    let before = support::dump(&window);
    support::click(&mut window, Role::Button, "Zoom in (+)");
    support::click(&mut window, Role::Button, "Zoom out (−)");
    support::click(&mut window, Role::Button, "Fit chain");
    assert_eq!(support::dump(&window), before, "it is as it was");
    support::click(&mut window, Role::CheckBox, "Other processes");
    support::click(&mut window, Role::CheckBox, "Zoom chain");
    assert!(!rows(&window).iter().any(|row| row.starts_with("Zoom.exe, PID 9184")));
    assert!(!rows(&window).iter().any(|row| row.starts_with("Step 1")));
}

#[test]
fn a_drag_over_the_strip_limits_everything_and_escape_brings_it_back() {
    let mut window = support::sample();
    let all = support::rows(&window);
    brush(&mut window, 0.45, 0.6);
    let range = window.state().session().time_range().expect("a range");
    assert_eq!(range.from.unix_secs() % 60, 0, "whole bars");
    assert!(support::says(&window, "Selected "), "{}", support::dump(&window));
    support::press(&mut window, CTRL, Key::Num3);
    let total = window.state().session().analysis().events.len();
    assert!(support::says(&window, &format!(" of {total} records")));
    support::press(&mut window, CTRL, Key::Num1);
    support::press(&mut window, NONE, Key::Escape);
    assert_eq!(window.state().session().time_range(), None);
    assert_eq!(support::rows(&window), all);
}

#[test]
fn the_range_is_cleared_by_its_button() {
    let mut window = support::sample();
    brush(&mut window, 0.2, 0.3);
    assert!(window.state().session().time_range().is_some());
    support::click(&mut window, Role::Button, "Clear range");
    assert_eq!(window.state().session().time_range(), None);
}

#[test]
fn the_range_is_made_and_moved_by_keys() {
    let mut window = support::sample();
    strip(&window).focus();
    window.step();
    window.run_steps(2);
    for _ in 0..3 {
        support::press(&mut window, SHIFT, Key::ArrowRight);
    }
    let range = window.state().session().time_range().expect("three bars");
    assert_eq!(range.secs(), 180.0);
    support::press(&mut window, NONE, Key::ArrowRight);
    let moved = window.state().session().time_range().expect("three bars");
    assert_eq!((moved.secs(), moved.from.secs_since(range.from)), (180.0, 60.0));
}

#[test]
fn a_process_leads_to_its_records() {
    let mut window = timeline();
    row(&window, "powershell.exe, PID 11872").click_secondary();
    window.step();
    window.run_steps(3);
    support::click(&mut window, Role::MenuItem, "Show its records");
    assert_eq!(window.state().session().tab(), Tab::Events);
}
