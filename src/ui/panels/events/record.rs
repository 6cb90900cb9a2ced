//! The selected record under the table: its fields or its JSON, and beside it what is known of it.

use eframe::egui::{
    Align, EventFilter, Frame, Key, Layout, Margin, Modifiers, Panel, Rect, Role, ScrollArea,
    Sense, Ui, WidgetInfo, pos2, vec2,
};
use serde::{Deserialize, Serialize};

use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::panels::events::record_id;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Elide, Fact, Look, Run, link, paint_elided_run, paint_text, row_focus, rows_in_sight,
    tooltip,
};
use crate::view::inspector::{Inspector, SelectedRecord};

/// From this width on what is known stands beside the record.
const BESIDE_FROM: f32 = 760.0;
const LINE: f32 = 18.0;

/// How the record is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Names and values.
    #[default]
    Fields,
    /// As JSON.
    Json,
}

/// Draws the record.
pub(super) fn record_ui(ui: &mut Ui, cx: &Context<'_>, form: &mut Form, out: &mut Requests) {
    let Some(Inspector::Record(facts)) = &cx.views.inspector else { return };
    let whole = ui.max_rect();
    let focus = ui.interact(whole, record_id(), Sense::focusable_noninteractive());
    focus.widget_info(|| WidgetInfo::labeled(Role::Pane, true, "Record"));
    ui.spacing_mut().item_spacing.y = 0.0;
    header_ui(ui, cx, facts, form, out);
    let margin = Margin { left: 12, right: 12, top: 0, bottom: 8 };
    if ui.available_width() >= BESIDE_FROM {
        Panel::right("read as")
            .default_size(340.0)
            .size_range(240.0..=480.0)
            .frame(Frame::new().inner_margin(margin))
            .show_separator_line(false)
            .show(ui, |ui| read_as_ui(ui, cx, facts, out));
    }
    let area = ui.available_rect_before_wrap();
    let block =
        Rect::from_min_max(area.min + vec2(space::M, 0.0), area.max - vec2(space::XS, space::S));
    ui.painter().rect_filled(block, space::RADIUS_CHIP, cx.tokens.code);
    let scroll = if focus.has_focus() { scroll_by_keys(ui, block.height()) } else { 0.0 };
    let builder = eframe::egui::UiBuilder::new().max_rect(block.shrink2(vec2(0.0, 4.0)));
    ui.scope_builder(builder, |ui| match form {
        Form::Fields => fields_ui(ui, cx, facts, scroll, out),
        Form::Json => json_ui(ui, cx, facts, scroll),
    });
    if focus.has_focus() {
        row_focus(ui.painter(), whole, cx.tokens.focus);
    }
}

fn scroll_by_keys(ui: &Ui, page: f32) -> f32 {
    ui.memory_mut(|memory| {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        memory.set_focus_lock_filter(record_id(), filter);
    });
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let steps = [
        (Key::ArrowDown, -LINE),
        (Key::ArrowUp, LINE),
        (Key::PageDown, -page),
        (Key::PageUp, page),
    ];
    steps.into_iter().filter(|(key, _)| pressed(*key)).map(|(_, step)| step).sum()
}

fn header_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    facts: &SelectedRecord,
    form: &mut Form,
    out: &mut Requests,
) {
    let tokens = cx.tokens;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::hover());
    let inner = rect.shrink2(vec2(space::M, 0.0));
    let mut right = inner.right();
    crate::ui::widgets::place(ui, inner, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        if let Some(process) = facts.process_at {
            let button = Button::new(Look::Ghost, "Show in tree").icon(icon::TREE_STRUCTURE);
            if ui.add(button.small_text()).clicked() {
                out.send(Command::ShowInTree(process));
            }
        }
        let button = Button::new(Look::Ghost, "Copy JSON").icon(icon::COPY);
        if ui.add(button.small_text()).clicked() {
            out.copy(&facts.facts.json);
        }
        right = ui.min_rect().left() - space::S;
    });
    let fields = format!("Fields {}", facts.facts.fields.len());
    let mut left = inner.left() + space::XS;
    for (name, which) in [(fields.as_str(), Form::Fields), ("JSON", Form::Json)] {
        let is_on = *form == which;
        let width = crate::ui::widgets::text_width(ui.painter(), name, font::UI_STRONG);
        let tab = Rect::from_x_y_ranges(left..=left + width, rect.y_range());
        let id = ui.scope_id().with(("form", which as u8));
        let response = ui.interact(tab.expand2(vec2(6.0, 0.0)), id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_on, name));
        let (face, color) =
            if is_on { (font::UI_STRONG, tokens.text) } else { (font::UI, tokens.text2) };
        paint_text(ui.painter(), tab.left_center(), Align::Min, name, face, color);
        if is_on {
            let line =
                Rect::from_x_y_ranges(tab.x_range(), tab.bottom() - 4.0..=tab.bottom() - 2.0);
            ui.painter().rect_filled(line, 0, tokens.text);
        }
        if response.has_focus() {
            row_focus(ui.painter(), tab.expand2(vec2(4.0, -4.0)), tokens.focus);
        }
        if response.clicked() {
            *form = which;
        }
        left = tab.right() + space::L;
    }
    let title = format!("{}: {}", facts.facts.title, facts.summary);
    let text = Rect::from_x_y_ranges(left + space::S..=right.max(left + space::S), rect.y_range());
    let (_, is_cut) =
        paint_elided_run(ui.painter(), text, &Run::new(&title, font::SMALL, tokens.text3));
    let response = ui.interact(text, ui.scope_id().with("record title"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &title));
    if is_cut {
        tooltip(response, &title);
    }
}

