//! `cmd.exe` lines: what each trick comes down to, and what stays as it is.
//!
//! Every expected text follows from a rule that stands beside it: `cmd /?`, `set /?`, `for /?`,
//! and the order of the parser's phases.

use super::{WHOAMI, at, run, texts};

/// A line, what is left of it, and the words of the trick.
type Row = (&'static str, &'static str, &'static str);

fn check(rows: &[Row]) {
    let mut wrong = Vec::new();
    for (line, expected, trick) in rows {
        let decoding = run(line);
        let tricks: Vec<&str> = decoding.layers.iter().map(|layer| layer.trick.as_str()).collect();
        if texts(&decoding) != [*expected]
            || tricks != [format!("{trick} of cmd.exe")]
            || !decoding.failed.is_empty()
            || !run(expected).layers.is_empty()
        {
            wrong.push(format!(
                "{line}\n  {expected}\n  {:?} {:?}",
                decoding.layers, decoding.failed
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check_unchanged(lines: &[&str]) {
    let mut wrong = Vec::new();
    for line in lines {
        let decoding = run(line);
        if !decoding.layers.is_empty() || !decoding.failed.is_empty() {
            wrong.push(format!("{line}\n  {:?} {:?}", decoding.layers, decoding.failed));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `^` outside quotes takes the meaning from the next character and goes.
#[test]
fn carets() {
    check(&[
        ("cmd /c w^h^o^a^m^i", "cmd /c whoami", "Carets"),
        ("cmd.exe /C n^et us^er /d^omain", "cmd.exe /C net user /domain", "Carets"),
        // An outer quote is cut off before carets are read.
        ("cmd /c \"w^hoami\"", "cmd /c \"whoami\"", "Carets"),
        // Inside quotes a caret is a caret; an escaped sign stays escaped.
        ("cmd /c w^hoami ^& echo \"a^b\"", "cmd /c whoami ^& echo \"a^b\"", "Carets"),
        ("%COMSPEC% /c d^ir", "%COMSPEC% /c dir", "Carets"),
        ("cmd /c (w^hoami) & (d^ir)", "cmd /c (whoami) & (dir)", "Carets"),
        ("cmd /d/c w^hoami", "cmd /d/c whoami", "Carets"),
        ("cmd /cw^hoami", "cmd /cwhoami", "Carets"),
        ("cmd /r w^hoami", "cmd /r whoami", "Carets"),
        ("cmd /k w^hoami", "cmd /k whoami", "Carets"),
        ("cmd junk /c w^hoami", "cmd junk /c whoami", "Carets"),
        // Two levels of cmd.exe: the outer one makes `^h` of `^^^h`, the inner one `h` of that.
        ("cmd /c cmd /c w^^^hoami", "cmd /c cmd /c whoami", "Carets"),
        ("p^o^wershell -c d^ir", "powershell -c dir", "Carets"),
    ]);
    check_unchanged(&[
        "cmd /c echo ^& dir",
        "cmd /c echo a^^b",
        "cmd /c dir ^| find \"x\"",
        "cmd /c echo \"p^owershell\"",
        "cmd /c \"findstr \"^a\" x.txt\"",
        "findstr ^foo x.txt",
        "cmd /c",
        "cmd",
    ]);
}

/// A name loses its quotes when the program is looked for, an argument when the C runtime splits
/// the line. Internal commands print them.
#[test]
fn quotes_inside_words() {
    check(&[
        ("cmd /c c\"\"md /c dir", "cmd /c cmd /c dir", "Quotes inside words"),
        ("cmd /c \"p\"ower\"shell\" -nop", "cmd /c powershell -nop", "Quotes inside words"),
        ("cmd /c who\"\"ami", "cmd /c whoami", "Quotes inside words"),
        ("cmd /c net u\"s\"er", "cmd /c net user", "Quotes inside words"),
        ("cmd /c n\"\"et us\"\"er /do\"\"main", "cmd /c net user /domain", "Quotes inside words"),
        (
            "cmd /c \"\"C:\\Prog\"ram\" Files\\a.exe\" -x\"",
            "cmd /c \"\"C:\\Program Files\\a.exe\" -x\"",
            "Quotes inside words",
        ),
    ]);
    check_unchanged(&[
        "cmd /c \"C:\\Program Files\\x\\y.bat\" -a",
        "cmd /c \"\"C:\\Program Files\\x\\y.exe\" -a \"b c\"\"",
        "cmd.exe /c \"C:\\Program Files\"\\x\\y.exe",
        "cmd /c echo a\"b\"c",
        "cmd /c x.exe --name=\"a b\" /d\"x y\"z",
        "cmd /c powershell -c \"iex (\"a\"+\"b\")\"",
        "cmd /c curl -d \"{\"a\":\"b\",\"c\":1}\" http://192.0.2.1/",
        "cmd.exe /d /s /c \"node \"C:\\a\\b.js\" --x=\"y z\" \"--w=\"v\"\"",
        "cmd /c \"\"C:\\Program Files\\VC\\vcvars64.bat\" && set > \"C:\\a\\env.txt\"\"",
        "cmd /c set x=a\"\"b",
        "cmd /c start \"\" \"C:\\a b\\c.exe\"",
        "cmd /c start \"title\" notepad",
    ]);
}

/// `%x:~from,length%` and `%x:old=new%` on what Windows sets on every computer.
#[test]
fn parts_of_windows_variables() {
    check(&[
        // C:\Windows\system32\cmd.exe: the last seven characters.
        ("cmd /c %ComSpec:~-7% /c dir", "cmd /c cmd.exe /c dir", "Parts of Windows variables"),
        ("cmd /c %comspec:~20,3% /c dir", "cmd /c cmd /c dir", "Parts of Windows variables"),
        // .COM;.EXE;… the second character to the fourth.
        ("cmd /c echo %PATHEXT:~1,3%", "cmd /c echo COM", "Parts of Windows variables"),
        // Counted from 0, `o` stands at 7 of C:\Windows, `w` at 8, and `P` at 9 of C:\Users\Public.
        (
            "cmd /c %PUBLIC:~9,1%%windir:~7,1%%windir:~8,1%ershell -nop",
            "cmd /c Powershell -nop",
            "Parts of Windows variables",
        ),
        // Blanks and signs around the numbers, and hexadecimal ones, as C reads them.
        ("cmd /c %OS:~ +0 , -3%x", "cmd /c Windowsx", "Parts of Windows variables"),
        ("cmd /c echo %OS:~0x8,0x2%", "cmd /c echo NT", "Parts of Windows variables"),
        // Any letter case of the old text; `*` takes all before it too.
        (
            "cmd /c echo %ProgramFiles:program =a%",
            "cmd /c echo C:\\aFiles",
            "Parts of Windows variables",
        ),
        ("cmd /c %ComSpec:*system32\\=%", "cmd /c cmd.exe", "Parts of Windows variables"),
        // The ends of a value whose middle is not known.
        ("cmd /c dir %TEMP:~0,3%", "cmd /c dir C:\\", "Parts of Windows variables"),
        ("cmd /c echo %APPDATA:~-7%", "cmd /c echo Roaming", "Parts of Windows variables"),
        // Sysmon doubles every percent sign.
        ("cmd /c %%ComSpec:~-7%% /c dir", "cmd /c cmd.exe /c dir", "Parts of Windows variables"),
        ("%%COMSPEC%% /c w^hoami /a %%TEMP%%\\a", "%%COMSPEC%% /c whoami /a %%TEMP%%\\a", "Carets"),
        // Windows variables as a whole stay as written.
        ("cmd /c %windir%\\n^et.exe use", "cmd /c %windir%\\net.exe use", "Carets"),
    ]);
    check_unchanged(&[
        "cmd /c dir %TEMP%",
        "cmd /c echo %PATH%",
        "cmd /c %ComSpec% /c dir",
        "%COMSPEC% /c echo 1",
        "%%COMSPEC%% /c dir %%windir%%",
        "cmd /c start http://192.0.2.1/a%20b%3Ac",
        "cmd /c copy a b_%date:~-4%%time:~0,2%.zip",
        "cmd /c echo 100%",
        "cmd /c echo %undefined%",
        "cmd /c echo %windir:~bad%",
    ]);
}

/// Phase one is over before `set` runs, so the value needs `call`, `/v:on` or a new cmd.exe.
#[test]
fn variables_set_on_the_line() {
    let set = "Variables set on the line";
    check(&[
        ("cmd /c \"set a=who&& set b=ami&& call %a%%b%\"", "cmd /c \"whoami\"", set),
        ("cmd /c \"set x=whoami&call %x% /all\"", "cmd /c \"whoami /all\"", set),
        ("cmd /v:on /c \"set x=whoami&& !x!\"", "cmd /v:on /c \"whoami\"", set),
        ("cmd /V /C set x=whoami&&!x! /all", "cmd /V /C whoami /all", set),
        ("cmd /c \"set x=whoami&& cmd /c %x%\"", "cmd /c \"cmd /c whoami\"", set),
        // Inside a loop over files the name takes the place of the variable.
        (
            "cmd /v:on /c for %i in (*.exe) do (set n=%i& echo !n!)",
            "cmd /v:on /c for %i in (*.exe) do (echo %i)",
            set,
        ),
        // A value keeps the blank before `&` and any letter case of its name.
        ("cmd /c \"set Ab=net & call %aB%user\"", "cmd /c \"net user\"", set),
        // `set "x=…"` keeps what is between the quotes only.
        ("cmd /c set \"x=whoami\" & call %x%", "cmd /c whoami", set),
        // What a child sets is gone when it ends, what its parent sets it sees.
        (
            "cmd /c \"set x=who& cmd /v /c \"set y=ami& !x!!y!\"\"",
            "cmd /c \"cmd /v /c \"whoami\"\"",
            set,
        ),
        // A sign that came out of a variable parts no commands.
        ("cmd /v /c \"set x=a ^& b&& echo !x!\"", "cmd /v /c \"echo a ^& b\"", set),
        ("cmd /v /c \"set /a n=3*4+1& echo !n!\"", "cmd /v /c \"echo 13\"", set),
        (
            "cmd /v /c \"set /a \"n=(1<<4)|0x3\"& ping -n !n! 192.0.2.1\"",
            "cmd /v /c \"ping -n 19 192.0.2.1\"",
            set,
        ),
        // The failing side of `||` runs only after a failure.
        ("cmd /v /c \"set x=who|| set x=no& echo !x!\"", "cmd /v /c \"set x=no& echo who\"", set),
        ("set x=whoami& call %x%", "whoami", set),
    ]);
    check(&[
        (
            "cmd /v:on /c \"set x=XwhoYamiX&& !x:~1,3!!x:~5,3!\"",
            "cmd /v:on /c \"whoami\"",
            "Parts of variables and variables set on the line",
        ),
        (
            "cmd /c \"set x=whZaZi&& call set y=%x:Z=m%&& call echo %y:*m=o%\"",
            "cmd /c \"echo oami\"",
            "Parts of variables and variables set on the line",
        ),
    ]);
    check_unchanged(&[
        "cmd /c set x=1",
        "cmd /c \"set COMPLUS_X=0& powershell -nop\"",
        "cmd /c \"set PATH=C:\\x;%PATH%& java -version\"",
        "cmd /c \"set x=1& echo %x%\"",
        "cmd /c set /p x=name: & call y.bat",
        "cmd /c \"cd /d C:\\x && set NODE_ENV=production&& npm run build\"",
        "cmd /d /c set A=1&& set B=2&& build.exe",
        "for ($i=0; $i -lt 3; $i++) { & x -match '^abc' }",
        "set-content a.txt 'b & ^c'",
        "call ^x",
        "cmd /c call C:\\x\\y.bat a",
        "cmd /c echo wow!",
        "cmd /v:off /c \"set x=1& echo !x!\"",
    ]);
}

/// The published patterns: a list of indices over a string, counting down, and cutting the front.
#[test]
fn loops_that_build_text() {
    let built = "Parts of variables and variables set on the line";
    check(&[
        // FORcode. The string is `nets /ao`; the indices spell `netstat /ano`, twelve characters.
        (
            "cmd /V:ON /C \"set unique=nets /ao&&FOR %A IN (0 1 2 3 2 6 2 4 5 6 0 7 1337) DO set final=!final!!unique:~%A,1!&& IF %A==1337 CALL %final:~-12%\"",
            "cmd /V:ON /C \"netstat /ano\"",
            built,
        ),
        // The same, cut by the name that stands in front of the value at first.
        (
            "cmd /V:ON /C \"set u=imaohw&&for %i in (5 4 3 2 1 0 9) do set f=!f!!u:~%i,1!&&if %i==9 call %f:*f!=%\"",
            "cmd /V:ON /C \"whoami\"",
            built,
        ),
        // Reversal: from the last character to the first.
        (
            "cmd /V:ON /C \"set reverse=imaohw&& FOR /L %A IN (5 -1 0) DO set final=!final!!reverse:~%A,1!&&IF %A==0 CALL %final:~-6%\"",
            "cmd /V:ON /C \"whoami\"",
            built,
        ),
        // FINcode: letters replaced one after the other.
        (
            "cmd /V:ON /C \"set c=wh7amX&&set f=!c:7=o!&&call %f:X=i%\"",
            "cmd /V:ON /C \"whoami\"",
            built,
        ),
    ]);
    check(&[
        (
            "cmd /v:on /c \"(for %i in (w ho ami) do set x=!x!%i)& call %x:~-6%\"",
            "cmd /v:on /c \"whoami\"",
            "Parts of variables, variables set on the line and loops",
        ),
        // A program named by the loop, one item or several.
        ("cmd /c for %i in (whoami) do %i /all", "cmd /c whoami /all", "Loops"),
        ("cmd /c for %p in (net whoami) do %p /x", "cmd /c net /x & whoami /x", "Loops"),
        ("cmd /c for /f %i in ('echo whoami') do %i /all", "cmd /c whoami /all", "Loops"),
        (
            "cmd /c for /f \"tokens=2 delims=#\" %a in (\"x#whoami#y\") do @%a",
            "cmd /c @whoami",
            "Loops",
        ),
        (
            "cmd /c for /f \"tokens=1,3* delims=-\" %a in ('echo who-x-ami-/all -1') do %a%b %c",
            "cmd /c whoami /all -1",
            "Loops",
        ),
        ("cmd /c \"^f^or %i ^in (whoami) ^d^o %i\"", "cmd /c \"whoami\"", "Loops"),
        // The fourth word between `s` and `\` of PSModulePath on every Windows 10 and later.
        (
            "cmd /c for /f \"tokens=4 delims=s\\\" %a in ('set^|findstr PSM') do %a -nop",
            "cmd /c PowerShell -nop",
            "Parts of Windows variables and loops",
        ),
    ]);
    check_unchanged(&[
        "cmd /c for %i in (a b c) do echo %i",
        "cmd /c for %i in (*.txt) do del %i",
        "cmd /c for /f %i in ('dir /b') do del %i",
        "cmd /c for /f \"tokens=*\" %i in (hosts.txt) do ping %i",
        "cmd /c for /l %i in (1,1,254) do @ping -n 1 192.0.2.%i | find \"TTL\"",
        "cmd /c for /l %i in (1,1,999999999) do echo %i",
        "cmd /c for /l %i in (1,1,9999) do @ping -n 1 -w 100 192.0.2.1 >nul && echo %i of 9999 >> C:\\a\\log.txt",
        "cmd /c for /l %i in (1,0,2) do echo %i",
        "cmd /c for /r C:\\ %i in (*.doc) do copy %i D:\\",
        "cmd /c if exist C:\\x (del C:\\x) else (echo no)",
        "cmd /c if 1==2 echo never",
        "cmd /c if not defined x set x=1",
    ]);
}

/// Each side of a pipe is a cmd.exe of its own; `cmd` without a command and `powershell -` read
/// commands from it.
#[test]
fn commands_through_a_pipe() {
    check(&[
        ("cmd /c \"echo whoami | cmd\"", "cmd /c \"whoami\"", "Commands through a pipe"),
        ("cmd /c echo whoami /all|cmd.exe /q", "cmd /c whoami /all", "Commands through a pipe"),
        (
            "cmd /c echo dir & echo whoami|%COMSPEC%",
            "cmd /c echo dir & whoami",
            "Commands through a pipe",
        ),
        ("cmd /c (echo dir& echo whoami)|cmd", "cmd /c dir & whoami", "Commands through a pipe"),
        ("cmd /c <nul set /p=whoami|cmd", "cmd /c whoami", "Commands through a pipe"),
        (
            "cmd /c \"set com=netstat /ano&&echo %com%|cmd\"",
            "cmd /c \"netstat /ano\"",
            "Variables set on the line and commands through a pipe",
        ),
        ("cmd /c echo iex $x | powershell -", "iex $x", "Commands through a pipe"),
        (
            "cmd /c echo echo 'a ^& b' | powershell -nop -",
            "echo 'a & b'",
            "Commands through a pipe",
        ),
        (
            "cmd /c echo dir | powershell -noprofile -noninteractive",
            "dir",
            "Commands through a pipe",
        ),
        (
            "cmd /c dir & echo gci|powershell -",
            "cmd /c dir & powershell -Command {gci}",
            "Commands through a pipe",
        ),
        ("cmd /c \"cmd /c \"echo gci | pwsh -\"\"", "gci", "Commands through a pipe"),
    ]);
    check_unchanged(&[
        "cmd /c echo y | del x",
        "cmd /c echo y | cmd /c del x",
        "cmd /c type x.ps1 | powershell -",
        "cmd /c dir | findstr x",
        "cmd /c echo x > y.txt",
        "cmd /c echo %USERNAME% | cmd",
    ]);
}

/// `,` `;` and `=` part words, `@` and brackets may stand before a command.
#[test]
fn separators() {
    check(&[
        ("cmd /c ,;whoami", "cmd /c whoami", "Separators"),
        ("cmd /c \",;,cmd,/c,w^hoami\"", "cmd /c \"cmd,/c,whoami\"", "Carets and separators"),
        ("cmd /c (,w^hoami)", "cmd /c (whoami)", "Carets and separators"),
    ]);
}

#[test]
fn the_rest_of_the_way_is_gone_too() {
    let line = format!("cmd /c \"set p=pow&& set q=ershell&& call %p%%q% -e^nc {WHOAMI}\"");
    let decoding = run(&line);
    let plain = format!("cmd /c \"powershell -enc {WHOAMI}\"");
    assert_eq!(texts(&decoding), [plain.as_str(), "whoami /all"]);
    assert_eq!(at(&plain, decoding.layers[1].span), WHOAMI);
}

/// Where a value is not on the line, the place and the reason are told.
#[test]
fn what_cannot_be_known_is_told() {
    let cases = [
        ("cmd /c %USERNAME:~0,1%ower", "%USERNAME:~0,1%", "USERNAME depends on"),
        ("cmd /c %secret:~3,2%", "%secret:~3,2%", "secret is not on this line"),
        ("cmd /v:on /c echo !k:a=b!", "!k:a=b!", "k is not on this line"),
        ("cmd /c %time:~0,1%et user", "%time:~0,1%", "time"),
        ("cmd /c echo %TEMP:~2,20%", "%TEMP:~2,20%", "TEMP depends on"),
        (
            "cmd /v /c for /l %i in (1,1,99999999) do set x=!x!a",
            "for /l %i in (1,1,99999999) do set x=!x!a",
            "more than 10000 rounds",
        ),
    ];
    for (line, place, reason) in cases {
        let decoding = run(line);
        assert_eq!(texts(&decoding), [] as [&str; 0], "{line}");
        assert_eq!(decoding.failed.len(), 1, "{line}: {:?}", decoding.failed);
        assert_eq!(at(line, decoding.failed[0].span), place, "{line}");
        assert!(decoding.failed[0].reason.contains(reason), "{line}: {:?}", decoding.failed);
    }
}
