//! The table by keyboard.

use eframe::egui::{EventFilter, Key, Modifiers, Ui};

use crate::model::RecordIndex;
use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::panels::events::{focus_id, record_id};
use crate::ui::request::Requests;
use crate::view::events::Events;

/// Keeps arrow keys in the table while it has the focus, and acts on them.
pub(super) fn handle(ui: &Ui, cx: &Context<'_>, view: &Events, page: usize, out: &mut Requests) {
    ui.memory_mut(|memory| {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        memory.set_focus_lock_filter(focus_id(), filter);
    });
    let order = &cx.session.events().order;
    let last = order.len().saturating_sub(1);
    let page = page.max(1);
    let now = view.selected;
    let steps: [(Key, usize); 6] = [
        (Key::ArrowDown, now.map_or(0, |at| at + 1)),
        (Key::ArrowUp, now.unwrap_or(0).saturating_sub(1)),
        (Key::PageDown, now.map_or(0, |at| at + page)),
        (Key::PageUp, now.unwrap_or(0).saturating_sub(page)),
        (Key::Home, 0),
        (Key::End, last),
    ];
    for (key, to) in steps {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key))
            && let Some(record) = order.get(to.min(last))
        {
            out.send(Command::SelectRecord(RecordIndex(*record)));
        }
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
        ui.memory_mut(|memory| memory.request_focus(record_id()));
    }
}
