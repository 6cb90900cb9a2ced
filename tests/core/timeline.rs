//! The timeline and the time that everything is limited to: what is on it, where it stands, what
//! the range leaves of tree, findings and records.

use spawnscope::model::{Activity, ActivityKind, RecordIndex, StepState, TimeRange};
use spawnscope::session::{Command, Session};
use spawnscope::view::findings;
use spawnscope::view::histogram;
use spawnscope::view::process_tree::{self, Subject};
use spawnscope::view::timeline::{
    Shape, Timeline, Window, lane, moment, scale, shape, ticks, time_of, timeline,
};

use crate::events::time;
use crate::session::incident;

/// The timeline of the laptop, where the Zoom chain is.
fn of_laptop(session: &Session) -> Option<Timeline> {
    let hosts = &session.analysis().hosts;
    let at = hosts.iter().position(|host| host.name.starts_with("LAPTOP"));
    timeline(session, at)
}

fn names(session: &Session, view: &Timeline) -> Vec<String> {
    let tree = &session.analysis().tree;
    let name = |line: &spawnscope::view::timeline::LaneLine| {
        tree.process(line.process).map(|process| process.name().to_owned()).unwrap_or_default()
    };
    view.chain.iter().map(name).collect()
}

#[test]
fn the_chain_stands_first_and_nobody_is_lost() {
    let session = incident();
    let view = of_laptop(&session).expect("records with times");
    let names = names(&session, &view);
    assert_eq!(names.first().map(String::as_str), Some("Zoom.exe"));
    assert!(names.iter().any(|name| name == "powershell.exe"), "{names:?}");
    assert_eq!(view.chain.first().map(|line| line.depth), Some(0));
    let of_host = session.analysis().tree.processes.iter();
    let of_host = of_host.filter(|process| process.host.starts_with("LAPTOP")).count();
    assert_eq!(view.chain.len() + view.others.len(), of_host);
    assert_eq!(view.host, "LAPTOP-7F2K");
    let inferred = view.chain.iter().filter(|line| line.is_inferred).count();
    assert!(inferred < view.chain.len());
}

#[test]
fn steps_have_a_bar_or_say_why_not() {
    let session = incident();
    let view = of_laptop(&session).expect("records with times");
    assert_eq!(view.steps.len(), 9);
    for row in &view.steps {
        assert_eq!(row.bar.is_some(), row.state == Some(StepState::Observed), "{row:?}");
        if let Some(bar) = row.bar {
            assert!(bar.from <= bar.to, "{row:?}");
        }
    }
    let lure = view.steps.iter().find(|row| row.step == 2).expect("step 2");
    assert_eq!(lure.words, "Cannot be known: Sysmon off");
}

#[test]
fn holes_and_surroundings_are_those_of_the_host() {
    let session = incident();
    let view = of_laptop(&session).expect("records with times");
    let hole = view.holes.first().expect("Sysmon was off");
    assert_eq!((&*hole.words, &*hole.when), ("Sysmon off", "14:02:03–14:20:11"));
    let around: Vec<(&str, usize, usize)> =
        view.around.iter().map(|row| (row.name, row.spans.len(), row.moments.len())).collect();
    let [meeting, logons, defender] = around.as_slice() else { unreachable!("{around:?}") };
    assert_eq!((meeting.0, logons.0, defender.0), ("In a Zoom meeting", "Logons", "Defender"));
    assert!(meeting.1 > 0, "CptHost.exe ran");
    assert!(logons.2 > 0);
    assert!(view.bounds.from < view.fit.from && view.fit.to <= view.bounds.to, "{view:?}");
    let none = timeline(&session, None);
    assert_eq!(none, None);
}

