//! The table of actions: nothing twice, nothing without a name.

use std::collections::HashSet;

use eframe::egui::Modifiers;
use spawnscope::ui::action::{Action, TABLE, spelled};

#[test]
fn every_action_has_a_name_of_its_own() {
    let mut names = HashSet::new();
    let mut actions = HashSet::new();
    for entry in TABLE {
        assert!(!entry.name.is_empty(), "{:?}", entry.action);
        assert!(names.insert(entry.name), "{} stands twice", entry.name);
        assert!(actions.insert(entry.action), "{:?} stands twice", entry.action);
        let first = entry.name.chars().next().expect("a letter");
        assert!(first.is_uppercase(), "{}", entry.name);
    }
}

#[test]
fn no_two_shortcuts_clash() {
    let mut keys = HashSet::new();
    for entry in TABLE {
        for shortcut in entry.keys {
            assert!(keys.insert(spelled(*shortcut)), "{} stands twice", spelled(*shortcut));
        }
    }
}

/// A key without Shift also answers to the key with Shift, so the one with Shift is asked first.
#[test]
fn no_shortcut_hides_a_longer_one() {
    let all: Vec<_> = TABLE
        .iter()
        .flat_map(|entry| entry.keys.iter().map(|keys| (entry.action, *keys)))
        .collect();
    for (at, (earlier, shorter)) in all.iter().enumerate() {
        for (later, longer) in all.iter().skip(at + 1) {
            let is_hidden = shorter.logical_key == longer.logical_key
                && !shorter.modifiers.shift
                && longer.modifiers.shift
                && longer.modifiers.matches_logically(shorter.modifiers);
            assert!(!is_hidden, "{later:?} can never happen: {earlier:?} comes first");
        }
    }
}

#[test]
fn shortcuts_are_spelled_as_on_the_keyboard() {
    assert_eq!(Action::OpenFiles.keys(), "Ctrl Shift O");
    assert_eq!(Action::PreviousFinding.keys(), "Shift N");
    assert_eq!(Action::FocusFilter.keys(), "/");
    assert_eq!(Action::ShowKeys.keys(), "F1");
    assert_eq!(Action::ExpandAll.keys(), "");
}

/// A bare letter would be lost to a text field; only keys that type nothing work everywhere.
#[test]
fn bare_keys_are_left_to_text_fields() {
    use spawnscope::ui::action::is_typed;
    for entry in TABLE {
        for shortcut in entry.keys {
            let is_bare =
                shortcut.modifiers == Modifiers::NONE || shortcut.modifiers == Modifiers::SHIFT;
            let types = spelled(*shortcut).trim_start_matches("Shift ").chars().count() == 1;
            assert_eq!(is_typed(*shortcut), is_bare && types, "{}", spelled(*shortcut));
        }
    }
}
