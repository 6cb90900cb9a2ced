//! What is left of a followed `cmd.exe` line: which commands are shown, and as written or as run.
//!
//! The rule: a `set` goes where its value went into what is shown; a loop or an `if` is shown as
//! what it runs where that tells more than its text, else as it is written; all else stays.

use std::collections::BTreeSet;

use super::unit::{Marks, Unit, Units, marks_of};

/// More commands than this out of one loop are not written out.
pub(super) const MAX_COMMANDS: usize = 64;

/// A command with the operator's text before it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) sign: Units,
    pub(super) kind: Kind,
}

impl Part {
    /// Drops the text of `set` commands, which a loop of many rounds never shows.
    pub(super) fn forget_settings(&mut self) {
        match &mut self.kind {
            Kind::Setting(_, units) => *units = Units::new(),
            Kind::Wrapped { parts, .. } | Kind::Choice { parts, .. } => {
                parts.iter_mut().for_each(Self::forget_settings);
            }
            Kind::Command(_) | Kind::Script { .. } => {}
        }
    }
}

/// What became of a command.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Its text as run.
    Command(Units),
    /// A `set` by its number.
    Setting(usize, Units),
    /// Commands with text around them.
    Wrapped { open: Units, parts: Vec<Part>, close: Units },
    /// A loop or condition: as written, and what it runs.
    Choice { written: Units, parts: Vec<Part> },
    /// PowerShell gets the text on its standard input.
    Script { program: Units, text: Units },
}

impl Kind {
    pub(super) fn choice(written: Units, parts: Vec<Part>) -> Self {
        Self::Choice { written, parts }
    }
}

/// The text that is left.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub(super) units: Units,
    /// Where nothing but this is left: what PowerShell receives.
    pub(super) script: Option<Units>,
}

/// Puts the commands together again.
pub(super) fn shown(parts: &[Part], needed: &BTreeSet<usize>) -> Shown {
    let mut writer = Writer { needed, units: Units::new(), commands: 0 };
    writer.parts(parts, false);
    Shown { script: only_script(parts, needed), units: writer.units }
}

fn only_script(parts: &[Part], needed: &BTreeSet<usize>) -> Option<Units> {
    let is_left =
        |part: &&Part| !matches!(&part.kind, Kind::Setting(setting, _) if needed.contains(setting));
    let mut left = parts.iter().filter(is_left);
    let only = left.next().filter(|_| left.next().is_none())?;
    match &only.kind {
        Kind::Script { text, .. } => Some(text.clone()),
        Kind::Wrapped { parts, .. } => only_script(parts, needed),
        _ => None,
    }
}

struct Writer<'a> {
    needed: &'a BTreeSet<usize>,
    units: Units,
    /// Commands written.
    commands: usize,
}

impl Writer<'_> {
    fn inner(&self) -> Self {
        Self { needed: self.needed, units: Units::new(), commands: 0 }
    }

    /// Writes what is left of `parts`; inside a loop that is written out nothing stays as written.
    fn parts(&mut self, parts: &[Part], is_written_out: bool) {
        let mut is_first = true;
        let mut is_after_gap = false;
        for part in parts {
            let mut inner = self.inner();
            inner.part(part, is_written_out);
            if inner.units.is_empty() {
                is_after_gap = true;
                continue;
            }
            if !is_first {
                if part.sign.is_empty() {
                    self.between();
                    self.units.extend(trimmed_start(&inner.units));
                } else {
                    self.units.extend(&part.sign);
                    self.units.extend(inner.units);
                }
            } else if is_after_gap {
                self.units.extend(trimmed_start(&inner.units));
            } else {
                self.units.extend(&part.sign);
                self.units.extend(inner.units);
            }
            self.commands += inner.commands;
            is_first = false;
        }
    }

    /// Between two commands of a loop that is written out.
    fn between(&mut self) {
        let Some(last) = self.units.last().copied() else { return };
        let place = Unit { marks: Marks::default(), ..last };
        if !last.is_blank() {
            self.units.push(place.becoming(' '));
        }
        self.units.extend([place.becoming('&'), place.becoming(' ')]);
    }

    fn part(&mut self, part: &Part, is_written_out: bool) {
        match &part.kind {
            Kind::Setting(setting, _) if self.needed.contains(setting) => {}
            Kind::Command(units) | Kind::Setting(_, units) => {
                self.commands += 1;
                self.units.extend(units);
            }
            Kind::Script { program, text } => {
                self.commands += 1;
                self.script(program, text);
            }
            Kind::Wrapped { open, parts, close } => {
                let mut inner = self.inner();
                inner.parts(parts, is_written_out);
                if !inner.units.is_empty() {
                    self.commands += inner.commands;
                    self.units.extend(open);
                    self.units.extend(inner.units);
                    self.units.extend(close);
                }
            }
            Kind::Choice { written, parts } => {
                let mut made = self.inner();
                made.parts(parts, true);
                let has_settings = parts.iter().any(|part| has_needed(part, self.needed));
                let tells_more = told(&made.units, written) && made.commands <= MAX_COMMANDS
                    || made.units.is_empty() && has_settings;
                if is_written_out || tells_more {
                    self.commands += made.commands;
                    if !made.units.is_empty() {
                        self.units.extend(written.iter().take_while(|unit| unit.is_blank()));
                    }
                    self.units.extend(trimmed_start(&made.units));
                } else {
                    self.commands += 1;
                    self.units.extend(written);
                }
            }
        }
    }

    /// `powershell -Command {…}` for text that came through a pipe.
    fn script(&mut self, program: &[Unit], text: &[Unit]) {
        let Some(place) = program.last().or_else(|| text.first()).copied() else { return };
        let place = Unit { marks: Marks::PIPED.with(Marks::INERT), ..place };
        self.units.extend(program);
        self.units.extend(" -Command {".chars().map(|c| place.becoming(c)));
        self.units.extend(text.iter().map(|unit| unit.marked(Marks::INERT)));
        self.units.push(place.becoming('}'));
    }
}

/// Whether what is run shows something that the text as written does not.
fn told(made: &[Unit], written: &[Unit]) -> bool {
    let more = marks_of(made).without(marks_of(written));
    more.has(Marks::HIDING)
}

fn has_needed(part: &Part, needed: &BTreeSet<usize>) -> bool {
    match &part.kind {
        Kind::Setting(setting, _) => needed.contains(setting),
        Kind::Wrapped { parts, .. } | Kind::Choice { parts, .. } => {
            parts.iter().any(|part| has_needed(part, needed))
        }
        Kind::Command(_) | Kind::Script { .. } => false,
    }
}

fn trimmed_start(units: &[Unit]) -> &[Unit] {
    let blanks = units.iter().take_while(|unit| unit.is_blank()).count();
    units.get(blanks..).unwrap_or_default()
}
