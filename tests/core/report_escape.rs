//! Text from logs never becomes markup: read back by a Markdown parser with every extension on.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use spawnscope::report::escape::{code, fence, text, visible};

/// What an attacker could put into a command line, path or user name.
pub(crate) const HOSTILE: &[&str] = &[
    "](javascript:alert(1))",
    "[x](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</code></pre><b>",
    "```",
    "````\n# x\n````",
    "~~~",
    "``` `` `",
    "`",
    "``",
    " ` ",
    "| x |",
    "a|b|c",
    r"a\|b",
    r"a\\|b\",
    "![](http://evil.example/a.png)",
    "![x][ref]",
    "\u{202e}gpj.exe",
    "a\u{200b}b\u{feff}",
    "[ref]: http://evil.example",
    "[^1]: note",
    "[^1]",
    "[[wiki]]",
    "<!-- comment -->",
    "<!-- open",
    "<?php ?>",
    "<http://evil.example>",
    "<bob@evil.example>",
    "x\n===",
    "x\n---",
    "---",
    "***",
    "# heading",
    "###### h {#id .class}",
    "=== x",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "12) item",
    "> quote",
    "> [!NOTE]\n> x",
    ": definition",
    "    indented code",
    "\tindented code",
    "  trailing  ",
    "line\\\nbreak",
    "line  \nbreak",
    "www.evil.example",
    "bob@evil.example",
    "https://evil.example/x_y_z",
    "*a* _b_ **c** ~~d~~ ^e^ ~f~ $g$ $$h$$ ==i==",
    "&lt;img&gt; &amp; &#60;b&#62;",
    "\\",
    "\\\\",
    r"\\FS01\C$",
    "C:\\Users\\m_l\\*",
    "\0\u{7}\u{1b}[31m\u{85}",
    "{{ x }} {% y %}",
    "a\u{2028}b\u{2029}c",
    "- [ ] task",
    "a[.](http://evil.example)",
    "a[.]b](http://evil.example)",
    "[a[.]b](http://evil.example)",
    "a[.]: http://evil.example",
    "a[.][ref]",
    "![.]b ![@]b",
    "a[.]b[@]c[.]d",
    "+++\nx\n+++",
    "---\nx: y\n---",
    "",
    " ",
];

/// The parts of a page that only markup makes, as words.
pub(crate) fn markup(page: &str) -> Vec<String> {
    Parser::new_ext(page, Options::all())
        .filter_map(|event| match event {
            Event::Start(Tag::Paragraph | Tag::CodeBlock(_)) => None,
            Event::Start(tag) => {
                Some(format!("{tag:?}").split(['(', ' ']).next().unwrap_or_default().to_owned())
            }
            Event::Html(html) | Event::InlineHtml(html) => Some(format!("Html {html}")),
            Event::FootnoteReference(_) => Some("FootnoteReference".to_owned()),
            Event::Rule => Some("Rule".to_owned()),
            Event::TaskListMarker(_) => Some("TaskListMarker".to_owned()),
            Event::InlineMath(_) | Event::DisplayMath(_) => Some("Math".to_owned()),
            Event::SoftBreak | Event::HardBreak => Some("Break".to_owned()),
            _ => None,
        })
        .collect()
}

/// Without `Options::ENABLE_SMART_PUNCTUATION`, which changes quotes and dots on purpose.
fn options() -> Options {
    Options::all() - Options::ENABLE_SMART_PUNCTUATION
}

/// The text that a reader of the page sees.
fn seen(page: &str) -> String {
    Parser::new_ext(page, options())
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.to_string()),
            _ => None,
        })
        .collect()
}

/// Each place where a line of text can stand, with the markup that the place itself makes.
fn places(inline: &str) -> Vec<(String, Vec<&'static str>)> {
    vec![
        (inline.to_owned(), vec![]),
        (format!("before {inline} after"), vec![]),
        (format!("above\n\n{inline}\n\nbelow"), vec![]),
        (format!("- {inline}\n- {inline}\n"), vec!["List", "Item", "Item"]),
        (format!("## {inline}\n"), vec!["Heading"]),
    ]
}

