//! Which other hosts a command names, by which way, and as whom. It resolves no name and looks at
//! no record of the other host.
//!
//! Sources: Microsoft's command reference of `net use`, `sc`, `schtasks`, `at`, `reg`, `wmic`,
//! `winrs`, `mstsc` and `cmdkey`; of PowerShell's cmdlets with `-ComputerName`; Sysinternals'
//! `PsExec`; ATT&CK T1021, T1047, T1053.005, T1569.002.

use super::verb::{Next, Verb, verb};
use super::words::{Word, Words};
use crate::model::CrossingKind;

/// Text of one command that is looked at, in bytes; a script longer than that is cut.
const MOST_TEXT: usize = 64 << 10;
/// Hosts of one text that are kept; a script may name a thousand.
const MOST_HOSTS: usize = 8;
/// Accounts of one text that are kept.
const MOST_USERS: usize = 4;

/// A host that a command names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked<'t> {
    /// Name or address, as written.
    pub(super) host: &'t str,
    pub(super) how: CrossingKind,
    /// The share, where the command names one: `C$`.
    pub(super) share: Option<&'t str>,
}

/// What a text asks of other hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asks<'t> {
    /// Each host and way once, in the order of the text.
    pub(super) hosts: Vec<Asked<'t>>,
    /// Accounts the text logs on with, without their domain.
    pub(super) users: Vec<&'t str>,
}

/// Reads one text.
#[derive(Debug, Default)]
struct Reading<'t> {
    asks: Asks<'t>,
    /// The last program or cmdlet of the command.
    verb: Option<Verb>,
    next: Option<Next>,
    /// The way by which the list that is being read names hosts.
    list: Option<CrossingKind>,
    /// Whether `@` came last, so that a bracket opens a list.
    is_list: bool,
}

/// What this text asks of other hosts.
pub(super) fn asks(text: &str) -> Asks<'_> {
    let text = text.get(..text.floor_char_boundary(MOST_TEXT)).unwrap_or(text);
    let mut reading = Reading::default();
    for word in Words::of(text) {
        reading.word(word);
    }
    reading.asks
}

impl<'t> Reading<'t> {
    fn word(&mut self, word: Word<'t>) {
        if word.is_first {
            (self.verb, self.next, self.list) = (None, None, None);
        }
        if word.after_comma
            && let Some(how) = self.list
        {
            self.host(word.text.trim_start_matches(['\\', '@']), how, None);
            return;
        }
        if word.text == "@" {
            // `@('A', 'B')` is a list.
            self.is_list = true;
            return;
        }
        let is_list = std::mem::take(&mut self.is_list);
        let is_option = is_option(word.text);
        let is_call = self.next == Some(Next::SecondArgument);
        // A bracket that is no list begins another command.
        let next = self.next.take().filter(|_| !word.after_bracket || is_list || is_call);
        match next {
            Some(Next::SecondArgument) if !word.after_comma => {
                // The first argument: the name or id of the class.
                self.next = Some(Next::SecondArgument);
                return;
            }
            Some(Next::SecondArgument) => return self.host(word.text, CrossingKind::Dcom, None),
            Some(Next::User) => return self.user(word.text),
            Some(Next::SshOption) => {
                self.next = Some(Next::HostUnlessOption(CrossingKind::Ssh));
                return;
            }
            Some(Next::Host(how)) if !word.text.starts_with(r"\\") => {
                self.list = Some(how);
                return self.host(word.text, how, None);
            }
            Some(Next::HostUnlessOption(how)) if !is_option => {
                self.list = Some(how).filter(|how| *how != CrossingKind::Ssh);
                return self.host(word.text, how, None);
            }
            _ => self.list = None,
        }
        if self.unc(word.text) {
            return;
        }
        if is_option {
            self.option(word.text);
        } else if self.verb == Some(Verb::Scp) && word.text.contains(':') {
            let target = word.text.split(':').next().unwrap_or_default();
            // A single letter is a drive.
            if target.len() > 1 {
                self.host(target, CrossingKind::Ssh, None);
            }
        } else if let Some((verb, next)) = verb(word.text) {
            (self.verb, self.next) = (Some(verb), next);
        }
    }

    /// An option such as `/node:HOST`, or `-ComputerName` before a host.
    fn option(&mut self, word: &'t str) {
        let bare = word.trim_start_matches(['-', '/', '\u{2013}', '\u{2014}']);
        let (name, value) = bare.split_once([':', '=']).unwrap_or((bare, ""));
        if let Some(next) = self.announces(name) {
            match next {
                _ if value.is_empty() => self.next = Some(next),
                Next::Host(how) | Next::HostUnlessOption(how) => {
                    self.list = Some(how);
                    self.host(value, how, None);
                }
                Next::User => self.user(value),
                Next::SecondArgument | Next::SshOption => {}
            }
        } else if self.verb == Some(Verb::Ssh) {
            let takes_value = name.len() == 1 && "bcDEeFIiJLlmOopQRSWw".contains(name);
            self.next = Some(if takes_value {
                Next::SshOption
            } else {
                Next::HostUnlessOption(CrossingKind::Ssh)
            });
        }
    }

