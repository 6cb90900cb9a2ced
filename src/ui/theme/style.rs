//! egui's style for both themes, for what egui itself draws: fields, menus, scroll bars, tooltips.
//! Our own widgets take tokens and faces directly.

use eframe::egui::epaint::FontColorTransferFunction;
use eframe::egui::style::{
    ScrollAnimation, ScrollFadeStyle, ScrollStyle, Selection, TextCursorStyle, WidgetVisuals,
    Widgets,
};
use eframe::egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme,
    Vec2, Visuals, vec2,
};

use super::tokens::Tokens;
use super::{font, space};

/// Seconds the pointer rests before a tooltip shows.
const TOOLTIP_DELAY: f32 = 0.5;

/// Makes `style` the window's style in `theme`.
pub(super) fn apply(style: &mut Style, theme: Theme) {
    let tokens = Tokens::of(theme);
    style.text_styles = [
        (TextStyle::Body, font::UI.font_id()),
        (TextStyle::Button, font::UI.font_id()),
        (TextStyle::Small, font::SMALL.font_id()),
        (TextStyle::Heading, font::INSPECTOR_TITLE.font_id()),
        (TextStyle::Monospace, FontId::new(font::MONO_ROW.size, FontFamily::Monospace)),
    ]
    .into();
    style.visuals = visuals(tokens, theme);
    // Nothing moves but progress.
    style.animation_time = 0.0;
    style.scroll_animation = ScrollAnimation::none();
    style.interaction.tooltip_delay = TOOLTIP_DELAY;
    style.interaction.tooltip_grace_time = 0.1;
    style.interaction.selectable_labels = false;
    style.compact_menu_style = true;

    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(space::S, space::XS);
    spacing.window_margin = Margin::same(12);
    spacing.menu_margin = Margin::same(4);
    spacing.button_padding = vec2(space::S, 4.0);
    spacing.indent = space::INDENT;
    spacing.interact_size = vec2(space::CONTROL, space::CONTROL_SMALL);
    spacing.icon_width = space::ICON;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = space::S;
    spacing.menu_spacing = 2.0;
    spacing.tooltip_width = 480.0;
    spacing.menu_width = 200.0;
    spacing.default_area_size = Vec2::new(600.0, 400.0);
    spacing.scroll = scroll();
}

/// Thin bars beside the text, never over it.
fn scroll() -> ScrollStyle {
    ScrollStyle {
        floating: false,
        bar_width: 6.0,
        handle_min_length: 24.0,
        bar_inner_margin: 2.0,
        bar_outer_margin: 2.0,
        foreground_color: false,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        dormant_handle_opacity: 1.0,
        active_handle_opacity: 1.0,
        interact_handle_opacity: 1.0,
        fade: ScrollFadeStyle { strength: 0.0, ..ScrollFadeStyle::default() },
        ..ScrollStyle::solid()
    }
}

fn visuals(tokens: &Tokens, theme: Theme) -> Visuals {
    let mut visuals = theme.default_visuals();
    visuals.widgets = widgets(tokens);
    visuals.override_text_color = None;
    // Between egui's two defaults: light letters on dark as heavy as the design has them, and the
    // holes of filled icons stay open.
    if theme == Theme::Dark {
        visuals.text_options.color_transfer_function = FontColorTransferFunction::Gamma(0.8);
    }
    visuals.weak_text_color = Some(tokens.text3);
    visuals.selection = Selection {
        bg_fill: tokens.select,
        stroke: Stroke::new(space::STROKE_FOCUS, tokens.focus),
    };
    visuals.hyperlink_color = tokens.accent;
    visuals.faint_bg_color = tokens.panel;
    visuals.extreme_bg_color = tokens.code;
    visuals.text_edit_bg_color = Some(tokens.code);
    visuals.code_bg_color = tokens.code;
    visuals.warn_fg_color = tokens.medium.text;
    visuals.error_fg_color = tokens.critical.text;
    visuals.window_fill = tokens.raised;
    visuals.window_stroke = Stroke::new(space::STROKE, tokens.line_strong);
    visuals.window_corner_radius = CornerRadius::same(space::RADIUS_BUTTON);
    visuals.menu_corner_radius = CornerRadius::same(space::RADIUS_BUTTON);
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.window_highlight_topmost = false;
    visuals.panel_fill = tokens.panel;
    visuals.text_cursor = TextCursorStyle {
        stroke: Stroke::new(space::STROKE, tokens.text),
        blink: false,
        ..TextCursorStyle::default()
    };
    visuals.collapsing_header_frame = false;
    visuals.indent_has_left_vline = false;
    visuals.striped = false;
    visuals
}

fn widgets(tokens: &Tokens) -> Widgets {
    let line = Stroke::new(space::STROKE, tokens.line);
    let field = Stroke::new(space::STROKE, tokens.control);
    let focus = Stroke::new(space::STROKE_FOCUS, tokens.focus);
    Widgets {
        noninteractive: widget(tokens.panel, line, tokens.text),
        inactive: widget(tokens.raised, field, tokens.text),
        hovered: widget(tokens.hover, field, tokens.text),
        active: widget(tokens.line_strong, focus, tokens.text),
        open: widget(tokens.hover, field, tokens.text),
    }
    .with_scroll_handles(tokens)
}

fn widget(fill: Color32, stroke: Stroke, text: Color32) -> WidgetVisuals {
    WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: stroke,
        corner_radius: CornerRadius::same(space::RADIUS_BUTTON),
        fg_stroke: Stroke::new(space::STROKE, text),
        expansion: 0.0,
    }
}

/// Scroll handles take `bg_fill`, buttons `weak_bg_fill`: only the handle has to stand out.
trait ScrollHandles {
    fn with_scroll_handles(self, tokens: &Tokens) -> Self;
}

impl ScrollHandles for Widgets {
    fn with_scroll_handles(mut self, tokens: &Tokens) -> Self {
        self.inactive.bg_fill = tokens.line_strong;
        self.hovered.bg_fill = tokens.control;
        self.active.bg_fill = tokens.control;
        self
    }
}
