//! A clock that is set: later records have earlier times, and parents stay right or unknown.

use crate::events::{
    Make, parent_of, process, record, security, security_exit, security_start, show, time, tree_of,
};
use spawnscope::model::{ParentLink, ProcessTree};

const ZOOM: &str = r"C:\Users\m\AppData\Roaming\Zoom\bin\Zoom.exe";
const CMD: &str = r"C:\Windows\System32\cmd.exe";
const NET: &str = r"C:\Windows\System32\net.exe";

fn at(clock: &str) -> String {
    format!("2026-04-12T{clock}.0000000Z")
}

fn kernel_sets(old: &str, new: &str) -> Make {
    record("Microsoft-Windows-Kernel-General", "System", 1, &format!("{new}.000"))
        .field("NewTime", &at(new))
        .field("OldTime", &at(old))
}

fn audit_sets(old: &str, new: &str) -> Make {
    security(4616, &format!("{new}.000"))
        .field("PreviousTime", &at(old))
        .field("NewTime", &at(new))
        .record_id(50)
}

fn zoom(clock: &str, number: u64) -> Make {
    security_start(10, ZOOM, clock).record_id(number)
}

fn child(clock: &str, number: u64) -> Make {
    security_start(11, CMD, clock).creator(10).creator_image(ZOOM).record_id(number)
}

fn end(clock: &str, number: u64) -> Make {
    security_exit(10, ZOOM, clock).record_id(number)
}

fn nothing() -> Make {
    security_start(99, NET, "06:00:00.000").record_id(1)
}

fn parent_start(tree: &ProcessTree) -> Option<spawnscope::model::Timestamp> {
    parent_of(tree, process(tree, "cmd.exe", 11)).and_then(|up| up.start)
}

fn back() -> Make {
    kernel_sets("10:00:05", "09:00:05")
}

/// What is checked, the records, and when the parent started by the clock of then.
type Case = (&'static str, [Make; 5], Option<&'static str>);

fn check(cases: impl IntoIterator<Item = Case>) {
    for (what, events, expected) in cases {
        let tree = tree_of(events);
        assert_eq!(parent_start(&tree), expected.map(time), "{what}\n{}", show(&tree));
        let link = if expected.is_some() { ParentLink::Pid } else { ParentLink::Stub };
        let found = process(&tree, "cmd.exe", 11).parent_link;
        assert_eq!(found, Some(link), "{what}\n{}", show(&tree));
    }
}

#[test]
fn record_numbers_tell_what_came_first() {
    let (old, new) =
        (|number| zoom("10:00:00.000", number), |number| child("09:00:07.000", number));
    let audit = audit_sets("10:00:05", "09:00:05");
    let forward = kernel_sets("09:00:05", "10:00:05");
    check([
        ("back", [old(40), back(), new(60), nothing(), nothing()], Some("10:00:00.000")),
        ("by 4616", [old(40), audit, new(60), nothing(), nothing()], Some("10:00:00.000")),
        ("no numbers", [old(0), back(), new(0), nothing(), nothing()], None),
        ("not set", [old(40), nothing(), new(60), nothing(), nothing()], None),
        ("a later holder", [zoom("09:30:00.000", 70), back(), new(60), nothing(), nothing()], None),
        (
            "forward",
            [zoom("09:00:00.000", 40), forward, child("10:00:07.000", 60), nothing(), nothing()],
            Some("09:00:00.000"),
        ),
        (
            "back before both",
            [zoom("09:00:06.000", 55), back(), new(60), nothing(), nothing()],
            Some("09:00:06.000"),
        ),
    ]);
}

#[test]
fn ends_by_either_clock_part_a_process_id() {
    let (old, new) = (|| zoom("10:00:00.000", 40), || child("09:00:07.000", 60));
    check([
        (
            "an earlier holder that had ended by the old clock",
            [zoom("08:50:00.000", 20), end("09:30:00.000", 30), old(), back(), new()],
            Some("10:00:00.000"),
        ),
        ("by the old clock", [old(), end("10:00:03.000", 45), back(), new(), nothing()], None),
        (
            "by the new clock, before",
            [old(), back(), end("09:00:06.000", 55), new(), nothing()],
            None,
        ),
        (
            "by the new clock, after",
            [old(), back(), new(), end("09:00:09.000", 65), nothing()],
            Some("10:00:00.000"),
        ),
    ]);
}

#[test]
fn an_end_by_the_new_clock_is_that_of_the_process() {
    let tree = tree_of([
        zoom("10:00:00.000", 40),
        kernel_sets("10:00:05", "09:00:05"),
        end("09:00:09.000", 65),
    ]);
    assert_eq!(tree.processes.len(), 1, "{}", show(&tree));
    assert_eq!(process(&tree, "Zoom.exe", 10).end, Some(time("09:00:09.000")));
}
