//! Made-up histories of a host of which everything is known: who started whom, under which id, and
//! which records tell of it. Nothing of the tree is used here.

use spawnscope::model::Event;

use crate::events::{
    Make, guid, record, security_exit, security_start, sysmon, sysmon_exit, sysmon_start,
};

/// Numbers that only the seed decides (`SplitMix64`).
#[derive(Clone, Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides.max(1)
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.roll(count as u64)).unwrap_or_default()
    }
}

/// What the logs of a history tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logs {
    /// Sysmon with GUIDs, and the audit log.
    Both,
    /// The audit log as Windows 10 writes it.
    Audit,
    /// The audit log as Windows 7 writes it, without the parent's image.
    OldAudit,
    /// Sysmon without GUIDs.
    SysmonById,
    /// As `Both`, by an export that wrote the records in another zone than Sysmon.
    Zone,
}

/// A process as it was.
#[derive(Clone, Debug)]
pub(super) struct Was {
    pub(super) pid: u32,
    pub(super) image: &'static str,
    /// Milliseconds after the beginning.
    pub(super) start: u64,
    pub(super) parent: Option<usize>,
}

/// What a record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tells {
    Start(usize),
    End(usize),
    Deed(usize),
    Boot,
}

/// A record, when it was written by the true clock, and what it tells.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) at: u64,
    pub(super) tells: Tells,
    pub(super) event: Event,
}

#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) processes: Vec<Was>,
    pub(super) records: Vec<Told>,
}

/// The process of this GUID.
pub(super) fn named(guid: &str) -> usize {
    let tail = guid.split('-').nth(3).and_then(|tail| usize::from_str_radix(tail, 16).ok());
    tail.unwrap_or_default() - 1
}

const IMAGES: [&str; 4] = [
    r"C:\Windows\System32\cmd.exe",
    r"C:\Windows\System32\svchost.exe",
    r"C:\Users\m\AppData\Roaming\Zoom\bin\Zoom.exe",
    r"C:\Program Files\Tool\tool.exe",
];
const HOSTS: [&str; 3] = ["PC1", "pc1.corp.example", "PC1.CORP.EXAMPLE."];
/// An id is not given out again for this long, as long as others are free.
const REST_MS: u64 = 6_000;
/// How many ids there are, so that each is used again and again.
const PIDS: u32 = 12;
const ZONE_MS: u64 = 4 * 3_600_000;

/// A clock time of the test day.
pub(super) fn clock(ms: u64) -> String {
    let secs = ms / 1000;
    format!("{:02}:{:02}:{:02}.{:03}", secs / 3600, secs / 60 % 60, secs % 60, ms % 1000)
}

struct Writer {
    dice: Dice,
    logs: Logs,
    records: Vec<Told>,
    record_id: u64,
}

impl Writer {
    fn write(&mut self, at: u64, tells: Tells, make: Make, is_sysmon: bool) {
        let is_wanted = match self.logs {
            Logs::Both | Logs::Zone => true,
            Logs::Audit | Logs::OldAudit => !is_sysmon,
            Logs::SysmonById => is_sysmon,
        };
        if !is_wanted && tells != Tells::Boot {
            return;
        }
        self.record_id += 1;
        // Each log stamps on its own, a little off.
        let written = at + self.dice.roll(4) - if self.logs == Logs::Zone { ZONE_MS } else { 0 };
        let host = *self.dice.pick(&HOSTS);
        let make = make.record_id(self.record_id).host(host).written(&clock(written));
        self.records.push(Told { at, tells, event: make.done() });
    }
}

/// The GUID of a process; its second is that of its start.
fn guid_of(processes: &[Was], at: usize) -> String {
    let tail = u32::try_from(at).unwrap_or_default() + 1;
    guid(clock(processes[at].start).get(..8).unwrap_or_default(), tail)
}

/// A history of so many steps: starts, ends, deeds and now and then a reboot.
pub(super) fn history(seed: u64, logs: Logs, steps: usize) -> History {
    let mut dice = Dice(seed);
    let mut writer = Writer { dice: Dice(seed ^ 0x77), logs, records: Vec::new(), record_id: 100 };
    let mut processes: Vec<Was> = Vec::new();
    let mut alive: Vec<usize> = Vec::new();
    let mut free: Vec<(u64, u32)> = (1..=PIDS).map(|pid| (0, pid * 4 + 100)).collect();
    let mut now = 6 * 3_600_000;
    // One process is there before the log begins.
    processes.push(Was { pid: 8, image: IMAGES[1], start: now, parent: None });
    alive.push(0);
    for _ in 0..steps {
        now += 20 + dice.roll(4_000);
        match dice.roll(40) {
            0 => {
                writer.write(now, Tells::Boot, boot(now), false);
                free.extend(alive.drain(..).skip(1).map(|at| (now, processes[at].pid)));
                now += 1_000;
                alive.push(0);
                processes.push(Was { pid: 8, image: IMAGES[1], start: now, parent: None });
                alive[0] = processes.len() - 1;
            }
            1..=14 if alive.len() > 1 => {
                let at = alive.remove(1 + dice.below(alive.len() - 1));
                end(&mut writer, &processes, at, now);
                free.push((now, processes[at].pid));
            }
            15..=18 => {
                let at = *dice.pick(&alive);
                let make = sysmon(3, &clock(now))
                    .field("ProcessGuid", &guid_of(&processes, at))
                    .field("ProcessId", &processes[at].pid.to_string())
                    .field("Image", processes[at].image);
                let make = without_guids(make, logs);
                writer.write(now, Tells::Deed(at), make, true);
            }
            _ => {
                let rested = free.iter().position(|(since, _)| since + REST_MS <= now);
                let Some(slot) = rested else { continue };
                let (_, pid) = free.remove(slot);
                let parent = *dice.pick(&alive);
                let image = *dice.pick(&IMAGES);
                processes.push(Was { pid, image, start: now, parent: Some(parent) });
                alive.push(processes.len() - 1);
                start(&mut writer, &processes, processes.len() - 1);
            }
        }
    }
    History { processes, records: writer.records }
}

fn boot(now: u64) -> Make {
    record("Microsoft-Windows-Kernel-General", "System", 12, &clock(now))
}

fn without_guids(make: Make, logs: Logs) -> Make {
    if logs != Logs::SysmonById {
        return make;
    }
    ["ProcessGuid", "ParentProcessGuid"].into_iter().fold(make, |make, name| make.field(name, "-"))
}

fn start(writer: &mut Writer, processes: &[Was], at: usize) {
    let Was { pid, image, start, parent } = processes[at];
    let Some(up) = parent else { return };
    let above = &processes[up];
    let line = format!("{image} {}", at % 3);
    let make = sysmon_start(&guid_of(processes, at), pid, image, &clock(start))
        .parent(&guid_of(processes, up), above.pid, above.image)
        .field("CommandLine", &line);
    writer.write(start, Tells::Start(at), without_guids(make, writer.logs), true);
    let make = security_start(pid, image, &clock(start)).creator(above.pid);
    let make = match writer.logs {
        Logs::OldAudit => make,
        _ => make.creator_image(above.image).field("CommandLine", &line),
    };
    writer.write(start, Tells::Start(at), make, false);
}

fn end(writer: &mut Writer, processes: &[Was], at: usize, now: u64) {
    let Was { pid, image, .. } = processes[at];
    let make = sysmon_exit(&guid_of(processes, at), pid, image, &clock(now));
    writer.write(now, Tells::End(at), without_guids(make, writer.logs), true);
    writer.write(now, Tells::End(at), security_exit(pid, image, &clock(now)), false);
}
