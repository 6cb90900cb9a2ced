//! What an address or name is known to be: private, kept for examples, everyday noise.
//!
//! A note explains, it never drops: a note is no verdict. The tables hold only names whose content
//! their owner writes; hosting for anybody (`*.blob.core.windows.net`, `*.azureedge.net`,
//! `*.sharepoint.com`) is left out on purpose, since intruders rent it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::model::{IndicatorKind, IndicatorNote};

/// Names and all below them, with whose they are.
///
/// Sources: Microsoft Learn, "Manage connection endpoints for Windows 11 Enterprise" and
/// "Microsoft 365 URLs and IP address ranges"; Zoom Support, "Network firewall or proxy server
/// settings for Zoom".
const OWNERS: &[(&str, IndicatorNote)] = &[
    ("microsoft.com", IndicatorNote::Microsoft),
    ("microsoftonline.com", IndicatorNote::Microsoft),
    ("windowsupdate.com", IndicatorNote::Microsoft),
    ("windows.com", IndicatorNote::Microsoft),
    ("msftconnecttest.com", IndicatorNote::Microsoft),
    ("msftncsi.com", IndicatorNote::Microsoft),
    ("msftauth.net", IndicatorNote::Microsoft),
    ("msauth.net", IndicatorNote::Microsoft),
    ("msedge.net", IndicatorNote::Microsoft),
    ("msocsp.com", IndicatorNote::Microsoft),
    ("login.windows.net", IndicatorNote::Microsoft),
    ("login.live.com", IndicatorNote::Microsoft),
    ("officeapps.live.com", IndicatorNote::Microsoft),
    ("officecdn.microsoft.com.edgesuite.net", IndicatorNote::Microsoft),
    ("office.com", IndicatorNote::Microsoft),
    ("office.net", IndicatorNote::Microsoft),
    ("office365.com", IndicatorNote::Microsoft),
    ("skype.com", IndicatorNote::Microsoft),
    ("bing.com", IndicatorNote::Microsoft),
    ("msn.com", IndicatorNote::Microsoft),
    ("azure.com", IndicatorNote::Microsoft),
    ("visualstudio.com", IndicatorNote::Microsoft),
    ("zoom.us", IndicatorNote::Zoom),
    ("zoom.com", IndicatorNote::Zoom),
    ("zoomgov.com", IndicatorNote::Zoom),
];

/// Names below an owner's where anybody may put what they like.
const RENTED: &[&str] = &[
    "cloudapp.azure.com",
    "cloudapp.windows.com",
    "app.azure.com",
    "blob.azure.com",
    "forms.office.com",
    "sway.office.com",
    "trafficmanager.microsoft.com",
    "devtunnels.visualstudio.com",
];

/// Names kept for examples and tests (RFC 2606, RFC 6761).
const EXAMPLES: &[&str] =
    &["example.com", "example.net", "example.org", "example", "test", "invalid"];

/// Accounts of Windows itself (Microsoft, "Well-known SIDs").
const ACCOUNTS: &[&str] = &[
    "system",
    "local service",
    "network service",
    "localservice",
    "networkservice",
    "nt authority\\system",
    "nt authority\\local service",
    "nt authority\\network service",
    "nt authority\\localservice",
    "nt authority\\networkservice",
];

/// The notes on an indicator, in their order.
pub(super) fn notes_of(kind: IndicatorKind, value: &str, is_disguised: bool) -> Vec<IndicatorNote> {
    let known = match kind {
        IndicatorKind::Ip => value.parse::<IpAddr>().ok().and_then(address),
        IndicatorKind::Domain | IndicatorKind::Host => name(value),
        IndicatorKind::Url => url_host(value)
            .and_then(|host| host.parse::<IpAddr>().map_or_else(|_| name(host), address)),
        IndicatorKind::User => {
            let is_windows = ACCOUNTS.iter().any(|known| known.eq_ignore_ascii_case(value));
            is_windows.then_some(IndicatorNote::Microsoft)
        }
        _ => None,
    };
    is_disguised.then_some(IndicatorNote::Disguised).into_iter().chain(known).collect()
}

/// The host of a URL that [`super::url_at`] read.
fn url_host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let named = authority.rsplit('@').next()?;
    Some(super::host::without_port(named))
}

fn name(host: &str) -> Option<IndicatorNote> {
    let is_or_below = |owner: &str| {
        let Some(at) = host.len().checked_sub(owner.len()) else { return false };
        let (Some(head), Some(tail)) = (host.get(..at), host.get(at..)) else { return false };
        tail.eq_ignore_ascii_case(owner) && (head.is_empty() || head.ends_with('.'))
    };
    if is_or_below("localhost") {
        return Some(IndicatorNote::Loopback);
    }
    if EXAMPLES.iter().any(|known| is_or_below(known)) {
        return Some(IndicatorNote::Documentation);
    }
    if RENTED.iter().any(|known| is_or_below(known)) {
        return None;
    }
    OWNERS.iter().find(|(owner, _)| is_or_below(owner)).map(|(_, note)| *note)
}

fn address(address: IpAddr) -> Option<IndicatorNote> {
    match address {
        IpAddr::V4(v4) => address_v4(v4),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| address_v6(v6), address_v4),
    }
}

fn address_v4(address: Ipv4Addr) -> Option<IndicatorNote> {
    let [first, second, ..] = address.octets();
    // RFC 6598: 100.64.0.0/10, behind a provider's translation.
    let is_shared = first == 100 && (64..128).contains(&second);
    if address.is_loopback() {
        Some(IndicatorNote::Loopback)
    } else if address.is_private() || is_shared {
        Some(IndicatorNote::Private)
    } else if address.is_link_local() {
        Some(IndicatorNote::LinkLocal)
    } else if address.is_documentation() {
        Some(IndicatorNote::Documentation)
    } else if first == 0 || first >= 224 {
        Some(IndicatorNote::Special)
    } else {
        None
    }
}

fn address_v6(address: Ipv6Addr) -> Option<IndicatorNote> {
    let [first, second, ..] = address.segments();
    if address.is_loopback() {
        Some(IndicatorNote::Loopback)
    } else if address.is_unique_local() {
        Some(IndicatorNote::Private)
    } else if address.is_unicast_link_local() {
        Some(IndicatorNote::LinkLocal)
    } else if first == 0x2001 && second == 0xDB8 {
        Some(IndicatorNote::Documentation)
    } else if address.is_multicast() || address.is_unspecified() {
        Some(IndicatorNote::Special)
    } else {
        None
    }
}
