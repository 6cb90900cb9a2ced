//! Addresses and host names, told apart from versions, file names and .NET names.
//!
//! The list of top-level domains is a choice, not IANA's: endings that are also file extensions,
//! .NET namespaces or members in scripts are left out where a name stands alone.

use super::super::text::{byte_before, part};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A word in its text, so that what stands around it can be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// First byte of the word.
    pub(super) from: usize,
    /// One past its last byte.
    pub(super) to: usize,
}

impl<'a> Place<'a> {
    fn word(&self) -> &'a str {
        part(self.text, self.from, self.to)
    }

    fn before(&self) -> Option<u8> {
        byte_before(self.text, self.from)
    }

    fn after(&self) -> Option<u8> {
        self.text.as_bytes().get(self.to).copied()
    }
}

/// Endings of names that stand alone in a command line.
const TOP_LEVEL: &[&str] = &[
    "com", "net", "org", "info", "biz", "edu", "gov", "mil", "io", "xyz", "top", "online", "site",
    "club", "shop", "store", "tech", "space", "website", "pro", "dev", "cloud", "icu", "click",
    "buzz", "vip", "fun", "cyou", "onion", "ru", "su", "cn", "de", "uk", "fr", "nl", "br", "eu",
    "us", "jp", "kr", "ir", "ua", "ch", "se", "cz", "es", "au", "ca", "tk", "ml", "ga", "cf", "gq",
    "pw", "tv", "ws", "la", "hk", "tw", "vn", "tr", "gr", "hu", "ro", "za",
];

/// Names that end like a domain and are none: DOS programs, .NET namespaces, old products.
const NO_DOMAINS: &[&str] = &[
    "command.com",
    "format.com",
    "tree.com",
    "mode.com",
    "more.com",
    "chcp.com",
    "diskcomp.com",
    "diskcopy.com",
    "edit.com",
    "win.com",
    "graphics.com",
    "keyb.com",
    "loadfix.com",
    "assign.com",
    "system.net",
    "system.io",
    "io.net",
    "asp.net",
    "ado.net",
    "vb.net",
    "ml.net",
    "node.io",
];

/// Whether a byte can stand in a host name, an IPv4 address or the name of an e-mail address.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-".contains(&byte)
}

