//! Painting of one row: host, process, or decoded command.

use eframe::egui::{Align, Color32, Painter, Rect, Response, Role, Ui, WidgetInfo, pos2, vec2};

use crate::model::{ActivityKind, ProcessIndex};
use crate::session::Selection;
use crate::ui::panels::process_tree::{Columns, RowPainter, facts, guides};
use crate::ui::theme::icon::{self, Icon};
use crate::ui::theme::{activity_icon, font, space};
use crate::ui::widgets::{
    BadgeState, Outline, Run, dashed_rect, paint_elided_run, paint_icon, paint_severity_chip,
    paint_step_badge, paint_tag, paint_text, row_focus, tag_width, text_width, tooltip,
};
use crate::view::process_tree::{self as view, Kind, Line};

/// From the caret's middle to the icon's.
const CARET_TO_ICON: f32 = 21.0;
/// From the icon's middle to the name.
const ICON_TO_NAME: f32 = 14.0;
const GAP: f32 = 6.0;

pub(super) fn host_ui(
    ui: &Ui,
    row: &RowPainter<'_>,
    line: &Line,
    host: usize,
    response: &Response,
) {
    let Some(found) = row.cx.analysis().hosts.get(host) else { return };
    let (name, words) = (view::host_name(found), view::host_words(row.cx.analysis(), found));
    let is_selected = row.cx.session.selection() == Selection::Host(host);
    response.widget_info(|| {
        WidgetInfo::selected(Role::TreeItem, true, is_selected, format!("Host {name}, {words}"))
    });
    accessible_level(ui, line, response);
    active_descendant(ui, is_selected, response);
    let painter = ui.painter();
    let tokens = row.cx.tokens;
    background(painter, row, is_selected, response);
    if is_selected && row.has_focus {
        row_focus(painter, row.rect, tokens.focus);
    }
    let x = caret(painter, row, line);
    let middle = row.rect.center().y;
    paint_icon(painter, pos2(x + CARET_TO_ICON, middle), icon::DESKTOP, space::ICON, tokens.text);
    let at = pos2(x + CARET_TO_ICON + ICON_TO_NAME, middle);
    let name = paint_text(painter, at, Align::Min, &name, font::UI_STRONG, tokens.text);
    let rest =
        Rect::from_x_y_ranges(name.right() + GAP..=row.rect.right() - space::M, row.rect.y_range());
    paint_elided_run(painter, rest, &Run::new(&words, font::UI, tokens.text2));
}

pub(super) fn process_ui(
    ui: &Ui,
    row: &RowPainter<'_>,
    line: &Line,
    process: ProcessIndex,
    response: &Response,
) {
    let Some(facts) = facts(row.cx, process, line.is_open) else { return };
    let is_selected = row.cx.session.selection().process() == Some(process);
    response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, is_selected, &facts.spoken));
    accessible_level(ui, line, response);
    active_descendant(ui, is_selected, response);
    background(ui.painter(), row, is_selected, response);
    guides::paint(ui.painter(), row.rect, line, row.cx.tokens);
    let x = caret(ui.painter(), row, line);
    let is_cut = left(ui.painter(), row, &facts, x);
    right(ui.painter(), row, &facts);
    if is_selected && row.has_focus {
        row_focus(ui.painter(), row.rect, row.cx.tokens.focus);
    }
    if is_cut && !facts.is_prose {
        tooltip(response.clone(), &facts.command);
    }
}

pub(super) fn decoded_ui(
    ui: &Ui,
    row: &RowPainter<'_>,
    line: &Line,
    process: ProcessIndex,
    response: &Response,
) {
    let text = view::decoded(row.cx.analysis(), process).unwrap_or_default();
    let is_selected = row.cx.session.selection().process() == Some(process);
    let spoken = format!("Decoded: {text}");
    response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, is_selected, &spoken));
    accessible_level(ui, line, response);
    let painter = ui.painter();
    background(painter, row, false, response);
    let tokens = row.cx.tokens;
    guides::paint_through(painter, row.rect, line, tokens);
    let x = guides::caret_x(row.rect.left(), line.depth) + CARET_TO_ICON - space::M;
    let tag = paint_tag(painter, pos2(x, row.rect.center().y), tokens, "Decoded", Outline::Strong);
    let rest =
        Rect::from_x_y_ranges(tag.right() + GAP..=row.rect.right() - space::M, row.rect.y_range());
    let (_, is_cut) =
        paint_elided_run(painter, rest, &Run::new(&text, font::MONO_ROW, tokens.text));
    if is_cut {
        tooltip(response.clone(), &text);
    }
}

/// Tells a screen reader that the focused tree means this row.
fn active_descendant(ui: &Ui, is_selected: bool, response: &Response) {
    if is_selected {
        ui.accesskit_node_builder(super::focus_id(), |node| {
            node.set_active_descendant(response.id.accesskit_id());
        });
    }
}

fn accessible_level(ui: &Ui, line: &Line, response: &Response) {
    let (depth, has_children, is_open) = (usize::from(line.depth), line.has_children, line.is_open);
    ui.accesskit_node_builder(response.id, |node| {
        node.set_level(depth + 1);
        if has_children {
            node.set_expanded(is_open);
        }
    });
}

fn background(painter: &Painter, row: &RowPainter<'_>, is_selected: bool, response: &Response) {
    let tokens = row.cx.tokens;
    let fill = match (is_selected, row.has_focus) {
        (true, true) => tokens.select,
        (true, false) => tokens.select_dim,
        (false, _) if response.hovered() => tokens.hover,
        (false, _) => return,
    };
    painter.rect_filled(row.rect, 0, fill);
}

