//! `view::visible`: nothing in a log's text is left unseen, and byte ranges follow.

use std::borrow::Cow;

use spawnscope::view::visible::{Lines, Visible, visible_text};

#[test]
fn hidden_characters_are_escaped() {
    let table = [
        ("plain", "plain"),
        ("", ""),
        ("C:\\Users\\a b.exe", "C:\\Users\\a b.exe"),
        ("ann\u{202e}fdp.exe", "ann\\u{202e}fdp.exe"),
        ("a\u{202a}b\u{202b}c\u{202c}d\u{202d}", "a\\u{202a}b\\u{202b}c\\u{202c}d\\u{202d}"),
        ("\u{2066}\u{2067}\u{2068}\u{2069}", "\\u{2066}\\u{2067}\\u{2068}\\u{2069}"),
        ("\u{200e}\u{200f}\u{61c}", "\\u{200e}\\u{200f}\\u{61c}"),
        ("po\u{200b}wer\u{feff}", "po\\u{200b}wer\\u{feff}"),
        ("a\u{200c}\u{200d}\u{2060}\u{ad}", "a\\u{200c}\\u{200d}\\u{2060}\\u{ad}"),
        ("one\r\ntwo\tthree\0", "one\\r\\ntwo\\tthree\\0"),
        ("\u{1b}[31mred\u{7f}\u{85}", "\\u{1b}[31mred\\u{7f}\\u{85}"),
        ("cmd\u{a0}/c", "cmd\\u{a0}/c"),
        ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"),
        ("tag\u{e0041}", "tag\\u{e0041}"),
        ("日本\u{3000}語 Ünïcode привет", "日本\u{3000}語 Ünïcode привет"),
    ];
    for (text, expected) in table {
        assert_eq!(visible_text(text), expected, "{text:?}");
    }
}

#[test]
fn clean_text_is_not_copied() {
    assert!(matches!(visible_text("clean"), Cow::Borrowed(_)));
}

#[test]
fn kept_lines_break_and_lone_carriage_returns_show() {
    let table = [
        ("a\nb", "a\nb"),
        ("a\r\nb", "a\nb"),
        ("a\rb\tc", "a\\rb\tc"),
        ("a\u{202e}\r\n", "a\\u{202e}\n"),
        ("\r", "\\r"),
    ];
    for (text, expected) in table {
        assert_eq!(Visible::new(text, Lines::Kept).text, expected, "{text:?}");
    }
}

#[test]
fn ranges_follow_the_text() {
    let text = "ab\u{202e}cd\r\nef";
    // Bytes: ab 0-2, mark 2-5, cd 5-7, break 7-9, ef 9-11.
    let table = [
        (0..2, "ab"),
        (2..5, "\\u{202e}"),
        (3..4, "\\u{202e}"),
        (5..7, "cd"),
        (4..6, "\\u{202e}c"),
        (9..11, "ef"),
        (7..11, "\\r\\nef"),
        (0..11, "ab\\u{202e}cd\\r\\nef"),
        (5..5, ""),
        (11..99, ""),
        (9..99, "ef"),
    ];
    let shown = Visible::new(text, Lines::Escaped);
    for (original, expected) in table {
        let range = shown.range(&original);
        assert_eq!(shown.text.get(range), Some(expected), "{original:?}");
    }
}

#[test]
fn ranges_never_split_a_character() {
    let shown = Visible::new("äöü", Lines::Escaped);
    assert_eq!(shown.text.get(shown.range(&(1..3))), Some("äö"));
    let backwards = std::ops::Range { start: 4, end: 2 };
    assert_eq!(shown.text.get(shown.range(&backwards)), Some(""));
}
