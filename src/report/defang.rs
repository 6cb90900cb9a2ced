//! Makes addresses in prose and tables harmless: `hxxp`, `[.]`, `[@]`. Not for decoded commands or
//! files for machines, which stay exact.

/// Rewrites addresses in text: URLs, IPv4 addresses, e-mail addresses, names that start with `www.`,
/// and the host names it was told of.
///
/// A bare word with dots may be a file or a .NET type, so other host names are left alone unless
/// they are known.
#[derive(Clone, Debug, Default)]
pub struct Defanger {
    hosts: Vec<String>,
}

impl Defanger {
    /// One that also knows these host names.
    pub fn new(hosts: impl IntoIterator<Item = String>) -> Self {
        let mut hosts: Vec<String> = hosts
            .into_iter()
            .filter(|host| host.contains('.') && host.is_ascii())
            .map(|host| host.to_ascii_lowercase())
            .collect();
        hosts.sort();
        hosts.dedup();
        Self { hosts }
    }

    /// The text with every address made harmless. Doing it twice changes nothing more.
    pub fn text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while !rest.is_empty() {
            let length = rest.find(is_delimiter).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            self.word(word, &mut out);
            let mut letters = after.chars();
            out.extend(letters.next());
            rest = letters.as_str();
        }
        out
    }

    /// A run of letters without blanks, quotes or brackets.
    fn word(&self, word: &str, out: &mut String) {
        let mut rest = word;
        while let Some((before, scheme, after)) = split_scheme(rest) {
            self.plain(before, out);
            out.push_str(&harmless_scheme(scheme));
            out.push_str("://");
            let end = after.find(['/', '\\', '?', '#', ',', ';']).unwrap_or(after.len());
            let (authority, tail) = after.split_at_checked(end).unwrap_or((after, ""));
            out.push_str(&address(authority));
            rest = tail;
        }
        self.plain(rest, out);
    }

    /// Text without a URL scheme: split at what no host name holds.
    fn plain(&self, text: &str, out: &mut String) {
        let mut rest = text;
        while !rest.is_empty() {
            let length = rest.find(|letter| !is_host_letter(letter)).unwrap_or(rest.len());
            let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            // A mail address may hold more before its @ than a host name does.
            if self.is_host(token) || is_email(token) {
                out.push_str(&address(token));
            } else {
                out.push_str(token);
            }
            let mut letters = after.chars();
            out.extend(letters.next());
            rest = letters.as_str();
        }
    }

    fn is_host(&self, token: &str) -> bool {
        let bare = token.trim_matches('.');
        let lower = bare.to_ascii_lowercase();
        is_ipv4(bare)
            || (lower.starts_with("www.") && lower.len() > 4)
            || self.hosts.binary_search(&lower).is_ok()
    }
}

/// A host, IP or mail address of which is known that it is one.
pub fn address(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '.' => out.push_str("[.]"),
            '@' => out.push_str("[@]"),
            other => out.push(other),
        }
    }
    // What was harmless already stays as it is.
    out.replace("[[.]]", "[.]").replace("[[@]]", "[@]")
}

/// An IPv6 address: its colons are what makes it one.
pub fn ipv6(text: &str) -> String {
    if text.contains("[:]") { text.to_owned() } else { address(text).replace(':', "[:]") }
}

fn is_delimiter(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '"' | '\'' | '<' | '>' | '|' | '`' | '(' | ')' | '{' | '}')
}

fn is_host_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_' | '@' | '+' | '%')
}

/// The text before a URL, its scheme and what follows `://`.
fn split_scheme(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find("://") {
        let at = from + found;
        let head = text.get(..at)?;
        let length = head.bytes().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let start = at - length;
        let scheme = head.get(start..)?;
        if ["http", "https", "ftp", "ftps"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            return Some((text.get(..start)?, scheme, text.get(at + 3..)?));
        }
        from = at + 3;
    }
    None
}

/// `http` becomes `hxxp`, `ftp` becomes `fxp`.
fn harmless_scheme(scheme: &str) -> String {
    scheme.replace('t', "x").replace('T', "X")
}

fn is_ipv4(text: &str) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

fn is_email(token: &str) -> bool {
    token.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.trim_matches('.').contains('.') && !host.contains('@')
    }) || token.matches('@').count() > 1
}
