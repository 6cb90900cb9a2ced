//! Whether a command that was asked for is the command that ran. Text only; it runs nothing.

use super::super::image_path::can_be_same_image;
use crate::model::{Process, file_name, is_same_text, program};

/// Of a text that may ask for commands, this much is looked at.
const MOST_TEXT: usize = 16 * 1024;
/// Words of a command line that are looked at for options.
const MOST_WORDS: usize = 64;

/// How well a process is what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// The program, and nothing says more.
    Image,
    /// The whole command.
    Command,
}

/// Lower case, without quotation marks and the signs that escape, blanks and backslashes single: the
/// same command is quoted otherwise by each language that hands it on.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MOST_TEXT));
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if out.len() >= MOST_TEXT {
            break;
        }
        match c {
            '"' | '\'' | '`' | '^' => {}
            '\\' if matches!(chars.peek(), Some('"' | '\'')) => {}
            '\\' if out.ends_with('\\') => {}
            c if c.is_whitespace() => {
                if !out.ends_with(' ') && !out.is_empty() {
                    out.push(' ');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether one plain text has the other in it, not as part of a longer word.
pub(super) fn holds(text: &str, what: &str) -> bool {
    if what.is_empty() {
        return false;
    }
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(what).take(MOST_WORDS).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + what.len()..).and_then(|tail| tail.chars().next());
        let goes_on = is_word(after) && is_word(what.chars().next_back());
        let began_before = is_word(before) && is_word(what.chars().next());
        !goes_on && !began_before
    })
}

/// The words of a command line as Windows programs split it: at blanks outside of quotation marks.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut is_quoted, mut is_word) = (false, false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'"') => word.extend(chars.next()),
            '"' => (is_quoted, is_word) = (!is_quoted, true),
            c if c.is_whitespace() && !is_quoted => {
                if is_word {
                    words.push(std::mem::take(&mut word));
                    is_word = false;
                }
            }
            c => {
                word.push(c);
                is_word = true;
            }
        }
        if words.len() >= MOST_WORDS {
            return words;
        }
    }
    if is_word {
        words.push(word);
    }
    words
}

/// Whether the words have this option, with `/` or `-`.
pub(super) fn has_option(words: &[String], name: &str) -> bool {
    words.iter().any(|word| is_option(word, name))
}

/// The word after an option.
pub(super) fn option<'w>(words: &'w [String], name: &str) -> Option<&'w str> {
    let at = words.iter().position(|word| is_option(word, name))?;
    words.get(at + 1).map(String::as_str)
}

fn is_option(word: &str, name: &str) -> bool {
    word.strip_prefix(['/', '-']).is_some_and(|rest| rest.eq_ignore_ascii_case(name))
}

/// A command with the variables and prefixes that services and tasks write for Windows' folder.
pub(super) fn expanded(command: &str) -> String {
    const PREFIXES: [(&str, &str); 7] = [
        ("%systemroot%", r"C:\Windows"),
        ("%windir%", r"C:\Windows"),
        ("%comspec%", r"C:\Windows\System32\cmd.exe"),
        (r"\systemroot\", r"C:\Windows\"),
        (r"\??\", ""),
        (r"system32\", r"C:\Windows\System32\"),
        (r"syswow64\", r"C:\Windows\SysWOW64\"),
    ];
    let bare = command.trim_start();
    let (quote, bare) = match bare.strip_prefix('"') {
        Some(rest) => ("\"", rest),
        None => ("", bare),
    };
    for (prefix, path) in PREFIXES {
        if let Some(head) = bare.get(..prefix.len())
            && head.eq_ignore_ascii_case(prefix)
        {
            return [quote, path, bare.get(prefix.len()..).unwrap_or_default()].concat();
        }
    }
    command.trim().to_owned()
}

/// Program and the rest of a command line.
fn split(line: &str) -> Option<(&str, &str)> {
    let name = program(line)?;
    let at = line.find(name)?;
    let rest = line.get(at + name.len()..)?;
    Some((name, rest.strip_prefix('"').unwrap_or(rest)))
}

/// The file name of the program that a command runs, in lower case and with its ending.
pub(super) fn program_name(command: &str) -> Option<String> {
    let command = expanded(command);
    let mut name = file_name(program(&command)?).to_lowercase();
    if !name.contains('.') {
        name.push_str(".exe");
    }
    Some(name)
}

/// How well the process is what a command asks for; `None` where it is something else.
pub(super) fn fit(asked: &str, child: &Process) -> Option<Fit> {
    let asked = expanded(asked);
    let line = child.command_line.as_deref().map(plain).filter(|line| !line.is_empty());
    let (asked_program, asked_rest) = split(&asked)?;
    let name = program_name(asked_program)?;
    if !is_same_text(&name, file_name(child.image.as_deref()?)) {
        // A batch file or script is run by another program, and named in that one's line.
        let is_document = name.rsplit_once('.').is_none_or(|(_, ending)| ending != "exe");
        let is_named = line.is_some_and(|line| holds(&line, &plain(&asked)));
        return (is_document && is_named).then_some(Fit::Command);
    }
    let has_path = asked_program.contains('\\') && !asked_program.contains('%');
    if has_path && !can_be_same_image(asked_program, child.image.as_deref()?) {
        return None;
    }
    let Some(logged) = child.command_line.as_deref().filter(|_| line.is_some()) else {
        return Some(Fit::Image);
    };
    let asked_rest = plain(asked_rest);
    // Arguments that are only known when it runs.
    if asked_rest.contains("$(") || asked_rest.contains('%') {
        return Some(Fit::Image);
    }
    let rest = split(logged).map(|(_, rest)| plain(rest))?;
    (rest.trim() == asked_rest.trim()).then_some(if asked_rest.is_empty() && !has_path {
        Fit::Image
    } else {
        Fit::Command
    })
}

/// Whether a plain text names the program of the process.
pub(super) fn names_program(text: &str, child: &Process) -> bool {
    let name = child.image.as_deref().map(|image| plain(file_name(image)));
    let stem = name.as_deref().map(|name| name.strip_suffix(".exe").unwrap_or(name));
    stem.is_some_and(|stem| holds(text, stem))
}

/// How well a plain text asks for the process: with its whole command line, or its program.
pub(super) fn asked_in(text: &str, child: &Process) -> Option<Fit> {
    let line = child.command_line.as_deref().map(plain).filter(|line| line.len() >= 3);
    if let Some(line) = line {
        if holds(text, &line) {
            return Some(Fit::Command);
        }
        // The path may be written out on one side only.
        let logged = child.command_line.as_deref().and_then(split);
        let rest = logged.map(|(_, rest)| plain(rest)).filter(|rest| rest.len() >= 6);
        if let Some(rest) = rest {
            let is_it = holds(text, rest.trim()) && names_program(text, child);
            return is_it.then_some(Fit::Command);
        }
    }
    names_program(text, child).then_some(Fit::Image)
}
