//! Spawnscope: what Zoom started, what it really ran, what came next, and what the logs cannot tell.
//!
//! The modules in reading order. Data goes down this list once and never back:
//! [`model`] is the shared vocabulary; [`ingest`] reads files into events; [`tree`] makes processes
//! of them; [`decode`] says what a command line really runs; [`detect`] judges by Sigma rules;
//! [`report`] writes the result down; [`session`] wires these and holds what is loaded; [`view`]
//! says what each panel shows; [`cli`] and `ui` are the two ways in.

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
