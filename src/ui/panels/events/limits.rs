//! The bar above the table: what the records are limited to and counted by, and how many are left.

use eframe::egui::{
    Align, Layout, Popup, PopupCloseBehavior, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::model::Name;
use crate::session::Command;
use crate::session::events::EventGroup;
use crate::ui::context::Context;
use crate::ui::panels::events::{EventsState, columns};
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Look, MenuItem, Run, Size, focus_ring, paint_elided_run, paint_icon, paint_text, place,
    rows_in_sight, text_field, text_width,
};
use crate::view::events::{Events, Limit, LimitBy, group_name};

const HEIGHT: f32 = 36.0;
/// The longest a limit's value may be, in points.
const LONGEST: f32 = 220.0;

/// Draws the bar.
pub(super) fn limits_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    state: &mut EventsState,
    view: &Events,
    out: &mut Requests,
) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let seam = (space::STROKE, cx.tokens.line);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, seam);
    let inner = rect.shrink2(vec2(space::M, 0.0));
    let mut right = inner.right();
    place(ui, inner, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        columns::choose_ui(ui, cx, &mut state.columns);
        group_ui(ui, cx, &mut state.field_words, out);
        words_ui(ui, &view.counted, cx.tokens.text2);
        if let Some(note) = &view.note {
            words_ui(ui, note, cx.tokens.medium.text);
        }
        right = ui.min_rect().left();
    });
    let left =
        Rect::from_x_y_ranges(inner.left()..=(right - space::S).max(inner.left()), rect.y_range());
    place(ui, left, Layout::left_to_right(Align::Center), |ui| {
        ui.set_clip_rect(left.expand(2.0).intersect(ui.clip_rect()));
        ui.spacing_mut().item_spacing.x = space::S;
        for limit in &view.limits {
            limit_ui(ui, cx, limit, out);
        }
        if view.limits.is_empty() {
            let words = "All records; select a row to read one";
            words_ui(ui, words, cx.tokens.text3);
        }
    });
}

fn words_ui(ui: &mut Ui, text: &str, color: eframe::egui::Color32) {
    let width = text_width(ui.painter(), text, font::UI);
    if width > ui.available_width() {
        return;
    }
    let (rect, response) = ui.allocate_exact_size(vec2(width, space::ROW), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    paint_text(ui.painter(), rect.left_center(), Align::Min, text, font::UI, color);
}

/// A limit with a cross that takes it away.
fn limit_ui(ui: &mut Ui, cx: &Context<'_>, limit: &Limit, out: &mut Requests) {
    let tokens = cx.tokens;
    let label = text_width(ui.painter(), &limit.label, font::SMALL);
    let is_number = limit.by == LimitBy::Time;
    let face = if is_number { font::MONO_ROW } else { font::UI };
    let words = text_width(ui.painter(), &limit.words, face).min(LONGEST);
    let width = space::S + label + 6.0 + words + 6.0 + space::ICON_SMALL + space::S;
    let (rect, response) =
        ui.allocate_exact_size(vec2(width, space::CONTROL_SMALL), Sense::click());
    let spoken = format!("Remove limit {} {}", limit.label, limit.words);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let painter = ui.painter();
    let fill = if response.hovered() { tokens.hover } else { tokens.raised };
    painter.rect_filled(rect, space::RADIUS_CHIP, fill);
    let middle = rect.center().y;
    let from = pos2(rect.left() + space::S, middle);
    let drawn = paint_text(painter, from, Align::Min, &limit.label, font::SMALL, tokens.text3);
    let left = drawn.right() + 6.0;
    let text = Rect::from_x_y_ranges(left..=left + words + 1.0, rect.y_range());
    paint_elided_run(painter, text, &Run::new(&limit.words, face, tokens.text));
    let center = pos2(rect.right() - space::S - space::ICON_SMALL / 2.0, middle);
    paint_icon(painter, center, icon::X, space::ICON_SMALL, tokens.text2);
    if response.has_focus() {
        focus_ring(ui, rect, space::RADIUS_CHIP);
    }
    if response.clicked() {
        out.send(match &limit.by {
            LimitBy::Time => Command::LimitTime(None),
            LimitBy::Doer => Command::ShowRecordsOf(None),
            LimitBy::Only(only) => Command::AnyEvents(only.clone()),
        });
        // The next limit takes its place and would take its focus too.
        response.surrender_focus();
    }
    crate::ui::widgets::tooltip(response, &format!("{}: {}", limit.label, limit.words));
}

/// The button that chooses what is counted beside the table.
fn group_ui(ui: &mut Ui, cx: &Context<'_>, words: &mut String, out: &mut Requests) {
    const GROUPS: [EventGroup; 7] = [
        EventGroup::Host,
        EventGroup::Source,
        EventGroup::EventId,
        EventGroup::Provider,
        EventGroup::Process,
        EventGroup::User,
        EventGroup::File,
    ];
    let chosen = cx.session.event_query().group.as_ref();
    let look = if chosen.is_some() { Look::Raised } else { Look::Ghost };
    let button = Button::new(look, "Count by").icon(icon::LIST_CHECKS).size(Size::Small).caret();
    let response = ui.add(button);
    let behavior = PopupCloseBehavior::CloseOnClickOutside;
    Popup::menu(&response).close_behavior(behavior).show(|ui| {
        ui.set_min_width(240.0);
        let mut choose = |ui: &mut Ui, name: &str, group: Option<EventGroup>| {
            let is_on = chosen == group.as_ref();
            if ui.add(MenuItem::new(name).checked(is_on)).clicked() {
                out.send(Command::GroupEvents(group));
                ui.close();
            }
        };
        choose(ui, "Nothing", None);
        for group in GROUPS {
            choose(ui, &group_name(&group), Some(group));
        }
        ui.separator();
        text_field(ui, words, "Any field of the records", "Find a field");
        let wanted = words.to_lowercase();
        let fields: Vec<&Name> = cx
            .session
            .events()
            .fields
            .iter()
            .filter(|name| name.to_lowercase().contains(&wanted))
            .collect();
        let height = space::CONTROL_SMALL;
        ScrollArea::vertical().max_height(8.0 * height).show_viewport(ui, |ui, sight| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.set_height(fields.len() as f32 * height);
            let rows = rows_in_sight(sight.min.y, sight.max.y, height, fields.len());
            ui.add_space(rows.start as f32 * height);
            for name in fields.get(rows).unwrap_or_default() {
                let group = EventGroup::Field(Name::clone(name));
                choose(ui, &group_name(&group), Some(group));
            }
        });
    });
}
