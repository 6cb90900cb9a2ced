//! `session::Session` as the window drives it: commands in, state out, loading in the background.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::Waker;
use std::thread;
use std::time::{Duration, Instant};

use spawnscope::detect::{Engine, Rules};
use spawnscope::model::{ProcessIndex, Source, SourceIndex};
use spawnscope::session::{Command, Direction, Password, Selection, Session, sample};
use spawnscope::view::process_tree::{self, Subject};

/// A session with the bundled rules and nothing open.
pub(crate) fn fresh() -> Session {
    Session::new(Arc::new(Engine::new(Rules::bundled())), 2, Waker::noop().clone())
}

/// Polls as frames would, until this holds.
pub(crate) fn wait(session: &mut Session, until: impl Fn(&Session) -> bool) {
    let begun = Instant::now();
    while !until(session) {
        assert!(begun.elapsed() < Duration::from_mins(2), "still waiting");
        session.poll();
        thread::sleep(Duration::from_millis(2));
    }
}

fn load(session: &mut Session, command: Command) {
    session.apply(command);
    wait(session, |session| session.load().is_none());
}

/// The sample incident, loaded.
pub(crate) fn incident() -> Session {
    let mut session = fresh();
    load(&mut session, Command::OpenSample);
    session
}

/// The sample incident in a folder of its own, and the session that loaded it from there.
fn on_disk() -> (tempfile::TempDir, Session) {
    let folder = tempfile::tempdir().unwrap();
    sample::write(folder.path()).unwrap();
    let mut session = fresh();
    load(&mut session, Command::Open(vec![folder.path().to_path_buf()]));
    (folder, session)
}

#[test]
fn more_logs_join_those_that_are_open_and_keep_the_selection() {
    let (folder, mut session) = on_disk();
    let all = session.analysis().events.len();
    let files: Vec<PathBuf> =
        session.analysis().sources.iter().map(|source| source.path.clone()).collect();
    let (first, rest) = files.split_first().unwrap();
    // Sysmon's log of the first host stands last by name.
    let sysmon = files.iter().find(|path| path.to_string_lossy().contains("Sysmon")).unwrap();
    load(&mut session, Command::Open(vec![sysmon.clone()]));
    let process = session.analysis().zoom_roots.first().copied().unwrap();
    session.apply(Command::SelectProcess(process));
    let selected = key(&session, process);
    session.apply(Command::Add(vec![first.clone()]));
    // While it is being read, what was known stays.
    assert_eq!(session.selection().process(), Some(process));
    // More while others load; a path named twice counts once.
    load(&mut session, Command::Add([rest, &files].concat()));
    assert_eq!(session.analysis().events.len(), all);
    assert_eq!(session.paths().len(), files.len());
    let found = session.selection().process().unwrap();
    assert_eq!(key(&session, found), selected);
    drop(folder);
}

fn key(session: &Session, at: ProcessIndex) -> String {
    session.analysis().tree.process(at).unwrap().key.to_string()
}

