//! The start screen: drop area, the ways to open, recent bundles, how it works.

use eframe::egui::{
    Align, Frame, Layout, Margin, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use crate::session::{Command, RecentBundle};
use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Elide, Look, Run, Size, dashed_rect, icon_button, layer_circle, paint_elided_run,
    paint_icon, paint_text, place, row_focus,
};
use crate::view::number;
use crate::view::visible::visible_text;

const WIDTH: f32 = 960.0;
const DROP_HEIGHT: f32 = 272.0;
const GAP: f32 = 48.0;

/// Draws the start screen.
pub fn start_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let whole = ui.max_rect();
    let width = WIDTH.min(whole.width() - 2.0 * space::XL);
    let top = ((whole.height() - 660.0) / 2.0).clamp(space::L, 112.0);
    let area = Rect::from_min_max(
        pos2(whole.center().x - width / 2.0, whole.top() + top),
        pos2(whole.center().x + width / 2.0, whole.bottom()),
    );
    place(ui, area, Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        drop_ui(ui, cx, out);
        ui.add_space(32.0);
        let below = ui.available_rect_before_wrap();
        let left_width = (width - GAP) * 0.57;
        let left = Rect::from_min_size(below.min, vec2(left_width, below.height()));
        let corner = pos2(area.left() + width, below.bottom());
        let right = Rect::from_min_max(pos2(left.right() + GAP, below.top()), corner);
        place(ui, left, Layout::top_down(Align::Min), |ui| recents_ui(ui, cx, out));
        place(ui, right, Layout::top_down(Align::Min), |ui| how_ui(ui, cx));
    });
}

fn drop_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let tokens = cx.tokens;
    let is_hovered = ui.input(|input| !input.raw.hovered_files.is_empty());
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), DROP_HEIGHT), Sense::hover());
    let painter = ui.painter();
    let fill = if is_hovered { tokens.select } else { tokens.panel };
    painter.rect_filled(rect, space::RADIUS_DROP, fill);
    let edge = if is_hovered { tokens.accent } else { tokens.control };
    dashed_rect(painter, rect, space::RADIUS_DROP, edge);
    let x = rect.center().x;
    let icon_at = pos2(x, rect.top() + 76.0);
    paint_icon(painter, icon_at, icon::TRAY_ARROW_DOWN, 40.0, tokens.text2);
    let at = pos2(x, rect.top() + 124.0);
    let title = "Drop Windows logs here";
    paint_text(painter, at, Align::Center, title, font::START_TITLE, tokens.text);
    let at = pos2(x, rect.top() + 150.0);
    let words = "EVTX, or JSON written by evtx_dump or NXLog. Folders are searched through.";
    paint_text(painter, at, Align::Center, words, font::UI, tokens.text2);
    // The three buttons' widths are known only once they are laid out; the row is centred by them.
    let id = ui.scope_id().with("width of the start buttons");
    let known: f32 = ui.data(|data| data.get_temp(id).unwrap_or(500.0));
    let row = Rect::from_center_size(pos2(x, rect.top() + 196.0), vec2(known, 40.0));
    let drawn = place(ui, row, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let folder = Button::new(Look::Primary, "Open folder")
            .icon(icon::FOLDER_OPEN)
            .size(Size::Large)
            .key("Ctrl O");
        if ui.add(folder).clicked() {
            out.act(Action::OpenFolder);
        }
        let files = Button::new(Look::Raised, "Open files").icon(icon::FILE_PLUS).size(Size::Large);
        if ui.add(files).clicked() {
            out.act(Action::OpenFiles);
        }
        let sample =
            Button::new(Look::Raised, "Open sample incident").icon(icon::FLASK).size(Size::Large);
        if ui.add(sample).clicked() {
            out.act(Action::OpenSample);
        }
        ui.min_rect().width()
    });
    if (drawn - known).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, drawn));
        ui.request_repaint();
    }
}

