//! URLs: where one ends, which host it means, and the disguises of both.
//!
//! It checks no list of domains and opens nothing. A host may be a number: `http://3232235777/` is
//! 192.168.1.1. Source: WHATWG URL Standard, "IPv4 number parser".

use std::borrow::Cow;
use std::net::Ipv4Addr;

use super::super::text::{find_ignore_case, part};
use super::host;
use crate::model::Span;

/// The longest URL that is read, in bytes.
const MAX_URL: usize = 8192;

/// Schemes, and how people write them so that they cannot be clicked.
const SCHEMES: &[(&str, &str)] = &[
    ("http", "http"),
    ("https", "https"),
    ("ftp", "ftp"),
    ("ftps", "ftps"),
    ("sftp", "sftp"),
    ("ws", "ws"),
    ("wss", "wss"),
    ("hxxp", "http"),
    ("hxxps", "https"),
    ("h**p", "http"),
    ("h**ps", "https"),
    ("fxp", "ftp"),
];

/// A URL in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Url<'a> {
    /// The URL; where it was written in disguise, what that stands for.
    pub(in super::super) value: Cow<'a, str>,
    /// Bytes of the text it takes.
    pub(in super::super) length: usize,
    /// Whether scheme or dots were written so that they do not work.
    pub(super) is_disguised: bool,
    /// The host, an address in dotted form.
    pub(in super::super) host: Cow<'a, str>,
    /// The host and port as written, in the text.
    pub(super) host_span: Span,
    /// Whether the host is written as something else than it is.
    pub(super) is_host_disguised: bool,
    /// The port, where the URL names one.
    pub(super) port: Option<String>,
}

/// The URL at `at`, where its host stands there in one piece.
pub(in super::super) fn url_at(text: &str, at: usize) -> Option<Url<'_>> {
    let rest = part(text, at, text.len());
    let head = rest.as_bytes().iter().take(6);
    let scheme_end = head.clone().position(|byte| matches!(byte, b':' | b'['))?;
    let written = part(rest, 0, scheme_end);
    let (name, scheme) =
        SCHEMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(written)).copied()?;
    let after = part(rest, scheme_end, rest.len());
    let mark = ["://", "[:]//", "[://]"].into_iter().find(|mark| after.starts_with(mark))?;
    let body = scheme_end + mark.len();
    // The host first, in few bytes: a text of a million broken URLs must not be read a million
    // times to its end.
    let authority = authority_at(rest, body);
    let at_sign = authority.rfind('@').map_or(0, |sign| sign + 1);
    let named = part(authority, at_sign, authority.len());
    let from = at + body + at_sign;
    let host_span = Span { from, to: from + named.len() };
    let mended = mend(named);
    let is_broken = matches!(mended, Cow::Owned(_)) || name != scheme || mark != "://";
    let (host, port) = split_port(mended);
    let number = ipv4_number(&host);
    if number.is_none() && !host::is_host(&host) {
        return None;
    }
    let url = trim_url(part(rest, 0, url_length(rest, body)), body);
    let place = host::Place { text, from: at, to: at + url.len() };
    let ends_in_host = url.len() <= body + authority.len();
    if ends_in_host && host::is_joined_string(&place) {
        return None;
    }
    let value = if is_broken {
        let path = part(url, body + authority.len(), url.len());
        let login = part(authority, 0, at_sign);
        Cow::Owned(format!("{scheme}://{login}{}{path}", mend(named)))
    } else {
        Cow::Borrowed(url)
    };
    let is_host_disguised = number.is_some() || is_broken;
    let host = number.map_or(host, |address| Cow::Owned(address.to_string()));
    Some(Url {
        value,
        length: url.len(),
        is_disguised: is_broken || number.is_some(),
        host,
        host_span,
        is_host_disguised,
        port,
    })
}

