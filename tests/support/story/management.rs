//! The IT department at work on LAPTOP-7F2K: a script that is harmless though it looks odd, and
//! the replacement of Sysmon, which is why it was off for eighteen minutes.

use super::cast::{LAPTOP, SYSMON_STARTS, SYSMON_STOPS, SYSTEM};
use super::clock::at;
use super::programs as p;
use super::residents::{END, Residents, brief_run, chatter};
use super::stage::Stage;
use super::windows_logs::{
    ScriptPart, command_ran, console_starts, script_block, service_installed, service_state,
};

const MANAGEMENT: [(&str, &str); 2] =
    [("manage.office.example", "192.0.2.21"), ("fef.manage.example", "192.0.2.22")];

/// Tells both.
pub(crate) fn tell(stage: &mut Stage, residents: &Residents) {
    inventory(stage, residents);
    sysmon_upgrade(stage, residents);
}

/// A PowerShell script of the IT department: hidden and by policy bypass, and harmless.
fn inventory(stage: &mut Stage, residents: &Residents) {
    let script = r"C:\Program Files (x86)\Microsoft Intune Management Extension\Policies\Scripts\inventory.ps1";
    let command = format!("\"{}\" -powershell \"{script}\"", p::AGENT_EXECUTOR.path);
    let executor =
        brief_run(stage, residents.intune, at(13, 34, 20_180), (&p::AGENT_EXECUTOR, &command), 14);
    let command =
        format!("\"{}\" -NoProfile -executionPolicy bypass -file \"{script}\"", p::POWERSHELL.path);
    let powershell = brief_run(stage, executor, at(13, 34, 20_744), (&p::POWERSHELL, &command), 12);
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
    let ran = command_ran(process, at(13, 34, 22_480), payload);
    stage.entry(block);
    stage.entry(ran);
    chatter(stage, residents.intune, (LAPTOP.from, END), 420, &MANAGEMENT);
}

/// Why Sysmon was off: the IT department's script replaced it, and took eighteen minutes.
fn sysmon_upgrade(stage: &mut Stage, residents: &Residents) {
    let script = r"C:\ProgramData\Contoso\sysmon-update.cmd";
    let command = format!("\"{}\" -win32app \"{script}\"", p::AGENT_EXECUTOR.path);
    let executor =
        brief_run(stage, residents.intune, at(14, 1, 55_310), (&p::AGENT_EXECUTOR, &command), 1097);
    let command = format!(r#""C:\WINDOWS\system32\cmd.exe" /c "{script}""#);
    let cmd = brief_run(stage, executor, at(14, 1, 55_862), (&p::CMD, &command), 1096);
    let pid = stage.free_pid();
    stage.console(cmd, pid);
    brief_run(stage, cmd, SYSMON_STOPS.plus(-640), (&p::SC, "sc.exe  stop Sysmon64"), 1);
    let setup = r"\\MGMT01\deploy$\sysmon\Sysmon64.exe -u";
    brief_run(stage, cmd, at(14, 2, 9_440), (&p::SYSMON, setup), 11);
    let setup =
        r"\\MGMT01\deploy$\sysmon\Sysmon64.exe -accepteula -i C:\ProgramData\Contoso\sysmon.xml";
    brief_run(stage, cmd, SYSMON_STARTS.plus(-2_830), (&p::SYSMON, setup), 4);
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
    stage.entry(service_installed(SYSMON_STARTS.plus(-420), "Sysmon64", p::SYSMON.path));
    stage.entry(service_state(SYSMON_STARTS.plus(22), name, "running"));
}
