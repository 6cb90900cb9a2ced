//! The rows of `EvtxECmd`, be they of a CSV file or JSON objects: the event's head in columns of its
//! own, its data in `Payload`.
//!
//! The columns: <https://github.com/EricZimmerman/evtx>, whose README also says that
//! `TimeCreated` is UTC unless asked for otherwise. `ProcessId`, `ThreadId` and `UserId` are those
//! of `System`: who logged. The columns `PayloadData1` to `6`, `UserName` and `ExecutableInfo`
//! repeat parts of `Payload` in words that differ from event to event, so they are looked at only
//! where it is missing, was cut off, or lacks what they have; that is told.
//! Sources of those words: the maps for Sysmon 1 and Security 4688 of `EvtxECmd`.

use crate::model::{SourceIndex, program};

use super::{
    super::{json::Assembler, names, outcome::Remark, written_time},
    Read, Row, RowError, finish, payload, push, set_channel, set_host, set_provider,
};

/// The columns that the maps fill.
const MAPPED: [&str; 10] = [
    "MapDescription",
    "UserName",
    "RemoteHost",
    "PayloadData1",
    "PayloadData2",
    "PayloadData3",
    "PayloadData4",
    "PayloadData5",
    "PayloadData6",
    "ExecutableInfo",
];

/// Reads one row.
pub(in crate::ingest) fn read(
    row: &Row<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Read, RowError> {
    let number = |name: &str| row.get(name).map(str::trim);
    let event_id = number("EventId").and_then(|text| text.parse().ok());
    let head = &mut assembler.head;
    head.event_id = Some(event_id.ok_or(RowError::NotARecord { missing: "EventId" })?);
    head.record_id = number("EventRecordId").and_then(|text| text.parse().ok());
    head.logger_pid = number("ProcessId").and_then(|text| text.parse().ok());
    head.logger_tid = number("ThreadId").and_then(|text| text.parse().ok());
    head.time = row.get("TimeCreated").and_then(written_time::parse).map(|(time, _)| time);
    let user = row.get("UserId").map(str::trim);
    head.user_sid = user.map(|sid| assembler.names.intern_part(names::Part::User, sid));
    set_host(assembler, row.get("Computer"));
    set_channel(assembler, row.get("Channel"));
    set_provider(assembler, row.get("Provider"));
    let mut is_data_broken = false;
    if assembler.keeps_fields() {
        assembler.expect_shape();
        let payload = row.get("Payload");
        is_data_broken = payload.is_none_or(|text| payload::read(text, assembler).is_err());
        from_map(row, is_data_broken, assembler);
    }
    let event = finish(assembler, source)?;
    Ok(Read { event, is_data_broken })
}

/// What the maps put together, as far as it can be taken apart again and the payload lacks it.
fn from_map(row: &Row<'_>, is_data_broken: bool, assembler: &mut Assembler) {
    let provider = row.get("Provider").unwrap_or_default();
    let found = match (provider.trim(), assembler.head.event_id) {
        ("Microsoft-Windows-Sysmon", Some(1)) => sysmon_start(row),
        ("Microsoft-Windows-Security-Auditing", Some(4688)) => security_start(row),
        _ => Vec::new(),
    };
    let mut is_lacking = is_data_broken;
    for (name, value) in found {
        if !assembler.fields.has(name) {
            push(assembler, name, value);
            is_lacking = true;
        }
    }
    if is_lacking {
        assembler.remark(Remark::PayloadCut);
    }
    for column in MAPPED.iter().filter(|_| is_data_broken) {
        if let Some(value) = row.get(column) {
            push(assembler, column, value);
        }
    }
}

type Found<'r> = Vec<(&'static str, &'r str)>;

/// The part of `ProcessID: 10672, ProcessGUID: 817bddf3-…` behind a label.
fn labelled<'t>(row: &Row<'t>, name: &str, label: &str) -> Option<&'t str> {
    let text = row.get(name)?;
    text.split(", ").find_map(|part| part.strip_prefix(label)?.strip_prefix(": ")).map(str::trim)
}

/// The whole text behind a label, commas and all.
fn behind<'t>(row: &Row<'t>, name: &str, label: &str) -> Option<&'t str> {
    row.get(name)?.strip_prefix(label)?.strip_prefix(": ").map(str::trim)
}

/// Sysmon 1, in the order of the record. The image is the program that the command line names.
fn sysmon_start<'r>(row: &Row<'r>) -> Found<'r> {
    let line = row.get("ExecutableInfo");
    let pairs = [
        ("RuleName", behind(row, "PayloadData2", "RuleName")),
        ("ProcessGuid", labelled(row, "PayloadData1", "ProcessGUID")),
        ("ProcessId", labelled(row, "PayloadData1", "ProcessID")),
        ("Image", line.and_then(program)),
        ("CommandLine", line),
        ("User", row.get("UserName")),
        ("Hashes", row.get("PayloadData3").filter(|text| text.contains('='))),
        ("ParentProcessGuid", labelled(row, "PayloadData5", "ParentProcessGUID")),
        ("ParentProcessId", labelled(row, "PayloadData5", "ParentProcessID")),
        ("ParentImage", behind(row, "PayloadData4", "ParentProcess")),
        ("ParentCommandLine", behind(row, "PayloadData6", "ParentCommandLine")),
    ];
    said(pairs)
}

/// Security 4688. The new process's own id is in no column.
fn security_start<'r>(row: &Row<'r>) -> Found<'r> {
    let info = row.get("ExecutableInfo");
    let image = info.and_then(program);
    // `<NewProcessName> <CommandLine>`.
    let line = info.zip(image).and_then(|(info, image)| info.strip_prefix(image));
    // `DOMAIN\name (SID)`, where the SID may be left out.
    let user = row.get("UserName").and_then(|text| text.split(" (").next());
    let (domain, name) = match user.and_then(|user| user.split_once('\\')) {
        Some((domain, name)) => (Some(domain), Some(name)),
        None => (None, user),
    };
    let pairs = [
        ("SubjectUserName", name),
        ("SubjectDomainName", domain),
        ("NewProcessName", image),
        ("ProcessId", behind(row, "PayloadData2", "PID")),
        ("CommandLine", line.map(str::trim).filter(|line| !line.is_empty())),
        ("ParentProcessName", behind(row, "PayloadData1", "Parent process")),
        ("MandatoryLabel", behind(row, "PayloadData3", "Mandatory label")),
    ];
    said(pairs)
}

fn said<'r, const N: usize>(pairs: [(&'static str, Option<&'r str>); N]) -> Found<'r> {
    let said = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    said.filter(|(_, value)| !value.is_empty()).collect()
}
