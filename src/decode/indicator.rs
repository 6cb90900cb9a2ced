//! What a text names that can be hunted for elsewhere: URLs, hosts, addresses, paths, hashes.
//!
//! Strict rather than complete: a false indicator costs an analyst more than a missed one. Values
//! are exact; defanging is the report's part. One pass, left to right, without expressions that
//! could run long on hostile text.

mod file_path;
mod host;

use super::text::{byte_before, find_ignore_case, has_word, part};
use crate::model::{Indicator, IndicatorKind};
use std::collections::HashSet;

/// The longest URL that is read, in bytes.
const MAX_URL: usize = 8192;

/// The indicators of one text, in order of appearance, without repeats.
///
/// A URL and a share are followed by the host they name.
pub fn indicators(text: &str) -> Vec<Indicator> {
    indicators_of(std::iter::once(text))
}

/// The indicators of several texts, as of one.
pub(super) fn indicators_of<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Indicator> {
    let mut list = List::default();
    for text in texts {
        list.is_remote_login =
            ["ssh", "scp", "sftp", "plink", "pscp"].iter().any(|word| has_word(text, word));
        let mut at = 0;
        while at < text.len() {
            at = next_start(text, list.read_at(text, at).max(at + 1));
        }
    }
    list.found
}

/// What was found so far.
#[derive(Default)]
struct List {
    found: Vec<Indicator>,
    /// Membership only; its order reaches no result.
    seen: HashSet<Indicator>,
    /// Whether `user@host` is a login and no e-mail address.
    is_remote_login: bool,
}

impl List {
    fn add(&mut self, kind: IndicatorKind, value: &str) {
        let indicator = Indicator { kind, value: value.to_owned() };
        if self.seen.insert(indicator.clone()) {
            self.found.push(indicator);
        }
    }

    /// Reads what starts at `at` and gives the offset to go on from.
    fn read_at(&mut self, text: &str, at: usize) -> usize {
        let before = byte_before(text, at);
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return at + 1;
        }
        if let Some(length) = self.read_url(text, at) {
            return at + length;
        }
        if let Some(found) = file_path::registry_key(text, at) {
            self.add(IndicatorKind::RegistryKey, found);
            return at + found.len();
        }
        if let Some((share, path)) = file_path::share(text, at) {
            self.add(IndicatorKind::Share, share);
            self.add_host(share.trim_start_matches('\\').split(['\\', '@']).next());
            if path.len() > share.len() {
                self.add(IndicatorKind::Path, path);
            }
            return at + path.len();
        }
        if let Some(found) = file_path::absolute(text, at) {
            if !is_own_program(text, at, found) {
                self.add(IndicatorKind::Path, found);
            }
            return at + found.len();
        }
        self.read_word(text, at)
    }

    /// A URL with a plain host; the host follows it.
    fn read_url(&mut self, text: &str, at: usize) -> Option<usize> {
        let rest = part(text, at, text.len());
        let scheme_end = rest.as_bytes().iter().take(6).position(|byte| *byte == b':')?;
        let scheme = part(rest, 0, scheme_end).to_ascii_lowercase();
        let is_known = ["http", "https", "ftp", "ftps", "sftp", "ws", "wss"].contains(&&*scheme);
        if !is_known || !part(rest, scheme_end, scheme_end + 3).eq("://") {
            return None;
        }
        let end = next_start(rest, url_length(rest));
        let url = trim_url(part(rest, 0, end));
        let authority = part(url, scheme_end + 3, url.len());
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        let named = authority.rsplit('@').next().unwrap_or_default();
        let host = host::without_port(named);
        let place = host::Place { text, from: at, to: at + url.len() };
        let ends_in_host = url.len() == scheme_end + 3 + authority.len();
        if !host::is_host(host) || (ends_in_host && host::is_joined_string(&place)) {
            return None;
        }
        self.add(IndicatorKind::Url, url);
        self.add_host(Some(host));
        Some(url.len())
    }

    /// The host of a URL or share: an address or a full name; a short name says little.
    fn add_host(&mut self, host: Option<&str>) {
        let Some(host) = host else { return };
        if host::is_address(host) {
            self.add(IndicatorKind::Ip, host);
        } else if host::is_full_name(host) {
            self.add(IndicatorKind::Domain, host);
        }
    }

    /// An address, an e-mail address, a domain or a hash.
    fn read_word(&mut self, text: &str, at: usize) -> usize {
        let rest = part(text, at, text.len());
        if let Some(length) = host::ipv6_length(text, at) {
            self.add(IndicatorKind::Ip, part(rest, 0, length));
            return at + length;
        }
        let length = rest.bytes().take_while(|byte| host::is_name_byte(*byte)).count();
        if length == 0 {
            return at + 1;
        }
        let word = part(rest, 0, length);
        let end = at + length;
        if part(text, end, end + 1) == "@" {
            return self.read_email(text, at, end);
        }
        let word = word.trim_end_matches(['.', '-']);
        let place = host::Place { text, from: at, to: at + word.len() };
        if host::is_bare_ipv4(&place) {
            self.add(IndicatorKind::Ip, word);
        } else if host::is_bare_domain(&place) {
            self.add(IndicatorKind::Domain, word);
        } else if is_hash(&place) {
            self.add(IndicatorKind::Hash, word);
        }
        end
    }

    fn read_email(&mut self, text: &str, from: usize, sign: usize) -> usize {
        let rest = part(text, sign + 1, text.len());
        let length = rest.bytes().take_while(|byte| host::is_name_byte(*byte)).count();
        let host = part(rest, 0, length).trim_end_matches(['.', '-']);
        if !host::is_full_name(host) || byte_before(text, from) == Some(b'@') {
            return sign + 1;
        }
        let end = sign + 1 + host.len();
        if self.is_remote_login {
            self.add(IndicatorKind::Domain, host);
        } else {
            self.add(IndicatorKind::Email, part(text, from, end));
        }
        end
    }
}

