//! What a text names that can be hunted for elsewhere: URLs, hosts, addresses, paths, accounts.
//!
//! Strict rather than complete: a false indicator costs an analyst more than a missed one. Values
//! are exact; defanging is the report's part. One pass, left to right, without expressions that
//! could run long on hostile text.

mod announced;
mod file_path;
mod host;
mod note;
mod url;

use super::text::{byte_before, find_ignore_case, has_word, part};
use crate::model::{Indicator, IndicatorKind, Span};
use std::collections::HashSet;

pub(super) use self::url::url_at;

/// The length of a path at an offset.
pub(super) fn path_at(text: &str, at: usize) -> Option<usize> {
    file_path::absolute(text, at).map(str::len)
}

/// The length of a share, or of a path on one, at an offset.
pub(super) fn share_at(text: &str, at: usize) -> Option<usize> {
    file_path::share(text, at).map(|(_, path)| path.len())
}

/// The length of a registry key at an offset.
pub(super) fn registry_key_at(text: &str, at: usize) -> Option<usize> {
    file_path::registry_key(text, at).map(str::len)
}

/// Up to this many indicators are compared one by one; beyond that a set is quicker.
const FEW: usize = 12;

/// The indicators of one text, in order of appearance, without repeats.
///
/// A URL and a share are followed by the host they name.
pub fn indicators(text: &str) -> Vec<Indicator> {
    indicators_of(std::iter::once(text))
}

/// The indicators of the input and its layers, each with the first text it stands in.
pub(super) fn indicators_of<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Indicator> {
    let mut list = List::default();
    for (layer, text) in texts.enumerate() {
        list.layer = layer;
        list.text = text;
        list.is_remote_login = None;
        let mut at = 0;
        while at < text.len() {
            at = next_start(text, list.read_at(at).max(at + 1));
        }
    }
    list.found
}

/// What was found so far.
#[derive(Default)]
struct List<'a> {
    text: &'a str,
    layer: usize,
    found: Vec<Indicator>,
    /// Membership only, filled beyond [`FEW`]; its order reaches no result.
    seen: HashSet<(IndicatorKind, String)>,
    /// Whether `user@host` is a login and no e-mail address, once that was asked.
    is_remote_login: Option<bool>,
}

