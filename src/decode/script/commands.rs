//! Pipelines and the commands whose effect on text is known: `Invoke-Expression` and its
//! disguises, `Set-Variable`, `ForEach-Object`, `New-Object`, `ConvertTo-SecureString`.
//!
//! Source: the reference of each cmdlet and the list of built-in aliases (`Get-Alias` in 5.1).

use std::rc::Rc;

use super::arguments::{Given, parameter, positional};
use super::notes::{Notes, Trick, Tricks};
use super::runner::{Candidate, Eval, Invoked, Runner, Stop};
use super::syntax::{Argument, CommandNode, Element, Kind, Node};
use super::value::{Known, Value, Wrapping};
use super::{known, methods, signs};
use crate::decode::plausible::implausible;
use crate::model::Span;

/// Full names of the commands that are known, after their aliases; PowerShell also finds a `Get-`
/// command without its verb.
const ALIASES: &[(&str, &str)] = &[
    ("iex", "invoke-expression"),
    ("%", "foreach-object"),
    ("foreach", "foreach-object"),
    ("sv", "set-variable"),
    ("set", "set-variable"),
    ("nv", "set-variable"),
    ("new-variable", "set-variable"),
    ("si", "set-item"),
    ("gv", "get-variable"),
    ("variable", "get-variable"),
    ("gi", "get-item"),
    ("item", "get-item"),
    ("get-childitem", "get-item"),
    ("childitem", "get-item"),
    ("gci", "get-item"),
    ("ls", "get-item"),
    ("dir", "get-item"),
    ("gc", "get-content"),
    ("cat", "get-content"),
    ("type", "get-content"),
    ("content", "get-content"),
    ("echo", "write-output"),
    ("write", "write-output"),
    ("gcm", "get-command"),
    ("command", "get-command"),
    ("gal", "get-alias"),
    ("alias", "get-alias"),
    ("sal", "set-alias"),
    ("nal", "set-alias"),
    ("new-alias", "set-alias"),
    ("object", "new-object"),
    ("icm", "invoke-command"),
    ("select", "select-object"),
];

