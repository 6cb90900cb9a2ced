//! Which records keep their fields in memory; the others are read again from the evidence when
//! somebody looks at them. Does not read.

use std::{collections::HashMap, fmt, sync::Arc};

use crate::model::{Event, Name};

/// Answers remembered; a hostile file that invents more channels is asked about each time.
const MOST_ANSWERS: usize = 16_384;

/// Says of a provider, a channel and an event id whether records of that kind keep their fields.
///
/// The channel is the one the record was written to, forwarded or not
/// ([`Event::home_channel`]).
#[derive(Clone, Default)]
pub struct Keep(Option<Arc<Wanted>>);

type Wanted = dyn Fn(&str, &str, u32) -> bool + Send + Sync;

impl Keep {
    /// Keeps the fields of the records of which `is_wanted` says so, by provider,
    /// channel and event id.
    pub fn those(is_wanted: impl Fn(&str, &str, u32) -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(is_wanted)))
    }

    /// Keeps the fields of every record.
    pub const fn all() -> Self {
        Self(None)
    }
}

impl fmt::Debug for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Keep::those" } else { "Keep::all" })
    }
}

/// [`Keep`] with a memory, one for each reading thread.
#[derive(Debug, Default)]
pub(super) struct Kept {
    keep: Keep,
    answers: HashMap<(Name, Name, u32), bool>,
    last: Option<(Name, Name, u32, bool)>,
}

impl Kept {
    pub(super) fn new(keep: Keep) -> Self {
        Self { keep, ..Self::default() }
    }

    /// Whether every record keeps its fields, so that nobody needs to ask.
    pub(super) const fn is_all(&self) -> bool {
        self.keep.0.is_none()
    }

    /// Whether records of this kind keep their fields.
    pub(super) fn wants(&mut self, provider: &Name, channel: &Name, event_id: u32) -> bool {
        let Some(is_wanted) = &self.keep.0 else { return true };
        if let Some((of, at, id, answer)) = &self.last
            && *id == event_id
            && Name::ptr_eq(of, provider)
            && Name::ptr_eq(at, channel)
        {
            return *answer;
        }
        let key = (Name::clone(provider), Name::clone(channel), event_id);
        let answer = self.answers.get(&key).copied().unwrap_or_else(|| {
            let home = Event::home_of(channel, provider, event_id);
            let answer = is_wanted(provider, home, event_id);
            if self.answers.len() < MOST_ANSWERS {
                self.answers.insert(key.clone(), answer);
            }
            answer
        });
        let (of, at, id) = key;
        self.last = Some((of, at, id, answer));
        answer
    }
}
