//! Parents: by GUID, by process id within a lifetime, or a stub; how sure each is; and no cycles.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{
    draft::{Draft, fill, owned},
    forest::Forest,
    identity::{Guid, HostId},
    told::is_same_command,
};
use crate::model::{ParentEvidence, ParentLink, Text, program};

/// Stubs of parents that cannot be placed in time or have no id: host, id and image tell them apart.
type Loose = HashMap<(HostId, Option<u32>, Option<String>), usize, RandomState>;

/// Gives every process with a start record its parent, children in the order of their starts.
pub(super) fn parents(forest: &mut Forest<'_>) {
    let drafts = forest.drafts.iter().enumerate();
    let mut order: Vec<_> = drafts
        .filter(|(_, draft)| draft.process.stub.is_none())
        .map(|(at, draft)| (draft.host, draft.process.start, at))
        .collect();
    order.sort();
    let mut loose = Loose::default();
    for (_, _, child) in order {
        let parent = by_guid(forest, child)
            .or_else(|| Some((by_pid(forest, child)?, ParentLink::Pid)))
            .or_else(|| Some((new_stub(forest, child, &mut loose)?, ParentLink::Stub)));
        if let Some((parent, link)) = parent.filter(|(parent, _)| *parent != child) {
            join(forest, child, parent, link);
        }
    }
    break_cycles(forest);
}

/// The process of `ParentProcessGuid`: there is one for each, a stub at least.
fn by_guid(forest: &Forest<'_>, child: usize) -> Option<(usize, ParentLink)> {
    let draft = forest.get(child)?;
    let key = (draft.host, draft.parent_guid?);
    let link = if forest.held.contains(&key) { ParentLink::Pid } else { ParentLink::Guid };
    Some((*forest.by_guid.get(&key)?, link))
}

/// The process that held the parent's id when the child started.
///
/// Never one of another command line than the child's record says: an id can go to the same image
/// again and nothing else tell of it.
fn by_pid(forest: &Forest<'_>, child: usize) -> Option<usize> {
    let draft = forest.get(child)?;
    let key = (draft.host, draft.process.parent_pid?);
    let image = draft.process.parent_image.as_deref();
    let moment = (draft.process.start?, draft.numbers);
    let at = forest.alive_before(key, moment, image, Some(child))?;
    let own = forest.get(at)?.process.command_line.as_deref();
    let said = draft.process.parent_command_line.as_deref();
    (!commands_contradict(own, said)).then_some(at)
}

/// Whether two command lines are known and cannot be one; an export may have cut either.
fn commands_contradict(left: Option<&str>, right: Option<&str>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    let fold = |line: &str| line.trim().replace("%%", "%");
    !is_same_command(left, right) && {
        let (left, right) = (fold(left), fold(right));
        !left.starts_with(&right) && !right.starts_with(&left)
    }
}

fn new_stub(forest: &mut Forest<'_>, child: usize, loose: &mut Loose) -> Option<usize> {
    let draft = forest.get(child)?;
    let process = &draft.process;
    let (pid, image) = (process.parent_pid, process.parent_image.as_deref());
    if pid.is_none() && image.is_none() {
        return None;
    }
    let placed = pid.is_some() && process.start.is_some();
    let key = (draft.host, pid, image.map(str::to_lowercase));
    if !placed && let Some(known) = loose.get(&key) {
        return Some(*known);
    }
    let mut stub = Draft::stub(draft.host, None);
    stub.process.pid = pid;
    stub.process.image = owned(image);
    stub.seen(process.start);
    if let Some((pid, time)) = stub.process.pid.zip(stub.first_seen) {
        forest.make_room((stub.host, pid), time, stub.process.image.as_deref());
    }
    let at = forest.add_stub(stub);
    if !placed {
        loose.insert(key, at);
    }
    Some(at)
}

