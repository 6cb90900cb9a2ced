//! The process tree: a list of visible rows of which only those on screen are drawn.

mod columns;
mod guides;
mod keys;
mod row;

use eframe::egui::{
    Id, Pos2, Rect, Response, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::model::ProcessIndex;
use crate::session::events::Doer;
use crate::session::{Command, Selection};
use crate::ui::action::Action;
use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::space;
use crate::ui::widgets;
use crate::view::process_tree::{self as view, Line, Subject};

pub use self::columns::Columns;
pub(super) use self::guides::lane_color;
pub(super) use self::row::shape_of;

/// What the panel remembers between frames.
#[derive(Debug, Default)]
pub struct ProcessTreeState {
    /// The last reveal that was scrolled to.
    revealed: u64,
}

/// The id by which the panel holds the keyboard focus.
pub fn focus_id() -> Id {
    Id::unique("process tree")
}

/// Draws the header row and the rows.
pub fn process_tree_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    state: &mut ProcessTreeState,
    out: &mut Requests,
) {
    let columns = Columns::for_width(ui.available_width());
    columns::header_ui(ui, cx, columns);
    let lines = &cx.views.lines.lines;
    if lines.is_empty() {
        empty_ui(ui, cx, out);
        return;
    }
    let id = focus_id();
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    if has_focus {
        keys::handle(ui, cx, id, out);
    }
    let height = space::ROW;
    ScrollArea::vertical().id_salt("process tree rows").auto_shrink(false).show_viewport(
        ui,
        |ui, view| {
            ui.set_height(height * lines.len() as f32);
            let whole = ui.max_rect();
            let focus = ui.interact(ui.clip_rect(), id, Sense::focusable_noninteractive());
            focus.widget_info(|| WidgetInfo::labeled(Role::Tree, true, "Process tree"));
            let builder = UiBuilder::new().accessibility_parent(id).accessibility_role(Role::Group);
            ui.scope_builder(builder, |ui| {
                for at in widgets::rows_in_sight(view.min.y, view.max.y, height, lines.len()) {
                    let Some(line) = lines.get(at) else { continue };
                    let top = whole.top() + at as f32 * height;
                    let rect = Rect::from_x_y_ranges(whole.x_range(), top..=top + height);
                    let painter = RowPainter { cx, columns, rect, has_focus };
                    row_ui(ui, &painter, at, line, out);
                }
            });
            if state.revealed != cx.session.reveals() {
                state.revealed = cx.session.reveals();
                if let Some(at) = selected_line(cx) {
                    let top = whole.top() + at as f32 * height;
                    let row = Rect::from_x_y_ranges(whole.x_range(), top..=top + height);
                    ui.scroll_to_rect(row.expand2(vec2(0.0, height * 2.0)), None);
                }
            }
        },
    );
}

/// What painting a row needs to know.
struct RowPainter<'a> {
    cx: &'a Context<'a>,
    columns: Columns,
    rect: Rect,
    has_focus: bool,
}

/// Position of the selected process among the visible lines; of what is folded over it, where it
/// is not among them.
fn selected_line(cx: &Context<'_>) -> Option<usize> {
    let lines = &cx.views.lines.lines;
    if let Selection::Host(host) = cx.session.selection() {
        return lines.iter().position(|line| line.subject == Subject::Host(host));
    }
    let process = cx.session.selection().process()?;
    let at = |process| lines.iter().position(|line| line.subject == Subject::Process(process));
    at(process).or_else(|| cx.analysis().tree.ancestors(process).find_map(at))
}

