//! Writes the result down for people and for scripts.

pub mod json;

use crate::model::Analysis;

/// How to write the report.
#[derive(Default)]
pub struct Options {}

/// The report as Markdown.
pub fn markdown(_analysis: &Analysis, _options: &Options) -> String {
    String::new()
}
