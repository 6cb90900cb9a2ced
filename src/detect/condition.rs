//! The condition of a rule: from text to a tree over the rule's selections.
//!
//! Source: Sigma rules specification, "Condition". Aggregations behind a `|` (Sigma 1) are refused;
//! correlation rules replaced them.

/// A condition. Numbers are positions in the rule's list of selections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// The selection holds.
    Selection(usize),
    /// The part does not hold.
    Not(Box<Self>),
    /// Every part holds.
    And(Vec<Self>),
    /// At least one part holds.
    Or(Vec<Self>),
}

/// Brackets and `not` nest no deeper than this; evaluation recurses once a level.
const MAX_DEPTH: usize = 32;

/// Reads a condition over selections of these names. The error says what is wrong, in words.
pub(super) fn parse(text: &str, names: &[&str]) -> Result<Expr, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, names };
    let expr = parser.any(0)?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(format!("\"{token}\" is not expected there")),
    }
}

fn tokens(text: &str) -> Result<Vec<&str>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '|' {
            return Err("aggregations (\"| count() …\") are not supported".to_owned());
        }
        let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '|');
        let end = match first {
            '(' | ')' => 1,
            _ => rest.find(is_end).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        found.push(token);
        rest = after.trim_start();
    }
    if found.is_empty() { Err("it is empty".to_owned()) } else { Ok(found) }
}

struct Parser<'p, 't> {
    tokens: &'p [&'t str],
    at: usize,
    names: &'p [&'p str],
}

impl<'t> Parser<'_, 't> {
    fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.peek().is_some_and(|token| token.eq_ignore_ascii_case(word));
        self.at += usize::from(is_next);
        is_next
    }

    fn any(&mut self, depth: usize) -> Result<Expr, String> {
        let mut parts = vec![self.every(depth)?];
        while self.take("or") {
            parts.push(self.every(depth)?);
        }
        Ok(joined(parts, Expr::Or))
    }

    fn every(&mut self, depth: usize) -> Result<Expr, String> {
        let mut parts = vec![self.single(depth)?];
        while self.take("and") {
            parts.push(self.single(depth)?);
        }
        Ok(joined(parts, Expr::And))
    }

    fn single(&mut self, depth: usize) -> Result<Expr, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        if self.take("not") {
            return Ok(Expr::Not(Box::new(self.single(depth + 1)?)));
        }
        if self.take("(") {
            let inner = self.any(depth + 1)?;
            return if self.take(")") { Ok(inner) } else { Err("a \")\" is missing".to_owned()) };
        }
        let token = self.peek().ok_or_else(|| "it ends too early".to_owned())?;
        self.at += 1;
        let is_quantifier = self.peek().is_some_and(|next| next.eq_ignore_ascii_case("of"));
        if is_quantifier { self.quantified(token) } else { self.named(token) }
    }

    fn named(&self, token: &str) -> Result<Expr, String> {
        let reserved = ["and", "or", "not", "of", "them", ")"];
        if reserved.iter().any(|word| token.eq_ignore_ascii_case(word)) {
            return Err(format!("\"{token}\" is not expected there"));
        }
        self.names
            .iter()
            .position(|name| *name == token)
            .map(Expr::Selection)
            .ok_or_else(|| format!("there is no selection \"{token}\""))
    }

    fn quantified(&mut self, quantifier: &str) -> Result<Expr, String> {
        self.at += 1;
        let join: fn(Vec<Expr>) -> Expr = match quantifier.to_ascii_lowercase().as_str() {
            "1" | "any" => Expr::Or,
            "all" => Expr::And,
            _ => return Err(format!("\"{quantifier} of\" is unknown; use \"1 of\" or \"all of\"")),
        };
        let pattern = self.peek().ok_or_else(|| "it ends too early".to_owned())?;
        self.at += 1;
        let is_them = pattern.eq_ignore_ascii_case("them");
        let parts: Vec<Expr> = self
            .names
            .iter()
            .enumerate()
            .filter(|(_, name)| !name.starts_with('_') || pattern.starts_with('_'))
            .filter(|(_, name)| is_them || is_like(name, pattern))
            .map(|(at, _)| Expr::Selection(at))
            .collect();
        if parts.is_empty() {
            return Err(format!("no selection is named like \"{pattern}\""));
        }
        Ok(joined(parts, join))
    }
}

fn joined(mut parts: Vec<Expr>, join: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    if parts.len() == 1 { parts.swap_remove(0) } else { join(parts) }
}

/// Whether a name fits a pattern in which `*` stands for any text.
fn is_like(name: &str, pattern: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}
