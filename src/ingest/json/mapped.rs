//! Logs of unknown programs, read by a [`FieldMap`] of the responder. Reads no map files.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Event, SourceIndex, Timestamp, is_missing};

use super::{
    super::written_time,
    super::{
        field_map::{FieldMap, Told, UtcOffset},
        names::Part,
        outcome::Remark,
    },
    assemble::Assembler,
    leaves::Leaves,
    reader::{JsonError, Reader},
    winlogbeat::push,
};

/// A part of the record's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Time,
    Host,
    Channel,
    Provider,
    EventId,
    RecordId,
    LoggerPid,
    User,
}

/// What one key path is for.
#[derive(Clone, Debug, Default)]
struct Use {
    roles: Vec<Role>,
    field: Option<String>,
}

/// A [`FieldMap`] made ready to look key paths up in.
#[derive(Debug)]
pub(super) struct Mapping {
    uses: BTreeMap<String, Use>,
    required: Vec<String>,
    constants: Vec<(Role, String)>,
    words: Vec<(Role, BTreeMap<String, String>)>,
    utc_offset: Option<UtcOffset>,
    has_user_field: bool,
}

impl Mapping {
    /// Makes a map ready.
    pub(super) fn of(map: &FieldMap) -> Self {
        let mut mapping = Self {
            uses: BTreeMap::new(),
            required: map.required.clone(),
            constants: Vec::new(),
            words: Vec::new(),
            utc_offset: map.utc_offset,
            has_user_field: map.fields.values().any(|name| name == "User"),
        };
        for (path, name) in &map.fields {
            mapping.use_of(path).field = Some(name.clone());
        }
        for (role, told) in [
            (Role::Host, map.host.as_ref()),
            (Role::Channel, map.channel.as_ref()),
            (Role::Provider, map.provider.as_ref()),
            (Role::EventId, Some(&map.event_id)),
        ] {
            match told {
                None => {}
                Some(Told::Constant(text)) => mapping.constants.push((role, text.clone())),
                Some(Told::Path(path)) => mapping.use_of(path).roles.push(role),
                Some(Told::Translated { path, values }) => {
                    mapping.use_of(path).roles.push(role);
                    mapping.words.push((role, values.clone()));
                }
            }
        }
        for (role, path) in [
            (Role::Time, &map.time),
            (Role::RecordId, &map.record_id),
            (Role::LoggerPid, &map.logger_pid),
            (Role::User, &map.user),
        ] {
            if let Some(path) = path {
                mapping.use_of(path).roles.push(role);
            }
        }
        mapping.add_unwrapped();
        mapping
    }

    /// A path that begins like a wrapper may be meant with it or without.
    fn add_unwrapped(&mut self) {
        let wrapped = self.uses.iter().map(|(path, used)| (without_wrapper(path), path, used));
        let bare = wrapped.filter(|(bare, path, _)| bare != path && !self.uses.contains_key(*bare));
        let bare = bare.map(|(bare, _, used)| (bare.to_owned(), used.clone()));
        let bare = bare.collect::<BTreeMap<_, _>>();
        self.uses.extend(bare);
    }

    fn use_of(&mut self, path: &str) -> &mut Use {
        self.uses.entry(path.to_owned()).or_default()
    }

    fn used(&self, path: &str) -> Option<&Use> {
        self.uses.get(path)
    }

    fn words(&self, role: Role) -> Option<&BTreeMap<String, String>> {
        self.words.iter().find(|(known, _)| *known == role).map(|(_, words)| words)
    }

