//! What Sysmon 15 writes of a stage: fields, order and types of its manifest. Nothing that
//! happened while it was stopped.

use super::clock::{Dice, Moment};
use super::evtx_writer::{Data, Sid, Value};
use super::log::{Entry, Log, Source, text};
use super::stage::{Act, Deed, ProcId, Process, Stage};

static SYSMON: Source = Source {
    name: "Microsoft-Windows-Sysmon",
    guid: Some(0x5770_385f_c22a_43e0_bf4c_06f5_698f_fbd9),
    source_name: None,
    log: Log::Sysmon,
    keywords: 0x8000_0000_0000_0000,
    level: 4,
    pid: 3284,
};

type Fields = Vec<(&'static str, Value)>;

/// Everything Sysmon saw.
pub(crate) fn entries(stage: &Stage) -> Vec<Entry> {
    let mut dice = Dice::new(stage.host.seed ^ 0x5359_534d);
    let mut out = Vec::new();
    for id in stage.ids() {
        let process = stage.process(id);
        if stage.host.sysmon_sees(process.start) {
            let entry = entry((1, 5), process.start, start(stage, id), &mut dice);
            out.push(Entry { step: process.step, ..entry });
        }
        if let Some((end, _)) = process.end
            && stage.host.sysmon_sees(end)
        {
            let mut fields = actor(stage, id, end);
            fields.push(user(process));
            out.push(entry((5, 3), end, fields, &mut dice));
        }
    }
    for deed in &stage.deeds {
        if stage.host.sysmon_sees(deed.when)
            && let Some((event, fields)) = deed_fields(stage, deed)
        {
            // Network events come about a second late.
            let late = matches!(deed.what, Act::Connect { .. } | Act::Lookup { .. });
            let mut entry = entry(event, deed.when, fields, &mut dice);
            if late {
                entry.when = entry.when.plus(i64::from(dice.between(900, 1400)));
            }
            entry.step = deed.step;
            out.push(entry);
        }
    }
    for (stopped, started) in stage.host.sysmon_off {
        out.push(entry((4, 3), *stopped, state(*stopped, "Stopped"), &mut dice));
        out.push(entry((4, 3), *started, state(*started, "Started"), &mut dice));
        if stage.host.restart.is_some() {
            continue;
        }
        let loaded = started.plus(212);
        let fields = vec![
            ("UtcTime", text(loaded.sysmon_text())),
            ("Configuration", text(r"C:\ProgramData\Contoso\sysmon.xml")),
            ("ConfigurationFileHash", text(CONFIG_HASH)),
        ];
        out.push(entry((16, 3), loaded, fields, &mut dice));
    }
    // The service has another number before it was stopped than after.
    if let Some((stopped, _)) = stage.host.sysmon_off.first() {
        for entry in out.iter_mut().filter(|entry| entry.when < stopped.plus(500)) {
            entry.pid = 3196;
        }
    }
    out
}

const CONFIG_HASH: &str = "SHA256=5D1C93E2A7B04F6689E17C0A4B2D95F3D84E6A210CBB7F3519A86E4470D2FC91";

fn entry((id, version): (u16, u8), utc: Moment, fields: Fields, dice: &mut Dice) -> Entry {
    let when = utc.plus_ticks(u64::from(dice.between(11_000, 94_000)));
    Entry {
        user_sid: Some(Sid::new(5, &[18])),
        ..Entry::new(&SYSMON, when, (id, version, id), Data::named(fields))
    }
}

fn state(when: Moment, state: &str) -> Fields {
    vec![
        ("UtcTime", text(when.sysmon_text())),
        ("State", text(state)),
        ("Version", text("15.14")),
        ("SchemaVersion", text("4.90")),
    ]
}

/// The fields that most events begin with.
fn actor(stage: &Stage, id: ProcId, when: Moment) -> Fields {
    let process = stage.process(id);
    vec![
        ("RuleName", text("-")),
        ("UtcTime", text(when.sysmon_text())),
        ("ProcessGuid", Value::Guid(stage.guid(id))),
        ("ProcessId", Value::U32(process.pid)),
        ("Image", text(process.program.path)),
    ]
}

fn user(process: &Process) -> (&'static str, Value) {
    ("User", text(process.user.full_name()))
}

fn start(stage: &Stage, id: ProcId) -> Fields {
    let process = stage.process(id);
    let program = process.program;
    let mut fields = actor(stage, id, process.start);
    fields.extend([
        ("FileVersion", text(program.version)),
        ("Description", text(program.description)),
        ("Product", text(program.product)),
        ("Company", text(program.company)),
        ("OriginalFileName", text(program.original)),
        // Sysmon doubles the percent sign here, though not in the parent's line below.
        ("CommandLine", text(process.command.replace('%', "%%"))),
        ("CurrentDirectory", text(process.directory.as_str())),
        user(process),
        ("LogonGuid", Value::Guid(stage.host.logon_guid(process.user))),
        ("LogonId", Value::Hex64(process.user.logon_id)),
        ("TerminalSessionId", Value::U32(process.user.session)),
        ("IntegrityLevel", text(process.integrity)),
        ("Hashes", text(program.hashes())),
    ]);
    if let Some(parent_id) = process.parent {
        let parent = stage.process(parent_id);
        fields.extend([
            ("ParentProcessGuid", Value::Guid(stage.guid(parent_id))),
            ("ParentProcessId", Value::U32(parent.pid)),
            ("ParentImage", text(parent.program.path)),
            ("ParentCommandLine", text(parent.command.as_str())),
            ("ParentUser", text(parent.user.full_name())),
        ]);
    }
    fields
}

/// The event id with its version, and the fields; `None` where Sysmon has no event for it.
fn deed_fields(stage: &Stage, deed: &Deed) -> Option<((u16, u8), Fields)> {
    let process = stage.process(deed.who);
    let mut fields = actor(stage, deed.who, deed.when);
    let event = match &deed.what {
        Act::Connect { .. } => {
            fields.push(user(process));
            fields.extend(connection(stage, &deed.what));
            return Some(((3, 5), fields));
        }
        Act::Open { target, rights } => {
            return Some(((10, 3), access(stage, deed, *target, *rights)));
        }
        Act::Task { .. } | Act::Credentials { .. } => return None,
        Act::Lookup { name, answer } => {
            let image = fields.pop();
            fields.push(("QueryName", text(name.as_str())));
            fields.push(("QueryStatus", text(if answer.is_empty() { "9003" } else { "0" })));
            let answer = if answer.is_empty() { "-" } else { answer };
            fields.push(("QueryResults", text(answer)));
            fields.extend(image);
            (22, 5)
        }
        Act::File { path } => {
            fields.push(("TargetFilename", text(path.as_str())));
            fields.push(("CreationUtcTime", text(deed.when.sysmon_text())));
            (11, 2)
        }
        Act::Stream { path, contents } => {
            fields.push(("TargetFilename", text(path.as_str())));
            fields.push(("CreationUtcTime", text(deed.when.sysmon_text())));
            fields.push(("Hash", text(STREAM_HASH)));
            fields.push(("Contents", text(contents.as_str())));
            (15, 2)
        }
        Act::Key { path } => {
            fields.insert(1, ("EventType", text("CreateKey")));
            fields.push(("TargetObject", text(path.as_str())));
            (12, 2)
        }
        Act::Set { path, data } => {
            fields.insert(1, ("EventType", text("SetValue")));
            fields.push(("TargetObject", text(path.as_str())));
            fields.push(("Details", text(data.as_str())));
            (13, 2)
        }
        Act::Load { library, signed } => {
            let signature = if *signed { library.company } else { "-" };
            let status = if *signed { "Valid" } else { "Unavailable" };
            fields.extend([
                ("ImageLoaded", text(library.path)),
                ("FileVersion", text(library.version)),
                ("Description", text(library.description)),
                ("Product", text(library.product)),
                ("Company", text(library.company)),
                ("OriginalFileName", text(library.original)),
                ("Hashes", text(library.hashes())),
                ("Signed", text(signed.to_string())),
                ("Signature", text(signature)),
                ("SignatureStatus", text(status)),
            ]);
            (7, 3)
        }
    };
    fields.push(user(process));
    Some((event, fields))
}

const STREAM_HASH: &str = "SHA256=0B6FF1F1C61CF1EE2F6D1A1D5F2E0C0B7B5A9A2F4E0D1C7A88E3D5C19F04B7E6";

fn connection(stage: &Stage, act: &Act) -> Fields {
    let Act::Connect { udp, inbound, local_port, address, name, port } = act else {
        return Vec::new();
    };
    let here = (stage.host.address, stage.host.fqdn, *local_port);
    let there = (address.as_str(), name.as_str(), *port);
    let (from, to) = if *inbound { (there, here) } else { (here, there) };
    vec![
        ("Protocol", text(if *udp { "udp" } else { "tcp" })),
        ("Initiated", Value::Bool(!inbound)),
        ("SourceIsIpv6", Value::Bool(false)),
        ("SourceIp", text(from.0)),
        ("SourceHostname", text(from.1)),
        ("SourcePort", Value::U16(from.2)),
        ("SourcePortName", text(port_name(from.2))),
        ("DestinationIsIpv6", Value::Bool(false)),
        ("DestinationIp", text(to.0)),
        ("DestinationHostname", text(to.1)),
        ("DestinationPort", Value::U16(to.2)),
        ("DestinationPortName", text(port_name(to.2))),
    ]
}

fn port_name(port: u16) -> &'static str {
    match port {
        53 => "domain",
        80 => "http",
        88 => "kerberos",
        123 => "ntp",
        389 => "ldap",
        443 => "https",
        445 => "microsoft-ds",
        _ => "-",
    }
}

fn access(stage: &Stage, deed: &Deed, target_id: ProcId, rights: u32) -> Fields {
    let (source, target) = (stage.process(deed.who), stage.process(target_id));
    let trace = r"C:\WINDOWS\SYSTEM32\ntdll.dll+9f9a4|C:\WINDOWS\System32\KERNELBASE.dll+2c37e";
    let trace = format!("{trace}|{}+1a6c", source.program.path);
    vec![
        ("RuleName", text("-")),
        ("UtcTime", text(deed.when.sysmon_text())),
        ("SourceProcessGUID", Value::Guid(stage.guid(deed.who))),
        ("SourceProcessId", Value::U32(source.pid)),
        ("SourceThreadId", Value::U32(source.pid + 116)),
        ("SourceImage", text(source.program.path)),
        ("TargetProcessGUID", Value::Guid(stage.guid(target_id))),
        ("TargetProcessId", Value::U32(target.pid)),
        ("TargetImage", text(target.program.path)),
        ("GrantedAccess", Value::Hex32(rights)),
        ("CallTrace", text(trace)),
        ("SourceUser", text(source.user.full_name())),
        ("TargetUser", text(target.user.full_name())),
    ]
}
