//! Shapes that samples lack. Expected are the values that the test itself puts in. Texts after a
//! NUL show that a record did not go to the crate, which cuts there.

use super::{
    load_bytes, pairs,
    raw::{Raw, utf16},
};

/// The fields of the one record in a log; none where it could not be read.
fn fields(raw: &Raw) -> Option<Vec<(String, String)>> {
    let loaded = load_bytes(&raw.file());
    assert!(loaded.events.len() + loaded.issues.len() > 0, "nothing said");
    loaded.events.first().map(pairs)
}

fn expect(raw: &Raw, expected: &[(&str, &str)]) {
    let expected = expected.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    assert_eq!(fields(raw).unwrap(), expected.collect::<Vec<_>>());
}

/// A record of one template: `Event`, `System`, and `EventData` with `Data` called `V`.
fn with_value(kind: u8, bytes: &[u8]) -> Raw {
    let mut raw = Raw::new();
    let template = |raw: &mut Raw| {
        raw.event(|raw| {
            raw.open("EventData", false).content().data("V", 0).close();
        });
    };
    raw.instance(1, template, &[(kind, bytes.to_vec())]);
    raw
}

#[test]
fn every_type_has_its_text() {
    let cases: &[(u8, &[u8], &str)] = &[
        (0x00, b"", ""),
        (0x01, &utf16("caf\u{e9} \u{1F600}"), "caf\u{e9} \u{1F600}"),
        (0x01, &utf16("a\0"), "a"),
        (0x01, &utf16("a\0\0\0"), "a"),
        (0x01, &utf16("shown\0hidden"), "shown\0hidden"),
        (0x01, &[0x41, 0, 0, 0xD8, 0x42, 0], "A\u{FFFD}{D800}B"),
        (0x01, &[0, 0xDC], "\u{FFFD}{DC00}"),
        (0x01, &utf16("\u{FFFD}{D800}"), "\u{FFFD}{FFFD}{D800}"),
        (0x01, &utf16("\u{FFFD} {"), "\u{FFFD} {"),
        (0x02, b"\x80uro \xe9\0", "\u{20ac}uro \u{e9}"),
        (0x03, &[0x80], "-128"),
        (0x04, &[0xff], "255"),
        (0x05, &[0xfe, 0xff], "-2"),
        (0x06, &[0xff, 0xff], "65535"),
        (0x07, &i32::MIN.to_le_bytes(), "-2147483648"),
        (0x08, &u32::MAX.to_le_bytes(), "4294967295"),
        (0x09, &i64::MIN.to_le_bytes(), "-9223372036854775808"),
        (0x0a, &u64::MAX.to_le_bytes(), "18446744073709551615"),
        (0x0b, &1.5_f32.to_le_bytes(), "1.5"),
        (0x0c, &0.1_f64.to_le_bytes(), "0.1"),
        (0x0c, &2e-5_f64.to_le_bytes(), "0.00002"),
        (0x0c, &1e-9_f64.to_le_bytes(), "1e-9"),
        (0x0d, &[0; 4], "false"),
        (0x0d, &[1, 0, 0, 0], "true"),
        (0x0d, &[5, 0, 0, 0], "5"),
        (0x0e, &[0x0a, 0xff], "0AFF"),
        (
            0x0f,
            &[
                0x5f, 0x38, 0x70, 0x57, 0x2a, 0xc2, 0xe0, 0x43, 0xbf, 0x4c, 6, 0xf5, 0x69, 0x8f,
                0xfb, 0xd9,
            ],
            "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}",
        ),
        (0x10, &[0x9f, 1, 0x12, 0], "0x12019f"),
        (0x10, &[0; 8], "0x0"),
        (0x11, &0_u64.to_le_bytes(), "1601-01-01T00:00:00.0000000Z"),
        (0x11, &134_204_772_674_120_000_u64.to_le_bytes(), "2026-04-12T14:21:07.4120000Z"),
        (0x11, &132_223_104_000_000_001_u64.to_le_bytes(), "2020-01-01T00:00:00.0000001Z"),
        (0x11, &125_963_422_840_000_000_u64.to_le_bytes(), "2000-02-29T23:58:04.0000000Z"),
        (0x11, &u64::MAX.to_le_bytes(), "0000-00-00T00:00:00.0000000Z"),
        (
            0x12,
            &[0xe8, 7, 2, 0, 4, 0, 29, 0, 23, 0, 59, 0, 58, 0, 7, 0],
            "2024-02-29T23:59:58.0070000Z",
        ),
        (0x12, &[0; 16], "1601-01-01T00:00:00.0000000Z"),
        (0x13, &[1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0], "S-1-5-32-544"),
        (0x14, &0xC000_006D_u32.to_le_bytes(), "0xc000006d"),
        (0x15, &u64::MAX.to_le_bytes(), "0xffffffffffffffff"),
        (0x81, &utf16("one\0"), "one"),
        (0x81, b"", ""),
        (0x21, b"", ""),
    ];
    for (kind, bytes, text) in cases {
        expect(&with_value(*kind, bytes), &[("V", text)]);
    }
}

