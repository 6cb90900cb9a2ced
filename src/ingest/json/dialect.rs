//! Tells by the names of its first objects which program wrote a JSON file; reads no values.

use std::collections::HashMap;

use crate::model::{Event, SourceIndex};

use super::{
    super::field_map::FieldMap,
    assemble::{Assembler, extend_path},
    broken::next_object_line,
    chainsaw::{self, hunt_row},
    defender::{self, hunting_row},
    endpoint::is_endpoint,
    evtx_dump::windows_event,
    evtxecmd::{self, evtxecmd_row},
    fits::Fits,
    get_winevent::powershell_event,
    hayabusa::{self, timeline_row},
    leaves::Leaves,
    mapped::mapped_event,
    nxlog::flat_event,
    objects::is_record_line,
    reader::{JsonError, Kind, Reader},
    splunk::{is_splunk, splunk_event},
    velociraptor::{self, velociraptor_row},
    winlogbeat::{beats_event, is_winlogbeat},
    wrapper::{self, Found},
};

/// A program's way to write an event as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Dialect {
    /// `evtx_dump -o json` or `-o jsonl`.
    EvtxDump,
    /// The same with `--separate-json-attributes`, which `chainsaw dump` writes too.
    EvtxDumpSeparate,
    /// `NXLog`'s flat objects, as in OTRF's Security-Datasets.
    NxLog,
    /// Winlogbeat and Elastic Agent.
    Winlogbeat,
    /// Elastic's endpoint sensor.
    ElasticEndpoint,
    /// `EvtxECmd --json`.
    EvtxEcmd,
    /// Rows of Velociraptor's `parse_evtx` and of the artifacts that are made of it.
    Velociraptor,
    /// `hayabusa json-timeline`.
    Hayabusa,
    /// `chainsaw hunt --json`.
    ChainsawHunt,
    /// Microsoft Defender's advanced hunting.
    Defender,
    /// Splunk's results.
    Splunk,
    /// `Get-WinEvent | ConvertTo-Json`.
    PowerShell,
    /// That of a program which only a map of the responder knows.
    Mapped {
        /// Which of the maps given.
        number: u16,
        /// The name in reports.
        name: &'static str,
    },
}

impl Dialect {
    /// The name in reports.
    pub(in crate::ingest) const fn name(self) -> &'static str {
        match self {
            Self::EvtxDump => "evtx_dump",
            Self::EvtxDumpSeparate => "evtx_dump_separate_attributes",
            Self::NxLog => "nxlog",
            Self::Winlogbeat => "winlogbeat",
            Self::ElasticEndpoint => "elastic_endpoint",
            Self::EvtxEcmd => "evtxecmd",
            Self::Velociraptor => "velociraptor",
            Self::Hayabusa => "hayabusa",
            Self::ChainsawHunt => "chainsaw_hunt",
            Self::Defender => "defender",
            Self::Splunk => "splunk",
            Self::PowerShell => "get_winevent",
            Self::Mapped { name, .. } => name,
        }
    }

    /// Reads one object.
    pub(in crate::ingest) fn read(
        self,
        reader: &mut Reader<'_>,
        source: SourceIndex,
        assembler: &mut Assembler,
    ) -> Result<Event, JsonError> {
        match self {
            Self::EvtxDump | Self::EvtxDumpSeparate => windows_event(reader, source, assembler),
            Self::NxLog => flat_event(reader, source, assembler),
            Self::Winlogbeat | Self::ElasticEndpoint => beats_event(reader, source, assembler),
            Self::EvtxEcmd => evtxecmd_row(reader, source, assembler),
            Self::Velociraptor => velociraptor_row(reader, source, assembler),
            Self::Hayabusa => timeline_row(reader, source, assembler),
            Self::ChainsawHunt => hunt_row(reader, source, assembler),
            Self::Defender => hunting_row(reader, source, assembler),
            Self::Splunk => splunk_event(reader, source, assembler),
            Self::PowerShell => powershell_event(reader, source, assembler),
            Self::Mapped { number, .. } => mapped_event(reader, source, assembler, number),
        }
    }

    fn of(keys: &Keys) -> Option<Self> {
        let system = || keys.below("Event.System");
        // Velociraptor names the id's attribute `Value`, `EvtxECmd` its attributes `@…`.
        let is_evtx_dump = system().next().is_some() && !keys.has("Event.System.EventID.Value");
        if is_evtx_dump {
            let is_separate =
                keys.has("Event_attributes") || system().any(|key| key.ends_with("_attributes"));
            return Some(if is_separate { Self::EvtxDumpSeparate } else { Self::EvtxDump });
        }
        let is_dot_net = keys.has("Properties") || keys.has("RecordId") || keys.has("Message");
        if keys.has("Id") && keys.has("LogName") && keys.has("ProviderName") && is_dot_net {
            return Some(Self::PowerShell);
        }
        if chainsaw::is_hunt_row(keys) {
            return Some(Self::ChainsawHunt);
        }
        if velociraptor::is_row(keys) {
            return Some(Self::Velociraptor);
        }
        if evtxecmd::is_row(keys) {
            return Some(Self::EvtxEcmd);
        }
        if defender::is_row(keys) {
            return Some(Self::Defender);
        }
        if hayabusa::is_row(keys) {
            return Some(Self::Hayabusa);
        }
        let is_nxlog =
            keys.has("EventReceivedTime") || keys.has("SourceModuleName") || keys.has("SourceName");
        let is_flat = keys.has("Hostname")
            && (keys.has("@timestamp") || keys.has("EventTime") || keys.has("TimeCreated"));
        (keys.has("EventID") && keys.has("Channel") && (is_nxlog || is_flat)).then_some(Self::NxLog)
    }

    /// By nested names, and by the sensor that a record names.
    fn of_leaves(leaves: &Leaves) -> Option<Self> {
        if is_endpoint(leaves) {
            return Some(Self::ElasticEndpoint);
        }
        if is_winlogbeat(leaves) {
            return Some(Self::Winlogbeat);
        }
        is_splunk(leaves).then_some(Self::Splunk)
    }
}

