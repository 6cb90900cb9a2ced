//! Every colour of the window, once for dark and once for light.
//! Not the egui style that is made of them (`style`), nor what a severity or a step maps to (`meaning`).

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
const fn hex(rgb: u32) -> Color32 {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

const fn severity(text: u32, chip: u32, fill: u32) -> SeverityColors {
    SeverityColors { text: hex(text), chip: hex(chip), fill: hex(fill) }
}

static DARK: Tokens = Tokens {
    base: hex(0x0F_10_12),
    canvas: hex(0x15_16_19),
    panel: hex(0x1B_1C_20),
    raised: hex(0x24_26_2B),
    hover: hex(0x2A_2D_33),
    code: hex(0x10_11_14),
    select: hex(0x24_36_4F),
    select_dim: hex(0x2B_2F_37),
    line: hex(0x2B_2D_33),
    line_strong: hex(0x44_47_4F),
    control: hex(0x6B_70_7A),
    text: hex(0xEC_ED_F0),
    text2: hex(0xB9_BD_C6),
    text3: hex(0x9B_A1_AC),
    disabled: hex(0x62_66_6F),
    accent: hex(0x78_AB_FF),
    on_accent: hex(0x0B_15_24),
    focus: hex(0x9C_C3_FF),
    critical: severity(0xFF_7A_76, 0x43_21_1F, 0xFF_7A_76),
    high: severity(0xFF_9D_5C, 0x3F_29_18, 0xFF_9D_5C),
    medium: severity(0xE6_BE_4F, 0x38_30_1A, 0xE6_BE_4F),
    low: severity(0x86_B4_DA, 0x1F_2E_3C, 0x86_B4_DA),
    info: severity(0xA6_AC_B6, 0x2A_2D_32, 0xA6_AC_B6),
    ok: hex(0x77_C4_90),
    ok_chip: hex(0x1D_33_25),
    lane: hex(0xFF_7A_76),
    bar: hex(0x4A_4E_57),
    bar_on: hex(0x8E_95_A1),
    hatch: hex(0x65_6A_74),
    steps: [
        hex(0x8F_A3_B8),
        hex(0x6F_B7_C9),
        hex(0x8E_B0_F0),
        hex(0xA5_9B_F5),
        hex(0x5F_C0_B0),
        hex(0xD0_8F_E0),
        hex(0xE5_8B_B0),
        hex(0xC3_A9_8A),
    ],
    network: hex(0x62_BE_E0),
    file: hex(0x9C_C5_6F),
    registry: hex(0xC7_9B_EF),
    task: hex(0xE3_9A_C0),
    script: hex(0x7F_A8_F8),
    logon: hex(0xCD_B4_87),
};

static LIGHT: Tokens = Tokens {
    base: hex(0xE6_E8_EB),
    canvas: hex(0xFF_FF_FF),
    panel: hex(0xF5_F6_F7),
    raised: hex(0xE9_EB_EE),
    hover: hex(0xE3_E6_EA),
    code: hex(0xF0_F1_F3),
    select: hex(0xD6_E5_FC),
    select_dim: hex(0xE3_E7_EC),
    line: hex(0xDD_E0_E4),
    line_strong: hex(0xBF_C4_CB),
    control: hex(0x7F_85_8F),
    text: hex(0x17_19_1C),
    text2: hex(0x47_4C_55),
    text3: hex(0x5D_63_6D),
    disabled: hex(0x9A_A0_A9),
    accent: hex(0x1F_5F_CB),
    on_accent: hex(0xFF_FF_FF),
    focus: hex(0x1F_5F_CB),
    critical: severity(0xB3_20_2A, 0xFB_E3_E2, 0xCF_2A_35),
    high: severity(0x9F_3F_06, 0xFC_E6_D8, 0xC9_56_0A),
    medium: severity(0x75_53_00, 0xF8_EB_C6, 0xA0_75_00),
    low: severity(0x23_5F_92, 0xDD_EB_F7, 0x3B_7F_BA),
    info: severity(0x52_58_62, 0xE6_E8_EB, 0x74_7B_86),
    ok: hex(0x1F_6B_3A),
    ok_chip: hex(0xDD_F0_E3),
    lane: hex(0xC9_32_3A),
    bar: hex(0xC3_C8_CF),
    bar_on: hex(0x6B_72_7D),
    hatch: hex(0x85_8B_94),
    steps: [
        hex(0x4F_64_78),
        hex(0x0E_6C_82),
        hex(0x2F_5C_C4),
        hex(0x52_46_B8),
        hex(0x0B_6B_5C),
        hex(0x8A_3A_9C),
        hex(0xA3_30_5F),
        hex(0x6E_54_30),
    ],
    network: hex(0x0B_6A_8E),
    file: hex(0x47_70_1A),
    registry: hex(0x7A_3F_B0),
    task: hex(0xA0_33_6F),
    script: hex(0x2F_5C_C4),
    logon: hex(0x75_5A_1E),
};
