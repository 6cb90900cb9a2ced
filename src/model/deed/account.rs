//! Accounts, groups, shares, logs and audit settings: what the Security log tells of them.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::{Event, Log};

use super::rights;
use super::words::{account, in_lines, listed, meaning, pair, port, subject};

/// An account created or changed (Security 4720 4722 to 4726 4738 4781).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountChange<'a> {
    /// `created`, `enabled`, `password_change_tried`, `password_reset`, `disabled`, `deleted`,
    /// `changed`, `renamed`.
    pub action: &'static str,
    /// The account.
    pub account: Option<Cow<'a, str>>,
    /// Its SID.
    pub sid: Option<&'a str>,
    /// Its new name (4781).
    pub new_name: Option<&'a str>,
    /// Flags that were set or taken away, in words.
    pub flags: Vec<&'a str>,
    /// Services it may act for others at (4738), a way to delegation.
    pub allowed_to_delegate_to: Option<&'a str>,
    /// SIDs of other accounts that it counts as.
    pub sid_history: Option<&'a str>,
    /// Who did it.
    pub by: Option<Cow<'a, str>>,
    /// The session of who did it.
    pub by_logon_id: Option<&'a str>,
    #[serde(skip)]
    name: &'a str,
}

impl<'a> AccountChange<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let (domain, name) = match event.event_id {
            4781 => ("TargetDomainName", "OldTargetUserName"),
            _ => ("TargetDomainName", "TargetUserName"),
        };
        Self {
            action: match event.event_id {
                4720 => "created",
                4722 => "enabled",
                4723 => "password_change_tried",
                4724 => "password_reset",
                4725 => "disabled",
                4726 => "deleted",
                4781 => "renamed",
                _ => "changed",
            },
            account: account(event, domain, name),
            sid: event.field("TargetSid"),
            new_name: event.field("NewTargetUserName"),
            flags: event
                .field("UserAccountControl")
                .map(|flags| listed(flags).collect())
                .unwrap_or_default(),
            allowed_to_delegate_to: event.field("AllowedToDelegateTo"),
            sid_history: event.field("SidHistory"),
            by: subject(event),
            by_logon_id: event.field("SubjectLogonId"),
            name: event.field(name).unwrap_or_default(),
        }
    }

    pub(super) fn text(&self) -> String {
        pair(self.name, " to ", self.new_name)
    }
}

/// A member put into a group or taken out (Security 4728 4729 4732 4733 4756 4757).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupChange<'a> {
    /// `member_added` or `member_removed`.
    pub action: &'static str,
    /// The group.
    pub group: Option<Cow<'a, str>>,
    /// Its SID.
    pub group_sid: Option<&'a str>,
    /// `global`, `local` or `universal`.
    pub scope: &'static str,
    /// Distinguished name of the member; missing for local accounts.
    pub member: Option<&'a str>,
    /// SID of the member.
    pub member_sid: Option<&'a str>,
    /// Who did it.
    pub by: Option<Cow<'a, str>>,
    /// The session of who did it.
    pub by_logon_id: Option<&'a str>,
    #[serde(skip)]
    name: &'a str,
}

impl<'a> GroupChange<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let is_added = matches!(event.event_id, 4728 | 4732 | 4756);
        Self {
            action: if is_added { "member_added" } else { "member_removed" },
            group: account(event, "TargetDomainName", "TargetUserName"),
            group_sid: event.field("TargetSid"),
            scope: match event.event_id {
                4728 | 4729 => "global",
                4732 | 4733 => "local",
                _ => "universal",
            },
            member: event.field("MemberName"),
            member_sid: event.field("MemberSid"),
            by: subject(event),
            by_logon_id: event.field("SubjectLogonId"),
            name: event.field("TargetUserName").unwrap_or_default(),
        }
    }

    pub(super) fn text(&self) -> String {
        self.name.to_owned()
    }
}

