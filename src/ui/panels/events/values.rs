//! The strip beside the table: values with the number of records that have them.

use eframe::egui::{Align, Layout, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::session::Command;
use crate::session::events::Only;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Run, icon_button, menu_item, paint_elided_run, paint_text, place, row_focus, rows_in_sight,
    tooltip,
};
use crate::view::events::{ValueRow, Values};

/// Draws the strip.
pub(super) fn values_ui(ui: &mut Ui, cx: &Context<'_>, values: &Values, out: &mut Requests) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let size = vec2(ui.available_width(), space::ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &values.title));
    let text = Rect::from_x_y_ranges(rect.left() + space::M..=rect.right() - 36.0, rect.y_range());
    paint_elided_run(ui.painter(), text, &Run::new(&values.title, font::SMALL, cx.tokens.text3));
    let seam = (space::STROKE, cx.tokens.line);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, seam);
    let end = rect.shrink2(vec2(space::XS, 0.0));
    place(ui, end, Layout::right_to_left(Align::Center), |ui| {
        if icon_button(ui, icon::X, "Stop counting").clicked() {
            out.send(Command::GroupEvents(None));
        }
    });
    let height = space::ROW;
    let has_rest = usize::from(!values.rest.is_empty());
    let count = values.rows.len();
    ScrollArea::vertical().id_salt("event values").auto_shrink(false).show_viewport(
        ui,
        |ui, sight| {
            ui.set_height((count + has_rest) as f32 * height);
            let whole = ui.max_rect();
            let place = |at: usize| {
                let top = whole.top() + at as f32 * height;
                Rect::from_x_y_ranges(whole.x_range(), top..=top + height)
            };
            for at in rows_in_sight(sight.min.y, sight.max.y, height, count) {
                if let Some(value) = values.rows.get(at) {
                    value_ui(ui, cx, place(at), at, value, out);
                }
            }
            if has_rest > 0 {
                let at = place(count).left_center() + vec2(space::M, 0.0);
                let color = cx.tokens.text3;
                paint_text(ui.painter(), at, Align::Min, &values.rest, font::SMALL, color);
            }
        },
    );
}

fn value_ui(
    ui: &Ui,
    cx: &Context<'_>,
    rect: Rect,
    at: usize,
    value: &ValueRow,
    out: &mut Requests,
) {
    let tokens = cx.tokens;
    let response = ui.interact(rect, ui.scope_id().with(("value", at)), Sense::click());
    let is_on = cx.session.event_query().only.contains(&value.only);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, &value.spoken));
    let painter = ui.painter();
    // The bar says how much of the list has the value.
    let part = rect.width() * f32::from(value.percent) / 100.0;
    let bar = Rect::from_min_size(rect.min, vec2(part, rect.height())).shrink2(vec2(0.0, 1.0));
    painter.rect_filled(bar, 0, tokens.raised);
    if is_on {
        painter.rect_filled(rect, 0, tokens.select_dim);
    } else if response.hovered() {
        painter.rect_filled(rect, 0, tokens.hover);
    }
    let middle = rect.center().y;
    let end = pos2(rect.right() - space::S, middle);
    let count = paint_text(painter, end, Align::Max, &value.count, font::MONO_ROW, tokens.text2);
    let x = rect.left() + space::M..=(count.left() - space::S).max(rect.left() + space::M);
    let text = Rect::from_x_y_ranges(x, rect.y_range());
    let color = if value.only.value.is_some() { tokens.text } else { tokens.text3 };
    paint_elided_run(painter, text, &Run::new(&value.words, font::UI, color));
    if response.has_focus() {
        row_focus(painter, rect, tokens.focus);
    }
    if response.clicked() {
        let only = value.only.clone();
        out.send(if is_on { Command::AnyEvents(only) } else { Command::OnlyEvents(only) });
    }
    response.context_menu(|ui| {
        if menu_item(ui, Some(icon::FUNNEL), "Only these", "").clicked() {
            out.send(Command::OnlyEvents(value.only.clone()));
        }
        if menu_item(ui, Some(icon::MINUS), "Leave these out", "").clicked() {
            out.send(Command::OnlyEvents(Only { is_left_out: true, ..value.only.clone() }));
        }
        if let Some(text) = &value.only.value
            && menu_item(ui, Some(icon::COPY), "Copy value", "").clicked()
        {
            out.copy(text);
        }
    });
    tooltip(response, &value.words);
}
