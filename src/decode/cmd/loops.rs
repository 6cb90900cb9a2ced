//! `for` loops of `cmd.exe` whose items stand on the line: lists, numbers, and text cut by `/f`.
//!
//! Loops over files, folders and the output of programs are looked at, not followed. Source:
//! `for /?`; Microsoft, `for`.

use super::machine::{Machine, of, written};
use super::parse::{ForNode, Link, Node};
use super::shown::{Kind, MAX_COMMANDS, Part};
use super::unit::{Marks, Unit, Units, inert, key_of, marks_of, slice, span_of, text_of, trimmed};
use crate::model::FailedDecode;

use super::expand::number;

/// A loop of more rounds is not followed.
pub(super) const MAX_ROUNDS: usize = 10_000;

/// The letters between `%~` and the name of a loop's variable.
const MODIFIERS: &str = "fdpnxsatzFDPNXSATZ";

/// What the variables of a loop hold in one round.
type Round = Vec<(char, Units)>;

/// The rounds of a loop.
enum Rounds {
    Known(Vec<Round>),
    Unknown,
    /// More than [`MAX_ROUNDS`], or no end.
    TooMany,
}

impl Machine {
    /// `whole` is the loop as a command, `node` what it holds.
    pub(super) fn for_loop(&mut self, flat: &[Unit], whole: &Node, node: &ForNode) -> Kind {
        let text = written(flat, whole);
        self.budget.spend(text.len());
        let set = self.substituted(of(flat, node.set));
        let switches = self.with_loops(of(flat, node.switches));
        self.settle(None);
        match self.rounds(&switches, &set, node.variable) {
            // So many commands are not written out: what matters is only the text they make.
            Rounds::Known(rounds)
                if rounds.len() > MAX_COMMANDS && !builds_text(flat, &node.body) =>
            {
                self.uncertain(flat, node, text)
            }
            Rounds::Known(rounds) => {
                let is_long = rounds.len() > MAX_COMMANDS;
                let mut parts = Vec::new();
                let depth = self.loops.len();
                let is_only = rounds.len() == 1;
                for round in rounds {
                    self.loops.extend(round.into_iter().map(|(name, value)| {
                        let mark = if is_only { Marks::BUILT } else { Marks::default() };
                        (name, value.iter().map(|unit| unit.marked(mark)).collect())
                    }));
                    let (mut more, _) = self.sequence(flat, &node.body);
                    if is_long {
                        more.iter_mut().for_each(Part::forget_settings);
                    }
                    self.loops.truncate(depth);
                    if self.budget.stopped().is_some() {
                        break;
                    }
                    parts.extend(more);
                }
                Kind::choice(text, parts)
            }
            Rounds::Unknown => self.uncertain(flat, node, text),
            Rounds::TooMany => {
                if builds_text(flat, &node.body)
                    && let Some(span) = span_of(&text)
                {
                    self.failed.push(FailedDecode {
                        trick: "Loops of cmd.exe".to_owned(),
                        span,
                        reason: format!("the loop has more than {MAX_ROUNDS} rounds"),
                    });
                }
                self.uncertain(flat, node, text)
            }
        }
    }

    /// A loop whose rounds are not known.
    fn uncertain(&mut self, flat: &[Unit], node: &ForNode, text: Units) -> Kind {
        let body = self.looked_at(flat, &node.body);
        let open = of(flat, node.head).to_vec();
        let kind = Kind::Wrapped { open, parts: body, close: Units::new() };
        Kind::choice(text, vec![Part { sign: Units::new(), kind }])
    }

    fn rounds(&mut self, switches: &[Unit], set: &[Unit], variable: char) -> Rounds {
        let switches = trimmed(switches);
        let kind = key_of(slice(switches, 0, 2));
        if marks_of(set).has(Marks::OPAQUE) && kind == "/l" {
            return Rounds::Unknown;
        }
        match kind.as_str() {
            "" => listed(set, variable),
            "/l" => counted(set, variable),
            "/f" => self.cut(slice(switches, 2, switches.len()), set, variable),
            _ => Rounds::Unknown,
        }
    }

    /// `for /f`: a text in quotes or the output of a command that only writes text.
    fn cut(&mut self, options: &[Unit], set: &[Unit], variable: char) -> Rounds {
        let Some(options) = Options::read(&text_of(options)) else { return Rounds::Unknown };
        let set = trimmed(set);
        let (Some(first), Some(last)) = (set.first(), set.last()) else { return Rounds::Unknown };
        let inner = slice(set, 1, set.len().saturating_sub(1));
        let (command, text) = if options.has_back_quotes { ('`', '\'') } else { ('\'', '"') };
        let lines = if set.len() >= 2 && first.c == command && last.c == command {
            self.output_of(inner)
        } else if set.len() >= 2 && first.c == text && last.c == text {
            Some(inner.to_vec())
        } else {
            None
        };
        let Some(lines) = lines else { return Rounds::Unknown };
        if !self.budget.spend(lines.len()) {
            return Rounds::Unknown;
        }
        let lines = lines.split(|unit| matches!(unit.c, '\n' | '\r')).skip(options.skip);
        let lines = lines.filter(|line| {
            !line.is_empty() && line.first().map(|unit| unit.c) != options.end_of_line
        });
        let rounds = lines.filter_map(|line| options.cut(line, variable)).take(MAX_ROUNDS);
        Rounds::Known(rounds.collect())
    }

