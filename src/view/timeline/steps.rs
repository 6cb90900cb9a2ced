//! The rows of the attack chain: a bar from the first to the last record of each step.

use serde::Serialize;

use crate::model::{ChainStep, RecordIndex, StepState};
use crate::session::Session;
use crate::view::process_tree::one_line;
use crate::view::timeline::{Moment, moment};
use crate::view::{chain, number};

/// The bar of a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StepBar {
    /// Time of the first record.
    pub from: Moment,
    /// Time of the last.
    pub to: Moment,
    /// The first record.
    #[serde(skip)]
    pub record: RecordIndex,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepRow {
    /// 1 to 8.
    pub step: u8,
    /// The step in words.
    pub name: &'static str,
    /// What the logs say; `None` while nothing is known yet.
    pub state: Option<StepState>,
    /// Its bar, where it was observed.
    pub bar: Option<StepBar>,
    /// Words beside the bar, or instead of it.
    pub words: String,
    /// What a screen reader says.
    pub spoken: String,
}

/// The rows of all steps.
pub(super) fn steps(session: &Session) -> Vec<StepRow> {
    let (_, rows) = chain::chain(session);
    let steps = session.analysis().zoom_chain();
    rows.into_iter()
        .zip(steps)
        .map(|(row, step)| StepRow {
            step: row.step,
            name: row.name,
            bar: bar(session, step),
            words: words(&row, step),
            state: row.state,
            spoken: row.spoken,
        })
        .collect()
}

fn bar(session: &Session, step: &ChainStep) -> Option<StepBar> {
    let analysis = session.analysis();
    let times: Vec<(Moment, RecordIndex)> = step
        .records
        .iter()
        .filter_map(|at| Some((moment(analysis.event(*at)?.time?), *at)))
        .collect();
    let (from, record) = times.first().copied()?;
    let to = times.iter().map(|(time, _)| *time).fold(from, f64::max);
    Some(StepBar { from, to, record })
}

fn words(row: &chain::Row, step: &ChainStep) -> String {
    match row.state {
        None => "Not read yet".to_owned(),
        Some(StepState::CannotBeKnown) => format!("Cannot be known: {}", row.when),
        Some(StepState::NotObserved) => {
            "Not observed; the logs that would show it are there".to_owned()
        }
        Some(StepState::Observed) => {
            let count = number::counted(step.records.len() as u64, "record", "records");
            match &step.summary {
                Some(summary) => one_line(summary),
                None => count,
            }
        }
    }
}
