//! Runs the commands of a `cmd.exe` line as far as they only change text, and keeps what is left.
//!
//! Nothing is executed: variables, loops, conditions, `echo` into an interpreter and nested
//! `cmd.exe` are followed, every other command is text. What each kind of command does stands in
//! the files beside this one.

use std::collections::BTreeSet;

use super::budget::{Budget, COMMAND};
use super::expand::Expansion;
use super::parse::{Link, Node, Operator, Range, lexed, parsed};
use super::shown::{Kind, Part, shown};
use super::unit::{Marks, Unit, Units, escaped, slice};
use super::variables::Environment;
use crate::model::FailedDecode;

/// Whether a command did what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Success,
    Failure,
    Unknown,
}

/// What a child `cmd.exe` comes down to.
#[derive(Clone, Debug)]
pub(super) enum Child {
    /// The commands it runs, as they would have to be written for it.
    Commands(Units),
    /// One thing only: PowerShell gets this text on its standard input.
    Script(Units),
}

/// The state while a line is followed.
pub(super) struct Machine {
    pub(super) environment: Environment,
    pub(super) is_delayed: bool,
    /// Variables of the loops around, innermost last.
    pub(super) loops: Vec<(char, Units)>,
    pub(super) budget: Budget,
    pub(super) failed: Vec<FailedDecode>,
    /// Numbers of `set` commands whose values the command at hand has used.
    pub(super) used: Vec<usize>,
    /// Numbers of `set` commands whose values went into what is shown.
    pub(super) needed: Vec<usize>,
    /// For each `set`, by number, which others its value was made of.
    pub(super) made_of: Vec<Vec<usize>>,
}

impl Machine {
    pub(super) fn new(steps: usize) -> Self {
        Self {
            environment: Environment::default(),
            is_delayed: false,
            loops: Vec::new(),
            budget: Budget::new(steps),
            failed: Vec::new(),
            used: Vec::new(),
            needed: Vec::new(),
            made_of: Vec::new(),
        }
    }

