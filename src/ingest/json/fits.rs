//! Which maps fit a file that no built-in dialect claims. Reads no records.

use std::collections::BTreeSet;

use super::{
    super::field_map::FieldMap,
    dialect::{Dialect, Keys},
    leaves::Leaves,
    mapped::without_wrapper,
};

/// Which maps an unknown file fits, found by looking at its first objects.
#[derive(Debug)]
pub(super) struct Fits<'m> {
    maps: &'m [FieldMap],
    best: Option<usize>,
    /// Of each map the key paths that the object nearest to it lacks.
    missing: Vec<Option<Vec<&'m str>>>,
}

impl<'m> Fits<'m> {
    pub(super) fn new(maps: &'m [FieldMap]) -> Self {
        Self { maps, best: None, missing: vec![None; maps.len()] }
    }

    /// Looks at one more object.
    pub(super) fn look(&mut self, leaves: &Leaves) {
        if self.maps.is_empty() {
            return;
        }
        let paths = leaves.iter().map(|(path, _)| path).collect::<BTreeSet<_>>();
        let is_there = |path: &str| {
            let below = format!("{path}.");
            paths.contains(path)
                || paths
                    .range(below.as_str()..)
                    .next()
                    .is_some_and(|first| first.starts_with(&below))
        };
        for (number, (map, nearest)) in self.maps.iter().zip(&mut self.missing).enumerate() {
            let required = map.required.iter().map(String::as_str);
            let lacks = required
                .filter(|path| !is_there(path) && !is_there(without_wrapper(path)))
                .collect::<Vec<_>>();
            if lacks.is_empty() && !map.required.is_empty() {
                self.best = Some(self.best.map_or(number, |best| best.min(number)));
            }
            if nearest.as_ref().is_none_or(|known| lacks.len() < known.len()) {
                *nearest = Some(lacks);
            }
        }
    }

    /// The first map that fits.
    pub(super) fn dialect(&self) -> Option<Dialect> {
        let number = self.best?;
        let name = self.maps.get(number)?.dialect_name();
        Some(Dialect::Mapped { number: u16::try_from(number).ok()?, name })
    }

    /// Adds to the names of a file which maps do not fit it.
    pub(super) fn told(&self, keys: Keys) -> Keys {
        Keys { unfit_maps: self.missing(), ..keys }
    }

    /// Of each map that does not fit, its name and a key path that is not there.
    fn missing(&self) -> Vec<(String, String)> {
        let named = self.maps.iter().zip(&self.missing);
        let lacks = named.filter_map(|(map, lacks)| {
            Some((map.name.clone(), (*lacks.as_ref()?.first()?).to_owned()))
        });
        lacks.collect()
    }
}
