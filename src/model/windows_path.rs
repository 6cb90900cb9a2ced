//! Windows paths as text: they compare without regard to case and split at `\` or `/`.

/// The part after the last `\` or `/`: `C:\Windows\cmd.exe` gives `cmd.exe`.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

/// Whether two Windows names are the same without regard to letter case.
pub fn is_same_text(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || (!(left.is_ascii() && right.is_ascii()) && left.to_lowercase() == right.to_lowercase())
}