/// `host:443` and `[::1]:443` without the port and brackets.
pub(super) fn without_port(authority: &str) -> &str {
    if let Some(inner) = authority.strip_prefix('[') {
        return inner.split(']').next().unwrap_or_default();
    }
    match authority.split_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Whether a host as it stands in a URL is one: a name, short or full, or an address.
pub(super) fn is_host(host: &str) -> bool {
    is_address(host) || is_name(host)
}

/// Whether the text is an IPv4 or IPv6 address.
pub(super) fn is_address(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok()
}

/// Whether the text is a name of two labels or more whose last is made of letters.
pub(super) fn is_full_name(host: &str) -> bool {
    let Some((head, last)) = host.rsplit_once('.') else { return false };
    let is_ending = last.starts_with("xn--") || last.bytes().all(|b| b.is_ascii_alphabetic());
    is_ending && last.len() >= 2 && is_name(host) && !head.is_empty()
}

/// Whether the text is the short name of a computer;
/// a number alone is none.
pub(super) fn is_short_name(host: &str) -> bool {
    host.len() <= 63 && !host.contains('.') && is_name(host)
}

/// A port number in its shortest form, `None` where it is none.
pub(super) fn port(digits: &str) -> Option<String> {
    let is_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_digits { digits.parse::<u16>().ok() } else { None };
    number.filter(|port| *port > 0).map(|port| port.to_string())
}

/// A name whose dots stand in brackets, mended, and where it ends; `end` is where its first label
/// ends. `None` where no bracket holds a dot.
pub(super) fn mended(text: &str, from: usize, end: usize) -> Option<(String, usize)> {
    const DOTS: [&str; 5] = ["[.]", "(.)", "{.}", "[dot]", "(dot)"];
    const MAX_NAME: usize = 253;
    let mut value = part(text, from, end).to_owned();
    let mut at = end;
    while value.len() <= MAX_NAME {
        let rest = part(text, at, text.len());
        let Some(dot) = DOTS.iter().find(|dot| rest.starts_with(**dot)) else { break };
        let label = part(rest, dot.len(), rest.len());
        let length = label.bytes().take(MAX_NAME).take_while(|byte| is_name_byte(*byte)).count();
        if length == 0 {
            break;
        }
        value.push('.');
        value.push_str(part(label, 0, length));
        at += dot.len() + length;
    }
    (at > end).then_some((value, at))
}

fn is_name(host: &str) -> bool {
    (1..=253).contains(&host.len())
        && host.bytes().any(|byte| byte.is_ascii_alphabetic())
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

/// Whether the word is an IPv4 address and no version: `4.0.0.0` after `Version=`, `Chrome/`, `v`.
pub(super) fn is_bare_ipv4(place: &Place<'_>) -> bool {
    if place.word().parse::<Ipv4Addr>().is_err() || !stands_alone(place) {
        return false;
    }
    let start = (place.from.saturating_sub(16)..=place.from)
        .find(|at| place.text.is_char_boundary(*at))
        .unwrap_or(place.from);
    let before = part(place.text, start, place.from).to_ascii_lowercase();
    let is_product = before.ends_with('/')
        && before.trim_end_matches('/').ends_with(|c: char| c.is_ascii_alphanumeric())
        && !before.ends_with("//");
    let words = before.trim_end_matches([' ', '=', ':', '"', '\'']);
    !is_product && !words.ends_with("version") && !words.ends_with("ver")
}

/// Whether the word is a domain that nobody would take for a file or a .NET name.
pub(super) fn is_bare_domain(place: &Place<'_>) -> bool {
    let word = place.word();
    let lower = word.to_ascii_lowercase();
    let Some((_, last)) = lower.rsplit_once('.') else { return false };
    let is_ending_plain = word.ends_with(last) || !word.bytes().any(|b| b.is_ascii_lowercase());
    is_ending_plain
        && TOP_LEVEL.contains(&last)
        && !NO_DOMAINS.contains(&&*lower)
        && !lower.starts_with("system.")
        && is_full_name(word)
        && !word.contains('_')
        && stands_alone(place)
        && !matches!(place.after(), Some(b'(' | b'=' | b'[' | b']'))
}

/// Whether no path, variable, type or member joins the word.
fn stands_alone(place: &Place<'_>) -> bool {
    let is_joined = |byte: u8| b"\\$%@)].&".contains(&byte);
    let before = place.before().is_some_and(is_joined);
    let after = matches!(place.after(), Some(b'\\' | b'@' | b'%' | b'$'));
    !before && !after && !is_joined_string(place)
}

/// Whether the word is a piece of a text that code puts together: `'exam'+'ple.com'`.
pub(super) fn is_joined_string(place: &Place<'_>) -> bool {
    let is_quote = |c: char| c == '"' || c == '\'';
    let head = part(place.text, 0, place.from);
    let before = head.strip_suffix(is_quote).map(|rest| rest.trim_end().ends_with('+'));
    let tail = part(place.text, place.to, place.text.len());
    let after = tail.strip_prefix(is_quote).map(|rest| rest.trim_start().starts_with('+'));
    before == Some(true) || after == Some(true)
}

/// The length of an IPv6 address at `at`; `[Convert]::` and times are none.
pub(super) fn ipv6_length(text: &str, at: usize) -> Option<usize> {
    let is_open = byte_before(text, at)
        .is_none_or(|byte| byte.is_ascii_whitespace() || b"[(\"',=/".contains(&byte));
    let rest = part(text, at, text.len());
    let length =
        rest.bytes().take(46).take_while(|b| b.is_ascii_hexdigit() || b":.".contains(b)).count();
    let word = part(rest, 0, length).trim_end_matches('.');
    if !is_open || memchr::memchr(b':', word.as_bytes()).is_none() {
        return None;
    }
    let next = rest.as_bytes().get(word.len());
    let is_closed =
        next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"_(:-".contains(byte));
    let groups = word.split(':').filter(|group| !group.is_empty()).count();
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let is_address =
        word.parse::<Ipv6Addr>().is_ok() && has_digit && (groups >= 2 || word == "::1");
    (is_closed && is_address).then_some(word.len())
}
