//! What the panels are made of. Small, painted by hand, each with a name for screen readers.
//! No panel and no state of the case here.
//!
//! Every kind comes as a function that takes a `&mut Ui` and, for the rows of a long list, as a
//! `paint_…` that takes a painter and allocates nothing. Text is laid on the row's baseline by its
//! [`Face`](super::theme::font::Face) and made visible (`view::visible`) before it is drawn.
//!
//! - `paint`: text, icon, dashed outline, focus ring · `elide`: one line cut where it hurts least
//! - `chip`, `tag`, `badge`, `key_cap`, `progress` · `button`, `menu_item`, `segments`
//! - `section`, `fact`: inspector rows · `code_block`: command lines and decoded layers
//! - `field`: text field, tick box, switch · `spans`, `code_layout`: how code is broken and marked
//! - `tooltip`

mod badge;
mod button;
mod chip;
mod code_block;
mod code_layout;
mod elide;
mod fact;
mod field;
mod key_cap;
mod menu_item;
mod paint;
mod place;
mod progress;
mod rows;
mod section;
mod segments;
mod spans;
mod tag;
mod tooltip;

pub use badge::{
    BadgeState, CIRCLE, layer_circle, paint_layer_circle, paint_step_badge, step_badge,
};
pub use button::{
    Button, Look, Size, ghost_button, icon_button, link, primary_button, raised_button,
};
pub use chip::{
    ChipColors, chip, chip_colors, chip_width, ok_chip_colors, paint_chip, paint_severity_chip,
    severity_chip,
};
pub use code_block::{CodeBlock, CodeBlockResponse};
pub use elide::{Elide, Run, elided_label, paint_elided, paint_elided_run};
pub use fact::{Fact, fact};
pub use field::{password_field, switch_row, text_field, tick_box};
pub use key_cap::{key_cap, key_cap_width, paint_key_cap};
pub use menu_item::{MenuItem, menu_item};
pub use paint::{
    dashed_rect, focus_ring, icon, icon_text, paint_icon, paint_icon_text, paint_text, row_focus,
    text_width,
};
pub use place::place;
pub use progress::{paint_progress, progress_bar};
pub use rows::{piece_of, rows_in_sight};
pub use section::{SectionRight, section_header};
pub use segments::{Segment, segments};
pub use tag::{Outline, paint_tag, tag, tag_width};
pub use tooltip::{disabled_reason, tooltip};