#[test]
fn an_array_is_one_field_for_each_item() {
    let cases: &[(u8, &[u8], &[&str])] = &[
        (0x81, &utf16("one\0\0three\0"), &["one", "", "three"]),
        (0x81, &utf16("one\0last"), &["one", "last"]),
        (0x82, b"a\0b\0", &["a", "b"]),
        (0x84, &[1, 2, 3], &["1", "2", "3"]),
        (0x86, &[1, 0, 2, 0], &["1", "2"]),
        (0x8d, &[1, 0, 0, 0, 0, 0, 0, 0], &["true", "false"]),
        (0x8d, &[1, 0, 0, 0, 2, 0, 0, 0], &["1", "2"]),
        (0x95, &[[1_u8, 0, 0, 0, 0, 0, 0, 0]; 2].concat(), &["0x1", "0x1"]),
    ];
    for (kind, bytes, items) in cases {
        let expected = items.iter().map(|item| ("V", *item)).collect::<Vec<_>>();
        expect(&with_value(*kind, bytes), &expected);
    }
}

#[test]
fn a_record_without_template_is_read() {
    let mut raw = Raw::new();
    raw.event(|raw| {
        raw.open("EventData", false).content();
        raw.open("Data", true).attribute("Name").text("A").content();
        raw.text("x ").entity("lt").text(" y").close();
        raw.leaf("Data", "no name");
        raw.open("Outer", true).attribute("at").text("1").content().leaf("Inner", "deep");
        raw.leaf("Inner", "again").close().close();
    });
    // The crate leaves out `Data` without a name beside named ones; that loses what it says.
    expect(
        &raw,
        &[
            ("A", "x < y"),
            ("Data", "no name"),
            ("Outer.at", "1"),
            ("Outer.Inner", "deep"),
            ("Outer.Inner_1", "again"),
        ],
    );
}

#[test]
fn user_data_is_unwrapped() {
    let mut raw = Raw::new();
    raw.event(|raw| {
        raw.open("UserData", false).content();
        raw.open("Wrap", true).attribute("xmlns").text("urn:x").content();
        raw.leaf("Param", "1\0x").open("More", false).content().leaf("Deep", "2").close();
        raw.close().close();
    });
    expect(&raw, &[("Param", "1\0x"), ("More.Deep", "2")]);
}

#[test]
fn elements_that_depend_on_nothing_there_are_left_out() {
    let mut raw = Raw::new();
    let template = |raw: &mut Raw| {
        raw.event(|raw| {
            raw.open("EventData", false).content();
            for (value, name) in [(0, "Gone"), (1, "There"), (9, "NoSuchValue")] {
                raw.open_if("Data", true, value).attribute("Name").text(name).content();
                raw.slot(1).close();
            }
            raw.close();
        });
    };
    raw.instance(1, template, &[(0, vec![]), (0x04, vec![7])]);
    expect(&raw, &[("There", "7"), ("NoSuchValue", "7")]);
}

