//! The answer above the tree: what Zoom started, what that ran, what followed, what is not known.

use serde::Serialize;

use crate::model::{Analysis, Decoding, Process, ProcessIndex, Severity, StepState};
use crate::session::Session;
use crate::view::findings::cannot_tell;
use crate::view::number;
use crate::view::process_tree::one_line;
use crate::view::visible::visible_text;

/// The four rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Position of this chain and the number of all.
    pub chain: (usize, usize),
    /// The interpreter that Zoom started.
    #[serde(skip)]
    pub process: ProcessIndex,
    /// Its name.
    pub started: String,
    /// How, when, by whom.
    pub how: String,
    /// The worst finding in the chain.
    pub severity: Option<Severity>,
    /// What it really ran.
    pub ran: String,
    /// What followed: step and words.
    pub then: Vec<(u8, String)>,
    /// What is not known, the most telling two.
    pub unknown: Vec<String>,
    /// How many more such sentences there are.
    pub unknown_more: usize,
}

/// What the answer area shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Zoom started an interpreter.
    Chain(Box<Answer>),
    /// It did not, as far as these logs go: a sentence, and what the logs cannot tell.
    Clear(String, Vec<String>),
}

/// The answer for the shown chain.
pub fn answer(session: &Session) -> Verdict {
    let analysis = session.analysis();
    let chains = analysis.zoom_roots.len();
    let at = session.shown_chain().min(chains.saturating_sub(1));
    let answer = analysis
        .zoom_roots
        .get(at)
        .and_then(|root| first_interpreter(analysis, *root))
        .and_then(|process| of_chain(analysis, process, (at, chains)));
    match answer {
        Some(answer) => Verdict::Chain(Box::new(answer)),
        None => Verdict::Clear(clear_words(session), cannot_tell(analysis)),
    }
}

/// The process below the root with the worst finding that a Zoom rule raised, the earliest of those.
fn first_interpreter(analysis: &Analysis, root: ProcessIndex) -> Option<ProcessIndex> {
    let below = analysis.tree.subtree(root);
    analysis
        .findings
        .iter()
        .filter(|finding| finding.rule.id.starts_with("spawnscope-zoom-"))
        .filter_map(|finding| finding.process)
        .find(|process| *process != root && below.contains(process))
}

fn of_chain(analysis: &Analysis, at: ProcessIndex, chain: (usize, usize)) -> Option<Answer> {
    let process = analysis.tree.process(at)?;
    let not_known = cannot_tell(analysis);
    let last = process.decoding.as_deref().and_then(Decoding::last_text);
    Some(Answer {
        chain,
        process: at,
        started: visible_text(process.name()).into_owned(),
        how: how(process),
        severity: analysis.mark(at).severity,
        ran: match last.or(process.command_line.as_deref()) {
            Some(text) => one_line(text),
            None => "Cannot be known: command line not logged".to_owned(),
        },
        then: then(analysis),
        unknown_more: not_known.len().saturating_sub(2),
        unknown: not_known.into_iter().take(2).collect(),
    })
}

fn how(process: &Process) -> String {
    let traits: Vec<&str> = process
        .decoding
        .iter()
        .flat_map(|decoding| &decoding.traits)
        .filter_map(|known| match known.as_str() {
            "hidden window" => Some("hidden"),
            "encoded" => Some("encoded"),
            _ => None,
        })
        .collect();
    let mut words = traits.join(" and ");
    if let Some(start) = process.start {
        let comma = if words.is_empty() { "" } else { ", " };
        words.extend([comma, "at ", &start.clock(false)]);
    }
    if let Some(user) = &process.user {
        words.extend([" by ", &visible_text(user)]);
    }
    words
}

fn then(analysis: &Analysis) -> Vec<(u8, String)> {
    analysis
        .chain
        .iter()
        .filter(|step| step.step >= 5 && step.state == StepState::Observed)
        .map(|step| {
            // What was looked at in step 5 is long and says little; the name of the step says enough.
            let summary = step.summary.as_deref().filter(|_| step.step != 5);
            (step.step, one_line(summary.unwrap_or(step.name)))
        })
        .collect()
}

fn clear_words(session: &Session) -> String {
    let analysis = session.analysis();
    let is_zoom = |process: &&Process| crate::model::is_same_text(process.name(), "Zoom.exe");
    let runs = analysis.tree.processes.iter().filter(is_zoom).count() as u64;
    let so_far = if session.load().is_some() { " so far" } else { "" };
    match runs {
        0 => format!("No Zoom.exe in these logs{so_far}"),
        _ => format!(
            "Zoom.exe ran {}, and started no command interpreter in these logs{so_far}",
            number::counted(runs, "time", "times")
        ),
    }
}
