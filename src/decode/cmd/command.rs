//! One command of a `cmd.exe` line: `set`, `call`, `start`, `cmd` itself, and programs.
//!
//! Source: Microsoft, `set`, `call`, `start`, `cmd`. What is no internal command that changes text
//! is left as text, with quotes taken out of words that they only break up.

use std::borrow::Cow;

use super::arithmetic::assignment;
use super::budget::COMMAND;
use super::head::head;
use super::machine::{Child, Machine, Outcome};
use super::shown::Kind;
use super::unit::{Marks, Unit, Units, inert, key_of, marks_of, slice, text_of, trimmed};
use super::variables::{MAX_VALUE, Value};
use super::words::{bare_words, is_cmd};

/// Internal commands that read their arguments themselves, quotes and all.
const VERBATIM: &[&str] = &[
    "assoc", "cd", "chdir", "color", "dir", "echo", "exit", "ftype", "goto", "md", "mkdir", "path",
    "pause", "prompt", "rem", "set", "shift", "title", "ver", "vol",
];

/// Where the name of a command stands.
pub(super) struct Name {
    /// Blanks, `,` `;` `=` and `@` before it.
    pub(super) from: usize,
    pub(super) to: usize,
    /// In lower case, without quotes.
    pub(super) key: String,
}

/// The name of a command; redirections before it are passed over.
pub(super) fn name_of(units: &[Unit]) -> Name {
    let is_before = |unit: &&Unit| {
        unit.is_delimiter() || unit.is_live('@') || unit.marks.has(Marks::REDIRECTION)
    };
    let from = units.iter().take_while(is_before).count();
    let rest = slice(units, from, units.len());
    let mut is_quoted = false;
    let mut length = 0;
    for unit in rest {
        is_quoted ^= unit.c == '"';
        let is_end = unit.is_blank() || matches!(unit.c, ',' | ';' | '=' | '\n');
        if (is_end && !is_quoted) || unit.marks.has(Marks::REDIRECTION) {
            break;
        }
        length += 1;
    }
    let word = slice(rest, 0, length);
    // `echo.x`, `set/a`, `cd\`: an internal command ends before these.
    let letters = word.iter().take_while(|unit| unit.c.is_ascii_alphabetic()).count();
    let ends_early = word.get(letters).is_some_and(|unit| "./\\:([+".contains(unit.c));
    let key = key_of(slice(word, 0, word.len().min(1024)));
    let short: String = key.chars().take(letters).collect();
    let is_internal =
        VERBATIM.contains(&short.as_str()) || matches!(short.as_str(), "call" | "start");
    if ends_early
        && (is_internal || (short == "cmd" && word.get(letters).is_some_and(|unit| unit.c == '/')))
    {
        return Name { from, to: from + letters, key: short };
    }
    Name { from, to: from + length, key }
}

impl Machine {
    /// Follows one command whose variables are in place.
    pub(super) fn command(&mut self, units: &[Unit]) -> (Kind, Outcome) {
        let units = without_noise(units, &name_of(units));
        let units = units.as_ref();
        let name = name_of(units);
        if !self.budget.spend(units.len() + COMMAND) {
            return (Kind::Command(units.to_vec()), Outcome::Unknown);
        }
        match name.key.as_str() {
            "set" => self.set(units, &name),
            "call" => self.call(units, &name),
            "start" => (self.behind(units, start_command(units, &name)), Outcome::Unknown),
            "rem" => self.plain(units.to_vec()),
            key if is_cmd(key) => (self.nested(units, &name), Outcome::Unknown),
            key => {
                let is_verbatim = VERBATIM.contains(&key);
                let outcome = if key == "echo" { Outcome::Success } else { Outcome::Unknown };
                let (kind, _) = self.plain(bare_words(units, &name, is_verbatim));
                (kind, outcome)
            }
        }
    }

    /// A command that is shown as it is.
    fn plain(&mut self, units: Units) -> (Kind, Outcome) {
        self.settle(None);
        (Kind::Command(units), Outcome::Unknown)
    }

    /// The command from `at` on is followed, what stands before it stays.
    fn behind(&mut self, units: &[Unit], at: usize) -> Kind {
        self.settle(None);
        if at >= units.len() || !self.budget.enter() {
            return Kind::Command(units.to_vec());
        }
        let (kind, _) = self.command(slice(units, at, units.len()));
        self.budget.leave();
        match kind {
            Kind::Command(command) => {
                let mut all = slice(units, 0, at).to_vec();
                all.extend(command);
                Kind::Command(all)
            }
            Kind::Setting(setting, command) => {
                let mut all = slice(units, 0, at).to_vec();
                all.extend(command);
                Kind::Setting(setting, all)
            }
            other => other,
        }
    }

