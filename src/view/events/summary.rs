//! What a record tells, in one line: a sentence for the kinds that matter in a triage, else its
//! first fields. Values as logged; nothing is concluded from them.
//!
//! Sources of ids and field names: Sysmon's manifest, Microsoft's "Advanced security audit policy
//! settings", and the manifests of the providers named.

use crate::model::{Event, bare_path, file_name, with_meanings};
use crate::view::events::{short_source, shortened};
use crate::view::number;

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The line.
    pub words: String,
    /// Whether it is logged text, such as a command, and not a sentence.
    pub is_code: bool,
}

/// Fields that are shown of a record for which there is no sentence.
const FIRST: usize = 4;

/// The line of a record.
pub fn summary(event: &Event) -> Summary {
    let is_start = matches!((log(event), event.event_id), (Log::Sysmon, 1) | (Log::Security, 4688));
    if is_start && let Some(command) = event.field("CommandLine") {
        return Summary { words: shortened(command), is_code: true };
    }
    let words = sentence(event).map_or_else(|| fields(event), |words| shortened(&words));
    Summary { words, is_code: false }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Log {
    Sysmon,
    Security,
    System,
    PowerShell,
    OldPowerShell,
    Tasks,
    Defender,
    Other,
}

fn log(event: &Event) -> Log {
    match short_source(event.home_channel()).as_str() {
        "Sysmon" => Log::Sysmon,
        "Security" => Log::Security,
        "System" => Log::System,
        "PowerShell" | "PowerShellCore" => Log::PowerShell,
        "Windows PowerShell" => Log::OldPowerShell,
        "TaskScheduler" => Log::Tasks,
        "Windows Defender" => Log::Defender,
        _ => Log::Other,
    }
}

/// A sentence; `None` where the kind is not known or the record lacks what the sentence is about.
fn sentence(event: &Event) -> Option<String> {
    match log(event) {
        Log::Sysmon => sysmon(event),
        Log::Security => logons(event).or_else(|| security(event)),
        Log::System => system(event),
        Log::PowerShell => powershell(event),
        Log::OldPowerShell => match event.event_id {
            400 => Some("PowerShell engine started".to_owned()),
            403 => Some("PowerShell engine stopped".to_owned()),
            _ => None,
        },
        Log::Tasks => tasks(event),
        Log::Defender => defender(event),
        Log::Other => None,
    }
}

fn sysmon(event: &Event) -> Option<String> {
    let field = |name: &str| event.field(name);
    Some(match event.event_id {
        1 => format!("Started {}", field("Image")?),
        2 => format!("Changed creation time of {}", field("TargetFilename")?),
        3 => connection(event, "DestinationIp", "DestinationPort")?,
        4 => format!("Sysmon service {}", field("State")?.to_lowercase()),
        5 => "Ended".to_owned(),
        6 => format!("Loaded driver {}", field("ImageLoaded")?),
        7 => format!("Loaded {}", field("ImageLoaded")?),
        8 => format!("Started a thread in {}", target(event)?),
        9 => format!("Read raw disk {}", field("Device")?),
        10 => format!("Opened {} with {}", target(event)?, field("GrantedAccess").unwrap_or("?")),
        11 => format!("Created {}", field("TargetFilename")?),
        12 => format!("{} {}", registry_verb(field("EventType")), field("TargetObject")?),
        13 => format!("Set {} = {}", field("TargetObject")?, field("Details").unwrap_or("")),
        14 => format!("Renamed {} to {}", field("TargetObject")?, field("NewName")?),
        15 => format!("Wrote stream {}", field("TargetFilename")?),
        16 => "Sysmon configuration changed".to_owned(),
        17 => format!("Created pipe {}", field("PipeName")?),
        18 => format!("Connected to pipe {}", field("PipeName")?),
        19..=21 => format!("WMI {} {}", field("Operation")?, field("Name").unwrap_or("")),
        22 => format!("Looked up {}", field("QueryName")?),
        23 | 26 => format!("Deleted {}", field("TargetFilename")?),
        25 => format!("Image tampered with: {}", field("Type")?),
        27 | 28 => format!("Blocked {}", field("TargetFilename")?),
        29 => format!("Created executable {}", field("TargetFilename")?),
        _ => return None,
    })
}

fn registry_verb(kind: Option<&str>) -> &'static str {
    match kind {
        Some("CreateKey" | "CreateValue") => "Created",
        Some("DeleteKey" | "DeleteValue") => "Deleted",
        _ => "Changed",
    }
}

