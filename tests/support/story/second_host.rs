//! WS-0413: a desktop that restarts, where an administrator works and a Zoom installer runs. It
//! has no Zoom client; the attacker runs one command there and looks into its file system, both over
//! the network.

use super::cast::{
    ADMIN, ADMIN_FROM_AFAR, INTRUDER_PORT, LAPTOP, NETWORK_SERVICE, REMOTE_COMMAND, RPATEL,
    RPATEL_BEFORE, SYSTEM, WMI_PORTS, WORKSTATION,
};
use super::clock::{Moment, at};
use super::programs as p;
use super::residents::{brief_run, chatter, service_run, task_run};
use super::security::{Logon, logoff, logon, share};
use super::stage::{Act, ProcId, Stage};
use super::windows_logs::{restart, service_state};

const DOWN: Moment = at(13, 36, 21_700);
const UP: Moment = at(13, 36, 52_000);
const END: Moment = at(15, 29, 30_000);

/// Gives what the laptop's command starts here.
pub(crate) fn tell(stage: &mut Stage) -> ProcId {
    before_restart(stage);
    for entry in restart(WORKSTATION.name, at(13, 36, 2_318), DOWN, UP) {
        stage.entry(entry);
    }
    let services = boot(stage);
    let explorer = session(stage);
    office(stage, explorer);
    upkeep(stage, services);
    installer(stage, services);
    administrator(stage);
    network_logons(stage);
    remote_command(stage)
}

/// Process numbers given here are given again after the restart.
fn before_restart(stage: &mut Stage) {
    let services = stage.root(
        at(7, 44, 2_000),
        884,
        &p::SERVICES,
        r"C:\WINDOWS\system32\services.exe",
        &SYSTEM,
    );
    let when = at(7, 44, 6_000);
    let command = r"C:\WINDOWS\system32\svchost.exe -k netsvcs -p -s Schedule";
    let schedule = stage.start(services, when, 1744, &p::SVCHOST, command);
    let usoclient = r"C:\WINDOWS\system32\usoclient.exe StartInstall";
    let task = r"\Microsoft\Windows\UpdateOrchestrator\Schedule Work";
    task_run(stage, schedule, at(13, 30, 40_800), (task, &p::USOCLIENT, usoclient), 6);
    let service = ("Windows Update", "wuauserv", "netsvcs -p");
    service_run(stage, services, at(13, 31, 5_180), service, 280);
    let explorer = stage.root(
        at(8, 12, 40_000),
        5840,
        &p::EXPLORER,
        r"C:\WINDOWS\Explorer.EXE",
        &RPATEL_BEFORE,
    );
    let notepad = r#""C:\WINDOWS\system32\notepad.exe" C:\Users\rpatel\Desktop\call.txt"#;
    let notepad = stage.start(explorer, at(13, 31, 48_900), 6120, &p::NOTEPAD, notepad);
    stage.end(notepad, at(13, 36, 9_450));
    for id in [notepad, explorer] {
        stage.change(id, |process| process.integrity = "Medium");
    }
}