    /// The text with the variables of the loops around in place.
    pub(super) fn with_loops(&mut self, units: &[Unit]) -> Units {
        if self.loops.is_empty() || !units.iter().any(|unit| unit.c == '%') {
            return units.to_vec();
        }
        let mut made = Units::with_capacity(units.len());
        let mut at = 0;
        while let Some(unit) = units.get(at) {
            let found =
                if unit.c == '%' { self.loop_value(slice(units, at, units.len())) } else { None };
            if let Some((length, value)) = found {
                if !self.budget.spend(value.len()) {
                    break;
                }
                let value: Units = value
                    .iter()
                    .map(|new| Unit {
                        c: new.c,
                        marks: new.marks.unparsed().with(Marks::LOOP),
                        ..*unit
                    })
                    .collect();
                made.extend(inert(&value));
                at += length;
            } else {
                made.push(*unit);
                at += 1;
            }
        }
        made
    }

    /// The value of `%i` or `%~i` at the start of `units`, and how many units it takes.
    fn loop_value(&self, units: &[Unit]) -> Option<(usize, Units)> {
        let value = |name: char| {
            self.loops.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value)
        };
        let second = units.get(1)?.c;
        if second != '~' {
            return value(second).map(|value| (2, value.clone()));
        }
        let mut modifiers = String::new();
        for (at, unit) in units.iter().enumerate().skip(2).take(10) {
            if let Some(value) = value(unit.c) {
                return Some((at + 1, modified(value, &modifiers)?));
            }
            if !MODIFIERS.contains(unit.c) {
                return None;
            }
            modifiers.push(unit.c.to_ascii_lowercase());
        }
        None
    }
}

/// `%~i`, `%~ni`, `%~xi`, `%~nxi`; the others depend on the computer.
fn modified(value: &[Unit], modifiers: &str) -> Option<Units> {
    let is_quote = |unit: &&Unit| unit.c == '"';
    let from = value.iter().take_while(is_quote).count().min(1);
    let to = value.len() - value.iter().rev().take_while(is_quote).count().min(1);
    let bare = slice(value, from, to);
    let name =
        bare.iter().rposition(|unit| matches!(unit.c, '\\' | '/' | ':')).map_or(0, |at| at + 1);
    let name = slice(bare, name, bare.len());
    let dot = name.iter().rposition(|unit| unit.c == '.').unwrap_or(name.len());
    match modifiers {
        "" => Some(bare.to_vec()),
        "n" => Some(slice(name, 0, dot).to_vec()),
        "x" => Some(slice(name, dot, name.len()).to_vec()),
        "nx" => Some(name.to_vec()),
        _ => None,
    }
}

/// The items of a list: parted by delimiters, quotes kept. Items with `*` or `?` are files.
fn listed(set: &[Unit], variable: char) -> Rounds {
    if set.iter().any(|unit| matches!(unit.c, '*' | '?')) {
        return Rounds::Unknown;
    }
    let mut rounds = Vec::new();
    let mut item = Units::new();
    let mut is_quoted = false;
    for unit in set {
        is_quoted ^= unit.c == '"';
        let is_end = matches!(unit.c, ' ' | '\t' | ',' | ';' | '=' | '\n' | '\r');
        if is_end && !is_quoted {
            if !item.is_empty() {
                rounds.push(vec![(variable, std::mem::take(&mut item))]);
            }
        } else {
            item.push(*unit);
        }
    }
    if !item.is_empty() {
        rounds.push(vec![(variable, item)]);
    }
    if rounds.len() > MAX_ROUNDS { Rounds::TooMany } else { Rounds::Known(rounds) }
}

/// `(first, step, last)`.
fn counted(set: &[Unit], variable: char) -> Rounds {
    let text = text_of(set);
    let is_end = |c: char| matches!(c, ' ' | '\t' | ',' | ';' | '=');
    let mut numbers =
        text.split(is_end).filter(|word| !word.is_empty()).map(|word| number(word).unwrap_or(0));
    let (first, step, last) =
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let is_over = |now: i64| if step < 0 { now < last } else { now > last };
    if is_over(first) {
        return Rounds::Known(Vec::new());
    }
    let count = if step == 0 { i64::MAX } else { (last.saturating_sub(first)) / step };
    let Some(place) =
        set.first().filter(|_| usize::try_from(count).is_ok_and(|count| count < MAX_ROUNDS))
    else {
        return Rounds::TooMany;
    };
    let mut rounds = Vec::new();
    let mut now = first;
    while !is_over(now) {
        let digits = now.to_string();
        rounds.push(vec![(variable, digits.chars().map(|c| place.becoming(c)).collect())]);
        now = now.saturating_add(step);
    }
    Rounds::Known(rounds)
}

