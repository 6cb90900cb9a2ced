//! What is known while a script is read from top to bottom: variables, the budget, what was found.
//!
//! Nothing is run: values are worked out where every part is constant, and unknown otherwise.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::notes::{Notes, Tricks};
use super::syntax::{Block, Element, Kind, Node, StatementKind};
use super::value::{Known, Value};
use crate::model::Span;

/// The longest value, in bytes of text or items of a list: 1 MiB.
pub(super) const MAX_VALUE: usize = 1 << 20;

/// Why a value is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Not constant, or not understood.
    Unknown,
    /// This variable or source is not set in the text.
    Missing(Rc<str>),
    /// A limit was met, in words.
    Limit(&'static str),
    /// It is encoded and broken, in words.
    Broken(Rc<str>),
}

/// A value or why there is none.
pub(super) type Eval<'s, T = Known<'s>> = Result<T, Stop>;

/// A constant that may be written in place of its expression.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) span: Span,
    pub(super) text: String,
    pub(super) notes: Notes,
    /// Whether it hides something for sure; others go along with one that does.
    pub(super) is_sure: bool,
}

/// Text that an interpreter receives.
#[derive(Clone, Debug)]
pub(super) struct Invoked {
    /// The whole command.
    pub(super) span: Span,
    pub(super) text: Rc<str>,
    pub(super) notes: Notes,
    /// Whether the command is a statement of its own, and not a part of one.
    pub(super) is_statement: bool,
}

/// The state of reading a script.
#[derive(Debug)]
pub(super) struct Runner<'s> {
    pub(super) source: &'s str,
    pub(super) variables: HashMap<String, Known<'s>, RandomState>,
    /// Variables that were set to what is not known.
    pub(super) forgotten: HashSet<String, RandomState>,
    pub(super) aliases: HashMap<String, String, RandomState>,
    pub(super) functions: HashMap<String, (&'s [String], &'s Block), RandomState>,
    /// Steps that are left: an element of a list, an operator, 16 bytes copied. See `Look::work`.
    pub(super) left: usize,
    /// Above zero nothing is noted: bodies of loops are read many times.
    pub(super) silent: usize,
    /// Calls of functions and loops in each other.
    pub(super) nested: usize,
    pub(super) candidates: Vec<Candidate>,
    pub(super) invoked: Vec<Invoked>,
    /// What is encoded and could not be undone.
    pub(super) failed: Vec<(Span, Tricks, String)>,
    /// What of a payload is missing, in words.
    pub(super) damage: Option<String>,
}

impl<'s> Runner<'s> {
    pub(super) fn new(source: &'s str, left: usize) -> Self {
        Self {
            source,
            variables: HashMap::default(),
            forgotten: HashSet::default(),
            aliases: HashMap::default(),
            functions: HashMap::default(),
            left,
            silent: 0,
            nested: 0,
            candidates: Vec::new(),
            invoked: Vec::new(),
            failed: Vec::new(),
            damage: None,
        }
    }

    /// Pays for `steps`.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        if let Some(left) = self.left.checked_sub(steps) {
            self.left = left;
            return Ok(());
        }
        self.left = 0;
        Err(Stop::Limit("it takes more steps than the limit"))
    }

    /// Whether all steps are used up.
    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Pays for a value and refuses one that is too long.
    pub(super) fn bounded(&mut self, value: Value<'s>) -> Eval<'s, Value<'s>> {
        self.spend(1 + value.size())?;
        let length = match &value {
            Value::Text(text) | Value::Wrapped(_, text) => text.len(),
            Value::Bytes(bytes) | Value::Stream(bytes) => bytes.len(),
            Value::List(items) => items.len(),
            _ => 0,
        };
        if length > MAX_VALUE {
            return Err(Stop::Limit("a value is longer than the limit of 1 MiB"));
        }
        Ok(value)
    }

    /// The text a node was parsed from.
    pub(super) fn source_of(&self, span: Span) -> &'s str {
        self.source.get(span.from..span.to).unwrap_or_default()
    }

    /// Runs `read` without noting anything.
    pub(super) fn silently<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.silent += 1;
        let read = read(self);
        self.silent -= 1;
        read
    }

    /// Notes a constant expression whose surroundings are not constant.
    pub(super) fn settle(&mut self, node: &Node, known: &Known<'s>) {
        // The brackets around an expression stay.
        let mut node = node;
        while let Kind::Paren(inner) = &node.kind
            && let StatementKind::Pipeline(elements) = &inner.kind
            && let [Element::Expression(inner)] = elements.as_slice()
        {
            node = inner;
        }
        if self.silent == 0
            && let Some(candidate) = super::worth::candidate(node, known, self.source)
        {
            self.candidates.push(candidate);
        }
    }

    /// Settles what is known of some nodes.
    pub(super) fn settle_known(&mut self, nodes: &[&'s Node], values: &[Eval<'s>]) {
        for (node, value) in nodes.iter().zip(values) {
            if let Ok(known) = value {
                self.settle(node, known);
            }
        }
    }

    /// The values of all nodes, or the first reason against; then what is known is settled.
    pub(super) fn all(&mut self, nodes: &[&'s Node]) -> Eval<'s, Vec<Known<'s>>> {
        let values: Vec<Eval<'s>> = nodes.iter().map(|node| self.eval(node)).collect();
        match values.iter().find_map(|value| value.as_ref().err()) {
            Some(stop) => {
                let stop = stop.clone();
                self.settle_known(nodes, &values);
                Err(stop)
            }
            None => Ok(values.into_iter().flatten().collect()),
        }
    }

    /// Gives back `result`, and settles the nodes where it is an error.
    pub(super) fn or_settle<T>(
        &mut self,
        nodes: &[&'s Node],
        values: &[Known<'s>],
        result: Eval<'s, T>,
    ) -> Eval<'s, T> {
        if result.is_err() {
            for (node, known) in nodes.iter().zip(values) {
                self.settle(node, known);
            }
        }
        result
    }

    /// Forgets variables that a text names, since it may set them.
    pub(super) fn forget_named(&mut self, text: &str) {
        let text = text.to_lowercase();
        let named: Vec<String> =
            self.variables.keys().filter(|name| text.contains(name.as_str())).cloned().collect();
        for name in named {
            self.forget(&name);
        }
    }

    /// Forgets what a variable holds; it is not empty for that.
    pub(super) fn forget(&mut self, name: &str) {
        self.variables.remove(name);
        if !self.forgotten.contains(name) {
            self.forgotten.insert(name.to_owned());
        }
    }
}
