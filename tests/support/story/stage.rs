//! One host's stage: the processes that lived on it and what happened, before any log is written.
//! Things happen here whether or not a log sees them; the log modules leave out what none saw.

use super::cast::{Account, Host, Program};
use super::clock::{Dice, Moment};
use super::evtx_writer::Guid;
use super::log::Entry;

/// A process of this stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcId(usize);

/// One process from start to end.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) start: Moment,
    /// With the exit status; `None` where it outlives the log.
    pub(crate) end: Option<(Moment, u32)>,
    pub(crate) program: &'static Program,
    pub(crate) command: String,
    pub(crate) directory: String,
    pub(crate) user: &'static Account,
    pub(crate) integrity: &'static str,
    pub(crate) parent: Option<ProcId>,
    pub(crate) step: Option<u8>,
}

/// What a process did that Sysmon or the security log tell.
#[derive(Debug)]
pub(crate) enum Act {
    /// A connection: protocol, whether from here, the port here, the other side.
    Connect { udp: bool, inbound: bool, local_port: u16, address: String, name: String, port: u16 },
    /// A DNS query and its answer.
    Lookup { name: String, answer: String },
    /// A file written.
    File { path: String },
    /// A named stream of a file, with its text.
    Stream { path: String, contents: String },
    /// A registry key made.
    Key { path: String },
    /// A registry value set.
    Set { path: String, data: String },
    /// A library loaded, and whether it is signed.
    Load { library: &'static Program, signed: bool },
    /// Another process opened with these rights.
    Open { target: ProcId, rights: u32 },
    /// A scheduled task registered, told by 4698.
    Task { name: String, xml: String },
    /// Other credentials used: for whom, on which server.
    Credentials { user: &'static Account, server: String },
}

/// An act with its time and its actor.
#[derive(Debug)]
pub(crate) struct Deed {
    pub(crate) when: Moment,
    pub(crate) who: ProcId,
    pub(crate) what: Act,
    pub(crate) step: Option<u8>,
}

/// Everything that happened on a host.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) host: &'static Host,
    pub(crate) processes: Vec<Process>,
    pub(crate) deeds: Vec<Deed>,
    /// Records that belong to no process above.
    pub(crate) entries: Vec<Entry>,
    pub(crate) dice: Dice,
    step: Option<u8>,
    next_pid: u32,
    next_port: u16,
}

impl Stage {
    pub(crate) fn new(host: &'static Host) -> Self {
        Self {
            host,
            processes: Vec::new(),
            deeds: Vec::new(),
            entries: Vec::new(),
            dice: Dice::new(host.seed),
            step: None,
            next_pid: 13_104,
            next_port: 50_112,
        }
    }

    /// What is told from here on belongs to this step of the attack, or to none.
    pub(crate) fn step(&mut self, step: Option<u8>) {
        self.step = step;
    }

    /// A process id that no other process of the stage has.
    pub(crate) fn free_pid(&mut self) -> u32 {
        self.next_pid += 4 * self.dice.between(3, 17);
        self.next_pid
    }

    /// A process that was there before, without a parent that matters.
    pub(crate) fn root(
        &mut self,
        when: Moment,
        pid: u32,
        program: &'static Program,
        command: &str,
        user: &'static Account,
    ) -> ProcId {
        self.processes.push(Process {
            pid,
            start: when,
            end: None,
            program,
            command: command.to_owned(),
            directory: r"C:\Windows\System32\".to_owned(),
            user,
            integrity: user.integrity,
            parent: None,
            step: self.step,
        });
        ProcId(self.processes.len() - 1)
    }

    /// `parent` starts a process, which runs as its parent does.
    pub(crate) fn start(
        &mut self,
        parent: ProcId,
        when: Moment,
        pid: u32,
        program: &'static Program,
        command: &str,
    ) -> ProcId {
        let (user, integrity, directory) = {
            let parent = self.process(parent);
            (parent.user, parent.integrity, parent.directory.clone())
        };
        let child = self.root(when, pid, program, command, user);
        self.change(child, |process| {
            process.parent = Some(parent);
            process.integrity = integrity;
            process.directory = directory;
        });
        child
    }

