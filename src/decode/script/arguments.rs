//! The arguments of a command: which stand behind a parameter, which at a position.
//!
//! Source: `about_Parameters`: a parameter may be shortened as long as it is told from others.

use super::runner::Eval;
use super::syntax::Node;

/// An argument whose value was asked for.
pub(super) enum Given<'s> {
    Parameter(&'s str),
    Value(&'s Node, Eval<'s>),
}

/// The value after the parameter that `full` may be shortened to.
pub(super) fn parameter<'g, 's>(
    given: &'g [Given<'s>],
    full: &str,
) -> Option<(&'s Node, &'g Eval<'s>)> {
    let mut previous = None;
    for argument in given {
        match (argument, previous) {
            (Given::Parameter(name), _) => previous = Some(*name),
            (Given::Value(node, value), Some(name)) => {
                if !name.is_empty() && full.starts_with(name) {
                    return Some((node, value));
                }
                previous = None;
            }
            (Given::Value(..), None) => {}
        }
    }
    None
}

/// The value at a position, those after a parameter that takes one left out.
pub(super) fn positional<'g, 's>(
    given: &'g [Given<'s>],
    valued: &[&str],
    position: usize,
) -> Option<(&'s Node, &'g Eval<'s>)> {
    let mut previous = None;
    let mut found = Vec::new();
    for argument in given {
        match argument {
            Given::Parameter(name) => previous = Some(*name),
            Given::Value(node, value) => {
                let is_taken = previous.take().is_some_and(|name: &str| {
                    valued.iter().any(|full| !name.is_empty() && full.starts_with(name))
                });
                if !is_taken {
                    found.push((*node, value));
                }
            }
        }
    }
    found.get(position).copied()
}
