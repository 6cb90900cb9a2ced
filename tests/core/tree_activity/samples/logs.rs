//! What the other logs recorded.

use super::{AttachedBy, Host, Kind, Log, Process, by_id, check};
use serde_json::json;

#[test]
fn services_changed() {
    let file = "covenant_sharpsc_stop_dcerpc_smb_svcctl.zip";
    check(
        "json",
        vec![
            (
                file,
                Log::System,
                7036,
                ("param1", "Software Protection"),
                Kind::Service,
                "Software Protection stopped",
                json!({"action": "state_changed", "display_name": "Software Protection", "name": null, "from": null, "to": "stopped"}),
                Host,
            ),
            (
                file,
                Log::System,
                7040,
                ("param4", "NdisCap"),
                Kind::Service,
                "Microsoft NDIS Capture: system start to demand start",
                json!({"action": "start_type_changed", "name": "NdisCap", "from": "system start", "to": "demand start"}),
                Host,
            ),
        ],
    );
}

#[test]
fn task_scheduler() {
    let file = "empire_shell_rubeus_asktgt_createnetonly.zip";
    let name = r"\Microsoft\Windows\UpdateOrchestrator\AC Power Download";
    check(
        "json",
        vec![
            (
                file,
                Log::TaskScheduler,
                106,
                ("", ""),
                Kind::Task,
                name,
                json!({"action": "registered", "by": "S-1-5-18"}),
                by_id("svchost.exe", 1184),
            ),
            (
                file,
                Log::TaskScheduler,
                141,
                ("", ""),
                Kind::Task,
                name,
                json!({"action": "deleted", "by": r"NT AUTHORITY\System"}),
                by_id("svchost.exe", 1184),
            ),
            (
                file,
                Log::Security,
                4698,
                ("TaskName", "AC Power Download"),
                Kind::Task,
                name,
                json!({"action": "created", "triggers": ["on a state change of Windows"], "run_as": "S-1-5-18"}),
                Host,
            ),
            (
                "covenant_sharpsc_stop_dcerpc_smb_svcctl.zip",
                Log::TaskScheduler,
                129,
                ("TaskName", "LanguageComponentsInstaller"),
                Kind::Task,
                r"\Microsoft\Windows\LanguageComponentsInstaller\Installation runs taskhostw.exe",
                json!({"action": "process_started", "ran": "taskhostw.exe"}),
                Host,
            ),
        ],
    );
}

#[test]
fn powershell() {
    check(
        "evtx",
        vec![(
            "Powershell_4104_MiniDumpWriteDump_Lsass.evtx",
            Log::PowerShell,
            4104,
            ("", ""),
            Kind::Script,
            "lsass_wer_ps.ps1",
            json!({"path": r"C:\Users\Public\lsass_wer_ps.ps1", "parts": 1, "parts_total": 1, "missing_parts": [], "truncated": false,
                "block_id": "27f08bda-c330-419f-b83b-eb5c0f699930"}),
            Host,
        )],
    );
    check(
        "json",
        vec![(
            "auditpol_system_user_auditpolicy_modification.zip",
            Log::PowerShell,
            4103,
            ("Payload", "CommandInvocation(Get-Date)"),
            Kind::Script,
            "CommandInvocation(Get-Date): \"Get-Date\"",
            json!({"action": "command", "command_name": "Get-Date", "host_name": "Windows PowerShell ISE Host", "engine_version": "5.1.18362.1",
            "host_id": "3ecc0189-e7fc-4b03-9c32-54c224efd562", "script": r"C:\Users\pedro-admin\Desktop\PS_Collection\Collection-Start.ps1"}),
            Host,
        )],
    );
}

#[test]
fn windows_powershell() {
    let file = "covenant_dcom_registerxll.zip";
    let host = r"C:\windows\system32\wbem\wmiprvse.exe";
    check(
        "json",
        vec![
            (
                file,
                Log::WindowsPowerShell,
                400,
                ("Message", "b95e444f"),
                Kind::Script,
                host,
                json!({"action": "engine_started", "host_application": host, "host_name": "Default Host", "engine_version": "5.1.17763.1007",
                "host_id": "b95e444f-e242-4881-94ec-9abdc24dcc9b", "command": null}),
                Process("WmiPrvSE.exe", 6996, AttachedBy::PowershellHost),
            ),
            (
                file,
                Log::WindowsPowerShell,
                600,
                ("Message", "b95e444f"),
                Kind::Script,
                host,
                json!({"action": "provider_started", "provider": "Registry", "engine_version": null}),
                Process("WmiPrvSE.exe", 6996, AttachedBy::PowershellHost),
            ),
            (
                "empire_mimikatz_logonpasswords.zip",
                Log::WindowsPowerShell,
                800,
                ("Message", "Start-Sleep"),
                Kind::Script,
                "Start-Sleep -Seconds $sleepTime;",
                json!({"action": "pipeline", "command": "Start-Sleep -Seconds $sleepTime;", "user": r"THESHIRE\pgustavo", "host_name": "ConsoleHost"}),
                Process("powershell.exe", 1648, AttachedBy::PowershellHost),
            ),
        ],
    );
}