/// `Connected to 198.51.100.23:80, tcp`.
fn connection(event: &Event, address: &str, port: &str) -> Option<String> {
    let address = event.field(address)?;
    let address = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
    let port = event.field(port).map_or_else(String::new, |port| format!(":{port}"));
    let protocol = match event.field("Protocol") {
        // Source: the protocol numbers of the IANA, which 5156 writes.
        Some("6") => ", tcp".to_owned(),
        Some("17") => ", udp".to_owned(),
        Some(other) => format!(", {}", other.to_lowercase()),
        None => String::new(),
    };
    // Sysmon says of a connection that was accepted that it was not initiated.
    let verb =
        if event.field("Initiated") == Some("false") { "Accepted from" } else { "Connected to" };
    if verb == "Accepted from"
        && let Some(source) = event.field("SourceIp")
    {
        return Some(format!("Connection with {source}, on {address}{port}{protocol}"));
    }
    Some(format!("Connected to {address}{port}{protocol}"))
}

fn target(event: &Event) -> Option<String> {
    let name = file_name(bare_path(event.field("TargetImage")?));
    Some(match event.pid("TargetProcessId") {
        Some(pid) => format!("{name} {pid}"),
        None => name.to_owned(),
    })
}

/// `CONTOSO\mlopez`.
fn account(event: &Event, name: &str, domain: &str) -> Option<String> {
    let name = event.field(name)?;
    Some(match event.field(domain) {
        Some(domain) => format!("{domain}\\{name}"),
        None => name.to_owned(),
    })
}

fn logons(event: &Event) -> Option<String> {
    let user = || account(event, "TargetUserName", "TargetDomainName");
    let from = match event.field("IpAddress") {
        Some(address) => format!(" from {address}"),
        None => String::new(),
    };
    let kind = event
        .field("LogonType")
        .map_or_else(String::new, |kind| format!(", type {kind}{}", logon_type(kind)));
    Some(match event.event_id {
        4624 => format!("Logon of {}{from}{kind}", user()?),
        4625 => format!("Failed logon of {}{from}{kind}", user()?),
        4634 | 4647 => format!("Logoff of {}{kind}", user()?),
        4648 => {
            let to = event.field("TargetServerName").map(|to| format!(" to {to}"));
            format!("Credentials of {} used{}", user()?, to.unwrap_or_default())
        }
        4672 => format!(
            "Special privileges for {}",
            account(event, "SubjectUserName", "SubjectDomainName")?
        ),
        _ => return None,
    })
}

/// Source: Microsoft, "4624(S): An account was successfully logged on", logon types.
fn logon_type(number: &str) -> &'static str {
    match number {
        "2" => " interactive",
        "3" => " network",
        "4" => " batch",
        "5" => " service",
        "7" => " unlock",
        "8" => " network cleartext",
        "9" => " new credentials",
        "10" => " remote interactive",
        "11" => " cached interactive",
        _ => "",
    }
}

