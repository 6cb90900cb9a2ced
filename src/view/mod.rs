//! What each panel shows, as plain data. No egui: a panel's content is tested as text.
//!
//! Values are made from the [`Session`](crate::session::Session) and know nothing of pixels; the
//! wording, counts, order and elision decisions live here, colours and places in the window's layer.
//! [`visible`] makes text from logs harmless to look at: nothing in it is left unseen.

pub mod answer;
pub mod chain;
pub mod coverage;
pub mod events;
pub mod files;
pub mod findings;
pub mod histogram;
pub mod inspector;
pub mod loading;
pub mod locked;
pub mod number;
pub mod process_tree;
pub mod status;
pub mod timeline;
pub mod visible;
