//! The ordinary life of LAPTOP-7F2K: mail, browser, services, tasks, logons. Nothing planted,
//! though some of it looks like what is planted, to be told apart.

use super::cast::{LAPTOP, LOCAL_SERVICE, SYSMON_STARTS, SYSMON_STOPS, SYSTEM};
use super::clock::{Moment, at};
use super::programs as p;
use super::residents::{Residents, brief_run, chatter, service_run, task_run};
use super::security::{Logon, audit_policy, logoff, logon};
use super::stage::{Act, ProcId, Stage};
use super::windows_logs::{
    ScriptPart, command_ran, console_starts, script_block, service_installed, service_state,
    task_updated, update_installed,
};

const END: Moment = at(15, 30, 0);
const WEB: [(&str, &str); 6] = [
    ("www.news.example", "192.0.2.34"),
    ("cdn.news.example", "192.0.2.35"),
    ("intranet.contoso.example", "10.20.0.30"),
    ("wiki.contoso.example", "10.20.0.31"),
    ("maps.travel.example", "192.0.2.77"),
    ("edge.update.example", "192.0.2.90"),
];
const MAIL: [(&str, &str); 2] = [
    ("mail.office.example", "192.0.2.12"),
    ("autodiscover.office.example", "192.0.2.13"),
];
const CLOUD: [(&str, &str); 1] = [("sync.office.example", "192.0.2.18")];
const MANAGEMENT: [(&str, &str); 2] = [
    ("manage.office.example", "192.0.2.21"),
    ("fef.manage.example", "192.0.2.22"),
];

pub(crate) fn tell(stage: &mut Stage, residents: &Residents) {
    stage.entry(audit_policy(&LAPTOP, LAPTOP.audit_from));
    services(stage, residents);
    tasks(stage, residents);
    management(stage, residents);
    sysmon_upgrade(stage, residents);
    mail(stage, residents);
    browser(stage, residents);
    desktop(stage, residents);
    reused_number(stage, residents);
    logons(stage);
    background(stage, residents);
}

fn services(stage: &mut Stage, residents: &Residents) {
    let runs: [(Moment, (&str, &str, &str), i64); 15] = [
        (
            at(13, 31, 14_200),
            ("Windows Update", "wuauserv", "netsvcs -p"),
            905,
        ),
        (
            at(13, 33, 40_021),
            (
                "Background Intelligent Transfer Service",
                "BITS",
                "netsvcs -p",
            ),
            480,
        ),
        (
            at(13, 36, 2_744),
            (
                "Windows License Manager Service",
                "LicenseManager",
                "LocalService",
            ),
            190,
        ),
        (
            at(13, 39, 51_618),
            ("Network Setup Service", "NetSetupSvc", "netsvcs -p"),
            65,
        ),
        (
            at(13, 46, 41_300),
            ("Print Spooler extensions", "PrintNotify", "print"),
            420,
        ),
        (
            at(13, 50, 18_770),
            (
                "Microsoft Account Sign-in Assistant",
                "wlidsvc",
                "netsvcs -p",
            ),
            610,
        ),
        (
            at(13, 55, 33_120),
            (
                "Device Association Service",
                "DeviceAssociationService",
                "LocalSystemNetworkRestricted -p",
            ),
            75,
        ),
        (
            at(14, 5, 22_908),
            ("Windows Update", "wuauserv", "netsvcs -p"),
            660,
        ),
        (
            at(14, 11, 4_416),
            ("Delivery Optimization", "DoSvc", "NetworkService -p"),
            1500,
        ),
        (
            at(14, 24, 10_305),
            (
                "Smart Card Device Enumeration Service",
                "ScDeviceEnum",
                "LocalSystemNetworkRestricted",
            ),
            40,
        ),
        (
            at(14, 33, 57_090),
            ("Application Information", "Appinfo", "netsvcs -p"),
            700,
        ),
        (
            at(14, 38, 8_850),
            (
                "Portable Device Enumerator Service",
                "WPDBusEnum",
                "LocalSystemNetworkRestricted",
            ),
            120,
        ),
        (
            at(14, 47, 29_631),
            (
                "Windows License Manager Service",
                "LicenseManager",
                "LocalService",
            ),
            175,
        ),
        (
            at(15, 4, 12_440),
            ("Windows Update", "wuauserv", "netsvcs -p"),
            840,
        ),
        (
            at(15, 19, 45_207),
            (
                "Microsoft Store Install Service",
                "InstallService",
                "netsvcs -p",
            ),
            330,
        ),
    ];
    for (when, service, secs) in runs {
        service_run(stage, residents.services, when, service, secs);
    }
    let installer = brief_run(
        stage,
        residents.services,
        at(13, 32, 50_100),
        (&p::TRUSTED_INSTALLER, p::TRUSTED_INSTALLER.path),
        260,
    );
    let worker = format!("{} -Embedding", p::TIWORKER.path);
    brief_run(
        stage,
        residents.dcom,
        at(13, 32, 50_730),
        (&p::TIWORKER, &worker),
        258,
    );
    stage.set(
        installer,
        at(13, 33, 1_250),
        r"HKLM\System\CurrentControlSet\Services\TrustedInstaller\Start",
        "DWORD (0x00000002)",
    );
    let title = "Security Intelligence Update for Microsoft Defender Antivirus - KB2267602 (Version 1.409.83.0)";
    stage.entry(update_installed(
        at(13, 38, 20_044),
        title,
        0x1f0a_44c7_2bd3_49b8_8e62_0f9d_61b3_7c05,
    ));
    let title = "2026-04 .NET 8.0.15 Update for x64 Client (KB5055683)";
    stage.entry(update_installed(
        at(15, 9, 2_615),
        title,
        0x83c6_0d1e_a7f4_42ab_b0c9_54d8_19e6_3370,
    ));
    let path = r#""C:\Program Files (x86)\Microsoft\Edge\Application\123.0.2420.81\elevation_service.exe""#;
    stage.entry(service_installed(
        at(13, 52, 40_911),
        "Microsoft Edge Elevation Service",
        path,
    ));
}

