//! The window. The only layer that knows egui; it shows `view` values and changes nothing itself.
//!
//! - [`App`]: what one frame does, and who carries out what panels ask for
//! - [`action`]: the one table of names and shortcuts · [`request`]: what panels ask for ·
//!   [`context`]: what panels may read
//! - [`panels`]: the parts of the window · [`dialogs`]: what stands in front of it
//! - [`theme`]: colours, type, icons, distances, egui's style · [`widgets`]: what panels are made of

pub mod action;
mod app;
pub mod context;
pub mod dialogs;
mod layout;
pub mod panels;
pub mod request;
mod settings;
mod start;
pub mod theme;
pub mod widgets;

pub use self::app::App;
pub use self::start::run;