impl<'s> Runner<'s> {
    /// The value of a pipeline.
    pub(super) fn pipeline(&mut self, elements: &'s [Element]) -> Eval<'s> {
        let mut input: Option<Known<'s>> = None;
        let mut start = None;
        for (at, element) in elements.iter().enumerate() {
            let result = match element {
                Element::Expression(node) if at == 0 => {
                    start = Some(node.span.from);
                    self.eval(node)
                }
                Element::Expression(_) => Err(Stop::Unknown),
                Element::Command(command) => {
                    let from = *start.get_or_insert(command.span.from);
                    self.command(command, input.clone(), from)
                }
            };
            match (result, input.take()) {
                (Ok(known), _) => input = Some(known),
                (Err(stop), before) => {
                    if let (Some(known), Some(Element::Expression(node)), 1) =
                        (before, elements.first(), at)
                    {
                        self.settle(node, &known);
                    }
                    for element in elements.get(at + 1..).unwrap_or_default() {
                        self.look_at(element);
                    }
                    return Err(stop);
                }
            }
        }
        input.ok_or(Stop::Unknown)
    }

    /// Looks at a part of a pipeline whose input is not known.
    pub(super) fn look_at(&mut self, element: &'s Element) {
        match element {
            Element::Expression(node) => {
                if let Ok(known) = self.eval(node) {
                    self.settle(node, &known);
                }
            }
            Element::Command(command) => {
                self.command_name(command).ok();
                let given = self.given(command);
                self.settle_given(&given);
            }
        }
    }

    fn given(&mut self, command: &'s CommandNode) -> Vec<Given<'s>> {
        command
            .arguments
            .iter()
            .map(|argument| match argument {
                Argument::Parameter(name) => Given::Parameter(name),
                Argument::Value(node) => {
                    let value = self.eval(node);
                    Given::Value(node, value)
                }
            })
            .collect()
    }

    fn settle_given(&mut self, given: &[Given<'s>]) {
        for argument in given {
            if let Given::Value(node, value) = argument {
                match value {
                    Ok(Known { value: Value::Block(block), .. }) if self.silent == 0 => {
                        self.look_into(block);
                    }
                    Ok(known) => self.settle(node, known),
                    Err(_) => {}
                }
            }
        }
    }

    /// The name of a command in lower case, aliases resolved; a disguised one is noted.
    fn command_name(&mut self, command: &'s CommandNode) -> Eval<'s, Known<'s>> {
        let node = &command.name;
        let known = self.eval(node)?;
        let text = match &known.value {
            Value::Text(text) | Value::Wrapped(Wrapping::Command, text) => Rc::clone(text),
            _ => return Ok(known),
        };
        let name = self.full_name(&text);
        let noise = match &node.kind {
            Kind::Text { noise, .. } | Kind::Expand { noise, .. } => *noise,
            _ => super::syntax::Noise::default(),
        };
        let is_bare = matches!(node.kind, Kind::Text { is_bare: true, .. });
        let mut notes = known.notes;
        if noise.quotes {
            notes = notes.and(Trick::Quotes);
        }
        let is_hidden = notes.tricks.has_any(DISGUISES)
            && (!notes.tricks.has(Trick::Environment) || notes.tricks.has(Trick::Slice))
            && (!matches!(node.kind, Kind::Variable(_)) || notes.tricks.has_any(TRICKS_OF_NAMES));
        let is_disguised = is_hidden || (!is_bare && name == "invoke-expression");
        if is_disguised && is_command_name(&text) && self.silent == 0 {
            let from = command.operator.map_or(node.span.from, |operator| operator.from);
            let span = Span { from, to: node.span.to };
            let mut text = text.to_string();
            // `&(…)(…)` and `iex(…)` need no blank, `iex'…'` and `iex$x` do.
            let after = self.source.get(span.to..).and_then(|rest| rest.chars().next());
            if after.is_some_and(|c| !c.is_whitespace() && !"();|}&".contains(c)) {
                text.push(' ');
            }
            let notes = notes.and(Trick::Name);
            self.candidates.push(Candidate { span, text, notes, is_sure: true });
        }
        Ok(Known { value: Value::new_text(name), notes })
    }

    pub(super) fn full_name(&self, name: &str) -> String {
        let name = name.trim().to_lowercase();
        let name = self.aliases.get(&name).cloned().unwrap_or(name);
        let bare = name.rsplit('\\').next().unwrap_or(&name);
        let full = ALIASES.iter().find(|(alias, _)| *alias == bare).map(|(_, full)| *full);
        full.unwrap_or(bare).to_owned()
    }

    fn command(
        &mut self,
        command: &'s CommandNode,
        input: Option<Known<'s>>,
        start: usize,
    ) -> Eval<'s> {
        let name = match self.command_name(command) {
            Ok(known) => known,
            Err(stop) => {
                let given = self.given(command);
                self.settle_given(&given);
                return Err(stop);
            }
        };
        let span = Span { from: start, to: command.span.to };
        let given = self.given(command);
        let result = match &name.value {
            Value::Text(text) => {
                self.named_command(&Rc::clone(text), &given, input, span, name.notes)
            }
            Value::Wrapped(Wrapping::Script, text) => {
                self.invoke(span, &Known::text(Rc::clone(text)).noted(name.notes))
            }
            Value::Block(block) if given.is_empty() => self.called_block(block),
            _ => Err(Stop::Unknown),
        };
        if result.is_err() {
            self.settle_given(&given);
        }
        result
    }

    fn called_block(&mut self, block: &'s super::syntax::Block) -> Eval<'s> {
        let known = self.variables.clone();
        let result = self.silently(|runner| runner.outputs(block));
        if result.is_err() {
            self.variables = known;
            if self.silent == 0 {
                self.look_into(block);
            }
        }
        result
    }

    fn named_command(
        &mut self,
        name: &str,
        given: &[Given<'s>],
        input: Option<Known<'s>>,
        span: Span,
        notes: Notes,
    ) -> Eval<'s> {
        match name {
            "invoke-expression" => {
                let argument = parameter(given, "command").or_else(|| positional(given, &[], 0));
                let is_one = positional(given, &["command"], 1).is_none();
                match (argument, input) {
                    (Some(_), _) if !is_one => Err(Stop::Unknown),
                    (Some((node, value)), _) => {
                        let value = value.clone();
                        self.invoke_value(span, node.span, value, notes)
                    }
                    (None, Some(known)) => self.invoke(span, &known.noted(notes)),
                    (None, None) => Err(Stop::Unknown),
                }
            }
            "foreach-object" => {
                let input = input.ok_or(Stop::Unknown)?;
                let block = parameter(given, "process").or_else(|| positional(given, &[], 0));
                match block {
                    Some((_, Ok(Known { value: Value::Block(block), .. }))) => {
                        let block: &'s super::syntax::Block = block;
                        let before = self.invoked.len();
                        let result = self.each(&input, block);
                        // `'…' | % { iex $_ }` as a whole invokes.
                        if let Some([invoked]) = self.invoked.get_mut(before..) {
                            invoked.span = span;
                        }
                        result
                    }
                    _ => Err(Stop::Unknown),
                }
            }
            "set-variable" | "set-item" => self.set_variable(name, given),
            "get-variable" => self.get_variable(given),
            "get-item" | "get-content" => self.get_item(name, given),
            "write-output" => match positional(given, &[], 0) {
                Some((_, value)) => value.clone(),
                None => input.ok_or(Stop::Unknown),
            },
            "out-string" => {
                let input = input.ok_or(Stop::Unknown)?;
                let text = input.value.to_text("\r\n").ok_or(Stop::Unknown)?;
                Ok(Known { value: Value::Text(text), notes: input.notes })
            }
            "get-command" | "get-alias" => Self::get_command(given),
            "set-alias" => self.set_alias(given),
            "new-object" => self.new_object(given),
            "convertto-securestring" => self.secure_string(given, input),
            "invoke-command" => {
                let block = parameter(given, "scriptblock").or_else(|| positional(given, &[], 0));
                match block {
                    Some((_, Ok(known)))
                        if matches!(known.value, Value::Wrapped(Wrapping::Script, _)) =>
                    {
                        let known = known.clone();
                        self.invoke(span, &known)
                    }
                    _ => Err(Stop::Unknown),
                }
            }
            "select-object" => {
                let input = input.ok_or(Stop::Unknown)?;
                let (node, name) = parameter(given, "expandproperty").ok_or(Stop::Unknown)?;
                let name = name.clone()?.value.to_text(" ").ok_or(Stop::Unknown)?;
                methods::member(self, &input, &name.to_lowercase(), node)
            }
            _ => self.user_function(name, given, input.is_some()),
        }
    }

    fn user_function(&mut self, name: &str, given: &[Given<'s>], has_input: bool) -> Eval<'s> {
        let function = *self.functions.get(name).ok_or(Stop::Unknown)?;
        let mut arguments = Vec::new();
        for argument in given {
            match argument {
                Given::Value(_, value) => arguments.push(value.clone()?),
                Given::Parameter(_) => return Err(Stop::Unknown),
            }
        }
        if has_input {
            return Err(Stop::Unknown);
        }
        self.call_function(function, arguments)
    }

    /// Gives a value that may not be known to an interpreter.
    fn invoke_value(
        &mut self,
        span: Span,
        argument: Span,
        value: Eval<'s>,
        notes: Notes,
    ) -> Eval<'s> {
        let stop = match value {
            Ok(known) => return self.invoke(span, &known.noted(notes)),
            Err(stop) => stop,
        };
        let source = self.source_of(argument);
        let is_told_elsewhere = crate::decode::text::find_ignore_case(source, "frombase64", 0);
        if self.silent == 0 && is_told_elsewhere.is_none() && signs::looks_encoded(source) {
            let reason = match &stop {
                Stop::Missing(name) => {
                    format!("it depends on {name}, which is not set in this text")
                }
                Stop::Limit(reason) => (*reason).to_owned(),
                Stop::Broken(reason) => reason.to_string(),
                Stop::Unknown => "part of it is not constant, or not understood".to_owned(),
            };
            self.failed.push((argument, Tricks::NONE, reason));
        }
        Err(stop)
    }

    /// Gives text to an interpreter: what comes of it is not known here.
    pub(super) fn invoke(&mut self, span: Span, known: &Known<'s>) -> Eval<'s> {
        let tricks = known.notes.tricks;
        let is_of_machine = tricks.has(Trick::Environment) && !tricks.has(Trick::Slice);
        if self.silent > 0 || is_of_machine {
            return Err(Stop::Unknown);
        }
        let text = known.value.to_text(" ").ok_or(Stop::Unknown)?;
        if text.trim().is_empty() {
            return Err(Stop::Unknown);
        }
        if let Some(reason) = implausible(&text, text.as_bytes()) {
            self.failed.push((span, tricks, reason));
            return Err(Stop::Unknown);
        }
        self.forget_named(&text);
        self.invoked.push(Invoked { span, text, notes: known.notes, is_statement: false });
        Err(Stop::Unknown)
    }

    /// `.Invoke()` of a script block made of text.
    pub(super) fn invoke_script(
        &mut self,
        script: &Known<'s>,
        name: &str,
        node: &'s Node,
    ) -> Eval<'s> {
        if !matches!(name, "invoke" | "invokereturnasis") {
            return Err(Stop::Unknown);
        }
        // The brackets of the call stand behind the object.
        let rest = self.source.get(node.span.to..).unwrap_or_default();
        let length = rest.find(')').map_or(0, |at| at + 1);
        let span = Span { from: node.span.from, to: node.span.to + length };
        let known = script.clone();
        self.invoke(span, &known)
    }

    /// `$ExecutionContext.InvokeCommand` and `[powershell]::Create()`.
    pub(super) fn invoke_context(
        &mut self,
        of: &str,
        name: &str,
        arguments: &[Known<'s>],
        node: &'s Node,
    ) -> Eval<'s> {
        match (of, name) {
            ("executioncontext.invokecommand", "invokescript") | ("powershell", "addscript") => {
                let known = arguments.first().cloned().ok_or(Stop::Unknown)?;
                let rest = self.source.get(node.span.to..).unwrap_or_default();
                let line = rest.find(['\n', ';']).unwrap_or(rest.len());
                let length =
                    rest.get(..line).and_then(|rest| rest.rfind(')')).map_or(0, |at| at + 1);
                self.invoke(Span { from: node.span.from, to: node.span.to + length }, &known)
            }
            ("executioncontext.invokecommand", "expandstring" | "newscriptblock") => {
                arguments.first().cloned().ok_or(Stop::Unknown)
            }
            ("executioncontext.invokecommand", "getcommand" | "getcmdlet" | "getcommandname") => {
                let pattern = arguments.first().and_then(|known| known.value.to_text(" "));
                let found = pattern.and_then(|pattern| known::command_like(&pattern));
                let found = found.ok_or(Stop::Unknown)?;
                Ok(Self::wrapped(Wrapping::Command, found).noted(Notes::of(Trick::Name)))
            }
            _ => Err(Stop::Unknown),
        }
    }
}

/// Tricks that disguise a command's name.
const TRICKS_OF_NAMES: Tricks = Tricks::of(&[
    Trick::Join,
    Trick::Format,
    Trick::JoinOperator,
    Trick::Replace,
    Trick::Reverse,
    Trick::CharCode,
    Trick::Slice,
    Trick::Methods,
    Trick::Base64,
    Trick::Regex,
    Trick::Backtick,
    Trick::Quotes,
    Trick::Case,
]);

const DISGUISES: Tricks = TRICKS_OF_NAMES.with(Tricks::of(&[Trick::Name]));

/// Whether a text may stand as a command without quotes.
fn is_command_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 260
        && text.chars().all(|c| c.is_alphanumeric() || "-_.\\:".contains(c))
}