/// A log of Zoom starting cmd.exe, then of many other starts.
fn long_log(folder: &Path, starts: usize) -> PathBuf {
    let mut text = String::new();
    for id in 0..starts {
        let (parent, image) = if id == 1 { ("Zoom", "cmd") } else { ("explorer", "notepad") };
        writeln!(
            text,
            r##"{{"Event":{{"System":{{"Provider":{{"#attributes":{{"Name":"Microsoft-Windows-Sysmon"}}}},"EventID":1,"EventRecordID":{id},"TimeCreated":{{"#attributes":{{"SystemTime":"2026-04-12T14:21:07.4120000Z"}}}},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"PC"}},"EventData":{{"UtcTime":"2026-04-12 14:21:07.412","ProcessId":{id},"ProcessGuid":"{{4e1c97b2-aa53-69db-0f1b-{id:012}}}","Image":"C:\\Windows\\{image}.exe","CommandLine":"{image} {id}","ParentImage":"C:\\{parent}.exe","ParentProcessId":4}}}}}}"##
        )
        .unwrap();
    }
    let path = folder.join("long.jsonl");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_bundle_is_opened_and_read() {
    let mut session = fresh();
    assert!(!session.has_bundle());
    session.apply(Command::OpenSample);
    assert!(session.has_bundle() && session.load().is_some());
    let before = session.revision();
    wait(&mut session, |session| session.load().is_none());
    assert!(session.revision() > before);
    assert!(session.is_sample() && !session.was_cancelled());
    assert_eq!(session.analysis().sources.len(), 9);
    assert!(session.read_in().is_some());
    assert!(session.recents().is_empty(), "the sample is no recent bundle");
    assert!(session.selection().finding() == Some(0), "the worst finding is shown at once");

    session.apply(Command::Close);
    assert!(!session.has_bundle() && !session.is_sample());
    assert!(session.analysis().sources.is_empty());
    assert_eq!(session.selection(), Selection::Nothing);
}

#[test]
fn opening_nothing_changes_nothing() {
    let mut session = incident();
    session.apply(Command::Open(Vec::new()));
    assert!(session.has_bundle() && session.load().is_none());
    assert_eq!(session.analysis().sources.len(), 9);
}

#[test]
fn selecting_a_finding_shows_its_process() {
    let mut session = incident();
    session.apply(Command::CollapseAll);
    let analysis = Arc::clone(session.analysis());
    for (at, finding) in analysis.findings.iter().enumerate() {
        let before = session.reveals();
        session.apply(Command::SelectFinding(at));
        assert_eq!(session.selection().finding(), Some(at));
        assert_eq!(session.selection().process(), finding.process);
        assert!(session.reveals() > before);
        assert!(session.expansion().is_group_open(finding.severity));
        let Some(process) = finding.process else { continue };
        assert!(analysis.tree.ancestors(process).all(|up| session.expansion().is_open(up)));
        let lines = process_tree::lines(&session).lines;
        assert!(lines.iter().any(|line| line.subject == Subject::Process(process)), "{at}");
    }
    session.apply(Command::SelectFinding(analysis.findings.len()));
    assert_eq!(session.selection().finding(), Some(analysis.findings.len() - 1), "no such finding");
}

#[test]
fn stepping_goes_round() {
    let mut session = incident();
    session.apply(Command::ClearSelection);
    let count = session.groups().len();
    for expected in (0..count).chain([0]) {
        session.apply(Command::StepFinding(Direction::Next));
        assert_eq!(session.selected_group(), Some(expected));
    }
    session.apply(Command::StepFinding(Direction::Previous));
    assert_eq!(session.selected_group(), Some(count - 1));
    let mut nothing = fresh();
    nothing.apply(Command::StepFinding(Direction::Next));
    assert_eq!(nothing.selection(), Selection::Nothing);
}

#[test]
fn groups_hold_every_finding_once() {
    let session = incident();
    let mut all: Vec<usize> =
        session.groups().iter().flat_map(|group| group.findings.clone()).collect();
    all.sort_unstable();
    assert_eq!(all, (0..session.analysis().findings.len()).collect::<Vec<_>>());
}

#[test]
fn rows_fold_and_unfold() {
    let mut session = incident();
    let count = |session: &Session| process_tree::lines(session).lines.len();
    session.apply(Command::ExpandAll);
    let all = count(&session);
    session.apply(Command::CollapseAll);
    let folded = count(&session);
    assert!(folded < all);
    let root = session.analysis().zoom_roots[0];
    assert!(session.expansion().is_open(root), "the Zoom chain stays open");
    session.apply(Command::ToggleProcess(root));
    assert!(!session.expansion().is_open(root) && count(&session) < folded);
    session.apply(Command::ToggleProcess(root));
    assert_eq!(count(&session), folded);
    let was_open = session.expansion().is_host_open(1);
    session.apply(Command::ToggleHost(1));
    assert_ne!(session.expansion().is_host_open(1), was_open);
}

#[test]
fn the_filter_and_the_chain_limit_the_rows() {
    let mut session = incident();
    let processes = |session: &Session| -> Vec<String> {
        process_tree::lines(session)
            .lines
            .iter()
            .filter_map(|line| match line.subject {
                Subject::Process(at) => session.analysis().tree.process(at),
                Subject::Host(_) | Subject::Decoded(_) => None,
            })
            .map(|process| process.name().to_lowercase())
            .collect()
    };
    session.apply(Command::ExpandAll);
    let all = processes(&session).len();
    session.apply(Command::Filter("SCHTASKS".to_owned()));
    assert_eq!(session.filter(), "SCHTASKS");
    let found = processes(&session);
    assert!(found.contains(&"schtasks.exe".to_owned()) && found.len() < all, "{found:?}");
    assert!(process_tree::lines(&session).hidden > 0);
    session.apply(Command::Filter(String::new()));
    assert_eq!(processes(&session).len(), all);

    session.apply(Command::ShowChainOnly(true));
    assert!(session.is_chain_only());
    let chain = processes(&session);
    assert!(chain.contains(&"zoom.exe".to_owned()) && chain.contains(&"net1.exe".to_owned()));
    assert!(!chain.contains(&"notzoom.exe".to_owned()), "{chain:?}");
    session.apply(Command::ShowChainOnly(false));
    assert_eq!(processes(&session).len(), all);
}

#[test]
fn showing_a_chain_selects_its_zoom() {
    let mut session = incident();
    session.apply(Command::ShowChain(0));
    let root = session.analysis().zoom_roots[0];
    assert_eq!(session.selection(), Selection::Process { process: root, finding: None });
    session.apply(Command::ShowChain(7));
    assert_eq!(session.shown_chain(), 0, "there is no such chain");
}

#[test]
fn a_second_bundle_drops_what_the_first_still_reads() {
    let folder = tempfile::tempdir().unwrap();
    let long = long_log(folder.path(), 20_000);
    sample::write(folder.path()).unwrap();
    let other = folder.path().join("WS-0413");
    let mut session = fresh();
    session.apply(Command::Open(vec![long]));
    session.apply(Command::Open(vec![other.clone()]));
    wait(&mut session, |session| session.load().is_none());
    assert_eq!(session.paths(), [other]);
    assert_eq!(session.analysis().sources.len(), 4);
    assert!(session.analysis().hosts.iter().all(|host| host.name.starts_with("WS-0413")));
    thread::sleep(Duration::from_millis(50));
    assert!(!session.poll(), "nothing comes late");
}

#[test]
fn a_cancelled_load_ends_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let long = long_log(folder.path(), 40_000);
    let mut session = fresh();
    session.apply(Command::CancelLoad);
    session.apply(Command::Open(vec![long.clone()]));
    session.apply(Command::CancelLoad);
    wait(&mut session, |session| session.load().is_none());
    assert!(session.was_cancelled() && session.has_bundle());
    assert!(session.analysis().events.len() < 40_000);
    load(&mut session, Command::Open(vec![long]));
    assert!(!session.was_cancelled());
    assert_eq!(session.analysis().events.len(), 40_000);
}

