//! How the text of a code block is broken and cut. Nothing is painted here.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::text::LayoutJob;
use eframe::egui::{Galley, Painter, TextFormat};

use super::elide::capacity;
use super::spans::{self, Span};

/// Characters an open block shows; the rest is reached by copying.
const MOST: usize = 40_000;
const DOTS: &str = "…";

/// Text of a code block, and what it needs to be laid out.
pub(super) struct CodeText<'a> {
    pub(super) painter: &'a Painter,
    pub(super) shown: &'a str,
    pub(super) spans: &'a [Span],
    pub(super) format: TextFormat,
    /// Room for the text, in points.
    pub(super) width: f32,
}

/// The text laid out, and whether anything of it is left out.
pub(super) struct CodeGalley {
    pub(super) galley: Arc<Galley>,
    pub(super) is_cut: bool,
}

impl CodeText<'_> {
    fn galley(&self, range: Range<usize>, dots: bool) -> Arc<Galley> {
        let mut job = LayoutJob::default();
        job.wrap.max_width = self.width;
        job.wrap.break_anywhere = true;
        if range.is_empty() && !dots {
            job.append("", 0.0, self.format.clone());
        }
        spans::append(&mut job, self.shown, range, &self.format, self.spans);
        if dots {
            job.append(DOTS, 0.0, self.format.clone());
        }
        self.painter.layout_job(job)
    }

    fn prefix(&self, characters: usize) -> Range<usize> {
        let end = self.shown.char_indices().nth(characters);
        0..end.map_or(self.shown.len(), |(end, _)| end)
    }

    /// All of it, up to what a block can hold.
    pub(super) fn open(&self) -> CodeGalley {
        let range = self.prefix(MOST);
        let is_cut = range.end < self.shown.len();
        CodeGalley { galley: self.galley(range, is_cut), is_cut }
    }

    /// At most `rows` lines, the last with room for `link` points behind the dots.
    pub(super) fn folded(&self, rows: usize, link: f32) -> CodeGalley {
        let size = self.format.font_id.size;
        let per_row = capacity(self.width, size);
        let prefix = self.prefix(per_row.saturating_mul(rows.saturating_add(1)));
        let is_whole = prefix.end == self.shown.len();
        let galley = self.galley(prefix, false);
        if is_whole && galley.rows.len() <= rows {
            return CodeGalley { galley, is_cut: false };
        }
        let room = self.width - link - size;
        let end = self.end_of_row(&galley, rows, room);
        CodeGalley { galley: self.galley(0..end, true), is_cut: true }
    }

    /// The byte where line `rows` has to end to be at most `room` points wide.
    fn end_of_row(&self, galley: &Galley, rows: usize, room: f32) -> usize {
        let mut characters = 0;
        for (index, row) in galley.rows.iter().take(rows).enumerate() {
            if index + 1 == rows {
                let fits = |glyph: &&_| right_of(glyph) <= room;
                characters += row.glyphs.iter().take_while(fits).count();
            } else {
                characters += row.glyphs.len() + usize::from(row.ends_with_newline);
            }
        }
        self.prefix(characters).end
    }
}

fn right_of(glyph: &eframe::egui::epaint::text::Glyph) -> f32 {
    glyph.pos.x + glyph.advance_width
}
