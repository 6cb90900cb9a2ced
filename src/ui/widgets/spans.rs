//! Stretches of a text that are drawn differently: marked, or underlined as an indicator.

use std::ops::Range;

use eframe::egui::text::LayoutJob;
use eframe::egui::{Color32, Stroke, TextFormat};

use crate::ui::theme::space;
use crate::view::visible::Visible;

/// More spans than this are not drawn; they would cost more than anyone can read.
const MOST: usize = 400;

/// How a stretch differs.
#[derive(Clone, Copy, Debug)]
pub(super) enum SpanKind {
    /// Behind the text.
    Background(Color32),
    /// The text itself and a line under it.
    Underlined(Color32),
}

/// A stretch of the shown text, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) range: Range<usize>,
    pub(super) kind: SpanKind,
}

/// Spans for byte ranges of the original text.
pub(super) fn spans<'a>(
    visible: &'a Visible<'_>,
    ranges: &'a [Range<usize>],
    kind: SpanKind,
) -> impl Iterator<Item = Span> + 'a {
    ranges.iter().take(MOST).map(move |range| Span { range: visible.range(range), kind })
}

/// Appends `text[range]` to `job`, each piece as the spans over it say.
pub(super) fn append(
    job: &mut LayoutJob,
    text: &str,
    range: Range<usize>,
    format: &TextFormat,
    spans: &[Span],
) {
    let inside = |at: &usize| range.start < *at && *at < range.end;
    let mut borders: Vec<usize> =
        spans.iter().flat_map(|span| [span.range.start, span.range.end]).filter(inside).collect();
    borders.push(range.end);
    borders.sort_unstable();
    borders.dedup();
    let mut start = range.start;
    for end in borders {
        let Some(piece) = text.get(start..end) else { continue };
        let mut format = format.clone();
        for span in spans.iter().filter(|span| span.range.start <= start && end <= span.range.end) {
            match span.kind {
                SpanKind::Background(color) => {
                    format.background = color;
                    format.expand_bg = 0.0;
                }
                SpanKind::Underlined(color) => {
                    format.color = color;
                    format.underline = Stroke::new(space::STROKE, color);
                }
            }
        }
        job.append(piece, 0.0, format);
        start = end;
    }
}