/// What stands between the slashes and the path, without marks of the text around it.
fn authority_at(rest: &str, body: usize) -> &str {
    const MAX_AUTHORITY: usize = 512;
    let tail = part(rest, body, rest.len());
    let mut square = 0_usize;
    let is_part = |byte: &u8| {
        match byte {
            b'[' => square += 1,
            b']' if square == 0 => return false,
            b']' => square -= 1,
            _ => return byte.is_ascii_alphanumeric() || b"-._~:@!$&*+,=%(){}".contains(byte),
        }
        true
    };
    let length = tail.bytes().take(MAX_AUTHORITY).take_while(is_part).count();
    let authority = part(tail, 0, length);
    // `http://a.example,http://b.example` and `('http://a.example')`.
    let code = ["&&", ",", ")&"].iter().filter_map(|mark| authority.find(mark)).min();
    let authority = part(authority, 0, code.unwrap_or(authority.len()));
    let is_bracketed = ["(.)", "(dot)", "{.}"].iter().any(|dot| authority.contains(dot));
    let open = if is_bracketed { None } else { authority.find(['(', ')', '{', '}']) };
    let authority = part(authority, 0, open.unwrap_or(authority.len()));
    authority.trim_end_matches(['.', ',', ':', '!', '&', '+', '*', '$', '[', '(', ')', '}'])
}

/// `evil[.]example` as `evil.example`.
fn mend(named: &str) -> Cow<'_, str> {
    const BROKEN: [&str; 6] = ["[.]", "(.)", "{.}", "[dot]", "(dot)", "[:]"];
    if !named.contains(['[', '(', '{']) || named.starts_with('[') {
        return Cow::Borrowed(named);
    }
    let mended = BROKEN.iter().fold(named.to_owned(), |name, broken| {
        name.replace(broken, if *broken == "[:]" { ":" } else { "." })
    });
    if mended == named { Cow::Borrowed(named) } else { Cow::Owned(mended) }
}

fn split_port(named: Cow<'_, str>) -> (Cow<'_, str>, Option<String>) {
    let host = host::without_port(&named).len();
    let tail = named.rsplit_once(':').map(|(_, port)| port).unwrap_or_default();
    let has_port = host < named.len() && !tail.is_empty() && !tail.ends_with(']');
    let port = if has_port { host::port(tail) } else { None };
    let host = match named {
        Cow::Borrowed(named) => Cow::Borrowed(host::without_port(named)),
        Cow::Owned(named) => Cow::Owned(host::without_port(&named).to_owned()),
    };
    (host, port)
}

/// A host that is an IPv4 address in another notation: one to four parts, each decimal, `0x`
/// hexadecimal or `0` octal, the last one filling what is left. `None` for the usual notation.
fn ipv4_number(host: &str) -> Option<Ipv4Addr> {
    if !host.starts_with(|c: char| c.is_ascii_digit()) || host.parse::<Ipv4Addr>().is_ok() {
        return None;
    }
    let parts: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').take(5).collect();
    let (last, leading) = parts.split_last()?;
    if leading.len() > 3 {
        return None;
    }
    let mut address = 0_u64;
    for part in leading {
        address = address << 8 | number(part).filter(|value| *value <= 255)?;
    }
    let bits = 8 * (4 - u64::try_from(leading.len()).ok()?);
    let rest = number(last).filter(|value| *value < 1 << bits)?;
    u32::try_from(address << bits | rest).ok().map(Ipv4Addr::from)
}

fn number(part: &str) -> Option<u64> {
    let lower = part.to_ascii_lowercase();
    let (digits, radix) = match lower.strip_prefix("0x") {
        Some("") => return Some(0),
        Some(hex) => (hex, 16),
        None if lower.len() > 1 && lower.starts_with('0') => (part, 8),
        None => (part, 10),
    };
    if digits.is_empty() || digits.len() > 24 || digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok().filter(|value| u32::try_from(*value).is_ok())
}

/// The length of the URL at the start of `rest`: brackets opened inside it may close in it.
fn url_length(rest: &str, body: usize) -> usize {
    let (mut round, mut square) = (0_usize, 0_usize);
    let tail = part(rest, body, rest.len());
    let length = tail
        .bytes()
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
        .count();
    let end = body + length;
    (end..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len())
}

/// A URL without what belongs to the sentence or the code around it.
fn trim_url(url: &str, body: usize) -> &str {
    let mut url = url;
    for mark in [",http", "+http", ")&", "&&"] {
        if let Some(at) = find_ignore_case(url, mark, body) {
            url = part(url, 0, at + usize::from(mark == ")&"));
        }
    }
    url.trim_end_matches(['.', ',', ':', '!', '?', '&', '+', '*', '$', '[', '('])
}
