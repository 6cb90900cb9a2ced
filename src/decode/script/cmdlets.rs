//! Cmdlets that set and get variables, make objects and open secure strings.
//!
//! Source: the reference of each cmdlet, 5.1.

use super::arguments::{Given, parameter, positional};
use super::notes::{Notes, Trick};
use super::runner::{Eval, Runner, Stop};
use super::value::{Known, Value, Wrapping};
use super::{known, secure_string, statics};

impl<'s> Runner<'s> {
    pub(super) fn set_variable(&mut self, command: &str, given: &[Given<'s>]) -> Eval<'s> {
        let skip: &[&str] = &["name", "value", "path", "option", "scope"];
        let value = parameter(given, "value").or_else(|| {
            let is_name_given = parameter(given, "name").or_else(|| parameter(given, "path"));
            positional(given, skip, usize::from(is_name_given.is_none()))
        });
        let name = parameter(given, "name")
            .or_else(|| parameter(given, "path"))
            .or_else(|| positional(given, skip, 0));
        let (name, value) = (name.ok_or(Stop::Unknown)?, value.ok_or(Stop::Unknown)?);
        let name = name.1.clone()?.value.to_text(" ").ok_or(Stop::Unknown)?.to_lowercase();
        let variable = match (command, name.strip_prefix("variable:")) {
            (_, Some(rest)) => rest.trim_start_matches(['\\', '/']).to_owned(),
            ("set-variable", None) => name,
            _ => return Err(Stop::Unknown),
        };
        match value.1.clone() {
            Ok(known) => {
                self.settle(value.0, &known);
                self.variables.insert(variable, known);
                Ok(Known::plain(Value::Null))
            }
            Err(stop) => {
                self.variables.remove(&variable);
                Err(stop)
            }
        }
    }

    pub(super) fn get_variable(&mut self, given: &[Given<'s>]) -> Eval<'s> {
        let name = parameter(given, "name").or_else(|| positional(given, &["name", "scope"], 0));
        let name = name.ok_or(Stop::Unknown)?.1.clone()?.value.to_text(" ").ok_or(Stop::Unknown)?;
        let wants_value = given.iter().any(|argument| {
            matches!(argument, Given::Parameter(name) if "valueonly".starts_with(name) && !name.is_empty())
        });
        self.variable_object(&name, wants_value)
    }

    fn variable_object(&mut self, name: &str, wants_value: bool) -> Eval<'s> {
        let lower = name.to_lowercase();
        let found: String = if self.variables.contains_key(&lower) {
            lower
        } else if name.contains(['*', '?']) {
            let own: Vec<&String> =
                self.variables.keys().filter(|own| known::is_like(own, name)).collect();
            match (own.as_slice(), known::variable_like(name)) {
                ([one], None) => (*one).clone(),
                ([], Some(known)) => known.to_owned(),
                _ => return Err(Stop::Unknown),
            }
        } else {
            name.to_owned()
        };
        if wants_value {
            return self.variable(&found.to_lowercase());
        }
        Ok(Known { value: Value::Variable(found.into()), notes: Notes::of(Trick::Variable) })
    }

    /// `Get-Item variable:x`, `ls env:comspec`.
    pub(super) fn get_item(&mut self, command: &str, given: &[Given<'s>]) -> Eval<'s> {
        let path = parameter(given, "path").or_else(|| positional(given, &["path"], 0));
        let path = path.ok_or(Stop::Unknown)?.1.clone()?.value.to_text(" ").ok_or(Stop::Unknown)?;
        let path = path.to_lowercase();
        let is_content = command == "get-content";
        if let Some(name) = path.strip_prefix("variable:") {
            return self.variable_object(name.trim_start_matches(['\\', '/']), is_content);
        }
        let name = path.strip_prefix("env:").ok_or(Stop::Unknown)?;
        let name = format!("env:{}", name.trim_start_matches(['\\', '/']));
        if is_content {
            return self.variable(&name);
        }
        Ok(Known { value: Value::Variable(name.into()), notes: Notes::of(Trick::Variable) })
    }

    pub(super) fn get_command(given: &[Given<'s>]) -> Eval<'s> {
        let name = parameter(given, "name").or_else(|| positional(given, &["name"], 0));
        let name = name.ok_or(Stop::Unknown)?.1.clone()?.value.to_text(" ").ok_or(Stop::Unknown)?;
        let found = if name.contains(['*', '?', '[']) {
            known::command_like(&name).map(str::to_owned)
        } else {
            Some(name.to_string())
        };
        let found = found.ok_or(Stop::Unknown)?;
        Ok(Self::wrapped(Wrapping::Command, found).noted(Notes::of(Trick::Name)))
    }

    pub(super) fn set_alias(&mut self, given: &[Given<'s>]) -> Eval<'s> {
        let skip: &[&str] = &["name", "value", "scope", "option"];
        let name = parameter(given, "name").or_else(|| positional(given, skip, 0));
        let value = parameter(given, "value").or_else(|| positional(given, skip, 1));
        let (Some((_, name)), Some((_, value))) = (name, value) else { return Err(Stop::Unknown) };
        let name = name.clone()?.value.to_text(" ").ok_or(Stop::Unknown)?.to_lowercase();
        let value = value.clone()?.value.to_text(" ").ok_or(Stop::Unknown)?;
        let full = self.full_name(&value);
        self.aliases.insert(name, full);
        Ok(Known::plain(Value::Null))
    }

    pub(super) fn new_object(&mut self, given: &[Given<'s>]) -> Eval<'s> {
        let skip: &[&str] = &["typename", "argumentlist", "property"];
        let name = parameter(given, "typename").or_else(|| positional(given, skip, 0));
        let (_, name) = name.ok_or(Stop::Unknown)?;
        let name = name.clone()?.value.to_text(" ").ok_or(Stop::Unknown)?;
        let at = usize::from(parameter(given, "typename").is_none());
        let list = parameter(given, "argumentlist").or_else(|| positional(given, skip, at));
        let arguments = match list {
            None => Vec::new(),
            Some((_, known)) => {
                let known = known.clone()?;
                let items = match &known.value {
                    Value::List(items) => items.as_ref().clone(),
                    other => vec![other.clone()],
                };
                items.into_iter().map(|value| Known { value, notes: known.notes }).collect()
            }
        };
        statics::new_object(self, &super::parse_expression::plain_type(&name), &arguments)
    }

    pub(super) fn secure_string(
        &mut self,
        given: &[Given<'s>],
        input: Option<Known<'s>>,
    ) -> Eval<'s> {
        let skip: &[&str] = &["string", "key", "securekey"];
        let sealed = parameter(given, "string").or_else(|| positional(given, skip, 0));
        let sealed = match (sealed, input) {
            (Some((_, value)), _) => value.clone()?,
            (None, Some(known)) => known,
            (None, None) => return Err(Stop::Unknown),
        };
        let text = sealed.value.to_text(" ").ok_or(Stop::Unknown)?;
        let is_plain = given.iter().any(
            |argument| matches!(argument, Given::Parameter(name) if name.len() > 1 && "asplaintext".starts_with(name)),
        );
        if is_plain {
            let known = Self::wrapped(Wrapping::Secure, text);
            return Ok(known.noted(sealed.notes.and(Trick::SecureString)));
        }
        let Some((_, key)) = parameter(given, "key") else {
            let reason = "it is sealed for one user's account (DPAPI): there is no key here";
            return Err(Stop::Broken(reason.into()));
        };
        let key = key.clone()?.value.to_bytes().ok_or(Stop::Unknown)?;
        self.spend(text.len())?;
        let opened = secure_string::open(&text, &key).map_err(|why| Stop::Broken(why.into()))?;
        let known = Self::wrapped(Wrapping::Secure, opened);
        Ok(known.noted(sealed.notes.and(Trick::SecureString)))
    }
}
