//! A process while the tree is being built, and how records fill it. Not how records are matched.

use super::{
    clock::Numbers,
    identity::{Guid, HostId},
    interner::Interner,
    mention::Role,
    record::{Record, event_time, image, numbers, pid, utc_time},
};
use crate::model::{DEFENDER, Event, Process, RecordIndex, StubReason, Text, Timestamp, Witness};

/// A process with what only the building needs.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) process: Process,
    pub(super) host: HostId,
    pub(super) guid: Option<Guid<'a>>,
    pub(super) parent_guid: Option<Guid<'a>>,
    /// Which kinds of GUID stand for it, one bit for each [`Guid::family`].
    pub(super) families: u8,
    /// Whether the account is the creator's, which 4688 gives where the new process has the same.
    pub(super) is_user_creators: bool,
    /// Whether its end was logged under its GUID, and so is of no other holder of its id.
    pub(super) is_end_by_guid: bool,
    /// What its record says of its parent's account.
    pub(super) parent_user: Option<Text>,
    /// The numbers of its start records.
    pub(super) numbers: Numbers,
    /// Sysmon's `UtcTime` where it is in dispute with the record's own time.
    pub(super) disputed_utc: Option<Timestamp>,
    /// The time of the Sysmon record, by the clock that the other logs of the host share.
    pub(super) written: Option<Timestamp>,
    /// The parent as a position among the drafts.
    pub(super) parent: Option<usize>,
    /// For a stub, the earliest time at which a record speaks of it.
    pub(super) first_seen: Option<Timestamp>,
    /// For a stub without a start, from when on it is looked for under its id.
    pub(super) held_from: Option<Timestamp>,
    /// For a stub without a start, a time within the logs after which it must have started.
    pub(super) started_after: Option<Timestamp>,
}

impl<'a> Draft<'a> {
    fn empty(host: HostId, guid: Option<Guid<'a>>) -> Self {
        let process =
            Process { guid: guid.and_then(Guid::logged).map(Text::from), ..Process::default() };
        Self {
            process,
            host,
            guid,
            parent_guid: None,
            families: guid.map_or(0, Guid::family),
            is_user_creators: false,
            is_end_by_guid: false,
            numbers: [None; 2],
            parent_user: None,
            disputed_utc: None,
            written: None,
            parent: None,
            first_seen: None,
            held_from: None,
            started_after: None,
        }
    }

    /// A process without a start record; why there is none is told at the end.
    pub(super) fn stub(host: HostId, guid: Option<Guid<'a>>) -> Self {
        let mut draft = Self::empty(host, guid);
        draft.process.stub = Some(StubReason::Unknown);
        draft
    }

    /// From Sysmon 1. Field names: Sysmon's manifest (`sysmon -s`), event `ProcessCreate`.
    pub(super) fn from_sysmon(record: &Record<'a>, words: &mut Interner<'a>) -> Self {
        let event = record.event;
        let guid = Role::Itself.guid(event);
        let parent_guid = Role::Parent.guid(event);
        let (start, start_disputed) = event_time(event);
        let mut draft = Self::empty(record.host, guid);
        draft.parent_guid = parent_guid;
        draft.disputed_utc = utc_time(event).filter(|_| start_disputed);
        draft.written = event.time;
        draft.numbers = numbers(event);
        let process = &mut draft.process;
        process.pid = pid(event, "ProcessId");
        process.image = words.optional(image(event, "Image"));
        process.original_file_name = words.optional(event.field("OriginalFileName"));
        process.command_line = words.optional(event.field("CommandLine"));
        process.user = words.optional(event.field("User"));
        process.current_directory = words.optional(event.field("CurrentDirectory"));
        process.integrity = words.optional(event.field("IntegrityLevel").map(integrity));
        process.logon_id = logon_id(event, "LogonId").map(|id| words.hexadecimal(id));
        process.session = event.pid("TerminalSessionId");
        process.company = words.optional(event.field("Company"));
        process.product = words.optional(event.field("Product"));
        process.logged_hashes = words.optional(event.field("Hashes"));
        process.start = start;
        process.start_disputed = start_disputed;
        process.parent_pid = pid(event, "ParentProcessId");
        process.parent_guid = parent_guid.and_then(Guid::logged).map(Text::from);
        process.parent_image = words.optional(image(event, "ParentImage"));
        process.parent_command_line = words.optional(event.field("ParentCommandLine"));
        draft.parent_user = words.optional(event.field("ParentUser"));
        let is_defender = event.provider() == DEFENDER;
        let kind = if is_defender { "defender/ProcessCreated" } else { "sysmon/1" };
        draft.witness(kind, record.index);
        draft
    }

