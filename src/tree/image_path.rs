//! Whether two logged paths can be one executable, in all the forms that logs write paths.

use crate::model::{file_name, is_same_text};

/// Whether two logged paths can name the same executable.
///
/// Letter case, `\??\`, `\\?\`, the form of the volume (`C:\` or `\Device\HarddiskVolume3\`) and
/// `\SystemRoot\` do not count, two drive letters do; a bare file name equals a path that ends in
/// it. A short name (`PROGRA~1`) equals what it can be short for: the log does not say more.
pub(super) fn can_be_same_image(left: &str, right: &str) -> bool {
    if is_same_text(left, right) {
        return true;
    }
    if !left.contains(['\\', '/']) || !right.contains(['\\', '/']) {
        return can_be_same_name(file_name(left), file_name(right));
    }
    let (left_root, left_path) = without_volume(left);
    let (right_root, right_path) = without_volume(right);
    match (left_root, right_root) {
        (Root::System, Root::System) => is_same_path(left_path, right_path),
        (Root::System, _) => is_below_windows(right_path, left_path),
        (_, Root::System) => is_below_windows(left_path, right_path),
        (Root::Drive(left), Root::Drive(right)) if !left.eq_ignore_ascii_case(&right) => false,
        _ => is_same_path(left_path, right_path),
    }
}

/// Whether two images are both known and cannot be the same.
pub(super) fn images_contradict(left: Option<&str>, right: Option<&str>) -> bool {
    matches!((left, right), (Some(left), Some(right)) if !can_be_same_image(left, right))
}

/// Whether two file or folder names can be one, the one perhaps as the short name of the other.
pub(super) fn can_be_same_name(left: &str, right: &str) -> bool {
    is_same_text(left, right) || can_be_short_for(left, right) || can_be_short_for(right, left)
}

/// Whether a part of the path is written as a short name.
pub(super) fn has_short_name(path: &str) -> bool {
    path.contains('~') && path.split(['\\', '/']).any(|name| parts_of_short(name).is_some())
}

/// What stands before `~`, the number and the extension of a name like `POWERS~1.EXE`.
fn parts_of_short(name: &str) -> Option<(&str, &str, &str)> {
    let (base, extension) = name.split_once('.').unwrap_or((name, ""));
    let (stem, number) = base.rsplit_once('~')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && base.chars().count() <= 8 && extension.chars().count() <= 3)
        .then_some((stem, number, extension))
}

/// Whether the first can be the 8.3 name of the second.
///
/// It is the name without blanks and dots, cut to what the number leaves of eight characters; from
/// the fifth name of a kind on two characters and a checksum of four digits. Sources: Microsoft,
/// "Naming Files, Paths, and Namespaces" and `RtlGenerate8dot3Name`.
fn can_be_short_for(short: &str, long: &str) -> bool {
    let Some((stem, number, extension)) = parts_of_short(short) else { return false };
    let (base, long_extension) = long.rsplit_once('.').unwrap_or((long, ""));
    let kept: Vec<char> = base.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
    let needs_short = base.chars().count() != kept.len()
        || kept.len() > 8
        || long_extension.chars().count() > 3
        || !kept.iter().all(|c| is_plain(*c));
    let begins = |text: &str, of: &[char]| {
        text.chars().count() == of.len()
            && text.chars().zip(of).all(|(short, long)| can_be_char(short, *long))
    };
    let first = |count: usize| kept.get(..kept.len().min(count)).unwrap_or_default();
    let own: Vec<char> = long_extension.chars().filter(|c| *c != ' ').take(3).collect();
    let room = 7_usize.saturating_sub(number.len());
    let is_cut = begins(stem, first(room));
    let is_hashed = || {
        let hash = stem.char_indices().nth_back(3).map(|(at, _)| stem.split_at(at));
        hash.is_some_and(|(head, hash)| {
            hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && begins(head, first(2))
        })
    };
    needs_short && begins(extension, &own) && (is_cut || is_hashed())
}

/// Whether a short name keeps the character as it is.
const fn is_plain(c: char) -> bool {
    c.is_ascii() && !matches!(c, '+' | ',' | ';' | '=' | '[' | ']')
}

/// Whether this character of a short name can stand for that of the long one: what is no plain
/// character becomes `_`, or what the code page of the machine has for it.
fn can_be_char(short: char, long: char) -> bool {
    short.eq_ignore_ascii_case(&long) || !is_plain(long)
}

fn is_same_path(left: &str, right: &str) -> bool {
    if is_same_text(left, right) {
        return true;
    }
    if !left.contains('~') && !right.contains('~') {
        return false;
    }
    let (mut left, mut right) = (left.split(['\\', '/']), right.split(['\\', '/']));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if can_be_same_name(left, right) => {}
            _ => return false,
        }
    }
}

#[derive(Clone, Copy)]
enum Root {
    /// A volume by letter.
    Drive(char),
    /// A volume by another name, or a share.
    Volume,
    /// The folder of Windows.
    System,
}

fn without_volume(path: &str) -> (Root, &str) {
    let mut path = path;
    for prefix in [r"\??\", r"\\?\", r"\\.\", "GLOBALROOT"] {
        path = strip_folded(path, prefix).unwrap_or(path);
    }
    for prefix in [r"\SystemRoot\", r"%SystemRoot%\", r"%windir%\"] {
        if let Some(rest) = strip_folded(path, prefix) {
            return (Root::System, rest);
        }
    }
    for prefix in [r"\Device\Mup\", r"UNC\"] {
        if let Some(rest) = strip_folded(path, prefix) {
            return (Root::Volume, rest);
        }
    }
    for prefix in [r"\Device\HarddiskVolume", "Volume{"] {
        if let Some(rest) = strip_folded(path, prefix) {
            // The number or name of the volume, whose end the next backslash is.
            return (Root::Volume, rest.split_once('\\').map_or(rest, |(_, rest)| rest));
        }
    }
    let mut chars = path.chars();
    match (chars.next(), chars.next()) {
        (Some(letter), Some(':')) if letter.is_ascii_alphabetic() => {
            (Root::Drive(letter), chars.as_str().trim_start_matches('\\'))
        }
        _ => (Root::Volume, path.trim_start_matches('\\')),
    }
}

fn strip_folded<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let head = path.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| path.get(prefix.len()..)).flatten()
}

fn is_below_windows(path: &str, below: &str) -> bool {
    strip_folded(path, r"Windows\").is_some_and(|rest| is_same_path(rest, below))
}
