//! The list of findings at the left, grouped by severity.

use eframe::egui::{
    Align, Id, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, severity_icon, space};
use crate::ui::widgets::{
    Run, SectionRight, paint_elided_run, paint_icon, paint_text, row_focus, section_header, tooltip,
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

/// Draws title, groups and what the logs cannot tell.
pub fn findings_ui(ui: &mut Ui, cx: &Context<'_>, state: &mut FindingsState, out: &mut Requests) {
    let Some(findings) = &cx.views.findings else { return };
    padded(ui, |ui| {
        let total = number::grouped(findings.total as u64);
        section_header(ui, findings.title, &[SectionRight::Words(&total)]);
    });
    if findings.groups.is_empty() {
        let words = if cx.session.load().is_some() { "None so far" } else { "None" };
        padded(ui, |ui| {
            ui.label(words);
        });
    }
    for group in &findings.groups {
        group_ui(ui, cx, group, state, out);
    }
    state.revealed = cx.session.reveals();
    unknown_ui(ui, cx, &findings.cannot_tell, state);
}

fn padded(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    eframe::egui::Frame::new()
        .inner_margin(eframe::egui::Margin::symmetric(12, 0))
        .show(ui, |ui| add(ui));
}

fn group_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    group: &Group,
    state: &FindingsState,
    out: &mut Requests,
) {
    let severity = group.severity;
    let head = Head {
        name: severity.label(),
        icon: severity_icon(severity),
        color: cx.tokens.severity(severity).fill,
        count: group.items.len(),
        is_open: group.is_open,
    };
    if head_ui(ui, cx, &head).clicked() {
        out.send(Command::ToggleGroup(severity));
    }
    if group.is_open {
        for item in &group.items {
            item_ui(ui, cx, group, item, state, out);
        }
    }
}

struct Head<'a> {
    name: &'a str,
    icon: icon::Icon,
    color: eframe::egui::Color32,
    count: usize,
    is_open: bool,
}

fn head_ui(ui: &mut Ui, cx: &Context<'_>, head: &Head<'_>) -> Response {
    let size = vec2(ui.available_width(), space::ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let spoken = format!("{}, {} findings", head.name, head.count);
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

fn item_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    group: &Group,
    item: &Item,
    state: &FindingsState,
    out: &mut Requests,
) {
    let size = vec2(ui.available_width(), space::ROW_FINDING);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::ListItem, true, item.is_selected, &item.spoken)
    });
    if item.is_selected && state.revealed != cx.session.reveals() {
        ui.scroll_to_rect(rect, None);
    }
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
    let bar = Rect::from_min_size(
        rect.left_top() + vec2(space::M, 4.0),
        vec2(3.0, rect.height() - 8.0),
    );
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

fn unknown_ui(ui: &mut Ui, cx: &Context<'_>, unknown: &[String], state: &mut FindingsState) {
    if unknown.is_empty() {
        return;
    }
    let head = Head {
        name: "What the logs cannot tell",
        icon: icon::INFO.filled(),
        color: cx.tokens.info.fill,
        count: unknown.len(),
        is_open: state.is_unknown_open,
    };
    if head_ui(ui, cx, &head).clicked() {
        state.is_unknown_open = !state.is_unknown_open;
    }
    if state.is_unknown_open {
        for text in unknown {
            padded(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.add_space(22.0);
                    let words = eframe::egui::RichText::new(text)
                        .font(font::SMALL.font_id())
                        .color(cx.tokens.text2);
                    ui.add(eframe::egui::Label::new(words).wrap());
                });
            });
        }
    }
}
