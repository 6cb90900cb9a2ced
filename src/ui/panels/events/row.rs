//! One row of the table.

use eframe::egui::{Align, Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::model::RecordIndex;
use crate::session::Command;
use crate::session::events::{Doer, EventColumn, EventGroup, Only, value};
use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::panels::events::columns::Places;
use crate::ui::panels::events::focus_id;
use crate::ui::panels::process_tree::shape_of;
use crate::ui::request::Requests;
use crate::ui::theme::{activity_icon, font, icon, space};
use crate::ui::widgets::{
    Elide, Run, menu_item, paint_elided_run, paint_icon, paint_text, row_focus, tooltip,
};
use crate::view::events::{Row, Sign, row};

/// What painting a row needs to know.
pub(super) struct RowPainter<'a> {
    pub(super) cx: &'a Context<'a>,
    pub(super) places: &'a Places,
    pub(super) rect: Rect,
    pub(super) has_focus: bool,
    pub(super) has_days: bool,
}

pub(super) fn row_ui(
    ui: &Ui,
    painter: &RowPainter<'_>,
    at: usize,
    record: RecordIndex,
    out: &mut Requests,
) {
    let (cx, rect) = (painter.cx, painter.rect);
    let Some(facts) = row(cx.session, record, painter.has_days) else { return };
    let response = ui.interact(rect, focus_id().with(at), Sense::CLICK);
    let is_selected = cx.session.selection().record() == Some(record);
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, &facts.spoken));
    if is_selected {
        ui.accesskit_node_builder(focus_id(), |node| {
            node.set_active_descendant(response.id.accesskit_id());
        });
    }
    let cut = paint(ui.painter(), painter, &facts, is_selected, &response);
    if response.clicked() {
        ui.memory_mut(|memory| memory.request_focus(focus_id()));
    }
    if response.double_clicked()
        && let Some(process) = facts.linked
    {
        out.send(Command::ShowInTree(process));
    } else if response.clicked() || response.secondary_clicked() {
        out.send(Command::SelectRecord(record));
    }
    response.context_menu(|ui| menu_ui(ui, painter, record, &facts, out));
    if let Some(whole) = cut {
        tooltip(response, &whole);
    }
}

/// Paints the row; returns the whole of a text that was cut, under the pointer.
fn paint(
    painter: &Painter,
    row: &RowPainter<'_>,
    facts: &Row,
    is_selected: bool,
    response: &Response,
) -> Option<String> {
    let (tokens, rect) = (row.cx.tokens, row.rect);
    let fill = match (is_selected, row.has_focus) {
        (true, true) => Some(tokens.select),
        (true, false) => Some(tokens.select_dim),
        (false, _) => response.hovered().then_some(tokens.hover),
    };
    if let Some(fill) = fill {
        painter.rect_filled(rect, 0, fill);
    }
    if let Some(severity) = facts.severity {
        let bar = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        painter.rect_filled(bar, 0, tokens.severity(severity).fill);
    }
    let mut cut = None;
    for (column, left, right, align) in &row.places.columns {
        let x = rect.left() + left..=rect.left() + right;
        let cell = Rect::from_x_y_ranges(x, rect.y_range());
        let is_cut = cell_ui(painter, row, facts, *column, (cell, *align));
        if is_cut && response.hover_pos().is_some_and(|at| cell.contains(at)) {
            cut = Some(facts.cell(*column).to_owned());
        }
    }
    if is_selected && row.has_focus {
        row_focus(painter, rect, tokens.focus);
    }
    cut
}

/// Paints one cell; whether its text was cut.
fn cell_ui(
    painter: &Painter,
    row: &RowPainter<'_>,
    facts: &Row,
    column: EventColumn,
    (cell, align): (Rect, Align),
) -> bool {
    let tokens = row.cx.tokens;
    let text = facts.cell(column);
    let middle = cell.center().y;
    let (face, color) = match column {
        EventColumn::Time => (font::MONO_ROW, tokens.text),
        EventColumn::EventId | EventColumn::Pid | EventColumn::Record => {
            (font::MONO_ROW, tokens.text2)
        }
        EventColumn::Process if facts.linked.is_some() => (font::UI, tokens.text),
        EventColumn::Summary if facts.is_weak => (font::UI, tokens.text3),
        EventColumn::Summary if facts.is_code => (font::MONO_ROW, tokens.text),
        EventColumn::Summary => (font::UI, tokens.text),
        _ => (font::UI, tokens.text2),
    };
    if align == Align::Max {
        let drawn = paint_text(painter, pos2(cell.right(), middle), align, text, face, color);
        return drawn.left() < cell.left() - 24.0;
    }
    let mut cell = cell;
    if column == EventColumn::Process {
        let center = pos2(cell.left() + space::ICON / 2.0, middle);
        let sign = match facts.sign {
            Sign::Process(kind) => Some((shape_of(kind), tokens.text2)),
            Sign::Activity(kind) => Some((activity_icon(kind), tokens.activity(kind))),
            Sign::None => None,
        };
        if let Some((shape, color)) = sign {
            paint_icon(painter, center, shape, space::ICON, color);
        }
        cell.min.x += space::ICON + 6.0;
    }
    let elide = if column == EventColumn::File { Elide::Middle } else { Elide::Right };
    paint_elided_run(painter, cell, &Run::new(text, face, color).elide(elide)).1
}

fn menu_ui(
    ui: &mut Ui,
    row: &RowPainter<'_>,
    record: RecordIndex,
    facts: &Row,
    out: &mut Requests,
) {
    let analysis = row.cx.analysis();
    let copy = row.places.columns.iter().map(|(column, ..)| *column);
    if menu_item(ui, Some(icon::COPY), "Copy row", &Action::CopyCommand.keys()).clicked() {
        out.copy(facts.copied(copy));
    }
    if let Some(process) = facts.linked {
        ui.separator();
        if menu_item(ui, Some(icon::TREE_STRUCTURE), "Go to process", "").clicked() {
            out.send(Command::ShowInTree(process));
        }
        if menu_item(ui, Some(icon::FUNNEL), "Only records of this process", "").clicked() {
            out.send(Command::ShowRecordsOf(Some(Doer::One(process))));
        }
        if menu_item(ui, Some(icon::FUNNEL), "Only records of it and below", "").clicked() {
            out.send(Command::ShowRecordsOf(Some(Doer::Under(process))));
        }
    }
    ui.separator();
    let group = EventGroup::EventId;
    let value = value(analysis, record, &group).map(std::borrow::Cow::into_owned);
    let kind = format!("{} {}", facts.source, facts.event_id);
    for (words, is_left_out) in [("Only", false), ("Leave out", true)] {
        let only = Only { group: group.clone(), value: value.clone(), is_left_out };
        if menu_item(ui, None, &format!("{words} {kind}"), "").clicked() {
            out.send(Command::OnlyEvents(only));
        }
    }
}
