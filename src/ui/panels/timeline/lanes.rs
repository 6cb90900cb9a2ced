//! The row of one process: its place in the tree, its life, what it did.

use eframe::egui::{
    Align, Color32, Painter, Pos2, Rect, Response, Role, Sense, Shape as Paint, Stroke, StrokeKind,
    Ui, WidgetInfo, pos2, vec2,
};

use crate::model::{ProcessIndex, RecordIndex};
use crate::session::Command;
use crate::session::events::Doer;
use crate::ui::panels::process_tree::lane_color;
use crate::ui::panels::timeline::{Frame, LABEL, focus_id, glyph, steps};
use crate::ui::request::Requests;
use crate::ui::theme::{Tokens, font, icon, space};
use crate::ui::widgets::{
    Run, menu_item, paint_elided_run, paint_text, piece_of, row_focus, text_width, tooltip,
};
use crate::view::timeline::{
    self as view, Lane, LaneLine, Mark, Tick, lane, moment, ticks, time_of,
};

/// One level of depth in the column of names.
const INDENT: f32 = 14.0;
/// Deeper levels stand no further right.
const DEEPEST: u16 = 8;
/// A tick is met by the pointer within so many points.
const NEAR: f32 = 6.0;

pub(super) fn row_ui(ui: &Ui, frame: &Frame<'_>, rect: Rect, line: &LaneLine, out: &mut Requests) {
    let analysis = frame.cx.analysis();
    let last = frame.view.bounds.to;
    let Some(facts) = lane(frame.cx.session, line.process, last) else { return };
    let response = ui.interact(rect, focus_id().with(line.process), Sense::CLICK);
    let is_selected = frame.cx.session.selection().process() == Some(line.process);
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, is_selected, &facts.spoken));
    if is_selected {
        ui.accesskit_node_builder(focus_id(), |node| {
            node.set_active_descendant(response.id.accesskit_id());
        });
    }
    let tokens = frame.cx.tokens;
    let painter = ui.painter();
    let fill = match (is_selected, frame.has_focus) {
        (true, true) => Some(tokens.select),
        (true, false) => Some(tokens.select_dim),
        (false, _) => response.hovered().then_some(tokens.hover),
    };
    if let Some(fill) = fill {
        painter.rect_filled(rect, 0, fill);
    }
    label(painter, frame, rect, line, &facts);
    let plot = Rect::from_x_y_ranges(frame.plot.x_range(), rect.y_range());
    let clipped = painter.with_clip_rect(plot.intersect(ui.clip_rect()));
    let columns = u32::try_from(piece_of(plot.width() / 10_000.0, 10_000)).unwrap_or(1_000);
    let activity = analysis.tree.process(line.process).map(|process| process.activity.as_slice());
    let ticks = ticks(activity.unwrap_or_default(), frame.window, columns);
    life(&clipped, frame, plot, &facts);
    command(&clipped, frame, plot, &facts, &ticks);
    let marks = frame.view.findings.get(&line.process).map(Vec::as_slice).unwrap_or_default();
    deeds(&clipped, frame, plot, marks, &ticks);
    if is_selected && frame.has_focus {
        row_focus(painter, rect, tokens.focus);
    }
    answer(ui, frame, plot, (line.process, marks, &ticks), response, out);
}

