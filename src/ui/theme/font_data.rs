//! The font files of the program, and the switch that keeps them from drawing ligatures.
//! Not which text uses which font (`font`).

use std::sync::Arc;

use eframe::egui::{FontData, FontDefinitions, FontFamily, FontTweak};

use super::font;

const INTER: &[u8] = include_bytes!("../../../assets/fonts/inter/Inter-Regular.otf");
const INTER_MEDIUM: &[u8] = include_bytes!("../../../assets/fonts/inter/Inter-Medium.otf");
const INTER_SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/inter/Inter-SemiBold.otf");
const MONO: &[u8] =
    include_bytes!("../../../assets/fonts/jetbrains-mono/JetBrainsMono-Regular.ttf");
const ICONS: &[u8] = include_bytes!("../../../assets/fonts/phosphor/Phosphor.ttf");
const ICONS_FILLED: &[u8] = include_bytes!("../../../assets/fonts/phosphor/Phosphor-Fill.ttf");

/// Features that replace a run of characters by another picture.
const LIGATURES: [&[u8; 4]; 4] = [b"calt", b"liga", b"clig", b"dlig"];

/// All families of the window.
///
/// The icon fonts are no fallback of the text fonts: a log that holds a code point of the private
/// use area must not draw an icon of ours.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let files = [
        ("inter", FontFamily::Proportional, FontData::from_owned(without_ligatures(INTER))),
        ("inter-medium", font::medium(), FontData::from_owned(without_ligatures(INTER_MEDIUM))),
        (
            "inter-semibold",
            font::semibold(),
            FontData::from_owned(without_ligatures(INTER_SEMIBOLD)),
        ),
        ("jetbrains-mono", FontFamily::Monospace, FontData::from_owned(without_ligatures(MONO))),
        ("phosphor", font::icons(), icon_font(ICONS)),
        ("phosphor-fill", font::icons_filled(), icon_font(ICONS_FILLED)),
    ];
    for (name, family, data) in files {
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
        fonts.families.insert(family, vec![name.to_owned()]);
    }
    // What one text font lacks, the others may have, before the system is asked.
    for (family, others) in [
        (FontFamily::Proportional, ["jetbrains-mono"].as_slice()),
        (font::medium(), &["inter", "jetbrains-mono"]),
        (font::semibold(), &["inter", "jetbrains-mono"]),
        (FontFamily::Monospace, &["inter"]),
    ] {
        let chain = fonts.families.entry(family).or_default();
        chain.extend(others.iter().map(|&name| name.to_owned()));
    }
    fonts
}

/// Icons keep their drawn shape: grid fitting would bend their circles.
fn icon_font(file: &'static [u8]) -> FontData {
    FontData::from_static(file).tweak(FontTweak { hinting: Some(false), ..FontTweak::default() })
}

/// A copy of an OpenType font whose ligature features bear a name that no shaper turns on.
///
/// A monospaced font for programmers draws `->` as an arrow and `0x41` with a multiplication sign;
/// what the log says has to be seen character by character. Composition of marks is left as it is.
/// A file that is not as expected is returned unchanged.
/// Layout: OpenType specification, "Organization of an OpenType font" and "GSUB".
fn without_ligatures(file: &[u8]) -> Vec<u8> {
    let mut font = file.to_vec();
    for at in feature_tags(file).unwrap_or_default() {
        if let Some(tag) = font.get_mut(at..at.saturating_add(4))
            && LIGATURES.iter().any(|name| name.as_slice() == tag)
        {
            tag.copy_from_slice(b"off ");
        }
    }
    font
}

/// Where the tags of the substitution features stand in the file.
fn feature_tags(file: &[u8]) -> Option<Vec<usize>> {
    let tables = usize::from(u16_at(file, 4)?);
    let record = (0..tables).map(|index| 12 + 16 * index).find(|&at| {
        file.get(at..at.saturating_add(4)).is_some_and(|tag| tag == b"GSUB".as_slice())
    })?;
    let offset = file.get(record + 8..record + 12)?;
    let gsub = usize::try_from(u32::from_be_bytes(offset.try_into().ok()?)).ok()?;
    let list = gsub.checked_add(usize::from(u16_at(file, gsub.checked_add(6)?)?))?;
    let count = usize::from(u16_at(file, list)?);
    Some((0..count).map(|index| list.saturating_add(2 + 6 * index)).collect())
}

fn u16_at(file: &[u8], at: usize) -> Option<u16> {
    let bytes = file.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}
