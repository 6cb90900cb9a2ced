//! The parts of the window. Each borrows a [`Context`](crate::ui::context::Context) and asks by
//! [`Requests`](crate::ui::request::Requests).

pub mod answer;
pub mod chain;
pub mod coverage;
pub mod events;
pub mod files;
pub mod findings;
mod hatch;
pub mod histogram;
pub mod inspector;
pub mod loading;
pub mod menu;
pub mod process_tree;
pub mod rail;
pub mod start;
pub mod status;
pub mod tabs;
pub mod timeline;
pub mod toolbar;
