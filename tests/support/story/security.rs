//! What the security log says of a stage: process starts and ends, and the audit events that
//! have a process behind them. Logons and shares are made here too, for others to place.

use super::cast::{Account, Host, SYSTEM};
use super::clock::{Dice, Moment};
use super::evtx_writer::{Data, Guid, Sid, Value};
use super::log::{Entry, Log, Source, text};
use super::stage::{Act, Deed, ProcId, Process, Stage};

static AUDITING: Source = Source {
    name: "Microsoft-Windows-Security-Auditing",
    guid: Some(0x5484_9625_5478_4994_a5ba_3e3b_0328_c30d),
    source_name: None,
    log: Log::Security,
    keywords: 0x8020_0000_0000_0000,
    level: 0,
    pid: 4,
};

/// The process id of lsass, which writes logon events.
const LSASS_PID: u32 = 908;

type Fields = Vec<(&'static str, Value)>;

/// Everything the security log has of processes.
pub(crate) fn entries(stage: &Stage) -> Vec<Entry> {
    let mut dice = Dice::new(stage.host.seed ^ 0x5345_4355);
    let mut later = |when: Moment| when.plus_ticks(u64::from(dice.between(700, 9000)));
    let mut out = Vec::new();
    for id in stage.ids() {
        let process = stage.process(id);
        if stage.host.audit_sees(process.start) && process.parent.is_some() {
            let entry = audit(later(process.start), (4688, 2, 13_312), start(stage, id));
            out.push(Entry { step: process.step, ..entry });
        }
        if let Some((end, status)) = process.end
            && stage.host.audit_sees(end)
        {
            let mut fields = subject(stage.host, process.user);
            fields.extend([
                ("Status", Value::Hex32(status)),
                ("ProcessId", pid(process)),
                ("ProcessName", text(process.program.path)),
            ]);
            out.push(audit(later(end), (4689, 0, 13_313), fields));
        }
    }
    for deed in &stage.deeds {
        let step = deed.step;
        let when = later(deed.when);
        out.extend(told(stage, deed).map(|entry| Entry { when, step, ..entry }));
    }
    out
}

fn audit(when: Moment, event: (u16, u8, u16), fields: Fields) -> Entry {
    Entry::new(&AUDITING, when, event, Data::named(fields))
}

fn pid(process: &Process) -> Value {
    Value::Hex64(u64::from(process.pid))
}

/// SID, name, domain and logon as the log names them: the system is the machine's account.
fn names(host: &Host, account: &Account) -> [Value; 4] {
    let (name, domain) = if account.logon_id == SYSTEM.logon_id {
        (format!("{}$", host.name), "CONTOSO")
    } else {
        (account.name.to_owned(), account.domain)
    };
    let logon = Value::Hex64(account.logon_id);
    [Value::Sid(account.sid()), text(name), text(domain), logon]
}

fn subject(host: &Host, account: &Account) -> Fields {
    let fields = ["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId"];
    fields.into_iter().zip(names(host, account)).collect()
}

fn nobody() -> [Value; 4] {
    [Value::Sid(Sid::new(0, &[0])), text("-"), text("-"), Value::Hex64(0)]
}

fn target(values: [Value; 4]) -> Fields {
    let fields = ["TargetUserSid", "TargetUserName", "TargetDomainName", "TargetLogonId"];
    fields.into_iter().zip(values).collect()
}

fn start(stage: &Stage, id: ProcId) -> Fields {
    let process = stage.process(id);
    let parent = process.parent.map(|parent| stage.process(parent));
    let creator = parent.map_or(process.user, |parent| parent.user);
    let (elevation, label) = match process.integrity {
        "Low" => ("%%1938", 4096),
        "Medium" => ("%%1938", 8192),
        "High" => ("%%1937", 12_288),
        _ => ("%%1936", 16_384),
    };
    let other_user = creator.logon_id != process.user.logon_id;
    let mut fields = subject(stage.host, creator);
    fields.extend([
        ("NewProcessId", pid(process)),
        ("NewProcessName", text(process.program.path)),
        ("TokenElevationType", text(elevation)),
        ("ProcessId", parent.map_or(Value::Hex64(0), pid)),
        ("CommandLine", text(process.command.as_str())),
    ]);
    fields.extend(target(if other_user { names(stage.host, process.user) } else { nobody() }));
    fields.extend([
        ("ParentProcessName", text(parent.map_or("", |parent| parent.program.path))),
        ("MandatoryLabel", Value::Sid(Sid::new(16, &[label]))),
    ]);
    fields
}

fn told(stage: &Stage, deed: &Deed) -> Option<Entry> {
    let process = stage.process(deed.who);
    let mut fields = subject(stage.host, process.user);
    match &deed.what {
        Act::Task { name, xml } => {
            let parent = process.parent.map_or(0, |parent| stage.process(parent).pid);
            fields.extend([
                ("TaskName", text(name.as_str())),
                ("TaskContent", text(xml.as_str())),
                ("ClientProcessStartKey", Value::U64(stage.start_key(deed.who))),
                ("ClientProcessId", Value::U32(process.pid)),
                ("ParentProcessId", Value::U32(parent)),
                ("RpcCallClientLocality", Value::U32(0)),
                ("FQDN", text(stage.host.fqdn)),
            ]);
            Some(audit(deed.when, (4698, 1, 12_804), fields))
        }
        Act::Credentials { user, server } => {
            fields.extend([
                ("LogonGuid", Value::Guid(Guid(0))),
                ("TargetUserName", text(user.name)),
                ("TargetDomainName", text(user.domain)),
                ("TargetLogonGuid", Value::Guid(Guid(0))),
                ("TargetServerName", text(server.as_str())),
                ("TargetInfo", text(format!("cifs/{server}"))),
                ("ProcessId", pid(process)),
                ("ProcessName", text(process.program.path)),
                ("IpAddress", text("-")),
                ("IpPort", text("-")),
            ]);
            Some(audit(deed.when, (4648, 0, 12_544), fields))
        }
        _ => None,
    }
}

/// How someone logged on.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "LogonId is the field's name")]
pub(crate) struct Logon {
    pub(crate) account: &'static Account,
    /// 2 at the console, 3 over the network, 5 as a service, 7 by unlocking.
    pub(crate) kind: u32,
    /// The session's number, where it isn't the account's own.
    pub(crate) logon_id: u64,
    /// Address and port of the other machine.
    pub(crate) from: Option<(&'static str, u16)>,
}

/// 4624, and 4672 where the session has privileges.
pub(crate) fn logon(host: &Host, when: Moment, logon: Logon) -> Vec<Entry> {
    let network = logon.kind == 3;
    let mut who = names(host, logon.account);
    let [_, _, _, id] = &mut who;
    *id = Value::Hex64(logon.logon_id);
    let mut fields: Fields = if network {
        let fields = ["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId"];
        fields.into_iter().zip(nobody()).collect()
    } else {
        subject(host, &SYSTEM)
    };
    fields.extend(target(who));
    let (process, package, maker) = match logon.kind {
        3 => ("-", "Kerberos", "Kerberos"),
        5 => (r"C:\Windows\System32\services.exe", "Negotiate", "Advapi  "),
        _ => (r"C:\Windows\System32\svchost.exe", "Negotiate", "User32 "),
    };
    let (address, port) = logon.from.map_or_else(
        || ("-".to_owned(), "-".to_owned()),
        |(address, port)| (address.to_owned(), port.to_string()),
    );
    let guid = if logon.kind == 5 { Guid(0) } else { host.logon_guid(logon.account) };
    let elevated = if logon.account.integrity == "Medium" { "%%1843" } else { "%%1842" };
    fields.extend([
        ("LogonType", Value::U32(logon.kind)),
        ("LogonProcessName", text(maker)),
        ("AuthenticationPackageName", text(package)),
        ("WorkstationName", text(if network { "-" } else { host.name })),
        ("LogonGuid", Value::Guid(guid)),
        ("TransmittedServices", text("-")),
        ("LmPackageName", text("-")),
        ("KeyLength", Value::U32(0)),
        ("ProcessId", Value::Hex64(if network { 0 } else { 884 })),
        ("ProcessName", text(process)),
        ("IpAddress", text(address)),
        ("IpPort", text(port)),
        ("ImpersonationLevel", text("%%1833")),
        ("RestrictedAdminMode", text("-")),
        ("TargetOutboundUserName", text("-")),
        ("TargetOutboundDomainName", text("-")),
        ("VirtualAccount", text("%%1843")),
        ("TargetLinkedLogonId", Value::Hex64(0)),
        ("ElevatedToken", text(elevated)),
    ]);
    let mut out = vec![by_lsass(audit(when, (4624, 2, 12_544), fields))];
    if elevated == "%%1842" {
        let mut fields = subject(host, logon.account);
        for (_, value) in fields.iter_mut().skip(3) {
            *value = Value::Hex64(logon.logon_id);
        }
        fields.push(("PrivilegeList", text(PRIVILEGES.join("\r\n\t\t\t"))));
        out.push(by_lsass(audit(when.plus(1), (4672, 0, 12_548), fields)));
    }
    out
}

const PRIVILEGES: [&str; 5] = [
    "SeSecurityPrivilege",
    "SeBackupPrivilege",
    "SeRestorePrivilege",
    "SeDebugPrivilege",
    "SeImpersonatePrivilege",
];

/// 4634.
pub(crate) fn logoff(host: &Host, when: Moment, logon: Logon) -> Entry {
    let mut who = names(host, logon.account);
    let [_, _, _, id] = &mut who;
    *id = Value::Hex64(logon.logon_id);
    let mut fields = target(who);
    fields.push(("LogonType", Value::U32(logon.kind)));
    by_lsass(audit(when, (4634, 0, 12_545), fields))
}

fn by_lsass(entry: Entry) -> Entry {
    Entry { pid: LSASS_PID, ..entry }
}

/// 5140 for the share, then 5145 for each file asked for in it.
pub(crate) fn share(
    host: &Host,
    when: Moment,
    logon: Logon,
    (share, local): (&str, &str),
    files: &[&str],
) -> Vec<Entry> {
    let (address, port) = logon.from.unwrap_or(("-", 0));
    let mut common = subject(host, logon.account);
    for (_, value) in common.iter_mut().skip(3) {
        *value = Value::Hex64(logon.logon_id);
    }
    common.extend([
        ("ObjectType", text("File")),
        ("IpAddress", text(address)),
        ("IpPort", text(port.to_string())),
        ("ShareName", text(format!(r"\\*\{share}"))),
        ("ShareLocalPath", text(local)),
    ]);
    let mut fields = common.clone();
    fields.extend([("AccessMask", Value::Hex32(1)), ("AccessList", text("%%4416\r\n\t\t\t\t"))]);
    let mut out = vec![audit(when, (5140, 1, 12_808), fields)];
    for (index, file) in (1..).zip(files) {
        let mut fields = common.clone();
        fields.extend([
            ("RelativeTargetName", text(*file)),
            ("AccessMask", Value::Hex32(0x0012_0089)),
            ("AccessList", text("%%1538\r\n\t\t\t\t%%1541\r\n\t\t\t\t%%4416\r\n\t\t\t\t")),
            ("AccessReason", text("-")),
        ]);
        out.push(audit(when.plus(14 * index), (5145, 0, 12_811), fields));
    }
    out
}

/// 4719: process creation is audited from now on.
pub(crate) fn audit_policy(host: &Host, when: Moment) -> Entry {
    let mut fields = subject(host, &SYSTEM);
    fields.extend([
        ("CategoryId", text("%%8276")),
        ("SubcategoryId", text("%%13312")),
        ("SubcategoryGuid", Value::Guid(Guid(0x0cce_922b_69ae_11d9_bed3_5050_5450_3030))),
        ("AuditPolicyChanges", text("%%8449")),
    ]);
    by_lsass(audit(when, (4719, 0, 13_568), fields))
}
