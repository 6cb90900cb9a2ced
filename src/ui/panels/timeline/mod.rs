//! Steps, processes and what is around them over time. Only rows and ticks in sight are drawn.

mod around;
mod bar;
mod glyph;
mod keys;
mod lanes;
mod ruler;
mod steps;

use eframe::egui::{
    Align, Id, IdSalt, Painter, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo,
    pos2, scroll_area, vec2,
};

use crate::ui::context::Context;
use crate::ui::panels::hatch;
use crate::ui::request::Requests;
use crate::ui::theme::{font, space};
use crate::ui::widgets::{self, paint_text, text_width};
use crate::view::timeline::{LaneLine, Moment, Timeline, Window};

/// The column with names.
const LABEL: f32 = 236.0;

/// What the panel remembers between frames.
#[derive(Debug)]
pub struct TimelineState {
    /// What is looked at; `None` until it was zoomed or moved: what fits.
    window: Option<Window>,
    /// The timeline that [`Self::window`] was chosen in.
    bounds: Option<Window>,
    /// Whether the Zoom chain's processes are shown.
    has_chain: bool,
    /// Whether all others are shown; `None` until chosen: where there is no chain.
    has_others: Option<bool>,
    /// Whether holes are hatched.
    has_holes: bool,
    /// Where a drag on the scale began.
    brush: Option<Moment>,
    /// The last reveal that was scrolled to.
    revealed: u64,
}

impl Default for TimelineState {
    fn default() -> Self {
        Self {
            window: None,
            bounds: None,
            has_chain: true,
            has_others: None,
            has_holes: true,
            brush: None,
            revealed: 0,
        }
    }
}

/// The id by which the panel holds the keyboard focus.
pub fn focus_id() -> Id {
    Id::unique("timeline")
}

/// One block of rows under a header.
struct Block<'a> {
    title: String,
    rows: Rows<'a>,
    /// Where its header begins, from the top of all blocks.
    top: f32,
}

enum Rows<'a> {
    Steps,
    Lanes(&'a [LaneLine], bool),
    Around,
}

impl Block<'_> {
    fn count(&self, view: &Timeline) -> usize {
        match self.rows {
            Rows::Steps => view.steps.len(),
            Rows::Lanes(lines, _) => lines.len(),
            Rows::Around => view.around.len(),
        }
    }

    const fn row_height(&self) -> f32 {
        match self.rows {
            Rows::Steps => space::ROW_ANSWER,
            Rows::Lanes(..) | Rows::Around => space::ROW,
        }
    }
}

/// What painting needs to know.
#[derive(Clone, Copy)]
struct Frame<'a> {
    cx: &'a Context<'a>,
    view: &'a Timeline,
    window: Window,
    /// The part with the plot, from its left to its right edge over all rows in sight.
    plot: Rect,
    has_focus: bool,
}

impl Frame<'_> {
    /// Where a moment is, in points; far away it is only told on which side.
    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
    fn x(&self, at: Moment) -> f32 {
        let part = self.window.part(at).clamp(-10.0, 11.0) as f32;
        self.plot.left() + part * self.plot.width()
    }

    /// The moment at a place.
    fn moment(&self, x: f32) -> Moment {
        let part = (x - self.plot.left()) / self.plot.width().max(1.0);
        self.window.at(f64::from(part))
    }
}

/// Draws the panel.
pub fn timeline_ui(ui: &mut Ui, cx: &Context<'_>, state: &mut TimelineState, out: &mut Requests) {
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let Some(view) = &cx.views.timeline else {
        empty_ui(ui, cx);
        return;
    };
    if state.bounds.is_some_and(|bounds| bounds != view.bounds) {
        state.window = None;
    }
    state.bounds = Some(view.bounds);
    let has_others = state.has_others.unwrap_or(view.chain.is_empty());
    let window = state.window.unwrap_or(view.fit);
    bar::bar_ui(ui, cx, state, view, window);
    let window = state.window.unwrap_or(window);
    let area = ui.available_rect_before_wrap();
    let has_focus = ui.memory(|memory| memory.has_focus(focus_id()));
    let bar_width = ui.spacing().scroll.allocated_width();
    let right = area.right() - bar_width.max(space::M);
    let plot =
        Rect::from_min_max(pos2(area.left() + LABEL, area.top()), pos2(right, area.bottom()));
    let frame = Frame { cx, view, window, plot, has_focus };
    ruler::ruler_ui(ui, &frame, state, out);
    let blocks = blocks(state, view, has_others);
    let order: Vec<&[LaneLine]> = blocks
        .iter()
        .filter_map(|block| match block.rows {
            Rows::Lanes(lines, _) => Some(lines),
            Rows::Steps | Rows::Around => None,
        })
        .collect();
    if has_focus {
        keys::handle(ui, &frame, state, &order, out);
    }
    let frame = Frame { window: state.window.unwrap_or(window), ..frame };
    rows_ui(ui, &frame, state, &blocks, out);
}

