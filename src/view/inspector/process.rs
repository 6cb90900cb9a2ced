//! A process: who, when, from whom, what it was told, what that means, what it did.

use std::ops::Range;
use std::time::Duration;

use serde::Serialize;

use crate::model::{Analysis, Finding, Process, ProcessIndex, Severity};
use crate::session::Session;
use crate::view::inspector::crossing::{self, Crossed};
use crate::view::inspector::decoded::{self, DecodedPart};
use crate::view::inspector::did::{self, Did};
use crate::view::inspector::lineage::{self, Asked};
use crate::view::inspector::record::{self, RecordFacts};
use crate::view::inspector::said::{self, Disagreed, Said};
use crate::view::number;
use crate::view::process_tree::{Kind, kind};
use crate::view::visible::visible_text;

/// One process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProcessFacts {
    /// File name.
    pub name: String,
    /// Process id.
    pub pid: String,
    /// The worst finding.
    pub severity: Option<Severity>,
    /// What kind of process, for the icon.
    pub kind: Kind,
    /// Whether it is not in these logs.
    pub is_stub: bool,
    /// `14:21:07.412 to 15:02:55.090, ran for 41 min 48 s`.
    pub when: String,
    /// User, integrity, session.
    pub who: String,
    /// From the topmost known ancestor down to the process.
    pub ancestry: Vec<Ancestor>,
    /// Why it has no start record, in a sentence.
    pub missing: Option<&'static str>,
    /// How sure the logged parent is, where it is not certain.
    pub parent_doubt: Option<String>,
    /// `5 children`.
    pub children: String,
    /// Who is concluded to have asked for it, the surest first.
    pub asked: Vec<Asked>,
    /// What leads from it to other hosts, or from another to it.
    pub crossed: Vec<Crossed>,
    /// The session it runs in: labels and values.
    pub logon: Vec<(&'static str, String)>,
    /// The command line as logged; `None` where it was not logged.
    pub command_line: Option<String>,
    /// What the parameters ask for, in words.
    pub traits: Vec<String>,
    /// The decoded layers.
    pub decoded: DecodedPart,
    /// What it did.
    pub did: Vec<Did>,
    /// `9 records`.
    pub did_total: String,
    /// The rules that matched, the clicked one first.
    pub rules: Vec<RuleFacts>,
    /// What is known of its executable and account, and which record says so.
    pub facts: Vec<Said>,
    /// What its records do not agree on.
    pub disagreements: Vec<Disagreed>,
    /// The records that witness it.
    pub records: Vec<RecordFacts>,
}

/// One step of the ancestry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ancestor {
    /// The process.
    #[serde(skip)]
    pub process: ProcessIndex,
    /// File name.
    pub name: String,
    /// Whether it is not in these logs.
    pub is_stub: bool,
}

/// A rule that matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleFacts {
    /// Its title.
    pub title: String,
    /// How many findings it made of this process.
    pub times: usize,
    /// Its own level.
    pub level: Severity,
    /// The finding's severity.
    pub severity: Severity,
    /// `to critical: hidden, encoded, downloads`, where raised.
    pub raised: Option<String>,
    /// The fields that matched.
    pub matched: Vec<MatchedField>,
    /// ATT&CK tags.
    pub tags: Vec<String>,
    /// Rule id, to find its text.
    pub id: String,
}

pub(super) fn facts(
    session: &Session,
    at: ProcessIndex,
    clicked: Option<usize>,
) -> Option<ProcessFacts> {
    let analysis: &Analysis = session.analysis();
    let process = analysis.tree.process(at)?;
    let mut ancestry: Vec<Ancestor> =
        analysis.tree.ancestors(at).filter_map(|up| ancestor(analysis, up)).collect();
    ancestry.reverse();
    ancestry.extend(ancestor(analysis, at));
    let decoding = process.decoding.as_ref();
    Some(ProcessFacts {
        name: visible_text(process.name()).into_owned(),
        pid: process.pid.map_or_else(String::new, |pid| pid.to_string()),
        severity: analysis.mark(at).severity,
        kind: kind(analysis, process),
        is_stub: process.stub.is_some(),
        when: when(process),
        who: who(process),
        ancestry,
        children: number::counted(analysis.tree.children_of(at).len() as u64, "child", "children"),
        missing: lineage::missing(process),
        parent_doubt: lineage::parent_doubt(process),
        asked: lineage::asked(analysis, at),
        crossed: crossing::crossed(analysis, at),
        logon: lineage::logon(analysis, at),
        command_line: process.command_line.as_ref().map(String::from),
        traits: decoding.map(|found| found.traits.clone()).unwrap_or_default(),
        decoded: decoded::decoded(process),
        did: did::did(analysis, process, session.load().is_some()),
        did_total: did::total(process),
        rules: rules(analysis, at, clicked),
        facts: said::facts(session, at, process),
        disagreements: said::disagreements(analysis, process),
        records: process
            .witnesses
            .iter()
            .filter_map(|witness| record::facts(analysis, witness.record))
            .collect(),
    })
}

