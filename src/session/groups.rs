//! Findings as the list shows them: what one rule says of one process again and again is one entry.

use std::collections::BTreeMap;

use crate::model::{Analysis, ProcessIndex, Timestamp};

/// Findings of one rule on one process, or one finding on a record without a process.
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

    /// The even distance between the group's findings in seconds, where there are at least five and
    /// nine of ten distances lie within a twentieth of the middle one.
    pub fn even_interval_secs(&self, analysis: &Analysis) -> Option<u64> {
        let mut times: Vec<Timestamp> = self
            .findings
            .iter()
            .filter_map(|at| analysis.findings.get(*at).and_then(|finding| finding.time))
            .collect();
        if times.len() < 5 {
            return None;
        }
        times.sort_unstable();
        let mut steps: Vec<f64> =
            times.iter().zip(times.iter().skip(1)).map(|(from, to)| to.secs_since(*from)).collect();
        steps.sort_by(f64::total_cmp);
        let middle = *steps.get(steps.len() / 2)?;
        let even = steps.iter().filter(|step| (*step - middle).abs() <= middle / 20.0).count();
        (middle >= 1.0 && even * 10 >= steps.len() * 9).then(|| middle.round() as u64)
    }
}

/// The groups, in the order of their first findings.
pub(super) fn groups(analysis: &Analysis) -> Vec<FindingGroup> {
    let mut known: BTreeMap<(&str, ProcessIndex), usize> = BTreeMap::new();
    let mut groups: Vec<FindingGroup> = Vec::new();
    for (at, finding) in analysis.findings.iter().enumerate() {
        let before = finding.process.and_then(|process| {
            let next = groups.len();
            let place = *known.entry((&finding.rule.id, process)).or_insert(next);
            groups.get_mut(place)
        });
        match before {
            Some(group) => group.findings.push(at),
            None => groups.push(FindingGroup { findings: vec![at] }),
        }
    }
    groups
}
