//! What Splunk exports: fields that its Windows add-on took out of the classic text of an event or
//! out of its XML, with names of its own added.
//!
//! Windows names begin with a capital letter; what begins otherwise is Splunk's own or an alias of
//! its Common Information Model, and is left out. Classic names come from the English rendering,
//! `New_Process_Name` from "New Process Name"; in 4688 they get the names of the event back. Where
//! no field is there, `_raw` is read if it holds the event's XML.
//! Source of what the text calls the fields of an event: Microsoft's pages on the events, for
//! example `windows/security/threat-protection/auditing/event-4648.md` and `event-4697.md` in
//! <https://github.com/MicrosoftDocs/windows-itpro-docs>, and for 4634 and 4732
//! <https://www.ultimatewindowssecurity.com/securitylog/encyclopedia/event.aspx?eventid=4732>.

use crate::model::{Event, SourceIndex};

use super::{
    super::{names::Part, xml},
    assemble::Assembler,
    leaves::Leaves,
    reader::{JsonError, Reader},
    winlogbeat::push,
};

/// Reads one result.
pub(super) fn splunk_event(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    let mut leaves = std::mem::take(&mut assembler.leaves);
    let event = leaves.read(reader).and_then(|()| event(&leaves, source, assembler));
    assembler.leaves = leaves;
    event
}

/// Whether the object is a result of a search in a Windows log.
pub(super) fn is_splunk(leaves: &Leaves) -> bool {
    let has = |name: &str| leaves.iter().any(|(path, _)| path == name);
    let is_event = has("EventCode") || has("EventID") || has("_raw");
    let of_windows = |path: &str| {
        leaves.first(path).is_some_and(|text| text.to_ascii_lowercase().contains("wineventlog"))
    };
    is_event
        && (has("_time") || has("_raw") || has("sourcetype"))
        && (of_windows("sourcetype") || of_windows("source") || has("EventCode"))
}

fn event(
    leaves: &Leaves,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    if leaves.first("EventCode").is_none() && leaves.first("EventID").is_none() {
        let raw = leaves.first("_raw").filter(|raw| raw.trim_start().starts_with('<'));
        let raw = raw.ok_or(JsonError::NotARecord { missing: "EventCode" })?;
        return xml::event_from_str(raw, source, assembler)
            .map_err(|_no_event| JsonError::NotARecord { missing: "the XML in _raw" });
    }
    take_head(leaves, assembler);
    if assembler.head.channel.is_none() && assembler.head.provider.is_none() {
        return Err(JsonError::NotARecord { missing: "the channel" });
    }
    if !assembler.keeps_fields() {
        return assembler.finish_skeleton(source);
    }
    assembler.expect_shape();
    let event_id = assembler.head.event_id.unwrap_or_default();
    let is_classic = leaves.iter().any(|(path, _)| path == "EventCode" || path == "Account_Name")
        && leaves.iter().any(|(path, _)| path.contains('_') && is_windows_name(path));
    let mut order = (String::new(), 0);
    for (path, value) in leaves.iter() {
        // The kind of the record is a number, that of a registry change a word.
        let is_change = path == "EventType" && value.parse::<u32>().is_err();
        if !is_change && !is_windows_name(path) {
            continue;
        }
        // The first of two accounts is who acted, the second who was acted on.
        order.1 = if order.0 == path { order.1 + 1 } else { 0 };
        path.clone_into(&mut order.0);
        let classic = if is_classic { classic_name(event_id, path, order.1) } else { None };
        push(assembler, classic.unwrap_or(path), value);
    }
    if assembler.fields.is_empty()
        && let Some(message) = leaves.first("Message").or_else(|| leaves.first("_raw"))
    {
        push(assembler, "Message", message);
    }
    assembler.finish(source)
}

fn take_head(leaves: &Leaves, assembler: &mut Assembler) {
    let any = |paths: &[&str]| paths.iter().find_map(|path| leaves.first(path));
    let id = any(&["EventCode", "EventID"]).and_then(|text| text.parse().ok());
    let record_id = any(&["RecordNumber", "EventRecordID"]).and_then(|text| text.parse().ok());
    let time =
        any(&["SystemTime", "_time"]).and_then(|text| assembler.time(text.trim_matches('\'')));
    let (head, names) = (&mut assembler.head, &mut assembler.names);
    (head.event_id, head.record_id, head.time) = (id, record_id, time);
    head.logger_pid = any(&["ProcessID"]).and_then(|text| text.parse().ok());
    head.logger_tid = any(&["ThreadID"]).and_then(|text| text.parse().ok());
    let named = any(&["LogName", "Channel"]);
    let channel =
        named.or_else(|| any(&["source"])?.split_once("WinEventLog:").map(|(_, log)| log));
    head.channel = channel.map(|text| names.intern_part(Part::Channel, text));
    let provider = any(&["SourceName", "ProviderName", "Name"]);
    head.provider = provider.map(|text| {
        // The classic text writes it without its first words.
        let full = match text.strip_prefix("Microsoft Windows security auditing") {
            Some("." | "") => "Microsoft-Windows-Security-Auditing",
            _ => text,
        };
        names.intern_part(Part::Provider, full)
    });
    let host = any(&["ComputerName", "Computer", "host"]);
    head.host = host.map(|text| names.intern_part(Part::Host, text));
    head.user_sid = any(&["UserID", "Sid"]).map(|text| names.intern_part(Part::User, text));
}

