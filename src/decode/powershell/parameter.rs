//! The parameters of `powershell.exe`, `powershell_ise.exe` and `pwsh.exe`: one table, from which
//! every accepted spelling follows.
//!
//! Sources: `CommandLineParameterParser.cs` of PowerShell 7; the same parser as Windows PowerShell
//! has it (other shortest forms, no `-Interactive`); Microsoft's `about_PowerShell_exe` (5.1),
//! `about_PowerShell_Ise_exe` and `about_Pwsh`.

use super::Edition;

/// What a parameter does with the words after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing.
    Nothing,
    /// The next word.
    Value,
    /// The next word as base64 of a command.
    Encoded,
    /// The next word as base64 of arguments in CLIXML.
    Arguments,
    /// All that is left, as PowerShell text.
    Command,
    /// All that is left, as a file and its arguments.
    File,
    /// Ends the line without running a payload: help.
    Stop,
    /// A value in 5.1 (`-Version 2`), the end of the line in 7.
    Version,
}

/// Where a parameter exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    Both,
    Windows,
    Core,
}

/// Full name, shortest form, editions, what follows. An abbreviation with another spelling
/// (`ep`, `ec`) is a row of its own. The first row that matches wins, as in PowerShell.
const PARAMETERS: &[(&str, &str, In, Takes)] = &[
    ("version", "v", In::Both, Takes::Version),
    ("help", "h", In::Both, Takes::Stop),
    ("?", "?", In::Both, Takes::Stop),
    ("login", "l", In::Core, Takes::Nothing),
    ("noexit", "noe", In::Both, Takes::Nothing),
    ("importsystemmodules", "imp", In::Windows, Takes::Nothing),
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
    ("outputformat", "o", In::Both, Takes::Value),
    ("of", "of", In::Both, Takes::Value),
    ("inputformat", "i", In::Windows, Takes::Value),
    ("inputformat", "inp", In::Core, Takes::Value),
    ("if", "if", In::Both, Takes::Value),
    ("executionpolicy", "ex", In::Both, Takes::Value),
    ("ep", "ep", In::Both, Takes::Value),
    ("encodedcommand", "e", In::Both, Takes::Encoded),
    ("ec", "ec", In::Both, Takes::Encoded),
    ("encodedarguments", "encodeda", In::Both, Takes::Arguments),
    ("ea", "ea", In::Both, Takes::Arguments),
    ("settingsfile", "settings", In::Core, Takes::Value),
    ("psconsolefile", "psc", In::Windows, Takes::Value),
    ("sta", "sta", In::Both, Takes::Nothing),
    ("mta", "mta", In::Both, Takes::Nothing),
    ("workingdirectory", "wo", In::Core, Takes::Value),
    ("wd", "wd", In::Core, Takes::Value),
    (
        "removeworkingdirectorytrailingcharacter",
        "removeworkingdirectorytrailingcharacter",
        In::Core,
        Takes::Nothing,
    ),
];

/// Parameters of `Start-Process` that stand between PowerShell's name and its arguments.
const START_PROCESS: &[(&str, Takes)] = &[
    ("argumentlist", Takes::Nothing),
    ("args", Takes::Nothing),
    ("passthru", Takes::Nothing),
    ("nonewwindow", Takes::Nothing),
    ("wait", Takes::Nothing),
    ("verb", Takes::Value),
];

/// The parameter that a key means, in lower case: its full name and what it takes.
pub(super) fn parameter(key: &str, edition: Edition) -> Option<(&'static str, Takes)> {
    let found = PARAMETERS.iter().find(|(name, shortest, editions, _)| {
        let exists = match editions {
            In::Both => true,
            In::Windows => edition == Edition::Windows,
            In::Core => edition == Edition::Core,
        };
        exists && name.starts_with(key) && key.starts_with(shortest)
    });
    found.map(|(name, _, _, takes)| (*name, *takes))
}

/// The parameter of `Start-Process` that a key means.
pub(super) fn start_process(key: &str) -> Option<(&'static str, Takes)> {
    START_PROCESS.iter().find(|(name, _)| name.starts_with(key)).copied()
}

/// The key of a word, in lower case: what stands after its mark. `None` for a word without one.
///
/// Marks are `/` and the dashes that PowerShell knows; a second, identical dash goes too.
pub(super) fn key_of(word: &str) -> Option<String> {
    let is_dash = |c: char| matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}');
    let mut chars = word.trim().chars();
    let mark = chars.next().filter(|c| is_dash(*c) || *c == '/')?;
    let rest = chars.as_str();
    let key = if is_dash(mark) { rest.strip_prefix(mark).unwrap_or(rest) } else { rest };
    Some(key.to_lowercase())
}
