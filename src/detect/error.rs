//! Why a rule cannot be loaded: one line of the file and a reason in words.

use thiserror::Error;

/// A rule that cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {reason}")]
pub struct RuleError {
    /// Line of the file, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: Reason,
}

impl RuleError {
    pub(super) const fn new(line: usize, reason: Reason) -> Self {
        Self { line, reason }
    }
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// The text is no YAML.
    #[error("this is not valid YAML: {0}")]
    Yaml(String),
    /// Nested deeper than any rule needs.
    #[error("this is nested too deeply")]
    TooDeep,
    /// The document holds nothing, or no map.
    #[error("there is no rule here: a rule is a map with title, logsource and detection")]
    NoRule,
    /// A map has a list, a map or nothing as key.
    #[error("a key must be text")]
    KeyIsNoText,
    /// A part of the rule that must be there is not.
    #[error("\"{0}\" is missing")]
    Missing(&'static str),
    /// A part of the rule has the wrong shape.
    #[error("\"{what}\" must be {expected}")]
    Wrong {
        /// The part.
        what: String,
        /// Its right shape.
        expected: &'static str,
    },
    /// A kind of document or modifier that Sigma has and this engine has not.
    #[error("{0} are not supported yet")]
    Unsupported(String),
    /// A modifier that Sigma does not know.
    #[error("\"{0}\" is no modifier of Sigma")]
    UnknownModifier(String),
    /// Modifiers that exclude each other, or a value that a modifier cannot take.
    #[error("\"{field}\": {problem}")]
    BadItem {
        /// Field with its modifiers, as the rule spells it.
        field: String,
        /// What does not fit.
        problem: String,
    },
    /// The condition cannot be read.
    #[error("the condition \"{condition}\" cannot be read: {problem}")]
    Condition {
        /// The condition as the rule spells it.
        condition: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A log source that no Windows log belongs to.
    #[error("the log source {0} is none of the Windows logs this program reads")]
    LogSource(String),
    /// Another rule of the folder has the same id.
    #[error("the id {0} is already that of a rule in {1}")]
    Duplicate(String, String),
}

/// The most characters of a rule's own text that a message repeats.
const EXCERPT_CHARS: usize = 200;

/// A text for a message, cut where it is long: a condition may have a megabyte.
pub(super) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
