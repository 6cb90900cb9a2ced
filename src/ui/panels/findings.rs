//! The list of findings at the left, grouped by severity.

use eframe::egui::{
    Align, Frame, Id, Margin, Rect, Response, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, severity_icon, space};
use crate::ui::widgets::{
    Run, SectionRight, paint_elided_run, paint_icon, paint_text, row_focus, rows_in_sight,
    section_header, tooltip,
};
use crate::view::findings::{Group, Item};
use crate::view::number;

/// What the panel remembers between frames.
#[derive(Debug, Default)]
pub struct FindingsState {
    is_unknown_open: bool,
    revealed: u64,
}

impl FindingsState {
    /// Unfolds what the logs cannot tell.
    pub fn open_unknown(&mut self) {
        self.is_unknown_open = true;
    }
}

/// The id by which the panel holds the keyboard focus.
pub fn focus_id() -> Id {
    Id::unique("findings")
}

/// Draws title, groups and what the logs cannot tell, at most `max_height` high.
///
/// Only rows in sight are drawn: a bundle may hold a hundred thousand findings.
pub fn findings_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    state: &mut FindingsState,
    max_height: f32,
    out: &mut Requests,
) {
    let Some(findings) = &cx.views.findings else { return };
    Frame::new().inner_margin(Margin::symmetric(12, 0)).show(ui, |ui| {
        let total = number::grouped(findings.total as u64);
        section_header(ui, findings.title, &[SectionRight::Words(&total)]);
    });
    let height: f32 = findings.groups.iter().map(group_height).sum::<f32>()
        + unknown_height(&findings.cannot_tell, state.is_unknown_open)
        + if findings.groups.is_empty() { space::ROW } else { 0.0 };
    ScrollArea::vertical()
        .id_salt("findings rows")
        .max_height(max_height - space::ROW)
        .auto_shrink([false, true])
        .show_viewport(ui, |ui, view| {
            ui.set_height(height);
            let whole = ui.max_rect();
            let mut list = List {
                cx,
                view,
                whole,
                top: 0.0,
                has_moved: state.revealed != cx.session.reveals(),
            };
            state.revealed = cx.session.reveals();
            if findings.groups.is_empty() {
                let words = if cx.session.load().is_some() { "None so far" } else { "None" };
                let at = list.take(space::ROW).left_center() + vec2(space::M, 0.0);
                paint_text(ui.painter(), at, Align::Min, words, font::UI, cx.tokens.text3);
            }
            for group in &findings.groups {
                group_ui(ui, &mut list, group, out);
            }
            unknown_ui(ui, &mut list, &findings.cannot_tell, state);
        });
}

fn group_height(group: &Group) -> f32 {
    let items = if group.is_open { group.items.len() as f32 } else { 0.0 };
    space::ROW + items * space::ROW_FINDING
}

fn unknown_height(unknown: &[String], is_open: bool) -> f32 {
    let rows = if is_open { unknown.len() as f32 } else { 0.0 };
    if unknown.is_empty() { 0.0 } else { space::ROW + rows * space::ROW_FACT }
}

/// Hands out the places of rows from top to bottom and tells which of them are in sight.
struct List<'a> {
    cx: &'a Context<'a>,
    view: Rect,
    whole: Rect,
    top: f32,
    has_moved: bool,
}

impl List<'_> {
    fn take(&mut self, height: f32) -> Rect {
        let top = self.whole.top() + self.top;
        self.top += height;
        Rect::from_x_y_ranges(self.whole.x_range(), top..=top + height)
    }

    /// Of `count` rows that come next, those in sight; the others are passed.
    fn in_sight(&self, count: usize, height: f32) -> std::ops::Range<usize> {
        let (top, bottom) = (self.view.top() - self.top, self.view.bottom() - self.top);
        rows_in_sight(top, bottom, height, count)
    }
}

fn group_ui(ui: &Ui, list: &mut List<'_>, group: &Group, out: &mut Requests) {
    let severity = group.severity;
    let head = Head {
        name: severity.label(),
        icon: severity_icon(severity),
        color: list.cx.tokens.severity(severity).fill,
        count: group.items.len(),
        what: number::counted(group.items.len() as u64, "finding", "findings"),
        is_open: group.is_open,
    };
    let rect = list.take(space::ROW);
    if head_ui(ui, list.cx, rect, &head).clicked() {
        out.send(Command::ToggleGroup(severity));
    }
    if !group.is_open {
        return;
    }
    let height = space::ROW_FINDING;
    let start = list.top;
    if list.has_moved
        && let Some(at) = group.items.iter().position(|item| item.is_selected)
    {
        let top = list.whole.top() + start + at as f32 * height;
        let row = Rect::from_x_y_ranges(list.whole.x_range(), top..=top + height);
        ui.scroll_to_rect(row, None);
    }
    for at in list.in_sight(group.items.len(), height) {
        let Some(item) = group.items.get(at) else { continue };
        let top = list.whole.top() + start + at as f32 * height;
        let rect = Rect::from_x_y_ranges(list.whole.x_range(), top..=top + height);
        item_ui(ui, list.cx, rect, group, item, out);
    }
    list.top = start + group.items.len() as f32 * height;
}

