//! One Sigma rule: what it says of itself, where it looks, what it looks for.

use std::path::PathBuf;

use super::{
    engine::Program,
    error::{Reason, RuleError},
    logsource::LogSource,
    syntax::{self, Detection},
    yaml::{self, Data, Document},
};
use crate::model::{RuleInfo, Severity};

/// A rule that can be evaluated.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What a finding says of the rule.
    pub info: RuleInfo,
    /// Sigma `status`.
    pub status: Option<String>,
    /// Sigma `description`.
    pub description: String,
    /// Sigma `references`.
    pub references: Vec<String>,
    /// Sigma `author`.
    pub author: Option<String>,
    /// Sigma `date`, as written.
    pub date: Option<String>,
    /// Sigma `falsepositives`.
    pub false_positives: Vec<String>,
    /// Sigma `logsource`.
    pub log_source: LogSource,
    /// Sigma `detection` as a tree.
    pub detection: Detection,
    /// The file it comes from; `None` for a bundled rule.
    pub path: Option<PathBuf>,
    /// Line of the file where the rule begins, counted from 1.
    pub line: usize,
    pub(super) text: String,
    pub(super) program: Program,
}

/// The rule as Sigma YAML, exactly as it was loaded.
pub fn sigma_text(rule: &Rule) -> &str {
    &rule.text
}

impl Rule {
    /// Reads one document.
    pub(super) fn parse(document: &Document<'_>) -> Result<Self, RuleError> {
        let root = yaml::parse(document)?;
        let line = root.line;
        if !matches!(root.data, Data::Map(_)) {
            return Err(RuleError::new(line, Reason::NoRule));
        }
        for (key, what) in
            [("correlation", "correlation rules"), ("filter", "filters"), ("action", "collections")]
        {
            if let Some(entry) = root.entry(key) {
                return Err(RuleError::new(entry.line, Reason::Unsupported(what.to_owned())));
            }
        }
        let missing = |what| RuleError::new(line, Reason::Missing(what));
        let title = root.text("title").ok_or_else(|| missing("title"))?;
        let log_source =
            LogSource::parse(root.entry("logsource").ok_or_else(|| missing("logsource"))?)?;
        let detection =
            syntax::parse(root.entry("detection").ok_or_else(|| missing("detection"))?)?;
        let program = Program::new(&detection)?;
        let level = match root.entry("level") {
            Some(entry) => level(entry)?,
            None => Severity::Informational,
        };
        let uuid = root.text("id").map(str::to_owned);
        let id = root.text("name").or(uuid.as_deref()).unwrap_or(title).to_owned();
        Ok(Self {
            info: RuleInfo { id, uuid, title: title.to_owned(), level, tags: root.texts("tags") },
            status: root.text("status").map(str::to_owned),
            description: root.text("description").unwrap_or_default().trim().to_owned(),
            references: root.texts("references"),
            author: root.text("author").map(str::to_owned),
            date: root.text("date").map(str::to_owned),
            false_positives: root.texts("falsepositives"),
            log_source,
            detection,
            path: None,
            line,
            text: document.text.trim_start_matches("---").trim_start().to_owned(),
            program,
        })
    }
}

fn level(entry: &yaml::Entry) -> Result<Severity, RuleError> {
    entry.value.as_text().and_then(|text| text.parse().ok()).ok_or_else(|| {
        let expected = "one of informational, low, medium, high, critical";
        RuleError::new(entry.line, Reason::Wrong { what: "level".to_owned(), expected })
    })
}
