//! Which rows of a long list are in sight. The one place where places become row numbers.

use std::ops::Range;

/// Of `count` rows of `height`, those between `top` and `bottom`, which are measured from the first row.
pub fn rows_in_sight(top: f32, bottom: f32, height: f32, count: usize) -> Range<usize> {
    let first = whole(top / height);
    let last = whole((bottom / height).ceil());
    first.min(count)..last.min(count)
}

/// The part of `count` equal pieces that `part` (0 to 1) falls into.
pub fn piece_of(part: f32, count: usize) -> usize {
    whole(part * count as f32).min(count.saturating_sub(1))
}

/// A number of rows; nothing is in row minus one, and a list of 4 billion rows cannot be drawn.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float to integer casts saturate, which is what is wanted"
)]
fn whole(number: f32) -> usize {
    number.max(0.0) as usize
}