    /// From Security 4688, where `ProcessId` is the creator and `ParentProcessName` came with
    /// version 2 (Windows 10). Source: Microsoft, "4688(S): A new process has been created".
    pub(super) fn from_security(record: &Record<'a>, words: &mut Interner<'a>) -> Self {
        let event = record.event;
        let mut draft = Self::empty(record.host, None);
        let process = &mut draft.process;
        process.pid = pid(event, "NewProcessId");
        process.image = words.optional(image(event, "NewProcessName"));
        process.command_line = words.optional(event.field("CommandLine"));
        let mut account =
            |domain: &str, name: &str| Some(words.account(event.field(domain), event.field(name)?));
        let target = account("TargetDomainName", "TargetUserName");
        let logon = target.as_ref().and_then(|_| logon_id(event, "TargetLogonId"));
        let is_user_creators = target.is_none();
        process.user = target.or_else(|| account("SubjectDomainName", "SubjectUserName"));
        let logon = logon.or_else(|| logon_id(event, "SubjectLogonId"));
        process.logon_id = logon.map(|id| words.hexadecimal(id));
        process.integrity = words.optional(event.field("MandatoryLabel").map(integrity));
        process.start = event.time;
        process.parent_pid = pid(event, "ProcessId");
        process.parent_image = words.optional(image(event, "ParentProcessName"));
        draft.is_user_creators = is_user_creators;
        draft.numbers = numbers(event);
        draft.witness("security/4688", record.index);
        draft
    }

    pub(super) fn witness(&mut self, kind: &'static str, record: RecordIndex) {
        self.process.witnesses.push(Witness { kind, record });
    }

    /// Notes that a record of this time speaks of the process.
    pub(super) fn seen(&mut self, time: Option<Timestamp>) {
        if let Some(time) = time {
            self.first_seen = Some(self.first_seen.map_or(time, |first| first.min(time)));
        }
    }

    /// Whether no GUID of this kind stands for it yet.
    pub(super) const fn can_adopt(&self, guid: Guid<'_>) -> bool {
        self.families & guid.family() == 0
    }

    /// As [`Self::can_adopt`], and it has a start record.
    pub(super) const fn lacks(&self, guid: Guid<'_>) -> bool {
        self.can_adopt(guid) && self.process.stub.is_none()
    }

    /// Takes a GUID that stands for it too.
    pub(super) fn adopt(&mut self, guid: Guid<'a>) {
        self.families |= guid.family();
        fill(&mut self.guid, Some(guid));
        fill(&mut self.process.guid, guid.logged().map(Text::from));
    }
}

/// The value as owned text.
pub(super) fn owned(text: Option<&str>) -> Option<Text> {
    text.map(Text::from)
}

pub(super) fn fill<T>(mine: &mut Option<T>, theirs: Option<T>) {
    if mine.is_none() {
        *mine = theirs;
    }
}

/// `DOMAIN\name` from two fields; the name alone where the domain is missing.
pub(super) fn account(event: &Event, domain: &str, name: &str) -> Option<String> {
    let name = event.field(name)?;
    Some(match event.field(domain) {
        Some(domain) => format!("{domain}\\{name}"),
        None => name.to_owned(),
    })
}

/// The logon id; zero stands for none.
fn logon_id(event: &Event, name: &str) -> Option<u64> {
    event.number(name).filter(|id| *id != 0)
}

/// The word for a mandatory label. Source: Microsoft, "Well-known SIDs", S-1-16-….
fn integrity(label: &str) -> &str {
    match label {
        "S-1-16-0" => "Untrusted",
        "S-1-16-4096" => "Low",
        "S-1-16-8192" => "Medium",
        "S-1-16-8448" => "Medium Plus",
        "S-1-16-12288" => "High",
        "S-1-16-16384" => "System",
        "S-1-16-20480" => "Protected",
        // Rendered exports write `Mandatory Label\High Mandatory Level`.
        other => {
            let word = other.rsplit('\\').next().unwrap_or(other);
            word.strip_suffix(" Mandatory Level").unwrap_or(word)
        }
    }
}
