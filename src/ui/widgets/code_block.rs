//! The code block: a command line or a decoded layer, folded to two lines until asked for.
//! It shows text that was logged or decoded; nothing in it is ever run.

use std::ops::Range;

use eframe::egui::text_selection::LabelSelectionState;
use eframe::egui::{
    Align, CursorIcon, Id, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::code_layout::{CodeGalley, CodeText};
use super::paint::{focus_ring, paint_text, text_width};
use super::spans::{Span, SpanKind, spans};
use crate::ui::theme::{font, space, tokens};
use crate::view::visible::{Lines, Visible};

const PADDING: Vec2 = vec2(8.0, 6.0);
/// Characters of the text a screen reader is given at once.
const SPOKEN: usize = 1_000;

/// Text in a block of its own.
#[derive(Clone, Copy, Debug)]
#[must_use = "a code block has to be shown"]
pub struct CodeBlock<'a> {
    name: &'a str,
    text: &'a str,
    marks: &'a [Range<usize>],
    indicators: &'a [Range<usize>],
    lit: &'a [Range<usize>],
    rows: usize,
}

/// What happened to a code block.
#[derive(Debug)]
pub struct CodeBlockResponse {
    /// The whole block; for a context menu.
    pub response: Response,
    /// The indicator under the pointer, by its place in the list given.
    pub hovered_indicator: Option<usize>,
    /// The indicator that was clicked.
    pub clicked_indicator: Option<usize>,
}

impl<'a> CodeBlock<'a> {
    /// A block of two lines; `name` says what it holds and tells blocks of one panel apart.
    pub const fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text, marks: &[], indicators: &[], lit: &[], rows: 2 }
    }

    /// Byte ranges that the next layer read.
    pub const fn marks(mut self, marks: &'a [Range<usize>]) -> Self {
        self.marks = marks;
        self
    }

    /// Byte ranges of addresses, hosts, paths.
    pub const fn indicators(mut self, indicators: &'a [Range<usize>]) -> Self {
        self.indicators = indicators;
        self
    }

    /// Byte ranges that something under the pointer rests on.
    pub const fn lit(mut self, lit: &'a [Range<usize>]) -> Self {
        self.lit = lit;
        self
    }

    /// Folded to another number of lines; `usize::MAX` never folds.
    pub const fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Shows the block over the available width. Whether it is open is remembered by its name and
    /// length, so that another process starts folded.
    pub fn show(self, ui: &mut Ui) -> CodeBlockResponse {
        let tokens = tokens(ui);
        let id = ui.scope_id().with((self.name, self.text.len()));
        let is_open = ui.data(|data| data.get_temp(id).unwrap_or(false));
        let visible = Visible::new(self.text, Lines::Kept);
        let all: Vec<Span> = spans(&visible, self.marks, SpanKind::Background(tokens.medium.chip))
            .chain(spans(&visible, self.lit, SpanKind::Background(tokens.select)))
            .chain(spans(&visible, self.indicators, SpanKind::Underlined(tokens.network)))
            .collect();
        let more = format!("show all {}", grouped(self.text.chars().count()));
        let link_gap = text_width(ui.painter(), " ", font::MONO_CODE);
        let link_width = text_width(ui.painter(), &more, font::MONO_CODE);
        let code = CodeText {
            painter: ui.painter(),
            shown: &visible.text,
            spans: &all,
            format: font::MONO_CODE.format(tokens.text),
            width: ui.available_width() - 2.0 * PADDING.x,
        };
        let laid =
            if is_open { code.open() } else { code.folded(self.rows, link_gap + link_width) };
        let mut size = vec2(ui.available_width(), laid.galley.size().y + 2.0 * PADDING.y);
        if is_open {
            size.y += font::MONO_CODE.line;
        }
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        self.name_it(&response);
        ui.painter().rect_filled(rect, space::RADIUS_CHIP, tokens.code);

        let origin = rect.min + PADDING;
        let hovered = self.indicator_at(&visible, &laid, &response, origin.to_vec2());
        let galley = laid.galley.clone();
        LabelSelectionState::label_text_selection(
            ui,
            &response,
            origin,
            galley,
            tokens.text,
            Stroke::NONE,
        );
        if is_open {
            let y = rect.bottom() - PADDING.y - font::MONO_CODE.line / 2.0;
            let words = if laid.is_cut { "show less (copying has all of it)" } else { "show less" };
            fold_link(ui, id, pos2(origin.x, y), words, false);
        } else if laid.is_cut
            && let Some(row) = laid.galley.rows.last()
        {
            let row = row.rect().translate(origin.to_vec2());
            fold_link(ui, id, pos2(row.right() + link_gap, row.center().y), &more, true);
        }
        let response = if hovered.is_some() {
            response.on_hover_cursor(CursorIcon::PointingHand)
        } else {
            response
        };
        let clicked_indicator = hovered.filter(|_| response.clicked());
        CodeBlockResponse { response, hovered_indicator: hovered, clicked_indicator }
    }

    fn name_it(&self, response: &Response) {
        let end = self.text.char_indices().nth(SPOKEN).map_or(self.text.len(), |(end, _)| end);
        let text = self.text.get(..end).unwrap_or_default();
        let label = format!("{}: {}", self.name, Visible::new(text, Lines::Kept).text);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
    }

    /// The indicator under the pointer.
    fn indicator_at(
        &self,
        visible: &Visible<'_>,
        laid: &CodeGalley,
        response: &Response,
        origin: Vec2,
    ) -> Option<usize> {
        let at = response.hover_pos()? - origin;
        let on_text = laid.galley.rows.iter().any(|row| row.rect().contains(at));
        let character = usize::from(laid.galley.cursor_from_pos(at.to_vec2()).index);
        let (byte, _) = visible.text.char_indices().nth(character)?;
        let is_there = |range: &Range<usize>| visible.range(range).contains(&byte);
        self.indicators.iter().position(is_there).filter(|_| on_text)
    }
}

/// The link that opens or folds the block.
fn fold_link(ui: &Ui, block: Id, left_center: eframe::egui::Pos2, words: &str, opens: bool) {
    let tokens = tokens(ui);
    let face = font::MONO_CODE;
    let size = vec2(text_width(ui.painter(), words, face), face.line);
    let rect = Rect::from_min_size(left_center - vec2(0.0, size.y / 2.0), size);
    let response = ui.interact(rect, block.with("fold"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, words));
    paint_text(ui.painter(), left_center, Align::Min, words, face, tokens.accent);
    if response.has_focus() {
        focus_ring(ui, rect, space::RADIUS_CHIP);
    }
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        ui.data_mut(|data| data.insert_temp(block, opens));
    }
}

/// A count with its thousands set apart: 1,411.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
