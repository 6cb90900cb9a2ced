//! The window: what happens in a frame, and who carries out what panels ask for.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Wake, Waker};

use eframe::egui::{self, CentralPanel, Frame, Id, Margin, Panel, Ui, ViewportCommand};

use crate::detect::Engine;
use crate::session::{Command, Direction, Session, Tab};
use crate::ui::action::{self, Action};
use crate::ui::context::{Context, Views};
use crate::ui::dialogs::files::{Chosen, FileDialog};
use crate::ui::dialogs::{self, Dialog, PasswordDialog};
use crate::ui::layout::{self, Panels};
use crate::ui::panels::events::{self, EventsState};
use crate::ui::panels::menu::Ticks;
use crate::ui::panels::{inspector, menu, process_tree, status, timeline, toolbar};
use crate::ui::request::{Request, Requests};
use crate::ui::settings::{KEY, Settings, ThemeChoice};
use crate::ui::theme;
use crate::view::{self, locked};

/// Wakes the window from another thread.
struct Repaint(egui::Context);

impl Wake for Repaint {
    fn wake(self: Arc<Self>) {
        self.0.request_repaint();
    }
}

/// The program with its window.
pub struct App {
    session: Session,
    views: Views,
    panels: Panels,
    theme: ThemeChoice,
    host: Option<usize>,
    dialog: Option<Dialog>,
    file_dialog: Option<FileDialog>,
    waker: Waker,
    is_reproducible: bool,
}

impl App {
    /// The window's state, with `paths` loading where there are any.
    pub fn new(
        creation: &eframe::CreationContext<'_>,
        engine: Arc<Engine>,
        threads: usize,
        paths: Vec<PathBuf>,
    ) -> Self {
        let ctx = &creation.egui_ctx;
        theme::install(ctx);
        let settings: Settings = creation
            .storage
            .and_then(|storage| eframe::get_value(storage, KEY))
            .unwrap_or_default();
        ctx.set_theme(settings.theme);
        let waker = Waker::from(Arc::new(Repaint(ctx.clone())));
        let mut session = Session::new(engine, threads, waker.clone());
        session.restore_recents(settings.recents);
        session.apply(Command::Open(paths));
        let panels = Panels {
            sides: settings.sides,
            events: EventsState::new(settings.event_columns, settings.record_form),
            ..Panels::default()
        };
        Self {
            session,
            views: Views::default(),
            panels,
            theme: settings.theme,
            host: None,
            dialog: None,
            file_dialog: None,
            waker,
            is_reproducible: false,
        }
    }

    /// Leaves out what differs from run to run and from machine to machine, for pictures.
    pub const fn leave_out_machine_facts(&mut self) {
        self.is_reproducible = true;
    }

    /// What is loaded and selected; for tests.
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// The host whose coverage is shown: the chosen one, else the first with a Zoom chain.
    fn shown_host(&self) -> Option<usize> {
        let analysis = self.session.analysis();
        let chosen = self.host.filter(|at| *at < analysis.hosts.len());
        let with_chain = || {
            let root = analysis.tree.process(*analysis.zoom_roots.first()?)?;
            analysis.hosts.iter().position(|host| host.name == root.host)
        };
        chosen.or_else(with_chain).or_else(|| (!analysis.hosts.is_empty()).then_some(0))
    }

    fn name(&self) -> String {
        if !self.session.has_bundle() {
            return String::new();
        }
        if self.session.is_sample() {
            return "Sample incident".to_owned();
        }
        let first = self.session.paths().first().map_or_else(|| Path::new(""), PathBuf::as_path);
        let name = first.file_name().unwrap_or(first.as_os_str()).to_string_lossy().into_owned();
        let name = crate::view::visible::visible_text(&name).into_owned();
        match self.session.paths().len() {
            0 | 1 => name,
            many => format!("{name} and {} more", many - 1),
        }
    }

    fn carry_out(&mut self, ui: &Ui, frame: &eframe::Frame, requests: Vec<Request>) {
        for request in requests {
            match request {
                Request::Session(command) => self.session.apply(command),
                Request::Action(action) => self.act(ui, frame, action),
                Request::Copy(text) => ui.copy_text(text),
                Request::ShowHost(host) => self.host = Some(host),
            }
        }
    }

