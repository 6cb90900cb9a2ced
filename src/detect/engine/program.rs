//! A rule's detection, compiled: what is evaluated against a record.
//!
//! It names fields by position in its own list; which value of a record that is, the view decides.

use super::pattern::{self, Matcher, Pattern};
use crate::detect::{
    condition::Expr,
    error::{Reason, RuleError},
    syntax::{self, Detection, Modifier, Value},
};

/// A compiled detection.
#[derive(Clone, Debug)]
pub(in crate::detect) struct Program {
    /// The fields that it asks for, each once, as the rule spells them.
    pub(super) fields: Box<[Box<str>]>,
    pub(super) selections: Box<[Search]>,
    pub(super) condition: Expr,
}

/// A compiled selection.
#[derive(Clone, Debug)]
pub(super) enum Search {
    All(Box<[Item]>),
    Any(Box<[Self]>),
}

/// A compiled item.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Position in [`Program::fields`]; `None` for keywords.
    pub(super) field: Option<usize>,
    /// Every pattern must fit, not one of them.
    pub(super) is_all: bool,
    /// The item holds where the patterns do not.
    pub(super) is_negated: bool,
    pub(super) patterns: Box<[Pattern]>,
    /// For a reference to another field: its position in [`Program::fields`], by pattern.
    pub(super) other_fields: Box<[usize]>,
}

impl Program {
    /// Compiles a detection; the error names the line of the item that cannot be.
    pub(in crate::detect) fn new(detection: &Detection) -> Result<Self, RuleError> {
        let mut fields = Vec::new();
        let selections = detection
            .selections
            .iter()
            .map(|selection| search(&selection.search, &mut fields))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            fields: fields.into_iter().map(String::into_boxed_str).collect(),
            selections,
            condition: detection.condition.clone(),
        })
    }

    /// Whether it looks for words in values of any name.
    pub(super) fn has_keywords(&self) -> bool {
        self.selections.iter().any(Search::has_keywords)
    }
}

impl Search {
    fn has_keywords(&self) -> bool {
        match self {
            Self::All(items) => items.iter().any(|item| item.field.is_none()),
            Self::Any(parts) => parts.iter().any(Self::has_keywords),
        }
    }
}

fn search(search_: &syntax::Search, fields: &mut Vec<String>) -> Result<Search, RuleError> {
    Ok(match search_ {
        syntax::Search::All(items) => {
            Search::All(items.iter().map(|one| item(one, fields)).collect::<Result<_, _>>()?)
        }
        syntax::Search::Any(parts) => {
            Search::Any(parts.iter().map(|part| search(part, fields)).collect::<Result<_, _>>()?)
        }
    })
}

fn item(item: &syntax::Item, fields: &mut Vec<String>) -> Result<Item, RuleError> {
    let bad = |problem| {
        let field = item.field.clone().unwrap_or_else(|| "keywords".to_owned());
        RuleError::new(item.line, Reason::BadItem { field, problem })
    };
    pattern::check(item).map_err(bad)?;
    let patterns = item
        .values
        .iter()
        .map(|value| pattern::compile(item, value))
        .collect::<Result<Box<[Pattern]>, _>>()
        .map_err(bad)?;
    let mut other_fields = Vec::new();
    for pattern in &patterns {
        if let Matcher::Field { name, .. } = &pattern.matcher {
            other_fields.push(position(name, fields));
        }
    }
    Ok(Item {
        field: item.field.as_ref().map(|name| position(name, fields)),
        is_all: item.has(Modifier::All),
        is_negated: item.has(Modifier::NotEqual),
        patterns,
        other_fields: other_fields.into(),
    })
}

fn position(name: &str, fields: &mut Vec<String>) -> usize {
    fields.iter().position(|known| known == name).unwrap_or_else(|| {
        fields.push(name.to_owned());
        fields.len() - 1
    })
}

/// The event ids that a matching record must have, where the rule ties itself to some.
///
/// Rules on a whole channel name them in a selection; knowing them ahead spares reading the rest.
pub(in crate::detect) fn event_ids(detection: &Detection) -> Option<Vec<u32>> {
    ids_of(&detection.condition, detection)
}

fn ids_of(expr: &Expr, detection: &Detection) -> Option<Vec<u32>> {
    match expr {
        Expr::Selection(at) => search_ids(&detection.selections.get(*at)?.search),
        Expr::Not(_) => None,
        Expr::And(parts) => parts.iter().find_map(|part| ids_of(part, detection)),
        Expr::Or(parts) => joined(parts.iter().map(|part| ids_of(part, detection))),
    }
}

fn search_ids(search: &syntax::Search) -> Option<Vec<u32>> {
    match search {
        syntax::Search::All(items) => items.iter().find_map(|item| {
            let is_plain = item.modifiers.is_empty() && item.field.as_deref() == Some("EventID");
            is_plain.then(|| item.values.iter().map(id).collect()).flatten()
        }),
        syntax::Search::Any(parts) => joined(parts.iter().map(search_ids)),
    }
}

fn id(value: &Value) -> Option<u32> {
    match value {
        Value::Number(text) | Value::Text(text) => text.parse().ok(),
        Value::Null | Value::Boolean(_) => None,
    }
}

fn joined(parts: impl Iterator<Item = Option<Vec<u32>>>) -> Option<Vec<u32>> {
    let lists = parts.collect::<Option<Vec<_>>>()?;
    Some(lists.concat())
}
