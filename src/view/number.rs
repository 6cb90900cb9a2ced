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

/// `68.1 of 512.0 MB`: both in the unit of the whole.
pub fn size_of(done: u64, total: u64) -> String {
    let whole = size(total);
    let Some((_, unit)) = whole.split_once(' ').filter(|_| total >= 1000) else {
        return format!("{done} of {whole}");
    };
    let power = match unit {
        "kB" => 1,
        "MB" => 2,
        "GB" => 3,
        _ => 4,
    };
    format!("{:.1} of {whole}", done as f64 / 1000_f64.powi(power))
}

/// About how long: `3 s`, `2 min`, `1 h 20 min`; never more exact than a guess can be.
pub fn about(duration: Duration) -> String {
    let secs = duration.as_secs_f64();
    if secs < 59.5 {
        return format!("{:.0} s", secs.max(1.0));
    }
    let minutes = (duration.as_secs() + 30) / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours @ ..48, minutes) => format!("{hours} h {minutes} min"),
        (hours, _) => format!("{hours} h"),
    }
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