/// The names in one object and in the objects below it.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct Keys {
    /// Those of the object itself.
    pub(in crate::ingest) top: Vec<String>,
    /// Those of the objects below it, dotted: `Event.System.EventID`. Of an array the first object
    /// counts, and the array's name ends in `[]`.
    pub(in crate::ingest) nested: Vec<String>,
    /// Of each map that does not fit the file, its name and a key path that is not there.
    pub(in crate::ingest) unfit_maps: Vec<(String, String)>,
}

impl Keys {
    /// Whether there is a value under this dotted path.
    pub(in crate::ingest) fn has(&self, path: &str) -> bool {
        self.top.iter().chain(&self.nested).any(|key| key == path)
    }

    /// The names right below an object at this dotted path.
    fn below<'k>(&'k self, path: &'k str) -> impl Iterator<Item = &'k str> {
        let names = self.nested.iter().filter_map(move |key| key.strip_prefix(path));
        names.filter_map(|rest| rest.strip_prefix('.').filter(|name| !name.contains('.')))
    }

    /// Whether they name an event's parts. Stricter, for archives of collectors, which hold JSON of
    /// all kinds with times and names of computers.
    pub(in crate::ingest) fn look_like_events(&self) -> bool {
        const SIGNS: [&str; 5] = ["eventid", "event_id", "eventdata", "winlog", "channel"];
        self.top.iter().any(|key| {
            let key = key.to_ascii_lowercase();
            matches!(key.as_str(), "event" | "system")
                || SIGNS.iter().any(|sign| key.contains(sign))
        })
    }

    /// Whether the object could be a log record at all: it names a time, a computer, an event.
    pub(in crate::ingest) fn look_like_a_log(&self) -> bool {
        const SIGNS: [&str; 8] =
            ["event", "time", "computer", "host", "channel", "winlog", "device", "log"];
        self.top.iter().any(|key| {
            let key = key.to_ascii_lowercase();
            SIGNS.iter().any(|sign| key.contains(sign))
        })
    }
}

/// Objects looked at before a file's dialect counts as unknown.
const MOST_OBJECTS: usize = 64;
/// Names listed of one object.
const MOST_KEYS: usize = 200;
/// Names listed of the objects below it.
const MOST_NESTED: usize = 1_000;
/// Objects inside one another that are looked into: `document.data.Event.System.EventID`.
const DEEPEST: usize = 5;

/// Looks at the beginning of a file. `None` if that is no JSON; else the dialect, if one is known
/// or a map fits, and the names in the first object.
pub(in crate::ingest) fn survey(head: &[u8], maps: &[FieldMap]) -> Option<(Option<Dialect>, Keys)> {
    let mut rest = skip_to_object(head)?;
    let mut first_keys = None;
    let mut leaves = Leaves::default();
    let mut fits = Fits::new(maps);
    for _ in 0..MOST_OBJECTS {
        let mut reader = Reader::new(rest);
        let (dialect, keys, outcome) = tell(&mut reader, &mut leaves);
        if dialect.is_some() {
            return Some((dialect, keys));
        }
        // What looks like a wrapper may be a record to the responder.
        fits.look(&leaves);
        if let Ok(Found::List { length, header, .. }) = wrapper::open(rest, outcome.is_ok()) {
            let inside = rest.get(length..).unwrap_or_default();
            if let Some((row, _)) = header.and_then(|header| header.object(inside).ok()) {
                let (dialect, keys, _) = tell(&mut Reader::new(&row), &mut leaves);
                if dialect.is_none() {
                    fits.look(&leaves);
                }
                return Some((dialect.or_else(|| fits.dialect()), fits.told(keys)));
            }
            match skip_to_object(inside) {
                Some(inside) => rest = inside,
                None => break,
            }
            continue;
        }
        let is_object = outcome.is_ok() || !keys.top.is_empty();
        if is_object && first_keys.is_none() {
            first_keys = Some(keys);
        }
        let next = match outcome {
            Ok(()) => rest.get(reader.position()..),
            Err(_) => next_object_line(rest),
        };
        match next.and_then(skip_to_object) {
            Some(next) => rest = next,
            None => break,
        }
    }
    first_keys.map(|keys| (fits.dialect(), fits.told(keys)))
}

