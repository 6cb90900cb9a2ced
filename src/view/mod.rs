//! What the panels show, as plain data that needs no window to be tested.
//!
//! - [`visible`]: text from logs with nothing in it left unseen

pub mod visible;
