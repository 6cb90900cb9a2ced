//! What is to be told of a file of XML that was read all the same.

use crate::model::IssueKind;

/// A count with the first place.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    count: u64,
    first: u64,
}

impl Count {
    const fn add(&mut self, place: u64) {
        if self.count == 0 {
            self.first = place;
        }
        self.count += 1;
    }
}

/// Oddities that cost no whole event.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    altered: Count,
    without_beginning: Count,
    /// Where the file declares a document type.
    pub(super) doctype: Option<u64>,
    /// Where reading stopped because the file wastes time.
    pub(super) given_up: Option<u64>,
}

impl Told {
    /// Counts an event of which bytes were replaced.
    pub(super) const fn add_altered(&mut self, place: u64) {
        self.altered.add(place);
    }

    /// Counts an event that was read without its beginning.
    pub(super) const fn add_without_beginning(&mut self, place: u64) {
        self.without_beginning.add(place);
    }

    /// One note for each that is there.
    pub(super) fn notes(self) -> Vec<(u64, IssueKind, String)> {
        let mut notes = Vec::new();
        let mut add = |offset, kind, message| notes.push((offset, kind, message));
        if let Some(offset) = self.doctype {
            let message = "The file declares a document type, which no event log does. What it \
                           declares was not read and no entity expanded; the events were read.";
            add(offset, IssueKind::Limit, message.to_owned());
        }
        let Count { count, first } = self.without_beginning;
        if count > 0 {
            let events = match count {
                1 => format!("One event, at offset {first}, has lost its beginning"),
                _ => format!("{count} events, the first at offset {first}, lost their beginning"),
            };
            let message = format!(
                "{events}; what is left was read. Export the log again if it should be whole."
            );
            add(first, IssueKind::Damaged, message);
        }
        let Count { count, first } = self.altered;
        if count > 0 {
            let events = if count == 1 { "One event holds" } else { "Events hold" };
            let message = format!(
                "{events} bytes that are no UTF-8 ({count}, the first at offset {first}); each is \
                 shown as U+FFFD. Export the log as EVTX, or as Unicode, to read them."
            );
            add(first, IssueKind::Damaged, message);
        }
        if let Some(offset) = self.given_up {
            let message = "So much of this file is broken that reading stopped at this place; \
                           what comes after it is lost. It may have been made to waste time; look \
                           at it with another program.";
            add(offset, IssueKind::Limit, message.to_owned());
        }
        notes
    }
}
