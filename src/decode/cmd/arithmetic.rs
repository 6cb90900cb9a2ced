//! `set /a`: whole numbers of 32 bits with the operators of C.
//!
//! Not assignments inside expressions beyond the first. Source: `set /?`, its table of operators.

use super::expand::number;

/// How deep brackets may lie in each other.
const MAX_BRACKETS: usize = 32;

/// The operators with two sides, strongest first; each level reads from left to right.
const LEVELS: &[&[&str]] = &[&["*", "/", "%"], &["+", "-"], &["<<", ">>"], &["&"], &["^"], &["|"]];

/// One of the assignments that commas part: the name, and the value or `None` where it cannot be
/// known. `lookup` gives the text of a variable, `None` for what is not known.
pub(super) fn assignment(
    expression: &str,
    lookup: &mut impl FnMut(&str) -> Option<String>,
) -> Option<(String, Option<i32>)> {
    let expression: String = expression.chars().filter(|c| *c != '"').collect();
    let equals = expression.find('=')?;
    let (left, right) = (expression.get(..equals)?, expression.get(equals + 1..)?);
    let left = left.trim();
    let operators = ["<<", ">>", "*", "/", "%", "+", "-", "&", "^", "|"];
    let operator = operators.iter().find(|operator| left.ends_with(**operator));
    let name = operator.map_or(left, |operator| left.strip_suffix(operator).unwrap_or(left)).trim();
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || "()".contains(c)) {
        return None;
    }
    let name = name.to_lowercase();
    let mut reader = Reader { rest: right, lookup, brackets: 0 };
    let mut value = reader.level(LEVELS.len()).filter(|_| reader.rest.trim().is_empty());
    if let Some(operator) = operator {
        let old = value_of(&name, lookup);
        value = old.zip(value).and_then(|(old, new)| apply(operator, old, new));
    }
    Some((name, value))
}

/// The number in a variable: 0 where it is not set, as `set /a` counts.
fn value_of(name: &str, lookup: &mut impl FnMut(&str) -> Option<String>) -> Option<i32> {
    let text = lookup(name)?;
    if text.trim().is_empty() { Some(0) } else { i32::try_from(number(&text)?).ok() }
}

fn apply(operator: &str, left: i32, right: i32) -> Option<i32> {
    match operator {
        "*" => Some(left.wrapping_mul(right)),
        "/" => left.checked_div(right),
        "%" => left.checked_rem(right),
        "+" => Some(left.wrapping_add(right)),
        "-" => Some(left.wrapping_sub(right)),
        "<<" => left.checked_shl(u32::try_from(right).ok()?),
        ">>" => left.checked_shr(u32::try_from(right).ok()?),
        "&" => Some(left & right),
        "^" => Some(left ^ right),
        "|" => Some(left | right),
        _ => None,
    }
}

struct Reader<'a, F> {
    rest: &'a str,
    lookup: &'a mut F,
    brackets: usize,
}

impl<F: FnMut(&str) -> Option<String>> Reader<'_, F> {
    /// An expression of operators below `level`, which is at most the number of [`LEVELS`].
    fn level(&mut self, level: usize) -> Option<i32> {
        let Some(operators) = level.checked_sub(1).and_then(|level| LEVELS.get(level)) else {
            return self.term();
        };
        let mut left = self.level(level - 1)?;
        loop {
            self.rest = self.rest.trim_start();
            let found = operators.iter().find(|operator| self.rest.starts_with(**operator));
            let Some(operator) = found else { return Some(left) };
            self.rest = self.rest.get(operator.len()..)?;
            let right = self.level(level - 1)?;
            left = apply(operator, left, right)?;
        }
    }

    fn term(&mut self) -> Option<i32> {
        let mut signs = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            let Some(sign) = self.rest.chars().next().filter(|c| "-+~!".contains(*c)) else {
                break;
            };
            signs.push(sign);
            self.rest = self.rest.get(1..)?;
        }
        let mut value = self.operand()?;
        while let Some(sign) = signs.pop() {
            value = match sign {
                '-' => value.wrapping_neg(),
                '~' => !value,
                '!' => i32::from(value == 0),
                _ => value,
            };
        }
        Some(value)
    }

    fn operand(&mut self) -> Option<i32> {
        if let Some(inner) = self.rest.strip_prefix('(') {
            self.brackets += 1;
            if self.brackets > MAX_BRACKETS {
                return None;
            }
            self.rest = inner;
            let value = self.level(LEVELS.len())?;
            self.rest = self.rest.trim_start().strip_prefix(')')?;
            return Some(value);
        }
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | '@' | '.');
        let length = self.rest.len() - self.rest.trim_start_matches(is_word).len();
        let word = self.rest.get(..length).filter(|word| !word.is_empty())?;
        self.rest = self.rest.get(length..)?;
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return i32::try_from(number(word)?).ok();
        }
        value_of(&word.to_lowercase(), self.lookup)
    }
}
