//! Windows events as XML, from Event Viewer, `wevtutil`, `evtx_dump`, or kept by a collector; not
//! other XML, and not what the records mean.
//!
//! The reader of the text is our own, of two hundred lines: it must tell text that is broken from
//! text that goes on past the window, must get over references and bytes that XML forbids and
//! Windows writes, and must never expand what a file declares. The crates for XML refuse such
//! text, read whole documents, or need valid UTF-8 first.

mod events;
mod piece;
mod reader;
mod record;
mod siblings;
mod told;

pub(super) use self::{
    events::{FileReader, event_from_str, read_file, read_one},
    piece::holds_events,
};
