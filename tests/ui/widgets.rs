//! `ui::widgets`: named for screen readers, cut where they should be, and true to the log's text.

use eframe::egui::text::LayoutJob;
use eframe::egui::{Color32, Context, RawInput, Rect, Ui, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use spawnscope::model::Severity;
use spawnscope::ui::theme::{font, icon, install, tokens};
use spawnscope::ui::widgets::{
    CodeBlock, Elide, Run, Segment, chip_colors, icon_button, paint_elided_run, primary_button,
    segments, severity_chip,
};

fn in_frame(test: impl FnMut(&mut Ui)) {
    let ctx = Context::default();
    install(&ctx);
    let _output = ctx.run_ui(RawInput::default(), test);
}

/// Each character of a log is drawn as itself: no font may join them.
#[test]
fn no_ligatures() {
    in_frame(|ui| {
        for face in [font::MONO_ROW, font::UI] {
            for text in ["->", "!=", "===", "0x41", "www", "<!--", "fi", "::"] {
                let width = |text: &str| {
                    let job =
                        LayoutJob::single_section(text.to_owned(), face.format(Color32::WHITE));
                    let galley = ui.painter().layout_job(job);
                    let glyphs = galley.rows.first().map(|row| row.glyphs.clone());
                    glyphs
                        .unwrap_or_default()
                        .iter()
                        .map(|glyph| glyph.uv_rect.min)
                        .collect::<Vec<_>>()
                };
                // A character drawn alone is in the same place of the font texture as in the run.
                let joined = width(text);
                let alone: Vec<_> = text.chars().flat_map(|c| width(&c.to_string())).collect();
                assert_eq!(joined.len(), alone.len());
                if face == font::MONO_ROW {
                    let blank = joined.iter().any(|place| *place == [0, 0]);
                    assert!(!blank, "{text} is joined");
                }
            }
        }
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
    harness.get_by_label("show less").click();
    harness.run();
    harness.get_by_label("show all 4,000");
}
