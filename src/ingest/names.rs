//! One allocation for each name that many records share: hosts, channels, providers, field names.
//!
//! Every worker has its own table: cloning a name touches its reference count, and a count that
//! two processors write to costs more than the second copy of a few hundred names.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};

use crate::model::{Name, Origin, Shape};

/// Names kept; a hostile file that invents more gets an allocation for each.
const MOST_NAMES: usize = 65_536;
/// Longest name kept, in bytes.
const LONGEST_NAME: usize = 256;
/// Record kinds whose field names are remembered.
const MOST_SHAPES: usize = 4_096;

/// A part of a record that is mostly the same as in the record before.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Provider,
    Channel,
    Host,
    User,
}

/// The names one worker has met.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashSet<Name>,
    empty: Option<Name>,
    provider: Option<Name>,
    channel: Option<Name>,
    host: Option<Name>,
    user: Option<Name>,
    origins: HashSet<Arc<Origin>>,
    last_origin: Option<Arc<Origin>>,
    /// The field names of the last record of each event id.
    shapes: HashMap<u32, Shape>,
}

impl Names {
    /// The shared copy of a name.
    pub(super) fn intern(&mut self, name: &str) -> Name {
        if let Some(known) = self.known.get(name) {
            return Name::clone(known);
        }
        let new = Name::from(name);
        if self.known.len() < MOST_NAMES && name.len() <= LONGEST_NAME {
            self.known.insert(Name::clone(&new));
        }
        new
    }

    /// As [`Self::intern`], tried first against what the same part of the record before was.
    pub(super) fn intern_part(&mut self, part: Part, name: &str) -> Name {
        let slot = match part {
            Part::Provider => &mut self.provider,
            Part::Channel => &mut self.channel,
            Part::Host => &mut self.host,
            Part::User => &mut self.user,
        };
        if let Some(last) = slot
            && **last == *name
        {
            return Name::clone(last);
        }
        let new = self.intern(name);
        let copy = Some(Name::clone(&new));
        match part {
            Part::Provider => self.provider = copy,
            Part::Channel => self.channel = copy,
            Part::Host => self.host = copy,
            Part::User => self.user = copy,
        }
        new
    }

    /// The empty name.
    pub(super) fn empty(&mut self) -> Name {
        Name::clone(self.empty.get_or_insert_with(|| Name::from("")))
    }

    /// The shared copy of an origin.
    pub(super) fn origin(&mut self, origin: Origin) -> Arc<Origin> {
        if let Some(last) = &self.last_origin
            && is_same(last, &origin)
        {
            return Arc::clone(last);
        }
        let shared = if let Some(known) = self.origins.get(&origin) {
            Arc::clone(known)
        } else {
            let new = Arc::new(origin);
            if self.origins.len() < MOST_NAMES {
                self.origins.insert(Arc::clone(&new));
            }
            new
        };
        self.last_origin = Some(Arc::clone(&shared));
        shared
    }

    /// The field names that the last record of this event id had.
    pub(super) fn shape(&self, event_id: u32) -> Option<Shape> {
        self.shapes.get(&event_id).map(Shape::clone)
    }

    /// Remembers the field names of a record for the next one of its event id.
    pub(super) fn remember(&mut self, event_id: u32, shape: &Shape) {
        let has_room = self.shapes.len() < MOST_SHAPES;
        match self.shapes.entry(event_id) {
            Entry::Occupied(known) if Shape::ptr_eq(known.get(), shape) => {}
            Entry::Occupied(mut known) => *known.get_mut() = Shape::clone(shape),
            Entry::Vacant(free) if has_room => {
                free.insert(Shape::clone(shape));
            }
            Entry::Vacant(_) => {}
        }
    }
}

/// Whether these are the same copies of the same names, which is all that is asked of what comes
/// from one table.
fn is_same(a: &Origin, b: &Origin) -> bool {
    let is_same_user = match (&a.user_sid, &b.user_sid) {
        (Some(a), Some(b)) => Name::ptr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    is_same_user
        && Name::ptr_eq(&a.host, &b.host)
        && Name::ptr_eq(&a.channel, &b.channel)
        && Name::ptr_eq(&a.provider, &b.provider)
}
