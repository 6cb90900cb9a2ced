//! Where carriers stand in a line and which part of them is a command line of its own.
//!
//! Sources: Microsoft's reference of `schtasks create`, `sc create`, `wmic`, `reg add`,
//! `forfiles` (with its `0xHH`), `winrs`; Sysinternals, `PsExec`; LOLBAS for `pcalua`, `conhost`,
//! `mshta` and `rundll32`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::super::text::{byte_before, part, skip_blanks};
use super::super::words::{Grammar, Word, Words};
use super::script;
use crate::model::Span;

/// The most names of one text.
const MAX_PLACES: usize = 4096;

/// The names looked for, in the order of [`Carrier`]'s arms in [`CARRIERS`].
const CARRIERS: &[(&str, Carrier)] = &[
    ("schtasks", Carrier::ScheduledTask),
    ("wmic", Carrier::Wmi),
    ("forfiles", Carrier::Forfiles),
    ("pcalua", Carrier::Pcalua),
    ("conhost", Carrier::Conhost),
    ("psexec", Carrier::PsExec),
    ("winrs", Carrier::WinRs),
    ("mshta", Carrier::Mshta),
    ("rundll32", Carrier::Rundll32),
    ("sc", Carrier::Service),
    ("reg", Carrier::Registry),
    ("cmd", Carrier::Cmd),
];

/// A program that carries a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carrier {
    ScheduledTask,
    Wmi,
    Forfiles,
    Pcalua,
    Conhost,
    PsExec,
    WinRs,
    Mshta,
    Rundll32,
    Service,
    Registry,
    /// In PowerShell text only.
    Cmd,
}

/// Who reads the line that the carriers stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    /// Nobody: it started the carrier.
    Nothing,
    Cmd,
    PowerShell,
}

/// A carrier's name and arguments in a line.
#[derive(Clone, Debug)]
pub(super) struct Place {
    carrier: Carrier,
    /// Where its name starts.
    pub(super) name: usize,
    pub(super) arguments: Span,
    /// Who read the line: in that of `cmd.exe` carets stand before its signs.
    pub(super) around: Around,
}

/// How a line inside is written back into the line around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As one argument, in quotes.
    Argument,
    /// As it is.
    Verbatim,
    /// With single quotes where `cmd.exe` has double ones.
    SingleQuotes,
}

/// The command line inside.
#[derive(Clone, Debug)]
pub(super) struct Inner {
    /// What the unwrapping is called.
    pub(super) trick: &'static str,
    /// Where it stood, in words.
    pub(super) from: &'static str,
    /// The line as the program runs it, or a script's text with its strings put together.
    pub(super) text: String,
    /// The bytes it came from, quotes included.
    pub(super) span: Span,
    /// Whether the text is a script and no command line.
    pub(super) is_script: bool,
    /// Whether it does not stand in the line as it runs.
    pub(super) is_hidden: bool,
    /// How it is written back.
    pub(super) form: Form,
    /// Whether a script runs it.
    pub(super) is_of_script: bool,
    /// The script with its strings put together, where that changes it.
    pub(super) script: Option<String>,
}

/// Exports of Windows libraries that start the program named behind them (LOLBAS, rundll32).
const STARTING_EXPORTS: &[&str] = &[
    "shellexec_rundll",
    "registerocx",
    "routethecall",
    "launchapplication",
    "openurl",
    "fileprotocolhandler",
];

/// Finds the names in one pass over the bytes.
static NAMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let names = CARRIERS.iter().map(|(name, _)| name);
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(names)
        .ok()
});

/// The carriers of a line, in order: their names as words of their own, where arguments follow.
pub(super) fn places(text: &str, around: Around) -> Vec<Place> {
    let Some(names) = NAMES.as_ref() else { return Vec::new() };
    let mut places: Vec<Place> = Vec::new();
    let (mut counted, mut is_enclosed) = (0, false);
    for found in names.find_iter(text) {
        let Some((_, carrier)) = CARRIERS.get(found.pattern().as_usize()) else { continue };
        let mut end = found.end();
        if *carrier == Carrier::PsExec {
            end += usize::from(part(text, end, end + 2) == "64") * 2;
        }
        if part(text, end, end + 4).eq_ignore_ascii_case(".exe") {
            end += 4;
        }
        let is_start = byte_before(text, found.start())
            .is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'\\/(&|@;{".contains(&byte));
        let after = text.as_bytes().get(end);
        let is_whole = after.is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'"');
        let is_inside = places.last().is_some_and(|last| found.start() < last.arguments.to);
        let is_read = *carrier != Carrier::Cmd || around == Around::PowerShell;
        if is_start && is_whole && !is_inside && is_read {
            let quotes = memchr::memchr_iter(b'"', part(text, counted, found.start()).as_bytes());
            is_enclosed ^= quotes.count() % 2 == 1;
            counted = found.start();
            places.push(Place {
                carrier: *carrier,
                name: found.start(),
                arguments: arguments(text, end, around, is_enclosed),
                around,
            });
            if places.len() >= MAX_PLACES {
                break;
            }
        }
    }
    places
}

