//! The sample incident: what happened on two hosts on 2026-04-12, and the log files that tell it.
//! Every record comes from here and none from a real machine; the same source always gives the
//! same bytes.

mod attack;
mod cast;
mod clock;
mod desktop;
mod encode;
mod log;
mod management;
mod programs;
mod residents;
mod second_host;
mod security;
mod stage;
mod sysmon;
mod truth;
mod upkeep;
mod windows_logs;

use super::evtx_writer::{self, WriteError};
use attack::Planted;
use log::{Entry, Log, LogFile};
use stage::Stage;

/// The log files of a host.
#[derive(Debug)]
struct HostLogs {
    stage: Stage,
    files: Vec<LogFile>,
}

/// The sample as it lies on disk: each file's path under `assets/sample`, and what is in it.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Path, with `/` between host and file, and the bytes.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// What a correct reading finds, as JSON text.
    pub(crate) truth: String,
}

/// Tells the whole story.
pub(crate) fn sample() -> Result<Sample, WriteError> {
    let mut laptop = Stage::new(&cast::LAPTOP);
    let residents = residents::Residents::of_laptop(&mut laptop);
    upkeep::tell(&mut laptop, &residents);
    management::tell(&mut laptop, &residents);
    desktop::tell(&mut laptop, &residents);
    let planted = attack::tell(&mut laptop, &residents);
    let mut workstation = Stage::new(&cast::WORKSTATION);
    let copy = second_host::tell(&mut workstation);

    let hosts = [logs_of(laptop, 48_210)?, logs_of(workstation, 91_022)?];
    let truth = truth::table(&hosts, &planted, copy);
    let files = hosts.into_iter().flat_map(|host| {
        let name = host.stage.host.name;
        let path = move |log: Log| format!("{name}/{}", log.file_name());
        host.files.into_iter().map(move |file| (path(file.log), file.bytes))
    });
    Ok(Sample { files: files.collect(), truth })
}

/// Writes what each log saw. `number` is the record id of the first step-3 start Sysmon saw.
fn logs_of(mut stage: Stage, number: u64) -> Result<HostLogs, WriteError> {
    let mut entries = sysmon::entries(&stage);
    entries.extend(security::entries(&stage));
    entries.append(&mut stage.entries);
    let mut files = Vec::new();
    for log in Log::ALL {
        let (these, rest): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|entry| entry.source.log == log);
        entries = rest;
        if these.is_empty() {
            continue;
        }
        let number = match log {
            Log::Sysmon => number,
            Log::PowerShell => 2191,
            Log::Security => number * 4 + 1_207,
            Log::System => 20_818,
            Log::Tasks => 7_430,
        };
        let anchor = |entry: &Entry| match log {
            Log::Sysmon => entry.event_id == 1 && entry.step == Some(3),
            Log::PowerShell => entry.event_id == 4104 && entry.step == Some(4),
            _ => false,
        };
        files.push(log::write(stage.host, log, these, (anchor, number))?);
    }
    Ok(HostLogs { stage, files })
}
