//! Buttons and links.

use eframe::egui::{
    Align, Color32, CornerRadius, CursorIcon, Painter, Rect, Response, Role, Sense, Ui, Vec2,
    Widget, WidgetInfo, pos2, vec2,
};

use super::key_cap::{key_cap_width, paint_key_cap};
use super::paint::{focus_ring, full_painter, paint_icon, paint_text, text_width};
use super::tooltip::tooltip;
use crate::ui::theme::font::Face;
use crate::ui::theme::icon::{self, Icon};
use crate::ui::theme::{Tokens, font, space, tokens};

const GAP: f32 = 6.0;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do next: accent.
    Primary,
    /// Any other command.
    Raised,
    /// A command in a header or a row: no fill until the pointer is over it.
    Ghost,
}

/// Height of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 24.
    Small,
    /// 28.
    Normal,
    /// 36, on the start screen.
    Large,
}

/// A button with icon, words, key cap and caret, each of them if wanted.
#[derive(Clone, Copy, Debug)]
#[must_use = "a button has to be added to a `Ui`"]
pub struct Button<'a> {
    text: &'a str,
    look: Look,
    size: Size,
    face: Face,
    icon: Option<Icon>,
    key: Option<&'a str>,
    caret: bool,
}

impl<'a> Button<'a> {
    /// A button of normal size.
    pub const fn new(look: Look, text: &'a str) -> Self {
        let face = match look {
            Look::Primary | Look::Raised => font::UI_MEDIUM,
            Look::Ghost => font::UI,
        };
        Self { text, look, size: Size::Normal, face, icon: None, key: None, caret: false }
    }

    /// With an icon before the words.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// In another size.
    pub const fn size(mut self, size: Size) -> Self {
        self.size = size;
        self
    }

    /// With its words in 12 point, for section headers.
    pub const fn small_text(mut self) -> Self {
        self.face = font::SMALL;
        self.size = Size::Small;
        self
    }

    /// With its shortcut behind the words.
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// With a caret: it opens a menu.
    pub const fn caret(mut self) -> Self {
        self.caret = true;
        self
    }

    const fn height(&self) -> f32 {
        match self.size {
            Size::Small => space::CONTROL_SMALL,
            Size::Normal => space::CONTROL,
            Size::Large => space::CONTROL_LARGE,
        }
    }

    const fn padding(&self) -> f32 {
        match (self.look, self.size) {
            (Look::Ghost, _) => space::XS,
            (_, Size::Small) => 8.0,
            (_, Size::Normal) => 10.0,
            (_, Size::Large) => 14.0,
        }
    }

    const fn icon_size(&self) -> f32 {
        if self.face.size < 12.5 { space::ICON_SMALL } else { space::ICON }
    }

    fn width(&self, painter: &Painter) -> f32 {
        let mut width = 2.0 * self.padding() + text_width(painter, self.text, self.face);
        if self.icon.is_some() {
            width += self.icon_size() + GAP;
        }
        if let Some(key) = self.key {
            width += GAP + key_cap_width(painter, key);
        }
        if self.caret {
            width += GAP + space::ICON_CARET;
        }
        width.ceil()
    }

    fn paint(&self, painter: &Painter, rect: Rect, colors: &Colors) {
        let radius = CornerRadius::same(space::RADIUS_BUTTON);
        painter.rect_filled(rect, radius, colors.fill);
        let middle = rect.center().y;
        let mut x = rect.left() + self.padding();
        if let Some(icon) = self.icon {
            let size = self.icon_size();
            paint_icon(painter, pos2(x + size / 2.0, middle), icon, size, colors.icon);
            x += size + GAP;
        }
        let words =
            paint_text(painter, pos2(x, middle), Align::Min, self.text, self.face, colors.text);
        x = words.right() + GAP;
        if let Some(key) = self.key {
            let cap = pos2(x, middle);
            x = paint_key_cap(painter, cap, key, colors.icon, Color32::TRANSPARENT).right() + GAP;
        }
        if self.caret {
            let center = pos2(x + space::ICON_CARET / 2.0, middle);
            paint_icon(painter, center, icon::CARET_DOWN, space::ICON_CARET, colors.icon);
        }
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let size = vec2(self.width(ui.painter()), self.height());
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), self.text));
        if ui.is_rect_visible(rect) {
            let colors = Colors::of(tokens(ui), self.look, &response);
            self.paint(&full_painter(ui), rect, &colors);
            if response.has_focus() {
                focus_ring(ui, rect, space::RADIUS_BUTTON);
            }
        }
        response
    }
}

