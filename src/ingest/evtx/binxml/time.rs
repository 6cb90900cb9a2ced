//! FILETIME and SYSTEMTIME as text, with the seven digits of a second that a FILETIME counts.

/// 100 ns steps in a second.
const TICKS: u64 = 10_000_000;
const DAY_SECS: u64 = 86_400;

/// Parts of a time as written.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    year: u64,
    month: u64,
    day: u64,
    second_of_day: u64,
    ticks: u64,
}

/// Appends a FILETIME, 100 ns steps since 1601-01-01 UTC. As Windows shows it: years past 9999
/// keep their last four digits, values past the signed range are all zeroes.
pub(super) fn push_filetime(filetime: u64, out: &mut Vec<u8>) {
    let parts = if i64::try_from(filetime).is_ok() {
        let secs = filetime / TICKS;
        let (year, month, day) = date(secs / DAY_SECS);
        Parts { year, month, day, second_of_day: secs % DAY_SECS, ticks: filetime % TICKS }
    } else {
        Parts::default()
    };
    push_parts(parts, out);
}

/// Appends a SYSTEMTIME, eight numbers of 16 bits: year, month, day of the week, day, hour,
/// minute, second, millisecond. One that is no time is shown as 1601-01-01, as Windows does.
pub(super) fn push_systemtime(bytes: &[u8; 16], out: &mut Vec<u8>) {
    let mut fields = [0_u64; 8];
    for (field, bytes) in fields.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *field = u16::from_le_bytes(*bytes).into();
    }
    let [year, month, _, day, hour, minute, second, milli] = fields;
    let is_valid = (1601..=30_827).contains(&year)
        && (1..=month_days(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && milli < 1_000;
    let parts = if is_valid {
        let second_of_day = hour * 3_600 + minute * 60 + second;
        Parts { year, month, day, second_of_day, ticks: milli * 10_000 }
    } else {
        Parts { year: 1601, month: 1, day: 1, ..Parts::default() }
    };
    push_parts(parts, out);
}

/// Days of a month, 0 where there is no such month.
const fn month_days(year: u64, month: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// The date so many days after 1601-01-01, which begins a cycle of 400 years.
fn date(days: u64) -> (u64, u64, u64) {
    const YEAR: u64 = 365;
    const FOUR: u64 = 4 * YEAR + 1;
    const CENTURY: u64 = 25 * FOUR - 1;
    const CYCLE: u64 = 4 * CENTURY + 1;
    let (cycles, rest) = (days / CYCLE, days % CYCLE);
    // The last day of a cycle and of four years belongs to the year before.
    let centuries = (rest / CENTURY).min(3);
    let rest = rest - centuries * CENTURY;
    let (fours, rest) = (rest / FOUR, rest % FOUR);
    let years = (rest / YEAR).min(3);
    let mut day = rest - years * YEAR;
    let year = 1601 + 400 * cycles + 100 * centuries + 4 * fours + years;
    let mut month = 1;
    while month < 12 && day >= month_days(year, month) {
        day -= month_days(year, month);
        month += 1;
    }
    (year, month, day + 1)
}

fn push_parts(parts: Parts, out: &mut Vec<u8>) {
    let second = parts.second_of_day;
    let written = [
        (parts.year % 10_000, 4, b'-'),
        (parts.month, 2, b'-'),
        (parts.day, 2, b'T'),
        (second / 3_600, 2, b':'),
        (second / 60 % 60, 2, b':'),
        (second % 60, 2, b'.'),
        (parts.ticks, 7, b'Z'),
    ];
    for (value, digits, after) in written {
        for place in (0..digits).rev() {
            let digit = value / 10_u64.pow(place) % 10;
            out.push(b'0' + u8::try_from(digit).unwrap_or(0));
        }
        out.push(after);
    }
}
