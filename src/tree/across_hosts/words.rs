//! A command line cut into words, loosely: quotes of any depth are seen through. What the words mean
//! is `asked`.

/// A word of a command, without the quotes around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    /// Whether another command begins here: after `&`, `|`, `;` or a line break.
    pub(super) is_first: bool,
    /// Whether a comma stands before it: it goes on with a list.
    pub(super) after_comma: bool,
    /// Whether a bracket opens before it: what follows is another command, or the arguments of a call.
    pub(super) after_bracket: bool,
}

/// The words of a command.
///
/// Quotes and brackets of any kind are like blanks: `cmd /c "net use "\\A\B""` needs no care then,
/// and no name of a host has a blank in it.
#[derive(Clone, Debug)]
pub(super) struct Words<'t> {
    rest: &'t str,
    is_first: bool,
}

impl<'t> Words<'t> {
    pub(super) const fn of(text: &'t str) -> Self {
        Self { rest: text, is_first: true }
    }
}

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut is_first, mut after_comma, mut after_bracket) = (self.is_first, false, false);
        let start = self.rest.find(|c| {
            match c {
                '&' | '|' | ';' | '\n' | '\r' => (is_first, after_comma) = (true, false),
                ',' => after_comma = true,
                '(' | '{' => after_bracket = true,
                _ => return !is_blank(c),
            }
            false
        })?;
        let text = self.rest.get(start..)?;
        let end = text.find(|c| is_blank(c) || is_mark(c)).unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end)?;
        (self.rest, self.is_first) = (rest, false);
        Some(Word { text: word, is_first, after_comma, after_bracket })
    }
}

/// Characters between words that mean nothing here. The curly quotes count as straight ones in
/// PowerShell. Source: Microsoft, `about_Quoting_Rules`.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '"' | '\'' | '`' | ')' | '}' | '[' | ']' | '<' | '>' | '\0' | '+' | '\u{2018}'
            ..='\u{201e}'
    )
}

const fn is_mark(c: char) -> bool {
    matches!(c, '&' | '|' | ';' | '\n' | '\r' | ',' | '(' | '{')
}
