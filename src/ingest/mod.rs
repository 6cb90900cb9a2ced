//! Reads log files into events; knows files and formats, not what records mean.
//!
//! [`load`] takes files and folders and gives back flat [`Event`](crate::model::Event)s in one
//! order, a [`Source`](crate::model::Source) for every file, and an
//! [`Issue`](crate::model::Issue) for everything that could not be read. The way through the
//! files: `bundle` finds them, `recognise` tells what they are, `work` shares them out among
//! threads, `archive` unpacks those that are packed, `evtx`, `json`, `xml` and `csv` read them,
//! `gather`, `order` and `twice` make the result independent of all that. [`Again`] reads a single
//! record once more.

mod again;
mod archive;
mod bundle;
mod csv;
mod digest;
mod evtx;
mod field_map;
mod gather;
mod input;
mod json;
mod keep;
mod load;
mod names;
mod order;
mod outcome;
mod positioned;
mod recognise;
mod row;
mod system;
mod tally;
mod telltale;
mod trouble;
mod twice;
mod work;
mod written_time;
mod xml;

pub use self::again::{Again, AgainError};
pub use self::archive::UnpackLimit;
pub use self::field_map::{
    FieldMap, MapError, MapProblem, Told, UnknownJson, UtcOffset, load_maps, propose,
    survey_unknown,
};
pub use self::keep::Keep;
pub use self::load::{Loaded, Observer, Options, Silent, SourceProgress, SourceState, load};