/// A network share opened (Security 5140), or a file in it asked for (5145).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShareAccess<'a> {
    /// The share, `\\*\C$`.
    pub share: Option<&'a str>,
    /// The folder it stands for.
    pub local_path: Option<&'a str>,
    /// The file or pipe in it (5145).
    pub relative_name: Option<&'a str>,
    /// Who came.
    pub account: Option<Cow<'a, str>>,
    /// The session they came in.
    pub logon_id: Option<&'a str>,
    /// From where.
    pub source_address: Option<&'a str>,
    /// Port they came from.
    pub source_port: Option<u16>,
    /// `AccessMask` as logged.
    pub access_mask: Option<&'a str>,
    /// What they asked for.
    pub rights: Vec<&'a str>,
}

impl<'a> ShareAccess<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self {
            share: event.field("ShareName"),
            local_path: event.field("ShareLocalPath"),
            relative_name: event.field("RelativeTargetName"),
            account: subject(event),
            logon_id: event.field("SubjectLogonId"),
            source_address: event.field("IpAddress"),
            source_port: port(event, "IpPort"),
            access_mask: event.field("AccessMask"),
            rights: rights::of_object(
                Some("File"),
                event.field("AccessList"),
                event.number("AccessMask"),
            ),
        }
    }

    pub(super) fn text(&self) -> String {
        pair(self.share.unwrap_or_default(), "\\", self.relative_name)
    }
}

/// A log that was cleared (Security 1102, System 104; ATT&CK T1070.001).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogCleared<'a> {
    /// Always `cleared`.
    pub action: &'static str,
    /// The log.
    pub log: Option<&'a str>,
    /// Where it was saved before, if it was.
    pub backup_path: Option<&'a str>,
    /// Who cleared it.
    pub by: Option<Cow<'a, str>>,
    /// The session of who cleared it (1102).
    pub by_logon_id: Option<&'a str>,
}

impl<'a> LogCleared<'a> {
    pub(super) fn of(log: Log, event: &'a Event) -> Self {
        // Exports that keep the rendered message alone say it in English or not at all.
        let said = || {
            let message = event.field("Message")?;
            message.strip_prefix("The ")?.strip_suffix(" log file was cleared.")
        };
        let by_said = || {
            let name = in_lines(event, "Account Name", ':')?;
            let domain = in_lines(event, "Domain Name", ':');
            Some(Cow::Owned(domain.map_or_else(|| name.to_owned(), |d| format!("{d}\\{name}"))))
        };
        Self {
            action: "cleared",
            log: match log {
                Log::Security => Some("Security"),
                _ => event.field("Channel").or_else(said),
            },
            backup_path: event.field("BackupPath"),
            by: subject(event).or_else(by_said),
            by_logon_id: event.field("SubjectLogonId").or_else(|| in_lines(event, "Logon ID", ':')),
        }
    }

    pub(super) fn text(&self) -> String {
        self.log.unwrap_or_default().to_owned()
    }
}

/// What is audited was changed (Security 4719, ATT&CK T1562.002).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditChange<'a> {
    /// The category.
    pub category: Option<Cow<'a, str>>,
    /// The subcategory.
    pub subcategory: Option<Cow<'a, str>>,
    /// What was added or taken away.
    pub changes: Option<Cow<'a, str>>,
    /// Who did it.
    pub by: Option<Cow<'a, str>>,
    /// The session of who did it.
    pub by_logon_id: Option<&'a str>,
}

impl<'a> AuditChange<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self {
            category: meaning(event, "CategoryId"),
            subcategory: meaning(event, "SubcategoryId"),
            changes: meaning(event, "AuditPolicyChanges"),
            by: subject(event),
            by_logon_id: event.field("SubjectLogonId"),
        }
    }

    pub(super) fn text(&self) -> String {
        pair(self.subcategory.as_deref().unwrap_or_default(), ": ", self.changes.as_deref())
    }
}
