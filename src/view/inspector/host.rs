//! A host: what the logs hold of it, and what they do not.

use serde::Serialize;

use crate::model::{Analysis, Timestamp};
use crate::view::coverage;
use crate::view::findings::short_host;
use crate::view::number;
use crate::view::visible::visible_text;

/// One host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HostFacts {
    /// Its short name.
    pub name: String,
    /// Labels and values.
    pub facts: Vec<(&'static str, String)>,
    /// Each kind of telemetry and what is known of it.
    pub coverage: Vec<(&'static str, String)>,
}

pub(super) fn facts(analysis: &Analysis, at: usize) -> Option<HostFacts> {
    let host = analysis.hosts.get(at)?;
    let time = |time: Option<Timestamp>| {
        time.map_or_else(|| "no time".to_owned(), |time| time.to_string())
    };
    let findings = analysis.findings.iter().filter(|finding| finding.host == host.name).count();
    Some(HostFacts {
        name: short_host(&host.name),
        facts: vec![
            ("Full name", visible_text(&host.name).into_owned()),
            ("Processes", number::grouped(host.processes)),
            ("Records", number::grouped(host.events)),
            ("Findings", number::grouped(findings as u64)),
            ("First record", time(host.first)),
            ("Last record", time(host.last)),
        ],
        coverage: coverage::in_words(analysis, &host.name),
    })
}
