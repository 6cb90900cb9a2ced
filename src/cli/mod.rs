//! The headless commands: evidence in, findings, tree, report or decoded text out.
//!
//! Results go to standard output, everything else to standard error. What the documents hold is
//! decided in [`report`](crate::report); this module reads arguments and picks the exit status.

mod args;
mod decode;
mod output;
mod rules;
mod run;
mod text;
mod tree;

use crate::view::visible::visible_text;

pub use self::args::{Args, Common, Task};
pub use self::run::run;

/// How a run ended. Where several hold, the first of this list is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Wrong usage, or nothing could be read at all.
    NothingRead,
    /// A finding at or above `--fail-on`.
    Found,
    /// Done, but some evidence could not be read.
    ReadInPart,
    /// Done.
    Done,
}

/// An error in one line, with its causes; file names in it may come from an intruder.
pub fn words(error: &anyhow::Error) -> String {
    visible_text(&format!("{error:#}")).into_owned()
}

impl Exit {
    /// The process's exit status.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::NothingRead => 2,
            Self::ReadInPart => 3,
        }
    }
}
