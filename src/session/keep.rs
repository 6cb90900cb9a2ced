//! Which records keep their fields while a bundle is loaded: those that something judges.

use std::sync::Arc;

use crate::detect::{Engine, coverage};
use crate::ingest::Keep;
use crate::tree;

/// The kinds that the tree, the coverage or any of these rules look at.
pub fn judged(engine: &Arc<Engine>) -> Keep {
    let engine = Arc::clone(engine);
    Keep::those(move |provider, channel, event_id| {
        tree::reads_fields(provider, channel, event_id)
            || coverage::reads_fields(provider, channel, event_id)
            || engine.is_relevant(channel, event_id)
    })
}