    /// Whether any of the keys is there that the map was chosen by. Where everything else is
    /// constant, what wraps the records would pass for one otherwise.
    fn may_be_record(&self, leaves: &Leaves) -> bool {
        let is_at = |path: &str, wanted: &str| {
            path.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        leaves.iter().any(|(path, _)| {
            let is_it = |wanted: &str| is_at(path, wanted) || is_at(path, without_wrapper(wanted));
            self.required.iter().any(|wanted| is_it(wanted))
        })
    }

    fn event(
        &self,
        leaves: &Leaves,
        source: SourceIndex,
        assembler: &mut Assembler,
    ) -> Result<Event, JsonError> {
        if !self.may_be_record(leaves) {
            return Err(JsonError::NotARecord { missing: "what the map must match" });
        }
        for (role, text) in &self.constants {
            take(assembler, *role, text);
        }
        let mut taken = Vec::new();
        let mut user = None;
        for (at, (path, value)) in leaves.iter().enumerate() {
            let Some(used) = self.used(path).filter(|_| !is_missing(value.trim())) else {
                continue;
            };
            for role in &used.roles {
                if *role == Role::User && !is_sid(value.trim()) {
                    if user.is_none() && !self.has_user_field {
                        user = Some(value.trim());
                        taken.push(at);
                    }
                } else if self.take_leaf(assembler, *role, value.trim()) {
                    taken.push(at);
                }
            }
        }
        let head = &assembler.head;
        if head.channel.is_none() && head.provider.is_none() {
            return Err(JsonError::NotARecord { missing: "the channel" });
        }
        if head.event_id.is_none() {
            return Err(JsonError::NotARecord { missing: "the event id" });
        }
        if !assembler.keeps_fields() {
            return assembler.finish_skeleton(source);
        }
        assembler.expect_shape();
        self.push_fields(leaves, &taken, user, assembler);
        assembler.finish(source)
    }

    /// Takes a part of the head over, unless there is one. Whether the leaf has now been said.
    fn take_leaf(&self, assembler: &mut Assembler, role: Role, value: &str) -> bool {
        if let Some(words) = self.words(role) {
            // A word in other words is still worth reading as the log has it.
            match words.get(value) {
                Some(meaning) => {
                    take(assembler, role, meaning);
                }
                None if role == Role::EventId => {
                    if !take(assembler, role, value) {
                        take(assembler, role, "0");
                    }
                }
                None => {
                    take(assembler, role, value);
                }
            }
            return false;
        }
        if role != Role::Time {
            return take(assembler, role, value);
        }
        if assembler.head.time.is_none() {
            assembler.head.time = self.time(assembler, value);
            return assembler.head.time.is_some();
        }
        false
    }

    fn time(&self, assembler: &mut Assembler, text: &str) -> Option<Timestamp> {
        if let Some(time) = count_since_1970(text) {
            return Some(time);
        }
        let (time, is_unzoned) = written_time::parse(text)?;
        match self.utc_offset {
            Some(offset) if is_unzoned => Some(time.plus_secs(-i64::from(offset.secs()))),
            None if is_unzoned => {
                assembler.remark(Remark::LocalTime);
                Some(time)
            }
            _ => Some(time),
        }
    }

    /// Fields under their Windows names first, so that they win over a key of the log that happens
    /// to have one; then all others under their own. An empty value gives way to one that says
    /// something under the same name.
    fn push_fields(
        &self,
        leaves: &Leaves,
        taken: &[usize],
        user: Option<&str>,
        assembler: &mut Assembler,
    ) {
        let mut said = BTreeSet::new();
        for is_empty_turn in [false, true] {
            for (path, value) in leaves.iter() {
                let Some(name) = self.used(path).and_then(|used| used.field.as_deref()) else {
                    continue;
                };
                if value.is_empty() != is_empty_turn || (is_empty_turn && said.contains(name)) {
                    continue;
                }
                said.insert(name);
                push(assembler, name, value);
            }
        }
        if let Some(user) = user {
            push(assembler, "User", user);
        }
        let mut taken = taken.iter().copied().peekable();
        for (at, (path, value)) in leaves.iter().enumerate() {
            let mut is_said = self.used(path).is_some_and(|used| used.field.is_some());
            while taken.next_if(|place| *place == at).is_some() {
                is_said = true;
            }
            if !is_said {
                push(assembler, path, value);
            }
        }
    }
}

/// Reads one object by the map of this number.
pub(super) fn mapped_event(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
    number: u16,
) -> Result<Event, JsonError> {
    assembler.start();
    let mut leaves = std::mem::take(&mut assembler.leaves);
    let mappings = std::mem::take(&mut assembler.mappings);
    let event = leaves.read(reader).and_then(|()| match mappings.get(usize::from(number)) {
        Some(mapping) => mapping.event(&leaves, source, assembler),
        None => Err(JsonError::NotARecord { missing: "the map" }),
    });
    assembler.mappings = mappings;
    assembler.leaves = leaves;
    event
}

/// Puts a part into the head, unless there is one. Whether it was put there.
fn take(assembler: &mut Assembler, role: Role, value: &str) -> bool {
    fn fill<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
        let is_filled = slot.is_none() && value.is_some();
        if is_filled {
            *slot = value;
        }
        is_filled
    }
    let (head, names) = (&mut assembler.head, &mut assembler.names);
    let small = || u32::try_from(number(value)?).ok();
    match role {
        Role::Time => false,
        Role::Host => fill(&mut head.host, Some(names.intern_part(Part::Host, value))),
        Role::Channel => fill(&mut head.channel, Some(names.intern_part(Part::Channel, value))),
        Role::Provider => fill(&mut head.provider, Some(names.intern_part(Part::Provider, value))),
        Role::User => fill(&mut head.user_sid, Some(names.intern_part(Part::User, value))),
        Role::EventId => fill(&mut head.event_id, small()),
        Role::RecordId => fill(&mut head.record_id, number(value)),
        Role::LoggerPid => fill(&mut head.logger_pid, small()),
    }
}

/// A whole number: decimal, also as `4688.0`, or hexadecimal after `0x`.
fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.strip_suffix(".0").unwrap_or(text).parse().ok(),
    }
}

/// A time written as milliseconds, microseconds or nanoseconds since 1970, which its digits tell
/// for the years 1973 to 5138. Seconds are for [`written_time`].
fn count_since_1970(text: &str) -> Option<Timestamp> {
    let digits = match text.len() {
        12..=14 => 3,
        15..=17 => 6,
        18..=20 => 9,
        _ => return None,
    };
    let per_sec = 10_u64.pow(digits);
    let count =
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())??;
    let nanos = u32::try_from(count % per_sec).ok()? * 10_u32.pow(9 - digits);
    let secs = i64::try_from(count / per_sec).ok()?;
    Some(Timestamp::from_unix(secs, nanos, u8::try_from(digits).unwrap_or(9)))
}

/// Whether a value could be the time of a record.
pub(in crate::ingest) fn is_time(text: &str) -> bool {
    count_since_1970(text).is_some() || written_time::parse(text).is_some()
}

fn is_sid(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("S-1-"))
}

/// A key path as [`Leaves`] has it, which leaves out what a search engine wraps a record in.
pub(super) fn without_wrapper(path: &str) -> &str {
    path.strip_prefix("_source.").or_else(|| path.strip_prefix("result.")).unwrap_or(path)
}
