//! What makes two records speak of the same host or process; of the same image: `image_path`.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::model::{Event, PerKind, Timestamp};

/// Position of a host in [`Hosts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct HostId(pub(super) u32);

/// The hosts of a bundle: which names are one machine, and how each is shown.
///
/// Letter case and a trailing dot do not count. A short name is the machine of the one FQDN that
/// begins with it; where two FQDNs do, each of the three names stays a machine of its own.
#[derive(Debug, Default)]
pub struct Hosts {
    by_name: HashMap<String, HostId, RandomState>,
    shown: Vec<String>,
}

impl Hosts {
    /// The hosts of these records.
    pub fn of(events: &[Event]) -> Self {
        let mut forms: Vec<&str> = Vec::new();
        let mut kinds = PerKind::default();
        for event in events {
            kinds.of(event, || forms.push(event.host()));
        }
        forms.sort_unstable();
        forms.dedup();
        let mut fqdns: HashMap<String, Vec<String>> = HashMap::new();
        for form in &forms {
            let name = folded(form);
            if let Some(short) = short_name(&name) {
                let known = fqdns.entry(short.to_owned()).or_default();
                if !known.contains(&name) {
                    known.push(name);
                }
            }
        }
        let mut hosts = Self::default();
        let mut by_machine: HashMap<String, HostId> = HashMap::new();
        for form in forms {
            let name = folded(form);
            let machine = match fqdns.get(&name).map(Vec::as_slice) {
                Some([only]) => only.clone(),
                _ => name,
            };
            let next = HostId(u32::try_from(hosts.shown.len()).unwrap_or(u32::MAX));
            let id = *by_machine.entry(machine).or_insert(next);
            let form_shown = form.trim();
            match hosts.shown.get_mut(id.0 as usize) {
                // Forms come sorted, so of two of one length the first in byte order is kept.
                Some(shown) if form_shown.len() > shown.len() => form_shown.clone_into(shown),
                Some(_) => {}
                None => hosts.shown.push(form_shown.to_owned()),
            }
            hosts.by_name.insert(form.to_owned(), id);
        }
        hosts
    }

    pub(super) fn id(&self, logged: &str) -> HostId {
        self.by_name.get(logged).copied().unwrap_or(HostId(u32::MAX))
    }

    /// The longest form of the name that the logs hold, as logged.
    pub(super) fn shown(&self, host: HostId) -> &str {
        self.shown.get(host.0 as usize).map_or("", String::as_str)
    }

    /// The longest form of a host's name that the logs hold, as logged.
    pub fn longest<'a>(&'a self, logged: &'a str) -> &'a str {
        match self.by_name.get(logged) {
            Some(host) => self.shown(*host),
            None => logged,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.shown.len()
    }
}

fn folded(name: &str) -> String {
    name.trim().trim_end_matches('.').to_lowercase()
}

/// The first label of an FQDN; `None` for a short name and for an IP address.
fn short_name(name: &str) -> Option<&str> {
    let (short, _) = name.split_once('.')?;
    (!short.is_empty() && name.parse::<std::net::IpAddr>().is_err()).then_some(short)
}

/// A process GUID without regard to letter case and braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Guid<'a> {
    /// The form of Sysmon: 32 hexadecimal digits.
    Windows(u128),
    /// Another product's entity id, compared as logged.
    Other(&'a str),
    /// No GUID: process id and creation time, by which Defender tells processes apart.
    Started(u32, Timestamp),
}

impl<'a> Guid<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let bare = text.trim_matches(['{', '}']);
        let mut value = 0u128;
        let mut digits = 0;
        for byte in bare.bytes() {
            match char::from(byte).to_digit(16) {
                Some(digit) if digits < 32 => {
                    value = (value << 4) | u128::from(digit);
                    digits += 1;
                }
                None if byte == b'-' => {}
                _ => return Self::Other(bare),
            }
        }
        if digits == 32 { Self::Windows(value) } else { Self::Other(bare) }
    }

    /// The identity that a creation time in one field and a process id in another make.
    pub(super) fn of_start(event: &Event, pid: &str, created: &str) -> Option<Self> {
        let created = Timestamp::parse(event.field(created)?)?;
        // Trailing zeros are written or not; they are the same time.
        let created = Timestamp::from_unix(created.unix_secs(), created.nanos(), 7);
        Some(Self::Started(event.pid(pid).filter(|pid| *pid != 0)?, created))
    }

    /// One bit for each kind of GUID: a process has at most one of a kind.
    pub(super) const fn family(self) -> u8 {
        match self {
            Self::Windows(_) => 1,
            Self::Other(_) => 2,
            Self::Started(..) => 4,
        }
    }

    /// The GUID that the log has; `None` where it has none.
    pub(super) fn logged(self) -> Option<String> {
        (!matches!(self, Self::Started(..))).then(|| self.to_string())
    }

    /// The start of the process that Sysmon writes into its GUID: the seconds since 1970 stand in
    /// the second and third group, low half first.
    ///
    /// Checked against `UtcTime` of real Sysmon 1 records, where it is that time without its
    /// fraction. `None` for other products' ids and for a time before 2000, which is no such GUID.
    pub(super) fn start(self) -> Option<Timestamp> {
        let value = match self {
            Self::Windows(value) => value,
            Self::Started(_, created) => return Some(created),
            Self::Other(_) => return None,
        };
        let low = u32::try_from((value >> 80) & 0xffff).ok()?;
        let high = u32::try_from((value >> 64) & 0xffff).ok()?;
        let secs = i64::from(high << 16 | low);
        const YEAR_2000: i64 = 946_684_800;
        (secs >= YEAR_2000).then(|| Timestamp::from_unix(secs, 0, 0))
    }
}

impl std::fmt::Display for Guid<'_> {
    /// Lower case, without braces.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Windows(value) => write!(
                f,
                "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                value >> 96,
                (value >> 80) & 0xffff,
                (value >> 64) & 0xffff,
                (value >> 48) & 0xffff,
                value & 0xffff_ffff_ffff
            ),
            Self::Other(text) => f.write_str(text),
            Self::Started(pid, created) => write!(f, "{pid} from {created}"),
        }
    }
}
