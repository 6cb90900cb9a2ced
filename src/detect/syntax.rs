//! The detection part of a rule as a tree: what the engine compiles and what an export rewrites.
//!
//! It says what the rule says and nothing more: values are uninterpreted, wildcards included.
//! Source: Sigma rules specification, "Detection", and its appendix on modifiers.

use super::{
    condition::{self, Expr},
    error::{Reason, RuleError, excerpt},
    yaml::{Data, Entry, Node, Scalar, ScalarKind},
};

/// The detection part of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// The named searches, in the order of the rule.
    pub selections: Vec<Selection>,
    /// How they combine.
    pub condition: Expr,
}

/// A named search ("search identifier").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Its name.
    pub name: String,
    /// What it looks for.
    pub search: Search,
}

/// What a selection looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// A map: every item holds.
    All(Vec<Item>),
    /// A list: one of them holds.
    Any(Vec<Self>),
}

/// A field and the values it may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The field; `None` for keywords, which are looked for in the whole record.
    pub field: Option<String>,
    /// The modifiers in the order of the rule.
    pub modifiers: Vec<Modifier>,
    /// The values; one of them must fit, or all with [`Modifier::All`]. Never empty.
    pub values: Vec<Value>,
    /// Line in the file, counted from 1.
    pub line: usize,
}

impl Item {
    /// Whether the item carries the modifier.
    pub fn has(&self, modifier: Modifier) -> bool {
        self.modifiers.contains(&modifier)
    }
}

/// A value as the rule spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`: the field is missing.
    Null,
    /// Text, in which `*` and `?` are wildcards and `\` escapes.
    Text(String),
    /// A number, by its digits.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
}

/// A modifier of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// `all`
    All,
    /// `contains`
    Contains,
    /// `startswith`
    StartsWith,
    /// `endswith`
    EndsWith,
    /// `exists`
    Exists,
    /// `cased`
    Cased,
    /// `neq`
    NotEqual,
    /// `windash`
    WinDash,
    /// `re`
    Regex,
    /// `i`, after `re`
    IgnoreCase,
    /// `m`, after `re`
    MultiLine,
    /// `s`, after `re`
    DotAll,
    /// `base64`
    Base64,
    /// `base64offset`
    Base64Offset,
    /// `utf16le` and `wide`
    Utf16Le,
    /// `utf16be`
    Utf16Be,
    /// `utf16`
    Utf16,
    /// `lt`
    Less,
    /// `lte`
    LessOrEqual,
    /// `gt`
    Greater,
    /// `gte`
    GreaterOrEqual,
    /// `cidr`
    Cidr,
    /// `fieldref`
    FieldRef,
    /// `expand`
    Expand,
}

impl Modifier {
    fn named(name: &str) -> Result<Self, Reason> {
        Ok(match name {
            "all" => Self::All,
            "contains" => Self::Contains,
            "startswith" => Self::StartsWith,
            "endswith" => Self::EndsWith,
            "exists" => Self::Exists,
            "cased" => Self::Cased,
            "neq" => Self::NotEqual,
            "windash" => Self::WinDash,
            "re" => Self::Regex,
            "i" | "ignorecase" => Self::IgnoreCase,
            "m" | "multiline" => Self::MultiLine,
            "s" | "dotall" => Self::DotAll,
            "base64" => Self::Base64,
            "base64offset" => Self::Base64Offset,
            "utf16le" | "wide" => Self::Utf16Le,
            "utf16be" => Self::Utf16Be,
            "utf16" => Self::Utf16,
            "lt" => Self::Less,
            "lte" => Self::LessOrEqual,
            "gt" => Self::Greater,
            "gte" => Self::GreaterOrEqual,
            "cidr" => Self::Cidr,
            "fieldref" => Self::FieldRef,
            "expand" => Self::Expand,
            "minute" | "hour" | "day" | "week" | "month" | "year" => {
                return Err(Reason::Unsupported(format!("time modifiers (\"{name}\")")));
            }
            _ => return Err(Reason::UnknownModifier(name.to_owned())),
        })
    }
}