fn recents_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    ui.label(RichText::new("Recent logs").font(font::TITLE.font_id()));
    ui.add_space(space::M);
    if cx.session.recents().is_empty() {
        let words = "None yet. What you open is listed here; the logs stay where they are.";
        ui.label(RichText::new(words).color(cx.tokens.text3));
        return;
    }
    for (at, bundle) in cx.session.recents().iter().enumerate() {
        recent_ui(ui, cx, at, bundle, out);
    }
}

fn recent_ui(ui: &mut Ui, cx: &Context<'_>, at: usize, bundle: &RecentBundle, out: &mut Requests) {
    let tokens = cx.tokens;
    let size = vec2(ui.available_width(), space::ROW_CASE);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = bundle_name(bundle);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Open {name} again")));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, 0, tokens.hover);
    }
    painter.hline(rect.x_range(), rect.top() + 0.5, (space::STROKE, tokens.line));
    let line = |y: f32| {
        Rect::from_x_y_ranges(
            rect.left()..=rect.right() - 36.0,
            rect.top() + y - 9.0..=rect.top() + y + 9.0,
        )
    };
    let is_there = bundle.paths.iter().all(|path| path.exists());
    let color = if is_there { tokens.text } else { tokens.text2 };
    let run = Run::new(&name, font::UI_MEDIUM, color).elide(Elide::Left);
    paint_elided_run(painter, line(16.0), &run);
    let (words, color) = if is_there {
        let files = number::counted(bundle.files as u64, "file", "files");
        let records = number::counted(bundle.records, "record", "records");
        (format!("{files}, {records}"), tokens.text3)
    } else {
        ("Has moved or cannot be reached".to_owned(), tokens.medium.text)
    };
    paint_elided_run(painter, line(33.0), &Run::new(&words, font::SMALL, color));
    if response.has_focus() {
        row_focus(painter, rect, tokens.focus);
    }
    let corner = Rect::from_center_size(rect.right_center() - vec2(14.0, 0.0), vec2(24.0, 24.0));
    place(ui, corner, Layout::left_to_right(Align::Center), |ui| {
        if icon_button(ui, icon::X, "Take off this list").clicked() {
            out.send(Command::ForgetRecent(at));
        }
    });
    if response.clicked() && is_there {
        out.send(Command::Open(bundle.paths.clone()));
    }
}

/// The path for one, the first and how many more for several.
pub fn bundle_name(bundle: &RecentBundle) -> String {
    let first = bundle.paths.first().map(|path| path.display().to_string()).unwrap_or_default();
    let first = visible_text(&first).into_owned();
    match bundle.paths.len() {
        0 | 1 => first,
        many => format!("{first} and {} more", many - 1),
    }
}

fn how_ui(ui: &mut Ui, cx: &Context<'_>) {
    let tokens = cx.tokens;
    ui.label(RichText::new("How it works").font(font::TITLE.font_id()));
    ui.add_space(space::M);
    let steps = [
        "Every readable record is read, the rest is listed.",
        "See what Zoom started, ran and did next, decoded.",
        "Export the report as Markdown.",
    ];
    for (number, words) in (1..).zip(steps) {
        ui.horizontal(|ui| {
            ui.set_height(32.0);
            layer_circle(ui, number);
            ui.label(words);
        });
    }
    ui.add_space(space::L);
    Frame::new().fill(tokens.panel).corner_radius(6).inner_margin(Margin::same(12)).show(
        ui,
        |ui| {
            ui.horizontal_top(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
                paint_icon(
                    ui.painter(),
                    rect.center(),
                    icon::WIFI_SLASH,
                    space::ICON,
                    tokens.text2,
                );
                ui.vertical(|ui| {
                    ui.label(
                        RichText::new("Nothing leaves this computer.")
                            .font(font::UI_STRONG.font_id()),
                    );
                    let words = "Spawnscope makes no network connection, and never runs what it \
                             decodes. Log files are only read.";
                    ui.add(
                        eframe::egui::Label::new(RichText::new(words).color(tokens.text2)).wrap(),
                    );
                });
            });
        },
    );
}
