//! One value of a rule, compiled: text, regular expression, number, network, existence.
//!
//! It tests a single value of a record and knows nothing of fields and selections.

use std::net::IpAddr;

use regex::{Regex, RegexBuilder};

use super::{
    encode,
    glob::{Glob, Span, Token, tokens, with_dashes},
};
use crate::detect::error::excerpt;
use crate::detect::syntax::{Item, Modifier, Value};

/// A compiled value and how the rule spells it.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) spelled: Box<str>,
    pub(super) matcher: Matcher,
}

/// How a value is tested.
#[derive(Clone, Debug)]
pub(super) enum Matcher {
    /// Any of these; more than one only for the alignments of base64.
    Text {
        globs: Box<[Glob]>,
        is_cased: bool,
    },
    Regex(Box<Regex>),
    Number {
        order: Order,
        limit: f64,
    },
    Network(Network),
    /// The record carries the field, or not.
    Exists(bool),
    /// The record has no value there.
    Missing,
    /// Compared with the value of another field.
    Field {
        name: Box<str>,
        place: Place,
        is_cased: bool,
    },
}

/// How a number compares.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Where one text stands in another.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) is_start_open: bool,
    pub(super) is_end_open: bool,
}

impl Order {
    /// Whether the value stands so to the limit; a value that is no number never does.
    pub(super) fn holds(self, value: &str, limit: f64) -> bool {
        let value = value.trim();
        let number = match value.strip_prefix("0x").or_else(|| value.strip_prefix("0X")) {
            Some(hex) => u64::from_str_radix(hex, 16).ok().map(|number| number as f64),
            None => value.parse::<f64>().ok(),
        };
        number.is_some_and(|number| match self {
            Self::Less => number < limit,
            Self::LessOrEqual => number <= limit,
            Self::Greater => number > limit,
            Self::GreaterOrEqual => number >= limit,
        })
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Place {
    /// Where `part` stands in `whole`, if it stands where it must.
    pub(super) fn find(self, whole: &str, part: &str) -> Option<Span> {
        match (self.is_start_open, self.is_end_open) {
            (false, false) => (whole == part).then_some((0, whole.len())),
            (false, true) => whole.starts_with(part).then_some((0, part.len())),
            (true, false) => whole.ends_with(part).then(|| (whole.len() - part.len(), whole.len())),
            (true, true) => whole.find(part).map(|at| (at, at + part.len())),
        }
    }
}

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    base: u128,
    mask: u128,
    is_v4: bool,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().ok()?;
        let (bits, width, is_v4) = number(address);
        let length = length.unwrap_or(width);
        let host_bits = width.checked_sub(length)?;
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        Some(Self { base: bits & mask, mask, is_v4 })
    }

    /// Whether the text is an address in this range. An IPv4 address in IPv6 clothes is IPv4.
    pub(super) fn holds(self, text: &str) -> bool {
        let Ok(address) = text.trim().parse::<IpAddr>() else { return false };
        let (bits, _, is_v4) = number(address.to_canonical());
        is_v4 == self.is_v4 && bits & self.mask == self.base
    }
}

fn number(address: IpAddr) -> (u128, u32, bool) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32, true),
        IpAddr::V6(v6) => (v6.to_bits(), 128, false),
    }
}

/// Compiles a value of an item. The error says in words what does not fit.
pub(super) fn compile(item: &Item, value: &Value) -> Result<Pattern, String> {
    let spelled = match value {
        Value::Null => "null",
        Value::Text(text) | Value::Number(text) => text,
        Value::Boolean(true) => "true",
        Value::Boolean(false) => "false",
    };
    if item.has(Modifier::Exists) {
        let is_wanted = match spelled.to_ascii_lowercase().as_str() {
            "true" | "yes" => true,
            "false" | "no" => false,
            _ => return Err("\"exists\" takes true or false".to_owned()),
        };
        let spelled = if is_wanted { "exists" } else { "does not exist" };
        return Ok(Pattern { spelled: spelled.into(), matcher: Matcher::Exists(is_wanted) });
    }
    if *value == Value::Null {
        if item.modifiers.iter().any(|known| !matches!(known, Modifier::All | Modifier::NotEqual)) {
            return Err("null takes no modifier".to_owned());
        }
        return Ok(Pattern { spelled: spelled.into(), matcher: Matcher::Missing });
    }
    if item.has(Modifier::Expand) && spelled.matches('%').count() > 1 {
        return Err(format!("the placeholder in \"{spelled}\" has no value here"));
    }
    if let Some(order) = order(item) {
        let limit = spelled.parse().map_err(|_no_number| format!("\"{spelled}\" is no number"))?;
        let spelled = format!("{} {spelled}", order.sign()).into();
        return Ok(Pattern { spelled, matcher: Matcher::Number { order, limit } });
    }
    let matcher = if item.has(Modifier::Regex) {
        regex(item, spelled)?
    } else if item.has(Modifier::Cidr) {
        let network = Network::parse(spelled);
        Matcher::Network(network.ok_or_else(|| format!("\"{spelled}\" is no network"))?)
    } else if item.has(Modifier::FieldRef) {
        let place = Place {
            is_start_open: item.has(Modifier::Contains) || item.has(Modifier::EndsWith),
            is_end_open: item.has(Modifier::Contains) || item.has(Modifier::StartsWith),
        };
        Matcher::Field { name: spelled.into(), place, is_cased: item.has(Modifier::Cased) }
    } else {
        text(item, spelled)?
    };
    Ok(Pattern { spelled: spelled.into(), matcher })
}