/// The bytes up to where the reader of the line ends the command. A quote that was open around the
/// name goes.
fn arguments(text: &str, end: usize, around: Around, is_enclosed: bool) -> Span {
    let closes_name = part(text, end, end + 1) == "\"";
    let from = end + usize::from(closes_name);
    let mut quote: Option<u8> = None;
    let mut to = from;
    for byte in part(text, from, text.len()).bytes() {
        let before = byte_before(text, to);
        let is_end = match around {
            Around::Nothing => false,
            Around::Cmd => matches!(byte, b'&' | b'|') && before != Some(b'^'),
            Around::PowerShell => matches!(byte, b';' | b'|' | b'}'),
        };
        let is_quote = (byte == b'"' && before != Some(b'\\'))
            || (byte == b'\'' && around == Around::PowerShell);
        match quote {
            Some(open) if is_quote && byte == open => quote = None,
            None if is_quote => quote = Some(byte),
            None if is_end || byte == b'\n' => break,
            _ => {}
        }
        to += 1;
    }
    let rest = part(text, from, to).trim_end();
    if is_enclosed && !closes_name && rest.ends_with('"') {
        to = from + rest.len() - 1;
    }
    Span { from, to }
}

/// The command line a carrier runs, where its arguments hold one.
pub(super) fn read(text: &str, place: &Place) -> Option<Inner> {
    let words = || Words::new(text, place.arguments, Grammar::CRuntime);
    let line = |trick, from, word: Word| Inner {
        trick,
        from,
        text: word.value.trim().to_owned(),
        span: word.raw,
        is_script: false,
        is_hidden: false,
        form: Form::Argument,
        is_of_script: false,
        script: None,
    };
    match place.carrier {
        Carrier::ScheduledTask => {
            let word = after_switch(words(), &["/tr", "-tr"])?;
            Some(line("Scheduled task action", "/tr", word))
        }
        Carrier::Service => {
            let word = after_binary_path(words())?;
            Some(line("Service path", "binPath=", word))
        }
        Carrier::Registry => {
            let word = after_switch(words(), &["/d", "-d"])?;
            Some(line("Registry value data", "/d", word))
        }
        Carrier::Wmi => {
            let mut words = words();
            words.find(|word| word.value.eq_ignore_ascii_case("call"))?;
            words.next().filter(|word| word.value.eq_ignore_ascii_case("create"))?;
            Some(line("WMI process creation", "process call create", words.next()?))
        }
        Carrier::Forfiles => {
            let word = after_switch(words(), &["/c", "-c"])?;
            let (plain, is_hidden) = without_hex(&word.value);
            let inner = line("forfiles command", "/c", word);
            Some(Inner { text: plain, is_hidden, ..inner })
        }
        Carrier::Pcalua => {
            let program = after_switch(words(), &["-a", "/a"])?;
            let rest = after_switch(words(), &["-c", "/c"]);
            let mut inner = line("pcalua program", "-a", program);
            if let Some(rest) = rest {
                inner.text =
                    format!("{} {}", inner.text, part(text, rest.raw.from, place.arguments.to));
                inner.span.to = place.arguments.to;
            }
            Some(inner)
        }
        Carrier::Conhost => {
            rest_after(text, words(), place, |word| word.starts_with("--") || word.starts_with('-'))
                .map(|(text, span)| raw("conhost command", "conhost", text, span))
        }
        Carrier::WinRs => rest_after(text, words(), place, |word| word.starts_with(['-', '/']))
            .map(|(text, span)| raw("WinRS command", "winrs", text, span)),
        Carrier::PsExec => {
            psexec(text, place).map(|(text, span)| raw("PsExec command", "psexec", text, span))
        }
        Carrier::Mshta => script::read(text, place, true),
        Carrier::Rundll32 => script::read(text, place, false).or_else(|| {
            let mut words = words();
            words.find(|word| {
                let word = word.value.to_ascii_lowercase();
                STARTING_EXPORTS.iter().any(|export| word.contains(export))
            })?;
            let (text, span) = rest(text, words.next()?.raw.from, place)?;
            Some(raw("rundll32 command", "rundll32", text, span))
        }),
        Carrier::Cmd => {
            let span = Span { from: place.name, to: place.arguments.to };
            // PowerShell's single quotes reach cmd.exe as double ones.
            let line = part(text, span.from, span.to);
            let is_single = !line.contains('"') && line.contains('\'');
            let line = if is_single { line.replace('\'', "\"") } else { line.to_owned() };
            let form = if is_single { Form::SingleQuotes } else { Form::Verbatim };
            let inner = raw("cmd.exe", "the marked part", line, span);
            Some(Inner { form, ..inner })
        }
    }
}

