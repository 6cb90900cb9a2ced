//! Tests of the window: what a person, or a screen reader, finds in it.

mod theme;
mod widgets;