/// The processes of a start, in their order. Sysmon itself comes up seconds later.
fn boot(stage: &mut Stage) -> ProcId {
    let smss = stage.root(UP.plus(1_000), 412, &p::SMSS, r"\SystemRoot\System32\smss.exe", &SYSTEM);
    let wininit = stage.start(smss, UP.plus(3_400), 640, &p::WININIT, "wininit.exe");
    let winlogon = stage.start(smss, UP.plus(3_700), 772, &p::WINLOGON, "winlogon.exe");
    let services = stage.start(
        wininit,
        UP.plus(4_050),
        884,
        &p::SERVICES,
        r"C:\WINDOWS\system32\services.exe",
    );
    stage.start(wininit, UP.plus(4_120), 908, &p::LSASS, r"C:\WINDOWS\system32\lsass.exe");
    for (millis, pid, group) in [
        (5_200, 1048, "DcomLaunch -p"),
        (6_900, 1744, "netsvcs -p -s Schedule"),
        (7_350, 2216, "NetworkService -p -s Dnscache"),
    ] {
        let command = format!(r"C:\WINDOWS\system32\svchost.exe -k {group}");
        stage.start(services, UP.plus(millis), pid, &p::SVCHOST, &command);
    }
    stage.start(services, UP.plus(12_000), 3284, &p::SYSMON, p::SYSMON.path);
    let defender = format!("\"{}\"", p::DEFENDER.path);
    let defender = stage.start(services, UP.plus(13_310), 3660, &p::DEFENDER, &defender);
    let servers = [("wd.update.example", "192.0.2.60")];
    chatter(stage, defender, (UP.plus(20_000), END), 600, &servers);
    stage.entry(service_state(UP.plus(12_400), ("Sysmon64", "Sysmon64"), "running"));
    let by = (winlogon, &RPATEL);
    let userinit = stage.start_as(
        by,
        at(13, 38, 2_900),
        5016,
        &p::USERINIT,
        r"C:\WINDOWS\system32\userinit.exe",
    );
    stage.end(userinit, at(13, 38, 27_000));
    services
}

fn session(stage: &mut Stage) -> ProcId {
    let userinit = stage.ids().find(|id| stage.process(*id).pid == 5016);
    let when = at(13, 38, 3_850);
    let explorer = stage.root(when, 5128, &p::EXPLORER, r"C:\WINDOWS\Explorer.EXE", &RPATEL);
    stage.change(explorer, |process| process.parent = userinit);
    stage.start(explorer, at(13, 38, 5_101), 5204, &p::SIHOST, "sihost.exe");
    let command = format!("\"{}\" /background", p::ONEDRIVE.path);
    let onedrive = stage.start(explorer, at(13, 38, 31_620), 5560, &p::ONEDRIVE, &command);
    let servers = [("sync.office.example", "192.0.2.18")];
    chatter(stage, onedrive, (at(13, 38, 40_000), END), 700, &servers);
    let console = Logon { account: &RPATEL, kind: 2, logon_id: RPATEL.logon_id, from: None };
    for entry in logon(&WORKSTATION, at(13, 38, 2_118), console) {
        stage.entry(entry);
    }
    explorer
}

fn office(stage: &mut Stage, explorer: ProcId) {
    let command = format!("\"{}\"", p::OUTLOOK.path);
    let outlook = stage.start(explorer, at(13, 39, 12_004), 6120, &p::OUTLOOK, &command);
    let servers = [("mail.office.example", "192.0.2.12")];
    chatter(stage, outlook, (at(13, 39, 15_000), END), 500, &servers);
    let document = r"C:\Users\rpatel\Documents\Q2 forecast.xlsx";
    let command = format!("\"{}\" \"{document}\"", p::EXCEL.path);
    let excel = brief_run(stage, explorer, at(13, 44, 51_330), (&p::EXCEL, &command), 3100);
    stage.file(excel, at(14, 2, 8_450), r"C:\Users\rpatel\Documents\~$Q2 forecast.xlsx");
    let command = format!("\"{}\" --profile-directory=Default", p::EDGE.path);
    let edge = stage.start(explorer, at(13, 50, 20_760), 7612, &p::EDGE, &command);
    for number in 5..9 {
        let command = format!(
            "\"{}\" --type=renderer --lang=en-US --renderer-client-id={number} /prefetch:1",
            p::EDGE.path
        );
        let when = at(13, 50 + 9 * (number - 5), 21_300);
        let tab = brief_run(stage, edge, when, (&p::EDGE, &command), 60 * number);
        stage.change(tab, |process| process.integrity = "Low");
    }
    let servers = [("www.news.example", "192.0.2.34"), ("wiki.contoso.example", "10.20.0.31")];
    chatter(stage, edge, (at(13, 50, 22_000), END), 420, &servers);
    let notepad = r#""C:\WINDOWS\system32\notepad.exe" C:\Users\rpatel\Desktop\call.txt"#;
    brief_run(stage, explorer, at(14, 58, 7_320), (&p::NOTEPAD, notepad), 190);
}

