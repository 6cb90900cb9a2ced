//! One line of text that is cut where it hurts least when the room is short.
//! Text that may take more lines is a code block's or a label's.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::text::LayoutJob;
use eframe::egui::{Color32, Galley, Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use super::paint::paint_line;
use super::spans::{self, Span, SpanKind};
use super::tooltip::tooltip;
use crate::ui::theme::font::Face;
use crate::view::visible::{Lines, Visible};

const DOTS: &str = "…";

/// Where a text that is too long is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elide {
    /// The end: names, commands.
    Right,
    /// The start: paths.
    Left,
    /// The middle: hashes, keys.
    Middle,
    /// Whatever is far from these bytes: the matched part of a value.
    Around(Range<usize>),
}

/// One line of text, with marks behind parts of it.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    text: &'a str,
    face: Face,
    color: Color32,
    elide: Elide,
    marks: &'a [Range<usize>],
    mark_color: Color32,
}

impl<'a> Run<'a> {
    /// A line that is cut at its end.
    pub const fn new(text: &'a str, face: Face, color: Color32) -> Self {
        let mark_color = Color32::TRANSPARENT;
        Self { text, face, color, elide: Elide::Right, marks: &[], mark_color }
    }

    /// Cut elsewhere.
    #[must_use]
    pub fn elide(mut self, elide: Elide) -> Self {
        self.elide = elide;
        self
    }

    /// With `color` behind these byte ranges.
    #[must_use]
    pub const fn marks(mut self, marks: &'a [Range<usize>], color: Color32) -> Self {
        self.marks = marks;
        self.mark_color = color;
        self
    }
}

/// What of the shown text is drawn: up to two parts, with dots where something is left out.
#[derive(Debug)]
struct Parts {
    dots_before: bool,
    first: Range<usize>,
    dots_between: bool,
    second: Range<usize>,
    dots_after: bool,
}

impl Parts {
    /// One part, nothing left out.
    const fn whole(first: Range<usize>) -> Self {
        let (dots_before, dots_between, dots_after) = (false, false, false);
        Self { dots_before, first, dots_between, second: 0..0, dots_after }
    }
}

/// Paints `run` at the left of `rect`, on the middle row of it; says where, and whether it was cut.
pub fn paint_elided_run(painter: &Painter, rect: Rect, run: &Run<'_>) -> (Rect, bool) {
    let (galley, elided) = layout(painter, rect.width(), run);
    (paint_line(painter, rect.left(), rect.center().y, galley, run.face), elided)
}

/// Paints `text` at the left of `rect`, cut at its end; says where, and whether it was cut.
pub fn paint_elided(
    painter: &Painter,
    rect: Rect,
    text: &str,
    face: Face,
    color: Color32,
) -> (Rect, bool) {
    paint_elided_run(painter, rect, &Run::new(text, face, color))
}

/// A line of at most the available width; the whole text on hover if it was cut.
pub fn elided_label(ui: &mut Ui, run: &Run<'_>) -> Response {
    let (galley, elided) = layout(ui.painter(), ui.available_width(), run);
    let size = vec2(galley.size().x, run.face.line);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, run.text));
    paint_line(ui.painter(), rect.left(), rect.center().y, galley, run.face);
    if elided { tooltip(response, run.text) } else { response }
}

/// Characters that could at most stand in `width` points of text of `size` points; text beyond
/// them is never looked at.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what fits on any screen"
)]
pub(super) fn capacity(width: f32, size: f32) -> usize {
    // No letter is narrower than a fifth of its size; 16 for the dots and for marks without width.
    (width / (size.max(1.0) * 0.2)).ceil().clamp(0.0, 40_000.0) as usize + 16
}

fn layout(painter: &Painter, width: f32, run: &Run<'_>) -> (Arc<Galley>, bool) {
    let most = capacity(width, run.face.size);
    // The usual case must not read a long text to its end.
    let text = match (&run.elide, run.text.char_indices().nth(most)) {
        (Elide::Right, Some((end, _))) => run.text.get(..end).unwrap_or_default(),
        _ => run.text,
    };
    let is_cut = text.len() < run.text.len();
    let visible = Visible::new(text, Lines::Escaped);
    let spans: Vec<Span> =
        spans::spans(&visible, run.marks, SpanKind::Background(run.mark_color)).collect();
    let shown: &str = &visible.text;
    let fit = Fit { painter, face: run.face, width, most, shown };
    let parts = match &run.elide {
        Elide::Right => fit.right(is_cut),
        Elide::Left => fit.left(),
        Elide::Middle => fit.middle(),
        Elide::Around(range) => fit.around(&visible.range(range)),
    };
    let format = run.face.format(run.color);
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    for (dots, range) in [(parts.dots_before, parts.first), (parts.dots_between, parts.second)] {
        if dots {
            job.append(DOTS, 0.0, format.clone());
        }
        if !range.is_empty() {
            spans::append(&mut job, shown, range, &format, &spans);
        }
    }
    if parts.dots_after {
        job.append(DOTS, 0.0, format);
    }
    let elided = parts.dots_before || parts.dots_between || parts.dots_after;
    (painter.layout_job(job), elided)
}