fn security(event: &Event) -> Option<String> {
    let field = |name: &str| event.field(name);
    Some(match event.event_id {
        1102 => "The audit log was cleared".to_owned(),
        4656 => format!("Asked for {}", field("ObjectName")?),
        4657 => format!("Set {} = {}", field("ObjectName")?, field("NewValue").unwrap_or("")),
        4663 => format!("Accessed {}", field("ObjectName")?),
        4673 => format!("Used privilege {}", field("PrivilegeList")?),
        4688 => format!("Started {}, no command line logged", field("NewProcessName")?),
        4689 => "Ended".to_owned(),
        4697 => format!("Installed service {}", field("ServiceName")?),
        4698 => format!("Created task {}", field("TaskName")?),
        4699 => format!("Deleted task {}", field("TaskName")?),
        4702 => format!("Changed task {}", field("TaskName")?),
        4720 => format!("Created account {}", field("TargetUserName")?),
        4728 | 4732 | 4756 => format!("Added a member to {}", field("TargetUserName")?),
        5140 | 5145 => {
            let file = field("RelativeTargetName").map(|file| format!("\\{file}"));
            format!("Opened share {}{}", field("ShareName")?, file.unwrap_or_default())
        }
        5156 => connection(event, "DestAddress", "DestPort")?,
        _ => return None,
    })
}

fn system(event: &Event) -> Option<String> {
    let field = |name: &str| event.field(name);
    Some(match event.event_id {
        7045 => format!("Installed service {}: {}", field("ServiceName")?, field("ImagePath")?),
        7036 => format!("Service {} is {}", field("param1")?, field("param2")?),
        7040 => format!(
            "Service {} changed from {} to {}",
            field("param1")?,
            field("param2")?,
            field("param3")?
        ),
        104 => "A log was cleared".to_owned(),
        6005 => "Event log service started".to_owned(),
        6006 => "Event log service stopped".to_owned(),
        6008 => "The last shutdown was unexpected".to_owned(),
        _ => return None,
    })
}

fn powershell(event: &Event) -> Option<String> {
    Some(match event.event_id {
        4103 => format!("Ran {}", event.field("Payload")?),
        4104 => {
            let text = event.raw("ScriptBlockText")?;
            let long = number::counted(text.chars().count() as u64, "character", "characters");
            let parts = (event.number("MessageNumber"), event.number("MessageTotal"));
            let part = match parts {
                (Some(at), Some(all)) if all > 1 => format!(", part {at} of {all}"),
                _ => String::new(),
            };
            let path = event.field("Path").map(|path| format!(", {}", file_name(path)));
            format!("Script block{part}, {long}{}: {}", path.unwrap_or_default(), shortened(text))
        }
        _ => return None,
    })
}

fn tasks(event: &Event) -> Option<String> {
    let verb = match event.event_id {
        100 | 129 => "Task started",
        102 => "Task completed",
        106 => "Task registered",
        140 => "Task updated",
        141 => "Task deleted",
        200 => "Task action started",
        201 => "Task action completed",
        _ => return None,
    };
    let by = match event.field("UserContext").or_else(|| event.field("UserName")) {
        Some(user) => format!(", by {user}"),
        None => String::new(),
    };
    Some(format!("{verb}: {}{by}", event.field("TaskName")?))
}

fn defender(event: &Event) -> Option<String> {
    let name = || event.field("Threat Name").or_else(|| event.field("ThreatName"));
    Some(match event.event_id {
        1116 => format!("Detected {}", name()?),
        1117 => format!("Acted on {}", name()?),
        5001 => "Real-time protection was switched off".to_owned(),
        _ => return None,
    })
}

/// `Name: value, name: value` of the first fields; words where the record keeps none.
fn fields(event: &Event) -> String {
    let said: Vec<String> = event
        .fields
        .iter()
        .filter(|(_, value)| !crate::model::is_missing(value.trim()))
        .take(FIRST)
        .map(|(name, value)| {
            let spelled = with_meanings(value);
            format!("{}: {}", shortened(name), shortened(spelled.as_deref().unwrap_or(value)))
        })
        .collect();
    if said.is_empty() { "No fields".to_owned() } else { shortened(&said.join(", ")) }
}
