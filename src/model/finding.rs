//! A finding: one rule that matched one subject, with the proof.

use serde::Serialize;

use super::{ProcessIndex, RecordIndex, Severity, Timestamp};

/// What a finding says of the rule behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleInfo {
    /// The rule's `name` where it has one, else its UUID.
    pub id: String,
    /// Sigma `id`.
    pub uuid: Option<String>,
    /// Sigma `title`.
    pub title: String,
    /// Sigma `level`.
    pub level: Severity,
    /// Sigma `tags`, for example `attack.t1059.001`.
    pub tags: Vec<String>,
}

/// One field that made the rule match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matched {
    /// Field name as the rule spells it.
    pub field: String,
    /// The record's value.
    pub value: String,
    /// The pattern of the rule that hit, as the rule spells it.
    pub pattern: String,
    /// Whether the record itself does not say so: the value comes from the process tree or the decoder.
    pub derived: bool,
    /// Byte range of `value` that the pattern covers; empty where it cannot be told.
    #[serde(skip)]
    pub span: (usize, usize),
}

impl Matched {
    /// The matched part of the value with at most so many characters before and after it, and dots
    /// where something is left out; the whole value where it is short or the part cannot be told.
    pub fn shown(&self, around: usize) -> String {
        let (from, to) = self.span;
        let value = &self.value;
        let parts = (value.get(..from), value.get(from..to), value.get(to..));
        let (Some(before), Some(matched), Some(after)) = parts else { return value.clone() };
        let skipped = before.chars().count().saturating_sub(around);
        let mut shown = String::new();
        if skipped > 0 {
            shown.push('…');
        }
        shown.extend(before.chars().skip(skipped));
        shown.push_str(matched);
        shown.extend(after.chars().take(around));
        if after.chars().count() > around {
            shown.push('…');
        }
        shown
    }
}

/// One rule and one subject: a process for rules on process creation, else one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable for the same evidence: rule id and the subject's key.
    pub id: String,
    /// The rule.
    pub rule: RuleInfo,
    /// What happened, in words, for the list.
    pub title: String,
    /// The rule's level, raised where the facts ask for it.
    pub severity: Severity,
    /// Why it was raised; empty where it was not.
    pub raised_by: Vec<String>,
    /// Host as the logs write it.
    pub host: String,
    /// When.
    pub time: Option<Timestamp>,
    /// The process it is about.
    pub process: Option<ProcessIndex>,
    /// The fields that matched.
    pub matched: Vec<Matched>,
    /// Every record that matched.
    pub records: Vec<RecordIndex>,
}
