//! YAML as Sigma uses it: documents of maps, lists and scalars, each with its line.
//!
//! It is not a general YAML model: tags are dropped, keys are text, and a scalar keeps the text of
//! the file, because Sigma compares numbers as text.

use std::cell::OnceCell;

use saphyr::{LoadableYamlNode as _, MarkedYaml, Scalar as YamlScalar, YamlData};

use super::error::{Reason, RuleError};

/// The widest indentation and the deepest nesting that is read. Real rules stay below 10 levels.
const MAX_INDENT: usize = 100;
const MAX_DEPTH: usize = 64;

/// One value of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// Line in the file, counted from 1.
    pub(super) line: usize,
    pub(super) data: Data,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Data {
    Null,
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A scalar that is not null: the text of the file, and what YAML takes it for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) kind: ScalarKind,
}

/// The type that YAML gives a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScalarKind {
    Text,
    Number,
    Boolean,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) value: Node,
}

impl Node {
    /// The value under a key of a map.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The text of a scalar under a key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.entry(key)?.value.as_text()
    }

    /// The text, where this is a scalar.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The texts of a list of scalars, or of one scalar; empty where it is neither.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let Some(entry) = self.entry(key) else { return Vec::new() };
        match &entry.value.data {
            Data::List(items) => {
                items.iter().filter_map(Self::as_text).map(str::to_owned).collect()
            }
            Data::Scalar(scalar) => vec![scalar.text.clone()],
            _ => Vec::new(),
        }
    }
}

/// One document of a file: its text and the number of lines before it.
pub(super) struct Document<'t> {
    pub(super) text: &'t str,
    pub(super) lines_before: usize,
}

/// Cuts a file at its `---` lines, so that one broken document does not take the others with it.
pub(super) fn documents(text: &str) -> Vec<Document<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = Vec::new();
    let (mut start, mut at, mut first_line) = (0, 0, 0);
    for (line, content) in text.split_inclusive('\n').enumerate() {
        let marker = content.trim_end();
        if marker == "---" || marker.starts_with("--- ") {
            push_document(&mut found, text.get(start..at), first_line);
            (start, first_line) = (at, line);
        }
        at += content.len();
    }
    push_document(&mut found, text.get(start..), first_line);
    found
}

fn push_document<'t>(found: &mut Vec<Document<'t>>, text: Option<&'t str>, lines_before: usize) {
    let Some(text) = text else { return };
    let has_content = text.lines().any(|line| {
        let line = line.trim();
        !(line.is_empty() || line.starts_with('#') || matches!(line, "---" | "..."))
    });
    if has_content {
        found.push(Document { text, lines_before });
    }
}

/// Reads one document. Lines in the result and in errors are lines of the file.
pub(super) fn parse(document: &Document<'_>) -> Result<Node, RuleError> {
    check_indentation(document)?;
    let loaded = MarkedYaml::load_from_str(document.text).map_err(|error| {
        let line = document.lines_before + error.marker().line();
        RuleError::new(line, Reason::Yaml(error.info().to_owned()))
    })?;
    let line = document.lines_before + 1;
    let root = loaded.first().ok_or_else(|| RuleError::new(line, Reason::NoRule))?;
    Reader { document, places: OnceCell::new() }.node(root, 0)
}

/// The parser recurses once for each level, and a level of block style costs at least a column
/// (flow style it limits itself), so wide indentation is refused before it is called.
fn check_indentation(document: &Document<'_>) -> Result<(), RuleError> {
    let is_structure = |byte: &u8| matches!(byte, b' ' | b'\t' | b'-' | b'?' | b':');
    for (line, content) in document.text.lines().enumerate() {
        if content.bytes().take_while(is_structure).count() > MAX_INDENT
            && !content.trim().is_empty()
        {
            return Err(RuleError::new(document.lines_before + line + 1, Reason::TooDeep));
        }
    }
    Ok(())
}

struct Reader<'d, 't> {
    document: &'d Document<'t>,
    /// The byte at which each character begins, since the parser counts characters; made when needed.
    places: OnceCell<Vec<usize>>,
}

impl Reader<'_, '_> {
    fn line(&self, node: &MarkedYaml<'_>) -> usize {
        self.document.lines_before + node.span.start.line().max(1)
    }

    fn node(&self, node: &MarkedYaml<'_>, depth: usize) -> Result<Node, RuleError> {
        let line = self.line(node);
        if depth > MAX_DEPTH {
            return Err(RuleError::new(line, Reason::TooDeep));
        }
        let data = match &node.data {
            YamlData::Value(scalar) => self.scalar(scalar, node),
            YamlData::Sequence(items) => Data::List(
                items.iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?,
            ),
            YamlData::Mapping(entries) => {
                let mut read = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let key_line = self.line(key);
                    let Data::Scalar(name) = self.node(key, depth + 1)?.data else {
                        return Err(RuleError::new(key_line, Reason::KeyIsNoText));
                    };
                    let value = self.node(value, depth + 1)?;
                    read.push(Entry { key: name.text, line: key_line, value });
                }
                Data::Map(read)
            }
            YamlData::Tagged(_, inner) => self.node(inner, depth + 1)?.data,
            YamlData::Representation(..) | YamlData::Alias(_) | YamlData::BadValue => {
                return Err(RuleError::new(line, Reason::Yaml("a value that fits no type".into())));
            }
        };
        Ok(Node { line, data })
    }

    fn scalar(&self, scalar: &YamlScalar<'_>, node: &MarkedYaml<'_>) -> Data {
        let (text, kind) = match scalar {
            YamlScalar::Null => return Data::Null,
            YamlScalar::Boolean(value) => (value.to_string(), ScalarKind::Boolean),
            YamlScalar::Integer(value) => (value.to_string(), ScalarKind::Number),
            YamlScalar::FloatingPoint(value) => {
                (self.spelled(node).unwrap_or_else(|| value.to_string()), ScalarKind::Number)
            }
            YamlScalar::String(text) => (text.clone().into_owned(), ScalarKind::Text),
        };
        Data::Scalar(Scalar { text, kind })
    }

    /// The characters of the file: `1.10` would otherwise become `1.1`.
    fn spelled(&self, node: &MarkedYaml<'_>) -> Option<String> {
        let (from, to) = (node.span.start.index(), node.span.end.index());
        let places = self.places.get_or_init(|| {
            let text = self.document.text;
            text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
        });
        let text = self.document.text.get(*places.get(from)?..*places.get(to)?)?;
        let text = text.trim();
        text.parse::<f64>().is_ok().then(|| text.to_owned())
    }
}