fn join(forest: &mut Forest<'_>, child: usize, parent: usize, link: ParentLink) {
    let evidence = evidence(forest, child, parent, link);
    let Some(draft) = forest.get(child) else { return };
    let start = draft.process.start;
    // Only a stub is better known by its child, and most parents are none.
    let is_stub = forest.get(parent).is_some_and(|above| above.process.stub.is_some());
    let words = is_stub.then_some(draft);
    let image = words.and_then(|draft| draft.process.parent_image.clone());
    let command_line = words.and_then(|draft| draft.process.parent_command_line.clone());
    let user = words.and_then(|draft| draft.parent_user.clone());
    let named = command_line.as_deref().and_then(program).map(Text::from);
    let Some(above) = forest.drafts.get_mut(parent) else { return };
    let link = if is_stub {
        above.seen(start);
        // A parent without an image is still better known by its own command line than not at all.
        fill(&mut above.process.image, image.or(named));
        fill(&mut above.process.command_line, command_line);
        fill(&mut above.process.user, user);
        ParentLink::Stub
    } else {
        link
    };
    if let Some(draft) = forest.drafts.get_mut(child) {
        draft.parent = Some(parent);
        draft.process.parent_link = Some(link);
        draft.process.parent_evidence = evidence;
    }
}

/// A parent this much older than its child, on a host that logs no ends, may be long gone.
const LONG_AGO_SECS: f64 = 86_400.0;

/// What says that the parent is the parent.
fn evidence(
    forest: &Forest<'_>,
    child: usize,
    parent: usize,
    link: ParentLink,
) -> Option<ParentEvidence> {
    let (draft, above) = (forest.get(child)?, forest.get(parent)?);
    let names_image =
        draft.process.parent_image.is_some() || draft.process.parent_command_line.is_some();
    if above.process.stub.is_some() {
        return Some(match link {
            ParentLink::Guid => ParentEvidence::NamedGuid,
            _ if names_image => ParentEvidence::NamedImage,
            _ => ParentEvidence::NamedId,
        });
    }
    if link == ParentLink::Guid {
        let is_time = matches!(draft.parent_guid, Some(Guid::Started(..)));
        return Some(if is_time { ParentEvidence::CreationTime } else { ParentEvidence::Guid });
    }
    let (from, to) = (above.process.start?, draft.process.start?);
    let tells_ends = forest.logs.get(draft.host.0 as usize)?.tells_ends(from, to);
    // Who had ended before was not chosen, so that an end lies after.
    Some(match above.process.end {
        Some(_) if above.is_end_by_guid => ParentEvidence::Lifetime,
        _ if names_image && (tells_ends || to.secs_since(from) <= LONG_AGO_SECS) => {
            ParentEvidence::Image
        }
        Some(_) if names_image => ParentEvidence::Image,
        Some(_) => ParentEvidence::End,
        None if tells_ends => ParentEvidence::NoEnd,
        None => ParentEvidence::IdAlone,
    })
}

/// Drops one link of every cycle, which only forged or damaged records can make.
///
/// Goes the least certain one: a link by process id before one by GUID, then a parent that is
/// younger than its child, then the child that comes first in the evidence's own order.
fn break_cycles(forest: &mut Forest<'_>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; forest.drafts.len()];
    for first in 0..forest.drafts.len() {
        let mut path = Vec::new();
        let mut next = Some(first);
        while let Some(at) = next {
            match marks.get_mut(at) {
                Some(mark @ Mark::New) => *mark = Mark::Open,
                Some(Mark::Open) => {
                    let from = path.iter().position(|on_path| *on_path == at).unwrap_or(0);
                    drop_weakest(forest, path.get(from..).unwrap_or_default());
                    break;
                }
                _ => break,
            }
            path.push(at);
            next = forest.get(at).and_then(|draft| draft.parent);
        }
        for at in path {
            if let Some(mark) = marks.get_mut(at) {
                *mark = Mark::Done;
            }
        }
    }
}

fn drop_weakest(forest: &mut Forest<'_>, cycle: &[usize]) {
    let weakest = cycle.iter().copied().min_by_key(|at| {
        let draft = forest.get(*at);
        let by_guid =
            draft.is_some_and(|draft| draft.process.parent_link == Some(ParentLink::Guid));
        let parent = draft.and_then(|draft| draft.parent).and_then(|up| forest.get(up));
        let possible =
            parent.map(|parent| parent.process.start) <= draft.map(|draft| draft.process.start);
        let start = draft.and_then(|draft| draft.process.start);
        (by_guid, possible, start, *at)
    });
    if let Some(draft) = weakest.and_then(|at| forest.drafts.get_mut(at)) {
        draft.parent = None;
        draft.process.parent_link = None;
        draft.process.parent_evidence = None;
    }
}
