//! PowerShell text as a tree: what the parser makes and the runner reads.
//!
//! Only the shapes that can hide text are told apart; all else is kept as parts to look into.
//! Spans are bytes of the text that was parsed.

use crate::model::Span;

/// Statements one after the other.
pub(super) type Block = Vec<Statement>;

/// An expression.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) kind: Kind,
    /// Levels of nodes below, bounded by the parser so that walking the tree ends.
    pub(super) height: usize,
}

/// What an expression is. Names of variables, types and operators are in lower case.
#[derive(Debug)]
pub(super) enum Kind {
    /// A constant string, quoted or a bare word.
    Text { value: String, noise: Noise, is_bare: bool },
    /// A string with variables or expressions in it.
    Expand { pieces: Vec<Piece>, noise: Noise },
    /// A whole number.
    Number(i64),
    /// `$name`, with its scope where that is a drive: `env:comspec`.
    Variable(String),
    /// `[name]`.
    Type(String),
    /// `[name]` before an expression.
    Cast(String, Box<Node>),
    /// `a, b`.
    Array(Vec<Node>),
    /// `( … )`.
    Paren(Box<Statement>),
    /// `$( … )` and `@( … )`.
    Sub { block: Block, is_array: bool },
    /// `{ … }`.
    ScriptBlock(Block),
    /// `a + b + c`.
    Sum(Vec<Node>),
    /// Any other operator between two.
    Binary(&'static str, Box<Node>, Box<Node>),
    /// An operator before one: `!`, `-`, `-join`, `-split`, `-bnot`, `++`.
    Unary(&'static str, Box<Node>),
    /// `a.name`, `a::name`.
    Member { of: Box<Node>, name: Box<Name>, is_static: bool },
    /// `a.name(…)`.
    Call { of: Box<Node>, name: Box<Name>, arguments: Vec<Node>, is_static: bool },
    /// `a[b]`.
    Index(Box<Node>, Box<Node>),
    /// Something else, with the expressions in it.
    Other(Vec<Node>),
}

/// A member's name.
#[derive(Debug)]
pub(super) enum Name {
    /// As written; the flag says whether backticks were in it.
    Plain(String, Noise),
    /// In quotes or computed.
    Computed(Node),
}

/// A part of a string in double quotes.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Node(Node),
}

/// What in the spelling of a word only hides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Noise {
    /// Backticks before characters that need none.
    pub(super) ticks: bool,
    /// Quotes in the middle of a bare word.
    pub(super) quotes: bool,
}

/// A statement.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) span: Span,
    pub(super) kind: StatementKind,
    /// As of a node.
    pub(super) height: usize,
}

/// What a statement is.
#[derive(Debug)]
pub(super) enum StatementKind {
    /// `a | b | c`.
    Pipeline(Vec<Element>),
    /// `target = value`; the operator without its `=`.
    Assign { target: Box<Node>, operator: Option<char>, value: Box<Statement> },
    /// `if`, with a condition for each block but the last.
    If { arms: Vec<(Statement, Block)>, otherwise: Option<Block> },
    /// `foreach ($name in values) { … }`.
    ForEach { variable: String, values: Box<Statement>, body: Block },
    /// `for (start; test; step) { … }` and, with only a test, `while`.
    For {
        start: Option<Box<Statement>>,
        test: Box<Statement>,
        step: Option<Box<Statement>>,
        body: Block,
    },
    /// `return`, `throw`, `exit`.
    Leave { is_return: bool, value: Option<Box<Statement>> },
    /// Blocks that run in a way that is not followed: `try`, `function`, `switch`, `do`.
    Blocks(Vec<Block>),
    /// A function that may be called by name.
    Function { name: String, parameters: Vec<String>, body: Block },
}

/// One part of a pipeline.
#[derive(Debug)]
pub(super) enum Element {
    Expression(Node),
    Command(CommandNode),
}

/// A command with its arguments.
#[derive(Debug)]
pub(super) struct CommandNode {
    pub(super) span: Span,
    /// Where `&` or `.` stands before the name.
    pub(super) operator: Option<Span>,
    pub(super) name: Node,
    pub(super) arguments: Vec<Argument>,
}

/// An argument of a command.
#[derive(Debug)]
pub(super) enum Argument {
    /// `-Name`, in lower case without the dash.
    Parameter(String),
    Value(Node),
}

/// The greatest height among blocks.
pub(super) fn height_of_blocks<'b>(blocks: impl IntoIterator<Item = &'b Block>) -> usize {
    blocks.into_iter().flatten().map(|statement| statement.height).max().unwrap_or(0)
}

fn height_of_nodes<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> usize {
    nodes.into_iter().map(|node| node.height).max().unwrap_or(0)
}

impl Name {
    fn height(&self) -> usize {
        match self {
            Self::Plain(..) => 0,
            Self::Computed(node) => node.height,
        }
    }
}

impl Kind {
    /// The greatest height among the parts.
    pub(super) fn height(&self) -> usize {
        match self {
            Self::Text { .. } | Self::Number(_) | Self::Variable(_) | Self::Type(_) => 0,
            Self::Expand { pieces, .. } => {
                height_of_nodes(pieces.iter().filter_map(|piece| {
                    if let Piece::Node(node) = piece { Some(node) } else { None }
                }))
            }
            Self::Cast(_, node) | Self::Unary(_, node) => node.height,
            Self::Array(nodes) | Self::Sum(nodes) | Self::Other(nodes) => height_of_nodes(nodes),
            Self::Paren(statement) => statement.height,
            Self::Sub { block, .. } | Self::ScriptBlock(block) => height_of_blocks([block]),
            Self::Binary(_, left, right) | Self::Index(left, right) => {
                left.height.max(right.height)
            }
            Self::Member { of, name, .. } => of.height.max(name.height()),
            Self::Call { of, name, arguments, .. } => {
                of.height.max(name.height()).max(height_of_nodes(arguments))
            }
        }
    }
}

impl Element {
    fn height(&self) -> usize {
        match self {
            Self::Expression(node) => node.height,
            Self::Command(command) => {
                let values = command.arguments.iter().filter_map(|argument| match argument {
                    Argument::Parameter(_) => None,
                    Argument::Value(node) => Some(node),
                });
                height_of_nodes(values).max(command.name.height)
            }
        }
    }
}

impl StatementKind {
    /// The greatest height among the parts.
    pub(super) fn height(&self) -> usize {
        let of = |statement: &Option<Box<Statement>>| {
            statement.as_ref().map_or(0, |statement| statement.height)
        };
        match self {
            Self::Pipeline(elements) => elements.iter().map(Element::height).max().unwrap_or(0),
            Self::Assign { target, value, .. } => target.height.max(value.height),
            Self::If { arms, otherwise } => {
                let arms =
                    arms.iter().map(|(test, body)| test.height.max(height_of_blocks([body])));
                arms.max().unwrap_or(0).max(height_of_blocks(otherwise))
            }
            Self::ForEach { values, body, .. } => values.height.max(height_of_blocks([body])),
            Self::For { start, test, step, body } => {
                test.height.max(of(start)).max(of(step)).max(height_of_blocks([body]))
            }
            Self::Leave { value, .. } => of(value),
            Self::Blocks(blocks) => height_of_blocks(blocks),
            Self::Function { body, .. } => height_of_blocks([body]),
        }
    }
}
