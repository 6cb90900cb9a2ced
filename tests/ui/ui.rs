//! Tests of the window: what a person, or a screen reader, finds in it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics is a failing test"
)]

mod action;
mod findings;
mod inspector;
mod menu;
mod process_tree;
mod start;
mod support;
mod theme;
mod widgets;
