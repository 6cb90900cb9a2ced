//! Guesses what the names in a log mean by what other programs call the same. Decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    FieldMap, LONGEST_PATH, Told,
    known_names::{
        CHANNEL, Calls, EVENT_ID, EVENT_KIND, EXACT, HOST, LOGGER_PID, OF_PARENT, OF_PROCESS,
        OTHERS, PROVIDER, RECORD_ID, STARTS, TIME, USER_SID,
    },
};
use crate::ingest::json::is_time;

/// Proposes a map for a log with these key paths and sample values.
///
/// Names decide, and what a value looks like: a time must be one, an id a number. What is like
/// nothing known is not mapped, and so kept under its own path. The result passes
/// [`FieldMap::check`]; its name is a placeholder.
pub fn propose(keys: &[(String, String)]) -> FieldMap {
    let mut desk = Desk { keys, used: BTreeSet::new() };
    let time = desk.find(TIME, &|value| is_time(value));
    let event_id = desk.find(EVENT_ID, &|value| value.parse::<u16>().is_ok());
    let channel = desk.find(CHANNEL, &|value| !value.is_empty());
    let provider = desk.find(PROVIDER, &|value| !value.is_empty());
    let host = desk.find(HOST, &|value| !value.is_empty() && !value.contains([' ', '\\', '/']));
    let record_id = desk.find(RECORD_ID, &is_number);
    let logger_pid = desk.find(LOGGER_PID, &is_number);
    let user = desk.find(USER_SID, &|value| value.starts_with("S-1-"));
    let kind = match event_id {
        Some(_) => None,
        None => desk.find(EVENT_KIND, &|value| STARTS.contains(&plain(value).as_str())),
    };
    let head = [event_id, kind, time, host, channel, provider].into_iter().flatten();
    let mut required = head.map(|at| desk.path(at)).collect::<Vec<_>>();
    if required.is_empty() {
        required = keys.iter().take(3).map(|(path, _)| path.clone()).collect();
    }
    let number = event_id.and_then(|at| desk.value(at).parse::<u16>().ok());
    let log = channel.or(provider).map(|at| desk.value(at).to_ascii_lowercase());
    let is_security = match &log {
        Some(log) => log.contains("security"),
        None => number.is_some_and(|number| number > 1_000),
    };
    let fields = desk.fields(is_security);
    let is_start = fields.values().any(|name| name == "CommandLine" || name == "Image");
    let told = |at: Option<usize>| at.map(|at| Told::Path(desk.path(at)));
    let known_log = if is_security { "Security" } else { "Microsoft-Windows-Sysmon/Operational" };
    let map = FieldMap {
        name: "unnamed".to_owned(),
        required,
        time: time.map(|at| desk.path(at)),
        utc_offset: None,
        host: told(host),
        channel: told(channel)
            .or_else(|| provider.is_none().then(|| Told::Constant(known_log.to_owned()))),
        provider: told(provider),
        event_id: match (event_id, kind) {
            (Some(at), _) => Told::Path(desk.path(at)),
            (None, Some(at)) => {
                let values = BTreeMap::from([(desk.value(at).to_owned(), "1".to_owned())]);
                Told::Translated { path: desk.path(at), values }
            }
            (None, None) => Told::Constant(if is_start { "1" } else { "0" }.to_owned()),
        },
        record_id: record_id.map(|at| desk.path(at)),
        logger_pid: logger_pid.map(|at| desk.path(at)),
        user: user.map(|at| desk.path(at)),
        fields,
    };
    // There may be no keys at all, or one that is longer than any that is looked up.
    if map.check().is_ok() { map } else { blank(keys) }
}

/// The map that says nothing yet.
fn blank(keys: &[(String, String)]) -> FieldMap {
    let short =
        keys.iter().map(|(path, _)| path).find(|path| (1..=LONGEST_PATH).contains(&path.len()));
    FieldMap {
        name: "unnamed".to_owned(),
        required: vec![short.map_or_else(|| "time".to_owned(), String::clone)],
        time: None,
        utc_offset: None,
        host: None,
        channel: Some(Told::Constant("Microsoft-Windows-Sysmon/Operational".to_owned())),
        provider: None,
        event_id: Told::Constant("0".to_owned()),
        record_id: None,
        logger_pid: None,
        user: None,
        fields: BTreeMap::new(),
    }
}