    fn act(&mut self, ui: &Ui, frame: &eframe::Frame, action: Action) {
        match action {
            Action::OpenFolder => self.file_dialog = Some(FileDialog::folders(frame)),
            Action::OpenFiles => self.file_dialog = Some(FileDialog::files(frame)),
            Action::AddFolder => self.file_dialog = Some(FileDialog::more_folders(frame)),
            Action::AddFiles => self.file_dialog = Some(FileDialog::more_files(frame)),
            Action::OpenSample => self.session.apply(Command::OpenSample),
            Action::CloseBundle => self.session.apply(Command::Close),
            Action::ExportReport => self.ask_for_export(frame),
            Action::EnterPassword => self.ask_for_password(),
            Action::Quit => ui.send_viewport_cmd(ViewportCommand::Close),
            Action::CopyCommand => self.copy_selected(ui, false),
            Action::CopyDecoded => self.copy_selected(ui, true),
            Action::FocusFilter => {
                ui.memory_mut(|memory| memory.request_focus(toolbar::filter_id()));
            }
            Action::Escape => self.escape(ui),
            Action::NextPanel => next_panel(ui, self.session.tab()),
            Action::NextFinding => self.session.apply(Command::StepFinding(Direction::Next)),
            Action::PreviousFinding => {
                self.session.apply(Command::StepFinding(Direction::Previous));
            }
            Action::ToggleInferred => {
                let is_on = self.session.shows_inferred();
                self.session.apply(Command::ShowInferred(!is_on));
            }
            Action::ToggleChainOnly => {
                let is_on = self.session.is_chain_only();
                self.session.apply(Command::ShowChainOnly(!is_on));
            }
            Action::ExpandAll => self.session.apply(Command::ExpandAll),
            Action::CollapseAll => self.session.apply(Command::CollapseAll),
            Action::ShowTree => self.session.apply(Command::ShowTab(Tab::ProcessTree)),
            Action::ShowTimeline => self.session.apply(Command::ShowTab(Tab::Timeline)),
            Action::ClearRange => self.session.apply(Command::LimitTime(None)),
            Action::ShowEvents => self.session.apply(Command::ShowTab(Tab::Events)),
            Action::ToggleLeft => {
                let folded = self.panels.sides.of_mut(self.session.tab());
                folded.left = !folded.left;
            }
            Action::ToggleInspector => {
                let folded = self.panels.sides.of_mut(self.session.tab());
                folded.inspector = !folded.inspector;
            }
            Action::DarkTheme => self.choose_theme(ui, ThemeChoice::Dark),
            Action::LightTheme => self.choose_theme(ui, ThemeChoice::Light),
            Action::SystemTheme => self.choose_theme(ui, ThemeChoice::System),
            Action::ZoomIn => egui::gui_zoom::zoom_in(ui),
            Action::ZoomOut => egui::gui_zoom::zoom_out(ui),
            Action::ZoomReset => ui.set_zoom_factor(1.0),
            Action::ShowKeys => self.dialog = Some(Dialog::Keys),
            Action::ShowAbout => self.dialog = Some(Dialog::About),
        }
    }

    fn choose_theme(&mut self, ui: &Ui, choice: ThemeChoice) {
        self.theme = choice;
        ui.set_theme(choice);
    }

    fn ask_for_export(&mut self, frame: &eframe::Frame) {
        if self.session.has_bundle() && self.session.load().is_none() {
            self.file_dialog = Some(FileDialog::export(frame, "incident-report.md"));
        }
    }

    fn ask_for_password(&mut self) {
        let analysis = self.session.analysis();
        if self.session.load().is_none() && locked::is_locked(analysis) {
            let dialog = PasswordDialog::new(locked::names(analysis));
            self.dialog = Some(Dialog::Password(dialog));
        }
    }

    fn copy_selected(&self, ui: &Ui, is_decoded: bool) {
        let analysis = self.session.analysis();
        if self.session.tab() == Tab::Events
            && let Some(record) = self.session.selection().record()
        {
            let columns = self.panels.events.columns.shown();
            let row = view::events::row(&self.session, record, self.views.histogram.has_days);
            if let Some(row) = row {
                ui.copy_text(row.copied(columns));
            }
            return;
        }
        let process = self.session.selection().process().and_then(|at| analysis.tree.process(at));
        let Some(process) = process else { return };
        let decoded = process.decoding.as_ref().and_then(|decoding| decoding.last_text());
        let text = if is_decoded { decoded } else { process.command_line.as_deref() };
        if let Some(text) = text {
            ui.copy_text(text.to_owned());
        }
    }

    /// Esc undoes one thing: reading, else the filter, else the time range, else the notice.
    fn escape(&mut self, ui: &Ui) {
        if self.session.load().is_some() {
            self.session.apply(Command::CancelLoad);
        } else if !self.session.filter().is_empty() {
            self.session.apply(Command::Filter(String::new()));
            ui.memory_mut(|memory| memory.surrender_focus(toolbar::filter_id()));
        } else if self.session.time_range().is_some() {
            self.session.apply(Command::LimitTime(None));
        } else if self.session.notice().is_some() {
            self.session.apply(Command::DismissNotice);
        }
    }

