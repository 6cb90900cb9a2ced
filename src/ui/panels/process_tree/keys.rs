//! The tree by keyboard: up and down by rows, left and right fold or go to parent and child.

use eframe::egui::{EventFilter, Id, Key, Modifiers, Ui};

use crate::model::ProcessIndex;
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
    let Some((line, process)) = at.and_then(|at| lines.get(at)).and_then(process_of) else {
        return;
    };
    if pressed(Key::ArrowRight) {
        if line.has_children && !line.is_open {
            out.send(Command::ToggleProcess(process));
        } else if let Some(child) = cx.analysis().tree.children_of(process).first() {
            out.send(Command::SelectProcess(*child));
        }
    }
    if pressed(Key::ArrowLeft) {
        let parent = cx.analysis().tree.process(process).and_then(|found| found.parent);
        if line.is_open {
            out.send(Command::ToggleProcess(process));
        } else if let Some(parent) = parent {
            out.send(Command::SelectProcess(parent));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

fn process_of(line: &Line) -> Option<(&Line, ProcessIndex)> {
    match line.subject {
        Subject::Process(process) => Some((line, process)),
        Subject::Host(_) | Subject::Decoded(_) => None,
    }
}

/// Selects the first process from a row on, going one way; rows of hosts and decoded text are passed.
fn select_from(lines: &[Line], from: usize, way: Way, out: &mut Requests) {
    let found = match way {
        Way::Down => lines.iter().skip(from).find_map(process_of),
        Way::Up => lines.iter().take(from + 1).rev().find_map(process_of),
    };
    if let Some((_, process)) = found {
        out.send(Command::SelectProcess(process));
    }
}
