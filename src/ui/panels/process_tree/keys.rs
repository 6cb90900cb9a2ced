//! The tree by keyboard: up and down by rows, left and right fold or go to parent and child.

use eframe::egui::{EventFilter, Id, Key, Modifiers, Ui};

use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::panels::inspector;
use crate::ui::panels::process_tree::selected_line;
use crate::ui::request::Requests;
use crate::view::process_tree::{Line, Subject};

/// Rows that Page Up and Page Down move by.
const PAGE: usize = 20;

/// Keeps arrow keys in the panel while it has the focus, and acts on them.
pub(super) fn handle(ui: &Ui, cx: &Context<'_>, id: Id, out: &mut Requests) {
    ui.memory_mut(|memory| {
        let filter = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        memory.set_focus_lock_filter(id, filter);
    });
    let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let lines = &cx.views.lines.lines;
    let at = selected_line(cx);
    let last = lines.len().saturating_sub(1);
    if pressed(Key::ArrowDown) {
        select_from(lines, at.map_or(0, |at| at + 1), Way::Down, out);
    }
    if pressed(Key::ArrowUp) {
        select_from(lines, at.unwrap_or(0).saturating_sub(1), Way::Up, out);
    }
    if pressed(Key::PageDown) {
        select_from(lines, (at.unwrap_or(0) + PAGE).min(last), Way::Down, out);
    }
    if pressed(Key::PageUp) {
        select_from(lines, at.unwrap_or(0).saturating_sub(PAGE), Way::Up, out);
    }
    if pressed(Key::Home) {
        select_from(lines, 0, Way::Down, out);
    }
    if pressed(Key::End) {
        select_from(lines, last, Way::Up, out);
    }
    if pressed(Key::Enter) {
        ui.memory_mut(|memory| memory.request_focus(inspector::focus_id()));
    }
    let Some(line) = at.and_then(|at| lines.get(at)) else { return };
    if pressed(Key::ArrowRight) {
        if line.has_children && !line.is_open {
            toggle(line, out);
        } else if line.has_children {
            // The row below, not the first child: a filter may hide that one.
            select_from(lines, at.map_or(0, |at| at + 1), Way::Down, out);
        }
    }
    if pressed(Key::ArrowLeft) {
        // While a filter keeps everything unfolded, folding would change nothing.
        if line.is_open && cx.session.filter().is_empty() {
            toggle(line, out);
        } else if let Some(parent) = parent(cx, line) {
            out.send(parent);
        }
    }
}

fn toggle(line: &Line, out: &mut Requests) {
    match line.subject {
        Subject::Process(process) | Subject::Decoded(process) => {
            out.send(Command::ToggleProcess(process));
        }
        Subject::Host(host) => out.send(Command::ToggleHost(host)),
    }
}

/// What stands above: the parent process, or the host of a root.
fn parent(cx: &Context<'_>, line: &Line) -> Option<Command> {
    let (Subject::Process(process) | Subject::Decoded(process)) = line.subject else { return None };
    let found = cx.analysis().tree.process(process)?;
    if let Some(parent) = found.parent {
        return Some(Command::SelectProcess(parent));
    }
    let host = cx.analysis().hosts.iter().position(|host| host.name == found.host)?;
    Some(Command::SelectHost(host))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// The command that selects a line; the row of decoded text belongs to the process above.
fn selecting(line: &Line) -> Option<Command> {
    match line.subject {
        Subject::Process(process) => Some(Command::SelectProcess(process)),
        Subject::Host(host) => Some(Command::SelectHost(host)),
        Subject::Decoded(_) => None,
    }
}

/// Selects the first row from one on, going one way; rows of decoded text are passed.
fn select_from(lines: &[Line], from: usize, way: Way, out: &mut Requests) {
    let found = match way {
        Way::Down => lines.iter().skip(from).find_map(selecting),
        Way::Up => lines.iter().take(from + 1).rev().find_map(selecting),
    };
    if let Some(command) = found {
        out.send(command);
    }
}
