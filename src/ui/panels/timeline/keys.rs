//! The timeline by keyboard: rows up and down, time left and right, + − 0 zoom.

use eframe::egui::{EventFilter, Key, Modifiers, Ui};

use crate::model::ProcessIndex;
use crate::session::Command;
use crate::ui::panels::inspector;
use crate::ui::panels::timeline::{Frame, TimelineState, bar, focus_id};
use crate::ui::request::Requests;
use crate::view::timeline::LaneLine;

/// Rows that Page Up and Page Down move by.
const PAGE: usize = 20;

/// Keeps arrow keys in the panel while it has the focus, and acts on them.
pub(super) fn handle(
    ui: &Ui,
    frame: &Frame<'_>,
    state: &mut TimelineState,
    order: &[&[LaneLine]],
    out: &mut Requests,
) {
    ui.memory_mut(|memory| {
        let filter = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        memory.set_focus_lock_filter(focus_id(), filter);
    });
    let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let line = |at: usize| -> Option<ProcessIndex> {
        order.iter().copied().flatten().nth(at).map(|line| line.process)
    };
    let count: usize = order.iter().map(|lines| lines.len()).sum();
    let last = count.saturating_sub(1);
    let selected = frame.cx.session.selection().process();
    let now = selected
        .and_then(|process| order.iter().copied().flatten().position(|l| l.process == process));
    let steps: [(Key, usize); 6] = [
        (Key::ArrowDown, now.map_or(0, |at| at + 1)),
        (Key::ArrowUp, now.unwrap_or(0).saturating_sub(1)),
        (Key::PageDown, now.map_or(0, |at| at + PAGE)),
        (Key::PageUp, now.unwrap_or(0).saturating_sub(PAGE)),
        (Key::Home, 0),
        (Key::End, last),
    ];
    for (key, to) in steps {
        if pressed(key)
            && let Some(process) = line(to.min(last))
        {
            out.send(Command::SelectProcess(process));
        }
    }
    if pressed(Key::Enter) {
        ui.memory_mut(|memory| memory.request_focus(inspector::focus_id()));
    }
    let (window, bounds) = (frame.window, frame.view.bounds);
    let middle = window.at(0.5);
    for (key, part) in [(Key::ArrowLeft, -0.1), (Key::ArrowRight, 0.1)] {
        if pressed(key) {
            state.window = Some(window.moved(window.secs() * part, bounds));
        }
    }
    let typed = |sign: char| {
        ui.input(|input| {
            input.events.iter().any(
                |event| matches!(event, eframe::egui::Event::Text(text) if text.chars().eq([sign])),
            )
        })
    };
    if typed('+') || typed('=') {
        state.window = Some(window.zoomed(1.0 / bar::STEP, middle, bounds));
    }
    if typed('-') {
        state.window = Some(window.zoomed(bar::STEP, middle, bounds));
    }
    if typed('0') {
        state.window = None;
    }
}
