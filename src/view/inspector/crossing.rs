//! What a process did on other hosts, and what another host asked of it. Conclusions from two logs.

use serde::Serialize;

use crate::model::{Analysis, Crossing, CrossingEnd, ProcessIndex};
use crate::view::findings::short_host;
use crate::view::inspector::record;
use crate::view::visible::visible_text;

/// Entries that the inspector shows; more are in the JSON.
const MOST: usize = 50;

/// One end of a pair, told from the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Crossed {
    /// Why the two belong together, a sentence.
    pub text: String,
    /// `WMI, sure`; for a name without a pair, the way alone.
    pub how: String,
    /// When, by the other host's clock; empty where not known.
    pub time: String,
    /// The process at the other end; `None` where a record is all there is.
    pub other: Option<OtherEnd>,
    /// Whether nothing is paired with it, so that the text says where to look next.
    pub is_open: bool,
}

/// A process on the other host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherEnd {
    /// The process.
    #[serde(skip)]
    pub process: ProcessIndex,
    /// `cmd.exe 5120 on WS-0413`.
    pub name: String,
}

/// What the process did on other hosts, what asked for it from another, and names without a pair.
pub(super) fn crossed(analysis: &Analysis, at: ProcessIndex) -> Vec<Crossed> {
    let out = analysis.crossings_of(at).iter().map(|crossing| {
        let other = match crossing.to {
            CrossingEnd::Process(process) => other_end(analysis, process),
            CrossingEnd::Record { .. } => None,
        };
        told(analysis, crossing, other)
    });
    let comes_here = |crossing: &&Crossing| crossing.to == CrossingEnd::Process(at);
    let back = analysis.crossings.iter().filter(comes_here);
    let back = back.map(|crossing| told(analysis, crossing, other_end(analysis, crossing.from)));
    let leads = analysis.leads_of(at).iter().map(|lead| Crossed {
        text: visible_text(&lead.text).into_owned(),
        how: lead.how.words().to_owned(),
        time: String::new(),
        other: None,
        is_open: true,
    });
    out.chain(back).chain(leads).take(MOST).collect()
}

fn told(analysis: &Analysis, crossing: &Crossing, other: Option<OtherEnd>) -> Crossed {
    let mut how = format!("{}, {}", crossing.how.words(), crossing.confidence.words());
    if let CrossingEnd::Record { record, .. } = crossing.to
        && let Some(event) = analysis.event(record)
    {
        let title = record::title(event.channel(), event.event_id, event.record_id);
        how = format!("{how}, {title}");
    }
    Crossed {
        text: visible_text(&crossing.text).into_owned(),
        how,
        time: crossing.time.map_or_else(String::new, |time| time.clock(false)),
        other,
        is_open: false,
    }
}

fn other_end(analysis: &Analysis, at: ProcessIndex) -> Option<OtherEnd> {
    let process = analysis.tree.process(at)?;
    let pid = process.pid.map(|pid| format!(" {pid}")).unwrap_or_default();
    let host = short_host(&process.host);
    let name = format!("{}{pid} on {host}", visible_text(process.name()));
    Some(OtherEnd { process: at, name })
}