/// Reads the `detection` entry of a rule.
pub(super) fn parse(detection: &Entry) -> Result<Detection, RuleError> {
    let Data::Map(entries) = &detection.value.data else {
        return Err(wrong(detection.line, "detection", "a map of selections and a condition"));
    };
    let mut selections = Vec::new();
    let mut condition = None;
    for entry in entries {
        match entry.key.as_str() {
            "condition" => condition = Some(entry),
            "timeframe" => {
                let reason = Reason::Unsupported("time frames".to_owned());
                return Err(RuleError::new(entry.line, reason));
            }
            name => selections
                .push(Selection { name: name.to_owned(), search: search(&entry.value, name)? }),
        }
    }
    let condition =
        condition.ok_or_else(|| RuleError::new(detection.line, Reason::Missing("condition")))?;
    Ok(Detection { condition: conditions(condition, &selections)?, selections })
}

/// Several conditions are alternatives.
fn conditions(entry: &Entry, selections: &[Selection]) -> Result<Expr, RuleError> {
    let names: Vec<&str> = selections.iter().map(|selection| selection.name.as_str()).collect();
    let texts: Vec<&str> = match &entry.value.data {
        Data::Scalar(scalar) => vec![&scalar.text],
        Data::List(items) => items.iter().filter_map(Node::as_text).collect(),
        Data::Null | Data::Map(_) => Vec::new(),
    };
    let mut parts = Vec::with_capacity(texts.len());
    for text in texts {
        parts.push(condition::parse(text, &names).map_err(|problem| {
            let condition = excerpt(text);
            RuleError::new(entry.line, Reason::Condition { condition, problem })
        })?);
    }
    match parts.len() {
        0 => Err(wrong(entry.line, "condition", "text")),
        1 => Ok(parts.swap_remove(0)),
        _ => Ok(Expr::Or(parts)),
    }
}

fn search(node: &Node, name: &str) -> Result<Search, RuleError> {
    match &node.data {
        Data::Map(entries) if !entries.is_empty() => {
            Ok(Search::All(entries.iter().map(item).collect::<Result<_, _>>()?))
        }
        Data::List(items) if !items.is_empty() => {
            let keywords: Option<Vec<Value>> = items.iter().map(value).collect();
            match keywords {
                Some(values) => Ok(keyword_search(values, node.line)),
                None => Ok(Search::Any(
                    items.iter().map(|item| search(item, name)).collect::<Result<_, _>>()?,
                )),
            }
        }
        Data::Scalar(_) => Ok(keyword_search(value(node).into_iter().collect(), node.line)),
        _ => Err(wrong(node.line, name, "a map of fields, or a list of maps or keywords")),
    }
}

fn keyword_search(values: Vec<Value>, line: usize) -> Search {
    Search::All(vec![Item { field: None, modifiers: Vec::new(), values, line }])
}

fn item(entry: &Entry) -> Result<Item, RuleError> {
    let mut parts = entry.key.split('|');
    let field = parts.next().filter(|field| !field.is_empty()).map(str::to_owned);
    let modifiers = parts
        .map(Modifier::named)
        .collect::<Result<_, _>>()
        .map_err(|reason| RuleError::new(entry.line, reason))?;
    let values = match &entry.value.data {
        Data::List(items) => items.iter().map(value).collect::<Option<Vec<_>>>(),
        _ => value(&entry.value).map(|value| vec![value]),
    };
    match values {
        Some(values) if !values.is_empty() => {
            Ok(Item { field, modifiers, values, line: entry.line })
        }
        _ => Err(wrong(entry.line, &entry.key, "a value or a list of values")),
    }
}

fn value(node: &Node) -> Option<Value> {
    match &node.data {
        Data::Null => Some(Value::Null),
        Data::Scalar(Scalar { text, kind }) => Some(match kind {
            ScalarKind::Text => Value::Text(text.clone()),
            ScalarKind::Number => Value::Number(text.clone()),
            ScalarKind::Boolean => Value::Boolean(text == "true"),
        }),
        Data::List(_) | Data::Map(_) => None,
    }
}

fn wrong(line: usize, what: &str, expected: &'static str) -> RuleError {
    RuleError::new(line, Reason::Wrong { what: what.to_owned(), expected })
}