/// Paints the caret and returns the middle of its column.
fn caret(painter: &Painter, row: &RowPainter<'_>, line: &Line) -> f32 {
    let center = super::caret_center(row.rect, line.depth);
    if line.has_children {
        let shape = if line.is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        paint_icon(painter, center, shape, space::ICON_CARET, row.cx.tokens.text3);
    }
    center.x
}

/// The icon of a kind of process.
pub(in crate::ui::panels) fn shape_of(kind: Kind) -> Icon {
    match kind {
        Kind::Interpreter => icon::TERMINAL_WINDOW.filled(),
        Kind::Zoom => icon::VIDEO_CAMERA.filled(),
        Kind::Service => icon::GEAR,
        Kind::Stub => icon::CIRCLE_DASHED,
        Kind::Program => icon::APP_WINDOW,
    }
}

/// Icon, name, id, tags and command; whether the command was cut.
fn left(painter: &Painter, row: &RowPainter<'_>, facts: &view::Row, caret: f32) -> bool {
    let tokens = row.cx.tokens;
    let middle = row.rect.center().y;
    let icon_color = match (facts.kind, facts.severity) {
        (Kind::Interpreter, Some(severity)) => tokens.severity(severity).fill,
        (Kind::Zoom, _) => tokens.text,
        _ => tokens.text2,
    };
    let center = pos2(caret + CARET_TO_ICON, middle);
    paint_icon(painter, center, shape_of(facts.kind), space::ICON, icon_color);
    let mut x = center.x + ICON_TO_NAME;
    let right = row.columns.command_right(row.rect) - space::S;
    x = name(painter, row, facts, x, right) + GAP;
    if !facts.pid.is_empty() {
        let at = pos2(x, middle);
        x = paint_text(painter, at, Align::Min, &facts.pid, font::MONO_BADGE, tokens.text3).right()
            + GAP;
    }
    for (text, is_dashed) in &facts.tags {
        let outline = if *is_dashed { Outline::Dashed } else { Outline::Solid };
        if x + tag_width(painter, text, outline) > right {
            break;
        }
        x = paint_tag(painter, pos2(x, middle), tokens, text, outline).right() + GAP;
    }
    if right <= x {
        return true;
    }
    let rest = Rect::from_x_y_ranges(x..=right, row.rect.y_range());
    let (face, color) =
        if facts.is_prose { (font::UI, tokens.text3) } else { (font::MONO_ROW, tokens.text2) };
    paint_elided_run(painter, rest, &Run::new(&facts.command, face, color)).1
}

/// The name, dashed round for a stub; returns its right edge.
fn name(painter: &Painter, row: &RowPainter<'_>, facts: &view::Row, x: f32, right: f32) -> f32 {
    let tokens = row.cx.tokens;
    let (face, color) = match (facts.severity, facts.kind) {
        (_, Kind::Stub) => (font::UI, tokens.text2),
        (Some(_), _) | (_, Kind::Zoom) => (font::UI_STRONG, tokens.text),
        (None, _) => (font::UI, tokens.text2),
    };
    let padding = if facts.kind == Kind::Stub { GAP } else { 0.0 };
    let width = text_width(painter, &facts.name, face).min((right - x - 2.0 * padding).max(24.0));
    let text = Rect::from_x_y_ranges(x + padding..=x + padding + width + 1.0, row.rect.y_range());
    paint_elided_run(painter, text, &Run::new(&facts.name, face, color));
    let end = x + width + 2.0 * padding;
    if facts.kind == Kind::Stub {
        let frame = Rect::from_center_size(
            pos2(f32::midpoint(x, end), row.rect.center().y),
            vec2(end - x, space::CHIP),
        );
        dashed_rect(painter, frame, space::RADIUS_CHIP, tokens.line_strong);
    }
    end
}

/// Activity, step, severity and start.
fn right(painter: &Painter, row: &RowPainter<'_>, facts: &view::Row) {
    let tokens = row.cx.tokens;
    let (rect, middle) = (row.rect, row.rect.center().y);
    if row.columns.has_activity() {
        let mut x = Columns::activity_right(rect) - space::XS;
        for (kind, count) in facts.activity.iter().rev() {
            x = activity(painter, pos2(x, middle), *kind, count, tokens.activity(*kind)) - space::S;
        }
    }
    if let Some(step) = facts.step {
        let center = pos2(Columns::step_center(rect), middle);
        paint_step_badge(painter, center, tokens, step, BadgeState::Mark);
    }
    if let Some(severity) = facts.severity {
        paint_severity_chip(painter, pos2(Columns::severity_left(rect), middle), tokens, severity);
    }
    let start = pos2(Columns::start_right(rect), middle);
    paint_text(painter, start, Align::Max, &facts.start, font::MONO_ROW, tokens.text2);
}

/// Icon and count, right edge at `at`; returns the left edge.
fn activity(
    painter: &Painter,
    at: eframe::egui::Pos2,
    kind: ActivityKind,
    count: &str,
    color: Color32,
) -> f32 {
    let text = paint_text(painter, at, Align::Max, count, font::MONO_BADGE, color);
    let center = pos2(text.left() - space::ICON_SMALL / 2.0 - 3.0, at.y);
    paint_icon(painter, center, activity_icon(kind), space::ICON_SMALL, color).left()
}