struct Colors {
    fill: Color32,
    icon: Color32,
    text: Color32,
}

impl Colors {
    fn of(tokens: &Tokens, look: Look, response: &Response) -> Self {
        let pressed = response.is_pointer_button_down_on();
        let hovered = response.hovered();
        if !response.enabled() {
            let fill = if look == Look::Ghost { Color32::TRANSPARENT } else { tokens.raised };
            return Self { fill, icon: tokens.disabled, text: tokens.disabled };
        }
        let fill = match look {
            Look::Primary if pressed => tokens.accent.lerp_to_gamma(tokens.on_accent, 0.16),
            Look::Primary if hovered => tokens.accent.lerp_to_gamma(tokens.on_accent, 0.08),
            Look::Primary => tokens.accent,
            _ if pressed => tokens.line_strong,
            _ if hovered => tokens.hover,
            Look::Raised => tokens.raised,
            Look::Ghost => Color32::TRANSPARENT,
        };
        let (icon, text) = match look {
            Look::Primary => (tokens.on_accent, tokens.on_accent),
            Look::Raised => (tokens.text2, tokens.text),
            Look::Ghost => (tokens.text2, tokens.text2),
        };
        Self { fill, icon, text }
    }
}

/// The accent button, with its shortcut if it has one.
pub fn primary_button(ui: &mut Ui, icon: Icon, text: &str, key: Option<&str>) -> Response {
    let button = Button::new(Look::Primary, text).icon(icon);
    ui.add(key.map_or(button, |key| button.key(key)))
}

/// A plain button.
pub fn raised_button(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    ui.add(Button::new(Look::Raised, text).icon(icon))
}

/// A button without fill.
pub fn ghost_button(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    ui.add(Button::new(Look::Ghost, text).icon(icon).size(Size::Small))
}

/// A square button of 24 with an icon; `name` is its tooltip and what a screen reader says.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let (rect, response) =
        ui.allocate_exact_size(Vec2::splat(space::CONTROL_SMALL), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if ui.is_rect_visible(rect) {
        let colors = Colors::of(tokens(ui), Look::Ghost, &response);
        let painter = full_painter(ui);
        painter.rect_filled(rect, space::RADIUS_BUTTON, colors.fill);
        paint_icon(&painter, rect.center(), icon, space::ICON, colors.icon);
        if response.has_focus() {
            focus_ring(ui, rect, space::RADIUS_BUTTON);
        }
    }
    tooltip(response, name)
}

/// Words in accent that do something; underlined under the pointer.
pub fn link(ui: &mut Ui, text: &str, face: Face) -> Response {
    let tokens = tokens(ui);
    let size = vec2(text_width(ui.painter(), text, face), face.line);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, ui.is_enabled(), text));
    let color = if response.enabled() { tokens.accent } else { tokens.disabled };
    paint_text(&full_painter(ui), rect.left_center(), Align::Min, text, face, color);
    if response.hovered() && response.enabled() {
        let y = rect.center().y + face.drop + 2.0;
        ui.painter().hline(rect.x_range(), y + 0.5, (space::STROKE, color));
    }
    if response.has_focus() {
        focus_ring(ui, rect, space::RADIUS_CHIP);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}
