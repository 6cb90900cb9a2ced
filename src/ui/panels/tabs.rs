//! The row of tabs above the centre, with the switches of the tree at its right.

use eframe::egui::{Align, Layout, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{Button, Look, Size, paint_icon, paint_text, place, text_width, tooltip};

const HEIGHT: f32 = 36.0;

/// Draws the tabs.
pub fn tabs_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let tokens = cx.tokens;
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (space::STROKE, tokens.line));
    tab_ui(ui, cx, rect);
    let right = rect.shrink2(vec2(space::M, 0.0));
    place(ui, right, Layout::right_to_left(Align::Center), |ui| {
        let expand =
            Button::new(Look::Ghost, "Expand all").icon(icon::ARROWS_OUT).size(Size::Small);
        if ui.add(expand).clicked() {
            out.act(Action::ExpandAll);
        }
        let is_on = cx.session.is_chain_only();
        let look = if is_on { Look::Raised } else { Look::Ghost };
        let chain = Button::new(look, "Zoom chain only").icon(icon::PATH).size(Size::Small);
        let response = ui.add_enabled(!cx.analysis().zoom_roots.is_empty() || is_on, chain);
        response.widget_info(|| {
            WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), is_on, "Zoom chain only")
        });
        let response = tooltip(response, "Show only Zoom and what it started (Z)");
        if response.clicked() {
            out.act(Action::ToggleChainOnly);
        }
    });
}

fn tab_ui(ui: &Ui, cx: &Context<'_>, row: Rect) {
    let tokens = cx.tokens;
    let painter = ui.painter();
    let middle = row.center().y;
    let left = row.left() + space::L;
    let name = "Process tree";
    let width = space::ICON + 6.0 + text_width(painter, name, font::UI_STRONG);
    let tab = Rect::from_x_y_ranges(left..=left + width, row.y_range());
    let response = ui.interact(tab, ui.scope_id().with(name), Sense::hover());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, true, name));
    paint_icon(painter, pos2(left + 8.0, middle), icon::TREE_STRUCTURE, space::ICON, tokens.text);
    let at = pos2(left + space::ICON + 6.0, middle);
    paint_text(painter, at, Align::Min, name, font::UI_STRONG, tokens.text);
    let line = Rect::from_x_y_ranges(tab.x_range(), row.bottom() - 2.0..=row.bottom());
    painter.rect_filled(line, 0, tokens.text);
}
