//! The icons by name: Phosphor 2.1.2, whose regular and filled fonts share their code points.
//!
//! Not how an icon is painted (`widgets::paint_icon`).
//! Code points: `src/regular/style.css` of the npm package `@phosphor-icons/web` 2.1.2.

use eframe::egui::FontId;

use super::font;

/// One glyph of the icon font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon {
    glyph: char,
    filled: bool,
}

impl Icon {
    const fn new(glyph: char) -> Self {
        Self { glyph, filled: false }
    }

    /// The same icon, filled: for interpreters, severities and what is done.
    #[must_use]
    pub const fn filled(self) -> Self {
        Self { glyph: self.glyph, filled: true }
    }

    /// The code point, in the private use area.
    pub const fn glyph(self) -> char {
        self.glyph
    }

    /// The font that holds the glyph, at `size` points.
    pub fn font(self, size: f32) -> FontId {
        FontId::new(size, if self.filled { font::icons_filled() } else { font::icons() })
    }
}

// Programs and processes.
/// Interpreter, filled.
pub const TERMINAL_WINDOW: Icon = Icon::new('\u{eae8}');
/// Zoom, filled.
pub const VIDEO_CAMERA: Icon = Icon::new('\u{e4da}');
/// Any other program.
pub const APP_WINDOW: Icon = Icon::new('\u{e5da}');
/// Service.
pub const GEAR: Icon = Icon::new('\u{e270}');
/// Stub, a process that is not in these logs.
pub const CIRCLE_DASHED: Icon = Icon::new('\u{e602}');
/// Host.
pub const DESKTOP: Icon = Icon::new('\u{e560}');
/// Process tree.
pub const TREE_STRUCTURE: Icon = Icon::new('\u{e67c}');

// Kinds of activity.
/// Network.
pub const GLOBE_SIMPLE: Icon = Icon::new('\u{e28e}');
/// File.
pub const FILE: Icon = Icon::new('\u{e230}');
/// Share, folder.
pub const FOLDER: Icon = Icon::new('\u{e24a}');
/// Registry.
pub const SLIDERS: Icon = Icon::new('\u{e432}');
/// Scheduled task.
pub const CALENDAR_CHECK: Icon = Icon::new('\u{e712}');
/// Script.
pub const SCROLL: Icon = Icon::new('\u{eb7a}');
/// Logon.
pub const KEY: Icon = Icon::new('\u{e2d6}');
/// Named pipe.
pub const PLUGS: Icon = Icon::new('\u{eb56}');
/// DLL, driver.
pub const PUZZLE_PIECE: Icon = Icon::new('\u{e596}');
/// WMI.
pub const FLOW_ARROW: Icon = Icon::new('\u{e6ec}');
/// Access to another process.
pub const CROSSHAIR: Icon = Icon::new('\u{e1d6}');

// State.
/// Critical, high.
pub const WARNING_OCTAGON: Icon = Icon::new('\u{e4e4}');
/// Medium, damage.
pub const WARNING: Icon = Icon::new('\u{e4e0}');
/// Low, informational, unknown.
pub const INFO: Icon = Icon::new('\u{e2ce}');
/// Malicious.
pub const PROHIBIT: Icon = Icon::new('\u{e3de}');
/// Read, benign.
pub const CHECK_CIRCLE: Icon = Icon::new('\u{e184}');
/// Nothing leaves this computer.
pub const WIFI_SLASH: Icon = Icon::new('\u{e4f2}');
/// Being read.
pub const SPINNER: Icon = Icon::new('\u{e66a}');

