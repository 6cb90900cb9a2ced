//! Windows paths as text: they compare without regard to case and split at `\` or `/`.

/// The part after the last `\` or `/`: `C:\Windows\cmd.exe` gives `cmd.exe`.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

/// The path without what some exports put around it: blanks, zero bytes and quotation marks, none of
/// which a path can begin or end with.
pub fn bare_path(path: &str) -> &str {
    path.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '"'))
}

/// The program that a command line names first; `None` where it names none.
///
/// It ends at its closing quotation mark; without one after `.exe`, so that a folder may have blanks
/// in its name as Windows allows, or at the first blank. Source: Microsoft, `CreateProcessW`.
pub fn program(command_line: &str) -> Option<&str> {
    let line = command_line.trim_start();
    let path = match line.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => line
            .match_indices('.')
            .filter_map(|(dot, _)| line.split_at_checked(dot + 4))
            .find(|(path, rest)| {
                let is_end = rest.chars().next().is_none_or(char::is_whitespace);
                is_end && path.to_ascii_lowercase().ends_with(".exe")
            })
            .map(|(path, _)| path)
            .or_else(|| line.split_whitespace().next()),
    };
    path.map(bare_path).filter(|path| !path.is_empty())
}

/// Whether two Windows names are the same without regard to letter case.
pub fn is_same_text(left: &str, right: &str) -> bool {
    // Most are spelled alike, which is seen many bytes at a time.
    left == right
        || left.eq_ignore_ascii_case(right)
        || (!(left.is_ascii() && right.is_ascii()) && left.to_lowercase() == right.to_lowercase())
}
