//! The columns at the right of the tree and the header above it.

use eframe::egui::{Align, Rect, Sense, Ui, pos2, vec2};

use crate::ui::context::Context;
use crate::ui::theme::{font, space};
use crate::ui::widgets::paint_text;
use crate::view::number;

const WHAT_IT_DID: f32 = 104.0;
const STEP: f32 = 38.0;
const SEVERITY: f32 = 64.0;
const START: f32 = 62.0;
/// Below this width of the panel the column "What it did" goes.
const NARROW: f32 = 760.0;

/// Which columns are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    has_activity: bool,
}

impl Columns {
    /// The columns for a panel of this width.
    pub fn for_width(width: f32) -> Self {
        Self { has_activity: width >= NARROW }
    }

    /// Whether "What it did" is shown.
    pub const fn has_activity(self) -> bool {
        self.has_activity
    }

    /// Right edge of the start column.
    pub fn start_right(rect: Rect) -> f32 {
        rect.right() - space::M
    }

    /// Left edge of the severity column.
    pub fn severity_left(rect: Rect) -> f32 {
        Self::start_right(rect) - START - SEVERITY
    }

    /// Middle of the step column.
    pub fn step_center(rect: Rect) -> f32 {
        Self::severity_left(rect) - STEP / 2.0
    }

    /// Right edge of "What it did".
    pub fn activity_right(rect: Rect) -> f32 {
        Self::severity_left(rect) - STEP
    }

    /// Right edge of the column with name and command.
    pub fn command_right(self, rect: Rect) -> f32 {
        let right = Self::activity_right(rect);
        if self.has_activity { right - WHAT_IT_DID } else { right - space::XS }
    }
}

/// The header row, 24 high with a seam below.
pub(super) fn header_ui(ui: &mut Ui, cx: &Context<'_>, columns: Columns) {
    let size = vec2(ui.available_width(), space::ROW);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let painter = ui.painter();
    let middle = rect.center().y;
    let label = |x: f32, align: Align, text: &str| {
        paint_text(painter, pos2(x, middle), align, text, font::SMALL, cx.tokens.text3);
    };
    let hidden = cx.views.lines.hidden as u64;
    let first = if hidden == 0 {
        "Process and command".to_owned()
    } else {
        format!(
            "Process and command, {}",
            number::counted(hidden, "process hidden", "processes hidden")
        )
    };
    label(rect.left() + space::M, Align::Min, &first);
    if columns.has_activity {
        label(Columns::activity_right(rect), Align::Max, "What it did");
    }
    label(Columns::step_center(rect), Align::Center, "Step");
    label(Columns::severity_left(rect), Align::Min, "Severity");
    label(Columns::start_right(rect), Align::Max, "Start");
    painter.hline(rect.x_range(), rect.bottom() - 0.5, (space::STROKE, cx.tokens.line));
}
