//! Command lines and scripts that ask Windows to start something. Whether it was started is for the
//! mechanisms to say.

use aho_corasick::AhoCorasick;

use super::{
    super::{identity::HostId, record::plus_nanos},
    command::{Fit, asked_in, has_option, plain, words},
    program::Program,
    scene::{SLACK_NANOS, Scene},
    trace::{Trace, Traces},
};
use crate::model::{Process, ProcessIndex, RecordIndex, Timestamp};

/// How many that may have asked are looked at for one process, the newest.
const CANDIDATES: usize = 16;

/// What Windows is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    MakeTask,
    RunTask,
    MakeService,
    StartService,
    Wmi,
    Subscribe,
    WinRm,
    Com,
    PsExec,
}

/// Signs of a wish in a command line or script. Sources: Microsoft's pages of `wmic`, `winrm`,
/// `Win32_Process.Create`, the modules `ScheduledTasks` and `CimCmdlets`, and "COM monikers".
const SIGNS: &[(&str, Wish)] = &[
    ("win32_process", Wish::Wmi),
    ("process call create", Wish::Wmi),
    ("invoke-wmimethod", Wish::Wmi),
    ("invoke-cimmethod", Wish::Wmi),
    ("winmgmts:", Wish::Wmi),
    ("commandlineeventconsumer", Wish::Subscribe),
    ("activescripteventconsumer", Wish::Subscribe),
    ("__filtertoconsumerbinding", Wish::Subscribe),
    ("register-scheduledtask", Wish::MakeTask),
    ("registertaskdefinition", Wish::MakeTask),
    ("schedule.service", Wish::MakeTask),
    ("start-scheduledtask", Wish::RunTask),
    ("new-service", Wish::MakeService),
    ("createservice", Wish::MakeService),
    ("win32_service", Wish::MakeService),
    ("start-service", Wish::StartService),
    ("startservice", Wish::StartService),
    ("enter-pssession", Wish::WinRm),
    ("invoke-command", Wish::WinRm),
    ("new-pssession", Wish::WinRm),
    ("createobject", Wish::Com),
    ("getobject", Wish::Com),
    ("gettypefromprogid", Wish::Com),
    ("gettypefromclsid", Wish::Com),
    ("-comobject", Wish::Com),
    ("activexobject", Wish::Com),
];

/// A text that asks.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) host: HostId,
    /// When the program with this command line began, or the script ran.
    pub(super) time: Timestamp,
    pub(super) asker: ProcessIndex,
    /// The text as [`plain`] makes it, with everything that it decodes to.
    pub(super) text: String,
    /// The record of a script; a command line stands in the record of the start.
    pub(super) record: Option<RecordIndex>,
    /// Whether it is the command line of a program that only asks and ends.
    pub(super) is_tool: bool,
}

/// The texts by what they ask for, each list in the order of host and time.
#[derive(Debug, Default)]
pub(super) struct Asks(Vec<(Wish, Vec<Ask>)>);

impl Asks {
    pub(super) fn of(scene: &Scene<'_>, traces: &Traces<'_>) -> Self {
        let Ok(signs) = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(SIGNS.iter().map(|(sign, _)| *sign))
        else {
            return Self::default();
        };
        let mut asks = Self::default();
        for at in scene.of_programs(Program::is_tool) {
            asks.add_process(scene, &signs, at);
        }
        for trace in &traces.scripts {
            asks.add_script(scene, &signs, trace);
        }
        for (_, list) in &mut asks.0 {
            list.sort_by(|left, right| {
                let key = |ask: &Ask| (ask.host, ask.time, ask.asker, ask.record);
                key(left).cmp(&key(right))
            });
        }
        asks
    }

    fn add_process(&mut self, scene: &Scene<'_>, signs: &AhoCorasick, at: ProcessIndex) {
        let Some(process) = scene.process(at) else { return };
        let Some((line, start)) = process.command_line.as_deref().zip(process.start) else {
            return;
        };
        let program = scene.program(at);
        let mut wishes = own_wishes(program, line);
        let layers = process.decoding.iter().flat_map(|decoding| &decoding.layers);
        let texts: Vec<&str> =
            std::iter::once(line).chain(layers.map(|layer| layer.text.as_str())).collect();
        for text in &texts {
            add_signs(signs, text, &mut wishes);
        }
        if wishes.is_empty() {
            return;
        }
        let text = texts.iter().map(|text| plain(text)).collect::<Vec<_>>().join("\n");
        let is_tool = program != Program::PowerShell && program != Program::ScriptHost;
        self.add(&wishes, || Ask {
            host: scene.host(at),
            time: start,
            asker: at,
            text: text.clone(),
            record: None,
            is_tool,
        });
    }

