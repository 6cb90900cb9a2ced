//! The numbers that Security records write for words.

use spawnscope::model::{message_parameter, with_meanings};

#[test]
fn numbers_that_the_documentation_explains() {
    // As in Microsoft's pages of events 4663, 4688, 5156, 4625, 4657, 4624.
    let cases = [
        (1537, "delete"),
        (4416, "read data or list"),
        (1937, "full token"),
        (14593, "outbound"),
        (2313, "unknown user or wrong password"),
        (1905, "value changed"),
        (1833, "impersonation"),
    ];
    for (number, meaning) in cases {
        assert_eq!(message_parameter(number), Some(meaning), "{number}");
    }
    assert_eq!(message_parameter(1), None);
}

#[test]
fn meanings_stand_behind_the_numbers_and_nothing_else_changes() {
    let cases = [
        ("%%14592", Some("%%14592 (inbound)")),
        (
            "%%1538\r\n\t\t\t\t%%4484 %%9999",
            Some("%%1538 (read permissions)\r\n\t\t\t\t%%4484 (read its memory) %%9999"),
        ),
        ("a%%1843b", Some("a%%1843 (no)b")),
        ("%%%1843", None),
        ("%%", None),
        ("100%", None),
        ("%%99999999999999999999", None),
        ("cmd /c echo %PATH%", None),
        ("", None),
    ];
    for (value, expected) in cases {
        assert_eq!(with_meanings(value).as_deref(), expected, "{value:?}");
    }
}

/// The table is searched by halves.
#[test]
fn every_number_of_the_table_is_found() {
    let known = (0..20_000).filter(|number| message_parameter(*number).is_some()).count();
    assert_eq!(known, 175, "as many as the table has lines");
}
