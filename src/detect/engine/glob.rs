//! Text patterns with wildcards: where in a value a pattern of a rule fits.
//!
//! A pattern is cut at its `*` into parts; the first and the last may be tied to the ends of the
//! value. Parts are found from left to right, which is exact for this kind of pattern and takes
//! at most pattern × value steps.

use memchr::memmem::Finder;

use super::fold::folded;

/// The characters Windows programs take for the dash of an option, and the slash.
///
/// Source: Sigma appendix on modifiers, `windash`.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// A byte range of a value.
pub(super) type Span = (usize, usize);

/// A piece of a pattern before compilation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Text that must be there.
    Text(String),
    /// `?`: one character.
    Any,
    /// `*`: any text.
    Star,
    /// One of the characters that start an option.
    Dash,
}

/// Reads a value as Sigma writes text: `*` and `?` are wildcards, `\` takes their meaning away and
/// that of another `\`, and stands for itself before anything else.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let wildcard = match c {
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => {
                let escaped = chars.next_if(|next| matches!(next, '*' | '?' | '\\'));
                plain.push(escaped.unwrap_or(c));
                continue;
            }
            _ => {
                plain.push(c);
                continue;
            }
        };
        flush(&mut plain, &mut found);
        found.push(wildcard);
    }
    flush(&mut plain, &mut found);
    found
}

fn flush(plain: &mut String, found: &mut Vec<Token>) {
    if !plain.is_empty() {
        found.push(Token::Text(std::mem::take(plain)));
    }
}

/// Makes every character that starts an option stand for all of them: not in `a-b`, where a word
/// goes on, nor in `- `, where none begins.
pub(super) fn with_dashes(tokens: Vec<Token>) -> Vec<Token> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::with_capacity(tokens.len());
    for token in tokens {
        let Token::Text(text) = token else {
            found.push(token);
            continue;
        };
        let mut plain = String::new();
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let opens_word =
                !before.is_some_and(is_word) && chars.peek().copied().is_some_and(is_word);
            if DASHES.contains(&c) && opens_word {
                flush(&mut plain, &mut found);
                found.push(Token::Dash);
            } else {
                plain.push(c);
            }
            before = Some(c);
        }
        flush(&mut plain, &mut found);
    }
    found
}

/// A compiled text pattern. It is matched against folded text unless it was built case-sensitive.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    Equals(Box<str>),
    Starts(Box<str>),
    Ends(Box<str>),
    Contains(Box<Finder<'static>>),
    Parts { parts: Box<[Part]>, tied: Tied },
}

/// Whether a pattern begins and ends with the value.
#[derive(Clone, Copy, Debug)]
struct Tied {
    is_start_tied: bool,
    is_end_tied: bool,
}

impl Glob {
    /// Compiles the pieces of a pattern.
    pub(super) fn new(tokens: &[Token], is_cased: bool) -> Self {
        let is_start_tied = tokens.first() != Some(&Token::Star);
        let is_end_tied = tokens.last() != Some(&Token::Star);
        let mut parts: Vec<Part> = tokens
            .split(|token| *token == Token::Star)
            .filter(|part| !part.is_empty())
            .map(|part| Part::new(part, is_cased))
            .collect();
        let single = match parts.as_slice() {
            [] if tokens.is_empty() => Some(String::new()),
            [Part { atoms }] => match &**atoms {
                [Atom::Text(text)] => Some(text.to_string()),
                _ => None,
            },
            _ => None,
        };
        let shape = match (single, is_start_tied, is_end_tied) {
            (Some(text), true, true) => Shape::Equals(text.into()),
            (Some(text), true, false) => Shape::Starts(text.into()),
            (Some(text), false, true) => Shape::Ends(text.into()),
            (Some(text), false, false) => {
                Shape::Contains(Box::new(Finder::new(text.as_bytes()).into_owned()))
            }
            (None, ..) => {
                parts.shrink_to_fit();
                Shape::Parts { parts: parts.into(), tied: Tied { is_start_tied, is_end_tied } }
            }
        };
        Self { shape }
    }

