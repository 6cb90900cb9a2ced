//! Which rules a record is tried on, by channel and event id.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::program;
use crate::detect::rules::Rules;

/// Positions of rules, ascending.
type Positions = Box<[u32]>;

/// Rules by log source.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// By channel in lower case.
    channels: HashMap<Box<str>, Channel>,
    /// For channels that no rule names.
    elsewhere: Channel,
}

#[derive(Clone, Debug, Default)]
struct Channel {
    by_event_id: HashMap<u32, Positions>,
    /// For event ids that no rule names.
    other: Positions,
}

/// Rules of one channel while the index is built.
#[derive(Clone, Default)]
struct Draft {
    by_event_id: BTreeMap<u32, BTreeSet<u32>>,
    any: BTreeSet<u32>,
}

impl Draft {
    fn add(&mut self, rule: u32, event_ids: &[u32]) {
        if event_ids.is_empty() {
            self.any.insert(rule);
        }
        for id in event_ids {
            self.by_event_id.entry(*id).or_default().insert(rule);
        }
    }

    /// Adds the rules on every channel.
    fn with(mut self, everywhere: &Self) -> Self {
        self.any.extend(&everywhere.any);
        for (id, rules) in &everywhere.by_event_id {
            self.by_event_id.entry(*id).or_default().extend(rules);
        }
        self
    }

    fn finish(self) -> Channel {
        let Self { by_event_id, any } = self;
        Channel {
            by_event_id: by_event_id
                .into_iter()
                .map(|(id, rules)| (id, rules.union(&any).copied().collect()))
                .collect(),
            other: any.into_iter().collect(),
        }
    }
}

impl Index {
    /// Sorts rules by their log source, and by the event ids that they name themselves.
    pub(super) fn new(rules: &Rules) -> Self {
        let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
        let mut everywhere = Draft::default();
        for (at, rule) in (0u32..).zip(rules) {
            let own_ids = program::event_ids(&rule.detection);
            for scope in rule.log_source.scopes().unwrap_or_default() {
                let event_ids = match (&own_ids, scope.event_ids.is_empty()) {
                    (None, _) => scope.event_ids,
                    (Some(own), true) => own.clone(),
                    (Some(own), false) => {
                        scope.event_ids.into_iter().filter(|id| own.contains(id)).collect()
                    }
                };
                if event_ids.is_empty() && own_ids.is_some() {
                    continue;
                }
                match scope.channel {
                    Some(channel) => drafts.entry(channel).or_default(),
                    None => &mut everywhere,
                }
                .add(at, &event_ids);
            }
        }
        Self {
            channels: drafts
                .into_iter()
                .map(|(channel, draft)| (channel.into(), draft.with(&everywhere).finish()))
                .collect(),
            elsewhere: everywhere.finish(),
        }
    }

    /// The rules for records of this channel, in any letter case, and event id. Allocates nothing
    /// for the channel names of Windows.
    pub(super) fn rules(&self, channel: &str, event_id: u32) -> &[u32] {
        let mut buffer = [0u8; 128];
        let known = match buffer.get_mut(..channel.len()) {
            Some(lower) if channel.is_ascii() => {
                lower.copy_from_slice(channel.as_bytes());
                lower.make_ascii_lowercase();
                std::str::from_utf8(lower).ok().and_then(|lower| self.channels.get(lower))
            }
            _ => self.channels.get(channel.to_lowercase().as_str()),
        };
        let channel = known.unwrap_or(&self.elsewhere);
        channel.by_event_id.get(&event_id).unwrap_or(&channel.other)
    }
}
