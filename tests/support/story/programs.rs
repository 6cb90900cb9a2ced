//! The table of programs that run in the story.

use super::cast::Program;

const WINDOWS: &str = "Microsoft® Windows® Operating System";
const MICROSOFT: &str = "Microsoft Corporation";

const fn windows(path: &'static str, original: &'static str, description: &'static str) -> Program {
    Program {
        path,
        version: "10.0.22621.3374 (WinBuild.160101.0800)",
        description,
        product: WINDOWS,
        company: MICROSOFT,
        original,
        sha256: None,
    }
}

macro_rules! windows {
    ($($name:ident = $path:literal, $original:literal, $description:literal;)*) => {
        $(pub(crate) static $name: Program = windows($path, $original, $description);)*
    };
}

windows! {
    AUDIODG = r"C:\Windows\System32\audiodg.exe", "audiodg.exe", "Windows Audio Device Graph Isolation";
    BACKGROUND_TASK = r"C:\Windows\System32\backgroundTaskHost.exe", "backgroundTaskHost.exe", "Background Task Host";
    CALC = r"C:\Windows\System32\calc.exe", "CALC.EXE", "Windows Calculator";
    CMD = r"C:\Windows\System32\cmd.exe", "Cmd.Exe", "Windows Command Processor";
    CONHOST = r"C:\Windows\System32\conhost.exe", "CONHOST.EXE", "Console Window Host";
    DLLHOST = r"C:\Windows\System32\dllhost.exe", "dllhost.exe", "COM Surrogate";
    EXPLORER = r"C:\Windows\explorer.exe", "EXPLORER.EXE", "Windows Explorer";
    GPUPDATE = r"C:\Windows\System32\gpupdate.exe", "GPUpdate.exe", "Microsoft® Group Policy Update Utility";
    IPCONFIG = r"C:\Windows\System32\ipconfig.exe", "ipconfig.exe", "IP Configuration Utility";
    LSASS = r"C:\Windows\System32\lsass.exe", "lsass.exe", "Local Security Authority Process";
    MSIEXEC = r"C:\Windows\System32\msiexec.exe", "msiexec.exe", "Windows® installer";
    NET = r"C:\Windows\System32\net.exe", "net.exe", "Net Command";
    NET1 = r"C:\Windows\System32\net1.exe", "net1.exe", "Net Command";
    NOTEPAD = r"C:\Windows\System32\notepad.exe", "NOTEPAD.EXE", "Notepad";
    PING = r"C:\Windows\System32\PING.EXE", "ping.exe", "TCP/IP Ping Command";
    ROBOCOPY = r"C:\Windows\System32\Robocopy.exe", "robocopy.exe", "Microsoft® Robocopy";
    RUNDLL32 = r"C:\Windows\System32\rundll32.exe", "RUNDLL32.EXE", "Windows host process (Rundll32)";
    RUNTIME_BROKER = r"C:\Windows\System32\RuntimeBroker.exe", "RuntimeBroker.exe", "Runtime Broker";
    SC = r"C:\Windows\System32\sc.exe", "sc.exe", "Service Control Manager Configuration Tool";
    SCHTASKS = r"C:\Windows\System32\schtasks.exe", "schtasks.exe", "Task Scheduler Configuration Tool";
    SEARCH_FILTER = r"C:\Windows\System32\SearchFilterHost.exe", "SearchFilterHost.exe", "Microsoft Windows Search Filter Host";
    SEARCH_INDEXER = r"C:\Windows\System32\SearchIndexer.exe", "SearchIndexer.exe", "Microsoft Windows Search Indexer";
    SEARCH_PROTOCOL = r"C:\Windows\System32\SearchProtocolHost.exe", "SearchProtocolHost.exe", "Microsoft Windows Search Protocol Host";
    SERVICES = r"C:\Windows\System32\services.exe", "services.exe", "Services and Controller app";
    SIHOST = r"C:\Windows\System32\sihost.exe", "sihost.exe", "Shell Infrastructure Host";
    SMARTSCREEN = r"C:\Windows\System32\smartscreen.exe", "smartscreen.exe", "Windows Defender SmartScreen";
    SMSS = r"C:\Windows\System32\smss.exe", "smss.exe", "Windows Session Manager";
    SPLWOW64 = r"C:\Windows\splwow64.exe", "splwow64.exe", "Print driver host for applications";
    SVCHOST = r"C:\Windows\System32\svchost.exe", "svchost.exe", "Host Process for Windows Services";
    TASKHOSTW = r"C:\Windows\System32\taskhostw.exe", "taskhostw.exe", "Host Process for Windows Tasks";
    TIWORKER = r"C:\Windows\WinSxS\amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.22621.3371_none_7e0c3e0e8d5c1f53\TiWorker.exe", "TiWorker.exe", "Windows Modules Installer Worker";
    TRUSTED_INSTALLER = r"C:\Windows\servicing\TrustedInstaller.exe", "TrustedInstaller.exe", "Windows Modules Installer";
    USERINIT = r"C:\Windows\System32\userinit.exe", "USERINIT.EXE", "Userinit Logon Application";
    USOCLIENT = r"C:\Windows\System32\UsoClient.exe", "UsoClient.exe", "UsoClient";
    WHOAMI = r"C:\Windows\System32\whoami.exe", "whoami.exe", "whoami - displays logged on user information";
    WININIT = r"C:\Windows\System32\wininit.exe", "WinInit.exe", "Windows Start-Up Application";
    WINLOGON = r"C:\Windows\System32\winlogon.exe", "WINLOGON.EXE", "Windows Logon Application";
    WMIC = r"C:\Windows\System32\wbem\WMIC.exe", "wmic.exe", "WMI Commandline Utility";
    WMIPRVSE = r"C:\Windows\System32\wbem\WmiPrvSE.exe", "Wmiprvse.exe", "WMI Provider Host";
}

