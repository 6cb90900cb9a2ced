//! PowerShell's own command line: which words are switches, which take a value, which end it.
//!
//! It says where a payload stands, never what it means. Sources: `CommandLineParameterParser.cs`
//! of PowerShell 7 and Microsoft's `about_PowerShell_exe` (5.1) and `about_Pwsh`.

use super::words::{Grammar, Word, Words};
use crate::model::{Span, file_name};

/// Which PowerShell reads the line; some switches differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edition {
    /// `powershell.exe` and `powershell_ise.exe`, 5.1 and before.
    Windows,
    /// `pwsh.exe`, 6 and later.
    Core,
}

/// The edition a program name means: an image, a word of a line or an original file name.
///
/// `pwsh.exe` carries the original file name `pwsh.dll`.
pub(super) fn edition_of(program: &str) -> Option<Edition> {
    let name = file_name(program.trim()).to_ascii_lowercase();
    let stem = name.strip_suffix(".exe").unwrap_or(&name);
    match stem {
        "powershell" | "powershell_ise" => Some(Edition::Windows),
        "pwsh" | "pwsh.dll" => Some(Edition::Core),
        _ => None,
    }
}

/// What a switch does with the words after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    /// Nothing.
    Nothing,
    /// The next word.
    Value,
    /// The next word as base64 of a command.
    Encoded,
    /// All that is left, as PowerShell text.
    Command,
    /// All that is left, as a file and its arguments.
    File,
    /// Ends the line without running a payload: help.
    Stop,
    /// A value in 5.1 (`-Version 2`), the end of the line in 7.
    Version,
}

/// Where a switch exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    Both,
    Windows,
    Core,
}

/// Full name, shortest form, editions, what follows. An abbreviation with another spelling
/// (`ep`, `ec`) is a row of its own. The first row that matches wins, as in PowerShell.
const SWITCHES: &[(&str, &str, In, Takes)] = &[
    ("version", "v", In::Both, Takes::Version),
    ("help", "h", In::Both, Takes::Stop),
    ("?", "?", In::Both, Takes::Stop),
    ("login", "l", In::Core, Takes::Nothing),
    ("noexit", "noe", In::Both, Takes::Nothing),
    ("noprofile", "nop", In::Both, Takes::Nothing),
    ("nologo", "nol", In::Both, Takes::Nothing),
    ("noninteractive", "noni", In::Both, Takes::Nothing),
    ("noprofileloadtime", "noprofileloadtime", In::Core, Takes::Nothing),
    ("socketservermode", "so", In::Both, Takes::Nothing),
    ("servermode", "s", In::Both, Takes::Nothing),
    ("namedpipeservermode", "nam", In::Both, Takes::Nothing),
    ("sshservermode", "sshs", In::Core, Takes::Nothing),
    ("interactive", "i", In::Core, Takes::Nothing),
    ("configurationfile", "configurationfile", In::Core, Takes::Value),
    ("configurationname", "config", In::Both, Takes::Value),
    ("custompipename", "cus", In::Core, Takes::Value),
    ("commandwithargs", "commandwithargs", In::Core, Takes::Command),
    ("cwa", "cwa", In::Core, Takes::Command),
    ("command", "c", In::Both, Takes::Command),
    ("windowstyle", "w", In::Both, Takes::Value),
    ("file", "f", In::Both, Takes::File),
    ("executionpolicy", "ex", In::Both, Takes::Value),
    ("ep", "ep", In::Both, Takes::Value),
    ("encodedcommand", "e", In::Both, Takes::Encoded),
    ("ec", "ec", In::Both, Takes::Encoded),
    ("encodedarguments", "encodeda", In::Both, Takes::Value),
    ("ea", "ea", In::Both, Takes::Value),
    ("settingsfile", "settings", In::Core, Takes::Value),
    ("outputformat", "o", In::Both, Takes::Value),
    ("of", "of", In::Both, Takes::Value),
    ("inputformat", "inp", In::Both, Takes::Value),
    ("if", "if", In::Both, Takes::Value),
    ("psconsolefile", "psc", In::Windows, Takes::Value),
    ("sta", "sta", In::Both, Takes::Nothing),
    ("mta", "mta", In::Both, Takes::Nothing),
    ("workingdirectory", "wo", In::Core, Takes::Value),
    ("wd", "wd", In::Core, Takes::Value),
];

/// What a call asks for, in the reader's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asks {
    /// `-WindowStyle Hidden`.
    HiddenWindow,
    /// `-NoProfile`.
    NoProfile,
    /// `-NonInteractive`.
    NonInteractive,
    /// `-ExecutionPolicy Bypass`.
    PolicyBypassed,
    /// `-EncodedCommand`.
    Encoded,
}

