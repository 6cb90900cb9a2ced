//! A rule: when a command or a text is what it says, and the words for it.
//!
//! A rule is a row of a table. What it needs and what it says are written in a small notation:
//!
//! | need | holds where |
//! | --- | --- |
//! | `word` | a word that is no option equals it |
//! | `1:word` | the first such word does |
//! | `/name` | the option is there, whatever its mark |
//! | `/name=value`, `/name~text` | and its value equals, or contains that |
//! | `-N`, `-N=value` | the same with its letter case, also at the end of `-xyN` |
//! | `#3` | there are three words that are no options |
//! | `~text` | the arguments contain it |
//! | `a\|b` | any of them holds |
//! | `!need` | it does not hold |
//!
//! | slot of the words | is |
//! | --- | --- |
//! | `{1}` | the first word that is no option; `{last}` the last, `{last-1}` before it |
//! | `{/name}`, `{-N}` | an option's value |
//! | `{after:a\|b}` | the word after the word `a` or `b` |
//! | `{url}`, `{host}`, `{share}`, `{path}`, `{key}` | the first such thing in the arguments |
//! | `{name=}` | what follows `name=` |
//! | `{a\|b}` | the first of them that is not empty |
//! | `[… {slot} …]` | left out where the slot is empty |
//!
//! Letter case never counts. A slot outside brackets that is empty means that the rule does not
//! hold: nothing is said that does not stand there.

use std::borrow::Cow;

use super::super::indicator::{path_at, registry_key_at, share_at, url_at};
use super::super::text::{find_ignore_case, part};
use super::command::{Command, bare};

/// The longest value that is put into words, in characters.
const MAX_VALUE: usize = 200;

/// A rule on a command, or on a text where it names no programs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Names of the program or cmdlet, in lower case and without `.exe`.
    pub(super) programs: &'static [&'static str],
    /// For a rule on text: any of these stands in it, in lower case.
    pub(super) signs: &'static [&'static str],
    /// All of these hold.
    pub(super) needs: &'static [&'static str],
    /// What is said.
    pub(super) words: &'static str,
    /// The id of the ATT&CK technique, `""` for none.
    pub(super) technique: &'static str,
}

/// A rule on the arguments of programs.
pub(super) const fn command(
    programs: &'static [&'static str],
    needs: &'static [&'static str],
    words: &'static str,
    technique: &'static str,
) -> Rule {
    Rule { programs, signs: &[], needs, words, technique }
}

/// A rule on a statement that holds one of some signs.
pub(super) const fn text(
    signs: &'static [&'static str],
    needs: &'static [&'static str],
    words: &'static str,
    technique: &'static str,
) -> Rule {
    Rule { programs: &[], signs, needs, words, technique }
}

impl Rule {
    /// The words for a command, where the rule holds.
    pub(super) fn say(&self, command: &Command<'_>) -> Option<String> {
        // `Verb-Noun` is a cmdlet, whose parameters may be cut short.
        let is_cmdlet = self.programs.iter().any(|name| name.contains('-'));
        let holds = |need: &&str| holds(need, command, is_cmdlet);
        if !self.needs.iter().all(holds) {
            return None;
        }
        fill(self.words, command, is_cmdlet)
    }
}

fn holds(need: &str, command: &Command<'_>, is_cmdlet: bool) -> bool {
    if let Some(need) = need.strip_prefix('!') {
        return !need.split('|').any(|need| one_holds(need, command, is_cmdlet));
    }
    need.split('|').any(|need| one_holds(need, command, is_cmdlet))
}

fn one_holds(need: &str, command: &Command<'_>, is_cmdlet: bool) -> bool {
    if let Some(text) = need.strip_prefix('~') {
        return find_ignore_case(command.arguments, text, 0).is_some();
    }
    if let Some(word) = need.strip_prefix("1:") {
        return command.plain().next().is_some_and(|first| first.eq_ignore_ascii_case(word));
    }
    if let Some(option) = need.strip_prefix('/') {
        return if let Some((name, text)) = option.split_once('~') {
            let value = command.option(name, is_cmdlet);
            value.is_some_and(|value| find_ignore_case(value, text, 0).is_some())
        } else if let Some((name, wanted)) = option.split_once('=') {
            let value = command.option(name, is_cmdlet);
            value.is_some_and(|value| value.trim_matches(['$', '"']).eq_ignore_ascii_case(wanted))
        } else {
            command.option(option, is_cmdlet).is_some()
        };
    }
    if let Some(option) = need.strip_prefix('-') {
        let (name, wanted) = option.split_once('=').map_or((option, None), |(n, v)| (n, Some(v)));
        let value = command.exact_option(name);
        return value.is_some_and(|value| wanted.is_none_or(|w| value.eq_ignore_ascii_case(w)));
    }
    if let Some(count) = need.strip_prefix('#').and_then(|count| count.parse::<usize>().ok()) {
        return command.plain().count() >= count;
    }
    command.plain().any(|word| word.eq_ignore_ascii_case(need))
}

