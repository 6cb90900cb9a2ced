//! The process tree as a flat list of visible lines, and what the row of each says.
//!
//! [`lines`] is made anew when something is folded, filtered or loaded and visits unfolded processes
//! only; [`row`] is made for the rows on screen.

mod lines;
mod row;

pub(in crate::view) use self::lines::wanted;
pub use self::lines::{Lane, Line, Lines, Subject, lines};
pub use self::row::{Kind, Row, decoded, host_name, host_words, kind, one_line, row};
