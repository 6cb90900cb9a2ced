//! JSON: a streaming reader of the text and one file per dialect; not what the records mean.

mod assemble;
mod broken;
mod chainsaw;
mod defender;
mod dialect;
mod ecs;
mod endpoint;
mod evtx_dump;
mod evtxecmd;
mod feed;
mod fits;
mod get_winevent;
mod hayabusa;
pub(super) mod hayabusa_names;
mod key_order;
mod leaves;
mod mapped;
mod members;
mod nxlog;
mod objects;
mod parts;
mod property_names;
mod reader;
mod scan;
mod splunk;
mod velociraptor;
mod winlogbeat;
mod wrapper;

pub(super) use self::{
    assemble::{Assembler, Head, extend_path},
    dialect::{Dialect, Keys, sample, survey},
    evtx_dump::windows_event,
    feed::{Encoding, Feed},
    mapped::is_time,
    objects::{FileReader, is_record_line, read_file, read_one},
    parts::{Batch, Part, PartReader, Stitch, split},
    reader::{JsonError, Kind, Reader},
};
