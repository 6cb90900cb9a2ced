//! What is to be told of a table that was read all the same.

use crate::model::IssueKind;

/// A count with the first place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    count: u64,
    first: u64,
}

impl Count {
    /// Counts a row at this offset.
    pub(super) const fn add(&mut self, place: u64) {
        if self.count == 0 {
            self.first = place;
        }
        self.count += 1;
    }

    /// `3 rows`, and where the first one is.
    fn rows(self) -> (String, String) {
        match self.count {
            1 => ("One row".to_owned(), String::new()),
            count => (format!("{count} rows"), format!(" (the first at offset {})", self.first)),
        }
    }
}

/// Oddities that cost no whole row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub(super) altered: Count,
    pub(super) ragged: Count,
    /// Where reading stopped because the file wastes time.
    pub(super) given_up: Option<u64>,
}

impl Told {
    /// One note for each that is there.
    pub(super) fn notes(self) -> Vec<(u64, IssueKind, String)> {
        let table: [(Count, IssueKind, &str, &str); 2] = [
            (
                self.ragged,
                IssueKind::BadRecord,
                "have another number of values than the header names",
                "They were read as far as they go; values past the last column were left out. \
                 Export the log again if it should be whole.",
            ),
            (
                self.altered,
                IssueKind::Damaged,
                "hold bytes that are no UTF-8",
                "Each is shown as U+FFFD. Export the log as Unicode to read them.",
            ),
        ];
        let mut notes = Vec::new();
        for (count, kind, have, remedy) in table {
            if count.count > 0 {
                let (rows, first) = count.rows();
                notes.push((count.first, kind, format!("{rows} {have}{first}. {remedy}")));
            }
        }
        if let Some(offset) = self.given_up {
            let message = "So many quotation marks in this file are open that reading stopped at \
                           this place; what comes after it is lost. It may have been made to waste \
                           time; look at it with another program.";
            notes.push((offset, IssueKind::Limit, message.to_owned()));
        }
        notes
    }
}