fn fields_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    facts: &SelectedRecord,
    scroll: f32,
    out: &mut Requests,
) {
    let tokens = cx.tokens;
    let fields = &facts.facts.fields;
    if let Some(note) = &facts.note {
        ui.add_space(space::XS);
        ui.horizontal(|ui| {
            ui.add_space(space::M);
            ui.label(eframe::egui::RichText::new(note).color(tokens.medium.text));
        });
    }
    let height = space::ROW_FACT;
    ScrollArea::vertical().id_salt("record fields").auto_shrink(false).show_viewport(
        ui,
        |ui, sight| {
            ui.scroll_with_delta(vec2(0.0, scroll));
            ui.set_height(fields.len() as f32 * height);
            let whole = ui.max_rect();
            for at in rows_in_sight(sight.min.y, sight.max.y, height, fields.len()) {
                let Some((name, value)) = fields.get(at) else { continue };
                let top = whole.top() + at as f32 * height;
                let row = Rect::from_x_y_ranges(whole.x_range(), top..=top + height);
                field_ui(ui, cx, row, (at, name, value), facts, out);
            }
        },
    );
}

fn field_ui(
    ui: &Ui,
    cx: &Context<'_>,
    row: Rect,
    (at, name, value): (usize, &str, &str),
    facts: &SelectedRecord,
    out: &mut Requests,
) {
    const NAME: f32 = 168.0;
    let tokens = cx.tokens;
    let response = ui.interact(row, ui.scope_id().with(("field", at)), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {value}")));
    let painter = ui.painter();
    if facts.marked.iter().any(|marked| marked == name) {
        painter.rect_filled(row, 0, tokens.medium.chip);
    } else if response.hovered() {
        painter.rect_filled(row, 0, tokens.hover);
    }
    let left = row.left() + space::M;
    let label = Rect::from_x_y_ranges(left..=left + NAME, row.y_range());
    paint_elided_run(painter, label, &Run::new(name, font::SMALL, tokens.text2));
    let text =
        Rect::from_x_y_ranges(left + NAME + space::S..=row.right() - space::M, row.y_range());
    let run = Run::new(value, font::MONO_ROW, tokens.text);
    let (_, is_cut) = paint_elided_run(painter, text, &run);
    response.context_menu(|ui| {
        if crate::ui::widgets::menu_item(ui, Some(icon::COPY), "Copy value", "").clicked() {
            out.copy(value);
        }
    });
    if is_cut {
        tooltip(response, value);
    }
}

fn json_ui(ui: &mut Ui, cx: &Context<'_>, facts: &SelectedRecord, scroll: f32) {
    let tokens = cx.tokens;
    let lines: Vec<&str> = facts.facts.json.lines().collect();
    ScrollArea::vertical().id_salt("record json").auto_shrink(false).show_viewport(
        ui,
        |ui, sight| {
            ui.scroll_with_delta(vec2(0.0, scroll));
            ui.set_height(lines.len() as f32 * LINE);
            let whole = ui.max_rect();
            for at in rows_in_sight(sight.min.y, sight.max.y, LINE, lines.len()) {
                let Some(line) = lines.get(at) else { continue };
                let top = whole.top() + at as f32 * LINE;
                let row = Rect::from_x_y_ranges(whole.x_range(), top..=top + LINE);
                let response = ui.interact(row, ui.scope_id().with(("line", at)), Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, *line));
                let painter = ui.painter();
                let name =
                    line.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                if name.is_some_and(|name| facts.marked.iter().any(|marked| marked == name)) {
                    painter.rect_filled(row, 0, tokens.medium.chip);
                }
                let number = (at + 1).to_string();
                let end = pos2(row.left() + 32.0, row.center().y);
                paint_text(painter, end, Align::Max, &number, font::MONO_RECORD, tokens.text3);
                let x = row.left() + 44.0..=row.right() - space::S;
                let text = Rect::from_x_y_ranges(x, row.y_range());
                let run = Run::new(line, font::MONO_RECORD, tokens.text);
                if paint_elided_run(painter, text, &run).1 {
                    tooltip(response, line.trim());
                }
            }
        },
    );
}

/// What is known of the record beside what it says.
fn read_as_ui(ui: &mut Ui, cx: &Context<'_>, facts: &SelectedRecord, out: &mut Requests) {
    ScrollArea::vertical().id_salt("read as").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        known_ui(ui, cx, facts, out);
    });
}

/// Labels and values, the process and the findings as links.
pub(in crate::ui::panels) fn known_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    facts: &SelectedRecord,
    out: &mut Requests,
) {
    if let (Some(name), Some(process)) = (&facts.process, facts.process_at)
        && linked(ui, cx, "Process", name)
    {
        out.send(Command::ShowInTree(process));
    }
    for (finding, title) in &facts.used_by {
        if linked(ui, cx, "Used by", title) {
            out.send(Command::SelectFinding(*finding));
        }
    }
    for (label, value) in &facts.read_as {
        Fact::new(label, value).mono().elide(Elide::Middle).show(ui);
    }
}

/// A fact whose value is a link; whether it was clicked.
fn linked(ui: &mut Ui, cx: &Context<'_>, label: &str, value: &str) -> bool {
    let size = vec2(ui.available_width(), space::ROW_FACT);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    paint_text(ui.painter(), rect.left_center(), Align::Min, label, font::SMALL, cx.tokens.text3);
    let value_rect = Rect::from_min_max(rect.min + vec2(112.0, 0.0), rect.max);
    crate::ui::widgets::place(ui, value_rect, Layout::left_to_right(Align::Center), |ui| {
        ui.set_clip_rect(value_rect.intersect(ui.clip_rect()));
        link(ui, value, font::UI).clicked()
    })
}
