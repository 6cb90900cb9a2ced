//! The table of every record: limits and counts around a list of which only rows on screen are drawn.

mod columns;
mod keys;
mod limits;
mod record;
mod row;
mod values;

use eframe::egui::{
    Align, Frame, Id, Layout, Margin, Panel, Rect, Role, ScrollArea, Sense, Ui, UiBuilder,
    WidgetInfo, vec2,
};

use crate::model::RecordIndex;
use crate::session::{Command, Whole};
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::space;
use crate::ui::widgets::{self, Button, Look};
use crate::view::events as view;

pub use self::columns::Columns;
use self::columns::Places;
pub use self::record::Form;
pub(super) use self::record::known_ui;

/// What the panel remembers between frames.
#[derive(Debug, Default)]
pub struct EventsState {
    /// Which columns are shown.
    pub columns: Columns,
    /// How the selected record is shown.
    pub form: Form,
    /// The last reveal that was scrolled to.
    revealed: u64,
    /// Rows that are on screen, for Page Up and Page Down.
    page: usize,
    /// What the names of fields are looked for by, where one is chosen to count by.
    field_words: String,
}

impl EventsState {
    /// As the user left it.
    pub fn new(columns: Columns, form: Form) -> Self {
        Self { columns, form, ..Self::default() }
    }
}

/// The id by which the table holds the keyboard focus.
pub fn focus_id() -> Id {
    Id::unique("events")
}

/// The id by which the record under the table holds it.
pub fn record_id() -> Id {
    Id::unique("event record")
}

/// Draws limits, counts, rows and the selected record.
pub fn events_ui(ui: &mut Ui, cx: &Context<'_>, state: &mut EventsState, out: &mut Requests) {
    let Some(view) = &cx.views.events else { return };
    limits::limits_ui(ui, cx, state, view, out);
    let area = ui.available_size();
    let has_record = cx.session.selection().record().is_some();
    if has_record && area.y >= 320.0 {
        Panel::bottom("event record")
            .default_size((area.y * 0.42).clamp(160.0, 272.0))
            .size_range(120.0..=(area.y - 120.0).max(121.0))
            .resizable(true)
            .frame(Frame::new().fill(cx.tokens.canvas).inner_margin(Margin::ZERO))
            .show(ui, |ui| record::record_ui(ui, cx, &mut state.form, out));
    }
    if let Some(values) = &view.values
        && area.x >= 560.0
    {
        Panel::left("event values")
            .default_size(220.0)
            .size_range(140.0..=360.0)
            .frame(Frame::new().fill(cx.tokens.panel).inner_margin(Margin::ZERO))
            .show(ui, |ui| values::values_ui(ui, cx, values, out));
    }
    table_ui(ui, cx, state, view, out);
}

fn table_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    state: &mut EventsState,
    view: &view::Events,
    out: &mut Requests,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let list = cx.session.events();
    let count = list.order.len();
    let height = space::ROW;
    let has_bar = count as f32 * height > ui.available_height() - height;
    let bar = if has_bar { ui.spacing().scroll.allocated_width() } else { 0.0 };
    let width = ui.available_width() - bar;
    let places = Places::of(&state.columns, cx, width);
    columns::header_ui(ui, cx, &places, out);
    if let Some(empty) = &view.empty {
        empty_ui(ui, cx, empty, out);
        return;
    }
    let id = focus_id();
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    if has_focus {
        keys::handle(ui, cx, view, state.page, out);
    }
    let visible = ui.available_rect_before_wrap();
    state.page = widgets::rows_in_sight(0.0, visible.height() - height, height, count).len();
    let has_days = cx.views.histogram.has_days;
    let mut area = ScrollArea::vertical().id_salt("event rows").auto_shrink(false);
    if state.revealed != cx.session.reveals() {
        state.revealed = cx.session.reveals();
        area = reveal(ui, area, view.selected, visible.height());
    }
    let mut unread = Vec::new();
    area.show_viewport(ui, |ui, sight| {
        ui.set_height(height * count as f32);
        let focus = ui.interact(ui.clip_rect(), id, Sense::focusable_noninteractive());
        focus.widget_info(|| WidgetInfo::labeled(Role::Grid, true, "Events"));
        let builder = UiBuilder::new().accessibility_parent(id).accessibility_role(Role::Group);
        ui.scope_builder(builder, |ui| {
            for at in widgets::rows_in_sight(sight.min.y, sight.max.y, height, count) {
                let Some(record) = list.order.get(at).map(|at| RecordIndex(*at)) else { continue };
                // From the rows in sight, not from the first: a place twenty million points away
                // is told to two points only.
                let top = visible.top() + place_of(at, height, sight.min.y);
                let left = visible.left();
                let rect = Rect::from_x_y_ranges(left..=left + width, top..=top + height);
                if matches!(cx.session.whole_record(record), Some(Whole::Unread)) {
                    unread.push(record);
                }
                let painter = row::RowPainter { cx, places: &places, rect, has_focus, has_days };
                row::row_ui(ui, &painter, at, record, out);
            }
        });
    });
    if !unread.is_empty() {
        out.send(Command::ReadRecords(unread));
    }
}

/// How far the row stands below the top of what is in sight.
#[expect(clippy::cast_possible_truncation, reason = "a distance on the screen")]
fn place_of(at: usize, height: f32, top: f32) -> f32 {
    (at as f64 * f64::from(height) - f64::from(top)) as f32
}

/// Scrolls so that the selected row is in sight, and no further than it takes.
fn reveal(ui: &Ui, area: ScrollArea, selected: Option<usize>, seen: f32) -> ScrollArea {
    let Some(at) = selected else { return area };
    let id = ui.make_persistent_id(eframe::egui::IdSalt::new("event rows"));
    let offset = eframe::egui::scroll_area::State::load(ui, id).unwrap_or_default();
    let now = offset.clamped_offset().y;
    let (top, bottom) = (at as f32 * space::ROW, (at + 1) as f32 * space::ROW);
    if top < now {
        area.vertical_scroll_offset(top)
    } else if bottom > now + seen {
        area.vertical_scroll_offset(bottom - seen)
    } else {
        area
    }
}

fn empty_ui(ui: &mut Ui, cx: &Context<'_>, empty: &view::Empty, out: &mut Requests) {
    let rect = ui.available_rect_before_wrap();
    let builder = UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Center));
    let mut ui = ui.new_child(builder);
    ui.add_space(space::XL * 2.0);
    let words = eframe::egui::RichText::new(&empty.words).color(cx.tokens.text2);
    ui.label(words);
    if empty.is_limited {
        ui.add_space(space::S);
        if ui.add(Button::new(Look::Raised, "Clear filter")).clicked() {
            out.send(Command::ClearLimits);
        }
    }
    ui.allocate_space(vec2(0.0, 0.0));
}
