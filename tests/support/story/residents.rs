//! Who is there before the laptop's logs begin, and small ways in which they act again and again.

use super::cast::{LOCAL_SERVICE, MLOPEZ, NETWORK_SERVICE, Program, SYSTEM};
use super::clock::{Moment, at};
use super::programs as p;
use super::stage::{ProcId, Stage};
use super::windows_logs::{service_state, task_ran};

/// When the laptop's logs end.
pub(crate) const END: Moment = at(15, 30, 0);

/// Processes that are older than the logs; to a reader they are only named as parents.
#[derive(Debug)]
pub(crate) struct Residents {
    pub(crate) kernel: ProcId,
    pub(crate) services: ProcId,
    pub(crate) schedule: ProcId,
    pub(crate) dcom: ProcId,
    pub(crate) dnscache: ProcId,
    pub(crate) time: ProcId,
    pub(crate) lsass: ProcId,
    pub(crate) defender: ProcId,
    pub(crate) intune: ProcId,
    pub(crate) indexer: ProcId,
    pub(crate) explorer: ProcId,
    pub(crate) onedrive: ProcId,
}

impl Residents {
    /// The laptop was switched on at 07:51, and its user logged on at 07:58.
    pub(crate) fn of_laptop(stage: &mut Stage) -> Self {
        let boot = at(7, 51, 9_310);
        let services =
            stage.root(boot, 884, &p::SERVICES, r"C:\WINDOWS\system32\services.exe", &SYSTEM);
        let mut service = |pid, program, command: &str, user| {
            let when = boot.plus(i64::from(pid));
            stage.start_as((services, user), when, pid, program, command)
        };
        let host = |args: &str| format!(r"C:\WINDOWS\system32\svchost.exe {args}");
        let schedule = host("-k netsvcs -p -s Schedule");
        let schedule = service(1744, &p::SVCHOST, &schedule, &SYSTEM);
        let dcom = service(1048, &p::SVCHOST, &host("-k DcomLaunch -p"), &SYSTEM);
        let dnscache = host("-k NetworkService -p -s Dnscache");
        let dnscache = service(2216, &p::SVCHOST, &dnscache, &NETWORK_SERVICE);
        let time = host("-k LocalService -s W32Time");
        let time = service(2384, &p::SVCHOST, &time, &LOCAL_SERVICE);
        let quoted = |program: &Program| format!("\"{}\"", program.path);
        let defender = service(3660, &p::DEFENDER, &quoted(&p::DEFENDER), &SYSTEM);
        let intune = service(4436, &p::INTUNE, &quoted(&p::INTUNE), &SYSTEM);
        let indexer = r"C:\WINDOWS\system32\SearchIndexer.exe /Embedding";
        let indexer = service(5212, &p::SEARCH_INDEXER, indexer, &SYSTEM);
        let lsass =
            stage.root(boot.plus(40), 908, &p::LSASS, r"C:\WINDOWS\system32\lsass.exe", &SYSTEM);
        let kernel = stage.root(at(7, 50, 58_002), 4, &p::KERNEL, "", &SYSTEM);
        let explorer =
            stage.root(at(7, 58, 44_731), 6120, &p::EXPLORER, r"C:\WINDOWS\Explorer.EXE", &MLOPEZ);
        stage.change(explorer, |process| {
            r"C:\WINDOWS\system32\".clone_into(&mut process.directory);
        });
        let command = format!("\"{}\" /background", p::ONEDRIVE.path);
        let onedrive = stage.start(explorer, at(7, 59, 20_400), 7944, &p::ONEDRIVE, &command);
        Self {
            kernel,
            services,
            schedule,
            dcom,
            dnscache,
            time,
            lsass,
            defender,
            intune,
            indexer,
            explorer,
            onedrive,
        }
    }
}

/// A child that runs for some seconds.
pub(crate) fn brief_run(
    stage: &mut Stage,
    parent: ProcId,
    when: Moment,
    (program, command): (&'static Program, &str),
    secs: i64,
) -> ProcId {
    let pid = stage.free_pid();
    let child = stage.start(parent, when, pid, program, command);
    stage.end(child, when.plus(secs * 1000 + 137));
    child
}

/// A service in a host process of its own, told by 7036 when it starts and stops.
pub(crate) fn service_run(
    stage: &mut Stage,
    services: ProcId,
    when: Moment,
    (display, short, group): (&str, &str, &str),
    secs: i64,
) {
    let command = format!(r"C:\WINDOWS\System32\svchost.exe -k {group} -s {short}");
    let host = brief_run(stage, services, when, (&p::SVCHOST, &command), secs);
    if group.starts_with("Local") {
        stage.change(host, |process| process.user = &LOCAL_SERVICE);
    }
    stage.entry(service_state(when.plus(48), (display, short), "running"));
    stage.entry(service_state(when.plus(secs * 1000), (display, short), "stopped"));
}

/// A scheduled task that runs a program for some seconds.
pub(crate) fn task_run(
    stage: &mut Stage,
    schedule: ProcId,
    when: Moment,
    (task, program, command): (&str, &'static Program, &str),
    secs: i64,
) {
    let child = brief_run(stage, schedule, when, (program, command), secs);
    for entry in task_ran(task, stage.process(child)) {
        stage.entry(entry);
    }
}

/// Connections at uneven intervals to one of a list of servers, some with the query before it.
pub(crate) fn chatter(
    stage: &mut Stage,
    who: ProcId,
    (from, to): (Moment, Moment),
    mean_secs: u32,
    servers: &[(&str, &str)],
) {
    let mut when = from;
    loop {
        let pause = stage.dice.between(mean_secs * 300, mean_secs * 1700);
        when = when.plus(i64::from(pause));
        if when >= to {
            return;
        }
        let Some(&(name, address)) = stage.dice.pick(servers) else {
            return;
        };
        if stage.dice.between(0, 3) == 0 {
            let answer = format!("::ffff:{address};");
            stage.lookup(who, when.plus(-24), name, &answer);
        }
        stage.connect(who, when, (name, address, 443));
    }
}
