//! What every panel may read: the session, the views made of it, the colours. Nothing to write.

use std::sync::Arc;

use crate::model::{Analysis, TimeRange};
use crate::session::{Session, Tab};
use crate::ui::theme::Tokens;
use crate::view::answer::{self, Verdict};
use crate::view::events::{self, Events};
use crate::view::findings::{self, Findings};
use crate::view::histogram::{self, Histogram};
use crate::view::inspector::{self, Inspector};
use crate::view::process_tree::{self, Lines};
use crate::view::timeline::{self, Timeline};
use crate::view::{chain, coverage};

/// What a panel borrows while it draws.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What is loaded and selected.
    pub session: &'a Session,
    /// What the panels show.
    pub views: &'a Views,
    /// The colours of the theme.
    pub tokens: &'static Tokens,
    /// The host whose coverage is shown.
    pub host: Option<usize>,
    /// Whether facts of this run and machine (times taken, local zone) are left out, for pictures
    /// that must be the same everywhere.
    pub is_reproducible: bool,
}

impl<'a> Context<'a> {
    /// The loaded bundle.
    pub fn analysis(&self) -> &'a Analysis {
        self.session.analysis()
    }
}

/// What the timeline depends on besides the analysis.
#[derive(PartialEq, Eq)]
struct TimelineKey {
    host: Option<usize>,
    filter: String,
    range: Option<TimeRange>,
    switches: [bool; 3],
}

/// What the panels show, made once for each change of the session.
#[derive(Default)]
pub struct Views {
    made_for: Option<(u64, Option<usize>)>,
    histogram_of: Option<(Arc<Analysis>, Option<usize>)>,
    /// The findings panel.
    pub findings: Option<Findings>,
    /// Title and rows of the attack chain.
    pub chain: (String, Vec<chain::Row>),
    /// Sources and coverage of the shown host.
    pub sources: Option<coverage::Sources>,
    /// The strip at the bottom.
    pub histogram: Histogram,
    /// The lines of the tree.
    pub lines: Lines,
    /// What is around the rows of the table, where it is shown.
    pub events: Option<Events>,
    timeline_of: Option<(Arc<Analysis>, TimelineKey)>,
    /// Steps and processes over time, where they are shown.
    pub timeline: Option<Timeline>,
    /// The selected thing.
    pub inspector: Option<Inspector>,
    /// The answer above the tree.
    pub answer: Option<Verdict>,
}

impl Views {
    /// Makes the views anew where the session has changed since.
    pub fn refresh(&mut self, session: &Session, host: Option<usize>) {
        let wanted = Some((session.revision(), host));
        if self.made_for == wanted {
            return;
        }
        self.made_for = wanted;
        let analysis = session.analysis();
        let name = host.and_then(|at| analysis.hosts.get(at)).map(|host| host.name.as_str());
        self.findings = Some(findings::findings(session));
        self.chain = chain::chain(session);
        self.sources = Some(coverage::sources(session, name));
        self.lines = process_tree::lines(session);
        self.refresh_timeline(session, host);
        self.events = (session.tab() == Tab::Events).then(|| events::events(session));
        self.inspector = Some(inspector::inspector(session));
        self.answer = Some(answer::answer(session));
        let is_known = self
            .histogram_of
            .as_ref()
            .is_some_and(|(known, of)| Arc::ptr_eq(known, analysis) && *of == host);
        if !is_known {
            self.histogram = histogram::histogram(session, name);
            self.histogram_of = Some((Arc::clone(analysis), host));
        }
    }

    /// A million records are looked through, so not for each click.
    fn refresh_timeline(&mut self, session: &Session, host: Option<usize>) {
        if session.tab() != Tab::Timeline {
            return;
        }
        let key = TimelineKey {
            host,
            filter: session.filter().to_owned(),
            range: session.time_range(),
            switches: [session.is_chain_only(), session.shows_inferred(), session.load().is_some()],
        };
        let analysis = session.analysis();
        let is_known = self
            .timeline_of
            .as_ref()
            .is_some_and(|(known, of)| Arc::ptr_eq(known, analysis) && *of == key);
        if !is_known {
            self.timeline = timeline::timeline(session, host);
            self.timeline_of = Some((Arc::clone(analysis), key));
        }
    }
}