/// The keys, and which of them have a meaning already.
struct Desk<'a> {
    keys: &'a [(String, String)],
    used: BTreeSet<usize>,
}

impl Desk<'_> {
    fn path(&self, at: usize) -> String {
        self.keys.get(at).map(|(path, _)| path.clone()).unwrap_or_default()
    }

    fn value(&self, at: usize) -> &str {
        self.keys.get(at).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// The unused key most like one of these names, not of a parent, with such a value.
    fn find(&mut self, calls: Calls, is_fit: &dyn Fn(&str) -> bool) -> Option<usize> {
        let candidates = self.keys.iter().enumerate().filter(|(at, (path, value))| {
            !self.used.contains(at) && !is_of_parent(path) && is_fit(value.trim())
        });
        let ranked = candidates.filter_map(|(at, (path, _))| Some((likeness(path, calls)?, at)));
        let (_, best) = ranked.min()?;
        self.used.insert(best);
        Some(best)
    }

    fn fields(&mut self, is_security: bool) -> BTreeMap<String, String> {
        let mut fields = BTreeMap::new();
        let mut given = BTreeSet::new();
        for (at, (path, _)) in self.keys.iter().enumerate() {
            let last = plain(last_names(path, 1));
            let exact = EXACT.iter().find(|name| name.eq_ignore_ascii_case(&last));
            if let Some(name) =
                exact.filter(|_| !self.used.contains(&at) && !is_of_parent_only(path))
                && given.insert(*name)
            {
                self.used.insert(at);
                fields.insert(path.clone(), (*name).to_owned());
            }
        }
        let rows = OF_PROCESS.iter().chain(&OTHERS).map(|row| (row, false));
        let parents = OF_PROCESS
            .iter()
            .zip(OF_PARENT)
            .map(|((_, _, calls), (name, security))| ((name, security, *calls), true));
        let parents = parents.collect::<Vec<_>>();
        let parents = parents.iter().map(|(row, is_parent)| (row, *is_parent));
        for ((sysmon, security, calls), is_parent) in rows.chain(parents) {
            let name = security.filter(|_| is_security).unwrap_or(sysmon);
            if given.contains(name) {
                continue;
            }
            let candidates = self.keys.iter().enumerate().filter(|(at, (path, value))| {
                let is_fit = !name.ends_with("Id") || value.is_empty() || starts_with_digit(value);
                !self.used.contains(at) && is_of_parent(path) == is_parent && is_fit
            });
            let ranked = candidates
                .filter_map(|(at, (path, _))| Some((likeness(&without_parent(path), calls)?, at)));
            if let Some((_, best)) = ranked.min() {
                given.insert(name);
                self.used.insert(best);
                fields.insert(self.path(best), name.to_owned());
            }
        }
        fields
    }
}

/// How like a path is to these names: the last of its names alone is less sure than the last two,
/// and those than all of them. Less is more like.
fn likeness(path: &str, calls: Calls) -> Option<(usize, usize)> {
    let forms = [plain(path), plain(last_names(path, 2)), plain(last_names(path, 1))];
    let ranks = forms
        .iter()
        .enumerate()
        .filter_map(|(rank, form)| Some((rank, calls.iter().position(|call| call == form)?)));
    ranks.min()
}

/// Small letters and digits only.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_ascii_alphanumeric());
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// The last names of a path.
fn last_names(path: &str, count: usize) -> &str {
    path.rmatch_indices('.').nth(count - 1).and_then(|(at, _)| path.get(at + 1..)).unwrap_or(path)
}

fn is_of_parent(path: &str) -> bool {
    let plain = plain(path);
    plain.contains("parent")
        || plain.contains("creator")
        || plain == "ppid"
        || plain.ends_with("processppid")
        || last_names(path, 1).eq_ignore_ascii_case("ppid")
}

/// Whether only what is around the last name says that it is of the parent: `parent.command_line`.
fn is_of_parent_only(path: &str) -> bool {
    is_of_parent(path) && !is_of_parent(last_names(path, 1))
}

/// The path as it would be of the process itself.
fn without_parent(path: &str) -> String {
    let names = path.split('.').map(|name| {
        let plain = plain(name);
        if plain == "ppid" {
            "pid".to_owned()
        } else {
            plain.replace("parent", "").replace("creator", "")
        }
    });
    names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(".")
}

fn is_number(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn starts_with_digit(value: &str) -> bool {
    value.trim().starts_with(|c: char| c.is_ascii_digit())
}
