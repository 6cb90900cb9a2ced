//! The second phase of `cmd.exe`: carets, quotes, separators, blocks, pipes, `for` and `if`.
//!
//! It runs nothing and expands nothing. Source: Microsoft, `cmd`, `for`, `if`; the order of
//! phases is told in the module above.

use super::budget::Budget;
use super::unit::{Marks, Unit, Units, key_of, slice};

/// A range of the parsed text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// What stands between two commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// Nothing: the first of a sequence.
    First,
    /// `&`
    Always,
    /// `&&`
    Success,
    /// `||`
    Failure,
}

/// A command with the operator before it.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) operator: Operator,
    /// The operator's own text.
    pub(super) sign: Range,
    pub(super) node: Node,
}

/// A command.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A program or internal command with its arguments and redirections.
    Simple(Range),
    /// `( … )`: everything up to its commands, they, and everything after.
    Block {
        open: Range,
        body: Vec<Link>,
        close: Range,
    },
    /// `a | b | c`, with the text of each bar.
    Pipe(Vec<(Range, Self)>),
    For(Box<ForNode>),
    If(Box<IfNode>),
}

/// A `for` loop.
#[derive(Clone, Debug)]
pub(super) struct ForNode {
    /// The text up to the body.
    pub(super) head: Range,
    /// `/l`, `/f` and the like, lower case, with what follows them.
    pub(super) switches: Range,
    pub(super) variable: char,
    /// What stands between the brackets.
    pub(super) set: Range,
    pub(super) body: Vec<Link>,
}

/// An `if`.
#[derive(Clone, Debug)]
pub(super) struct IfNode {
    /// The text up to the body.
    pub(super) head: Range,
    pub(super) condition: Range,
    pub(super) body: Vec<Link>,
    /// The text of `else` and what it holds.
    pub(super) otherwise: Option<(Range, Vec<Link>)>,
}

/// Takes away carets and marks what the parser does not act on.
pub(super) fn lexed(units: &[Unit]) -> Units {
    let mut flat = Units::with_capacity(units.len());
    let mut is_quoted = false;
    let mut rest = units.iter();
    while let Some(unit) = rest.next() {
        let unit = Unit { marks: unit.marks.unparsed(), ..*unit };
        match unit.c {
            '"' => {
                is_quoted = !is_quoted;
                flat.push(unit);
            }
            _ if is_quoted => flat.push(unit.marked(Marks::QUOTED)),
            '^' => {
                let Some(next) = rest.next() else { break };
                let next = Unit { from: unit.from, marks: next.marks.unparsed(), ..*next };
                let hides = next.c.is_alphanumeric();
                let marks = if hides { Marks::CARET.with(Marks::INERT) } else { Marks::INERT };
                flat.push(next.marked(marks));
            }
            _ => flat.push(unit),
        }
    }
    flat
}

/// Reads the commands of text that [`lexed`] made. Marks redirections in it.
pub(super) fn parsed(flat: &mut Units, budget: &mut Budget) -> Vec<Link> {
    let mut parser = Parser { flat, at: 0, budget };
    let mut links = parser.sequence(false);
    // A bracket too many ends nothing on a command line: cmd.exe refuses the line there.
    while parser.at < parser.flat.len() && parser.budget.spend(1) {
        let from = parser.at;
        parser.at += 1;
        let sign = Range { from, to: parser.at };
        let more = parser.sequence(false);
        for (index, link) in more.into_iter().enumerate() {
            let sign = if index == 0 { sign } else { link.sign };
            links.push(Link { operator: Operator::Always, sign, ..link });
        }
    }
    links
}

struct Parser<'a> {
    flat: &'a mut Units,
    at: usize,
    budget: &'a mut Budget,
}

