//! `ui::widgets`: named for screen readers, cut where they should be, and true to the log's text.

use eframe::egui::text::LayoutJob;
use eframe::egui::{
    Color32, Context, FontData, FontDefinitions, FontFamily, FontId, RawInput, Rect, Ui, pos2, vec2,
};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use spawnscope::model::Severity;
use spawnscope::ui::theme::{font, icon, install, tokens};
use spawnscope::ui::widgets::{
    CodeBlock, Elide, Run, Segment, chip_colors, icon_button, paint_elided_run, primary_button,
    segments, severity_chip,
};

fn in_frame(test: impl FnMut(&mut Ui)) {
    in_frame_of(&Context::default(), install, test);
}

fn in_frame_of(ctx: &Context, install: impl Fn(&Context), test: impl FnMut(&mut Ui)) {
    install(ctx);
    let mut output = ctx.run_ui(RawInput::default(), test);
    output.textures_delta.clear();
}

/// Whether a font draws some of these characters as one picture: then one glyph is empty.
fn is_joined(ui: &Ui, text: &str, font: FontId) -> bool {
    let job = LayoutJob::simple_singleline(text.to_owned(), font, Color32::WHITE);
    let galley = ui.painter().layout_job(job);
    let glyphs = galley.rows.first().map(|row| row.glyphs.clone()).unwrap_or_default();
    assert_eq!(glyphs.len(), text.chars().count());
    glyphs.iter().any(|glyph| glyph.advance_width == 0.0 || glyph.uv_rect.is_nothing())
}

/// Each character of a log is drawn as itself: no font may join them.
#[test]
fn no_ligatures() {
    in_frame(|ui| {
        for face in [font::MONO_ROW, font::UI, font::UI_MEDIUM, font::UI_STRONG] {
            for text in ["->", "!=", "===", "www", "<!--", "fi", "::", "//", "&&"] {
                assert!(!is_joined(ui, text, face.font_id()), "{text} {face:?}");
            }
        }
    });
}

/// The test above could fail: the font as it is shipped does join them.
#[test]
fn the_mono_font_has_ligatures_of_its_own() {
    let file = include_bytes!("../../assets/fonts/jetbrains-mono/JetBrainsMono-Regular.ttf");
    let install = |ctx: &Context| {
        let mut fonts = FontDefinitions::empty();
        fonts.font_data.insert("mono".to_owned(), FontData::from_static(file).into());
        for family in [FontFamily::Monospace, FontFamily::Proportional] {
            fonts.families.insert(family, vec!["mono".to_owned()]);
        }
        ctx.set_fonts(fonts);
    };
    in_frame_of(&Context::default(), install, |ui| {
        assert!(is_joined(ui, "->", FontId::monospace(12.0)));
    });
}

#[test]
fn cut_text_stays_in_its_room() {
    in_frame(|ui| {
        let long = "C:\\Users\\mlopez\\AppData\\Roaming\\".repeat(2_000);
        let texts = ["", "a", "cmd.exe /c whoami /all", long.as_str(), "日本語テキスト\u{202e}abc"];
        for text in texts {
            for elide in [Elide::Right, Elide::Left, Elide::Middle, Elide::Around(3..9)] {
                for width in [20.0, 80.0, 333.0] {
                    let room = Rect::from_min_size(pos2(10.0, 10.0), vec2(width, 20.0));
                    let run = Run::new(text, font::MONO_ROW, Color32::WHITE).elide(elide.clone());
                    let (rect, _) = paint_elided_run(ui.painter(), room, &run);
                    assert!(rect.width() <= width + 1.0, "{elide:?} {width} {}", rect.width());
                }
            }
        }
        let room = Rect::from_min_size(pos2(10.0, 10.0), vec2(400.0, 20.0));
        for (text, expected) in [("short", false), (long.as_str(), true)] {
            let run = Run::new(text, font::UI, Color32::WHITE);
            assert_eq!(paint_elided_run(ui.painter(), room, &run).1, expected);
        }
    });
}

#[test]
fn controls_have_names_and_answer() {
    #[derive(Default)]
    struct State {
        installed: bool,
        clicks: usize,
        verdict: Option<usize>,
    }
    let mut harness = Harness::builder().with_size([500.0, 300.0]).build_ui_state(
        |ui, state: &mut State| {
            if !state.installed {
                install(ui.ctx());
                state.installed = true;
                return;
            }
            if primary_button(ui, icon::FOLDER_OPEN, "Open folder", Some("Ctrl O")).clicked() {
                state.clicks += 1;
            }
            icon_button(ui, icon::COPY, "Copy");
            severity_chip(ui, Severity::Critical);
            let colors = chip_colors(tokens(ui), Severity::High);
            let segment = |text| Segment { text, icon: None, colors };
            let choices = [segment("Malicious"), segment("Benign")];
            segments(ui, "Verdict", &choices, &mut state.verdict);
            CodeBlock::new("Command line", &"powershell -enc JABz".repeat(200)).show(ui);
        },
        State::default(),
    );
    harness.run();
    harness.get_by_label("Open folder").click();
    harness.run();
    harness.get_by_label("Benign").click();
    harness.run();
    harness.get_by_label("Copy");
    harness.get_by_label_contains("Command line: powershell");
    assert_eq!(harness.state().clicks, 1);
    assert_eq!(harness.state().verdict, Some(1));
    harness.get_by_label("show all 4,000").click();
    harness.run();
    // It lies below the window, where no pointer comes.
    harness.get_by_label("show less").click_accesskit();
    harness.run();
    harness.get_by_label("show all 4,000");
}
