//! The one line that says what a record tells. Values as logged; nothing is interpreted.

use super::{draft::account, record::Log};
use crate::model::Event;

/// The value of a record: `address:port`, `key\value = data`, a full path, a name.
///
/// Empty where the record lacks the field.
pub(super) fn of(log: Log, event: &Event) -> String {
    let field = |name: &str| event.field(name).unwrap_or_default();
    match (log, event.event_id) {
        (Log::Sysmon, 3) => endpoint(field("DestinationIp"), field("DestinationPort")),
        (Log::Security, 5156) => endpoint(field("DestAddress"), field("DestPort")),
        (Log::Sysmon, 22) => field("QueryName").to_owned(),
        (Log::Sysmon, 2 | 11 | 15 | 23 | 26..=29) => field("TargetFilename").to_owned(),
        (Log::Sysmon, 12) => field("TargetObject").to_owned(),
        (Log::Sysmon, 13) => assigned(field("TargetObject"), event.field("Details")),
        (Log::Sysmon, 14) => pair(field("TargetObject"), " renamed to ", event.field("NewName")),
        (Log::Security, 4657) => {
            let name = pair(field("ObjectName"), "\\", event.field("ObjectValueName"));
            assigned(&name, event.field("NewValue"))
        }
        (Log::Sysmon, 17 | 18) => field("PipeName").to_owned(),
        (Log::Sysmon, 6 | 7) => field("ImageLoaded").to_owned(),
        (Log::Sysmon, 8) => pair("remote thread", " in ", event.field("TargetImage")),
        (Log::Sysmon, 10) => pair(field("GrantedAccess"), " on ", event.field("TargetImage")),
        (Log::Security, 4656 | 4663)
            if matches!(event.field("ObjectType"), Some("File" | "Key")) =>
        {
            field("ObjectName").to_owned()
        }
        (Log::Security, 4656 | 4663) => {
            pair(field("AccessMask"), " on ", event.field("ObjectName"))
        }
        (Log::Sysmon, 25) => field("Type").to_owned(),
        (Log::Sysmon, 9) => field("Device").to_owned(),
        (Log::Sysmon, 19 | 20) => {
            let value = event.field("Query").or_else(|| event.field("Destination"));
            assigned(field("Name"), value)
        }
        (Log::Sysmon, 21) => pair(field("Filter"), " to ", event.field("Consumer")),
        (Log::Security, 4697) => assigned(field("ServiceName"), event.field("ServiceFileName")),
        (Log::Security, 4698 | 4702) | (Log::TaskScheduler, _) => task(event),
        (Log::Security, 4673) => field("PrivilegeList").to_owned(),
        (Log::Security, 4720 | 4732) => field("TargetUserName").to_owned(),
        (Log::Security, 4624) => pair(&user(event), " from ", event.field("IpAddress")),
        (Log::Security, 4648) => {
            let to = pair(&user(event), " to ", event.field("TargetServerName"));
            pair(&to, " from ", event.field("IpAddress"))
        }
        (Log::Security, 5140 | 5145) => {
            pair(field("ShareName"), "\\", event.field("RelativeTargetName"))
        }
        (Log::PowerShell, 4103) => first_line(field("Payload")),
        _ => String::new(),
    }
}

/// The longest text that a line of free text keeps, in characters.
const LINE_CHARS: usize = 240;

/// The first line that is not blank, cut where it is very long.
pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(LINE_CHARS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

fn endpoint(address: &str, port: &str) -> String {
    match (address.contains(':'), port) {
        (_, "") => address.to_owned(),
        (true, port) => format!("[{address}]:{port}"),
        (false, port) => format!("{address}:{port}"),
    }
}

fn assigned(name: &str, value: Option<&str>) -> String {
    pair(name, " = ", value)
}

fn pair(left: &str, between: &str, right: Option<&str>) -> String {
    match right {
        Some(right) => [left, between, right].concat(),
        None => left.to_owned(),
    }
}

fn user(event: &Event) -> String {
    account(event, "TargetDomainName", "TargetUserName").unwrap_or_default()
}

fn task(event: &Event) -> String {
    let name = event.field("TaskName").unwrap_or_default();
    match event.event_id {
        200 | 201 => pair(name, " runs ", event.field("ActionName")),
        _ => name.to_owned(),
    }
}
