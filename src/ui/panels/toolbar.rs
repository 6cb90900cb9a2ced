//! The toolbar: open, host, filter, export.

use eframe::egui::{
    Align, FontSelection, Id, Layout, Margin, Popup, RichText, Sense, TextEdit, Ui, vec2,
};

use crate::session::Command;
use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::panels::menu;
use crate::ui::request::{Request, Requests};
use crate::ui::theme::{font, icon, space};
use crate::ui::widgets::{
    Button, Look, MenuItem, disabled_reason, key_cap, paint_icon, place, tooltip,
};
use crate::view::findings::short_host;
use crate::view::process_tree::host_words;

/// The id of the filter field.
pub fn filter_id() -> Id {
    Id::unique("filter")
}

/// Draws the toolbar.
pub fn toolbar_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.add_space(space::M);
        let open = ui.add(Button::new(Look::Raised, "Open").icon(icon::FOLDER_OPEN).caret());
        Popup::menu(&open).show(|ui| menu::open_ui(ui, cx, out));
        host_ui(ui, cx, out);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(space::M);
            export_ui(ui, cx, out);
            filter_ui(ui, cx, out);
        });
    });
}

fn host_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let hosts = &cx.analysis().hosts;
    let shown = cx.host.and_then(|at| hosts.get(at));
    let name = shown.map_or_else(|| "No host".to_owned(), |host| short_host(&host.name));
    let button = Button::new(Look::Raised, &name).icon(icon::DESKTOP).caret();
    let response = ui.add_enabled(!hosts.is_empty(), button);
    let response = disabled_reason(response, "No logs open");
    Popup::menu(&response).show(|ui| {
        for (at, host) in hosts.iter().enumerate() {
            let words = host_words(cx.analysis(), host);
            let name = short_host(&host.name);
            let item = MenuItem::new(&name).checked(cx.host == Some(at)).key(&words);
            if ui.add(item).clicked() {
                out.push(Request::ShowHost(at));
                ui.close();
            }
        }
    });
}

fn export_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let is_ready = can_export(cx);
    let button = Button::new(Look::Primary, "Export report").icon(icon::EXPORT);
    let response = ui.add_enabled(is_ready, button);
    let response = if is_ready {
        tooltip(response, "Write the incident report as Markdown (Ctrl E)")
    } else {
        disabled_reason(response, "Nothing to report yet")
    };
    if response.clicked() {
        out.act(Action::ExportReport);
    }
}

/// Whether there is a whole bundle to report on.
pub fn can_export(cx: &Context<'_>) -> bool {
    cx.session.has_bundle()
        && cx.session.load().is_none()
        && !(cx.analysis().events.is_empty() && cx.analysis().issues.is_empty())
}

fn filter_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let mut words = cx.session.filter().to_owned();
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(vec2(width, space::CONTROL), Sense::hover());
    let hint = RichText::new("Filter by name, process id, user or command, decoded text too")
        .color(cx.tokens.text3);
    let field = TextEdit::singleline(&mut words)
        .id(filter_id())
        .font(FontSelection::FontId(font::UI.font_id()))
        .hint_text(hint)
        .margin(Margin { left: 30, right: 40, top: 6, bottom: 6 })
        .desired_width(f32::INFINITY);
    let is_enabled = cx.session.has_bundle();
    let response = place(ui, rect, Layout::left_to_right(Align::Center), |ui| {
        ui.add_enabled(is_enabled, field).accessible_name("Filter")
    });
    let color = cx.tokens.text3;
    let center = rect.left_center() + vec2(16.0, 0.0);
    paint_icon(ui.painter(), center, icon::FUNNEL, space::ICON, color);
    let inner = rect.shrink2(vec2(8.0, 0.0));
    place(ui, inner, Layout::right_to_left(Align::Center), |ui| {
        if cx.session.filter().is_empty() {
            key_cap(ui, "/");
        } else if crate::ui::widgets::icon_button(ui, icon::X, "Clear filter").clicked() {
            out.send(Command::Filter(String::new()));
        }
    });
    if response.changed() {
        out.send(Command::Filter(words));
    }
}
