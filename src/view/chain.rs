//! The attack chain strip: eight steps, nine rows.

use serde::Serialize;

use crate::model::{ChainStep, StepState};
use crate::session::Session;
use crate::view::findings::short_why;
use crate::view::number;
use crate::view::visible::visible_text;

/// One row of the strip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// 1 to 8.
    pub step: u8,
    /// The step in words.
    pub name: &'static str,
    /// What the logs say; `None` while nothing is known yet.
    pub state: Option<StepState>,
    /// Records that show it, as a number; empty where none do.
    pub count: String,
    /// Time of the first record, or the state in words.
    pub when: String,
    /// The whole reason, for a tooltip.
    pub reason: String,
    /// What a screen reader says.
    pub spoken: String,
}

/// The strip's title and rows; no rows where no Zoom chain was found.
pub fn chain(session: &Session) -> (String, Vec<Row>) {
    let analysis = session.analysis();
    if analysis.zoom_roots.is_empty() {
        return (String::new(), Vec::new());
    }
    let is_reading = session.load().is_some();
    let rows: Vec<Row> = analysis
        .zoom_chain()
        .iter()
        .map(|step| {
            let is_unread = is_reading && step.state != StepState::Observed;
            let when = match step.state {
                _ if is_unread => "not read yet".to_owned(),
                StepState::Observed => {
                    step.first.map_or_else(|| "no time".to_owned(), |time| time.clock(false))
                }
                StepState::NotObserved => "not observed".to_owned(),
                StepState::CannotBeKnown => short_reason(&step.missing),
            };
            let reason = match step.state {
                _ if is_unread => "not read yet".to_owned(),
                // The words name hosts as the logs spell them.
                StepState::CannotBeKnown => visible_text(&step.missing.join("; ")).into_owned(),
                StepState::NotObserved => "the logs that would show it are there".to_owned(),
                StepState::Observed => {
                    number::counted(step.records.len() as u64, "record", "records")
                }
            };
            Row {
                step: step.step,
                name: step.name,
                state: (!is_unread).then_some(step.state),
                count: match step.state {
                    StepState::Observed => number::grouped(step.records.len() as u64),
                    StepState::NotObserved | StepState::CannotBeKnown => String::new(),
                },
                spoken: spoken(step, &when, &reason),
                when,
                reason,
            }
        })
        .collect();
    let observed = (1..=8u8)
        .filter(|number| {
            analysis
                .zoom_chain()
                .iter()
                .any(|step| step.step == *number && step.state == StepState::Observed)
        })
        .count();
    let tail = if is_reading { "so far" } else { "observed" };
    (format!("{observed} of 8 {tail}"), rows)
}

fn spoken(step: &ChainStep, when: &str, reason: &str) -> String {
    let reason = visible_text(reason);
    let (number, name) = (step.step, step.name);
    match step.state {
        StepState::CannotBeKnown => format!("Step {number}, {name}: cannot be known, {reason}"),
        StepState::Observed | StepState::NotObserved => {
            format!("Step {number}, {name}: {when}, {reason}")
        }
    }
}

/// Why a step cannot be known, in the two words there is room for; the tooltip says the rest.
fn short_reason(missing: &[String]) -> String {
    let is_off = missing.iter().any(|log| log.contains("Sysmon service stopped"));
    let why = if is_off { short_why("Sysmon service stopped") } else { "not logged" };
    why.to_owned()
}
