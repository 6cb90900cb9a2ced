//! What the names in a JSON log of an unknown program mean, as a responder says it. Reads no log.
//!
//! A map is JSON like the log it explains: it is written by copying names out of the log, and
//! names such as `@timestamp` need no other quoting there than the log itself uses.

mod known_names;
mod load;
mod propose;
mod survey;
mod written;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::{
    load::{MapError, load_maps},
    propose::propose,
    survey::{UnknownJson, survey_unknown},
};

/// Longest name of a map, in characters.
const LONGEST_NAME: usize = 64;
/// Longest key path and field name, in bytes; no longer path is read of a log.
const LONGEST_PATH: usize = 1_024;
/// Key paths in [`FieldMap::required`].
const MOST_REQUIRED: usize = 64;
/// Entries of one table.
const MOST_ENTRIES: usize = 4_096;

/// Which names of a JSON log stand for what in a Windows event.
///
/// A key path is the names from the outside to the value with dots between, in their letter case:
/// `{"device": {"name": 1}}` and `{"device.name": 1}` both have `device.name`. Array positions and
/// an outer `_source` or `result` are left out. Where a path has several values, the first that
/// can be read counts. Keys of the log that are not named here are kept as fields under their own
/// paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldMap {
    /// The map's own name; sources read with it have the dialect `map:NAME`.
    pub name: String,
    /// Key paths that one object of the file must have for the map to be used; at least one.
    #[serde(rename = "match")]
    pub required: Vec<String>,
    /// The record's time: RFC 3339, with or without a zone, or a count since 1970 in seconds,
    /// milliseconds, microseconds or nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// What times without a zone are ahead of UTC. Without it they are read as UTC, with an issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset: Option<UtcOffset>,
    /// The computer the record is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Told>,
    /// The Windows log: `Security`, `Microsoft-Windows-Sysmon/Operational`. It or
    /// [`Self::provider`] must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Told>,
    /// The Windows provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Told>,
    /// The event id. A word that [`Told::Translated`] does not know is event id 0, which means
    /// nothing; the record is kept.
    pub event_id: Told,
    /// The number of the record in its log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// The process that wrote the record, which is not the process that the record is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logger_pid: Option<String>,
    /// The account: a SID is that of the record; any other name is the field `User`, unless
    /// [`Self::fields`] fills that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Key path to the name of a field as Windows has it: `Image`, `CommandLine`, `ProcessGuid`.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "written::table_without_repeats"
    )]
    pub fields: BTreeMap<String, String>,
}

/// Whether a map's name may hold this: what reads the same wherever it is shown.
fn is_of_a_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, ' ' | '.' | '-' | '_')
}

/// Where a part of the record comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Written `"key.path"`: the value there.
    Path(String),
    /// Written `{"constant": "Security"}`: the same in every record.
    Constant(String),
    /// Written `{"path": "event.type", "values": {"process_start": 1}}`: the value there in other
    /// words. One that is in no other words stays as it is.
    Translated {
        /// Where the word stands.
        path: String,
        /// The words of the log, and what they stand for.
        values: BTreeMap<String, String>,
    },
}

impl Told {
    /// The key path it is read from.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Path(path) | Self::Translated { path, .. } => Some(path),
            Self::Constant(_) => None,
        }
    }
}

/// A fixed difference to UTC, written `+02:00`, `-05:30` or `Z`; at most 14 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UtcOffset {
    secs: i32,
}

impl UtcOffset {
    /// Reads the written form.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if matches!(text, "Z" | "z" | "UTC") {
            return Some(Self::default());
        }
        let (sign, rest) = match text.strip_prefix('+') {
            Some(rest) => (1, rest),
            None => (-1, text.strip_prefix('-')?),
        };
        let (hours, minutes) = rest.split_once(':')?;
        let number = |text: &str, most: i32| {
            let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            let number: i32 = is_plain.then(|| text.parse().ok()).flatten()?;
            (number <= most).then_some(number)
        };
        let secs = number(hours, 14)? * 3_600 + number(minutes, 59)? * 60;
        (secs <= 14 * 3_600).then_some(Self { secs: sign * secs })
    }

    /// Seconds ahead of UTC; negative west of Greenwich.
    pub const fn secs(self) -> i32 {
        self.secs
    }
}

impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.secs < 0 { '-' } else { '+' };
        let minutes = self.secs.abs() / 60;
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// What is wrong with a map that could be read as one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MapProblem {
    /// The name is empty, too long, or holds what could be taken for more than a name in a report.
    #[error(
        "`name` must be 1 to {LONGEST_NAME} letters, digits, spaces, dots, hyphens, underscores"
    )]
    Name,
    /// Without a key to look for, the map would take every JSON file for its own.
    #[error("`match` must list 1 to {MOST_REQUIRED} key paths that only this kind of log has")]
    Required,
    /// Nothing says which log the records are of.
    #[error(
        "`channel` or `provider` is missing, so that no rule would apply; for example \"channel\": \
         {{\"constant\": \"Security\"}}"
    )]
    Log,
    /// An event id that is no number.
    #[error(
        "`event_id` says `{0}`, which is no event id; it is a number such as 4688, or words with \
         \"values\""
    )]
    EventId(String),
    /// A key path or field name is empty or too long.
    #[error("`{0}` holds an empty key path or name, or one over {LONGEST_PATH} bytes")]
    Path(&'static str),
    /// A table has too many entries.
    #[error("`{0}` has over {MOST_ENTRIES} entries")]
    Entries(&'static str),
}

impl FieldMap {
    /// Whether the map can be used; [`load_maps`] asks this of every map it reads.
    ///
    /// # Errors
    /// The first thing that is wrong, with its remedy.
    pub fn check(&self) -> Result<(), MapProblem> {
        if !(1..=LONGEST_NAME).contains(&self.name.trim().chars().count())
            || !self.name.chars().all(is_of_a_name)
        {
            return Err(MapProblem::Name);
        }
        if !(1..=MOST_REQUIRED).contains(&self.required.len()) {
            return Err(MapProblem::Required);
        }
        if self.channel.is_none() && self.provider.is_none() {
            return Err(MapProblem::Log);
        }
        for (key, path) in self.paths() {
            if path.is_empty() || path.len() > LONGEST_PATH {
                return Err(MapProblem::Path(key));
            }
        }
        if self.fields.len() > MOST_ENTRIES {
            return Err(MapProblem::Entries("fields"));
        }
        let no_values = BTreeMap::new();
        let tables = [Some(&self.event_id), self.host.as_ref(), self.channel.as_ref()];
        for told in tables.into_iter().chain([self.provider.as_ref()]).flatten() {
            let Told::Translated { values, .. } = told else { continue };
            if values.len() > MOST_ENTRIES {
                return Err(MapProblem::Entries("values"));
            }
        }
        let ids = match &self.event_id {
            Told::Constant(id) => Some(id).into_iter().chain(no_values.values()),
            Told::Translated { values, .. } => None.into_iter().chain(values.values()),
            Told::Path(_) => None.into_iter().chain(no_values.values()),
        };
        match ids.into_iter().find(|id| id.parse::<u32>().is_err()) {
            Some(id) => Err(MapProblem::EventId(id.clone())),
            None => Ok(()),
        }
    }

    /// Every key path and name it holds, with the key it stands under.
    fn paths(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let optional = [
            ("time", self.time.as_deref()),
            ("host", self.host.as_ref().and_then(Told::path)),
            ("channel", self.channel.as_ref().and_then(Told::path)),
            ("provider", self.provider.as_ref().and_then(Told::path)),
            ("event_id", self.event_id.path()),
            ("record_id", self.record_id.as_deref()),
            ("logger_pid", self.logger_pid.as_deref()),
            ("user", self.user.as_deref()),
        ];
        let single = optional.into_iter().filter_map(|(key, path)| Some((key, path?)));
        let required = self.required.iter().map(|path| ("match", path.as_str()));
        let fields = self.fields.iter().flat_map(|(path, name)| [path, name]);
        single.chain(required).chain(fields.map(|text| ("fields", text.as_str())))
    }

    /// The dialect that sources read with this map have in reports.
    ///
    /// Dialects are known names everywhere else, so a map's is kept for as long as the program
    /// runs, once for each name.
    pub(super) fn dialect_name(&self) -> &'static str {
        static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let name = format!("map:{}", self.name.trim());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = known.get(name.as_str()) {
            return kept;
        }
        let kept: &'static str = name.leak();
        known.insert(kept);
        kept
    }
}
