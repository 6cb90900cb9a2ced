//! What the JSON says of a process's session and of who asked for it. Not the logged parent.

use serde::Serialize;

use super::{RecordEntry, records};
use crate::model::{
    Analysis, Confidence, Inferred, InferredReason, Logon, ProcessIndex, RecordIndex, Timestamp,
};

/// Records that an entry lists of a session, the first: every process of a session lists them, and a
/// forged session of a hundred thousand records would make a document of its square.
const MOST_RECORDS: usize = 16;

/// A conclusion on who asked, with the process that did.
#[derive(Debug, Serialize)]
pub(super) struct InferredEntry<'a> {
    key: &'a str,
    reason: InferredReason,
    confidence: Confidence,
    text: &'a str,
    records: Vec<RecordEntry<'a>>,
}

/// A conclusion on how the process came where no process of these logs asked.
#[derive(Debug, Serialize)]
pub(super) struct HintEntry<'a> {
    reason: InferredReason,
    confidence: Confidence,
    text: &'a str,
    records: Vec<RecordEntry<'a>>,
}

/// The conclusions with a process, and those without.
pub(super) fn inferred(
    analysis: &Analysis,
    at: ProcessIndex,
) -> (Vec<InferredEntry<'_>>, Vec<HintEntry<'_>>) {
    let (mut parents, mut hints) = (Vec::new(), Vec::new());
    for Inferred { parent, reason, confidence, text, records: behind, .. } in
        analysis.tree.inferred_of(at)
    {
        let (reason, confidence) = (*reason, *confidence);
        let records = records(analysis, behind);
        match parent.and_then(|parent| analysis.tree.process(parent)) {
            Some(parent) => {
                let key = &parent.key;
                parents.push(InferredEntry { key, reason, confidence, text, records });
            }
            None => hints.push(HintEntry { reason, confidence, text, records }),
        }
    }
    (parents, hints)
}

fn first<'a>(analysis: &'a Analysis, all: &[RecordIndex]) -> Vec<RecordEntry<'a>> {
    records(analysis, all.get(..MOST_RECORDS).unwrap_or(all))
}

/// The session that a process runs in.
#[derive(Debug, Serialize)]
pub(super) struct LogonEntry<'a> {
    logon_id: String,
    logon_guid: Option<&'a str>,
    logon_type: Option<u32>,
    words: String,
    user: Option<&'a str>,
    source_address: Option<&'a str>,
    source_port: Option<u32>,
    workstation: Option<&'a str>,
    logon_process: Option<&'a str>,
    authentication_package: Option<&'a str>,
    elevated: Option<bool>,
    privileged: bool,
    restricted_admin: Option<bool>,
    linked_logon_id: Option<String>,
    subject_logon_id: Option<String>,
    outbound_user: Option<&'a str>,
    start_utc: Option<Timestamp>,
    end_utc: Option<Timestamp>,
    connections: Vec<ConnectionEntry<'a>>,
    explicit_credentials: Vec<RecordEntry<'a>>,
    records: Vec<RecordEntry<'a>>,
    /// Records of the session that are not listed.
    records_left_out: usize,
}

#[derive(Debug, Serialize)]
struct ConnectionEntry<'a> {
    time_utc: Option<Timestamp>,
    connected: bool,
    client: Option<&'a str>,
    address: Option<&'a str>,
}

impl<'a> LogonEntry<'a> {
    /// `None` where no record tells of the session.
    pub(super) fn of(analysis: &'a Analysis, at: ProcessIndex) -> Option<Self> {
        let tree = &analysis.tree;
        let logon: &Logon = tree.logon_of(at)?;
        let linked = logon.linked.and_then(|linked| tree.logon(linked));
        Some(Self {
            logon_id: format!("{:#x}", logon.logon_id),
            logon_guid: logon.logon_guid.as_deref(),
            logon_type: logon.logon_type,
            words: logon.words(),
            user: logon.user.as_deref(),
            source_address: logon.source_address.as_deref(),
            source_port: logon.source_port,
            workstation: logon.workstation.as_deref(),
            logon_process: logon.logon_process.as_deref(),
            authentication_package: logon.authentication_package.as_deref(),
            elevated: logon.elevated,
            privileged: logon.privileged,
            restricted_admin: logon.restricted_admin,
            linked_logon_id: linked.map(|linked| format!("{:#x}", linked.logon_id)),
            subject_logon_id: logon.subject_logon_id.map(|id| format!("{id:#x}")),
            outbound_user: logon.outbound_user.as_deref(),
            start_utc: logon.start,
            end_utc: logon.end,
            connections: logon
                .connections
                .iter()
                .take(MOST_RECORDS)
                .map(|connection| ConnectionEntry {
                    time_utc: connection.time,
                    connected: connection.is_connected,
                    client: connection.client.as_deref(),
                    address: connection.address.as_deref(),
                })
                .collect(),
            explicit_credentials: first(analysis, &logon.explicit_credentials),
            records: first(analysis, &logon.records),
            records_left_out: logon.records.len().saturating_sub(MOST_RECORDS)
                + logon.explicit_credentials.len().saturating_sub(MOST_RECORDS),
        })
    }
}
