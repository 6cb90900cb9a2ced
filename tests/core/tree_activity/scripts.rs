//! Script blocks: joined from their parts, whatever the order, and never across processes.

#![expect(clippy::panic, reason = "a test that panics is a failing test")]

use super::{PS, power_shell};
use crate::events::{Make, process, security_start};
use spawnscope::{
    model::{Deed, Event, ProcessTree, ScriptBlock},
    tree,
};

fn part(number: u32, text: &str) -> Make {
    power_shell(4104)
        .field("MessageNumber", &number.to_string())
        .field("MessageTotal", "3")
        .field("ScriptBlockId", "A1B2")
        .field("ScriptBlockText", text)
}

/// Processes 10 and 11, both PowerShell, and these records.
fn with(records: Vec<Make>) -> (ProcessTree, Vec<Event>) {
    let starts = [10, 11].map(|pid| security_start(pid, PS, "10:00:00.000"));
    let events: Vec<Event> = starts.into_iter().chain(records).map(Make::done).collect();
    (tree::build(&events), events)
}

fn only_block<'a>(tree: &ProcessTree, events: &'a [Event], pid: u32) -> ScriptBlock<'a> {
    let did = &process(tree, "powershell.exe", pid).activity;
    assert_eq!(did.len(), 1, "{did:?}");
    match did[0].deed(tree, events) {
        Some(Deed::ScriptBlock(block)) => block,
        other => panic!("{other:?}"),
    }
}

#[test]
fn parts_of_a_script_block_are_one_deed() {
    let path = r"C:\Users\m\u.ps1";
    let cases = [
        (
            "all, out of order",
            vec![part(2, "b "), part(3, "c"), part(1, "\n  $a = 1\n")],
            ("$a = 1", "\n  $a = 1\nb c", &[][..]),
        ),
        (
            "one lost",
            vec![part(1, "a").field("Path", path), part(3, "c")],
            ("u.ps1, 2 of 3 parts logged", "a\n[part 2 not logged]\nc", &[2]),
        ),
        (
            "the first lost",
            vec![part(3, "c"), part(2, "b")],
            ("b, 2 of 3 parts logged", "\n[part 1 not logged]\nbc", &[1]),
        ),
        (
            "one twice, two lost",
            vec![part(1, "a"), part(1, "a").source(1)],
            ("a, 1 of 3 parts logged", "a\n[parts 2 to 3 not logged]\n", &[2, 3]),
        ),
    ];
    for (what, records, (text, script, missing)) in cases {
        let (tree, events) = with(records);
        let did = &process(&tree, "powershell.exe", 10).activity;
        let block = only_block(&tree, &events, 10);
        assert_eq!(did[0].text(&tree, &events), text, "{what}");
        assert_eq!(block.script, script, "{what}");
        assert_eq!(block.missing_parts, missing, "{what}");
        assert_eq!((block.block_id, block.parts_total), (Some("A1B2"), 3), "{what}");
    }
}

#[test]
fn blocks_and_processes_stay_apart() {
    let (tree, events) = with(vec![
        part(1, "a"),
        part(1, "x").logger(11),
        part(2, "y").logger(11),
        part(3, "z").logger(11),
    ]);
    assert_eq!(only_block(&tree, &events, 10).parts, 1);
    let whole = only_block(&tree, &events, 11);
    assert_eq!((whole.parts, whole.script.as_ref(), whole.truncated), (3, "xyz", false));

    let (tree, _) = with(vec![part(1, "a"), part(1, "x").field("ScriptBlockId", "C3")]);
    assert_eq!(process(&tree, "powershell.exe", 10).activity.len(), 2);
}

#[test]
fn a_block_that_claims_a_billion_parts_costs_nothing() {
    let (tree, events) = with(vec![
        part(1, "a").field("MessageTotal", "4000000000"),
        part(3_999_999_999, "z").field("MessageTotal", "4000000000"),
    ]);
    let block = only_block(&tree, &events, 10);
    assert_eq!(
        block.script,
        "a\n[parts 2 to 3999999998 not logged]\nz\n[part 4000000000 not logged]\n"
    );
    assert_eq!(block.missing_parts.len(), 64);
}
