//! Builds trees of growing size from made-up records and prints how time and memory grow.
//!
//! `bench_tree [--deeds N] [PROCESSES…]`: without sizes, 10,000 to 1,000,000 processes with ten
//! deeds each. A third of the starts is told by Sysmon and Security both, a third by each alone;
//! process ids are used again, three in four processes end, and one in fifty is the child of
//! somebody without a record. Memory is what the process holds more after building than before, on
//! Linux only.

#![expect(clippy::print_stdout, reason = "the output of an example")]

use std::{sync::Arc, time::Instant};

use spawnscope::{
    model::{Event, FieldsBuilder, Name, Origin, Shape, Timestamp},
    tree,
};

/// 12 April 2026, 06:00 UTC.
const BEGIN_SECS: i64 = 1_775_973_600;
/// Starts a second: a busy server.
const STARTS_PER_SEC: u64 = 4;
/// Process ids go round after so many starts.
const PIDS: u64 = 16_000;

fn main() {
    let mut sizes: Vec<u64> = Vec::new();
    let mut deeds = 10;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--deeds" => {
                deeds = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(deeds);
            }
            size => sizes.extend(size.parse::<u64>().ok()),
        }
    }
    if sizes.is_empty() {
        sizes = vec![10_000, 30_000, 100_000, 300_000, 1_000_000];
    }
    println!("processes    records       ms   processes/s   records/s   bytes a process");
    for size in sizes {
        run(size, deeds);
    }
}

fn run(processes: u64, deeds: u64) {
    let events = Made::default().events(processes, deeds);
    let before = resident_bytes();
    let began = Instant::now();
    let tree = tree::build(&events);
    let secs = began.elapsed().as_secs_f64();
    let held = resident_bytes().zip(before).map(|(after, before)| after.saturating_sub(before));
    let count = tree.processes.len() as f64;
    let weight = held.map_or_else(String::new, |held| format!("{:17.0}", held as f64 / count));
    println!(
        "{:9} {:10} {:8.0} {:13.0} {:11.0} {weight}",
        tree.processes.len(),
        events.len(),
        secs * 1e3,
        count / secs,
        events.len() as f64 / secs,
    );
}

/// What this process holds in memory.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Makes records as a loaded bundle holds them: in the order of time, with shared names.
struct Made {
    builder: FieldsBuilder,
    shapes: [Option<Shape>; 6],
    sysmon: Arc<Origin>,
    security: Arc<Origin>,
    records: u64,
    state: u64,
}

impl Default for Made {
    fn default() -> Self {
        let origin = |channel: &str, provider: &str| {
            Arc::new(Origin {
                host: Name::from("SRV-01.example.org"),
                channel: Name::from(channel),
                provider: Name::from(provider),
                user_sid: None,
            })
        };
        Self {
            builder: FieldsBuilder::default(),
            shapes: Default::default(),
            sysmon: origin("Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon"),
            security: origin("Security", "Microsoft-Windows-Security-Auditing"),
            records: 0,
            state: 42,
        }
    }
}

/// One made-up process.
struct Start {
    at: u64,
    pid: u64,
    guid: String,
    image: String,
    line: String,
}

impl Made {
    fn events(mut self, processes: u64, deeds: u64) -> Vec<Event> {
        let mut events = Vec::new();
        let mut earlier: Vec<Start> = Vec::new();
        for at in 0..processes {
            let parent = self.random(64).min(at.saturating_sub(1));
            let parent = earlier.len().checked_sub(usize::try_from(parent).unwrap_or(0) + 1);
            let start = made_start(at);
            let millis = at * 1000 / STARTS_PER_SEC;
            let orphan = made_start(at + 7_000_000);
            let is_orphan = at % 50 == 0;
            let parent = parent.and_then(|at| earlier.get(at)).filter(|_| !is_orphan);
            let parent = parent.unwrap_or(&orphan);
            if at % 3 != 1 {
                events.push(self.sysmon_start(&start, parent, millis));
            }
            if at % 3 != 0 {
                events.push(self.security_start(&start, parent, millis + 3));
            }
            for deed in 0..deeds {
                events.push(self.deed(&start, deed, millis + 10 + deed));
            }
            if at % 4 != 3 {
                events.push(self.end(&start, millis + 20_000));
            }
            earlier.push(start);
            if earlier.len() > 4096 {
                earlier.drain(..2048);
            }
        }
        events.sort_by_key(|event| event.time);
        events
    }

    fn random(&mut self, below: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % below
    }

