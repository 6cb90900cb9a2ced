//! The coverage by host and kind of telemetry, so that a thousand hosts are not searched a thousand
//! times. Says nothing of holes: that is `state`.

use foldhash::fast::RandomState;
use std::collections::HashMap;

use crate::model::{Coverage, Telemetry};

/// The coverage entries of each host.
#[derive(Debug)]
pub(super) struct Covered<'a> {
    /// By host in lower case, then in the order of [`Telemetry::ALL`].
    by_host: HashMap<String, [Option<&'a Coverage>; Telemetry::ALL.len()], RandomState>,
}

impl<'a> Covered<'a> {
    pub(super) fn of(coverage: &'a [Coverage]) -> Self {
        let mut by_host: HashMap<String, [Option<&'a Coverage>; 8], RandomState> =
            HashMap::default();
        for entry in coverage {
            let kinds = by_host.entry(entry.host.to_lowercase()).or_default();
            if let Some(known) = kinds.get_mut(entry.telemetry as usize) {
                known.get_or_insert(entry);
            }
        }
        Self { by_host }
    }

    /// The entry of this host, in any letter case, and this telemetry.
    pub(super) fn entry(&self, host: &str, kind: Telemetry) -> Option<&'a Coverage> {
        let kinds = self.by_host.get(host.to_lowercase().as_str())?;
        kinds.get(kind as usize).copied().flatten()
    }
}