struct Head<'a> {
    name: &'a str,
    icon: icon::Icon,
    color: eframe::egui::Color32,
    count: usize,
    what: String,
    is_open: bool,
}

fn head_ui(ui: &Ui, cx: &Context<'_>, rect: Rect, head: &Head<'_>) -> Response {
    let response = ui.interact(rect, focus_id().with(head.name), Sense::click());
    let spoken = format!("{}, {}", head.name, head.what);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, head.is_open, &spoken));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, 0, cx.tokens.hover);
    }
    let middle = rect.center().y;
    let caret = if head.is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
    let left = rect.left() + space::M;
    paint_icon(painter, pos2(left, middle), caret, space::ICON_CARET, cx.tokens.text3);
    paint_icon(painter, pos2(left + 21.0, middle), head.icon, space::ICON_SMALL, head.color);
    let at = pos2(left + 34.0, middle);
    paint_text(painter, at, Align::Min, head.name, font::UI, cx.tokens.text2);
    let at = pos2(rect.right() - space::M, middle);
    let count = number::grouped(head.count as u64);
    paint_text(painter, at, Align::Max, &count, font::MONO_ROW, cx.tokens.text3);
    if response.has_focus() {
        row_focus(painter, rect, cx.tokens.focus);
    }
    response
}

fn item_ui(ui: &Ui, cx: &Context<'_>, rect: Rect, group: &Group, item: &Item, out: &mut Requests) {
    let response = ui.interact(rect, focus_id().with(item.index), Sense::click());
    response
        .widget_info(|| WidgetInfo::selected(Role::ListItem, true, item.is_selected, &item.spoken));
    if response.clicked() {
        out.send(Command::SelectFinding(item.index));
    }
    let painter = ui.painter();
    let tokens = cx.tokens;
    let fill = match (item.is_selected, response.hovered()) {
        (true, _) if response.has_focus() => Some(tokens.select),
        (true, _) => Some(tokens.select_dim),
        (false, true) => Some(tokens.hover),
        (false, false) => None,
    };
    if let Some(fill) = fill {
        painter.rect_filled(rect, 0, fill);
    }
    let bar =
        Rect::from_min_size(rect.left_top() + vec2(space::M, 4.0), vec2(3.0, rect.height() - 8.0));
    painter.rect_filled(bar, 1, tokens.severity(group.severity).fill);
    let (left, right) = (rect.left() + 28.0, rect.right() - space::M);
    let line = |y: f32, right: f32| {
        Rect::from_x_y_ranges(left..=right, rect.top() + y - 8.0..=rect.top() + y + 8.0)
    };
    let (_, is_cut) =
        paint_elided_run(painter, line(12.0, right), &Run::new(&item.title, font::UI, tokens.text));
    let time = pos2(right, rect.top() + 28.0);
    let clock = paint_text(painter, time, Align::Max, &item.time, font::MONO_ROW, tokens.text3);
    let subject = Run::new(&item.subject, font::SMALL, tokens.text3);
    paint_elided_run(painter, line(28.0, clock.left() - space::S), &subject);
    if response.has_focus() {
        row_focus(painter, rect, tokens.focus);
    }
    if is_cut {
        tooltip(response, &item.title);
    }
}

fn unknown_ui(ui: &Ui, list: &mut List<'_>, unknown: &[String], state: &mut FindingsState) {
    if unknown.is_empty() {
        return;
    }
    let tokens = list.cx.tokens;
    let head = Head {
        name: "What the logs cannot tell",
        icon: icon::INFO.filled(),
        color: tokens.info.fill,
        count: unknown.len(),
        what: number::counted(unknown.len() as u64, "sentence", "sentences"),
        is_open: state.is_unknown_open,
    };
    let rect = list.take(space::ROW);
    if head_ui(ui, list.cx, rect, &head).clicked() {
        state.is_unknown_open = !state.is_unknown_open;
    }
    if !state.is_unknown_open {
        return;
    }
    let start = list.top;
    for at in list.in_sight(unknown.len(), space::ROW_FACT) {
        let Some(text) = unknown.get(at) else { continue };
        let top = list.whole.top() + start + at as f32 * space::ROW_FACT;
        let rect = Rect::from_x_y_ranges(
            list.whole.left() + 28.0..=list.whole.right() - space::S,
            top..=top + space::ROW_FACT,
        );
        let response = ui.interact(rect, focus_id().with(("unknown", at)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        let run = Run::new(text, font::SMALL, tokens.text2);
        if paint_elided_run(ui.painter(), rect, &run).1 {
            tooltip(response, text);
        }
    }
    list.top = start + unknown.len() as f32 * space::ROW_FACT;
}