/// Lane bar, guides, name and process id.
fn label(painter: &Painter, frame: &Frame<'_>, rect: Rect, line: &LaneLine, facts: &Lane) {
    let tokens = frame.cx.tokens;
    let stroke = match line.chain {
        Some(worst) => {
            let color = lane_color(tokens, worst);
            let bar = Rect::from_min_size(rect.min, vec2(space::LANE_BAR, rect.height()));
            if line.is_inferred {
                // Somebody on the chain is concluded to have asked for it: no record says so.
                for part in [0.0, 8.0, 16.0] {
                    let dash = Rect::from_min_size(bar.min + vec2(0.0, part + 2.0), vec2(4.0, 4.0));
                    painter.rect_filled(dash, 0, color);
                }
            } else {
                painter.rect_filled(bar, 0, color);
            }
            Stroke::new(space::STROKE_LANE, color)
        }
        None => Stroke::new(space::STROKE, tokens.line_strong),
    };
    let x_of = |depth: u16| rect.left() + space::M + 8.0 + f32::from(depth.min(DEEPEST)) * INDENT;
    let middle = rect.center().y.round();
    for depth in 1..line.depth.min(DEEPEST + 1) {
        if 1u64.checked_shl(u32::from(depth)).is_some_and(|bit| line.guides & bit != 0) {
            painter.vline(x_of(depth - 1) + 4.0, rect.y_range(), stroke);
        }
    }
    if line.depth > 0 {
        let x = x_of(line.depth - 1) + 4.0;
        let bottom = if line.is_last { middle } else { rect.bottom() };
        painter.vline(x, rect.top()..=bottom, stroke);
        painter.add(Paint::line_segment([pos2(x, middle), pos2(x + 7.0, middle)], stroke));
    }
    let end = pos2(rect.left() + LABEL - space::M, rect.center().y);
    let pid = paint_text(painter, end, Align::Max, &facts.pid, font::MONO_BADGE, tokens.text3);
    let left = x_of(line.depth);
    let name = Rect::from_x_y_ranges(left..=(pid.left() - space::S).max(left), rect.y_range());
    let (face, color) = match (facts.severity, facts.is_stub) {
        (_, true) => (font::UI, tokens.text3),
        (Some(_), false) => (font::UI_STRONG, tokens.text),
        (None, false) => (font::UI, tokens.text2),
    };
    paint_elided_run(painter, name, &Run::new(&facts.name, face, color));
}

fn color_of(tokens: &Tokens, facts: &Lane) -> Color32 {
    facts.severity.map_or(tokens.text3, |severity| tokens.severity(severity).fill)
}

/// The line from start to end: dashed where records are missing, and of a process without a start.
fn life(painter: &Painter, frame: &Frame<'_>, plot: Rect, facts: &Lane) {
    let color = color_of(frame.cx.tokens, facts);
    let middle = plot.center().y.round();
    let (left, right) = (frame.x(facts.from), frame.x(facts.to).max(frame.x(facts.from) + 2.0));
    if left > plot.right() {
        let words = format!("from {}", time_of(facts.from).clock(false));
        steps::outside(painter, frame, plot, &words, true);
        return;
    }
    if right < plot.left() {
        let words = format!("ended {}", time_of(facts.to).clock(false));
        steps::outside(painter, frame, plot, &words, false);
        return;
    }
    let (from, to) = (left.max(plot.left() - 4.0), right.min(plot.right() + 4.0));
    let stroke = Stroke::new(2.0, color);
    let mut at = from;
    let solid = |from: f32, to: f32| {
        if to > from {
            painter.add(Paint::line_segment([pos2(from, middle), pos2(to, middle)], stroke));
        }
    };
    let dashed = |from: f32, to: f32| {
        if to > from {
            let path = [pos2(from, middle), pos2(to, middle)];
            painter.extend(Paint::dashed_line(&path, stroke, 4.0, 3.0));
        }
    };
    if facts.is_stub {
        dashed(from, to);
    } else {
        for hole in &frame.view.holes {
            let (start, end) = (frame.x(hole.from).max(at), frame.x(hole.to).min(to));
            if end > start {
                solid(at, start);
                dashed(start, end);
                at = end;
            }
        }
        solid(at, to);
    }
    let cap = |x: f32| painter.vline(x, middle - 5.0..=middle + 5.0, stroke);
    if left >= plot.left() && !facts.is_stub {
        cap(left);
    }
    if right <= plot.right() && facts.is_end_known {
        cap(right);
    }
}

/// The command beside a line too short to say much.
fn command(painter: &Painter, frame: &Frame<'_>, plot: Rect, facts: &Lane, ticks: &[Tick]) {
    let tokens = frame.cx.tokens;
    let (left, right) = (frame.x(facts.from), frame.x(facts.to));
    let last = ticks.last().map_or(right, |tick| right.max(x_of(frame, tick)));
    if left > plot.right() || last < plot.left() || last - left > 160.0 || facts.command.is_empty()
    {
        return;
    }
    let (face, color) =
        if facts.is_prose { (font::SMALL, tokens.text3) } else { (font::MONO_ROW, tokens.text2) };
    let from = last.max(plot.left()) + 14.0;
    let width = text_width(painter, &facts.command.chars().take(240).collect::<String>(), face);
    if from + width.min(200.0) <= plot.right() {
        let text = Rect::from_x_y_ranges(from..=plot.right(), plot.y_range());
        paint_elided_run(painter, text, &Run::new(&facts.command, face, color));
    } else if left - 14.0 - width.min(200.0) > plot.left() {
        let room = (left - 14.0 - plot.left()).min(width + 1.0);
        let text = Rect::from_x_y_ranges(left - 14.0 - room..=left - 14.0, plot.y_range());
        paint_elided_run(painter, text, &Run::new(&facts.command, face, color));
    }
}