    pub(super) fn expansion(&mut self) -> Expansion<'_> {
        Expansion { environment: &self.environment, used: &mut self.used, budget: &mut self.budget }
    }

    /// Follows a command line given to a new `cmd.exe`, which inherits the variables.
    pub(super) fn child(&mut self, command: &[Unit], is_delayed: bool) -> Child {
        self.in_child(is_delayed, |machine| {
            let (flat, links) = machine.read(command);
            let (parts, _) = machine.sequence(&flat, &links);
            shown(&parts, &machine.needed_settings())
        })
        .map_or_else(
            || Child::Commands(command.to_vec()),
            |shown| match shown.script {
                Some(script) => Child::Script(script),
                None => Child::Commands(escaped(&shown.units)),
            },
        )
    }

    /// Does something as a new `cmd.exe` would; `None` where that is too deep.
    pub(super) fn in_child<T>(
        &mut self,
        is_delayed: bool,
        work: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let cost = self.environment.size() + COMMAND;
        if !self.budget.spend(cost) || !self.budget.enter() {
            return None;
        }
        let environment = self.environment.clone();
        let loops = std::mem::take(&mut self.loops);
        let was_delayed = std::mem::replace(&mut self.is_delayed, is_delayed);
        let result = work(self);
        self.environment = environment;
        self.loops = loops;
        self.is_delayed = was_delayed;
        self.budget.leave();
        Some(result)
    }

    /// The first two phases over a command line.
    pub(super) fn read(&mut self, command: &[Unit]) -> (Units, Vec<Link>) {
        self.budget.spend(command.len() * 2);
        let expanded = self.expansion().percent(command);
        self.settle(None);
        let mut flat = lexed(&expanded);
        let links = parsed(&mut flat, &mut self.budget);
        (flat, links)
    }

    /// Notes what the command at hand has used: for the `set` of this number, else for good.
    pub(super) fn settle(&mut self, setting: Option<usize>) {
        let used = std::mem::take(&mut self.used);
        match setting.and_then(|setting| self.made_of.get_mut(setting)) {
            Some(made_of) => made_of.extend(used),
            None => self.needed.extend(used),
        }
    }

    /// The `set` commands that went into what is shown, directly or through others.
    pub(super) fn needed_settings(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = self.needed.clone();
        while let Some(setting) = open.pop() {
            if found.insert(setting) {
                open.extend(self.made_of.get(setting).into_iter().flatten());
            }
        }
        found
    }

    /// Follows commands one after the other.
    pub(super) fn sequence(&mut self, flat: &[Unit], links: &[Link]) -> (Vec<Part>, Outcome) {
        let mut parts = Vec::new();
        let mut last = Outcome::Unknown;
        if !self.budget.enter() {
            return (parts, last);
        }
        for link in links {
            if !self.budget.spend(1) {
                break;
            }
            let is_skipped = match link.operator {
                Operator::First | Operator::Always => false,
                Operator::Success => last == Outcome::Failure,
                Operator::Failure => last == Outcome::Success,
            };
            let sign = of(flat, link.sign).to_vec();
            let kind = if is_skipped {
                Kind::choice(written(flat, &link.node), Vec::new())
            } else {
                let (kind, outcome) = self.node(flat, &link.node);
                last = outcome;
                kind
            };
            parts.push(Part { sign, kind });
        }
        self.budget.leave();
        (parts, last)
    }

    fn node(&mut self, flat: &[Unit], node: &Node) -> (Kind, Outcome) {
        match node {
            Node::Simple(range) => {
                let command = self.substituted(of(flat, *range));
                self.command(&command)
            }
            Node::Block { open, body, close } => {
                let (parts, outcome) = self.sequence(flat, body);
                let open = of(flat, *open).to_vec();
                let close = of(flat, *close).to_vec();
                (Kind::Wrapped { open, parts, close }, outcome)
            }
            Node::Pipe(nodes) => (self.pipe(flat, nodes), Outcome::Unknown),
            Node::For(inner) => (self.for_loop(flat, node, inner), Outcome::Unknown),
            Node::If(inner) => self.branch(flat, node, inner),
        }
    }

    /// A command's text after the phases that come when it is run.
    pub(super) fn substituted(&mut self, units: &[Unit]) -> Units {
        let units = self.with_loops(units);
        if self.is_delayed { self.expansion().delayed(&units) } else { units }
    }

    /// What a body does when nobody knows whether and how often it runs: it is looked at once, and
    /// what it sets is not known afterwards.
    pub(super) fn looked_at(&mut self, flat: &[Unit], body: &[Link]) -> Vec<Part> {
        let before = self.environment.clone();
        self.budget.spend(before.size());
        let (parts, _) = self.sequence(flat, body);
        let changed: Vec<String> = self
            .environment
            .names()
            .map(|(name, _)| name)
            .filter(|name| before.setting(name) != self.environment.setting(name))
            .cloned()
            .collect();
        for name in changed {
            self.environment.forget(name);
        }
        parts
    }
}

/// The units of a range.
pub(super) fn of(flat: &[Unit], range: Range) -> &[Unit] {
    slice(flat, range.from, range.to)
}

/// A command as it stands on the line.
pub(super) fn written(flat: &[Unit], node: &Node) -> Units {
    let range = extent(node);
    let units = of(flat, range).iter();
    units.map(|unit| Unit { marks: unit.marks.without(Marks::LOOP), ..*unit }).collect()
}

/// From the first to the last unit of a command.
pub(super) fn extent(node: &Node) -> Range {
    match node {
        Node::Simple(range) => *range,
        Node::Block { open, close, .. } => Range { from: open.from, to: close.to },
        Node::Pipe(nodes) => {
            let first = nodes.first().map(|(_, node)| extent(node)).unwrap_or_default();
            let last = nodes.last().map(|(_, node)| extent(node)).unwrap_or_default();
            Range { from: first.from, to: last.to }
        }
        Node::For(node) => Range { from: node.head.from, to: end_of(&node.body, node.head.to) },
        Node::If(node) => {
            let body = node.otherwise.as_ref().map_or(&node.body, |(_, links)| links);
            Range { from: node.head.from, to: end_of(body, node.head.to) }
        }
    }
}

fn end_of(links: &[Link], otherwise: usize) -> usize {
    links.last().map_or(otherwise, |link| extent(&link.node).to)
}
