//! What several kinds of records have in common: accounts, flags, lists, lines. No kind of its own.

use std::borrow::Cow;

use crate::model::{Event, is_missing, message_parameter};

/// The longest text that a line of free text keeps, in characters.
const LINE_CHARS: usize = 240;

/// The first line that is not blank, cut where it is very long.
pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(LINE_CHARS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// Two texts with something between; the left alone where the right is missing.
pub(super) fn pair(left: &str, between: &str, right: Option<&str>) -> String {
    match right {
        Some(right) => [left, between, right].concat(),
        None => left.to_owned(),
    }
}

/// `DOMAIN\name` from two fields; the name alone where the domain is missing.
pub(super) fn account<'a>(event: &'a Event, domain: &str, name: &str) -> Option<Cow<'a, str>> {
    let name = event.field(name)?;
    Some(match event.field(domain) {
        Some(domain) => Cow::Owned(format!("{domain}\\{name}")),
        None => Cow::Borrowed(name),
    })
}

/// Who asked for it, in the Security log.
pub(super) fn subject(event: &Event) -> Option<Cow<'_, str>> {
    account(event, "SubjectDomainName", "SubjectUserName")
}

/// `true` or `false`, or the audit log's `%%1842` and `%%1843`.
pub(super) fn flag(event: &Event, name: &str) -> Option<bool> {
    match event.field(name)?.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "%%1842" => Some(true),
        "false" | "no" | "0" | "%%1843" => Some(false),
        _ => None,
    }
}

/// The field with its `%%1234` in words, as far as they are known.
pub(super) fn meaning<'a>(event: &'a Event, name: &str) -> Option<Cow<'a, str>> {
    event.field(name).map(in_words)
}

/// A list of `%%1234` with their words, comma between.
fn in_words(value: &str) -> Cow<'_, str> {
    if !value.contains("%%") {
        return Cow::Borrowed(value);
    }
    let words: Vec<&str> = listed(value).collect();
    Cow::Owned(words.join(", "))
}

/// The members of a list that is parted by blanks, lines or commas, `%%1234` in words.
pub(super) fn listed(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(|letter: char| letter.is_whitespace() || letter == ',')
        .filter(|word| !is_missing(word))
        .map(|word| {
            let number = word.strip_prefix("%%").and_then(|digits| digits.parse().ok());
            number.and_then(message_parameter).unwrap_or(word)
        })
}

/// A port; zero is none.
pub(super) fn port(event: &Event, name: &str) -> Option<u16> {
    u16::try_from(event.number(name)?).ok().filter(|port| *port != 0)
}

/// The first of these fields that says something: the same value has other names in exports.
pub(super) fn any<'a>(event: &'a Event, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| event.field(name))
}

/// The value after `key` and a sign at the beginning of a line, in any field that holds free text:
/// some exports keep a record's rendered message and drop its fields.
pub(super) fn in_lines<'a>(event: &'a Event, key: &str, sign: char) -> Option<&'a str> {
    let texts = event.fields.iter().filter(|(name, _)| is_free_text(name)).map(|(_, text)| text);
    texts.flat_map(str::lines).find_map(|line| {
        let rest = line.trim_start().strip_prefix(key)?.trim_start().strip_prefix(sign)?.trim();
        (!is_missing(rest)).then_some(rest)
    })
}

fn is_free_text(name: &str) -> bool {
    matches!(name, "Message" | "ContextInfo" | "UserData")
        || name.strip_prefix("Data").is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with('_')
                || rest.starts_with(|c: char| c.is_ascii_digit())
        })
}

/// The value of a `name = value; name = value` message.
pub(super) fn in_message<'a>(event: &'a Event, key: &str) -> Option<&'a str> {
    let message = event.field("Message")?;
    let at = message.match_indices(key).find_map(|(at, _)| {
        let before = message.get(..at)?.trim_end();
        let rest = message.get(at + key.len()..)?.trim_start().strip_prefix('=')?;
        (before.is_empty() || before.ends_with([';', '.'])).then_some(rest)
    })?;
    let value = at.split_once("; ").map_or(at, |(value, _)| value).trim();
    (!is_missing(value)).then_some(value)
}

/// Text in quotation marks, as Sysmon writes what WMI says, without them.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}
