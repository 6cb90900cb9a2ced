//! COM and DCOM: who had a server started that `svchost -k DcomLaunch` ran, or had one run a
//! program. ATT&CK T1559.001, T1021.003.
//!
//! Windows starts such servers all day, so nothing is concluded from the time alone: the class must
//! be named. Sources: Microsoft, "COM Class Objects and CLSIDs", "The `DllHost` process"; ATT&CK.

use super::{
    Conclusion, Found,
    ask::{Asks, Wish},
    command::holds,
    network,
    program::Program,
    scene::{Child, SECOND, Scene},
};
use crate::model::{Confidence, InferredReason, file_name};

/// A class is asked for this long before its server runs.
const ACTIVATION_NANOS: i64 = 30 * SECOND;

/// Programs that are COM servers, and the names by which scripts ask for them.
const SERVERS: &[(&str, &str)] = &[
    ("excel.exe", "excel.application"),
    ("winword.exe", "word.application"),
    ("powerpnt.exe", "powerpoint.application"),
    ("outlook.exe", "outlook.application"),
    ("msaccess.exe", "access.application"),
    ("visio.exe", "visio.application"),
    ("mmc.exe", "mmc20.application"),
    ("iexplore.exe", "internetexplorer.application"),
    ("mshta.exe", "htafile"),
];

/// Classes that run programs with raised rights, and the program of Windows that asks for them.
/// Source: the LOLBAS project, `Cmstp.exe` (`/au` installs for all users by this class).
const CLIENTS: &[(&str, Program)] = &[("3e5fc7f9-9a51-4367-9063-a120244fbec7", Program::Cmstp)];

pub(super) fn infer(scene: &Scene<'_>, asks: &Asks, found: &mut Found) {
    for child in scene.children_of_programs(|program| program == Program::Svchost) {
        let is_launcher = child.parent_line().is_none_or(|line| line.contains("dcomlaunch"));
        let line = child.line();
        let is_server =
            ["-embedding", "/automation", "/processid:"].iter().any(|it| line.contains(it));
        if !is_launcher || !is_server {
            continue;
        }
        let conclusion = by_name(scene, asks, (&child, &line))
            .or_else(|| network::asked(scene, &child, InferredReason::Com))
            .or_else(|| network::in_no_session(&child, InferredReason::Com));
        if let Some(conclusion) = conclusion {
            found.add(child.at, conclusion);
        }
    }
    for child in scene.children_of_programs(|program| program == Program::DllHost) {
        let line = child.parent_line().unwrap_or_default();
        let conclusion = by_client(scene, asks, (&child, &line))
            .or_else(|| by_name(scene, asks, (&child, &line)));
        if let Some(conclusion) = conclusion {
            found.add(child.at, conclusion);
        }
    }
}

/// A text that names the class of the server, by its id or its name.
fn by_name(
    scene: &Scene<'_>,
    asks: &Asks,
    (child, line): (&Child<'_>, &str),
) -> Option<Conclusion> {
    let class = class_id(line);
    let name = file_name(child.process.image.as_deref()?).to_lowercase();
    let servers =
        || SERVERS.iter().filter(|(server, _)| *server == name).map(|(_, called)| *called);
    let before = asks.before(Wish::Com, (child.host, child.start), ACTIVATION_NANOS);
    for ask in before.filter(|ask| !scene.is_within(ask.asker, child.at)) {
        let by_id = class.is_some_and(|class| holds(&ask.text, class));
        if !by_id && !servers().any(|called| holds(&ask.text, called)) {
            continue;
        }
        let text = format!("COM class asked for by {}", scene.label(ask.asker));
        let conclusion = Conclusion::by(ask.asker, InferredReason::Com, Confidence::Medium, text);
        return Some(conclusion.with(ask.record));
    }
    None
}

/// The program of Windows that is known to ask for this class.
fn by_client(
    scene: &Scene<'_>,
    asks: &Asks,
    (child, line): (&Child<'_>, &str),
) -> Option<Conclusion> {
    let class = class_id(line)?;
    let (_, client) = CLIENTS.iter().find(|(known, _)| *known == class)?;
    let before = asks.before(Wish::Com, (child.host, child.start), ACTIVATION_NANOS);
    let mut clients = before.filter(|ask| {
        let session = scene.process(ask.asker).and_then(|asker| asker.session);
        scene.program(ask.asker) == *client
            && session == child.process.session
            && !scene.is_within(ask.asker, child.at)
    });
    let ask = clients.next()?;
    let text = format!("Run by the COM class that {} asks for", scene.label(ask.asker));
    Some(Conclusion::by(ask.asker, InferredReason::Com, Confidence::Medium, text))
}

/// The class id in a line such as `DllHost.exe /Processid:{…}`.
fn class_id(line: &str) -> Option<&str> {
    let id = line.split_once("/processid:{")?.1.split_once('}')?.0;
    (id.len() == 36).then_some(id)
}