fn raw(trick: &'static str, from: &'static str, text: String, span: Span) -> Inner {
    Inner {
        trick,
        from,
        text,
        span,
        is_script: false,
        is_hidden: false,
        form: Form::Argument,
        is_of_script: false,
        script: None,
    }
}

fn after_switch(mut words: Words<'_>, switches: &[&str]) -> Option<Word> {
    words.find(|word| switches.iter().any(|switch| word.value.eq_ignore_ascii_case(switch)))?;
    words.next()
}

/// `binPath= "…"` or `binPath="…"`.
fn after_binary_path(words: Words<'_>) -> Option<Word> {
    let mut words = words;
    let word = words.find(|word| part(&word.value, 0, 8).eq_ignore_ascii_case("binpath="))?;
    if word.value.len() == 8 {
        return words.next();
    }
    let value = part(&word.value, 8, word.value.len()).to_owned();
    Some(Word { value, raw: Span { from: word.raw.from + 8, to: word.raw.to } })
}

/// All from the first word that is no switch.
fn rest_after(
    text: &str,
    mut words: Words<'_>,
    place: &Place,
    is_switch: impl Fn(&str) -> bool,
) -> Option<(String, Span)> {
    let word = words.find(|word| !is_switch(&word.value))?;
    rest(text, word.raw.from, place)
}

fn rest(text: &str, from: usize, place: &Place) -> Option<(String, Span)> {
    let line = part(text, from, place.arguments.to).trim_end();
    let span = Span { from, to: from + line.len() };
    let line = if place.around == Around::Cmd { without_escapes(line) } else { line.to_owned() };
    (!line.is_empty()).then_some((line, span))
}

/// Without the carets before signs that `cmd.exe` took off when it ran the line.
fn without_escapes(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut is_quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        is_quoted ^= c == '"';
        let is_escape =
            c == '^' && !is_quoted && chars.peek().is_some_and(|next| "&|<>^()%".contains(*next));
        plain.push(if is_escape { chars.next().unwrap_or(c) } else { c });
    }
    plain
}

/// Computers and switches, of which some take a value, stand before the command.
fn psexec(text: &str, place: &Place) -> Option<(String, Span)> {
    const WITH_VALUE: &[&str] = &["u", "p", "n", "w", "r", "a", "g"];
    let mut words = Words::new(text, place.arguments, Grammar::CRuntime);
    while let Some(word) = words.next() {
        if let Some(switch) = word.value.strip_prefix(['-', '/']) {
            if WITH_VALUE.iter().any(|known| switch.eq_ignore_ascii_case(known)) {
                words.next();
            } else if switch.eq_ignore_ascii_case("i") {
                // The number of a session may follow.
                let mut ahead = words.clone();
                let next = ahead.next();
                if next.is_some_and(|next| next.value.bytes().all(|byte| byte.is_ascii_digit())) {
                    words = ahead;
                }
            }
        } else if !word.value.starts_with(['\\', '@']) {
            return rest(text, word.raw.from, place);
        }
    }
    None
}

/// `forfiles` reads `0xHH` as the character of that number. Whether a letter or digit was written
/// so; a quote is, in its own examples.
fn without_hex(text: &str) -> (String, bool) {
    let mut plain = String::with_capacity(text.len());
    let mut is_hidden = false;
    let mut rest = text;
    while let Some(at) = rest.find("0x") {
        let digits = rest.get(at + 2..at + 4);
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let code = code.filter(|code| code.is_ascii() && !code.is_ascii_control());
        if let Some(code) = code {
            plain.push_str(part(rest, 0, at));
            plain.push(char::from(code));
            is_hidden |= code.is_ascii_alphanumeric();
            rest = part(rest, at + 4, rest.len());
        } else {
            plain.push_str(part(rest, 0, at + 2));
            rest = part(rest, at + 2, rest.len());
        }
    }
    plain.push_str(rest);
    let from = skip_blanks(&plain, 0);
    (part(&plain, from, plain.len()).trim_end().to_owned(), is_hidden)
}