    fn record(
        &mut self,
        shape: usize,
        event_id: u32,
        millis: u64,
        pairs: &[(&str, &str)],
    ) -> Event {
        self.builder.expect(self.shapes.get(shape).cloned().flatten());
        for (name, value) in pairs {
            self.builder.push_with(name, value, |name| Name::from(name));
        }
        let fields = self.builder.finish();
        if let Some(known) = self.shapes.get_mut(shape) {
            *known = fields.shape().cloned();
        }
        self.records += 1;
        let is_sysmon = event_id < 100;
        Event {
            event_id,
            record_id: Some(self.records),
            time: Some(time(millis)),
            logger_pid: Some(4),
            origin: Arc::clone(if is_sysmon { &self.sysmon } else { &self.security }),
            fields,
            ..Event::default()
        }
    }

    fn sysmon_start(&mut self, start: &Start, parent: &Start, millis: u64) -> Event {
        let pairs = [
            ("UtcTime", &*utc(millis)),
            ("ProcessGuid", &start.guid),
            ("ProcessId", &start.pid.to_string()),
            ("Image", &start.image),
            ("OriginalFileName", "tool.exe"),
            ("Company", "Example"),
            ("CommandLine", &start.line),
            ("CurrentDirectory", r"C:\Windows\system32\"),
            ("User", r"EXAMPLE\someone"),
            ("LogonId", "0x3e7"),
            ("IntegrityLevel", "Medium"),
            ("Hashes", "SHA256=9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"),
            ("ParentProcessGuid", &parent.guid),
            ("ParentProcessId", &parent.pid.to_string()),
            ("ParentImage", &parent.image),
            ("ParentCommandLine", &parent.line),
        ];
        self.record(0, 1, millis, &pairs)
    }

    fn security_start(&mut self, start: &Start, parent: &Start, millis: u64) -> Event {
        let pairs = [
            ("SubjectUserName", "someone"),
            ("SubjectDomainName", "EXAMPLE"),
            ("SubjectLogonId", "0x3e7"),
            ("NewProcessId", &*format!("{:#x}", start.pid)),
            ("NewProcessName", &start.image),
            ("ProcessId", &format!("{:#x}", parent.pid)),
            ("CommandLine", &start.line),
            ("ParentProcessName", &parent.image),
        ];
        self.record(1, 4688, millis, &pairs)
    }

    fn end(&mut self, start: &Start, millis: u64) -> Event {
        if start.at.is_multiple_of(3) {
            let pairs = [
                ("UtcTime", &*utc(millis)),
                ("ProcessGuid", &start.guid),
                ("ProcessId", &start.pid.to_string()),
                ("Image", &start.image),
            ];
            return self.record(2, 5, millis, &pairs);
        }
        let pairs = [("ProcessId", &*format!("{:#x}", start.pid)), ("ProcessName", &start.image)];
        self.record(3, 4689, millis, &pairs)
    }

    fn deed(&mut self, start: &Start, number: u64, millis: u64) -> Event {
        let (own, pid, utc) = (&start.guid, start.pid.to_string(), utc(millis));
        if number.is_multiple_of(2) {
            let file = format!(r"C:\Users\someone\AppData\Local\Temp\{}-{number}.tmp", start.at);
            let pairs = [
                ("UtcTime", &*utc),
                ("ProcessGuid", own),
                ("ProcessId", &pid),
                ("Image", &start.image),
                ("TargetFilename", &file),
            ];
            return self.record(4, 11, millis, &pairs);
        }
        let pairs = [
            ("UtcTime", &*utc),
            ("ProcessGuid", own),
            ("ProcessId", &pid),
            ("Image", &start.image),
            ("Protocol", "tcp"),
            ("DestinationIp", "192.0.2.7"),
            ("DestinationPort", "443"),
        ];
        self.record(5, 3, millis, &pairs)
    }
}

fn made_start(at: u64) -> Start {
    let secs = BEGIN_SECS.unsigned_abs() + at / STARTS_PER_SEC;
    let guid = format!(
        "{{1c3b4a5d-{:04x}-{:04x}-{:04x}-{:012x}}}",
        secs & 0xFFFF,
        secs >> 16,
        at & 0xFFFF,
        at
    );
    let image = format!(r"C:\Program Files\Example\tool{}.exe", at % 300);
    let line = format!(r#""{image}" --job {} --quiet"#, at % 5000);
    Start { at, pid: 1000 + at % PIDS * 4, guid, image, line }
}

fn time(millis: u64) -> Timestamp {
    let secs = BEGIN_SECS + i64::try_from(millis / 1000).unwrap_or(0);
    Timestamp::from_unix(secs, u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000, 7)
}

fn utc(millis: u64) -> String {
    time(millis).to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}
