//! What Windows does by itself on LAPTOP-7F2K: services, scheduled tasks, logons, updates.

use super::cast::{ADMIN, LAPTOP, MLOPEZ, Program, SYSTEM};
use super::clock::{Moment, at};
use super::programs as p;
use super::residents::{END, Residents, brief_run, chatter, service_run, task_run};
use super::security::{Logon, audit_policy, logoff, logon};
use super::stage::{Act, ProcId, Stage};
use super::windows_logs::{service_installed, task_updated, update_installed};

const CLOUD: [(&str, &str); 1] = [("sync.office.example", "192.0.2.18")];

/// Tells it all.
pub(crate) fn tell(stage: &mut Stage, residents: &Residents) {
    stage.entry(audit_policy(&LAPTOP, LAPTOP.audit_from));
    services(stage, residents);
    tasks(stage, residents);
    logons(stage);
    background(stage, residents);
}

/// When a service starts, its display name, short name and group, and for how many seconds.
const SERVICES: [(Moment, (&str, &str, &str), i64); 15] = [
    (at(13, 31, 14_200), ("Windows Update", "wuauserv", "netsvcs -p"), 905),
    (at(13, 33, 40_021), ("Background Intelligent Transfer Service", "BITS", "netsvcs -p"), 480),
    (at(13, 36, 2_744), ("Windows License Manager Service", "LicenseManager", "LocalService"), 190),
    (at(13, 39, 51_618), ("Network Setup Service", "NetSetupSvc", "netsvcs -p"), 65),
    (at(13, 46, 41_300), ("Print Spooler extensions", "PrintNotify", "print"), 420),
    (at(13, 50, 18_770), ("Microsoft Account Sign-in Assistant", "wlidsvc", "netsvcs -p"), 610),
    (
        at(13, 55, 33_120),
        (
            "Device Association Service",
            "DeviceAssociationService",
            "LocalSystemNetworkRestricted -p",
        ),
        75,
    ),
    (at(14, 5, 22_908), ("Windows Update", "wuauserv", "netsvcs -p"), 660),
    (at(14, 11, 4_416), ("Delivery Optimization", "DoSvc", "NetworkService -p"), 1500),
    (
        at(14, 24, 10_305),
        ("Smart Card Device Enumeration Service", "ScDeviceEnum", "LocalSystemNetworkRestricted"),
        40,
    ),
    (at(14, 33, 57_090), ("Application Information", "Appinfo", "netsvcs -p"), 700),
    (
        at(14, 38, 8_850),
        ("Portable Device Enumerator Service", "WPDBusEnum", "LocalSystemNetworkRestricted"),
        120,
    ),
    (
        at(14, 47, 29_631),
        ("Windows License Manager Service", "LicenseManager", "LocalService"),
        175,
    ),
    (at(15, 4, 12_440), ("Windows Update", "wuauserv", "netsvcs -p"), 840),
    (at(15, 19, 45_207), ("Microsoft Store Install Service", "InstallService", "netsvcs -p"), 330),
];