    /// `call` expands percent signs once more; where that changed something it has done its work
    /// and goes.
    fn call(&mut self, units: &[Unit], name: &Name) -> (Kind, Outcome) {
        let rest = slice(units, name.to, units.len());
        let expanded = self.expansion().percent(rest);
        if text_of(&expanded) == text_of(rest) {
            return (self.behind(units, name.to), Outcome::Unknown);
        }
        if !self.budget.enter() {
            return self.plain(units.to_vec());
        }
        // The blank after `call` is none of the command's.
        let blanks = expanded.iter().take_while(|unit| unit.is_delimiter()).count();
        let mut command: Units =
            slice(units, 0, name.from).iter().filter(|unit| unit.is_blank()).copied().collect();
        command.extend(inert(slice(&expanded, blanks, expanded.len())));
        let redirections = slice(units, 0, name.from).iter();
        command.extend(redirections.filter(|unit| unit.marks.has(Marks::REDIRECTION)));
        let result = self.command(&command);
        self.budget.leave();
        result
    }

    /// `cmd /c …`: a child follows its command.
    fn nested(&mut self, units: &[Unit], name: &Name) -> Kind {
        self.settle(None);
        let named = bare_words(units, name, true);
        let after = named.len() - (units.len() - name.to);
        let is_argument = |unit: &&Unit| !unit.marks.has(Marks::REDIRECTION);
        let arguments: Units =
            slice(&named, after, named.len()).iter().filter(is_argument).copied().collect();
        let Some(head) = head(&arguments) else { return Kind::Command(named) };
        let commands = match self.child(&head.command, head.is_delayed) {
            Child::Commands(commands) => commands,
            Child::Script(text) => {
                let program = slice(&named, 0, after).to_vec();
                return Kind::Script { program, text };
            }
        };
        let mut all = slice(&named, 0, after).to_vec();
        all.extend(slice(&arguments, 0, head.length));
        all.extend(inert(&commands));
        all.extend(head.closing);
        let redirections = slice(&named, after, named.len()).iter();
        all.extend(redirections.filter(|unit| unit.marks.has(Marks::REDIRECTION)));
        Kind::Command(all)
    }

    /// `set name=value`, `set "name=value"`, `set /a`, `set /p`.
    fn set(&mut self, units: &[Unit], name: &Name) -> (Kind, Outcome) {
        let is_argument = |unit: &&Unit| !unit.marks.has(Marks::REDIRECTION);
        let arguments: Units =
            slice(units, name.to, units.len()).iter().filter(is_argument).copied().collect();
        let blanks = arguments.iter().take_while(|unit| unit.is_blank()).count();
        let arguments = slice(&arguments, blanks, arguments.len());
        let switch: String =
            arguments.iter().take(2).map(|unit| unit.c.to_ascii_lowercase()).collect();
        match switch.as_str() {
            "/a" => self.calculate(units, slice(arguments, 2, arguments.len())),
            "/p" => {
                let (name, _) = assigned(slice(arguments, 2, arguments.len()));
                self.environment.forget(name);
                self.plain(units.to_vec())
            }
            _ => {
                let (name, value) = assigned(arguments);
                let Some(value) = value.filter(|_| !name.is_empty()) else {
                    return self.plain(units.to_vec());
                };
                (self.assign(units, name, value), Outcome::Success)
            }
        }
    }

    /// Gives a variable its value.
    fn assign(&mut self, units: &[Unit], name: String, value: Units) -> Kind {
        let setting = self.made_of.len();
        self.made_of.push(Vec::new());
        self.settle(Some(setting));
        if value.len() > MAX_VALUE || !self.budget.spend(value.len()) {
            self.budget.stop(|| format!("a variable holds more than {MAX_VALUE} characters"));
            return Kind::Command(units.to_vec());
        }
        self.environment.set(name, value, setting);
        Kind::Setting(setting, units.to_vec())
    }

