//! The value of an expression, where all of it is constant.
//!
//! Each node is worked out once. Where a node is not constant, the parts of it that are get
//! settled on the way back, so that the largest constant parts are found in one walk.

use std::rc::Rc;

use super::notes::{Notes, Trick};
use super::parse_expression::plain_type;
use super::runner::{Candidate, Eval, MAX_VALUE, Runner, Stop};
use super::syntax::{Kind, Name, Node, Piece};
use super::value::{Known, Value, Wrapping};
use super::{casts, known, methods, operators, statics, worth};

impl<'s> Runner<'s> {
    /// The value of a node.
    pub(super) fn eval(&mut self, node: &'s Node) -> Eval<'s> {
        self.spend(1)?;
        match &node.kind {
            Kind::Text { value, noise, .. } => {
                self.spend(value.len() / 16)?;
                let mut notes =
                    if noise.ticks { Notes::of(Trick::Backtick) } else { Notes::default() };
                notes.origin = if value.len() >= 8 { Some(node.span) } else { None };
                Ok(Known::text(value.as_str()).noted(notes))
            }
            Kind::Number(number) => Ok(Known::plain(Value::Int(*number))),
            Kind::Type(name) => Ok(Known::plain(Value::Type(name.as_str().into()))),
            Kind::ScriptBlock(block) => Ok(Known::plain(Value::Block(block))),
            Kind::Variable(name) => self.variable(name),
            Kind::Paren(statement) => self.value_of(statement),
            Kind::Expand { pieces, .. } => self.expand(pieces),
            Kind::Sub { block, is_array } => self.sub(block, *is_array),
            Kind::Array(nodes) => self.array(nodes),
            Kind::Sum(nodes) => self.sum(nodes),
            Kind::Other(nodes) => {
                let nodes: Vec<&Node> = nodes.iter().collect();
                let values = self.all(&nodes);
                if let Ok(values) = values {
                    return self.or_settle(&nodes, &values, Err(Stop::Unknown));
                }
                Err(Stop::Unknown)
            }
            Kind::Cast(name, operand) => self.cast(name, operand),
            Kind::Binary(operator, left, right) => self.binary(operator, left, right),
            Kind::Unary(operator, operand) => self.unary(operator, operand),
            Kind::Index(of, index) => self.index(of, index),
            Kind::Member { of, name, is_static } => self.member(of, name, *is_static),
            Kind::Call { of, name, arguments, is_static } => {
                self.call(of, name, arguments, *is_static)
            }
        }
    }

    pub(super) fn variable(&mut self, name: &str) -> Eval<'s> {
        if let Some(known) = self.variables.get(name) {
            let known = known.clone();
            self.spend(known.value.size() / 16)?;
            // `$_` is how a pipeline works, and hides nothing.
            let notes = if name == "_" { Notes::default() } else { Notes::of(Trick::Variable) };
            return Ok(known.noted(notes));
        }
        match known::variable(name) {
            Some(value) => Ok(Known { value, notes: Notes::of(Trick::Environment) }),
            None => known::constant(name)
                .map(Known::plain)
                .ok_or_else(|| Stop::Missing(format!("${name}").into())),
        }
    }

