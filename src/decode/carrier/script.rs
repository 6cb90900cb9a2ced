//! One-liners in `VBScript` and `JavaScript` behind `mshta` and `rundll32`: which command they run.
//!
//! Strings that are put together are followed, nothing else: no loops, no functions of the
//! script's own, no objects. Sources: Microsoft, Windows Script Host (`WshShell.Run`, `Exec`),
//! `Shell.ShellExecute`; MITRE ATT&CK T1218.005 (Mshta), T1218.011 (Rundll32).

use super::super::text::{find_ignore_case, part};
use super::inner::{Around, Form, Inner, Place};
use super::value::{Dialect, Reader, statements};
use crate::model::Span;

/// How deep `Execute` and `eval` are followed.
const MAX_SCRIPTS: usize = 4;

/// How many calls of one script are looked at.
const MAX_CALLS: usize = 64;

/// Methods that run the command line in their first argument.
const RUNNERS: &[&str] = &[".run", ".exec", ".shellexecute"];

/// Functions that run a string as script.
const INTERPRETERS: &[&str] = &["executeglobal", "execute", "eval"];

/// The command that the script in these arguments runs, or the script with its strings put
/// together where it runs several or none.
pub(super) fn read(text: &str, place: &Place, is_mshta: bool) -> Option<Inner> {
    let arguments = place.arguments;
    let region = part(text, 0, arguments.to);
    let (at, name, dialect) = [
        ("vbscript:", Dialect::VbScript),
        ("javascript:", Dialect::JavaScript),
        ("jscript:", Dialect::JavaScript),
    ]
    .into_iter()
    .filter_map(|(name, dialect)| {
        find_ignore_case(region, name, arguments.from).map(|at| (at, name, dialect))
    })
    .min_by_key(|(at, ..)| *at)?;
    let from = at + name.len();
    let mut source = part(region, from, arguments.to);
    let is_quoted = part(text, arguments.from, at).trim_end().ends_with('"');
    if is_quoted {
        source = source.rfind('"').map_or(source, |end| part(source, 0, end));
    }
    let span = Span { from, to: from + source.len() };
    let mut script = source.to_owned();
    if script.contains("\\\"") && is_quoted {
        script = script.replace("\\\"", "\"");
    }
    if place.around == Around::Cmd {
        for sign in ["&", "|", "<", ">", "(", ")"] {
            script = script.replace(&format!("^{sign}"), sign);
        }
    }
    if script.contains("%20") {
        script = script.replace("%20", " ");
    }
    let trick = match (is_mshta, dialect) {
        (true, Dialect::VbScript) => "VBScript of mshta",
        (true, Dialect::JavaScript) => "JavaScript of mshta",
        (false, Dialect::VbScript) => "VBScript of rundll32",
        (false, Dialect::JavaScript) => "JavaScript of rundll32",
    };
    let mut run = Run { dialect, commands: Vec::new(), hides: false, calls: 0 };
    let folded = run.follow(&script, 0);
    let inner = |text: String, is_script: bool, is_hidden: bool| Inner {
        trick,
        from: "the script marked above",
        text,
        span,
        is_script,
        is_hidden,
        form: Form::Argument,
        is_of_script: true,
        script: run.hides.then(|| folded.clone()),
    };
    match run.commands.as_slice() {
        [only] => {
            // A command that stands in the line as it runs needs no layer of its own.
            let is_hidden = !text.contains(only.as_str()) && run.hides;
            Some(inner(only.clone(), false, is_hidden))
        }
        _ if run.hides => Some(inner(folded.clone(), true, true)),
        _ => None,
    }
}

/// The way through a script.
struct Run {
    dialect: Dialect,
    /// The command lines that are run, in order.
    commands: Vec<String>,
    /// Whether a string was put together from pieces.
    hides: bool,
    /// How many calls were looked at.
    calls: usize,
}

impl Run {
    /// Follows a script; its text with its strings put together.
    fn follow(&mut self, script: &str, depth: usize) -> String {
        let mut reader = Reader::new(script, self.dialect);
        for statement in statements(&reader.code, self.dialect) {
            self.statement(statement, &mut reader, depth);
        }
        let (folded, hides) = reader.folded();
        self.hides |= hides;
        folded
    }

    fn statement(&mut self, statement: Span, reader: &mut Reader<'_>, depth: usize) {
        reader.assign(statement);
        let text = part(&reader.code, 0, statement.to).to_owned();
        let text = text.as_str();
        for name in INTERPRETERS {
            let mut from = statement.from;
            while let Some(at) = find_ignore_case(text, name, from) {
                from = at + name.len();
                let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
                let is_word =
                    before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
                let Some(value) = reader.argument(from, statement.to).filter(|_| is_word) else {
                    continue;
                };
                self.hides |= value.is_built;
                if depth < MAX_SCRIPTS && !reader.is_spent() {
                    self.follow(&value.text, depth + 1);
                }
                break;
            }
        }
        let mut from = statement.from;
        while let Some((at, name)) = RUNNERS
            .iter()
            .filter_map(|name| find_ignore_case(text, name, from).map(|at| (at, name)))
            .min_by_key(|(at, _)| *at)
        {
            from = at + name.len();
            self.calls += 1;
            if self.calls > MAX_CALLS {
                break;
            }
            let Some(value) = reader.argument(from, statement.to) else { continue };
            self.hides |= value.is_built;
            let mut command = value.text.trim().to_owned();
            if *name == ".shellexecute"
                && let Some(more) = reader.next_argument(value.end, statement.to)
            {
                self.hides |= more.is_built;
                command = format!("{command} {}", more.text.trim());
            }
            if !command.is_empty() && self.commands.len() < 16 {
                self.commands.push(command);
            }
            from = value.end.max(from);
        }
    }
}
