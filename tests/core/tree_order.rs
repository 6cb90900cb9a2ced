//! The tree is the same whatever the order of the records, has no cycle and loses nobody.

#![expect(clippy::indexing_slicing, reason = "a test that panics is a failing test")]

use std::collections::HashSet;

use crate::events::{
    Make, guid, record, security_exit, security_start, sysmon, sysmon_exit, sysmon_start,
};
use proptest::prelude::*;
use spawnscope::{
    model::{Event, ProcessTree},
    tree,
};

const IMAGES: [&str; 3] = [r"C:\Zoom\Zoom.exe", r"C:\W\cmd.exe", r"\??\c:\w\CMD.EXE"];
const HOSTS: [&str; 4] = ["PC1", "pc1.corp.example", "PC2", "pc2"];

/// Few ids, times and GUIDs, so that they clash in every way.
fn event() -> impl Strategy<Value = Make> {
    let clock = (0u32..4, 0u32..60).prop_map(|(minute, second)| (minute, second));
    (0u8..8, clock, 1u32..5, 1u32..5, 0usize..3, 0usize..4, (0u32..4, 0u32..60), any::<bool>())
        .prop_map(|(kind, (minute, second), pid, parent, image, host, (m2, s2), named)| {
            let clock = format!("10:{minute:02}:{second:02}.000");
            let own = guid(&format!("10:{minute:02}:{second:02}"), pid);
            let other = guid(&format!("10:{m2:02}:{:02}", s2 / 10), parent);
            let image = IMAGES[image];
            let up = IMAGES[parent as usize % 3];
            let make = match kind {
                0 => sysmon_start(&own, pid, image, &clock).parent(&other, parent, up),
                1 => sysmon_start(&other, parent, image, &clock).parent(&own, pid, up),
                2 => security_start(pid, image, &clock).creator(parent),
                3 => security_start(pid, image, &clock).creator(parent).creator_image(up),
                4 => sysmon_exit(&other, parent, image, &clock),
                5 => security_exit(pid, image, &clock),
                6 => sysmon(3, &clock)
                    .field("ProcessGuid", if named { &own } else { &other })
                    .field("ProcessId", &pid.to_string())
                    .field("Image", image),
                _ => record("EventLog", "System", 6005, &clock),
            };
            make.host(HOSTS[host])
        })
}

/// The tree as text in which records stand for what they say, not where they stand.
fn told(tree: &ProcessTree, events: &[Event]) -> String {
    let mut tree = tree.clone();
    let mut records = Vec::new();
    for process in &mut tree.processes {
        for witness in &mut process.witnesses {
            records.push(format!("{:?}", events[witness.record.0 as usize]));
            witness.record.0 = 0;
        }
        for said in &mut process.disagreements {
            records.push(format!("{:?}", events[said.record.0 as usize]));
            said.record.0 = 0;
        }
        for activity in &mut process.activity {
            records.push(format!("{:?}", events[activity.record.0 as usize]));
            activity.record.0 = 0;
        }
    }
    format!("{tree:#?}\n{records:#?}")
}

fn shuffled() -> impl Strategy<Value = (Vec<Event>, Vec<Event>)> {
    prop::collection::vec(event(), 0..24).prop_flat_map(|makes| {
        let events: Vec<Event> = makes.into_iter().map(Make::done).collect();
        (Just(events.clone()), Just(events).prop_shuffle())
    })
}

proptest! {
    #[test]
    fn order_of_records_does_not_matter((one, other) in shuffled()) {
        prop_assert_eq!(told(&tree::build(&one), &one), told(&tree::build(&other), &other));
    }

    #[test]
    fn every_process_stands_once_below_one_root((events, _) in shuffled()) {
        let tree = tree::build(&events);
        let mut seen = HashSet::new();
        for root in &tree.roots {
            prop_assert!(tree.process(*root).unwrap().parent.is_none());
            for at in tree.subtree(*root) {
                prop_assert!(seen.insert(at), "twice: {:?}", at);
            }
        }
        prop_assert_eq!(seen.len(), tree.processes.len());
        let keys: HashSet<_> = tree.processes.iter().map(|process| &process.key).collect();
        prop_assert_eq!(keys.len(), tree.processes.len());
        let order: Vec<_> = tree
            .processes
            .iter()
            .map(|process| (&process.host, process.start, process.pid))
            .collect();
        prop_assert!(order.is_sorted());
        // Every start and end is a witness exactly once.
        let witnesses: Vec<_> =
            tree.processes.iter().flat_map(|process| &process.witnesses).map(|it| it.record).collect();
        let wanted = events.iter().filter(|event| matches!(event.event_id, 1 | 5 | 4688 | 4689));
        prop_assert_eq!(witnesses.len(), wanted.count());
        prop_assert_eq!(witnesses.iter().collect::<HashSet<_>>().len(), witnesses.len());
    }
}

#[test]
fn nothing_gives_nothing() {
    assert_eq!(tree::build(&[]), ProcessTree::default());
}
