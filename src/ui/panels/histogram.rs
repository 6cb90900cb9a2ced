//! The strip under the centre: events over time, findings and gaps.

use eframe::egui::{
    Align, CursorIcon, EventFilter, Id, Key, Layout, Modifiers, Painter, Rect, Role, Sense, Shape,
    Ui, WidgetInfo, pos2, vec2,
};

use crate::model::{Severity, TimeRange};
use crate::session::Command;
use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::panels::hatch;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Look, paint_text, piece_of, place, row_focus, text_width, tooltip,
};
use crate::view::histogram::{Histogram, selected_words};
use crate::view::number;

const HEADER: f32 = 32.0;
const AXIS: f32 = 20.0;
const LEFT: f32 = 44.0;
/// An edge of the range is taken hold of within so many points.
const GRIP: f32 = 6.0;
/// Room that a mark needs, in points.
const MARK_WIDTH: f32 = 9.0;

/// What the strip remembers between frames.
#[derive(Debug, Default)]
pub struct HistogramState {
    /// Where a drag began: the edge of a bar that stays where it is.
    brush: Option<usize>,
}

/// Draws the strip; a drag over it limits everything to a time.
pub fn histogram_ui(ui: &mut Ui, cx: &Context<'_>, state: &mut HistogramState, out: &mut Requests) {
    let view = &cx.views.histogram;
    let tokens = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let range = cx.session.time_range();
    let total = match range {
        Some(range) => selected_words(cx.session, range, view.total),
        None => number::counted(view.total, "event", "events"),
    };
    response
        .widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("{}, {total}", view.title)));
    let painter = ui.painter();
    let middle = rect.top() + HEADER / 2.0;
    let at = pos2(rect.left() + space::M, middle);
    let title = paint_text(painter, at, Align::Min, &view.title, font::TITLE, tokens.text);
    let at = pos2(title.right() + space::S, middle);
    paint_text(painter, at, Align::Min, &view.scope, font::SMALL, tokens.text3);
    let so_far = if cx.session.load().is_some() { "So far " } else { "" };
    let mut at = pos2(rect.right() - space::M, middle);
    if range.is_some() {
        let header =
            Rect::from_min_max(rect.min, pos2(rect.right() - space::S, rect.top() + HEADER));
        at.x = clear_ui(ui, header, out) - space::S;
    }
    let painter = ui.painter();
    let words = format!("{so_far}{total}");
    if at.x - text_width(painter, &words, font::SMALL) > title.right() + space::S {
        paint_text(painter, at, Align::Max, &words, font::SMALL, tokens.text2);
    }
    let most = number::grouped(u64::from(view.most));
    let left = (text_width(painter, &most, font::AXIS) + space::M + space::XS).max(LEFT);
    let plot = Rect::from_min_max(
        pos2(rect.left() + left, rect.top() + HEADER + 10.0),
        pos2(rect.right() - space::M, rect.bottom() - AXIS),
    );
    if plot.height() < 12.0 || view.bars.is_empty() {
        return;
    }
    let shown = brush(ui, cx, state, plot, out);
    let painter = ui.painter();
    if let Some((from, to)) = shown {
        let x = |part: f32| plot.left() + part * plot.width();
        let fill = Rect::from_x_y_ranges(x(from)..=x(to), plot.y_range());
        painter.rect_filled(fill, 0, tokens.select);
    }
    bars(painter, cx, plot, view, shown);
    gaps(painter, cx, plot, view);
    if let Some((from, to)) = shown {
        for part in [from, to] {
            let x = plot.left() + part * plot.width();
            painter.vline(x, plot.y_range(), (3.0, tokens.accent));
        }
    }
    marks(painter, cx, plot, view);
    axis(painter, cx, plot, view);
    hover(plot, view, response);
}

/// The button that shows all times again; returns its left edge.
fn clear_ui(ui: &mut Ui, header: Rect, out: &mut Requests) -> f32 {
    place(ui, header, Layout::right_to_left(Align::Center), |ui| {
        let button = Button::new(Look::Ghost, Action::ClearRange.name()).icon(icon::X);
        let response = ui.add(button.small_text());
        if response.clicked() {
            out.act(Action::ClearRange);
        }
        tooltip(response, "Show all times again (Esc)").rect.left()
    })
}