/// The key paths in the first objects of a file in their order, each with its first value that is
/// not empty, of which no more than `longest` bytes are given.
pub(in crate::ingest) fn sample(head: &[u8], longest: usize) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut places = HashMap::new();
    let (mut leaves, mut rest) = (Leaves::default(), skip_to_object(head));
    for _ in 0..MOST_OBJECTS {
        let Some(text) = rest else { break };
        let mut reader = Reader::new(text);
        let mut outcome = leaves.read(&mut reader);
        let mut inside = None;
        if let Ok(Found::List { length, header, .. }) = wrapper::open(text, outcome.is_ok()) {
            let list = text.get(length..).unwrap_or_default();
            match header.and_then(|header| header.object(list).ok()) {
                Some((row, _)) => outcome = leaves.read(&mut Reader::new(&row)),
                None => inside = skip_to_object(list),
            }
        }
        if inside.is_some() {
            rest = inside;
            continue;
        }
        for (path, value) in leaves.iter() {
            let value = value.get(..value.floor_char_boundary(longest)).unwrap_or_default();
            let known = places.get(path).copied();
            if let Some((_, sample)) = known.and_then(|at: usize| found.get_mut(at)) {
                if sample.is_empty() {
                    value.clone_into(sample);
                }
            } else if found.len() < MOST_NESTED {
                places.insert(path.to_owned(), found.len());
                found.push((path.to_owned(), value.to_owned()));
            }
        }
        let next = match outcome {
            Ok(()) => text.get(reader.position()..),
            Err(_) => next_object_line(text),
        };
        rest = next.and_then(skip_to_object);
    }
    found
}

/// The dialect of one object, its names, and whether it could be read to its end. One that the head
/// of the file cuts off tells by what is there of it.
fn tell(
    reader: &mut Reader<'_>,
    leaves: &mut Leaves,
) -> (Option<Dialect>, Keys, Result<(), JsonError>) {
    let (mut again, mut keys) = (reader.clone(), Keys::default());
    let outcome = list_keys(reader, &mut keys);
    let dialect = Dialect::of(&keys).or_else(|| {
        let _cut_off = leaves.read(&mut again);
        Dialect::of_leaves(leaves)
    });
    (dialect, keys, outcome)
}

/// From the next object on, past white space, commas, brackets and `Record N` lines.
fn skip_to_object(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        match text.first()? {
            b'{' => return Some(text),
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b']' | 0x1E => text = text.get(1..)?,
            _ => {
                let end = memchr::memchr(b'\n', text)?;
                let (line, rest) = text.split_at_checked(end)?;
                if !is_record_line(line) {
                    return None;
                }
                text = rest;
            }
        }
    }
}

fn list_keys(reader: &mut Reader<'_>, keys: &mut Keys) -> Result<(), JsonError> {
    list_below(reader, keys, &mut String::new(), 0)
}

fn list_below(
    reader: &mut Reader<'_>,
    keys: &mut Keys,
    path: &mut String,
    depth: usize,
) -> Result<(), JsonError> {
    let mut scratch = String::new();
    reader.open(b'{')?;
    let (mut first, base) = (true, path.len());
    while let Some(name) = reader.next_name(&mut first, &mut scratch)? {
        extend_path(path, name);
        let (list, most) = match depth {
            0 => (&mut keys.top, MOST_KEYS),
            _ => (&mut keys.nested, MOST_NESTED),
        };
        if list.len() < most {
            list.push(path.clone());
        }
        match reader.kind()? {
            Kind::Object if depth < DEEPEST => list_below(reader, keys, path, depth + 1)?,
            Kind::Array if depth < DEEPEST => {
                path.push_str("[]");
                list_first(reader, keys, path, depth + 1)?;
            }
            _ => reader.skip()?,
        }
        path.truncate(base);
    }
    Ok(())
}

/// Of an array, looks into the first object.
fn list_first(
    reader: &mut Reader<'_>,
    keys: &mut Keys,
    path: &mut String,
    depth: usize,
) -> Result<(), JsonError> {
    reader.open(b'[')?;
    let (mut first, mut is_found) = (true, false);
    while reader.has_next(&mut first)? {
        if !is_found && reader.kind()? == Kind::Object {
            is_found = true;
            list_below(reader, keys, path, depth)?;
        } else {
            reader.skip()?;
        }
    }
    Ok(())
}
