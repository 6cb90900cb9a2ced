//! The comparison of dialects itself: it agrees where the same is said, and only there.

use crate::support::dialects::{
    Carried, StoryRecord, assert_same_story, evtx_dump, findings, judged_records, processes, story,
};

#[test]
fn evtx_dump_tells_the_story() {
    let analysis =
        assert_same_story("evtx_dump", evtx_dump::render(story()).as_bytes(), &Carried::ALL);
    assert!(analysis.tree.processes.len() > 50);
    assert!(!analysis.zoom_roots.is_empty());
}

#[test]
fn what_is_left_out_shows() {
    let all = judged_records(story());
    let without = |is_lost: &dyn Fn(&StoryRecord) -> bool| {
        let carried = Carried { record: &|record| !is_lost(record), ..Carried::ALL };
        judged_records(&carried.of_story())
    };
    let no_starts = without(&|record| record.is_sysmon(1));
    assert_ne!(processes(&all), processes(&no_starts));
    assert_ne!(findings(&all), findings(&no_starts));
    let no_exits = without(&|record| record.is_sysmon(5) || record.is_security(4689));
    assert_ne!(processes(&all), processes(&no_exits));
    let no_payload = without(&|record| record.field("DestinationIp") == Some("203.0.113.44"));
    assert_ne!(processes(&all), processes(&no_payload));
    let no_lines = Carried {
        field: &|_, name, value| (name != "CommandLine").then(|| value.to_owned()),
        ..Carried::ALL
    };
    assert_ne!(findings(&all), findings(&judged_records(&no_lines.of_story())));
}
