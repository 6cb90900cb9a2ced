//! Makes text from logs inert in Markdown: no link, image, HTML, heading or table cell can come of
//! it, and no invisible character stays invisible. Not defanging: that is for people who copy.
//!
//! Written for `CommonMark`, GitHub's tables and autolinks, and the usual extensions (footnotes,
//! maths, definition lists, attributes, sub- and superscript).

/// The text on one line with control, bidi, zero-width and look-alike blank characters as visible
/// escapes: `\n`, `\t`, `\u{202e}`.
pub fn visible(text: &str) -> String {
    escape_invisible(text, |_| false)
}

/// Text for a paragraph, list item, table cell or heading, all of it on one line.
pub fn text(text: &str) -> String {
    let shown = visible(text);
    let body = shown.trim_matches(' ');
    let leading = shown.len() - shown.trim_start_matches(' ').len();
    let trailing = if body.is_empty() { 0 } else { shown.len() - leading - body.len() };
    let mut out = String::with_capacity(shown.len() + 16);
    // Blanks at an edge would be dropped, or make a code block or a line break.
    out.push_str(&"&#32;".repeat(leading));
    let mut place = if leading == 0 { Place::Start } else { Place::Inside };
    let mut before = ' ';
    let mut letters = body.chars();
    while let Some(letter) = letters.next() {
        if letter == '['
            && let Some(mark) = defang_mark(before, letters.as_str())
        {
            out.push_str(mark);
            letters.nth(1);
            before = ']';
            place = Place::Inside;
            continue;
        }
        // What GitHub and others make links of without any brackets: `://`, `www.`, `a@b`.
        match letter {
            '/' if before == ':' && !ends_defanged(&out) => out.push_str("\\/"),
            '.' if ends_with_www(&out) => out.push_str("\\."),
            '@' if before != ' ' => out.push_str("&#64;"),
            _ => push_inert(letter, place, &mut out),
        }
        before = letter;
        place = match place {
            Place::Start | Place::Number if letter.is_ascii_digit() => Place::Number,
            _ => Place::Inside,
        };
    }
    out.push_str(&"&#32;".repeat(trailing));
    out
}

/// Where in its line a character stands: marks of lists and headings count at the start only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Start,
    /// After digits only.
    Number,
    Inside,
}

/// `hxxp:` and its like need no more care.
fn ends_defanged(text: &str) -> bool {
    ["xp:", "xps:", "XP:", "XPS:"].iter().any(|end| text.ends_with(end))
}

fn ends_with_www(text: &str) -> bool {
    let start = text.len().checked_sub(3).and_then(|at| text.get(at..));
    start.is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

/// `[.]` and `[@]` as defanging writes them, where `rest` after the bracket makes no link of it: a
/// reference without a definition is text, and text from logs cannot define one.
fn defang_mark(before: char, rest: &str) -> Option<&'static str> {
    let (mark, after) = match (rest.strip_prefix(".]"), rest.strip_prefix("@]")) {
        (Some(after), _) => ("[.]", after),
        (_, Some(after)) => ("[@]", after),
        _ => return None,
    };
    let goes_on =
        after.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '/' | '-'));
    (before.is_alphanumeric() && goes_on).then_some(mark)
}

fn push_inert(letter: char, place: Place, out: &mut String) {
    match letter {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        // An entity, since some readers of tables split at a bar with backslashes before it.
        '|' => out.push_str("&#124;"),
        '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '#' | '~' | '^' | '$' => {
            out.extend(['\\', letter]);
        }
        '-' | '+' | '=' | ':' | '%' if place == Place::Start => out.extend(['\\', letter]),
        '.' | ')' if place == Place::Number => out.extend(['\\', letter]),
        _ => out.push(letter),
    }
}

/// A code span on one line, for paragraphs and lists. Not for tables, whose cells end at a bar
/// even inside code.
pub fn code(text: &str) -> String {
    let shown = visible(text);
    if shown.trim_matches(' ').is_empty() {
        return "(empty)".to_owned();
    }
    let fence = "`".repeat(longest_run(&shown, '`') + 1);
    // One blank on each side is taken off again by the reader.
    let edge = |letter: Option<char>| matches!(letter, Some('`' | ' '));
    let pad = if edge(shown.chars().next()) || edge(shown.chars().last()) { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// A fenced block that ends with a line break. Lines stay lines and tabs stay tabs; all else that
/// cannot be seen is escaped.
pub fn fence(text: &str) -> String {
    let unix = text.replace("\r\n", "\n");
    let shown = escape_invisible(&unix, |letter| matches!(letter, '\n' | '\t'));
    let fence = "`".repeat((longest_run(&shown, '`') + 1).max(3));
    let end = if shown.is_empty() || shown.ends_with('\n') { "" } else { "\n" };
    format!("{fence}text\n{shown}{end}{fence}\n")
}

fn escape_invisible(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if keep(letter) || !is_invisible(letter) {
            out.push(letter);
            continue;
        }
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other => out.extend(other.escape_unicode()),
        }
    }
    out
}

/// Characters that show nothing, change the order of others, or pass for a blank.
///
/// Source: Unicode, general categories Cc and Cf, `Default_Ignorable_Code_Point`, and Zs but for
/// U+0020 and the ideographic space.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}'
            | '\u{70f}' | '\u{115f}' | '\u{1160}' | '\u{1680}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for letter in text.chars() {
        run = if letter == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
