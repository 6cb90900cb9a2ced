//! Tests of the window: what a person, or a screen reader, finds in it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that panics is a failing test")]

#[path = "../support/evtx_writer/mod.rs"]
#[expect(dead_code, unused_imports, reason = "other tests write more kinds of logs")]
mod evtx_writer;
mod support;

mod action;
mod broken;
mod events;
mod findings;
mod hostile;
mod inspector;
mod loading;
mod menu;
mod password;
mod process_tree;
mod snapshots;
mod sources;
mod start;
mod theme;
mod timeline;
mod widgets;