/// Follows the pointer and, with the focus, the arrow keys; returns the limited part: 0 to 1.
fn brush(
    ui: &Ui,
    cx: &Context<'_>,
    state: &mut HistogramState,
    plot: Rect,
    out: &mut Requests,
) -> Option<(f32, f32)> {
    let view = &cx.views.histogram;
    let count = view.bars.len();
    let range = cx.session.time_range();
    let places = range.map(|range| view.places(range));
    let id = Id::unique("histogram");
    let response = ui.interact(plot, id, Sense::click_and_drag());
    let spoken = "Time range; drag, or press Left and Right, with Shift to change its length";
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, spoken));
    let edge = |x: f32| {
        let part = ((x - plot.left()) / plot.width().max(1.0)).clamp(0.0, 1.0);
        piece_of(part + 0.5 / count.max(1) as f32, count + 1).min(count)
    };
    let send = |from: usize, to: usize, out: &mut Requests| {
        out.send(Command::LimitTime(TimeRange::between(view.edge(from), view.edge(to))));
    };
    // The edges as bars, for what is moved.
    let whole = |part: f32| piece_of(part + 0.5 / count.max(1) as f32, count + 1).min(count);
    let now = places.map(|(from, to)| (whole(from), whole(to)));
    if response.drag_started()
        && let Some(at) = ui.input(|input| input.pointer.press_origin())
    {
        let near = |part: f32| (plot.left() + part * plot.width() - at.x).abs() <= GRIP;
        state.brush = Some(match (places, now) {
            (Some((from, _)), Some((_, fixed))) if near(from) => fixed,
            (Some((_, to)), Some((fixed, _))) if near(to) => fixed,
            _ => edge(at.x),
        });
    }
    let mut shown = places;
    if let (Some(from), Some(at)) = (state.brush, response.interact_pointer_pos()) {
        let to = edge(at.x);
        let part = |edge: usize| edge as f32 / count.max(1) as f32;
        shown = Some((part(from.min(to)), part(from.max(to))));
        if response.drag_stopped() {
            state.brush = None;
            send(from, to, out);
        }
    }
    if response.has_focus() {
        row_focus(ui.painter(), plot.expand(2.0), cx.tokens.focus);
        if let Some((from, to)) = moved(ui, id, now, count) {
            send(from, to, out);
        }
    }
    response.on_hover_cursor(CursorIcon::Text);
    shown
}

/// Where Left and Right put the range, in bars; with Shift its end alone.
fn moved(ui: &Ui, id: Id, now: Option<(usize, usize)>, count: usize) -> Option<(usize, usize)> {
    ui.memory_mut(|memory| {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        memory.set_focus_lock_filter(id, filter);
    });
    let pressed = |with: Modifiers, key: Key| ui.input_mut(|input| input.consume_key(with, key));
    let (from, to) = now.unwrap_or((0, 0));
    if pressed(Modifiers::SHIFT, Key::ArrowRight) {
        return Some((from, (to + 1).min(count)));
    }
    if pressed(Modifiers::SHIFT, Key::ArrowLeft) {
        return Some((from, to.saturating_sub(1).max(from + 1)));
    }
    if pressed(Modifiers::NONE, Key::ArrowRight) {
        return Some(if to < count { (from + 1, to + 1) } else { (from, to) });
    }
    if pressed(Modifiers::NONE, Key::ArrowLeft) {
        return Some(if from > 0 { (from - 1, to - 1) } else { (from, to.max(1)) });
    }
    None
}

fn bars(
    painter: &Painter,
    cx: &Context<'_>,
    plot: Rect,
    view: &Histogram,
    shown: Option<(f32, f32)>,
) {
    let count = view.bars.len() as f32;
    let step = plot.width() / count;
    let most = view.most.max(1) as f32;
    for (at, bar) in view.bars.iter().enumerate().filter(|(_, bar)| **bar > 0) {
        let left = plot.left() + at as f32 * step;
        let height = (*bar as f32 / most * plot.height()).max(1.0);
        let rect = Rect::from_min_max(
            pos2(left, plot.bottom() - height),
            pos2((left + step - 1.0).max(left + 1.0), plot.bottom()),
        );
        let middle = (at as f32 + 0.5) / count;
        let color = match shown {
            None => cx.tokens.bar_on.gamma_multiply(0.75),
            Some((from, to)) if (from..to).contains(&middle) => cx.tokens.bar_on,
            Some(_) => cx.tokens.bar,
        };
        painter.rect_filled(rect, 0, color);
    }
    painter.hline(plot.x_range(), plot.bottom() + 0.5, (space::STROKE, cx.tokens.line_strong));
}

