//! Statements, read from top to bottom: assignments, loops that build strings, branches.
//!
//! A loop or a function is gone through only where all of it is constant; else what it may set is
//! forgotten and its body is looked into like any other text.

use std::rc::Rc;

use super::notes::{Notes, Trick};
use super::runner::{Eval, Runner, Stop};
use super::signs;
use super::syntax::{Block, Element, Kind, Node, Statement, StatementKind};
use super::value::{Known, Value};

/// Loops and functions in each other that are gone through.
const MAX_NESTED: usize = 12;

/// What a statement does for the text as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Only sets what is known.
    Inert,
    /// Gives text to an interpreter.
    Invoked,
    /// Anything else.
    Other,
}

/// How a block ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Normal,
    Left,
}

/// What statements put out.
#[derive(Debug, Default)]
struct Output<'s> {
    values: Vec<Value<'s>>,
    notes: Notes,
}

impl<'s> Runner<'s> {
    /// Reads statements in order and says what each does.
    pub(super) fn script(&mut self, block: &'s Block, effects: &mut Vec<Effect>) {
        for statement in block {
            self.top(statement, effects);
        }
    }

    fn top(&mut self, statement: &'s Statement, effects: &mut Vec<Effect>) {
        match &statement.kind {
            StatementKind::Pipeline(elements) => {
                if let [Element::Command(command)] = elements.as_slice()
                    && let Kind::ScriptBlock(block) = &command.name.kind
                    && command.arguments.is_empty()
                    && command.operator.is_some()
                {
                    return self.script(block, effects);
                }
                effects.push(self.top_pipeline(statement));
            }
            StatementKind::Assign { target, operator, value } => {
                let assigned = self.assign(target, *operator, value);
                self.note_limit(statement, assigned.as_ref().err());
                effects.push(if assigned.is_ok() { Effect::Inert } else { Effect::Other });
            }
            StatementKind::Function { name, parameters, body } => {
                self.functions.insert(name.clone(), (parameters, body));
                let known = self.variables.clone();
                for name in parameters {
                    self.variables.remove(name);
                }
                self.look_into(body);
                self.variables = known;
                effects.push(Effect::Inert);
            }
            StatementKind::Leave { value: None, .. } => effects.push(Effect::Inert),
            StatementKind::Leave { value: Some(value), .. } => {
                self.top(value, effects);
                effects.push(Effect::Other);
            }
            StatementKind::If { arms, otherwise } => {
                effects.push(Effect::Other);
                self.branches(arms, otherwise.as_ref());
            }
            StatementKind::ForEach { .. } | StatementKind::For { .. } => {
                effects.push(self.top_loop(statement));
            }
            StatementKind::Blocks(blocks) => {
                for block in blocks {
                    self.look_into(block);
                }
                effects.push(Effect::Other);
            }
        }
    }

    fn top_pipeline(&mut self, statement: &'s Statement) -> Effect {
        let before = self.invoked.len();
        let result = self.value_of(statement);
        if let Some(invoked) = self.invoked.get_mut(before..).and_then(|new| new.last_mut())
            && invoked.span.to == statement.span.to
        {
            invoked.span = statement.span;
            invoked.is_statement = true;
            return Effect::Invoked;
        }
        self.note_limit(statement, result.as_ref().err());
        match result {
            Ok(Known { value: Value::Null, .. }) => Effect::Inert,
            Ok(known) => {
                self.settle_statement(statement, &known);
                Effect::Other
            }
            Err(_) => Effect::Other,
        }
    }

    /// Notes the value of a whole statement.
    pub(super) fn settle_statement(&mut self, statement: &'s Statement, known: &Known<'s>) {
        match &statement.kind {
            StatementKind::Pipeline(elements) => match elements.as_slice() {
                [Element::Expression(node)] => self.settle(node, known),
                // What a command puts out is not what it does.
                [Element::Command(_), ..] => elements.iter().for_each(|part| self.look_at(part)),
                _ => {
                    let kind = Kind::Sum(Vec::new());
                    self.settle(&Node { span: statement.span, kind, height: 1 }, known);
                }
            },
            StatementKind::Assign { value, .. } => self.settle_statement(value, known),
            _ => {}
        }
    }

