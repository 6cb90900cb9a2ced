//! Menus, themes, dialogs, and keys that are text where text is typed.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Theme};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::{self, CTRL, NONE, Window};

fn choose(window: &mut Window, menu: &str, item: &str) {
    support::click(window, Role::Button, menu);
    support::click(window, Role::MenuItem, item);
}

#[test]
fn the_theme_is_switched() {
    let mut window = support::open(Vec::new());
    for (item, theme) in [("Light", Theme::Light), ("Dark", Theme::Dark), ("Light", Theme::Light)] {
        choose(&mut window, "View", item);
        assert_eq!(window.ctx.theme(), theme);
    }
}

#[test]
fn f1_opens_the_keys_and_escape_closes_them() {
    let mut window = support::sample();
    support::press(&mut window, NONE, Key::F1);
    for said in ["Next finding", "Copy decoded command", "In the tree: fold, or go to the parent"] {
        assert!(support::says(&window, said), "{said}");
    }
    // The window behind does not listen.
    let before = support::selected(&window);
    support::press(&mut window, NONE, Key::N);
    support::press(&mut window, NONE, Key::Z);
    assert_eq!(support::selected(&window), before);
    assert!(!window.state().session().is_chain_only());
    support::press(&mut window, NONE, Key::Escape);
    assert!(!support::says(&window, "In the tree: fold, or go to the parent"));
}

#[test]
fn about_says_what_the_program_promises() {
    let mut window = support::open(Vec::new());
    choose(&mut window, "Help", "About Spawnscope");
    assert!(support::says(&window, "It makes no network connection"));
    support::click(&mut window, Role::Button, "Close");
    assert!(!support::says(&window, "It makes no network connection"));
}

#[test]
fn what_cannot_be_done_is_there_but_off() {
    let mut window = support::open(Vec::new());
    support::click(&mut window, Role::Button, "File");
    for (name, is_off) in [("Open folder", false), ("Export report", true), ("Close logs", true)] {
        let item = window.get_by_role_and_label(Role::MenuItem, name);
        assert_eq!(item.accesskit_node().is_disabled(), is_off, "{name}");
    }
}

#[test]
fn logs_are_closed_from_the_menu() {
    let mut window = support::sample();
    choose(&mut window, "File", "Close logs");
    assert!(support::says(&window, "No logs open"));
    window.get_by_role_and_label(Role::Button, "Open sample incident");
}

#[test]
fn letters_typed_into_the_filter_are_text() {
    let mut window = support::sample();
    let before = support::selected(&window);
    support::press(&mut window, NONE, Key::Slash);
    support::type_keys(&mut window, "nzn");
    let session = window.state().session();
    assert_eq!(session.filter(), "nzn");
    assert!(!session.is_chain_only());
    assert_eq!(support::selected(&window), before);
}

#[test]
fn a_slash_in_the_filter_is_text_too() {
    let mut window = support::sample();
    support::press(&mut window, CTRL, Key::F);
    support::press(&mut window, NONE, Key::Slash);
    assert_eq!(window.state().session().filter(), "/");
}

#[test]
fn the_host_whose_coverage_shows_is_chosen() {
    let mut window = support::sample();
    assert!(support::says(&window, "Scripts, 4104: full"));
    support::click(&mut window, Role::Button, "LAPTOP-7F2K");
    support::click(&mut window, Role::MenuItem, "WS-0413");
    window.get_by_role_and_label(Role::Button, "WS-0413");
    assert!(!support::says(&window, "Scripts, 4104: full"));
}

#[test]
fn f6_goes_round_the_panels() {
    let mut window = support::sample();
    support::press(&mut window, NONE, Key::F6);
    support::press(&mut window, NONE, Key::ArrowDown);
    assert_eq!(support::selected(&window), "conhost.exe 11888", "the tree has the keyboard");
    support::press(&mut window, NONE, Key::F6);
    support::press(&mut window, NONE, Key::F6);
    assert!(window.get_by_role_and_label(Role::TextInput, "Filter").is_focused());
    support::press(&mut window, NONE, Key::F6);
    support::press(&mut window, NONE, Key::ArrowDown);
    assert_eq!(support::selected(&window), "cmd.exe 12004");
}

#[test]
fn escape_closes_a_menu_and_nothing_else() {
    let mut window = support::sample();
    support::press(&mut window, NONE, Key::Slash);
    support::type_keys(&mut window, "net");
    support::click(&mut window, Role::Button, "File");
    assert!(window.query_by_role_and_label(Role::MenuItem, "Quit").is_some());
    support::press(&mut window, NONE, Key::Escape);
    assert!(window.query_by_role_and_label(Role::MenuItem, "Quit").is_none(), "the menu is closed");
    assert_eq!(window.state().session().filter(), "net", "the filter stays");
}

#[test]
fn one_menu_after_the_other() {
    let mut window = support::sample();
    for (menu, item) in
        [("File", "Quit"), ("Edit", "Next finding"), ("View", "Light"), ("Help", "Keys")]
    {
        support::click(&mut window, Role::Button, menu);
        assert!(window.query_by_role_and_label(Role::MenuItem, item).is_some(), "{menu}");
        window.hover_at(eframe::egui::pos2(700.0, 600.0));
        support::press(&mut window, NONE, Key::Escape);
    }
}
