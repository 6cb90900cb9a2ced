//! Where the panels stand, and what goes when the window is small.

use eframe::egui::{CentralPanel, Color32, Frame, Margin, Panel, Ui};

use crate::session::Tab;
use crate::ui::context::Context;
use crate::ui::panels::events::EventsState;
use crate::ui::panels::findings::FindingsState;
use crate::ui::panels::histogram::HistogramState;
use crate::ui::panels::process_tree::ProcessTreeState;
use crate::ui::panels::timeline::TimelineState;
use crate::ui::panels::{
    answer, chain, coverage, events, findings, histogram, inspector, loading, process_tree, rail,
    start, tabs, timeline,
};
use crate::ui::request::Requests;
use crate::ui::settings::Sides;
use crate::view;

/// Below this width the inspector stands under the centre.
const DOCK_BELOW: f32 = 1280.0;
/// Width of a folded side.
const RAIL: f32 = 40.0;
/// Below this width the left side goes.
const LEFT_FROM: f32 = 960.0;
/// Below this height there is no room for an inspector under the centre.
const LOW_FROM: f32 = 520.0;
/// Below this height the histogram goes.
const TALL_FROM: f32 = 760.0;

/// What the panels remember, and which of them are shown.
#[derive(Debug, Default)]
pub(super) struct Panels {
    pub(super) findings: FindingsState,
    pub(super) process_tree: ProcessTreeState,
    pub(super) events: EventsState,
    pub(super) timeline: TimelineState,
    pub(super) histogram: HistogramState,
    pub(super) sides: Sides,
}

fn filled(color: Color32) -> Frame {
    Frame::new().fill(color).inner_margin(Margin::ZERO)
}

/// Draws everything between toolbar and status bar.
pub(super) fn body_ui(ui: &mut Ui, cx: &Context<'_>, panels: &mut Panels, out: &mut Requests) {
    if !cx.session.has_bundle() {
        CentralPanel::default()
            .frame(filled(cx.tokens.canvas))
            .show(ui, |ui| start::start_ui(ui, cx, out));
        return;
    }
    let area = ui.available_size();
    let folded = panels.sides.of(cx.session.tab());
    if folded.left && area.x >= LEFT_FROM {
        let frame = filled(cx.tokens.panel);
        Panel::left("left rail").exact_size(RAIL).resizable(false).frame(frame).show(ui, |ui| {
            rail::left_ui(ui, cx, out);
        });
    }
    if folded.inspector && area.x >= DOCK_BELOW {
        let frame = filled(cx.tokens.panel);
        Panel::right("right rail").exact_size(RAIL).resizable(false).frame(frame).show(ui, |ui| {
            rail::right_ui(ui, out);
        });
    }
    if !folded.left && area.x >= LEFT_FROM {
        Panel::left("findings")
            .default_size(276.0)
            .size_range(240.0..=360.0)
            .frame(filled(cx.tokens.panel))
            .show(ui, |ui| left_ui(ui, cx, panels, out));
    }
    // Docked below, it would leave a low window no row of the tree.
    let has_room = area.x >= DOCK_BELOW || area.y >= LOW_FROM;
    if !folded.inspector && has_room {
        let frame = filled(cx.tokens.panel);
        if area.x < DOCK_BELOW {
            Panel::bottom("inspector below")
                .default_size(220.0)
                .size_range(120.0..=(area.y * 0.5).clamp(120.0, 400.0))
                .resizable(true)
                .frame(frame)
                .show(ui, |ui| inspector::inspector_ui(ui, cx, out));
        } else {
            Panel::right("inspector")
                .default_size(388.0)
                .size_range(320.0..=560.0)
                .frame(frame)
                .show(ui, |ui| inspector::inspector_ui(ui, cx, out));
        }
    }
    CentralPanel::default()
        .frame(filled(cx.tokens.canvas))
        .show(ui, |ui| centre_ui(ui, cx, panels, area.y, out));
}

fn left_ui(ui: &mut Ui, cx: &Context<'_>, panels: &mut Panels, out: &mut Requests) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let rows = cx.views.sources.as_ref().map_or(0, |sources| sources.rows.len());
    let steps = cx.views.chain.1.len();
    let chain = if steps == 0 { 0.0 } else { 24.0 + steps as f32 * 24.0 + 12.0 };
    let below = chain + 24.0 + rows as f32 * 20.0 + 16.0 + 20.0;
    let above = (ui.available_height() - below).max(200.0);
    let is_roomy = ui.available_height() - below >= 200.0;
    ui.add_space(8.0);
    if is_roomy {
        findings::findings_ui(ui, cx, &mut panels.findings, above - 8.0, out);
        ui.add_space(12.0);
        chain::chain_ui(ui, cx, out);
        if steps > 0 {
            ui.add_space(12.0);
        }
        coverage::coverage_ui(ui, cx, out);
    } else {
        let compact = if steps == 0 { 40.0 } else { 100.0 };
        let rest = (ui.available_height() - compact).max(60.0);
        findings::findings_ui(ui, cx, &mut panels.findings, rest, out);
        ui.add_space((ui.available_height() - compact).max(0.0));
        let seam = ui.cursor().top();
        ui.painter().hline(ui.max_rect().x_range(), seam, (1.0, cx.tokens.line));
        ui.add_space(6.0);
        chain::chain_badges_ui(ui, cx, out);
        coverage::coverage_line_ui(ui, cx, out);
    }
}

fn centre_ui(ui: &mut Ui, cx: &Context<'_>, panels: &mut Panels, height: f32, out: &mut Requests) {
    ui.spacing_mut().item_spacing.y = 0.0;
    if height >= TALL_FROM - 100.0 {
        Panel::bottom("histogram")
            .default_size(112.0)
            .size_range(64.0..=200.0)
            .resizable(true)
            .frame(filled(cx.tokens.panel))
            .show(ui, |ui| histogram::histogram_ui(ui, cx, &mut panels.histogram, out));
    }
    CentralPanel::default().frame(filled(cx.tokens.canvas)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        tabs::tabs_ui(ui, cx, out);
        let tab = cx.session.tab();
        if let Some(view) = view::loading::loading(cx.session) {
            loading::loading_ui(ui, cx, &view, out);
        } else if tab == Tab::ProcessTree {
            if answer::answer_ui(ui, cx, out) {
                panels.findings.open_unknown();
            }
            let seam = ui.cursor().top();
            ui.painter().hline(ui.max_rect().x_range(), seam, (1.0, cx.tokens.line));
        }
        match tab {
            Tab::Events => events::events_ui(ui, cx, &mut panels.events, out),
            Tab::Timeline => timeline::timeline_ui(ui, cx, &mut panels.timeline, out),
            Tab::ProcessTree => {
                process_tree::process_tree_ui(ui, cx, &mut panels.process_tree, out);
            }
        }
    });
}
