//! Connections and names looked up.

use std::{borrow::Cow, net::IpAddr};

use serde::Serialize;

use crate::model::{Event, Log};

use super::words::{any, flag, port};

/// Who began a connection, seen from the host that logged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The process did.
    Outbound,
    /// The other side did.
    Inbound,
}

/// A connection (Sysmon 3, Security 5156 and 5157).
///
/// In all of them the source is who began it and the destination where it led, so that the other
/// side of an inbound one is the source. Microsoft's pages on 5156 say otherwise; the records of
/// domain controllers do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Network<'a> {
    /// `Initiated`, or `Direction`.
    pub direction: Option<Direction>,
    /// `permitted` or `blocked` by the filtering platform; `failed` or `attempted` by Defender.
    pub outcome: Option<&'static str>,
    /// `tcp`, `udp`, …; a number that has no name here as a number.
    pub protocol: Option<Cow<'a, str>>,
    /// Address of who began it.
    pub source_address: Option<&'a str>,
    /// Port of who began it.
    pub source_port: Option<u16>,
    /// Name of who began it, where it was known.
    pub source_name: Option<&'a str>,
    /// Address it led to.
    pub destination_address: Option<&'a str>,
    /// Port it led to.
    pub destination_port: Option<u16>,
    /// Name of where it led, where it was known.
    pub destination_name: Option<&'a str>,
    /// Address of the other side; `None` where the direction is not known.
    pub remote_address: Option<&'a str>,
    /// Port of the other side.
    pub remote_port: Option<u16>,
}

impl<'a> Network<'a> {
    pub(super) fn of(log: Log, event: &'a Event) -> Self {
        let direction = match event.field("Direction") {
            Some("%%14592") => Some(Direction::Inbound),
            Some("%%14593") => Some(Direction::Outbound),
            _ => flag(event, "Initiated")
                .map(|is_own| if is_own { Direction::Outbound } else { Direction::Inbound }),
        };
        let outcome = match (log, event.event_id) {
            (Log::Security, 5156) => Some("permitted"),
            (Log::Security, 5157) => Some("blocked"),
            _ => match event.field("ActionType") {
                Some("ConnectionFailed") => Some("failed"),
                Some("ConnectionAttempt") => Some("attempted"),
                _ => None,
            },
        };
        let source_address = any(event, &["SourceIp", "SourceAddress"]);
        let source_port = port(event, "SourcePort");
        let destination_address = any(event, &["DestinationIp", "DestAddress"]);
        let destination_port = port(event, "DestinationPort").or_else(|| port(event, "DestPort"));
        let (remote_address, remote_port) = match direction {
            Some(Direction::Outbound) => (destination_address, destination_port),
            Some(Direction::Inbound) => (source_address, source_port),
            None => (None, None),
        };
        Self {
            direction,
            outcome,
            protocol: event.field("Protocol").map(protocol),
            source_address,
            source_port,
            source_name: event.field("SourceHostname"),
            destination_address,
            destination_port,
            destination_name: event.field("DestinationHostname"),
            remote_address,
            remote_port,
        }
    }

    pub(super) fn text(&self) -> String {
        let address = self.destination_address.unwrap_or_default();
        match (address.contains(':'), self.destination_port) {
            (_, None) => address.to_owned(),
            (true, Some(port)) => format!("[{address}]:{port}"),
            (false, Some(port)) => format!("{address}:{port}"),
        }
    }
}

/// The name of a protocol. Source: IANA, "Protocol Numbers".
fn protocol(logged: &str) -> Cow<'_, str> {
    Cow::Borrowed(match logged {
        "1" => "icmp",
        "2" => "igmp",
        "6" => "tcp",
        "17" => "udp",
        "47" => "gre",
        "58" => "icmpv6",
        other if other.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            return Cow::Owned(other.to_ascii_lowercase());
        }
        other => other,
    })
}

/// A name looked up (Sysmon 22).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dns<'a> {
    /// `QueryName`.
    pub name: Option<&'a str>,
    /// `QueryStatus`, a Win32 error code; zero is success.
    pub status: Option<u64>,
    /// What the status means.
    pub status_words: Option<&'static str>,
    /// Addresses in their own form (Sysmon writes IPv4 as `::ffff:192.0.2.1`); other records with
    /// their type before: `CNAME www.example`.
    pub answers: Vec<Cow<'a, str>>,
}

impl<'a> Dns<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let status = event.number("QueryStatus");
        let results = event.field("QueryResults").unwrap_or_default();
        Self {
            name: event.field("QueryName"),
            status,
            status_words: status.and_then(status_words),
            answers: results
                .split(';')
                .map(str::trim)
                .filter(|one| !matches!(*one, "" | "-"))
                .map(answer)
                .collect(),
        }
    }

    pub(super) fn text(&self) -> String {
        self.name.unwrap_or_default().to_owned()
    }
}

/// One answer. Source of the types: IANA, "Domain Name System Parameters".
fn answer(logged: &str) -> Cow<'_, str> {
    let Some(rest) = logged.strip_prefix("type:") else {
        return match logged.parse::<IpAddr>() {
            Ok(address) if address.to_canonical() != address => {
                Cow::Owned(address.to_canonical().to_string())
            }
            _ => Cow::Borrowed(logged),
        };
    };
    let (number, value) = rest.trim_start().split_once(' ').unwrap_or((rest, ""));
    let kind = match number {
        "2" => "NS",
        "5" => "CNAME",
        "6" => "SOA",
        "12" => "PTR",
        "15" => "MX",
        "16" => "TXT",
        "33" => "SRV",
        "64" => "SVCB",
        "65" => "HTTPS",
        _ => return Cow::Borrowed(logged),
    };
    Cow::Owned(format!("{kind} {}", value.trim()).trim_end().to_owned())
}

/// Source: Microsoft, "System Error Codes", 1300 to 1699 and 9000 to 11999.
const fn status_words(status: u64) -> Option<&'static str> {
    Some(match status {
        0 => "answered",
        87 => "invalid parameter",
        123 | 9560 => "invalid name",
        1214 => "invalid network name",
        1460 | 10060 => "timed out",
        9001 => "format error",
        9002 => "server failure",
        9003 => "no such name",
        9004 => "not implemented",
        9005 => "refused",
        9501 => "no such record",
        9701 => "record does not exist",
        10054 => "connection reset",
        _ => return None,
    })
}