    fn expand(&mut self, pieces: &'s [Piece]) -> Eval<'s> {
        let nodes: Vec<&Node> = pieces
            .iter()
            .filter_map(|piece| if let Piece::Node(node) = piece { Some(node) } else { None })
            .collect();
        // Inside a string a value is not written as a string: nothing is settled there.
        let values = self.silently(|runner| runner.all(&nodes))?;
        let mut values = values.into_iter();
        let mut made = String::new();
        let mut notes = Notes::of(Trick::Expansion);
        for piece in pieces {
            let text: Rc<str> = match piece {
                Piece::Text(text) => text.as_str().into(),
                Piece::Node(_) => {
                    let known = values.next().ok_or(Stop::Unknown)?;
                    notes = notes.with(known.notes);
                    known.value.to_text(" ").ok_or(Stop::Unknown)?
                }
            };
            notes = notes.with(worth::junction(&made, &text, false));
            self.spend(1 + text.len() / 16)?;
            made.push_str(&text);
            if made.len() > MAX_VALUE {
                return Err(Stop::Limit("a value is longer than the limit of 1 MiB"));
            }
        }
        Ok(Known { value: Value::new_text(made), notes })
    }

    fn array(&mut self, nodes: &'s [Node]) -> Eval<'s> {
        let nodes: Vec<&Node> = nodes.iter().collect();
        let values = self.all(&nodes)?;
        let notes = values.iter().fold(Notes::default(), |notes, known| notes.with(known.notes));
        let items = values.into_iter().map(|known| known.value).collect();
        Ok(Known { value: self.bounded(Value::List(Rc::new(items)))?, notes })
    }

    /// `a + b + c`; where not all is known, the known strings beside each other are put together.
    fn sum(&mut self, nodes: &'s [Node]) -> Eval<'s> {
        let values: Vec<Eval<'s>> = nodes.iter().map(|node| self.eval(node)).collect();
        let stop = values.iter().find_map(|value| value.as_ref().err().cloned());
        let Some(stop) = stop else {
            let values: Vec<Known<'s>> = values.into_iter().flatten().collect();
            let nodes: Vec<&Node> = nodes.iter().collect();
            let added = operators::add_all(self, &nodes, &values);
            return self.or_settle(&nodes, &values, added);
        };
        for run in nodes.iter().zip(values).collect::<Vec<_>>().chunk_by(|left, right| {
            let is_text = |value: &Eval<'s>| {
                value
                    .as_ref()
                    .is_ok_and(|known| matches!(known.value, Value::Text(_) | Value::Char(_)))
            };
            is_text(&left.1) && is_text(&right.1)
        }) {
            self.settle_run(run);
        }
        Err(stop)
    }

    fn settle_run(&mut self, run: &[(&'s Node, Eval<'s>)]) {
        let nodes: Vec<&Node> = run.iter().map(|(node, _)| *node).collect();
        let values: Vec<Known<'s>> =
            run.iter().filter_map(|(_, value)| value.clone().ok()).collect();
        if let ([first, .., last], true) = (nodes.as_slice(), nodes.len() == values.len())
            && let Ok(known) = operators::add_all(self, &nodes, &values)
        {
            let span = crate::model::Span { from: first.span.from, to: last.span.to };
            let kind = Kind::Sum(Vec::new());
            self.settle(&Node { span, kind, height: 1 }, &known);
            return;
        }
        for (node, known) in nodes.iter().zip(&values) {
            self.settle(node, known);
        }
    }

    fn cast(&mut self, name: &str, operand: &'s Node) -> Eval<'s> {
        let known = self.eval(operand)?;
        let cast = casts::cast(self, name, &known);
        self.or_settle(&[operand], &[known], cast)
    }

    fn binary(&mut self, operator: &'static str, left: &'s Node, right: &'s Node) -> Eval<'s> {
        let nodes = [left, right];
        let values = self.all(&nodes)?;
        let result = match values.as_slice() {
            [left, right] => operators::binary(self, operator, left, right),
            _ => Err(Stop::Unknown),
        };
        self.or_settle(&nodes, &values, result)
    }

    fn unary(&mut self, operator: &'static str, operand: &'s Node) -> Eval<'s> {
        if let ("++" | "--", Kind::Variable(name)) = (operator, &operand.kind) {
            let before = self.eval(operand)?;
            let number = before.value.to_int().ok_or(Stop::Unknown)?;
            let step = if operator == "++" { 1 } else { -1 };
            let after = number.checked_add(step).ok_or(Stop::Unknown)?;
            self.variables.insert(name.clone(), Known::plain(Value::Int(after)));
            return Ok(Known::plain(Value::Null));
        }
        let known = self.eval(operand)?;
        let result = operators::unary(self, operator, &known);
        self.or_settle(&[operand], &[known], result)
    }

    fn index(&mut self, of: &'s Node, index: &'s Node) -> Eval<'s> {
        let nodes = [of, index];
        let values = self.all(&nodes)?;
        let result = match values.as_slice() {
            [of, index] => operators::index(self, of, index),
            _ => Err(Stop::Unknown),
        };
        self.or_settle(&nodes, &values, result)
    }

    /// The name of a member; a computed one is noted, since it is code and never only data.
    pub(super) fn name(&mut self, name: &'s Name) -> Eval<'s, (String, Notes)> {
        match name {
            Name::Plain(name, noise) => {
                let notes = if noise.ticks { Notes::of(Trick::Backtick) } else { Notes::default() };
                Ok((name.to_lowercase(), notes))
            }
            Name::Computed(node) => {
                let known = self.eval(node)?;
                let text = known.value.to_text(" ").ok_or(Stop::Unknown)?;
                Ok((text.to_lowercase(), known.notes))
            }
        }
    }

    /// Writes a computed member name plainly.
    fn settle_name(&mut self, of: &'s Node, name: &'s Name) {
        let Name::Computed(node) = name else {
            // `.('name').Invoke(…)` is `.name(…)`.
            if let (Name::Plain(name, _), Kind::Member { name: inner, .. }) = (name, &of.kind)
                && name.eq_ignore_ascii_case("invoke")
                && matches!(inner.as_ref(), Name::Computed(_))
                && self.candidates.last().is_some_and(|last| last.span.to == of.span.to)
            {
                let from = of.span.to;
                let rest = self.source.get(from..).unwrap_or_default();
                let to = from + rest.find('(').unwrap_or(0);
                let notes = Notes::default();
                let span = crate::model::Span { from, to };
                let text = String::new();
                self.candidates.push(Candidate { span, text, notes, is_sure: false });
            }
            return;
        };
        let Ok(known) = self.silently(|runner| runner.eval(node)) else { return };
        let Some(text) = known.value.to_text(" ") else { return };
        let is_word = !text.is_empty() && text.chars().all(super::cursor::is_name);
        let mut tricks = known.notes;
        tricks.origin = None;
        let is_hidden = tricks != Notes::default() && !matches!(node.kind, Kind::Variable(_));
        if self.silent == 0 && is_word && is_hidden {
            self.candidates.push(Candidate {
                span: node.span,
                text: text.to_string(),
                notes: known.notes.and(Trick::Name),
                is_sure: true,
            });
        }
    }

    fn member(&mut self, of: &'s Node, name: &'s Name, is_static: bool) -> Eval<'s> {
        let object = self.eval(of);
        let result = object.clone().and_then(|object| {
            let (name, notes) = self.name(name)?;
            let object = Known { notes: object.notes.with(notes), ..object };
            match &object.value {
                Value::Type(of) if is_static => statics::member(self, of, &name, object.notes),
                _ if is_static => Err(Stop::Unknown),
                _ => methods::member(self, &object, &name, of),
            }
        });
        if result.is_err() {
            self.settle_known(&[of], &[object]);
            self.settle_name(of, name);
        }
        result
    }

    fn call(
        &mut self,
        of: &'s Node,
        name: &'s Name,
        arguments: &'s [Node],
        is_static: bool,
    ) -> Eval<'s> {
        let object = self.eval(of);
        let nodes: Vec<&Node> = arguments.iter().collect();
        let values: Vec<Eval<'s>> = nodes.iter().map(|node| self.eval(node)).collect();
        let missing = values.iter().find_map(|value| value.as_ref().err().cloned());
        let plain: Vec<Known<'s>> = values.iter().filter_map(|value| value.clone().ok()).collect();
        let result = object.clone().and_then(|object| {
            let (name, notes) = self.name(name)?;
            let object = Known { notes: object.notes.with(notes), ..object };
            if missing.is_some() && !matches!(name.as_str(), "copyto" | "write") {
                return Err(missing.clone().unwrap_or(Stop::Unknown));
            }
            let result = match &object.value {
                Value::Type(of) if is_static => {
                    statics::call(self, of, &name, &plain, &nodes, object.notes)
                }
                _ if is_static => Err(Stop::Unknown),
                _ => methods::call(self, &object, &name, &plain, (of, &nodes)),
            };
            let notes = plain.iter().fold(object.notes, |notes, known| notes.with(known.notes));
            result.map(|known| known.noted(notes))
        });
        if let Err(stop) = &result {
            self.note_broken(of, stop);
            self.settle_known(&[of], &[object]);
            self.settle_name(of, name);
            self.settle_known(&nodes, &values);
        }
        result
    }

    /// A broken payload is told where it stands.
    fn note_broken(&mut self, of: &'s Node, stop: &Stop) {
        let is_told_elsewhere =
            crate::decode::text::find_ignore_case(self.source, "frombase64", 0).is_some();
        if let (Stop::Broken(reason), 0, false) = (stop, self.silent, is_told_elsewhere) {
            let failed = (of.span, super::notes::Tricks::NONE, reason.to_string());
            if !self.failed.iter().any(|(_, _, known)| *known == failed.2) {
                self.failed.push(failed);
            }
        }
    }

    /// The type a value names: `[type]'convert'`, `'convert' -as [type]`.
    pub(super) fn type_of_name(known: &Known<'s>) -> Eval<'s> {
        let Value::Text(name) = &known.value else { return Err(Stop::Unknown) };
        let name = plain_type(name);
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || "._[]".contains(c)) {
            return Err(Stop::Unknown);
        }
        Ok(Known { value: Value::Type(name.into()), notes: known.notes.and(Trick::Name) })
    }

    /// Text in a wrapping.
    pub(super) fn wrapped(wrapping: Wrapping, text: impl Into<Rc<str>>) -> Known<'s> {
        Known::plain(Value::Wrapped(wrapping, text.into()))
    }
}
