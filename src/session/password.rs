//! A password for encrypted evidence: held in memory while the evidence is open, and nowhere else.

use std::fmt;

/// A password. It is never shown, not even where a command is printed, and nothing that is written
/// to disk can hold it: it cannot be serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// As typed; spaces and letter case count.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for whoever decrypts.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
