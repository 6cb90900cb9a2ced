//! The inspector of a process.

use eframe::egui::{Align, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::detect::sigma_text;
use crate::session::Command;
use crate::ui::context::Context;
use crate::ui::panels::inspector::{decoded, lineage, record};
use crate::ui::panels::process_tree::shape_of;
use crate::ui::request::Requests;
use crate::ui::theme::{activity_icon, font, icon, space};
use crate::ui::widgets::{
    Elide, Fact, Outline, Run, SectionRight, link, paint_elided_run, paint_icon,
    paint_severity_chip, paint_text, section_header, severity_chip, tag, tooltip,
};
use crate::view::inspector::{Ancestor, Did, ProcessFacts, RuleFacts};

/// Values of one kind of activity that are shown before "more".
const SHOWN: usize = 4;

/// From this width on the inspector has two columns: what it was told, and what it did.
const TWO_COLUMNS_FROM: f32 = 620.0;

/// Draws a process.
pub(super) fn process_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts, out: &mut Requests) {
    if ui.available_width() < TWO_COLUMNS_FROM {
        told_ui(ui, cx, facts, out);
        did_and_proof_ui(ui, cx, facts, out);
        return;
    }
    ui.columns_const(|[left, right]| {
        left.spacing_mut().item_spacing.y = 0.0;
        right.spacing_mut().item_spacing.y = 0.0;
        told_ui(left, cx, facts, out);
        did_and_proof_ui(right, cx, facts, out);
    });
}

/// Who, when, from whom, and the command line with what it means.
fn told_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts, out: &mut Requests) {
    title_ui(ui, cx, facts);
    small(ui, cx, &facts.when);
    small(ui, cx, &facts.who);
    ui.add_space(space::XS);
    ancestry_ui(ui, cx, facts, out);
    if let Some(missing) = facts.missing {
        small(ui, cx, missing);
    }
    if let Some(doubt) = &facts.parent_doubt {
        small(ui, cx, doubt);
    }
    ui.add_space(space::M);
    disagreements_ui(ui, cx, facts);
    lineage::asked_ui(ui, cx, facts, out);
    decoded::command_ui(ui, cx, facts, out);
    decoded::decoded_ui(ui, cx, facts, out);
}

/// What it did, why that matters, and the records that say so.
fn did_and_proof_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts, out: &mut Requests) {
    did_ui(ui, cx, facts);
    lineage::crossed_ui(ui, cx, facts, out);
    for rule in &facts.rules {
        rule_ui(ui, cx, rule, out);
    }
    lineage::logon_ui(ui, facts);
    if !facts.facts.is_empty() {
        section_header(ui, "File and account", &[]);
        for said in &facts.facts {
            let elide = if said.label == "Image" { Elide::Left } else { Elide::Middle };
            let fact = Fact::new(&said.label, &said.value).mono().elide(elide).copies();
            let response = fact.show(ui);
            if !said.by.is_empty() {
                tooltip(response, &said.by);
            }
        }
        ui.add_space(space::M);
    }
    for facts in &facts.records {
        record::record_ui(ui, cx, facts, out);
    }
}

fn title_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts) {
    let size = vec2(ui.available_width(), space::ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let name = if facts.pid.is_empty() {
        facts.name.clone()
    } else {
        format!("{} {}", facts.name, facts.pid)
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &name));
    let tokens = cx.tokens;
    let painter = ui.painter();
    let middle = rect.center().y;
    let shape = shape_of(facts.kind);
    let color = facts.severity.map_or(tokens.text2, |severity| tokens.severity(severity).fill);
    paint_icon(painter, pos2(rect.left() + 8.0, middle), shape, space::ICON, color);
    let mut right = rect.right();
    if let Some(severity) = facts.severity {
        let width = crate::ui::widgets::chip_width(painter, severity.label());
        right -= width;
        paint_severity_chip(painter, pos2(right, middle), tokens, severity);
    }
    let text = Rect::from_x_y_ranges(rect.left() + 26.0..=right - 56.0, rect.y_range());
    let run = Run::new(&facts.name, font::INSPECTOR_TITLE, tokens.text);
    let (drawn, _) = paint_elided_run(painter, text, &run);
    let at = pos2(drawn.right() + space::S, middle);
    paint_text(painter, at, Align::Min, &facts.pid, font::MONO_ROW, tokens.text3);
}

fn small(ui: &mut Ui, cx: &Context<'_>, text: &str) {
    let words = RichText::new(text).font(font::SMALL.font_id()).color(cx.tokens.text2);
    ui.add(eframe::egui::Label::new(words).wrap());
}

fn ancestry_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts, out: &mut Requests) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 2.0);
        let last = facts.ancestry.len().saturating_sub(1);
        for (at, ancestor) in facts.ancestry.iter().enumerate() {
            if at > 0 {
                caret_ui(ui, cx);
            }
            if at == last {
                ui.label(RichText::new(&ancestor.name).font(font::UI_STRONG.font_id()));
            } else {
                ancestor_ui(ui, ancestor, out);
            }
        }
        ui.add_space(space::XS);
        let words = RichText::new(&facts.children).font(font::SMALL.font_id());
        ui.label(words.color(cx.tokens.text3));
    });
}

fn caret_ui(ui: &mut Ui, cx: &Context<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 16.0), Sense::hover());
    let center = rect.center();
    paint_icon(ui.painter(), center, icon::CARET_RIGHT, space::ICON_CARET, cx.tokens.text3);
}