fn blocks<'a>(state: &TimelineState, view: &'a Timeline, has_others: bool) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let mut add = |title: String, rows| blocks.push(Block { title, rows, top: 0.0 });
    if !view.steps.is_empty() && state.has_chain {
        add("Attack chain".to_owned(), Rows::Steps);
    }
    if !view.chain.is_empty() && state.has_chain {
        add("Processes in the Zoom chain".to_owned(), Rows::Lanes(&view.chain, true));
    }
    if has_others {
        let other = if view.chain.is_empty() { "Processes" } else { "Other processes" };
        add(format!("{other} on {}", view.host), Rows::Lanes(&view.others, view.chain.is_empty()));
    }
    add(format!("Around it on {}", view.host), Rows::Around);
    let mut top = 0.0;
    for block in &mut blocks {
        block.top = top;
        top += space::ROW + block.count(view) as f32 * block.row_height();
    }
    blocks
}

fn rows_ui(
    ui: &mut Ui,
    frame: &Frame<'_>,
    state: &mut TimelineState,
    blocks: &[Block<'_>],
    out: &mut Requests,
) {
    let visible = ui.available_rect_before_wrap();
    let height = blocks.last().map_or(0.0, |last| {
        last.top + space::ROW + last.count(frame.view) as f32 * last.row_height()
    });
    let plot = Rect::from_x_y_ranges(frame.plot.x_range(), visible.y_range());
    let frame = &Frame { plot, ..*frame };
    move_by_pointer(ui, frame, state, plot, height > visible.height());
    background(&ui.painter().with_clip_rect(plot), frame, state);
    let mut area = ScrollArea::vertical().id_salt("timeline rows").auto_shrink(false);
    if state.revealed != frame.cx.session.reveals() {
        state.revealed = frame.cx.session.reveals();
        if let Some(top) = selected_top(frame, blocks) {
            let id = ui.make_persistent_id(IdSalt::new("timeline rows"));
            let known = scroll_area::State::load(ui, id).unwrap_or_default();
            let now = known.clamped_offset().y;
            if top < now || top + space::ROW > now + visible.height() {
                area = area.vertical_scroll_offset((top - visible.height() / 2.0).max(0.0));
            }
        }
        show_selected_time(frame, state);
    }
    area.show_viewport(ui, |ui, sight| {
        ui.set_height(height);
        let id = focus_id();
        let focus = ui.interact(ui.clip_rect(), id, Sense::focusable_noninteractive());
        focus.widget_info(|| WidgetInfo::labeled(Role::List, true, "Timeline"));
        let builder = UiBuilder::new().accessibility_parent(id).accessibility_role(Role::Group);
        ui.scope_builder(builder, |ui| {
            for block in blocks {
                let top = visible.top() + block.top - sight.min.y;
                block_ui(ui, frame, block, top, out);
            }
        });
    });
}

fn block_ui(ui: &Ui, frame: &Frame<'_>, block: &Block<'_>, top: f32, out: &mut Requests) {
    let clip = ui.clip_rect();
    let width = clip.left()..=frame.plot.right();
    let header = Rect::from_x_y_ranges(width, top..=top + space::ROW);
    if header.intersects(clip) {
        header_ui(ui, frame, block, header);
    }
    let first = header.bottom();
    let height = block.row_height();
    let (above, below) = (clip.top() - first, clip.bottom() - first);
    for at in widgets::rows_in_sight(above, below, height, block.count(frame.view)) {
        let top = first + at as f32 * height;
        let row = Rect::from_x_y_ranges(header.x_range(), top..=top + height);
        match block.rows {
            Rows::Steps => steps::row_ui(ui, frame, row, at, out),
            Rows::Lanes(lines, _) => {
                if let Some(line) = lines.get(at) {
                    lanes::row_ui(ui, frame, row, line, out);
                }
            }
            Rows::Around => around::row_ui(ui, frame, row, at, out),
        }
    }
}

fn header_ui(ui: &Ui, frame: &Frame<'_>, block: &Block<'_>, rect: Rect) {
    let tokens = frame.cx.tokens;
    let painter = ui.painter();
    painter.rect_filled(rect, 0, tokens.panel);
    let at = pos2(rect.left() + space::M, rect.center().y);
    let title = paint_text(painter, at, Align::Min, &block.title, font::TITLE, tokens.text);
    let end = pos2(rect.right() - space::XS, rect.center().y);
    match block.rows {
        Rows::Steps => {
            let words = "Bars run from the first to the last record of a step";
            if title.right() + text_width(painter, words, font::SMALL) < end.x - space::L {
                paint_text(painter, end, Align::Max, words, font::SMALL, tokens.text3);
            }
        }
        Rows::Lanes(_, true) => glyph::legend(painter, title.right() + space::L, end, tokens),
        Rows::Lanes(_, false) | Rows::Around => {}
    }
}

/// Lines of the scale, holes and the time that everything is limited to, behind all rows.
fn background(painter: &Painter, frame: &Frame<'_>, state: &TimelineState) {
    let tokens = frame.cx.tokens;
    let plot = frame.plot;
    for (at, _) in ruler::marks(frame) {
        let x = frame.x(at).round() + 0.5;
        painter.vline(x, plot.y_range(), (space::STROKE, tokens.line));
    }
    if let Some(range) = frame.cx.session.time_range() {
        let range = Window::of(range);
        let rect = Rect::from_x_y_ranges(frame.x(range.from)..=frame.x(range.to), plot.y_range());
        painter.rect_filled(rect, 0, tokens.select.gamma_multiply(0.35));
    }
    if !state.has_holes {
        return;
    }
    for hole in &frame.view.holes {
        let (left, right) = (frame.x(hole.from), frame.x(hole.to));
        let rect = Rect::from_x_y_ranges(left..=right.max(left + 3.0), plot.y_range());
        if !rect.intersects(plot) {
            continue;
        }
        let seen = rect.intersect(plot);
        hatch::paint(painter, seen, (1.5, tokens.hatch.gamma_multiply(0.35)), 6.0);
        painter.vline(rect.right(), plot.y_range(), (space::STROKE, tokens.line_strong));
        painter.vline(rect.left(), plot.y_range(), (space::STROKE, tokens.line_strong));
    }
}

/// Names the holes in the scale's row: there nothing covers the words.
fn hole_names(painter: &Painter, frame: &Frame<'_>, row: Rect) {
    let tokens = frame.cx.tokens;
    for hole in &frame.view.holes {
        let from = frame.x(hole.from).max(row.left());
        let to = frame.x(hole.to).min(row.right());
        let long = format!("{} {}", hole.words, hole.when);
        for words in [long.as_str(), hole.words.as_str()] {
            let width = text_width(painter, words, font::CHIP);
            if width + 12.0 < to - from {
                let center = pos2(f32::midpoint(from, to), row.center().y);
                let label = Rect::from_center_size(center, vec2(width + 12.0, 16.0));
                painter.rect_filled(label, 2, tokens.medium.chip);
                let color = tokens.medium.text;
                paint_text(painter, center, Align::Center, words, font::CHIP, color);
                break;
            }
        }
    }
}

/// Drag moves; the wheel zooms with Ctrl, or where there is nothing to scroll.
fn move_by_pointer(
    ui: &Ui,
    frame: &Frame<'_>,
    state: &mut TimelineState,
    plot: Rect,
    can_scroll: bool,
) {
    let response = ui.interact(plot, focus_id().with("plot"), Sense::drag());
    let bounds = frame.view.bounds;
    let secs_a_point = frame.window.secs() / f64::from(plot.width().max(1.0));
    if response.dragged() {
        let delta = f64::from(response.drag_delta().x);
        state.window = Some(frame.window.moved(-delta * secs_a_point, bounds));
    }
    let Some(pointer) = ui.input(|input| input.pointer.hover_pos()).filter(|at| plot.contains(*at))
    else {
        return;
    };
    let (zoom, scroll) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
    let at = frame.moment(pointer.x);
    if (zoom - 1.0).abs() > f32::EPSILON {
        state.window = Some(frame.window.zoomed(1.0 / f64::from(zoom), at, bounds));
    } else if scroll.x != 0.0 {
        let secs = -f64::from(scroll.x) * secs_a_point;
        state.window = Some(frame.window.moved(secs, bounds));
    } else if scroll.y != 0.0 && !can_scroll {
        let factor = (-f64::from(scroll.y) / 200.0).exp();
        state.window = Some(frame.window.zoomed(factor, at, bounds));
    }
}

/// Where the selected process's row begins, from the top of all blocks.
fn selected_top(frame: &Frame<'_>, blocks: &[Block<'_>]) -> Option<f32> {
    let process = frame.cx.session.selection().process()?;
    blocks.iter().find_map(|block| {
        let Rows::Lanes(lines, _) = block.rows else { return None };
        let at = lines.iter().position(|line| line.process == process)?;
        Some(block.top + space::ROW + at as f32 * space::ROW)
    })
}

/// Moves the window where the selected record, or the start of the process, is not in it.
fn show_selected_time(frame: &Frame<'_>, state: &mut TimelineState) {
    let (session, analysis) = (frame.cx.session, frame.cx.analysis());
    let selection = session.selection();
    let of_record = selection.record().and_then(|record| analysis.event(record)?.time);
    let of_process = selection.process().and_then(|at| analysis.tree.process(at)?.start);
    let Some(time) = of_record.or(of_process).map(crate::view::timeline::moment) else { return };
    if !(frame.window.from..=frame.window.to).contains(&time) {
        let secs = time - frame.window.at(0.25);
        state.window = Some(frame.window.moved(secs, frame.view.bounds));
    }
}

fn empty_ui(ui: &mut Ui, cx: &Context<'_>) {
    ui.vertical_centered(|ui| {
        ui.add_space(space::XL * 2.0);
        let words = match cx.session.load() {
            Some(_) => "No records read yet",
            None => "No record in these logs has a time",
        };
        ui.label(eframe::egui::RichText::new(words).color(cx.tokens.text2));
    });
}
