//! What a single process or record is a sign of, by names and places that Windows and ATT&CK give.
//! Not the chain itself.

use std::net::IpAddr;

use crate::model::{Event, Process, is_same_text};

/// Programs that only tell about the system, the user or the network.
///
/// Source: ATT&CK T1016, T1018, T1033, T1049, T1057, T1069, T1082, T1087, T1482 (procedure examples).
const DISCOVERY: &[&str] = &[
    "whoami.exe",
    "systeminfo.exe",
    "ipconfig.exe",
    "nltest.exe",
    "tasklist.exe",
    "quser.exe",
    "qwinsta.exe",
    "query.exe",
    "hostname.exe",
    "arp.exe",
    "route.exe",
    "netstat.exe",
    "nbtstat.exe",
    "dsquery.exe",
    "gpresult.exe",
    "adfind.exe",
];

/// `net` commands that list when nothing is added or deleted.
const NET_LISTS: &[&str] =
    &["user", "users", "group", "localgroup", "view", "accounts", "session", "share", "config"];

/// Places from which Windows starts programs at logon or boot.
///
/// Source: ATT&CK T1547.001, T1547.004, T1546.012, T1543.003.
const AUTOSTART_KEYS: &[&str] = &[
    r"\currentversion\run\",
    r"\currentversion\runonce\",
    r"\currentversion\runonceex\",
    r"\currentversion\policies\explorer\run\",
    r"\currentversion\winlogon\shell",
    r"\currentversion\winlogon\userinit",
    r"\currentversion\windows\appinit_dlls",
    r"\image file execution options\",
    r"\explorer\user shell folders\",
    r"\explorer\shell folders\",
];

/// Ports by which Windows hosts manage each other: RPC, SMB, RDP, `WinRM`.
const MANAGEMENT_PORTS: &[u16] = &[135, 139, 445, 3389, 5985, 5986];

/// Whether the process is a discovery command.
pub(super) fn is_discovery(process: &Process) -> bool {
    let name = process.name();
    if DISCOVERY.iter().any(|known| is_same_text(known, name)) {
        return true;
    }
    let words = arguments(process);
    let has = |word: &str| words.iter().any(|other| is_same_text(other, word));
    is_net(name)
        && words.iter().any(|word| NET_LISTS.iter().any(|list| is_same_text(list, word)))
        && !has("/add")
        && !has("/delete")
        && !has("/del")
}

fn is_net(name: &str) -> bool {
    is_same_text(name, "net.exe") || is_same_text(name, "net1.exe")
}

/// The words of the command line after the program, without quotes.
pub(super) fn arguments(process: &Process) -> Vec<&str> {
    let line = process.command_line.as_deref().unwrap_or_default().trim();
    let rest = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map_or("", |(_, rest)| rest),
        None => line.split_once(char::is_whitespace).map_or("", |(_, rest)| rest),
    };
    let mut words = Vec::new();
    let mut rest = rest.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// The value that follows one of these switches.
fn value_after<'a>(words: &[&'a str], switches: &[&str]) -> Option<&'a str> {
    let at = words.iter().position(|word| switches.iter().any(|name| is_same_text(word, name)))?;
    words.get(at + 1).copied()
}

/// The scheduled task that this command creates or changes.
pub(super) fn task_made(process: &Process) -> Option<&str> {
    let words = arguments(process);
    let makes = words
        .iter()
        .any(|word| ["/create", "-create", "/change"].iter().any(|name| is_same_text(word, name)));
    (is_same_text(process.name(), "schtasks.exe") && makes)
        .then(|| value_after(&words, &["/tn", "-tn"]))
        .flatten()
}

/// The service that this command creates.
pub(super) fn service_made(process: &Process) -> Option<&str> {
    let words = arguments(process);
    is_same_text(process.name(), "sc.exe").then(|| value_after(&words, &["create"])).flatten()
}

/// The share that a `net use` command connects to.
pub(super) fn share_used(process: &Process) -> Option<&str> {
    let words = arguments(process);
    let uses = words.first().is_some_and(|word| is_same_text(word, "use"));
    (is_net(process.name()) && uses)
        .then(|| words.into_iter().find(|word| word.starts_with(r"\\")))
        .flatten()
}

/// What names of one task or service have in common, whatever the letter case and whether or not
/// the path starts with a backslash.
pub(super) fn task_key(name: &str) -> String {
    name.trim_start_matches('\\').to_lowercase()
}