fn upkeep(stage: &mut Stage, services: ProcId) {
    let runs: [(Moment, (&str, &str, &str), i64); 4] = [
        (at(13, 41, 30_515), ("Windows Update", "wuauserv", "netsvcs -p"), 600),
        (
            at(14, 3, 44_700),
            ("Windows License Manager Service", "LicenseManager", "LocalService"),
            180,
        ),
        (at(14, 29, 9_212), ("Delivery Optimization", "DoSvc", "NetworkService -p"), 900),
        (at(15, 6, 50_040), ("Application Information", "Appinfo", "netsvcs -p"), 420),
    ];
    for (when, service, secs) in runs {
        service_run(stage, services, when, service, secs);
    }
    let schedule = stage.ids().filter(|id| stage.process(*id).pid == 1744).last();
    let update = format!("\"{}\" /ua /installsource scheduler", p::EDGE_UPDATE.path);
    for minute in [47, 107] {
        let run = (r"\MicrosoftEdgeUpdateTaskMachineUA", &p::EDGE_UPDATE, update.as_str());
        task_run(stage, schedule.unwrap_or(services), at(13, minute, 15_011), run, 24);
    }
}

/// The management agent installs Zoom, whose installer runs a shell to clean up after itself.
fn installer(stage: &mut Stage, services: ProcId) {
    let command = format!("\"{}\"", p::INTUNE.path);
    let intune = stage.start(services, UP.plus(31_700), 4436, &p::INTUNE, &command);
    let command = format!("\"{}\" -win32app ZoomInstaller", p::AGENT_EXECUTOR.path);
    let executor = brief_run(stage, intune, at(14, 45, 10_250), (&p::AGENT_EXECUTOR, &command), 73);
    let command = format!("\"{}\" /quiet /norestart", p::ZOOM_INSTALLER.path);
    let zoom = brief_run(stage, executor, at(14, 45, 11_018), (&p::ZOOM_INSTALLER, &command), 70);
    let package =
        r#""C:\WINDOWS\system32\msiexec.exe" /i "C:\Windows\IMECache\ZoomInstallerFull.msi" /qn"#;
    brief_run(stage, zoom, at(14, 45, 13_640), (&p::MSIEXEC, package), 55);
    let clean = r#"C:\WINDOWS\system32\cmd.exe /c rd /s /q "C:\Windows\IMECache\zoom-tmp""#;
    let cmd = brief_run(stage, zoom, at(14, 46, 15_903), (&p::CMD, clean), 1);
    let pid = stage.free_pid();
    stage.console(cmd, pid);
    stage.file(zoom, at(14, 45, 12_770), r"C:\Windows\IMECache\zoom-tmp\manifest.json");
}

