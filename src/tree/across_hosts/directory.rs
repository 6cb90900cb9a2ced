//! Which host of the logs a name or address stands for, and from which host a record of another one
//! says it was reached.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use crate::model::{Event, is_same_text};
use crate::tree::identity::{HostId, Hosts};

/// What a name or address stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Host(HostId),
    /// More than one host of the logs.
    Ambiguous,
    /// No host of the logs.
    Unknown,
}

/// How a fact about the other side fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Same,
    Different,
    /// Not logged, or not known of the host.
    Unknown,
}

/// Names and addresses of the hosts.
#[derive(Debug, Default)]
pub(super) struct Directory {
    names: Vec<HostName>,
    by_name: HashMap<String, HostId, RandomState>,
    /// Hosts by the first label of their name; more than one only where domains differ.
    by_label: HashMap<String, Vec<HostId>, RandomState>,
    /// The first host seen with an address, and whether another had it too.
    owners: HashMap<IpAddr, (HostId, bool), RandomState>,
    owned: HashSet<(IpAddr, HostId), RandomState>,
    has_address: Vec<bool>,
}

/// A host's name in small letters, in parts.
#[derive(Clone, Debug, Default)]
pub(super) struct HostName {
    pub(super) label: String,
    pub(super) domain: String,
}

impl Directory {
    /// The hosts by name; addresses are learnt afterwards.
    pub(super) fn of(hosts: &Hosts) -> Self {
        let mut directory = Self::default();
        for id in (0u32..).map(HostId).take(hosts.len()) {
            let full = folded(hosts.shown(id));
            let (label, domain) = match full.parse::<IpAddr>() {
                Ok(_) => (full.as_str(), ""),
                Err(_) => full.split_once('.').unwrap_or((&full, "")),
            };
            let name = HostName { label: label.to_owned(), domain: domain.to_owned() };
            if !label.is_empty() {
                directory.by_label.entry(name.label.clone()).or_default().push(id);
            }
            directory.names.push(name);
            directory.by_name.insert(full, id);
        }
        directory.has_address = vec![false; directory.names.len()];
        directory
    }

    /// The name of a host.
    pub(super) fn name(&self, host: HostId) -> Option<&HostName> {
        self.names.get(host.0 as usize)
    }

    /// What the name or address stands for when a process of host `from` uses it.
    ///
    /// A short name is the one of the own domain where two domains have it, as the search list of
    /// Windows' resolver has the own domain first. Source: Microsoft, "DNS client settings".
    pub(super) fn resolve(&self, named: &str, from: HostId) -> Known {
        if let Some(address) = address(named) {
            return match self.owners.get(&address) {
                Some((host, false)) => Known::Host(*host),
                Some((_, true)) => Known::Ambiguous,
                None => Known::Unknown,
            };
        }
        let name = folded(named);
        if let Some(host) = self.by_name.get(&name) {
            return Known::Host(*host);
        }
        let (label, domain) = name.split_once('.').unwrap_or((&name, ""));
        let with_label = self.by_label.get(label).map(Vec::as_slice).unwrap_or_default();
        let domain_of = |host: &HostId| self.name(*host).map_or("", |name| &name.domain);
        let mut fitting = with_label.iter().filter(|host| {
            // One that the logs know by its short name only may be of any domain.
            domain.is_empty() || domain_of(host).is_empty() || domain_of(host) == domain
        });
        match (fitting.next(), fitting.next()) {
            (None, _) => Known::Unknown,
            (Some(only), None) => Known::Host(*only),
            (Some(_), Some(_)) => {
                let own = self.name(from).map_or("", |name| &name.domain);
                let mut own = with_label.iter().filter(|host| domain_of(host) == own);
                match (own.next(), own.next()) {
                    (Some(only), None) => Known::Host(*only),
                    _ => Known::Ambiguous,
                }
            }
        }
    }

    /// Notes that the host has this address.
    pub(super) fn learn(&mut self, host: HostId, address: IpAddr) {
        if address.is_loopback() || address.is_unspecified() || address.is_multicast() {
            return;
        }
        if self.owned.insert((address, host)) {
            let owner = self.owners.entry(address).or_insert((host, false));
            owner.1 |= owner.0 != host;
            if let Some(has_address) = self.has_address.get_mut(host.0 as usize) {
                *has_address = true;
            }
        }
    }

    /// Notes the addresses that this logon says a host of the logs came from: as the computer's own
    /// account, or under its name.
    pub(super) fn learn_from_logon(&mut self, logon: &Event, at: HostId) {
        let Some(address) = logon.field("IpAddress").and_then(self::address) else { return };
        let account = logon.field("TargetUserName").and_then(|name| name.strip_suffix('$'));
        if let Some(Known::Host(host)) = account.map(|name| self.resolve(name, at)) {
            self.learn(host, address);
        }
        // Its own name stands also where a service of the host logs somebody on for another one.
        let workstation = logon.field("WorkstationName").map(|name| self.resolve(name, at));
        if let Some(Known::Host(host)) = workstation.filter(|known| *known != Known::Host(at)) {
            self.learn(host, address);
        }
    }

    /// The only host with this address.
    pub(super) fn owner(&self, address: IpAddr) -> Option<HostId> {
        self.owners.get(&address).filter(|(_, is_shared)| !is_shared).map(|(host, _)| *host)
    }

    /// Whether a host has this address.
    pub(super) fn has(&self, host: HostId, address: IpAddr) -> bool {
        self.owned.contains(&(address, host))
    }

    /// Whether what a record says of where it came from fits this host.
    pub(super) fn source_fit(&self, record: &Event, from: HostId) -> Fit {
        if let Some(address) = record.field("IpAddress").and_then(address) {
            return if self.has(from, address) {
                Fit::Same
            } else if address.is_loopback()
                || self.owners.contains_key(&address)
                || self.has_address.get(from.0 as usize).copied().unwrap_or(false)
            {
                Fit::Different
            } else {
                Fit::Unknown
            };
        }
        let workstation = record.field("WorkstationName");
        match (workstation, self.name(from)) {
            (Some(workstation), Some(name)) if is_same_text(workstation, &name.label) => Fit::Same,
            (Some(_), Some(_)) => Fit::Different,
            _ => Fit::Unknown,
        }
    }
}

/// The address without brackets and zone; an IPv4 address that IPv6 wraps is one.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_matches(['[', ']']);
    let bare = bare.split('%').next().unwrap_or(bare);
    Some(bare.parse::<IpAddr>().ok()?.to_canonical())
}

fn folded(name: &str) -> String {
    name.trim().trim_end_matches('.').to_lowercase()
}
