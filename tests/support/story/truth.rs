//! What a correct reading of the sample finds, for tests to compare with. It is counted from the
//! story and from the records written, never by reading a log.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::stage::{ProcId, Stage};
use super::{HostLogs, Planted, cast, encode, programs};

/// The table as JSON text with a final line end.
pub(super) fn table(hosts: &[HostLogs], planted: &Planted, copy: ProcId) -> String {
    let children = hosts.first().map(|laptop| zoom_children(&laptop.stage, planted));
    let table = json!({
        "schema": "spawnscope.sample_truth/1",
        "zoom_children": children,
        "interpreters": hosts.iter().flat_map(|host| interpreters(&host.stage)).collect::<Vec<_>>(),
        "hosts": hosts.iter().map(host).collect::<Vec<_>>(),
        "steps": steps(hosts),
        // Who asked for a process that a service of Windows started.
        "asked_for": asked_for(hosts, planted, copy),
        "sysmon_gap": {
            "host": cast::LAPTOP.fqdn,
            "from_utc": cast::SYSMON_STOPS.rfc3339(),
            "to_utc": cast::SYSMON_STARTS.rfc3339(),
        },
        "audit_from_utc": cast::LAPTOP.audit_from.rfc3339(),
    });
    format!("{table:#}\n")
}

fn asked_for(hosts: &[HostLogs], planted: &Planted, copy: ProcId) -> Json {
    let [laptop, workstation] = hosts else { return Json::Null };
    let name = |stage: &Stage, id: ProcId| {
        let process = stage.process(id);
        json!({ "host": stage.host.fqdn, "pid": process.pid, "image": process.program.path })
    };
    let (laptop, workstation) = (&laptop.stage, &workstation.stage);
    let (schtasks, task) = planted.task;
    json!([
        { "by": name(laptop, schtasks), "started": name(laptop, task), "how": "task" },
        { "by": name(laptop, planted.wmic), "started": name(workstation, copy), "how": "wmi" },
    ])
}

fn zoom_children(stage: &Stage, planted: &Planted) -> Vec<Json> {
    let entry = |id: ProcId, decoded: Option<&str>, layers: &[String]| {
        let process = stage.process(id);
        json!({
            "host": stage.host.fqdn,
            "parent_pid": stage.process(planted.zoom).pid,
            "pid": process.pid,
            "image": process.program.path,
            "command_line": process.command,
            "start_utc": process.start.rfc3339(),
            "sources": sources(stage, id),
            "decoded": decoded,
            "layers": layers,
        })
    };
    let layers = [encode::first_layer(), encode::FINAL.to_owned()];
    vec![entry(planted.probe, None, &[]), entry(planted.powershell, Some(encode::FINAL), &layers)]
}

/// Every command interpreter whose start a log has, and how it stands to Zoom.
fn interpreters(stage: &Stage) -> Vec<Json> {
    let shells = [programs::CMD.path, programs::POWERSHELL.path];
    let shell = |id: &ProcId| shells.contains(&stage.process(*id).program.path);
    let logged = |id: &ProcId| !sources(stage, *id).is_empty();
    let tell = |id: ProcId| {
        let process = stage.process(id);
        let parent = process.parent.map(|parent| stage.process(parent));
        json!({
            "host": stage.host.fqdn,
            "pid": process.pid,
            "image": process.program.path,
            "command_line": process.command,
            "start_utc": process.start.rfc3339(),
            "parent_image": parent.map(|parent| parent.program.path),
            "sources": sources(stage, id),
            // How many steps below Zoom: 1 is a child, null is none of Zoom's.
            "zoom_depth": zoom_depth(stage, id),
        })
    };
    stage.ids().filter(shell).filter(logged).map(tell).collect()
}

fn zoom_depth(stage: &Stage, id: ProcId) -> Option<usize> {
    let ancestors = std::iter::successors(Some(id), |id| stage.process(*id).parent);
    let mut paths = ancestors.map(|id| stage.process(id).program.path);
    paths.position(|path| path == programs::ZOOM.path)
}

/// Which logs have the process's start.
fn sources(stage: &Stage, id: ProcId) -> Vec<&'static str> {
    let process = stage.process(id);
    let mut sources = Vec::new();
    if stage.host.sysmon_sees(process.start) {
        sources.push("sysmon/1");
    }
    if stage.host.audit_sees(process.start) && process.parent.is_some() {
        sources.push("security/4688");
    }
    sources
}

fn host(host: &HostLogs) -> Json {
    let stage = &host.stage;
    let with = |wanted: &[&str]| {
        let has = |id: &ProcId| sources(stage, *id) == wanted;
        stage.ids().filter(has).count()
    };
    let guids: BTreeSet<String> = (stage.ids())
        .filter(|id| stage.host.sysmon_sees(stage.process(*id).start))
        .map(|id| stage.guid(id).to_string())
        .collect();
    let files: BTreeMap<_, _> = (host.files.iter())
        .map(|file| {
            let mut by_event: BTreeMap<String, u64> = BTreeMap::new();
            for record in &file.records {
                *by_event.entry(record.event_id.to_string()).or_default() += 1;
            }
            let said = json!({ "records": file.records.len(), "by_event_id": by_event });
            (file.log.file_name(), said)
        })
        .collect();
    let (both, sysmon, security) =
        (with(&["sysmon/1", "security/4688"]), with(&["sysmon/1"]), with(&["security/4688"]));
    json!({
        "name": stage.host.fqdn,
        "folder": stage.host.name,
        "files": files,
        "sysmon_process_guids": guids.len(),
        "processes": both + sysmon + security,
        "processes_in_both": both,
        "processes_in_sysmon_only": sysmon,
        "processes_in_security_only": security,
    })
}

fn steps(hosts: &[HostLogs]) -> Json {
    let step = |number: u8| {
        let records: Vec<Json> = (hosts.iter())
            .flat_map(|host| host.files.iter().map(move |file| (host.stage.host.name, file)))
            .flat_map(|(folder, file)| {
                let path = format!("{folder}/{}", file.log.file_name());
                let these = file.records.iter().filter(move |record| record.step == Some(number));
                these.map(move |record| {
                    json!({ "path": path, "event_id": record.event_id, "record_id": record.record_id })
                })
            })
            .collect();
        let state = if number == 2 { "cannot_be_known" } else { "observed" };
        json!({ "step": number, "state": state, "records": records })
    };
    (1..=8).map(step).collect()
}