/// Whether a field is one of the event: not Splunk's, and no part of the head.
fn is_windows_name(path: &str) -> bool {
    const HEAD: [&str; 25] = [
        "Channel",
        "Computer",
        "ComputerName",
        "EventCode",
        "EventID",
        "EventRecordID",
        "EventType",
        "Guid",
        "Keywords",
        "Level",
        "LogName",
        "Message",
        "Name",
        "Opcode",
        "OpCode",
        "ProcessID",
        "ProviderName",
        "RecordNumber",
        "Sid",
        "SidType",
        "SourceName",
        "SystemTime",
        "TaskCategory",
        "ThreadID",
        "UserID",
    ];
    let is_named = path.starts_with(|first: char| first.is_ascii_uppercase())
        || path
            .strip_prefix("param")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    is_named && !HEAD.contains(&path)
}

/// What the event calls a field of the classic text; `nth` counts those of one name.
fn classic_name(event_id: u32, name: &str, nth: usize) -> Option<&'static str> {
    let is_it = |(events, known, which, _): &&Classic| {
        *known == name
            && (events.is_empty() || events.contains(&event_id))
            && which.is_none_or(|which| which == nth)
    };
    CLASSIC.iter().find(is_it).map(|(.., windows)| *windows)
}

/// Events (none are all), the name in the text, which of several, and the name in the event. The
/// first that fits counts.
type Classic = (&'static [u32], &'static str, Option<usize>, &'static str);

const START: &[u32] = &[4688];
const OF_PROCESS: &[u32] = &[4624, 4625, 4648, 4689];
const LOGON: &[u32] = &[4624, 4625];
/// Their account is called subject in the text, and target in the event.
const LOGOFF: &[u32] = &[4634, 4647];
const CREDENTIALS: &[u32] = &[4648];
const SERVICE: &[u32] = &[4697];
/// Who acted, a member, and the group.
const MEMBER: &[u32] = &[4728, 4729, 4732, 4733, 4756, 4757];
const ACCOUNT: &[u32] = &[4720, 4722, 4723, 4724, 4725, 4726, 4738, 4740];

#[rustfmt::skip]
const CLASSIC: [Classic; 43] = [
    (START, "New_Process_ID", None, "NewProcessId"),
    (START, "New_Process_Name", None, "NewProcessName"),
    (START, "Creator_Process_ID", None, "ProcessId"),
    (START, "Creator_Process_Name", None, "ParentProcessName"),
    (START, "Process_Command_Line", None, "CommandLine"),
    (START, "Token_Elevation_Type", None, "TokenElevationType"),
    (START, "Mandatory_Label", None, "MandatoryLabel"),
    (OF_PROCESS, "Process_ID", None, "ProcessId"),
    (OF_PROCESS, "Process_Name", None, "ProcessName"),
    (&[4689], "Exit_Status", None, "Status"),
    (LOGON, "Source_Network_Address", None, "IpAddress"),
    (LOGON, "Source_Port", None, "IpPort"),
    (LOGON, "Workstation_Name", None, "WorkstationName"),
    (&[4624, 4625, 4634], "Logon_Type", None, "LogonType"),
    (LOGOFF, "Security_ID", Some(0), "TargetUserSid"),
    (LOGOFF, "Account_Name", Some(0), "TargetUserName"),
    (LOGOFF, "Account_Domain", Some(0), "TargetDomainName"),
    (LOGOFF, "Logon_ID", Some(0), "TargetLogonId"),
    (CREDENTIALS, "Network_Address", None, "IpAddress"),
    (CREDENTIALS, "Port", None, "IpPort"),
    (CREDENTIALS, "Target_Server_Name", None, "TargetServerName"),
    (CREDENTIALS, "Additional_Information", None, "TargetInfo"),
    (SERVICE, "Service_Name", None, "ServiceName"),
    (SERVICE, "Service_File_Name", None, "ServiceFileName"),
    (SERVICE, "Service_Type", None, "ServiceType"),
    (SERVICE, "Service_Start_Type", None, "ServiceStartType"),
    (SERVICE, "Service_Account", None, "ServiceAccount"),
    (&[4698, 4702], "Task_Name", None, "TaskName"),
    (&[4698], "Task_Content", None, "TaskContent"),
    (MEMBER, "Security_ID", Some(1), "MemberSid"),
    (MEMBER, "Account_Name", Some(1), "MemberName"),
    (MEMBER, "Security_ID", Some(2), "TargetSid"),
    (MEMBER, "Group_Name", None, "TargetUserName"),
    (MEMBER, "Group_Domain", None, "TargetDomainName"),
    (ACCOUNT, "Security_ID", Some(1), "TargetSid"),
    (&[], "Security_ID", Some(0), "SubjectUserSid"),
    (&[], "Account_Name", Some(0), "SubjectUserName"),
    (&[], "Account_Domain", Some(0), "SubjectDomainName"),
    (&[], "Logon_ID", Some(0), "SubjectLogonId"),
    (&[], "Security_ID", Some(1), "TargetUserSid"),
    (&[], "Account_Name", Some(1), "TargetUserName"),
    (&[], "Account_Domain", Some(1), "TargetDomainName"),
    (&[], "Logon_ID", Some(1), "TargetLogonId"),
];