    /// Where the pattern fits, leftmost; wildcards at its ends are not part of the range.
    pub(super) fn find(&self, value: &str) -> Option<Span> {
        match &self.shape {
            Shape::Equals(text) => (value == &**text).then_some((0, value.len())),
            Shape::Starts(text) => value.starts_with(&**text).then_some((0, text.len())),
            Shape::Ends(text) => {
                value.ends_with(&**text).then(|| (value.len() - text.len(), value.len()))
            }
            Shape::Contains(finder) => {
                finder.find(value.as_bytes()).map(|at| (at, at + finder.needle().len()))
            }
            Shape::Parts { parts, tied } => find_parts(parts, *tied, value),
        }
    }

    /// The longest text that every matching value holds.
    pub(super) fn literal(&self) -> &str {
        match &self.shape {
            Shape::Equals(text) | Shape::Starts(text) | Shape::Ends(text) => text,
            Shape::Contains(finder) => std::str::from_utf8(finder.needle()).unwrap_or_default(),
            Shape::Parts { parts, .. } => {
                parts.iter().map(Part::literal).max_by_key(|text| text.len()).unwrap_or_default()
            }
        }
    }
}

fn find_parts(parts: &[Part], tied: Tied, value: &str) -> Option<Span> {
    let Some(last) = parts.len().checked_sub(1) else { return Some((0, value.len())) };
    let (mut start, mut at) = (0, 0);
    for (index, part) in parts.iter().enumerate() {
        let is_tied = index == 0 && tied.is_start_tied;
        let (from, to) = if index == last && tied.is_end_tied {
            let from = part.starts_before(value)?;
            if from < at || (is_tied && from > 0) {
                return None;
            }
            (from, value.len())
        } else if is_tied {
            (0, part.end_at(value, 0)?)
        } else {
            part.search(value, at)?
        };
        if index == 0 {
            start = from;
        }
        at = to;
    }
    Some((start, at))
}

/// A run of text and single wildcards between two `*`.
#[derive(Clone, Debug)]
struct Part {
    atoms: Box<[Atom]>,
}

#[derive(Clone, Debug)]
enum Atom {
    Text(Box<str>),
    Any,
    Dash,
}

impl Part {
    fn new(tokens: &[Token], is_cased: bool) -> Self {
        let atoms = tokens
            .iter()
            .filter_map(|token| match token {
                Token::Text(text) if is_cased => Some(Atom::Text(text.as_str().into())),
                Token::Text(text) => Some(Atom::Text(folded(text).into())),
                Token::Any => Some(Atom::Any),
                Token::Dash => Some(Atom::Dash),
                Token::Star => None,
            })
            .collect();
        Self { atoms }
    }

    fn literal(&self) -> &str {
        let texts = self.atoms.iter().map(|atom| match atom {
            Atom::Text(text) => &**text,
            Atom::Any | Atom::Dash => "",
        });
        texts.max_by_key(|text| text.len()).unwrap_or_default()
    }

    /// Where the part ends if it begins at this byte.
    fn end_at(&self, value: &str, from: usize) -> Option<usize> {
        let mut rest = value.get(from..)?;
        for atom in &self.atoms {
            rest = match atom {
                Atom::Text(text) => rest.strip_prefix(&**text)?,
                Atom::Any => {
                    let mut chars = rest.chars();
                    chars.next()?;
                    chars.as_str()
                }
                Atom::Dash => rest.strip_prefix(DASHES)?,
            };
        }
        Some(value.len() - rest.len())
    }

    /// Where the part begins if it ends with the value.
    fn starts_before(&self, value: &str) -> Option<usize> {
        let mut rest = value;
        for atom in self.atoms.iter().rev() {
            rest = match atom {
                Atom::Text(text) => rest.strip_suffix(&**text)?,
                Atom::Any => {
                    let mut chars = rest.chars();
                    chars.next_back()?;
                    chars.as_str()
                }
                Atom::Dash => rest.strip_suffix(DASHES)?,
            };
        }
        Some(rest.len())
    }

    fn search(&self, value: &str, from: usize) -> Option<Span> {
        let first = match self.atoms.first() {
            Some(Atom::Text(text)) => Some(&**text),
            _ => None,
        };
        let mut at = from;
        loop {
            let rest = value.get(at..)?;
            at += match first {
                Some(text) => rest.find(text)?,
                None => 0,
            };
            if let Some(end) = self.end_at(value, at) {
                return Some((at, end));
            }
            at += value.get(at..)?.chars().next()?.len_utf8();
        }
    }
}
