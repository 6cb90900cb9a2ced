//! A log written to deceive: nothing of it may hide, reorder the screen, or bring it down.

use std::fs;
use std::path::PathBuf;

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;

use crate::evtx_writer::{Data, EvtxWriter, Guid, Provider, Record, Value};
use crate::support::{self, CTRL, NONE, Window};

/// 2026-04-12T14:21:07.412Z.
const TIME: u64 = 134_204_772_674_120_000;
/// Turns what follows round, colours a terminal, takes no room, breaks the line, looks like markup.
const TRICKS: &str = "\u{202e}fdp.exe\u{2066}\u{1b}[31m\u{200b}\u{feff}\u{7}\n<b>bold</b> **md** [x](http://e) %s {0} \u{1f600}";

fn command_line() -> String {
    format!("cmd.exe /c {TRICKS} {}", "A".repeat(29_000))
}

/// What of a process start differs.
struct Start<'a> {
    number: u64,
    image: &'a str,
    command_line: &'a str,
    parent: &'a str,
    parent_number: u64,
}

fn record(start: &Start<'_>) -> Record {
    let guid = |number: u64| {
        Value::Guid(Guid(0x4e1c_97b2_aa53_69db_0000_0000_0000_0000 + u128::from(number)))
    };
    let pid = |number: u64| Value::U32(u32::try_from(number).expect("a small number"));
    let text = |text: &str| Value::text(text);
    let user = format!("EVIL\\{TRICKS}");
    Record {
        record_id: start.number,
        time: TIME + start.number * 10_000_000,
        provider: Provider {
            name: "Microsoft-Windows-Sysmon".to_owned(),
            guid: Some(Guid(0x5770_385f_c22a_43e0_bf4c_06f5_698f_fbd9)),
            source_name: None,
        },
        event_id: 1,
        qualifiers: None,
        version: 5,
        level: 4,
        task: 1,
        opcode: 0,
        keywords: 0x8000_0000_0000_0000,
        channel: "Microsoft-Windows-Sysmon/Operational".to_owned(),
        computer: "HOST\u{202e}\u{200b}<i>".to_owned(),
        pid: 3284,
        tid: 4012,
        user_sid: None,
        activity_id: None,
        data: Data::named([
            ("RuleName", text("-")),
            ("UtcTime", Value::text(format!("2026-04-12 14:21:{:02}.412", 7 + start.number))),
            ("ProcessGuid", guid(start.number)),
            ("ProcessId", pid(start.number)),
            ("Image", text(start.image)),
            ("CommandLine", text(start.command_line)),
            ("CurrentDirectory", text(TRICKS)),
            ("User", text(&user)),
            ("ParentProcessGuid", guid(start.parent_number)),
            ("ParentProcessId", pid(start.parent_number)),
            ("ParentImage", text(start.parent)),
            ("ParentCommandLine", text(start.parent)),
        ]),
    }
}

fn log(folder: &TempDir) -> PathBuf {
    let zoom = r"C:\Users\a\AppData\Roaming\Zoom\bin\Zoom.exe";
    let disguised = format!("C:\\Temp\\{}.exe", TRICKS.replace('/', "|"));
    let starts = [
        Start {
            number: 1,
            image: zoom,
            command_line: zoom,
            parent: "C:\\x.exe",
            parent_number: 90,
        },
        Start {
            number: 2,
            image: r"C:\Windows\System32\cmd.exe",
            command_line: &command_line(),
            parent: zoom,
            parent_number: 1,
        },
        Start {
            number: 3,
            image: &disguised,
            command_line: TRICKS,
            parent: zoom,
            parent_number: 1,
        },
    ];
    let mut writer = EvtxWriter::new();
    for start in &starts {
        writer.push(&record(start)).expect("it fits into a record");
    }
    let path = folder.path().join("hostile\u{202e}xtve.evtx");
    fs::write(&path, writer.finish()).expect("a file");
    path
}

fn open(folder: &TempDir) -> Window {
    // An emoji is in none of the fonts that come with the program.
    let builder = Harness::builder().with_size([1440.0, 900.0]).allow_missing_glyphs();
    let mut window = support::build(builder, vec![log(folder)]);
    support::wait(&mut window);
    window
}

/// Characters that act on text without being seen.
fn acts(character: char) -> bool {
    let is_direction = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let takes_no_room = matches!(character, '\u{200b}'..='\u{200f}' | '\u{feff}');
    is_direction || takes_no_room || (character.is_control() && !matches!(character, '\n' | '\t'))
}

/// Everything that is said, with what says it, where something in it acts unseen.
fn deceivers(window: &Window) -> Vec<String> {
    let mut found = Vec::new();
    for node in window.root().children_recursive() {
        let inner = node.accesskit_node();
        for said in [inner.label(), inner.value(), inner.description()].into_iter().flatten() {
            if said.chars().any(acts) {
                let start: String = said.chars().take(60).collect();
                found.push(format!("{:?} {start:?}", inner.role()));
            }
        }
    }
    found
}

#[test]
fn the_rows_show_every_trick_as_an_escape() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = open(&folder);
    let rows = support::rows(&window);
    let disguised = rows.iter().find(|row| row.contains("PID 3,")).expect("the third process");
    for escape in ["\\u{202e}", "\\u{2066}", "\\u{1b}", "\\u{200b}", "\\u{feff}", "\\u{7}"] {
        assert!(disguised.contains(escape), "{escape} in {disguised:?}");
    }
    // A click on it, so that the inspector has to show it as well.
    let row = disguised.clone();
    support::click_row(&mut window, &row);
    assert!(support::selected(&window).ends_with(" 3"));
}

#[test]
fn nothing_in_the_window_acts_unseen() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = open(&folder);
    let mut found = Vec::new();
    for row in ["Zoom.exe, PID 1", "cmd.exe, PID 2"] {
        support::click_row(&mut window, row);
        let records: Vec<String> = support::names(&window, Role::Button);
        for record in records.iter().filter(|name| name.starts_with("Sysmon 1, record")) {
            window.get_by_role_and_label(Role::Button, record).click_accesskit();
            window.step();
            window.run_steps(2);
        }
        found.extend(deceivers(&window));
    }
    support::click(&mut window, Role::Link, "1 file");
    found.extend(deceivers(&window));
    window.get_all_by_role(Role::MenuItem).next().expect("the file").click();
    window.step();
    window.run_steps(2);
    assert!(support::says(&window, "What was read"));
    found.extend(deceivers(&window));
    let trouble = window.query_by_label_contains("not read whole");
    assert!(trouble.is_none(), "the log itself is whole");
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn it_is_copied_as_it_was_logged() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = open(&folder);
    support::click_row(&mut window, "cmd.exe, PID 2");
    support::press(&mut window, NONE, Key::F6);
    support::press(&mut window, NONE, Key::Escape);
    let copied = support::press_to_copy(&mut window, CTRL, Key::C).expect("it is copied");
    assert_eq!(copied, command_line());
}

#[test]
fn the_whole_of_it_is_drawn_when_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = open(&folder);
    support::click_row(&mut window, "cmd.exe, PID 2");
    let all = format!("show all {}", grouped(command_line().chars().count()));
    let links: Vec<_> = window.query_all_by_role_and_label(Role::Link, &all).collect();
    links.first().expect("the command line is folded").click_accesskit();
    drop(links);
    window.step();
    window.run_steps(3);
    assert!(support::says(&window, "show less"));
    support::press(&mut window, NONE, Key::Z);
    support::press(&mut window, NONE, Key::Z);
}

fn grouped(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}
