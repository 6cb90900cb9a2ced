//! The Sigma engine against the specification: values, modifiers, conditions, selections.
//!
//! Expectations are from the Sigma specification and its appendices, not from this engine.

use std::sync::Arc;

use spawnscope::{
    detect::{Engine, Rules},
    model::{Event, Fields, Name, Origin},
};

pub(crate) const SYSMON: &str = "Microsoft-Windows-Sysmon/Operational";

pub(crate) fn event(channel: &str, event_id: u32, fields: &[(&str, &str)]) -> Event {
    Event {
        record_id: Some(7),
        event_id,
        fields: fields.iter().copied().collect::<Fields>(),
        origin: Arc::new(Origin {
            host: Name::from("WS1.corp.example"),
            channel: Name::from(channel),
            provider: Name::from("Provider-Of-Test"),
            ..Origin::default()
        }),
        ..Event::default()
    }
}

pub(crate) fn rule_text(source: &str, detection: &str) -> String {
    format!("title: T\nlogsource:\n{}detection:\n{}", indented(source), indented(detection))
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

pub(crate) fn engine(source: &str, detection: &str) -> Engine {
    let text = rule_text(source, detection);
    let (rules, errors) = Rules::from_text(&text);
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    assert_eq!(rules.len(), 1, "{text}");
    Engine::new(rules)
}

/// One item, one field of one record, and whether they fit.
fn check_items(table: &[(&str, &str, bool)]) {
    for (item, value, expected) in table {
        let detection = format!("s:\n    {item}\ncondition: s");
        let engine = engine("product: windows", &detection);
        let record = event("Application", 1, &[("F", value), ("Other", "Same")]);
        let found = engine.evaluate(&record, &[]);
        assert_eq!(!found.is_empty(), *expected, "{item} on {value:?}");
    }
}

#[test]
fn plain_values_and_wildcards() {
    check_items(&[
        ("F: abc", "ABC", true),
        ("F: ABC", "abc", true),
        ("F: abc", "abcd", false),
        ("F: ÄÖ", "äö", true),
        ("F: abc*", "ABCdef", true),
        ("F: '*def'", "abcDEF", true),
        ("F: 'a*d*f'", "abcdef", true),
        ("F: 'a*d*f'", "abcdeg", false),
        ("F: 'a*b'", "ab", true),
        ("F: 'ab*ba'", "aba", false),
        ("F: 'a?c'", "abc", true),
        ("F: 'a?c'", "aéc", true),
        ("F: 'a?c'", "ac", false),
        ("F: '??'", "a", false),
        ("F: '*'", "", true),
        ("F: '*a?'", "xxab", true),
        ("F: '?b*'", "ab", true),
        ("F: ''", "", true),
        ("F: ''", "x", false),
        ("F: [one, two]", "TWO", true),
        ("F: [one, two]", "three", false),
    ]);
}

#[test]
fn backslashes() {
    check_items(&[
        (r"F: 'C:\Windows\cmd.exe'", r"c:\windows\CMD.EXE", true),
        (r"F: 'C:\\Windows'", r"C:\Windows", true),
        (r"F: 'a\*b'", "a*b", true),
        (r"F: 'a\*b'", "axb", false),
        (r"F: 'a\?b'", "a?b", true),
        (r"F: 'a\?b'", "axb", false),
        (r"F: 'a\\*'", r"a\anything", true),
        (r"F: 'a\\*'", "a*", false),
        (r"F: 'a\\\*b'", r"a\*b", true),
        (r"F: 'a\\\*b'", r"a\xb", false),
        (r"F: '\\\\server'", r"\\server", true),
        (r"F: '\\\server'", r"\\server", true),
        (r"F|contains: '\\'", r"a\b", true),
        (r"F|endswith: '\'", r"a\", true),
        (r"F|startswith: '\\\\'", r"\\srv\share", true),
    ]);
}

#[test]
fn numbers_and_booleans_are_text() {
    check_items(&[
        ("F: 4688", "4688", true),
        ("F: '4688'", "4688", true),
        ("F: 4688", "46880", false),
        ("F: 1.10", "1.10", true),
        ("F: true", "True", true),
        ("F: false", "false", true),
        ("F: '0x40810000'", "0x40810000", true),
        ("F|contains: 10", "a10b", true),
    ]);
}

#[test]
fn text_modifiers() {
    check_items(&[
        ("F|contains: BC", "abcd", true),
        ("F|contains: bd", "abcd", false),
        ("F|contains: 'b*d'", "abxxde", true),
        ("F|startswith: AB", "abcd", true),
        ("F|startswith: b", "abcd", false),
        ("F|startswith: 'a?c'", "abcd", true),
        ("F|endswith: CD", "abcd", true),
        ("F|endswith: 'b?d'", "abcd", true),
        ("F|endswith: c", "abcd", false),
        ("F|contains|all: [a, d]", "abcd", true),
        ("F|contains|all: [a, x]", "abcd", false),
        ("F|contains|cased: BC", "aBCd", true),
        ("F|contains|cased: BC", "abcd", false),
        ("F|cased: Abc", "Abc", true),
        ("F|cased: Abc", "abc", false),
        ("F|neq: abc", "abd", true),
        ("F|neq: abc", "ABC", false),
        ("F|neq: [a, b]", "b", false),
        ("Missing|neq: a", "b", true),
    ]);
}

#[test]
fn windash_takes_five_dashes_at_the_start_of_a_word() {
    let item = "F|contains|windash: ' -enc '";
    for dash in ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"] {
        check_items(&[(item, &format!("powershell {dash}ENC AAAA"), true)]);
    }
    check_items(&[
        (item, "powershell +enc AAAA", false),
        ("F|contains|windash: a-b", "a/b", false),
        ("F|contains|windash: a-b", "xa-by", true),
        ("F|contains|all|windash: [' -a ', ' /b ']", "x /a –b -b y", true),
        ("F|contains|all|windash: [' -a ', ' /b ']", "x /a y", false),
        ("F|windash: '-f'", "/f", true),
    ]);
}

#[test]
fn regular_expressions() {
    check_items(&[
        ("F|re: 'b.d'", "abcde", true),
        ("F|re: '^b'", "abc", false),
        ("F|re: 'ABC'", "abc", false),
        ("F|re|i: 'ABC'", "xabcx", true),
        ("F|re: 'a.c'", "a\nc", false),
        ("F|re|s: 'a.c'", "a\nc", true),
        ("F|re: '^b'", "a\nb", false),
        ("F|re|m: '^b'", "a\nb", true),
        (r"F|re: '\\\\[a-z]+\\ADMIN\$'", r"\\srv\ADMIN$", true),
        ("F|re|all: ['a+', 'b{2}']", "aaabb", true),
        ("F|re|all: ['a+', 'b{3}']", "aaabb", false),
    ]);
}

#[test]
fn encodings() {
    // Values of Python's base64 module; the three alignments of "foobar" as pySigma documents them.
    check_items(&[
        ("F|base64: foobar", "Zm9vYmFy", true),
        ("F|base64: foobar", "zm9vymfy", false),
        ("F|base64|contains: foobar", "x Zm9vYmFy y", true),
        ("F|base64offset|contains: foobar", "xxZm9vYmFyxx", true),
        ("F|base64offset|contains: foobar", "xxZvb2Jhcxx", true),
        ("F|base64offset|contains: foobar", "xxmb29iYXxx", true),
        ("F|base64offset|contains: foobar", "xxmb29iYxxx", false),
        ("F|wide|base64offset|contains: IEX", "SQBFAFgA", true),
        ("F|utf16le|base64offset|contains: IEX", "aAAgAEkARQBYACAA", true),
        ("F|utf16|base64: a", "//5hAA==", true),
        ("F|utf16be|base64: a", "AGE=", true),
        ("F|base64offset|contains|all: [foobar, foobaz]", "Zm9vYmFy mb29iYX", true),
        ("F|base64offset|contains|all: [foobar, qqqqqq]", "Zm9vYmFy", false),
    ]);
}

#[test]
fn numbers_compare() {
    check_items(&[
        ("F|gt: 5", "6", true),
        ("F|gt: 5", "5", false),
        ("F|gte: 5", "5", true),
        ("F|lt: 5", "4.5", true),
        ("F|lt: 5", "5", false),
        ("F|lte: 5", "5", true),
        ("F|lt: 5", "abc", false),
        ("F|gt: 15", "0x10", true),
        ("F|gt: -3", "-2", true),
        ("F|gt: 5", "10", true),
    ]);
}

#[test]
fn networks() {
    check_items(&[
        ("F|cidr: 10.0.0.0/8", "10.255.1.2", true),
        ("F|cidr: 10.0.0.0/8", "11.0.0.1", false),
        ("F|cidr: 192.168.1.7", "192.168.1.7", true),
        ("F|cidr: 0.0.0.0/0", "8.8.8.8", true),
        ("F|cidr: 0.0.0.0/0", "2001:db8::1", false),
        ("F|cidr: 2001:db8::/32", "2001:0db8:0:0:1::5", true),
        ("F|cidr: fe80::/10", "fec0::1", false),
        ("F|cidr: 10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("F|cidr: 10.0.0.0/8", "0:0:0:0:0:ffff:a01:203", true),
        ("F|cidr: 10.0.0.0/8", "10.a", false),
        ("F|cidr: [10.0.0.0/8, '::1/128']", "::1", true),
    ]);
}

#[test]
fn presence_null_and_other_fields() {
    check_items(&[
        ("F|exists: true", "x", true),
        ("F|exists: true", "", true),
        ("F|exists: false", "x", false),
        ("Absent|exists: false", "x", true),
        ("Absent|exists: true", "x", false),
        ("F: null", "x", false),
        ("F: null", "", true),
        ("F: null", "-", true),
        ("F: '-'", "-", true),
        ("Absent: null", "x", true),
        ("Absent: ''", "x", false),
        ("F: [null, x]", "x", true),
        ("F|fieldref: Other", "sAME", true),
        ("F|fieldref: Other", "some", false),
        ("F|fieldref|cased: Other", "sAME", false),
        ("F|fieldref|endswith: Other", "the same", true),
        ("F|fieldref|startswith: Other", "same thing", true),
        ("F|fieldref|contains: Other", "not the same thing", true),
        ("F|fieldref: Absent", "x", false),
        ("F|fieldref|neq: Other", "some", true),
    ]);
}

#[test]
fn conditions() {
    let selections = "a:\n    F: 1\nb:\n    F|contains: 2\nsel_x:\n    G: x\nsel_y:\n    G|startswith: xy\n_skip:\n    F: 1\n";
    let fields = |f, g| event("System", 5, &[("F", f), ("G", g)]);
    let table = [
        ("a", "1", "-", true),
        ("not a", "1", "-", false),
        ("not not a", "1", "-", true),
        ("a or b and sel_x", "1", "q", true),
        ("(a or b) and sel_x", "1", "q", false),
        ("a and not b", "1", "q", true),
        ("NOT a OR b", "2", "q", true),
        ("1 of sel_*", "q", "x", true),
        ("all of sel_*", "q", "x", false),
        ("any of sel_*", "q", "xyz", true),
        ("1 of *_y", "q", "xyz", true),
        ("1 of them", "q", "q", false),
        ("1 of _*", "1", "q", true),
        ("all of them", "1", "x", false),
        ("a and not 1 of sel_*", "1", "q", true),
        ("a and not 1 of sel_*", "1", "x", false),
        ("not (a or b)", "3", "x", true),
        ("1 of a", "1", "q", true),
    ];
    for (condition, f, g, expected) in table {
        let engine = engine("product: windows", &format!("{selections}condition: {condition}"));
        let found = engine.evaluate(&fields(f, g), &[]);
        assert_eq!(!found.is_empty(), expected, "{condition} with F={f} G={g}");
    }
    // Only names without an underscore count for "them".
    let own = engine("product: windows", "_a:\n    F: 1\nb:\n    G: x\ncondition: all of them");
    assert_eq!(own.evaluate(&fields("2", "x"), &[]).len(), 1);
    // Several conditions are alternatives.
    let list = engine("product: windows", "a:\n    F: 1\nb:\n    F: 2\ncondition: [a, b]");
    assert_eq!(list.evaluate(&fields("2", "x"), &[]).len(), 1);
}

#[test]
fn selections_as_lists_and_keywords() {
    let table = [
        ("s:\n    - F: a\n      G: b\n    - H: c", &[("H", "C")][..], true),
        ("s:\n    - F: a\n      G: b\n    - H: c", &[("F", "a")], false),
        ("s:\n    F: a\n    G: b", &[("F", "a"), ("G", "B")], true),
        ("s:\n    - mimi\n    - katz", &[("Data", "x"), ("More", "the KATZ sat")], true),
        ("s:\n    - mimi\n    - katz", &[("mimi", "x")], false),
        ("s:\n    '|all':\n        - one\n        - two", &[("A", "one"), ("B", "twofold")], true),
        ("s:\n    '|all':\n        - one\n        - two", &[("A", "one")], false),
        ("s: single", &[("A", "a SINGLE word")], true),
        ("s:\n    '|re': 'w.rd'", &[("A", "a single word")], true),
        ("s:\n    - 'o*e'\n    - 2", &[("A", "xoyez")], true),
        ("s:\n    - Provider-Of-Test", &[("A", "x")], true),
        ("s:\n    - WS1", &[("A", "x")], false),
        ("s:\n    - plain\n    - F: a", &[("F", "a")], true),
        ("s:\n    - plain\n    - F: a", &[("G", "it is plain")], true),
    ];
    for (selection, fields, expected) in table {
        let engine = engine("product: windows", &format!("{selection}\ncondition: s"));
        let found = engine.evaluate(&event("Application", 1, fields), &[]);
        assert_eq!(!found.is_empty(), expected, "{selection} on {fields:?}");
    }
}
