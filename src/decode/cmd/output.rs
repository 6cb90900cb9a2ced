//! What commands of a `cmd.exe` line write, and who reads it: pipes into interpreters, `for /f`.
//!
//! Only `echo`, `set /p`, nested `cmd.exe` and the list of variables are known; the output of any
//! other program is not. Source: Microsoft, `echo`, `set`, `findstr`, `about_PowerShell_exe`
//! (a dash for standard input).

use super::command::name_of;
use super::head::head;
use super::machine::{Child, Machine, extent, of, written};
use super::parse::{Link, Node, Range, lexed};
use super::shown::Kind;
use super::unit::{Marks, Unit, Units, escaped, key_of, marks_of, slice, text_of, trimmed};
use super::variables::{spelled, windows_lines};
use super::words::is_cmd;

/// Who reads a pipe's text as commands.
enum Shell {
    /// With whether it expands `!`.
    Cmd(bool),
    PowerShell,
}

impl Machine {
    /// `a | b`: each side runs in a `cmd.exe` of its own.
    pub(super) fn pipe(&mut self, flat: &[Unit], nodes: &[(Range, Node)]) -> Kind {
        if let [(_, writer), (_, Node::Simple(reader))] = nodes {
            let reader = self.substituted(of(flat, *reader));
            if let Some(shell) = shell(&reader)
                && let Some(text) = self.written_by(flat, writer, true)
                && !bare(&text).is_empty()
                && !marks_of(&text).has(Marks::OPAQUE)
            {
                self.settle(None);
                let text: Units =
                    bare(&text).iter().map(|unit| unit.marked(Marks::PIPED)).collect();
                let whole = of(flat, extent(writer));
                let gap: Units = whole.iter().take_while(|unit| unit.is_blank()).copied().collect();
                return self.piped(&shell, gap, &reader, &text);
            }
        }
        let mut all = Units::new();
        for (sign, node) in nodes {
            all.extend(of(flat, *sign));
            all.extend(self.side(flat, node));
        }
        Kind::Command(all)
    }

    /// One side of a pipe as it runs.
    fn side(&mut self, flat: &[Unit], node: &Node) -> Units {
        let text = match node {
            Node::Simple(range) => self.substituted(of(flat, *range)),
            _ => written(flat, node),
        };
        self.settle(None);
        match self.child(&escaped(&text), false) {
            Child::Commands(commands) => lexed(&commands),
            Child::Script(_) => text,
        }
    }

    fn piped(&mut self, shell: &Shell, gap: Units, reader: &[Unit], text: &[Unit]) -> Kind {
        match shell {
            Shell::PowerShell => {
                let name = name_of(reader);
                let mut program = gap;
                program.extend(slice(reader, name.from, name.to));
                Kind::Script { program, text: text.to_vec() }
            }
            Shell::Cmd(is_delayed) => {
                let mut all = gap;
                let gap = all.len();
                for line in text.split(|unit| unit.c == '\n').map(trimmed) {
                    let (Some(first), false) = (line.first(), marks_of(line) == Marks::default())
                    else {
                        continue;
                    };
                    if all.len() > gap {
                        all.extend(
                            " & "
                                .chars()
                                .map(|c| Unit { marks: Marks::PIPED, ..first.becoming(c) }),
                        );
                    }
                    match self.child(line, *is_delayed) {
                        Child::Commands(commands) => all.extend(lexed(&commands)),
                        Child::Script(script) if all.len() == gap => {
                            return Kind::Script { program: Units::new(), text: script };
                        }
                        Child::Script(_) => all.extend(lexed(line)),
                    }
                }
                Kind::Command(all)
            }
        }
    }

    /// What a command given to a new `cmd.exe` writes; `None` where that is not known.
    pub(super) fn output_of(&mut self, command: &[Unit]) -> Option<Units> {
        let command: Units =
            command.iter().map(|unit| Unit { marks: unit.marks.unparsed(), ..*unit }).collect();
        self.in_child(false, |machine| machine.output_here(&command)).flatten()
    }