/// A switch that announces base64 and the word after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Encoded {
    /// The switch as written.
    pub(super) switch: Word,
    /// The base64, `None` at the end of the line.
    pub(super) payload: Option<Word>,
}

/// What one PowerShell command line holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Call {
    /// What it asks for, in the order written.
    pub(super) asks: Vec<Asks>,
    /// The first encoded command.
    pub(super) encoded: Option<Encoded>,
    /// PowerShell text: what `-Command` takes, or in 5.1 the first word that is no switch.
    pub(super) script: Option<Span>,
    /// Whether the rest is a file and its arguments.
    pub(super) is_file: bool,
    /// One past the last byte that was read.
    pub(super) end: usize,
}

/// Reads the arguments of PowerShell within `span` of `line`.
pub(super) fn read_call(line: &str, span: Span, edition: Edition, grammar: Grammar) -> Call {
    let mut words = Words::new(line, span, grammar);
    let mut call = Call::default();
    while let Some(word) = words.next() {
        let matched = switch_key(&word.value).and_then(|key| {
            let own = match_switch(&key, edition);
            own.or_else(|| start_process(&key).filter(|_| grammar == Grammar::ArgumentList))
        });
        let Some((name, takes)) = matched else {
            match edition {
                Edition::Windows => call.script = Some(Span { from: word.raw.from, to: span.to }),
                Edition::Core => call.is_file = true,
            }
            break;
        };
        match takes {
            Takes::Nothing => note_flag(&mut call, name),
            Takes::Version if edition == Edition::Core => break,
            Takes::Value | Takes::Version => note_value(&mut call, name, words.next()),
            Takes::Encoded if call.encoded.is_some() => break,
            Takes::Encoded => {
                call.asks.push(Asks::Encoded);
                call.encoded = Some(Encoded { switch: word, payload: words.next() });
            }
            Takes::Command => {
                call.script = Some(Span { from: words.position(), to: span.to });
                break;
            }
            Takes::File => {
                call.is_file = true;
                break;
            }
            Takes::Stop => break,
        }
    }
    call.end = words.position();
    call
}

/// The lower-case name after the switch mark, `None` for a word without one.
fn switch_key(word: &str) -> Option<String> {
    let is_dash = |c: char| matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}');
    let mut chars = word.trim().chars();
    let mark = chars.next().filter(|c| is_dash(*c) || *c == '/')?;
    let rest = chars.as_str();
    let key = if is_dash(mark) { rest.strip_prefix(mark).unwrap_or(rest) } else { rest };
    Some(key.to_lowercase())
}

fn match_switch(key: &str, edition: Edition) -> Option<(&'static str, Takes)> {
    SWITCHES
        .iter()
        .find(|(name, shortest, editions, _)| {
            let exists = match editions {
                In::Both => true,
                In::Windows => edition == Edition::Windows,
                In::Core => edition == Edition::Core,
            };
            exists && name.starts_with(key) && key.starts_with(shortest)
        })
        .map(|(name, _, _, takes)| (*name, *takes))
}

/// Parameters of `Start-Process` that stand between PowerShell's name and its arguments.
fn start_process(key: &str) -> Option<(&'static str, Takes)> {
    const PARAMETERS: &[(&str, Takes)] = &[
        ("argumentlist", Takes::Nothing),
        ("args", Takes::Nothing),
        ("passthru", Takes::Nothing),
        ("nonewwindow", Takes::Nothing),
        ("wait", Takes::Nothing),
        ("verb", Takes::Value),
    ];
    PARAMETERS.iter().find(|(name, _)| name.starts_with(key)).copied()
}

fn note_flag(call: &mut Call, name: &str) {
    match name {
        "noprofile" => call.asks.push(Asks::NoProfile),
        "noninteractive" => call.asks.push(Asks::NonInteractive),
        _ => {}
    }
}

/// A window style may be abbreviated or given as a number, a policy is a whole word.
fn note_value(call: &mut Call, name: &str, value: Option<Word>) {
    let Some(value) = value.map(|word| word.value.trim().to_lowercase()) else { return };
    match name {
        "windowstyle" if value == "1" || (!value.is_empty() && "hidden".starts_with(&value)) => {
            call.asks.push(Asks::HiddenWindow);
        }
        "executionpolicy" | "ep" if value == "bypass" => call.asks.push(Asks::PolicyBypassed),
        _ => {}
    }
}
