//! Every colour of the window, once for dark and once for light.
//! Not the egui style that is made of them (`style`), nor what a severity or a step maps to (`meaning`).

#![expect(
    clippy::unreadable_literal,
    reason = "a colour is one word of six digits, as in the table of the design"
)]

use eframe::egui::{Color32, Context, Theme};

/// The three colours of a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeverityColors {
    /// Words, on the chip and on every panel.
    pub text: Color32,
    /// Background of the chip.
    pub chip: Color32,
    /// Bars, marks and icons.
    pub fill: Color32,
}

/// The palette of one theme; colour means severity, step, kind or interaction and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Menu bar and status bar.
    pub base: Color32,
    /// The centre.
    pub canvas: Color32,
    /// Sides, toolbar, histogram.
    pub panel: Color32,
    /// Button, filter chip, key cap, popup.
    pub raised: Color32,
    /// Under the pointer.
    pub hover: Color32,
    /// Command block and text field.
    pub code: Color32,
    /// Selection in the panel that has the focus.
    pub select: Color32,
    /// Selection in any other panel.
    pub select_dim: Color32,
    /// Seam between panels.
    pub line: Color32,
    /// Tree guide, tag outline, popup edge; also the fill of a pressed control.
    pub line_strong: Color32,
    /// Outline of a field.
    pub control: Color32,
    /// Main text.
    pub text: Color32,
    /// Second text.
    pub text2: Color32,
    /// Labels.
    pub text3: Color32,
    /// What cannot be used now.
    pub disabled: Color32,
    /// Link, primary button, brush.
    pub accent: Color32,
    /// Text on `accent`.
    pub on_accent: Color32,
    /// Focus ring.
    pub focus: Color32,
    /// Severity critical.
    pub critical: SeverityColors,
    /// Severity high.
    pub high: SeverityColors,
    /// Severity medium; also "cannot be known", and a gap.
    pub medium: SeverityColors,
    /// Severity low.
    pub low: SeverityColors,
    /// Severity informational.
    pub info: SeverityColors,
    /// Read, benign: the text.
    pub ok: Color32,
    /// Read, benign: the chip.
    pub ok_chip: Color32,
    /// The lane of a chain whose worst finding is critical.
    pub lane: Color32,
    /// Histogram and coverage, not selected.
    pub bar: Color32,
    /// Histogram and coverage, selected.
    pub bar_on: Color32,
    /// Lines of a hatched gap.
    pub hatch: Color32,
    /// Attack steps 1 to 8, in order.
    pub steps: [Color32; 8],
    /// Network activity, indicators.
    pub network: Color32,
    /// File activity.
    pub file: Color32,
    /// Registry activity.
    pub registry: Color32,
    /// Tasks and services.
    pub task: Color32,
    /// Scripts.
    pub script: Color32,
    /// Logons and shares.
    pub logon: Color32,
}

/// The palette that `ctx` shows now; a `&Ui` does for `ctx`.
pub fn tokens(ctx: &Context) -> &'static Tokens {
    Tokens::of(ctx.theme())
}

impl Tokens {
    /// The palette of `theme`.
    pub const fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }
}

/// An opaque colour from `0xRRGGBB`.
#[expect(clippy::disallowed_methods, reason = "the one place where tokens are made")]
const fn hex(rgb: u32) -> Color32 {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

const fn severity(text: u32, chip: u32, fill: u32) -> SeverityColors {
    SeverityColors { text: hex(text), chip: hex(chip), fill: hex(fill) }
}

static DARK: Tokens = Tokens {
    base: hex(0x0F1012),
    canvas: hex(0x151619),
    panel: hex(0x1B1C20),
    raised: hex(0x24262B),
    hover: hex(0x2A2D33),
    code: hex(0x101114),
    select: hex(0x24364F),
    select_dim: hex(0x2B2F37),
    line: hex(0x2B2D33),
    line_strong: hex(0x44474F),
    control: hex(0x6B707A),
    text: hex(0xECEDF0),
    text2: hex(0xB9BDC6),
    text3: hex(0x9BA1AC),
    disabled: hex(0x62666F),
    accent: hex(0x78ABFF),
    on_accent: hex(0x0B1524),
    focus: hex(0x9CC3FF),
    critical: severity(0xFF7A76, 0x43211F, 0xFF7A76),
    high: severity(0xFF9D5C, 0x3F2918, 0xFF9D5C),
    medium: severity(0xE6BE4F, 0x38301A, 0xE6BE4F),
    low: severity(0x86B4DA, 0x1F2E3C, 0x86B4DA),
    info: severity(0xA6ACB6, 0x2A2D32, 0xA6ACB6),
    ok: hex(0x77C490),
    ok_chip: hex(0x1D3325),
    lane: hex(0xFF7A76),
    bar: hex(0x4A4E57),
    bar_on: hex(0x8E95A1),
    hatch: hex(0x656A74),
    steps: [
        hex(0x8FA3B8),
        hex(0x6FB7C9),
        hex(0x8EB0F0),
        hex(0xA59BF5),
        hex(0x5FC0B0),
        hex(0xD08FE0),
        hex(0xE58BB0),
        hex(0xC3A98A),
    ],
    network: hex(0x62BEE0),
    file: hex(0x9CC56F),
    registry: hex(0xC79BEF),
    task: hex(0xE39AC0),
    script: hex(0x7FA8F8),
    logon: hex(0xCDB487),
};

static LIGHT: Tokens = Tokens {
    base: hex(0xE6E8EB),
    canvas: hex(0xFFFFFF),
    panel: hex(0xF5F6F7),
    raised: hex(0xE9EBEE),
    hover: hex(0xE3E6EA),
    code: hex(0xF0F1F3),
    select: hex(0xD6E5FC),
    select_dim: hex(0xE3E7EC),
    line: hex(0xDDE0E4),
    line_strong: hex(0xBFC4CB),
    control: hex(0x7F858F),
    text: hex(0x17191C),
    text2: hex(0x474C55),
    text3: hex(0x5D636D),
    disabled: hex(0x9AA0A9),
    accent: hex(0x1F5FCB),
    on_accent: hex(0xFFFFFF),
    focus: hex(0x1F5FCB),
    critical: severity(0xB3202A, 0xFBE3E2, 0xCF2A35),
    high: severity(0x9F3F06, 0xFCE6D8, 0xC9560A),
    medium: severity(0x755300, 0xF8EBC6, 0xA07500),
    low: severity(0x235F92, 0xDDEBF7, 0x3B7FBA),
    info: severity(0x525862, 0xE6E8EB, 0x747B86),
    ok: hex(0x1F6B3A),
    ok_chip: hex(0xDDF0E3),
    lane: hex(0xC9323A),
    bar: hex(0xC3C8CF),
    bar_on: hex(0x6B727D),
    hatch: hex(0x858B94),
    steps: [
        hex(0x4F6478),
        hex(0x0E6C82),
        hex(0x2F5CC4),
        hex(0x5246B8),
        hex(0x0B6B5C),
        hex(0x8A3A9C),
        hex(0xA3305F),
        hex(0x6E5430),
    ],
    network: hex(0x0B6A8E),
    file: hex(0x47701A),
    registry: hex(0x7A3FB0),
    task: hex(0xA0336F),
    script: hex(0x2F5CC4),
    logon: hex(0x755A1E),
};