    fn output_here(&mut self, command: &[Unit]) -> Option<Units> {
        let (flat, links) = self.read(command);
        let output = self.output_of_all(&flat, &links, false);
        self.settle(None);
        output
    }

    fn output_of_all(&mut self, flat: &[Unit], links: &[Link], is_side: bool) -> Option<Units> {
        let mut output = Units::new();
        for link in links {
            output.extend(self.written_by(flat, &link.node, is_side)?);
        }
        Some(output)
    }

    /// What a command writes to its standard output. The side of a pipe is expanded once more, by
    /// its own `cmd.exe`.
    fn written_by(&mut self, flat: &[Unit], node: &Node, is_side: bool) -> Option<Units> {
        if !self.budget.enter() {
            return None;
        }
        let output = match node {
            Node::Simple(range) => {
                let mut units = self.substituted(of(flat, *range));
                if is_side {
                    units = self.expansion().percent(&units);
                }
                self.written_by_command(&units)
            }
            Node::Block { body, .. } => self.output_of_all(flat, body, is_side),
            Node::Pipe(nodes) => self.filtered(flat, nodes),
            Node::For(_) | Node::If(_) => None,
        };
        self.budget.leave();
        output
    }

    fn written_by_command(&mut self, units: &[Unit]) -> Option<Units> {
        let name = name_of(units);
        let is_argument = |unit: &&Unit| !unit.marks.has(Marks::REDIRECTION);
        let arguments: Units =
            slice(units, name.to, units.len()).iter().filter(is_argument).copied().collect();
        self.budget.spend(units.len());
        let redirected: Units =
            units.iter().filter(|unit| unit.marks.has(Marks::REDIRECTION)).copied().collect();
        if text_of(&redirected).contains('>') {
            // Standard output goes to a file; `2>nul` does not touch it.
            let text = text_of(&redirected);
            if !text.split('>').next().is_some_and(|before| before.trim_end().ends_with('2')) {
                return Some(Units::new());
            }
        }
        match name.key.as_str() {
            "echo" => {
                let state = text_of(trimmed(&arguments)).to_ascii_lowercase();
                if matches!(state.as_str(), "off" | "on" | "") {
                    return Some(Units::new());
                }
                let mut line = slice(&arguments, 1, arguments.len()).to_vec();
                line.extend(
                    arguments
                        .first()
                        .map(|unit| Unit { marks: Marks::default(), ..unit.becoming('\n') }),
                );
                Some(line.iter().map(|unit| unit.marked(Marks::INERT)).collect())
            }
            "set" => self.written_by_set(units, &arguments),
            "rem" => Some(Units::new()),
            "call" => {
                let expanded = self.expansion().percent(&arguments);
                self.written_by_command(&expanded)
            }
            key if is_cmd(key) => {
                let head = head(&arguments)?;
                self.in_child(head.is_delayed, |machine| machine.output_here(&head.command))
                    .flatten()
            }
            _ => None,
        }
    }

    /// `set /p =text` writes its prompt, `set x=y` nothing, `set` the variables.
    fn written_by_set(&mut self, units: &[Unit], arguments: &[Unit]) -> Option<Units> {
        let arguments = trimmed(arguments);
        if key_of(slice(arguments, 0, 2)) == "/p" {
            let prompt = slice(arguments, 2, arguments.len());
            let equals = prompt.iter().position(|unit| unit.c == '=')?;
            let prompt = slice(prompt, equals + 1, prompt.len());
            let from = prompt.iter().take_while(|unit| unit.is_blank() || unit.c == '"').count();
            let prompt = slice(prompt, from, prompt.len());
            let to = prompt.iter().rposition(|unit| unit.c != '"').map_or(0, |at| at + 1);
            let prompt = slice(prompt, 0, to).iter();
            return Some(prompt.map(|unit| unit.marked(Marks::INERT)).collect());
        }
        if arguments.iter().any(|unit| unit.c == '=') {
            self.command(units);
            return Some(Units::new());
        }
        let place = units.first().copied()?;
        let prefix = key_of(arguments);
        let mut output = Units::new();
        for (name, value) in windows_lines() {
            if name.to_lowercase().starts_with(&prefix) {
                let line = format!("{name}={value}\n");
                output.extend(spelled(&line, place, Marks::WINDOWS.with(Marks::SLICE)));
            }
        }
        Some(output)
    }

