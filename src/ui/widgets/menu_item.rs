//! One line of a menu: icon, words, shortcut at the right.

use eframe::egui::{Align, Response, Role, Sense, Ui, Widget, WidgetInfo, pos2, vec2};

use super::paint::{full_painter, paint_icon, paint_text, row_focus, text_width};
use crate::ui::theme::icon::{self, Icon};
use crate::ui::theme::{font, space, tokens};

/// A line of a menu.
#[derive(Clone, Copy, Debug)]
#[must_use = "a menu item has to be added to a `Ui`"]
pub struct MenuItem<'a> {
    text: &'a str,
    icon: Option<Icon>,
    key: &'a str,
}

impl<'a> MenuItem<'a> {
    /// A line without icon and shortcut.
    pub const fn new(text: &'a str) -> Self {
        Self { text, icon: None, key: "" }
    }

    /// With an icon.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Ticked, or with the room of a tick.
    pub const fn checked(mut self, checked: bool) -> Self {
        self.icon = if checked { Some(icon::CHECK) } else { None };
        self
    }

    /// With its shortcut; an empty one is none.
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = key;
        self
    }
}

impl Widget for MenuItem<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        const LEFT: f32 = space::S + space::ICON + space::S;
        let tokens = tokens(ui);
        let words = text_width(ui.painter(), self.text, font::UI);
        let key = text_width(ui.painter(), self.key, font::MONO_RECORD);
        let least = LEFT + words + space::XL + key + space::S;
        // While a menu finds its size it has the room of a window; its widest line decides.
        let room = if ui.is_sizing_pass() { ui.spacing().menu_width } else { ui.available_width() };
        let size = vec2(least.max(room), space::CONTROL_SMALL);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, ui.is_enabled(), self.text));
        let painter = &full_painter(ui);
        let enabled = response.enabled();
        if enabled && response.hovered() {
            painter.rect_filled(rect, space::RADIUS_CHIP, tokens.line_strong);
        }
        if response.has_focus() {
            row_focus(painter, rect, tokens.focus);
        }
        let pick = |color| if enabled { color } else { tokens.disabled };
        let middle = rect.center().y;
        if let Some(icon) = self.icon {
            let center = pos2(rect.left() + space::S + space::ICON / 2.0, middle);
            paint_icon(painter, center, icon, space::ICON, pick(tokens.text2));
        }
        let at = pos2(rect.left() + LEFT, middle);
        paint_text(painter, at, Align::Min, self.text, font::UI, pick(tokens.text));
        let at = pos2(rect.right() - space::S, middle);
        paint_text(painter, at, Align::Max, self.key, font::MONO_RECORD, pick(tokens.text3));
        response
    }
}

/// A line of a menu with icon and shortcut; closes the menu when clicked.
pub fn menu_item(ui: &mut Ui, icon: Option<Icon>, text: &str, key: &str) -> Response {
    let item = MenuItem::new(text).key(key);
    let response = ui.add(icon.map_or(item, |icon| item.icon(icon)));
    if response.clicked() {
        ui.close();
    }
    response
}