impl Parser<'_> {
    fn unit(&self, at: usize) -> Option<Unit> {
        self.flat.get(at).copied()
    }

    fn is_live(&self, at: usize, c: char) -> bool {
        self.unit(at).is_some_and(|unit| unit.is_live(c))
    }

    fn range_from(&self, from: usize) -> Range {
        Range { from, to: self.at }
    }

    fn skip_delimiters(&mut self) {
        while self.unit(self.at).is_some_and(|unit| unit.is_delimiter() || unit.is_live('\n')) {
            self.at += 1;
        }
    }

    /// Commands up to the end or, in a block, to its closing bracket.
    fn sequence(&mut self, is_block: bool) -> Vec<Link> {
        let mut links = Vec::new();
        if !self.budget.enter() {
            self.at = self.flat.len();
            return links;
        }
        let mut operator = Operator::First;
        let mut sign = Range { from: self.at, to: self.at };
        while self.budget.spend(1) {
            let node = self.pipe(is_block);
            links.push(Link { operator, sign, node });
            let from = self.at;
            operator = if self.is_live(self.at, '&') {
                self.at += 1;
                if self.is_live(self.at, '&') {
                    self.at += 1;
                    Operator::Success
                } else {
                    Operator::Always
                }
            } else if self.is_live(self.at, '|') && self.is_live(self.at + 1, '|') {
                self.at += 2;
                Operator::Failure
            } else if self.is_live(self.at, '\n') {
                self.at += 1;
                Operator::Always
            } else {
                break;
            };
            sign = self.range_from(from);
        }
        self.budget.leave();
        links
    }

    /// Commands joined by single bars.
    fn pipe(&mut self, is_block: bool) -> Node {
        let first = self.command(is_block);
        let mut nodes = vec![(Range::default(), first)];
        while self.is_live(self.at, '|') && !self.is_live(self.at + 1, '|') && self.budget.spend(1)
        {
            let from = self.at;
            self.at += 1;
            let sign = self.range_from(from);
            let node = self.command(is_block);
            nodes.push((sign, node));
        }
        match nodes.pop() {
            Some((_, only)) if nodes.is_empty() => only,
            last => {
                nodes.extend(last);
                Node::Pipe(nodes)
            }
        }
    }

    fn command(&mut self, is_block: bool) -> Node {
        let start = self.at;
        self.skip_delimiters();
        while self.is_live(self.at, '@') {
            self.at += 1;
            self.skip_delimiters();
        }
        if self.is_live(self.at, '(') {
            return self.block(start, is_block);
        }
        let word = self.word(self.at);
        let read = match key_of(slice(self.flat, word.from, word.to)).as_str() {
            "for" => self.for_loop(start, word.to, is_block),
            "if" => self.condition(start, word.to, is_block),
            _ => None,
        };
        read.unwrap_or_else(|| {
            self.at = start;
            self.simple(start, is_block)
        })
    }

    fn block(&mut self, start: usize, is_block: bool) -> Node {
        self.at += 1;
        let open = self.range_from(start);
        let body = self.sequence(true);
        let from = self.at;
        if self.is_live(self.at, ')') {
            self.at += 1;
        }
        self.rest_of_command(is_block);
        let close = self.range_from(from);
        Node::Block { open, body, close }
    }

    fn simple(&mut self, start: usize, is_block: bool) -> Node {
        self.rest_of_command(is_block);
        Node::Simple(self.range_from(start))
    }

    /// Moves to the end of a command and marks its redirections.
    fn rest_of_command(&mut self, is_block: bool) {
        let from = self.at;
        while let Some(unit) = self.unit(self.at) {
            let is_end = unit.is_live('&')
                || unit.is_live('|')
                || unit.is_live('\n')
                || (is_block && unit.is_live(')'));
            if is_end || !self.budget.spend(1) {
                break;
            }
            if unit.is_live('<') || unit.is_live('>') {
                self.redirection(from);
            } else {
                self.at += 1;
            }
        }
    }

    /// `>`, `2>&1`, `<file`: a digit of its own before the sign belongs to it.
    fn redirection(&mut self, command: usize) {
        let mut from = self.at;
        let digit = self.at.checked_sub(1).filter(|at| *at >= command);
        let is_digit = |at: usize| self.unit(at).is_some_and(|unit| unit.c.is_ascii_digit());
        if let Some(digit) = digit.filter(|at| is_digit(*at)) {
            let before =
                digit.checked_sub(1).filter(|at| *at >= command).and_then(|at| self.unit(at));
            if before.is_none_or(|unit| unit.is_delimiter() || unit.is_live(')')) {
                from = digit;
            }
        }
        while self.is_live(self.at, '>') || self.is_live(self.at, '<') {
            self.at += 1;
        }
        if self.is_live(self.at, '&') {
            self.at += 1;
        }
        while self.unit(self.at).is_some_and(|unit| unit.is_delimiter()) {
            self.at += 1;
        }
        let word = self.word(self.at);
        self.at = word.to;
        for unit in self.flat.get_mut(from..self.at).unwrap_or_default() {
            unit.marks = unit.marks.with(Marks::REDIRECTION);
        }
    }

    /// The word at `from`: up to a delimiter or a sign of the parser.
    fn word(&self, from: usize) -> Range {
        let is_end = |unit: &&Unit| {
            unit.is_delimiter()
                || ['&', '|', '<', '>', '(', ')', '\n'].iter().any(|c| unit.is_live(*c))
        };
        let length =
            slice(self.flat, from, self.flat.len()).iter().take_while(|unit| !is_end(unit));
        Range { from, to: from + length.count() }
    }

    fn key(&self, word: Range) -> String {
        // Keywords are short: a hostile word is not copied.
        key_of(slice(self.flat, word.from, word.to.min(word.from + 64)))
    }

    fn for_loop(&mut self, start: usize, after: usize, is_block: bool) -> Option<Node> {
        self.at = after;
        self.skip_delimiters();
        let switches_from = self.at;
        let variable = loop {
            let word = self.for_word();
            let first = self.unit(word.from)?;
            if first.c == '%' && word.to == word.from + 2 {
                break word;
            }
            if first.c != '/' && first.c != '"' && word.from == switches_from {
                return None;
            }
            self.at = word.to;
            self.skip_delimiters();
            if !self.budget.spend(1 + word.to - word.from) {
                return None;
            }
        };
        let switches = Range { from: switches_from, to: variable.from };
        let name = self.unit(variable.from + 1)?.c;
        self.at = variable.to;
        self.skip_delimiters();
        let word = self.word(self.at);
        if self.key(word) != "in" {
            return None;
        }
        self.at = word.to;
        self.skip_delimiters();
        if !self.is_live(self.at, '(') {
            return None;
        }
        let from = self.at + 1;
        let length =
            slice(self.flat, from, self.flat.len()).iter().position(|unit| unit.is_live(')'))?;
        self.budget.spend(length);
        let set = Range { from, to: from + length };
        self.at = set.to + 1;
        self.skip_delimiters();
        let word = self.word(self.at);
        if self.key(word) != "do" {
            return None;
        }
        self.at = word.to;
        let head = self.range_from(start);
        let body = self.sequence(is_block);
        Some(Node::For(Box::new(ForNode { head, switches, variable: name, set, body })))
    }

    /// A word of a `for`, whose options may be one quoted word or stand unquoted with carets.
    fn for_word(&self) -> Range {
        let word = self.word(self.at);
        // `%i` may be followed by anything that is no letter of a longer name.
        if self.unit(word.from).is_some_and(|unit| unit.c == '%') {
            return Range { from: word.from, to: word.to.min(word.from + 2).max(word.from) };
        }
        Range { from: word.from, to: word.to.max(word.from + 1) }
    }

    fn condition(&mut self, start: usize, after: usize, is_block: bool) -> Option<Node> {
        self.at = after;
        self.skip_delimiters();
        let from = self.at;
        let mut words = 0;
        let mut needed = 3;
        loop {
            let word = self.condition_word();
            if word.from == word.to {
                return None;
            }
            let key = self.key(word);
            self.at = word.to;
            words += 1;
            match key.as_str() {
                "/i" | "not" if words == 1 => words = 0,
                "exist" | "defined" | "errorlevel" | "cmdextversion" if words == 1 => needed = 2,
                // `a==b` in one word, or with the sign at one of its ends.
                _ if words < 3 && needed == 3 => needed = self.sides(word, words),
                _ => {}
            }
            if words >= needed {
                break;
            }
            while self.unit(self.at).is_some_and(|unit| unit.is_blank()) {
                self.at += 1;
            }
            if !self.budget.spend(1 + word.to - word.from) {
                return None;
            }
        }
        let condition = self.range_from(from);
        let head = self.range_from(start);
        let body = self.sequence_of_if(is_block);
        let before_else = self.at;
        self.skip_delimiters();
        let word = self.word(self.at);
        let otherwise = if self.key(word) == "else"
            && matches!(body.as_slice(), [Link { node: Node::Block { .. }, .. }])
        {
            self.at = word.to;
            let sign = self.range_from(before_else);
            Some((sign, self.sequence(is_block)))
        } else {
            self.at = before_else;
            None
        };
        Some(Node::If(Box::new(IfNode { head, condition, body, otherwise })))
    }

    /// How many words the condition has, seen from this one.
    fn sides(&self, word: Range, words: usize) -> usize {
        let units = slice(self.flat, word.from, word.to);
        let sign = units.windows(2).position(|pair| pair.iter().all(|unit| unit.is_live('=')));
        match sign {
            // `a== b` needs one more word, `a ==b` and `a==b` are complete.
            Some(at) if at + 2 == units.len() => words + 1,
            Some(_) => words,
            None => 3,
        }
    }

    /// A word of a condition: `=` is no delimiter in it.
    fn condition_word(&self) -> Range {
        let is_end = |unit: &&Unit| {
            (unit.is_delimiter() && unit.c != '=')
                || ['&', '|', '<', '>', '(', ')', '\n'].iter().any(|c| unit.is_live(*c))
        };
        let length =
            slice(self.flat, self.at, self.flat.len()).iter().take_while(|unit| !is_end(unit));
        Range { from: self.at, to: self.at + length.count() }
    }

    /// The body of an `if`: a block alone where an `else` may follow, else all the rest.
    fn sequence_of_if(&mut self, is_block: bool) -> Vec<Link> {
        let from = self.at;
        self.skip_delimiters();
        let opens = self.is_live(self.at, '(');
        self.at = from;
        if !opens || !self.budget.enter() {
            return self.sequence(is_block);
        }
        let node = self.command_before_else(from);
        self.budget.leave();
        let is_else = {
            let at = self.at;
            self.skip_delimiters();
            let word = self.word(self.at);
            let key = self.key(word);
            self.at = at;
            key == "else"
        };
        if is_else {
            let sign = Range { from, to: from };
            return vec![Link { operator: Operator::First, sign, node }];
        }
        self.at = from;
        self.sequence(is_block)
    }

    /// `( … )` without what follows it.
    fn command_before_else(&mut self, start: usize) -> Node {
        self.skip_delimiters();
        self.at += 1;
        let open = self.range_from(start);
        let body = self.sequence(true);
        let from = self.at;
        if self.is_live(self.at, ')') {
            self.at += 1;
        }
        Node::Block { open, body, close: self.range_from(from) }
    }
}
