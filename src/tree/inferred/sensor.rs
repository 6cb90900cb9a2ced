//! What a sensor itself says of who asked. Elastic's endpoint follows some mechanisms on the machine.
//!
//! Source: <https://github.com/elastic/endpoint-package>, `process.Ext.effective_parent` and
//! `process.parent.Ext.real.pid`.

use super::{Conclusion, Found, program::Program, scene::Scene};
use crate::model::{Confidence, ELASTIC_ENDPOINT, Event, InferredReason, PerKind, ProcessIndex};

pub(super) fn infer(scene: &Scene<'_>, events: &[Event], found: &mut Found) {
    let mut kinds = PerKind::default();
    let is_there = events.iter().any(|event| {
        kinds.of(event, || event.provider() == ELASTIC_ENDPOINT && event.event_id == 1)
    });
    if !is_there {
        return;
    }
    for (at, process) in scene.tree.iter() {
        let mut starts = process.witnesses.iter().filter_map(|witness| {
            let event = events.get(witness.record.0 as usize)?;
            let is_start = event.event_id == 1 && event.provider() == ELASTIC_ENDPOINT;
            is_start.then_some((witness, event))
        });
        let Some((witness, event)) = starts.next() else { continue };
        if let Some(asker) = named(scene, event, at).filter(|asker| process.parent != Some(*asker))
        {
            let text = format!("The sensor names {} as who asked", scene.label(asker));
            let reason = InferredReason::NamedBySensor;
            let conclusion = Conclusion::by(asker, reason, Confidence::High, text);
            found.add(at, conclusion.with([witness.record]));
        }
        if let Some(real) = real(scene, event, at).filter(|real| process.parent != Some(*real)) {
            let text = format!("The sensor saw {} start it", scene.label(real));
            let reason = InferredReason::ParentSpoofed;
            let conclusion = Conclusion::by(real, reason, Confidence::High, text);
            found.add(at, conclusion.with([witness.record]));
        }
    }
}

fn named(scene: &Scene<'_>, event: &Event, at: ProcessIndex) -> Option<ProcessIndex> {
    let by_id = event.field("process.Ext.effective_parent.entity_id");
    by_id.and_then(|id| scene.by_guid(scene.host(at), id)).or_else(|| {
        let pid = event.pid("process.Ext.effective_parent.pid").filter(|pid| *pid != 0)?;
        scene.alive(scene.host(at), pid, event.time?)
    })
}

/// Raised rights are given by the service Application Information, which names the asker as parent:
/// that is how Windows does it, and no spoofing.
fn real(scene: &Scene<'_>, event: &Event, at: ProcessIndex) -> Option<ProcessIndex> {
    let pid = event.pid("process.parent.Ext.real.pid").filter(|pid| *pid != 0)?;
    let real = scene.alive(scene.host(at), pid, event.time?)?;
    (scene.program(real) != Program::Svchost).then_some(real)
}
