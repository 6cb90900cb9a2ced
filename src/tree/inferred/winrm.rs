//! Windows Remote Management: who asked for a process of `wsmprovhost.exe`. ATT&CK T1021.006.
//!
//! Mostly that is another computer, told by the session; here it can also be this one, which loops
//! back to itself. Sources: Microsoft, `Enter-PSSession`, `Invoke-Command`, `winrs`.

use super::{
    Conclusion, Found,
    ask::{Asks, Wish},
    command::{Fit, holds},
    network,
    program::Program,
    scene::{Child, SECOND, Scene},
};
use crate::model::{Confidence, InferredReason};

/// A session is opened this long before something runs in it that nobody names.
const SESSION_NANOS: i64 = 300 * SECOND;

pub(super) fn infer(scene: &Scene<'_>, asks: &Asks, found: &mut Found) {
    for child in scene.children_of_programs(|program| program == Program::WinRmHost) {
        let conclusion = from_here(scene, asks, &child)
            .or_else(|| network::asked(scene, &child, InferredReason::WinRm));
        if let Some(conclusion) = conclusion {
            found.add(child.at, conclusion);
        }
    }
}

/// A command on this computer that names this computer.
fn from_here(scene: &Scene<'_>, asks: &Asks, child: &Child<'_>) -> Option<Conclusion> {
    let own = child.process.host.split('.').next().unwrap_or_default().to_lowercase();
    let names = ["localhost", "127.0.0.1", "::1", own.as_str()];
    let before = asks.before(Wish::WinRm, (child.host, child.start), SESSION_NANOS);
    let here = before.filter(|ask| {
        names.iter().any(|name| holds(&ask.text, name))
            && !scene.is_within(ask.asker, child.at)
            && !scene.is_within(ask.asker, child.parent)
    });
    let best = here
        .map(|ask| (ask.fits(scene, child.at), ask))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let (fit, ask) = best?;
    let confidence = if fit == Some(Fit::Command) { Confidence::High } else { Confidence::Medium };
    let text = format!("Asked for through Windows Remote Management by {}", scene.label(ask.asker));
    let conclusion = Conclusion::by(ask.asker, InferredReason::WinRm, confidence, text);
    Some(conclusion.with(ask.record))
}