#[test]
fn a_lane_says_when_it_lived() {
    let session = incident();
    let view = of_laptop(&session).expect("records with times");
    let shell = session.analysis().tree.iter().find(|(_, process)| process.pid == Some(11872));
    let (at, process) = shell.expect("the shell");
    let facts = lane(&session, at, view.bounds.to).expect("its lane");
    assert_eq!((&*facts.name, &*facts.pid), ("powershell.exe", "11872"));
    assert_eq!(facts.from, moment(process.start.expect("a start")));
    assert_eq!(facts.is_end_known, process.end.is_some());
    assert!(view.findings.get(&at).is_some_and(|found| !found.is_empty()));
    let stub = session.analysis().tree.iter().find(|(_, process)| process.stub.is_some());
    let (at, _) = stub.expect("a stub");
    assert!(lane(&session, at, view.bounds.to).is_some_and(|facts| facts.is_stub));
}

#[test]
fn windows_zoom_about_a_moment_and_stay_within_bounds() {
    let bounds = Window { from: 0.0, to: 1000.0 };
    let window = Window { from: 400.0, to: 600.0 };
    let near = window.zoomed(0.5, 450.0, bounds);
    assert_eq!((near.from, near.to), (425.0, 525.0), "450 stays a quarter from the left");
    assert_eq!(window.zoomed(100.0, 450.0, bounds), bounds);
    assert_eq!(window.moved(1e9, bounds), Window { from: 800.0, to: 1000.0 });
    assert_eq!(window.moved(-1e9, bounds), Window { from: 0.0, to: 200.0 });
    let tiny = window.zoomed(1e-12, 450.0, bounds);
    assert!(tiny.secs() > 0.01, "{tiny:?}");
    assert_eq!(window.part(500.0), 0.5);
    assert_eq!(window.at(0.5), 500.0);
}

#[test]
fn moments_are_times_and_back() {
    for clock in ["14:21:07.412", "00:00:00", "23:59:59.999"] {
        assert_eq!(time_of(moment(time(clock))).to_string(), time(clock).to_string());
    }
}

#[test]
fn the_scale_is_round_and_never_crowded() {
    let start = moment(time("14:00:00"));
    let table = [
        (900.0, 8, vec!["14:00", "14:02", "14:04", "14:06", "14:08", "14:10", "14:12", "14:14"]),
        (10.0, 5, vec!["14:00:00", "14:00:02", "14:00:04", "14:00:06", "14:00:08", "14:00:10"]),
        (86_400.0, 4, vec!["18:00", "2026-04-13", "06:00", "12:00"]),
    ];
    for (secs, most, expected) in table {
        let window = Window { from: start, to: start + secs };
        let labels: Vec<String> = scale(window, most).into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, expected, "{secs} s");
    }
    let start = moment(time("13:59:59.950"));
    let moments = scale(Window { from: start, to: start + 0.22 }, 3);
    let labels: Vec<&str> = moments.iter().map(|(_, label)| label.as_str()).collect();
    assert_eq!(labels, ["14:00:00", "14:00:00.100"]);
    let years = Window { from: 0.0, to: 1e11 };
    assert!(scale(years, 10).len() <= 41);
}

fn did(kind: ActivityKind, clock: &str, record: u32) -> Activity {
    let time = Some(time(clock));
    Activity { kind, by: None, time, record: RecordIndex(record) }
}

#[test]
fn ticks_of_one_column_and_form_are_one() {
    let window = Window { from: moment(time("14:00:00")), to: moment(time("14:01:00")) };
    let activity = [
        did(ActivityKind::Network, "13:59:59", 0),
        did(ActivityKind::Network, "14:00:00", 1),
        did(ActivityKind::Dns, "14:00:00.500", 2),
        did(ActivityKind::File, "14:00:00.700", 3),
        did(ActivityKind::Registry, "14:00:30", 4),
        did(ActivityKind::Network, "14:01:00", 5),
        did(ActivityKind::Network, "14:01:01", 6),
    ];
    let found: Vec<(u32, Shape, u32, RecordIndex)> = ticks(&activity, window, 60)
        .into_iter()
        .map(|tick| (tick.column, tick.shape, tick.count, tick.record))
        .collect();
    let expected = [
        (0, Shape::Bar, 2, RecordIndex(1)),
        (0, Shape::Square, 1, RecordIndex(3)),
        (30, Shape::Diamond, 1, RecordIndex(4)),
        (59, Shape::Bar, 1, RecordIndex(5)),
    ];
    assert_eq!(found, expected);
    assert_eq!(ticks(&[], window, 60), []);
    assert_eq!(ticks(&activity, window, 0).len(), 3, "no column at all is one");
}