    fn take_dropped(&mut self, ctx: &egui::Context) {
        let dropped: Vec<PathBuf> = ctx.input(|input| {
            input.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).collect()
        });
        if !dropped.is_empty() {
            self.session.apply(Command::Add(dropped));
        }
    }

    fn poll_dialog(&mut self) {
        let Some(dialog) = &mut self.file_dialog else { return };
        let Some(chosen) = dialog.poll(&self.waker) else { return };
        let was_never_shown = dialog.was_never_shown();
        self.file_dialog = None;
        match chosen {
            Chosen::Open(paths) => self.session.apply(Command::Open(paths)),
            Chosen::Add(paths) => self.session.apply(Command::Add(paths)),
            Chosen::Export(path) => self.session.apply(Command::ExportReport(path)),
            Chosen::Nothing if was_never_shown => self.session.apply(Command::Tell(
                "No file dialog can be shown here. Drop files on the window, or give paths when \
                 starting; spawnscope report writes the report"
                    .to_owned(),
            )),
            Chosen::Nothing => {}
        }
    }
}

/// The shortcuts that were pressed, letters only where no text field has the focus.
fn pressed(ui: &Ui, has_dialog: bool) -> Vec<Action> {
    if has_dialog {
        return Vec::new();
    }
    // Not `egui_wants_keyboard_input`: that is true for a focused row or button as well.
    let is_typing = ui.text_edit_focused();
    // An open menu closes by Esc itself; nothing behind it may be undone by the same key.
    let has_menu = egui::Popup::is_any_open(ui);
    let mut actions = Vec::new();
    for entry in action::TABLE {
        if has_menu && entry.action == Action::Escape {
            continue;
        }
        for shortcut in entry.keys {
            let is_free = !(is_typing && action::is_typed(*shortcut));
            // A text field copies by itself.
            let is_copy = matches!(entry.action, Action::CopyCommand | Action::CopyDecoded);
            if is_free
                && !(is_typing && is_copy)
                && ui.input_mut(|input| input.consume_shortcut(shortcut))
            {
                actions.push(entry.action);
            }
        }
    }
    // The system sends Ctrl C as an event of its own.
    let copies = |event: &egui::Event| matches!(event, egui::Event::Copy);
    if !is_typing && ui.input(|input| input.events.iter().any(copies)) {
        actions.push(Action::CopyCommand);
    }
    actions
}

/// Moves the focus from tree to inspector to filter and round again.
fn next_panel(ui: &Ui, tab: Tab) {
    let order: [Id; 3] = match tab {
        Tab::Timeline => [timeline::focus_id(), inspector::focus_id(), toolbar::filter_id()],
        Tab::ProcessTree => [process_tree::focus_id(), inspector::focus_id(), toolbar::filter_id()],
        Tab::Events => [events::focus_id(), events::record_id(), toolbar::filter_id()],
    };
    let focused = ui.memory(|memory| memory.focused());
    let at = order.iter().position(|id| Some(*id) == focused);
    let next = at.map_or(0, |at| (at + 1) % order.len());
    if let Some(id) = order.get(next) {
        ui.memory_mut(|memory| memory.request_focus(*id));
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.session.poll();
        self.poll_dialog();
        self.take_dropped(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let mut out = Requests::default();
        for action in pressed(ui, self.dialog.is_some()) {
            out.act(action);
        }
        let host = self.shown_host();
        self.views.refresh(&self.session, host);
        let cx = Context {
            session: &self.session,
            views: &self.views,
            tokens: theme::tokens(ui),
            host,
            is_reproducible: self.is_reproducible,
        };
        let bar = |color| Frame::new().fill(color).inner_margin(Margin::ZERO);
        let ticks = Ticks {
            theme: match self.theme {
                ThemeChoice::Dark => Action::DarkTheme,
                ThemeChoice::Light => Action::LightTheme,
                ThemeChoice::System => Action::SystemTheme,
            },
            has_left: !self.panels.sides.of(self.session.tab()).left,
            has_inspector: !self.panels.sides.of(self.session.tab()).inspector,
        };
        let name = self.name();
        Panel::top("menu").exact_size(28.0).frame(bar(cx.tokens.base)).show(ui, |ui| {
            menu::menu_ui(ui, &cx, ticks, &name, &mut out);
        });
        Panel::top("toolbar").exact_size(44.0).frame(bar(cx.tokens.panel)).show(ui, |ui| {
            toolbar::toolbar_ui(ui, &cx, &mut out);
        });
        Panel::bottom("status").exact_size(24.0).frame(bar(cx.tokens.base)).show(ui, |ui| {
            status::status_ui(ui, &cx, &mut out);
        });
        CentralPanel::no_frame().show(ui, |ui| {
            layout::body_ui(ui, &cx, &mut self.panels, &mut out);
        });
        if let Some(dialog) = &mut self.dialog
            && dialogs::dialog_ui(ui, dialog, &mut out)
        {
            self.dialog = None;
        }
        let requests = out.take();
        if !requests.is_empty() {
            self.carry_out(ui, frame, requests);
            ui.request_repaint();
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        let settings = Settings {
            theme: self.theme,
            recents: self.session.recents().to_vec(),
            sides: self.panels.sides.clone(),
            event_columns: self.panels.events.columns.clone(),
            record_form: self.panels.events.form,
        };
        eframe::set_value(storage, KEY, &settings);
    }
}