    /// `set | findstr PSM`: the lines that hold the word.
    fn filtered(&mut self, flat: &[Unit], nodes: &[(Range, Node)]) -> Option<Units> {
        let [(_, writer), (_, Node::Simple(filter))] = nodes else { return None };
        let filter = self.substituted(of(flat, *filter));
        let text = text_of(&filter);
        let mut words = text.split_whitespace();
        let program = words.next()?.to_ascii_lowercase();
        if !matches!(program.as_str(), "findstr" | "find" | "findstr.exe" | "find.exe" | "more") {
            return None;
        }
        let mut ignores_case = false;
        let mut wanted: Option<&str> = None;
        for word in words {
            match word.to_ascii_lowercase().as_str() {
                "/i" => ignores_case = true,
                _ if word.starts_with('/') || wanted.is_some() => return None,
                _ => wanted = Some(word.trim_matches('"')),
            }
        }
        let output = self.written_by(flat, writer, true)?;
        let Some(wanted) = wanted else { return (program == "more").then_some(output) };
        let fold = |text: &str| if ignores_case { text.to_lowercase() } else { text.to_owned() };
        let wanted = fold(wanted);
        let mut kept = Units::new();
        for line in output.split_inclusive(|unit| unit.c == '\n') {
            if fold(&text_of(line)).contains(&wanted) {
                kept.extend(line);
            }
        }
        Some(kept)
    }
}

/// Without blanks and ends of lines around it.
fn bare(text: &[Unit]) -> &[Unit] {
    let is_space = |unit: &&Unit| unit.c.is_whitespace();
    let from = text.iter().take_while(is_space).count();
    let after = text.iter().rev().take_while(is_space).count();
    slice(text, from, text.len().saturating_sub(after).max(from))
}

/// Whether a command reads its commands from standard input.
fn shell(reader: &[Unit]) -> Option<Shell> {
    let name = name_of(reader);
    let is_argument = |unit: &&Unit| !unit.marks.has(Marks::REDIRECTION);
    let arguments: Units =
        slice(reader, name.to, reader.len()).iter().filter(is_argument).copied().collect();
    let text = text_of(&arguments).to_lowercase();
    let words: Vec<&str> = text.split_whitespace().take(32).collect();
    if is_cmd(&name.key) {
        let is_interactive = words.iter().all(|word| {
            word.starts_with('/')
                && !word.starts_with("/c")
                && !word.starts_with("/k")
                && !word.starts_with("/r")
        });
        let is_delayed = words.iter().any(|word| matches!(*word, "/v" | "/v:on"));
        return is_interactive.then_some(Shell::Cmd(is_delayed));
    }
    let file = name.key.rsplit(['\\', '/']).next().unwrap_or_default();
    if !matches!(file, "powershell" | "powershell.exe" | "pwsh" | "pwsh.exe") {
        return None;
    }
    (words.last() == Some(&"-") || words.iter().all(|word| is_plain_switch(word)))
        .then_some(Shell::PowerShell)
}

/// A switch of PowerShell that gives it nothing to run.
fn is_plain_switch(word: &str) -> bool {
    const PLAIN: &[&str] = &["noprofile", "noninteractive", "nologo", "noexit", "sta", "mta"];
    let Some(switch) = word.strip_prefix(['-', '/']) else { return false };
    switch.len() >= 3 && PLAIN.iter().any(|plain| plain.starts_with(switch))
}