fn gaps(painter: &Painter, cx: &Context<'_>, plot: Rect, view: &Histogram) {
    let x = |at: f32| plot.left() + at * plot.width();
    for (from, to, why) in &view.gaps {
        let gap = Rect::from_x_y_ranges(x(*from)..=x(*to).max(x(*from) + 3.0), plot.y_range());
        hatch::paint(painter, gap, (1.5, cx.tokens.hatch.gamma_multiply(0.55)), 6.0);
        let width = text_width(painter, why, font::CHIP);
        if width + 8.0 < gap.width() {
            let label = Rect::from_center_size(gap.center(), vec2(width + 8.0, 16.0));
            painter.rect_filled(label, 2, cx.tokens.panel);
            let color = cx.tokens.text2;
            paint_text(painter, label.center(), Align::Center, why, font::CHIP, color);
        }
    }
}

/// Triangles above the bars. Those that would overlap are one, in the colour of the worst.
fn marks(painter: &Painter, cx: &Context<'_>, plot: Rect, view: &Histogram) {
    let mut marks: Vec<(f32, Severity)> = view
        .marks
        .iter()
        .map(|(at, severity, _)| (plot.left() + at * plot.width(), *severity))
        .collect();
    marks.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mut shown: Vec<(f32, Severity)> = Vec::new();
    for (x, severity) in marks {
        match shown.last_mut() {
            Some((last, worst)) if x - *last < MARK_WIDTH => *worst = (*worst).max(severity),
            _ => shown.push((x, severity)),
        }
    }
    let y = plot.top() - 6.0;
    for (x, severity) in shown {
        let points = vec![pos2(x - 4.0, y - 3.5), pos2(x + 4.0, y - 3.5), pos2(x, y + 3.5)];
        let fill = cx.tokens.severity(severity).fill;
        painter.add(Shape::convex_polygon(points, fill, eframe::egui::Stroke::NONE));
    }
}

fn axis(painter: &Painter, cx: &Context<'_>, plot: Rect, view: &Histogram) {
    let color = cx.tokens.text3;
    let most = number::grouped(u64::from(view.most));
    let left = plot.left() - space::XS;
    paint_text(painter, pos2(left, plot.top() + 5.0), Align::Max, &most, font::AXIS, color);
    paint_text(painter, pos2(left, plot.bottom() - 5.0), Align::Max, "0", font::AXIS, color);
    let y = plot.bottom() + AXIS / 2.0;
    let mut free = plot.left() - 20.0;
    for (at, text) in &view.ticks {
        let width = text_width(painter, text, font::AXIS);
        let x = (plot.left() + at * plot.width())
            .clamp(plot.left() + width / 2.0, plot.right() - width / 2.0);
        if x - width / 2.0 < free {
            continue;
        }
        free = x + width / 2.0 + space::S;
        paint_text(painter, pos2(x, y), Align::Center, text, font::AXIS, color);
    }
}

fn hover(plot: Rect, view: &Histogram, response: eframe::egui::Response) {
    let Some(at) = response.hover_pos().filter(|at| plot.expand(14.0).contains(*at)) else {
        return;
    };
    let part = ((at.x - plot.left()) / plot.width()).clamp(0.0, 1.0);
    let index = piece_of(part, view.bars.len());
    let count = view.bars.get(index).copied().unwrap_or(0);
    let mut words = number::counted(u64::from(count), "event", "events");
    let near = MARK_WIDTH / plot.width();
    for (_, severity, title) in view.marks.iter().filter(|(x, _, _)| (x - part).abs() < near) {
        words.extend(["\n", severity.label(), ": ", title]);
    }
    for (_, _, why) in view.gaps.iter().filter(|(from, to, _)| (*from..=*to).contains(&part)) {
        words.extend(["\n", why]);
    }
    response.on_hover_text_at_pointer(words);
}