// Commands.
/// Open.
pub const FOLDER_OPEN: Icon = Icon::new('\u{e256}');
/// Open files.
pub const FILE_PLUS: Icon = Icon::new('\u{e236}');
/// Sample incident.
pub const FLASK: Icon = Icon::new('\u{e79e}');
/// Filter.
pub const FUNNEL: Icon = Icon::new('\u{e266}');
/// Search.
pub const MAGNIFYING_GLASS: Icon = Icon::new('\u{e30c}');
/// Zoom in.
pub const MAGNIFYING_GLASS_PLUS: Icon = Icon::new('\u{e310}');
/// Zoom out.
pub const MAGNIFYING_GLASS_MINUS: Icon = Icon::new('\u{e30e}');
/// Zoom to fit.
pub const CORNERS_OUT: Icon = Icon::new('\u{e1d0}');
/// Help.
pub const QUESTION: Icon = Icon::new('\u{e3e8}');
/// Time zone.
pub const CLOCK: Icon = Icon::new('\u{e19a}');
/// Export.
pub const EXPORT: Icon = Icon::new('\u{eaf0}');
/// Copy.
pub const COPY: Icon = Icon::new('\u{e1ca}');
/// Save.
pub const FLOPPY_DISK: Icon = Icon::new('\u{e248}');
/// Notes.
pub const NOTE_PENCIL: Icon = Icon::new('\u{e34c}');
/// Rename.
pub const PENCIL_SIMPLE: Icon = Icon::new('\u{e3b4}');
/// Remove.
pub const TRASH: Icon = Icon::new('\u{e4a6}');
/// Add.
pub const PLUS: Icon = Icon::new('\u{e3d4}');
/// Less.
pub const MINUS: Icon = Icon::new('\u{e32a}');
/// Close, clear, cancel.
pub const X: Icon = Icon::new('\u{e4f6}');
/// Chosen.
pub const CHECK: Icon = Icon::new('\u{e182}');
/// Command palette.
pub const COMMAND: Icon = Icon::new('\u{e1c4}');
/// How the list is shown.
pub const SLIDERS_HORIZONTAL: Icon = Icon::new('\u{e434}');
/// Expand all.
pub const ARROWS_OUT: Icon = Icon::new('\u{e0a2}');
/// Fold all.
pub const ARROWS_IN: Icon = Icon::new('\u{e09a}');
/// Attack chain.
pub const PATH: Icon = Icon::new('\u{e39c}');
/// Link.
pub const LINK_SIMPLE: Icon = Icon::new('\u{e2e6}');
/// Graph.
pub const SHARE_NETWORK: Icon = Icon::new('\u{e408}');
/// Show elsewhere.
pub const ARROW_SQUARE_OUT: Icon = Icon::new('\u{e5de}');
/// Try again.
pub const ARROW_COUNTER_CLOCKWISE: Icon = Icon::new('\u{e038}');
/// Previous.
pub const ARROW_LEFT: Icon = Icon::new('\u{e058}');
/// Next.
pub const ARROW_RIGHT: Icon = Icon::new('\u{e06c}');
/// Keys.
pub const KEYBOARD: Icon = Icon::new('\u{e2d8}');
/// More.
pub const DOTS_THREE: Icon = Icon::new('\u{e1fe}');
/// Light theme.
pub const SUN: Icon = Icon::new('\u{e472}');
/// Dark theme.
pub const MOON: Icon = Icon::new('\u{e330}');

// Panels and tabs.
/// Sources.
pub const STACK: Icon = Icon::new('\u{e466}');
/// Panel.
pub const SIDEBAR_SIMPLE: Icon = Icon::new('\u{ec24}');
/// Columns.
pub const COLUMNS: Icon = Icon::new('\u{e546}');
/// Timeline.
pub const CHART_BAR_HORIZONTAL: Icon = Icon::new('\u{e152}');
/// Events.
pub const ROWS: Icon = Icon::new('\u{e5a2}');
/// Indicators.
pub const TARGET: Icon = Icon::new('\u{e47c}');
/// Report.
pub const ARTICLE: Icon = Icon::new('\u{e0a8}');
/// Steps.
pub const LIST_CHECKS: Icon = Icon::new('\u{eadc}');
/// Table.
pub const TABLE: Icon = Icon::new('\u{e476}');

