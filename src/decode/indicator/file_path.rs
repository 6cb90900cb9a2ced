//! Windows paths, shares and registry keys, with the blanks a quoted one may hold.
//!
//! It asks no file system, so a path with blanks and without quotes ends at its first blank,
//! unless the folder is one of Windows' own with a blank in its name.

use super::super::text::{byte_before, find_ignore_case, part};

/// The longest path, in bytes.
const MAX_PATH: usize = 1024;

/// Folder names with a blank that are on every machine.
const WITH_BLANKS: &[&str] = &[
    "program files (x86)",
    "program files",
    "common files",
    "documents and settings",
    "start menu",
    "windows defender",
    "windows nt",
    "internet explorer",
    "microsoft office",
    "local settings",
];

/// Roots of the registry, longest first, in lower case.
const HIVES: &[&str] = &[
    "hkey_local_machine",
    "hkey_current_user",
    "hkey_classes_root",
    "hkey_users",
    "hkey_current_config",
    "hklm",
    "hkcu",
    "hkcr",
    "hkcc",
    "hku",
];

/// `HKCU\Software\…` and PowerShell's `HKCU:\Software\…` at `at`.
pub(super) fn registry_key(text: &str, at: usize) -> Option<&str> {
    let rest = part(text, at, text.len());
    let hive = HIVES
        .iter()
        .find(|hive| find_ignore_case(part(rest, 0, hive.len()), hive, 0) == Some(0))?;
    let colon = usize::from(part(rest, hive.len(), hive.len() + 1) == ":");
    let root = hive.len() + colon;
    if part(rest, root, root + 1) != "\\" {
        return None;
    }
    let length = extent(text, at, root);
    let key = part(rest, 0, length).trim_end_matches('\\');
    (key.len() > root + 1).then_some(key)
}

/// Whether a text starts with a root of the registry: `\\host\HKLM\…` is a computer's registry.
pub(super) fn is_hive(text: &str) -> bool {
    HIVES.iter().any(|hive| text.eq_ignore_ascii_case(hive))
}

/// The length of `\\.\pipe\name` or `\\host\pipe\name` at `at`, and of the host, 0 for this one.
pub(super) fn pipe(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = part(text, at, text.len());
    let inner = rest.strip_prefix("\\\\")?;
    let is_host = |b: &u8| b.is_ascii_alphanumeric() || b"._-?".contains(b);
    let host = inner.bytes().take(255).take_while(is_host).count();
    let tail = part(inner, host, inner.len());
    if host == 0 || !part(tail, 0, 6).eq_ignore_ascii_case("\\pipe\\") {
        return None;
    }
    let name: usize = part(tail, 6, tail.len())
        .chars()
        .take(256)
        .take_while(|c| is_plain(*c) || matches!(c, '{' | '}' | '+' | ':'))
        .map(char::len_utf8)
        .sum();
    let is_here = matches!(part(inner, 0, host), "." | "?");
    (name > 0).then_some((2 + host + 6 + name, if is_here { 0 } else { host }))
}

/// `\\host\share` at `at`, and the whole path that starts so; `\\host` alone where a blank or the
/// end follows. Device paths are none.
pub(super) fn share(text: &str, at: usize) -> Option<(&str, &str)> {
    let rest = part(text, at, text.len());
    let inner = rest.strip_prefix("\\\\")?;
    let is_open = byte_before(text, at)
        .is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'(,=@".contains(&byte));
    let is_host = |b: &u8| b.is_ascii_alphanumeric() || b"._-@".contains(b);
    let host = inner.bytes().take(255).take_while(is_host).count();
    let after = part(inner, host, host + 1);
    let starts = inner.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if !is_open || !starts {
        return None;
    }
    if after != "\\" {
        // `'\\d'` and `"\\n"` in quotes are patterns and escapes.
        let is_open = byte_before(text, at).is_none_or(|byte| byte.is_ascii_whitespace());
        let is_alone = is_open && host > 1 && (after.is_empty() || after.starts_with([' ', '\t']));
        let host = part(rest, 0, 2 + host);
        return is_alone.then_some((host, host));
    }
    let path = part(rest, 0, extent(text, at, 2 + host)).trim_end_matches(['\\', '.']);
    let name = part(path, host + 3, path.len()).split('\\').next().unwrap_or_default();
    if name.is_empty() {
        return None;
    }
    Some((part(path, 0, host + 3 + name.len()), path))
}