fn tasks(stage: &mut Stage, residents: &Residents) {
    let update = format!("\"{}\" /ua /installsource scheduler", p::EDGE_UPDATE.path);
    let scan = format!(
        "\"{}\" Scan -ScheduleJob -ScanTrigger 55",
        p::DEFENDER_SCAN.path
    );
    let usoclient = r"C:\WINDOWS\system32\usoclient.exe StartScan";
    let taskhost = r"taskhostw.exe Install $(Arg0)";
    let cleanup = r"C:\WINDOWS\system32\rundll32.exe C:\WINDOWS\system32\Windows.Storage.ApplicationData.dll,CleanupTemporaryState";
    let runs: [(Moment, (&str, &'static _, &str), i64); 9] = [
        (
            at(13, 31, 2_300),
            (
                r"\Microsoft\Windows\UpdateOrchestrator\Schedule Scan",
                &p::USOCLIENT,
                usoclient,
            ),
            4,
        ),
        (
            at(13, 37, 15_004),
            (
                r"\MicrosoftEdgeUpdateTaskMachineUA",
                &p::EDGE_UPDATE,
                &update,
            ),
            31,
        ),
        (
            at(13, 45, 40_716),
            (
                r"\Microsoft\Windows\Windows Defender\Windows Defender Scheduled Scan",
                &p::DEFENDER_SCAN,
                &scan,
            ),
            95,
        ),
        (
            at(14, 8, 19_350),
            (
                r"\Microsoft\Windows\.NET Framework\.NET Framework NGEN v4.0.30319",
                &p::TASKHOSTW,
                taskhost,
            ),
            48,
        ),
        (
            at(14, 25, 30_812),
            (
                r"\Microsoft\Windows\ApplicationData\CleanupTemporaryState",
                &p::RUNDLL32,
                cleanup,
            ),
            3,
        ),
        (
            at(14, 37, 15_007),
            (
                r"\MicrosoftEdgeUpdateTaskMachineUA",
                &p::EDGE_UPDATE,
                &update,
            ),
            27,
        ),
        (
            at(14, 44, 8_200),
            (
                r"\Microsoft\Windows\Flighting\OneSettings\RefreshCache",
                &p::TASKHOSTW,
                taskhost,
            ),
            22,
        ),
        (
            at(15, 7, 55_119),
            (
                r"\Microsoft\Windows\UpdateOrchestrator\Schedule Scan",
                &p::USOCLIENT,
                usoclient,
            ),
            5,
        ),
        (
            at(15, 21, 33_480),
            (
                r"\Microsoft\Windows\Windows Defender\Windows Defender Cache Maintenance",
                &p::DEFENDER_SCAN,
                &scan,
            ),
            61,
        ),
    ];
    for (when, run, secs) in runs {
        task_run(stage, residents.schedule, when, run, secs);
    }
    let system = r"NT AUTHORITY\SYSTEM";
    for (when, task) in [
        (at(13, 37, 46_300), r"\MicrosoftEdgeUpdateTaskMachineUA"),
        (
            at(14, 0, 9_410),
            r"\Microsoft\Windows\UpdateOrchestrator\Schedule Scan",
        ),
        (at(14, 37, 42_870), r"\MicrosoftEdgeUpdateTaskMachineUA"),
    ] {
        stage.entry(task_updated(when, task, system));
    }
}

/// A PowerShell script of the IT department: hidden and by policy bypass, and harmless.
fn management(stage: &mut Stage, residents: &Residents) {
    let script = r"C:\Program Files (x86)\Microsoft Intune Management Extension\Policies\Scripts\inventory.ps1";
    let command = format!("\"{}\" -powershell \"{script}\"", p::AGENT_EXECUTOR.path);
    let executor = brief_run(
        stage,
        residents.intune,
        at(13, 34, 20_180),
        (&p::AGENT_EXECUTOR, &command),
        14,
    );
    let command = format!(
        "\"{}\" -NoProfile -executionPolicy bypass -file \"{script}\"",
        p::POWERSHELL.path
    );
    let powershell = brief_run(
        stage,
        executor,
        at(13, 34, 20_744),
        (&p::POWERSHELL, &command),
        12,
    );
    let pid = stage.free_pid();
    stage.console(powershell, pid);
    for entry in console_starts(stage.process(powershell)) {
        stage.entry(entry);
    }
    let part = ScriptPart {
        number: 1,
        total: 1,
        id: 0x0a7d_31ee_90b4_4d5c_a6f2_4b18_c93d_7e02,
        text: "$disk = Get-CimInstance Win32_LogicalDisk -Filter \"DeviceID='C:'\"\r\n\
               [pscustomobject]@{ Host = $env:COMPUTERNAME; FreeGB = [math]::Round($disk.FreeSpace / 1GB) } | ConvertTo-Json\r\n",
        path: script,
        suspicious: false,
    };
    let process = stage.process(powershell);
    let block = script_block(process, at(13, 34, 22_015), &part);
    let payload = "CommandInvocation(Get-CimInstance): \"Get-CimInstance\"\r\n\
                   ParameterBinding(Get-CimInstance): name=\"ClassName\"; value=\"Win32_LogicalDisk\"\r\n";
    let ran = command_ran(process, at(13, 34, 22_480), "", payload);
    stage.entry(block);
    stage.entry(ran);
    chatter(
        stage,
        residents.intune,
        (LAPTOP.from, END),
        420,
        &MANAGEMENT,
    );
}

/// Why Sysmon was off: the IT department's script replaced it, and took eighteen minutes.
fn sysmon_upgrade(stage: &mut Stage, residents: &Residents) {
    let script = r"C:\ProgramData\Contoso\sysmon-update.cmd";
    let command = format!("\"{}\" -win32app \"{script}\"", p::AGENT_EXECUTOR.path);
    let executor = brief_run(
        stage,
        residents.intune,
        at(14, 1, 55_310),
        (&p::AGENT_EXECUTOR, &command),
        1097,
    );
    let command = format!(r#""C:\WINDOWS\system32\cmd.exe" /c "{script}""#);
    let cmd = brief_run(
        stage,
        executor,
        at(14, 1, 55_862),
        (&p::CMD, &command),
        1096,
    );
    let pid = stage.free_pid();
    stage.console(cmd, pid);
    brief_run(
        stage,
        cmd,
        SYSMON_STOPS.plus(-640),
        (&p::SC, "sc.exe  stop Sysmon64"),
        1,
    );
    let setup = r"\\MGMT01\deploy$\sysmon\Sysmon64.exe -u";
    brief_run(stage, cmd, at(14, 2, 9_440), (&p::SYSMON, setup), 11);
    let setup =
        r"\\MGMT01\deploy$\sysmon\Sysmon64.exe -accepteula -i C:\ProgramData\Contoso\sysmon.xml";
    brief_run(
        stage,
        cmd,
        SYSMON_STARTS.plus(-2_830),
        (&p::SYSMON, setup),
        4,
    );
    let service = stage.start_as(
        (residents.services, &SYSTEM),
        SYSMON_STARTS.plus(-190),
        3284,
        &p::SYSMON,
        p::SYSMON.path,
    );
    stage.change(service, |process| process.integrity = "System");
    let name = ("Sysmon64", "Sysmon64");
    stage.entry(service_state(SYSMON_STOPS.plus(35), name, "stopped"));
    stage.entry(service_installed(
        SYSMON_STARTS.plus(-420),
        "Sysmon64",
        p::SYSMON.path,
    ));
    stage.entry(service_state(SYSMON_STARTS.plus(22), name, "running"));
}

fn mail(stage: &mut Stage, residents: &Residents) {
    let command = format!("\"{}\"", p::OUTLOOK.path);
    let outlook = stage.start(
        residents.explorer,
        at(13, 46, 40_120),
        7012,
        &p::OUTLOOK,
        &command,
    );
    stage.file(
        outlook,
        at(13, 47, 2_318),
        r"C:\Users\mlopez\AppData\Local\Microsoft\Outlook\mlopez@contoso.example.ost.tmp",
    );
    let document = r"C:\Users\mlopez\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook\QK2A71FD\Budget Q2.docx";
    stage.file(outlook, at(13, 56, 17_402), document);
    let command = format!("\"{}\" /n \"{document}\" /o \"\"", p::WINWORD.path);
    brief_run(
        stage,
        outlook,
        at(13, 56, 18_055),
        (&p::WINWORD, &command),
        530,
    );
    brief_run(
        stage,
        outlook,
        at(14, 9, 30_604),
        (&p::SPLWOW64, r"C:\WINDOWS\splwow64.exe 12288"),
        150,
    );
    let sheet = r"C:\Users\mlopez\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook\QK2A71FD\Headcount.xlsx";
    stage.file(outlook, at(14, 35, 44_290), sheet);
    let command = format!("\"{}\" \"{sheet}\"", p::EXCEL.path);
    brief_run(
        stage,
        outlook,
        at(14, 35, 44_871),
        (&p::EXCEL, &command),
        1340,
    );
    chatter(stage, outlook, (at(13, 46, 44_000), END), 260, &MAIL);
}

fn browser(stage: &mut Stage, residents: &Residents) {
    let start = at(13, 52, 2_450);
    let command = format!("\"{}\" --profile-directory=Default", p::EDGE.path);
    let edge = stage.start(residents.explorer, start, 7340, &p::EDGE, &command);
    let data = r"C:\Users\mlopez\AppData\Local\Microsoft\Edge\User Data";
    let command = format!(
        "\"{}\" --type=crashpad-handler \"--user-data-dir={data}\" /prefetch:4 --monitor-self-annotation=ptype=crashpad-handler",
        p::EDGE.path
    );
    let pid = stage.free_pid();
    stage.start(edge, start.plus(96), pid, &p::EDGE, &command);
    for (millis, kind) in [
        (
            410,
            "gpu-process --gpu-preferences=WAAAAAAAAADgAAAMAAAAAAAAAAAAAAAAAABgAAEAAAA4AAAA",
        ),
        (
            452,
            "utility --utility-sub-type=network.mojom.NetworkService --lang=en-US --service-sandbox-type=none",
        ),
        (
            488,
            "utility --utility-sub-type=storage.mojom.StorageService --lang=en-US --service-sandbox-type=service",
        ),
    ] {
        let command = format!("\"{}\" --type={kind} /prefetch:8", p::EDGE.path);
        let pid = stage.free_pid();
        let child = stage.start(edge, start.plus(millis), pid, &p::EDGE, &command);
        stage.change(child, |process| process.integrity = "Low");
    }
    let tabs: [(i64, i64, i64); 12] = [
        (53, 4_200, 700),
        (54, 40_910, 1900),
        (57, 12_006, 320),
        (64, 8_770, 260),
        (70, 51_300, 900),
        (83, 20_145, 410),
        (88, 2_090, 1500),
        (94, 36_611, 95),
        (101, 9_008, 640),
        (116, 47_230, 380),
        (126, 15_004, 700),
        (139, 30_450, 300),
    ];
    for (number, (minute, millis, secs)) in (5..).zip(tabs) {
        let command = format!(
            "\"{}\" --type=renderer --lang=en-US --device-scale-factor=1.25 --num-raster-threads=4 --renderer-client-id={number} --time-ticks-at-unix-epoch=-177595{number:02}52402 /prefetch:1",
            p::EDGE.path
        );
        let tab = brief_run(
            stage,
            edge,
            at(13, minute, millis),
            (&p::EDGE, &command),
            secs,
        );
        stage.change(tab, |process| process.integrity = "Low");
    }
    let download = r"C:\Users\mlopez\Downloads\Agenda 12 April.pdf";
    stage.file(edge, at(13, 57, 40_120), download);
    let path = format!("{download}:Zone.Identifier");
    let contents = "[ZoneTransfer]  ZoneId=3  ReferrerUrl=https://wiki.contoso.example/  HostUrl=https://wiki.contoso.example/files/agenda.pdf".to_owned();
    stage.act(edge, at(13, 57, 40_390), Act::Stream { path, contents });
    chatter(stage, edge, (start, END), 130, &WEB);
}

fn desktop(stage: &mut Stage, residents: &Residents) {
    let explorer = residents.explorer;
    // A screen magnifier whose name only ends like Zoom's; its shell is none of Zoom's.
    let command = format!("\"{}\" --hotkey", p::NOT_ZOOM.path);
    let magnifier = stage.start(explorer, at(13, 47, 21_600), 10_216, &p::NOT_ZOOM, &command);
    let command =
        r#"C:\WINDOWS\system32\cmd.exe /c "C:\Program Files\Contoso\Tools\list-monitors.cmd""#;
    let cmd = brief_run(stage, magnifier, at(13, 47, 22_918), (&p::CMD, command), 1);
    let pid = stage.free_pid();
    stage.console(cmd, pid);
    stage.end(magnifier, at(15, 11, 2_000));
    brief_run(
        stage,
        explorer,
        at(13, 35, 10_730),
        (
            &p::NOTEPAD,
            r#""C:\WINDOWS\system32\notepad.exe" C:\Users\mlopez\Documents\todo.txt"#,
        ),
        310,
    );
    brief_run(
        stage,
        explorer,
        at(14, 14, 2_017),
        (&p::CALC, r#""C:\WINDOWS\system32\calc.exe""#),
        45,
    );
    let broker = r"C:\Windows\System32\RuntimeBroker.exe -Embedding";
    let surrogate =
        r"C:\WINDOWS\system32\DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}";
    let smartscreen = r"C:\Windows\System32\smartscreen.exe -Embedding";
    let background = r#""C:\WINDOWS\system32\backgroundTaskHost.exe" -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca"#;
    let runs: [(Moment, (&'static _, &str), i64); 8] = [
        (at(13, 41, 51_207), (&p::SMARTSCREEN, smartscreen), 64),
        (at(13, 49, 30_811), (&p::RUNTIME_BROKER, broker), 300),
        (at(13, 59, 14_650), (&p::DLLHOST, surrogate), 6),
        (at(14, 16, 41_209), (&p::BACKGROUND_TASK, background), 12),
        (at(14, 31, 20_077), (&p::DLLHOST, surrogate), 5),
        (at(14, 50, 12_300), (&p::BACKGROUND_TASK, background), 9),
        (at(15, 5, 31_940), (&p::SMARTSCREEN, smartscreen), 62),
        (at(15, 24, 7_315), (&p::RUNTIME_BROKER, broker), 240),
    ];
    for (when, run, secs) in runs {
        let child = brief_run(stage, residents.dcom, when, run, secs);
        stage.change(child, |process| {
            process.user = &super::cast::MLOPEZ;
            process.integrity = "Medium";
        });
    }
    let wmi = r"C:\WINDOWS\system32\wbem\wmiprvse.exe -secured -Embedding";
    let provider = brief_run(
        stage,
        residents.dcom,
        at(13, 34, 21_902),
        (&p::WMIPRVSE, wmi),
        92,
    );
    stage.change(provider, |process| {
        process.user = &super::cast::NETWORK_SERVICE
    });
    let audio = brief_run(
        stage,
        residents.dcom,
        at(13, 43, 58_310),
        (&p::AUDIODG, r"C:\WINDOWS\system32\AUDIODG.EXE 0x4d8"),
        4780,
    );
    stage.change(audio, |process| process.user = &LOCAL_SERVICE);
}

/// Zoom's number, 9184, belongs to a terminal half an hour after Zoom has gone.
fn reused_number(stage: &mut Stage, residents: &Residents) {
    let command = format!("\"{}\"", p::TERMINAL.path);
    let terminal = stage.start(
        residents.explorer,
        at(15, 12, 31_440),
        9184,
        &p::TERMINAL,
        &command,
    );
    let cmd = brief_run(
        stage,
        terminal,
        at(15, 12, 32_107),
        (&p::CMD, r"C:\WINDOWS\system32\cmd.exe"),
        141,
    );
    brief_run(
        stage,
        cmd,
        at(15, 12, 50_250),
        (&p::IPCONFIG, "ipconfig  /all"),
        1,
    );
    brief_run(
        stage,
        cmd,
        at(15, 13, 21_703),
        (&p::PING, "ping  intranet.contoso.example"),
        4,
    );
    stage.end(terminal, at(15, 14, 55_016));
}

fn logons(stage: &mut Stage) {
    let service = |logon_id| Logon {
        account: &SYSTEM,
        kind: 5,
        logon_id,
        from: None,
    };
    for (minute, millis) in [
        (31, 14_150),
        (39, 51_570),
        (50, 18_710),
        (65, 22_850),
        (93, 57_030),
        (124, 12_400),
        (139, 45_160),
    ] {
        for entry in logon(&LAPTOP, at(13, minute, millis), service(0x3e7)) {
            stage.entry(entry);
        }
    }
    let unlock = Logon {
        account: &super::cast::MLOPEZ,
        kind: 7,
        logon_id: 0x0041_90be,
        from: None,
    };
    for entry in logon(&LAPTOP, at(13, 30, 41_220), unlock) {
        stage.entry(entry);
    }
    stage.entry(logoff(&LAPTOP, at(13, 30, 41_260), unlock));
    let patching = Logon {
        account: &super::cast::ADMIN,
        kind: 3,
        logon_id: 0x004a_7d03,
        from: Some(("10.20.0.15", 52_811)),
    };
    for entry in logon(&LAPTOP, at(14, 1, 40_030), patching) {
        stage.entry(entry);
    }
    stage.entry(logoff(&LAPTOP, at(14, 21, 2_710), patching));
}

fn background(stage: &mut Stage, residents: &Residents) {
    let day = (LAPTOP.from, END);
    chatter(stage, residents.onedrive, day, 420, &CLOUD);
    chatter(
        stage,
        residents.defender,
        day,
        800,
        &[("wd.update.example", "192.0.2.60")],
    );
    for minute in [40, 74, 108] {
        search(stage, residents.indexer, at(13, minute, 11_500));
    }
    for minute in [35, 69, 103] {
        let what = Act::Connect {
            udp: true,
            inbound: false,
            local_port: 123,
            address: "192.0.2.123".to_owned(),
            name: "time.windows.example".to_owned(),
            port: 123,
        };
        stage.act(residents.time, at(13, minute, 20_450), what);
    }
    for (minute, millis) in [(44, 1_204), (79, 18_350), (111, 40_771)] {
        stage.connect(
            residents.dnscache,
            at(13, minute, millis),
            ("dc01.contoso.example", "10.20.0.10", 53),
        );
        stage.connect(
            residents.lsass,
            at(13, minute, millis + 700),
            ("dc01.contoso.example", "10.20.0.10", 88),
        );
    }
    // What a virus scanner does all day.
    for minute in [46, 90, 121] {
        let (target, rights) = (residents.lsass, 0x1000);
        stage.act(
            residents.defender,
            at(13, minute, 2_930),
            Act::Open { target, rights },
        );
    }
    let path = r"HKU\S-1-5-21-3217845901-1194820537-2870316644-1147\Software\Microsoft\Windows\CurrentVersion\Run\OneDrive";
    let data = format!("\"{}\" /background", p::ONEDRIVE.path);
    stage.set(residents.onedrive, at(14, 48, 11_090), path, &data);
    let day = r"HKLM\System\CurrentControlSet\Services\W32Time\Config\LastKnownGoodTime";
    stage.set(
        residents.time,
        at(14, 39, 33_208),
        day,
        "QWORD (0x01dcca87-0x2b1e4a60)",
    );
}

fn search(stage: &mut Stage, indexer: ProcId, when: Moment) {
    let pipe = r#""C:\WINDOWS\system32\SearchProtocolHost.exe" Global\UsGthrFltPipeMssGthrPipe61_ Global\UsGthrCtrlFltPipeMssGthrPipe61 1 -2147483646 "Software\Microsoft\Windows Search" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT; MS Search 4.0 Robot)""#;
    brief_run(stage, indexer, when, (&p::SEARCH_PROTOCOL, pipe), 121);
    let filter = r#""C:\WINDOWS\system32\SearchFilterHost.exe" 0 820 824 832 8192 828 800"#;
    brief_run(
        stage,
        indexer,
        when.plus(210),
        (&p::SEARCH_FILTER, filter),
        120,
    );
}
