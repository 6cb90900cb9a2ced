//! The one mutable thing: what is loaded, selected and unfolded, and the jobs that change it.
//!
//! [`analyse`] wires reading, tree, decoding and detection into one [`Analysis`](crate::model::Analysis).
//! [`Session`] holds it; the screen sends [`Command`]s and [`Session::apply`] is the only writer.
//! Loading runs on worker threads of [`load`]; the session never blocks.

pub mod analyse;
mod apply;
mod case;
mod command;
mod decode;
mod expansion;
pub mod export;
mod judge;
pub mod keep;
pub mod load;
mod pace;
mod password;
mod recent;
pub mod sample;
mod selection;
mod zoom;

pub use self::{
    case::{Notice, Session},
    command::{Command, Direction},
    expansion::Expansion,
    load::{LoadProgress, SourceProgress, SourceState},
    pace::{Pace, Rate},
    password::Password,
    recent::RecentBundle,
    selection::Selection,
};