    fn add_script(&mut self, scene: &Scene<'_>, signs: &AhoCorasick, trace: &Trace<'_>) {
        let text = trace.event.field("ScriptBlockText").or_else(|| trace.event.field("Payload"));
        let Some(text) = text else { return };
        let mut wishes = Vec::new();
        add_signs(signs, text, &mut wishes);
        if wishes.is_empty() {
            return;
        }
        let logger = trace.event.logger_pid.filter(|pid| *pid != 0);
        let Some(asker) = logger.and_then(|pid| scene.alive(trace.host, pid, trace.time)) else {
            return;
        };
        let text = plain(text);
        self.add(&wishes, || Ask {
            host: trace.host,
            time: trace.time,
            asker,
            text: text.clone(),
            record: Some(trace.index),
            is_tool: false,
        });
    }

    fn add(&mut self, wishes: &[Wish], ask: impl Fn() -> Ask) {
        for wish in wishes {
            match self.0.iter_mut().find(|(known, _)| known == wish) {
                Some((_, list)) => list.push(ask()),
                None => self.0.push((*wish, vec![ask()])),
            }
        }
    }

    fn list(&self, wish: Wish) -> &[Ask] {
        let list = self.0.iter().find(|(known, _)| *known == wish);
        list.map(|(_, list)| list.as_slice()).unwrap_or_default()
    }

    /// Who asked for this in the time before, the newest first.
    pub(super) fn before(
        &self,
        wish: Wish,
        (host, time): (HostId, Timestamp),
        nanos: i64,
    ) -> impl Iterator<Item = &Ask> {
        let list = self.list(wish);
        let from = plus_nanos(time, -nanos);
        let to = plus_nanos(time, SLACK_NANOS / 2);
        let first = list.partition_point(|ask| (ask.host, ask.time) < (host, from));
        let last = list.partition_point(|ask| (ask.host, ask.time) <= (host, to));
        list.get(first..last).unwrap_or_default().iter().rev().take(CANDIDATES)
    }

    /// Every ask of this kind, in order.
    pub(super) fn all(&self, wish: Wish) -> impl Iterator<Item = &Ask> {
        self.list(wish).iter()
    }
}

impl Ask {
    /// How well it asks for this process; `None` also where it is that process, or below it.
    pub(super) fn fits(&self, scene: &Scene<'_>, child: ProcessIndex) -> Option<Fit> {
        let process: &Process = scene.process(child)?;
        let is_other = !scene.is_within(self.asker, child);
        let length = self.text.len() + process.command_line.as_deref().map_or(0, str::len);
        (is_other && scene.may_compare(length)).then(|| asked_in(&self.text, process))?
    }
}

fn add_signs(signs: &AhoCorasick, text: &str, wishes: &mut Vec<Wish>) {
    for found in signs.find_iter(text) {
        if let Some((_, wish)) = SIGNS.get(found.pattern().as_usize())
            && !wishes.contains(wish)
        {
            wishes.push(*wish);
        }
    }
}

/// What a tool is for that has no other use, by its options.
fn own_wishes(program: Program, line: &str) -> Vec<Wish> {
    let words = words(line);
    let has_verb = |verb: &str| words.iter().skip(1).any(|word| word.eq_ignore_ascii_case(verb));
    let mut wishes = Vec::new();
    let mut add = |is: bool, wish: Wish| {
        if is {
            wishes.push(wish);
        }
    };
    match program {
        // `schtasks /s`, `sc \\host` and `wmic /node` speak to another computer, mostly.
        Program::Schtasks => {
            add(has_option(&words, "create"), Wish::MakeTask);
            add(has_option(&words, "run"), Wish::RunTask);
        }
        Program::Sc => {
            add(has_verb("create") || has_verb("config"), Wish::MakeService);
            add(has_verb("start"), Wish::StartService);
        }
        Program::Net => add(has_verb("start"), Wish::StartService),
        Program::Wmic => add(has_verb("call") && has_verb("create"), Wish::Wmi),
        Program::WinRs => add(true, Wish::WinRm),
        Program::PsExec => add(true, Wish::PsExec),
        Program::Cmstp => add(true, Wish::Com),
        _ => {}
    }
    wishes
}