fn ancestor(analysis: &Analysis, at: ProcessIndex) -> Option<Ancestor> {
    let process = analysis.tree.process(at)?;
    Some(Ancestor {
        process: at,
        name: visible_text(process.name()).into_owned(),
        is_stub: process.stub.is_some(),
    })
}

fn when(process: &Process) -> String {
    match (process.start, process.end) {
        (Some(start), Some(end)) => {
            let secs = end.secs_since(start).max(0.0);
            let ran = number::span(Duration::try_from_secs_f64(secs).unwrap_or_default());
            format!("{} to {}, ran for {ran}", start.clock(true), end.clock(true))
        }
        (Some(start), None) => format!("{} on {}, end not logged", start.clock(true), start.date()),
        (None, Some(end)) => format!("start not logged, ended {}", end.clock(true)),
        (None, None) => "start and end not logged".to_owned(),
    }
}

fn who(process: &Process) -> String {
    let mut words = Vec::new();
    match &process.user {
        Some(user) => words.push(visible_text(user).into_owned()),
        None => words.push("user not logged".to_owned()),
    }
    if let Some(integrity) = &process.integrity {
        words.push(format!("{} integrity", visible_text(integrity).to_lowercase()));
    }
    words.extend(process.session.map(|session| format!("session {session}")));
    words.join(", ")
}

/// A field that matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatchedField {
    /// Its name.
    pub field: String,
    /// Its value as logged.
    pub value: String,
    /// The byte ranges of the value that matched, in order.
    pub spans: Vec<Range<usize>>,
    /// Whether the record itself does not say so.
    pub is_derived: bool,
}

/// The rules that matched the process, each once with how often; the clicked finding's first.
fn rules(analysis: &Analysis, at: ProcessIndex, clicked: Option<usize>) -> Vec<RuleFacts> {
    let mut found: Vec<(usize, &Finding)> = analysis.findings_of(at).collect();
    found.sort_by_key(|(index, _)| (Some(*index) != clicked, *index));
    let mut rules: Vec<RuleFacts> = Vec::new();
    for (_, finding) in found {
        match rules.iter_mut().find(|known| known.id == finding.rule.id) {
            Some(known) => known.times += 1,
            None => rules.push(rule(finding)),
        }
    }
    rules
}

pub(super) fn rule(finding: &Finding) -> RuleFacts {
    let mut matched: Vec<MatchedField> = Vec::new();
    for one in &finding.matched {
        let (from, to) = one.span;
        let span = Some(from..to).filter(|span| from < to && one.value.get(span.clone()).is_some());
        let is_same =
            |known: &&mut MatchedField| known.field == one.field && known.value == one.value;
        match matched.iter_mut().find(is_same) {
            Some(known) => known.spans.extend(span),
            None => matched.push(MatchedField {
                field: one.field.clone(),
                value: one.value.clone(),
                spans: span.into_iter().collect(),
                is_derived: one.derived,
            }),
        }
    }
    for field in &mut matched {
        field.spans.sort_unstable_by_key(|span| span.start);
        field.spans.dedup_by(|later, earlier| later.start < earlier.end);
    }
    RuleFacts {
        title: visible_text(&finding.rule.title).into_owned(),
        times: 1,
        level: finding.rule.level,
        severity: finding.severity,
        raised: (!finding.raised_by.is_empty())
            .then(|| format!("to {}: {}", finding.severity.name(), finding.raised_by.join(", "))),
        matched,
        tags: finding.rule.tags.clone(),
        id: finding.rule.id.clone(),
    }
}
