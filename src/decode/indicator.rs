//! stub
use crate::model::Indicator;
/// stub
pub fn indicators(text: &str) -> Vec<Indicator> {
    indicators_of(std::iter::once(text))
}
pub(super) fn indicators_of<'a>(_texts: impl Iterator<Item = &'a str>) -> Vec<Indicator> {
    Vec::new()
}
