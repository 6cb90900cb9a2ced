//! The row of tabs above the centre, with the switches of the tree at its right.

use eframe::egui::{Align, Layout, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::session::Tab;
use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::icon::Icon;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Look, Size, paint_icon, paint_text, place, row_focus, text_width, tooltip,
};

const HEIGHT: f32 = 36.0;
/// Between the names of two tabs.
const GAP: f32 = 24.0;
/// From the icon to the name.
const ICON_GAP: f32 = 6.0;

/// The tabs, left to right.
const SHOWN: [(Tab, Icon, Action); 3] = [
    (Tab::ProcessTree, icon::TREE_STRUCTURE, Action::ShowTree),
    (Tab::Timeline, icon::CHART_BAR_HORIZONTAL, Action::ShowTimeline),
    (Tab::Events, icon::ROWS, Action::ShowEvents),
];

/// Draws the tabs.
pub fn tabs_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let tokens = cx.tokens;
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (space::STROKE, tokens.line));
    let mut left = rect.left() + space::L;
    for (tab, shape, action) in SHOWN {
        left = tab_ui(ui, cx, rect, left, (tab, shape, action), out) + GAP;
    }
    if cx.session.tab() == Tab::ProcessTree {
        let right = rect.shrink2(vec2(space::M, 0.0));
        place(ui, right, Layout::right_to_left(Align::Center), |ui| tree_ui(ui, cx, out));
    }
}

fn tree_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let expand = Button::new(Look::Ghost, "Expand all").icon(icon::ARROWS_OUT).size(Size::Small);
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
}

/// One tab from `left` on; returns its right edge.
fn tab_ui(
    ui: &Ui,
    cx: &Context<'_>,
    row: Rect,
    left: f32,
    (tab, shape, action): (Tab, Icon, Action),
    out: &mut Requests,
) -> f32 {
    let tokens = cx.tokens;
    let painter = ui.painter();
    let middle = row.center().y;
    let name = tab.name();
    let is_on = cx.session.tab() == tab;
    // The wider face keeps the others in place when this one is chosen.
    let width = space::ICON + ICON_GAP + text_width(painter, name, font::UI_STRONG);
    let rect = Rect::from_x_y_ranges(left..=left + width, row.y_range());
    let response =
        ui.interact(rect.expand2(vec2(space::S, 0.0)), ui.scope_id().with(name), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_on, name));
    let (face, color) = match (is_on, response.hovered()) {
        (true, _) => (font::UI_STRONG, tokens.text),
        (false, true) => (font::UI, tokens.text),
        (false, false) => (font::UI, tokens.text2),
    };
    paint_icon(painter, pos2(left + 8.0, middle), shape, space::ICON, color);
    let at = pos2(left + space::ICON + ICON_GAP, middle);
    paint_text(painter, at, Align::Min, name, face, color);
    if is_on {
        let line = Rect::from_x_y_ranges(rect.x_range(), row.bottom() - 2.0..=row.bottom());
        painter.rect_filled(line, 0, tokens.text);
    }
    if response.has_focus() {
        row_focus(painter, rect.expand2(vec2(space::XS, -4.0)), tokens.focus);
    }
    let response = tooltip(response, &format!("{name} ({})", action.keys()));
    if response.clicked() {
        out.act(action);
    }
    rect.right()
}
