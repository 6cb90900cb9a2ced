//! `ui::theme`: text can be read, marks can be seen, and the fonts hold every icon.

use eframe::egui::{Color32, Context, FontFamily, FontId, RawInput, Theme};
use spawnscope::ui::theme::icon::{ALL, TERMINAL_WINDOW};
use spawnscope::ui::theme::{Tokens, font, install};

/// Least contrast of text.
/// Source: WCAG 2.2, success criterion 1.4.3.
const TEXT: f64 = 4.5;
/// Least contrast of what is no text but has to be told apart.
/// Source: WCAG 2.2, success criterion 1.4.11.
const FILL: f64 = 3.0;

/// Source: WCAG 2.2, "relative luminance".
fn luminance(color: Color32) -> f64 {
    let linear = |channel: u8| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

/// Source: WCAG 2.2, "contrast ratio".
fn contrast(one: Color32, other: Color32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn check(theme: Theme, what: &str, front: Color32, back: Color32, least: f64) {
    let ratio = contrast(front, back);
    assert!(ratio >= least, "{theme:?}: {what} has {ratio:.2}, needs {least}");
}

#[test]
fn contrast_is_measured_as_wcag_does() {
    let black_on_white = contrast(Color32::BLACK, Color32::WHITE);
    assert!((black_on_white - 21.0).abs() < 0.01, "{black_on_white}");
    // The grey that WCAG's own examples give as the limit on white.
    let limit = contrast(Color32::from_gray(0x76), Color32::WHITE);
    assert!((limit - 4.54).abs() < 0.01, "{limit}");
}

#[test]
fn text_can_be_read() {
    for theme in [Theme::Dark, Theme::Light] {
        let t = Tokens::of(theme);
        let backs = [
            ("base", t.base),
            ("canvas", t.canvas),
            ("panel", t.panel),
            ("raised", t.raised),
            ("hover", t.hover),
            ("code", t.code),
            ("select", t.select),
            ("select_dim", t.select_dim),
        ];
        for (name, back) in backs {
            for (front, color) in [("text", t.text), ("text2", t.text2), ("text3", t.text3)] {
                check(theme, &format!("{front} on {name}"), color, back, TEXT);
            }
        }
        for (name, back) in [("canvas", t.canvas), ("panel", t.panel), ("select", t.select)] {
            let kinds = [t.network, t.file, t.registry, t.task, t.script, t.logon];
            for (index, color) in kinds.into_iter().enumerate() {
                check(theme, &format!("kind {index} on {name}"), color, back, TEXT);
            }
        }
        for (name, back) in [("canvas", t.canvas), ("panel", t.panel), ("code", t.code)] {
            check(theme, &format!("accent on {name}"), t.accent, back, TEXT);
        }
        check(theme, "on_accent on accent", t.on_accent, t.accent, TEXT);
        check(theme, "text on a mark", t.text, t.medium.chip, TEXT);
        check(theme, "ok on its chip", t.ok, t.ok_chip, TEXT);
        for (index, step) in t.steps.into_iter().enumerate() {
            check(theme, &format!("digit of step {}", index + 1), t.canvas, step, TEXT);
            check(theme, &format!("outlined step {}", index + 1), step, t.canvas, TEXT);
        }
    }
}

#[test]
fn severities_can_be_read_and_seen() {
    use spawnscope::model::Severity;
    for theme in [Theme::Dark, Theme::Light] {
        let t = Tokens::of(theme);
        for severity in Severity::WORST_FIRST {
            let colors = t.severity(severity);
            check(theme, &format!("{severity} on its chip"), colors.text, colors.chip, TEXT);
            for (name, back) in [("canvas", t.canvas), ("panel", t.panel)] {
                check(theme, &format!("{severity} on {name}"), colors.text, back, TEXT);
                check(theme, &format!("{severity} fill on {name}"), colors.fill, back, FILL);
            }
        }
    }
}

#[test]
fn marks_can_be_seen() {
    for theme in [Theme::Dark, Theme::Light] {
        let t = Tokens::of(theme);
        for (name, back) in [("canvas", t.canvas), ("panel", t.panel)] {
            for (front, color) in [
                ("lane", t.lane),
                ("hatch", t.hatch),
                ("control", t.control),
                ("bar_on", t.bar_on),
                ("focus", t.focus),
            ] {
                check(theme, &format!("{front} on {name}"), color, back, FILL);
            }
        }
        check(theme, "focus on select", t.focus, t.select, FILL);
        check(theme, "control on code", t.control, t.code, FILL);
    }
}

#[test]
fn the_fonts_hold_every_icon_and_the_dots() {
    let ctx = Context::default();
    install(&ctx);
    let mut output = ctx.run_ui(RawInput::default(), |ui| {
        ui.fonts_mut(|fonts| {
            for icon in ALL {
                for icon in [*icon, icon.filled()] {
                    assert!(fonts.has_glyph(&icon.font(16.0), icon.glyph()), "{icon:?}");
                }
            }
            // The text fonts have none of them, so that a log cannot show an icon of ours.
            let text = FontId::new(13.0, FontFamily::Proportional);
            assert!(!fonts.has_glyph(&text, TERMINAL_WINDOW.glyph()));
            for face in [font::UI, font::UI_MEDIUM, font::UI_STRONG, font::MONO_CODE] {
                assert!(fonts.has_glyphs(&face.font_id(), "…–{}\\ßéПΩ"), "{face:?}");
            }
        });
    });
    output.textures_delta.clear();
}
