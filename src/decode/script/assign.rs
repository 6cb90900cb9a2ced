//! Assignments: what a variable holds, and when that is forgotten.
//!
//! A variable that is set to what is not known is forgotten, never taken for its older value.

use std::rc::Rc;

use super::runner::{Eval, Runner, Stop};
use super::syntax::{Block, Element, Kind, Node, Statement, StatementKind};
use super::value::{Known, Value};
use super::{casts, operators};

impl<'s> Runner<'s> {
    /// `target = value`.
    pub(super) fn assign(
        &mut self,
        target: &'s Node,
        operator: Option<char>,
        value: &'s Statement,
    ) -> Eval<'s> {
        let result = self.value_of(value).and_then(|known| {
            let known = match operator {
                None => known,
                Some(operator) => {
                    let before = self.before(target, operator)?;
                    self.changed(&before, operator, &known, target)?
                }
            };
            self.settle_assigned(value, &known, operator.is_some());
            self.store(target, known.clone())?;
            Ok(known)
        });
        if result.is_err() {
            self.forget_target(target);
        }
        if self.silent == 0 && matches!(target.kind, Kind::Index(..) | Kind::Member { .. }) {
            // What is set may be named in a hidden way: `$a['Script'+'Block'] = 0`.
            self.eval(target).ok();
        }
        result
    }

    /// What a target holds; a variable that was never set holds nothing.
    fn before(&mut self, target: &'s Node, operator: char) -> Eval<'s> {
        match (&target.kind, self.eval(target)) {
            (Kind::Variable(name), Err(Stop::Missing(_)))
                if operator == '+' && !self.forgotten.contains(name) && !name.contains(':') =>
            {
                Ok(Known::plain(Value::Null))
            }
            (_, before) => before,
        }
    }

    fn settle_assigned(&mut self, value: &'s Statement, known: &Known<'s>, is_changed: bool) {
        if !is_changed && !matches!(value.kind, StatementKind::Assign { .. }) {
            self.settle_statement(value, known);
        }
    }

    fn changed(
        &mut self,
        before: &Known<'s>,
        operator: char,
        by: &Known<'s>,
        target: &'s Node,
    ) -> Eval<'s> {
        if operator == '+' {
            return operators::add_all(self, &[target, target], &[before.clone(), by.clone()]);
        }
        let operator = match operator {
            '-' => "-",
            '*' => "*",
            '/' => "/",
            _ => "%",
        };
        operators::binary(self, operator, before, by)
    }

    /// Sets a variable, or an item of one.
    fn store(&mut self, target: &'s Node, known: Known<'s>) -> Eval<'s, ()> {
        match &target.kind {
            Kind::Variable(name) => {
                if name.contains(':') && !name.starts_with("env:") {
                    return Err(Stop::Unknown);
                }
                self.variables.insert(name.clone(), known);
            }
            Kind::Cast(to, inner) => {
                let known = casts::cast(self, to, &known)?;
                return self.store(inner, known);
            }
            Kind::Array(targets) => {
                let items = known.value.items();
                if items.len() != targets.len() {
                    return Err(Stop::Unknown);
                }
                for (target, item) in targets.iter().zip(items) {
                    self.store(target, Known { value: item, notes: known.notes })?;
                }
            }
            Kind::Index(of, index) => {
                let Kind::Variable(name) = &of.kind else { return Err(Stop::Unknown) };
                let index = self.eval(index)?.value.to_int().ok_or(Stop::Unknown)?;
                let index = usize::try_from(index).map_err(|_negative| Stop::Unknown)?;
                let list = self.variables.get_mut(name).ok_or(Stop::Unknown)?;
                list.notes = list.notes.with(known.notes);
                match &mut list.value {
                    Value::Bytes(bytes) => {
                        let byte = u8::try_from(known.value.to_int().ok_or(Stop::Unknown)?);
                        let place = Rc::make_mut(bytes).get_mut(index).ok_or(Stop::Unknown)?;
                        *place = byte.map_err(|_too_big| Stop::Unknown)?;
                    }
                    Value::List(items) => {
                        let place = Rc::make_mut(items).get_mut(index).ok_or(Stop::Unknown)?;
                        *place = known.value;
                    }
                    _ => return Err(Stop::Unknown),
                }
            }
            Kind::Member { of, .. } => {
                let known = self.eval(of)?;
                if !matches!(known.value, Value::Stream(_)) {
                    return Err(Stop::Unknown);
                }
            }
            _ => return Err(Stop::Unknown),
        }
        Ok(())
    }

    fn forget_target(&mut self, target: &Node) {
        match &target.kind {
            Kind::Variable(name) => self.forget(name),
            Kind::Cast(_, inner) => self.forget_target(inner),
            Kind::Index(of, _) | Kind::Member { of, .. } => self.forget_target(of),
            Kind::Array(targets) => targets.iter().for_each(|target| self.forget_target(target)),
            _ => {}
        }
    }

    /// Forgets what a block may set.
    pub(super) fn forget_assigned(&mut self, block: &Block) {
        for statement in block {
            self.forget_in(statement);
        }
    }

    pub(super) fn forget_in(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Assign { target, value, .. } => {
                self.forget_target(target);
                self.forget_in(value);
            }
            StatementKind::If { arms, otherwise } => {
                for (_, body) in arms {
                    self.forget_assigned(body);
                }
                if let Some(body) = otherwise {
                    self.forget_assigned(body);
                }
            }
            StatementKind::ForEach { variable, body, .. } => {
                self.forget(variable);
                self.forget_assigned(body);
            }
            StatementKind::For { start, step, body, .. } => {
                start.iter().chain(step).for_each(|part| self.forget_in(part));
                self.forget_assigned(body);
            }
            StatementKind::Blocks(blocks) => {
                for block in blocks {
                    self.forget_assigned(block);
                }
            }
            StatementKind::Pipeline(elements) => {
                for element in elements {
                    if let Element::Expression(node) = element
                        && let Kind::Unary("++" | "--", inner) = &node.kind
                    {
                        self.forget_target(inner);
                    }
                }
            }
            StatementKind::Function { .. } | StatementKind::Leave { .. } => {}
        }
    }
}