/// `C:\…`, `%TEMP%\…` and `$env:TEMP\…` at `at`.
pub(super) fn absolute(text: &str, at: usize) -> Option<&str> {
    let rest = part(text, at, text.len());
    let root = drive(rest).or_else(|| variable(rest)).or_else(|| environment(rest))?;
    let path = part(rest, 0, extent(text, at, root)).trim_end_matches(['.', '\\']);
    let is_named = part(path, root, path.len()).bytes().any(|byte| byte.is_ascii_alphanumeric());
    is_named.then_some(path)
}

/// The length of `C:` before a backslash.
fn drive(rest: &str) -> Option<usize> {
    match rest.as_bytes() {
        [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic() => Some(2),
        _ => None,
    }
}

/// The length of `%NAME%` before a backslash; `%%NAME%%` is how Sysmon writes it.
fn variable(rest: &str) -> Option<usize> {
    let signs = rest.bytes().take(2).take_while(|byte| *byte == b'%').count();
    let name = part(rest, signs, rest.len());
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"_()".contains(b);
    let length = name.bytes().take(64).take_while(is_name).count();
    let root = signs * 2 + length;
    let closes = part(rest, signs + length, root);
    let is_variable = signs > 0 && length > 0 && closes.len() == signs;
    let is_closed = closes.bytes().all(|byte| byte == b'%');
    (is_variable && is_closed && part(rest, root, root + 1) == "\\").then_some(root)
}

/// The length of `$env:NAME` before a backslash.
fn environment(rest: &str) -> Option<usize> {
    if !part(rest, 0, 5).eq_ignore_ascii_case("$env:") {
        return None;
    }
    let name = part(rest, 5, rest.len());
    let length =
        name.bytes().take(64).take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let root = 5 + length;
    (length > 0 && part(rest, root, root + 1) == "\\").then_some(root)
}

/// How far a path reaches that starts at `at` with a root of `root` bytes.
fn extent(text: &str, at: usize, root: usize) -> usize {
    let rest = part(text, at, text.len());
    let quote = byte_before(text, at).filter(|byte| matches!(byte, b'"' | b'\''));
    if let Some(length) = quote.and_then(|quote| quoted(rest, root, quote)) {
        return length.max(root);
    }
    let mut length = root;
    while length < MAX_PATH {
        let left = part(rest, length, rest.len());
        let component =
            left.strip_prefix('\\').map_or(0, |name| 1 + folder_with_blank(name).unwrap_or(0));
        let plain: usize = part(left, component, left.len())
            .chars()
            .take(MAX_PATH)
            .take_while(|c| is_plain(*c) && *c != '\\')
            .map(char::len_utf8)
            .sum();
        if component + plain == 0 {
            break;
        }
        length += component + plain;
    }
    length
}

/// The length of a path up to its closing quote. A line in quotes is cut after its program:
/// `"C:\a b.exe -x"` names `C:\a b.exe`.
fn quoted(rest: &str, root: usize, quote: u8) -> Option<usize> {
    let close = rest.bytes().take(MAX_PATH).position(|byte| byte == quote)?;
    let inner = part(rest, 0, close);
    let is_code = inner.contains(['<', '>', '|', '*', '?', '\n', '"', '\'', ';']);
    if is_code || inner.get(root..)?.contains(':') {
        return None;
    }
    let mut from = 0;
    while let Some(blank) = part(inner, from, inner.len()).find(' ') {
        let head = part(inner, 0, from + blank);
        from += blank + 1;
        let extension = head.rsplit('.').next().unwrap_or_default();
        let is_file = extension.len() < head.len()
            && (1..=5).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_file || part(inner, from, inner.len()).starts_with(['/', '-']) {
            return Some(head.len());
        }
    }
    Some(inner.len())
}

fn folder_with_blank(rest: &str) -> Option<usize> {
    let folder = WITH_BLANKS
        .iter()
        .find(|folder| part(rest, 0, folder.len()).eq_ignore_ascii_case(folder))?;
    (part(rest, folder.len(), folder.len() + 1) == "\\").then_some(folder.len())
}

/// Characters of a path without quotes; a round bracket may be code around it.
fn is_plain(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !"\"'<>|?*;,&^`()[]{}=:/+".contains(c)
}
