//! What a record said, field by field: folded in the list of a process's records, open where the
//! record itself is selected.

use eframe::egui::{Align, Label, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::context::Context;
use crate::ui::panels::events::known_ui;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{Fact, ghost_button, paint_icon, paint_text, row_focus, section_header};
use crate::view::inspector::{RecordFacts, SelectedRecord};

/// Draws the record's title; its fields below where unfolded.
pub(super) fn record_ui(ui: &mut Ui, cx: &Context<'_>, facts: &RecordFacts, out: &mut Requests) {
    let id = ui.scope_id().with(("record", &facts.title));
    let mut is_open = ui.data(|data| data.get_temp(id).unwrap_or(false));
    let size = vec2(ui.available_width(), space::ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &facts.title));
    if response.clicked() {
        is_open = !is_open;
        ui.data_mut(|data| data.insert_temp(id, is_open));
    }
    let painter = ui.painter();
    let tokens = cx.tokens;
    if response.hovered() {
        painter.rect_filled(rect.expand2(vec2(4.0, 0.0)), 4, tokens.hover);
    }
    let middle = rect.center().y;
    let caret = if is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
    paint_icon(painter, pos2(rect.left() + 6.0, middle), caret, space::ICON_CARET, tokens.text3);
    let at = pos2(rect.left() + 18.0, middle);
    let title = format!("What the record said: {}", facts.title);
    paint_text(painter, at, Align::Min, &title, font::UI, tokens.text2);
    if response.has_focus() {
        row_focus(painter, rect, tokens.focus);
    }
    if !is_open {
        return;
    }
    Fact::new("File", &facts.file).mono().show(ui);
    Fact::new("Time", &facts.time).mono().show(ui);
    for other in &facts.also_in {
        Fact::new("Also in", other).mono().copies().show(ui);
    }
    for (name, value) in &facts.fields {
        Fact::new(name, value).mono().copies().show(ui);
    }
    if ghost_button(ui, icon::COPY, "Copy record as JSON").clicked() {
        out.copy(&facts.json);
    }
    ui.add_space(space::S);
}

/// Draws a selected record.
pub(super) fn selected_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    facts: &SelectedRecord,
    out: &mut Requests,
) {
    ui.label(RichText::new(&facts.facts.title).font(font::INSPECTOR_TITLE.font_id()));
    let words = RichText::new(&facts.summary).font(font::SMALL.font_id()).color(cx.tokens.text2);
    ui.add(Label::new(words).wrap());
    ui.add_space(space::M);
    section_header(ui, "Read as", &[]);
    known_ui(ui, cx, facts, out);
    ui.add_space(space::M);
    section_header(ui, "Fields", &[]);
    if let Some(note) = &facts.note {
        let words = RichText::new(note).color(cx.tokens.medium.text);
        ui.add(Label::new(words).wrap());
    }
    for (name, value) in &facts.facts.fields {
        Fact::new(name, value).mono().copies().show(ui);
    }
    if ghost_button(ui, icon::COPY, "Copy record as JSON").clicked() {
        out.copy(&facts.facts.json);
    }
}