fn check_inline(inline: &str, from: &str) {
    for (page, wanted) in places(inline) {
        assert_eq!(markup(&page), wanted, "{from:?} as {page:?}");
    }
}

fn check_table(cell: &str, from: &str) {
    let page = format!("| A | B |\n| --- | --- |\n| {cell} | end |\n| x | {cell} |\n");
    let wanted = ["Table", "TableHead", "TableCell", "TableCell"].into_iter();
    let row = ["TableRow", "TableCell", "TableCell"];
    let wanted: Vec<&str> = wanted.chain(row).chain(row).collect();
    assert_eq!(markup(&page), wanted, "{from:?} as {page:?}");
    // A cell too many is dropped by the reader, so the last one must still be there.
    let shown = visible(from);
    assert_eq!(seen(&page), format!("AB{shown}endx{shown}"), "{from:?} as {page:?}");
}

fn check_fence(block: &str, from: &str) {
    let page = format!("above\n\n{block}\nbelow\n");
    assert_eq!(markup(&page), [""; 0], "{from:?} as {page:?}");
    let inside = page.trim_start_matches("above").trim_end().trim_end_matches("below");
    assert_eq!(
        Parser::new_ext(inside, options())
            .filter(|event| matches!(event, Event::Start(Tag::CodeBlock(_))))
            .count(),
        1,
        "{from:?}"
    );
}

#[test]
fn hostile_text_stays_text() {
    for from in HOSTILE {
        check_inline(&text(from), from);
        check_inline(&code(from), from);
        check_table(&text(from), from);
        check_fence(&fence(from), from);
    }
}

#[test]
fn readers_see_what_was_logged() {
    for from in HOSTILE {
        let shown = visible(from);
        assert_eq!(seen(&text(from)), shown, "{from:?}");
        let in_code = if shown.trim().is_empty() { "(empty)".to_owned() } else { shown };
        assert_eq!(seen(&code(from)), in_code, "{from:?}");
    }
}

#[test]
fn nothing_is_left_for_readers_that_link_bare_addresses() {
    let page = text("http://a.example WWW.b.example c@d.example ftp://e");
    assert_eq!(page, r"http:\//a.example WWW\.b.example c&#64;d.example ftp:\//e");
}

#[test]
fn a_fence_keeps_lines_and_shows_the_rest() {
    assert_eq!(fence("a\r\n\tb\u{202e}\n"), "```text\na\n\tb\\u{202e}\n```\n");
    assert_eq!(fence("x ```` y"), "`````text\nx ```` y\n`````\n");
    assert_eq!(fence("a\rb"), "```text\na\\rb\n```\n");
    assert_eq!(fence(""), "```text\n```\n");
}

#[test]
fn what_cannot_be_seen_is_written_out() {
    let cases = [
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\u{202e}\u{2066}\u{200d}\u{feff}", r"\u{202e}\u{2066}\u{200d}\u{feff}"),
        ("\u{1b}[0m\0", r"\u{1b}[0m\u{0}"),
        ("\u{e0041}\u{a0}\u{2003}\u{2800}", r"\u{e0041}\u{a0}\u{2003}\u{2800}"),
        ("Zürich 東京 Привет é", "Zürich 東京 Привет é"),
    ];
    for (from, wanted) in cases {
        assert_eq!(visible(from), wanted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn arbitrary_text_stays_text(from in r"([a!]?\[[.@]\][a(:\[/]?){0,3}|[\\`*_\[\]<>!|#~:/.@ \n\t(){}=+\-a-c1-3$^&;]{0,24}|\PC{0,24}|(?s:.){0,24}") {
        check_inline(&text(&from), &from);
        check_inline(&code(&from), &from);
        check_table(&text(&from), &from);
        check_fence(&fence(&from), &from);
        prop_assert_eq!(seen(&text(&from)), visible(&from));
    }
}
