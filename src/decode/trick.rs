//! What a trick is: what it is shown, what it may answer, and the list of all tricks.
//!
//! Not the loop that applies them: that is `pipeline`. **To add a trick**, write a file with a
//! function of type [`Trick`] and put it into [`TRICKS`]; its rows go into the tables of
//! `tests/core/decode/`, hits and near misses. The function
//! - gets a [`Look`]: the text, how it is read, and PowerShell's calls in it;
//! - answers quickly with nothing on a text without its sign (most lines), since every trick sees
//!   every text;
//! - undoes all it can see at once, as edits of one step, or hands over the whole text that an
//!   interpreter receives;
//! - reports in `failed` what is encoded for sure and cannot be undone, with place and reason;
//! - is pure, bounded in steps and memory, and finds nothing to do in the text it has made.

use super::calls::Calls;
use super::{Command, carrier, cmd, payload, powershell, script};
use crate::model::{FailedDecode, Span};
use std::cell::{Cell, OnceCell};

/// Looks at a text and says what to undo.
pub(super) type Trick = for<'t, 'a> fn(&Look<'t, 'a>) -> Found<'a>;

/// All tricks, in the order they are tried; the first with a step makes the next layer.
///
/// What stands around a text goes before what stands in it: carets are read before PowerShell
/// sees a word, strings are put together before base64 is looked for in them.
pub(super) const TRICKS: &[Trick] =
    &[cmd::undo, powershell::undo_arguments, carrier::undo, script::undo, payload::undo];

/// The work that tricks may do on one line, in steps of a few nanoseconds: a line that needs it
/// all ends in under 50 ms in a release build.
pub(super) const MAX_WORK: usize = 1_500_000;

/// How a text is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Language<'a> {
    /// The line that started a process: its program is told by the first word, else by what is
    /// known of the image. A command's `text` is the input, not the text of the look.
    Process(Command<'a>),
    /// PowerShell text, as `-Command` or `Invoke-Expression` receives it.
    PowerShell,
    /// What `cmd.exe` runs: the text behind `/c`, or a line of a batch file.
    #[expect(dead_code, reason = "made by the tricks of carriers")]
    Cmd,
    /// Text of something else, such as `VBScript`.
    Other,
}

/// What a trick is shown. `'t` is the text's life, `'a` that of the command that was asked about.
#[derive(Debug)]
pub(super) struct Look<'t, 'a> {
    /// The text, the input or the last layer.
    pub(super) text: &'t str,
    /// How it is read.
    pub(super) language: Language<'a>,
    /// Whether the text holds what was decoded beside what is not yet, so that none of it may go:
    /// edits only, no handing over of a part.
    pub(super) is_joint: bool,
    /// The names of tricks that are done with this text for good, see [`Step::is_final`].
    pub(super) finished: Vec<&'static str>,
    /// The work that is left for tricks that count theirs, for all layers of a line together.
    pub(super) work: Cell<usize>,
    calls: OnceCell<Calls>,
}

impl<'t, 'a> Look<'t, 'a> {
    /// A look at a text.
    pub(super) fn new(text: &'t str, language: Language<'a>) -> Self {
        Self {
            text,
            language,
            is_joint: false,
            finished: Vec::new(),
            work: Cell::new(MAX_WORK),
            calls: OnceCell::new(),
        }
    }

    /// The calls of PowerShell that the text is and holds; searched once for all tricks.
    pub(super) fn calls(&self) -> &Calls {
        self.calls.get_or_init(|| Calls::of(self.text, self.language))
    }

    /// Whether a trick is done with this text.
    pub(super) fn is_finished(&self, trick: &str) -> bool {
        self.finished.contains(&trick)
    }
}

/// What a trick found.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// What looks encoded and could not be decoded; spans are of the look's text.
    pub(super) failed: Vec<FailedDecode>,
    /// The next layer, where there is one.
    pub(super) step: Option<Step<'a>>,
}

/// The way to the next layer.
#[derive(Debug)]
pub(super) struct Step<'a> {
    /// What was undone, in the reader's words: `Carets of cmd.exe`.
    pub(super) trick: String,
    /// Where it stood, in words: `-enc`, `the marked part`.
    pub(super) from: Option<String>,
    /// What becomes of the text.
    pub(super) change: Change,
    /// How the next text is read.
    pub(super) next: Language<'a>,
    /// The part of a payload that could not be read though the rest was.
    pub(super) damage: Option<FailedDecode>,
    /// Whether an encoding or a nested interpreter was undone, which counts against
    /// [`super::MAX_LAYERS`]; rewriting in place counts only against [`super::MAX_STEPS`].
    pub(super) is_nested: bool,
    /// Whether decoded text now stands beside what may be encoded still, see [`Look::is_joint`].
    pub(super) is_joint: bool,
    /// The trick's name, where it must not be applied again to what it made: signs such as `^^`
    /// mean something else the second time. Forgotten when a text is handed over.
    pub(super) is_final: Option<&'static str>,
}

/// What becomes of a text.
#[derive(Debug)]
pub(super) enum Change {
    /// Parts are replaced, the rest lives on. In order, not overlapping, at least one.
    Edits(Vec<Edit>),
    /// The next text is this one alone: what an interpreter receives. The span is where it stood.
    HandOver { text: String, span: Span },
}

/// A part of a text and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// The part.
    pub(super) span: Span,
    /// The new text.
    pub(super) text: String,
}

impl<'a> Step<'a> {
    /// A step that replaces parts and keeps the rest and its language.
    pub(super) fn edits(trick: impl Into<String>, look: &Look<'_, 'a>, edits: Vec<Edit>) -> Self {
        Self {
            trick: trick.into(),
            from: Some("the marked part".to_owned()),
            change: Change::Edits(edits),
            next: look.language,
            damage: None,
            is_nested: false,
            is_joint: false,
            is_final: None,
        }
    }

    /// A step that hands a text over to what reads it next.
    pub(super) fn hand_over(
        trick: impl Into<String>,
        text: String,
        span: Span,
        next: Language<'a>,
    ) -> Self {
        Self {
            trick: trick.into(),
            from: Some("the marked part".to_owned()),
            change: Change::HandOver { text, span },
            next,
            damage: None,
            is_nested: true,
            is_joint: false,
            is_final: None,
        }
    }
}
