//! Counts the elements of one name below one element, to number them. Knows no names.

use std::collections::HashMap;

/// Names looked for one by one, as many as records have; more go into a map.
const LISTED: usize = 32;

/// The names met below one element.
#[derive(Debug, Default)]
pub(super) struct Siblings<'a> {
    list: Vec<(&'a [u8], u32)>,
    map: HashMap<&'a [u8], u32>,
    /// The last `Data` and its number, if no other element came after it.
    run: Option<(&'a [u8], u32)>,
}

impl<'a> Siblings<'a> {
    /// How many of this name were there before.
    pub(super) fn next(&mut self, name: &'a [u8]) -> u32 {
        self.run = None;
        self.count(name)
    }

    /// The same for a name that follows itself: it is a list, whose values share one number.
    pub(super) fn next_in_run(&mut self, name: &'a [u8]) -> u32 {
        if let Some((last, number)) = self.run
            && last == name
        {
            return number;
        }
        let number = self.count(name);
        self.run = Some((name, number));
        number
    }

    /// Something else came.
    pub(super) const fn end_run(&mut self) {
        self.run = None;
    }

    fn count(&mut self, name: &'a [u8]) -> u32 {
        let count = match self.list.iter().position(|(known, _)| *known == name) {
            Some(at) => self.list.get_mut(at).map(|(_, count)| count),
            None if self.list.len() < LISTED => {
                self.list.push((name, 0));
                self.list.last_mut().map(|(_, count)| count)
            }
            None => Some(self.map.entry(name).or_insert(0)),
        };
        let Some(count) = count else { return 0 };
        *count += 1;
        *count - 1
    }
}
