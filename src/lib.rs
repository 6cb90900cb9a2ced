//! Spawnscope: what Zoom started, what it really ran, what came next, and what the logs cannot tell.
//!
//! The modules in reading order. Data goes down this list once and never back:
//! [`model`] is the shared vocabulary; [`ingest`] reads files into events; [`tree`] makes processes
//! of them; [`decode`] says what a command line really runs; [`detect`] judges by Sigma rules;
//! [`report`] writes the result down. The later layers wire these together; [`view`] says what the
//! panels show and `ui` (feature `gui`) shows it.

pub mod cli;
pub mod decode;
pub mod detect;
pub mod ingest;
pub mod model;
pub mod report;
pub mod session;
pub mod tree;
#[cfg(feature = "gui")]
pub mod ui;
pub mod view;