/// Finds what of `shown` fits into `width`.
struct Fit<'a> {
    painter: &'a Painter,
    face: Face,
    width: f32,
    most: usize,
    shown: &'a str,
}

impl Fit<'_> {
    /// For each character of a part: its end in bytes and in points from the part's left.
    fn ends(&self, range: &Range<usize>) -> Vec<(usize, f32)> {
        let text = self.shown.get(range.clone()).unwrap_or_default();
        let mut job = LayoutJob::single_section(text.to_owned(), self.face.format(Color32::WHITE));
        job.wrap.max_width = f32::INFINITY;
        let galley = self.painter.layout_job(job);
        let glyphs = galley.rows.first().map(|row| row.glyphs.as_slice()).unwrap_or_default();
        text.char_indices()
            .zip(glyphs)
            .map(|((at, character), glyph)| {
                (range.start + at + character.len_utf8(), glyph.pos.x + glyph.advance_width)
            })
            .collect()
    }

    fn dots(&self) -> f32 {
        super::paint::text_width(self.painter, DOTS, self.face)
    }

    /// The first `most` characters from `start` on.
    fn ahead(&self, start: usize) -> Range<usize> {
        let rest = self.shown.get(start..).unwrap_or_default();
        let end = rest.char_indices().nth(self.most).map_or(rest.len(), |(end, _)| end);
        start..start + end
    }

    /// The last `most` characters.
    fn behind(&self) -> Range<usize> {
        let start = self.shown.char_indices().rev().nth(self.most).map_or(0, |(start, _)| start);
        start..self.shown.len()
    }

    /// As much from the start of `range` as `width` takes, and its own width.
    fn head(&self, range: &Range<usize>, width: f32) -> (Range<usize>, f32) {
        let ends = self.ends(range);
        let fits = ends.iter().take_while(|(_, right)| *right <= width).last();
        fits.map_or((range.start..range.start, 0.0), |&(end, right)| (range.start..end, right))
    }

    /// As much from the end of `range` as `width` takes.
    fn tail(&self, range: &Range<usize>, width: f32) -> Range<usize> {
        let ends = self.ends(range);
        let total = ends.last().map_or(0.0, |(_, right)| *right);
        if total <= width {
            return range.clone();
        }
        let cut = ends.iter().find(|(_, right)| total - right <= width);
        cut.map_or(range.end, |(end, _)| *end)..range.end
    }

    fn whole(&self) -> Option<Parts> {
        let ahead = self.ahead(0);
        let fits = ahead.end == self.shown.len()
            && self.ends(&ahead).last().is_none_or(|(_, right)| *right <= self.width + 0.01);
        fits.then(|| Parts::whole(ahead))
    }

    fn right(&self, is_cut: bool) -> Parts {
        self.whole().filter(|_| !is_cut).unwrap_or_else(|| {
            let (head, _) = self.head(&self.ahead(0), self.width - self.dots());
            Parts { dots_after: true, ..Parts::whole(head) }
        })
    }

    fn left(&self) -> Parts {
        self.whole().unwrap_or_else(|| {
            let tail = self.tail(&self.behind(), self.width - self.dots());
            Parts { dots_before: true, ..Parts::whole(tail) }
        })
    }

    fn middle(&self) -> Parts {
        self.whole().unwrap_or_else(|| {
            let room = (self.width - self.dots()).max(0.0);
            let (first, width) = self.head(&self.ahead(0), room / 2.0);
            let second = self.tail(&self.behind(), room - width);
            Parts { dots_between: true, second, ..Parts::whole(first) }
        })
    }

    fn around(&self, keep: &Range<usize>) -> Parts {
        if let Some(whole) = self.whole() {
            return whole;
        }
        let left = self.left();
        if left.first.start <= keep.start {
            return left;
        }
        let right = self.right(false);
        if right.first.end >= keep.end {
            return right;
        }
        let (first, _) = self.head(&self.ahead(keep.start), self.width - 2.0 * self.dots());
        let dots_after = first.end < self.shown.len();
        Parts { dots_before: first.start > 0, dots_after, ..Parts::whole(first) }
    }
}
