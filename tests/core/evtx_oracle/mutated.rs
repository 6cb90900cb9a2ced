//! Made records with bytes changed anywhere: reading ends, soon and without a panic.

use std::time::{Duration, Instant};

use proptest::{collection::vec, prelude::*};

use super::{
    load_bytes,
    raw::{Raw, utf16},
};

fn record() -> Vec<u8> {
    let mut raw = Raw::new();
    let template = |raw: &mut Raw| {
        raw.event(|raw| {
            raw.open("EventData", false).content().data("A", 0).data("B", 1);
            raw.open_if("Other", true, 0).attribute("at").slot(2).content().slot(1).close();
            raw.close();
        });
    };
    let values = [
        (0x01, utf16("text")),
        (0x81, utf16("one\0two\0")),
        (0x13, vec![1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]),
        (0x11, vec![7; 8]),
    ];
    raw.instance(1, template, &values);
    raw.file()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn changed_bytes_do_no_harm(changes in vec((0_usize..700, any::<u8>()), 1..6)) {
        let mut file = record();
        for (at, byte) in changes {
            // Inside the one record.
            file[4_096 + 512 + at] = byte;
        }
        let start = Instant::now();
        let loaded = load_bytes(&file);
        prop_assert!(start.elapsed() < Duration::from_secs(5));
        prop_assert!(loaded.events.len() <= 1);
        let is_internal = |kind| kind == spawnscope::model::IssueKind::Internal;
        prop_assert!(!loaded.issues.iter().any(|issue| is_internal(issue.kind)));
    }
}