    /// `set /a`, one or more assignments.
    fn calculate(&mut self, units: &[Unit], expression: &[Unit]) -> (Kind, Outcome) {
        let text = text_of(expression);
        let mut last = None;
        for one in text.split(',') {
            if !self.budget.spend(one.len() + COMMAND) {
                break;
            }
            let (environment, used) = (&self.environment, &mut self.used);
            let mut lookup = |name: &str| match environment.value(name) {
                Value::Set(value) => {
                    used.extend(environment.setting(name));
                    let is_known = !marks_of(&value).has(Marks::OPAQUE);
                    is_known.then(|| text_of(&value))
                }
                Value::Windows(text) => Some(text.to_owned()),
                Value::Unset => Some(String::new()),
                Value::Partly(..) | Value::Unknown => None,
            };
            let Some((name, value)) = assignment(one, &mut lookup) else { continue };
            let place = trimmed(expression).first().copied();
            match value.zip(place) {
                Some((value, place)) => {
                    let digits = value.to_string();
                    let place = Unit { marks: Marks::default(), ..place };
                    let value = digits.chars().map(|c| place.becoming(c)).collect();
                    last = Some(self.assign(units, name, value));
                }
                None => self.environment.forget(name),
            }
        }
        match last {
            Some(kind) => (kind, Outcome::Success),
            None => self.plain(units.to_vec()),
        }
    }
}

/// The name (lower case) and value of `name=value` or `"name=value"`.
pub(super) fn assigned(arguments: &[Unit]) -> (String, Option<Units>) {
    let blanks = arguments.iter().take_while(|unit| unit.is_blank()).count();
    let mut arguments = slice(arguments, blanks, arguments.len());
    if arguments.first().is_some_and(|unit| unit.c == '"') {
        arguments = slice(arguments, 1, arguments.len());
        let last = arguments.iter().rposition(|unit| unit.c == '"');
        arguments = slice(arguments, 0, last.unwrap_or(arguments.len()));
    }
    let equals = arguments.iter().skip(1).position(|unit| unit.c == '=').map(|at| at + 1);
    let end = equals.unwrap_or(arguments.len());
    let name = text_of(slice(arguments, 0, end)).to_lowercase();
    let value = equals.map(|at| {
        let value = slice(arguments, at + 1, arguments.len()).iter();
        value.map(|unit| Unit { marks: unit.marks.unparsed(), ..*unit }).collect()
    });
    (name, value)
}

/// Where the command of `start` begins: after a title in quotes and the switches.
fn start_command(units: &[Unit], name: &Name) -> usize {
    let mut at = name.to;
    let mut is_first = true;
    loop {
        let rest = slice(units, at, units.len());
        at += rest.iter().take_while(|unit| unit.is_delimiter()).count();
        let rest = slice(units, at, units.len());
        let opens = rest.first().map(|unit| unit.c);
        let mut is_quoted = false;
        let is_inside = |unit: &&Unit| {
            is_quoted ^= unit.c == '"';
            is_quoted || !(unit.is_blank() || matches!(unit.c, ',' | ';' | '='))
        };
        let length = rest.iter().take_while(is_inside).count();
        let is_title = opens == Some('"') && is_first && {
            let after = slice(rest, length, rest.len()).iter();
            after.clone().any(|unit| !unit.is_delimiter())
        };
        match opens {
            Some('/') => {
                let switch = key_of(slice(rest, 0, length));
                at += length;
                if matches!(switch.as_str(), "/d" | "/node" | "/affinity") {
                    let rest = slice(units, at, units.len());
                    at += rest.iter().take_while(|unit| unit.is_delimiter()).count();
                    let value = slice(units, at, units.len()).iter();
                    at += value.take_while(|unit| !unit.is_delimiter()).count();
                }
            }
            _ if is_title => at += length,
            _ => return at,
        }
        is_first = false;
        if length == 0 {
            return at;
        }
    }
}

/// Without the commas, semicolons and equals signs before the command's name.
fn without_noise<'a>(units: &'a [Unit], name: &Name) -> Cow<'a, [Unit]> {
    let before = slice(units, 0, name.from);
    let is_noise = |unit: &&Unit| matches!(unit.c, ',' | ';' | '=') && unit.is_delimiter();
    if !before.iter().any(|unit| is_noise(&unit)) {
        return Cow::Borrowed(units);
    }
    let kept = before.iter().filter(|unit| !is_noise(unit)).copied();
    let rest = slice(units, name.from, units.len()).iter();
    kept.chain(rest.map(|unit| unit.marked(Marks::NOISE))).collect()
}
