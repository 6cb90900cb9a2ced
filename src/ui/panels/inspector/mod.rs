//! The inspector at the right: everything known of the selected thing.

mod decoded;
mod host;
mod lineage;
mod process;
mod record;
mod source;

use eframe::egui::{
    EventFilter, Frame, Id, Key, Margin, Modifiers, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2,
};

use crate::ui::context::Context;
use crate::ui::request::Requests;
use crate::ui::theme::{font, space};
use crate::ui::widgets::row_focus;
use crate::view::inspector::Inspector;

/// The id by which the panel holds the keyboard focus.
pub fn focus_id() -> Id {
    Id::unique("inspector")
}

/// Draws what is selected.
pub fn inspector_ui(ui: &mut Ui, cx: &Context<'_>, out: &mut Requests) {
    let focus = ui.interact(ui.max_rect(), focus_id(), Sense::focusable_noninteractive());
    focus.widget_info(|| WidgetInfo::labeled(Role::Pane, true, "Inspector"));
    let whole = ui.max_rect();
    let painter = ui.painter().clone();
    ScrollArea::vertical().id_salt("inspector").auto_shrink(false).show(ui, |ui| {
        if focus.has_focus() {
            scroll_by_keys(ui);
            row_focus(&painter, whole, cx.tokens.focus);
        }
        Frame::new().inner_margin(Margin { left: 16, right: 12, top: 10, bottom: 12 }).show(
            ui,
            |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                match &cx.views.inspector {
                    Some(Inspector::Process(facts)) => process::process_ui(ui, cx, facts, out),
                    Some(Inspector::Finding(facts)) => {
                        process::rule_ui(ui, cx, &facts.rule, out);
                        for facts in &facts.records {
                            record::record_ui(ui, cx, facts, out);
                        }
                    }
                    Some(Inspector::Record(facts)) => record::selected_ui(ui, cx, facts, out),
                    Some(Inspector::Source(facts)) => source::source_ui(ui, cx, facts, out),
                    Some(Inspector::Host(facts)) => host::host_ui(ui, cx, facts),
                    Some(Inspector::Nothing) | None => nothing_ui(ui, cx),
                }
            },
        );
    });
}

/// Up and down scroll while the panel has the focus.
fn scroll_by_keys(ui: &Ui) {
    const LINE: f32 = 40.0;
    ui.memory_mut(|memory| {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        memory.set_focus_lock_filter(focus_id(), filter);
    });
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let page = ui.clip_rect().height() - LINE;
    let steps = [
        (Key::ArrowDown, -LINE),
        (Key::ArrowUp, LINE),
        (Key::PageDown, -page),
        (Key::PageUp, page),
    ];
    for (key, step) in steps {
        if pressed(key) {
            ui.scroll_with_delta(vec2(0.0, step));
        }
    }
}

fn nothing_ui(ui: &mut Ui, cx: &Context<'_>) {
    ui.add_space(space::XL);
    let words =
        eframe::egui::RichText::new("Select a finding or a process to see what is known of it.")
            .font(font::UI.font_id())
            .color(cx.tokens.text3);
    ui.label(words);
}
