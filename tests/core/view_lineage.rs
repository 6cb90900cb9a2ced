//! What tree and inspector say of who asked for a process. What happened is told by
//! `assets/sample/README.md`: the task `ZoomCrashCheck`, made by schtasks.exe 12212 on the
//! chain, starts rundll32.exe 13020 under svchost.exe.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper that panics is a failing test")]

use spawnscope::model::ProcessIndex;
use spawnscope::session::{Command, Session};
use spawnscope::view::inspector::{Inspector, ProcessFacts, inspector};
use spawnscope::view::process_tree::{Line, Subject, lines, row};

use crate::session::incident;

const BY_TASK: u32 = 13020;

fn process(session: &Session, pid: u32) -> ProcessIndex {
    let tree = &session.analysis().tree;
    tree.iter().find(|(_, process)| process.pid == Some(pid)).map(|(at, _)| at).unwrap()
}

fn line_of(session: &Session, at: ProcessIndex) -> Option<Line> {
    lines(session).lines.into_iter().find(|line| line.subject == Subject::Process(at))
}

fn facts(session: &mut Session, pid: u32) -> ProcessFacts {
    session.apply(Command::SelectProcess(process(session, pid)));
    match inspector(session) {
        Inspector::Process(facts) => *facts,
        other => panic!("no process: {other:?}"),
    }
}

#[test]
fn the_chain_goes_on_below_what_it_asked_for_until_that_is_switched_off() {
    let mut session = incident();
    session.apply(Command::ExpandAll);
    let at = process(&session, BY_TASK);
    let shown = row(&session, at, false).unwrap();
    assert_eq!(shown.command, "Task ZoomCrashCheck made by schtasks.exe 12212");
    assert!(shown.is_prose);
    let lane = line_of(&session, at).unwrap().lane.unwrap();
    assert!(lane.is_inferred, "the logged parent is no part of the chain");
    session.apply(Command::ShowChainOnly(true));
    assert!(line_of(&session, at).is_some(), "it belongs to the chain");

    session.apply(Command::ShowInferred(false));
    assert_eq!(line_of(&session, at), None, "by the logs alone it does not");
    session.apply(Command::ShowChainOnly(false));
    assert_eq!(line_of(&session, at).unwrap().lane, None);
    let logged = row(&session, at, false).unwrap();
    assert!(!logged.is_prose && logged.command.contains("zcrash.dll"), "{}", logged.command);
}

#[test]
fn a_process_of_the_chain_itself_is_logged_there() {
    let mut session = incident();
    session.apply(Command::ExpandAll);
    let lane = line_of(&session, process(&session, 12212)).unwrap().lane.unwrap();
    assert!(!lane.is_inferred);
}

#[test]
fn the_inspector_says_who_asked_how_sure_that_is_and_which_record_says_what() {
    let mut session = incident();
    let facts = facts(&mut session, BY_TASK);
    let asked = facts.asked.first().unwrap();
    assert_eq!(asked.text, "Task ZoomCrashCheck made by schtasks.exe 12212");
    assert_eq!(asked.how, "scheduled task, sure");
    assert!(!asked.doubts_parent);
    assert_eq!(asked.by.as_ref().unwrap().name, "schtasks.exe 12212");
    assert!(asked.records.iter().any(|title| title.starts_with("TaskScheduler 129")), "{asked:?}");
    let image = facts.facts.iter().find(|said| said.label == "Image").unwrap();
    assert_eq!(image.value, r"C:\Windows\System32\rundll32.exe");
    assert!(image.by.contains("Sysmon 1, record") && image.by.contains("Security"), "{image:?}");
    assert_eq!(facts.disagreements, [], "both records say the same");
    assert_eq!(facts.parent_doubt, None, "the parent is named by GUID");
}

#[test]
fn what_the_command_does_rests_on_bytes_of_a_layer_that_is_there() {
    let mut session = incident();
    let part = facts(&mut session, 11872).decoded;
    assert_eq!(part.layers.len(), 2);
    let logged = facts(&mut session, 11872).command_line.unwrap();
    let read = part.marked.first().unwrap();
    let encoded = logged.get(read.clone()).unwrap();
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    assert!(encoded.len() > 100 && encoded.chars().all(is_base64), "the base64 text is marked");
    let runs = part.explained.iter().find(|one| one.text.contains("198.51.100.23")).unwrap();
    assert!(runs.technique.starts_with('T'), "{runs:?}");
    let text = &part.layers[runs.layer - 1].text;
    assert!(text.get(runs.rests_on.clone()).is_some_and(|said| said.contains("DownloadString")));
}
