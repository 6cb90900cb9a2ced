//! A set of host names that is asked by any spelling. Not the hosts of the tree, which know which
//! names are one machine: here a short name equals every full one that begins with it.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use crate::model::{Event, PerKind};

/// Hosts of records.
#[derive(Debug, Default)]
pub(super) struct HostSet {
    /// Whole names in lower case.
    names: HashSet<String, RandomState>,
    /// What stands before the first dot of each name.
    shorts: HashSet<String, RandomState>,
}

impl HostSet {
    /// The hosts of the records of which this holds.
    pub(super) fn of<'e>(events: &'e [Event], is_meant: impl Fn(&'e Event) -> bool) -> Self {
        let mut set = Self::default();
        let mut seen = PerKind::default();
        for event in events.iter().filter(|event| is_meant(event)) {
            seen.of(event, || set.insert(event.host()));
        }
        set
    }

    fn insert(&mut self, host: &str) {
        let name = host.to_lowercase();
        self.shorts.insert(short(&name).to_owned());
        self.names.insert(name);
    }

    /// Whether it holds a name of this host ([`super::evidence::is_same_host`]).
    pub(super) fn has(&self, host: &str) -> bool {
        let name = host.to_lowercase();
        let short = short(&name);
        // Two full names are the same only as a whole.
        self.names.contains(&name)
            || if name.contains('.') {
                self.names.contains(short)
            } else {
                self.shorts.contains(short)
            }
    }
}

fn short(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}
