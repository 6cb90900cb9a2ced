//! Small log bundles for the Zoom cases, written in every form the program reads. No test itself.
//!
//! All times are of 2026-04-12 UTC, given as `14:21:07.412`; the host is `PC1` unless said.

use std::{fs, path::PathBuf, sync::LazyLock};

use serde_json::{Map, Value as Json, json};
use spawnscope::{
    detect::{Engine, Rules},
    ingest::{self, Options, Silent},
    model::{Analysis, ParentLink, Process, Timestamp, file_name},
    session::analyse::analyse,
};

use crate::{
    events::{guid, time},
    support::evtx_writer::{Data, EvtxWriter, Guid, Provider, Record, Value},
};

const SYSMON: &str = "Microsoft-Windows-Sysmon";
const SECURITY: &str = "Microsoft-Windows-Security-Auditing";
/// Stands for a lone surrogate, which no Rust string can hold: JSON gets the escape of one.
pub(super) const SURROGATE: char = '\u{e000}';

/// A log record in the making.
#[derive(Clone, Debug)]
pub(super) struct Rec {
    provider: &'static str,
    channel: String,
    event_id: u16,
    clock: String,
    host: String,
    fields: Vec<(String, String)>,
}

pub(super) fn record(provider: &'static str, channel: &str, event_id: u16, clock: &str) -> Rec {
    let (channel, host) = (channel.to_owned(), "PC1".to_owned());
    Rec { provider, channel, event_id, clock: clock.to_owned(), host, fields: Vec::new() }
}

pub(super) fn sysmon(event_id: u16, clock: &str) -> Rec {
    record(SYSMON, "Microsoft-Windows-Sysmon/Operational", event_id, clock)
        .with("UtcTime", &format!("2026-04-12 {clock}"))
}

pub(super) fn security(event_id: u16, clock: &str) -> Rec {
    record(SECURITY, "Security", event_id, clock)
}

pub(super) fn kernel(event_id: u16, clock: &str) -> Rec {
    record("Microsoft-Windows-Kernel-General", "System", event_id, clock)
}

/// Sysmon 1 of a process whose GUID is made of its start and its id.
pub(super) fn start(pid: u32, image: &str, clock: &str) -> Rec {
    sysmon(1, clock)
        .with("ProcessGuid", &guid(clock, pid))
        .with("ProcessId", &pid.to_string())
        .with("Image", image)
        .with("CommandLine", image)
}

/// Sysmon 5 of such a process.
pub(super) fn exit(pid: u32, image: &str, started: &str, clock: &str) -> Rec {
    sysmon(5, clock)
        .with("ProcessGuid", &guid(started, pid))
        .with("ProcessId", &pid.to_string())
        .with("Image", image)
}

/// Security 4688 as versions 0 and 1 have it: the creator is an id only.
pub(super) fn audit(pid: u32, image: &str, clock: &str, creator: u32) -> Rec {
    security(4688, clock)
        .with("SubjectUserName", "mlopez")
        .with("NewProcessId", &format!("{pid:#x}"))
        .with("NewProcessName", image)
        .with("TokenElevationType", "%%1938")
        .with("ProcessId", &format!("{creator:#x}"))
}

/// Security 4689.
pub(super) fn audit_exit(pid: u32, image: &str, clock: &str) -> Rec {
    security(4689, clock)
        .with("Status", "0x0")
        .with("ProcessId", &format!("{pid:#x}"))
        .with("ProcessName", image)
}

impl Rec {
    /// Sets a field, in place where it is there.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// Leaves a field out.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// Sysmon's words on the parent that started at this time.
    pub(super) fn by(self, pid: u32, image: &str, started: &str) -> Self {
        self.with("ParentProcessGuid", &guid(started, pid))
            .with("ParentProcessId", &pid.to_string())
            .with("ParentImage", image)
            .with("ParentCommandLine", image)
    }

    pub(super) fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    pub(super) fn channel(mut self, channel: &str) -> Self {
        channel.clone_into(&mut self.channel);
        self
    }

