//! A row of the inspector: a name, and a value that is cut so that what matters of it shows.

use std::ops::Range;

use eframe::egui::{Align, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::elide::{Elide, Run, paint_elided, paint_elided_run};
use super::paint::{focus_ring, paint_icon, paint_text};
use super::tooltip::tooltip;
use crate::ui::theme::font::Face;
use crate::ui::theme::icon;
use crate::ui::theme::{font, space, tokens};

const LABEL: f32 = 104.0;

/// A name and a value, 20 high.
#[derive(Clone, Debug)]
#[must_use = "a fact has to be shown"]
pub struct Fact<'a> {
    label: &'a str,
    value: &'a str,
    face: Face,
    is_weak: bool,
    elide: Elide,
    marks: &'a [Range<usize>],
    right: &'a str,
    copies: bool,
}

impl<'a> Fact<'a> {
    /// A value in words, cut at its end.
    pub const fn new(label: &'a str, value: &'a str) -> Self {
        let (face, elide) = (font::UI, Elide::Right);
        Self { label, value, face, is_weak: false, elide, marks: &[], right: "", copies: false }
    }

    /// The value as the log spells it.
    pub const fn mono(mut self) -> Self {
        self.face = font::MONO_ROW;
        self
    }

    /// The value is a remark, such as "None logged".
    pub const fn weak(mut self) -> Self {
        self.face = font::SMALL;
        self.is_weak = true;
        self
    }

    /// Cut elsewhere.
    pub fn elide(mut self, elide: Elide) -> Self {
        self.elide = elide;
        self
    }

    /// These byte ranges of the value are marked, and the first of them stays in sight.
    pub fn marks(mut self, marks: &'a [Range<usize>]) -> Self {
        self.marks = marks;
        if let Some(first) = marks.first() {
            self.elide = Elide::Around(first.clone());
        }
        self
    }

    /// A remark or a time at the right.
    pub const fn right(mut self, right: &'a str) -> Self {
        self.right = right;
        self
    }

    /// With a button that copies the value.
    pub const fn copies(mut self) -> Self {
        self.copies = true;
        self
    }

    /// Shows the row over the available width; the whole value on hover if it was cut.
    pub fn show(self, ui: &mut Ui) -> Response {
        let tokens = tokens(ui);
        let size = vec2(ui.available_width(), space::ROW_FACT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let spoken = || format!("{}: {} {}", self.label, self.value, self.right);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken().trim_end()));
        let painter = ui.painter();
        let label = Rect::from_min_size(rect.min, vec2(LABEL, rect.height()));
        paint_elided(painter, label, self.label, font::SMALL, tokens.text3);

        let mut value = rect;
        value.min.x += LABEL + space::S;
        if !self.right.is_empty() {
            let at = pos2(rect.right(), rect.center().y);
            let (face, color) = (font::SMALL, tokens.text3);
            let right = paint_text(painter, at, Align::Max, self.right, face, color);
            value.max.x = right.left() - space::S;
        }
        if self.copies {
            value.max.x -= space::ICON + space::S;
        }
        value.max.x = value.max.x.max(value.min.x);
        let color = if self.is_weak { tokens.text2 } else { tokens.text };
        let run = Run::new(self.value, self.face, color)
            .elide(self.elide)
            .marks(self.marks, tokens.medium.chip);
        let (_, elided) = paint_elided_run(painter, value, &run);
        if self.copies {
            copy_button(ui, rect, &response, self.label, self.value);
        }
        if elided { tooltip(response, self.value) } else { response }
    }
}

fn copy_button(ui: &Ui, row: Rect, row_response: &Response, label: &str, value: &str) {
    let tokens = tokens(ui);
    let center = pos2(row.right() - space::ICON / 2.0, row.center().y);
    let rect = Rect::from_center_size(center, vec2(space::ROW_FACT, space::ROW_FACT));
    let response = ui.interact(rect, row_response.id.with("copy"), Sense::click());
    let name = format!("Copy {label}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    if response.hovered() {
        ui.painter().rect_filled(rect, space::RADIUS_CHIP, tokens.hover);
    }
    paint_icon(ui.painter(), center, icon::COPY, space::ICON_SMALL, tokens.text2);
    if response.has_focus() {
        focus_ring(ui, rect, space::RADIUS_CHIP);
    }
    if response.clicked() {
        ui.copy_text(value.to_owned());
    }
    tooltip(response, &name);
}

/// A value in words.
pub fn fact(ui: &mut Ui, label: &str, value: &str) -> Response {
    Fact::new(label, value).show(ui)
}
