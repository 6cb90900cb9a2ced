//! Event logs as tables: text with a row for each event. What the columns mean is in `row`.

mod header;
mod rows;
mod split;
mod told;

pub(super) use self::{
    header::program_of,
    rows::{FileReader, read_file, read_one},
};
