//! How the window looks: colours, type, icons, distances, and egui's style made of them.
//! No widgets here.
//!
//! - [`tokens`]: every colour for dark and light · `meaning`: severity, step, kind to token
//! - [`font`]: type scale · `font_data`: the files · [`icon`]: icons by name · [`space`]: distances
//! - `style`: what egui's own widgets take from all that

pub mod font;
mod font_data;
pub mod icon;
mod meaning;
pub mod space;
mod style;
mod tokens;

use eframe::egui::{Context, Theme};

pub use meaning::{activity_icon, severity_icon};
pub use tokens::{SeverityColors, Tokens, tokens};

/// Gives `ctx` the fonts and both styles; once, at start. Which theme shows is `ctx.set_theme`'s.
pub fn install(ctx: &Context) {
    ctx.set_fonts(font_data::definitions());
    for theme in [Theme::Dark, Theme::Light] {
        ctx.style_mut_of(theme, |style| style::apply(style, theme));
    }
}
