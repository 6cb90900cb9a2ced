//! Judges events and processes by Sigma rules, and says why.
//!
//! [`Rules`] are loaded from the program or a folder; [`Engine`] compiles them and says which match
//! a record. A [`Rule`] keeps its syntax tree, from which it can be written for other tools.

mod bundled;
mod condition;
mod engine;
mod error;
mod fields;
mod logsource;
mod rule;
mod rules;
mod syntax;
mod windows_channels;
mod yaml;

pub use self::{
    condition::Expr,
    engine::{Applicable, Engine, RuleMatch},
    error::{Reason, RuleError},
    logsource::LogSource,
    rule::{Rule, sigma_text},
    rules::Rules,
    syntax::{Detection, Item, Modifier, Search, Selection, Value},
};

pub mod chain;
pub mod coverage;
pub mod raise;