/// Whether the registry path is one from which Windows starts programs.
pub(super) fn is_autostart_key(path: &str) -> bool {
    let path = path.to_lowercase();
    AUTOSTART_KEYS.iter().any(|key| path.contains(key))
        || (path.contains(r"\services\")
            && (path.contains(r"\imagepath") || path.contains(r"\servicedll")))
}

/// Whether the file lies in a Startup folder (ATT&CK T1547.001).
pub(super) fn is_startup_file(path: &str) -> bool {
    path.to_lowercase().contains(r"\start menu\programs\startup\")
}

/// Where a connection record leads, if this host opened it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Destination {
    pub(super) address: IpAddr,
    pub(super) port: Option<u16>,
    pub(super) name: Option<String>,
}

impl Destination {
    /// From Sysmon 3 or Security 5156.
    pub(super) fn of(event: &Event) -> Option<Self> {
        if event.field("Initiated").is_some_and(|value| is_same_text(value, "false"))
            // Security 5156 writes the direction as a message id: %%14592 is inbound.
            || event.field("Direction").is_some_and(|value| value == "%%14592")
        {
            return None;
        }
        let address = event.field("DestinationIp").or_else(|| event.field("DestAddress"))?;
        let port = event.number("DestinationPort").or_else(|| event.number("DestPort"));
        Some(Self {
            address: address.parse().ok()?,
            port: port.and_then(|port| u16::try_from(port).ok()),
            name: event.field("DestinationHostname").map(str::to_owned),
        })
    }

    /// Whether the address lies outside the networks that are private or local.
    ///
    /// Source: RFC 1918, 3927, 6598, 4193, 4291. Documentation ranges count as public: they stand
    /// for real addresses in samples.
    pub(super) fn is_public(&self) -> bool {
        match self.address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, ..] = v4.octets();
                let is_shared = a == 100 && (64..128).contains(&b);
                !(v4.is_private()
                    || v4.is_loopback()
                    || v4.is_link_local()
                    || v4.is_multicast()
                    || a == 0
                    || a >= 240
                    || is_shared)
            }
            IpAddr::V6(v6) => {
                !(v6.is_loopback()
                    || v6.is_unspecified()
                    || v6.is_multicast()
                    || v6.is_unique_local()
                    || v6.is_unicast_link_local())
            }
        }
    }

    /// Whether it is another host of the own network, by a port that hosts are managed through.
    pub(super) fn is_management(&self) -> bool {
        let is_elsewhere = !self.address.is_loopback() && !self.address.is_unspecified();
        is_elsewhere
            && !self.is_public()
            && self.port.is_some_and(|port| MANAGEMENT_PORTS.contains(&port))
    }

    /// Whether this URL, address or name is where the connection leads.
    pub(super) fn is_named_by(&self, value: &str) -> bool {
        let host = host_of(value);
        host.parse::<IpAddr>().is_ok_and(|address| address == self.address)
            || self.name.as_deref().is_some_and(|name| is_same_text(name, host))
    }

    /// Whether a URL in this text leads to the address.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        text.match_indices("://").any(|(at, _)| {
            let rest = text.get(at + 3..).unwrap_or_default();
            let end =
                rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '\'' | '"'));
            self.is_named_by(end.and_then(|end| rest.get(..end)).unwrap_or(rest))
        })
    }

    /// `203.0.113.44:443`.
    pub(super) fn words(&self) -> String {
        match (self.address, self.port) {
            (IpAddr::V6(v6), Some(port)) => format!("[{v6}]:{port}"),
            (address, Some(port)) => format!("{address}:{port}"),
            (address, None) => address.to_string(),
        }
    }
}

/// The host of a URL; the text itself where it is none.
fn host_of(value: &str) -> &str {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = host.rsplit('@').next().unwrap_or(host);
    match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host.split(':').next().unwrap_or(host),
    }
}

/// Whether a stream record is a Mark of the Web of the internet or restricted zone.
///
/// Source: Sysmon 15 `Contents`; Microsoft, `URLZONE` values 3 and 4.
pub(super) fn is_mark_of_the_web(event: &Event) -> bool {
    let is_mark = event
        .field("TargetFilename")
        .is_some_and(|file| file.to_lowercase().ends_with(":zone.identifier"));
    let zone = event.field("Contents");
    event.event_id == 15
        && is_mark
        && zone.is_none_or(|text| text.contains("ZoneId=3") || text.contains("ZoneId=4"))
}

/// Whether the process is a web browser by its file name.
pub(super) fn is_browser(process: &Process) -> bool {
    const BROWSERS: [&str; 6] =
        ["chrome.exe", "msedge.exe", "firefox.exe", "iexplore.exe", "brave.exe", "opera.exe"];
    BROWSERS.iter().any(|name| is_same_text(name, process.name()))
}

/// Whether the process is Zoom by its file name.
pub(super) fn is_zoom(process: &Process) -> bool {
    is_same_text(process.name(), "Zoom.exe")
}

/// Whether the process is a PowerShell, by file name or the name it was linked under.
pub(super) fn is_powershell(process: &Process) -> bool {
    const NAMES: [&str; 4] = ["powershell.exe", "pwsh.exe", "powershell_ise.exe", "pwsh.dll"];
    let is_one = |name: &str| NAMES.iter().any(|known| is_same_text(known, name));
    is_one(process.name()) || process.original_file_name.as_deref().is_some_and(is_one)
}
