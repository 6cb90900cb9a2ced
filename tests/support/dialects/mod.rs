//! The same story in other words: the records of the sample incident as plain values, for a
//! renderer per dialect to write in its own way, and the comparison of what is then read of them
//! with what the event logs themselves give. No renderer here, and no test.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

pub(crate) mod chainsaw;
pub(crate) mod elastic_endpoint;
pub(crate) mod evtx_dump;
pub(crate) mod evtxecmd;
pub(crate) mod get_winevent;
pub(crate) mod hayabusa;
pub(crate) mod splunk;
pub(crate) mod tables;
pub(crate) mod unknown;
pub(crate) mod velociraptor;
pub(crate) mod windows_xml;
pub(crate) mod winlogbeat;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::{Arc, LazyLock},
};

use spawnscope::{
    detect::{Engine, Rules},
    ingest::{Loaded, Options, Silent, load},
    model::{Analysis, Event, Fields, Origin, Process, ProcessIndex, StubReason, Timestamp},
    session::{analyse, sample},
};

/// A record as any dialect could be given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoryRecord {
    /// `System/Channel`.
    pub(crate) channel: String,
    /// `System/Provider/@Name`.
    pub(crate) provider: String,
    /// `System/EventID`.
    pub(crate) event_id: u32,
    /// `System/EventRecordID`.
    pub(crate) record_id: u64,
    /// `System/TimeCreated/@SystemTime`, seven digits.
    pub(crate) time: Timestamp,
    /// `System/Computer`.
    pub(crate) host: String,
    /// `System/Execution/@ProcessID`.
    pub(crate) pid: u32,
    /// `System/Execution/@ThreadID`.
    pub(crate) tid: u32,
    /// `System/Security/@UserID`.
    pub(crate) user_sid: Option<String>,
    /// `EventData` or `UserData` in order, values as text: GUIDs in lower case with braces,
    /// pointers and logon ids hexadecimal.
    pub(crate) fields: Vec<(String, String)>,
}

impl StoryRecord {
    /// The first field of this name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is from Sysmon with this event id.
    pub(crate) fn is_sysmon(&self, event_id: u32) -> bool {
        self.provider == "Microsoft-Windows-Sysmon" && self.event_id == event_id
    }

    /// Whether it is of the audit log with this event id.
    pub(crate) fn is_security(&self, event_id: u32) -> bool {
        self.channel == "Security" && self.event_id == event_id
    }

    fn of(event: &Event) -> Self {
        Self {
            channel: event.channel().to_owned(),
            provider: event.provider().to_owned(),
            event_id: event.event_id,
            record_id: event.record_id.unwrap(),
            time: event.time.unwrap(),
            host: event.host().to_owned(),
            pid: event.logger_pid.unwrap(),
            tid: event.logger_tid.unwrap_or_default(),
            user_sid: event.user_sid().map(str::to_owned),
            fields: event.fields.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
        }
    }

    fn event(&self) -> Event {
        let origin = Origin {
            host: self.host.as_str().into(),
            channel: self.channel.as_str().into(),
            provider: self.provider.as_str().into(),
            user_sid: self.user_sid.as_deref().map(Into::into),
        };
        Event {
            event_id: self.event_id,
            record_id: Some(self.record_id),
            time: Some(self.time),
            logger_pid: Some(self.pid),
            logger_tid: Some(self.tid),
            origin: Arc::new(origin),
            fields: self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Fields>(),
            ..Event::default()
        }
    }
}

/// Every record of the sample's event logs, in the order they are loaded in.
///
/// They are read from the logs themselves, so that a renderer is given what a real exporter would
/// see; that they say what the story tells is tested in `sample.rs`.
pub(crate) fn story() -> &'static [StoryRecord] {
    static STORY: LazyLock<Vec<StoryRecord>> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let files = sample::write(folder.path()).unwrap();
        let loaded = load(&files, &Options::default(), &Silent);
        assert_eq!(loaded.issues, [], "the sample is whole");
        loaded.events.iter().map(StoryRecord::of).collect()
    });
    &STORY
}

/// The values one after the other, a line each.
pub(crate) fn lines(values: impl IntoIterator<Item = serde_json::Value>) -> String {
    values.into_iter().fold(String::new(), |mut text, value| {
        writeln!(text, "{value}").unwrap();
        text
    })
}

/// Loads a file of this name and content, and nothing else.
pub(crate) fn load_as(name: &str, bytes: &[u8]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    load(&[path], &Options::default(), &Silent)
}

/// Judges what was loaded by the rules that come with the program.
pub(crate) fn judged(loaded: Loaded) -> Analysis {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Rules::bundled()));
    analyse::analyse(loaded, &ENGINE, 1)
}

/// What event logs with these records, and these only, would give.
pub(crate) fn judged_records<'a>(records: impl IntoIterator<Item = &'a StoryRecord>) -> Analysis {
    let events = records.into_iter().map(StoryRecord::event).collect();
    judged(Loaded { events, ..Loaded::default() })
}

/// What a dialect carries of the story: every record and field that is left out is named by the
/// test, so that nothing else may be missing.
pub(crate) struct Carried<'a> {
    /// Whether the dialect has this record at all.
    pub(crate) record: &'a dyn Fn(&StoryRecord) -> bool,
    /// What becomes of a field: `None` where the dialect has no place for it, else its value as the
    /// dialect writes it.
    pub(crate) field: &'a dyn Fn(&StoryRecord, &str, &str) -> Option<String>,
}