fn ancestor_ui(ui: &mut Ui, ancestor: &Ancestor, out: &mut Requests) {
    let response = if ancestor.is_stub {
        let response = tag(ui, &ancestor.name, Outline::DashedName).interact(Sense::click());
        tooltip(response, "Not in these logs")
    } else {
        link(ui, &ancestor.name, font::UI)
    };
    if response.clicked() {
        out.send(Command::SelectProcess(ancestor.process));
    }
}

/// Where two records of the start do not agree: both values, and who says the other.
fn disagreements_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts) {
    if facts.disagreements.is_empty() {
        return;
    }
    section_header(ui, "Its records do not agree", &[]);
    for one in &facts.disagreements {
        let label = RichText::new(&one.label).font(font::SMALL.font_id());
        ui.label(label.color(cx.tokens.medium.text));
        Fact::new("Shown", &one.kept).mono().elide(Elide::Middle).copies().show(ui);
        let other = Fact::new("Also said", &one.other).mono().elide(Elide::Middle).copies();
        tooltip(other.show(ui), &format!("Said by {}", one.by));
    }
    ui.add_space(space::M);
}

fn did_ui(ui: &mut Ui, cx: &Context<'_>, facts: &ProcessFacts) {
    section_header(ui, "What it did", &[SectionRight::Words(&facts.did_total)]);
    for did in &facts.did {
        kind_ui(ui, cx, did);
    }
    ui.add_space(space::M);
}

fn kind_ui(ui: &mut Ui, cx: &Context<'_>, did: &Did) {
    if let Some(none) = did.none {
        deed_ui(ui, cx, Some(did), none, "", "");
    }
    for (at, deed) in did.deeds.iter().take(SHOWN).enumerate() {
        let times = if deed.count > 1 { format!("  ×{}", deed.count) } else { String::new() };
        let text = format!("{}{times}", deed.text);
        deed_ui(ui, cx, (at == 0).then_some(did), &text, &deed.time, &deed.full);
    }
    let rest = did.deeds.len().saturating_sub(SHOWN);
    if rest > 0 {
        let full: Vec<&str> =
            did.deeds.iter().skip(SHOWN).take(60).map(|deed| deed.full.as_str()).collect();
        deed_ui(ui, cx, None, &format!("{rest} more"), "", &full.join("\n"));
    }
}

fn deed_ui(ui: &mut Ui, cx: &Context<'_>, kind: Option<&Did>, text: &str, time: &str, full: &str) {
    let size = vec2(ui.available_width(), space::ROW_FACT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let label = kind.map_or("", |did| did.label);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("{label} {text} {time}").trim())
    });
    let tokens = cx.tokens;
    let painter = ui.painter();
    let middle = rect.center().y;
    if let Some(did) = kind {
        let color = tokens.activity(did.kind);
        let center = pos2(rect.left() + 8.0, middle);
        paint_icon(painter, center, activity_icon(did.kind), space::ICON_SMALL, color);
        let at = pos2(rect.left() + 22.0, middle);
        paint_text(painter, at, Align::Min, did.label, font::UI, tokens.text2);
    }
    let right =
        paint_text(painter, rect.right_center(), Align::Max, time, font::MONO_ROW, tokens.text3);
    let value = Rect::from_x_y_ranges(rect.left() + 92.0..=right.left() - space::S, rect.y_range());
    let is_none = kind.is_some_and(|did| did.none.is_some());
    let color = if is_none { tokens.text3 } else { tokens.text };
    let face = if is_none { font::SMALL } else { font::MONO_ROW };
    let (_, is_cut) = paint_elided_run(painter, value, &Run::new(text, face, color));
    if (is_cut || full != text) && !full.is_empty() {
        tooltip(response, full);
    }
}

/// A label and a sentence that may take several lines.
fn wrapped_ui(ui: &mut Ui, cx: &Context<'_>, label: &str, text: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let (rect, _) = ui.allocate_exact_size(vec2(108.0, 16.0), Sense::hover());
        let at = rect.left_center();
        paint_text(ui.painter(), at, Align::Min, label, font::SMALL, cx.tokens.text3);
        let words = RichText::new(text).font(font::SMALL.font_id()).color(cx.tokens.text2);
        ui.add(eframe::egui::Label::new(words).wrap());
    });
}

/// Draws a matched rule.
pub(super) fn rule_ui(ui: &mut Ui, cx: &Context<'_>, rule: &RuleFacts, out: &mut Requests) {
    let right = [SectionRight::Command(icon::COPY, "Sigma")];
    let clicked = section_header(ui, "Matched rule", &right);
    if clicked.first().is_some_and(|copy| copy.clicked())
        && let Some(found) = cx.session.engine().rules().by_id(&rule.id)
    {
        out.copy(sigma_text(found));
    }
    ui.horizontal(|ui| {
        ui.set_height(space::ROW_FACT);
        let times = if rule.times > 1 { format!(" ({} times)", rule.times) } else { String::new() };
        ui.label(RichText::new(format!("{}{times}", rule.title)).font(font::UI.font_id()));
        ui.with_layout(eframe::egui::Layout::right_to_left(Align::Center), |ui| {
            tooltip(severity_chip(ui, rule.level), "The rule's own level");
        });
    });
    if let Some(raised) = &rule.raised {
        wrapped_ui(ui, cx, "Raised", raised);
    }
    for matched in &rule.matched {
        let fact = Fact::new(&matched.field, &matched.value).mono().marks(&matched.spans);
        if matched.is_derived {
            let response = fact.right("derived").show(ui);
            tooltip(response, "From other records or decoded; this record does not say so itself");
        } else {
            fact.show(ui);
        }
    }
    if !rule.tags.is_empty() {
        Fact::new("Tags", &rule.tags.join(", ")).weak().show(ui);
    }
    ui.add_space(space::M);
}