    /// The time of the record, where it is not that of the event.
    pub(super) fn written(mut self, clock: &str) -> Self {
        clock.clone_into(&mut self.clock);
        self
    }

    fn time(&self) -> Timestamp {
        time(&self.clock)
    }

    fn is_number(&self, name: &str) -> bool {
        self.provider == SYSMON && matches!(name, "ProcessId" | "ParentProcessId")
    }

    fn evtx(&self, record_id: u64) -> Record {
        let time = self.time();
        let steps = u64::try_from(time.unix_secs() + 11_644_473_600).unwrap() * 10_000_000;
        let value = |name: &str, text: &str| {
            let hex = text.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok());
            match (text.parse(), hex) {
                (Ok(number), _) if self.is_number(name) => Value::U32(number),
                (_, Some(number)) => Value::Hex64(number),
                _ if name.ends_with("Guid") => {
                    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
                    Value::Guid(Guid(u128::from_str_radix(&digits, 16).unwrap()))
                }
                _ => Value::text(text),
            }
        };
        let fields = self.fields.iter().map(|(name, text)| (name.as_str(), value(name, text)));
        Record {
            record_id,
            time: steps + u64::from(time.nanos() / 100),
            provider: Provider { name: self.provider.to_owned(), guid: None, source_name: None },
            event_id: self.event_id,
            qualifiers: None,
            version: 2,
            level: 4,
            task: 1,
            opcode: 0,
            keywords: 0x8000_0000_0000_0000,
            channel: self.channel.clone(),
            computer: self.host.clone(),
            pid: 4321,
            tid: 8,
            user_sid: None,
            activity_id: None,
            data: Data::named(fields),
        }
    }

    fn json(&self, form: Form, record_id: u64) -> Json {
        let value = |name: &str, text: &str| match text.parse::<u64>() {
            Ok(number) if self.is_number(name) && form != Form::Strings => json!(number),
            _ => json!(text),
        };
        let data: Map<String, Json> =
            self.fields.iter().map(|(name, text)| (name.clone(), value(name, text))).collect();
        let (time, id) = (self.time().to_string(), self.event_id);
        match form {
            Form::Evtx | Form::Attributes => json!({"Event": {
                "#attributes": {"xmlns": "x"},
                "System": {
                    "Provider": {"#attributes": {"Name": self.provider}}, "EventID": id,
                    "TimeCreated": {"#attributes": {"SystemTime": time}},
                    "EventRecordID": record_id, "Channel": self.channel, "Computer": self.host,
                    "Execution": {"#attributes": {"ProcessID": 4321, "ThreadID": 8}},
                },
                "EventData": data,
            }}),
            Form::Strings => json!({"Event": {"System": {
                "Provider": {"#attributes": {"Name": self.provider}},
                "EventID": {"#attributes": {"Qualifiers": "0"}, "#text": id.to_string()},
                "TimeCreated": {"#attributes": {"SystemTime": time}},
                "EventRecordID": record_id.to_string(), "Channel": self.channel,
                "Computer": self.host, "Execution": {"#attributes": {"ProcessID": "4321"}},
            }, "EventData": data}}),
            Form::Separate => json!({"Event_attributes": {"xmlns": "x"}, "Event": {"System": {
                "Provider_attributes": {"Name": self.provider}, "Provider": null,
                "EventID": id, "EventID_attributes": {"Qualifiers": 0},
                "TimeCreated_attributes": {"SystemTime": time},
                "EventRecordID": record_id, "Channel": self.channel, "Computer": self.host,
            }, "EventData": data}}),
            Form::NxLog => {
                let mut flat = json!({
                    "@timestamp": time, "EventTime": "2026-04-12 03:00:00", "EventID": id,
                    "Channel": self.channel, "Hostname": self.host, "SourceName": self.provider,
                    "RecordNumber": record_id, "ExecutionProcessID": 4321, "host": "collector",
                    "SourceModuleName": "eventlog", "Message": "text that nobody should read",
                });
                flat.as_object_mut().unwrap().extend(data.into_iter().map(|(name, value)| {
                    (name, json!(value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
                }));
                flat
            }
        }
    }
}

/// A form of log file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Windows' own.
    Evtx,
    /// `evtx_dump`.
    Attributes,
    /// The same with every number as a string and the event id as an object.
    Strings,
    /// `evtx_dump --separate-json-attributes`.
    Separate,
    /// `NXLog`.
    NxLog,
}