/// An administrator at the machine: a shell from the desktop, as administrators have.
fn administrator(stage: &mut Stage) {
    let winlogon = stage.ids().find(|id| stage.process(*id).pid == 772);
    let explorer =
        stage.root(at(14, 6, 33_200), 8204, &p::EXPLORER, r"C:\WINDOWS\Explorer.EXE", &ADMIN);
    stage.change(explorer, |process| process.parent = winlogon);
    let cmd = brief_run(
        stage,
        explorer,
        at(14, 7, 2_480),
        (&p::CMD, r#""C:\WINDOWS\system32\cmd.exe""#),
        410,
    );
    let pid = stage.free_pid();
    stage.console(cmd, pid);
    brief_run(stage, cmd, at(14, 7, 21_900), (&p::WHOAMI, "whoami  /groups"), 1);
    brief_run(stage, cmd, at(14, 7, 49_015), (&p::GPUPDATE, "gpupdate  /force"), 38);
    brief_run(
        stage,
        cmd,
        at(14, 9, 10_660),
        (&p::SCHTASKS, r"schtasks  /query /tn \MicrosoftEdgeUpdateTaskMachineUA"),
        1,
    );
    stage.end(explorer, at(14, 15, 48_300));
    let console = Logon { account: &ADMIN, kind: 2, logon_id: ADMIN.logon_id, from: None };
    for entry in logon(&WORKSTATION, at(14, 6, 30_540), console) {
        stage.entry(entry);
    }
    stage.entry(logoff(&WORKSTATION, at(14, 15, 49_020), console));
}

fn network_logons(stage: &mut Stage) {
    let kernel = stage.root(UP.plus(200), 4, &p::KERNEL, "", &SYSTEM);
    // The management server's nightly habit, by day.
    let patching = Logon {
        account: &ADMIN,
        kind: 3,
        logon_id: 0x000b_1d40,
        from: Some(("10.20.0.15", 53_002)),
    };
    for entry in logon(&WORKSTATION, at(14, 44, 50_100), patching) {
        stage.entry(entry);
    }
    let deploy = ("ADMIN$", r"\??\C:\WINDOWS");
    for entry in share(
        &WORKSTATION,
        at(14, 44, 50_180),
        patching,
        deploy,
        &[r"IMECache\ZoomInstallerFull.msi"],
    ) {
        stage.entry(entry);
    }
    stage.entry(logoff(&WORKSTATION, at(14, 46, 2_000), patching));

    // From the laptop, with the administrator's credentials.
    stage.step(Some(8));
    let intruder = Logon {
        account: &ADMIN,
        kind: 3,
        logon_id: 0x000a_88f2,
        from: Some((LAPTOP.address, INTRUDER_PORT)),
    };
    let what = Act::Connect {
        udp: false,
        inbound: true,
        local_port: 445,
        address: LAPTOP.address.to_owned(),
        name: LAPTOP.fqdn.to_owned(),
        port: INTRUDER_PORT,
    };
    stage.act(kernel, at(14, 31, 39_418), what);
    for entry in logon(&WORKSTATION, at(14, 31, 39_552), intruder) {
        stage.entry(entry);
    }
    let files = ["Users", r"Users\rpatel\Documents"];
    for entry in share(&WORKSTATION, at(14, 31, 39_640), intruder, ("C$", r"\??\C:\"), &files) {
        stage.entry(entry);
    }
    stage.step(None);
    stage.entry(logoff(&WORKSTATION, at(14, 33, 51_200), intruder));
}

/// What `wmic` on the laptop has WMI's provider start here.
fn remote_command(stage: &mut Stage) -> ProcId {
    let dcom = stage.ids().find(|id| stage.process(*id).pid == 1048);
    let dcom = dcom.unwrap_or_else(|| unreachable!("the boot starts it"));
    let by = (dcom, &NETWORK_SERVICE);
    let line = r"C:\WINDOWS\system32\wbem\wmiprvse.exe -secured -Embedding";
    let provider = stage.start_as(by, at(14, 31, 36_744), 9856, &p::WMIPRVSE, line);
    stage.end(provider, at(14, 33, 8_910));

    stage.step(Some(8));
    let visit = Logon {
        account: &ADMIN_FROM_AFAR,
        kind: 3,
        logon_id: ADMIN_FROM_AFAR.logon_id,
        from: Some((LAPTOP.address, WMI_PORTS.0)),
    };
    for entry in logon(&WORKSTATION, at(14, 31, 36_611), visit) {
        stage.entry(entry);
    }
    let by = (provider, &ADMIN_FROM_AFAR);
    let copy = stage.start_as(by, at(14, 31, 37_020), 9904, &p::ROBOCOPY, REMOTE_COMMAND);
    stage.end(copy, at(14, 31, 38_871));
    stage.step(None);
    stage.console(copy, 9912);
    stage.file(copy, at(14, 31, 38_204), r"C:\Users\Public\Libraries\d\forecast.xlsx");
    stage.entry(logoff(&WORKSTATION, at(14, 31, 47_300), visit));
    copy
}
