//! The menu bar, made from the table of actions.

use eframe::egui::{Align, MenuBar, RichText, Sense, Ui, vec2};

use crate::session::Selection;
use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::panels::toolbar::can_export;
use crate::ui::request::Requests;
use crate::ui::theme::icon::{self, Icon};
use crate::ui::theme::{font, space};
use crate::ui::widgets::{MenuItem, menu_item, paint_icon, paint_text};
use crate::view::locked;

/// What the menus tick.
#[derive(Clone, Copy, Debug)]
pub struct Ticks {
    /// Which theme was chosen.
    pub theme: Action,
    /// Whether the left side is shown.
    pub has_left: bool,
    /// Whether the inspector is shown.
    pub has_inspector: bool,
}

/// Draws the menu bar with the bundle's name in its middle.
pub fn menu_ui(ui: &mut Ui, cx: &Context<'_>, ticks: Ticks, name: &str, out: &mut Requests) {
    let whole = ui.max_rect();
    ui.horizontal_centered(|ui| {
        ui.add_space(space::M);
        let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
        let center = rect.center();
        paint_icon(ui.painter(), center, icon::TREE_STRUCTURE, space::ICON, cx.tokens.text);
        ui.label(RichText::new("Spawnscope").font(font::UI_STRONG.font_id()));
        ui.add_space(space::XS);
        MenuBar::new().ui(ui, |ui| {
            ui.menu_button("File", |ui| file_ui(ui, cx, out));
            ui.menu_button("Edit", |ui| edit_ui(ui, cx, out));
            ui.menu_button("View", |ui| view_ui(ui, cx, ticks, out));
            ui.menu_button("Help", |ui| {
                action_ui(ui, Action::ShowKeys, Some(icon::KEYBOARD), true, out);
                action_ui(ui, Action::ShowAbout, Some(icon::INFO), true, out);
            });
        });
    });
    let center = whole.center();
    paint_text(ui.painter(), center, Align::Center, name, font::UI_STRONG, cx.tokens.text);
}

fn action_ui(ui: &mut Ui, action: Action, shape: Option<Icon>, can: bool, out: &mut Requests) {
    ui.add_enabled_ui(can, |ui| {
        if menu_item(ui, shape, action.name(), &action.keys()).clicked() {
            out.act(action);
        }
    });
}

/// The ways to open something: in the File menu and under the Open button.
pub fn open_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    action_ui(ui, Action::OpenFolder, Some(icon::FOLDER_OPEN), true, out);
    action_ui(ui, Action::OpenFiles, Some(icon::FILE_PLUS), true, out);
    action_ui(ui, Action::OpenSample, Some(icon::FLASK), true, out);
    ui.separator();
    let has_bundle = cx.session.has_bundle();
    action_ui(ui, Action::AddFolder, Some(icon::FOLDER_OPEN), has_bundle, out);
    action_ui(ui, Action::AddFiles, Some(icon::FILE_PLUS), has_bundle, out);
}

fn file_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    open_ui(ui, cx, out);
    ui.separator();
    let can_unlock = cx.session.load().is_none() && locked::is_locked(cx.analysis());
    action_ui(ui, Action::EnterPassword, Some(icon::KEY), can_unlock, out);
    action_ui(ui, Action::ExportReport, Some(icon::EXPORT), can_export(cx), out);
    action_ui(ui, Action::CloseBundle, Some(icon::X), cx.session.has_bundle(), out);
    ui.separator();
    action_ui(ui, Action::Quit, None, true, out);
}

fn edit_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let process = match cx.session.selection() {
        Selection::Process { process, .. } => cx.analysis().tree.process(process),
        _ => None,
    };
    let has_command = process.is_some_and(|process| process.command_line.is_some());
    let has_decoded = process
        .and_then(|process| process.decoding.as_ref())
        .is_some_and(|decoding| !decoding.layers.is_empty());
    action_ui(ui, Action::CopyCommand, Some(icon::COPY), has_command, out);
    action_ui(ui, Action::CopyDecoded, Some(icon::COPY), has_decoded, out);
    ui.separator();
    action_ui(ui, Action::FocusFilter, Some(icon::FUNNEL), cx.session.has_bundle(), out);
    let has_findings = !cx.analysis().findings.is_empty();
    action_ui(ui, Action::NextFinding, None, has_findings, out);
    action_ui(ui, Action::PreviousFinding, None, has_findings, out);
}

fn view_ui(ui: &mut Ui, cx: &Context<'_>, ticks: Ticks, out: &mut Requests) {
    let mut tick = |ui: &mut Ui, action: Action, is_on: bool| {
        let keys = action.keys();
        let item = MenuItem::new(action.name()).checked(is_on).key(&keys);
        if ui.add(item).clicked() {
            out.act(action);
            ui.close();
        }
    };
    tick(ui, Action::ToggleChainOnly, cx.session.is_chain_only());
    tick(ui, Action::ToggleInferred, cx.session.shows_inferred());
    tick(ui, Action::ToggleLeft, ticks.has_left);
    tick(ui, Action::ToggleInspector, ticks.has_inspector);
    ui.separator();
    for theme in [Action::DarkTheme, Action::LightTheme, Action::SystemTheme] {
        tick(ui, theme, ticks.theme == theme);
    }
    ui.separator();
    for action in
        [Action::ExpandAll, Action::CollapseAll, Action::ZoomIn, Action::ZoomOut, Action::ZoomReset]
    {
        tick(ui, action, false);
    }
}