/// Partial results come after a while; logs get longer until one is read for long enough.
#[test]
fn the_selection_survives_the_next_analysis() {
    assert!([20_000, 60_000, 180_000, 540_000].into_iter().any(selection_survives));
}

/// Selects while reading; `false` where reading was over before there was something to select.
fn selection_survives(starts: usize) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let long = long_log(folder.path(), starts);
    let mut session = fresh();
    session.apply(Command::Open(vec![long]));
    wait(&mut session, |session| {
        session.load().is_none() || !session.analysis().findings.is_empty()
    });
    if session.load().is_none() {
        return false;
    }
    let partial = session.analysis().tree.processes.len();
    session.apply(Command::SelectFinding(0));
    let process = session.selection().process().unwrap();
    let selected = key(&session, process);
    let above: Vec<String> =
        session.analysis().tree.ancestors(process).map(|at| key(&session, at)).collect();
    wait(&mut session, |session| session.load().is_none());
    if session.analysis().tree.processes.len() == partial {
        // A loaded machine may show a log's processes only once all of them are there.
        return false;
    }
    assert_eq!(key(&session, session.selection().process().unwrap()), selected);
    assert_eq!(session.selection().finding(), Some(0));
    for (at, process) in session.analysis().tree.iter() {
        if above.contains(&key(&session, at)) {
            assert!(session.expansion().is_open(at), "{}", process.key);
        }
    }
    true
}

#[test]
fn the_report_is_written_whole_and_never_onto_evidence() {
    let (folder, mut session) = on_disk();
    let log = folder.path().join("WS-0413").join("System.evtx");
    let before = fs::read(&log).unwrap();
    session.apply(Command::ExportReport(log.clone()));
    assert!(session.notice().is_some_and(|notice| notice.is_error));
    assert_eq!(fs::read(&log).unwrap(), before);
    session.apply(Command::DismissNotice);
    assert!(session.notice().is_none());

    let to = tempfile::tempdir().unwrap();
    let report = to.path().join("report.md");
    fs::write(&report, "old".repeat(100_000)).unwrap();
    session.apply(Command::ExportReport(report.clone()));
    assert!(session.notice().is_some_and(|notice| !notice.is_error));
    let text = fs::read_to_string(&report).unwrap();
    assert!(text.contains("powershell.exe") && !text.contains("oldold"));
    assert_eq!(fs::read_dir(to.path()).unwrap().count(), 1, "nothing is left beside it");
    session.apply(Command::ExportReport(to.path().join("absent").join("report.md")));
    assert!(session.notice().is_some_and(|notice| notice.is_error));
}

#[test]
fn recent_bundles_are_kept_once_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    sample::write(folder.path()).unwrap();
    let [laptop, other] = ["LAPTOP-7F2K", "WS-0413"].map(|host| vec![folder.path().join(host)]);
    let mut session = fresh();
    for paths in [&laptop, &other, &laptop] {
        load(&mut session, Command::Open(paths.clone()));
    }
    let recents: Vec<_> = session.recents().iter().map(|bundle| bundle.paths.clone()).collect();
    assert_eq!(recents, [laptop, other.clone()]);
    assert_eq!((session.recents()[0].files, session.recents()[0].records), (5, 714));
    session.apply(Command::ForgetRecent(0));
    session.apply(Command::ForgetRecent(9));
    assert_eq!(session.recents().len(), 1);
    assert_eq!(session.recents()[0].paths, other);
}