impl List<'_> {
    /// Adds what stands at `span`.
    fn add(&mut self, kind: IndicatorKind, span: Span) {
        let value = part(self.text, span.from, span.to);
        self.add_value(kind, value, span, false);
    }

    /// Adds a value that `span` stands for; it may be written there in disguise.
    fn add_value(&mut self, kind: IndicatorKind, value: &str, span: Span, is_disguised: bool) {
        let is_known = if self.seen.is_empty() {
            self.found.iter().any(|known| known.kind == kind && known.value == value)
        } else {
            self.seen.contains(&(kind, value.to_owned()))
        };
        if is_known || value.is_empty() {
            return;
        }
        let notes = note::notes_of(kind, value, is_disguised);
        let value = value.to_owned();
        self.found.push(Indicator { kind, value, layer: self.layer, span, notes });
        if self.found.len() == FEW {
            self.seen.extend(self.found.iter().map(|known| (known.kind, known.value.clone())));
        } else if self.found.len() > FEW
            && let Some(last) = self.found.last()
        {
            self.seen.insert((last.kind, last.value.clone()));
        }
    }

    /// Reads what starts at `at` and gives the offset to go on from.
    fn read_at(&mut self, at: usize) -> usize {
        let text = self.text;
        let before = byte_before(text, at);
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return at + 1;
        }
        let Some(first) = text.as_bytes().get(at).copied() else { return at + 1 };
        match first {
            b' ' | b'\t' | b'"' | b'\'' => return at + 1,
            b'/' | b'-' => return self.read_option(at),
            b'\\' => {
                if let Some(end) = self.read_share(at) {
                    return end;
                }
            }
            _ => {}
        }
        // Most places are none of these: the first bytes rule them out without a search.
        let second = text.as_bytes().get(at + 1).copied();
        let is_scheme = matches!(first | 0x20, b'h' | b'f' | b's' | b'w');
        if is_scheme && let Some(end) = self.read_url(at) {
            return end;
        }
        if first | 0x20 == b'h'
            && let Some(found) = file_path::registry_key(text, at)
        {
            self.add(IndicatorKind::RegistryKey, Span { from: at, to: at + found.len() });
            return at + found.len();
        }
        if (second == Some(b':') || matches!(first, b'%' | b'$'))
            && let Some(found) = file_path::absolute(text, at)
        {
            if !is_own_program(text, at, found) {
                self.add(IndicatorKind::Path, Span { from: at, to: at + found.len() });
            }
            return at + found.len();
        }
        self.read_word(at)
    }

    /// `/user:name`, `-ComputerName name` and their like.
    fn read_option(&mut self, at: usize) -> usize {
        let Some(announced) = announced::by_option(self.text, at) else { return at + 1 };
        self.add_announced(&announced);
        announced.value.to
    }

    fn add_announced(&mut self, announced: &announced::Announced) {
        let span = announced.value;
        let value = part(self.text, span.from, span.to);
        match announced.kind {
            IndicatorKind::Host => self.add_host(value, span, false),
            IndicatorKind::Port => {
                if let Some(port) = host::port(value) {
                    self.add_value(IndicatorKind::Port, &port, span, false);
                }
            }
            kind => self.add(kind, span),
        }
    }

    /// `\\host\share\…`, `\\.\pipe\name`, a computer's registry, or a computer alone.
    fn read_share(&mut self, at: usize) -> Option<usize> {
        let text = self.text;
        if let Some((length, host)) = file_path::pipe(text, at) {
            self.add(IndicatorKind::Pipe, Span { from: at, to: at + length });
            if host > 0 {
                let span = Span { from: at + 2, to: at + 2 + host };
                self.add_host(part(text, span.from, span.to), span, false);
            }
            return Some(at + length);
        }
        let (share, path) = file_path::share(text, at)?;
        let name = share.trim_start_matches('\\').split(['\\', '@']).next().unwrap_or_default();
        let host = Span { from: at + 2, to: at + 2 + name.len() };
        let rest = part(share, 2 + name.len() + 1, share.len());
        if file_path::is_hive(rest) {
            self.add_host(name, host, false);
            let key = Span { from: host.to + 1, to: at + path.len() };
            self.add(IndicatorKind::RegistryKey, key);
            return Some(at + path.len());
        }
        if !rest.is_empty() {
            self.add(IndicatorKind::Share, Span { from: at, to: at + share.len() });
        }
        self.add_host(name, host, false);
        if path.len() > share.len() {
            self.add(IndicatorKind::Path, Span { from: at, to: at + path.len() });
        }
        Some(at + path.len())
    }

    /// A URL with a plain host; the host and the port follow it.
    fn read_url(&mut self, at: usize) -> Option<usize> {
        let found = url_at(self.text, at)?;
        let span = Span { from: at, to: at + found.length };
        self.add_value(IndicatorKind::Url, &found.value, span, found.is_disguised);
        self.add_host(&found.host, found.host_span, found.is_host_disguised);
        if let Some(port) = &found.port {
            self.add_value(IndicatorKind::Port, port, found.host_span, false);
        }
        Some(span.to)
    }

    /// The host of a URL, a share or an option: an address, a full name or a short one.
    fn add_host(&mut self, host: &str, span: Span, is_disguised: bool) {
        if host::is_address(host) {
            self.add_value(IndicatorKind::Ip, host, span, is_disguised);
        } else if host::is_full_name(host) {
            self.add_value(IndicatorKind::Domain, host, span, is_disguised);
        } else if host::is_short_name(host) {
            self.add_value(IndicatorKind::Host, host, span, is_disguised);
        }
    }

    /// An address, an e-mail address, a domain or a hash.
    fn read_word(&mut self, at: usize) -> usize {
        let text = self.text;
        let rest = part(text, at, text.len());
        if let Some(length) = host::ipv6_length(text, at) {
            self.add(IndicatorKind::Ip, Span { from: at, to: at + length });
            return at + length;
        }
        let length = rest.bytes().take_while(|byte| host::is_name_byte(*byte)).count();
        if length == 0 {
            return at + 1;
        }
        let word = part(rest, 0, length);
        let end = at + length;
        match text.as_bytes().get(end) {
            Some(b'@') => return self.read_email(at, end),
            Some(b'[' | b'(' | b'{') => {
                if let Some(end) = self.read_broken_name(at, end) {
                    return end;
                }
            }
            Some(b'=' | b' ') => {
                if let Some(announced) = announced::by_word(text, at, end) {
                    self.add_announced(&announced);
                    return announced.value.to;
                }
            }
            _ => {}
        }
        let word = word.trim_end_matches(['.', '-']);
        let span = Span { from: at, to: at + word.len() };
        let place = host::Place { text, from: span.from, to: span.to };
        if host::is_bare_ipv4(&place) {
            self.add(IndicatorKind::Ip, span);
            self.read_port(end);
        } else if host::is_bare_domain(&place) {
            self.add(IndicatorKind::Domain, span);
            self.read_port(end);
        } else if is_hash(&place) {
            self.add(IndicatorKind::Hash, span);
        }
        end
    }

    /// `:443` after an address.
    fn read_port(&mut self, at: usize) {
        let rest = part(self.text, at, (at + 8).min(self.text.len()));
        let Some(digits) = rest.strip_prefix(':') else { return };
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let goes_on = digits
            .as_bytes()
            .get(length)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'_'));
        if let Some(port) = host::port(part(digits, 0, length)).filter(|_| !goes_on) {
            let span = Span { from: at + 1, to: at + 1 + length };
            self.add_value(IndicatorKind::Port, &port, span, false);
        }
    }

    /// `evil[.]example[.]com` and `192.0.2[.]1`, as people write what must not be clicked.
    fn read_broken_name(&mut self, from: usize, end: usize) -> Option<usize> {
        let (value, to) = host::mended(self.text, from, end)?;
        let place = host::Place { text: &value, from: 0, to: value.len() };
        let kind = if host::is_bare_ipv4(&place) {
            IndicatorKind::Ip
        } else if host::is_bare_domain(&place) {
            IndicatorKind::Domain
        } else {
            return None;
        };
        self.add_value(kind, &value, Span { from, to }, true);
        Some(to)
    }

    fn read_email(&mut self, from: usize, sign: usize) -> usize {
        let text = self.text;
        let rest = part(text, sign + 1, text.len());
        let length = rest.bytes().take_while(|byte| host::is_name_byte(*byte)).count();
        let host = part(rest, 0, length).trim_end_matches(['.', '-']);
        if !host::is_full_name(host) || byte_before(text, from) == Some(b'@') {
            return sign + 1;
        }
        let end = sign + 1 + host.len();
        let is_login = *self.is_remote_login.get_or_insert_with(|| {
            ["ssh", "scp", "sftp", "plink", "pscp"].iter().any(|word| has_word(text, word))
        });
        if is_login {
            self.add(IndicatorKind::User, Span { from, to: sign });
            self.add(IndicatorKind::Domain, Span { from: sign + 1, to: end });
        } else {
            self.add(IndicatorKind::Email, Span { from, to: end });
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
    // A line starts with few blanks; a hostile one is not searched to its start for each path.
    at < 64
        && part(text, 0, at).trim_start().trim_start_matches('"').is_empty()
        && (find_ignore_case(path, ":\\windows\\", 0) == Some(1)
            || find_ignore_case(path, "%systemroot%", 0) == Some(0)
            || find_ignore_case(path, "%windir%", 0) == Some(0))
}

/// MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal; decimal numbers and parts of base64 are none.
fn is_hash(place: &host::Place<'_>) -> bool {
    let word = part(place.text, place.from, place.to);
    let around =
        [byte_before(place.text, place.from), place.text.as_bytes().get(place.to).copied()];
    let is_alone = around.iter().all(|byte| byte.is_none_or(|byte| !b"+/\\$%".contains(&byte)));
    matches!(word.len(), 32 | 40 | 64 | 128)
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && is_alone
}
