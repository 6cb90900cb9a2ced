//! What several tests need. No tests of its own.

pub(crate) mod dialects;
pub(crate) mod evtx_damage;
pub(crate) mod evtx_writer;
pub(crate) mod mutate;
pub(crate) mod samples;
pub(crate) mod story;
