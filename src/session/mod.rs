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
pub mod events;
mod expansion;
pub mod export;
mod judge;
pub mod keep;
mod latest;
pub mod load;
mod pace;
mod password;
mod recent;
mod record;
mod record_marks;
pub mod sample;
mod selection;
mod tab;
mod zoom;

pub use self::{
    case::{Notice, Session},
    command::{Command, Direction},
    expansion::Expansion,
    load::{LoadProgress, SourceProgress, SourceState},
    pace::{Pace, Rate},
    password::Password,
    recent::RecentBundle,
    record::Whole,
    selection::Selection,
    tab::Tab,
};