/// A flood in one pixel is not looked through record by record, and hides nothing in the next.
#[test]
fn a_flood_ends_with_its_column() {
    let window = Window { from: moment(time("14:00:00")), to: moment(time("14:01:00")) };
    let mut activity: Vec<Activity> =
        (0..100_000).map(|at| did(ActivityKind::Network, "14:00:10", at)).collect();
    activity.push(did(ActivityKind::File, "14:00:11.500", 100_000));
    let found = ticks(&activity, window, 60);
    assert_eq!(found.len(), 2);
    assert_eq!(found.last().map(|tick| (tick.column, tick.shape)), Some((11, Shape::Square)));
}

#[test]
fn kinds_differ_in_form() {
    use ActivityKind::{File, Logon, Network, Registry, Script, Task};
    let forms = [Network, File, Registry, Task, Script, Logon].map(shape);
    let mut unique = forms.to_vec();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), forms.len());
}

#[test]
fn a_range_limits_tree_findings_and_the_strip() {
    let mut session = incident();
    let all = findings::findings(&session).total;
    let range = TimeRange::between(time("14:29:00"), time("14:31:00"));
    session.apply(Command::LimitTime(range));
    let range = range.expect("two different times");
    let some = findings::findings(&session);
    assert!(some.total > 0 && some.total < all, "{} of {all}", some.total);
    for item in some.groups.iter().flat_map(|group| &group.items) {
        assert!(
            item.time.starts_with("14:29") || item.time.starts_with("14:30") || {
                let finding = &session.analysis().findings[item.index];
                let rule = finding.rule.id.clone();
                // A series that began before and goes on.
                session.analysis().findings.iter().any(|other| {
                    other.rule.id == rule && other.time.is_some_and(|time| range.holds(time))
                })
            }
        );
    }
    let lines = process_tree::lines(&session);
    let shown: Vec<String> = lines
        .lines
        .iter()
        .filter_map(|line| match line.subject {
            Subject::Process(at) => session.analysis().tree.process(at),
            _ => None,
        })
        .map(|process| format!("{} {}", process.name(), process.pid.unwrap_or(0)))
        .collect();
    assert!(shown.iter().any(|name| name == "net.exe 12668"), "{shown:?}");
    assert!(shown.iter().any(|name| name == "Zoom.exe 9184"), "what leads there stays");
    assert!(!shown.iter().any(|name| name == "whoami.exe 12016"), "{shown:?}");
    assert!(lines.hidden > 0);
    let strip = histogram::histogram(&session, None);
    let words = histogram::selected_words(&session, range, strip.total);
    let count = session.analysis().records_in(range).len();
    let total = session.analysis().events.len();
    assert_eq!(words, format!("Selected 14:29:00–14:31:00, {count} of {total} events"));
    assert_eq!(strip.edge(0).to_string(), "2026-04-12T13:30:00Z");
    let (from, to) = strip.places(range);
    let minute = 1.0 / strip.bars.len() as f32;
    assert!((from / minute - 59.0).abs() < 0.01 && (to / minute - 61.0).abs() < 0.01);
    session.apply(Command::ClearLimits);
    assert_eq!(findings::findings(&session).total, all);
}

#[test]
fn the_timeline_honours_filter_and_range() {
    let mut session = incident();
    session.apply(Command::Filter("whoami".to_owned()));
    let view = of_laptop(&session).expect("records with times");
    let names = names(&session, &view);
    assert_eq!(names.first().map(String::as_str), Some("Zoom.exe"), "what leads there stays");
    assert!(names.iter().any(|name| name == "whoami.exe"), "{names:?}");
    assert!(!names.iter().any(|name| name == "rundll32.exe"), "{names:?}");
}
