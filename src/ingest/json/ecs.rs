//! Which field of the Elastic Common Schema holds what a Windows event calls otherwise: a table of
//! names, no reading.
//!
//! Winlogbeat's modules move values out of `winlog.event_data` into these fields, so that they are
//! found there only. Sources: `sysmon/ingest/sysmon.yml`, `security/ingest/security_standard.yml`
//! and `powershell/ingest/powershell_operational.yml` in
//! <https://github.com/elastic/beats/tree/main/x-pack/winlogbeat/module>. Not given back, since the
//! pipelines do not keep them as they were: the status of a name's resolution, the name of the port
//! a connection came from, and the payload of PowerShell's 4103.

use super::leaves::Leaves;

/// A Windows name, and the path that holds its value where the event has no such field of its own.
/// Where a name is there twice, the first path that holds something counts.
pub(super) type Names = &'static [(&'static str, &'static str)];

const ACTOR: Names = &[
    ("RuleName", "rule.name"),
    ("ProcessGuid", "process.entity_id"),
    ("ProcessId", "process.pid"),
    ("Image", "process.executable"),
];
const START: Names = &[
    ("FileVersion", "process.pe.file_version"),
    ("Description", "process.pe.description"),
    ("Product", "process.pe.product"),
    ("Company", "process.pe.company"),
    ("OriginalFileName", "process.pe.original_file_name"),
    ("CommandLine", "process.command_line"),
    ("CurrentDirectory", "process.working_directory"),
    ("ParentProcessGuid", "process.parent.entity_id"),
    ("ParentProcessId", "process.parent.pid"),
    ("ParentImage", "process.parent.executable"),
    ("ParentCommandLine", "process.parent.command_line"),
];
const CONNECTION: Names = &[
    ("Protocol", "network.transport"),
    ("SourceIp", "source.ip"),
    ("SourceHostname", "source.domain"),
    ("SourcePort", "source.port"),
    ("DestinationIp", "destination.ip"),
    ("DestinationHostname", "destination.domain"),
    ("DestinationPort", "destination.port"),
    ("DestinationPortName", "network.protocol"),
];
const FILE: Names = &[
    ("TargetFilename", "file.path"),
    ("IsExecutable", "sysmon.file.is_executable"),
    ("Archived", "sysmon.file.archived"),
];
const DISK: Names = &[("Device", "file.path")];
const CLIPBOARD: Names = &[("Archived", "sysmon.file.archived")];
const TAMPERING: Names = &[("Type", "message")];
const RULE: Names = &[("RuleName", "rule.name")];
const CONSUMER: Names = &[("Destination", "process.executable")];
const REGISTRY: Names = &[("TargetObject", "registry.path")];
const DNS: Names = &[("QueryName", "dns.question.name")];
const PIPE: Names = &[("PipeName", "file.name")];
const LIBRARY: Names = &[
    ("ImageLoaded", "dll.path"),
    ("ImageLoaded", "file.path"),
    ("OriginalFileName", "dll.pe.original_file_name"),
    ("OriginalFileName", "file.pe.original_file_name"),
    ("FileVersion", "dll.pe.file_version"),
    ("FileVersion", "file.pe.file_version"),
    ("Description", "file.pe.description"),
    ("Product", "file.pe.product"),
    ("Company", "file.pe.company"),
    ("Signed", "dll.code_signature.exists"),
    ("Signed", "file.code_signature.signed"),
    ("Signature", "dll.code_signature.subject_name"),
    ("Signature", "file.code_signature.subject_name"),
    ("SignatureStatus", "dll.code_signature.status"),
    ("SignatureStatus", "file.code_signature.status"),
];
const REMOTE_THREAD: Names = &[
    ("SourceProcessGuid", "process.entity_id"),
    ("SourceProcessId", "process.pid"),
    ("SourceImage", "process.executable"),
];
const ACCESS: Names = &[
    ("SourceProcessGUID", "process.entity_id"),
    ("SourceProcessId", "process.pid"),
    ("SourceThreadId", "process.thread.id"),
    ("SourceImage", "process.executable"),
];

/// The names of a Sysmon event, in groups.
pub(super) const fn sysmon(event_id: u32) -> &'static [Names] {
    match event_id {
        1 => &[ACTOR, START],
        3 => &[ACTOR, CONNECTION],
        2 | 11 | 15 | 23 | 26..=29 => &[ACTOR, FILE],
        6 => &[LIBRARY],
        7 => &[ACTOR, LIBRARY],
        8 => &[REMOTE_THREAD],
        10 => &[ACCESS],
        12..=14 => &[ACTOR, REGISTRY],
        9 => &[ACTOR, DISK],
        17 | 18 => &[ACTOR, PIPE],
        19 | 21 => &[RULE],
        20 => &[RULE, CONSUMER],
        22 => &[ACTOR, DNS],
        24 => &[ACTOR, CLIPBOARD],
        25 => &[ACTOR, TAMPERING],
        _ => &[ACTOR],
    }
}

