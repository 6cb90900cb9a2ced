//! Writes the result down for people and for scripts.
//!
//! For people: [`content`] decides what is said, as plain data; [`markdown()`] how it
//! looks; [`escape`] and [`defang`] keep text from logs harmless. For scripts: [`json`]. Nothing
//! here reads a clock: the same analysis gives the same report.

pub mod content;
pub mod defang;
pub mod escape;
pub mod json;
mod markdown;

pub use self::{content::Options, markdown::markdown};