#[test]
fn names_that_repeat_are_told_apart() {
    let mut raw = Raw::new();
    let template = |raw: &mut Raw| {
        raw.event(|raw| {
            raw.open("EventData", false).content().data("A", 0).data("B", 1).data("A", 2).close();
        });
    };
    raw.instance(1, template, &[(0x04, vec![1]), (0x04, vec![2]), (0x04, vec![3])]);
    expect(&raw, &[("A", "1"), ("B", "2"), ("A_1", "3")]);
}

#[test]
fn a_forged_guid_does_not_bring_another_template() {
    let record = |name: &str| {
        let mut raw = Raw::new();
        let template = |raw: &mut Raw| {
            raw.event(|raw| {
                raw.open("EventData", false).content().data(name, 0).close();
            });
        };
        raw.instance(1, template, &[(0x01, utf16("x"))]);
        raw
    };
    // Both templates have one GUID, one length and one offset.
    let (mut one, two) = (record("AAAA").file(), record("BBBB").file());
    one.extend(&two[4_096..]);
    let loaded = load_bytes(&one);
    let names = loaded.events.iter().map(|event| pairs(event).remove(0).0).collect::<Vec<_>>();
    assert_eq!(names, ["AAAA", "BBBB"]);
}

#[test]
fn ten_thousand_values_are_read() {
    let mut raw = Raw::new();
    let template = |raw: &mut Raw| {
        raw.event(|raw| {
            raw.open("EventData", false).content().data("First", 0).data("Last", 9_999).close();
        });
    };
    let mut values = vec![(0x04, vec![1]); 10_000];
    values[9_999].1 = vec![2];
    raw.instance(1, template, &values);
    expect(&raw, &[("First", "1"), ("Last", "2")]);
}

#[test]
fn what_makes_no_sense_is_an_issue_and_ends() {
    let outside = {
        let mut raw = Raw::new();
        raw.instance_of(70_000, &[(0x04, vec![1])]);
        raw
    };
    let of_itself = {
        let mut raw = Raw::new();
        // A template whose body is an instance of the template.
        let here = 512 + 24 + 4 + 10;
        raw.instance(1, |raw| _ = raw.instance_of(here, &[]), &[]);
        raw
    };
    let deep = {
        let mut raw = Raw::new();
        raw.event(|raw| {
            raw.open("EventData", false).content();
            (0..1_500).for_each(|_| _ = raw.open("D", false).content());
            (0..1_500).for_each(|_| _ = raw.close());
            raw.close();
        });
        raw
    };
    let unbalanced = {
        let mut raw = Raw::new();
        raw.event(|raw| _ = raw.close());
        raw
    };
    for raw in [outside, of_itself, deep, unbalanced] {
        let loaded = load_bytes(&raw.file());
        assert_eq!((loaded.events.len(), loaded.issues.len()), (0, 1), "{:?}", loaded.issues);
    }
}

#[test]
fn a_second_system_says_nothing() {
    let mut raw = Raw::new();
    raw.event(|raw| {
        raw.open("System", false).content().leaf("EventID", "9").close();
    });
    let loaded = load_bytes(&raw.file());
    assert_eq!(loaded.events[0].event_id, 7);
    let mut raw = Raw::new();
    let template = |raw: &mut Raw| {
        raw.event(|raw| {
            _ = raw.system().open("System", false).content().leaf("EventID", "9").close();
        });
    };
    raw.instance(1, template, &[]);
    let loaded = load_bytes(&raw.file());
    assert_eq!(loaded.events[0].event_id, 7);
}

#[test]
fn data_that_stands_twice_is_read_twice() {
    let mut raw = Raw::new();
    raw.event(|raw| {
        raw.open("EventData", false).content().leaf("Data", "one").close();
        raw.open("EventData", false).content().leaf("Data", "two").close();
        raw.open("RenderingInfo", false).content().leaf("Message", "no").close();
    });
    expect(&raw, &[("Data", "one"), ("Data", "two")]);
}