impl Carried<'_> {
    /// Every record and every field as it is.
    pub(crate) const ALL: Self =
        Carried { record: &|_| true, field: &|_, _, value| Some(value.to_owned()) };

    /// The records that remain, with the fields that remain.
    pub(crate) fn of_story(&self) -> Vec<StoryRecord> {
        let kept = story().iter().filter(|record| (self.record)(record));
        let kept = kept.map(|record| StoryRecord {
            fields: record
                .fields
                .iter()
                .filter_map(|(name, value)| {
                    (self.field)(record, name, value).map(|value| (name.clone(), value))
                })
                .collect(),
            ..record.clone()
        });
        kept.collect()
    }
}

/// A process by what the records say, not by its place in memory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ToldProcess {
    /// Host in lower case, GUID or else process id, image: what stands for the process elsewhere.
    pub(crate) key: String,
    /// Command line.
    pub(crate) command_line: String,
    /// `DOMAIN\name`.
    pub(crate) user: String,
    /// Key of the parent, and how it was found.
    pub(crate) parent: String,
    /// Start, to the millisecond.
    pub(crate) start: String,
    /// End, to the millisecond.
    pub(crate) end: String,
    /// Original file name and hashes.
    pub(crate) file: String,
    /// What it did, by kind and count.
    pub(crate) deeds: Vec<(String, usize)>,
}

fn key_of(process: &Process) -> String {
    let host = process.host.to_lowercase();
    let pid = process.pid.map_or_else(String::new, |pid| pid.to_string());
    let image = process.image.as_deref().unwrap_or("unknown").to_lowercase();
    match &process.guid {
        Some(guid) => format!("{host} {pid} {guid} {image}"),
        None => format!("{host} {pid} {image}"),
    }
}

/// Why there is no start record. That a log rolled over is told by its record numbers, which not
/// every dialect has; without them it began later, and no more can be said.
fn stub_reason(process: &Process) -> Option<StubReason> {
    process.stub.map(|reason| match reason {
        StubReason::LogRolledOver => StubReason::BeforeLogs,
        other => other,
    })
}

fn clock(time: Option<Timestamp>) -> String {
    time.map_or_else(
        || "unknown".to_owned(),
        |time| format!("{} {}", time.date(), time.clock(true)),
    )
}

/// Every process of the tree.
pub(crate) fn processes(analysis: &Analysis) -> BTreeSet<ToldProcess> {
    let key = |at: ProcessIndex| analysis.tree.process(at).map_or_else(String::new, key_of);
    let told = analysis.tree.processes.iter().map(|process| {
        let parent = process.parent.map_or_else(|| "none".to_owned(), key);
        let mut deeds = BTreeMap::new();
        for deed in &process.activity {
            *deeds.entry(format!("{:?}", deed.kind)).or_insert(0) += 1;
        }
        ToldProcess {
            key: key_of(process),
            command_line: process.command_line.clone().unwrap_or_default().into(),
            user: process.user.clone().unwrap_or_default().into(),
            parent: format!(
                "{parent} by {:?}, stub {:?}",
                process.parent_link,
                stub_reason(process)
            ),
            start: clock(process.start),
            end: clock(process.end),
            file: format!(
                "{:?} {:?}",
                process.original_file_name,
                process.hashes().collect::<Vec<_>>()
            ),
            deeds: deeds.into_iter().collect(),
        }
    });
    told.collect()
}

/// Every finding: rule, severity, process, and the records by host, time and event id.
pub(crate) fn findings(analysis: &Analysis) -> BTreeSet<String> {
    let told = analysis.findings.iter().map(|finding| {
        let process = finding.process.and_then(|at| analysis.tree.process(at));
        let process = process.map_or_else(|| "no process".to_owned(), key_of);
        let mut told = format!("{} {:?} {process}", finding.rule.id, finding.severity);
        let records = finding.records.iter().map(|at| analysis.events.get(at.0 as usize).unwrap());
        let records = records.map(|event| format!("{} {}", event.event_id, clock(event.time)));
        let records: BTreeSet<String> = records.collect();
        write!(told, " {records:?}").unwrap();
        told
    });
    told.collect()
}

/// The file, in the dialect named, gives the tree and the findings that event logs with the
/// carried records and fields give; nothing of it is unreadable or said to be lost.
pub(crate) fn assert_same_story(dialect: &str, file: &[u8], carried: &Carried<'_>) -> Analysis {
    assert_same_records(dialect, file, &carried.of_story())
}

/// As [`assert_same_story`], of records that were changed in more than their fields.
pub(crate) fn assert_same_records(dialect: &str, file: &[u8], records: &[StoryRecord]) -> Analysis {
    let loaded = load_as("export.json", file);
    assert_eq!(loaded.issues, [], "{dialect}");
    assert_eq!(loaded.sources.first().unwrap().dialect, Some(dialect));
    assert_eq!(loaded.events.len(), records.len(), "{dialect}: records");
    let (read, expected) = (judged(loaded), judged_records(records));
    assert!(!expected.findings.is_empty(), "{dialect}: a story without findings proves nothing");
    assert_same(&format!("{dialect}: process"), &processes(&read), &processes(&expected));
    assert_same(&format!("{dialect}: finding"), &findings(&read), &findings(&expected));
    read
}

/// As `assert_eq`, but shows only what differs, and not too much of it.
pub(crate) fn assert_same<T: Ord + std::fmt::Debug>(
    what: &str,
    read: &BTreeSet<T>,
    expected: &BTreeSet<T>,
) {
    let wrong: Vec<&T> = read.difference(expected).take(3).collect();
    let missing: Vec<&T> = expected.difference(read).take(3).collect();
    assert!(
        wrong.is_empty() && missing.is_empty(),
        "{what}, {} of {} agree\nread only: {wrong:#?}\nexpected only: {missing:#?}",
        read.intersection(expected).count(),
        expected.len(),
    );
}
