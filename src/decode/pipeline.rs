//! The loop that applies the tricks until nothing changes or a limit is met.
//!
//! It knows no trick; which there are is said in `trick`. A limit that is met is told in
//! `failed`, never passed over in silence.

use super::powershell::Call;
use super::trick::{Change, Edit, Language, Look, MAX_WORK, Step, TRICKS};
use super::{MAX_LAYERED, MAX_LAYERS, MAX_STEPS};
use crate::model::{Decoding, FailedDecode, Layer, Span};

/// The layers of a text and what failed, and the PowerShell calls in each text: 0 is the input.
pub(super) fn run(text: &str, language: Language<'_>) -> (Decoding, Vec<(usize, Call)>) {
    let mut decoding = Decoding::default();
    let mut calls = Vec::new();
    let mut state = State::new(language);
    loop {
        let text = decoding.last_text().unwrap_or(text);
        let mut look = Look::new(text, state.language);
        look.is_joint = state.is_joint;
        look.work.set(state.work);
        look.finished.clone_from(&state.finished);
        let mut failed = Vec::new();
        let step = TRICKS.iter().find_map(|trick| {
            let found = trick(&look);
            failed.extend(found.failed);
            found.step
        });
        state.work = look.work.get();
        let layer = decoding.layers.len();
        calls.extend(look.calls().all().map(|call| (layer, call.clone())));
        let layer = step.map(|step| state.enter(text, step));
        match layer {
            None => {
                decoding.failed.extend(failed);
                break;
            }
            Some(Err(stop)) => {
                decoding.failed.extend(failed);
                decoding.failed.push(stop);
                break;
            }
            Some(Ok(entered)) => {
                // What lives on is looked at again, and so is what failed in it.
                if entered.is_handed_over {
                    decoding.failed.extend(failed);
                }
                decoding.failed.extend(entered.damage);
                state.language = entered.next;
                decoding.layers.push(entered.layer);
            }
        }
    }
    (decoding, calls)
}

/// What goes from one layer to the next.
struct State<'a> {
    language: Language<'a>,
    is_joint: bool,
    finished: Vec<&'static str>,
    /// Layers that count against [`MAX_LAYERS`].
    nested: usize,
    /// All layers.
    steps: usize,
    /// Work that is left, see [`Look::work`].
    work: usize,
    /// Bytes of all layers.
    size: usize,
}

/// A layer that was made.
struct Entered<'a> {
    layer: Layer,
    next: Language<'a>,
    damage: Option<FailedDecode>,
    is_handed_over: bool,
}

impl<'a> State<'a> {
    fn new(language: Language<'a>) -> Self {
        Self {
            language,
            is_joint: false,
            finished: Vec::new(),
            nested: 0,
            steps: 0,
            work: MAX_WORK,
            size: 0,
        }
    }

    /// Makes the layer of a step, or says which limit forbids it.
    fn enter(&mut self, text: &str, step: Step<'a>) -> Result<Entered<'a>, FailedDecode> {
        let is_handed_over = matches!(step.change, Change::HandOver { .. });
        let (layer_text, span) = match step.change {
            Change::HandOver { text, span } => (text, span),
            Change::Edits(edits) => edited(text, &edits),
        };
        let trick = step.trick;
        if let Some(reason) = self.stop(step.is_nested) {
            return Err(FailedDecode { trick, span, reason });
        }
        self.nested += usize::from(step.is_nested);
        self.steps += 1;
        self.size += layer_text.len();
        self.is_joint = step.is_joint || (self.is_joint && !is_handed_over);
        if is_handed_over {
            self.finished.clear();
        }
        self.finished.extend(step.is_final);
        let layer = Layer { trick, text: layer_text, span, from: step.from };
        Ok(Entered { layer, next: step.next, damage: step.damage, is_handed_over })
    }

    /// Why no further layer is undone, where that is so.
    fn stop(&self, is_nested: bool) -> Option<String> {
        if is_nested && self.nested >= MAX_LAYERS {
            Some(format!("there are more than {MAX_LAYERS} layers: the rest is not decoded"))
        } else if self.steps >= MAX_STEPS {
            Some(format!("there are more than {MAX_STEPS} steps: the rest is not decoded"))
        } else if self.size >= MAX_LAYERED {
            Some("the layers hold more than the limit of 8 MiB: the rest is not decoded".to_owned())
        } else {
            None
        }
    }
}

/// The text with its edits made, and the span from the first edit to the last. An edit that does
/// not fit, or overlaps the one before, is left out.
pub(super) fn edited(text: &str, edits: &[Edit]) -> (String, Span) {
    let mut made = String::with_capacity(text.len());
    let mut span: Option<Span> = None;
    let mut copied = 0;
    for edit in edits {
        let Some(between) = text.get(copied..edit.span.from) else { continue };
        if text.get(edit.span.from..edit.span.to).is_none() {
            continue;
        }
        made.push_str(between);
        made.push_str(&edit.text);
        copied = edit.span.to;
        let from = span.map_or(edit.span.from, |span| span.from);
        span = Some(Span { from, to: copied });
    }
    made.push_str(text.get(copied..).unwrap_or_default());
    (made, span.unwrap_or(Span { from: 0, to: 0 }))
}
