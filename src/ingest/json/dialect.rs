//! Tells by the names of its first objects which program wrote a JSON file; reads no values.

use crate::model::{Event, SourceIndex};

use super::{
    assemble::Assembler,
    endpoint::is_endpoint,
    evtx_dump::windows_event,
    leaves::Leaves,
    nxlog::flat_event,
    objects::{is_record_line, next_object_line},
    reader::{JsonError, Kind, Reader},
    winlogbeat::{beats_event, is_winlogbeat},
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
        }
    }

    fn of(keys: &Keys) -> Option<Self> {
        let has = |name: &str| keys.top.iter().any(|key| key == name);
        if has("Event") && !keys.system.is_empty() {
            let is_separate = has("Event_attributes")
                || keys.system.iter().any(|key| key.ends_with("_attributes"));
            return Some(if is_separate { Self::EvtxDumpSeparate } else { Self::EvtxDump });
        }
        let is_nxlog = has("EventReceivedTime") || has("SourceModuleName") || has("SourceName");
        let is_flat =
            has("Hostname") && (has("@timestamp") || has("EventTime") || has("TimeCreated"));
        (has("EventID") && has("Channel") && (is_nxlog || is_flat)).then_some(Self::NxLog)
    }

    /// By nested names, and by the sensor that a record names.
    fn of_leaves(leaves: &Leaves) -> Option<Self> {
        if is_endpoint(leaves) {
            return Some(Self::ElasticEndpoint);
        }
        is_winlogbeat(leaves).then_some(Self::Winlogbeat)
    }
}

/// The names in one object.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct Keys {
    /// Those of the object itself.
    pub(in crate::ingest) top: Vec<String>,
    /// Those in `Event.System`.
    system: Vec<String>,
}

impl Keys {
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

/// Looks at the beginning of a file. `None` if that is no JSON; else the dialect, if one is known,
/// and the names in the first object.
pub(in crate::ingest) fn survey(head: &[u8]) -> Option<(Option<Dialect>, Keys)> {
    let mut rest = skip_to_object(head)?;
    let mut first_keys = None;
    let mut leaves = Leaves::default();
    for _ in 0..MOST_OBJECTS {
        let mut reader = Reader::new(rest);
        let mut keys = Keys::default();
        let outcome = list_keys(&mut reader, &mut keys);
        let dialect = Dialect::of(&keys).or_else(|| {
            // An object that the head of the file cuts off tells by what is there of it.
            let _cut_off = leaves.read(&mut Reader::new(rest));
            Dialect::of_leaves(&leaves)
        });
        if let Some(dialect) = dialect {
            return Some((Some(dialect), keys));
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
    first_keys.map(|keys| (None, keys))
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
    let mut scratch = String::new();
    reader.open(b'{')?;
    let mut first = true;
    while let Some(name) = reader.next_name(&mut first, &mut scratch)? {
        let is_event = name == "Event";
        if keys.top.len() < MOST_KEYS {
            keys.top.push(name.to_owned());
        }
        if is_event && reader.kind()? == Kind::Object {
            list_event_keys(reader, keys)?;
        } else {
            reader.skip()?;
        }
    }
    Ok(())
}

fn list_event_keys(reader: &mut Reader<'_>, keys: &mut Keys) -> Result<(), JsonError> {
    let (mut scratch, mut inner) = (String::new(), String::new());
    reader.open(b'{')?;
    let mut first = true;
    while let Some(name) = reader.next_name(&mut first, &mut scratch)? {
        if name != "System" || reader.kind()? != Kind::Object {
            reader.skip()?;
            continue;
        }
        reader.open(b'{')?;
        let mut first = true;
        while let Some(name) = reader.next_name(&mut first, &mut inner)? {
            if keys.system.len() < MOST_KEYS {
                keys.system.push(name.to_owned());
            }
            reader.skip()?;
        }
    }
    Ok(())
}