/// Refuses modifiers that contradict each other, rather than ignoring one.
pub(super) fn check(item: &Item) -> Result<(), String> {
    use Modifier::{
        Base64, Base64Offset, Cidr, Contains, DotAll, EndsWith, Exists, FieldRef, Greater,
        GreaterOrEqual, IgnoreCase, Less, LessOrEqual, MultiLine, Regex, StartsWith, Utf16,
        Utf16Be, Utf16Le, WinDash,
    };
    let kinds = [Regex, Cidr, FieldRef, Exists, Less, LessOrEqual, Greater, GreaterOrEqual];
    let count = |set: &[Modifier]| set.iter().filter(|modifier| item.has(**modifier)).count();
    if count(&kinds) > 1 {
        return Err("these modifiers exclude each other".to_owned());
    }
    let encodes = count(&[Base64, Base64Offset]);
    if encodes > 1 || (count(&[Utf16, Utf16Be, Utf16Le]) > 0 && encodes == 0) {
        return Err("an encoding needs exactly one of base64 and base64offset".to_owned());
    }
    if count(&[IgnoreCase, MultiLine, DotAll]) > 0 && !item.has(Regex) {
        return Err("i, m and s belong to \"re\"".to_owned());
    }
    if count(&kinds) == 1 && (encodes > 0 || item.has(WinDash)) {
        return Err("an encoding or windash needs text".to_owned());
    }
    if count(&kinds) == 1
        && !(item.has(FieldRef) || item.has(Regex))
        && count(&[Contains, StartsWith, EndsWith]) > 0
    {
        return Err("contains, startswith and endswith need text".to_owned());
    }
    if item.field.is_none() && count(&[Exists, FieldRef, Cidr]) > 0 {
        return Err("this modifier needs a field".to_owned());
    }
    Ok(())
}

fn order(item: &Item) -> Option<Order> {
    item.modifiers.iter().find_map(|modifier| match modifier {
        Modifier::Less => Some(Order::Less),
        Modifier::LessOrEqual => Some(Order::LessOrEqual),
        Modifier::Greater => Some(Order::Greater),
        Modifier::GreaterOrEqual => Some(Order::GreaterOrEqual),
        _ => None,
    })
}

fn regex(item: &Item, spelled: &str) -> Result<Matcher, String> {
    // A regular expression of Sigma fits anywhere unless it anchors itself, but for these two.
    let anchored = match (item.has(Modifier::StartsWith), item.has(Modifier::EndsWith)) {
        (true, _) => format!("^(?:{spelled})"),
        (_, true) => format!("(?:{spelled})$"),
        _ => spelled.to_owned(),
    };
    RegexBuilder::new(&anchored)
        .case_insensitive(item.has(Modifier::IgnoreCase))
        .multi_line(item.has(Modifier::MultiLine))
        .dot_matches_new_line(item.has(Modifier::DotAll))
        .build()
        .map(|regex| Matcher::Regex(Box::new(regex)))
        .map_err(|error| format!("the regular expression cannot be read: {}", words(&error)))
}

/// What the crate says: the last line tells the cause, those before repeat the expression.
fn words(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    excerpt(last.trim_start_matches("error: ").trim_end_matches('.'))
}

fn text(item: &Item, spelled: &str) -> Result<Matcher, String> {
    let variants = variants(item, spelled)?;
    let is_encoded = item.has(Modifier::Base64) || item.has(Modifier::Base64Offset);
    let is_cased = is_encoded || item.has(Modifier::Cased);
    // A keyword may stand anywhere in the record.
    let is_anywhere = item.has(Modifier::Contains) || item.field.is_none();
    let globs = variants
        .into_iter()
        .map(|mut tokens| {
            if is_anywhere || item.has(Modifier::EndsWith) {
                tokens.insert(0, Token::Star);
            }
            if is_anywhere || item.has(Modifier::StartsWith) {
                tokens.push(Token::Star);
            }
            Glob::new(&tokens, is_cased)
        })
        .collect();
    Ok(Matcher::Text { globs, is_cased })
}

/// Applies the modifiers that rewrite the value, in the order of the rule.
fn variants(item: &Item, spelled: &str) -> Result<Vec<Vec<Token>>, String> {
    let mut tokens = tokens(spelled);
    if item.has(Modifier::WinDash) {
        tokens = with_dashes(tokens);
    }
    let is_offset = item.has(Modifier::Base64Offset);
    if !is_offset && !item.has(Modifier::Base64) {
        return Ok(vec![tokens]);
    }
    let plain = plain_variants(&tokens)?;
    let mut found = Vec::new();
    for text in plain {
        let bytes = if item.has(Modifier::Utf16Le) {
            encode::utf16le(&text)
        } else if item.has(Modifier::Utf16Be) {
            encode::utf16be(&text)
        } else if item.has(Modifier::Utf16) {
            encode::utf16(&text)
        } else {
            text.into_bytes()
        };
        let encoded =
            if is_offset { encode::base64_offsets(&bytes) } else { vec![encode::base64(&bytes)] };
        found.extend(encoded.into_iter().map(|text| vec![Token::Text(text)]));
    }
    Ok(found)
}

/// What may stand for a pattern without wildcards: encoded text has no place for them.
fn plain_variants(tokens: &[Token]) -> Result<Vec<String>, String> {
    const MOST: usize = 625;
    let mut found = vec![String::new()];
    for token in tokens {
        match token {
            Token::Text(text) => found.iter_mut().for_each(|known| known.push_str(text)),
            Token::Dash => {
                let longer = |known: &String| {
                    ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}']
                        .map(|dash| format!("{known}{dash}"))
                };
                found = found.iter().flat_map(longer).collect();
            }
            Token::Any | Token::Star => {
                return Err("an encoded value cannot have wildcards".to_owned());
            }
        }
        if found.len() > MOST {
            return Err("there are too many dashes to encode".to_owned());
        }
    }
    Ok(found)
}
