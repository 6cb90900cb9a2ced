//! What looks encoded and is not: no layer, nothing failed, no data. Lines as everyday programs have
//! them; each is a near miss of some trick.

use spawnscope::decode::{Command, decode};

/// `whoami /all` as UTF-16LE, and `hello world, this is text` as UTF-8, by Python's base64 module.
const UTF16: &str = "dwBoAG8AYQBtAGkAIAAvAGEAbABsAA==";
const UTF8: &str = "aGVsbG8gd29ybGQsIHRoaXMgaXMgdGV4dA==";

fn stays(line: &str) {
    let decoding = decode(&Command { text: line, ..Command::default() });
    assert_eq!(decoding.layers, [], "{line}");
    assert_eq!(decoding.failed, [], "{line}");
    assert_eq!(decoding.blobs, [], "{line}");
    assert!(!decoding.traits.contains(&"encoded".to_owned()), "{line}");
}

#[test]
fn identifiers_and_hashes_stay_as_they_are() {
    let lines = [
        "dllhost.exe /Processid:{3EB3C877-1F16-487C-9050-104DBCD66683}",
        "app.exe --id=6ba7b810-9dad-11d1-80b4-00c04fd430c8 --session 6ba7b8109dad11d180b400c04fd430c8",
        "icacls C:\\x /grant *S-1-5-21-1004336348-1177238915-682003330-512:F",
        "certutil -hashfile C:\\a.exe SHA256",
        "signtool sign /sha1 A94A8FE5CCB19BA61C4C0873D391E987982FBBD3 C:\\a.exe",
        "x --sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "git checkout 356a192b7913b04c54574d18c28d46e6395428ab",
        "backgroundTaskHost.exe -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca",
        "svchost.exe -k netsvcs -p -s Schedule",
        "x -p AQAAANCMnd8BFdERjHoAwE",
        "Get-Item -Path Cert:\\LocalMachine\\My\\D4DE20D05E66FC53FE1A50882C78DB2852CAE474",
        "sc sdset x D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)",
        "app.exe 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "x.exe AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ThisIsAVeryLongNameOfAProgramThatSomebodyWroteWithoutBlanks1234567890abcd.exe",
        "C:\\WINDOWS\\WinSxS\\amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.19041.1_none\\TiWorker.exe",
    ];
    lines.into_iter().for_each(stays);
}

#[test]
fn tokens_and_base64_of_other_programs_stay_as_they_are() {
    let jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
    let lines = [
        format!("curl -H \"Authorization: Bearer {jwt}\" https://api.example.com/"),
        format!("app.exe --token {jwt}"),
        format!("curl \"https://example.com/?d={UTF8}\""),
        format!("start https://example.com/#{UTF16}"),
        format!("curl -u user:{UTF8} https://example.com/"),
        format!("kubectl create secret generic x --from-literal=a={UTF8}"),
        format!("openssl enc -base64 -d {UTF8}"),
        format!("ssh-keygen -lf AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 {UTF8}"),
        format!("perl -e {UTF16}"),
        format!("python -e {UTF16} -enc {UTF16}"),
        format!("node -e {UTF16}"),
        format!("ruby -e {UTF16}"),
        format!("bash -c 'echo {UTF8} | base64'"),
        format!("tar -e {UTF16}"),
        format!("java -jar x.jar -enc {UTF16}"),
        format!("echo {UTF16}"),
        format!("notepad {UTF16}.txt"),
        format!("msedge.exe --enc {UTF16}"),
        format!("ffmpeg -enc {UTF16}"),
        format!("chrome.exe --data={UTF8}"),
        format!("findstr {UTF8} x.txt"),
        format!("powershellx -enc {UTF16}"),
        format!("mypwsh.exe -e {UTF16}"),
        format!("powershell -encodedfoo {UTF16}"),
        format!("powershell -enc:{UTF16}"),
        format!("powershell -File a.ps1 -e {UTF16}"),
        format!("pwsh -v -e {UTF16}"),
        format!("powershell -c Write-Host -e {UTF16}"),
    ];
    for line in &lines {
        stays(line);
    }
}

#[test]
fn everyday_lines_have_nothing_to_undo() {
    let lines = [
        "\"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe\" --type=renderer --field-trial-handle=1718,i,123,456,262144 --lang=de --num-raster-threads=4",
        "\"C:\\Program Files\\Zoom\\bin\\Zoom.exe\" --url=zoommtg://zoom.us/join?action=join&confno=123456789&pwd=QWJjZGVmZ2g",
        "C:\\Windows\\System32\\rundll32.exe C:\\Windows\\System32\\davclnt.dll,DavSetCookie x",
        "taskhostw.exe {222A245B-E637-4AE9-A93F-A59CA119A75E}",
        "cmd.exe /c \"C:\\Program Files\\x\\a.bat\" -x 1",
        "powershell.exe -NoProfile -ExecutionPolicy RemoteSigned -File C:\\a.ps1 -Name x",
        "powershell.exe -Command \"Get-Service | Where-Object Status -eq Running\"",
        "conhost.exe 0xffffffff -ForceV1",
        "werfault.exe -u -p 1234 -s 567",
        "msiexec.exe /i C:\\setup.msi /qn",
        "wmic os get Caption /value",
        "schtasks /query /fo LIST /v",
        "reg query HKLM\\Software /s",
        "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe /noconfig @\"C:\\x\\a.cmdline\"",
    ];
    lines.into_iter().for_each(stays);
}
