//! Who is concluded to have asked for a process, and the session it runs in. Not its logged parent,
//! which stands in the ancestry.

use serde::Serialize;

use crate::model::{
    Analysis, Connection, Inferred, Logon, ParentCertainty, Process, ProcessIndex, RecordIndex,
    StubReason,
};
use crate::view::inspector::record;
use crate::view::number;
use crate::view::visible::visible_text;

/// Records that one conclusion names, the first.
const SHOWN: usize = 4;

/// A conclusion on who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// `Task ZoomCrashCheck made by schtasks.exe 12212`.
    pub text: String,
    /// `scheduled task, sure`.
    pub how: String,
    /// Whether it says that the logged parent did not start the process.
    pub doubts_parent: bool,
    /// The process that asked; `None` where no process of these logs did.
    pub by: Option<Asker>,
    /// The records it rests on: `TaskScheduler 129, record 71`.
    pub records: Vec<String>,
}

/// The process that asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asker {
    /// The process.
    #[serde(skip)]
    pub process: ProcessIndex,
    /// `schtasks.exe 12212`.
    pub name: String,
}

/// Why a process has no start record, in a sentence.
pub(super) fn missing(process: &Process) -> Option<&'static str> {
    Some(match process.stub? {
        StubReason::BeforeLogs => "Not in these logs: it started before they begin",
        StubReason::LogRolledOver => {
            "Not in these logs: it started before they begin, and they no longer hold their oldest \
             records"
        }
        StubReason::SensorStopped => "Not in these logs: Sysmon was stopped when it started",
        StubReason::NotLogged => {
            "Not in these logs, though they cover its start: filtered by configuration, or lost"
        }
        StubReason::Unknown => "Not in these logs, and nothing tells when it started",
    })
}

/// How sure the logged parent is, in words, where it is not certain; a stub says so itself.
pub(super) fn parent_doubt(process: &Process) -> Option<String> {
    let evidence = process.parent_evidence?;
    let how_sure = match evidence.certainty() {
        ParentCertainty::Certain => return None,
        ParentCertainty::Likely => "likely",
        ParentCertainty::Weak => "uncertain",
    };
    Some(format!("Parent {how_sure}: {}", evidence.words()))
}

/// The conclusions on who asked for a process, the surest first.
pub(super) fn asked(analysis: &Analysis, at: ProcessIndex) -> Vec<Asked> {
    let mut found: Vec<&Inferred> = analysis.tree.inferred_of(at).iter().collect();
    found.sort_by_key(|inferred| std::cmp::Reverse(inferred.confidence));
    found
        .into_iter()
        .map(|inferred| Asked {
            text: visible_text(&inferred.text).into_owned(),
            how: format!("{}, {}", inferred.reason.words(), inferred.confidence.words()),
            doubts_parent: inferred.reason.doubts_parent(),
            by: inferred.parent.and_then(|parent| {
                let process = analysis.tree.process(parent)?;
                let pid = process.pid.map(|pid| format!(" {pid}")).unwrap_or_default();
                let name = format!("{}{pid}", visible_text(process.name()));
                Some(Asker { process: parent, name })
            }),
            records: titles(analysis, &inferred.records),
        })
        .collect()
}

fn titles(analysis: &Analysis, records: &[RecordIndex]) -> Vec<String> {
    let mut titles: Vec<String> = records
        .iter()
        .take(SHOWN)
        .filter_map(|at| analysis.event(*at))
        .map(|event| record::title(event.channel(), event.event_id, event.record_id))
        .collect();
    if let Some(more) = records.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        titles.push(format!("{} more", number::grouped(more as u64)));
    }
    titles
}

/// Labels and values of the session a process runs in; none where no record tells of it.
pub(super) fn logon(analysis: &Analysis, at: ProcessIndex) -> Vec<(&'static str, String)> {
    let tree = &analysis.tree;
    let Some(logon) = tree.logon_of(at) else { return Vec::new() };
    let mut facts = vec![("Kind", logon.words())];
    let mut add = |label: &'static str, value: Option<String>| {
        facts.extend(value.map(|value| (label, value)));
    };
    let seen = |text: &str| visible_text(text).into_owned();
    add("Account", logon.user.as_deref().map(seen));
    add("From", source(logon));
    add("Began", logon.start.map(|time| time.to_string()));
    add("Ended", logon.end.map(|time| time.to_string()));
    add("Rights", rights(logon).map(str::to_owned));
    add("Signed on by", signed_on_by(logon));
    add("Acts outside as", logon.outbound_user.as_deref().map(seen));
    let linked = logon.linked.and_then(|linked| tree.logon(linked));
    add("Other half", linked.map(|linked| format!("{:#x}", linked.logon_id)));
    add("Desktop", logon.connections.last().map(connection));
    let others = logon.explicit_credentials.len() as u64;
    add(
        "Used others",
        (others > 0).then(|| number::counted(others, "other credential", "other credentials")),
    );
    facts
}

/// `10.20.4.117 port 50112, workstation LAPTOP`.
fn source(logon: &Logon) -> Option<String> {
    let address = logon.source_address.as_deref().map(|address| {
        let port = logon.source_port.map(|port| format!(" port {port}")).unwrap_or_default();
        format!("{}{port}", visible_text(address))
    });
    let workstation = logon.workstation.as_deref();
    let workstation = workstation.map(|name| format!("workstation {}", visible_text(name)));
    let words: Vec<String> = address.into_iter().chain(workstation).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

const fn rights(logon: &Logon) -> Option<&'static str> {
    match (logon.elevated, logon.privileged) {
        (Some(true), true) => Some("elevated, administrator's privileges"),
        (Some(true), false) => Some("elevated"),
        (_, true) => Some("administrator's privileges"),
        (Some(false), false) => Some("not elevated"),
        (None, false) => None,
    }
}

fn signed_on_by(logon: &Logon) -> Option<String> {
    let words: Vec<String> = [&logon.logon_process, &logon.authentication_package]
        .into_iter()
        .flatten()
        .map(|name| visible_text(name).into_owned())
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn connection(connection: &Connection) -> String {
    let who = connection.client.as_deref().or(connection.address.as_deref());
    let who = who.map_or_else(|| "somebody".into(), visible_text);
    let verb = if connection.is_connected { "connected" } else { "left" };
    let time = connection.time.map(|time| format!(" at {}", time.clock(false)));
    format!("{who} {verb}{}", time.unwrap_or_default())
}
