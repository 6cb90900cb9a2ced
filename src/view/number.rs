//! Numbers, sizes and durations in words, the same everywhere on the screen.

use std::time::Duration;

pub use crate::model::grouped;

/// `1 file`, `12 files`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{} {word}", grouped(number))
}

/// `68.1 MB`, `950 B`: decimal units, one digit after the point from kB on.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in UNITS {
        // What would be rounded to 1000.0 is one of the next unit.
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    format!("{value:.1} {unit}")
}

/// `6.2 s`, `41 min 48 s`, `2 h 5 min`.
pub fn span(duration: Duration) -> String {
    // What would be rounded to 60.0 s is a minute.
    if duration.as_secs_f64() < 59.95 {
        return format!("{:.1} s", duration.as_secs_f64());
    }
    let secs = duration.as_secs().max(60);
    match secs {
        ..3600 => format!("{} min {} s", secs / 60, secs % 60),
        3600..86_400 => format!("{} h {} min", secs / 3600, secs % 3600 / 60),
        _ => format!("{} d {} h", secs / 86_400, secs % 86_400 / 3600),
    }
}
