//! `if` of `cmd.exe`: conditions over text are decided, others are looked at from both sides.
//!
//! Source: Microsoft, `if`. Whether a file exists or a program failed is not known here.

use super::expand::number;
use super::machine::{Machine, Outcome, of, written};
use super::parse::{IfNode, Link, Node};
use super::shown::{Kind, Part};
use super::unit::{Marks, Unit, Units, marks_of, text_of};
use super::variables::Value;

impl Machine {
    /// `whole` is the `if` as a command, `node` what it holds.
    pub(super) fn branch(&mut self, flat: &[Unit], whole: &Node, node: &IfNode) -> (Kind, Outcome) {
        let condition = self.substituted(of(flat, node.condition));
        self.settle(None);
        let empty: &[Link] = &[];
        let otherwise = node.otherwise.as_ref().map_or(empty, |(_, links)| links);
        let text = written(flat, whole);
        self.budget.spend(text.len());
        if let Some(is_true) = self.decided(&condition) {
            let links = if is_true { &node.body } else { otherwise };
            let (parts, outcome) = self.sequence(flat, links);
            return (Kind::choice(text, parts), outcome);
        }
        let wrapped = |open: Units, parts| Kind::Wrapped { open, parts, close: Units::new() };
        let body = self.looked_at(flat, &node.body);
        let head = wrapped(of(flat, node.head).to_vec(), body);
        let mut parts = vec![Part { sign: Units::new(), kind: head }];
        if let Some((sign, links)) = &node.otherwise {
            let body = self.looked_at(flat, links);
            let sign = of(flat, *sign).to_vec();
            parts.push(Part { sign, kind: wrapped(Units::new(), body) });
        }
        (Kind::choice(text, parts), Outcome::Unknown)
    }

    /// Whether the condition holds; `None` where that is not known.
    fn decided(&self, condition: &[Unit]) -> Option<bool> {
        if marks_of(condition).has(Marks::OPAQUE) {
            return None;
        }
        let text = text_of(condition);
        let mut rest = text.trim_start();
        let (mut is_negated, mut ignores_case) = (false, false);
        loop {
            let word = rest.split(char::is_whitespace).next().unwrap_or_default();
            match word.to_ascii_lowercase().as_str() {
                "not" => is_negated = !is_negated,
                "/i" => ignores_case = true,
                _ => break,
            }
            rest = rest.get(word.len()..)?.trim_start();
        }
        let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let holds = match word.to_ascii_lowercase().as_str() {
            "exist" | "errorlevel" | "cmdextversion" => return None,
            "defined" => match self.environment.value(&after.trim().to_lowercase()) {
                Value::Set(_) | Value::Windows(_) | Value::Partly(..) => true,
                Value::Unset => false,
                Value::Unknown => return None,
            },
            _ => compared(rest, ignores_case)?,
        };
        Some(holds != is_negated)
    }
}

/// `a==b`, `a EQU b` and the like.
fn compared(text: &str, ignores_case: bool) -> Option<bool> {
    let fold = |side: &str| {
        if ignores_case { side.trim().to_lowercase() } else { side.trim().to_owned() }
    };
    if let Some((left, right)) = text.split_once("==") {
        return Some(fold(left) == fold(right));
    }
    let mut words = text.split_whitespace();
    let (left, operator, right) = (words.next()?, words.next()?, words.next()?);
    let order = match (number(left), number(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => fold(left).cmp(&fold(right)),
    };
    match operator.to_ascii_lowercase().as_str() {
        "equ" => Some(order.is_eq()),
        "neq" => Some(order.is_ne()),
        "lss" => Some(order.is_lt()),
        "leq" => Some(order.is_le()),
        "gtr" => Some(order.is_gt()),
        "geq" => Some(order.is_ge()),
        _ => None,
    }
}
