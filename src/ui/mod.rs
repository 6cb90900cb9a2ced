//! The window. The only layer that knows egui; it shows `view` values and changes nothing itself.
//!
//! - [`theme`]: colours, type, icons, distances, egui's style
//! - [`widgets`]: what the panels are made of

pub mod theme;
pub mod widgets;