    /// What an option of this name says of the word after it.
    fn announces(&self, name: &str) -> Option<Next> {
        let is = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        let host = |how| Some(Next::Host(how));
        match self.verb {
            Some(Verb::Tasks) if is(&["s"]) => return host(CrossingKind::Task),
            Some(Verb::WmiTool) if is(&["s"]) => return host(CrossingKind::Wmi),
            Some(Verb::RemoteDesktop) if is(&["v"]) => return host(CrossingKind::RemoteDesktop),
            Some(Verb::CmdKey) if is(&["add", "generic"]) => {
                return host(CrossingKind::Credentials);
            }
            Some(Verb::WinRs) if is(&["r", "remote"]) => return host(CrossingKind::WinRm),
            Some(Verb::InvokeExec(how)) if is(&["target", "targets"]) => return host(how),
            Some(Verb::Session) if is(&["hostname"]) => return host(CrossingKind::Ssh),
            Some(Verb::Ssh) => return None,
            _ => {}
        }
        if is(&["node"]) {
            return host(CrossingKind::Wmi);
        }
        if is(&["computername", "cn", "computer", "cimsession"]) {
            return host(match self.verb {
                Some(Verb::Session) => CrossingKind::WinRm,
                Some(Verb::WmiCmdlet) => CrossingKind::Wmi,
                Some(Verb::ServiceCmdlet) => CrossingKind::Service,
                _ => CrossingKind::Named,
            });
        }
        is(&["user", "u", "username", "credential"]).then_some(Next::User)
    }

    /// Whether the word holds a UNC path: `\\HOST\share`, alone or after `=`, `:`, `@` or `!`.
    fn unc(&mut self, word: &'t str) -> bool {
        let mut is_unc = false;
        for (at, _) in word.match_indices(r"\\").take(MOST_HOSTS) {
            let (before, rest) = word.split_at_checked(at).unwrap_or((word, ""));
            let starts_here = match before.chars().next_back() {
                None | Some('=' | '@' | '!') => true,
                // `C:\\Users` is a drive and no host.
                Some(':') => before.len() > 2,
                Some(_) => false,
            };
            let path = rest.trim_start_matches('\\');
            if !starts_here || path.starts_with(['?', '.']) {
                continue;
            }
            let mut parts = path.split(['\\', '/']);
            // `HOST@SSL@8443` is a host of WebDAV.
            let host = parts.next().and_then(|host| host.split('@').next()).unwrap_or_default();
            let share = parts.next().filter(|share| !share.is_empty());
            let how = self.way_of_unc(before, share);
            is_unc = true;
            self.list = (how == CrossingKind::PsExec && share.is_none()).then_some(how);
            if share.is_some() || self.verb.is_some() || before.is_empty() {
                self.host(host, how, share);
            }
        }
        is_unc
    }

    fn way_of_unc(&self, before: &str, share: Option<&str>) -> CrossingKind {
        let is_wmi = share.is_some_and(|share| share.eq_ignore_ascii_case("root"))
            || before.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("winmgmts"));
        match self.verb {
            _ if is_wmi => CrossingKind::Wmi,
            // `sc \\HOST`, but not a file on a share that a service is to run.
            Some(Verb::Sc) if share.is_none() => CrossingKind::Service,
            Some(Verb::PsExec) if share.is_none() => CrossingKind::PsExec,
            Some(Verb::Reg) => CrossingKind::Registry,
            Some(Verb::Tasks) if share.is_none() => CrossingKind::Task,
            _ => CrossingKind::Share,
        }
    }

    fn user(&mut self, named: &'t str) {
        let name = named.rsplit('\\').next().unwrap_or(named);
        let name = name.split('@').next().unwrap_or(name);
        let is_name = !name.is_empty() && !name.starts_with(['$', '%', '-', '/', '*']);
        if is_name && self.asks.users.len() < MOST_USERS && !self.asks.users.contains(&name) {
            self.asks.users.push(name);
        }
    }

    /// Notes a host, where this can be the name of one.
    fn host(&mut self, named: &'t str, how: CrossingKind, share: Option<&'t str>) {
        let mut host = named.trim_start_matches('\\');
        if let Some((_, rest)) = host.split_once("://") {
            host = rest.split('/').next().unwrap_or(rest);
        }
        if how == CrossingKind::Credentials {
            // `TERMSRV/HOST` is the name of a service on the host.
            host = host.split_once('/').map_or(host, |(_, host)| host);
        }
        if how == CrossingKind::Ssh
            && let Some((user, target)) = host.rsplit_once('@')
        {
            self.user(user);
            host = target;
        }
        let host = without_port(host);
        let share = share.filter(|_| how == CrossingKind::Share);
        let asked = Asked { host, how, share };
        let is_known = self.asks.hosts.iter().any(|known| {
            known.host.eq_ignore_ascii_case(host) && known.how == how && known.share == share
        });
        if is_host(host) && !is_known && self.asks.hosts.len() < MOST_HOSTS {
            self.asks.hosts.push(asked);
        }
    }
}

/// `HOST:3389` without its port; an IPv6 address has more than one colon and stays.
fn without_port(host: &str) -> &str {
    match host.split_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a host can have this name or address, and it is neither this computer nor a name that
/// Windows gives another meaning.
fn is_host(name: &str) -> bool {
    const NO_HOSTS: [&str; 6] =
        ["localhost", "tsclient", "wsl$", "wsl.localhost", "127.0.0.1", "::1"];
    (1..=255).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
        && name.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && !NO_HOSTS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether the word is an option; PowerShell takes the longer dashes as well.
fn is_option(word: &str) -> bool {
    word.starts_with(['-', '/', '\u{2013}', '\u{2014}']) && word.len() > 1
}
