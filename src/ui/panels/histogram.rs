//! The strip under the centre: events over time, findings and gaps.

use eframe::egui::{Align, Painter, Rect, Role, Sense, Shape, Ui, WidgetInfo, pos2, vec2};

use crate::model::Severity;
use crate::ui::context::Context;
use crate::ui::panels::hatch;
use crate::ui::theme::{font, space};
use crate::ui::widgets::{paint_text, piece_of, text_width};
use crate::view::histogram::Histogram;
use crate::view::number;

const HEADER: f32 = 32.0;
const AXIS: f32 = 20.0;
const LEFT: f32 = 44.0;
/// Room that a mark needs, in points.
const MARK_WIDTH: f32 = 9.0;

/// Draws the strip.
pub fn histogram_ui(ui: &mut Ui, cx: &Context<'_>) {
    let view = &cx.views.histogram;
    let tokens = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let total = number::counted(view.total, "event", "events");
    response
        .widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("{}, {total}", view.title)));
    let painter = ui.painter();
    let middle = rect.top() + HEADER / 2.0;
    let at = pos2(rect.left() + space::M, middle);
    let title = paint_text(painter, at, Align::Min, &view.title, font::TITLE, tokens.text);
    let at = pos2(title.right() + space::S, middle);
    paint_text(painter, at, Align::Min, &view.scope, font::SMALL, tokens.text3);
    let so_far = if cx.session.load().is_some() { "So far " } else { "" };
    let at = pos2(rect.right() - space::M, middle);
    let words = format!("{so_far}{total}");
    paint_text(painter, at, Align::Max, &words, font::SMALL, tokens.text2);
    let most = number::grouped(u64::from(view.most));
    let left = (text_width(painter, &most, font::AXIS) + space::M + space::XS).max(LEFT);
    let plot = Rect::from_min_max(
        pos2(rect.left() + left, rect.top() + HEADER + 10.0),
        pos2(rect.right() - space::M, rect.bottom() - AXIS),
    );
    if plot.height() < 12.0 || view.bars.is_empty() {
        return;
    }
    bars(painter, cx, plot, view);
    gaps(painter, cx, plot, view);
    marks(painter, cx, plot, view);
    axis(painter, cx, plot, view);
    hover(plot, view, response);
}

fn bars(painter: &Painter, cx: &Context<'_>, plot: Rect, view: &Histogram) {
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
        painter.rect_filled(rect, 0, cx.tokens.bar_on.gamma_multiply(0.75));
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