// Formats.
/// Drop area.
pub const TRAY_ARROW_DOWN: Icon = Icon::new('\u{e010}');
/// Save as.
pub const DOWNLOAD_SIMPLE: Icon = Icon::new('\u{e20c}');
/// Compressed file.
pub const FILE_ZIP: Icon = Icon::new('\u{e958}');
/// Markdown.
pub const FILE_MD: Icon = Icon::new('\u{ed50}');
/// HTML.
pub const FILE_HTML: Icon = Icon::new('\u{eb38}');
/// Script file.
pub const FILE_CODE: Icon = Icon::new('\u{e914}');
/// JSON.
pub const BRACKETS_CURLY: Icon = Icon::new('\u{e860}');
/// Drag handle.
pub const DOTS_SIX_VERTICAL: Icon = Icon::new('\u{eae2}');
/// Ticked.
pub const CHECK_SQUARE: Icon = Icon::new('\u{e186}');
/// Not ticked.
pub const SQUARE: Icon = Icon::new('\u{e45e}');

// Carets.
/// Open.
pub const CARET_DOWN: Icon = Icon::new('\u{e136}');
/// Folded.
pub const CARET_RIGHT: Icon = Icon::new('\u{e13a}');
/// Ascending.
pub const CARET_UP: Icon = Icon::new('\u{e13c}');
/// Back.
pub const CARET_LEFT: Icon = Icon::new('\u{e138}');

/// Every icon, for the gallery and the test that the fonts hold them.
pub const ALL: &[Icon] = &[
    TERMINAL_WINDOW,
    VIDEO_CAMERA,
    APP_WINDOW,
    GEAR,
    CIRCLE_DASHED,
    DESKTOP,
    TREE_STRUCTURE,
    GLOBE_SIMPLE,
    FILE,
    FOLDER,
    SLIDERS,
    CALENDAR_CHECK,
    SCROLL,
    KEY,
    PLUGS,
    PUZZLE_PIECE,
    FLOW_ARROW,
    CROSSHAIR,
    WARNING_OCTAGON,
    WARNING,
    INFO,
    PROHIBIT,
    CHECK_CIRCLE,
    WIFI_SLASH,
    SPINNER,
    FOLDER_OPEN,
    FILE_PLUS,
    FLASK,
    FUNNEL,
    MAGNIFYING_GLASS,
    MAGNIFYING_GLASS_PLUS,
    MAGNIFYING_GLASS_MINUS,
    CORNERS_OUT,
    QUESTION,
    CLOCK,
    EXPORT,
    COPY,
    FLOPPY_DISK,
    NOTE_PENCIL,
    PENCIL_SIMPLE,
    TRASH,
    PLUS,
    MINUS,
    X,
    CHECK,
    COMMAND,
    SLIDERS_HORIZONTAL,
    ARROWS_OUT,
    ARROWS_IN,
    PATH,
    LINK_SIMPLE,
    SHARE_NETWORK,
    ARROW_SQUARE_OUT,
    ARROW_COUNTER_CLOCKWISE,
    ARROW_LEFT,
    ARROW_RIGHT,
    KEYBOARD,
    DOTS_THREE,
    SUN,
    MOON,
    STACK,
    SIDEBAR_SIMPLE,
    COLUMNS,
    CHART_BAR_HORIZONTAL,
    ROWS,
    TARGET,
    ARTICLE,
    LIST_CHECKS,
    TABLE,
    TRAY_ARROW_DOWN,
    DOWNLOAD_SIMPLE,
    FILE_ZIP,
    FILE_MD,
    FILE_HTML,
    FILE_CODE,
    BRACKETS_CURLY,
    DOTS_SIX_VERTICAL,
    CHECK_SQUARE,
    SQUARE,
    CARET_DOWN,
    CARET_RIGHT,
    CARET_UP,
    CARET_LEFT,
];
