//! Findings as the list shows them: what one rule says of one subject again and again is one entry.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Analysis, ProcessIndex, RecordIndex, Timestamp};

/// Findings of one rule on one process, or on records of one host that belong to no process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingGroup {
    /// Positions in [`Analysis::findings`], in their order there; never empty.
    pub findings: Vec<usize>,
}

impl FindingGroup {
    /// The position that stands for the group.
    pub fn first(&self) -> usize {
        self.findings.first().copied().unwrap_or(0)
    }

    /// The records of all its findings, in their order.
    pub fn records(&self, analysis: &Analysis) -> Vec<RecordIndex> {
        let findings = self.findings.iter().filter_map(|at| analysis.findings.get(*at));
        findings.flat_map(|finding| finding.records.iter().copied()).collect()
    }

    /// The even distance between the group's findings in seconds, where there are at least five and
    /// nine of ten distances lie within a twentieth of the middle one.
    pub fn even_interval_secs(&self, analysis: &Analysis) -> Option<u64> {
        let mut times: Vec<Timestamp> =
            self.findings.iter().filter_map(|at| analysis.findings.get(*at)?.time).collect();
        if times.len() < 5 {
            return None;
        }
        times.sort_unstable();
        let mut steps: Vec<f64> =
            times.iter().zip(times.iter().skip(1)).map(|(from, to)| to.secs_since(*from)).collect();
        steps.sort_by(f64::total_cmp);
        let middle = *steps.get(steps.len() / 2)?;
        let even = steps.iter().filter(|step| (*step - middle).abs() <= middle / 20.0).count();
        (middle >= 1.0 && even * 10 >= steps.len() * 9)
            .then(|| Duration::try_from_secs_f64(middle.round()).map_or(0, |step| step.as_secs()))
    }

    /// The groups of all findings, in the order of their first ones.
    pub fn all(analysis: &Analysis) -> Vec<Self> {
        let mut known: BTreeMap<(&str, &str, Option<ProcessIndex>), usize> = BTreeMap::new();
        let mut groups: Vec<Self> = Vec::new();
        for (at, finding) in analysis.findings.iter().enumerate() {
            let subject = (finding.rule.id.as_str(), finding.host.as_str(), finding.process);
            let place = *known.entry(subject).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.findings.push(at),
                None => groups.push(Self { findings: vec![at] }),
            }
        }
        groups
    }
}
