//! Fields of records: what was put in comes out, whatever its length and however shapes are shared.

use std::sync::Arc;

use proptest::prelude::{ProptestConfig, any, prop, proptest};
use spawnscope::model::{Fields, FieldsBuilder, Name};

fn pairs(fields: &Fields) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn every_length_comes_out_as_it_went_in() {
    // Around the lengths at which the ends take more room.
    for length in [0, 1, 127, 128, 16_382, 16_383, 16_384, 16_385, 300_000] {
        let long = "ä".repeat(length / 2) + if length % 2 == 1 { "x" } else { "" };
        let fields: Fields = [("A", ""), ("B", long.as_str()), ("A", "last")].into_iter().collect();
        let expected = [("A", ""), ("B", &long), ("A", "last")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(pairs(&fields), expected, "{length}");
        assert_eq!(fields.first("A"), Some(""), "{length}");
        assert_eq!(fields.first("B").map(str::len), Some(length), "{length}");
        assert_eq!(fields.first("C"), None, "{length}");
    }
}

#[test]
fn records_of_one_shape_share_their_names_and_others_do_not() {
    let mut builder = FieldsBuilder::default();
    let mut made = |names: &[&str], expected: &Fields| {
        builder.expect(expected.shape().map(Arc::clone));
        for name in names {
            builder.push(Name::from(*name), "v");
        }
        builder.finish()
    };
    let first = made(&["A", "B", "C"], &Fields::default());
    let same = made(&["A", "B", "C"], &first);
    let is_shared = |a: &Fields, b: &Fields| match (a.shape(), b.shape()) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        _ => false,
    };
    assert!(is_shared(&first, &same));
    for names in [&["A", "B"][..], &["A", "B", "C", "D"], &["A", "X", "C"], &["B"], &[]] {
        let other = made(names, &first);
        assert!(!is_shared(&first, &other), "{names:?}");
        let seen: Vec<_> = other.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(seen, names, "{names:?}");
    }
}

#[test]
fn a_record_without_fields_is_empty_whatever_was_expected() {
    let expected: Fields = [("A", "1")].into_iter().collect();
    let mut builder = FieldsBuilder::default();
    builder.expect(expected.shape().map(Arc::clone));
    let none = builder.finish();
    assert!(none.is_empty());
    assert_eq!(none, Fields::default());
    builder.push(Name::from("B"), "2");
    assert_eq!(pairs(&builder.finish()), [("B".to_owned(), "2".to_owned())]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_pairs(input in prop::collection::vec((any::<String>(), any::<String>()), 0..40)) {
        let fields: Fields =
            input.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs(&fields), input);
    }
}