const SUBJECT: Names = &[
    ("SubjectUserSid", "user.id"),
    ("SubjectUserName", "user.name"),
    ("SubjectDomainName", "user.domain"),
    ("SubjectLogonId", "winlog.logon.id"),
];
const NEW_PROCESS: Names = &[
    ("NewProcessId", "process.pid"),
    ("NewProcessName", "process.executable"),
    ("ProcessId", "process.parent.pid"),
    ("CommandLine", "process.command_line"),
    ("ParentProcessName", "process.parent.executable"),
    ("TargetUserSid", "user.effective.id"),
    ("TargetUserName", "user.effective.name"),
    ("TargetDomainName", "user.effective.domain"),
];
const ITSELF: Names = &[("ProcessId", "process.pid"), ("ProcessName", "process.executable")];
const LOGON: Names = &[
    ("TargetUserSid", "user.id"),
    ("TargetUserName", "user.name"),
    ("TargetDomainName", "user.domain"),
    ("TargetLogonId", "winlog.logon.id"),
];
const REMOTE: Names =
    &[("IpAddress", "source.ip"), ("IpPort", "source.port"), ("WorkstationName", "source.domain")];

/// The names of a Security event, in groups.
pub(super) const fn security(event_id: u32) -> &'static [Names] {
    match event_id {
        4688 => &[SUBJECT, NEW_PROCESS],
        4624 | 4625 => &[LOGON, ITSELF, REMOTE],
        4648 => &[SUBJECT, ITSELF, REMOTE],
        4656 | 4657 | 4663 | 4670 | 4673 | 4674 | 4689 => &[SUBJECT, ITSELF],
        4697 | 4698 | 4702 => &[SUBJECT],
        4768..=4771 => &[REMOTE],
        5140 | 5145 => &[SUBJECT, REMOTE],
        _ => &[],
    }
}

const SCRIPT: Names = &[
    ("MessageNumber", "powershell.sequence"),
    ("MessageTotal", "powershell.total"),
    ("ScriptBlockText", "powershell.file.script_block_text"),
    ("ScriptBlockId", "powershell.file.script_block_id"),
    ("Path", "file.path"),
];

/// What the text `ContextInfo` says, which the module takes apart.
const COMMAND: Names = &[
    ("HostApplication", "process.command_line"),
    ("CommandName", "powershell.command.name"),
    ("CommandType", "powershell.command.type"),
    ("CommandPath", "powershell.command.path"),
    ("ScriptName", "file.path"),
];

/// The names of a PowerShell event, in groups.
pub(super) const fn powershell(event_id: u32) -> &'static [Names] {
    match event_id {
        4103 => &[COMMAND],
        4104 => &[SCRIPT],
        _ => &[],
    }
}

/// Where a record keeps the hashes of the file it is about, the better place first.
const HASHES: [&str; 4] = ["process.hash", "file.hash", "dll.hash", "hash"];
/// The algorithms in the order Sysmon writes them.
const ALGORITHMS: [(&str, &str); 4] =
    [("SHA1", "sha1"), ("MD5", "md5"), ("SHA256", "sha256"), ("IMPHASH", "imphash")];
/// Where the hash of a program's imports is, which ECS counts among the parts of the file format.
const IMPORTS: [&str; 3] = ["process.pe.imphash", "file.pe.imphash", "dll.pe.imphash"];

/// The hashes as Sysmon writes them, `SHA1=…,MD5=…`; the letter case is left as it is.
pub(super) fn hashes(leaves: &Leaves) -> Option<String> {
    let mut text = String::new();
    for (shown, name) in ALGORITHMS {
        let mut found = HASHES.iter().find_map(|place| {
            let known = |path: &str| path.strip_prefix(place)?.strip_prefix('.').map(|n| n == name);
            leaves.iter().find(|(path, value)| !value.is_empty() && known(path) == Some(true))
        });
        if name == "imphash" && found.is_none() {
            found = leaves.iter().find(|(path, _)| IMPORTS.contains(path));
        }
        if let Some((_, value)) = found {
            let comma = if text.is_empty() { "" } else { "," };
            text.push_str(comma);
            text.push_str(shown);
            text.push('=');
            text.push_str(value);
        }
    }
    (!text.is_empty()).then_some(text)
}

/// `DOMAIN\name` of the account the record is about, or the name alone.
pub(super) fn user(leaves: &Leaves) -> Option<String> {
    let name = leaves.first("user.name")?;
    Some(match leaves.first("user.domain") {
        Some(domain) => format!("{domain}\\{name}"),
        None => name.to_owned(),
    })
}

/// Whether the connection was begun from here, as Sysmon's `Initiated` says it.
pub(super) fn initiated(leaves: &Leaves) -> Option<&'static str> {
    match leaves.first("network.direction")? {
        "egress" | "outbound" | "outgoing" => Some("true"),
        "ingress" | "inbound" | "incoming" => Some("false"),
        _ => None,
    }
}

/// What was written to the registry, as in Sysmon's `Details`: of a number the module keeps the
/// decimal digits.
pub(super) fn details(leaves: &Leaves) -> Option<String> {
    let text = leaves.first("registry.data.strings")?;
    let is_number = matches!(leaves.first("registry.data.type"), Some("SZ_DWORD" | "REG_DWORD"));
    let number = text.parse::<u32>().ok().filter(|_| is_number);
    Some(number.map_or_else(|| text.to_owned(), |number| format!("DWORD (0x{number:08x})")))
}

/// What a name was resolved to, as in Sysmon's `QueryResults`.
pub(super) fn query_results(leaves: &Leaves) -> Option<String> {
    let mut answers = leaves.all("dns.answers.data").collect::<Vec<_>>();
    if answers.is_empty() {
        answers = leaves.all("dns.resolved_ip").collect();
    }
    (!answers.is_empty()).then(|| answers.join(";"))
}