/// The words with their slots filled.
fn fill(words: &str, command: &Command<'_>, is_cmdlet: bool) -> Option<String> {
    let mut said = String::with_capacity(words.len() + 32);
    let mut rest = words;
    while let Some(at) = rest.find(['[', '{']) {
        said.push_str(part(rest, 0, at));
        let is_optional = part(rest, at, at + 1) == "[";
        let shut = rest.find(if is_optional { ']' } else { '}' })?;
        let inner = part(rest, at + 1, shut);
        if is_optional {
            said.extend(fill(inner, command, is_cmdlet));
        } else {
            let value = slot(inner, command, is_cmdlet).filter(|value| !value.is_empty())?;
            said.push_str(&cut(value));
        }
        rest = part(rest, shut + 1, rest.len());
    }
    said.push_str(rest);
    Some(said)
}

/// A value, shortened with an ellipsis where it is too long to read.
pub(super) fn cut(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(MAX_VALUE) {
        Some((at, _)) => Cow::Owned(format!("{}…", part(value, 0, at))),
        None => Cow::Borrowed(value),
    }
}

/// The value of a slot; of several names the first that is there.
fn slot<'t>(slot: &str, command: &Command<'t>, is_cmdlet: bool) -> Option<&'t str> {
    if slot.starts_with("after:") {
        return one_slot(slot, command, is_cmdlet);
    }
    let values = slot.split('|').filter_map(|name| one_slot(name, command, is_cmdlet));
    values.into_iter().find(|value| !value.is_empty())
}

fn one_slot<'t>(slot: &str, command: &Command<'t>, is_cmdlet: bool) -> Option<&'t str> {
    let arguments = command.arguments;
    match slot {
        "1" => command.plain().next(),
        "2" => command.plain().nth(1),
        "3" => command.plain().nth(2),
        "last" => command.plain().last(),
        "last-1" | "last-2" => {
            let back = if slot == "last-1" { 2 } else { 3 };
            let count = command.plain().count();
            command.plain().nth(count.checked_sub(back)?)
        }
        "all" => Some(arguments),
        "url" => first(arguments, |text, at| url_at(text, at).map(|url| url.length)),
        "host" => host(command),
        "share" => first(arguments, share_at),
        "path" => first(arguments, path_at),
        "key" => first(arguments, registry_key_at),
        _ => {
            if let Some(name) = slot.strip_prefix('/') {
                return command.option(name, is_cmdlet).map(bare);
            }
            if let Some(name) = slot.strip_prefix('-') {
                return command.exact_option(name).map(bare);
            }
            if let Some(verbs) = slot.strip_prefix("after:") {
                let is_verb = |word: &&str| verbs.split('|').any(|v| v.eq_ignore_ascii_case(word));
                return command.plain().skip_while(|word| !is_verb(word)).nth(1);
            }
            let name = slot.strip_suffix('=')?;
            command.words.iter().enumerate().find_map(|(at, word)| {
                let head = part(word.text, 0, name.len());
                let tail = part(word.text, name.len(), word.text.len()).strip_prefix('=')?;
                if !head.eq_ignore_ascii_case(name) {
                    return None;
                }
                // `sc` has its values behind a blank: `binPath= x`.
                let next = command.words.get(at + 1).map(|word| word.text);
                if tail.is_empty() { next } else { Some(bare(tail)) }
            })
        }
    }
}

/// `\\HOST` of a command, with what stands behind it cut off.
fn host<'t>(command: &Command<'t>) -> Option<&'t str> {
    command.words.iter().find_map(|word| {
        let name = word.text.strip_prefix("\\\\")?;
        let name = name.split(['\\', '@', ',']).next()?;
        let is_name = !matches!(name, "" | "." | "?" | "127.0.0.1" | "localhost");
        is_name.then_some(name)
    })
}

/// The first thing that a reader finds in a text.
fn first(text: &str, read: impl Fn(&str, usize) -> Option<usize>) -> Option<&str> {
    let mut joined = false;
    for (at, c) in text.char_indices() {
        if !joined && let Some(length) = read(text, at) {
            return text.get(at..at + length);
        }
        joined = c.is_ascii_alphanumeric() || c == '_';
    }
    None
}
