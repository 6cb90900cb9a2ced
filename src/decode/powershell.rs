//! PowerShell's own command line: which words are parameters, which take a value, which end it.
//!
//! It says where a payload stands, never what it means. The parameters are in `parameter`.

mod arguments;
mod asks;
mod parameter;

use super::words::{Grammar, Word, Words};
use crate::model::{Span, file_name};

pub(super) use self::arguments::undo as undo_arguments;
pub(super) use self::asks::Asks;
use self::parameter::{Takes, key_of, parameter, start_process};

/// Which PowerShell reads the line; some parameters differ.
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

/// A parameter that announces base64 and the word after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Encoded {
    /// The parameter as written.
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
    /// The encoded arguments.
    pub(super) arguments: Option<Encoded>,
    /// PowerShell text: what `-Command` takes, or in 5.1 the first word that is no parameter.
    pub(super) script: Option<Span>,
    /// Whether the rest is a file and its arguments.
    pub(super) is_file: bool,
    /// The file, where there is one.
    pub(super) file: Option<String>,
    /// Whether it names a second command, which PowerShell refuses: nothing runs.
    pub(super) is_refused: bool,
    /// Where the arguments start.
    pub(super) start: usize,
    /// One past the last byte that was read.
    pub(super) end: usize,
}

/// Reads the arguments of PowerShell within `span` of `line`.
pub(super) fn read_call(line: &str, span: Span, edition: Edition, grammar: Grammar) -> Call {
    let mut words = Words::new(line, span, grammar);
    let mut call = Call { start: span.from, ..Call::default() };
    while let Some(word) = words.next() {
        if word.value.is_empty() && edition == Edition::Windows {
            continue;
        }
        let matched = key_of(&word.value).and_then(|key| {
            let own = parameter(&key, edition);
            own.or_else(|| start_process(&key).filter(|_| grammar == Grammar::ArgumentList))
        });
        let Some((name, takes)) = matched else {
            call.take_rest(&word, span, edition);
            break;
        };
        match takes {
            Takes::Nothing => call.asks.extend(Asks::of_flag(name)),
            Takes::Version if edition == Edition::Core => break,
            Takes::Value | Takes::Version => {
                let value = words.next();
                call.asks.extend(value.and_then(|value| Asks::of_value(name, &value.value)));
            }
            Takes::Encoded | Takes::Command if call.encoded.is_some() => {
                call.is_refused = true;
                break;
            }
            Takes::Encoded => {
                call.asks.push(Asks::Encoded);
                call.encoded = Some(Encoded { switch: word, payload: words.next() });
            }
            Takes::Arguments => {
                call.asks.push(Asks::EncodedArguments);
                let payload = words.next();
                call.arguments.get_or_insert(Encoded { switch: word, payload });
            }
            Takes::Command => {
                call.script = Some(Span { from: words.position(), to: span.to });
                let mut after = words.clone();
                let is_input = after.next().is_some_and(|word| word.value == "-");
                if is_input && after.next().is_none() {
                    call.asks.push(Asks::StandardInput);
                }
                break;
            }
            Takes::File => {
                call.is_file = true;
                call.note_file(words.clone().next());
                break;
            }
            Takes::Stop => break,
        }
    }
    call.end = words.position();
    call
}

impl Call {
    /// What is no parameter: 5.1 takes it and all that is left as PowerShell text, 7 as a file.
    fn take_rest(&mut self, word: &Word, span: Span, edition: Edition) {
        if word.value == "-" {
            self.asks.push(Asks::StandardInput);
        }
        match edition {
            Edition::Windows => self.script = Some(Span { from: word.raw.from, to: span.to }),
            Edition::Core => {
                self.is_file = true;
                self.note_file(Some(word.clone()));
            }
        }
    }

    fn note_file(&mut self, word: Option<Word>) {
        let Some(word) = word else { return };
        let is_input = word.value == "-";
        if is_input && !self.asks.contains(&Asks::StandardInput) {
            self.asks.push(Asks::StandardInput);
        } else if !is_input {
            self.file = Some(word.value);
        }
    }
}
