//! A memory for what is the same for all records of one log and event id. It orders nothing and
//! reaches no result.

use std::{collections::HashMap, fmt, ptr};

use foldhash::fast::RandomState;

use super::{Event, Origin};

/// Answers remembered; hostile evidence that invents more kinds is worked out each time.
const MOST_KINDS: usize = 65_536;

/// Remembers an answer for each origin and event id, so that millions of records of a few hundred
/// kinds cost one comparison of names a kind and not one a record.
///
/// Origins are told apart by address: records of one log share theirs. The lifetime keeps them in
/// place while their addresses are keys.
pub struct PerKind<'e, T> {
    last: Option<(&'e Origin, u32, T)>,
    known: HashMap<(usize, u32), T, RandomState>,
}

impl<'e, T: Copy> PerKind<'e, T> {
    /// The answer for records like this one; `work` must not look at anything but origin and id.
    pub fn of(&mut self, event: &'e Event, work: impl FnOnce() -> T) -> T {
        let (origin, event_id) = (&*event.origin, event.event_id);
        if let Some((known, id, answer)) = self.last
            && id == event_id
            && ptr::eq(known, origin)
        {
            return answer;
        }
        let key = (ptr::from_ref(origin).addr(), event_id);
        let answer = self.known.get(&key).copied().unwrap_or_else(|| {
            let answer = work();
            if self.known.len() < MOST_KINDS {
                self.known.insert(key, answer);
            }
            answer
        });
        self.last = Some((origin, event_id, answer));
        answer
    }
}

impl<T> Default for PerKind<'_, T> {
    fn default() -> Self {
        Self { last: None, known: HashMap::default() }
    }
}

impl<T> fmt::Debug for PerKind<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerKind").field("kinds", &self.known.len()).finish_non_exhaustive()
    }
}