fn row_ui(ui: &Ui, painter: &RowPainter<'_>, at: usize, line: &Line, out: &mut Requests) {
    let id = focus_id().with(at);
    let response = ui.interact(painter.rect, id, Sense::CLICK);
    match line.subject {
        Subject::Host(host) => {
            row::host_ui(ui, painter, line, host, &response);
            if response.clicked() {
                ui.memory_mut(|memory| memory.request_focus(focus_id()));
                out.send(Command::SelectHost(host));
                out.send(Command::ToggleHost(host));
            }
        }
        Subject::Process(process) => {
            row::process_ui(ui, painter, line, process, &response);
            click(ui, painter, line, process, &response, out);
        }
        Subject::Decoded(process) => {
            row::decoded_ui(ui, painter, line, process, &response);
            click(ui, painter, line, process, &response, out);
        }
    }
}

/// The caret folds, the rest of the row selects; a second click folds too.
fn click(
    ui: &Ui,
    painter: &RowPainter<'_>,
    line: &Line,
    process: ProcessIndex,
    response: &Response,
    out: &mut Requests,
) {
    let caret = Rect::from_center_size(caret_center(painter.rect, line.depth), vec2(20.0, 24.0));
    if response.clicked() {
        ui.memory_mut(|memory| memory.request_focus(focus_id()));
        let is_caret = response.interact_pointer_pos().is_some_and(|at| caret.contains(at));
        if line.has_children && (is_caret || response.double_clicked()) {
            out.send(Command::ToggleProcess(process));
        } else {
            out.send(Command::SelectProcess(process));
        }
    }
    if response.secondary_clicked() {
        out.send(Command::SelectProcess(process));
    }
    response.context_menu(|ui| context_menu_ui(ui, painter.cx, process, out));
}

fn context_menu_ui(ui: &mut Ui, cx: &Context<'_>, process: ProcessIndex, out: &mut Requests) {
    let Some(found) = cx.analysis().tree.process(process) else { return };
    let decoded = found.decoding.as_ref().and_then(|decoding| decoding.last_text());
    let mut entry = |ui: &mut Ui, name: &str, keys: &str, text: Option<&str>| {
        let is_there = text.is_some();
        ui.add_enabled_ui(is_there, |ui| {
            if widgets::menu_item(ui, None, name, keys).clicked() {
                out.copy(text.unwrap_or_default());
            }
        });
    };
    let command = Action::CopyCommand;
    entry(ui, command.name(), &command.keys(), found.command_line.as_deref());
    let decoded_action = Action::CopyDecoded;
    entry(ui, decoded_action.name(), &decoded_action.keys(), decoded);
    entry(ui, "Copy image path", "", found.image.as_deref());
    entry(ui, "Copy process key", "", Some(&found.key));
    if widgets::menu_item(ui, None, "Show its records", "").clicked() {
        out.send(Command::ShowRecordsOf(Some(Doer::One(process))));
    }
    if widgets::menu_item(ui, None, "Show records of it and below", "").clicked() {
        out.send(Command::ShowRecordsOf(Some(Doer::Under(process))));
    }
    if let Some(parent) = found.parent
        && widgets::menu_item(ui, None, "Go to parent", "").clicked()
    {
        out.send(Command::SelectProcess(parent));
    }
}

/// Middle of the caret of a row at this depth.
fn caret_center(rect: Rect, depth: u16) -> Pos2 {
    pos2(guides::caret_x(rect.left(), depth), rect.center().y)
}

fn empty_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let is_filtered = !cx.session.filter().is_empty() || cx.session.is_chain_only();
    ui.vertical_centered(|ui| {
        ui.add_space(space::XL * 2.0);
        if !is_filtered {
            ui.label(match cx.session.load() {
                Some(_) => "No processes read yet",
                None => "No process starts in these logs",
            });
            return;
        }
        ui.label("Nothing matches");
        ui.add_space(space::S);
        let button = widgets::Button::new(widgets::Look::Raised, "Show everything");
        if ui.add(button).clicked() {
            out.send(Command::Filter(String::new()));
            out.send(Command::ShowChainOnly(false));
        }
    });
}

/// The row's facts, for painting and for screen readers.
fn facts(cx: &Context<'_>, process: ProcessIndex, is_open: bool) -> Option<view::Row> {
    view::row(cx.session, process, is_open)
}
