//! The rows of `EvtxECmd`: the event's head in columns of its own, its data in `Payload`.
//!
//! The columns: <https://github.com/EricZimmerman/evtx>, whose README also says that
//! `TimeCreated` is UTC unless asked for otherwise. `ProcessId`, `ThreadId` and `UserId` are those
//! of `System`: who logged. What the maps put into `PayloadData1` to `ExecutableInfo` is in
//! `Payload` too, so that these are fields only where that cannot be read.

use crate::model::SourceIndex;

use super::{
    super::{json::Assembler, names, written_time},
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

pub(super) fn read(
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
        if is_data_broken {
            from_map(row, event_id, assembler);
        }
    }
    let event = finish(assembler, source)?;
    Ok(Read { event, is_data_broken })
}

/// What the maps put together, as far as it can be taken apart again.
fn from_map(row: &Row<'_>, event_id: Option<u32>, assembler: &mut Assembler) {
    let is_sysmon = row.get("Provider").is_some_and(|name| name == "Microsoft-Windows-Sysmon");
    if is_sysmon && event_id == Some(1) && assembler.fields.is_empty() {
        let parts = |column: &str| row.get(column).unwrap_or_default().split(", ");
        for part in parts("PayloadData1").chain(parts("PayloadData5")) {
            let Some((name, value)) = part.split_once(": ") else { continue };
            let name = match name {
                "ProcessID" => "ProcessId",
                "ProcessGUID" => "ProcessGuid",
                "ParentProcessID" => "ParentProcessId",
                "ParentProcessGUID" => "ParentProcessGuid",
                _ => continue,
            };
            push(assembler, name, value.trim());
        }
        let whole = [
            ("CommandLine", "ExecutableInfo", ""),
            ("User", "UserName", ""),
            ("Hashes", "PayloadData3", ""),
            ("ParentImage", "PayloadData4", "ParentProcess: "),
            ("ParentCommandLine", "PayloadData6", "ParentCommandLine: "),
        ];
        for (name, column, prefix) in whole {
            if let Some(value) = row.get(column).and_then(|value| value.strip_prefix(prefix)) {
                push(assembler, name, value);
            }
        }
    }
    for column in MAPPED {
        if let Some(value) = row.get(column) {
            push(assembler, column, value);
        }
    }
}