    /// A limit is told where the statement looks as if it hid something.
    fn note_limit(&mut self, statement: &'s Statement, stop: Option<&Stop>) {
        if let (Some(Stop::Limit(reason)), 0) = (stop, self.silent)
            && signs::looks_encoded(self.source_of(statement.span))
        {
            let tricks = super::notes::Tricks::NONE;
            self.failed.push((statement.span, tricks, (*reason).to_owned()));
        }
    }

    /// Statements that may run, in a way that is not followed.
    pub(super) fn look_into(&mut self, block: &'s Block) {
        self.forget_assigned(block);
        let mut effects = Vec::new();
        self.script(block, &mut effects);
        self.forget_assigned(block);
    }

    fn branches(&mut self, arms: &'s [(Statement, Block)], otherwise: Option<&'s Block>) {
        for (test, body) in arms {
            let test = self.value_of(test).ok().and_then(|known| known.value.is_true());
            match test {
                Some(false) => {}
                Some(true) => {
                    let mut effects = Vec::new();
                    return self.script(body, &mut effects);
                }
                None => self.look_into(body),
            }
        }
        if let Some(body) = otherwise {
            self.look_into(body);
        }
    }

    fn top_loop(&mut self, statement: &'s Statement) -> Effect {
        let known = self.variables.clone();
        let mut output = Output::default();
        let done = self.silently(|runner| runner.exec(statement, &mut output));
        self.note_limit(statement, done.as_ref().err());
        match done {
            Ok(_) if output.values.is_empty() => return Effect::Inert,
            Ok(_) => {
                let value = Value::of_outputs(output.values);
                self.settle_statement(statement, &Known { value, notes: output.notes });
                return Effect::Other;
            }
            Err(_) => self.variables = known,
        }
        match &statement.kind {
            StatementKind::ForEach { variable, values, body } => {
                if let Ok(known) = self.value_of(values) {
                    self.settle_statement(values, &known);
                }
                self.forget(variable);
                self.look_into(body);
            }
            StatementKind::For { start, body, .. } => {
                if let Some(start) = start {
                    self.forget_in(start);
                }
                self.look_into(body);
            }
            _ => {}
        }
        Effect::Other
    }

    /// The value of a statement that stands where a value is wanted.
    pub(super) fn value_of(&mut self, statement: &'s Statement) -> Eval<'s> {
        match &statement.kind {
            StatementKind::Pipeline(elements) => match elements.as_slice() {
                [Element::Expression(node)] => self.eval(node),
                elements => self.pipeline(elements),
            },
            StatementKind::Assign { target, operator, value } => {
                self.assign(target, *operator, value)
            }
            _ => {
                let mut output = Output::default();
                self.silently(|runner| runner.exec(statement, &mut output))?;
                Ok(Known { value: Value::of_outputs(output.values), notes: output.notes })
            }
        }
    }

    /// `$( … )`, `@( … )`.
    pub(super) fn sub(&mut self, block: &'s Block, is_array: bool) -> Eval<'s> {
        let known = if let [statement] = block.as_slice() {
            self.value_of(statement)?
        } else {
            let known = self.variables.clone();
            let result = self.silently(|runner| runner.outputs(block));
            if result.is_err() {
                self.variables = known;
                if self.silent == 0 {
                    self.look_into(block);
                }
            }
            result?
        };
        if is_array && !known.value.is_list() {
            let value = Value::List(Rc::new(known.value.items()));
            return Ok(Known { value, notes: known.notes });
        }
        Ok(known)
    }

    /// What a block puts out.
    pub(super) fn outputs(&mut self, block: &'s Block) -> Eval<'s> {
        let mut output = Output::default();
        self.exec_block(block, &mut output)?;
        Ok(Known { value: Value::of_outputs(output.values), notes: output.notes })
    }

    /// Goes through a block that is called.
    pub(super) fn outputs_of(&mut self, block: &'s Block) -> Eval<'s, Value<'s>> {
        self.silently(|runner| runner.outputs(block)).map(|known| known.value)
    }

    /// Goes through a block once for each item, as `ForEach-Object` does.
    pub(super) fn each(&mut self, input: &Known<'s>, block: &'s Block) -> Eval<'s> {
        let mut output = Output { notes: input.notes, ..Output::default() };
        let before = self.variables.remove("_");
        let notes = Notes { origin: None, ..input.notes };
        let items = input.value.items();
        self.spend(items.len())?;
        let done = self.silently(|runner| {
            items.into_iter().try_for_each(|item| {
                runner.variables.insert("_".to_owned(), Known { value: item, notes });
                runner.exec_block(block, &mut output).map(|_| ())
            })
        });
        self.variables.remove("_");
        self.variables.extend(before.map(|known| ("_".to_owned(), known)));
        if let Err(stop) = done {
            if self.silent == 0 {
                let mut effects = Vec::new();
                if let [item] = input.value.items().as_slice() {
                    let item = Known { value: item.clone(), notes: input.notes };
                    self.variables.insert("_".to_owned(), item);
                    self.script(block, &mut effects);
                    self.variables.remove("_");
                    self.forget_assigned(block);
                } else {
                    self.look_into(block);
                }
            }
            return Err(stop);
        }
        let value = self.bounded(Value::of_outputs(output.values))?;
        Ok(Known { value, notes: output.notes })
    }

    /// Calls a function that the text defines.
    pub(super) fn call_function(
        &mut self,
        function: (&'s [String], &'s Block),
        arguments: Vec<Known<'s>>,
    ) -> Eval<'s> {
        let (parameters, body) = function;
        if arguments.len() > parameters.len() {
            return Err(Stop::Unknown);
        }
        let known = self.variables.clone();
        self.spend(known.len())?;
        for name in parameters {
            self.variables.remove(name);
        }
        for (name, argument) in parameters.iter().zip(arguments) {
            self.variables.insert(name.clone(), argument);
        }
        let result = self.silently(|runner| runner.outputs(body));
        self.variables = known;
        result
    }

    fn exec_block(&mut self, block: &'s Block, output: &mut Output<'s>) -> Eval<'s, Flow> {
        if self.nested >= MAX_NESTED {
            return Err(Stop::Limit("loops and functions lie deeper in each other than the limit"));
        }
        self.nested += 1;
        let mut flow = Ok(Flow::Normal);
        for statement in block {
            flow = self.exec(statement, output);
            if flow != Ok(Flow::Normal) {
                break;
            }
        }
        self.nested -= 1;
        flow
    }