    /// As [`Self::start`], as another account.
    pub(crate) fn start_as(
        &mut self,
        (parent, user): (ProcId, &'static Account),
        when: Moment,
        pid: u32,
        program: &'static Program,
        command: &str,
    ) -> ProcId {
        let child = self.start(parent, when, pid, program, command);
        self.change(child, |process| {
            process.user = user;
            process.integrity = user.integrity;
            r"C:\Windows\System32\".clone_into(&mut process.directory);
        });
        child
    }

    pub(crate) fn change(&mut self, id: ProcId, change: impl FnOnce(&mut Process)) {
        if let Some(process) = self.processes.get_mut(id.0) {
            change(process);
        }
    }

    /// The process exits with status 0.
    pub(crate) fn end(&mut self, id: ProcId, when: Moment) {
        self.change(id, |process| process.end = Some((when, 0)));
    }

    /// A console program needs a console host, for as long as it lives.
    pub(crate) fn console(&mut self, owner: ProcId, pid: u32) -> ProcId {
        use super::programs::CONHOST;
        let (start, end) = (self.process(owner).start, self.process(owner).end);
        let command = r"\??\C:\WINDOWS\system32\conhost.exe 0xffffffff -ForceV1";
        let console = self.start(owner, start.plus(19), pid, &CONHOST, command);
        self.change(console, |process| {
            process.end = end.map(|(when, status)| (when.plus(6), status));
            r"C:\WINDOWS".clone_into(&mut process.directory);
        });
        console
    }

    pub(crate) fn act(&mut self, who: ProcId, when: Moment, what: Act) {
        let step = self.step;
        self.deeds.push(Deed { when, who, what, step });
    }

    /// A TCP connection to `name` at `address`.
    pub(crate) fn connect(
        &mut self,
        who: ProcId,
        when: Moment,
        (name, address, port): (&str, &str, u16),
    ) {
        self.next_port += u16::try_from(self.dice.between(1, 9)).unwrap_or(1);
        let what = Act::Connect {
            udp: false,
            inbound: false,
            local_port: self.next_port,
            address: address.to_owned(),
            name: name.to_owned(),
            port,
        };
        self.act(who, when, what);
    }

    pub(crate) fn lookup(&mut self, who: ProcId, when: Moment, name: &str, answer: &str) {
        let (name, answer) = (name.to_owned(), answer.to_owned());
        self.act(who, when, Act::Lookup { name, answer });
    }

    pub(crate) fn file(&mut self, who: ProcId, when: Moment, path: &str) {
        let path = path.to_owned();
        self.act(who, when, Act::File { path });
    }

    pub(crate) fn set(&mut self, who: ProcId, when: Moment, path: &str, data: &str) {
        let (path, data) = (path.to_owned(), data.to_owned());
        self.act(who, when, Act::Set { path, data });
    }

    /// A record that no process of the stage is behind.
    pub(crate) fn entry(&mut self, entry: Entry) {
        let step = self.step;
        let when = entry.when.plus_ticks(u64::from(self.dice.between(0, 9000)));
        self.entries.push(Entry { when, step, ..entry });
    }

    pub(crate) fn process(&self, id: ProcId) -> &Process {
        // Ids come from this stage only, so the fallback is never met.
        self.processes.get(id.0).unwrap_or(&NOBODY)
    }

    /// All ids, in the order the processes were told.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ProcId> + use<> {
        (0..self.processes.len()).map(ProcId)
    }

    /// Windows' process start key: boot number above, number of the process since boot below.
    pub(crate) fn start_key(&self, id: ProcId) -> u64 {
        let this = self.process(id);
        let order = |process: &Process| (process.start, process.pid);
        let restart = self.host.restart;
        let again = |process: &Process| restart.is_some_and(|restart| restart <= process.start);
        let earlier = (self.processes.iter())
            .filter(|other| again(other) == again(this) && order(other) < order(this));
        let rank = earlier.count() as u64;
        let number = if again(this) || this.start < self.host.from {
            0x24 + 9 * rank
        } else {
            0x1a40 + 3 * rank
        };
        let boot = self.host.boot - u16::from(restart.is_some() && !again(this));
        u64::from(boot) << 48 | number
    }

    /// Sysmon's `ProcessGuid`.
    pub(crate) fn guid(&self, id: ProcId) -> Guid {
        let start = self.process(id).start;
        super::cast::sysmon_guid(self.host.machine_part, start, self.start_key(id))
    }
}

static NOBODY: Process = Process {
    pid: 0,
    start: super::clock::at(0, 0, 0),
    end: None,
    program: &super::programs::KERNEL,
    command: String::new(),
    directory: String::new(),
    user: &super::cast::SYSTEM,
    integrity: "System",
    parent: None,
    step: None,
};