fn x_of(frame: &Frame<'_>, tick: &Tick) -> f32 {
    frame.plot.left() + tick.column as f32 + 0.5
}

/// Ticks and the marks of findings.
fn deeds(painter: &Painter, frame: &Frame<'_>, plot: Rect, marks: &[Mark], ticks: &[Tick]) {
    let tokens = frame.cx.tokens;
    let middle = plot.center().y.round();
    for tick in ticks {
        let at = pos2(x_of(frame, tick), middle);
        glyph::paint(painter, at, tick.shape, tokens.activity(tick.kind));
    }
    for (time, severity, _) in marks {
        let at = pos2(frame.x(*time), plot.top() + 8.0);
        glyph::finding(painter, at, tokens.severity(*severity).fill);
    }
}

/// What the pointer is on: the nearest tick.
fn tick_at<'t>(frame: &Frame<'_>, ticks: &'t [Tick], at: Pos2) -> Option<&'t Tick> {
    let far = |tick: &&Tick| (x_of(frame, tick) - at.x).abs();
    ticks.iter().filter(|tick| far(tick) <= NEAR).min_by(|a, b| far(a).total_cmp(&far(b)))
}

/// Marks the selected record, says what the pointer is on, and acts on clicks.
fn answer(
    ui: &Ui,
    frame: &Frame<'_>,
    plot: Rect,
    (process, marks, ticks): (ProcessIndex, &[Mark], &[Tick]),
    response: Response,
    out: &mut Requests,
) {
    let (session, analysis) = (frame.cx.session, frame.cx.analysis());
    let selected = session
        .selection()
        .record()
        .filter(|record| analysis.record_mark(*record).process == Some(process));
    if let Some(time) = selected.and_then(|record| analysis.event(record)?.time) {
        let center = pos2(frame.x(moment(time)), plot.center().y.round());
        let mark = Rect::from_center_size(center, vec2(13.0, 18.0));
        let stroke = Stroke::new(2.0, frame.cx.tokens.focus);
        let painter = ui.painter().with_clip_rect(plot.intersect(ui.clip_rect()));
        painter.rect_stroke(mark, 3, stroke, StrokeKind::Inside);
    }
    let pointed = response.hover_pos().filter(|at| plot.contains(*at));
    let tick = pointed.and_then(|at| tick_at(frame, ticks, at));
    if response.clicked() || response.secondary_clicked() {
        ui.memory_mut(|memory| memory.request_focus(focus_id()));
        out.send(match tick {
            Some(tick) => Command::SelectRecord(tick.record),
            None => Command::SelectProcess(process),
        });
    }
    if response.double_clicked() {
        out.send(Command::ShowInTree(process));
    }
    response.context_menu(|ui| {
        if menu_item(ui, Some(icon::TREE_STRUCTURE), "Go to process", "").clicked() {
            out.send(Command::ShowInTree(process));
        }
        if menu_item(ui, Some(icon::ROWS), "Show its records", "").clicked() {
            out.send(Command::ShowRecordsOf(Some(Doer::One(process))));
        }
    });
    let words = match tick {
        Some(tick) => tick_words(frame, tick),
        None => pointed.and_then(|at| finding_words(frame, marks, at)).unwrap_or_default(),
    };
    tooltip(response, &words);
}

fn tick_words(frame: &Frame<'_>, tick: &Tick) -> String {
    let record: RecordIndex = tick.record;
    let Some(row) = crate::view::events::row(frame.cx.session, record, false) else {
        return String::new();
    };
    let more = match tick.count {
        0 | 1 => String::new(),
        count => format!(", and {} more here", count - 1),
    };
    format!("{} {} {}: {}{more}", row.time, row.source, row.event_id, row.summary)
}

fn finding_words(frame: &Frame<'_>, marks: &[Mark], at: Pos2) -> Option<String> {
    let near = |time: &view::Moment| (frame.x(*time) - at.x).abs() <= NEAR;
    let mut found = marks.iter().filter(|(time, _, _)| near(time));
    let (time, severity, title) = found.next()?;
    Some(format!("{} {}: {title}", time_of(*time).clock(false), severity.label()))
}
