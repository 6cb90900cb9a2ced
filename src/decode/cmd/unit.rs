//! Text of a `cmd.exe` line with the bytes each character came from and what was done to it.
//!
//! It knows no phase of `cmd.exe`: it only carries characters through them.

use crate::model::Span;

/// What happened to a character, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(u16);

impl Marks {
    /// A caret stood before this letter or digit.
    pub(super) const CARET: Self = Self(1);
    /// Quotes inside the word were taken away.
    pub(super) const QUOTE: Self = Self(2);
    /// A part of a variable, or its text with something replaced.
    pub(super) const SLICE: Self = Self(4);
    /// From a variable that was set on the line.
    pub(super) const SET: Self = Self(8);
    /// From a variable that Windows sets.
    pub(super) const WINDOWS: Self = Self(16);
    /// From the variable of a `for` loop.
    pub(super) const LOOP: Self = Self(32);
    /// The loop's text matters: it names the program or holds the only item.
    pub(super) const BUILT: Self = Self(64);
    /// Given to an interpreter through a pipe.
    pub(super) const PIPED: Self = Self(128);
    /// Commas and the like around the command were taken away.
    pub(super) const NOISE: Self = Self(256);
    /// Of no meaning to the parser: escaped, or put in after parsing.
    pub(super) const INERT: Self = Self(512);
    /// Inside quotes.
    pub(super) const QUOTED: Self = Self(1024);
    /// Of a redirection.
    pub(super) const REDIRECTION: Self = Self(2048);
    /// Written for a value that is not known, or for a part of one.
    pub(super) const OPAQUE: Self = Self(4096);
    /// The whole value of a variable of Windows, which is shown as it was written.
    pub(super) const PLAIN: Self = Self(8192);
    /// A percent sign that the log doubled.
    pub(super) const DOUBLED: Self = Self(16384);

    /// What is told to a reader.
    pub(super) const HIDING: Self = Self(1 | 2 | 4 | 8 | 64 | 128 | 256);
    /// What a parser put there; gone when another parser reads the text.
    const PARSED: Self = Self(512 | 1024 | 2048);

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// As another parser meets it.
    pub(super) fn unparsed(self) -> Self {
        self.without(Self::PARSED)
    }
}

/// A character with the bytes of the line it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) c: char,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) marks: Marks,
}

impl Unit {
    pub(super) fn marked(self, marks: Marks) -> Self {
        Self { marks: self.marks.with(marks), ..self }
    }

    /// The same place with another character.
    pub(super) fn becoming(self, c: char) -> Self {
        Self { c, ..self }
    }

    /// Whether the parser acts on it.
    pub(super) fn is_live(self, c: char) -> bool {
        self.c == c && !self.marks.has(Marks::INERT.with(Marks::QUOTED))
    }

    /// Whether it parts words: blanks, `,`, `;` and `=` (Microsoft, `cmd`: "delimiters").
    pub(super) fn is_delimiter(self) -> bool {
        matches!(self.c, ' ' | '\t' | ',' | ';' | '=' | '\u{b}' | '\u{c}' | '\u{a0}')
            && !self.marks.has(Marks::INERT.with(Marks::QUOTED))
    }

    pub(super) fn is_blank(self) -> bool {
        matches!(self.c, ' ' | '\t')
    }
}

/// Text in units.
pub(super) type Units = Vec<Unit>;

/// The characters of `line` within `span`. Where every run of percent signs is even, each pair is
/// one sign: Sysmon writes `%%COMSPEC%%` for `%COMSPEC%`.
pub(super) fn units_of(line: &str, span: Span) -> Units {
    let text = line.get(span.from..span.to).unwrap_or_default();
    let is_doubled = is_doubled(text);
    let mut units = Units::with_capacity(text.len());
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let from = span.from + at;
        let mut unit = Unit { c, from, to: from + c.len_utf8(), marks: Marks::default() };
        if c == '%' && is_doubled {
            chars.next();
            unit.to += 1;
            unit.marks = Marks::DOUBLED;
        }
        units.push(unit);
    }
    units
}

fn is_doubled(text: &str) -> bool {
    let mut run = 0_usize;
    let mut is_found = false;
    for byte in text.bytes() {
        if byte == b'%' {
            run += 1;
            is_found = true;
        } else if run % 2 == 1 {
            return false;
        } else {
            run = 0;
        }
    }
    is_found && run.is_multiple_of(2)
}

/// The characters alone.
pub(super) fn text_of(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.c).collect()
}

/// The characters in lower case, without quotes: how names are compared.
pub(super) fn key_of(units: &[Unit]) -> String {
    units.iter().filter(|unit| unit.c != '"').flat_map(|unit| unit.c.to_lowercase()).collect()
}

/// The marks of all together.
pub(super) fn marks_of(units: &[Unit]) -> Marks {
    units.iter().fold(Marks::default(), |marks, unit| marks.with(unit.marks))
}

/// The bytes from the first to the last.
pub(super) fn span_of(units: &[Unit]) -> Option<Span> {
    let from = units.iter().map(|unit| unit.from).min()?;
    let to = units.iter().map(|unit| unit.to).max()?;
    Some(Span { from, to })
}

/// A part, empty where there is none.
pub(super) fn slice(units: &[Unit], from: usize, to: usize) -> &[Unit] {
    units.get(from..to.min(units.len())).unwrap_or_default()
}

/// Without blanks at both ends.
pub(super) fn trimmed(units: &[Unit]) -> &[Unit] {
    let is_blank = |unit: &&Unit| unit.is_blank();
    let from = units.iter().take_while(is_blank).count();
    let after = units.iter().rev().take_while(is_blank).count();
    slice(units, from, units.len().saturating_sub(after).max(from))
}

/// The text as it would have to be written for a parser to read these units again: carets before
/// what is of no meaning to it. The result holds plain characters for another parser.
pub(super) fn escaped(units: &[Unit]) -> Units {
    let mut written = Units::with_capacity(units.len());
    let mut is_quoted = false;
    for unit in units {
        let is_inert = unit.marks.has(Marks::INERT);
        if unit.c == '"' && !is_inert {
            is_quoted = !is_quoted;
        }
        let is_special = matches!(unit.c, '&' | '|' | '<' | '>' | '^' | '(' | ')' | '"' | '%');
        if is_inert && is_special && !is_quoted {
            written.push(unit.becoming('^'));
        }
        written.push(*unit);
    }
    for unit in &mut written {
        unit.marks = unit.marks.unparsed();
    }
    written
}

/// Text of one parser inside the line of another: nothing in it means anything to the outer one.
pub(super) fn inert(units: &[Unit]) -> impl Iterator<Item = Unit> {
    units.iter().map(|unit| {
        let is_special = matches!(unit.c, '&' | '|' | '<' | '>' | '^');
        if is_special { unit.marked(Marks::INERT) } else { *unit }
    })
}