#[test]
fn what_cannot_be_read_is_an_issue_and_no_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = fresh();
    load(&mut session, Command::Open(vec![folder.path().join("absent.evtx")]));
    assert!(session.has_bundle());
    assert_eq!(session.analysis().issues.len(), 1);
    assert!(session.recents().is_empty());
    load(&mut session, Command::OpenSample);
    assert!(session.analysis().issues.is_empty());
}

#[test]
fn a_file_is_left_out_and_put_back() {
    let (_folder, mut session) = on_disk();
    let all = session.analysis().events.len();
    let sources = session.analysis().sources.len();
    let sysmon = session
        .analysis()
        .sources
        .iter()
        .position(|source| source.label().contains("Sysmon"))
        .unwrap();
    let gone = session.analysis().sources[sysmon].clone();
    let other = SourceIndex(u32::from(sysmon == 0));
    let other_path = session.analysis().source(other).unwrap().path.clone();
    session.apply(Command::SelectSource(other));
    session.apply(Command::LeaveOut(gone.to_leave_out()));
    assert_eq!(session.analysis().events.len(), all, "what is known stays until all is read");
    wait(&mut session, |session| session.load().is_none());
    let analysis = Arc::clone(session.analysis());
    assert_eq!(analysis.events.len() as u64, all as u64 - gone.records);
    assert_eq!(analysis.sources.len(), sources - 1);
    assert!(analysis.sources.iter().all(|source| source.path != gone.path));
    assert_eq!(analysis.left_out, [gone.to_leave_out()]);
    let Selection::Source(at) = session.selection() else { panic!("{:?}", session.selection()) };
    assert_eq!(analysis.source(at).unwrap().path, other_path, "found again by its path");

    // The report says so at its head, among what is not known and under Evidence.
    let report = spawnscope::report::markdown(&analysis, &spawnscope::report::Options::default());
    assert!(report.contains("; 1 file was left out\n"), "{report}");
    assert!(report.contains("One file was left out of this case on purpose and not read"));
    let name = gone.path.file_name().unwrap().to_string_lossy().replace("%4", "");
    let tail = report.split("Left out of this case on purpose, and not read:").nth(1).unwrap();
    assert!(tail.contains(name.split('-').next().unwrap()), "{tail}");
    let scan = serde_json::to_value(spawnscope::report::json::Scan::of(&analysis)).unwrap();
    assert_eq!(scan["left_out"][0]["path"], gone.path.to_string_lossy().as_ref());

    // Once more changes nothing; adding a file keeps it left out.
    session.apply(Command::LeaveOut(gone.to_leave_out()));
    assert!(session.load().is_none());
    let elsewhere = tempfile::tempdir().unwrap();
    load(&mut session, Command::Add(vec![long_log(elsewhere.path(), 3)]));
    assert_eq!(session.analysis().events.len() as u64, all as u64 - gone.records + 3);
    drop(elsewhere);
    load(&mut session, Command::PutBack(gone.to_leave_out()));
    assert_eq!(session.analysis().events.len(), all);
    assert!(session.left_out().is_empty() && session.analysis().left_out.is_empty());
}

#[test]
fn everything_left_out_comes_back_at_once_and_the_next_bundle_knows_nothing_of_it() {
    let (folder, mut session) = on_disk();
    let all = session.analysis().events.len();
    let files: Vec<_> = session.analysis().sources.iter().map(Source::to_leave_out).collect();
    for file in &files {
        session.apply(Command::LeaveOut(file.clone()));
    }
    wait(&mut session, |session| session.load().is_none());
    assert!(session.analysis().sources.is_empty() && session.has_bundle());
    assert_eq!(session.analysis().left_out.len(), files.len());
    load(&mut session, Command::PutBackAll);
    assert_eq!(session.analysis().events.len(), all);
    load(&mut session, Command::LeaveOut(files[0].clone()));
    load(&mut session, Command::Open(vec![folder.path().to_path_buf()]));
    assert!(session.left_out().is_empty());
    assert_eq!(session.analysis().events.len(), all);
}

#[test]
fn a_password_is_never_printed_and_is_gone_with_the_bundle() {
    let command = Command::Unlock(Password::new("open sesame"));
    assert!(!format!("{command:?}").contains("sesame"), "{command:?}");
    let (_folder, mut session) = on_disk();
    load(&mut session, command.clone());
    session.apply(command.clone());
    assert!(session.load().is_none(), "it was tried");
    let paths = session.paths().to_vec();
    load(&mut session, Command::Open(paths));
    session.apply(command);
    assert!(session.load().is_some(), "another bundle knows nothing of it");
    wait(&mut session, |session| session.load().is_none());
}