    fn exec(&mut self, statement: &'s Statement, output: &mut Output<'s>) -> Eval<'s, Flow> {
        self.spend(1)?;
        match &statement.kind {
            StatementKind::Pipeline(_) => {
                let known = self.value_of(statement)?;
                output.notes = output.notes.with(known.notes);
                output.values.extend(known.value.items());
            }
            StatementKind::Assign { target, operator, value } => {
                self.assign(target, *operator, value)?;
            }
            StatementKind::Leave { is_return, value } => {
                if let Some(value) = value {
                    self.exec(value, output)?;
                }
                return if *is_return { Ok(Flow::Left) } else { Err(Stop::Unknown) };
            }
            StatementKind::If { arms, otherwise } => {
                for (test, body) in arms {
                    let test = self.value_of(test)?.value.is_true().ok_or(Stop::Unknown)?;
                    if test {
                        return self.exec_block(body, output);
                    }
                }
                if let Some(body) = otherwise {
                    return self.exec_block(body, output);
                }
            }
            StatementKind::ForEach { variable, values, body } => {
                return self.exec_for_each((variable, values, body), output);
            }
            StatementKind::For { start, test, step, body } => {
                if let Some(start) = start {
                    self.exec(start, output)?;
                }
                while self.value_of(test)?.value.is_true().ok_or(Stop::Unknown)? {
                    self.spend(1)?;
                    if self.exec_block(body, output)? == Flow::Left {
                        return Ok(Flow::Left);
                    }
                    if let Some(step) = step {
                        self.value_of(step)?;
                    }
                }
                output.notes = output.notes.and(Trick::Loop);
            }
            StatementKind::Function { name, parameters, body } => {
                self.functions.insert(name.clone(), (parameters, body));
            }
            StatementKind::Blocks(_) => return Err(Stop::Unknown),
        }
        Ok(Flow::Normal)
    }

    fn exec_for_each(
        &mut self,
        (variable, values, body): (&'s String, &'s Statement, &'s Block),
        output: &mut Output<'s>,
    ) -> Eval<'s, Flow> {
        let known = self.value_of(values)?;
        let notes = Notes { origin: None, ..known.notes }.and(Trick::Loop);
        for item in known.value.items() {
            self.spend(1)?;
            self.variables.insert(variable.clone(), Known { value: item, notes });
            if self.exec_block(body, output)? == Flow::Left {
                return Ok(Flow::Left);
            }
        }
        Ok(Flow::Normal)
    }
}