impl Form {
    pub(super) const ALL: [Self; 5] =
        [Self::Evtx, Self::Attributes, Self::Strings, Self::Separate, Self::NxLog];

    fn file(self, records: &[(u64, &Rec)]) -> Vec<u8> {
        if self == Self::Evtx {
            let mut writer = EvtxWriter::new();
            for (id, record) in records {
                writer.push(&record.evtx(*id)).unwrap();
            }
            return writer.finish();
        }
        let lines = records.iter().map(|(id, record)| record.json(self, *id).to_string() + "\n");
        lines.collect::<String>().replace(SURROGATE, "\\ud800").into_bytes()
    }
}

/// The order and the files of a bundle's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As given, in one file.
    Straight,
    /// The last first, every other one in a second file.
    Shuffled,
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Rules::bundled()));

/// Writes, reads and judges a bundle. Nothing of it may be unreadable.
pub(super) fn judge(records: &[Rec], form: Form, order: Order) -> Analysis {
    let folder = tempfile::tempdir().unwrap();
    let mut numbered: Vec<(u64, &Rec)> = (1..).zip(records).collect();
    let files: Vec<Vec<(u64, &Rec)>> = match order {
        Order::Straight => vec![numbered],
        Order::Shuffled => {
            numbered.reverse();
            let (even, odd) = numbered.into_iter().partition(|(id, _)| id % 2 == 0);
            vec![even, odd]
        }
    };
    let paths: Vec<PathBuf> = (0..)
        .zip(files.iter().filter(|file| !file.is_empty()))
        .map(|(at, file): (u32, _)| {
            let path = folder.path().join(format!("{at}.log"));
            fs::write(&path, form.file(file)).unwrap();
            path
        })
        .collect();
    let loaded = ingest::load(&paths, &Options::default(), &Silent);
    assert_eq!(loaded.issues, [], "{form:?} {order:?}");
    assert_eq!(loaded.events.len(), records.len(), "{form:?} {order:?}");
    analyse(loaded, &ENGINE, 2)
}

/// The findings of the three rules of the brief, sorted: `child cmd.exe/200 of 2 records`.
pub(super) fn findings(analysis: &Analysis) -> Vec<String> {
    let mut found: Vec<String> = analysis
        .findings
        .iter()
        .filter_map(|finding| {
            let rule = match finding.rule.id.as_str() {
                "spawnscope-zoom-child" => "child",
                "spawnscope-zoom-child-commandline" => "commandline",
                "spawnscope-zoom-descendant" => "descendant",
                _ => return None,
            };
            let process = analysis.tree.process(finding.process?)?;
            Some(match finding.records.len() {
                1 => format!("{rule} {}", name(process)),
                count => format!("{rule} {} of {count} records", name(process)),
            })
        })
        .collect();
    found.sort();
    found
}

/// Every link of the tree, sorted: `cmd.exe/200 guid Zoom.exe/100`.
pub(super) fn links(analysis: &Analysis) -> Vec<String> {
    let tree = &analysis.tree;
    let mut found: Vec<String> = tree
        .processes
        .iter()
        .filter_map(|process| {
            let parent = tree.process(process.parent?)?;
            let link = match process.parent_link? {
                ParentLink::Guid => "guid",
                ParentLink::Pid => "pid",
                ParentLink::Stub => "stub",
            };
            Some(format!("{} {link} {}", name(process), name(parent)))
        })
        .collect();
    found.sort();
    found
}

fn name(process: &Process) -> String {
    let host = match process.host.as_str() {
        "PC1" => String::new(),
        host => format!("{host}:"),
    };
    let image = process.image.as_deref().map_or("?", file_name);
    let pid = process.pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
    format!("{host}{image}/{pid}")
}