/// Whether the body of a loop sets variables, so that the loop makes text.
fn builds_text(flat: &[Unit], body: &[Link]) -> bool {
    let text = body.first().zip(body.last()).map(|(first, last)| {
        let from = super::machine::extent(&first.node).from;
        let to = super::machine::extent(&last.node).to;
        key_of(slice(flat, from, to.min(from + 4096)))
    });
    text.is_some_and(|text| text.contains("set") && text.contains('='))
}

/// The options of `for /f`.
struct Options {
    delimiters: String,
    /// Which words go into variables, counted from one, and whether the rest of the line follows.
    tokens: Vec<usize>,
    has_rest: bool,
    skip: usize,
    end_of_line: Option<char>,
    has_back_quotes: bool,
}

impl Options {
    /// `"tokens=1,2* delims=; skip=1 eol=# usebackq"`; `None` where they are wrong.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('"');
        let text = text.strip_suffix('"').unwrap_or(text);
        let mut options = Self {
            delimiters: " \t".to_owned(),
            tokens: vec![1],
            has_rest: false,
            skip: 0,
            end_of_line: Some(';'),
            has_back_quotes: false,
        };
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let lower = rest.chars().take(8).collect::<String>().to_ascii_lowercase();
            let used = if lower.starts_with("usebackq") {
                options.has_back_quotes = true;
                8
            } else if lower.starts_with("delims=") {
                // Blanks count only where nothing follows them.
                let value = rest.get(7..)?;
                let end = value
                    .find(' ')
                    .filter(|at| value.get(*at..).is_some_and(|rest| !rest.trim().is_empty()));
                let end = end.unwrap_or(value.len());
                value.get(..end)?.clone_into(&mut options.delimiters);
                7 + end
            } else if lower.starts_with("tokens=") {
                let value = rest.get(7..)?;
                let end = value.find(' ').unwrap_or(value.len());
                options.read_tokens(value.get(..end)?)?;
                7 + end
            } else if lower.starts_with("skip=") {
                let value = rest.get(5..)?;
                let end = value.find(' ').unwrap_or(value.len());
                options.skip = usize::try_from(number(value.get(..end)?)?).ok()?;
                5 + end
            } else if lower.starts_with("eol=") {
                options.end_of_line = rest.get(4..)?.chars().next();
                4 + options.end_of_line.map_or(0, char::len_utf8)
            } else {
                return None;
            };
            rest = rest.get(used..)?.trim_start();
        }
        Some(options)
    }

    fn read_tokens(&mut self, text: &str) -> Option<()> {
        self.tokens.clear();
        let listed = text.strip_suffix('*');
        self.has_rest = listed.is_some();
        for one in listed.unwrap_or(text).split(',').filter(|one| !one.is_empty()) {
            let (from, to) = one.split_once('-').unwrap_or((one, one));
            let (from, to) = (from.trim().parse().ok()?, to.trim().parse::<usize>().ok()?);
            if from == 0 || to > 31 {
                return None;
            }
            self.tokens.extend(from..=to);
        }
        Some(())
    }

    /// The words of a line in their variables; `None` for a line without the first of them.
    fn cut(&self, line: &[Unit], variable: char) -> Option<Round> {
        let is_delimiter = |unit: &&Unit| self.delimiters.contains(unit.c);
        let last = self.tokens.iter().max().copied().unwrap_or(0);
        let mut words: Vec<&[Unit]> = Vec::new();
        let mut rest = line;
        while words.len() < last {
            let gap = rest.iter().take_while(is_delimiter).count();
            rest = slice(rest, gap, rest.len());
            if rest.is_empty() {
                break;
            }
            let length = rest.iter().take_while(|unit| !is_delimiter(unit)).count();
            words.push(slice(rest, 0, length));
            rest = slice(rest, length, rest.len());
        }
        let mut sorted = self.tokens.clone();
        sorted.sort_unstable();
        let mut values: Vec<Units> = Vec::new();
        for token in sorted {
            values.push(words.get(token - 1).map(|word| word.to_vec()).unwrap_or_default());
        }
        if self.has_rest {
            let gap = rest.iter().take_while(is_delimiter).count();
            values.push(slice(rest, gap, rest.len()).to_vec());
        }
        if values.first().is_none_or(Vec::is_empty) {
            return None;
        }
        let names = (u32::from(variable)..).map_while(char::from_u32);
        Some(names.zip(values).collect())
    }
}
