//! The Background Intelligent Transfer Service: jobs and what they fetched (ATT&CK T1197).

use serde::Serialize;

use crate::model::Event;

use super::words::any;

/// A job, or a transfer of one (BITS-Client 3 59 60 61).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BitsJob<'a> {
    /// `job_created`, `transfer_started`, `transfer_stopped`, `transfer_failed`.
    pub action: &'static str,
    /// The name its maker gave it.
    pub job: Option<&'a str>,
    /// Its GUID.
    pub job_id: Option<&'a str>,
    /// Whose it is (3).
    pub owner: Option<&'a str>,
    /// The program that made it (3).
    pub process_image: Option<&'a str>,
    /// The process that made it (3).
    pub process_id: Option<u32>,
    /// What it fetches, or where it sends to.
    pub url: Option<&'a str>,
    /// The file it fetches to, where the record says so.
    pub local_name: Option<&'a str>,
    /// Bytes fetched so far.
    pub bytes_transferred: Option<u64>,
    /// Bytes in all; missing while they are not known.
    pub bytes_total: Option<u64>,
    /// The proxy it went through.
    pub proxy: Option<&'a str>,
    /// `hr`: the result as a number; zero is success.
    pub result: Option<u64>,
}

impl<'a> BitsJob<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let known = |name: &str| event.number(name).filter(|count| *count != u64::MAX);
        let result = event.number("hr");
        Self {
            action: match (event.event_id, result) {
                (3, _) => "job_created",
                (59, _) => "transfer_started",
                (60, None | Some(0)) => "transfer_stopped",
                _ => "transfer_failed",
            },
            job: any(event, &["jobTitle", "name"]),
            job_id: job_id(event),
            owner: event.field("jobOwner"),
            process_image: event.field("processPath"),
            process_id: event.pid("processId"),
            url: any(event, &["url", "RemoteName"]),
            local_name: event.field("LocalName"),
            bytes_transferred: known("bytesTransferred"),
            bytes_total: known("bytesTotal"),
            proxy: event.field("proxy"),
            result,
        }
    }

    pub(super) fn text(&self) -> String {
        self.url.or(self.job).unwrap_or_default().to_owned()
    }
}

/// The job that a record is about.
pub(crate) fn job_id(event: &Event) -> Option<&str> {
    any(event, &["jobId", "Id"])
}
