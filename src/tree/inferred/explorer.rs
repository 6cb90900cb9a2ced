//! The shell's second process: `explorer.exe <path>` hands its path to a new Explorer that COM
//! starts, and the program that opens is a child of that one.
//!
//! Seen in real records as `explorer.exe /factory,{75dff2b7-6936-4c06-a8bb-676a7b00b24b} -Embedding`
//! under `svchost -k DcomLaunch`.

use std::collections::BTreeMap;

use super::{
    super::{
        identity::HostId,
        record::{nanos_between, plus_nanos},
    },
    Conclusion, Found,
    command::{holds, plain, words},
    program::Program,
    scene::{SECOND, SLACK_NANOS, Scene},
};
use crate::model::{Confidence, InferredReason, ProcessIndex, Timestamp, file_name};

/// The second Explorer is there this soon.
const HAND_OFF_NANOS: i64 = 5 * SECOND;
const CANDIDATES: usize = 8;

/// Explorers that were given something to open, by host and start.
type Askers = BTreeMap<(HostId, Timestamp, ProcessIndex), String>;

pub(super) fn infer(scene: &Scene<'_>, found: &mut Found) {
    let mut askers = Askers::new();
    let mut factories = Vec::new();
    for at in scene.of_programs(|program| program == Program::Explorer) {
        let Some(process) = scene.process(at) else { continue };
        let Some((line, start)) = process.command_line.as_deref().zip(process.start) else {
            continue;
        };
        let text = plain(line);
        if text.contains("/factory,") {
            factories.push((at, start));
        } else if words(line).len() > 1 {
            askers.insert((scene.host(at), start, at), text);
        }
    }
    for (factory, start) in factories {
        if let Some((asker, _)) = asker(scene, &askers, (factory, start)) {
            add(scene, found, (factory, asker), Confidence::Medium);
        }
        for child in scene.tree.children_of(factory) {
            let Some(process) = scene.process(*child) else { continue };
            let Some(began) = process.start else { continue };
            let Some((asker, text)) = asker(scene, &askers, (*child, began)) else { continue };
            let name = process.image.as_deref().map(|image| plain(file_name(image)));
            let is_named = name.is_some_and(|name| holds(text, &name));
            let asked = scene.process(asker).and_then(|asker| asker.start);
            let is_prompt = asked.is_some_and(|asked| nanos_between(asked, began) <= SLACK_NANOS);
            let confidence = match (is_named, is_prompt) {
                (true, _) => Confidence::High,
                (false, true) => Confidence::Medium,
                (false, false) => Confidence::Low,
            };
            add(scene, found, (*child, asker), confidence);
        }
    }
}

/// The newest Explorer of the same session that was given something right before.
fn asker<'s>(
    scene: &Scene<'_>,
    askers: &'s Askers,
    (at, time): (ProcessIndex, Timestamp),
) -> Option<(ProcessIndex, &'s String)> {
    let host = scene.host(at);
    let session = scene.process(at)?.session;
    let from = (host, plus_nanos(time, -HAND_OFF_NANOS), ProcessIndex(0));
    let to = (host, plus_nanos(time, SLACK_NANOS / 100), ProcessIndex(u32::MAX));
    let near = askers.range(from..=to).rev().take(CANDIDATES);
    let mut same = near.filter(|((_, start, asker), _)| {
        let other = scene.process(*asker).and_then(|asker| asker.session);
        // What WMI or a service starts sits in session 0 and is handed to the user's.
        let is_same = other == session || other == Some(0) || other.is_none() || session.is_none();
        is_same && *asker != at && nanos_between(*start, time) >= -SLACK_NANOS
    });
    same.next().map(|((_, _, asker), text)| (*asker, text))
}

fn add(
    scene: &Scene<'_>,
    found: &mut Found,
    (child, asker): (ProcessIndex, ProcessIndex),
    confidence: Confidence,
) {
    let text = format!("Opened for {}", scene.label(asker));
    let reason = InferredReason::ExplorerHandOff;
    found.add(child, Conclusion::by(asker, reason, confidence, text));
}
