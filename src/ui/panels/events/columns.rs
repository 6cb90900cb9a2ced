//! Which columns the table has, where they stand, and the header that sorts by them.

use eframe::egui::{
    Align, Popup, PopupCloseBehavior, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};
use serde::{Deserialize, Serialize};

use crate::session::Command;
use crate::session::events::EventColumn;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Look, MenuItem, Size, paint_icon, paint_text, row_focus, tooltip,
};
use crate::view::events::column_name;

/// Room that the words on what happened need; other columns give way to them.
const LEAST_SUMMARY: f32 = 220.0;
/// Between two columns.
const GAP: f32 = 12.0;

/// The columns that the user wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Columns {
    host: bool,
    source: bool,
    event_id: bool,
    provider: bool,
    process: bool,
    pid: bool,
    user: bool,
    record: bool,
    file: bool,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            host: true,
            source: true,
            event_id: true,
            provider: false,
            process: true,
            pid: true,
            user: false,
            record: true,
            file: false,
        }
    }
}

impl Columns {
    fn slot(&mut self, column: EventColumn) -> Option<&mut bool> {
        Some(match column {
            EventColumn::Host => &mut self.host,
            EventColumn::Source => &mut self.source,
            EventColumn::EventId => &mut self.event_id,
            EventColumn::Provider => &mut self.provider,
            EventColumn::Process => &mut self.process,
            EventColumn::Pid => &mut self.pid,
            EventColumn::User => &mut self.user,
            EventColumn::Record => &mut self.record,
            EventColumn::File => &mut self.file,
            // What the table is for.
            EventColumn::Time | EventColumn::Summary => return None,
        })
    }

    /// Whether the column is wanted.
    pub fn has(&self, column: EventColumn) -> bool {
        self.clone().slot(column).is_none_or(|wanted| *wanted)
    }

    /// The wanted columns, left to right.
    pub fn shown(&self) -> impl Iterator<Item = EventColumn> + '_ {
        EventColumn::ALL.into_iter().filter(|column| self.has(*column))
    }
}

/// Width and side of a column; the words on what happened take what is left.
const fn width(column: EventColumn, has_days: bool) -> (f32, Align) {
    match column {
        EventColumn::Time if has_days => (178.0, Align::Min),
        EventColumn::Host => (104.0, Align::Min),
        EventColumn::Time | EventColumn::Source => (92.0, Align::Min),
        EventColumn::EventId => (36.0, Align::Max),
        EventColumn::Provider | EventColumn::File => (150.0, Align::Min),
        EventColumn::Process => (140.0, Align::Min),
        EventColumn::Pid => (44.0, Align::Max),
        EventColumn::User => (130.0, Align::Min),
        EventColumn::Summary => (LEAST_SUMMARY, Align::Min),
        EventColumn::Record => (60.0, Align::Max),
    }
}

/// Where the columns stand, from the left edge of the table.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) columns: Vec<(EventColumn, f32, f32, Align)>,
}

impl Places {
    pub(super) fn of(columns: &Columns, cx: &Context<'_>, room: f32) -> Self {
        /// What goes first where the room is short.
        const GIVE_WAY: [EventColumn; 6] = [
            EventColumn::File,
            EventColumn::Provider,
            EventColumn::User,
            EventColumn::Host,
            EventColumn::Record,
            EventColumn::Source,
        ];
        let has_days = cx.views.histogram.has_days;
        let mut shown: Vec<EventColumn> = columns.shown().collect();
        if cx.analysis().hosts.len() < 2 {
            // It would say the same in every row.
            shown.retain(|column| *column != EventColumn::Host);
        }
        let needed = |shown: &[EventColumn]| -> f32 {
            let widths = shown.iter().map(|column| width(*column, has_days).0 + GAP);
            widths.sum::<f32>() + space::M
        };
        for column in GIVE_WAY {
            if needed(&shown) > room {
                shown.retain(|known| *known != column);
            }
        }
        let rest = (room - needed(&shown)).max(0.0);
        let mut left = space::M;
        let columns = shown
            .into_iter()
            .map(|column| {
                let (mut width, align) = width(column, has_days);
                if column == EventColumn::Summary {
                    width += rest;
                }
                let place = (column, left, left + width, align);
                left += width + GAP;
                place
            })
            .collect();
        Self { columns }
    }
}

/// The names of the columns, 24 high with a seam below; a click sorts.
pub(super) fn header_ui(ui: &mut Ui, cx: &Context<'_>, places: &Places, out: &mut Requests) {
    let size = vec2(ui.available_width(), space::ROW);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    for (column, left, right, align) in &places.columns {
        let x = rect.left() + left..=rect.left() + right;
        let cell = Rect::from_x_y_ranges(x, rect.y_range());
        name_ui(ui, cx, *column, cell, *align, out);
    }
    let seam = (space::STROKE, cx.tokens.line);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, seam);
}

fn name_ui(
    ui: &Ui,
    cx: &Context<'_>,
    column: EventColumn,
    cell: Rect,
    align: Align,
    out: &mut Requests,
) {
    let tokens = cx.tokens;
    let sort = cx.session.event_query().sort;
    let is_sorted = sort.column == column;
    let can_sort = column.is_sortable();
    let sense = if can_sort { Sense::click() } else { Sense::hover() };
    let response =
        ui.interact(cell.expand2(vec2(4.0, 0.0)), ui.scope_id().with(("column", column)), sense);
    let name = column_name(column);
    let spoken = match (is_sorted, sort.is_descending) {
        (true, false) => format!("{name}, ascending"),
        (true, true) => format!("{name}, descending"),
        (false, _) => name.to_owned(),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &spoken));
    let (face, color) = match (is_sorted, response.hovered() && can_sort) {
        (true, _) => (font::SMALL_MEDIUM, tokens.text),
        (false, true) => (font::SMALL, tokens.text),
        (false, false) => (font::SMALL, tokens.text3),
    };
    let painter = ui.painter();
    let middle = cell.center().y;
    let at = pos2(if align == Align::Max { cell.right() } else { cell.left() }, middle);
    let words = paint_text(painter, at, align, name, face, color);
    if is_sorted {
        let shape = if sort.is_descending { icon::CARET_DOWN } else { icon::CARET_UP };
        let x = if align == Align::Max { words.left() - 9.0 } else { words.right() + 10.0 };
        paint_icon(painter, pos2(x, middle), shape, space::ICON_CARET, color);
    }
    if response.has_focus() {
        row_focus(painter, cell.expand2(vec2(4.0, -2.0)), tokens.focus);
    }
    if response.clicked() {
        out.send(Command::SortEvents(column));
    }
    if can_sort {
        tooltip(response, "Sort by it, and again the other way round");
    }
}

/// The button that chooses columns.
pub(super) fn choose_ui(ui: &mut Ui, cx: &Context<'_>, columns: &mut Columns) {
    let button = Button::new(Look::Ghost, "Columns").icon(icon::COLUMNS).size(Size::Small);
    let response = ui.add(button);
    let behavior = PopupCloseBehavior::CloseOnClickOutside;
    Popup::menu(&response).close_behavior(behavior).show(|ui| {
        ui.set_min_width(180.0);
        for column in EventColumn::ALL {
            let is_wanted = columns.has(column);
            let Some(slot) = columns.slot(column) else { continue };
            let is_one = column == EventColumn::Host && cx.analysis().hosts.len() < 2;
            let key = if is_one { "one host" } else { "" };
            let item = MenuItem::new(column_name(column)).checked(is_wanted).key(key);
            if ui.add_enabled(!is_one, item).clicked() {
                *slot = !*slot;
            }
        }
    });
}
