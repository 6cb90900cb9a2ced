//! The header of a section: its title, and at the right a remark, a link or commands.

use eframe::egui::{Align, Layout, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use super::button::{Button, Look, link};
use super::paint::{paint_text, text_width};
use crate::ui::theme::icon::Icon;
use crate::ui::theme::{font, space, tokens};

/// What stands at the right of a section header.
#[derive(Clone, Copy, Debug)]
pub enum SectionRight<'a> {
    /// A remark, such as "9 records".
    Words(&'a str),
    /// A link, such as "12 files".
    Link(&'a str),
    /// A small command, such as "Copy".
    Command(Icon, &'a str),
}

/// A section header, 24 high over the available width. `right` goes from right to left; the answers
/// are those of its entries, in order (remarks have one too, it is never clicked).
pub fn section_header(ui: &mut Ui, title: &str, right: &[SectionRight<'_>]) -> Vec<Response> {
    let tokens = tokens(ui);
    let size = vec2(ui.available_width(), space::ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    let at = rect.left_center();
    let words = paint_text(ui.painter(), at, Align::Min, title, font::TITLE, tokens.text);

    let mut rest = rect;
    rest.min.x = (words.right() + space::S).min(rest.max.x);
    // A command's own padding hangs out, so that its words end where all others do.
    if matches!(right.first(), Some(SectionRight::Command(..))) {
        rest.max.x += space::XS;
    }
    // A child that the parent does not measure: the entries lie inside the header's own room.
    let builder = UiBuilder::new().max_rect(rest).layout(Layout::right_to_left(Align::Center));
    let mut entries = ui.new_child(builder);
    entries.spacing_mut().item_spacing.x = space::S;
    right.iter().map(|entry| entry_ui(&mut entries, *entry)).collect()
}

fn entry_ui(ui: &mut Ui, entry: SectionRight<'_>) -> Response {
    match entry {
        SectionRight::Words(text) => {
            let width = text_width(ui.painter(), text, font::SMALL).min(ui.available_width());
            let (rect, response) = ui.allocate_exact_size(vec2(width, space::ROW), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
            let color = tokens(ui).text3;
            paint_text(ui.painter(), rect.left_center(), Align::Min, text, font::SMALL, color);
            response
        }
        SectionRight::Link(text) => link(ui, text, font::UI),
        SectionRight::Command(icon, text) => {
            ui.add(Button::new(Look::Ghost, text).icon(icon).small_text())
        }
    }
}
