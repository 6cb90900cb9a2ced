//! One process from what two records say of it: fills gaps, and keeps both words where they do not
//! agree. Whether the records are of one start is for `merge` to say.

use super::{
    draft::{Draft, fill},
    image_path::{can_be_same_image, has_short_name},
};
use crate::model::{Disagreement, Process, ProcessField, Text, is_same_text};

/// Disagreements kept of a process; every record that makes one is still a witness.
const MOST_DISAGREEMENTS: usize = 16;

/// Fills what a process lacks from another record of the same start.
pub(super) fn fill_from<'a>(mine: &mut Draft<'a>, theirs: Draft<'a>) {
    compare(mine, &theirs);
    mine.families |= theirs.families;
    for (mine, theirs) in mine.numbers.iter_mut().zip(theirs.numbers) {
        fill(mine, theirs);
    }
    fill(&mut mine.guid, theirs.guid);
    fill(&mut mine.parent_guid, theirs.parent_guid);
    fill(&mut mine.parent_user, theirs.parent_user.clone());
    let is_creators = mine.process.user.is_none() && theirs.is_user_creators;
    mine.is_user_creators |= is_creators;
    let (mine, theirs) = (&mut mine.process, theirs.process);
    fill_image(&mut mine.image, theirs.image);
    fill_image(&mut mine.parent_image, theirs.parent_image);
    fill(&mut mine.guid, theirs.guid);
    fill(&mut mine.pid, theirs.pid);
    fill(&mut mine.original_file_name, theirs.original_file_name);
    fill(&mut mine.command_line, theirs.command_line);
    fill(&mut mine.user, theirs.user);
    fill(&mut mine.current_directory, theirs.current_directory);
    fill(&mut mine.integrity, theirs.integrity);
    fill(&mut mine.logon_id, theirs.logon_id);
    fill(&mut mine.session, theirs.session);
    fill(&mut mine.company, theirs.company);
    fill(&mut mine.product, theirs.product);
    fill(&mut mine.start, theirs.start);
    fill(&mut mine.parent_pid, theirs.parent_pid);
    fill(&mut mine.parent_guid, theirs.parent_guid);
    fill(&mut mine.parent_command_line, theirs.parent_command_line);
    fill(&mut mine.logged_hashes, theirs.logged_hashes);
    mine.witnesses.extend(theirs.witnesses);
}

/// The one of two names of one executable that says more: a path and not a file name, a long name
/// and not the short one.
fn fill_image(mine: &mut Option<Text>, theirs: Option<Text>) {
    let (Some(own), Some(other)) = (&mine, &theirs) else {
        return fill(mine, theirs);
    };
    let says_less = |image: &str| (!image.contains(['\\', '/']), has_short_name(image));
    if says_less(other) < says_less(own) && can_be_same_image(own, other) {
        *mine = theirs;
    }
}

/// Notes where the two do not agree.
fn compare(mine: &mut Draft<'_>, theirs: &Draft<'_>) {
    let Some(record) = theirs.process.witnesses.first().map(|witness| witness.record) else {
        return;
    };
    let mut found = Vec::new();
    let mut note = |field, kept: &Option<Text>, other: &Option<Text>, agree: Agree| {
        if let (Some(kept), Some(other)) = (kept, other)
            && !(kept == other || agree(kept, other))
        {
            let (kept, other) = (kept.clone(), other.clone());
            found.push(Disagreement { field, kept, other, record });
        }
    };
    let (own, other) = (&mine.process, &theirs.process);
    use ProcessField as Field;
    note(Field::Image, &own.image, &other.image, can_be_same_image);
    note(Field::CommandLine, &own.command_line, &other.command_line, is_same_command);
    if !mine.is_user_creators && !theirs.is_user_creators {
        note(Field::User, &own.user, &other.user, is_same_user);
    }
    note(Field::Integrity, &own.integrity, &other.integrity, is_same_integrity);
    note(Field::Hashes, &own.logged_hashes, &other.logged_hashes, are_same_hashes);
    note(Field::ParentImage, &own.parent_image, &other.parent_image, can_be_same_image);
    let pid = |process: &Process| process.parent_pid.map(|pid| Text::from(pid.to_string()));
    if own.parent_pid != other.parent_pid {
        note(Field::ParentPid, &pid(own), &pid(other), is_same_text);
    }
    let lines = (&own.parent_command_line, &other.parent_command_line);
    note(Field::ParentCommandLine, lines.0, lines.1, is_same_command);
    if mine.families & theirs.families != 0 {
        note(Field::ParentGuid, &own.parent_guid, &other.parent_guid, is_same_text);
    }
    keep(&mut mine.process.disagreements, found);
}

type Agree = fn(&str, &str) -> bool;

fn keep(known: &mut Box<[Disagreement]>, found: Vec<Disagreement>) {
    let is_said = |new: &Disagreement| {
        known.iter().any(|known| known.field == new.field && known.other == new.other)
    };
    let new: Vec<Disagreement> = found.into_iter().filter(|new| !is_said(new)).collect();
    if !new.is_empty() && known.len() < MOST_DISAGREEMENTS {
        let mut all = std::mem::take(known).into_vec();
        all.extend(new);
        all.truncate(MOST_DISAGREEMENTS);
        *known = all.into_boxed_slice();
    }
}

/// Whether two command lines are one. Sysmon doubles `%` in its own `CommandLine`, others do not.
pub(super) fn is_same_command(left: &str, right: &str) -> bool {
    let (left, right) = (left.trim(), right.trim());
    left == right
        || ((left.contains("%%") || right.contains("%%"))
            && left.replace("%%", "%") == right.replace("%%", "%"))
}

/// Whether two accounts can be one: a domain has a long and a short name, and what runs as the
/// system is told under the name of the machine by Security, with a `$` at its end.
fn is_same_user(left: &str, right: &str) -> bool {
    let parts = |account: &str| match account.split_once('\\') {
        Some((domain, name)) => (domain.to_lowercase(), name.to_lowercase()),
        None => (String::new(), account.to_lowercase()),
    };
    let ((left_domain, left), (right_domain, right)) = (parts(left), parts(right));
    if left.ends_with('$') != right.ends_with('$') {
        return true;
    }
    let is_long = |domain: &str| domain.is_empty() || domain.contains('.');
    left == right
        && (left_domain == right_domain || is_long(&left_domain) || is_long(&right_domain))
}

/// Sysmon knows no `Medium Plus`, and calls what runs low in a container by the container.
fn is_same_integrity(left: &str, right: &str) -> bool {
    let word = |level: &str| match level.trim_end_matches(" Plus").to_lowercase() {
        container if container == "appcontainer" => "low".to_owned(),
        word => word,
    };
    word(left) == word(right)
}

/// Whether no algorithm has two values.
fn are_same_hashes(left: &str, right: &str) -> bool {
    let pairs = |text: &'_ str| {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        let folded =
            pairs.map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_lowercase()));
        folded.collect::<Vec<_>>()
    };
    // A record has at most a handful of algorithms; a made-up one is cut.
    let (left, right) = (pairs(left), pairs(right));
    !left.iter().take(8).any(|(name, value)| {
        right.iter().take(8).any(|(other, theirs)| other == name && theirs != value)
    })
}
