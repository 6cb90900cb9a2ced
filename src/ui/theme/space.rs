//! Distances of the window, in points. Not the sizes of the panels; those are the layout's.

/// Between an icon's parts, and inside chips.
pub const XS: f32 = 4.0;
/// Between things that belong together.
pub const S: f32 = 8.0;
/// Padding of a panel.
pub const M: f32 = 12.0;
/// Padding of the inspector, between sections.
pub const L: f32 = 16.0;
/// Between blocks.
pub const XL: f32 = 24.0;

/// One step of depth in the process tree.
pub const INDENT: f32 = 16.0;

/// Row of a list, of the tree, of the chain strip.
pub const ROW: f32 = 24.0;
/// Row of a finding.
pub const ROW_FINDING: f32 = 40.0;
/// Row of the coverage list and of a fact.
pub const ROW_FACT: f32 = 20.0;
/// Row of the answer above the tree, of a timeline step.
pub const ROW_ANSWER: f32 = 22.0;
/// Row of a report section.
pub const ROW_SECTION: f32 = 28.0;
/// Row of a recent case.
pub const ROW_CASE: f32 = 48.0;

/// Button, field, segmented control.
pub const CONTROL: f32 = 28.0;
/// Small button.
pub const CONTROL_SMALL: f32 = 24.0;
/// Button of the start screen.
pub const CONTROL_LARGE: f32 = 36.0;

/// Chip, tag, step badge.
pub const CHIP: f32 = 18.0;
/// Icon beside normal text.
pub const ICON: f32 = 16.0;
/// Icon beside small text.
pub const ICON_SMALL: f32 = 14.0;
/// Caret.
pub const ICON_CARET: f32 = 12.0;

/// Corner of a chip, tag, badge, code block.
pub const RADIUS_CHIP: u8 = 4;
/// Corner of a button or field.
pub const RADIUS_BUTTON: u8 = 6;
/// Corner of the drop area.
pub const RADIUS_DROP: u8 = 8;

/// Seams and outlines.
pub const STROKE: f32 = 1.0;
/// Lane and elbow of a chain.
pub const STROKE_LANE: f32 = 2.0;
/// Lane bar at the left edge.
pub const LANE_BAR: f32 = 4.0;
/// Focus ring.
pub const STROKE_FOCUS: f32 = 2.0;
