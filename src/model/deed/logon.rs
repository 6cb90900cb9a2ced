//! Logons, credentials named, desktop sessions. Not which session a process belongs to.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::{Event, Log, logon_type_words};

use super::words::{account, flag, meaning, pair, port, subject};

/// A logon that a process asked for (Security 4624).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogonDeed<'a> {
    /// The account that logged on.
    pub account: Option<Cow<'a, str>>,
    /// `LogonType`.
    pub logon_type: Option<u32>,
    /// The type in words.
    pub logon_type_words: Option<&'static str>,
    /// Where it came from; missing for one on the host itself.
    pub source_address: Option<&'a str>,
    /// Port it came from.
    pub source_port: Option<u16>,
    /// `WorkstationName`, which the other side chooses.
    pub workstation: Option<&'a str>,
    /// The session that was made.
    pub logon_id: Option<&'a str>,
    /// Its GUID, the same at the domain controller.
    pub logon_guid: Option<&'a str>,
    /// Whether it has the rights of an administrator (Windows 10 and later).
    pub elevated: Option<bool>,
    /// `Kerberos`, `NtLmSsp`, `User32`, …
    pub logon_process: Option<&'a str>,
    /// `Kerberos`, `NTLM`, `Negotiate`.
    pub package: Option<&'a str>,
    /// How far the server may act for the account.
    pub impersonation: Option<Cow<'a, str>>,
    /// The account that asked for it.
    pub by: Option<Cow<'a, str>>,
}

impl<'a> LogonDeed<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let logon_type = event.pid("LogonType");
        Self {
            account: account(event, "TargetDomainName", "TargetUserName"),
            logon_type,
            logon_type_words: logon_type.and_then(logon_type_words),
            source_address: event.field("IpAddress"),
            source_port: port(event, "IpPort"),
            workstation: event.field("WorkstationName"),
            logon_id: event.field("TargetLogonId"),
            logon_guid: event.field("LogonGuid"),
            elevated: flag(event, "ElevatedToken"),
            logon_process: event.field("LogonProcessName"),
            package: event.field("AuthenticationPackageName"),
            impersonation: meaning(event, "ImpersonationLevel"),
            by: subject(event),
        }
    }

    pub(super) fn text(&self) -> String {
        pair(self.account.as_deref().unwrap_or_default(), " from ", self.source_address)
    }
}

/// Credentials named outright, as `runas` and `net use` do (Security 4648).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplicitCredentials<'a> {
    /// The account whose credentials were used.
    pub account: Option<Cow<'a, str>>,
    /// The server they were for.
    pub server: Option<&'a str>,
    /// The service there.
    pub service: Option<&'a str>,
    /// Where the request came from.
    pub source_address: Option<&'a str>,
    /// Port it came from.
    pub source_port: Option<u16>,
    /// The account that used them.
    pub by: Option<Cow<'a, str>>,
}

impl<'a> ExplicitCredentials<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self {
            account: account(event, "TargetDomainName", "TargetUserName"),
            server: event.field("TargetServerName"),
            service: event.field("TargetInfo"),
            source_address: event.field("IpAddress"),
            source_port: port(event, "IpPort"),
            by: subject(event),
        }
    }

    pub(super) fn text(&self) -> String {
        let to = pair(self.account.as_deref().unwrap_or_default(), " to ", self.server);
        pair(&to, " from ", self.source_address)
    }
}

/// A desktop session (`LocalSessionManager` 21 to 25, `RemoteConnectionManager` 1149).
///
/// 1149 says that somebody got through network level authentication, not that a session began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DesktopSession<'a> {
    /// `logged_on`, `shell_started`, `logged_off`, `disconnected`, `reconnected`, `authenticated`.
    pub action: &'static str,
    /// `DOMAIN\name`.
    pub account: Option<Cow<'a, str>>,
    /// Number of the session.
    pub session_id: Option<u32>,
    /// Where it comes from; `LOCAL` is the console.
    pub source_address: Option<&'a str>,
}

impl<'a> DesktopSession<'a> {
    pub(super) fn of(log: Log, event: &'a Event) -> Self {
        if log == Log::RemoteConnections {
            return Self {
                action: "authenticated",
                account: account(event, "Param2", "Param1"),
                session_id: None,
                source_address: event.field("Param3"),
            };
        }
        Self {
            action: match event.event_id {
                21 => "logged_on",
                22 => "shell_started",
                23 => "logged_off",
                24 => "disconnected",
                _ => "reconnected",
            },
            account: event.field("User").map(Cow::Borrowed),
            session_id: event.pid("SessionID"),
            source_address: event.field("Address"),
        }
    }

    pub(super) fn text(&self) -> String {
        let account = self.account.as_deref().unwrap_or_default();
        let did = format!("{account} {}", self.action.replace('_', " "));
        pair(&did, " from ", self.source_address)
    }
}
