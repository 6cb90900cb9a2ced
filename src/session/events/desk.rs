//! Keeps the list of records what it should be: at once for a small bundle, else on a worker thread
//! while the last list stays on the screen.

use std::sync::Arc;

use crate::model::Analysis;
use crate::session::case::Session;
use crate::session::events::{EventList, EventQuery, Wanted, list};
use crate::session::latest::{Answer, Latest, Stop};
use crate::session::tab::Tab;

/// So many records are listed within a frame, whatever is asked of them.
const AT_ONCE: usize = 2_000;

/// The table's query, its answer, and the answer that is being made.
#[derive(Debug, Default)]
pub(in crate::session) struct EventDesk {
    pub(in crate::session) query: EventQuery,
    list: Arc<EventList>,
    made_for: Option<Wanted>,
    job: Option<(Wanted, Latest<EventList>)>,
    has_failed: bool,
}

impl EventDesk {
    /// Takes in a list that was made. Whether there was one.
    pub(in crate::session) fn poll(&mut self) -> bool {
        let answer = match self.job.as_ref().map(|(_, job)| job.poll()) {
            None | Some(Answer::Waiting) => return false,
            Some(answer) => answer,
        };
        let Some((wanted, _)) = self.job.take() else { return false };
        self.has_failed = matches!(answer, Answer::Lost);
        self.list = match answer {
            Answer::Is(list) => Arc::new(list),
            Answer::Waiting | Answer::Lost => Arc::default(),
        };
        self.made_for = Some(wanted);
        true
    }
}

impl Session {
    /// Starts what makes the list current, where the list is looked at.
    pub(in crate::session) fn list_events(&mut self) {
        if self.tab != Tab::Events {
            return;
        }
        let wanted = Wanted {
            analysis: Arc::clone(&self.analysis),
            filter: self.filter.clone(),
            range: self.time_range,
            query: self.events.query.clone(),
        };
        if self.events.made_for.as_ref() == Some(&wanted) {
            self.events.job = None;
            return;
        }
        if self.events.job.as_ref().is_some_and(|(known, _)| *known == wanted) {
            return;
        }
        // Rows of another analysis would be other records.
        let is_same = |made: &Wanted| Arc::ptr_eq(&made.analysis, &self.analysis);
        if !self.events.made_for.as_ref().is_some_and(is_same) {
            self.events.list = Arc::default();
        }
        if wanted.analysis.events.len() <= AT_ONCE {
            self.events.list = Arc::new(list(&wanted, &Stop::default()).unwrap_or_default());
            self.events.made_for = Some(wanted);
            self.events.has_failed = false;
            self.events.job = None;
            return;
        }
        let for_work = wanted.clone();
        let work = move |stop: &Stop| list(&for_work, stop);
        match Latest::start("spawnscope-events", self.waker.clone(), work) {
            Ok(job) => self.events.job = Some((wanted, job)),
            Err(cause) => self.fail(format!("The records cannot be listed: {cause}.")),
        }
    }

    /// The records that are listed.
    pub fn events(&self) -> &Arc<EventList> {
        &self.events.list
    }

    /// What the table is asked for.
    pub const fn event_query(&self) -> &EventQuery {
        &self.events.query
    }

    /// Whether the program itself failed to make the list, so that it is empty.
    pub const fn has_failed_to_list(&self) -> bool {
        self.events.has_failed
    }

    /// Whether another list is being made; the last one stays until then.
    pub const fn is_listing(&self) -> bool {
        self.events.job.is_some()
    }

    /// The same query on another analysis of the same bundle; processes are found again by key.
    pub(in crate::session) fn carry_event_query(&mut self, old: &Analysis) {
        use crate::session::events::Doer;
        let again = |process| {
            let key = &old.tree.process(process)?.key;
            self.analysis.tree.iter().find(|(_, found)| found.key == *key).map(|(at, _)| at)
        };
        self.events.query.doer = self.events.query.doer.and_then(|doer| {
            let process = again(doer.process())?;
            Some(match doer {
                Doer::One(_) => Doer::One(process),
                Doer::Under(_) => Doer::Under(process),
            })
        });
    }
}
