//! What the whole analysis promises beyond its parts: the same whatever the number of threads, and
//! command lines that many processes share decoded once.

use std::sync::Arc;

use spawnscope::{
    detect::{Engine, Rules},
    ingest::Loaded,
    model::{Analysis, Event},
    session::analyse::analyse,
};

use crate::events::{guid, sysmon_start};

const ENCODED: &str = "powershell.exe -enc dwBoAG8AYQBtAGkAIAAvAGEAbABsAA==";

/// Starts of many processes: every third is an encoded PowerShell, some parents have no record.
fn starts(count: u32) -> Vec<Event> {
    (0..count)
        .map(|at| {
            let clock = format!("14:{:02}:{:02}.{:03}", at / 60 % 60, at % 60, at % 1000);
            let own = guid("14:00:00.000", at);
            let parent = guid("13:00:00.000", at / 5);
            let line = if at % 3 == 0 { ENCODED.to_owned() } else { format!("cmd /c echo {at}") };
            sysmon_start(&own, 100 + at % 50, r"C:\Windows\System32\cmd.exe", &clock)
                .field("CommandLine", &line)
                .parent(&parent, 50, r"C:\Program Files\Zoom\bin\Zoom.exe")
                .record_id(u64::from(at))
                .done()
        })
        .collect()
}

fn analysis(threads: usize) -> Analysis {
    let loaded = Loaded { events: starts(9_000), ..Loaded::default() };
    analyse(loaded, &Engine::new(Rules::bundled()), threads)
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let one = analysis(1);
    assert!(one.findings.len() > 9_000, "{} findings", one.findings.len());
    for threads in [2, 3, 8] {
        let other = analysis(threads);
        assert!(one.tree == other.tree, "the tree of {threads} threads is another");
        assert!(one.findings == other.findings, "the findings of {threads} threads are others");
        assert_eq!(one.hosts, other.hosts);
        assert_eq!(one.coverage, other.coverage);
        assert_eq!(one.chain, other.chain);
        assert_eq!(one.marks, other.marks);
    }
}

#[test]
fn processes_with_one_command_line_share_what_it_says() {
    let analysis = analysis(2);
    let encoded: Vec<_> = analysis
        .tree
        .processes
        .iter()
        .filter(|process| process.command_line.as_deref() == Some(ENCODED))
        .filter_map(|process| process.decoding.as_ref())
        .collect();
    assert_eq!(encoded.len(), 3_000);
    assert!(encoded.iter().all(|decoding| decoding.last_text() == Some("whoami /all")));
    assert!(
        encoded
            .iter()
            .all(|decoding| encoded.first().is_some_and(|first| Arc::ptr_eq(first, decoding)))
    );
    let others = analysis.tree.processes.iter().filter_map(|process| process.decoding.as_ref());
    assert_eq!(others.filter(|decoding| decoding.layers.is_empty()).count(), 6_000 + 1_800);
}