/// Its SHA-256 is the one the picture of the main window shows.
pub(crate) static POWERSHELL: Program = Program {
    sha256: Some("9785001B0DCF755EDDB8AF294A373C0B87B2498660F724E76C4D53F9C217C7A3"),
    ..windows(
        r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
        "PowerShell.EXE",
        "Windows PowerShell",
    )
};

/// The kernel, which has no file version that Sysmon could read.
pub(crate) static KERNEL: Program = Program {
    path: "System",
    version: "-",
    description: "-",
    product: "-",
    company: "-",
    original: "-",
    sha256: None,
};

macro_rules! others {
    ($($name:ident = $path:literal, $version:literal, $description:literal, $product:literal, $company:literal, $original:literal;)*) => {
        $(pub(crate) static $name: Program = Program {
            path: $path,
            version: $version,
            description: $description,
            product: $product,
            company: $company,
            original: $original,
            sha256: None,
        };)*
    };
}

others! {
    ZOOM = r"C:\Users\mlopez\AppData\Roaming\Zoom\bin\Zoom.exe", "6,4,3,59931", "Zoom Workplace", "Zoom Workplace", "Zoom Communications, Inc.", "Zoom.exe";
    CPTHOST = r"C:\Users\mlopez\AppData\Roaming\Zoom\bin\CptHost.exe", "6,4,3,59931", "Zoom Sharing Host", "Zoom Sharing Host", "Zoom Communications, Inc.", "CptHost.exe";
    ZCRASH = r"C:\Users\mlopez\AppData\Local\Temp\zcrash.dll", "-", "-", "-", "-", "-";
    NOT_ZOOM = r"C:\Program Files\Contoso\Tools\NotZoom.exe", "1.2.0.0", "Screen magnifier for presenters", "NotZoom", "Contoso Ltd", "NotZoom.exe";
    ZOOM_INSTALLER = r"C:\Windows\IMECache\ZoomInstaller.exe", "6,4,3,59931", "Zoom Installer", "Zoom Installer", "Zoom Communications, Inc.", "ZoomInstaller.exe";
    OUTLOOK = r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE", "16.0.17328.20162", "Microsoft Outlook", "Microsoft Outlook", "Microsoft Corporation", "Outlook.exe";
    WINWORD = r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE", "16.0.17328.20162", "Microsoft Word", "Microsoft Office", "Microsoft Corporation", "WinWord.exe";
    EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE", "16.0.17328.20162", "Microsoft Excel", "Microsoft Office", "Microsoft Corporation", "Excel.exe";
    EDGE = r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe", "123.0.2420.81", "Microsoft Edge", "Microsoft Edge", "Microsoft Corporation", "msedge.exe";
    EDGE_UPDATE = r"C:\Program Files (x86)\Microsoft\EdgeUpdate\MicrosoftEdgeUpdate.exe", "1.3.185.29", "Microsoft Edge Update", "Microsoft Edge Update", "Microsoft Corporation", "msedgeupdate.dll";
    ONEDRIVE = r"C:\Program Files\Microsoft OneDrive\OneDrive.exe", "24.055.0317.0002", "Microsoft OneDrive", "Microsoft OneDrive", "Microsoft Corporation", "OneDrive.exe";
    DEFENDER = r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24030.9-0\MsMpEng.exe", "4.18.24030.9", "Antimalware Service Executable", "Microsoft® Windows® Operating System", "Microsoft Corporation", "MsMpEng.exe";
    DEFENDER_SCAN = r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24030.9-0\MpCmdRun.exe", "4.18.24030.9", "Microsoft Malware Protection Command Line Utility", "Microsoft® Windows® Operating System", "Microsoft Corporation", "MpCmdRun.exe";
    INTUNE = r"C:\Program Files (x86)\Microsoft Intune Management Extension\Microsoft.Management.Services.IntuneWindowsAgent.exe", "1.79.102.0", "Microsoft Intune Management Extension", "Microsoft Intune Management Extension", "Microsoft Corporation", "Microsoft.Management.Services.IntuneWindowsAgent.exe";
    AGENT_EXECUTOR = r"C:\Program Files (x86)\Microsoft Intune Management Extension\AgentExecutor.exe", "1.79.102.0", "AgentExecutor", "Microsoft Intune Management Extension", "Microsoft Corporation", "AgentExecutor.exe";
    TERMINAL = r"C:\Program Files\WindowsApps\Microsoft.WindowsTerminal_1.19.10821.0_x64__8wekyb3d8bbwe\WindowsTerminal.exe", "1.19.2404.03001", "Windows Terminal Host", "Windows Terminal", "Microsoft Corporation", "WindowsTerminal.exe";
    SYSMON = r"C:\Windows\Sysmon64.exe", "15.14", "System activity monitor", "Sysinternals Sysmon", "Sysinternals - www.sysinternals.com", "-";
}