fn services(stage: &mut Stage, residents: &Residents) {
    for (when, service, secs) in SERVICES {
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
    brief_run(stage, residents.dcom, at(13, 32, 50_730), (&p::TIWORKER, &worker), 258);
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
    stage.entry(service_installed(at(13, 52, 40_911), "Microsoft Edge Elevation Service", path));
}

const UPDATE: &str = r#""C:\Program Files (x86)\Microsoft\EdgeUpdate\MicrosoftEdgeUpdate.exe" /ua /installsource scheduler"#;
const SCAN: &str = r#""C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24030.9-0\MpCmdRun.exe" Scan -ScheduleJob -ScanTrigger 55"#;
const USOCLIENT: &str = r"C:\WINDOWS\system32\usoclient.exe StartScan";
const TASKHOST: &str = "taskhostw.exe Install $(Arg0)";
const CLEANUP: &str = r"C:\WINDOWS\system32\rundll32.exe C:\WINDOWS\system32\Windows.Storage.ApplicationData.dll,CleanupTemporaryState";

/// When a task runs, its name, program and command line, and for how many seconds.
static TASKS: [(Moment, (&str, &Program, &str), i64); 9] = [
    (
        at(13, 31, 2_300),
        (r"\Microsoft\Windows\UpdateOrchestrator\Schedule Scan", &p::USOCLIENT, USOCLIENT),
        4,
    ),
    (at(13, 37, 15_004), (r"\MicrosoftEdgeUpdateTaskMachineUA", &p::EDGE_UPDATE, UPDATE), 31),
    (
        at(13, 45, 40_716),
        (
            r"\Microsoft\Windows\Windows Defender\Windows Defender Scheduled Scan",
            &p::DEFENDER_SCAN,
            SCAN,
        ),
        95,
    ),
    (
        at(14, 8, 19_350),
        (
            r"\Microsoft\Windows\.NET Framework\.NET Framework NGEN v4.0.30319",
            &p::TASKHOSTW,
            TASKHOST,
        ),
        48,
    ),
    (
        at(14, 25, 30_812),
        (r"\Microsoft\Windows\ApplicationData\CleanupTemporaryState", &p::RUNDLL32, CLEANUP),
        3,
    ),
    (at(14, 37, 15_007), (r"\MicrosoftEdgeUpdateTaskMachineUA", &p::EDGE_UPDATE, UPDATE), 27),
    (
        at(14, 44, 8_200),
        (r"\Microsoft\Windows\Flighting\OneSettings\RefreshCache", &p::TASKHOSTW, TASKHOST),
        22,
    ),
    (
        at(15, 7, 55_119),
        (r"\Microsoft\Windows\UpdateOrchestrator\Schedule Scan", &p::USOCLIENT, USOCLIENT),
        5,
    ),
    (
        at(15, 21, 33_480),
        (
            r"\Microsoft\Windows\Windows Defender\Windows Defender Cache Maintenance",
            &p::DEFENDER_SCAN,
            SCAN,
        ),
        61,
    ),
];

fn tasks(stage: &mut Stage, residents: &Residents) {
    for (when, run, secs) in TASKS {
        task_run(stage, residents.schedule, when, run, secs);
    }
    let system = r"NT AUTHORITY\SYSTEM";
    for (when, task) in [
        (at(13, 37, 46_300), r"\MicrosoftEdgeUpdateTaskMachineUA"),
        (at(14, 0, 9_410), r"\Microsoft\Windows\UpdateOrchestrator\Schedule Scan"),
        (at(14, 37, 42_870), r"\MicrosoftEdgeUpdateTaskMachineUA"),
    ] {
        stage.entry(task_updated(when, task, system));
    }
}

fn logons(stage: &mut Stage) {
    let service = |logon_id| Logon { account: &SYSTEM, kind: 5, logon_id, from: None };
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
    let unlock = Logon { account: &MLOPEZ, kind: 7, logon_id: 0x0041_90be, from: None };
    for entry in logon(&LAPTOP, at(13, 30, 4_017), unlock) {
        stage.entry(entry);
    }
    stage.entry(logoff(&LAPTOP, at(13, 30, 4_061), unlock));
    let patching = Logon {
        account: &ADMIN,
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
    chatter(stage, residents.defender, day, 800, &[("wd.update.example", "192.0.2.60")]);
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
    // The first that Sysmon's log still holds.
    let first = LAPTOP.from.plus(1_189);
    stage.connect(residents.dnscache, first, ("dc01.contoso.example", "10.20.0.10", 53));
    // What a virus scanner does all day.
    for minute in [46, 90, 121] {
        let (target, rights) = (residents.lsass, 0x1000);
        stage.act(residents.defender, at(13, minute, 2_930), Act::Open { target, rights });
    }
    let path = r"HKU\S-1-5-21-3217845901-1194820537-2870316644-1147\Software\Microsoft\Windows\CurrentVersion\Run\OneDrive";
    let data = format!("\"{}\" /background", p::ONEDRIVE.path);
    stage.set(residents.onedrive, at(14, 48, 11_090), path, &data);
    let day = r"HKLM\System\CurrentControlSet\Services\W32Time\Config\LastKnownGoodTime";
    stage.set(residents.time, at(14, 39, 33_208), day, "QWORD (0x01dcca87-0x2b1e4a60)");
}

fn search(stage: &mut Stage, indexer: ProcId, when: Moment) {
    let pipe = r#""C:\WINDOWS\system32\SearchProtocolHost.exe" Global\UsGthrFltPipeMssGthrPipe61_ Global\UsGthrCtrlFltPipeMssGthrPipe61 1 -2147483646 "Software\Microsoft\Windows Search" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT; MS Search 4.0 Robot)""#;
    brief_run(stage, indexer, when, (&p::SEARCH_PROTOCOL, pipe), 121);
    let filter = r#""C:\WINDOWS\system32\SearchFilterHost.exe" 0 820 824 832 8192 828 800"#;
    brief_run(stage, indexer, when.plus(210), (&p::SEARCH_FILTER, filter), 120);
}
