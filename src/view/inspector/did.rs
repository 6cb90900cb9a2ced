//! What a process did: its records grouped by kind, the first of each shown.

use std::collections::HashMap;

use serde::Serialize;

use crate::model::{
    Activity, ActivityKind, Analysis, CoverageState, Process, RecordIndex, Telemetry, file_name,
};
use crate::view::number;
use crate::view::process_tree::one_line;

/// One kind of activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Did {
    /// The kind.
    pub kind: ActivityKind,
    /// Its name.
    pub label: &'static str,
    /// Different values with how often they occur, in order of first time.
    pub deeds: Vec<Deed>,
    /// What to say where there is none.
    pub none: Option<&'static str>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// The value, short where it is long.
    pub text: String,
    /// The whole value.
    pub full: String,
    /// How often.
    pub count: usize,
    /// First time, clock UTC.
    pub time: String,
    /// The first record.
    #[serde(skip)]
    pub record: RecordIndex,
}

/// Kinds that are always shown, so that silence is told from blindness.
const ALWAYS: [(ActivityKind, &str, Telemetry); 5] = [
    (ActivityKind::Network, "Network", Telemetry::Network),
    (ActivityKind::File, "Files", Telemetry::Files),
    (ActivityKind::Registry, "Registry", Telemetry::Registry),
    (ActivityKind::Task, "Tasks", Telemetry::Tasks),
    (ActivityKind::Script, "Scripts", Telemetry::Scripts),
];
/// Kinds that are shown where there is something.
const SOMETIMES: [(ActivityKind, &str); 15] = [
    (ActivityKind::Dns, "DNS"),
    (ActivityKind::Logon, "Logons"),
    (ActivityKind::Share, "Shares"),
    (ActivityKind::Service, "Services"),
    (ActivityKind::Pipe, "Pipes"),
    (ActivityKind::Module, "Modules"),
    (ActivityKind::Access, "Access"),
    (ActivityKind::Wmi, "WMI"),
    (ActivityKind::Bits, "BITS"),
    (ActivityKind::Defender, "Defender"),
    (ActivityKind::Policy, "Policy"),
    (ActivityKind::Account, "Accounts"),
    (ActivityKind::Session, "Sessions"),
    (ActivityKind::Log, "Logs"),
    (ActivityKind::Other, "Other"),
];

pub(super) fn did(analysis: &Analysis, process: &Process, is_reading: bool) -> Vec<Did> {
    let always = ALWAYS.into_iter().map(|(kind, label, telemetry)| {
        let deeds = deeds(analysis, process, kind);
        let none = deeds.is_empty().then(|| match is_logged(analysis, &process.host, telemetry) {
            _ if is_reading => "None so far",
            true => "None logged",
            false => "Not logged here",
        });
        Did { kind, label, deeds, none }
    });
    let sometimes = SOMETIMES
        .into_iter()
        .map(|(kind, label)| Did { kind, label, deeds: deeds(analysis, process, kind), none: None })
        .filter(|did| !did.deeds.is_empty());
    always.chain(sometimes).collect()
}

fn is_logged(analysis: &Analysis, host: &str, telemetry: Telemetry) -> bool {
    analysis.coverage.iter().any(|coverage| {
        coverage.host == host
            && coverage.telemetry == telemetry
            && coverage.state != CoverageState::Absent
    })
}

fn deeds(analysis: &Analysis, process: &Process, kind: ActivityKind) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for activity in process.activity.iter().filter(|activity| activity.kind == kind) {
        let text = activity.text(&analysis.tree, &analysis.events);
        if let Some(deed) = known.get(&text).and_then(|at| deeds.get_mut(*at)) {
            deed.count += 1;
            continue;
        }
        deeds.push(deed(activity, &text));
        known.insert(text, deeds.len() - 1);
    }
    deeds
}

fn deed(activity: &Activity, text: &str) -> Deed {
    let full = one_line(text);
    let text = match activity.kind {
        ActivityKind::File | ActivityKind::Module | ActivityKind::Policy => {
            file_name(&full).to_owned()
        }
        _ => full.clone(),
    };
    Deed {
        text: if text.is_empty() { full.clone() } else { text },
        full,
        count: 1,
        time: activity.time.map_or_else(String::new, |time| time.clock(false)),
        record: activity.record,
    }
}

/// `9 records`.
pub(super) fn total(process: &Process) -> String {
    number::counted(process.activity.len() as u64, "record", "records")
}