#[test]
fn wmi_activity() {
    let file = "covenant_dcom_registerxll.zip";
    check(
        "json",
        vec![
            (
                file,
                Log::WmiActivity,
                5857,
                ("Message", "ProcessID = 6996"),
                Kind::Wmi,
                r"dsccore in %systemroot%\system32\DscCore.dll",
                json!({"action": "provider_started", "provider": "dsccore", "process_id": 6996, "result": "0x0",
                "provider_path": r"%systemroot%\system32\DscCore.dll"}),
                by_id("WmiPrvSE.exe", 6996),
            ),
            (
                file,
                Log::WmiActivity,
                5858,
                ("Message", "ClientProcessId = 1364"),
                Kind::Wmi,
                r"Start IWbemServices::ExecQuery - ROOT\CIMV2 : SELECT * FROM Win32_ComputerSystemProduct",
                json!({"action": "operation_failed", "process_id": 1364, "client_machine": "WORKSTATION6", "user": r"THESHIRE\pgustavo",
                "result": "0x80041032"}),
                Host,
            ),
        ],
    );
}

#[test]
fn bits_jobs() {
    let file = "bits_openvpn.evtx";
    check(
        "evtx",
        vec![
            (
                file,
                Log::BitsClient,
                3,
                ("jobId", "be8abc0d"),
                Kind::Bits,
                "Font Download",
                json!({"action": "job_created", "job": "Font Download", "owner": r"NT AUTHORITY\LOCAL SERVICE", "process_id": 2196,
                "process_image": r"C:\Windows\System32\svchost.exe", "url": null}),
                Host,
            ),
            (
                file,
                Log::BitsClient,
                59,
                ("Id", "316d5a72"),
                Kind::Bits,
                "https://fs.microsoft.com/fs/windows/config.json",
                json!({"action": "transfer_started", "url": "https://fs.microsoft.com/fs/windows/config.json", "bytes_total": 55}),
                Host,
            ),
            (
                file,
                Log::BitsClient,
                60,
                ("Id", "316d5a72"),
                Kind::Bits,
                "https://fs.microsoft.com/fs/windows/config.json",
                json!({"action": "transfer_stopped", "bytes_transferred": 55, "result": 0}),
                Host,
            ),
            (
                file,
                Log::BitsClient,
                61,
                ("Id", "be8abc0d"),
                Kind::Bits,
                "https://fs.microsoft.com/fs/windows/config.json",
                json!({"action": "transfer_failed", "bytes_total": null, "result": 2_147_954_407_u64}),
                Host,
            ),
        ],
    );
}

#[test]
fn defender_verdicts() {
    let file = "WinDefender_Events_1117_1116_AtomicRedTeam.evtx";
    let path = r"file:_C:\AtomicRedTeam\atomic-red-team-master\atomics\T1056\Get-Keystrokes.ps1";
    let text = r"Trojan:PowerShell/Powersploit.M in file:_C:\AtomicRedTeam\atomic-red-team-master\atomics\T1056\Get-Keystrokes.ps1";
    let powershell = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
    check(
        "evtx",
        vec![
            (
                file,
                Log::Defender,
                1116,
                ("Detection ID", "511224D4"),
                Kind::Defender,
                text,
                json!({"action": "detected", "threat": "Trojan:PowerShell/Powersploit.M", "severity": "Severe", "category": "Trojan",
                "path": path, "response": "no action", "source": "real-time protection", "process_image": powershell,
                "user": r"MSEDGEWIN10\IEUser", "error": null, "process_id": null}),
                Host,
            ),
            (
                file,
                Log::Defender,
                1117,
                ("Detection ID", "511224D4"),
                Kind::Defender,
                text,
                json!({"action": "acted", "response": "quarantine",
                "error": "The program could not find the malware and other potentially unwanted software on this device."}),
                Host,
            ),
        ],
    );
}