/// The next offset where something may start: a character boundary.
fn next_start(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|index| text.is_char_boundary(*index)).unwrap_or(text.len())
}

/// Whether a path is the program the line itself starts with, in a folder of Windows: the process
/// record names it, and it is on every machine.
fn is_own_program(text: &str, at: usize, path: &str) -> bool {
    part(text, 0, at).trim_start().trim_start_matches('"').is_empty()
        && (find_ignore_case(path, ":\\windows\\", 0) == Some(1)
            || find_ignore_case(path, "%systemroot%", 0) == Some(0)
            || find_ignore_case(path, "%windir%", 0) == Some(0))
}

/// The length of the URL at the start of `rest`: brackets opened inside it may close in it.
fn url_length(rest: &str) -> usize {
    let (mut round, mut square) = (0_usize, 0_usize);
    rest.bytes()
        .take(MAX_URL)
        .take_while(|byte| {
            let (open, shut) = match byte {
                b'(' | b')' => (&mut round, b')'),
                b'[' | b']' => (&mut square, b']'),
                _ => {
                    return byte.is_ascii_alphanumeric()
                        || b"-._~:/?#@!$&*+,=%".contains(byte)
                        || *byte >= 0x80;
                }
            };
            if *byte != shut {
                *open += 1;
                return true;
            }
            let is_closing = *open > 0;
            *open = open.saturating_sub(1);
            is_closing
        })
        .count()
}

/// A URL without what belongs to the sentence or the code around it.
fn trim_url(url: &str) -> &str {
    let mut url = url;
    for mark in [",http", "+http", ")&", "&&"] {
        if let Some(at) = find_ignore_case(url, mark, 1) {
            url = part(url, 0, at + usize::from(mark == ")&"));
        }
    }
    url.trim_end_matches(['.', ',', ':', '!', '?', '&', '+', '*', '$', '[', '('])
}

/// MD5, SHA-1 or SHA-256 in hexadecimal; decimal numbers and parts of base64 are none.
fn is_hash(place: &host::Place<'_>) -> bool {
    let word = part(place.text, place.from, place.to);
    let around =
        [byte_before(place.text, place.from), place.text.as_bytes().get(place.to).copied()];
    let is_alone = around.iter().all(|byte| byte.is_none_or(|byte| !b"+/\\$%".contains(&byte)));
    matches!(word.len(), 32 | 40 | 64)
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && is_alone
}
